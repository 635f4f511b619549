"""Gates and the wires between them: values flow forward, gradients flow back (chapter 1)."""

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
from nnlib.gates.gate import Gate, Parameter
from nnlib.gates.squashing import ReLU, Sigmoid, Tanh
from nnlib.gates.unit import Unit, dot

__all__ = [
    "Add",
    "Divide",
    "Dot",
    "Exp",
    "Gate",
    "Log",
    "Maximum",
    "Multiply",
    "Negate",
    "Parameter",
    "Power",
    "Raise",
    "ReLU",
    "Sigmoid",
    "Subtract",
    "Tanh",
    "Unit",
    "dot",
]
