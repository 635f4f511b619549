"""An epoch under way: what it has counted so far, so that it can be left and taken up again."""

import zlib
from dataclasses import dataclass

import numpy as np

ROOM = 2048  # examples whose outputs are kept before they are compared with their labels


@dataclass
class Epoch:
    """One pass through the training data.

    `order` (n,) is the random order of the examples and `position` how many of them are done; of
    these, `loss` is the sum of the losses and `correct` how many got their label. `rate` is the
    learning rate at the start, `data` the fingerprint of the training data.
    """

    order: np.ndarray
    rate: float
    data: int
    position: int = 0
    loss: float = 0.0
    correct: int = 0


def fingerprint(X, y):
    """A checksum by which data X, y are known again, in another process, too.

    It is taken of all y and of some 1000 rows of X, so that it costs next to nothing.
    """
    X, y = np.asarray(X), np.asarray(y)
    check = zlib.crc32(f"{X.shape} {X.dtype} {y.shape} {y.dtype}".encode())
    for part in (X[:: max(1, len(X) // 1000)], y):
        check = zlib.crc32(np.ascontiguousarray(part), check)
    return check


class Tally:
    """Counts an epoch's right answers, thousands at a time, which costs each step less."""

    def __init__(self, loss, labels, order, position):
        self.loss, self.labels, self.order = loss, labels, order
        self.counted = self.position = position  # in the order: answers counted, and answers kept
        self.room = 0

    def keep(self, outputs, size):
        """Keep the outputs (classes, size) for the next examples of the order.

        Returns how many answers were found right on this occasion, mostly 0.
        """
        start = self.position - self.counted
        correct = 0
        if start + size > self.room:
            correct = self.count()
            start = 0
            if size > self.room:
                self.room = max(ROOM, size)
                self.outputs = np.empty((len(outputs), self.room), outputs.dtype)
        self.outputs[:, start : start + size] = outputs
        self.position += size
        return correct

    def count(self):
        """How many of the answers that are kept were right; from here on none is kept."""
        kept = self.position - self.counted
        if not kept:
            return 0
        predicted = self.loss.predict(self.outputs[:, :kept])
        right = predicted == self.labels[self.order[self.counted : self.position]]
        self.counted = self.position
        return int(np.count_nonzero(right))
