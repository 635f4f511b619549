"""The work that contenders do: sizes, data, and first weights, the same for all of them."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

MNIST = Path(__file__).parent / ".venv" / "mnist.npz"  # written by the race for its contenders


@dataclass(frozen=True)
class Training:
    """Minibatch steps through a network of Dense layers; a unit of the work is a step.

    `activation` is "sigmoid", after every layer and with the quadratic cost (Nielsen's network), or
    "relu", between the layers and with softmax cross-entropy. `optimizer` is "sgd" or "adam".
    """

    sizes: tuple
    batch: int
    activation: str = "sigmoid"
    optimizer: str = "sgd"
    rate: float = 0.1
    examples: int = 10_000

    @property
    def epoch(self):
        """Steps in an epoch."""
        return -(-self.examples // self.batch)

    def data(self):
        """Images X (n, features) as sparse as MNIST's, float32 from 0 to 1, and labels y (n,)."""
        rng = np.random.default_rng(0)
        X = rng.random((self.examples, self.sizes[0]), dtype=np.float32)
        X *= rng.random(X.shape, dtype=np.float32) < 0.19  # the share of ink in MNIST
        return X, rng.integers(0, self.sizes[-1], self.examples)

    def weights(self):
        """The first weights, a pair (fan_out, fan_in), (fan_out,) a layer."""
        rng = np.random.default_rng(1)
        pairs = zip(self.sizes[:-1], self.sizes[1:], strict=True)
        return [
            (rng.normal(0, fan_in**-0.5, (fan_out, fan_in)), np.zeros(fan_out))
            for fan_in, fan_out in pairs
        ]


@dataclass(frozen=True)
class Convnet(Training):
    """Minibatch steps through a small convolutional network; a unit of the work is a step.

    `sizes` are the pixels of a square image, the maps of two convolutions with filters of `size`,
    each before a max-pooling by 2 and a ReLU, then the hidden ReLUs, and the classes.
    """

    size: int = 5

    @property
    def side(self):
        """Pixels along an image."""
        return math.isqrt(self.sizes[0])

    def weights(self):
        """The first weights, filters (maps, channels, size, size) before (fan_out, fan_in)."""
        rng = np.random.default_rng(1)
        _, first, second, hidden, classes = self.sizes
        side = self.side
        for _ in range(2):
            side = (side - self.size + 1) // 2
        shapes = [
            (first, 1, self.size, self.size),
            (second, first, self.size, self.size),
            (hidden, second * side**2),
            (classes, hidden),
        ]
        return [
            (rng.normal(0, math.prod(shape[1:]) ** -0.5, shape), np.zeros(shape[0]))
            for shape in shapes
        ]


@dataclass(frozen=True)
class Circuit:
    """micrograd's demo: 2-16-16-1 neurons of scalars on two moons; a unit is a full-batch step.

    The hinge loss of `examples` points, plus 1e-4 times the sum of the squares of all parameters.
    """

    widths: tuple = (2, 16, 16, 1)
    examples: int = 100
    rate: float = 0.5

    def data(self):
        """Points X, a list of pairs, and labels y of -1 and +1."""
        rng = np.random.default_rng(0)
        y = rng.choice([-1, 1], self.examples)
        angle = rng.uniform(0, np.pi, self.examples)
        X = np.column_stack([np.cos(angle) * y + (y < 0), np.sin(angle) * y + 0.5 * (y < 0)])
        return (X + rng.normal(0, 0.1, X.shape)).tolist(), y.tolist()


@dataclass(frozen=True)
class Machines:
    """Ten linear SVMs, one digit against the rest, on MNIST's first images; a unit is an epoch."""

    examples: int = 10_000
    strength: float = 1e-4
    epochs: int = 5

    def data(self):
        """Images X (n, 784), float64 from 0 to 1, and labels y (n,)."""
        with np.load(MNIST) as archive:
            X, y = archive["X"][: self.examples], archive["y"][: self.examples]
        return X / 255, y


@dataclass(frozen=True)
class Cut(Training):
    """The loss on a grid of `side` x `side` points of weight space; a unit is the whole grid."""

    side: int = 101

    def directions(self):
        """Two random directions, each a list of arrays like the weights."""
        rng = np.random.default_rng(2)
        return [
            [(rng.normal(size=W.shape), np.zeros(b.shape)) for W, b in self.weights()]
            for _ in range(2)
        ]
