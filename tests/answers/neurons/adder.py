"""Answers to exercise 2.1: a full adder from NANDs."""

import numpy as np

from answers import Answers

answers = Answers("2.1")
TOTAL, CARRY, NEURONS = (
    "the total of three bits",
    "the carry that goes out",
    "neurons alone: the same in volts",
)


def half(a, b, nand):
    first = nand(a, b)
    return nand(first, first), nand(nand(a, first), nand(b, first))


@answers.correct
def two_half_adders(a, b, carry, nand):
    one, total = half(a, b, nand)
    two, total = half(total, carry, nand)
    return nand(nand(one, one), nand(two, two)), total


@answers.correct
def named_gates(a, b, carry, nand):
    def invert(p):
        return nand(p, p)

    def both(p, q):
        return invert(nand(p, q))

    def either(p, q):
        return nand(invert(p), invert(q))

    def differ(p, q):
        return both(either(p, q), nand(p, q))

    majority = either(either(both(a, b), both(b, carry)), both(a, carry))
    return [majority, differ(differ(a, b), carry)]


@answers.correct
def float32_with_prints(a, b, carry, nand):
    print("adding", a, b, carry)
    return tuple(map(np.float32, two_half_adders(a, b, carry, nand)))


@answers.correct
def one_array(a, b, carry, nand):
    return np.array(two_half_adders(b, carry, a, nand))


def variant(a, b, carry, nand, join):
    one, total = half(a, b, nand)
    two, total = half(total, carry, nand)
    return join(one, two), total


@answers.mistake(TOTAL, "the carry that comes in is left out")
def half_adder(a, b, carry, nand):
    return half(a, b, nand)


@answers.mistake(TOTAL, "the order is (carry, total)")
def swapped(a, b, carry, nand):
    return two_half_adders(a, b, carry, nand)[::-1]


@answers.mistake(TOTAL, "every total is upside down")
def one_nand_too_many(a, b, carry, nand):
    out, total = two_half_adders(a, b, carry, nand)
    return out, nand(total, total)


@answers.mistake(TOTAL, "this is OR")
def total_is_or(a, b, carry, nand):
    out, _ = two_half_adders(a, b, carry, nand)
    return out, max(a, b, carry)


@answers.mistake(TOTAL, "a total of 2 or 3 is no bit")
def plain_sum(a, b, carry, nand):
    return (a + b + carry) // 2, a + b + carry


@answers.mistake(TOTAL, "it is the bool")
def truth_values(a, b, carry, nand):
    return (a + b + carry) > 1, a != b


@answers.mistake(CARRY, "only the first half adder's carry is used")
def first_carry(a, b, carry, nand):
    return variant(a, b, carry, nand, lambda one, two: one)


@answers.mistake(CARRY, "only the second half adder's carry is used")
def second_carry(a, b, carry, nand):
    return variant(a, b, carry, nand, lambda one, two: two)


@answers.mistake(CARRY, "AND of the two carries is always 0")
def carries_by_and(a, b, carry, nand):
    return variant(a, b, carry, nand, lambda p, q: nand(nand(p, q), nand(p, q)))


@answers.mistake(CARRY, "NAND of the two carries is always 1")
def carries_by_nand(a, b, carry, nand):
    return variant(a, b, carry, nand, nand)


@answers.mistake(CARRY, "every carry is upside down")
def carry_upside_down(a, b, carry, nand):
    return variant(a, b, carry, nand, lambda p, q: nand(max(p, q), max(p, q)))


@answers.mistake(CARRY, "two ones make a carry, too")
def carry_of_three(a, b, carry, nand):
    return min(a, b, carry), two_half_adders(a, b, carry, nand)[1]


@answers.mistake(NEURONS, "none of the two signals")
def arithmetic(a, b, carry, nand):
    return divmod(a + b + carry, 2)


@answers.mistake(NEURONS, "are volts")
def a_table(a, b, carry, nand):
    rows = {(p, q, r): divmod(p + q + r, 2) for p in (0, 1) for q in (0, 1) for r in (0, 1)}
    return rows[a, b, carry]


@answers.mistake(NEURONS, "are volts")
def bitwise(a, b, carry, nand):
    return (a & b) | (carry & (a ^ b)), a ^ b ^ carry


@answers.mistake(NEURONS, "none of the two signals")
def clever_total(a, b, carry, nand):
    """The carry by weighing, as one neuron of three inputs does; right for 0 and 1 alone."""
    return int(a + b + carry > 1.5), two_half_adders(a, b, carry, nand)[1]


@answers.mistake(TOTAL, "give nand only a, b, carry")
def sums_into_nand(a, b, carry, nand):
    return nand(a + b, carry), nand(a, b + carry)


@answers.mistake(TOTAL, "this name has no value yet")
def gate_without_a_name(a, b, carry, nand):
    return xor(a, b), nand(a, b)  # noqa: F821


@answers.mistake(TOTAL, "the check calls full_adder(a, b, carry, nand)")
def three_arguments(a, b, carry):
    return divmod(a + b + carry, 2)


@answers.mistake(TOTAL, "has to be 2 things, carry and total")
def only_the_total(a, b, carry, nand):
    return two_half_adders(a, b, carry, nand)[1]


@answers.thoughtless
def zeros(a, b, carry, nand):
    return 0, 0


@answers.thoughtless
def inputs_back(a, b, carry, nand):
    return carry, a
