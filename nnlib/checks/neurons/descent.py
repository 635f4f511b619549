"""Slow, plain ways down the cross-entropy, with which exercise 2.6 compares an answer.

Weights stand in one vector, (w..., b): the bias is a weight on an input that is always 1.
"""

import itertools

import numpy as np

from nnlib.checks.exercise import distinct
from nnlib.checks.neurons.activation import sigmoid


def loss(X, t, weights):
    """The mean cross-entropy: -log of the probability of the target, finite for any z."""
    z = X @ weights[:-1] + weights[-1]
    return float(np.mean(np.logaddexp(0, np.where(t == 1, -z, z))))


def with_one(X):
    return np.column_stack([X, np.ones(len(X))])


def descend(X, t, epochs, eta, *, sign=1, summed=False, slope=False):
    """The weights (w..., b) before and after each step over all examples at once.

    With the other arguments: what a mistaken descent finds.
    """
    longer, weights = with_one(X), [np.zeros(X.shape[1] + 1)]
    for _ in range(epochs):
        y = sigmoid(longer @ weights[-1])
        delta = (y - t) * (y * (1 - y) if slope else 1)
        gradient = longer.T @ delta / (1 if summed else len(X))
        weights.append(weights[-1] - sign * eta * gradient)
    return np.array(weights)


def newton(X, t):
    """The weights (w..., b) of the smallest cross-entropy, by Newton's method."""
    longer, weights = with_one(X), np.zeros(X.shape[1] + 1)
    for _ in range(20):
        y = sigmoid(longer @ weights)
        curvature = longer.T @ (longer * (y * (1 - y))[:, np.newaxis])
        weights = weights - np.linalg.solve(curvature, longer.T @ (y - t))
    return weights


def draw(rng, examples, features=2):
    """Examples of both classes that no line parts, so that the weights stay finite."""
    while True:
        X = distinct(rng, examples * features).reshape(examples, features)
        t = rng.integers(0, 2, examples)
        first = with_one(X).T @ (0.5 - t) / examples
        if 0 < t.sum() < examples and np.abs(first).min() > 0.05:
            return X, t


def walk(X, t, eta, orders):
    """The weights (w..., b) after the given orders, one example at a time."""
    longer, weights = with_one(X), np.zeros(X.shape[1] + 1)
    for i in itertools.chain(*orders):
        weights = weights - eta * (sigmoid(longer[i] @ weights) - t[i]) * longer[i]
    return weights
