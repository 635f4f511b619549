"""Parts of a data set: to learn from, to choose with, and to be judged by (chapters 6 and 7).

What a model is judged by it must never have seen. These functions deal every example to at most
one part, at random; `stratified` deals each class on its own, so that small parts keep the shares.
"""

from itertools import pairwise

import numpy as np

from nnlib.validation import (
    check_count,
    check_finite,
    check_labels,
    check_rng,
    check_same_length,
    check_vector,
    describe,
)


def split(X, y, parts, *, stratified=False, rng):
    """Deal the examples into parts: a list of pairs (X_part, y_part), as copies.

    `parts` are whole numbers (examples) or fractions of all examples. What they leave over is not
    used: with `parts=(100,)` a set of 100 is drawn. Shapes: X (n, ...) and y (n,). With
    `stratified` each class has its share of every part, up to a few examples.

    Raises ValueError where parts are empty or ask for more than there is.

    >>> X, y = np.arange(10.0)[:, None], np.arange(10)
    >>> rng = np.random.default_rng(0)
    >>> (X_train, y_train), (X_valid, y_valid) = split(X, y, (0.8, 0.2), rng=rng)
    >>> X_train.shape, y_valid.shape
    ((8, 1), (2,))
    """
    X = check_finite(np.atleast_1d(X), "X")
    y = check_vector(y)
    check_same_length(X, y)
    rng = check_rng(rng)
    edges = np.cumsum([0, *_counts(parts, len(y))])
    order = _stratified_order(y, rng) if stratified else rng.permutation(len(y))
    pieces = [rng.permutation(order[a:b]) for a, b in pairwise(edges)]
    return [(X[piece], y[piece]) for piece in pieces]


def k_fold(n, folds=5, *, labels=None, rng):
    """Cross-validation's turns: a list of `folds` pairs of index arrays (train, valid).

    Each of the n examples is in `valid` exactly once, and in `train` in all other turns. Given
    `labels` (n,) the folds are stratified by them.

    >>> [(len(train), len(valid)) for train, valid in k_fold(10, 3, rng=np.random.default_rng(0))]
    [(6, 4), (7, 3), (7, 3)]
    """
    n = check_count(n, "n")
    folds = check_count(folds, "folds", minimum=2)
    if folds > n:
        raise ValueError(f"folds expects at most one an example, got {folds} for {n} examples")
    rng = check_rng(rng)
    if labels is None:
        order = rng.permutation(n)
    else:
        order = _stratified_order(check_vector(labels, "labels", length=n), rng)
    valid = [np.sort(piece) for piece in np.array_split(order, folds)]
    return [(np.setdiff1d(np.arange(n), piece), piece) for piece in valid]


def one_hot(y, classes, *, dtype=np.float64):
    """Labels as rows with a single 1: shape (n, classes) from shape (n,).

    >>> one_hot([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    classes = check_count(classes, "classes")
    y = check_labels(y, classes=classes)
    rows = np.zeros((len(y), classes), dtype)
    rows[np.arange(len(y)), y] = 1
    return rows


def _counts(parts, n):
    """The sizes of the parts in examples, from whole numbers or from fractions of n."""
    if not np.iterable(parts):
        raise TypeError(
            f"parts expects a tuple with a number for each part, got {describe(parts)}: "
            "write parts=(0.8, 0.2), or parts=(0.5,) for a single part"
        )
    parts = check_vector(parts, "parts")
    if parts.dtype.kind == "b" or (parts <= 0).any():
        raise ValueError(f"parts expects counts or fractions above 0, got {parts.tolist()}")
    if parts.dtype.kind == "f":
        if parts.sum() > 1 + 1e-9:
            raise ValueError(
                f"parts expects fractions that add up to at most 1, got {parts.tolist()}: "
                "for numbers of examples use whole numbers without a decimal point"
            )
        counts = np.diff(np.rint(np.cumsum([0, *parts]) * n).astype(int))
    else:
        counts = parts.astype(int)
    if counts.sum() > n or (counts == 0).any():
        raise ValueError(
            f"parts {parts.tolist()} of {n} examples would hold {counts.tolist()}: "
            "each part needs at least one example, and no example is in two"
        )
    return counts


def _stratified_order(y, rng):
    """An order in which any stretch holds the classes in about the shares of the whole.

    The examples of a class, shuffled, are spread evenly over the line from 0 to 1, each class on
    its own; the order is the one in which they are met along the line.
    """
    order = rng.permutation(len(y))
    _, label, count = np.unique(y[order], return_inverse=True, return_counts=True)
    by_class = np.argsort(label, kind="stable")
    first = np.cumsum(count) - count
    rank = np.empty(len(y))
    rank[by_class] = np.arange(len(y)) - np.repeat(first, count)
    place = (rank + 0.5) / count[label]
    return order[np.lexsort((rng.random(len(y)), place))]
