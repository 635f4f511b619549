"""Exercise 2.1: a full adder, from nothing but a neuron that computes NAND."""

import itertools
from dataclasses import dataclass

import numpy as np

from nnlib.checks.answers import number, several
from nnlib.checks.exercise import Exercise, Failed, close, same


def full_adder(a, b, carry, nand):
    """The bits (carry, total) of a + b + carry."""
    first = nand(a, b)
    half = nand(nand(a, first), nand(b, first))
    second = nand(half, carry)
    total = nand(nand(half, second), nand(carry, second))
    return nand(first, second), total


EXERCISE = Exercise(
    "2.1",
    "Add three bits with neurons",
    full_adder,
    answer=several(number("carry"), number("total"), names="carry and total"),
    hints=(
        "Two half adders in a row. The first adds a and b. The second adds the first one's total "
        "and the carry that came in. The second one's total is the total of all three.",
        "Each of the two may carry, and they never both do. So the carry that goes out is a "
        "carry1 OR carry2.",
        "OR is nand(nand(p, p), nand(q, q)). Look for a shortcut: a half adder's carry is "
        "nand(first, first), where first = nand(a, b), and OR undoes that last step at once.",
    ),
    errors={
        "nand takes": "a wire carries one of two signals: give nand only a, b, carry, or what "
        "another nand returned",
        "unsupported operand": "here no and yes are volts, 0.2 and 4.8: compute with nand alone",
        "KeyError": "here no and yes are volts, 0.2 and 4.8: compute with nand alone",
        "'Nand' object": "nand is a function of two wires: nand(a, b)",
    },
)


@dataclass(frozen=True, repr=False)
class Nand:
    """A neuron that computes NAND of signals that are the numbers `no` and `yes`, no < yes.

    >>> nand = Nand(0, 1)
    >>> nand, nand(0, 1), nand(1, 1)
    (lambda a, b: 1 if -2 * a - 2 * b + 3 > 0 else 0, 1, 0)
    """

    no: float
    yes: float

    def __call__(self, a, b):
        for signal in (a, b):
            if np.shape(signal) != () or signal not in (self.no, self.yes):
                raise ValueError(f"nand takes {self.no} or {self.yes}, and it got {signal!r:.40}")
        return self.yes if -2 * a - 2 * b + self._bias > 0 else self.no

    @property
    def _bias(self):
        """Halfway between the sums of (no, yes) and (yes, yes)."""
        return round(3 * self.yes + self.no, 6)

    def __repr__(self):
        return f"lambda a, b: {self.yes} if -2 * a - 2 * b + {self._bias} > 0 else {self.no}"


ROWS = np.array(list(itertools.product([0, 1], repeat=3)))
A, B, C = ROWS.T
CARRY, TOTAL = np.divmod(ROWS.sum(axis=1), 2)


def table(f, nand, part):
    """What f says for all eight rows, in nand's signals: part 0 is the carry, 1 the total."""
    signals = np.where(ROWS, nand.yes, nand.no).tolist()
    return np.array([f(*row, nand)[part] for row in signals])


def compare(f, part, wanted, mistakes):
    """Compare f's column of the table of eight rows with the bits that are wanted."""
    nand = Nand(0, 1)
    yours = table(f, nand, part)
    for row, one, bit in zip(ROWS.tolist(), yours, wanted, strict=True):
        if not close(one, bit):
            f(*row, nand)  # so that the message shows this row's call
            name = ("carry", "total")[part]
            why = next((why for column, why in mistakes if close(yours, column)), "")
            same(name, one, bit, mistakes=[(one, why)])


@EXERCISE.asks(
    "the total of three bits",
    points=1,
    cases=1,
    usually="the total is 1 if one or all three of the bits are 1: half-add a and b, then "
    "half-add that total and the carry that comes in",
)
def total_bit(f, rng):
    compare(
        f,
        1,
        TOTAL,
        [
            (CARRY, "this is the carry: the order is (carry, total)"),
            (A ^ B, "the carry that comes in is left out: add it to the first total with a second "
             "half adder"),
            (A ^ C, "b is left out of the total"),
            (B ^ C, "a is left out of the total"),
            (1 - TOTAL, "every total is upside down: there is one NAND too many or too few"),
            (A | B | C, "this is OR: 1 + 1 leaves a total of 0, and a carry"),
            (A + B + C, "a total of 2 or 3 is no bit: 2 is a carry of 1 and a total of 0"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the carry that goes out",
    points=1,
    cases=1,
    usually="the carry is 1 if at least two of the three bits are 1",
)
def carry_bit(f, rng):
    first, second = A & B, (A ^ B) & C
    compare(
        f,
        0,
        CARRY,
        [
            (first, "only the first half adder's carry is used; the second may carry, too"),
            (second, "only the second half adder's carry is used; the first may carry, too"),
            (first & second, "AND of the two carries is always 0, for the two half adders never "
             "both carry: it has to be OR, nand(nand(p, p), nand(q, q))"),
            (1 - (first & second), "NAND of the two carries is always 1, for the two half adders "
             "never both carry: it has to be OR, nand(nand(p, p), nand(q, q))"),
            (1 - CARRY, "every carry is upside down: there is one NAND too many or too few"),
            (A & B & C, "this is 1 only for 1 + 1 + 1; two ones make a carry, too"),
            (A | B | C, "one bit alone makes no carry: at least two of the three have to be 1"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "neurons alone: the same in volts",
    points=1,
    cases=1,
    usually="use nand for everything: `or`, `not`, + and ^ know what 0 means, and a wire doesn't",
)
def neurons_alone(f, rng):
    """A neuron of other signals: who computes with nand alone need not know which they are."""
    nand = Nand(0.2, 4.8)
    for part, bits in ((1, TOTAL), (0, CARRY)):
        for row, bit in zip(np.where(ROWS, nand.yes, nand.no).tolist(), bits, strict=True):
            one, wanted = f(*row, nand)[part], (nand.no, nand.yes)[bit]
            no_signal = (
                f"{one:g} is none of the two signals, so it can't come from this nand: compute "
                "with nand alone, and with no 0 or 1 of your own"
            )
            if not close(one, wanted):
                raise Failed(
                    f"Here {nand.no} stands for no and {nand.yes} for yes, like volts on a wire, "
                    "and nand works with these.",
                    yours=f"{('carry', 'total')[part]} = {one:g}",
                    wanted=f"{('carry', 'total')[part]} = {wanted:g}",
                    mistake="" if one in (nand.no, nand.yes) else no_signal,
                )
