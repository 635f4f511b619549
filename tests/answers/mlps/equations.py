"""Answers to exercise 4.3: the four equations."""

import numpy as np

from answers import Answers

answers = Answers("4.3")
SINGLE, HIDDEN = "a single layer", "one hidden layer"
DEEP, LARGE = "four layers, and one example alone", "scores in the thousands"


def softmax(z):
    E = np.exp(z - z.max(axis=0))
    return E / E.sum(axis=0)


def forward(weights, biases, X):
    a = [X.T]
    for W, b in zip(weights, biases, strict=True):
        a.append(np.tanh(W @ a[-1] + b))
    return a[:-1], weights[-1] @ a[-2] + biases[-1]


def back(weights, a, delta, slope=lambda a: 1 - a**2):
    dW, db = [None] * len(weights), [None] * len(weights)
    for l in range(len(weights) - 1, -1, -1):
        dW[l], db[l] = delta @ a[l].T, delta.sum(axis=1, keepdims=True)
        if l > 0:
            delta = weights[l].T @ delta * slope(a[l])
    return dW, db


def with_last(weights, biases, X, y, last, **other):
    a, z = forward(weights, biases, X)
    t = np.zeros(z.shape)
    t[y, np.arange(len(y))] = 1
    return back(weights, a, last(z, softmax(z), t), **other)


def right(weights, biases, X, y, **other):
    return with_last(weights, biases, X, y, lambda z, p, t: (p - t) / len(y), **other)


@answers.correct
def vectorized(weights, biases, X, y):
    return right(weights, biases, X, y)


@answers.correct
def one_example_at_a_time(weights, biases, X, y):
    dW, db = [0 * W for W in weights], [0 * b for b in biases]
    for x, label in zip(X, y, strict=True):
        a = [x]
        for W, b in zip(weights[:-1], biases[:-1], strict=True):
            a.append(np.tanh(W @ a[-1] + b.ravel()))
        z = weights[-1] @ a[-1] + biases[-1].ravel()
        delta = np.exp(z - z.max())
        delta = delta / delta.sum()
        delta[label] -= 1
        for l in range(len(weights) - 1, -1, -1):
            dW[l] = dW[l] + np.outer(delta, a[l]) / len(y)
            db[l] = db[l] + delta[:, None] / len(y)
            delta = (weights[l].T @ delta) * (1 - a[l]) * (1 + a[l])
    return dW, db


@answers.correct
def rows_inside(weights, biases, X, y):
    """As many libraries have it: an example a row."""
    a = [X]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        a.append(np.tanh(a[-1] @ W.T + b.T))
    z = a[-1] @ weights[-1].T + biases[-1].T
    delta = np.exp(z - np.logaddexp.reduce(z, axis=1)[:, None])
    delta = (delta - np.eye(z.shape[1])[y]) / len(y)
    dW, db = [], []
    for W, inputs in zip(weights[::-1], a[::-1], strict=True):
        dW.append(delta.T @ inputs)
        db.append(delta.sum(axis=0)[:, None])
        delta = delta @ W * (1 - inputs**2)
    return tuple(dW[::-1]), tuple(db[::-1])


@answers.correct
def float32(weights, biases, X, y):
    weights = [W.astype(np.float32) for W in weights]
    biases = [b.astype(np.float32) for b in biases]
    return right(weights, biases, X.astype(np.float32), y)


@answers.mistake(SINGLE, "the cost is a mean")
def summed(weights, biases, X, y):
    return with_last(weights, biases, X, y, lambda z, p, t: p - t)


@answers.mistake(SINGLE, "this is t - p")
def downhill(weights, biases, X, y):
    return with_last(weights, biases, X, y, lambda z, p, t: (t - p) / len(y))


@answers.mistake(SINGLE, "without a tanh")
def tanh_on_the_last(weights, biases, X, y):
    def last(z, p, t):
        return (p - t) / len(y) * (1 - np.tanh(z) ** 2)

    return with_last(weights, biases, X, y, last)


@answers.mistake(SINGLE, "the last layer hands its z to softmax as it is")
def tanh_before_softmax(weights, biases, X, y):
    return with_last(
        weights, biases, X, y, lambda z, p, t: (softmax(np.tanh(z)) - t) / len(y)
    )


@answers.mistake(SINGLE, "the last layer hands its z to softmax as it is")
def tanh_before_softmax_and_its_slope(weights, biases, X, y):
    def last(z, p, t):
        return (softmax(np.tanh(z)) - t) / len(y) * (1 - np.tanh(z) ** 2)

    return with_last(weights, biases, X, y, last)


@answers.mistake(SINGLE, "[W.copy() for W in weights]: a copy of the list still holds")
def into_the_weights(weights, biases, X, y):
    dW, db = right(weights, biases, X, y)
    copies = weights.copy()
    for W, g in zip(copies, dW, strict=True):
        W -= g
    return dW, db


@answers.mistake(SINGLE, "[b.copy() for b in biases]: a copy of the list still holds")
def into_the_biases(weights, biases, X, y):
    dW, db = right(weights, biases, X, y)
    for b, g in zip(list(biases), db, strict=True):
        b[...] = g
    return dW, db


@answers.mistake(SINGLE, "it is one array, of shape (4, 3). one array came back: `return dW, db`")
def the_last_dW_alone(weights, biases, X, y):  # noqa: N802
    return right(weights, biases, X, y)[0][-1]


@answers.mistake(SINGLE, "the slope of the last layer cancels")
def squared_error(weights, biases, X, y):
    return with_last(weights, biases, X, y, lambda z, p, t: (p - t) * p * (1 - p) / len(y))


@answers.mistake(SINGLE, "t is no label but a column")
def labels(weights, biases, X, y):
    return with_last(weights, biases, X, y, lambda z, p, t: (p - y) / len(y))


@answers.mistake(SINGLE, "this is p / n")
def no_target(weights, biases, X, y):
    return with_last(weights, biases, X, y, lambda z, p, t: p / len(y))


@answers.mistake(SINGLE, "this takes their mean")
def mean_of_biases(weights, biases, X, y):
    dW, db = right(weights, biases, X, y)
    return dW, [g / len(y) for g in db]


@answers.mistake(SINGLE, "(dW, db), in this order")
def biases_first(weights, biases, X, y):
    dW, db = right(weights, biases, X, y)
    return db, dW


@answers.mistake(SINGLE, "keepdims=True")
def flat_biases(weights, biases, X, y):
    dW, db = right(weights, biases, X, y)
    return dW, [g.ravel() for g in db]


@answers.mistake(SINGLE, "this bias has a gradient, too")
def no_biases(weights, biases, X, y):
    dW, db = right(weights, biases, X, y)
    return dW, [0 * g for g in db]


@answers.mistake(SINGLE, "W @ a goes forward")
def examples_as_rows(weights, biases, X, y):
    return right(weights, biases, X.T, y)


@answers.mistake(HIDDEN, "dW is the wrong way round")
def last_layer_first(weights, biases, X, y):
    dW, db = right(weights, biases, X, y)
    return dW[::-1], db[::-1]


@answers.mistake(HIDDEN, "the slope of tanh is missing")
def no_slope(weights, biases, X, y):
    return right(weights, biases, X, y, slope=lambda a: 1)


@answers.mistake(HIDDEN, "this has its input z there")
def slope_at_the_input(weights, biases, X, y):
    return right(weights, biases, X, y, slope=lambda a: 1 - np.arctanh(a) ** 2)


@answers.mistake(HIDDEN, "the slope of the sigmoid")
def slope_of_the_sigmoid(weights, biases, X, y):
    return right(weights, biases, X, y, slope=lambda a: a * (1 - a))


@answers.mistake(HIDDEN, "tanh is applied twice")
def tanh_twice(weights, biases, X, y):
    return right(weights, biases, X, y, slope=lambda a: 1 - np.tanh(a) ** 2)


@answers.mistake(HIDDEN, "W.T @ delta goes back")
def no_transpose(weights, biases, X, y):
    a, z = forward(weights, biases, X)
    delta = (softmax(z) - np.eye(len(z))[:, y]) / len(y)
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, delta @ a[l].T)
        db.insert(0, delta.sum(axis=1, keepdims=True))
        if l:
            delta = (weights[l] @ delta) * (1 - a[l] ** 2)
    return dW, db


@answers.mistake(DEEP, "W @ delta makes no error")
def no_transpose_where_square(weights, biases, X, y):
    a, z = forward(weights, biases, X)
    delta = (softmax(z) - np.eye(len(z))[:, y]) / len(y)
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, delta @ a[l].T)
        db.insert(0, delta.sum(axis=1, keepdims=True))
        W = weights[l]
        delta = (W @ delta if len(W) == W.shape[1] else W.T @ delta) * (1 - a[l] ** 2)
    return dW, db


@answers.mistake(DEEP, "every hidden layer got its delta from the last one")
def always_from_the_last(weights, biases, X, y):
    a, z = forward(weights, biases, X)
    last = (softmax(z) - np.eye(len(z))[:, y]) / len(y)
    dW, db = [last @ a[-1].T], [last.sum(axis=1, keepdims=True)]
    for l in range(len(weights) - 1, 0, -1):
        delta = weights[-1].T @ last * (1 - a[l] ** 2)
        dW.insert(0, delta @ a[l - 1].T)
        db.insert(0, delta.sum(axis=1, keepdims=True))
    return dW, db


@answers.mistake(DEEP, "dW has to be a list of 4 arrays")
def two_layers_at_most(weights, biases, X, y):
    dW, db = right(weights, biases, X, y)
    return dW[-2:], db[-2:]


@answers.mistake(LARGE, "Take each column's own largest score away")
def overflows(weights, biases, X, y):
    def last(z, p, t):
        return (np.exp(z) / np.exp(z).sum(axis=0) - t) / len(y)

    return with_last(weights, biases, X, y, last)


@answers.mistake(LARGE, "A limit such as np.clip changes them")
def clipped(weights, biases, X, y):
    def last(z, p, t):
        return (softmax(np.clip(z, -100, 100)) - t) / len(y)

    return with_last(weights, biases, X, y, last)


@answers.thoughtless
def zeros(weights, biases, X, y):
    return [0 * W for W in weights], [0 * b for b in biases]


@answers.thoughtless
def inputs_back(weights, biases, X, y):
    return weights, biases
