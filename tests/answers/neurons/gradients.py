"""Answers to exercise 2.4: a sigmoid neuron's gradients over a minibatch."""

import math

import numpy as np

from answers import Answers

answers = Answers("2.4")
SQUARED, CROSS, BATCH, SURE = (
    "one example, squared error",
    "one example, cross-entropy",
    "a minibatch",
    "sure: z = -1000 and z = 1000",
)


def squash(z):
    return (1 + np.tanh(z / 2)) / 2


@answers.correct
def by_tanh(X, t, w, b, loss):
    y = squash(X @ w + b)
    delta = (y - t) * (y * (1 - y) if loss == "squared error" else 1)
    return np.mean(delta[:, np.newaxis] * X, axis=0), delta.mean()


@answers.correct
def in_loops(X, t, w, b, loss):
    dw, db = np.zeros(len(w)), 0.0
    for x, target in zip(X, t):
        z = sum(w[j] * x[j] for j in range(len(w))) + b
        e = math.exp(-abs(z))
        y = 1 / (1 + e) if z > 0 else e / (1 + e)
        delta = y - target
        if loss == "squared error":
            delta *= y * (1 - y)
        for j in range(len(w)):
            dw[j] += delta * x[j] / len(X)
        db += delta / len(X)
    return dw, db


@answers.correct
def float32(X, t, w, b, loss):
    return by_tanh(*(np.asarray(v, np.float32) for v in (X, t, w, b)), loss)


@answers.correct
def overflows_to_the_right_limit(X, t, w, b, loss):
    y = 1 / (1 + np.exp(-(X @ w + b)))
    delta = y - t if loss == "cross-entropy" else (y - t) * y * (1 - y)
    longer = np.column_stack([X, np.ones(len(X))])
    gradient = delta @ longer / len(X)
    return gradient[:-1], gradient[-1]


def variant(X, t, w, b, loss, squared=None, cross=None):
    z = X @ w + b
    y = squash(z)
    change = squared if loss == "squared error" else cross
    right = (y - t) * y * (1 - y) if loss == "squared error" else y - t
    delta = change(y, t, z) if change else right
    return X.T @ delta / len(X), delta.mean()


for name, says, change in [
    ("no_slope", "with squared error nothing cancels it", lambda y, t, z: y - t),
    ("factor_2", "the 2 of the square cancels", lambda y, t, z: 2 * (y - t) * y * (1 - y)),
    ("sign", "the output minus the target", lambda y, t, z: (t - y) * y * (1 - y)),
    ("half_a_slope", "half of y * (1 - y) is missing", lambda y, t, z: (y - t) * y),
    ("slope_of_z", "of the output and not of z", lambda y, t, z: (y - t) * z * (1 - z)),
    ("error_of_z", "this has z - t", lambda y, t, z: (z - t) * y * (1 - y)),
    ("no_target", "the target is left out", lambda y, t, z: y * y * (1 - y)),
]:

    def wrong(X, t, w, b, loss, change=change):
        return variant(X, t, w, b, loss, squared=change)

    wrong.__name__ = name
    answers.mistake(SQUARED, says)(wrong)

for name, says, change in [
    ("slope_not_cancelled", "with cross-entropy the slope", lambda y, t, z: (y - t) * y * (1 - y)),
    ("by_y_alone", "that cancels", lambda y, t, z: (y - t) / (y * (1 - y))),
    ("cross_sign", "the sign: delta begins with y - t", lambda y, t, z: t - y),
]:

    def wrong(X, t, w, b, loss, change=change):
        return variant(X, t, w, b, loss, cross=change)

    wrong.__name__ = name
    answers.mistake(CROSS, says)(wrong)


@answers.mistake(BATCH, "this is the sum over the examples")
def sums(X, t, w, b, loss):
    dw, db = by_tanh(X, t, w, b, loss)
    return dw * len(X), db * len(X)


@answers.mistake(BATCH, "this is the sum over the examples")
def only_db_is_summed(X, t, w, b, loss):
    dw, db = by_tanh(X, t, w, b, loss)
    return dw, db * len(X)


@answers.mistake(BATCH, "divided by the number of examples twice")
def mean_twice(X, t, w, b, loss):
    dw, db = by_tanh(X, t, w, b, loss)
    return dw / len(X), db / len(X)


@answers.mistake(SQUARED, "db is 0")
def no_db(X, t, w, b, loss):
    return by_tanh(X, t, w, b, loss)[0], 0.0


@answers.mistake(SQUARED, "db has no factor b")
def db_times_b(X, t, w, b, loss):
    dw, db = by_tanh(X, t, w, b, loss)
    return dw, db * b


@answers.mistake(SQUARED, "this is the mean of dw")
def db_from_dw(X, t, w, b, loss):
    dw, _ = by_tanh(X, t, w, b, loss)
    return dw, dw.mean()


@answers.mistake(SURE, "start from y - t")
def divides_by_zero(X, t, w, b, loss):
    y = squash(X @ w + b)
    slope = y * (1 - y)
    delta = (y - t) * slope if loss == "squared error" else (y - t) / slope * slope
    return X.T @ delta / len(X), delta.mean()


@answers.mistake(SURE, "math.exp raises an error above 709.78")
def math_overflow(X, t, w, b, loss):
    y = np.array([1 / (1 + math.exp(-z)) for z in X @ w + b])
    return variant(X, t, w, b, loss, *[lambda _, t, z: (y - t) * y * (1 - y), None])


@answers.mistake(SURE, "exponential of -abs(z)")
def infinity_over_infinity(X, t, w, b, loss):
    e = np.exp(X @ w + b)
    y = e / (1 + e)
    delta = y - t if loss == "cross-entropy" else (y - t) * y * (1 - y)
    return X.T @ delta / len(X), delta.mean()


@answers.mistake(SQUARED, "of shape (2,), and it is of shape (1,)")
def mean_over_features(X, t, w, b, loss):
    y = squash(X @ w + b)
    delta = (y - t) * y * (1 - y)
    return (delta[:, np.newaxis] * X).mean(axis=1), delta.mean()


@answers.mistake(SQUARED, "db has to be one number")
def db_of_each(X, t, w, b, loss):
    y = squash(X @ w + b)
    delta = (y - t) * y * (1 - y)
    return X.T @ delta, delta


@answers.mistake(SQUARED, "rows of X are examples")
def weights_first(X, t, w, b, loss):
    y = squash(w.T @ X + b)
    return X @ (y - t), (y - t).mean()


@answers.mistake(BATCH, "have to agree in the length they share")
def not_transposed(X, t, w, b, loss):
    """Right for one example, where X @ delta happens to be something, too."""
    delta = np.asarray(squash(X @ w + b) - t)
    if len(X) == 1:
        return by_tanh(X, t, w, b, loss)
    return np.append(delta, delta) @ X.T, delta.mean()


@answers.thoughtless
def zeros(X, t, w, b, loss):
    return 0 * w, 0.0


@answers.thoughtless
def first_example(X, t, w, b, loss):
    return X[0].copy(), 1.0
