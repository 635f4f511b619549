"""The layer in which every neuron listens to every input (chapter 4)."""

import numpy as np

from nnlib.gates import Parameter
from nnlib.gates.gate import FromForward
from nnlib.initializers import Glorot, Zeros, check_float_dtype, check_initializer
from nnlib.layers.layer import Layer
from nnlib.validation import check_count, check_rng, describe


class Dense(Layer):
    """z = W a + b: `fan_out` neurons, each a weighted sum of all `fan_in` inputs.

    Shapes: input a (fan_in, n), a column an example; W (fan_out, fan_in), a row a neuron; b
    (fan_out, 1); output z (fan_out, n).

    Backward, with the gradient dz at the output and the sums taken over the n examples:
    dW = dz aᵀ,  db = the sum of dz's columns,  da = Wᵀ dz.

    `weights` and `bias` are initializers, `Glorot()` and `Zeros()` unless others are given.
    The layer computes in the dtype it is initialized with. Raises ValueError for an input with
    another number of features, and for a forward before `initialize`.

    >>> from nnlib.initializers import Constant
    >>> layer = Dense(2, 1, weights=Constant(3.0), bias=Constant(0.5))
    >>> layer.initialize(rng=np.random.default_rng(0))
    >>> layer.forward(np.array([[1.0], [2.0]]))  # 3 · 1 + 3 · 2 + 0.5
    array([[9.5]])
    >>> layer.backward(np.array([[1.0]]))
    array([[3.],
           [3.]])
    >>> layer.W.grad, layer.b.grad
    (array([[1., 2.]]), array([[1.]]))
    """

    symbol = "W·a+b"
    here = FromForward()
    input_grad = True  # False spares the first layer of a network the product that nobody asks for

    def __init__(self, fan_in, fan_out, *, weights=None, bias=None):
        self.fan_in = check_count(fan_in, "fan_in")
        self.fan_out = check_count(fan_out, "fan_out")
        self.weights = check_initializer(Glorot() if weights is None else weights, "weights")
        self.bias = check_initializer(Zeros() if bias is None else bias, "bias")
        self.W = self.b = None

    def initialize(self, *, rng, dtype=np.float64):
        """Draw W, then b."""
        check_rng(rng)
        dtype = check_float_dtype(dtype)
        W = self.weights((self.fan_out, self.fan_in), rng=rng, dtype=dtype)
        b = self.bias((self.fan_out, 1), rng=rng, dtype=dtype)
        self.W = Parameter(W, name="W")
        self.b = Parameter(b, name="b", decays=False)

    def forward(self, a):
        self.here = room = self.room(a)
        W, b = self.W.value, self.b.value
        if a.dtype is not W.dtype:
            a = self._convert(a)
            self.here = room = self.room(a)
        self.a = a
        z, columns = room.z, room.columns
        W.dot(a, out=z)
        columns[...] = b  # b in every column: NumPy adds it slower from one column
        z += columns
        return z

    def backward(self, grad):
        W, b, room = self.W, self.b, self.here
        if grad.shape != room.shape or grad.dtype is not W.grad.dtype:
            grad = self._check_grad(grad)
        grad.dot(self.a.T, out=W.grad)
        grad.dot(room.ones, out=b.grad)  # the sum of the columns, faster than NumPy's sum
        if not self.input_grad:
            return None
        return W.value.T.dot(grad, out=room.grad)

    def furnish(self, a):
        n = a.shape[1]
        shape = self.fan_out, n
        return {
            "shape": shape,
            "z": np.empty(shape, a.dtype),
            "columns": np.empty(shape, a.dtype),
            "ones": np.ones((n, 1), a.dtype),
            "grad": np.empty_like(a, order="C"),
        }

    def parameters(self):
        return [] if self.W is None else [self.W, self.b]

    def settings(self):
        return {"fan_in": self.fan_in, "fan_out": self.fan_out}

    def admit(self, a):
        """`a`, if it is an array (fan_in, n)."""
        if self.W is None:
            raise ValueError(f"{self} has no weights yet: call initialize(rng=...) first")
        if not isinstance(a, np.ndarray) or a.ndim != 2 or len(a) != self.fan_in:
            self._refuse(a)
        return a

    def _convert(self, a):
        """`a` in the layer's dtype; complex numbers stay so."""
        return a if a.dtype.kind == "c" else a.astype(self.W.value.dtype, copy=False)

    def _check_grad(self, grad):
        """`grad`, if it has the shape of the last output, in the layer's dtype."""
        return np.asarray(self.check_grad(grad, self.here.shape), self.W.grad.dtype)

    def _refuse(self, a):
        features = f"{self.fan_in} features (fan_in)"
        if not isinstance(a, np.ndarray):
            raise TypeError(f"Dense expects an array of {features}, got {describe(a)}")
        if a.ndim != 2:
            advice = "use Flatten() first" if a.ndim > 2 else "reshape one example to (features, 1)"
            raise ValueError(
                f"Dense expects {features}, shape ({self.fan_in}, n), got shape {a.shape}: {advice}"
            )
        advice = "is it transposed?" if a.shape[1] == self.fan_in else "is fan_in right?"
        raise ValueError(f"Dense expects {features}, got {a.shape[0]} in shape {a.shape}: {advice}")
