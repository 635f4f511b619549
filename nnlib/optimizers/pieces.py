"""Parameters as flat vectors, so that a formula is written once: for a Unit, a matrix, a network.

A piece is a stretch of parameters with two vectors, `w` (values) and `g` (gradients), and those
that an optimizer remembers. An array is a piece by itself and `w` a view into it; all numbers
together, the Units of a circuit, are one piece, gathered before a step and scattered after it.
"""

from itertools import combinations
from numbers import Real

import numpy as np

from nnlib.validation import describe

BLOCK = 65_536  # entries: what a formula reads and writes at a time stays in the processor's cache


def check_parameters(parameters):
    """`parameters` as a list that is not empty."""
    if type(parameters) is not list:
        try:
            parameters = list(parameters)
        except TypeError:
            raise TypeError(
                f"step expects a list of parameters, got {describe(parameters)}: write step([w]), "
                "also for one Unit or one network"
            ) from None
    if not parameters:
        raise ValueError("step got an empty list: there is nothing to move")
    return parameters


def make_pieces(parameters):
    """Sort `parameters` into pieces; TypeError or ValueError for what no optimizer can move."""
    pieces, numbers, seen = [], [], {}
    for index, parameter in enumerate(parameters):
        if not hasattr(parameter, "value") or not hasattr(parameter, "grad"):
            raise TypeError(
                f"parameter {index} is {describe(parameter)}: an optimizer moves objects with "
                "`value` and `grad`, such as a Unit, a Parameter or a Network"
            )
        if id(parameter) in seen:
            raise ValueError(
                f"parameters {seen[id(parameter)]} and {index} are the same object: "
                "list each one once"
            )
        seen[id(parameter)] = index
        if isinstance(parameter.value, np.ndarray):
            pieces.append(ArrayPiece(parameter, index))
        else:
            _check_number(parameter.value, index, "value")
            _check_number(parameter.grad, index, "grad")
            numbers.append(index)
    for one, other in combinations(pieces, 2):
        if np.shares_memory(one.value, other.value):
            raise ValueError(
                f"parameters {one.index} and {other.index} share memory: list each number once, a "
                "network or its parameters, not both"
            )
    if numbers:
        pieces.append(NumberPiece(parameters, numbers))
    return pieces


class Piece:
    """What the two kinds share: memory, and the blocks in which a formula walks along `w`."""

    def remember(self, names, scratch, masks, own_gradient):
        """Make the vectors `names`, all 0, and room for intermediate results, a block long."""
        size, dtype = self.w.size, self.w.dtype
        self.memory = {name: np.zeros(size, dtype) for name in names}
        self.room = [np.empty(min(size, BLOCK), dtype) for _ in range(scratch)]
        self.room += [np.empty(min(size, BLOCK), bool) for _ in range(masks)]
        self.own = np.empty(size, dtype) if own_gradient else None
        self.cut()

    @property
    def gradient(self):
        """The gradient to step by: `g`, or the piece's own copy, which transforms may change."""
        return self.g if self.own is None else self.own

    def cut(self):
        """List the blocks: the same stretch of w, of the gradient, and of all the rest."""
        vectors = [self.w, self.gradient, *self.memory.values()]
        self.blocks = []
        for start in range(0, self.w.size, BLOCK):
            w, g, *rest = [vector[start : start + BLOCK] for vector in vectors]
            rest += [room[: w.size] for room in self.room]
            self.blocks.append((w, g, rest))


class ArrayPiece(Piece):
    """One array: `w` and `g` are flat views of a parameter's value and grad.

    Where memory is not laid out in one run, or grad has another dtype, they are copies.
    """

    def __init__(self, parameter, index):
        self.index = index
        self.name = getattr(parameter, "name", "") or f"parameter {index}"
        self.shape, self.dtype = parameter.value.shape, parameter.value.dtype
        if self.dtype not in (np.float32, np.float64):
            raise TypeError(
                f"{self.name}.value has dtype {self.dtype}: parameters are float64 or float32"
            )
        self._bind(parameter)

    def gather(self, parameters):
        parameter = parameters[self.index]
        if parameter.value is not self.value or parameter.grad is not self.grad:
            self._bind(parameter)
            self.cut()
        if self.copies_value:
            self.w.reshape(self.shape)[...] = self.value
        if self.copies_grad:
            self.g.reshape(self.shape)[...] = self.grad

    def scatter(self, parameters):
        if self.copies_value:
            self.value[...] = self.w.reshape(self.shape)

    def decays(self, parameters):
        """1 where a weight decays and 0 where not, flat; `decays` may be one bool or an array."""
        decays = getattr(parameters[self.index], "decays", True)
        return np.broadcast_to(decays, self.shape).reshape(-1)

    def place(self, position):
        """Where entry `position` of the vectors stands, in words."""
        index = ", ".join(str(i) for i in np.unravel_index(position, self.shape))
        return f"{self.name}.grad[{index}]"

    def _bind(self, parameter):
        value, grad = parameter.value, parameter.grad
        for what, array in [("value", value), ("grad", grad)]:
            if not isinstance(array, np.ndarray) or array.dtype.kind not in "fiu":
                raise TypeError(
                    f"{self.name}.{what} expects an array of numbers, got {describe(array)}"
                )
            if array.shape != self.shape:
                raise ValueError(
                    f"{self.name}.{what} has shape {array.shape}, expected {self.shape}: value and "
                    "grad share one shape, which an optimizer that has started holds on to "
                    "(for other parameters make a new one)"
                )
        if value.dtype != self.dtype:
            raise ValueError(
                f"{self.name}.value turned from {self.dtype} to {value.dtype}: make a new optimizer"
            )
        if not value.flags.writeable:
            raise ValueError(f"{self.name}.value is read-only: hand over a copy of it")
        self.value, self.grad = value, grad
        self.w, self.copies_value = _flat(value, self.dtype)
        self.g, self.copies_grad = _flat(grad, self.dtype)


class NumberPiece(Piece):
    """All parameters that are single numbers: gathered into `w` and `g`, then scattered back."""

    def __init__(self, parameters, indices):
        self.indices = None if len(indices) == len(parameters) else indices
        self.w, self.g = np.empty(len(indices)), np.empty(len(indices))
        self.where = indices

    def gather(self, parameters):
        numbers = self._select(parameters)
        try:
            self.w[:] = [number.value for number in numbers]
            self.g[:] = [number.grad for number in numbers]
        except (AttributeError, TypeError, ValueError) as error:
            raise TypeError(
                f"the parameters that were numbers at the first step no longer all are ({error}): "
                "make a new optimizer for new parameters"
            ) from None

    def scatter(self, parameters):
        for number, value in zip(self._select(parameters), self.w.tolist(), strict=True):
            number.value = value

    def decays(self, parameters):
        return [getattr(number, "decays", True) for number in self._select(parameters)]

    def place(self, position):
        return f"parameter {self.where[position]}.grad"

    def _select(self, parameters):
        if self.indices is None:
            return parameters
        return [parameters[index] for index in self.indices]


def _flat(array, dtype):
    """A flat view of the array, False; or, where there is none, room for a copy, True."""
    if array.flags.c_contiguous and array.dtype == dtype:
        return np.asarray(array).reshape(-1), False
    return np.empty(array.size, dtype), True


def _check_number(value, index, what):
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise TypeError(
            f"parameter {index}.{what} expects a number or an array, got {describe(value)}"
        )
