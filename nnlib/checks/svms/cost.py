"""Exercise 3.2: the cost of a machine with the squared hinge, and its gradient, all at once."""

import numpy as np

from nnlib.checks.answers import array_like, number, several
from nnlib.checks.exercise import Exercise, same
from nnlib.gradients import complex_step


def svm_cost(w, b, X, y, strength):
    """The cost, and its gradients (dw, db)."""
    lack = np.maximum(0, 1 - y * (X @ w + b))
    cost = np.mean(lack**2) + strength / 2 * (w @ w)
    pull = -2 * y * lack / len(y)
    return cost, X.T @ pull + strength * w, pull.sum()


EXERCISE = Exercise(
    "3.2",
    "Pull in proportion, on all examples at once",
    svm_cost,
    answer=several(number("cost"), array_like("dw", 0), number("db"), names="cost, dw and db"),
    hints=(
        "Begin with the array lack = np.maximum(0, 1 - y * (X @ w + b)), one entry an example. "
        "The cost is the mean of its squares, plus the spring's strength / 2 * (w @ w).",
        "One example's squared hinge is lack**2. The chain rule gives 2 * lack times the slope of "
        "lack, which is -y for the score. Collect these in an array, divided by n for the mean.",
        "dw is the sum over the examples of that number times the example: X.T @ array. The "
        "spring adds strength * w to dw, and nothing to db.",
    ),
    errors={
        "matmul": "shapes: X is (n, features), w is (features,): X @ w is (n,), and X.T @ (n,) is "
        "(features,)",
    },
)


def draw(rng, n=7, features=3):
    """Weights and examples, some of them safe, some lacking, one far on the wrong side."""
    w, X = rng.normal(size=features), rng.normal(size=(n, features))
    b, y = float(rng.normal()), rng.choice([-1, 1], size=n)
    X[0] = -3 * y[0] * w / (w @ w)
    X[1] = (4 - b * y[1]) * y[1] * w / (w @ w)
    return w, b, X, y, float(rng.uniform(0.3, 0.9))


def parts(w, b, X, y):
    """The mean squared hinge, for real and complex weights, one example at a time."""
    total = 0.0
    for x, label in zip(X, y, strict=True):
        lack = 1 - label * (sum(wi * xi for wi, xi in zip(w, x, strict=True)) + b)
        total = total + (lack**2 if lack.real > 0 else 0 * lack)
    return total / len(y)


def slopes(w, b, X, y):
    """The derivatives of the mean squared hinge by w and by b, without calculus."""
    both = complex_step(lambda v: parts(v[:-1], v[-1], X, y), np.append(w, b))
    return both[:-1], both[-1]


def hinge_mean(w, b, X, y):
    return np.mean([max(0, 1 - yi * (w @ x + b)) for x, yi in zip(X, y, strict=True)])


@EXERCISE.asks(
    "the cost",
    points=2,
    usually="the mean over the examples of max(0, 1 - y s) squared, plus strength / 2 * (w · w)",
)
def the_cost(f, rng):
    w, b, X, y, strength = draw(rng)
    cost, _, _ = f(w, b, X, y, strength)
    data, spring = parts(w, b, X, y), strength / 2 * (w @ w)
    n, scores = len(y), X @ w + b
    same(
        "cost",
        cost,
        data + spring,
        mistakes=[
            (data, "the spring is missing: add strength / 2 * (w @ w)"),
            (data + 2 * spring, "the spring's energy is strength / 2 * (w @ w); the half is "
             "missing"),
            (n * data + spring, "this is the sum over the examples, and the mean is wanted"),
            (hinge_mean(w, b, X, y) + spring, "this is the hinge: each example's lack has to be "
             "squared"),
            (np.mean((1 - y * scores) ** 2) + spring, "max(0, ...) is missing: an example that is "
             "safely on its side costs nothing"),
            (data + spring + strength / 2 * b * b, "the spring holds w only, not the bias"),
            (hinge_mean(w, b, X, y) ** 2 + spring, "square each example's lack, then take the "
             "mean"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradient in w",
    points=2,
    usually="dw is the mean over the examples of -2 y lack x, plus strength * w",
)
def in_w(f, rng):
    w, b, X, y, strength = draw(rng)
    _, dw, _ = f(w, b, X, y, strength)
    data, _ = slopes(w, b, X, y)
    lack = np.maximum(0, 1 - y * (X @ w + b))
    same(
        "dw",
        dw,
        data + strength * w,
        mistakes=[
            (data, "the spring is missing in dw: add strength * w"),
            (-data + strength * w, "the sign of the examples' part: raising y s lowers the cost"),
            (-data - strength * w, "the sign: this points downhill, and the gradient points up"),
            (data - strength * w, "the sign of the spring: its energy grows with w"),
            (data / 2 + strength * w, "the 2 from the square is missing"),
            (len(y) * data + strength * w, "divide by the number of examples: the cost is a mean"),
            (data + strength / 2 * w, "the half is gone after the derivative: strength * w"),
            (X.T @ (-y * (lack > 0)) / len(y) + strength * w, "this is the hinge's gradient: the "
             "squared hinge pulls with 2 * lack"),
            (X.T @ (-2 * lack) / len(y) + strength * w, "the labels are missing: each example "
             "counts with -2 * y * lack"),
            (X.T @ (-2 * y * (lack > 0)) / len(y) + strength * w, "lack itself is missing: each "
             "example counts with -2 * y * lack, more the more it lacks"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradient in b",
    points=1,
    usually="db is the mean of -2 y lack; no spring holds the bias",
)
def in_b(f, rng):
    w, b, X, y, strength = draw(rng)
    _, _, db = f(w, b, X, y, strength)
    _, wanted = slopes(w, b, X, y)
    same(
        "db",
        db,
        wanted,
        mistakes=[
            (wanted + strength * b, "the spring holds w only, not the bias"),
            (-wanted, "the sign of db"),
            (len(y) * wanted, "divide by the number of examples: the cost is a mean"),
            (wanted / 2, "the 2 from the square is missing in db"),
            (0.0, "the bias has a slope, too: the mean of -2 * y * lack"),
        ],
    )
