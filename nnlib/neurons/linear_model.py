"""Neurons without activation, side by side, and one loop that fits them all (chapters 2 and 3).

Linear regression, logistic regression and the linear support vector machine differ in their loss
and in nothing else; here is what they share.
"""

import copy
import math

import numpy as np

from nnlib.gates import Parameter
from nnlib.layers import Dense
from nnlib.losses import Loss
from nnlib.validation import (
    check_count,
    check_fitted,
    check_matrix,
    check_number,
    check_rng,
    describe,
)


class LinearModel:
    """Scores z = W x + b with the least

        cost = mean loss(z, t) + strength / 2 Σ W²

    which minibatch gradient descent looks for, starting from zeros. The bias is free.

    `loss` is one of `nnlib.losses`, `optimizer` one of `nnlib.optimizers` (each fit starts with a
    copy of it, so that the model's stays as it was). An epoch goes once through all examples in
    minibatches of `batch_size`, in an order drawn from `rng`; None takes all examples at a time.
    With `average` the result is the mean of the second half of all steps, which is closer to the
    minimum than the last step where the minibatches' gradients keep jumping (Polyak and Juditsky,
    1992; Rakhlin, Shamir and Sridharan, 2012).

    A subclass says in `targets(X, y)` what the loss wants, and how scores become answers.
    Computes in float32 if X is float32, else in float64.

    After `fit`: `weights_` (features,) and `bias_`, a float, or for several outputs (K, features)
    and (K,); `costs_`, the mean cost over each epoch's minibatches, as they were met.
    """

    def __init__(self, *, loss, optimizer, strength, epochs, batch_size, average):
        if not isinstance(loss, Loss):
            raise TypeError(f"loss expects a loss like Hinge(), got {describe(loss)}")
        if optimizer is not None and (
            isinstance(optimizer, type) or not hasattr(optimizer, "step")
        ):
            raise TypeError(f"optimizer expects one like SGD(0.1), got {describe(optimizer)}")
        if not isinstance(average, bool):
            raise TypeError(f"average expects True or False, got {describe(average)}")
        self.loss = loss
        self.optimizer = optimizer
        self.strength = check_number(strength, "strength", minimum=0)
        self.epochs = check_count(epochs, "epochs")
        self.batch_size = None if batch_size is None else check_count(batch_size, "batch_size")
        self.average = average

    def fit(self, X, y, *, rng):
        """Learn from X (n, features) and y (n,).

        A fit that fails, or is stopped by Ctrl-C, leaves the model as it was.
        """
        X, rng = check_matrix(X), check_rng(rng)
        learner = copy.copy(self)
        learner._learn(X, y, rng)
        vars(self).update(vars(learner))
        return self

    def _learn(self, X, y, rng):
        """Set the attributes that `fit` promises."""
        X = np.ascontiguousarray(X, X.dtype if X.dtype == np.float32 else np.float64)
        T = np.ascontiguousarray(self.targets(X, y).T, X.dtype)
        neurons = _Neurons(X.shape[1], T.shape[1], X.dtype)
        optimizer = copy.deepcopy(self.optimizer or self.default_optimizer(X))
        optimizer.reset()
        self._descend(neurons, optimizer, X, T, rng)
        W, b = neurons.W.value.astype(np.float64), neurons.b.value[:, 0].astype(np.float64)
        self.weights_, self.bias_ = (W[0], float(b[0])) if len(W) == 1 else (W, b)

    def targets(self, X, y):
        """What the loss compares the scores with: an array (outputs, n)."""
        raise NotImplementedError(f"{type(self).__name__} needs a method targets(X, y)")

    def default_optimizer(self, X):
        raise NotImplementedError(f"{type(self).__name__} needs an optimizer")

    def scores(self, X):
        """W x + b for X (n, features): (n,), or (n, K) where there are several outputs."""
        check_fitted(self, "weights_")
        X = check_matrix(X, features=self.weights_.shape[-1])
        return X @ self.weights_.T + self.bias_

    def _descend(self, neurons, optimizer, X, T, rng):
        """Walk the neurons' parameters downhill, `epochs` times through the examples."""
        n = len(X)
        batch = n if self.batch_size is None else min(self.batch_size, n)
        X_batch, T_batch = np.empty_like(X[:batch]), np.empty_like(T[:batch])
        loss = copy.deepcopy(self.loss)
        steps = self.epochs * -(-n // batch)
        mean = _LaterMean(neurons.value, steps) if self.average else None
        self.costs_ = []
        for _ in range(self.epochs):
            order, total = rng.permutation(n), 0.0
            for start in range(0, n, batch):
                chosen = order[start : start + batch]
                size = len(chosen)
                x = X.take(chosen, 0, X_batch[:size], "clip").T
                t = T.take(chosen, 0, T_batch[:size], "clip").T
                total += size * self._gradient(neurons, loss, x, t)
                optimizer.step([neurons])
                if mean:
                    mean.add()
            self.costs_.append(total / n)
        if mean:
            mean.settle()

    def _gradient(self, neurons, loss, x, t):
        """Write the gradient of the cost on the examples in x's columns; return that cost."""
        cost = loss.measure(neurons.forward(x), t)
        neurons.backward(loss.backward())
        W = neurons.W.value
        neurons.W.grad += np.multiply(W, self.strength, out=neurons.buffer_like("decay", W))
        return cost + self.strength / 2 * float(np.vdot(W, W))

    def __repr__(self):
        return f"{type(self).__name__}(strength={self.strength:g}, epochs={self.epochs})"


def mean_size(X):
    """1 + |x|², the mean over the rows x of X (n, features): a step's length goes with its inverse.

    Raises ValueError where it is too large for a float.
    """
    with np.errstate(over="ignore"):
        size = 1 + float(np.vdot(X, X)) / len(X)
    if not math.isfinite(size):
        raise ValueError(
            f"X holds numbers as large as {np.abs(X).max():g}, whose squares are too large for a "
            f"{X.dtype}: scale X"
        )
    return size


class _Neurons(Dense):
    """K neurons of zeros, whose weights and biases lie in one vector for an optimizer to move."""

    input_grad = False

    def __init__(self, features, K, dtype):
        super().__init__(features, K)
        self.value, self.grad = np.zeros((2, K * (features + 1)), dtype)
        self.W, self.b = Parameter(np.zeros((K, features))), Parameter(np.zeros((K, 1)))
        for name in ("value", "grad"):
            W, b = np.split(getattr(self, name), [K * features])
            setattr(self.W, name, W.reshape(K, features))
            setattr(self.b, name, b.reshape(K, 1))


class _LaterMean:
    """The mean of a changing vector over the second half of all steps."""

    def __init__(self, vector, steps):
        self.vector = vector
        self.left = steps // 2  # steps before the mean begins
        self.count = 0
        self.total = np.zeros(len(vector))

    def add(self):
        if self.left > 0:
            self.left -= 1
            return
        self.count += 1
        self.total += self.vector

    def settle(self):
        self.vector[...] = self.total / self.count
