"""nnlib, as a reader uses it."""

import numpy as np

from nnlib import (
    SGD,
    Adam,
    Convolution,
    Dense,
    Flatten,
    MaxPool,
    Network,
    ReLU,
    Sigmoid,
    SoftmaxCrossEntropy,
    SquaredError,
    Trainer,
    Unflatten,
    Unit,
)
from nnlib.neurons import MLP
from nnlib.surfaces import Slice
from nnlib.svm import LinearSVM

ENOUGH = 10**8  # steps times parameters: a few tenths of a second


def training(work, dtype=np.float32):
    """Some epochs by `Trainer.fit`: with its checks, its shuffling and its history.

    So many that what it does once weighs as little as in a real training.
    """
    network = make_network(work, dtype)
    epochs = 1 + min(9, ENOUGH // (work.epoch * len(network.parameters_vector)))
    return fit(work, network, epochs)


def fit(work, network, epochs):
    X, y = work.data()
    optimizer = {"sgd": SGD, "adam": Adam}[work.optimizer](work.rate)
    trainer = Trainer(network, optimizer, rng=np.random.default_rng(2))

    def run():
        trainer.fit(X, y, epochs=epochs, batch_size=work.batch)

    return run, epochs * work.epoch


def training_in_float64(work):
    """The same in float64."""
    return training(work, np.float64)


def convnet(work):
    """An epoch of a convolutional network."""
    return fit(work, make_convnet(work, np.float32), epochs=1)


def circuit(work):
    """A circuit of Units."""
    X, y = work.data()
    mlp = MLP(list(work.widths), rng=np.random.default_rng(0))
    parameters, optimizer = mlp.parameters(), SGD(work.rate)

    def run():
        losses = [(1 - label * mlp(x)).relu() for x, label in zip(X, y, strict=True)]
        loss = sum(losses, Unit(0.0)) / len(X)
        loss = loss + 1e-4 * sum((p * p for p in parameters), Unit(0.0))
        for parameter in parameters:
            parameter.zero_grad()
        loss.backward()
        optimizer.step(parameters)

    return run, 1


def machines(work):
    """LinearSVM, its ten boundaries side by side."""
    X, y = work.data()
    model = LinearSVM(strength=work.strength, epochs=work.epochs)
    return lambda: model.fit(X, y, rng=np.random.default_rng(0)), work.epochs


def cut(work):
    """A Slice through the network's cost."""
    X, y = work.data()
    network = make_network(work, np.float32)
    directions = [flat(direction) for direction in work.directions()]
    surface = Slice(network.cost(X, y), network.parameters_vector.copy(), directions)
    grid = np.linspace(-1, 1, work.side)
    return lambda: surface(np.array(np.meshgrid(grid, grid))), 1


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
    network.parameters_vector = flat(work.weights())
    return network


def make_convnet(work, dtype):
    _, first, second, hidden, classes = work.sizes
    fan_in = work.weights()[2][0].shape[1]
    layers = [
        *[Unflatten(1, work.side, work.side)],
        *[Convolution(1, first, work.size), MaxPool(2), ReLU()],
        *[Convolution(first, second, work.size), MaxPool(2), ReLU()],
        *[Flatten(), Dense(fan_in, hidden), ReLU(), Dense(hidden, classes)],
    ]
    loss, rng = SoftmaxCrossEntropy(), np.random.default_rng(1)
    network = Network(layers, loss=loss, rng=rng, dtype=dtype)
    network.parameters_vector = flat(work.weights())
    return network


def flat(pairs):
    return np.concatenate([array.ravel() for pair in pairs for array in pair])
