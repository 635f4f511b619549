"""The exercises of chapter 4, from one layer to an engine for all functions of matrices."""

from nnlib.checks.mlps.engine import EXERCISE as ENGINE
from nnlib.checks.mlps.equations import EXERCISE as EQUATIONS
from nnlib.checks.mlps.layer import EXERCISE as LAYER
from nnlib.checks.mlps.leak import EXERCISE as LEAK
from nnlib.checks.mlps.softmax import EXERCISE as SOFTMAX
from nnlib.checks.mlps.tied import EXERCISE as TIED

EXERCISES = (LAYER, SOFTMAX, EQUATIONS, LEAK, TIED, ENGINE)
