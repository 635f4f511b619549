"""Exercise 2.5: how long a neuron that is sure and wrong takes to learn."""

import math

import numpy as np

from nnlib.checks.answers import number
from nnlib.checks.exercise import Exercise, same
from nnlib.checks.grading import OUT_OF_TIME


def rounds_to_halve(w, b, eta, loss):
    """The rounds until a neuron with input 1, target 0 halves its output."""

    def output():
        return 1 / (1 + math.exp(-(w + b)))

    first, rounds = output(), 0
    while output() > first / 2:
        y = output()
        delta = y if loss == "cross-entropy" else y * y * (1 - y)
        w, b = w - eta * delta, b - eta * delta
        rounds += 1
    return rounds


EXERCISE = Exercise(
    "2.5",
    "Measure the learning slowdown",
    rounds_to_halve,
    answer=number("the number of rounds"),
    hints=(
        "Keep the first output. Then a loop: while the output is above half of the first, take "
        "one step and count it. After a step, compute the output anew.",
        "The input is 1 and the target 0. So y - t is y, and w and b have the same gradient: y for "
        "cross-entropy, y * y * (1 - y) for squared error.",
        "Both w and b move, each by eta times the gradient, so the sum w + b moves twice as far.",
    ),
    errors={
        OUT_OF_TIME: "does the output fall? The target is 0 and the step goes against the "
        "gradient, w -= eta * ...; with += the output rises and is never halved",
    },
    seconds=10.0,
)


def outputs(z, eta, loss, step=2.0):
    """The outputs y until they are small, the first one first; w and b together are z.

    `step` is how many of w and b move. The loss may also be the name of a mistake.
    """
    y = []
    while not y or y[-1] > y[0] / 4:
        y.append((1 + math.tanh(z / 2)) / 2)
        z -= step * eta * DELTAS[loss](y[-1])
    return np.array(y)


DELTAS = {
    "cross-entropy": lambda y: y,
    "squared error": lambda y: y * y * (1 - y),
    "slope alone": lambda y: y * (1 - y),
}


def late_outputs(z, eta, loss):
    """The outputs if b's gradient is found with a w that has taken its step."""
    y = []
    while not y or y[-1] > y[0] / 4:
        y.append((1 + math.tanh(z / 2)) / 2)
        between = z - eta * DELTAS[loss](y[-1])
        z = between - eta * DELTAS[loss]((1 + math.tanh(between / 2)) / 2)
    return np.array(y)


def rounds(y, bound=None):
    """The first round at which y is at most half of y[0], or at most `bound`."""
    return float(np.argmax(y <= (y[0] / 2 if bound is None else bound)))


def count(f, w, b, eta, loss, known=()):
    """Compare f's number of rounds with the one that is wanted; `known` are likely mistakes."""
    z, other = w + b, {"squared error": "cross-entropy"}.get(loss, "squared error")
    y = outputs(z, eta, loss)
    wanted = rounds(y)
    known = [
        *known,
        (wanted + 1, "one round too many: count the steps it takes, and stop as soon as the output "
         "is at most half of the first"),
        (wanted - 1, "one round too few: the first output counts as round 0, and each step is one "
         "round"),
        (rounds(outputs(z, eta, loss, step=1)), "only one of w and b moves: both have "
         "the same gradient, and both learn"),
        (rounds(y, 0.5), "this is when the output falls to one half; asked is half of the first "
         "output"),
        (rounds(outputs(z, eta, other)), f"this is the number for {other}: delta is y "
         "for cross-entropy, and y * y * (1 - y) for squared error"),
        (rounds(outputs(z, 2 * eta, loss)), "each step is twice as long as it should "
         "be: the loss is half the squared error, so the 2 of the square cancels"),
        (rounds(outputs(z, eta, "slope alone")), "the error y - t is missing: with the target 0 it "
         "is y, so delta is y * y * (1 - y)"),
        (1.0, "either the loop ends after one step, or the step is much too long: delta is y for "
         "cross-entropy, and y * y * (1 - y) for squared error"),
        (0.0, "no step was taken: the loop goes on while the output is above half of the first"),
    ]  # fmt: skip
    yours = f(w, b, eta, loss)
    known = [(value, why) for value, why in known if value != wanted]
    same("the number of rounds", yours, wanted, mistakes=known, atol=1e-3 * wanted)


def count_both(f, rng, loss):
    """Two starts. Only at the second does it change the number if b's gradient is found late: an
    answer that is always one round off has been told so by then."""
    count(f, *draw(rng, loss), loss)
    start = draw(rng, loss, late=True)
    why = "b's gradient was found with a w that had "
    why += "moved already; find delta once in a round, and then take both steps"
    w, b, eta = start
    count(f, *start, loss, [(rounds(late_outputs(w + b, eta, loss)), why)])


def draw(rng, loss, late=False):
    """w, b and eta for which the crossing falls well inside a round, so that rounding errors of
    a float32 answer can't move it; `late`: whether a late gradient of b does."""
    while True:
        w, b = (float(v) for v in np.round(rng.uniform(-1, 3, 2), 2))
        eta = float(rng.choice([0.05, 0.1, 0.15, 0.2]))
        if not 0.8 < w + b < 3.5:
            continue
        y = outputs(w + b, eta, loss)
        n = rounds(y)
        place = (y[int(n) - 1] - y[0] / 2) / (y[int(n) - 1] - y[int(n)])
        if (rounds(late_outputs(w + b, eta, loss)) != n) != late:
            continue
        if 5 < n < 500 and 0.1 < place < 0.9 and abs(n - rounds(y, 0.5)) > 1:
            return w, b, eta


@EXERCISE.asks(
    "cross-entropy",
    points=1,
    usually="delta = y, since the target is 0; w and b each move by eta * delta",
)
def cross_entropy(f, rng):
    count_both(f, rng, "cross-entropy")


@EXERCISE.asks(
    "squared error",
    points=1,
    usually="delta = y * y * (1 - y), since the target is 0; w and b each move by eta * delta",
)
def squared_error(f, rng):
    count_both(f, rng, "squared error")


@EXERCISE.asks(
    "a start at 0.999",
    points=1,
    cases=1,
    usually="let the loop run as long as it takes: thousands of rounds, here",
)
def very_sure(f, rng):
    w, b = float(np.round(rng.uniform(2, 4), 2)), 4.0
    count(f, w, b, 0.15, "squared error")
    count(f, w, b, 0.15, "cross-entropy")
