"""Exercise 4.6: automatic differentiation of any function of matrices that is on a tape."""

import numpy as np

from nnlib.checks.answers import matrices
from nnlib.checks.exercise import Exercise, Failed, close, same
from nnlib.checks.grading import OUT_OF_TIME
from nnlib.checks.mlps.tapes import FORWARD, WRONG_SHARES, probed, run_matrix_tape, walked


def matrix_tape_backward(values, tape):
    """The gradients of the last wire with respect to every wire."""
    local = {
        "matmul": lambda g, u, v: (g @ v.T, u.T @ g),
        "transpose": lambda g, u: (g.T,),
        "add": lambda g, u, v: (g, g),
        "subtract": lambda g, u, v: (g, -g),
        "multiply": lambda g, u, v: (g * v, g * u),
        "tanh": lambda g, u: (g * (1 - np.tanh(u) ** 2),),
        "sum": lambda g, u: (g * np.ones(u.shape),),
    }
    grads = [np.zeros(v.shape) for v in values[:-1]] + [np.ones((1, 1))]
    for back, (operation, *wires) in enumerate(tape[::-1], 1):
        shares = local[operation](grads[-back], *(values[i] for i in wires))
        for wire, share in zip(wires, shares):
            axes = tuple(k for k in (0, 1) if values[wire].shape[k] == 1)
            grads[wire] = grads[wire] + share.sum(axis=axes, keepdims=True)
    return grads


EXERCISE = Exercise(
    "4.6",
    "Write an engine for all functions of matrices",
    matrix_tape_backward,
    answer=matrices("grads", 0),
    hints=(
        "Begin with your engine of exercise 1.6: zeros for every wire, now np.zeros(value.shape), "
        "a one for the last, and a walk through the rows, from the last to the first, that adds a "
        "share to each wire of the row. Put every operation in as soon as you have it: the first "
        "property names the one that fails.",
        "Say g for the gradient at the wire that a row made. The shares of multiply are g * v and "
        "g * u, as ever. For matmul let the shapes lead you: u is (r, s), v is (s, t), g is (r, "
        "t), and the share of u has to be of u's shape. Equations (2) and (4) are these two.",
        "If a column b stands beside a matrix, NumPy copies it for every example: a wire that "
        "branches. So its shares come back as a whole matrix and have to be added up, over each "
        "axis on which b has length 1 and the result has not. Summing over an axis of length 1 "
        "changes nothing, so `if shape[axis] == 1: sum` is enough.",
        "Mind `grads[wire] += share`: it writes into an array, and another wire may hold the very "
        "same array, for add hands g on twice. `grads[wire] = grads[wire] + share` makes a new "
        "one. And `g * np.ones(u.shape)` is an array of its own, where np.broadcast_to gives one "
        "that can't be written.",
    ),
    errors={
        "read-only": "np.broadcast_to gives an array that can't be written: add with "
        "grads[wire] = grads[wire] + share, or make a copy",
        "cannot reshape": "reshape can't make one number of many: what comes back to the copies of "
        "a column, a row or a number has to be added up",
        "operands could not be broadcast": "two arrays of different shapes meet: matmul's shares "
        "are products with @, and what is added to a wire has the shape of the wire",
        "non-broadcastable output": "what comes back to a column, a row or a number that stood "
        "beside a matrix has the shape of the matrix: add it up first, over each axis on which the "
        "wire has length 1",
        "mismatch in its core dimension": "matmul: u is (r, s), v is (s, t) and g is (r, t). Which "
        "products of them have the shapes of u and of v?",
        "not enough values to unpack": "transpose, tanh and sum have one wire and the others have "
        "two: `operation, *wires = row` takes both kinds",
        "index out of range": "transpose, tanh and sum have one wire and the others have two: does "
        "this line ask for a second one?",
        "NoneType": "a wire that nothing has reached yet has no gradient: begin with zeros of its "
        "shape",
        "and it is None": "a wire that leads nowhere has a gradient, too: zeros of its shape",
        "arrays; it has": "a gradient for every wire is asked for: first the inputs', then one for "
        "each row of the tape",
        "has to be of shape": "each wire's gradient has the shape of the wire. Where NumPy has "
        "copied a column, a row or a number to stand beside a matrix, the shares of the copies "
        "have to be added up",
        "changed what it was given as values": "the values belong to the caller, and a copy of "
        "the list still holds the same arrays: begin with zeros, [np.zeros(v.shape) for v in "
        "values], or work on [v.copy() for v in values]",
        OUT_OF_TIME: "each row has to be visited once, in one loop from the last row to the first: "
        "following every path from the end takes 2**60 walks",
        "RecursionError": "a function that calls itself for each row dies on a long tape: walk "
        "through the tape in a loop, from its last row to its first",
    },
)


def compare(f, inputs, tape, wanted=None, mistakes=()):
    """Run the tape, let f go back, and compare all wires with what probing finds."""
    values = run_matrix_tape(inputs, tape)
    yours = f(values, tape)
    wanted = probed(values, tape) if wanted is None else wanted
    known = [
        *mistakes,
        (walked(values, tape, replace=True), "a wire that feeds several rows gets the sum of their "
         "shares: this has the share of one row alone"),
        (walked(values, tape, seed=0.0), "every gradient is 0: the last wire's has to be 1 at the "
         "start"),
        (values, "these are the values: the gradients are wanted"),
        (walked(values, tape, merge=True), "a row may take one wire twice: u * u hands back g * u "
         "from each side"),
        (walked(values, tape, forwards=True), "the rows are walked from the first to the last, "
         "when nothing has come back to them yet: walk from the last row to the first"),
        (_start_alone(values), "nothing comes back from the last wire: walk from the last row to "
         "the first, and add a share to each wire of the row"),
    ]  # fmt: skip
    told = [why for grads, why in known if all(map(close, yours, grads, [1e-7] * len(yours)))]
    for wire in reversed(range(len(values))):
        mistakes = [(yours[wire], told[0])] if told else []
        if wire == len(values) - 1:
            mistakes.append((0 * wanted[-1], "the last wire's own gradient is 1"))
        try:
            same(f"grads[{wire}]", yours[wire], wanted[wire], mistakes=mistakes, atol=1e-7)
        except Failed as failed:
            made = f"made by {tape[wire - len(inputs)]}" if wire >= len(inputs) else "an input"
            failed.problem += f" Wire {wire} is {made}."
            raise


def _start_alone(values):
    """A one for the last wire, and zeros for all the others."""
    return [*(np.zeros(value.shape) for value in values[:-1]), np.ones((1, 1))]


@EXERCISE.asks(
    "each operation alone",
    points=2,
    cases=2,
    usually="the share of each wire: what reaches the row's result, times the slope of the result "
    "in that wire",
)
def each_alone(f, rng):
    shapes = {"matmul": [(2, 3), (3, 4)], "transpose": [(2, 3)], "tanh": [(2, 3)], "sum": [(2, 3)]}
    for operation in FORWARD:
        inputs = [rng.normal(size=shape) for shape in shapes.get(operation, [(2, 3), (2, 3)])]
        result = FORWARD[operation](*inputs)
        weights = rng.normal(size=result.shape)  # so that the pulls at its entries differ
        count = len(inputs)
        tape = [
            (operation, *range(count)),
            ("multiply", count + 1, count),
            ("sum", count + 2),
        ]
        values = run_matrix_tape([*inputs, weights], tape)
        mistakes = [
            (walked(values, tape, shares={wrong: rule}), why)
            for wrong in dict.fromkeys((operation, "multiply", "sum"))
            for rule, why in WRONG_SHARES[wrong]
        ]
        compare(f, [*inputs, weights], tape, mistakes=_fitting(mistakes, values))


def _fitting(mistakes, values):
    """The mistakes whose gradients have the shapes of their wires: others are told by the shape."""
    shapes = [value.shape for value in values]
    return [(grads, why) for grads, why in mistakes if [g.shape for g in grads] == shapes]


@EXERCISE.asks(
    "a column beside a matrix, and a row, and a number",
    points=2,
    cases=1,
    usually="what NumPy has copied to fill a matrix is a wire that branches: its shares are added "
    "up over each axis on which it has length 1",
)
def beside(f, rng):
    for operation in ("add", "subtract", "multiply"):
        for shape in ((3, 1), (1, 4), (1, 1)):
            order = rng.permutation([0, 1]).tolist()
            inputs = [rng.normal(size=(3, 4)), rng.normal(size=shape), rng.normal(size=(3, 4))]
            tape = [(operation, *order), ("multiply", 3, 2), ("sum", 4)]
            values = run_matrix_tape(inputs, tape)

            def averaged(share, shape):
                axes = tuple(axis for axis in (0, 1) if shape[axis] == 1)
                return share.mean(axis=axes, keepdims=True) if axes else share

            def first(share, shape):
                return share[: shape[0], : shape[1]]

            mistakes = [
                (walked(values, tape, fit=averaged), "the shares of the copies are added up; this "
                 "takes their mean"),
                (walked(values, tape, fit=first), "every copy has a share: add all of them up, "
                 "not the first alone"),
            ]  # fmt: skip
            compare(f, inputs, tape, mistakes=mistakes)


@EXERCISE.asks(
    "wires that branch, and wires that lead nowhere",
    points=2,
    usually="a wire gets the sum of what comes back from every row that it feeds, and zeros of its "
    "shape if nothing it feeds reaches the end",
)
def branches(f, rng):
    W, X, b = rng.normal(size=(2, 3)), rng.normal(size=(3, 2)), rng.normal(size=(2, 1))
    tape = [
        ("transpose", 0),  # 3
        ("matmul", 0, 1),  # 4: W X, and W once more
        ("matmul", 3, 4),  # 5: W.T W X
        ("subtract", 5, 1),  # 6: the error, and X once more
        ("add", 4, 2),  # 7: leads nowhere
        ("multiply", 6, 6),  # 8: both inputs from one wire
        ("sum", 8),
    ]
    compare(f, [W, X, b], tape)


@EXERCISE.asks(
    "shares that two wires receive",
    points=1,
    usually="add hands the same array to both of its wires: who later writes into one of them "
    "with += writes into the other as well",
)
def shared(f, rng):
    u, v, w = (rng.normal(size=(2, 2)) for _ in range(3))
    tape = [
        ("multiply", 0, 2),  # 3
        ("add", 0, 1),  # 4: hands the same array to 0 and 1
        ("add", 4, 3),  # 5
        ("tanh", 5),  # 6
        ("multiply", 6, 2),  # 7
        ("sum", 7),
    ]
    values = run_matrix_tape([u, v, w], tape)
    compare(
        f,
        [u, v, w],
        tape,
        mistakes=[(walked(values, tape, alias=True), "two wires hold one and the same array: add "
                   "hands it to both, and a later += for one of them changes the other")],
    )  # fmt: skip


@EXERCISE.asks(
    "sixty branches, one after the other",
    points=1,
    cases=1,
    usually="each row has to be visited once; following every path from the end takes 2**60 walks",
)
def diamonds(f, rng):
    start = rng.normal(size=(1, 1)) / 2**60
    tape = [("add", wire, wire) for wire in range(60)]
    wanted = [np.full((1, 1), 2.0**power) for power in range(60, -1, -1)]
    values = run_matrix_tape([start], tape)
    yours = f(values, tape)
    same("grads", np.concatenate(yours)[:, 0], np.concatenate(wanted)[:, 0])
