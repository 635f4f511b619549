"""Features on a common scale: what a gradient step needs to treat them alike (chapters 5 to 7).

A feature that runs from 0 to 255 gets gradients 255 times those of one from 0 to 1. Pixels have
known limits and are divided by them; for anything else, mean and spread are learned, and learned
from the training set only: the test set must not tell the model anything, not even its mean.
"""

import numpy as np

from nnlib.validation import check_finite, check_matrix, check_unmasked, describe

BLOCK = 2**20  # numbers that `Standardizer` reads at a time: bytes need no full copy in floats


def scaled(X, dtype=np.float64):
    """Pixels from 0 to 1: X / 255, for `X` of uint8 and any shape, as a new float array.

    `dtype` is np.float64 or np.float32. (Nielsen's file of MNIST is divided by 256 instead.)

    >>> scaled(np.array([[0, 51, 255]], dtype=np.uint8))
    array([[0. , 0.2, 1. ]])
    """
    X = np.asarray(check_unmasked(X, "X"))
    if X.dtype != np.uint8:
        raise TypeError(
            f"scaled expects pixels of type uint8 (0 to 255), got {X.dtype}: "
            "values of another type may have been scaled already"
        )
    if np.dtype(dtype) not in (np.float64, np.float32):
        raise TypeError(f"dtype expects np.float64 or np.float32, got {describe(dtype)}")
    return np.divide(X, 255, dtype=dtype)


class Standardizer:
    """Each feature minus its mean, over its standard deviation, both learned from one set.

    `fit(X_train)` learns `mean_` and `std_`, each of shape (features,), and returns the object;
    `transform(X)` gives (X - mean_) / std_ as a new array, float32 for float32 and else float64.
    A feature that never varies in the training set has nothing to be measured by: its `std_` is
    set to 1, so that it becomes 0 there.

    >>> X = np.array([[1.0, 7.0], [3.0, 7.0]])
    >>> Standardizer().fit(X).transform(X)
    array([[-1.,  0.],
           [ 1.,  0.]])
    """

    def fit(self, X):
        """Learn mean and standard deviation of each column of X, shape (n, features)."""
        X = check_matrix(X)
        n = len(X)
        low, high = X.min(axis=0), X.max(axis=0)
        mean = X.mean(axis=0, dtype=np.float64)
        squares = np.zeros(X.shape[1])
        rows = max(1, BLOCK // X.shape[1])
        for start in range(0, n, rows):
            squares += np.square(X[start : start + rows] - mean).sum(axis=0)
        std = np.sqrt(squares / n)
        check_finite(std, "the standard deviation of feature")
        constant = (low == high) | (std == 0)
        self.mean_ = np.where(low == high, low, mean)
        self.std_ = np.where(constant, 1.0, std)
        return self

    def transform(self, X):
        """The features of X, shape (n, features), on the scale learned by `fit`."""
        if not hasattr(self, "mean_"):
            raise ValueError("Standardizer has learned nothing yet: call fit(X_train) first")
        X = check_matrix(X, features=len(self.mean_))
        dtype = np.float32 if X.dtype == np.float32 else np.float64
        Z = np.subtract(X, self.mean_, out=np.empty(X.shape, dtype), casting="same_kind")
        return np.divide(Z, self.std_, out=Z, casting="same_kind")
