"""The exercises of chapter 5, from the largest rate that converges to a memory of curvature."""

from nnlib.checks.optimizers.adam import EXERCISE as ADAM
from nnlib.checks.optimizers.annealing import EXERCISE as ANNEALING
from nnlib.checks.optimizers.curvature import EXERCISE as CURVATURE
from nnlib.checks.optimizers.limits import EXERCISE as LIMITS
from nnlib.checks.optimizers.momentum import EXERCISE as MOMENTUM
from nnlib.checks.optimizers.nesterov import EXERCISE as NESTEROV

EXERCISES = (LIMITS, MOMENTUM, NESTEROV, ADAM, ANNEALING, CURVATURE)
