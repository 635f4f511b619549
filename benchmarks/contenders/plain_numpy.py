"""Backpropagation as the four equations have it, one example after another, in float64 NumPy.

What a reader writes after a first chapter on backpropagation, and how Nielsen's book trains.
"""

import numpy as np
from threadpoolctl import threadpool_limits

threadpool_limits(1)
STEPS = 50  # a run: an epoch would take long


def training(work):
    X, y = work.data()
    targets = np.eye(work.sizes[-1])
    examples = [
        (x.astype(np.float64).reshape(-1, 1), targets[:, [label]])
        for x, label in zip(X, y, strict=True)
    ]
    weights = [W.copy() for W, _ in work.weights()]
    biases = [b.reshape(-1, 1).copy() for _, b in work.weights()]
    rng = np.random.default_rng(2)

    def run():
        order = rng.permutation(len(examples))
        for start in range(0, STEPS * work.batch, work.batch):
            minibatch = [examples[i] for i in order[start : start + work.batch]]
            update(weights, biases, minibatch, work.rate)

    return run, STEPS


def update(weights, biases, minibatch, rate):
    """One step of gradient descent by the mean gradient of the minibatch."""
    sum_W = [np.zeros(W.shape) for W in weights]
    sum_b = [np.zeros(b.shape) for b in biases]
    for x, t in minibatch:
        grads_W, grads_b = backpropagate(weights, biases, x, t)
        sum_W = [total + grad for total, grad in zip(sum_W, grads_W, strict=True)]
        sum_b = [total + grad for total, grad in zip(sum_b, grads_b, strict=True)]
    for layer in range(len(weights)):
        weights[layer] = weights[layer] - rate / len(minibatch) * sum_W[layer]
        biases[layer] = biases[layer] - rate / len(minibatch) * sum_b[layer]


def backpropagate(weights, biases, x, t):
    """The gradient of the quadratic cost of one example."""
    activations, sums = [x], []
    for W, b in zip(weights, biases, strict=True):
        sums.append(np.dot(W, activations[-1]) + b)
        activations.append(sigmoid(sums[-1]))
    delta = (activations[-1] - t) * slope(sums[-1])
    grads_W, grads_b = [np.dot(delta, activations[-2].T)], [delta]
    for layer in range(2, len(weights) + 1):
        delta = np.dot(weights[1 - layer].T, delta) * slope(sums[-layer])
        grads_W.insert(0, np.dot(delta, activations[-layer - 1].T))
        grads_b.insert(0, delta)
    return grads_W, grads_b


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def slope(z):
    return sigmoid(z) * (1 - sigmoid(z))
