"""Exercise 2.4: the gradients of a sigmoid neuron over a minibatch, for two losses."""

import numpy as np

from nnlib.checks.answers import array_like, number, several
from nnlib.checks.exercise import Exercise, distinct, same
from nnlib.checks.neurons.activation import sigmoid
from nnlib.gradients import complex_step


def neuron_gradients(X, t, w, b, loss):
    """(dw, db) of a sigmoid neuron, for the mean loss over a minibatch."""
    z = X @ w + b
    e = np.exp(-abs(z))
    y = np.where(z >= 0, 1, e) / (1 + e)
    delta = y - t
    if loss == "squared error":
        delta = delta * y * (1 - y)
    return X.T @ delta / len(t), np.mean(delta)


SQUARED, CROSS = LOSSES = ("squared error", "cross-entropy")
EXERCISE = Exercise(
    "2.4",
    "Learn from a minibatch",
    neuron_gradients,
    answer=several(array_like("dw", 2), number("db"), names="dw and db"),
    hints=(
        "First z = X @ w + b, an array with one number for each example. Then y = sigmoid(z), and "
        "delta, the pull at z: y - t for cross-entropy, (y - t) * y * (1 - y) for squared error.",
        "db is the mean of delta. For one example dw is delta * x; for all of them X.T @ delta "
        "adds up these rows, and a division by len(t) makes the mean.",
        "For cross-entropy begin with y - t itself. Whoever divides by y * (1 - y) and then "
        "multiplies by it divides 0 by 0 where the neuron is sure.",
    ),
    errors={
        "mismatch in its core dimension": "rows of X are examples, so z = X @ w + b, and "
        "dw = X.T @ delta / len(t): a matrix and a vector have to agree in the length they share",
        "could not be broadcast": "rows of X are examples: y and t have one number for each row",
        "math range error": "math.exp raises an error above 709.78: take the exponential of "
        "-abs(z), which is never above 0",
        "only length-1 arrays": "math takes one number, and z is an array: use np.exp",
        "only 0-dimensional arrays": "math takes one number, and z is an array: use np.exp",
    },
)


def one_loss(y, t, loss):
    """The loss of each example, as section 2.8 and section 2.11 define it."""
    if loss == SQUARED:
        return (y - t) ** 2 / 2
    return -(t * np.log(y) + (1 - t) * np.log(1 - y))


def measured(X, t, w, b, loss):
    """The gradients (dw..., db) of the mean loss in one vector, without calculus."""

    def mean_loss(p):
        return np.mean([
            one_loss(sigmoid(x @ p[:-1] + p[-1]), target, loss)
            for x, target in zip(X, t, strict=True)
        ])  # fmt: skip

    return complex_step(mean_loss, np.append(w, b))


def compare(f, X, t, w, b, loss):
    """Compare f's gradients with measured ones, dw first."""
    dw, db = f(X, t, w, b, loss)
    yours, wanted = np.append(dw, db), measured(X, t, w, b, loss)
    other = measured(X, t, w, b, LOSSES[loss == SQUARED])
    z = X @ w + b
    y, slope, longer = sigmoid(z), sigmoid(z) * sigmoid(-z), np.column_stack([X, np.ones(len(X))])

    def by(delta):
        return longer.T @ delta / len(X)

    known = [
        (-wanted, "the sign: delta begins with y - t, the output minus the target"),
        (wanted * len(X), "this is the sum over the examples: the mean divides it by their number"),
        (wanted / len(X), "this is divided by the number of examples twice"),
        (wanted * len(X) / len(w), "this is divided by the number of features: "
         "the mean is over the examples"),
        (by((z - t) * (slope if loss == SQUARED else 1)), "this has z - t: the error is y - t, "
         "with the output y = sigmoid(z)"),
        (by(y * slope if loss == SQUARED else y), "the target is left out: the error is y - t"),
    ]  # fmt: skip
    if loss == SQUARED:
        known += [
            (other, "the slope of the sigmoid, y * (1 - y), is missing: with squared error nothing "
             "cancels it (is the name of the loss compared as it is written above?)"),
            (2 * wanted, "the loss is half the squared error: the 2 of the square cancels"),
            (by((y - t) * y), "half of y * (1 - y) is missing"),
            (by((y - t) * z * (1 - z)), "the slope is y * (1 - y), of the output and not of z"),
            (by((y - t) * slope * slope), "the slope y * (1 - y) is there twice"),
        ]  # fmt: skip
    else:
        known += [
            (other, "with cross-entropy the slope y * (1 - y) cancels: delta is y - t (is the name "
             "of the loss compared as it is written above?)"),
            (by((y - t) / slope), "this is the derivative with respect to y: on the way back to z "
             "it is multiplied by y * (1 - y), and that cancels"),
        ]  # fmt: skip
    known = [(vector, why) for vector, why in known if not np.allclose(vector, wanted)]
    for name, part in (("dw", slice(0, -1)), ("db", -1)):
        mistakes = [(vector[part], why) for vector, why in known]
        if name == "db":
            mistakes += [
                (0.0, "db is 0: the bias has a gradient, too, the mean of delta"),
                (wanted[:-1].mean(), "this is the mean of dw: db is the mean of delta, without X"),
                (wanted[-1] * b, "db has no factor b: b is added, so db is the mean of delta"),
            ]
        same(name, yours[part], wanted[part], mistakes=mistakes)


def draw(rng, examples, features=2):
    """A minibatch and a neuron that is unsure about all of it, and whose gradients don't cancel."""
    while True:
        X = distinct(rng, examples * features).reshape(examples, features)
        t = rng.integers(0, 2, examples)
        w, b = distinct(rng, features) / 2, float(distinct(rng, 1)[0]) / 2
        z = X @ w + b
        mixed = examples == 1 or 0 < t.mean() < 1
        clear = all(np.abs(measured(X, t, w, b, loss)).min() > 0.01 for loss in LOSSES)
        if mixed and clear and 0.2 < np.abs(z).min() and np.abs(z).max() < 3:
            return X, t, w, b


@EXERCISE.asks(
    "one example, squared error",
    points=1,
    usually="delta = (y - t) * y * (1 - y), then dw = delta * x and db = delta",
)
def squared_error(f, rng):
    compare(f, *draw(rng, 1), SQUARED)


@EXERCISE.asks(
    "one example, cross-entropy",
    points=1,
    usually="delta = y - t, then dw = delta * x and db = delta",
)
def cross_entropy(f, rng):
    compare(f, *draw(rng, 1), CROSS)


@EXERCISE.asks(
    "a minibatch",
    points=2,
    usually="both gradients are means over the examples: X.T @ delta / len(t), np.mean(delta)",
)
def minibatch(f, rng):
    for loss in LOSSES:
        compare(f, *draw(rng, int(rng.integers(3, 6))), loss)


@EXERCISE.asks(
    "sure: z = -1000 and z = 1000",
    points=1,
    usually="where the neuron is sure, y * (1 - y) is 0, and 0 / 0 is nan: start from y - t; and "
    "take the exponential of -abs(z), which is never above 1",
)
def sure(f, rng):
    X, w = distinct(rng, 4).reshape(2, 2), np.array([1000.0, 0.0])
    X[:, 0] = rng.choice([-1.0, 1.0]) * np.array([1.0, -1.0])
    says = X[:, 0] > 0
    for t in (np.where(says, 0, 1), np.where(says, 1, 0)):
        error = says.astype(float) - t
        for loss in LOSSES:
            dw, db = f(X, t, w, 0.0, loss)
            wanted = X.T @ error / 2 * (loss == CROSS)
            cut = "is the exponential, or z, cut off at some bound?"
            same("dw", dw, wanted, atol=1e-4, mistakes=[(0 * wanted, cut)])
            same("db", db, error.mean() * (loss == CROSS), atol=1e-4)
