"""Landscapes to walk on: functions that optimizers race on, and cuts through a network's cost.

Chapter 3 walks over a classifier's cost, chapter 5 over all the others.
"""

from nnlib.surfaces.chart import Chart
from nnlib.surfaces.classifier import (
    ClassifierSurface,
    HingeLoss,
    LogisticLoss,
    MarginLoss,
    SquaredHingeLoss,
    SquaredLoss,
)
from nnlib.surfaces.many_minima import Himmelblau, Rastrigin, Saddle, StyblinskiTang
from nnlib.surfaces.slices import Slice, line_between, plane_through, principal_slice, random_slice
from nnlib.surfaces.surface import Surface
from nnlib.surfaces.valleys import Beale, Bowl, Plateau, Ravine, Rosenbrock

__all__ = [
    "Beale",
    "Bowl",
    "Chart",
    "ClassifierSurface",
    "HingeLoss",
    "Himmelblau",
    "LogisticLoss",
    "MarginLoss",
    "Plateau",
    "Rastrigin",
    "Ravine",
    "Rosenbrock",
    "Saddle",
    "Slice",
    "SquaredHingeLoss",
    "SquaredLoss",
    "StyblinskiTang",
    "Surface",
    "line_between",
    "plane_through",
    "principal_slice",
    "random_slice",
]
