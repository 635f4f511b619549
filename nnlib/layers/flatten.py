"""The layers between images and columns of features (chapters 7 and 8)."""

import math

import numpy as np

from nnlib.gates.gate import FromForward
from nnlib.layers.layer import Layer
from nnlib.validation import check_count, describe


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

    def output_shape(self, shape):
        """(features,) for an example of any shape; None where its size is unknown."""
        return None if shape is None or None in shape else (math.prod(shape),)


class Unflatten(Layer):
    """Gives columns of pixels their form: (features, n) becomes (channels, height, width, n).

    The last axis of an image runs fastest among its features, as in MNIST's rows of 784 pixels,
    which `Unflatten(1, 28, 28)` turns into images. Backward lays the gradient out as columns again.
    Neither copies numbers where they lie in order already. Raises ValueError for another number of
    features.
    """

    symbol = "unflatten"

    def __init__(self, channels, height, width):
        self.channels = check_count(channels, "channels")
        self.height = check_count(height, "height")
        self.width = check_count(width, "width")
        self.fan_in = self.channels * self.height * self.width

    def settings(self):
        return {"channels": self.channels, "height": self.height, "width": self.width}

    def forward(self, a):
        if not isinstance(a, np.ndarray):
            raise TypeError(f"{self} expects an array ({self.fan_in}, n), got {describe(a)}")
        if a.ndim != 2 or len(a) != self.fan_in or a.size == 0:
            raise ValueError(
                f"{self} expects {self.fan_in} features, shape ({self.fan_in}, n), got shape "
                f"{a.shape}"
            )
        return a.reshape(self.channels, self.height, self.width, -1)

    def backward(self, grad):
        shape = self.channels, self.height, self.width, *np.shape(grad)[-1:]
        return self.check_grad(grad, shape).reshape(self.fan_in, -1)

    def output_shape(self, shape):
        """(channels, height, width)."""
        return self.channels, self.height, self.width
