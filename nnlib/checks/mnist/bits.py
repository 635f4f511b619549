"""Exercise 7.5: a layer that turns ten outputs, one a digit, into the four bits of the digit."""

import numpy as np

from nnlib.checks.answers import matrix, several
from nnlib.checks.exercise import Exercise, Failed

DIGITS = np.arange(10)
BITS = DIGITS >> np.arange(4)[:, None] & 1  # BITS[k, d] is the bit of d that stands for 2**k
SLACK = 1.001  # what an answer computed in float32 may lack


def bit_layer(high, low, sure):
    """Weights (4, 10) and biases (4,) of a layer that tells the bits."""
    on = np.arange(10) >> np.arange(4)[:, None] & 1
    # what the other digits can add up to, where the bit is 0
    most = low * on.sum(axis=1)
    scale = 2 * np.log(sure / (1 - sure)) / (high - most)
    return scale[:, None] * on, -scale * (high + most) / 2


EXERCISE = Exercise(
    "7.5",
    "Turn ten outputs into four bits",
    bit_layer,
    answer=several(
        matrix("W", lambda arguments: (4, 10)),
        matrix("b", lambda arguments: (4,)),
        names="W and b",
    ),
    hints=(
        "Write the digits in binary: 6 is 0110, so its bits are 0 for 1, 1 for 2, 1 for 4 and 0 "
        "for 8. (d >> k) & 1 is the bit of d that stands for 2**k. A neuron for bit k listens to "
        "the digits that have this bit.",
        "Give a weight c to the digits that have the bit and 0 to the others. Where the bit is 1, "
        "what is the least that the weighted sum can be? Where the bit is 0, what is the most?",
        "The least is c * high: the digit itself, and nothing from the others. The most is "
        "c * low * n, where n digits have the bit, all of them at low. The bias is minus the "
        "middle between the two.",
        "Half the distance between least and most has to be as large as the z for which "
        "sigmoid(z) is `sure`, which is log(sure / (1 - sure)). That gives c, bit by bit.",
    ),
    errors={
        "W has to be of shape (4, 10), and it is of shape (10, 4)": "W is the wrong way round: a "
        "row for each of the four new neurons, a column for each of the ten old outputs, so that "
        "z = W @ a + b",
        "b has to be of shape (4,), and it is of shape (4, 1)": "b is four numbers in a row here, "
        "as for z = W @ a + b with a single image's a of shape (10,)",
    },
)


def worst_case(w, digit, bit, high, low):
    """The outputs, within the bounds, that make a neuron with weights w least right.

    For a bit that is 1 they make the weighted sum as small as it can be, else as large.
    """
    if bit:
        w = -w
    a = np.where(w > 0, low, 0.0)
    a[digit] = 1.0 if w[digit] > 0 else high
    return a


def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


def compare(f, high, low, sure, asked, mistakes=(), weak=""):
    """Ask every bit of every digit, at its worst, to be right by `asked`, 0.5 to 1.

    `mistakes` are pairs (test of W, b, the neuron and the bit it should tell, sentence), for a
    bit on the wrong side; `weak` is told of one on the right side that isn't sure enough.
    """
    W, b = f(high, low, sure)
    for digit in range(10):
        for k in range(4):
            bit = int(BITS[k, digit])
            a = worst_case(W[k], digit, bit, high, low)
            told = float(sigmoid(W[k] @ a + b[k]))
            doubt = 1 - told if bit else told
            if doubt >= 0.5:
                why = next((why for test, why in mistakes if test(W, b, k, bit)), "")
                raise _wrong_bit(digit, k, bit, a, told, 0.5, why)
            if doubt > (1 - asked) * SLACK:
                raise _wrong_bit(digit, k, bit, a, told, asked, weak)


def _wrong_bit(digit, k, bit, a, told, asked, why):
    others = f"the digits {named(a > 0, digit)} at {a[a > 0].min():.4g}"
    rest = others if (np.delete(a, digit) > 0).any() else "all others at 0"
    bound = f"{'above' if bit else 'below'} 0.5"
    if asked > 0.5:
        bound = f"at least {asked:.6g}" if bit else f"at most {1 - asked:.6g}"
    return Failed(
        f"A {digit} has {bit} for its bit {2**k}. With the output for {digit} at {a[digit]:.4g} "
        f"and {rest}, your neuron {k} doesn't say so{'' if asked == 0.5 else ' surely enough'}.",
        yours=f"output {k} = {told:.6g}",
        wanted=f"output {k} {bound}",
        mistake=why,
    )


def named(chosen, digit):
    """The chosen digits without `digit`, as text: `0, 2 and 7`."""
    words = [str(d) for d in np.flatnonzero(chosen) if d != digit]
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def told(W, b):
    """The bits that a layer tells for ten clear outputs, (4, 10)."""
    return W + b[:, None] > 0


CLEAR = [
    (lambda W, b, *_: (told(W[::-1], b[::-1]) == BITS).all(), "the order of the rows: row 0 is "
     "the bit for 1, row 3 the bit for 8"),
    (lambda W, b, *_: (told(W, b) != BITS).all(), "the sign: positive weights from the digits "
     "that have the bit"),
    (lambda W, b, *_: not b.any() and (W >= 0).all(), "without a bias a neuron that gets nothing "
     "says 0.5, neither yes nor no"),
    (lambda W, b, *_: (told(W, b) | (BITS == 0)).all() and (W >= 0).all(), "a neuron says yes "
     "where it has to say no: its bias is not negative enough"),
    (lambda W, b, *_: (told(W, b) <= BITS).all(), "a neuron says no where it has to say yes: its "
     "bias is too negative for its weights"),
    (lambda W, b, *_: (told(np.roll(W, 1, axis=1), b) == BITS).all(), "the columns are one off: "
     "column 0 is the output for the digit 0"),
]  # fmt: skip

SIDES = [
    (lambda W, b, k, bit: (W[k, BITS[k] == 1] < 0).all(), "these weights are negative: `high` "
     "less what the others add up to has turned negative. Of the others, only those that have the "
     "bit add up"),
    (lambda W, b, k, bit: ((W < 0) & (BITS == 0)).sum() > 5, "the digits without the bit pull "
     "down here, and many small outputs add up: what would happen if they didn't count at all?"),
    (lambda W, b, k, bit: not bit, "with the bit at 0, several others at `low` together push a "
     "neuron to 0.5 or above: its bias has to outweigh all that have the bit"),
    (lambda W, b, k, bit: bit, "with the bit at 1, an output of `high` can't outweigh the bias"),
]  # fmt: skip


@EXERCISE.asks(
    "clear outputs: one 1 and nine 0",
    points=1,
    cases=1,
    usually="neuron k has to be above 0.5 for the digits that have the bit 2**k, and below for "
    "the others",
)
def clear(f, rng):
    compare(f, 1.0, 0.0, 0.9, 0.5, CLEAR)


@EXERCISE.asks(
    "Nielsen's outputs: at least 0.99, at most 0.01",
    points=1,
    cases=1,
    usually="the sum z has to be far enough from 0, on either side",
)
def as_asked(f, rng):
    weak = "the bits are on their right sides, and the neurons aren't sure of it: weights and "
    weak += "biases have to be larger, in the same proportion"
    compare(f, 0.99, 0.01, 0.99, 0.99, SIDES, weak)


@EXERCISE.asks(
    "outputs that are far from clear",
    points=2,
    usually="many small outputs add up: think of the worst that the nine others can do, for a bit "
    "that is 1 and for one that is 0",
)
def unclear(f, rng):
    low = rng.integers(8, 13) / 100
    high = float(low * rng.uniform(5.4, 6.5))
    compare(f, round(high, 3), float(low), 0.9, 0.5, SIDES)


@EXERCISE.asks(
    "as sure as asked",
    points=1,
    usually="the weights and biases depend on all three: high, low and sure",
)
def surely(f, rng):
    low = rng.integers(5, 12) / 100
    high = round(float(low * rng.uniform(5.5, 8)), 3)
    sure = float(rng.choice([0.95, 0.99, 0.999, 0.9999]))
    compare(f, high, float(low), sure, sure)
    compare(f, high, float(low), 1 - (1 - sure) / 50, 1 - (1 - sure) / 50)
