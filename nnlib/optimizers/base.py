"""What every optimizer does around its formula: rate, memory, save and resume (chapter 5)."""

import inspect
import math
from operator import is_

import numpy as np

from nnlib.optimizers.pieces import check_parameters, make_pieces
from nnlib.optimizers.transforms import check_transforms
from nnlib.validation import check_count, check_number, describe


class NonFiniteGradient(ValueError):
    """A gradient with NaN or infinity in it, or too large to be squared: training diverged."""


class Optimizer:
    """Moves parameters, objects with `value` and `grad`, one step downhill.

    A subclass writes its formula in `update`, on vectors, and names in `memory` the vectors that
    the formula carries from one step to the next. They start as zeros.

    `learning_rate` is a positive number or a schedule: a callable that is given the number of steps
    taken so far and returns the rate. `transforms` are applied to the gradient before the formula
    sees it, in their order (`ClipNorm`, `ClipValue`, `GradientNoise`).

    >>> from types import SimpleNamespace
    >>> from nnlib.optimizers import SGD
    >>> w = SimpleNamespace(value=1.0, grad=0.5)
    >>> SGD(learning_rate=0.1).step([w])
    >>> w.value
    0.95

    The memory, and the place in a schedule, belong to the parameters of the first step: others are
    refused. `reset()` forgets them.

    A schedule that listens (`ReduceOnPlateau`) and a transform that draws (`GradientNoise`) have a
    memory, too: make a new one for each optimizer, or what one of them does changes the other.
    """

    memory = ()  # the vectors that the formula remembers,
    squares = ()  # those of them that are never negative,
    scratch = 1  # how many vectors it needs for intermediate results,
    masks = 0  # and how many of truth values

    def __init__(self, learning_rate, transforms=()):
        self.learning_rate = learning_rate
        self.transforms = check_transforms(transforms)
        self._forget()

    def step(self, parameters, *, check=True):
        """Move every `value` one step, in place.

        `parameters` is an iterable of objects with `value` and `grad`: numbers, or arrays of the
        same shape, float64 or float32. ValueError if they are others than at the first step, or in
        another order; NonFiniteGradient, before anything has moved, if a gradient is not finite.
        (The check costs 4 % of an Adam step. Without it the parameters would be lost: NaN spreads
        to all of them in two steps. A caller that looks at the loss itself, the trainer, may do
        without it: `check=False`.)
        """
        parameters = check_parameters(parameters)
        if self._pieces is None:
            self._start(parameters)
        self._gather(parameters, check)
        rate = self.rate
        self.steps += 1
        for piece in self._pieces:
            for w, g, rest in piece.blocks:
                self.update(w, g, rate, *rest)
            piece.scatter(parameters)

    def update(self, w, g, rate, *memory_and_scratch):
        """Change the block `w` in place, by the gradient `g` and the vectors of `memory`.

        `self.steps` counts the steps with this one. `g` stays as it is.
        """
        raise NotImplementedError(f"{type(self).__name__} has no formula: write its update method")

    def begin(self, piece, parameters):
        """Fill the vectors of `piece.memory` that don't start as zeros, before the first step."""

    @property
    def learning_rate(self):
        """The rate as given: a number, or a schedule."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, learning_rate):
        if not callable(learning_rate) or isinstance(learning_rate, type):
            learning_rate = check_number(learning_rate, "learning_rate", positive=True)
        self._learning_rate = learning_rate

    @property
    def rate(self):
        """The rate of the coming step, a number."""
        rate = self._learning_rate
        if type(rate) is float:
            return rate
        return check_number(rate(self.steps), f"the schedule's rate at {self.steps}", minimum=0)

    def observe(self, value):
        """Tell the schedule a validation loss, if it listens (`ReduceOnPlateau` does)."""
        if hasattr(self.learning_rate, "observe"):
            self.learning_rate.observe(value)

    def reset(self):
        """Forget all steps: the next one may be with other parameters."""
        self._forget()
        for _, part in self._parts():
            if hasattr(part, "reset"):
                part.reset()

    def state_dict(self):
        """All that changes from step to step, as a dict of new arrays and numbers."""
        state = {"kind": type(self).__name__, "steps": self.steps, **self._memory()}
        for name, part in self._parts():
            if hasattr(part, "state_dict"):
                state |= {f"{name}.{key}": value for key, value in part.state_dict().items()}
        return state

    def load_state_dict(self, state):
        """Continue where the optimizer that gave this `state_dict` stood, with any parameters.

        ValueError if it is the state of another kind of optimizer or of other parameters; then
        this one stays as it was.
        """
        if not isinstance(state, dict):
            raise TypeError(f"load_state_dict expects a state_dict, got {describe(state)}")
        parts = {name: part for name, part in self._parts() if hasattr(part, "state_dict")}
        if state.get("kind", type(self).__name__) != type(self).__name__:
            raise ValueError(
                f"a {type(self).__name__} expects a state of its own kind, got one of "
                f"{describe(state['kind'])}"
            )
        wanted = {"kind", "steps", *self.memory}
        before = {name: part.state_dict() for name, part in parts.items()}
        wanted |= {f"{name}.{key}" for name, kept in before.items() for key in kept}
        new = state.get("steps") == 0  # then there may be no memory yet
        if set(state) != wanted and not (new and set(state) == wanted - set(self.memory)):
            raise ValueError(
                f"a {type(self).__name__} expects a state of {sorted(wanted)}, got {sorted(state)}"
            )
        steps = check_count(state["steps"], "steps", minimum=0)
        memory = {name: np.array(state[name]) for name in self.memory if name in state}
        self._check_memory(memory)
        try:
            for name, part in parts.items():
                part.load_state_dict({key: state[f"{name}.{key}"] for key in before[name]})
            self._restore(memory)
        except Exception:
            for name, part in parts.items():
                part.load_state_dict(before[name])
            raise
        self._owners = None
        self.steps = steps

    def __repr__(self):
        names = list(inspect.signature(type(self).__init__).parameters)[1:]
        settings = {name: getattr(self, name) for name in names}
        if not settings["transforms"]:
            del settings["transforms"]
        words = ", ".join(f"{name}={value!r}" for name, value in settings.items())
        return f"{type(self).__name__}({words})"

    def __getstate__(self):
        """What `copy` and `pickle` take along: not the views into other objects' arrays."""
        return self.__dict__ | {"_pieces": None, "_owners": None, "_saved": self._memory()}

    def _forget(self):
        self.steps = 0
        self._pieces = None  # made at the first step,
        self._saved = {}  # with this memory, if a state was loaded
        self._owners = None  # the parameters that it belongs to

    def _start(self, parameters):
        pieces = make_pieces(parameters)
        for piece in pieces:
            piece.remember(self.memory, self.scratch, self.masks, bool(self.transforms))
            self.begin(piece, parameters)
        _fill(pieces, self._saved)
        self._pieces, self._saved, self._count = pieces, {}, len(parameters)

    def _gather(self, parameters, check):
        if len(parameters) != self._count:
            raise ValueError(
                f"{type(self).__name__} started with {self._count} parameters, got "
                f"{len(parameters)}: make a new optimizer for new parameters, or reset this one"
            )
        for piece in self._pieces:
            piece.gather(parameters)
            if check:
                _check_gradient(piece, piece.g, clipped=bool(self.transforms))
        self._check_owners(parameters)
        if self.transforms:
            for piece in self._pieces:
                np.copyto(piece.own, piece.g)
            for transform in self.transforms:
                transform.apply([piece.own for piece in self._pieces], self.steps)
            for piece in self._pieces:
                if check:
                    _check_gradient(piece, piece.own)

    def _check_owners(self, parameters):
        """Refuse other parameters than before if anything is carried over from those."""
        if self._owners is None or not self._carries_over():
            self._owners = parameters.copy()
        elif not all(map(is_, parameters, self._owners)):
            raise ValueError(
                f"this {type(self).__name__} was made for other parameters: reset() it or make a "
                "new one"
            )

    def _carries_over(self):
        return bool(self.memory or self.transforms) or callable(self._learning_rate)

    def _memory(self):
        """Each remembered vector in one run over all pieces, copied."""
        if self._pieces is None:
            return {name: vector.copy() for name, vector in self._saved.items()}
        return {
            name: np.concatenate([piece.memory[name] for piece in self._pieces])
            for name in self.memory
        }

    def _check_memory(self, memory):
        """Raise ValueError for vectors that no optimizer of this kind could remember."""
        for name, vector in memory.items():
            if vector.dtype.kind not in "fiu" or not np.isfinite(vector).all():
                raise ValueError(f"the state's {name} holds entries that are not finite numbers")
            if name in self.squares and (vector < 0).any():
                raise ValueError(f"the state's {name} holds negative entries: it is damaged")

    def _restore(self, memory):
        if self._pieces is None or not memory:
            self._forget()
            self._saved = memory
        else:
            _fill(self._pieces, memory)

    def _parts(self):
        """The other objects that change from step to step, with a name for each."""
        yield "learning_rate", self.learning_rate
        for index, transform in enumerate(self.transforms):
            yield f"transforms.{index}", transform


def _fill(pieces, memory):
    """Write vectors that run over all pieces into the memory of each."""
    size = sum(piece.w.size for piece in pieces)
    for name, vector in memory.items():
        if vector.shape != (size,):
            raise ValueError(
                f"the state's {name} has shape {vector.shape}, the parameters have {size} entries: "
                "it is the state of other parameters"
            )
    for name, vector in memory.items():
        start = 0
        for piece in pieces:
            piece.memory[name][:] = vector[start : start + piece.w.size]
            start += piece.w.size


def _check_gradient(piece, g, clipped=False):
    """Raise NonFiniteGradient unless the sum of the squares of `g` is a finite number.

    A gradient that is finite and only too large to be squared may pass if it will be `clipped`.
    """
    if math.isfinite(np.vdot(g, g)):
        return
    broken = np.flatnonzero(~np.isfinite(g))
    if broken.size:
        raise NonFiniteGradient(
            f"{piece.place(broken[0])} is {g[broken[0]]}: training has diverged; no parameter was "
            "changed by this step. Try a smaller learning rate, or ClipNorm among the transforms"
        )
    if not clipped:
        worst = np.argmax(np.abs(g))
        raise NonFiniteGradient(
            f"{piece.place(worst)} is {g[worst]:g}, too large to be squared in {g.dtype}: training "
            "has diverged. Try a smaller learning rate, or ClipNorm among the transforms"
        )
