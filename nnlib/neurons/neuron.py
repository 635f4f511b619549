"""A neuron made of Units, and small networks of such neurons (chapters 2 and 3).

Scalar by scalar it shows every wire. It is the same function as a row of `Dense`, which computes a
whole minibatch at once: a test holds the two together, forward and backward.
"""

from itertools import pairwise

import numpy as np

from nnlib.gates import Gate, ReLU, Unit, dot
from nnlib.initializers import Glorot, Zeros, check_initializer
from nnlib.validation import check_count, check_number, check_rng, check_vector, describe


class Neuron:
    """a = f(w1 x1 + ... + wn xn + b), where the weights w, the bias b and the output are Units.

    `activation` is the gate f, `Sigmoid()` for instance; None leaves the sum as it is.

    >>> from nnlib.gates import Sigmoid
    >>> neuron = Neuron([1.0, 2.0], bias=-3.0, activation=Sigmoid())
    >>> output = neuron([-1.0, 3.0])
    >>> output.backward()
    >>> output, neuron.w[1]
    (Unit(value=0.8808, grad=1.0000), Unit('w2', value=2.0000, grad=0.3150))

    Called with a list of Units or numbers it wires up a circuit, one Unit comes out, and that
    Unit's `backward` fills the gradients. For many examples at once, in an array a (fan_in, n),
    a column an example, it keeps the contract of a gate: `forward(a)` gives the outputs (n,), and
    `backward(grad)`, with the gradient at them (n,), adds to the gradients of the weights and the
    bias and returns the gradient at a.
    """

    def __init__(self, weights, bias=0.0, activation=None):
        weights = check_vector(weights, "weights").tolist()
        self.w = [Unit(w, name=f"w{k}") for k, w in enumerate(weights, 1)]
        self.b = Unit(check_number(bias, "bias"), name="b")
        self.activation = _check_activation(activation)

    def __call__(self, x):
        """The output, a Unit, for one example x: fan_in Units or numbers."""
        z = dot(self.w, _check_example(x, "a neuron", len(self.w)), self.b)
        return z if self.activation is None else z.record(self.activation.fresh(), z)

    def forward(self, a):
        """The outputs (n,) for the examples in the columns of a (fan_in, n)."""
        self.a = _check_columns(a, len(self.w))
        z = self._weights() @ self.a + self.b.value
        return z if self.activation is None else self.activation.forward(z)

    def backward(self, grad):
        """The gradient at a (fan_in, n), from the gradient at the outputs (n,)."""
        if self.activation is not None:
            grad = self.activation.backward(grad)
        for w, dw in zip(self.w, (self.a @ grad).tolist()):
            w.grad += dw
        self.b.grad += float(grad.sum())
        return np.outer(self._weights(), grad)

    def parameters(self):
        """The weights, then the bias: Units, for an optimizer to move."""
        return [*self.w, self.b]

    def _weights(self):
        return np.array([w.value for w in self.w])

    def __repr__(self):
        activation = "" if self.activation is None else f", {type(self.activation).__name__}()"
        weights = [w.value for w in self.w]
        shown = f"{weights}" if len(weights) < 5 else f"{len(weights)} weights"
        return f"Neuron({shown}, bias={self.b.value}{activation})"


def neuron_layer(fan_in, fan_out, activation=None, *, weights=None, bias=None, rng):
    """A list of `fan_out` neurons that all listen to the same `fan_in` inputs.

    `weights` and `bias` are initializers, `Glorot()` and `Zeros()` unless others are given. They
    draw what `Dense(fan_in, fan_out)` draws: the same seed gives the same layer.
    """
    fan_in, fan_out = check_count(fan_in, "fan_in"), check_count(fan_out, "fan_out")
    weights = check_initializer(Glorot() if weights is None else weights, "weights")
    bias = check_initializer(Zeros() if bias is None else bias, "bias")
    check_rng(rng)
    W = weights((fan_out, fan_in), rng=rng)
    b = bias((fan_out, 1), rng=rng)
    return [Neuron(w, bias=b_k, activation=activation) for w, (b_k,) in zip(W, b.tolist())]


class MLP:
    """A multilayer perceptron of scalar neurons: every neuron listens to all of the layer before.

    `widths` are the numbers of inputs, of neurons in each hidden layer, and of outputs. Hidden
    neurons pass their sum through `activation`, ReLU unless another gate is given; the last layer
    gives plain sums. `weights` is an initializer, as in `neuron_layer`.

    >>> mlp = MLP([2, 16, 16, 1], rng=np.random.default_rng(0))
    >>> len(mlp.parameters())
    337

    Called with one example, a list of numbers or Units, it gives a Unit, or a list of Units where
    there are several outputs.
    """

    def __init__(self, widths, activation=None, *, weights=None, rng):
        if not isinstance(widths, list | tuple) or len(widths) < 2:
            raise ValueError(
                f"widths expects a list like [2, 16, 1], inputs first and outputs last, got "
                f"{widths!r}"
            )
        activation = ReLU() if activation is None else activation
        *hidden, last = pairwise(widths)
        self.layers = [neuron_layer(*w, activation, weights=weights, rng=rng) for w in hidden]
        self.layers.append(neuron_layer(*last, weights=weights, rng=rng))

    def __call__(self, x):
        x = _check_example(x, "an MLP", len(self.layers[0][0].w))
        x = [number if isinstance(number, Unit) else Unit(number) for number in x]
        for layer in self.layers:
            x = [neuron(x) for neuron in layer]
        return x[0] if len(x) == 1 else x

    def parameters(self):
        """The Units of all neurons, layer by layer."""
        return [p for layer in self.layers for neuron in layer for p in neuron.parameters()]

    def __repr__(self):
        widths = [len(self.layers[0][0].w), *map(len, self.layers)]
        return f"MLP({widths})"


def _check_activation(activation):
    """A gate of the neuron's own, of the same kind as `activation`."""
    if activation is None:
        return None
    if not isinstance(activation, Gate):
        raise TypeError(
            f"activation expects a gate like Sigmoid(), or None, got {describe(activation)}"
        )
    return activation.fresh()


def _check_example(x, who, fan_in):
    if not np.iterable(x) or isinstance(x, str):
        raise TypeError(
            f"{who} expects a list, a number or a Unit for each of its {fan_in} inputs, "
            f"got {describe(x)}"
        )
    return x


def _check_columns(a, fan_in):
    if not isinstance(a, np.ndarray) or a.ndim != 2 or len(a) != fan_in:
        raise ValueError(
            f"a neuron with {fan_in} weights expects an array ({fan_in}, n), a column an example, "
            f"got {describe(a)}"
        )
    return a
