"""Exercise 2.2: one pass of the perceptron learning rule."""

import numpy as np

from nnlib.checks.answers import array_like, number, several
from nnlib.checks.exercise import Exercise, distinct, same


def perceptron_epoch(X, t, w, b):
    """One pass over the examples by Rosenblatt's rule: (w, b, mistakes)."""
    mistakes = 0
    for x, target in zip(X, t):
        output = 1 if np.dot(w, x) + b > 0 else 0
        error = target - output
        w = w + error * x
        b = b + error
        mistakes += abs(error)
    return w, b, mistakes


EXERCISE = Exercise(
    "2.2",
    "Learn from mistakes",
    perceptron_epoch,
    answer=several(array_like("w", 2), number("b"), number("mistakes"), names="w, b and mistakes"),
    hints=(
        "A loop over the examples: `for x, target in zip(X, t):`. Inside, find the output, 1 if "
        "np.dot(w, x) + b > 0 and else 0, and the error, target - output.",
        "The error is 0, +1 or -1. So w = w + error * x and b = b + error do the right thing in "
        "all three cases, and abs(error) counts the mistakes.",
        "Write w = w + error * x and not w += error * x. The first makes a new array, the second "
        "changes the one that belongs to the caller.",
    ),
    errors={
        "truth value of an array": "X @ w has an entry for each example, and `if` wants one "
        "number: go through the examples one at a time, `for x, target in zip(X, t):`",
    },
)


def walk(X, t, w, b, *, sign=1, tie=False, bias=1, together=False, always=False, only=(-1, 1)):
    """(w, b, mistakes) in one vector, by spins and with the bias as a weight on a 1.

    With the other arguments: what a mistaken walk finds; see `MISTAKEN` for which is which.
    """
    weights = start = np.append(w, b)
    mistakes = 0
    for x, spin in zip(np.column_stack([X, np.ones(len(X))]), 2 * t - 1, strict=True):
        z = (start if together else weights) @ [*x[:-1], bias]
        says = 1 if z > 0 or (tie and z == 0) else -1
        if (says != spin and spin in only) or always:
            weights = weights + sign * spin * x
        mistakes += says != spin
    return np.append(weights, mistakes)


MISTAKEN = [
    ({"sign": -1}, "the sign: where the target is 1 and the output 0, the example is added, so "
     "error = target - output"),
    ({"tie": True}, "at z = 0 exactly the answer is no: the output is 1 only if z > 0, and this "
     "has >="),
    ({"together": True}, "every output here was found with the weights from before the pass: "
     "change w and b after each example, and use the new ones for the next"),
    ({"always": True}, "examples that were answered rightly change the weights, too: where the "
     "output is the target, nothing happens"),
    ({"only": (1,)}, "a yes that should be a no is never corrected: there the example is "
     "subtracted"),
    ({"only": (-1,)}, "a no that should be a yes is never corrected: there the example is added"),
    ({"sign": 2}, "each step is twice what it should be: the error is 1 or -1, so targets and "
     "outputs have to be 0 and 1"),
    ({"bias": 0}, "the bias is left out of z = w·x + b"),
    ({"bias": -1}, "the bias is added, z = w·x + b; this subtracts it"),
]  # fmt: skip


def compare(f, X, t, w, b, mistakes=()):
    """Compare f's new weights and bias with those of `walk`."""
    new, bias, count = f(X, t, w, b)
    yours, wanted = np.append(new, bias), walk(X, t, w, b)[:-1]
    known = [
        *mistakes,
        (np.append(wanted[:-1], b), "b has to learn, too: b = b + error"),
        (np.append(w, wanted[-1]), "w has to learn, too: w = w + error * x"),
        (walk(X[:1], t[:1], w, b)[:-1], "only the first example was used: `return` stands inside "
         "the loop"),
        (_until_right(X, t, w, b), "this goes on until no mistake is left: an epoch is one pass "
         "over the examples"),
        *[(walk(X, t, w, b, **change)[:-1], why) for change, why in MISTAKEN],
    ]  # fmt: skip
    names = (*(f"w[{i}]" for i in range(len(w))), "b")
    same(names, yours, wanted, mistakes=known)


def _until_right(X, t, w, b, most=500):
    """The weights and the bias after as many passes as it takes, at most `most`."""
    for _ in range(most):
        *w, b, mistakes = walk(X, t, w, b)
        if not mistakes:
            break
    return np.append(w, b)


@EXERCISE.asks(
    "one example, at each kind of answer",
    points=1,
    usually="w = w + error * x and b = b + error, with error = target - output",
)
def one_example(f, rng):
    w, b = np.zeros(2), 0.2 * rng.choice([-1.0, 1.0])  # too small to turn an answer round
    while abs(w @ (x := distinct(rng, 2))) < 0.5:
        w = distinct(rng, 2)
    for side in rng.permutation([-1, 1]):
        for target in (1, 0):
            compare(f, side * x[np.newaxis], np.array([target]), w, float(b))


@EXERCISE.asks(
    "exactly on the line",
    points=1,
    usually="the perceptron says yes, 1, only if w·x + b is above 0",
)
def on_the_line(f, rng):
    X = distinct(rng, 2)[np.newaxis]
    neither = "z = 0 counts as a no, so with the target 1 it is a mistake: here it is left out"
    for target, mistakes in ((0, []), (1, [(np.zeros(3), neither)])):
        compare(f, X, np.array([target]), np.zeros(2), 0.0, mistakes)


def draw(rng):
    """Five examples whose walk goes right and wrong in both directions, with every mistake of
    MISTAKEN and the plain sum of errors leaving a trace, and no z too near to 0 to be sure of."""
    while True:
        X = distinct(rng, 10).reshape(5, 2)
        t, w = rng.integers(0, 2, 5), distinct(rng, 2)
        b = float(distinct(rng, 1)[0])
        right = walk(X, t, w, b)
        others = [walk(X, t, w, b, **change) for change, _ in MISTAKEN if "tie" not in change]
        net = round(abs(right[2] - b))
        told_apart = all(np.abs(right - other)[:3].max() > 0.1 for other in others)
        first = walk(X[:1], t[:1], w, b)
        mixed = first[3] == 1 and 2 <= right[3] <= 4 and net not in (right[3], 0)
        if told_apart and mixed and _sure(X, t, w, b):
            return X, t, w, b


def _sure(X, t, w, b):
    for i in range(len(X)):
        *weights, bias, _ = walk(X[:i], t[:i], w, b)
        if abs(X[i] @ weights + bias) < 0.01:
            return False
    return True


@EXERCISE.asks(
    "five examples, one after the other",
    points=1,
    usually="each example is judged by the weights that the one before it has left",
)
def several_examples(f, rng):
    compare(f, *draw(rng))


@EXERCISE.asks(
    "the number of mistakes",
    points=1,
    usually="an example counts as one mistake if, at its turn, its output is not its target",
)
def count(f, rng):
    X, t, w, b = draw(rng)
    wanted = walk(X, t, w, b)
    new, bias, yours = f(X, t, w, b)
    left = np.sum((X @ wanted[:2] + wanted[2] > 0) != t)
    same(
        "mistakes",
        yours,
        wanted[3],
        mistakes=[
            (wanted[2] - b, "mistakes of the two kinds cancel here: add up abs(error), "
             "not error"),
            (b - wanted[2], "mistakes of the two kinds cancel here: add up abs(error)"),
            (len(X) - wanted[3], "these are the examples that were right"),
            (len(X), "this counts every example: only those that were wrong are mistakes"),
            (0.0, "no mistake was counted"),
            (wanted[3] / len(X), "the number of mistakes is wanted, not their share"),
            (left, "this counts the mistakes of the new weights, after the pass: count each "
             "example at its own turn"),
        ],
    )  # fmt: skip
