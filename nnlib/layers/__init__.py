"""The layers that networks are built of, a file each (chapters 4, 6 and 7)."""

from nnlib.layers.dense import Dense
from nnlib.layers.flatten import Flatten
from nnlib.layers.layer import Layer

__all__ = ["Dense", "Flatten", "Layer"]
