"""Small sets made on the spot: a plane of points, or a curve with noise (chapters 2 to 6).

Each function takes a generator and gives `X` of shape (n, features), a row an example, and `y` of
shape (n,): integer labels 0, 1, ... for classes, numbers for a curve. Classes are as equal in size
as `n` allows, the first ones getting what is left over; examples come in random order.
"""

import numpy as np

from nnlib.validation import (
    check_count,
    check_finite,
    check_matrix,
    check_number,
    check_rng,
    check_vector,
    describe,
)


def six_points():
    """The six labelled points of chapter 3: X of shape (6, 2) and y of shape (6,), -1 or +1.

    They are the data of the code in Karpathy's *Hacker's guide to neural networks*, chapter 2. The
    table printed above that code there differs from it: in the table, points 2 to 5 are (-0.3, 0.5)
    with -1, (-3, -1) with +1, (0.1, 1.0) with -1 and (3.0, 1.1) with -1.

    >>> X, y = six_points()
    >>> X[1], y[1]
    (array([-0.3, -0.5]), np.int64(-1))
    """
    X = np.array([[1.2, 0.7], [-0.3, -0.5], [3.0, 0.1], [-0.1, -1.0], [-1.0, 1.1], [2.1, -3.0]])
    y = np.array([1, -1, 1, -1, -1, 1])
    return X, y


def blobs(n, *, centers=((-2.0, 0.0), (2.0, 0.0)), noise=1.0, rng):
    """Round clouds, one a class: a class's center plus normal noise.

    `centers` has shape (classes, features); `noise` is the standard deviation in every direction.
    """
    centers = check_matrix(centers, "centers").astype(np.float64)
    y = _balanced_labels(n, len(centers))
    return _noisy_and_shuffled(centers[y], y, noise, rng)


def xor(n, *, noise=0.2, rng):
    """Four clouds around (±1, ±1); the label is 1 where the two signs differ: exclusive or.

    Its two classes take turns around the square, so that no straight line parts them. With
    `noise=0` the points are the four corners themselves.
    """
    corners = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, 1.0], [1.0, -1.0]])
    corner = _balanced_labels(n, 4)
    return _noisy_and_shuffled(corners[corner], corner % 2, noise, rng)


def moons(n, *, noise=0.1, rng):
    """Two half circles of radius 1 that reach into each other, the second one upside down.

    Class 0 lies at (cos t, sin t), class 1 at (1 - cos t, 1/2 - sin t), with t in equal steps from
    0 to π; `noise` is the standard deviation of the normal noise on both coordinates.
    """
    y = _balanced_labels(n, 2)
    t = _steps(y, last=True) * np.pi
    x1 = np.where(y == 0, np.cos(t), 1 - np.cos(t))
    x2 = np.where(y == 0, np.sin(t), 0.5 - np.sin(t))
    return _noisy_and_shuffled(np.column_stack([x1, x2]), y, noise, rng)


def rings(n, *, radii=(0.5, 1.0), noise=0.05, rng):
    """Rings around the origin: class k lies on a circle of radius `radii[k]`, in equal steps."""
    radii = check_vector(radii, "radii")
    if (radii < 0).any():
        raise ValueError(f"radii expects numbers of at least 0, got {radii.tolist()}")
    y = _balanced_labels(n, len(radii))
    angle = 2 * np.pi * _steps(y)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    return _noisy_and_shuffled(radii[y, None] * circle, y, noise, rng)


def spirals(n, *, arms=2, turns=1.5, noise=0.02, rng):
    """Arms of a spiral, one a class, wound around the origin out to radius 1.

    Along an arm the radius r grows in equal steps from 0 (left out) to 1 while the angle grows by
    `turns` full turns: angle = 2π (turns · r + k / arms) for class k.
    """
    arms = check_count(arms, "arms", minimum=2)
    turns = check_number(turns, "turns", positive=True)
    y = _balanced_labels(n, arms)
    r = _steps(y, first=False, last=True)
    angle = 2 * np.pi * (turns * r + y / arms)
    X = r[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return _noisy_and_shuffled(X, y, noise, rng)


def linear(n, *, weights, bias=0.0, noise=0.1, rng):
    """A linear relation under noise: y = X @ weights + bias + noise, X standard normal.

    X has shape (n, len(weights)), y shape (n,). With most weights 0 it is the set on which L1
    regularization shows what it can do.
    """
    n = check_count(n, "n")
    weights = check_vector(weights, "weights")
    bias = check_number(bias, "bias")
    noise = check_number(noise, "noise", minimum=0)
    rng = check_rng(rng)
    X = rng.standard_normal((n, len(weights)))
    return X, X @ weights + bias + noise * rng.standard_normal(n)


def curve(function, n, *, low=-1.0, high=1.0, noise=0.1, rng):
    """A curve under noise: y = function(x) + noise, x uniform from `low` to `high`.

    X has shape (n, 1), y shape (n,); `function` takes and gives an array of shape (n,). A noisy
    line is `curve(lambda x: 2 * x + 1, ...)`, a polynomial `curve(np.polynomial.Polynomial(c),
    ...)`.
    """
    if not callable(function):
        raise TypeError(f"curve expects a function of x first, got {describe(function)}")
    n = check_count(n, "n")
    low, high = check_number(low, "low"), check_number(high, "high")
    if low >= high:
        raise ValueError(f"curve expects low < high, got low={low:g} and high={high:g}")
    noise = check_number(noise, "noise", minimum=0)
    x = check_rng(rng).uniform(low, high, n)
    y = check_finite(np.asarray(function(x.copy()), dtype=np.float64), "function(x)")
    if y.shape != x.shape:
        raise ValueError(f"function expects shape {x.shape} to stay, it returned {y.shape}")
    return x[:, None], y + noise * rng.standard_normal(n)


def _balanced_labels(n, classes):
    """n labels in order, 0 0 0 ... 1 1 1 ..., no class more than one larger than another."""
    n = check_count(n, "n", minimum=classes)
    return np.sort(np.arange(n) % classes)


def _steps(y, *, first=True, last=False):
    """Equal steps through the interval from 0 to 1 within each class of the sorted labels `y`.

    `first` and `last` say whether the ends, 0 and 1, are among them.
    """
    _, start, count = np.unique(y, return_index=True, return_counts=True)
    rank = np.arange(len(y)) - start[y] + (not first)
    intervals = count + (not first) - last
    return rank / np.maximum(intervals, 1)[y]


def _noisy_and_shuffled(X, y, noise, rng):
    noise = check_number(noise, "noise", minimum=0)
    order = check_rng(rng).permutation(len(y))
    return X[order] + noise * rng.standard_normal(X.shape), y[order]
