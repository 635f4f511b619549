"""What a gate is, and what it learns (chapter 1).

A gate knows nothing but its own inputs. It takes values forward, and when a gradient arrives at its
output it shares it out backward, to each input what that input is answerable for. Everything else
in this book, up to the last layer of the last network, is a gate and keeps the same contract.
"""

import copy
from types import SimpleNamespace

import numpy as np

from nnlib.validation import as_floats, check_finite, check_fits

FULL = 100  # arrays or rooms in a workspace: enough for every batch size in use


class Gate:
    """A function with a way back.

    `forward(*inputs)` takes values in and gives a value out; it remembers what `backward` needs.
    `backward(grad)` takes the gradient at the output and gives the gradient at the input, or, where
    there are several inputs, a tuple of them in the order of the inputs.

    Inputs are numbers or arrays. An array that a gate returns may be the gate's own buffer: it
    holds until the gate is used again. So a gate serves one thread at a time: give each thread a
    copy of its own, `copy.deepcopy(gate)`.
    """

    __slots__ = ()
    symbol = "gate"  # how a drawn circuit shows it

    def __call__(self, *inputs):
        """The gate's output: a new Unit where an input is a Unit, else just `forward`.

        A circuit needs a gate for each place, with a memory of its own. So calling a gate on Units
        wires up a fresh one: one `Sigmoid()` serves many neurons.
        """
        for unit in inputs:
            if hasattr(unit, "record"):
                return unit.record(self.fresh(), *inputs)
        return self.forward(*inputs)

    def fresh(self):
        """A gate of the same kind with the same settings, for one more place in a circuit."""
        return copy.copy(self)

    def __getstate__(self):
        """What `copy` and `pickle` take along: all but the workspace, which a copy fills anew.

        Arrays there may be views of one another, and copies of them wouldn't be.
        """
        state = super().__getstate__()  # with __slots__ a tuple: the dict or None, and the slots
        return tuple(map(_lasting, state)) if isinstance(state, tuple) else _lasting(state)

    def parameters(self):
        """The Parameters this gate can learn: none, unless a gate says otherwise."""
        return []

    def settings(self):
        """The arguments that make the same gate again: `type(gate)(**gate.settings())`."""
        return {}

    def __repr__(self):
        settings = ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
        return f"{type(self).__name__}({settings})"

    def room(self, array):
        """The room for inputs like `array`: all arrays that the gate then writes into with `out=`.

        It is furnished when a shape and dtype first come in and is the same ever after, so that a
        training step that has run once allocates nothing.
        """
        try:
            return self.workspace[array.shape, array.dtype]
        except (AttributeError, KeyError):
            room = SimpleNamespace(**self.furnish(self.admit(array)))
            return self._keep((array.shape, array.dtype), room)

    def admit(self, array):
        """`array` as a room is furnished for it; an error for what the gate can't take.

        This is asked once for each shape and dtype, when their room is furnished.
        """
        return as_floats(array)

    def furnish(self, array):
        """A dict of what belongs into the room for inputs like `array`, by name."""
        raise NotImplementedError(f"{type(self).__name__} needs a method furnish(array)")

    def buffer(self, name, shape, dtype=np.float64, *, fill=0):
        """One array of this gate's own, for gates that don't furnish a room.

        It is allocated when a name, shape and dtype are first asked for, filled with `fill`, and is
        the same array ever after.
        """
        try:
            return self.workspace[name, shape, dtype]
        except (AttributeError, KeyError):
            return self._keep((name, shape, dtype), np.full(shape, fill, dtype))

    def _keep(self, key, room):
        """Put a room or an array into the workspace, which starts anew where it grows too full."""
        if len(getattr(self, "workspace", ())) in (0, FULL):
            self.workspace = {}
        return self.workspace.setdefault(key, room)

    def buffer_like(self, name, array):
        """A buffer of the array's shape and dtype; for an array of whole numbers, of float64."""
        try:
            return self.workspace[name, array.shape, array.dtype]  # the quick way, once it is there
        except (AttributeError, KeyError):
            dtype = array.dtype if array.dtype.kind in "fc" else np.dtype(np.float64)
            return self.buffer(name, array.shape, dtype)


def _lasting(state):
    """A gate's state, a dict or None, without the workspace."""
    return state and {name: value for name, value in state.items() if name != "workspace"}


class NoForward(ValueError, AttributeError):
    """A backward came before any forward: there is no way to go back yet."""


class FromForward:
    """Stands in a class for what `forward` remembers on its gate, until it has remembered it."""

    def __get__(self, gate, kind=None):
        if gate is None:
            return self
        name = type(gate).__name__
        raise NoForward(f"{name} got a backward before any forward: call {name}'s forward first")


class Parameter:
    """An array that learns: its `value`, and the gradient `grad` of the same shape and dtype.

    It is to an array what a Unit is to a number. `decays` says whether a regularizer acts on it:
    weights decay, biases don't.

    In a network `value` and `grad` are views into the network's vectors. There, assigning to them
    copies the numbers into the view: ValueError for another shape and for NaN or infinity.
    """

    __slots__ = ("value", "grad", "name", "decays", "joined")

    def __init__(self, value, *, name="", decays=True):
        value = np.array(value)
        if value.dtype.kind != "f":
            value = value.astype(np.float64)
        self.value = check_finite(value, name or "Parameter")
        self.grad = np.zeros_like(value)
        self.name = name
        self.decays = decays
        self.joined = False

    def __setattr__(self, name, new):
        if name in ("value", "grad") and getattr(self, "joined", False):
            self._copy_in(name, new)
        else:
            object.__setattr__(self, name, new)

    def join(self, value, grad):
        """Live in two views from now on: `value` takes over the numbers, `grad` stays as it is."""
        value[...] = self.value
        self.joined = False
        self.value, self.grad = value, grad
        self.joined = True

    def _copy_in(self, name, new):
        """Write `new` into the view, unless it is the view itself, as in `W.value -= step`."""
        view = getattr(self, name)
        if new is view:
            return
        new, what = np.asarray(new), f"{self.name or 'Parameter'}.{name}"
        if new.shape != view.shape:
            raise ValueError(
                f"{what} has shape {view.shape} in its network, got shape {new.shape}: "
                "assign an array of the same shape"
            )
        check_finite(new, what)
        np.copyto(view, check_fits(new, what, view.dtype), casting="same_kind")

    def zero_grad(self):
        """Set the gradient to zero, in place."""
        self.grad[...] = 0

    def __repr__(self):
        return f"Parameter({self.name!r}, shape={self.value.shape}, dtype={self.value.dtype})"
