"""The exercises of chapter 1, from one division gate to automatic differentiation on a tape."""

from nnlib.checks.circuits.by_hand import EXERCISE as BY_HAND
from nnlib.checks.circuits.differences import EXERCISE as DIFFERENCES
from nnlib.checks.circuits.division import EXERCISE as DIVISION
from nnlib.checks.circuits.judge import EXERCISE as JUDGE
from nnlib.checks.circuits.neuron import EXERCISE as NEURON
from nnlib.checks.circuits.tape import EXERCISE as TAPE

EXERCISES = (DIVISION, DIFFERENCES, BY_HAND, NEURON, JUDGE, TAPE)
