"""The cost of a classifier with two weights, as a landscape to walk on (chapter 3).

With two weights and no bias, every classifier is a point in the plane, and the cost is the height
above it: the surface that training walks down can be seen in full.
"""

import numpy as np

from nnlib.validation import (
    as_floats,
    check_count,
    check_matrix,
    check_number,
    check_rng,
    check_same_length,
    check_vector,
    describe,
)

FAR = 1e6  # a weight beyond this will not come back
BLOCK = 1 << 16  # margins computed at once: they stay in the processor's cache


class MarginLoss:
    """A loss of one number, the margin m = y s: the label -1 or +1 times the score.

    A margin above 0 means the right side of the line. `value(m)` and its derivative `slope(m)`
    take arrays of floats, of any shape, and `name` is what the loss is called.
    """

    def __repr__(self):
        return f"{type(self).__name__}()"


class HingeLoss(MarginLoss):
    """max(0, 1 - m): nothing to pay from a margin of 1 on; at that kink the slope taken is 0."""

    name = "hinge"

    def value(self, m):
        return np.maximum(0, 1 - m)

    def slope(self, m):
        return np.where(m < 1, -1.0, 0.0)


class SquaredHingeLoss(MarginLoss):
    """max(0, 1 - m)²: what lacks much pulls much, and there is no kink."""

    name = "squared hinge"

    def value(self, m):
        return np.maximum(0, 1 - m) ** 2

    def slope(self, m):
        return -2 * np.maximum(0, 1 - m)


class LogisticLoss(MarginLoss):
    """log(1 + e⁻ᵐ), the cross-entropy of a sigmoid neuron; its slope: -1 / (1 + eᵐ).

    Both are computed from e to the power of -|m|, which cannot overflow.
    """

    name = "logistic"

    def value(self, m):
        return np.maximum(0, -m) + np.log1p(np.exp(-np.abs(m)))

    def slope(self, m):
        small = np.exp(-np.abs(m))
        return -np.where(m < 0, 1, small) / (1 + small)


class SquaredLoss(MarginLoss):
    """(1 - m)², the squared error to a score of -1 or +1: it punishes what is too right as well."""

    name = "squared error"

    def value(self, m):
        return (1 - m) ** 2

    def slope(self, m):
        return -2 * (1 - m)


class ClassifierSurface:
    """The cost of a line through the origin, w·x = 0, as a function of its two weights.

        cost(w) = 1/n Σ loss(y w·x) + strength / 2 |w|²

    `X` (n, 2) holds the examples, `y` (n,) labels 0 and 1 or -1 and +1. The surface is called with
    weights w of shape (2, ...), one point or a whole grid, and returns costs of shape (...).

    Raises TypeError for a loss that is no `MarginLoss`, ValueError for examples of other than two
    features, for one class alone, and for other labels.

    >>> surface = ClassifierSurface([[1.0, 0.0], [0.0, 2.0]], [1, -1], HingeLoss(), strength=0.1)
    >>> surface(np.array([0.5, 0.5]))  # (max(0, 1 - 0.5) + max(0, 1 + 1)) / 2 + 0.05 * 0.5
    1.275
    """

    def __init__(self, X, y, loss, strength=0.0):
        if not isinstance(loss, MarginLoss):
            raise TypeError(f"loss expects a loss of a margin, e.g. HingeLoss(), got {_said(loss)}")
        X, y = check_matrix(X, features=2), signs(y)
        check_same_length(X, y)
        self.loss, self.strength = loss, check_number(strength, "strength", minimum=0)
        self.signed = y[:, None] * X  # (n, 2): a margin is w · (y x)

    def __call__(self, w):
        """The costs (...) at the weights w (2, ...)."""
        w = _two(w)
        points = w.reshape(2, -1)
        cost = self.strength / 2 * (points**2).sum(axis=0)
        at_once = max(1, BLOCK // len(self.signed))
        for first in range(0, points.shape[1], at_once):
            block = slice(first, first + at_once)
            margins = self.signed @ points[:, block]
            cost[block] += self.loss.value(margins).mean(axis=0)
        return cost.reshape(w.shape[1:]) if w.ndim > 1 else cost[0].item()

    def gradient(self, w, index=None):
        """The gradient (2,) at w (2,), over all examples or over the minibatch `index` (m,)."""
        w, signed = _two(w), self.signed if index is None else self.signed[index]
        slope = self.loss.slope(signed @ w)
        return slope @ signed / len(signed) + self.strength * w

    def margins(self, w):
        """The margins (n,) at w (2,): above 0 for the examples on their own side of the line."""
        return self.signed @ _two(w)

    def descend(self, start, learning_rate, steps, *, batch_size=None, rng=None):
        """Walk downhill from `start` (2,): the path (steps + 1, 2), its first row the start.

        Each step goes -learning_rate times the gradient, over all examples or over the next
        minibatch: the examples are shuffled by `rng`, used up, and shuffled again. A path that
        runs away ends early, with the first point that has a weight beyond 1e6: then it has fewer
        rows.

        Raises ValueError for a start, a rate, a number of steps or a batch size that can't be, and
        TypeError for a `batch_size` without an `rng`.
        """
        w = check_vector(start, "start", length=2).astype(np.float64)
        learning_rate = check_number(learning_rate, "learning_rate", positive=True)
        path = [w]
        batches = self._batches(batch_size, rng)
        for _ in range(check_count(steps, "steps", minimum=0)):
            w = w - learning_rate * self.gradient(w, next(batches))
            path.append(w)
            if max(abs(w)) > FAR:
                break
        return np.array(path)

    def _batches(self, batch_size, rng):
        """Indices of one minibatch after the other, without end; None means all examples."""
        if batch_size is None:
            return iter(lambda: None, 0)
        return _shuffled(len(self.signed), check_count(batch_size, "batch_size"), check_rng(rng))


def signs(y):
    """Labels y (n,), 0 and 1 or -1 and +1, as -1.0 and +1.0; both have to be there.

    >>> signs([0, 1, 1])
    array([-1.,  1.,  1.])
    """
    y = check_vector(y)
    classes = np.unique(y).tolist()
    if classes not in ([0, 1], [-1, 1]):
        raise ValueError(
            f"y expects labels of two classes, 0 and 1 or -1 and +1, got {classes[:5]}: "
            "name the classes so"
        )
    return np.where(y == 1, 1.0, -1.0)


def _shuffled(n, batch_size, rng):
    while True:
        order = rng.permutation(n)
        for first in range(0, n, batch_size):
            yield order[first : first + batch_size]


def _two(w):
    """The weights w (2, ...) as floats: the squares of small integers could overflow."""
    w = np.asarray(w)
    if w.ndim == 0 or w.shape[0] != 2:
        raise ValueError(f"w expects two weights, shape (2,) or (2, ...), got shape {w.shape}")
    return as_floats(w)


def _said(loss):
    hint = ": make an instance of it" if isinstance(loss, type) else ""
    return describe(loss) + hint
