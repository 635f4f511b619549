"""The innermost loop: all that happens once a minibatch (chapter 4)."""

import copy
import functools
import inspect
from math import isfinite, nan

import numpy as np

from nnlib.optimizers import NonFiniteGradient
from nnlib.trainer.divergence import TrainingDiverged, likely_cause
from nnlib.trainer.epoch import Tally

SHORTER_STEPS = "the steps were too long: try a tenth of the learning rate"


def take_steps(trainer, epoch, batches, batch_size, *, augment=None, wish):
    """Take the steps that are left of `epoch`, counting in it what comes of them.

    Raises KeyboardInterrupt between two steps if `wish.requested`, and TrainingDiverged.
    """
    network, step, moved = trainer.network, _step_of(trainer.optimizer), [trainer.network]
    project, parameters = getattr(network.regularizer, "apply", None), network.parameters()
    minibatches = batches.walk(epoch.order, epoch.position, batch_size, augment, trainer.rng)
    tally = Tally(network.loss, batches.labels, epoch.order, epoch.position)
    a = None
    try:
        with network.mode(training=True), np.errstate(all="ignore"):  # isfinite sees to overflows
            while epoch.position < len(epoch.order):
                if wish.requested:
                    raise KeyboardInterrupt
                a, T, size = next(minibatches)
                loss = network.backpropagate(a, T)
                if not isfinite(loss):
                    raise NonFiniteGradient(f"the loss is {loss}")
                step(moved)
                if project is not None:
                    project(parameters)  # back inside the fence of a max-norm
                trainer.step += 1
                trainer.last_loss = loss
                epoch.position += size
                epoch.loss += loss * size
                if batches.labels is not None:
                    epoch.correct += tally.keep(network.outputs, size)
    except NonFiniteGradient as error:
        raise diverged(trainer, str(error), likely_cause(trainer, a, epoch.rate)) from error
    finally:
        epoch.correct += tally.count()


def _step_of(optimizer):
    """The optimizer's step, without its look at the gradient: take_steps looks at the loss."""
    if "check" in inspect.signature(optimizer.step).parameters:
        return functools.partial(optimizer.step, check=False)
    return optimizer.step


def diverged(trainer, what, why):
    """The error that stops the training: where it was, what happened, and the likely cause."""
    trainer.underway, trainer.last_loss = None, nan
    epoch, step = trainer.epoch + 1, trainer.step + 1
    return TrainingDiverged(
        f"training diverged in epoch {epoch}, step {step}: {what}. Likely cause: {why}",
        epoch=epoch,
        step=step,
        history=copy.deepcopy(trainer.history),
    )
