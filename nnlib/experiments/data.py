"""The digits as the experiments take them: scaled, split, and fewer where that is the point.

50,000 to learn from, 10,000 to choose with, 10,000 to be judged by (chapter 7).
"""

import numpy as np

from nnlib.datasets import load_mnist, scaled
from nnlib.datasets.mnist import Splits
from nnlib.validation import check_count, check_rng


def digits():
    """MNIST in three parts, pixels from 0 to 1 in float32: `Splits` with X_train to y_test."""
    parts = load_mnist().split()
    return Splits(*(scaled(part, np.float32) if part.ndim == 2 else part for part in parts))


def drawn(digits, images, *, rng):
    """The same validation and test sets, with `images` of the training examples, drawn at random.

    Shapes: X_train (images, 784), y_train (images,). ValueError for more than there are.
    """
    images, available = check_count(images, "images"), len(digits.y_train)
    if images > available:
        raise ValueError(f"images expects at most the {available} there are, got {images}")
    chosen = check_rng(rng).permutation(available)[:images]
    return digits._replace(X_train=digits.X_train[chosen], y_train=digits.y_train[chosen])
