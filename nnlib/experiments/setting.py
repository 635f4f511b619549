"""What a training on digits is made of, in one object that shows itself (chapter 7)."""

import copy
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nnlib.activations import Sigmoid
from nnlib.gates import Gate
from nnlib.initializers import Initializer, Normal
from nnlib.layers import Dense, Dropout
from nnlib.losses import Loss, SquaredError
from nnlib.network import Network
from nnlib.optimizers import SGD, Optimizer
from nnlib.regularizers import Regularizer

TEN = np.eye(10)  # an output for each digit; a row is what the outputs should be for that digit
FOUR = np.array([[digit >> bit & 1 for bit in range(4)] for digit in range(10)], float)  # its bits


@dataclass(frozen=True)
class Setting:
    """A network, the digits that it sees, and how it learns from them.

    The defaults are those of Nielsen's first network (2015, chapter 1); `replace` of `dataclasses`
    makes another setting that differs in one thing: `replace(setting, epochs=3)`.

    `sizes` are those of the layers, from 784 pixels to ten outputs, or to four for the digit's
    bits. With a cross-entropy the outputs are logits: the loss brings the last sigmoid or softmax
    with it. `dropout` is the rate at hidden layers. Of the training images the first `images` are
    used. `augment` changes minibatches, `patience` stops early, as `EarlyStopping` does. `seeds`
    says how many trainings, from seed 0 on, the long runs make of it.
    """

    sizes: tuple = (784, 30, 10)
    activation: Gate = Sigmoid()
    weights: Initializer = Normal()
    bias: Initializer = Normal()
    loss: Loss = SquaredError()
    optimizer: Optimizer = SGD(3.0)
    regularizer: Regularizer | None = None
    dropout: float = 0.0
    augment: object = None
    patience: int | None = None
    images: int = 50_000
    batch_size: int = 10
    epochs: int = 30
    dtype: type = np.float64
    seeds: int = 5

    @property
    def code(self):
        """What the outputs should be: (10, outputs), a row a digit."""
        return {10: TEN, 4: FOUR}[self.sizes[-1]]

    def network(self, *, rng):
        """The network before it has learned anything, its first weights drawn from `rng`."""
        layers = []
        for fan_in, fan_out in pairwise(self.sizes):
            layers.append(Dense(fan_in, fan_out, weights=self.weights, bias=self.bias))
            layers.append(self.activation.fresh())
            if self.dropout and fan_out != self.sizes[-1]:
                layers.append(Dropout(self.dropout))
        if not isinstance(self.loss, SquaredError):
            layers.pop()  # the outputs stay logits
        loss, regularizer = copy.deepcopy((self.loss, self.regularizer))
        return Network(layers, loss=loss, regularizer=regularizer, rng=rng, dtype=self.dtype)
