"""Any whole numbers as classes, and what losses and scores make of them (chapters 2 and 3)."""

import numpy as np

from nnlib.validation import check_same_length, check_vector, check_whole


def check_classes(X, y):
    """The classes (K,) in y, sorted, and for each example the index (n,) of its class.

    y holds whole numbers of any kind: 0 and 1, -1 and +1, the digits. Raises ValueError for other
    numbers, for a single class, and where X and y differ in length.
    """
    y = check_whole(y)
    check_same_length(X, y)
    classes, index = np.unique(y.astype(np.int64), return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"y holds one class alone, {classes[0]}: a boundary needs examples on both sides"
        )
    return classes, index


def signs(index, classes):
    """+1 where an example is of the class, -1 elsewhere: (K, n), a row a class against the rest.

    Two classes need one row, +1 for the second.

    >>> signs(np.array([0, 1, 1]), 2)
    array([[-1.,  1.,  1.]])
    """
    wanted = [1] if classes == 2 else range(classes)
    return np.array([np.where(index == k, 1.0, -1.0) for k in wanted])


def accuracy(answers, y):
    """The share of the answers (n,) that are the labels y (n,), from 0 to 1.

    >>> accuracy(np.array([0, 1, 1, 1]), [0, 1, 0, 1])
    0.75
    """
    y = check_vector(y)
    check_same_length(answers, y, "X")
    return float(np.mean(answers == y))


def labels_of(scores, classes):
    """The labels (n,) that scores mean: (n,) by their sign, (n, K) by the largest of a row."""
    if scores.ndim == 1:
        return classes[(scores > 0).astype(int)]
    return classes[scores.argmax(axis=1)]
