"""Steps along the gradient, with and without a memory of the steps before (chapter 5)."""

import numpy as np

from nnlib.optimizers.base import Optimizer
from nnlib.validation import check_number


class SGD(Optimizer):
    """Gradient descent; on minibatches, stochastic gradient descent.

        w = w - rate * g

    Source: Robbins and Monro, 1951; Cauchy, 1847, for the full gradient.
    """

    def __init__(self, learning_rate, *, transforms=()):
        super().__init__(learning_rate, transforms)

    def update(self, w, g, rate, s):
        np.multiply(g, rate, out=s)
        w -= s


class Momentum(Optimizer):
    """A ball that rolls: the step is a velocity v, which the gradient only changes.

        v = momentum * v - rate * g
        w = w + v

    With `momentum` 0 it is `SGD`. optax and PyTorch keep the sum m = momentum * m + g instead and
    step by -rate * m: the same path while the rate stands still, another one under a schedule.
    Here a change of the rate reaches the coming pushes only, as in the paper.

    Source: Polyak, 1964; in this form Sutskever et al., 2013, equations 1 and 2.
    """

    memory = ("v",)

    def __init__(self, learning_rate, momentum=0.9, *, transforms=()):
        super().__init__(learning_rate, transforms)
        self.momentum = check_number(momentum, "momentum", minimum=0, below=1)

    def update(self, w, g, rate, v, s):
        v *= self.momentum
        np.multiply(g, rate, out=s)
        v -= s
        w += v
