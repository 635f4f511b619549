"""How wrong a network is, as one number and its gradient: a file a family (chapters 2 to 4)."""

from nnlib.losses.cross_entropy import BinaryCrossEntropy, SoftmaxCrossEntropy, balanced_weights
from nnlib.losses.hinge import CrammerSingerHinge, Hinge, SquaredHinge, WestonWatkinsHinge
from nnlib.losses.loss import Loss, one_hot
from nnlib.losses.squared_error import SquaredError

__all__ = [
    "BinaryCrossEntropy",
    "CrammerSingerHinge",
    "Hinge",
    "Loss",
    "SoftmaxCrossEntropy",
    "SquaredError",
    "SquaredHinge",
    "WestonWatkinsHinge",
    "balanced_weights",
    "one_hot",
]
