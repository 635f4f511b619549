"""The functions that a neuron's sum z passes through, each with its way back (chapter 2).

Each is a gate for one number, the wire of a circuit, and for an array, a minibatch, which it takes
entry by entry; only `Softmax` and `Maxout` look at several entries at once. An array branch writes
into the gate's own buffers. ReLU, Sigmoid and Tanh live with the gates of chapter 1.

A kink has no derivative. There each docstring says which one the gate takes.
"""

import math

import numpy as np

from nnlib.gates import Gate, ReLU, Sigmoid, Tanh
from nnlib.validation import as_floats, check_count, check_number, describe

__all__ = [
    "ELU",
    "Arctan",
    "LeakyReLU",
    "Linear",
    "Maxout",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Step",
    "Tanh",
]


class Step(Gate):
    """a = 1 if z > 0 else 0: McCulloch and Pitts's neuron (1943), and Rosenblatt's (1958).

    Its derivative is 0 wherever it has one, and 0 is what it hands back, at the jump, too: nothing
    below a step can learn from a gradient.
    """

    __slots__ = ("workspace",)
    symbol = "step"

    def forward(self, z):
        if isinstance(z, np.ndarray):
            return np.greater(z, 0, out=self.buffer_like("a", z))
        return 1.0 if z > 0 else 0.0

    def backward(self, grad):
        if isinstance(grad, np.ndarray):
            zero = self.buffer_like("grad", grad)
            zero.fill(0)
            return zero
        return 0.0


class Linear(Gate):
    """a = z, the identity, with the derivative 1. It hands on the very array that it is given."""

    __slots__ = ()
    symbol = "id"

    def forward(self, z):
        return z

    def backward(self, grad):
        return grad


class LeakyReLU(Gate):
    """a = z if z > 0 else slope · z, with the derivative 1 above 0 and `slope` up to it.

    From -∞ to ∞. The slope is from 0 (ReLU) up to, not including, 1; a unit that is off still lets
    a little gradient through. Source: Maas, Hannun and Ng, 2013.
    """

    __slots__ = ("slope", "z", "workspace")
    symbol = "leaky"

    def __init__(self, slope=0.01):
        self.slope = check_number(slope, "slope", minimum=0, below=1)

    def settings(self):
        return {"slope": self.slope}

    def forward(self, z):
        self.z = z
        if isinstance(z, np.ndarray):
            a = np.multiply(z, self.slope, out=self.buffer_like("a", z))
            return np.maximum(z, a, out=a)
        return z if z > 0 else self.slope * z

    def backward(self, grad):
        if isinstance(grad, np.ndarray):
            da = np.greater(self.z, 0, out=self.buffer_like("grad", grad))  # 1 or 0
            da *= 1 - self.slope
            da += self.slope
            return np.multiply(grad, da, out=da)
        return grad if self.z > 0 else grad * self.slope


class ELU(Gate):
    """a = z if z > 0 else alpha (exp(z) - 1), the exponential linear unit, from -alpha to ∞.

    The derivative is 1 above 0 and alpha exp(z) = a + alpha up to it; alpha is a number above 0,
    and with alpha = 1 there is no kink. Source: Clevert, Unterthiner and Hochreiter, 2016.
    """

    __slots__ = ("alpha", "z", "low", "workspace")
    symbol = "ELU"

    def __init__(self, alpha=1.0):
        self.alpha = check_number(alpha, "alpha", positive=True)

    def settings(self):
        return {"alpha": self.alpha}

    def forward(self, z):
        self.z = z
        if isinstance(z, np.ndarray):
            low = np.minimum(z, 0, out=self.buffer_like("low", z))
            np.expm1(low, out=low)
            low *= self.alpha
            self.low = low  # 0 where z > 0
            a = np.maximum(z, 0, out=self.buffer_like("a", z))
            a += low
            return a
        self.low = 0.0 if z > 0 else self.alpha * math.expm1(z)
        return z if z > 0 else self.low

    def backward(self, grad):
        if isinstance(grad, np.ndarray):
            da = np.greater(self.z, 0, out=self.buffer_like("grad", grad))  # 1 or 0
            da *= 1 - self.alpha
            da += self.low
            da += self.alpha
            return np.multiply(grad, da, out=da)
        return grad if self.z > 0 else grad * (self.low + self.alpha)


class Softplus(Gate):
    """a = log(1 + exp(z)), ReLU with its corner rounded, from 0 to ∞; its derivative is sigmoid(z).

    Computed as max(z, 0) + log(1 + exp(-|z|)), the same function, which overflows nowhere.
    Source: Dugas, Bengio, Bélisle, Nadeau and Garcia, 2001.
    """

    __slots__ = ("z", "workspace")
    symbol = "soft+"

    def forward(self, z):
        self.z = z
        if isinstance(z, np.ndarray):
            high = np.maximum(z, 0, out=self.buffer_like("high", z))
            a = np.multiply(high, -2, out=self.buffer_like("a", z))
            a += z  # -|z|, in a form that lets complex numbers through
            np.exp(a, out=a)
            np.log1p(a, out=a)
            a += high
            return a
        return max(z, 0.0) + math.log1p(math.exp(-abs(z)))

    def backward(self, grad):
        if isinstance(grad, np.ndarray):
            da = np.multiply(self.z, 0.5, out=self.buffer_like("grad", grad))
            np.tanh(da, out=da)
            da += 1
            da *= 0.5  # sigmoid(z), as Sigmoid computes it
            return np.multiply(grad, da, out=da)
        return grad * Sigmoid().forward(self.z)


class Arctan(Gate):
    """a = arctan(z), from -π/2 to π/2, with the derivative 1 / (1 + z²)."""

    __slots__ = ("z", "workspace")
    symbol = "arctan"

    def forward(self, z):
        if isinstance(z, np.ndarray):
            self.z = as_floats(z)
            return np.arctan(self.z, out=self.buffer_like("a", self.z))
        self.z = z
        return math.atan(z)

    def backward(self, grad):
        if isinstance(grad, np.ndarray):
            da = np.square(self.z, out=self.buffer_like("grad", grad))
            da += 1
            return np.divide(grad, da, out=da)
        return grad / (1 + self.z * self.z)


class Maxout(Gate):
    """The largest of `k` sums: a neuron that learns the shape of its own bend, from k lines.

    On an array (k m, n) each k rows that follow one another are a group, and the output is (m, n).
    On wires it takes k Units: `Maxout(3)(u, v, w)`. The largest gets the gradient; where several
    tie, they share it equally. Raises ValueError for rows that don't make whole groups and for
    another number of wires. Source: Goodfellow, Warde-Farley, Mirza, Courville and Bengio, 2013.
    """

    __slots__ = ("k", "share", "workspace")
    symbol = "maxout"

    def __init__(self, k=2):
        self.k = check_count(k, "k", minimum=2)

    def settings(self):
        return {"k": self.k}

    def forward(self, *inputs):
        if len(inputs) == 1 and isinstance(inputs[0], np.ndarray):
            return self._forward_groups(inputs[0])
        if len(inputs) != self.k:
            raise ValueError(
                f"Maxout({self.k}) expects one array, or {self.k} numbers or Units, "
                f"got {len(inputs)} inputs"
            )
        a = max(inputs)
        winners = [z == a for z in inputs]
        self.share = [winner / sum(winners) for winner in winners]
        return a

    def backward(self, grad):
        if isinstance(grad, np.ndarray):
            dz = self.buffer("grad", self.share.shape, self.share.dtype)
            np.multiply(self.share, grad[:, np.newaxis], out=dz)
            return dz.reshape(-1, grad.shape[1])
        return tuple(grad * share for share in self.share)

    def _forward_groups(self, z):
        if z.ndim != 2 or z.size == 0 or z.shape[0] % self.k:
            raise ValueError(
                f"Maxout({self.k}) expects shape (features, n), the number of features a multiple "
                f"of {self.k}, got shape {z.shape}"
            )
        groups = z.reshape(-1, self.k, z.shape[1])
        m, _, n = groups.shape
        share = self.buffer_like("share", groups)
        a = groups.max(axis=1, out=self.buffer("a", (m, n), share.dtype))
        np.equal(groups, a[:, np.newaxis], out=share)
        share /= share.sum(axis=1, keepdims=True, out=self.buffer("ties", (m, 1, n), share.dtype))
        self.share = share
        return a


class Softmax(Gate):
    """pₖ = exp(zₖ) / Σⱼ exp(zⱼ): the logits z (classes, n) of each column become probabilities.

    Every output depends on every input of its column: ∂pⱼ/∂zₖ = pⱼ ([j = k] - pₖ), which makes the
    gradient at the logits p (g - Σⱼ pⱼ gⱼ). The largest logit is taken off first, which changes
    nothing but keeps exp from overflowing. Source: Bridle, 1990.

    To train a classifier, give the logits to SoftmaxCrossEntropy, which does both in one. Wires
    carry one number each, and softmax has as many outputs as inputs: Units are refused with a
    TypeError.
    """

    __slots__ = ("p", "workspace")
    symbol = "softmax"

    def forward(self, *inputs):
        z = inputs[0]
        if len(inputs) > 1 or not isinstance(z, np.ndarray):
            raise TypeError(
                f"Softmax expects one array of logits (classes, n), got {len(inputs)} input(s), "
                f"the first of them {describe(z)}: for Units, write z.exp() / total"
            )
        if z.ndim != 2 or z.shape[0] == 0:
            raise ValueError(f"Softmax expects logits of shape (classes, n), got shape {z.shape}")
        z, n = as_floats(z), z.shape[1]
        top = z.max(axis=0, keepdims=True, out=self.buffer("top", (1, n), z.dtype))
        p = np.subtract(z, top, out=self.buffer_like("p", z))
        np.exp(p, out=p)
        p /= p.sum(axis=0, keepdims=True, out=self.buffer("total", (1, n), p.dtype))
        self.p = p
        return p

    def backward(self, grad):
        p = self.p
        dz = np.multiply(p, grad, out=self.buffer_like("grad", p))
        total = dz.sum(axis=0, keepdims=True, out=self.buffer("total", (1, p.shape[1]), p.dtype))
        np.subtract(grad, total, out=dz)
        dz *= p
        return dz
