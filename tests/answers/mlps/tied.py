"""Answers to exercise 4.5: sparse reconstruction, free and tied."""

import numpy as np

from answers import Answers

answers = Answers("4.5")
IN_A, IN_S = "the gradient in A", "the gradient in S"
IN_W = "the gradient in W, which stands there twice"
WIDE = "more codes than features, and codes of 0"


def right(W, X, strength):
    S = W @ X
    E = W.T @ S - X
    dA, slope = 2 * E @ S.T, strength * S * (S**2 + 0.01) ** -0.5
    return dA, 2 * W @ E + slope, 2 * W @ E @ X.T + 2 * S @ E.T + slope @ X.T


def with_s(W, X, strength, slope):
    """Both ways of S with another slope of the sparsity."""
    S = W @ X
    dS = 2 * W @ (W.T @ S - X) + slope(S)
    dA = right(W, X, strength)[0]
    return dA, dS, dS @ X.T + dA.T


@answers.correct
def in_one_go(W, X, strength):
    return right(W, X, strength)


@answers.correct
def from_the_parts(W, X, strength):
    return with_s(W, X, strength, lambda S: strength * S / np.hypot(S, 0.1))


@answers.correct
def one_example_at_a_time(W, X, strength):
    dA, dS, dW = 0 * W.T, 0 * (W @ X), 0 * W
    for j, x in enumerate(X.T):
        s = W @ x
        e = W.T @ s - x
        dA += 2 * np.outer(e, s)
        dS[:, j] = 2 * W @ e + strength * s / np.sqrt(s * s + 0.01)
        dW += np.outer(dS[:, j], x) + 2 * np.outer(s, e)
    return dA, dS, dW


@answers.correct
def float32(W, X, strength):
    return right(W.astype(np.float32), X.astype(np.float32), np.float32(strength))


@answers.mistake(IN_A, "the 2 from the square")
def no_two(W, X, strength):
    dA, dS, dW = right(W, X, strength)
    return dA / 2, dS, dW


@answers.mistake(IN_A, "not X - A S")
def error_turned(W, X, strength):
    S = W @ X
    E = X - W.T @ S
    return 2 * E @ S.T, 2 * W @ E, 2 * W @ E @ X.T + 2 * S @ E.T


@answers.mistake(IN_A, "A moves alone here")
def both_in_A(W, X, strength):  # noqa: N802
    _, dS, _ = right(W, X, 0.0)
    dA, _, dW = right(W, X, strength)
    return dA + X @ dS.T, dS, dW


@answers.mistake(IN_A, "dA has the shape of A")
def gradient_of_the_transpose(W, X, strength):
    dA, dS, dW = right(W, X, strength)
    return dA.T, dS, dW


@answers.mistake(IN_A, "F is a sum over the examples")
def mean(W, X, strength):
    return tuple(gradient / X.shape[1] for gradient in right(W, X, strength))


@answers.mistake(IN_S, "the sparsity has a slope, too")
def no_sparsity(W, X, strength):
    return with_s(W, X, strength, lambda S: 0)


@answers.mistake(IN_S, "dS has the shape of S = W X")
def zeros_like_the_weights(W, X, strength):
    dA, _, dW = right(W, X, strength)
    return dA, np.zeros(W.shape), dW


@answers.mistake(IN_A, "it is one array, of shape (3, 2)")
def gradient_in_A_alone(W, X, strength):  # noqa: N802
    return right(W, X, strength)[0]


@answers.mistake(IN_S, "this is the slope of |s|")
def sign(W, X, strength):
    return with_s(W, X, strength, lambda S: strength * np.sign(S))


@answers.mistake(IN_S, "the slope of s² is missing")
def root_alone(W, X, strength):
    return with_s(W, X, strength, lambda S: strength / np.sqrt(S**2 + 0.01))


@answers.mistake(IN_S, "1/2 from the root times 2 from the square is 1")
def two_kept(W, X, strength):
    return with_s(W, X, strength, lambda S: 2 * strength * S / np.sqrt(S**2 + 0.01))


@answers.mistake(IN_S, "the sparsity counts with its strength")
def no_strength(W, X, strength):
    return with_s(W, X, strength, lambda S: S / np.sqrt(S**2 + 0.01))


@answers.mistake(IN_W, "W stands in a second place")
def first_place_only(W, X, strength):
    dA, dS, _ = right(W, X, strength)
    return dA, dS, dS @ X.T


@answers.mistake(IN_W, "W stands in a first place, too")
def second_place_only(W, X, strength):
    dA, dS, _ = right(W, X, strength)
    return dA, dS, dA.T


@answers.mistake(IN_A, "its gradient has to be transposed")
def forgotten_transpose(W, X, strength):
    """The slip of the source: a term that has the shape of W only where W is square."""
    dA, dS, _ = right(W, X, strength)
    return dA, dS, dS @ X.T + dA


@answers.mistake(IN_W, "the sparsity is missing in dW")
def sparsity_forgotten_in_W(W, X, strength):  # noqa: N802
    dA, dS, _ = right(W, X, strength)
    return dA, dS, right(W, X, 0.0)[2]


@answers.mistake(IN_W, "doubling one is not adding the other")
def doubled(W, X, strength):
    dA, dS, _ = right(W, X, strength)
    return dA, dS, 2 * dS @ X.T


@answers.mistake(WIDE, "with no division by S itself")
def divides_by_the_codes(W, X, strength):
    return with_s(W, X, strength, lambda S: strength * np.sqrt(S**2 + 0.01) * S**2 / S / (
        S**2 + 0.01))  # fmt: skip


@answers.mistake(WIDE, "its gradient has to be transposed")
def right_way_round_for_few_codes(W, X, strength):
    dA, dS, dW = right(W, X, strength)
    return dA, dS, dW if len(W) < W.shape[1] else dS @ X.T + dA


@answers.thoughtless
def zeros(W, X, strength):
    return 0 * W.T, 0 * (W @ X), 0 * W


@answers.thoughtless
def inputs_back(W, X, strength):
    return W.T, W @ X, W
