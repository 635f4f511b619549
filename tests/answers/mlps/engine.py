"""Answers to exercise 4.6: an engine for functions of matrices."""

import numpy as np

from answers import Answers

answers = Answers("4.6")
EACH, BRANCHES = "each operation alone", "wires that branch, and wires that lead nowhere"
BESIDE = "a column beside a matrix, and a row, and a number"
SHARED, DIAMONDS = "shares that two wires receive", "sixty branches, one after the other"

RULES = {
    "matmul": lambda g, u, v: (g @ v.T, u.T @ g),
    "transpose": lambda g, u: (g.T,),
    "add": lambda g, u, v: (g, g),
    "subtract": lambda g, u, v: (g, -g),
    "multiply": lambda g, u, v: (g * v, g * u),
    "tanh": lambda g, u: (g * (1 - np.tanh(u) ** 2),),
    "sum": lambda g, u: (g * np.ones(u.shape),),
}


def unbroadcast(share, shape):
    for axis in (0, 1):
        if shape[axis] == 1:
            share = share.sum(axis=axis, keepdims=True)
    return share


def walk(values, tape, fit=unbroadcast, **rules):
    grads = [np.zeros(value.shape) for value in values]
    grads[-1] = np.ones((1, 1))
    first = len(values) - len(tape)
    for row in reversed(range(len(tape))):
        operation, *wires = tape[row]
        shares = {**RULES, **rules}[operation](grads[first + row], *[values[i] for i in wires])
        for wire, share in zip(wires, shares, strict=True):
            grads[wire] = grads[wire] + fit(share, values[wire].shape)
    return grads


@answers.correct
def by_rules(values, tape):
    return walk(values, tape)


@answers.correct
def one_long_if(values, tape):
    grads = [0 * value for value in values]
    grads[-1] = grads[-1] + 1.0
    for k in range(len(tape) - 1, -1, -1):
        row, g = tape[k], grads[len(values) - len(tape) + k]
        name, i, j = row[0], row[1], row[-1]
        u, v = values[i], values[j]
        if name == "matmul":
            shares = [(i, g @ v.T), (j, u.T @ g)]
        elif name == "transpose":
            shares = [(i, g.T)]
        elif name == "add":
            shares = [(i, g), (j, g)]
        elif name == "subtract":
            shares = [(i, g), (j, -g)]
        elif name == "multiply":
            shares = [(i, g * v), (j, g * u)]
        elif name == "tanh":
            shares = [(i, g / np.cosh(u) ** 2)]
        else:
            shares = [(i, np.full(u.shape, g[0, 0]))]
        for wire, share in shares:
            rows, columns = values[wire].shape
            if rows == 1:
                share = share.sum(axis=0)[None]
            if columns == 1:
                share = share.sum(axis=1)[:, None]
            grads[wire] += share
    return tuple(grads)


@answers.correct
def with_a_dictionary(values, tape):
    grads = {len(values) - 1: np.ones((1, 1))}
    for back in range(1, len(tape) + 1):
        operation, *wires = tape[-back]
        made = len(values) - back
        if made not in grads:
            continue
        for wire, share in zip(
            wires, RULES[operation](grads[made], *[values[i] for i in wires]), strict=True
        ):
            share = unbroadcast(share, values[wire].shape)
            grads[wire] = grads[wire] + share if wire in grads else share
    return [grads.get(wire, np.zeros(value.shape)) for wire, value in enumerate(values)]


@answers.correct
def float32(values, tape):
    return [g.astype(np.float32) for g in walk(values, tape)]


@answers.mistake(EACH, "Which products of them have the shapes")
def matmul_like_multiply(values, tape):
    return walk(values, tape, matmul=lambda g, u, v: (g @ v, u @ g))


@answers.mistake(EACH, "matmul's shares are products with @")
def matmul_entry_by_entry(values, tape):
    return walk(values, tape, matmul=lambda g, u, v: (g * v.T, u.T * g))


@answers.mistake(EACH, "the second share is -g")
def subtract_like_add(values, tape):
    return walk(values, tape, subtract=lambda g, u, v: (g, g))


@answers.mistake(EACH, "multiply swaps")
def no_swap(values, tape):
    return walk(values, tape, multiply=lambda g, u, v: (g * u, g * v))


@answers.mistake(EACH, "this has its input u there")
def tanh_at_its_input(values, tape):
    return walk(values, tape, tanh=lambda g, u: (g * (1 - u**2),))


@answers.mistake(EACH, "not the entry")
def sum_like_a_square(values, tape):
    return walk(values, tape, sum=lambda g, u: (g * u,))


@answers.mistake(EACH, "this is the slope of a mean")
def sum_like_a_mean(values, tape):
    return walk(values, tape, sum=lambda g, u: (g * np.ones(u.shape) / u.size,))


@answers.mistake(EACH, "the chain rule is missing")
def no_chain_rule(values, tape):
    return walk(values, tape, multiply=lambda g, u, v: (v, u))


@answers.mistake(EACH, "does this line ask for a second one?")
def always_two_wires(values, tape):
    for row in tape:
        if row[0] != "sum":
            row[1], row[2]
    return walk(values, tape)


@answers.mistake(EACH, "the last wire's has to be 1 at the start")
def no_start(values, tape):
    return [0 * value for value in values]


def walk_by(order, values, tape, last=1.0):
    grads = [np.zeros(value.shape) for value in values]
    grads[-1] = np.full((1, 1), last)
    for row in order:
        operation, *wires = tape[row]
        made = len(values) - len(tape) + row
        shares = RULES[operation](grads[made], *[values[i] for i in wires])
        for wire, share in zip(wires, shares, strict=True):
            grads[wire] = grads[wire] + unbroadcast(share, values[wire].shape)
    return grads


@answers.mistake(EACH, "walk from the last row to the first")
def forwards(values, tape):
    return walk_by(range(len(tape)), values, tape)


@answers.mistake(EACH, "walk from the last row to the first, and add a share")
def start_alone(values, tape):
    return walk_by((), values, tape)


@answers.mistake(EACH, "the last wire's own gradient is 1")
def end_forgotten(values, tape):
    return [*walk(values, tape)[:-1], np.zeros((1, 1))]


@answers.mistake(EACH, "a copy of the list still holds the same arrays")
def into_the_values(values, tape):
    grads = values.copy()
    for value in grads:
        value[...] = 0
    return grads


@answers.mistake(BRANCHES, "a row may take one wire twice")
def a_dictionary_of_shares(values, tape):
    grads = [np.zeros(value.shape) for value in values]
    grads[-1] = np.ones((1, 1))
    for back in range(1, len(tape) + 1):
        operation, *wires = tape[-back]
        shares = RULES[operation](grads[-back], *[values[i] for i in wires])
        for wire, share in dict(zip(wires, shares, strict=True)).items():
            grads[wire] = grads[wire] + unbroadcast(share, values[wire].shape)
    return grads


@answers.mistake(BESIDE, "a column, a row or a number")
def no_rows(values, tape):
    def fit(share, shape):
        return unbroadcast(share, shape) if shape[0] > 1 else share

    return walk(values, tape, fit=fit)


@answers.mistake(BESIDE, "the shares of the copies have to be added up")
def no_sums(values, tape):
    return walk(values, tape, fit=lambda share, shape: share)


@answers.mistake(BESIDE, "add it up first")
def in_place_without_sums(values, tape):
    def fit(share, shape):
        place = np.zeros(shape)
        place += share
        return place

    return walk(values, tape, fit=fit)


@answers.mistake(BESIDE, "reshape can't make one number of many")
def reshaped(values, tape):
    return walk(values, tape, fit=lambda share, shape: share.reshape(shape))


@answers.mistake(BESIDE, "this takes their mean")
def mean_of_the_copies(values, tape):
    def fit(share, shape):
        for axis in (0, 1):
            if shape[axis] == 1:
                share = share.mean(axis=axis, keepdims=True)
        return share

    return walk(values, tape, fit=fit)


@answers.mistake(BESIDE, "the shares of the copies have to be added up")
def columns_only(values, tape):
    def fit(share, shape):
        return share.sum(axis=1, keepdims=True) if shape[1] == 1 else share

    return walk(values, tape, fit=fit)


@answers.mistake(BRANCHES, "this has the share of one row alone")
def last_share_wins(values, tape):
    grads = [np.zeros(value.shape) for value in values]
    grads[-1] = np.ones((1, 1))
    for back in range(1, len(tape) + 1):
        operation, *wires = tape[-back]
        shares = RULES[operation](grads[-back], *[values[i] for i in wires])
        for wire, share in zip(wires, shares, strict=True):
            grads[wire] = unbroadcast(share, values[wire].shape)
    return grads


def without_zeros(values, tape):
    """Gradients that begin as None and are added to in place."""
    grads = [None] * len(values)
    grads[-1] = np.ones((1, 1))
    for back in range(1, len(tape) + 1):
        operation, *wires = tape[-back]
        if grads[-back] is None:
            continue
        shares = RULES[operation](grads[-back], *[values[i] for i in wires])
        for wire, share in zip(wires, shares, strict=True):
            share = unbroadcast(share, values[wire].shape)
            if grads[wire] is None:
                grads[wire] = share
            else:
                grads[wire] += share
    return grads


@answers.mistake(BRANCHES, "a wire that leads nowhere has a gradient, too")
def none_for_nowhere(values, tape):
    return without_zeros(values, tape)


@answers.mistake(SHARED, "two wires hold one and the same array")
def one_array_for_two_wires(values, tape):
    grads = without_zeros(values, tape)
    return [np.zeros(v.shape) if g is None else g for g, v in zip(grads, values, strict=True)]


@answers.mistake(DIAMONDS, "following every path")
def every_path(values, tape):
    grads = [np.zeros(value.shape) for value in values]
    first = len(values) - len(tape)

    def pull(wire, g):
        grads[wire] = grads[wire] + g
        if wire >= first:
            operation, *wires = tape[wire - first]
            shares = RULES[operation](g, *[values[i] for i in wires])
            for below, share in zip(wires, shares, strict=True):
                pull(below, unbroadcast(share, values[below].shape))

    pull(len(values) - 1, np.ones((1, 1)))
    return grads


@answers.mistake(EACH, "a gradient for every wire")
def inputs_only(values, tape):
    return walk(values, tape)[: len(values) - len(tape)]


@answers.thoughtless
def zeros(values, tape):
    return [np.zeros(value.shape) for value in values]


@answers.thoughtless
def values_back(values, tape):
    return values
