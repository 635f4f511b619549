"""Exercise 4.5: the gradients of a sparse reconstruction, by hand, with free and tied weights."""

import numpy as np

from nnlib.checks.answers import apart, array_like, matrix
from nnlib.checks.exercise import Exercise, same
from nnlib.gradients import complex_step

EPSILON = 0.01  # rounds off the corner of |s|


def reconstruction_gradients(W, X, strength):
    """(dA, dS) of F at A = W.T, S = W X, and dW of G(W) = F(W.T, W X)."""
    A, S = W.T, W @ X
    E = A @ S - X
    dA = 2 * E @ S.T
    dS = 2 * A.T @ E + strength * S / np.sqrt(S**2 + 0.01)
    return dA, dS, dS @ X.T + dA.T


EXERCISE = Exercise(
    "4.5",
    "Read a function of matrices as a network",
    reconstruction_gradients,
    answer=apart(
        matrix("dA", lambda arguments: arguments[0].shape[::-1]),
        matrix("dS", lambda arguments: (len(arguments[0]), arguments[1].shape[1])),
        array_like("dW", 0),
        names="dA, dS and dW",
    ),
    hints=(
        "F is a layer with the weights A and the inputs S, an error E = A @ S - X behind it, and a "
        "sum of squares. What is the delta at the layer's output? Equation (4) makes dA of it, and "
        "equation (2), without a slope, what comes back to S.",
        "The sparsity is a function of each entry of S alone, so its slope is found as in school: "
        "the slope of (s² + 0.01)^(1/2). It adds to dS, and A has no part in it.",
        "In G there are two layers, and W stands in both. As weights of the first, S = W @ X, it "
        "gets the delta dS with the inputs X: equation (4) once more. As weights of the second it "
        "stands there transposed: dA is the gradient in W.T. Where a wire branches, gradients add "
        "up.",
    ),
    errors={
        "mismatch in its core dimension": "W has the shape (codes, features), so S = W @ X is "
        "(codes, n), A = W.T is (features, codes) and E is (features, n). Write the shape beside "
        "every array: a gradient has the shape of what it belongs to",
        "could not be broadcast": "two terms of different shapes can't be added: in W.T stands "
        "the transpose of W, and so its gradient has to be transposed to become one in W",
        "dA has to be of shape": "dA has the shape of A, which is W.T: (features, codes)",
        "dS has to be of shape": "dS has the shape of S = W X, (codes, n)",
        "dW has to be of shape": "dW has the shape of W, (codes, features)",
    },
)


def draw(rng, codes, features, n=6):
    """Weights, examples and a strength; W is not square."""
    W, X = rng.normal(size=(codes, features)), rng.normal(size=(features, n))
    return W, X, float(rng.uniform(0.5, 2))


def F(A, S, X, strength):
    """The cost, one entry at a time, for real and complex A and S."""
    total = 0.0
    for j in range(X.shape[1]):
        for i in range(len(X)):
            total = total + (sum(A[i, k] * S[k, j] for k in range(len(S))) - X[i, j]) ** 2
        for k in range(len(S)):
            total = total + strength * np.sqrt(S[k, j] ** 2 + EPSILON)
    return total


@EXERCISE.asks(
    "the gradient in A",
    points=1,
    usually="equation (4): the delta at the layer's output, times what went into the layer, "
    "transposed",
)
def in_A(f, rng):  # noqa: N802
    W, X, strength = draw(rng, 2, 3)
    dA, _, _ = f(W, X, strength)
    A, S = W.T, W @ X
    wanted, E = complex_step(lambda A: F(A, S, X, strength), A), A @ S - X
    same(
        "dA",
        dA,
        wanted,
        mistakes=[
            (wanted / 2, "the 2 from the square is missing"),
            (-wanted, "the sign: the error is A S - X, not X - A S"),
            (wanted / X.shape[1], "F is a sum over the examples, not a mean"),
            (2 * E @ S.T + (2 * W @ E @ X.T).T, "A moves alone here, and S stays as it is; both "
             "move only in dW"),
            (2 * X @ S.T, "the error is wanted, A S - X, where this has X alone"),
            (2 * A @ S @ S.T, "the error is wanted, A S - X, where this has A S alone"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradient in S",
    points=2,
    usually="what comes back through the layer, by the transpose of its weights, and the slope of "
    "sqrt(s² + 0.01) in every entry",
)
def in_S(f, rng):  # noqa: N802
    W, X, strength = draw(rng, 2, 3)
    _, dS, _ = f(W, X, strength)
    A, S = W.T, W @ X
    wanted, back = complex_step(lambda S: F(A, S, X, strength), S), 2 * W @ (A @ S - X)
    root = np.sqrt(S**2 + EPSILON)
    same(
        "dS",
        dS,
        wanted,
        mistakes=[
            (back, "the sparsity has a slope, too"),
            (wanted - back, "the reconstruction is missing: the error comes back through A"),
            (back + S / root, "the sparsity counts with its strength"),
            (back + strength * np.sign(S), "this is the slope of |s|: sqrt(s² + 0.01) is round at "
             "0"),
            (back + strength / root, "the chain rule goes one step further: the slope of s² is "
             "missing"),
            (back + strength / (2 * root), "the chain rule goes one step further: the slope of s² "
             "is missing"),
            (back + strength * S / (2 * root), "1/2 from the root times 2 from the square is 1"),
            (back + 2 * strength * S / root, "1/2 from the root times 2 from the square is 1"),
            (back + strength * S * root, "the root stands below: its slope has the power -1/2"),
            (back + strength * root, "this is the height of sqrt(s² + 0.01): its slope is wanted"),
            (back - strength * S / root, "the sign of the sparsity's part: it grows with |s|"),
            (back / 2 + strength * S / root, "the 2 from the square of the error is missing"),
            (-back + strength * S / root, "the sign: the error is A S - X, not X - A S"),
            (wanted / X.shape[1], "F is a sum over the examples, not a mean"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradient in W, which stands there twice",
    points=2,
    usually="G has two layers with the same weights, once transposed: the gradient of each, in "
    "the shape of W, and their sum",
)
def in_W(f, rng):  # noqa: N802
    W, X, strength = draw(rng, 2, 3)
    _, _, dW = f(W, X, strength)
    S = W @ X
    E = W.T @ S - X
    slope = strength * S / np.sqrt(S**2 + EPSILON)
    wanted = complex_step(lambda W: F(W.T, W @ X, X, strength), W)
    first, second, sparse = 2 * W @ E @ X.T, 2 * S @ E.T, slope @ X.T
    same(
        "dW",
        dW,
        wanted,
        mistakes=[
            (first + sparse, "W stands in a second place, as W.T, and that one has a gradient, "
             "too: add it"),
            (second, "W stands in a first place, too, in S = W X: add its gradient"),
            (first + second, "the sparsity is missing in dW: dS carries it, and goes back through "
             "S = W X"),
            (second + sparse, "the error's way back through A into S = W X is missing"),
            (2 * (first + sparse), "the two places of W have different gradients: doubling one "
             "is not adding the other"),
            (2 * second, "the two places of W have different gradients: doubling one is not "
             "adding the other"),
            (first + sparse - second, "the two gradients are added"),
            ((first + second) / 2 + sparse, "the 2 from the square is missing"),
            (first + second + slope @ np.ones_like(X.T), "equation (4): the slope of the sparsity "
             "is multiplied by what went in, X"),
            (-wanted, "the sign: this points downhill"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "more codes than features, and codes of 0",
    points=1,
    usually="W may have more rows than columns, and a code may be 0: the sparsity's slope is "
    "S / sqrt(S² + 0.01), with no division by S itself",
)
def wide(f, rng):
    W, X, strength = draw(rng, 5, 2, n=2)
    W[1] = 0.0
    dA, dS, dW = f(W, X, strength)
    A, S = W.T, W @ X
    same("dA", dA, complex_step(lambda A: F(A, S, X, strength), A))
    same("dS", dS, complex_step(lambda S: F(A, S, X, strength), S))
    same("dW", dW, complex_step(lambda W: F(W.T, W @ X, X, strength), W))
