"""Tapes of matrix operations for exercise 4.6: run, probed by nudging, and walked mistakenly."""

import numpy as np

FORWARD = {
    "matmul": lambda u, v: u @ v,
    "transpose": lambda u: u.T,
    "add": lambda u, v: u + v,
    "subtract": lambda u, v: u - v,
    "multiply": lambda u, v: u * v,
    "tanh": lambda u: np.tanh(u),
    "sum": lambda u: u.sum(keepdims=True),
}


def run_matrix_tape(inputs, tape):
    """The arrays of all wires: the inputs, then one for each row."""
    values = list(inputs)
    for operation, *wires in tape:
        values.append(FORWARD[operation](*[values[i] for i in wires]))
    return values


def probed(values, tape):
    """The gradient at each wire, by nudging its entries and running the rows after it again."""
    inputs, grads = len(values) - len(tape), []
    for wire, value in enumerate(values):
        grad = np.empty(value.shape)
        for index in np.ndindex(value.shape):
            ends = [_end(values, tape, inputs, wire, index, nudge) for nudge in (1e-5, -1e-5)]
            grad[index] = (ends[0] - ends[1]) / 2e-5
        grads.append(grad)
    return grads


def _end(values, tape, inputs, wire, index, nudge):
    """The last wire's value, with one entry of one wire moved."""
    moved = [*values[: wire + 1]]
    moved[wire] = moved[wire].copy()
    moved[wire][index] += nudge
    for row in range(wire + 1, len(values)):
        if row < inputs:
            moved.append(values[row])
        else:
            operation, *wires = tape[row - inputs]
            moved.append(FORWARD[operation](*[moved[i] for i in wires]))
    return moved[-1].item()


SHARES = {
    "matmul": lambda g, u, v: (g @ v.T, u.T @ g),
    "transpose": lambda g, u: (g.T,),
    "add": lambda g, u, v: (g, g),
    "subtract": lambda g, u, v: (g, -g),
    "multiply": lambda g, u, v: (g * v, g * u),
    "tanh": lambda g, u: (g / np.cosh(u) ** 2,),
    "sum": lambda g, u: (np.full(u.shape, g.item()),),
}
WRONG_SHARES = {
    "matmul": [],
    "transpose": [],
    "add": [],
    "subtract": [
        (lambda g, u, v: (g, g), "what is taken away has a minus: the second share is -g"),
    ],
    "multiply": [
        (lambda g, u, v: (g * u, g * v), "multiply swaps: the first wire gets g * v, the second "
         "g * u"),
        (lambda g, u, v: (v, u), "the chain rule is missing: the shares are g * v and g * u"),
    ],
    "tanh": [
        (lambda g, u: (g * (1 - u**2),), "the slope of tanh is 1 minus its *output* squared; this "
         "has its input u there"),
        (lambda g, u: (1 - np.tanh(u) ** 2,), "the chain rule is missing: the share is g times "
         "the slope"),
        (lambda g, u: (g * np.tanh(u) * (1 - np.tanh(u)),), "a (1 - a) is the slope of the "
         "sigmoid; that of tanh is 1 - a²"),
        (lambda g, u: (g,), "the slope of tanh is missing"),
    ],
    "sum": [
        (lambda g, u: (g * u,), "the slope of a sum in each of its entries is 1, not the entry"),
        (lambda g, u: (g * np.ones(u.shape) / u.size,), "this is the slope of a mean: every entry "
         "of a sum gets the whole of g"),
    ],
}  # fmt: skip


def fitted(share, shape):
    """A share added up to the shape of its wire."""
    axes = tuple(axis for axis in (0, 1) if shape[axis] == 1)
    return share.sum(axis=axes, keepdims=True) if axes else share


def walked(
    values, tape, *, replace=False, alias=False, merge=False, forwards=False, shares=None,
    fit=fitted, seed=1.0,
):  # fmt: skip
    """The gradients that a mistaken walk finds; see the properties for which is which."""
    grads = [np.zeros(value.shape) for value in values]
    grads[-1] = np.full((1, 1), seed)
    reached = {len(values) - 1}
    rows = range(1, len(tape) + 1)
    for back in reversed(rows) if forwards else rows:
        operation, *wires = tape[-back]
        rule = {**SHARES, **(shares or {})}[operation]
        pairs = list(
            zip(wires, rule(grads[-back], *[values[i] for i in wires]), strict=True)
        )
        for wire, share in dict(pairs).items() if merge else pairs:
            share = fit(share, values[wire].shape)
            if alias and wire not in reached:
                grads[wire] = share
            elif alias:
                grads[wire] += share
            else:
                grads[wire] = share + (0 if replace else grads[wire])
            reached.add(wire)
    return grads
