"""What a layer has beyond a gate: a start, a difference between training and use, a memory.

Every layer takes a minibatch as an array whose last axis counts the examples, (features, n), and
keeps the gate's contract: `forward(a)`, `backward(grad)`, `parameters()`.
"""

import numpy as np

from nnlib.gates import Gate


class Layer(Gate):
    """A gate between two arrays of a network.

    `initialize(rng=...)` makes what the layer needs before its first forward.
    `training` tells layers that behave differently in training which of the two it is; the network
    sets it.
    `state()` and `restore(state)` save and bring back what a layer remembers beyond its Parameters.
    `backward(grad)` writes its Parameters' gradients afresh and returns the gradient at the input.
    """

    training = False

    def initialize(self, *, rng, dtype=np.float64):
        """Make the layer ready. Most layers need nothing."""

    def settings(self):
        """The arguments that make the same layer again: `type(layer)(**layer.settings())`."""
        return {}

    def state(self):
        """What the layer remembers beyond its Parameters: a dict of arrays, numbers and strings."""
        return {}

    def restore(self, state):
        """Take up a `state()` again."""

    def __repr__(self):
        settings = ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
        return f"{type(self).__name__}({settings})"
