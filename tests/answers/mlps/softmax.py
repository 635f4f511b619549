"""Answers to exercise 4.2: softmax with its backward pass."""

import numpy as np

from answers import Answers

answers = Answers("4.2")
P, DZ, LARGE = "the probabilities", "the gradient at the scores", "scores in the thousands"


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


@answers.correct
def vectorized(z, grad):
    p = softmax(z)
    return p, p * (grad - np.sum(p * grad, axis=0, keepdims=True))


@answers.correct
def jacobians(z, grad):
    p, dz = softmax(z), np.zeros(z.shape)
    for j in range(z.shape[1]):
        q = p[:, j]
        dz[:, j] = (np.diag(q) - np.outer(q, q)) @ grad[:, j]
    return p, dz


@answers.correct
def loops(z, grad):
    p, dz = np.zeros(z.shape), np.zeros(z.shape)
    for n in range(z.shape[1]):
        shifted = z[:, n] - max(z[:, n])
        total = sum(np.exp(s) for s in shifted)
        for k in range(len(z)):
            p[k, n] = np.exp(shifted[k]) / total
        for k in range(len(z)):
            for j in range(len(z)):
                dz[k, n] += grad[j, n] * p[j, n] * ((j == k) - p[k, n])
    return p, dz


@answers.correct
def by_logarithms(z, grad):
    p = np.exp(z - np.logaddexp.reduce(z, axis=0))
    return p, p * grad - p * np.einsum("kn,kn->n", p, grad)


@answers.correct
def float32(z, grad):
    z, grad = (z - z.max(axis=0)).astype(np.float32), grad.astype(np.float32)
    p = np.exp(z) / np.exp(z).sum(axis=0)
    return p, p * (grad - (p * grad).sum(axis=0))


@answers.mistake(P, "divide each column by its sum")
def exponentials(z, grad):
    p = softmax(z)
    return np.exp(z), p * (grad - (p * grad).sum(axis=0))


@answers.mistake(P, "here each *row* adds up to 1")
def over_the_rows(z, grad):
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    return p, p * (grad - (p * grad).sum(axis=1, keepdims=True))


@answers.mistake(P, "not all of them together")
def over_everything(z, grad):
    p = np.exp(z) / np.exp(z).sum()
    return p, p * (grad - (p * grad).sum())


@answers.mistake(DZ, "as a sigmoid's would be")
def diagonal_only(z, grad):
    p = softmax(z)
    return p, grad * p * (1 - p)


@answers.mistake(DZ, "their part is missing")
def own_part_only(z, grad):
    p = softmax(z)
    return p, grad * p


@answers.mistake(DZ, "their plain sum")
def plain_sum(z, grad):
    p = softmax(z)
    return p, p * (grad - grad.sum(axis=0))


@answers.mistake(DZ, "a likely class counts for more")
def plain_mean(z, grad):
    p = softmax(z)
    return p, p * (grad - grad.mean(axis=0))


@answers.mistake(DZ, "the columns are mixed")
def sum_of_all(z, grad):
    p = softmax(z)
    return p, p * (grad - (p * grad).sum())


@answers.mistake(DZ, "this sums over the examples")
def wrong_axis(z, grad):
    p = softmax(z)
    return p, p * (grad - (p * grad).sum(axis=1, keepdims=True))


@answers.mistake(DZ, "their part has a minus")
def plus(z, grad):
    p = softmax(z)
    return p, p * (grad + (p * grad).sum(axis=0))


@answers.mistake(DZ, "here any grad may come in")
def log_likelihood_only(z, grad):
    p = softmax(z)
    return p, p - grad


@answers.mistake(P, "it is one array, of shape (4, 3). one array came back: `return p, dz`")
def gradient_alone(z, grad):
    p = softmax(z)
    return p * (grad - (grad * p).sum(axis=0))


@answers.mistake(DZ, "dz has to be of shape (4, 3), and it is of shape (3,)")
def average_alone(z, grad):
    p = softmax(z)
    return p, (grad * p).sum(axis=0)


@answers.mistake(LARGE, "take each column's own largest score away")
def overflows(z, grad):
    p = np.exp(z) / np.exp(z).sum(axis=0)
    return p, p * (grad - (p * grad).sum(axis=0))


@answers.mistake(LARGE, "you took away the largest score of *all*")
def largest_of_all(z, grad):
    e = np.exp(z - z.max())
    p = e / e.sum(axis=0)
    return p, p * (grad - (p * grad).sum(axis=0))


@answers.mistake(LARGE, "A limit such as np.clip changes them")
def clipped(z, grad):
    p = softmax(np.clip(z, -500, 500))
    return p, p * (grad - (p * grad).sum(axis=0))


@answers.thoughtless
def zeros(z, grad):
    return 0 * z, 0 * grad


@answers.thoughtless
def equal_chances(z, grad):
    return np.full(z.shape, 1 / len(z)), 0 * z


@answers.thoughtless
def inputs_back(z, grad):
    return z, grad
