"""The three gates that bend a line: ReLU, sigmoid and tanh (chapters 1 and 2).

Each works on one number, a wire of a circuit, and on an array, a minibatch; the array branch writes
into the gate's own buffers.
"""

import math

import numpy as np

from nnlib.gates.gate import Gate
from nnlib.validation import as_floats


class ReLU(Gate):
    """max(0, z), the rectified linear unit. Its derivative is 1 above 0 and 0 up to it."""

    __slots__ = ("a", "here", "workspace")
    symbol = "ReLU"

    def forward(self, z):
        if not isinstance(z, np.ndarray):
            self.a = z if z > 0 else 0.0
            return self.a
        self.here = room = self.room(z)
        return np.maximum(z, room.zeros, out=room.a)

    def backward(self, grad):
        if not isinstance(grad, np.ndarray):
            return grad if self.a > 0 else 0.0
        room = self.here
        slope = np.greater(room.a, room.zeros, out=room.grad)  # 1 where a > 0, else 0
        slope *= grad
        return slope

    def furnish(self, z):
        """Zeros, because NumPy's maximum with one number takes twice as long as with an array."""
        return {"a": np.empty_like(z), "grad": np.empty_like(z), "zeros": np.zeros_like(z)}

    def fresh(self):
        return ReLU()


class Sigmoid(Gate):
    """a = 1 / (1 + exp(-z)), from 0 to 1, with the derivative a (1 - a).

    Computed as (1 + tanh(z/2)) / 2, the same function, which overflows nowhere.
    """

    __slots__ = ("a", "here", "workspace")
    symbol = "σ"

    def forward(self, z):
        if not isinstance(z, np.ndarray):
            self.a = 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))
            return self.a
        self.here = room = self.room(z)
        a = np.multiply(z, room.half, out=room.a)
        np.tanh(a, out=a)
        a += room.one
        a *= room.half
        return a

    def backward(self, grad):
        if not isinstance(grad, np.ndarray):
            return grad * self.a * (1 - self.a)
        room = self.here
        slope = np.subtract(room.one, room.a, out=room.grad)
        slope *= room.a
        slope *= grad
        return slope

    def furnish(self, z):
        return {"a": np.empty_like(z), "grad": np.empty_like(z), **constants(z, one=1, half=0.5)}

    def fresh(self):
        return Sigmoid()


class Tanh(Gate):
    """The hyperbolic tangent, from -1 to 1, with the derivative 1 - a²."""

    __slots__ = ("a", "here", "workspace")
    symbol = "tanh"

    def forward(self, z):
        if not isinstance(z, np.ndarray):
            self.a = math.tanh(z)
            return self.a
        self.here = room = self.room(z)
        return np.tanh(as_floats(z), out=room.a)

    def backward(self, grad):
        if not isinstance(grad, np.ndarray):
            return grad * (1 - self.a * self.a)
        room = self.here
        slope = np.square(room.a, out=room.grad)
        np.subtract(room.one, slope, out=slope)
        slope *= grad
        return slope

    def furnish(self, z):
        return {"a": np.empty_like(z), "grad": np.empty_like(z), **constants(z, one=1)}

    def fresh(self):
        return Tanh()


def constants(array, **numbers):
    """Numbers as arrays of the array's dtype, which meet a small array in half the time."""
    return {name: np.array(number, array.dtype) for name, number in numbers.items()}
