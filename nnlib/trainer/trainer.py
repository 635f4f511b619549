"""Training a network: epoch after epoch downhill, and what comes of it (chapters 4 to 7)."""

import sys
from math import isfinite, isnan, nan

import numpy as np

from nnlib.layers import BatchNorm
from nnlib.network import Network
from nnlib.optimizers import LBFGS
from nnlib.trainer import checkpoint
from nnlib.trainer.best import Best
from nnlib.trainer.epoch import Epoch, fingerprint
from nnlib.trainer.interruption import Interruption
from nnlib.trainer.loop import SHORTER_STEPS, diverged, take_steps
from nnlib.trainer.minibatches import Minibatches
from nnlib.trainer.progress import progress_bar, show
from nnlib.trainer.stopping import EarlyStopping
from nnlib.validation import check_count, check_rng, describe


class Trainer:
    """Trains a `network` with an `optimizer`; `rng` shuffles the examples.

        for each epoch:
            for each minibatch, in a new random order:
                the gradient of the cost on the minibatch
                optimizer.step

    The same seeds give the same weights on the same machine, whatever ran before. `epoch` and
    `step` count what is done, and `history` is a dict of lists with an entry an epoch:

    - `loss`, and `accuracy` for labels: means over the epoch, while the weights moved and dropout
      and augmentation were on; `penalty`: the regularizer's share of the cost, not part of `loss`;
    - `validation_loss`, `validation_accuracy`: on the validation set, after the epoch;
    - `learning_rate`: at the start of the epoch.

    `watch` names the entry by which an epoch is the `best` so far: the lowest loss, or the highest
    accuracy. `restore_best()` brings its weights back.

    A trainer serves one thread at a time, as its network does, and nothing else may use the network
    meanwhile: give each thread a copy of its own, `copy.deepcopy(trainer)`.
    """

    def __init__(self, network, optimizer, *, rng, watch="validation_loss"):
        if not isinstance(network, Network):
            raise TypeError(f"network expects a Network, got {describe(network)}")
        _check_optimizer(optimizer)
        self.network, self.optimizer = network, optimizer
        self.rng = check_rng(rng)
        self.watch = _check_watch(watch)
        self.history = {}
        self.epoch = self.step = 0
        self.best = None
        self.restored = 0  # the epoch after which the best weights were last brought back
        self.validated = None  # the fingerprint of the validation data that `best` was chosen by
        self.underway = None  # an Epoch that was begun and not finished
        self.interrupted = False
        self.last_loss = None  # of the minibatch before; NaN once the training has diverged

    def fit(self, X, y, *, epochs, batch_size, validation=None, callbacks=(), augment=None):
        """Train for `epochs` more epochs and return the history so far, a dict of lists.

        `X` is (n, features); `y` (n,) labels, or numbers (n, outputs) or (n,). Where `batch_size`
        doesn't divide n, the last minibatch of an epoch is smaller. `validation` is a pair (X, y).
        `callbacks` are functions of the trainer, called in their order after each epoch: if one
        returns True, training stops. `augment(X_minibatch, rng=rng)` returns a changed copy of a
        minibatch (batch, features), in the dtype of X.

        Ctrl-C stops after the step that is being taken and returns the history so far. The first
        epoch of the next `fit` on the same data is then the rest of this one: nothing is lost or
        done twice. On other data it begins anew, and on other validation data so does the search
        for the best epoch. A second Ctrl-C breaks off at once and raises KeyboardInterrupt; the
        step that was being taken may then be half taken.

        Raises TrainingDiverged where the loss is no longer finite; ValueError and TypeError, before
        the first step, for arguments that don't fit.
        """
        epochs = check_count(epochs, "epochs")
        batch_size = check_count(batch_size, "batch_size")
        callbacks = _check_callbacks(callbacks, self.watch, validation)
        _check_augment(augment)
        batches = Minibatches(self.network, X, y)
        _check_last_minibatch(self.network, len(batches), batch_size)
        measured = _check_validation(validation, self.network)
        self._give_up_other_data(batches)
        if self.underway is not None:
            left = len(batches) - self.underway.position
            _check_last_minibatch(self.network, left, batch_size)
        self._forget_other_validation(validation)
        self._make_columns(batches, measured)
        self.interrupted = False
        wish = Interruption()
        try:
            with wish, progress_bar(epochs) as bar:
                for _ in range(epochs):
                    epoch = self._begin(batches)
                    take_steps(self, epoch, batches, batch_size, augment=augment, wish=wish)
                    self._finish(epoch, batches, validation)
                    show(bar, self.history)
                    if any([_says_stop(callback(self)) for callback in callbacks]):
                        break
                if wish.requested:  # in the last step, or after it
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            self._note_interruption(wish)
            if wish.insisted:
                raise
        return {name: list(values) for name, values in self.history.items()}

    def restore_best(self):
        """Bring back the weights of the best epoch. ValueError if none was watched.

        The optimizer forgets its steps, because they led elsewhere: what it remembers of gradients
        is gone, and a schedule begins anew (`optimizer.reset()`, where it has that method).
        """
        if self.best is None:
            raise ValueError(f"no epoch has a {self.watch!r} yet: fit with validation=(X, y) first")
        self.best.bring_back(self.network)
        if hasattr(self.optimizer, "reset"):
            self.optimizer.reset()
        self.restored, self.last_loss = self.epoch, None

    def save(self, path):
        """Write all that the training depends on to `path`, an `.npz` file.

        That is weights, the memory of the optimizer and of layers, generators, history, and the
        place in an epoch that was interrupted. A callback may do it after every epoch:
        `callbacks=[lambda trainer: trainer.save("run.npz")]`.
        """
        checkpoint.save(self, path)

    def resume(self, path):
        """Stand where the trainer stood that was saved to `path`; returns the trainer.

        Build network, optimizer and trainer by the same code as then. `fit` on the same data gives
        the same weights, bit for bit, as a training that never stopped. Raises ValueError where the
        file is damaged or the network or the optimizer is another one, or has other settings; the
        trainer then stays as it was.
        """
        checkpoint.resume(self, path)
        return self

    def _begin(self, batches):
        """The epoch under way, or a new one."""
        if self.underway is None:
            rate = getattr(self.optimizer, "rate", nan)
            order = self.rng.permutation(len(batches))
            self.underway = Epoch(order, rate, batches.fingerprint)
        return self.underway

    def _give_up_other_data(self, batches):
        """Drop an epoch that was begun on other data."""
        if self.underway is not None and self.underway.data != batches.fingerprint:
            self.underway = None

    def _forget_other_validation(self, validation):
        """Forget the best epoch if it was chosen by other validation data."""
        if validation is None:
            return
        data = fingerprint(*validation)
        if self.watch.startswith("validation") and data != self.validated:
            self.best = None
        self.validated = data

    def _finish(self, epoch, batches, validation):
        """Measure what the epoch has brought and enter it in the history."""
        if not np.isfinite(self.network.parameters_vector).all():
            raise diverged(self, "a weight has overflowed", SHORTER_STEPS)
        entry = {"loss": epoch.loss / len(batches)}
        if batches.labels is not None:
            entry["accuracy"] = epoch.correct / len(batches)
        if self.network.regularizer is not None:
            entry["penalty"] = self.network.penalty()
        if validation is not None:
            entry |= self._validate(*validation)
        entry["learning_rate"] = epoch.rate
        observe = getattr(self.optimizer, "observe", None)
        if observe is not None:
            observe(entry.get("validation_loss", entry["loss"]))
        self.underway = None
        self.epoch += 1
        for name, values in self.history.items():
            values.append(entry.get(name, nan))  # NaN for what this fit doesn't measure
        self._note_best()

    def _validate(self, X, y):
        with np.errstate(all="ignore"):
            loss, accuracy = self.network.evaluate(X, y)
        if not isfinite(loss):
            raise diverged(self, f"the validation loss is {loss}", SHORTER_STEPS)
        accuracy = nan if accuracy is None else accuracy
        return {"validation_loss": loss, "validation_accuracy": accuracy}

    def _make_columns(self, batches, measured):
        """The lists of the history: empty, or NaN for epochs before this kind was measured."""
        names = ["loss"]
        names += ["accuracy"] * (batches.labels is not None)
        names += ["penalty"] * (self.network.regularizer is not None)
        for name in [*names, *measured, "learning_rate"]:
            self.history.setdefault(name, [nan] * self.epoch)

    def _note_best(self):
        value = self.history.get(self.watch, [nan])[-1]
        if isnan(value):
            return
        sign = -1 if self.watch.endswith("accuracy") else 1
        if self.best is None or sign * value < sign * self.best.value:
            self.best = Best.of(self.network, self.epoch, value)

    def _note_interruption(self, wish):
        self.interrupted = True
        done = f"{self.epoch} epochs"
        if self.underway is not None:
            done += f" and {self.underway.position} of {len(self.underway.order)} examples"
        what = f"Training interrupted after {done}; fit(...) goes on from there."
        if wish.insisted:
            what = (
                f"Training broken off after {done}, in a step that may be half taken: go on from a "
                "saved file with resume(path), or with a new network and a new trainer."
            )
        print(what, file=sys.stderr)


def _check_optimizer(optimizer):
    if isinstance(optimizer, LBFGS):
        raise TypeError(
            "optimizer expects one that can learn from minibatches, and LBFGS needs all data at "
            "once: call LBFGS().step([network], lambda: network.gradient(X, y)) yourself"
        )
    if isinstance(optimizer, type) or not hasattr(optimizer, "step"):
        raise TypeError(f"optimizer expects one like SGD(0.1), got {describe(optimizer)}")


def _check_watch(watch):
    if not isinstance(watch, str) or not watch.endswith(("loss", "accuracy")):
        raise ValueError(
            f"watch expects a name like 'validation_loss' or 'validation_accuracy', got {watch!r}"
        )
    return watch


def _check_validation(validation, network):
    """What can be measured on `validation`: nothing on None, the accuracy where y are labels."""
    if validation is None:
        return []
    if not isinstance(validation, tuple | list):
        raise TypeError(f"validation expects a pair (X, y), got {describe(validation)}")
    if len(validation) != 2:
        raise ValueError(f"validation expects a pair (X, y), got {len(validation)} entries")
    X, y = validation
    _, T = network.encode(X, y)
    known = network.labels(y, len(T)) is not None
    return ["validation_loss"] + ["validation_accuracy"] * known


def _check_last_minibatch(network, n, batch_size):
    """A single example has no spread, so BatchNorm can't train on it."""
    if n % batch_size == 1 % batch_size and any(isinstance(x, BatchNorm) for x in network.layers):
        raise ValueError(
            f"batch_size {batch_size} leaves a last minibatch of 1 of the {n} examples to go, and "
            "BatchNorm needs 2 or more: choose another batch_size, or leave out an example"
        )


def _check_callbacks(callbacks, watch, validation):
    if not callable(callbacks) and not isinstance(callbacks, tuple | list):
        raise TypeError(
            f"callbacks expects a list of functions of the trainer, got {describe(callbacks)}: "
            "for none, leave it out"
        )
    callbacks = [callbacks] if callable(callbacks) else list(callbacks)
    for callback in callbacks:
        if not callable(callback) or isinstance(callback, type):
            raise TypeError(f"callbacks expects functions of the trainer, got {describe(callback)}")
        blind = validation is None and watch.startswith("validation")
        if isinstance(callback, EarlyStopping) and blind:
            raise ValueError(f"EarlyStopping watches the {watch}: pass validation=(X, y)")
    return callbacks


def _check_augment(augment):
    if augment is not None and (not callable(augment) or isinstance(augment, type)):
        raise TypeError(f"augment expects a function of (X, rng=rng), got {describe(augment)}")


def _says_stop(answer):
    """Whether a callback's answer is True itself: other values don't stop a training."""
    return isinstance(answer, bool | np.bool_) and bool(answer)
