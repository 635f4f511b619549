"""Exercise 1.3: a backward pass by hand, with wires that branch and a switch."""

import math

import numpy as np

from nnlib.checks.answers import number, several
from nnlib.checks.exercise import RTOL, Exercise, distinct, same
from nnlib.gradients import central_difference


def by_hand(a, b, c, d, df):
    """The pulls on a, b, c, d in ((a b + c) d)² + a max(c, d)."""
    q = a * b + c
    r = q * d
    m = max(c, d)
    dr = 2 * r * df
    dq = d * dr
    dm = a * df
    da = b * dq + m * df
    db = a * dq
    dc = dq
    dd = q * dr
    if c > d:
        dc += dm
    else:
        dd += dm
    return da, db, dc, dd


NAMES = ("da", "db", "dc", "dd")
EXERCISE = Exercise(
    "1.3",
    "Walk back through a circuit by hand",
    by_hand,
    answer=several(*map(number, NAMES), names="da, db, dc and dd"),
    hints=(
        "Forward first, one name for each gate: q = a*b + c, r = q*d, m = max(c, d). "
        "Then f = r**2 + a*m.",
        "Then backward, in the opposite order, one pull for each name: dr from the square "
        "(2 * r), then dq and a share of dd from the product r = q*d, and so on.",
        "a, c and d each feed two gates, so each gets two shares: add them. "
        "m hands its pull to the larger of c and d; the other gets nothing from it.",
    ),
)


def circuit(v):
    a, b, c, d = v
    return ((a * b + c) * d) ** 2 + a * max(c, d)


def parts(a, b, c, d):
    """The gradients through the square alone, and those through a max(c, d) alone."""
    q = a * b + c
    pull = 2 * q * d
    square = np.array([pull * d * b, pull * d * a, pull * d, pull * q])
    return square, np.array([max(c, d), 0, a * (c > d), a * (c < d)])


def compare(f, inputs, df, entries, mistakes):
    """Compare the `entries` of f's answer with numerical derivatives of the circuit."""
    entries = list(entries)
    yours = np.array(f(*inputs, df))[entries]
    wanted = central_difference(circuit, np.array(inputs)) * df
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
    q = a * b + c
    square, _ = parts(a, b, c, d)
    compare(
        f,
        (a, b, c, d),
        1.0,
        [1],
        [
            (square / 2, "the 2 is missing: the derivative of r**2 is 2 * r"),
            (square / d, "the way from r to q is missing: r = q*d, so dq = d * dr"),
            (square / (q * d), "the square's derivative is 2 * r, with r in it; this has 2"),
            (square / d * q, "the product swaps: dq = d * dr, with d and not with q"),
            (square / a * b, "the product swaps: db has the factor a, and da the factor b"),
            (-square, "the sign: nothing in this circuit turns a pull round"),
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
             "branches, pulls add up"),
            (top, last_wins + "da += ..., not da = ..."),
            (square * top, "the shares of a wire that branches add up; they don't multiply"),
            (square + top * [inputs[0], 1, 1, 1], "the product a*m swaps: a's share is m"),
            (square / 2 + top, "the 2 is missing: the derivative of r**2 is 2 * r"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the switch: c and d",
    points=1,
    usually="c and d have a share each from the square; the larger of them also gets a, from max",
)
def switch(f, rng):
    a, b, c, d = draw(rng)
    d = math.copysign(d, c)  # -2 is smaller than -1: the switch goes by value, not by size
    for inputs in ((a, b, c, d), (a, b, d, c)):
        square, top = parts(*inputs)
        loser = np.array([0, 0, top[3], top[2]])
        compare(
            f,
            inputs,
            1.0,
            [2, 3],
            [
                (square + top + loser, "max is a switch: only the larger of c and d gets a share"),
                (square + loser, "here the smaller of c and d got what comes through max; "
                 "the larger gets it (and -1 is larger than -2)"),
                (square, "what comes through max(c, d) is missing: the larger input gets a"),
                (np.where(top, top, square), "the share from the square is missing for the larger "
                 "of c and d, which reaches f by two ways: add up, with +="),
                (square + (top != 0), "what reaches max is a * df; this has 1"),
                (square / 2 + top, "the 2 is missing: the derivative of r**2 is 2 * r"),
            ],
        )  # fmt: skip


@EXERCISE.asks(
    "the pull on the output",
    points=1,
    usually="every way starts at f: both dr and the shares through a*max(c, d) have the factor "
    "df, once",
)
def pull_on_the_output(f, rng):
    *inputs, df = draw(rng, 5)
    square, top = parts(*inputs)
    compare(
        f,
        inputs,
        df,
        range(4),
        [
            (square + top, "df is left out: it stands in for the 1 at the end of the circuit"),
            (square * df + top, "df is left out on the way through a*max(c, d)"),
            (square + top * df, "df is left out on the way through the square"),
            (square * df**2 + top * df, "df counts twice on the way through the square"),
        ],
    )
