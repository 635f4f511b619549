"""One training of one setting, as the pages run it live and the long runs in full (chapter 7)."""

import copy
from dataclasses import dataclass

import numpy as np

from nnlib.experiments.setting import Setting
from nnlib.network import Network
from nnlib.trainer import EarlyStopping, Trainer


@dataclass(frozen=True)
class Run:
    """A trained network, the setting it comes from, and the history of its training.

    `history` is the trainer's dict of lists; its `validation_accuracy` is there for four outputs,
    too.
    """

    setting: Setting
    network: Network
    history: dict

    def answers(self, X):
        """The digits (n,) that the network reads in X (n, 784): the nearest row of the code.

        With ten outputs that is the digit of the largest.
        """
        return answers(self.setting, self.network, X)

    def never(self, X):
        """The digits that the network never answers on X, a list."""
        return sorted(set(range(10)) - set(self.answers(X).tolist()))


def train(setting, digits, *, seed, epochs=None):
    """Train the network of `setting` on `digits` (`Splits`) and return the `Run`.

    The seed's generator draws the first weights, then shuffles. The validation set is measured
    after each epoch, the test set is left alone. `epochs`, if given, takes the place of those of
    the setting. Raises TrainingDiverged where the loss is no longer finite.
    """
    rng = np.random.default_rng(seed)
    network = setting.network(rng=rng)
    trainer = Trainer(network, copy.deepcopy(setting.optimizer), rng=rng)
    X, y = digits.X_train[: setting.images], digits.y_train[: setting.images]
    y_valid, read, callbacks = digits.y_valid, [], []
    if setting.sizes[-1] != 10:  # the trainer can't read bits
        y, y_valid = setting.code[y], setting.code[y_valid]
        callbacks.append(lambda trainer: read.append(_accuracy(setting, network, digits)))
    if setting.patience is not None:
        callbacks.append(EarlyStopping(setting.patience))
    history = trainer.fit(
        X,
        y,
        epochs=setting.epochs if epochs is None else epochs,
        batch_size=setting.batch_size,
        validation=(digits.X_valid, y_valid),
        callbacks=callbacks,
        augment=setting.augment,
    )
    return Run(setting, network, history | ({"validation_accuracy": read} if read else {}))


def answers(setting, network, X):
    """The digits (n,) whose code is nearest to the network's outputs for X (n, 784)."""
    outputs, code = network.forward(X), setting.code
    return np.argmax(2 * outputs @ code.T - (code * code).sum(axis=1), axis=1)  # |a - c|² = |a|² -


def _accuracy(setting, network, digits):
    return float(np.mean(answers(setting, network, digits.X_valid) == digits.y_valid))
