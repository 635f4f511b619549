"""Answers to exercise 3.3: the hinge of Weston and Watkins."""

import numpy as np

from answers import Answers

answers = Answers("3.3")
LOSS, RIVALS, RIGHT = "the loss", "the gradient at the rivals", "the gradient at the right class"


def parts(scores, label):
    lack = np.maximum(0, 1 + scores - scores[label])
    lack[label] = 0
    return lack, (lack > 0).astype(float)


@answers.correct
def vectorized(scores, label):
    lack, gradient = parts(scores, label)
    gradient[label] = -gradient.sum()
    return lack.sum(), gradient


@answers.correct
def loops(scores, label):
    loss, gradient = 0.0, np.zeros(len(scores))
    for j in range(len(scores)):
        if j != label and 1 + scores[j] - scores[label] > 0:
            loss += 1 + scores[j] - scores[label]
            gradient[j] += 1
            gradient[label] -= 1
    return loss, gradient


@answers.correct
def float32(scores, label):
    lack, gradient = parts(scores.astype(np.float32), label)
    gradient = gradient.astype(np.float32)
    gradient[label] -= gradient.sum()
    return lack.sum(), gradient


@answers.mistake(LOSS, "no rival of its own")
def own_rival(scores, label):
    lack = np.maximum(0, 1 + scores - scores[label])
    gradient = (lack > 0).astype(float)
    gradient[label] -= gradient.sum()
    return lack.sum(), gradient


@answers.mistake(LOSS, "Crammer and Singer")
def strongest_only(scores, label):
    lack, gradient = parts(scores, label)
    gradient = (lack == lack.max()) * gradient
    gradient[label] = -gradient.sum()
    return lack.max(), gradient


@answers.mistake(LOSS, "not the mean")
def mean(scores, label):
    lack, gradient = parts(scores, label)
    gradient[label] = -gradient.sum()
    return lack.mean(), gradient / len(scores)


@answers.mistake(LOSS, "the margin is missing")
def no_margin(scores, label):
    lack = np.maximum(0, scores - scores[label])
    gradient = (lack > 0).astype(float)
    gradient[label] = -gradient.sum()
    return lack.sum(), gradient


@answers.mistake(LOSS, "the wrong way round")
def turned(scores, label):
    lack = np.maximum(0, 1 + scores[label] - scores)
    lack[label] = 0
    gradient = -(lack > 0).astype(float)
    gradient[label] = -gradient.sum()
    return lack.sum(), gradient


@answers.mistake(RIVALS, "not its height")
def heights(scores, label):
    lack, _ = parts(scores, label)
    gradient = lack.copy()
    gradient[label] = -lack.sum()
    return lack.sum(), gradient


@answers.mistake(RIVALS, "has no slope")
def all_rivals(scores, label):
    lack, _ = parts(scores, label)
    gradient = np.ones(len(scores))
    gradient[label] = 1 - len(scores)
    return lack.sum(), gradient


@answers.mistake(RIVALS, "raising a rival's score raises the loss")
def pulls(scores, label):
    lack, gradient = parts(scores, label)
    gradient[label] = -gradient.sum()
    return lack.sum(), -gradient


@answers.mistake(RIGHT, "once for every rival")
def once(scores, label):
    lack, gradient = parts(scores, label)
    gradient[label] = -1
    return lack.sum(), gradient


@answers.mistake(RIGHT, "in every rival's term")
def forgotten(scores, label):
    lack, gradient = parts(scores, label)
    return lack.sum(), gradient


@answers.mistake(RIGHT, "the sign at the right class")
def sign_at_label(scores, label):
    lack, gradient = parts(scores, label)
    gradient[label] = gradient.sum()
    return lack.sum(), gradient


@answers.thoughtless
def zeros(scores, label):
    return 0.0, np.zeros(len(scores))


@answers.thoughtless
def scores_back(scores, label):
    return scores[label], scores
