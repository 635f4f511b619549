"""When training blows up: what happened, where, and what probably caused it (chapter 5)."""

import numpy as np

LARGE_INPUT = 100.0  # inputs of around 1 are what initializers and learning rates are made for


class TrainingDiverged(ArithmeticError):
    """The loss, or a gradient, is no longer a finite number: training has stopped.

    `epoch` and `step` count from 1; `history` holds the epochs that were completed. The network's
    parameters are of no further use; `trainer.restore_best()` may bring back better ones.
    """

    def __init__(self, message, *, epoch, step, history):
        super().__init__(message)
        self.epoch, self.step, self.history = epoch, step, history


def likely_cause(network, a, rate, before):
    """Say in a sentence why the loss on the minibatch `a` (features, n) has become NaN or infinite.

    `rate` is the learning rate, `before` the loss of the minibatch before this one (None at first).
    """
    size = float(np.abs(a).max())
    if size > LARGE_INPUT:
        return (
            f"the inputs are as large as {size:.4g}, and should be around 1: scale or standardize X"
        )
    if before is None:
        return (
            "it is so at the very first step, before the learning rate could matter: the first "
            "weights are too large, or the loss met log(0), a division by 0 or an overflow"
        )
    if not np.isfinite(network.parameters_vector).all():
        return (
            f"a step was so long that weights overflowed: the learning rate {rate:g} is too large, "
            "try a tenth of it"
        )
    return (
        f"the loss before it was {before:.4g}: the learning rate {rate:g} is too large (try a "
        "tenth of it), or the loss met log(0) or a division by 0"
    )
