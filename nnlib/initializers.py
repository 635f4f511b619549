"""How a layer's weights start: large enough to carry a signal, all different (chapter 6).

A row of W holds the weights of one neuron, so W has the shape (fan_out, fan_in). Weights that are
all equal learn the same thing; weights that are too large or too small blow a signal up or let it
die as it passes through the layers. Each initializer here is one answer.
"""

import math

import numpy as np

from nnlib.validation import check_count, check_number, check_rng, describe


class Initializer:
    """Calling one, `init((fan_out, fan_in), rng=rng)`, gives a new array of that shape.

    A subclass says in `draw(fan_out, fan_in, rng)` what is in it. Numbers are drawn in float64 and
    rounded to `dtype`, so that a seed means the same weights in either precision. Raises ValueError
    for a shape that isn't two whole numbers from 1 up, TypeError for an rng that is no generator.

    >>> Zeros()((2, 3), rng=np.random.default_rng(0))
    array([[0., 0., 0.],
           [0., 0., 0.]])
    """

    def __call__(self, shape, *, rng, dtype=np.float64):
        check_rng(rng)
        fan_out, fan_in = _check_shape(shape)
        return self.draw(fan_out, fan_in, rng).astype(check_float_dtype(dtype), copy=False)

    def draw(self, fan_out, fan_in, rng):
        """An array (fan_out, fan_in) of float64."""
        name = type(self).__name__
        raise NotImplementedError(f"{name} needs a method draw(fan_out, fan_in, rng)")

    def __repr__(self):
        settings = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({settings})"


class Constant(Initializer):
    """Every entry is `value`. For biases: a small positive one keeps ReLUs awake at the start."""

    def __init__(self, value):
        self.value = check_number(value, "value")

    def draw(self, fan_out, fan_in, rng):
        return np.full((fan_out, fan_in), self.value)


class Zeros(Constant):
    """Every entry is 0: right for biases, fatal for weights (all neurons stay equal)."""

    def __init__(self):
        super().__init__(0.0)

    def __repr__(self):
        return "Zeros()"


class Normal(Initializer):
    """Normal numbers with mean 0 and standard deviation `std`; Nielsen's first network has 1."""

    def __init__(self, std=1.0):
        self.std = check_number(std, "std", minimum=0)

    def draw(self, fan_out, fan_in, rng):
        return rng.normal(0.0, self.std, (fan_out, fan_in))


class Uniform(Initializer):
    """Uniform numbers from -limit to limit; their standard deviation is limit / sqrt(3)."""

    def __init__(self, limit):
        self.limit = check_number(limit, "limit", minimum=0)

    def draw(self, fan_out, fan_in, rng):
        return rng.uniform(-self.limit, self.limit, (fan_out, fan_in))


class FanIn(Initializer):
    """Normal with std = 1 / sqrt(fan_in): a sum of fan_in inputs of size 1 has size 1.

    Source: LeCun, Bottou, Orr and Müller, Efficient BackProp, 1998, section 4.6.
    """

    def draw(self, fan_out, fan_in, rng):
        return rng.normal(0.0, 1 / math.sqrt(fan_in), (fan_out, fan_in))


class Glorot(Initializer):
    """Uniform with limit = sqrt(6 / (fan_in + fan_out)): a compromise for both directions.

    The variance 2 / (fan_in + fan_out) lies between 1 / fan_in, which keeps the signal's size going
    forward, and 1 / fan_out, which keeps the gradient's going back. For tanh and the like.
    Source: Glorot and Bengio, 2010, equation 16.
    """

    def draw(self, fan_out, fan_in, rng):
        limit = math.sqrt(6 / (fan_in + fan_out))
        return rng.uniform(-limit, limit, (fan_out, fan_in))


class He(Initializer):
    """Normal with std = sqrt(2 / fan_in), for ReLU: half of a signal's power dies in each ReLU.

    Source: He, Zhang, Ren and Sun, 2015, equation 10.
    """

    def draw(self, fan_out, fan_in, rng):
        return rng.normal(0.0, math.sqrt(2 / fan_in), (fan_out, fan_in))


class Sparse(Initializer):
    """Each neuron listens to `connections` inputs chosen at random; its other weights are 0.

    The weights that are there are normal with standard deviation `std`, so a neuron's sum has the
    same size however many inputs there are. A layer with fewer inputs than `connections` gets all.
    Source: Martens, 2010, section 5 (who chose 15 connections).
    """

    def __init__(self, connections=15, std=1.0):
        self.connections = check_count(connections, "connections")
        self.std = check_number(std, "std", minimum=0)

    def draw(self, fan_out, fan_in, rng):
        inputs = np.tile(np.arange(fan_in), (fan_out, 1))
        chosen = rng.permuted(inputs, axis=1)[:, : self.connections]
        W = np.zeros((fan_out, fan_in))
        np.put_along_axis(W, chosen, rng.normal(0.0, self.std, chosen.shape), axis=1)
        return W


class Orthogonal(Initializer):
    """`gain` times a random matrix whose rows (or columns, if it is tall) are orthonormal.

    A square one turns space without stretching it, so that any number of linear layers keeps a
    signal's length. Drawn from all such matrices with equal chance: the Q of a normal matrix's QR
    factorization, with the signs of R's diagonal (Mezzadri, 2007).
    Source: Saxe, McClelland and Ganguli, 2014.
    """

    def __init__(self, gain=1.0):
        self.gain = check_number(gain, "gain", positive=True)

    def draw(self, fan_out, fan_in, rng):
        tall = rng.normal(size=(max(fan_out, fan_in), min(fan_out, fan_in)))
        Q, R = np.linalg.qr(tall)
        Q *= self.gain * np.where(np.diag(R) < 0, -1.0, 1.0)
        return Q if fan_out >= fan_in else np.ascontiguousarray(Q.T)


def check_initializer(initializer, name):
    """Return `initializer`, refusing anything but an instance of an Initializer."""
    if not isinstance(initializer, Initializer):
        raise TypeError(f"{name} expects an initializer like Glorot(), got {describe(initializer)}")
    return initializer


def check_float_dtype(dtype):
    """Return `dtype` as a NumPy dtype: float32 or float64, the two that the library computes in."""
    try:
        dtype = np.dtype(dtype)
    except TypeError:
        raise TypeError(f"dtype expects np.float32 or np.float64, got {describe(dtype)}") from None
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"dtype expects np.float32 or np.float64, got {dtype}")
    return dtype


def _check_shape(shape):
    if not isinstance(shape, tuple | list) or len(shape) != 2:
        raise ValueError(f"shape expects (fan_out, fan_in), two whole numbers, got {shape!r}")
    return check_count(shape[0], "fan_out"), check_count(shape[1], "fan_in")
