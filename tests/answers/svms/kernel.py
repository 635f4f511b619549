"""Answers to exercise 3.5: the Gaussian kernel."""

import numpy as np

from answers import Answers

answers = Answers("3.5")
PAIRS, ITSELF = "every row against every other", "an example and itself"
MANY = "fifteen hundred rows of each"


def squares(A, B):
    return ((A[:, None, :] - B[None, :, :]) ** 2).sum(axis=2)


@answers.correct
def broadcast(A, B, gamma):
    return np.exp(-gamma * squares(A, B))


@answers.correct
def expanded(A, B, gamma):
    d2 = (A**2).sum(1)[:, None] + (B**2).sum(1)[None] - 2 * A @ B.T
    return np.exp(-gamma * np.clip(d2, 0, None))


@answers.correct
def a_row_at_a_time(A, B, gamma):
    return np.array([np.exp(-gamma * np.sum((B - a) ** 2, axis=1)) for a in A])


@answers.correct
def feature_by_feature(A, B, gamma):
    d2 = sum(np.subtract.outer(A[:, j], B[:, j]) ** 2 for j in range(A.shape[1]))
    return np.exp(-gamma * d2)


@answers.mistake(PAIRS, "the minus is missing")
def grows(A, B, gamma):
    return np.exp(gamma * squares(A, B))


@answers.mistake(PAIRS, "without a root")
def with_root(A, B, gamma):
    return np.exp(-gamma * np.sqrt(squares(A, B)))


@answers.mistake(PAIRS, "gamma is missing")
def no_gamma(A, B, gamma):
    return np.exp(-squares(A, B))


@answers.mistake(PAIRS, "this divides by it")
def divided(A, B, gamma):
    return np.exp(-squares(A, B) / gamma)


@answers.mistake(PAIRS, "no standard deviation")
def as_sigma(A, B, gamma):
    return np.exp(-squares(A, B) / (2 * gamma**2))


@answers.mistake(PAIRS, "gamma belongs inside")
def gamma_outside(A, B, gamma):
    return gamma * np.exp(-squares(A, B))


@answers.mistake(PAIRS, "this is the squared distance")
def distance_only(A, B, gamma):
    return squares(A, B)


@answers.mistake(PAIRS, "square each difference")
def sum_then_square(A, B, gamma):
    return np.exp(-gamma * (A[:, None] - B).sum(axis=2) ** 2)


@answers.mistake(PAIRS, "has to be of shape (4, 6)")
def transposed(A, B, gamma):
    return np.exp(-gamma * squares(B, A))


@answers.mistake(PAIRS, "sets every row against every other")
def row_by_row(A, B, gamma):
    return np.exp(-gamma * ((A - B) ** 2).sum(axis=1))


@answers.mistake(ITSELF, "np.maximum(..., 0)")
def below_zero(A, B, gamma):
    d2 = (A**2).sum(1)[:, None] + (B**2).sum(1) - 2 * A @ B.T
    return np.exp(-gamma * d2)


@answers.mistake(MANY, "let NumPy do all pairs at once")
def two_loops(A, B, gamma):
    k = np.zeros((len(A), len(B)))
    for i in range(len(A)):
        for j in range(len(B)):
            k[i, j] = np.exp(-gamma * np.sum((A[i] - B[j]) ** 2))
    return k


@answers.thoughtless
def zeros(A, B, gamma):
    return np.zeros((len(A), len(B)))


@answers.thoughtless
def ones(A, B, gamma):
    return np.ones((len(A), len(B)))
