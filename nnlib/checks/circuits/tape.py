"""Exercise 1.6: automatic differentiation of any circuit that is recorded on a tape."""

import math

import numpy as np

from nnlib.checks.answers import numbers
from nnlib.checks.exercise import Exercise, close, distinct, same

FORWARD = {
    "add": lambda u, v: u + v,
    "multiply": lambda u, v: u * v,
    "divide": lambda u, v: u / v,
    "max": lambda u, v: max(u, v),
    "exp": lambda u: math.exp(u),
}


def run_tape(inputs, tape):
    """The values of all wires: the inputs, then one for each row."""
    values = list(inputs)
    for operation, *wires in tape:
        taken = [values[i] for i in wires]
        values.append(FORWARD[operation](*taken))
    return values


def tape_backward(values, tape):
    """The gradients of the last wire with respect to every wire."""
    local = {
        "add": lambda u, v: (1.0, 1.0),
        "multiply": lambda u, v: (v, u),
        "divide": lambda u, v: (1 / v, -u / v**2),
        "max": lambda u, v: (1.0, 0.0) if u >= v else (0.0, 1.0),
        "exp": lambda u: (math.exp(u),),
    }
    grads = [0.0] * len(values)
    grads[-1] = 1.0
    for back in range(1, len(tape) + 1):
        operation, *wires = tape[-back]
        slopes = local[operation](*[values[i] for i in wires])
        for wire, slope in zip(wires, slopes):
            grads[wire] += slope * grads[-back]
    return grads


EXERCISE = Exercise(
    "1.6",
    "Write an engine for any circuit",
    tape_backward,
    answer=numbers("grads", 0),
    hints=(
        "Begin with grads = [0.0] * len(values) and grads[-1] = 1.0. Walk through the tape from "
        "its last row to its first. Row tape[-1] made wire values[-1], row tape[-2] made "
        "values[-2], and so on, so the same negative place serves both.",
        "For each row: look up the values u, v of its wires, find the local derivatives of its "
        "operation, multiply each by the gradient of the wire that the row made, and add the "
        "result to the gradient of the wire that it comes from.",
        "The local derivatives: add 1 and 1; multiply v and u; divide 1/v and -u/v**2; max 1 for "
        "the larger and 0 for the other; exp its own output.",
        "Do add (+=). A wire may feed many rows, and by the time the walk reaches the row that "
        "made it, all its shares have arrived. That is why the walk goes backward, once, with no "
        "function that calls itself.",
    ),
    errors={
        "RecursionError": "a function that calls itself once for each gate dies at about 1,000 "
        "gates: walk through the tape in a loop, from its last row to its first",
        "index out of range": "exp has one wire and the others have two: does this line ask "
        "for a second one?",
        "not enough values to unpack": "exp has one wire and the others have two: "
        "`operation, *wires = row` takes both kinds",
    },
)


def probed(values, tape):
    """The gradient at each wire, by nudging that wire and running the rows after it again."""
    inputs, grads, h = len(values) - len(tape), [], 1e-5
    for wire in range(len(values)):
        ends = []
        for nudge in (h, -h):
            moved = [*values[:wire], values[wire] + nudge]
            for row in range(wire + 1, len(values)):
                if row < inputs:
                    moved.append(values[row])
                else:
                    operation, *wires = tape[row - inputs]
                    moved.append(FORWARD[operation](*[moved[i] for i in wires]))
            ends.append(moved[-1])
        grads.append((ends[0] - ends[1]) / (2 * h))
    return np.array(grads)


def mistaken(values, tape, *, replace=False, seed=1.0, forward=False, slopes=None):
    """The gradients that a mistaken walk finds; see the properties for which is which."""
    grads, inputs = np.zeros(len(values)), len(values) - len(tape)
    grads[-1] = seed
    rows = range(len(tape)) if forward else reversed(range(len(tape)))
    for row in rows:
        operation, *wires = tape[row]
        taken = [values[i] for i in wires]
        local = {**SLOPES, **(slopes or {})}[operation](*taken)
        for wire, slope in zip(wires, local, strict=True):
            share = slope * grads[inputs + row]
            grads[wire] = share if replace else grads[wire] + share
    return grads


SLOPES = {
    "add": lambda u, v: (1.0, 1.0),
    "multiply": lambda u, v: (v, u),
    "divide": lambda u, v: (1 / v, -u / v / v),
    "max": lambda u, v: (float(u > v), float(u <= v)),
    "exp": lambda u: (math.exp(u),),
}
WRONG_SLOPES = {
    "add": [],
    "multiply": [(lambda u, v: (u, v), "multiply swaps: the first wire gets v, the second u")],
    "divide": [
        (lambda u, v: (1 / v, u / v**2), "the minus sign is missing: the second slope is -u/v**2"),
        (lambda u, v: (1 / v, -u / v), "v has to be squared: the second slope is -u/v**2"),
        (lambda u, v: (1 / v, -1 / v**2), "u is missing: the second slope is -u/v**2"),
        (lambda u, v: (-u / v**2, 1 / v), "the two slopes are swapped: 1/v belongs to u"),
    ],
    "max": [
        (lambda u, v: (1.0, 1.0), "max is a switch: the smaller input gets 0"),
        (lambda u, v: (float(u < v), float(u > v)), "the switch the wrong way round: the larger "
         "input gets the gradient"),
        (lambda u, v: (u * (u > v), v * (v > u)), "the slope of max is 1 for the larger input, "
         "not its value"),
    ],
    "exp": [
        (lambda u: (u,), "the slope of exp is its own output, exp(u), and this is u"),
        (lambda u: (1.0,), "the slope of exp is its own output, exp(u), and this is 1"),
    ],
}  # fmt: skip


def compare(f, inputs, tape, wanted=None, mistakes=()):
    """Run the tape, let f go back, and compare all wires with what probing finds."""
    values = run_tape(inputs, tape)
    yours = f(values, tape)
    wanted = probed(values, tape) if wanted is None else wanted
    if close(yours, wanted):
        return
    known = [
        (mistaken(values, tape, seed=0.0), "every gradient is 0: the last wire's has to be 1 at "
         "the start"),
        (mistaken(values, tape, replace=True), "a wire that feeds several rows gets the sum of "
         "their shares: grads[wire] += ..., where this has ="),
        (mistaken(values, tape, forward=True), "the walk goes forward through the tape: begin "
         "with its last row"),
        (np.array(values), "these are the values: the gradients are wanted"),
    ]  # fmt: skip
    same("grads", yours, wanted, mistakes=[*mistakes, *known])


@EXERCISE.asks(
    "each operation alone",
    points=2,
    usually="the local derivatives: add 1, 1; multiply v, u; divide 1/v, -u/v**2; "
    "max 1 for the larger input; exp its own output",
)
def each_alone(f, rng):
    for operation in FORWARD:
        inputs = list(map(float, distinct(rng, 1 if operation == "exp" else 2)))
        tape = [(operation, *range(len(inputs)))]
        values = run_tape(inputs, tape)
        mistakes = [
            (mistaken(values, tape, slopes={operation: slopes}), why)
            for slopes, why in WRONG_SLOPES[operation]
        ]
        compare(f, inputs, tape, mistakes=mistakes)


@EXERCISE.asks(
    "a chain of gates",
    points=1,
    usually="each local derivative is multiplied by the gradient of the wire that the row made",
)
def chain(f, rng):
    a, b, c, d = map(float, distinct(rng, 4))
    tape = [("multiply", 0, 1), ("divide", 4, 2), ("max", 3, 5), ("multiply", 6, 5), ("add", 7, 0)]
    tape = tape[: int(rng.integers(2, 4))]
    alone = mistaken_chain([a, b, c, d], tape)
    compare(
        f,
        [a, b, c, d],
        tape,
        mistakes=[(alone, "the chain rule is missing: multiply each local derivative by the "
                   "gradient of the wire that the row made")],
    )  # fmt: skip


def mistaken_chain(inputs, tape):
    """What comes out when the local derivatives are not multiplied by what arrives."""
    values = run_tape(inputs, tape)
    grads = np.zeros(len(values))
    grads[-1] = 1.0
    for operation, *wires in reversed(tape):
        slopes = SLOPES[operation](*[values[i] for i in wires])
        for wire, slope in zip(wires, slopes, strict=True):
            grads[wire] += slope
    return grads


@EXERCISE.asks(
    "wires that branch, and wires that lead nowhere",
    points=2,
    usually="a wire gets the sum of what comes back from every row that it feeds, and 0 if "
    "nothing it feeds reaches the end",
)
def branches(f, rng):
    a, b, c = map(float, distinct(rng, 3))
    tape = [
        ("multiply", 0, 0),  # one wire, both inputs
        ("add", 3, 1),
        ("exp", 2),  # leads nowhere
        ("max", 1, 1),
        ("multiply", 4, 6),
        ("divide", 7, 0),
    ]
    both = {"max": lambda u, v: (float(u >= v), float(v >= u))}
    doubled = mistaken(run_tape([a, b, c], tape), tape, slopes=both)
    compare(
        f,
        [a, b, c],
        tape,
        mistakes=[(doubled, "where the inputs of max are equal, each of them gets the whole pull "
                   "here; together they may get it once")],
    )  # fmt: skip


@EXERCISE.asks(
    "a tape of 10,000 rows",
    points=1,
    cases=1,
    usually="one loop over the tape, from its last row to its first",
)
def deep(f, rng):
    start, step = map(float, distinct(rng, 2))
    rows = 10_000
    tape = [("add", 0, 1), *[("add", wire, 1) for wire in range(2, rows + 1)]]
    wanted = np.ones(rows + 2)
    wanted[1] = rows
    compare(f, [start, step], tape, wanted)


@EXERCISE.asks(
    "sixty branches, one after the other",
    points=2,
    cases=1,
    usually="each row has to be visited once; following every path from the end takes "
    "2**60 walks",
)
def diamonds(f, rng):
    start = float(distinct(rng, 1)[0]) / 2**60
    tape = [("add", wire, wire) for wire in range(60)]
    compare(f, [start], tape, 2.0 ** np.arange(60, -1, -1))
