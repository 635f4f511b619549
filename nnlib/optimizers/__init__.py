"""Ways to walk downhill: each takes parameters with a `value` and a `grad`, and moves the values.

Chapter 5 derives them and lets them race. An optimizer asks for nothing but `value` and `grad`, so
the same one trains a circuit of units, a neuron and a network; its class holds one formula.
"""

from nnlib.optimizers.adaptive import Adadelta, Adagrad, Adam, AdamW, RMSprop
from nnlib.optimizers.base import NonFiniteGradient, Optimizer
from nnlib.optimizers.first_order import SGD, Gains, Momentum, Nesterov, Rprop
from nnlib.optimizers.lbfgs import LBFGS, Descent
from nnlib.optimizers.transforms import ClipNorm, ClipValue, GradientNoise
from nnlib.optimizers.walks import walks

__all__ = [
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "ClipNorm",
    "ClipValue",
    "Descent",
    "Gains",
    "GradientNoise",
    "Momentum",
    "Nesterov",
    "NonFiniteGradient",
    "Optimizer",
    "RMSprop",
    "Rprop",
    "walks",
]
