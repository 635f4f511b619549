"""Answers to exercise 3.2: mean squared hinge and a spring."""

import numpy as np

from answers import Answers

answers = Answers("3.2")
COST, W, B = "the cost", "the gradient in w", "the gradient in b"


def right(w, b, X, y, strength):
    lack = np.maximum(0, 1 - y * (X @ w + b))
    pull = -2 * y * lack / len(y)
    return np.mean(lack**2) + strength / 2 * w @ w, X.T @ pull + strength * w, pull.sum()


@answers.correct
def vectorized(w, b, X, y, strength):
    return right(w, b, X, y, strength)


@answers.correct
def loops(w, b, X, y, strength):
    n = len(y)
    cost, dw, db = 0.0, np.zeros(len(w)), 0.0
    for x, label in zip(X, y, strict=True):
        lack = max(0.0, 1 - label * (w @ x + b))
        cost += lack**2 / n
        for i in range(len(w)):
            dw[i] += -2 * label * lack * x[i] / n
        db += -2 * label * lack / n
    for i in range(len(w)):
        cost += strength / 2 * w[i] ** 2
        dw[i] += strength * w[i]
    return cost, dw, db


@answers.correct
def float32(w, b, X, y, strength):
    w, X = w.astype(np.float32), X.astype(np.float32)
    return right(w, np.float32(b), X, y.astype(np.float32), np.float32(strength))


@answers.mistake(COST, "the spring is missing: add")
def no_spring(w, b, X, y, strength):
    return right(w, b, X, y, 0.0)


@answers.mistake(COST, "the half is missing")
def no_half(w, b, X, y, strength):
    cost, dw, db = right(w, b, X, y, strength)
    return cost + strength / 2 * w @ w, dw, db


@answers.mistake(COST, "this is the sum over the examples")
def summed(w, b, X, y, strength):
    cost, dw, db = right(w, b, X, y, 0.0)
    n = len(y)
    return n * cost + strength / 2 * w @ w, n * dw + strength * w, n * db


@answers.mistake(COST, "has to be squared")
def plain_hinge(w, b, X, y, strength):
    lack = np.maximum(0, 1 - y * (X @ w + b))
    pull = -y * (lack > 0) / len(y)
    return lack.mean() + strength / 2 * w @ w, X.T @ pull + strength * w, pull.sum()


@answers.mistake(COST, "max(0, ...) is missing")
def squared_error(w, b, X, y, strength):
    lack = 1 - y * (X @ w + b)
    pull = -2 * y * lack / len(y)
    return np.mean(lack**2) + strength / 2 * w @ w, X.T @ pull + strength * w, pull.sum()


@answers.mistake(W, "the spring is missing in dw")
def spring_forgotten(w, b, X, y, strength):
    cost, dw, db = right(w, b, X, y, strength)
    return cost, dw - strength * w, db


@answers.mistake(W, "the sign: this points downhill")
def downhill(w, b, X, y, strength):
    cost, dw, db = right(w, b, X, y, strength)
    return cost, -dw, -db


@answers.mistake(W, "the 2 from the square")
def no_two(w, b, X, y, strength):
    cost, dw, db = right(w, b, X, y, strength)
    return cost, (dw - strength * w) / 2 + strength * w, db / 2


@answers.mistake(W, "divide by the number of examples")
def not_divided(w, b, X, y, strength):
    cost, dw, db = right(w, b, X, y, strength)
    return cost, len(y) * (dw - strength * w) + strength * w, len(y) * db


@answers.mistake(W, "this is the hinge's gradient")
def slope_of_the_hinge(w, b, X, y, strength):
    cost, _, db = right(w, b, X, y, strength)
    on = y * (X @ w + b) < 1
    return cost, X.T @ (-y * on) / len(y) + strength * w, db


@answers.mistake(B, "the spring holds w only")
def spring_on_bias(w, b, X, y, strength):
    cost, dw, db = right(w, b, X, y, strength)
    return cost, dw, db + strength * b


@answers.mistake(B, "the bias has a slope, too")
def no_bias(w, b, X, y, strength):
    cost, dw, _ = right(w, b, X, y, strength)
    return cost, dw, 0.0


@answers.thoughtless
def zeros(w, b, X, y, strength):
    return 0.0, 0 * w, 0.0


@answers.thoughtless
def weights_back(w, b, X, y, strength):
    return 1.0, w, b
