"""The layers that networks are built of, a file each (chapters 4, 6 and 7)."""

from nnlib.layers.batch_norm import BatchNorm
from nnlib.layers.dense import Dense
from nnlib.layers.dropout import Dropout
from nnlib.layers.flatten import Flatten
from nnlib.layers.gaussian_noise import GaussianNoise
from nnlib.layers.layer import Layer, Noisy
from nnlib.layers.scale import Scale

__all__ = ["BatchNorm", "Dense", "Dropout", "Flatten", "GaussianNoise", "Layer", "Noisy", "Scale"]
