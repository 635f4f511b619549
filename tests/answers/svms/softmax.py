"""Answers to exercise 3.4: softmax and cross-entropy."""

import numpy as np

from answers import Answers

answers = Answers("3.4")
LOSS, GRADIENT, LARGE = "the loss", "the gradient", "scores in the thousands"


def right(S, y):
    S = S - S.max(axis=1, keepdims=True)
    log_sum = np.log(np.exp(S).sum(axis=1))
    rows = np.arange(len(y))
    P = np.exp(S - log_sum[:, None])
    P[rows, y] -= 1
    return np.mean(log_sum - S[rows, y]), P / len(y)


@answers.correct
def vectorized(S, y):
    return right(S, y)


@answers.correct
def loops(S, y):
    loss, gradient = 0.0, np.zeros(S.shape)
    for i, (row, label) in enumerate(zip(S, y, strict=True)):
        row = row - max(row)
        total = sum(np.exp(s) for s in row)
        loss += (np.log(total) - row[label]) / len(y)
        for j, s in enumerate(row):
            gradient[i, j] = (np.exp(s) / total - (j == label)) / len(y)
    return loss, gradient


@answers.correct
def with_one_hot_columns(S, y):
    hot = np.eye(S.shape[1])[y]
    log_P = S - np.logaddexp.reduce(S, axis=1)[:, None]
    return -(hot * log_P).sum() / len(S), (np.exp(log_P) - hot) / len(S)


@answers.mistake(LOSS, "this is the sum over the rows")
def summed(S, y):
    loss, gradient = right(S, y)
    return len(y) * loss, len(y) * gradient


@answers.mistake(LOSS, "the minus is missing")
def no_minus(S, y):
    loss, gradient = right(S, y)
    return -loss, gradient


@answers.mistake(LOSS, "the probabilities of a *row*")
def wrong_axis(S, y):
    P = np.exp(S) / np.exp(S).sum(axis=0)
    rows = np.arange(len(y))
    loss = -np.mean(np.log(P[rows, y]))
    P[rows, y] -= 1
    return loss, P / len(y)


@answers.mistake(LOSS, "not those of all rows together")
def all_together(S, y):
    P = np.exp(S) / np.exp(S).sum()
    rows = np.arange(len(y))
    loss = -np.mean(np.log(P[rows, y]))
    P[rows, y] -= 1
    return loss, P / len(y)


@answers.mistake(LOSS, "the cross-entropy is -log p")
def one_minus_p(S, y):
    _, gradient = right(S, y)
    p = gradient[np.arange(len(y)), y] * len(y) + 1
    return np.mean(1 - p), gradient


@answers.mistake(GRADIENT, "divide by the number of rows")
def not_divided(S, y):
    loss, gradient = right(S, y)
    return loss, gradient * len(y)


@answers.mistake(GRADIENT, "1 has to be taken away")
def probabilities_only(S, y):
    loss, gradient = right(S, y)
    gradient[np.arange(len(y)), y] += 1 / len(y)
    return loss, gradient


@answers.mistake(GRADIENT, "the sign: this is the pull")
def the_pull(S, y):
    loss, gradient = right(S, y)
    return loss, -gradient


@answers.mistake(GRADIENT, "divide all of it by n")
def only_the_one_divided(S, y):
    loss, gradient = right(S, y)
    hot = np.eye(S.shape[1])[y] / len(y)
    return loss, (gradient + hot) * len(y) - hot


@answers.mistake(GRADIENT, "the other classes have a slope, too")
def right_class_only(S, y):
    loss, gradient = right(S, y)
    return loss, gradient * np.eye(S.shape[1])[y]


@answers.mistake(LARGE, "take each row's largest score away")
def overflows(S, y):
    with np.errstate(all="ignore"):
        P = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
        rows = np.arange(len(y))
        loss = -np.mean(np.log(P[rows, y]))
    P[rows, y] -= 1
    return loss, P / len(y)


@answers.mistake(LARGE, "not as the logarithm of a probability")
def log_of_nothing(S, y):
    E = np.exp(S - S.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    with np.errstate(divide="ignore"):
        loss = -np.mean(np.log(P[rows, y]))
    P[rows, y] -= 1
    return loss, P / len(y)


@answers.thoughtless
def zeros(S, y):
    return 0.0, 0 * S


@answers.thoughtless
def scores_back(S, y):
    return 1.0, S
