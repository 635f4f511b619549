"""Minibatches: a few examples at a time, in a new random order each epoch (chapter 4)."""

import numpy as np

from nnlib.trainer.epoch import fingerprint
from nnlib.validation import check_finite, describe

FETCH = 2**18  # bytes of examples fetched at a time, so that they are in the cache when needed


class Minibatches:
    """The training data X (n, features), y, and the arrays that minibatches are copied to.

    Examples lie scattered in memory in a shuffled order, and fetching them costs a small network
    as much as a layer; so those of several minibatches are fetched at once. X may be of any number
    type: a minibatch is converted to the network's dtype, X is not. Nothing is allocated after the
    first minibatches of each size. `labels` is y (n,) where it holds labels, else None.
    """

    def __init__(self, network, X, y):
        X, T = network.encode(X, y)
        self.X, self.T = _takeable(X), _takeable(T.T)
        self.dtype = network.dtype
        self.labels = network.labels(y, len(T))
        self.stretches = {}
        self.fingerprint = fingerprint(self.X, self.T)

    def __len__(self):
        return len(self.X)

    def walk(self, order, start, batch_size, augment, rng):
        """Yield for each minibatch from order[start] on: inputs (features, batch), targets, size.

        The arrays hold until the next is asked for. `augment` is None or a function of the rows
        X (batch, features) and `rng`.
        """
        size = self.X[0].size * self.dtype.itemsize  # bytes of an example, once converted
        fetched = batch_size * max(1, FETCH // (batch_size * size))
        while start < len(order):
            index = order[start : start + fetched]
            stretch = self._stretch(len(index), batch_size)
            stretch.fill(self.X, self.T, index, convert=augment is None)
            for rows, a, columns, targets in stretch.parts:
                if augment is not None:
                    a[...] = _augmented(rows, augment, rng)
                yield columns, targets, len(rows)
            start += fetched

    def _stretch(self, size, batch_size):
        key = size, batch_size
        if key not in self.stretches:
            self.stretches[key] = Stretch(self.X, self.T, self.dtype, size, batch_size)
        return self.stretches[key]


class Stretch:
    """Room for `size` examples, and views of its minibatches."""

    def __init__(self, X, T, dtype, size, batch_size):
        self.rows = np.empty((size, *X.shape[1:]), X.dtype)
        self.a = self.rows if X.dtype == dtype else np.empty(self.rows.shape, dtype)
        self.T_rows = np.empty((size, *T.shape[1:]), T.dtype)
        whole = size - size % batch_size
        by_minibatch = self.T_rows[:whole].reshape(whole // batch_size, batch_size, T.shape[1])
        self.T_views = [by_minibatch.swapaxes(1, 2), self.T_rows[whole:].T]
        self.T = [np.empty(view.shape, T.dtype) for view in self.T_views]
        targets = [*self.T[0], self.T[1]]
        self.parts = []
        for k, start in enumerate(range(0, size, batch_size)):
            part = slice(start, start + batch_size)
            columns = np.moveaxis(self.a[part], 0, -1)
            self.parts.append((self.rows[part], self.a[part], columns, targets[k]))

    def fill(self, X, T, index, *, convert):
        """Copy the examples `index`, to the network's dtype unless they are to be augmented."""
        X.take(index, 0, self.rows, "clip")  # "clip", for the default "raise" copies once more
        T.take(index, 0, self.T_rows, "clip")
        for columns, view in zip(self.T, self.T_views, strict=True):
            columns[...] = view  # in the order of the outputs, which spares each step a detour
        if convert and self.a is not self.rows:
            self.a[...] = self.rows


def _takeable(array):
    """`array` itself where rows can be copied straight out of it, else a copy in plain order."""
    return np.require(array, array.dtype.newbyteorder("="), "C")


def _augmented(rows, augment, rng):
    changed = np.asarray(augment(rows, rng=rng))
    if changed.shape != rows.shape:
        raise ValueError(
            f"augment expects to return the minibatch's shape {rows.shape}, got {describe(changed)}"
        )
    return check_finite(changed, "the minibatch returned by augment")
