"""The support vector machine with a kernel: a straight boundary in a bent space (chapter 3).

Sources: Cortes and Vapnik, Support-vector networks, 1995; Schölkopf and Smola, Learning with
kernels, 2002.
"""

import warnings

import numpy as np

from nnlib.neurons.labels import accuracy, check_classes, labels_of, signs
from nnlib.svm.kernels import Kernel
from nnlib.svm.smo import solve
from nnlib.validation import (
    check_count,
    check_fitted,
    check_matrix,
    check_number,
    describe,
)

MOST_EXAMPLES = 10_000  # whose table of all pairs takes 800 MB
CHUNK = 1024  # examples scored at a time


class KernelSVM:
    """The widest margin in the space of a kernel; few examples, the support vectors, carry it.

    Scores are Σ dual_coef_ k(support vector, x) + bias_, and the cost is

        strength / 2 |w|² + mean of max(0, 1 - y score)

    where w, in the kernel's space, is the sum of the support vectors' images times `dual_coef_`
    and y is -1 or +1. That is scikit-learn's `SVC(kernel, C=1 / (strength * n))`. The optimum is
    found by sequential minimal optimization, up to a `tolerance` in the margins; a fit that has
    not reached it after `steps` moves warns and says so in `converged_`.

    With K > 2 classes each is parted from all others, and the largest score wins.

    >>> from nnlib.svm import Gaussian
    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> svm = KernelSVM(Gaussian(1.0), strength=0.01).fit(X, y)
    >>> svm.predict(X), svm.support_
    (array([0, 1, 1, 0]), array([0, 1, 2, 3]))

    After `fit`: `classes_` (K,); `support_` (s,), the rows of X that became support vectors;
    `support_vectors_` (s, features); `dual_coef_` (s,), y times the weight α of each; `bias_`, a
    float. With K > 2 classes `dual_coef_` is (K, s) and `bias_` (K,).
    """

    def __init__(self, kernel, *, strength=0.01, tolerance=1e-3, steps=1_000_000):
        if not isinstance(kernel, Kernel):
            raise TypeError(f"kernel expects one like Gaussian(1.0), got {describe(kernel)}")
        self.kernel = kernel
        self.strength = check_number(strength, "strength", positive=True)
        self.tolerance = check_number(tolerance, "tolerance", positive=True)
        self.steps = check_count(steps, "steps")

    def fit(self, X, y):
        """Learn from X (n, features) and whole-number labels y (n,). Nothing in it is random.

        Needs a table of all pairs of examples: ValueError for more than 10,000 of them.
        """
        X = check_matrix(X).astype(np.float64)
        classes, index = check_classes(X, y)
        if len(X) > MOST_EXAMPLES:
            raise ValueError(
                f"KernelSVM keeps a table of all pairs of examples, up to {MOST_EXAMPLES} of them, "
                f"got {len(X)}: fit a random part, or use LinearSVM"
            )
        K, C = self._table(X), 1 / (self.strength * len(X))
        solutions = [
            solve(K, y, C, tolerance=self.tolerance, steps=self.steps)
            for y in signs(index, len(classes))
        ]
        betas, biases, converged = map(np.array, zip(*solutions))
        if not converged.all():
            warnings.warn(
                f"KernelSVM stopped after {self.steps} steps, before its tolerance of "
                f"{self.tolerance:g}: scale the features, or raise strength or steps",
                stacklevel=2,
            )
        self.classes_, self.converged_ = classes, bool(converged.all())
        self.support_ = np.flatnonzero((betas != 0).any(axis=0))
        self.support_vectors_ = X[self.support_]
        self.dual_coef_, self.bias_ = betas[:, self.support_], biases
        if len(classes) == 2:
            self.dual_coef_, self.bias_ = self.dual_coef_[0], float(biases[0])
        return self

    def _table(self, X):
        """The kernel of all pairs of examples, (n, n)."""
        with np.errstate(over="ignore", invalid="ignore"):
            K = self.kernel(X, X)
        if not np.isfinite(K).all():
            raise ValueError(
                f"{self.kernel} of some pairs of examples is too large for a float: scale X"
            )
        return K

    def decision_function(self, X):
        """The scores of X (n, features): (n,) for two classes, else (n, K)."""
        check_fitted(self, "dual_coef_")
        X = check_matrix(X, features=self.support_vectors_.shape[1]).astype(np.float64)
        parts = [X[start : start + CHUNK] for start in range(0, len(X), CHUNK)]
        products = [self.kernel(x, self.support_vectors_) @ self.dual_coef_.T for x in parts]
        return np.concatenate(products) + self.bias_

    def predict(self, X):
        """The labels (n,) of X (n, features)."""
        return labels_of(self.decision_function(X), self.classes_)

    def score(self, X, y):
        """The accuracy on X (n, features), y (n,), from 0 to 1."""
        return accuracy(self.predict(X), y)

    def __repr__(self):
        return f"KernelSVM({self.kernel!r}, strength={self.strength:g})"
