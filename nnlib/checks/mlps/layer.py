"""Exercise 4.1: a layer of ReLUs for a minibatch, an example a column."""

import numpy as np

from nnlib.checks.answers import apart, matrix
from nnlib.checks.exercise import Exercise, Failed, close, same


def relu_layer(W, b, a):
    """The weighted sums z and the activations max(0, z), both (neurons, n)."""
    z = W @ a + b[:, None]
    return z, np.maximum(0, z)


def _shape(arguments):
    W, _, a = arguments
    return len(W), a.shape[1]


EXERCISE = Exercise(
    "4.1",
    "Send a minibatch through a layer",
    relu_layer,
    answer=apart(matrix("z", _shape), matrix("out", _shape), names="z and out"),
    hints=(
        "W @ a does all neurons and all examples at once: row i of W against column j of a is "
        "neuron i on example j. Which of the two belongs to the bias b[i], the row or the column?",
        "A bias is the same for every example, so b[i] has to be added to the whole *row* i. "
        "NumPy adds a one-dimensional array along the columns; an array of shape (neurons, 1) it "
        "adds to each column. b[:, None] has that shape.",
    ),
    errors={
        "matmul": "shapes: W is (neurons, inputs) and a is (inputs, n), so the product is W @ a",
        "could not be broadcast": "shapes: W @ a, in this order, is (neurons, n). To go beside it "
        "b has to be a column, b[:, None]: NumPy sets b as it is against the examples",
        "z has to be of shape": "z has a row for each neuron and a column for each example. Beside "
        "them b has to be a column, b[:, None]: NumPy sets b as it is against the examples",
        "out has to be": "out has the shape of z: np.maximum(0, z) works entry by entry, where "
        "max(...) and z.max() give one number",
        "truth value of an array": "max(...) wants to know which of two numbers is larger, and z "
        "holds many: np.maximum(0, z) works entry by entry",
    },
)


def draw(rng, neurons, inputs, n):
    return rng.normal(size=(neurons, inputs)), rng.normal(size=neurons), rng.normal(
        size=(inputs, n)
    )  # fmt: skip


def sums(W, b, a):
    """z, one neuron and one example at a time."""
    z = np.empty((len(W), a.shape[1]))
    for i, (row, bias) in enumerate(zip(W, b, strict=True)):
        for j, column in enumerate(a.T):
            z[i, j] = sum(w * x for w, x in zip(row, column, strict=True)) + bias
    return z


@EXERCISE.asks(
    "the weighted sums of as many examples as neurons",
    points=1,
    usually="z[i, j] is row i of W times column j of a, plus b[i]",
)
def square(f, rng):
    W, b, a = draw(rng, 3, 2, 3)
    z, out = f(W, b, a)
    wanted = sums(W, b, a)
    swapped = not isinstance(out, Failed) and close(out, wanted)
    same(
        "z",
        z,
        wanted,
        mistakes=[
            (W @ a + b, "b[0] was added to the first *example*, and it belongs to the first "
             "*neuron*: NumPy adds along the columns, and makes no error where there are as many "
             "examples as neurons"),
            (W @ a, "the biases are missing"),
            (wanted.T, "this is transposed: a row is a neuron, a column is an example"),
            (np.maximum(0, wanted), "the two are the wrong way round: first z, then the "
             "activations" if swapped else "this is already clamped: z is the weighted sum, "
             "before the activation function"),
            (W @ a - b[:, None], "the bias is added, not taken away"),
            (W @ a + b.sum(), "each neuron has its own bias; this adds all of them to every one"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the activations",
    points=1,
    usually="the activation function of a ReLU is max(0, z), entry by entry",
)
def activations(f, rng):
    W, b, a = draw(rng, 4, 3, 4)
    _, out = f(W, b, a)
    z = sums(W, b, a)
    same(
        "out",
        out,
        np.maximum(0, z),
        mistakes=[
            (z, "these are the weighted sums: the activation function is missing"),
            (np.abs(z), "max(0, z) turns what is below 0 into 0; this turns its sign round"),
            ((z > 0) * 1.0, "above 0 a ReLU hands z on; this says 1 there, as a step does"),
            (np.minimum(0, z), "this keeps what is below 0, and max(0, z) keeps what is above"),
            (np.maximum(0, W @ a) + b[:, None], "the bias belongs inside: clamp after adding it"),
            (1 / (1 + np.exp(-z)), "this is the sigmoid; max(0, z) is wanted"),
            (np.tanh(z), "this is tanh; max(0, z) is wanted"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "one example, and many",
    points=1,
    usually="the number of examples is the number of columns of a, a.shape[1], and any number of "
    "them has to go through",
)
def any_number(f, rng):
    for n in (7, 1):
        W, b, a = draw(rng, 3, 2, n)
        z, out = f(W, b, a)
        same("z", z, sums(W, b, a))
        same("out", out, np.maximum(0, sums(W, b, a)))
