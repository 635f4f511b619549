"""When training blows up: what happened, where, and what probably caused it (chapter 5)."""

import numpy as np

LARGE_INPUT = 100.0  # inputs of around 1 are what initializers and learning rates are made for


class TrainingDiverged(ArithmeticError):
    """The loss, or a gradient, is no longer a finite number: training has stopped.

    `epoch` and `step` count from 1; `history` holds the epochs that were completed. The network's
    parameters are of no further use, nor is what the optimizer remembers: `trainer.restore_best()`
    may bring back better ones, and makes the optimizer forget its steps.
    """

    def __init__(self, message, *, epoch, step, history):
        super().__init__(message)
        self.epoch, self.step, self.history = epoch, step, history


def likely_cause(trainer, a, rate):
    """Say in a sentence why the loss on the minibatch `a` (features, n) has become NaN or infinite.

    `rate` is the learning rate.
    """
    before = trainer.last_loss
    size = float(np.abs(a).max())
    if size > LARGE_INPUT:
        return (
            f"the inputs are as large as {size:.4g}, and should be around 1: scale or standardize X"
        )
    if before is None:
        when, which = "before a step from these weights", "these"
        if trainer.step == 0:
            when, which = "at the very first step", "the first"
        return (
            f"it is so {when}, before the learning rate could matter: {which} weights are too "
            "large, or the loss met log(0), a division by 0 or an overflow"
        )
    if not np.isfinite(before):
        return (
            "the weights come from a training that diverged: bring back better ones by "
            "restore_best() or resume(path), or make a new network and a new trainer"
        )
    if not np.isfinite(trainer.network.parameters_vector).all():
        return (
            f"a step was so long that weights overflowed: the learning rate {rate:g} is too large, "
            "try a tenth of it"
        )
    return (
        f"the loss before it was {before:.4g}: the learning rate {rate:g} is too large (try a "
        "tenth of it), or the loss met log(0) or a division by 0"
    )
