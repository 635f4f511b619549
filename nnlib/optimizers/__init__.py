"""Ways to walk downhill: each takes parameters with a `value` and a `grad`, and moves the values.

Chapter 5 derives them and lets them race. An optimizer asks for nothing but `value` and `grad`, so
the same one trains a circuit of units, a neuron and a network; its class holds one formula.
"""

from nnlib.optimizers.adaptive import Adam
from nnlib.optimizers.base import NonFiniteGradient, Optimizer
from nnlib.optimizers.first_order import SGD, Momentum

__all__ = ["SGD", "Adam", "Momentum", "NonFiniteGradient", "Optimizer"]
