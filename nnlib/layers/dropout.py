"""The layer that switches units off at random, so that none relies on another (chapter 6)."""

import numpy as np

from nnlib.layers.layer import Noisy
from nnlib.validation import check_number


class Dropout(Noisy):
    """In training, each entry becomes 0 with probability `rate`; the others grow by 1 / (1 - rate).

    So an entry's expected value is what it was ("inverted" dropout), and once trained the network
    is used as it is: out of training, the layer hands on the very array that it is given.

    Shapes: any; the output has the input's. Backward passes the gradient through the same mask.
    Raises ValueError for a rate outside 0 <= rate < 1, and for a forward in training before
    `initialize`. Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, 2014.
    """

    symbol = "dropout"

    def __init__(self, rate):
        self.rate = check_number(rate, "rate", minimum=0, below=1)
        self.mask = None

    def settings(self):
        return {"rate": self.rate}

    def forward(self, a):
        self.check(a)
        if not self.training:
            self.mask = None
            return a
        self.mask = self._draw_mask(a)
        return np.multiply(a, self.mask, out=self.buffer_like("a", a))

    def backward(self, grad):
        if self.mask is None:
            return grad
        return np.multiply(grad, self.mask, out=self.buffer_like("grad", grad))

    def _draw_mask(self, a):
        """An array like `a`: 0 with probability `rate`, else 1 / (1 - rate)."""
        mask = self.buffer_like("mask", a)
        self.rng.random(out=mask, dtype=mask.dtype)
        np.greater_equal(mask, self.rate, out=mask)
        mask *= 1 / (1 - self.rate)
        return mask
