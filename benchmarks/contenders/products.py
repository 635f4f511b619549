"""The practical limit: the matrix products of the work alone, in NumPy, and nothing else."""

import numpy as np
from threadpoolctl import threadpool_limits

threadpool_limits(1)


def training(work):
    """W a forward, dz aᵀ backward, and Wᵀ dz where a layer below asks for it."""
    products = []
    for index, (W, _) in enumerate(work.weights()):
        W = W.astype(np.float32)
        rows = np.ones((work.batch, W.shape[1]), np.float32)
        a = rows.T if index == 0 else np.ascontiguousarray(rows.T)
        z = np.empty((len(W), work.batch), np.float32)
        dz, dW, da = np.ones_like(z), np.empty_like(W), np.empty((W.shape[1], work.batch), W.dtype)
        products += [(W, a, z), (dz, a.T, dW)]
        if index:
            products.append((W.T, dz, da))

    def run():
        for _ in range(work.epoch):
            for left, right, out in products:
                left.dot(right, out=out)

    return run, work.epoch


def convnet(work):
    """The same where filters are laid on windows: a product for each row of places."""
    sides, products = [work.side], []
    for _ in range(2):
        sides.append((sides[-1] - work.size + 1) // 2)
    for index, (W, _) in enumerate(work.weights()):
        W = W.reshape(len(W), -1).astype(np.float32)
        rows = sides[index] - work.size + 1 if index < 2 else 1
        columns = np.ones((rows, W.shape[1], rows * work.batch), np.float32)
        z = np.empty((rows, len(W), rows * work.batch), np.float32)
        dW = np.empty((rows, *W.T.shape), np.float32)
        products += [(W, columns, z), (columns, np.ones_like(z).transpose(0, 2, 1), dW)]
        if index:
            products.append((W.T, np.ones_like(z), np.empty_like(columns)))

    def run():
        for _ in range(work.epoch):
            for left, right, out in products:
                np.matmul(left, right, out=out)

    return run, work.epoch
