"""Answers to exercise 7.6: an epoch of Nielsen's program."""

import numpy as np

from answers import Answers

answers = Answers("7.6")
SINGLE, DEEP = "one example, no hidden layer", "one example, two hidden layers"
MINI, ENTROPY = "minibatches, the last one smaller", "cross-entropy"
SATURATED = "an output that is sure and wrong"


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(a):
    return a * (1 - a)


def epoch(weights, biases, X, y, eta, batch_size, cost, *, output=None, hidden=slope,
          late=False, frozen=False, divide=len, divide_bias=None, drop=False,
          stale=False):  # fmt: skip
    """One epoch, a minibatch as columns; the keywords put mistakes into it."""
    first = weights, biases
    weights, biases = [W.copy() for W in weights], [b.copy() for b in biases]
    for start in range(0, len(X), batch_size):
        part, labels = X[start : start + batch_size], y[start : start + batch_size]
        if drop and len(part) < batch_size:
            break
        base = first if stale else (list(weights), list(biases))
        rows = [part.T]
        for W, b in zip(*base, strict=True):
            rows.append(sigmoid(W @ rows[-1] + b))
        T = np.zeros_like(rows[-1])
        T[labels, np.arange(len(part))] = 1
        factor = output or (slope if cost == "quadratic" else np.ones_like)
        delta = (rows[-1] - T) * factor(rows[-1])
        for k in range(len(weights) - 1, -1, -1):
            if not (frozen and k < len(weights) - 1):
                weights[k] = weights[k] - eta / divide(part) * delta @ rows[k].T
                m = (divide_bias or divide)(part)
                biases[k] = biases[k] - eta / m * delta.sum(axis=1, keepdims=True)
            W = weights[k] if late else base[0][k]
            delta = W.T @ delta * hidden(rows[k])
    return weights, biases


@answers.correct
def by_columns(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, cost)


@answers.correct
def an_example_at_a_time(weights, biases, X, y, eta, batch_size, cost):
    """As Nielsen's own program: backpropagation for each example, gradients added up."""
    for start in range(0, len(X), batch_size):
        m = len(X[start : start + batch_size])
        nabla_w = [np.zeros(W.shape) for W in weights]
        nabla_b = [np.zeros(b.shape) for b in biases]
        for x, label in zip(X[start : start + m], y[start : start + m], strict=True):
            a, rows = x.reshape(-1, 1), [x.reshape(-1, 1)]
            for W, b in zip(weights, biases, strict=True):
                a = sigmoid(np.dot(W, a) + b)
                rows.append(a)
            t = np.zeros(a.shape)
            t[label] = 1.0
            delta = a - t if cost == "cross-entropy" else (a - t) * a * (1 - a)
            for back in range(1, len(weights) + 1):
                nabla_b[-back] += delta
                nabla_w[-back] += np.dot(delta, rows[-back - 1].T)
                delta = np.dot(weights[-back].T, delta) * slope(rows[-back - 1])
        weights = [W - eta / m * nw for W, nw in zip(weights, nabla_w, strict=True)]
        biases = [b - eta / m * nb for b, nb in zip(biases, nabla_b, strict=True)]
    return weights, biases


@answers.correct
def examples_as_rows(weights, biases, X, y, eta, batch_size, cost):
    """The other orientation: a = sigmoid(a @ W.T + b.T)."""
    weights, biases = list(weights), list(biases)
    while len(X):
        part, labels, X, y = X[:batch_size], y[:batch_size], X[batch_size:], y[batch_size:]
        rows = [part]
        for W, b in zip(weights, biases, strict=True):
            rows.append(sigmoid(rows[-1] @ W.T + b.T))
        delta = rows[-1] - np.eye(len(biases[-1]))[labels]
        if cost == "quadratic":
            delta = delta * slope(rows[-1])
        for k in range(len(weights) - 1, -1, -1):
            below = delta @ weights[k] * slope(rows[k])
            weights[k] = weights[k] - eta * (delta.T @ rows[k]) / len(part)
            biases[k] = biases[k] - eta * delta.mean(axis=0)[:, None]
            delta = below
    return tuple(weights), tuple(biases)


@answers.correct
def float32(weights, biases, X, y, eta, batch_size, cost):
    weights = [W.astype(np.float32) for W in weights]
    biases = [b.astype(np.float32) for b in biases]
    eta = np.float32(eta)
    return epoch(weights, biases, X.astype(np.float32), y, eta, batch_size, cost)


@answers.mistake(SINGLE, "a step goes against the gradient")
def uphill(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, -eta, batch_size, cost)


@answers.mistake(SINGLE, "this is the cross-entropy's")
def never_quadratic(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, "cross-entropy")


@answers.mistake(SINGLE, "the sigmoid is applied twice")
def sigmoid_twice(weights, biases, X, y, eta, batch_size, cost):
    def twice(a):
        return slope(sigmoid(a))

    return epoch(weights, biases, X, y, eta, batch_size, cost, output=twice)


@answers.mistake(SINGLE, "a factor of 2")
def square_without_half(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, 2 * eta, batch_size, cost)


@answers.mistake(SINGLE, "the biases learn, too")
def weights_only(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, cost)[0], biases


@answers.mistake(SINGLE, "work on a copy, [one.copy() for one in weights]")
def in_place(weights, biases, X, y, eta, batch_size, cost):
    new_weights, new_biases = epoch(weights, biases, X, y, eta, batch_size, cost)
    for W, new in zip(weights, new_weights, strict=True):
        W[...] = new
    return weights, new_biases


@answers.mistake(SINGLE, "inside, a column is an example")
def rows_for_columns(weights, biases, X, y, eta, batch_size, cost):
    return [sigmoid(W @ X + b) for W, b in zip(weights, biases, strict=True)], biases


@answers.mistake(DEEP, "had already taken their step")
def stepped_too_early(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, cost, late=True)


@answers.mistake(DEEP, "of the hidden sigmoids is missing")
def no_hidden_slope(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, cost, hidden=np.ones_like)


@answers.mistake(DEEP, "the hidden layers haven't moved")
def last_layer_only(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, cost, frozen=True)


@answers.mistake(MINI, "are added up here")
def summed(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, cost, divide=lambda part: 1)


@answers.mistake(MINI, "divide by how many it really has")
def divided_by_batch_size(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, cost, divide=lambda part: batch_size)


@answers.mistake(MINI, "this divides by m twice")
def divided_twice(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, cost, divide=lambda part: len(part) ** 2)


@answers.mistake(MINI, "the biases' gradients are added up here")
def biases_summed(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, cost, divide_bias=lambda part: 1)


@answers.mistake(MINI, "the biases are divided by m twice")
def biases_divided_twice(weights, biases, X, y, eta, batch_size, cost):
    return epoch(
        weights, biases, X, y, eta, batch_size, cost, divide_bias=lambda part: len(part) ** 2
    )


@answers.mistake(MINI, "the weights' gradients are added up here")
def weights_summed(weights, biases, X, y, eta, batch_size, cost):
    return epoch(
        weights, biases, X, y, eta, batch_size, cost, divide=lambda part: 1, divide_bias=len
    )


@answers.mistake(MINI, "divide the weights' gradients, too")
def weights_divided_by_batch_size(weights, biases, X, y, eta, batch_size, cost):
    def size(part):
        return batch_size

    return epoch(weights, biases, X, y, eta, batch_size, cost, divide=size, divide_bias=len)


@answers.mistake(MINI, "the last examples are left out")
def last_minibatch_dropped(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, cost, drop=True)


@answers.mistake(MINI, "at the weights with which the epoch began")
def gradients_at_the_start(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, cost, stale=True)


@answers.mistake(ENTROPY, "this is the quadratic cost's step")
def always_quadratic(weights, biases, X, y, eta, batch_size, cost):
    return epoch(weights, biases, X, y, eta, batch_size, "quadratic")


@answers.mistake(ENTROPY, "the hidden layers keep it")
def no_slope_anywhere(weights, biases, X, y, eta, batch_size, cost):
    hidden = slope if cost == "quadratic" else np.ones_like
    return epoch(weights, biases, X, y, eta, batch_size, cost, hidden=hidden)


@answers.mistake(SATURATED, "never divide by a or by 1 - a")
def divides_by_zero(weights, biases, X, y, eta, batch_size, cost):
    def fraction(a):
        return slope(a) if cost == "quadratic" else slope(a) / (a * (1 - a))

    return epoch(weights, biases, X, y, eta, batch_size, cost, output=fraction)


@answers.thoughtless
def nothing_learned(weights, biases, X, y, eta, batch_size, cost):
    return weights, biases


@answers.thoughtless
def zeros(weights, biases, X, y, eta, batch_size, cost):
    return [0 * W for W in weights], [0 * b for b in biases]
