"""The three gates that bend a line: ReLU, sigmoid and tanh (chapters 1 and 2).

Each works on one number, a wire of a circuit, and on an array, a minibatch; the array branch writes
into the gate's own buffers.
"""

import math

import numpy as np

from nnlib.gates.gate import Gate, as_floats

# A small array meets an array of one number in half the time that a Python number takes.
ONE, HALF = ({np.dtype(kind): np.array(x, kind) for kind in "efdgFDG"} for x in (1, 0.5))


class ReLU(Gate):
    """max(0, z), the rectified linear unit. Its derivative is 1 above 0 and 0 up to it."""

    __slots__ = ("a", "workspace")
    symbol = "ReLU"

    def forward(self, z):
        if isinstance(z, np.ndarray):
            zero = self.buffer_like("zero", z)  # NumPy's maximum with one number is twice as slow
            self.a = np.maximum(z, zero, out=self.buffer_like("a", z))
        else:
            self.a = z if z > 0 else 0.0
        return self.a

    def backward(self, grad):
        if isinstance(grad, np.ndarray):
            slope = np.sign(self.a, out=self.buffer_like("grad", grad))  # 1 where a > 0, else 0
            slope *= grad
            return slope
        return grad if self.a > 0 else 0.0

    def fresh(self):
        return ReLU()


class Sigmoid(Gate):
    """a = 1 / (1 + exp(-z)), from 0 to 1, with the derivative a (1 - a).

    Computed as (1 + tanh(z/2)) / 2, the same function, which overflows nowhere.
    """

    __slots__ = ("a", "workspace")
    symbol = "σ"

    def forward(self, z):
        if isinstance(z, np.ndarray):
            self.a = a = self.buffer_like("a", z)
            np.multiply(z, HALF[a.dtype], out=a)
            np.tanh(a, out=a)
            a += ONE[a.dtype]
            a *= HALF[a.dtype]
        else:
            self.a = 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))
        return self.a

    def backward(self, grad):
        if isinstance(grad, np.ndarray):
            slope = self.buffer_like("grad", grad)
            np.subtract(ONE[slope.dtype], self.a, out=slope)
            slope *= self.a
            slope *= grad
            return slope
        return grad * self.a * (1 - self.a)

    def fresh(self):
        return Sigmoid()


class Tanh(Gate):
    """The hyperbolic tangent, from -1 to 1, with the derivative 1 - a²."""

    __slots__ = ("a", "workspace")
    symbol = "tanh"

    def forward(self, z):
        if isinstance(z, np.ndarray):
            z = as_floats(z)
            self.a = np.tanh(z, out=self.buffer_like("a", z))
        else:
            self.a = math.tanh(z)
        return self.a

    def backward(self, grad):
        if isinstance(grad, np.ndarray):
            slope = np.square(self.a, out=self.buffer_like("grad", grad))
            np.subtract(ONE[slope.dtype], slope, out=slope)
            slope *= grad
            return slope
        return grad * (1 - self.a * self.a)

    def fresh(self):
        return Tanh()
