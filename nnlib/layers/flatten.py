"""The layer between images and the first Dense layer (chapter 7)."""

import numpy as np

from nnlib.gates.gate import FromForward
from nnlib.layers.layer import Layer
from nnlib.validation import describe


class Flatten(Layer):
    """Lays each example out as one column: (channels, height, width, n) becomes (features, n).

    The features keep their order, the last axis of an image running fastest. Backward gives the
    gradient the images' shape again. Neither copies numbers where they lie in order already.
    Raises ValueError for an input without an axis of examples.
    """

    symbol = "flatten"
    shape = FromForward()

    def forward(self, a):
        if not isinstance(a, np.ndarray):
            raise TypeError(f"Flatten expects an array (..., n), got {describe(a)}")
        if a.ndim < 2 or a.size == 0:
            raise ValueError(
                f"Flatten expects shape (channels, height, width, n), the examples on the last "
                f"axis, at least one, got shape {a.shape}"
            )
        self.shape = a.shape
        return a.reshape(-1, a.shape[-1])

    def backward(self, grad):
        return grad.reshape(self.shape)
