"""Digits that a network has lost: it hardly ever answers them, whatever it sees (chapter 7)."""

import numpy as np

from nnlib.validation import check_matrix, check_number


def lost(confusion, share=0.1):
    """The digits of which fewer than `share` are read right, a list.

    `confusion` (classes, classes) counts answers: row = the true class, column = the answer. A
    class with no examples is not lost.

    >>> lost([[90, 10, 0], [3, 97, 0], [40, 60, 0]])
    [2]
    """
    confusion = check_matrix(confusion, "confusion")
    share = check_number(share, "share", minimum=0, maximum=1)
    return np.flatnonzero(np.diag(confusion) < share * confusion.sum(axis=1)).tolist()
