"""The layer that shakes what passes it, so that nothing is learned too exactly (chapter 6)."""

import numpy as np

from nnlib.layers.layer import Noisy
from nnlib.validation import check_number


class GaussianNoise(Noisy):
    """In training, a + noise: to each entry a normal number with standard deviation `std` is added.

    Shapes: any; the output has the input's. The noise doesn't depend on the input, so the gradient
    passes as it is. Out of training the layer hands on the very array that it is given.
    Raises ValueError for a negative std, and for a forward in training before `initialize`.

    On a network's inputs it acts much like an L2 penalty. Source: Bishop, 1995.
    """

    symbol = "noise"

    def __init__(self, std):
        self.std = check_number(std, "std", minimum=0)

    def settings(self):
        return {"std": self.std}

    def forward(self, a):
        self.check(a)
        if not self.training:
            return a
        noise = self.buffer_like("noise", a)
        self.rng.standard_normal(out=noise, dtype=noise.dtype)
        noise *= self.std
        return np.add(a, noise, out=noise)

    def backward(self, grad):
        return grad
