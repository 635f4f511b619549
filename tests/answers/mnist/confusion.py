"""Answers to exercise 7.2: the confusion matrix."""

import numpy as np

from answers import Answers

answers = Answers("7.2")
ONCE = "each pair at most once"
AGAIN = "many examples, the same pairs again and again"
ABSENT = "classes that never occur"


@answers.correct
def loop(y, replies, classes):
    M = np.zeros((classes, classes), int)
    for i, j in zip(y, replies, strict=True):
        M[i, j] += 1
    return M


@answers.correct
def added_at(y, replies, classes):
    M = np.zeros((classes, classes))
    np.add.at(M, (y, replies), 1)
    return M


@answers.correct
def bins(y, replies, classes):
    cells = np.bincount(y * classes + replies, minlength=classes**2)
    return cells.reshape(classes, classes).astype(np.float32)


@answers.correct
def product_of_one_hots(y, replies, classes):
    eye = np.eye(classes)
    return eye[y].T @ eye[replies]


@answers.mistake(ONCE, "rows and columns are swapped")
def swapped(y, replies, classes):
    return loop(replies, y, classes)


@answers.mistake(ONCE, "shares of each row")
def row_shares(y, replies, classes):
    M = loop(y, replies, classes)
    return M / np.maximum(M.sum(axis=1, keepdims=True), 1)


@answers.mistake(ONCE, "shares of all examples")
def all_shares(y, replies, classes):
    return loop(y, replies, classes) / len(y)


@answers.mistake(ONCE, "the right answers alone")
def diagonal_only(y, replies, classes):
    M = loop(y, replies, classes)
    return np.diag(np.diag(M))


@answers.mistake(ONCE, "the right answers are missing")
def mistakes_only(y, replies, classes):
    M = loop(y, replies, classes)
    np.fill_diagonal(M, 0)
    return M


@answers.mistake(ONCE, "not in two cells")
def both_ways(y, replies, classes):
    M = loop(y, replies, classes)
    return M + M.T


@answers.mistake(ONCE, "make an array of it")
def nested_lists(y, replies, classes):
    return loop(y, replies, classes).tolist()


@answers.mistake(ONCE, "not always ten")
def always_ten(y, replies, classes):
    return loop(y, replies, 10)


@answers.mistake(AGAIN, "forgets repeated pairs")
def fancy_index(y, replies, classes):
    M = np.zeros((classes, classes), int)
    M[y, replies] += 1
    return M


@answers.mistake(AGAIN, "forgets repeated pairs")
def set_to_one(y, replies, classes):
    M = np.zeros((classes, classes), int)
    for i, j in zip(y, replies, strict=True):
        M[i, j] = 1
    return M


@answers.mistake(ABSENT, "also for those that occur in neither")
def as_large_as_the_labels(y, replies, classes):
    return loop(y, replies, max(y.max(), replies.max()) + 1)


@answers.mistake(ABSENT, "also for those that occur in neither")
def classes_met(y, replies, classes):
    met = np.unique([y, replies])
    return np.array([[np.sum((y == i) & (replies == j)) for j in met] for i in met])


@answers.thoughtless
def zeros(y, replies, classes):
    return np.zeros((classes, classes), int)


@answers.thoughtless
def identity(y, replies, classes):
    return np.eye(classes)
