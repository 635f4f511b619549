"""Kernels: what two points have in common, measured after bending space (chapter 3).

A kernel is a dot product φ(x)·φ(z) in a space that nobody has to visit. Called with A (m, features)
and B (n, features), rows as points, it gives the table of all pairs, (m, n). Whole numbers are
computed with as float64: products of bytes don't fit into a byte.

Source: Boser, Guyon and Vapnik, A training algorithm for optimal margin classifiers, 1992.
"""

import numpy as np

from nnlib.validation import as_floats, check_count, check_number


class Kernel:
    """What all kernels share: they compare equal, and are shown, by their settings."""

    def __call__(self, A, B):
        raise NotImplementedError(f"{type(self).__name__} needs a method __call__(A, B)")

    def __eq__(self, other):
        return type(self) is type(other) and vars(self) == vars(other)

    __hash__ = None

    def __repr__(self):
        settings = ", ".join(f"{name}={value:g}" for name, value in vars(self).items())
        return f"{type(self).__name__}({settings})"


class Linear(Kernel):
    """x·z: no bending.

    >>> Linear()(np.array([[1.0, 2.0]]), np.array([[3.0, 0.0], [0.0, 1.0]]))
    array([[3., 2.]])
    """

    def __call__(self, A, B):
        return as_floats(A) @ as_floats(B).T


class Polynomial(Kernel):
    """(x·z + coefficient) ** degree: all products of up to `degree` features.

    With coefficient 0 there are only products of exactly `degree` of them. (scikit-learn's
    `kernel="poly"` with gamma=1 and coef0=coefficient.)
    """

    def __init__(self, degree, coefficient=1.0):
        self.degree = check_count(degree, "degree")
        self.coefficient = check_number(coefficient, "coefficient", minimum=0)

    def __call__(self, A, B):
        return (as_floats(A) @ as_floats(B).T + self.coefficient) ** self.degree


class Gaussian(Kernel):
    """exp(-gamma |x - z|²): 1 for the same point, falling to 0 over a distance of 1 / sqrt(gamma).

    Also known as the radial basis function (RBF) kernel; gamma = 1 / (2 σ²).
    """

    def __init__(self, gamma):
        self.gamma = check_number(gamma, "gamma", positive=True)

    def __call__(self, A, B):
        A, B = as_floats(A), as_floats(B)
        distances = (A * A).sum(axis=1)[:, np.newaxis] + (B * B).sum(axis=1) - 2 * A @ B.T
        np.maximum(distances, 0, out=distances)  # rounding may leave a distance a hair below 0
        return np.exp(-self.gamma * distances)
