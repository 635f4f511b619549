"""The small library of a course on neural networks: from one multiply gate to handwriting.

This page shows the names of everyday use; each room behind it (`nnlib.gates`, `nnlib.layers`, ...)
opens with what it is for. Drawing (`nnlib.plots`), controls (`nnlib.widgets`) and search
(`nnlib.search`) are imported by their own names, because what they stand on takes time to load.

Matrix products run on one thread: the products of this book are too small to share, and two threads
that wait for each other on a busy machine are many times slower than one. The environment variable
NNLIB_THREADS asks for another number, or, by 0, leaves all as it was.
"""

import os

import numpy  # noqa: F401 - its matrix library must be loaded before its threads can be limited
from threadpoolctl import threadpool_limits

from nnlib.activations import (
    ELU,
    Arctan,
    LeakyReLU,
    Linear,
    Maxout,
    ReLU,
    Sigmoid,
    Softmax,
    Softplus,
    Step,
    Tanh,
)
from nnlib.gates import Gate, Parameter, Unit, dot
from nnlib.initializers import (
    Constant,
    FanIn,
    Glorot,
    He,
    Normal,
    Orthogonal,
    Sparse,
    Uniform,
    Zeros,
)
from nnlib.layers import (
    BatchNorm,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    MaxPool,
    MeanPool,
    Scale,
    Unflatten,
)
from nnlib.losses import (
    BinaryCrossEntropy,
    CrammerSingerHinge,
    Hinge,
    SoftmaxCrossEntropy,
    SquaredError,
    SquaredHinge,
    WestonWatkinsHinge,
)
from nnlib.network import Network
from nnlib.neurons import MLP, Neuron, Perceptron
from nnlib.optimizers import (
    LBFGS,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    RMSprop,
    Rprop,
)
from nnlib.regularizers import L1, L2, ElasticNet, GroupLasso, MaxNorm
from nnlib.trainer import EarlyStopping, Trainer, TrainingDiverged

__version__ = "0.1.0"

__all__ = [
    "ELU",
    "L1",
    "L2",
    "LBFGS",
    "MLP",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Arctan",
    "BatchNorm",
    "BinaryCrossEntropy",
    "Constant",
    "Convolution",
    "CrammerSingerHinge",
    "Dense",
    "Dropout",
    "EarlyStopping",
    "ElasticNet",
    "FanIn",
    "Flatten",
    "Gate",
    "GaussianNoise",
    "Glorot",
    "GroupLasso",
    "He",
    "Hinge",
    "LeakyReLU",
    "Linear",
    "MaxNorm",
    "MaxPool",
    "Maxout",
    "MeanPool",
    "Momentum",
    "Nesterov",
    "Network",
    "Neuron",
    "Normal",
    "Orthogonal",
    "Parameter",
    "Perceptron",
    "RMSprop",
    "ReLU",
    "Rprop",
    "Scale",
    "Sigmoid",
    "Softmax",
    "SoftmaxCrossEntropy",
    "Softplus",
    "Sparse",
    "SquaredError",
    "SquaredHinge",
    "Step",
    "Tanh",
    "Trainer",
    "TrainingDiverged",
    "Unflatten",
    "Uniform",
    "Unit",
    "WestonWatkinsHinge",
    "Zeros",
    "dot",
]


def _limit_threads():
    wanted = os.environ.get("NNLIB_THREADS", "1")
    if not wanted.isdecimal():
        raise ValueError(f"NNLIB_THREADS expects a whole number from 0 up, got {wanted!r}")
    if wanted != "0":
        threadpool_limits(int(wanted), user_api="blas")


_limit_threads()
