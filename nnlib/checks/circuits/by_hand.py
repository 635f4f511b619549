"""Exercise 1.3: a backward pass by hand, with wires that branch and a switch."""

import numpy as np

from nnlib.checks.answers import number, several
from nnlib.checks.exercise import RTOL, Exercise, distinct, same
from nnlib.gradients import central_difference


def by_hand(a, b, c, d, grad):
    """The gradients (da, db, dc, dd) of ((a b + c) d)² + a max(c, d)."""
    x1 = a * b + c
    x2 = x1 * d
    x3 = max(c, d)
    dx2 = 2 * x2 * grad
    dx1 = d * dx2
    dx3 = a * grad
    da = b * dx1 + x3 * grad
    db = a * dx1
    dc = dx1
    dd = x1 * dx2
    if c > d:
        dc += dx3
    else:
        dd += dx3
    return da, db, dc, dd


NAMES = ("da", "db", "dc", "dd")
EXERCISE = Exercise(
    "1.3",
    "Walk back through a circuit by hand",
    by_hand,
    answer=several(*map(number, NAMES), names="da, db, dc and dd"),
    hints=(
        "Forward first, one name for each gate: x1 = a*b + c, x2 = x1*d, x3 = max(c, d). "
        "Then f = x2**2 + a*x3.",
        "Then backward, in the opposite order, one gradient for each name: dx2 from the square "
        "(2 * x2), then dx1 and a share of dd from the product x2 = x1*d, and so on.",
        "a, c and d each feed two gates, so each gets two shares: add them. "
        "x3 hands its gradient to the larger of c and d; the other gets nothing from it.",
    ),
)


def circuit(v):
    a, b, c, d = v
    return ((a * b + c) * d) ** 2 + a * max(c, d)


def parts(a, b, c, d):
    """The gradients through the square alone, and those through a max(c, d) alone."""
    x1 = a * b + c
    pull = 2 * x1 * d
    square = np.array([pull * d * b, pull * d * a, pull * d, pull * x1])
    return square, np.array([max(c, d), 0, a * (c > d), a * (c < d)])


def compare(f, inputs, grad, entries, mistakes):
    """Compare the `entries` of f's answer with numerical derivatives of the circuit."""
    entries = list(entries)
    yours = np.array(f(*inputs, grad))[entries]
    wanted = central_difference(circuit, np.array(inputs)) * grad
    same(
        tuple(NAMES[k] for k in entries),
        yours,
        wanted[entries],
        mistakes=[(value[entries], why) for value, why in mistakes],
        atol=RTOL * np.abs(parts(*inputs)).max(),
    )


def draw(rng, size=4):
    """Numbers for a, b, c, d such that a b and c don't cancel."""
    v = distinct(rng, size)
    v[2] = np.copysign(v[2], v[0] * v[1])
    return tuple(map(float, v))


@EXERCISE.asks(
    "one way only: b",
    points=1,
    usually="b reaches f by one way: the product a*b, the sum, the product with d, the square",
)
def one_way(f, rng):
    a, b, c, d = draw(rng)
    x1 = a * b + c
    square, _ = parts(a, b, c, d)
    compare(
        f,
        (a, b, c, d),
        1.0,
        [1],
        [
            (square / 2, "the 2 is missing: the derivative of x2**2 is 2 * x2"),
            (square / d, "the way from x2 to x1 is missing: x2 = x1*d, so dx1 = d * dx2"),
            (square / (x1 * d), "the square's derivative is 2 * x2, with x2 in it; this has 2"),
            (square / d * x1, "the product swaps: dx1 = d * dx2, with d and not with x1"),
            (square / a * b, "the product swaps: db has the factor a, and da the factor b"),
            (-square, "the sign: nothing in this circuit turns a gradient round"),
        ],
    )


@EXERCISE.asks(
    "a wire that branches: a",
    points=1,
    usually="a feeds a*b and a*max(c, d); da is the sum of the two shares",
)
def branch(f, rng):
    inputs = draw(rng)
    square, top = parts(*inputs)
    last_wins = "a branches, so da is a sum of two shares, and here the second replaced the first: "
    compare(
        f,
        inputs,
        1.0,
        [0],
        [
            (square, "the share of a that comes through a*max(c, d) is missing: where a wire "
             "branches, gradients add up"),
            (top, last_wins + "da += ..., not da = ..."),
            (square * top, "the shares of a wire that branches add up; they don't multiply"),
            (square + top * [inputs[0], 1, 1, 1], "the product a*x3 swaps: a's share is x3"),
            (square / 2 + top, "the 2 is missing: the derivative of x2**2 is 2 * x2"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the switch: c and d",
    points=1,
    cases=4,
    usually="c and d have a share each from the square; the larger of them also gets a, from max",
)
def switch(f, rng):
    inputs = draw(rng)
    a, _, c, d = inputs
    square, top = parts(*inputs)
    loser = np.array([0, 0, a * (c < d), a * (c > d)])
    compare(
        f,
        inputs,
        1.0,
        [2, 3],
        [
            (square + top + loser, "max is a switch: only the larger of c and d gets a share"),
            (square + loser, "the switch the wrong way round: the larger of c and d gets it"),
            (square, "what comes through max(c, d) is missing: the larger input gets a"),
            (np.where(top, top, square), "the share from the square is missing for the larger of c "
             "and d, which reaches f by two ways: add up, with +="),
            (square + np.sign(top) * np.sign(a), "what reaches max is a * grad; this has 1"),
            (square / 2 + top, "the 2 is missing: the derivative of x2**2 is 2 * x2"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradient from above",
    points=1,
    usually="every way starts at f: both dx2 and the shares through a*max(c, d) have the factor "
    "grad, once",
)
def from_above(f, rng):
    *inputs, grad = draw(rng, 5)
    square, top = parts(*inputs)
    compare(
        f,
        inputs,
        grad,
        range(4),
        [
            (square + top, "grad is left out: it stands in for the 1 at the end of the circuit"),
            (square * grad + top, "grad is left out on the way through a*max(c, d)"),
            (square + top * grad, "grad is left out on the way through the square"),
            (square * grad**2 + top * grad, "grad counts twice on the way through the square"),
        ],
    )
