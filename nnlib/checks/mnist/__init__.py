"""The exercises of chapter 7, from ink alone to a program that learns to read digits."""

from nnlib.checks.mnist.bits import EXERCISE as BITS
from nnlib.checks.mnist.confusion import EXERCISE as CONFUSION
from nnlib.checks.mnist.darkness import EXERCISE as DARKNESS
from nnlib.checks.mnist.program import EXERCISE as PROGRAM
from nnlib.checks.mnist.silent import EXERCISE as SILENT
from nnlib.checks.mnist.spread import EXERCISE as SPREAD

EXERCISES = (DARKNESS, CONFUSION, SILENT, SPREAD, BITS, PROGRAM)
