"""Answers to exercise 1.6: backward over a tape."""

import math

import numpy as np

from answers import Answers

answers = Answers("1.6")
ALONE, CHAIN, BRANCHES, DEEP, DIAMONDS = (
    "each operation alone",
    "a chain of gates",
    "wires that branch, and wires that lead nowhere",
    "a tape of 10,000 rows",
    "sixty branches, one after the other",
)


def local(operation, u, v, value):
    if operation == "add":
        return 1.0, 1.0
    if operation == "multiply":
        return v, u
    if operation == "divide":
        return 1 / v, -value / v
    if operation == "max":
        return (1.0, 0.0) if u > v else (0.0, 1.0)
    return (value,)


def walk(values, tape, local=local, *, replace=False, rows=None, seed=1.0, chained=True):
    grads = [0.0] * len(values)
    grads[-1] = seed
    first = len(values) - len(tape)
    for row in rows or range(len(tape) - 1, -1, -1):
        operation, *wires = tape[row]
        u, v, wire = values[wires[0]], values[wires[-1]], first + row
        for source, slope in zip(wires, local(operation, u, v, values[wire])):
            share = slope * (grads[wire] if chained else 1.0)
            grads[source] = share if replace else grads[source] + share
    return grads


@answers.correct
def backward_in_a_loop(values, tape):
    return walk(values, tape)


@answers.correct
def max_shares_a_tie(values, tape):
    def halves(operation, u, v, value):
        tie = operation == "max" and u == v
        return (0.5, 0.5) if tie else local(operation, u, v, value)

    return tuple(walk(values, tape, halves))


@answers.correct
def float32_array(values, tape):
    grads = np.zeros(len(values), np.float32)
    grads[-1] = 1
    for back in range(1, len(tape) + 1):
        operation, *wires = tape[-back]
        slopes = local(operation, values[wires[0]], values[wires[-1]], values[-back])
        for wire, slope in zip(wires, slopes):
            grads[wire] += np.float32(slope) * grads[-back]
    return grads


@answers.correct
def with_a_stack(values, tape):
    """As `Unit.backward`: a wire is ready when all that it feeds have handed their share on."""
    first = len(values) - len(tape)
    uses = [0] * len(values)
    for _, *wires in tape:
        for wire in wires:
            uses[wire] += 1
    grads, ready = [0.0] * len(values), [w for w in range(len(values)) if not uses[w]]
    grads[-1] = 1.0
    while ready:
        wire = ready.pop()
        if wire < first:
            continue
        operation, *wires = tape[wire - first]
        slopes = local(operation, values[wires[0]], values[wires[-1]], values[wire])
        for source, slope in zip(wires, slopes):
            grads[source] += slope * grads[wire]
            uses[source] -= 1
            if not uses[source]:
                ready.append(source)
    return grads


@answers.mistake(BRANCHES, "grads[wire] += ..., where this has =")
def replaces(values, tape):
    return walk(values, tape, replace=True)


@answers.mistake(CHAIN, "the walk goes forward through the tape")
def forward_order(values, tape):
    return walk(values, tape, rows=range(len(tape)))


@answers.mistake(ALONE, "the last wire's has to be 1")
def no_seed(values, tape):
    return walk(values, tape, seed=0.0)


@answers.mistake(CHAIN, "the chain rule is missing")
def not_chained(values, tape):
    return walk(values, tape, chained=False)


def with_slopes(changed):
    def slopes(operation, u, v, value):
        known = changed.get(operation)
        return known(u, v) if known else local(operation, u, v, value)

    return slopes


@answers.mistake(ALONE, "multiply swaps")
def multiply_not_swapped(values, tape):
    return walk(values, tape, with_slopes({"multiply": lambda u, v: (u, v)}))


@answers.mistake(ALONE, "the minus sign is missing")
def divide_without_minus(values, tape):
    return walk(values, tape, with_slopes({"divide": lambda u, v: (1 / v, u / v**2)}))


@answers.mistake(ALONE, "v has to be squared")
def divide_not_squared(values, tape):
    return walk(values, tape, with_slopes({"divide": lambda u, v: (1 / v, -u / v)}))


@answers.mistake(ALONE, "the smaller input gets 0")
def max_to_both(values, tape):
    return walk(values, tape, with_slopes({"max": lambda u, v: (1.0, 1.0)}))


@answers.mistake(ALONE, "the switch the wrong way round")
def max_to_the_loser(values, tape):
    return walk(values, tape, with_slopes({"max": lambda u, v: (float(u < v), float(u > v))}))


@answers.mistake(ALONE, "the slope of exp is its own output, exp(u), and this is u")
def exp_of_nothing(values, tape):
    return walk(values, tape, with_slopes({"exp": lambda u, v: (u,)}))


@answers.mistake(ALONE, "exp has one wire and the others have two")
def two_wires_always(values, tape):
    for row in tape:
        operation, i, j = row
    return walk(values, tape)


@answers.mistake(ALONE, "does this line ask for a second one")
def a_second_wire_always(values, tape):
    return [values[row[2]] for row in tape] and walk(values, tape)


@answers.mistake(BRANCHES, "a wire gets the sum of what comes back from every row")
def a_wire_fed_twice_counts_once(values, tape):
    once = [(op, *(dict.fromkeys(w) if op == "multiply" else w)) for op, *w in tape]
    return walk(values, once)


@answers.mistake(BRANCHES, "together they may get it once")
def ties_count_twice(values, tape):
    """The tie of a wire with itself: two slopes of 1 make the switch an amplifier."""

    def slopes(u, v):
        return float(u >= v), float(v >= u)

    return walk(values, tape, with_slopes({"max": slopes}))


@answers.mistake(DEEP, "a function that calls itself once for each gate")
def recursive(values, tape):
    grads, first = [0.0] * len(values), len(values) - len(tape)
    grads[-1] = 1.0

    def back(row):
        if row >= 0:
            operation, *wires = tape[row]
            u, v, wire = values[wires[0]], values[wires[-1]], first + row
            for source, slope in zip(wires, local(operation, u, v, values[wire])):
                grads[source] += slope * grads[wire]
            back(row - 1)

    back(len(tape) - 1)
    return grads


@answers.mistake(DIAMONDS, "work that doubles with each step")
def every_path(values, tape):
    grads, first = [0.0] * len(values), len(values) - len(tape)
    todo = [(len(values) - 1, 1.0)]
    while todo:
        wire, grad = todo.pop()
        grads[wire] += grad
        if wire >= first:
            operation, *wires = tape[wire - first]
            u, v = values[wires[0]], values[wires[-1]]
            for source, slope in zip(wires, local(operation, u, v, values[wire])):
                todo.append((source, grad * slope))
    return grads


@answers.mistake(ALONE, "of shape (3,), and it is of shape (2,)")
def inputs_only(values, tape):
    return walk(values, tape)[: len(values) - len(tape)]


@answers.mistake(ALONE, "tape belongs to the caller")
def eats_the_tape(values, tape):
    grads = walk(values, tape)
    while tape:
        tape.pop()
    return grads


@answers.mistake(ALONE, "values belongs to the caller")
def writes_into_values(values, tape):
    grads = walk(values, tape)
    values[:] = grads
    return values


@answers.mistake(ALONE, "these are the values")
def the_values(values, tape):
    return list(values)


@answers.mistake(ALONE, "is not a finite number")
def overflows(values, tape):
    return [math.inf] * len(values)


@answers.thoughtless
def zeros(values, tape):
    return [0.0] * len(values)


@answers.thoughtless
def only_the_last(values, tape):
    return [0.0] * (len(values) - 1) + [1.0]
