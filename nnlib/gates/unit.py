"""The wire of a circuit: a number that goes forward and a gradient that comes back (chapter 1).

The backward walk is automatic differentiation in reverse mode (Linnainmaa, 1970; Rumelhart, Hinton
and Williams, 1986).
"""

from math import isfinite
from numbers import Real

from nnlib.gates.arithmetic import (
    Add,
    Divide,
    Dot,
    Exp,
    Log,
    Maximum,
    Multiply,
    Negate,
    Power,
    Raise,
    Subtract,
)
from nnlib.gates.squashing import ReLU, Sigmoid, Tanh
from nnlib.validation import check_number, describe


class Unit:
    """A wire: the number it carries forward, `value`, and the gradient that comes back, `grad`.

    >>> x, y, z = Unit(-2.0), Unit(5.0), Unit(-4.0)
    >>> f = (x + y) * z
    >>> f.backward()
    >>> x
    Unit(value=-2.0000, grad=-4.0000)

    `grad` is the derivative, with respect to this wire, of the output that `backward` was called
    on. It adds up over calls until `zero_grad`, because where a wire branches its gradients add.
    Numbers in an expression become wires of their own. A value that is not one finite number is
    refused with a TypeError or a ValueError, and a result too large for a float with an
    OverflowError. A Unit turns into no float by itself: `math.exp(x)` would lose the way back.

    `gate` is the gate that feeds the wire (None for an input) and `inputs` are the gate's wires.
    """

    __slots__ = ("value", "grad", "gate", "inputs", "name", "_uses")
    __array_ufunc__ = None  # a NumPy number on the left leaves the operation to the Unit

    def __init__(self, value, grad=0.0, *, name=""):
        self.value = check_number(value, "Unit value")
        self.grad = check_number(grad, "Unit grad")
        self.gate = None
        self.inputs = ()
        self.name = name
        self._uses = 0

    def record(self, gate, *inputs):
        """Run `gate` on `inputs` (Units or numbers) and return its output as a new wire."""
        return _output(gate, tuple(map(_wire, inputs)))

    def backward(self, pull=1.0):
        """Pull on this wire; every wire it was computed from gets its share added to `grad`.

        Gradients of inputs add up over calls. Those of wires in between start afresh, so that
        calling twice gives exactly twice the gradient at the inputs. The walk is a loop: a circuit
        may be as deep as memory allows. If a gate fails on the way, the inputs keep the gradients
        they had before.
        """
        pull = check_number(pull, "pull")
        units, earlier = [self], []
        try:
            _count_uses(units)
            earlier = [(unit, unit.grad) for unit in units if unit.gate is None]
            for unit in units:
                unit.grad = 0.0
            self.grad = pull
            _walk_back(self)
        except BaseException:
            for unit, _ in earlier:
                unit.grad = 0.0
            raise
        finally:
            for unit, grad in earlier:
                unit.grad += grad
            for unit in units:
                unit._uses = 0

    def zero_grad(self):
        """Forget the gradient that has added up on this wire."""
        self.grad = 0.0

    def __add__(self, other):
        return _operate(Add, self, other)

    def __radd__(self, other):
        return _operate(Add, other, self)

    def __sub__(self, other):
        return _operate(Subtract, self, other)

    def __rsub__(self, other):
        return _operate(Subtract, other, self)

    def __mul__(self, other):
        return _operate(Multiply, self, other)

    def __rmul__(self, other):
        return _operate(Multiply, other, self)

    def __truediv__(self, other):
        return _operate(Divide, self, other)

    def __rtruediv__(self, other):
        return _operate(Divide, other, self)

    def __pow__(self, exponent):
        """`x ** 3`: a number is a setting of the gate. `x ** y` of two wires needs x above 0."""
        if type(exponent) is Unit:
            return _output(Raise(), (self, exponent))
        return _output(Power(exponent), (self,)) if _is_number(exponent) else NotImplemented

    def __rpow__(self, base):
        return _output(Raise(), (_wire(base), self)) if _is_number(base) else NotImplemented

    def __neg__(self):
        return _output(Negate(), (self,))

    def __pos__(self):
        return self

    def exp(self):
        return _output(Exp(), (self,))

    def log(self):
        return _output(Log(), (self,))

    def relu(self):
        return _output(ReLU(), (self,))

    def sigmoid(self):
        return _output(Sigmoid(), (self,))

    def tanh(self):
        return _output(Tanh(), (self,))

    def maximum(self, other):
        return _output(Maximum(), (self, _wire(other)))

    def __repr__(self):
        name = f"{self.name!r}, " if self.name else ""
        return f"Unit({name}value={_digits(self.value)}, grad={_digits(self.grad)})"


def dot(weights, inputs, bias=None):
    """The Unit w1 x1 + ... + wn xn (+ bias): one gate, however many inputs.

    Raises ValueError unless there are as many weights as inputs, and at least one.
    """
    weights, inputs = tuple(weights), tuple(inputs)
    if len(weights) != len(inputs) or not weights:
        raise ValueError(
            "dot expects as many weights as inputs, at least one, "
            f"got {len(weights)} weights and {len(inputs)} inputs"
        )
    wires = (*weights, *inputs) if bias is None else (*weights, *inputs, bias)
    if set(map(type, wires)) != {Unit}:
        wires = tuple(map(_wire, wires))
    return _output(Dot(), wires)


def _count_uses(units):
    """Add to the list, which holds an output, every wire it was computed from; count their uses.

    A wire is used by each gate that it feeds: it hands its gradient on when all of them have handed
    theirs to it.
    """
    for unit in units:  # which grows while it is read
        for wire in unit.inputs:
            if not wire._uses:
                units.append(wire)
            wire._uses += 1


def _walk_back(output):
    """Hand the gradient of `output` back, gate by gate, to all that it was computed from."""
    ready = [output]
    while ready:
        unit = ready.pop()
        if unit.gate is None:
            continue
        grads = unit.gate.backward(unit.grad)
        if len(unit.inputs) == 1:
            grads = (grads,)
        for wire, grad in zip(unit.inputs, grads, strict=True):
            wire.grad += grad
            wire._uses -= 1
            if not wire._uses:
                ready.append(wire)


def _output(gate, inputs):
    """The wire that carries what `gate` makes of its input wires."""
    unit = object.__new__(Unit)
    value = gate.forward(*[wire.value for wire in inputs])
    if not isfinite(value):
        raise _too_large(gate, inputs)
    unit.value = value
    unit.grad = 0.0
    unit.gate = gate
    unit.inputs = inputs
    unit.name = ""
    unit._uses = 0
    return unit


def _too_large(gate, inputs):
    values = ", ".join(f"{wire.value:g}" for wire in inputs)
    kind = type(gate).__name__.lower()
    return OverflowError(f"the {kind} gate got {values}: its result is too large for a float")


def _operate(gate, left, right):
    """The Unit of an operator, or NotImplemented, which makes Python raise its TypeError."""
    if type(left) is not Unit:
        if not _is_number(left):
            return NotImplemented
        left = _wire(left)
    elif type(right) is not Unit:
        if not _is_number(right):
            return NotImplemented
        right = _wire(right)
    return _output(gate(), (left, right))


def _wire(value):
    """`value` itself if it is a Unit, else a new wire that carries the number."""
    if type(value) is Unit:
        return value
    if type(value) is float and isfinite(value):
        unit = object.__new__(Unit)
        unit.value, unit.grad, unit.gate, unit.inputs = value, 0.0, None, ()
        unit.name, unit._uses = "", 0
        return unit
    if not _is_number(value):
        raise TypeError(f"a gate's input is a Unit or a number, got {describe(value)}")
    return Unit(value)


def _is_number(value):
    return type(value) is float or (isinstance(value, Real) and not isinstance(value, bool))


def _digits(number):
    """Four decimals where they tell something, else a power of ten."""
    return f"{number + 0.0:.4f}" if number == 0 or 1e-3 <= abs(number) < 1e7 else f"{number:.4e}"
