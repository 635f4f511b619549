"""nnlib, as a reader uses it."""

import numpy as np

from nnlib.activations import ReLU, Sigmoid
from nnlib.layers import Dense
from nnlib.losses import SoftmaxCrossEntropy, SquaredError
from nnlib.network import Network
from nnlib.optimizers import SGD, Adam
from nnlib.trainer import Trainer


def training(work, dtype=np.float32):
    """Rounds of `Trainer.fit`, shuffling, history and checks included."""
    X, y = work.data()
    network = make_network(work, dtype)
    optimizer = {"sgd": SGD, "adam": Adam}[work.optimizer](work.rate)
    trainer = Trainer(network, optimizer, rng=np.random.default_rng(2))
    n = min(work.steps * work.batch, len(X))
    epochs = work.steps * work.batch // n
    return lambda: trainer.fit(X[:n], y[:n], epochs=epochs, batch_size=work.batch)


def make_network(work, dtype):
    layers = []
    last = len(work.sizes) - 2
    for index, (fan_in, fan_out) in enumerate(zip(work.sizes[:-1], work.sizes[1:], strict=True)):
        layers.append(Dense(fan_in, fan_out))
        if work.activation == "sigmoid":
            layers.append(Sigmoid())
        elif index < last:
            layers.append(ReLU())
    loss = SquaredError() if work.activation == "sigmoid" else SoftmaxCrossEntropy()
    network = Network(layers, loss=loss, rng=np.random.default_rng(1), dtype=dtype)
    starts = [array.ravel() for pair in work.weights() for array in pair]
    network.parameters_vector = np.concatenate(starts)
    return network
