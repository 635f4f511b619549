"""The layers that networks are built of, a file each (chapters 4 and 6 to 8)."""

from nnlib.layers.batch_norm import BatchNorm
from nnlib.layers.convolution import Convolution
from nnlib.layers.dense import Dense
from nnlib.layers.dropout import Dropout
from nnlib.layers.flatten import Flatten, Unflatten
from nnlib.layers.gaussian_noise import GaussianNoise
from nnlib.layers.layer import Layer, Noisy
from nnlib.layers.pooling import MaxPool, MeanPool
from nnlib.layers.scale import Scale

__all__ = [
    "BatchNorm", "Convolution", "Dense", "Dropout", "Flatten", "GaussianNoise", "Layer", "MaxPool",
    "MeanPool", "Noisy", "Scale", "Unflatten",
]  # fmt: skip
