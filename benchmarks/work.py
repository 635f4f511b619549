"""What is measured: the workloads, and the data that every contender gets."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Training:
    """Minibatch steps on a network of Dense layers, `steps` of them a round.

    `activation` is "sigmoid" (after every layer, with the quadratic cost: Nielsen's network) or
    "relu" (between the layers, with softmax cross-entropy); `optimizer` is "sgd" or "adam".
    """

    sizes: tuple
    batch: int
    activation: str = "sigmoid"
    optimizer: str = "sgd"
    rate: float = 0.5
    steps: int = 1000
    examples: int = 10_000

    def data(self):
        """Images X (n, 784) as sparse as MNIST's, float32 from 0 to 1, and labels y (n,)."""
        rng = np.random.default_rng(0)
        X = rng.random((self.examples, self.sizes[0]), dtype=np.float32)
        X *= rng.random(X.shape, dtype=np.float32) < 0.19  # the share of ink in MNIST
        return X, rng.integers(0, self.sizes[-1], self.examples)

    def weights(self):
        """The same first weights for everybody: (fan_out, fan_in) and (fan_out,) a layer."""
        rng = np.random.default_rng(1)
        pairs = zip(self.sizes[:-1], self.sizes[1:], strict=True)
        return [
            (rng.normal(0, fan_in**-0.5, (fan_out, fan_in)), np.zeros(fan_out))
            for fan_in, fan_out in pairs
        ]
