"""The layer that brings raw numbers, such as the bytes of an image, down to size 1 (chapter 7)."""

import numpy as np

from nnlib.initializers import check_float_dtype
from nnlib.layers.layer import Layer
from nnlib.validation import check_number, describe


class Scale(Layer):
    """z = factor · a, in the network's dtype: `Scale(1 / 255)` takes images of bytes as they are.

    So MNIST stays in memory as bytes, a quarter of float32's room, and only a minibatch at a time
    becomes numbers with a point. Shapes: any; the output has the input's. Backward: factor · grad.
    """

    symbol = "scale"
    dtype = None

    def __init__(self, factor):
        self.factor = check_number(factor, "factor")

    def settings(self):
        return {"factor": self.factor}

    def initialize(self, *, rng, dtype=np.float64):
        self.dtype = check_float_dtype(dtype)

    @property
    def taken(self):
        return self.dtype is not None

    def forward(self, a):
        if not isinstance(a, np.ndarray):
            raise TypeError(f"Scale expects an array, a column an example, got {describe(a)}")
        if self.dtype is None:
            raise ValueError(f"{self} isn't ready: call initialize(rng=...) first")
        dtype = a.dtype if a.dtype.kind == "c" else self.dtype
        return np.multiply(a, self.factor, out=self.buffer("a", a.shape, dtype), dtype=dtype)

    def backward(self, grad):
        return np.multiply(grad, self.factor, out=self.buffer_like("grad", grad))
