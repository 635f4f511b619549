"""Exercise 5.1: how large a step a quadratic bears, and how fast its best step is."""

from itertools import combinations

import numpy as np

from nnlib.checks.answers import number, several
from nnlib.checks.exercise import Exercise, close, same


def step_limits(A):
    """For the cost w·Aw / 2: the rates (limit, best), and best's factor."""
    curvatures = np.linalg.eigvalsh(A)
    low, high = curvatures[0], curvatures[-1]
    return 2 / high, 2 / (low + high), (high - low) / (high + low)


EXERCISE = Exercise(
    "5.1",
    "Predict where a descent explodes",
    step_limits,
    answer=several(
        number("limit"), number("best"), number("factor"), names="limit, best and factor"
    ),
    hints=(
        "Along a direction of curvature c, one step multiplies the distance by 1 - rate * c. It "
        "shrinks as long as that number lies between -1 and 1. The curvatures of A are its "
        "eigenvalues: np.linalg.eigvalsh(A) returns them in rising order.",
        "The steepest direction is the first to explode: its 1 - rate * c must stay above -1. "
        "That gives limit.",
        "At the best rate the flattest direction (1 - rate * low, slow) and the steepest one "
        "(1 - rate * high, swinging) shrink equally fast, one with the other sign. Solve "
        "1 - rate * low = -(1 - rate * high) for the rate; factor is either side of it.",
    ),
    errors={
        "limit is not a finite": "only the *largest* curvature can't be 0; a curvature of 0 is "
        "allowed, so don't divide by the smallest one. (np.linalg.eig doesn't sort; take min and "
        "max, or eigvalsh)",
        "best is not a finite": "a direction may be level, with a curvature of 0: don't divide by "
        "the smallest curvature alone",
        "factor is not a finite": "a direction may be level, with a curvature of 0, and then "
        "high / low is infinite: write the factor as (high - low) / (high + low)",
        "complex": "A is symmetric, so its eigenvalues are real: np.linalg.eigvalsh knows that, "
        "np.linalg.eigvals does not",
    },
)


UNSORTED = "np.linalg.eig doesn't sort; take min and max, or eigvalsh"


def turned(rng, curvatures):
    """A symmetric matrix with these eigenvalues, along axes that are not those of the weights."""
    axes, _ = np.linalg.qr(rng.normal(size=(len(curvatures), len(curvatures))))
    A = axes @ np.diag(curvatures) @ axes.T
    return (A + A.T) / 2


def draw(rng):
    """The eigenvalues of a bowl, the smallest first, and its matrix."""
    low, high = rng.uniform(0.2, 0.6), rng.uniform(4, 9)
    curvatures = np.sort([low, high, *rng.uniform(1, 3, 2)])
    return curvatures, turned(rng, curvatures)


def exchanged(c, limit, factor, shown):
    """The mistake that `shown` shows if the largest curvature was taken for the smallest."""
    both = close(limit, 2 / c[0]) and close(factor, (c[0] - c[-1]) / (c[0] + c[-1]))
    return [(shown, f"low and high are exchanged: {UNSORTED}")] if both else []


def other_ends(c):
    """All pairs of curvatures, except the smallest with the largest."""
    return [(a, b) for a, b in combinations(c, 2) if (a, b) != (c[0], c[-1])]


@EXERCISE.asks(
    "the limit",
    points=1,
    usually="along an eigenvector with eigenvalue c a step multiplies the distance by 1 - rate * "
    "c. For which c does that leave the interval from -1 to 1 first?",
)
def the_limit(f, rng):
    c, A = draw(rng)
    limit, _, factor = f(A)
    same(
        "limit",
        limit,
        2 / c[-1],
        mistakes=[
            *exchanged(c, limit, factor, limit),
            (1 / c[-1], "at 1 / high the steepest direction arrives in one step. It still "
             "converges up to twice that, where each step lands as far beyond as it began"),
            (2 / c[0], "this is the limit of the flattest direction; the steepest one explodes "
             "long before. Take the largest eigenvalue, which need not be the last one: "
             + UNSORTED),
            (1 / c[0], "this takes the smallest eigenvalue; the steepest direction is the first to "
             "explode"),
            *[(2 / middle, "this is the limit of a direction between flattest and steepest: " +
               UNSORTED) for middle in c[1:-1]],
            (2 * c[-1], "the larger the curvature, the smaller the step it bears: divide by it"),
            (c[-1] / 2, "upside down: limit * high has to be 2"),
            (c[-1], "this is the largest curvature, not yet a rate"),
            (2 / np.diag(A).max(), "the diagonal holds the curvatures along the weights' own axes; "
             "between them it may be steeper. Take the eigenvalues"),
            (2 / np.trace(A), "this divides by the sum of the curvatures; only the largest counts"),
            (2 / np.sqrt((A**2).sum()), "np.linalg.norm(A) is the root of the sum of all squares, "
             "not the largest eigenvalue"),
            (2 / np.abs(A).max(), "this takes the largest entry of A; its largest eigenvalue is "
             "wanted"),
            (2 / (c[0] + c[-1]), "this is the best rate, the second of the three answers"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the best rate",
    points=1,
    usually="a larger rate helps the flattest direction and harms the steepest one: the best rate "
    "is where both shrink equally fast",
)
def the_best(f, rng):
    c, A = draw(rng)
    _, best, _ = f(A)
    same(
        "best",
        best,
        2 / (c[0] + c[-1]),
        mistakes=[
            (1 / c[-1], "1 / high is best for the steepest direction; the flattest one gains if "
             "the steps are still larger and the steepest one swings"),
            (1 / c[0], "1 / low is best for the flattest direction, and the steepest one explodes"),
            (2 / c[-1], "at the limit the steepest direction swings for ever: the best rate lies "
             "below it"),
            (1 / (c[0] + c[-1]), "a 2 is missing: the rate times (low + high) has to be 2"),
            (2 / (c[-1] - c[0]), "a sign: from 1 - rate * low = -1 + rate * high follows "
             "rate * (low + high) = 2"),
            (2 / np.trace(A), "the trace adds up all the eigenvalues: only the smallest and the "
             "largest count"),
            (1 / c.mean(), "the mean of all the curvatures plays no part: only the smallest and "
             "the largest count"),
            ((1 / c[0] + 1 / c[-1]) / 2, "not the mean of the two rates: one over the mean of the "
             "two curvatures"),
            (2 / (np.diag(A).min() + np.diag(A).max()), "the diagonal holds the curvatures along "
             "the weights' own axes: take the eigenvalues"),
            (1 / np.sqrt(c[0] * c[-1]), "the two factors are set equal, not the rates multiplied: "
             "solve 1 - rate * low = -(1 - rate * high)"),
            *[(2 / (a + b), f"these are not the smallest and the largest eigenvalue: {UNSORTED}")
              for a, b in other_ends(c)],
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "its factor",
    points=1,
    usually="factor is what one step at the best rate leaves of the distance along the slowest "
    "direction: a number from 0 to 1",
)
def the_factor(f, rng):
    c, A = draw(rng)
    limit, _, factor = f(A)
    low, high = c[0], c[-1]
    wanted, root = (high - low) / (high + low), np.sqrt(high / low)
    same(
        "factor",
        factor,
        wanted,
        mistakes=[
            *exchanged(c, limit, factor, factor),
            (-wanted, "the size of the factor is wanted, without the sign of the direction that "
             "swings"),
            (1 - low / high, "this is the factor at the rate 1 / high: put best in its place"),
            (wanted**2, "this is the factor of the cost; the distance shrinks by its root"),
            ((root - 1) / (root + 1), "this is momentum's factor; plain descent has the condition "
             "number without the root"),
            (high / low, "this is the ratio of the curvatures, the condition number: the factor "
             "is (ratio - 1) / (ratio + 1)"),
            (low / high, "this is the ratio of the curvatures: the factor is "
             "(1 - ratio) / (1 + ratio)"),
            (1 - wanted, "this is what a step takes away; the factor is what it leaves"),
            (1 / wanted, "upside down: a factor above 1 would grow"),
            (np.abs(1 - 2 / (low + high) * c).min(), "this is the factor of the *fastest* "
             "direction: the slowest one decides"),
            *[(sign * (b - a) / (a + b), "these are not the smallest and the largest eigenvalue: "
               + UNSORTED) for a, b in other_ends(c) for sign in (1, -1)],
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "a level direction, and a single weight",
    points=1,
    usually="nothing may divide by the smallest curvature, which may be 0: then best equals limit, "
    "and factor is 1; and a single weight is its own flattest and steepest direction: best is "
    "1 / c, factor 0",
)
def extremes(f, rng):
    size = 10.0 ** rng.integers(-12, -6)
    high, middle = (float(v) for v in np.round(rng.uniform([4, 1], [9, 3]), 2))
    A = size * np.diag(rng.permutation([0.0, middle, high]))
    level = [
        (middle, "the eigenvalue 0 was passed over: a level direction belongs to the cost, and no "
         "step moves along it. (If you left out nothing: " + UNSORTED + ")"),
    ]  # fmt: skip
    limit, best, factor = f(A)
    same("limit", limit, 2 / (size * high), mistakes=[(2 / (size * middle), UNSORTED)])
    same(
        "best", best, 2 / (size * high),
        mistakes=[(2 / (size * (high + low)), why) for low, why in level],
    )  # fmt: skip
    same("factor", factor, 1.0, mistakes=[((high - low) / (high + low), why) for low, why in level])
    limit, best, factor = f(np.array([[high]]))
    same("limit", limit, 2 / high)
    same("best", best, 1 / high)
    same(
        "factor",
        factor,
        0.0,
        atol=1e-9,
        mistakes=[(1.0, "a single weight arrives in one step: its factor is 0")],
    )
