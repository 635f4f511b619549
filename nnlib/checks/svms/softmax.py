"""Exercise 3.4: softmax and cross-entropy for a minibatch, with scores of any size."""

import numpy as np

from nnlib.checks.answers import array_like, number, several
from nnlib.checks.exercise import Exercise, same
from nnlib.gradients import complex_step


def softmax_loss(S, y):
    """The mean cross-entropy of scores S (n, K), and its gradient."""
    E = np.exp(S - S.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    shifted = S - S.max(axis=1, keepdims=True)
    loss = np.mean(np.log(E.sum(axis=1)) - shifted[rows, y])
    gradient = P.copy()
    gradient[rows, y] -= 1
    return loss, gradient / len(y)


EXERCISE = Exercise(
    "3.4",
    "Turn scores into probabilities, and never overflow",
    softmax_loss,
    answer=several(number("loss"), array_like("gradient", 0), names="loss and gradient"),
    hints=(
        "For one row of scores s: p = np.exp(s) / np.exp(s).sum(), and its loss is -log p[y]. "
        "With axis=1 and keepdims=True the same lines work for all rows at once.",
        "The gradient of one row's loss is p with 1 taken away at the right class. S[rows, y] with "
        "rows = np.arange(n) picks the right class in every row. The mean divides by n.",
        "exp(1000) is too large for a float. Adding the same number to all scores of a row "
        "changes no probability, so take the row's largest score away from each first.",
        "And log p of a tiny p is -infinity. The loss of a row is also log(sum of exp(s)) - s[y], "
        "computed from the shifted scores: no logarithm of anything below 1.",
    ),
    errors={
        "is not a finite number": "exp of a large score overflows, and the logarithm of a p of 0 "
        "is infinite: take each row's largest score away first, and compute the loss from the "
        "shifted scores, not as the logarithm of a probability",
    },
)


def one_row(s, label):
    """-log p of the right class for one row, real or complex."""
    s = s - max(np.real(s))
    return np.log(sum(np.exp(s))) - s[label]


def loss_of(S, y):
    return sum(one_row(row, label) for row, label in zip(S, y, strict=True)) / len(y)


def probabilities(S):
    return np.array([np.exp(row) / np.exp(row).sum() for row in S])


@EXERCISE.asks(
    "the loss",
    points=2,
    usually="the mean over the rows of -log p, with p the probability of the row's right class",
)
def the_loss(f, rng):
    S, y = rng.normal(size=(5, 4)), rng.integers(4, size=5)
    loss, _ = f(S, y)
    P, wanted = probabilities(S), loss_of(S, y)
    right = P[np.arange(5), y]
    columns = np.exp(S) / np.exp(S).sum(axis=0)
    same(
        "loss",
        loss,
        wanted,
        mistakes=[
            (5 * wanted, "this is the sum over the rows, and the mean is wanted"),
            (-wanted, "the minus is missing: the loss is -log p"),
            (np.mean(1 - right), "this is the mean of 1 - p; the cross-entropy is -log p"),
            (-np.log(right.mean()), "take the logarithm of each row's p, then the mean"),
            (-np.mean(np.log(columns[np.arange(5), y])), "the probabilities of a *row* have to "
             "add up to 1: sum over axis=1"),
            (wanted / np.log(2), "the natural logarithm is meant: np.log"),
            (-np.mean(np.log(P)), "only the right class's probability counts: P[rows, y]"),
            (-np.mean(np.log(np.exp(S) / np.exp(S).sum())[np.arange(5), y]), "the probabilities "
             "of each row have to add up to 1, not those of all rows together"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradient",
    points=2,
    usually="the probabilities, with 1 taken away at each row's right class, divided by n",
)
def the_gradient(f, rng):
    S, y = rng.normal(size=(5, 4)), rng.integers(4, size=5)
    _, gradient = f(S, y)
    wanted = complex_step(lambda T: loss_of(T, y), S)
    hot = np.zeros_like(S)
    hot[np.arange(5), y] = 1
    same(
        "gradient",
        gradient,
        wanted,
        mistakes=[
            (5 * wanted, "divide by the number of rows: the loss is a mean"),
            (-wanted, "the sign: this is the pull, which lowers the loss; the gradient is p minus "
             "1 at the right class"),
            (probabilities(S) / 5, "1 has to be taken away at the right class"),
            (-hot / 5, "the other classes have a slope, too: their probabilities"),
            (probabilities(S) - hot / 5, "divide all of it by n, not the 1 alone"),
            (wanted * hot, "the other classes have a slope, too: their probabilities"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "scores in the thousands",
    points=2,
    usually="take each row's largest score away before exp, and compute the loss as "
    "log(sum of exp) - score, not as the logarithm of a probability",
)
def large(f, rng):
    S = rng.normal(size=(4, 3)) + rng.choice([-5000.0, 5000.0], size=(4, 1))
    S[0] += [0.0, 3000.0, -3000.0]
    y = np.array([0, *rng.integers(3, size=3)])
    loss, gradient = f(S, y)
    same("loss", loss, loss_of(S, y))
    same("gradient", gradient, complex_step(lambda T: loss_of(T, y), S), atol=1e-9)
