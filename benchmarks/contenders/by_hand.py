"""The same step written out by hand: no layer, no check, no history, nothing but NumPy's calls.

What a sigmoid network with one hidden layer costs at least, in float32 and with every array made
once. The difference to ours is what the classes cost.
"""

import numpy as np
from threadpoolctl import threadpool_limits

threadpool_limits(1)
FETCH = 2**18  # bytes of examples fetched at a time


def training(work):
    X, y = work.data()
    targets = np.eye(work.sizes[-1], dtype=np.float32)[y]
    step, _ = make_step(work)
    rng = np.random.default_rng(2)
    fetched = work.batch * max(1, FETCH // X[: work.batch].nbytes)
    rows, T_rows = np.empty_like(X[:fetched]), np.empty_like(targets[:fetched])

    def run():
        order = rng.permutation(work.epoch * work.batch) % len(X)  # whole minibatches alone
        for start in range(0, len(order), fetched):
            index = order[start : start + fetched]
            X.take(index, 0, rows[: len(index)], "clip")
            targets.take(index, 0, T_rows[: len(index)], "clip")
            for first in range(0, len(index), work.batch):
                part = slice(first, first + work.batch)
                step(rows[part], np.ascontiguousarray(T_rows[part].T))

    return run, work.epoch


def make_step(work):
    """A step of SGD, a function of X (batch, features), T (outputs, batch); and the parameters."""
    parameters = np.concatenate([p.ravel() for pair in work.weights() for p in pair])
    parameters = parameters.astype(np.float32)
    grads, shift = np.empty_like(parameters), np.empty_like(parameters)
    (W1, b1, W2, b2), (dW1, db1, dW2, db2) = views(parameters, work), views(grads, work)
    room = [np.empty((width, work.batch), np.float32) for width in work.sizes[1:] for _ in "za"]
    z1, a1, z2, a2 = room
    dz1, slope1, dz2, slope2 = [np.empty_like(array) for array in room]
    flat = dz2.reshape(-1)
    constants = 1, 0.5, 1 / work.batch, work.rate
    one, half, share, rate = [np.array(number, np.float32) for number in constants]
    ones = np.ones((work.batch, 1), np.float32)

    def step(X, T):
        W1.dot(X.T, z1)
        a1[...] = b1
        np.add(z1, a1, z1)
        sigmoid(z1, a1, half, one)
        W2.dot(a1, z2)
        a2[...] = b2
        np.add(z2, a2, z2)
        sigmoid(z2, a2, half, one)

        np.subtract(a2, T, dz2)
        loss = float(flat.dot(flat)) / 2
        np.multiply(dz2, share, dz2)
        multiply_by_slope(dz2, a2, slope2, one)
        dz2.dot(a1.T, dW2)
        dz2.dot(ones, db2)
        W2.T.dot(dz2, dz1)
        multiply_by_slope(dz1, a1, slope1, one)
        dz1.dot(X, dW1)
        dz1.dot(ones, db1)

        np.multiply(grads, rate, shift)
        np.subtract(parameters, shift, parameters)
        return loss

    return step, parameters


def views(vector, work):
    """W1, b1, W2, b2 in a vector of all parameters."""
    stop, parts = 0, []
    for fan_in, fan_out in zip(work.sizes[:-1], work.sizes[1:], strict=True):
        for shape in ((fan_out, fan_in), (fan_out, 1)):
            start, stop = stop, stop + shape[0] * shape[1]
            parts.append(vector[start:stop].reshape(shape))
    return parts


def sigmoid(z, a, half, one):
    np.multiply(z, half, a)
    np.tanh(a, a)
    np.add(a, one, a)
    np.multiply(a, half, a)


def multiply_by_slope(dz, a, slope, one):
    np.subtract(one, a, slope)
    np.multiply(slope, a, slope)
    np.multiply(dz, slope, dz)
