"""Answers to exercise 3.1: the subgradient of the hinge."""

import numpy as np

from answers import Answers

answers = Answers("3.1")
WRONG, INSIDE, SAFE = (
    "an example on the wrong side",
    "an example inside the margin",
    "an example safely on its side",
)


@answers.correct
def two_cases(w, b, x, y):
    if y * (w @ x + b) >= 1:
        return 0 * w, 0
    return -y * x, -y


@answers.correct
def one_formula(w, b, x, y):
    on = float(y * (np.sum(w * x) + b) < 1)
    return -on * y * x, -on * y


@answers.correct
def loops(w, b, x, y):
    score = b
    for wi, xi in zip(w, x, strict=True):
        score += wi * xi
    dw, db = np.zeros(len(w)), 0.0
    if (y == 1 and score < 1) or (y == -1 and score > -1):
        db = -y
        for i in range(len(w)):
            dw[i] = -y * x[i]
    return dw, db


@answers.correct
def float32(w, b, x, y):
    w, x = w.astype(np.float32), x.astype(np.float32)
    on = y * (w @ x + np.float32(b)) < 1
    return np.where(on, -y * x, 0).astype(np.float32), np.float32(-y if on else 0)


@answers.mistake(WRONG, "the sign: this is the pull")
def the_pull(w, b, x, y):
    on = float(y * (w @ x + b) < 1)
    return on * y * x, on * y


@answers.mistake(WRONG, "the label is missing")
def no_label(w, b, x, y):
    on = float(y * (w @ x + b) < 1)
    return -on * x, -on * y


@answers.mistake(WRONG, "what multiplies w, which is x")
def w_for_x(w, b, x, y):
    on = float(y * (w @ x + b) < 1)
    return -on * y * w, -on * y


@answers.mistake(WRONG, "its slope is -y, not 0")
def no_bias(w, b, x, y):
    return -float(y * (w @ x + b) < 1) * y * x, 0.0


@answers.mistake(WRONG, "the sign of db")
def bias_turned(w, b, x, y):
    on = float(y * (w @ x + b) < 1)
    return -on * y * x, on * y


@answers.mistake(INSIDE, "a margin, not for the right side alone")
def right_side_is_enough(w, b, x, y):
    on = float(y * (w @ x + b) < 0)
    return -on * y * x, -on * y


@answers.mistake(SAFE, "this example's loss is 0")
def always_pulls(w, b, x, y):
    return -y * x, -y


@answers.mistake(WRONG, "a -1 example pulls, too")
def positive_only(w, b, x, y):
    on = float(y == 1 and w @ x + b < 1)
    return -on * x, -y


@answers.mistake(WRONG, "`if` wants one yes or no")
def entry_by_entry(w, b, x, y):
    if y * (w * x + b) >= 1:
        return 0 * w, 0.0
    return -y * x, -y


@answers.mistake(SAFE, "dw has to be an array of shape (3,)")
def zero_alone(w, b, x, y):
    if y * (w @ x + b) >= 1:
        return 0, 0
    return -y * x, -y


@answers.thoughtless
def zeros(w, b, x, y):
    return np.zeros(len(w)), 0.0


@answers.thoughtless
def inputs_back(w, b, x, y):
    return x, y
