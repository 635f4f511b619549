"""The exercises of chapter 8, from counting windows to asking every pixel of a digit."""

from nnlib.checks.convolution.branches import EXERCISE as BRANCHES
from nnlib.checks.convolution.columns import EXERCISE as COLUMNS
from nnlib.checks.convolution.pixels import EXERCISE as PIXELS
from nnlib.checks.convolution.sides import EXERCISE as SIDES
from nnlib.checks.convolution.sliding import EXERCISE as SLIDING
from nnlib.checks.convolution.switches import EXERCISE as SWITCHES

EXERCISES = (SIDES, SLIDING, COLUMNS, SWITCHES, BRANCHES, PIXELS)
