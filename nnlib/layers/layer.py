"""What a layer has beyond a gate: a start, a difference between training and use, a memory.

Every layer takes a minibatch as an array whose last axis counts the examples, (features, n), and
keeps the gate's contract: `forward(a)`, `backward(grad)`, `parameters()`.
"""

import numpy as np

from nnlib.gates import Gate
from nnlib.validation import check_rng, describe


class Layer(Gate):
    """A gate between two arrays of a network.

    `initialize(rng=...)` makes what the layer needs before its first forward.
    `backward(grad)` writes its Parameters' gradients afresh and returns the gradient at the input.
    `training` tells a layer that behaves differently in training which of the two it is; a network
    sets it.
    `stretch`, where a layer has one, is how many examples it evaluates best at a time.
    `state()` and `restore(state)` save and bring back what it remembers beyond its Parameters.
    """

    training = False

    def initialize(self, *, rng, dtype=np.float64):
        """Make the layer ready. Most layers need nothing."""

    @property
    def taken(self):
        """Whether the layer was initialized, so that it can't serve in one more network."""
        return bool(self.parameters() or self.state())

    def state(self):
        """What the layer remembers beyond its Parameters: a dict of arrays and JSON values."""
        return {}

    def restore(self, state):
        """Take up again what `state()` gave, after `initialize`."""

    def check_grad(self, grad, shape):
        """`grad`, if it has `shape`, that of the layer's last output."""
        if np.shape(grad) != shape:
            raise ValueError(
                f"{type(self).__name__} expects a gradient of its last output's shape, {shape}, "
                f"got shape {np.shape(grad)}"
            )
        return grad

    def sum_columns(self, array, out):
        """Write the sum of the columns of `array` (rows, n) into `out` (rows, 1).

        As a product with a column of ones, which is several times faster than NumPy's sum.
        """
        ones = self.buffer("ones", (array.shape[1], 1), array.dtype, fill=1)
        return array.dot(ones, out=out)


class Noisy(Layer):
    """A layer that draws random numbers in training, from a generator of its own.

    `initialize(rng=...)` draws the generator's seed from `rng`. A network does so after all else,
    so that its first weights are the same with the layer and without it. `state()` holds where the
    generator stands, so that a run that is resumed draws what it would have drawn.
    """

    rng = None

    def initialize(self, *, rng, dtype=np.float64):
        self.rng = np.random.default_rng(check_rng(rng).integers(2**63))

    def state(self):
        return {} if self.rng is None else {"generator": self.rng.bit_generator.state}

    def restore(self, state):
        if state:
            self.rng = np.random.default_rng()
            self.rng.bit_generator.state = state["generator"]

    def check(self, a):
        """Return the array `a`, once there is a generator to draw from."""
        if not isinstance(a, np.ndarray):
            raise TypeError(f"{self} expects an array, a column an example, got {describe(a)}")
        if self.training and self.rng is None:
            raise ValueError(f"{self} has no generator yet: call initialize(rng=...) first")
        return a
