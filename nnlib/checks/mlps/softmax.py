"""Exercise 4.2: softmax as a layer of its own, forward and backward, for a minibatch."""

import numpy as np

from nnlib.checks.answers import apart, array_like
from nnlib.checks.exercise import Exercise, Failed, same
from nnlib.gradients import complex_step


def softmax_backward(z, grad):
    """The probabilities p of the scores z, and the gradient in z."""
    E = np.exp(z - z.max(axis=0))
    p = E / E.sum(axis=0)
    return p, p * (grad - (grad * p).sum(axis=0))


EXERCISE = Exercise(
    "4.2",
    "Hand a pull back through softmax",
    softmax_backward,
    answer=apart(array_like("p", 0), array_like("dz", 0), names="p and dz"),
    hints=(
        "Do one column first. Raising the score z_j alone by a little raises p_j by p_j (1 - p_j) "
        "a unit, and lowers every other p_k by p_k p_j a unit, since together they stay at 1.",
        "By the chain rule, dz_j adds up what score j does to every p_k, each times grad_k. Write "
        "that sum down and take p_j out of it: what is left is grad_j minus an average of all "
        "the pulls. With which weights is the average taken?",
        "For a minibatch the sums run over the classes of a column, which is axis=0. One pull "
        "that is the same for all classes must have no effect: try that on your answer.",
    ),
    errors={
        "is not a finite number": "exp of a large score overflows, and inf / inf is no number: "
        "take each column's own largest score away before exp",
        "matmul": "with @ whole columns are mixed: the sums here run over the classes of one "
        "column, (...).sum(axis=0)",
        "could not be broadcast": "sums over the classes are sums over axis=0, one for each "
        "column: they fit below z as they are",
    },
)


def column(z):
    """The probabilities of one column of scores, real or complex."""
    e = np.exp(z - max(np.real(z)))
    return e / sum(e)


def forward(z):
    return np.array([column(scores) for scores in z.T]).T


def measured(z, grad):
    """The gradient in z of sum(grad * p), without calculus."""
    return complex_step(lambda v: (grad * forward(v)).sum(), z)


@EXERCISE.asks(
    "the probabilities",
    points=1,
    usually="p is exp(z), divided by its sum over the classes of the same column",
)
def probabilities(f, rng):
    z, grad = rng.normal(size=(2, 4, 3))
    p, _ = f(z, grad)
    e = np.exp(z)
    same(
        "p",
        p,
        forward(z),
        mistakes=[
            (e, "these are the exponentials: divide each column by its sum"),
            ((e.T / e.sum(axis=1)).T, "here each *row* adds up to 1; a column is an example, and "
             "its classes have to: sum over axis=0"),
            (e / e.sum(), "each column has to add up to 1, not all of them together"),
            (1 / (1 + np.exp(-z)), "this is the sigmoid: softmax divides by the sum over the "
             "classes"),
            (np.log(forward(z)), "these are the logarithms of the probabilities"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradient at the scores",
    points=3,
    usually="raising one score raises its own p and lowers all the others: each of them hands a "
    "share back",
)
def at_the_scores(f, rng):
    z, grad = rng.normal(size=(2, 4, 3))
    _, dz = f(z, grad)
    p, wanted = forward(z), measured(z, grad)
    same(
        "dz",
        dz,
        wanted,
        mistakes=[
            (grad * p * (1 - p), "each score moves the other probabilities, too; this is the slope "
             "of every p in its own score alone, as a sigmoid's would be"),
            (grad * p, "each score moves the other probabilities, too; their part is missing"),
            (grad * (1 - p), "each score moves the other probabilities, too, and p itself is a "
             "factor of its slope"),
            (p * (grad - grad.sum(axis=0)), "what is taken away is an average of the column's "
             "pulls, and here it is their plain sum"),
            (p * (grad - grad.mean(axis=0)), "what is taken away is an average of the column's "
             "pulls, but not the plain one: a likely class counts for more"),
            (p * (grad - (grad * p).sum()), "the columns are mixed: each example has a sum of its "
             "own, over axis=0"),
            (p * (grad - (grad * p).sum(axis=1, keepdims=True)), "this sums over the examples: the "
             "sum runs over the classes of one column, axis=0"),
            (p * (grad + (grad * p).sum(axis=0)), "raising a score *lowers* the other "
             "probabilities: their part has a minus"),
            (-wanted, "the sign: this points downhill"),
            (wanted / z.shape[1], "no mean is taken here: grad already is the slope of the cost"),
            (p - grad, "p - t is what comes out for the log-likelihood; here any grad may come in"),
            (grad - (grad * p).sum(axis=0), "the factor p is missing: a class that is almost "
             "impossible hardly moves"),
            (grad, "the pull has to go through softmax: it comes out as it went in"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "scores in the thousands",
    points=1,
    usually="take each *column's* own largest score away before exp: this changes no probability, "
    "and nothing overflows. A limit such as np.clip changes them",
)
def large(f, rng):
    z, grad = rng.normal(size=(2, 3, 2))
    z += [20_000, -5000]
    p, dz = f(z, grad)
    if isinstance(p, Failed) and p.problem.startswith("p[0, 1] is not a finite"):
        p.mistake = (
            "you took away the largest score of *all*: in the other columns every exp is 0, and "
            "0 / 0 is no number. Take each column's own away"
        )
    same("p", p, forward(z))
    z = rng.normal(size=(3, 4)) + rng.choice([-5000.0, 5000.0], size=4)
    z[:, 0] += [2000.0, 0.0, -2000.0]
    z[:, 1] += 20_000 - z[0, 1]
    grad = rng.normal(size=(3, 4))
    p, dz = f(z, grad)
    same("p", p, forward(z))
    same("dz", dz, measured(z, grad))
