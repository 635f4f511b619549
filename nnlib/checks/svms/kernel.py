"""Exercise 3.5: the Gaussian kernel between two sets of examples."""

import numpy as np

from nnlib.checks.answers import matrix
from nnlib.checks.exercise import Exercise, Failed, same
from nnlib.checks.grading import OUT_OF_TIME


def gaussian_kernel(A, B, gamma):
    """k[i, j] = exp(-gamma |a_i - b_j|²), of shape (n, m)."""
    squares = (A**2).sum(axis=1)[:, None] + (B**2).sum(axis=1) - 2 * A @ B.T
    return np.exp(-gamma * np.maximum(squares, 0))


EXERCISE = Exercise(
    "3.5",
    "Measure likeness with a kernel",
    gaussian_kernel,
    answer=matrix("k", lambda arguments: (len(arguments[0]), len(arguments[1]))),
    hints=(
        "Two loops do it: for each row of A and each row of B, d = a - b and then "
        "exp(-gamma * (d @ d)). Make that pass first.",
        "Without loops: A[:, None, :] - B[None, :, :] has shape (n, m, features). Square it and "
        "sum over the last axis.",
        "With less memory: |a - b|² = a · a + b · b - 2 a · b, and all the a · b are A @ B.T. "
        "Rounding can make a distance of 0 slightly negative; np.maximum(..., 0) mends that.",
    ),
    errors={
        OUT_OF_TIME: "two Python loops over two million pairs take too long: let NumPy do all "
        "pairs at once",
        "could not be broadcast": "A and B may have different numbers of rows: A[:, None, :] - "
        "B[None, :, :] sets every row against every other",
        "operands": "A and B may have different numbers of rows: A[:, None, :] - B[None, :, :] "
        "sets every row against every other",
    },
    seconds=4.0,
)


def by_loops(A, B, gamma):
    return np.array([[np.exp(-gamma * sum((a - b) ** 2)) for b in B] for a in A])


@EXERCISE.asks(
    "every row against every other",
    points=2,
    usually="k[i, j] is exp(-gamma * d), with d the sum of the squared differences of row i of A "
    "and row j of B",
)
def every_pair(f, rng):
    A, B = rng.normal(size=(4, 3)), rng.normal(size=(6, 3))
    gamma = float(rng.uniform(0.2, 0.8))
    k, wanted = f(A, B, gamma), by_loops(A, B, gamma)
    d2 = -np.log(wanted) / gamma
    same(
        "k",
        k,
        wanted,
        mistakes=[
            (np.exp(gamma * d2), "the minus is missing: likeness falls with the distance"),
            (np.exp(-gamma * np.sqrt(d2)), "the squared distance is meant, without a root"),
            (np.exp(-d2), "gamma is missing"),
            (np.exp(-d2 / gamma), "multiply by gamma; this divides by it"),
            (np.exp(-d2 / (2 * gamma**2)), "gamma multiplies the squared distance here; it is no "
             "standard deviation"),
            (d2, "this is the squared distance: exp(-gamma * ...) of it is wanted"),
            (gamma * np.exp(-d2), "gamma belongs inside the exponential"),
            (np.exp(-gamma * np.mean((A[:, None] - B) ** 2, axis=2)), "the sum over the features "
             "is meant, not the mean"),
            (A @ B.T, "this is the dot product, the linear kernel"),
            (np.exp(-gamma * (A[:, None] - B).sum(axis=2) ** 2), "square each difference, then "
             "add them up"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "an example and itself",
    points=1,
    usually="the likeness of an example with itself is exactly 1, and never more",
)
def itself(f, rng):
    A = 1e4 + rng.normal(size=(5, 3))
    k = f(A, A.copy(), 0.1)
    if k.max() > 1 + 1e-12:
        index = tuple(int(i) for i in np.unravel_index(k.argmax(), k.shape))
        raise Failed(
            f"k[{index[0]}, {index[1]}] is above 1.",
            yours=f"{k.max():.9g}",
            wanted="at most 1",
            mistake="a · a + b · b - 2 a · b can come out slightly below 0 by rounding: "
            "np.maximum(..., 0)",
        )
    same("k", k, by_loops(A, A, 0.1), atol=1e-4)


@EXERCISE.asks(
    "fifteen hundred rows of each",
    points=1,
    cases=1,
    usually="two Python loops over two million pairs take too long: let NumPy do all pairs at once",
)
def many(f, rng):
    A, B = rng.normal(size=(1500, 5)), rng.normal(size=(1500, 5))
    k, rows, columns = f(A, B, 0.1), rng.integers(1500, size=20), rng.integers(1500, size=20)
    wanted = [by_loops(A[[i]], B[[j]], 0.1)[0, 0] for i, j in zip(rows, columns, strict=True)]
    same("k", k[rows, columns], np.array(wanted))
