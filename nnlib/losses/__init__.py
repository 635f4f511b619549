"""How wrong a network is, as one number and its gradient: a file a family (chapters 2 to 4)."""

from nnlib.losses.cross_entropy import SoftmaxCrossEntropy
from nnlib.losses.loss import Loss, one_hot
from nnlib.losses.squared_error import SquaredError

__all__ = ["Loss", "SoftmaxCrossEntropy", "SquaredError", "one_hot"]
