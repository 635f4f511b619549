"""A network: layers in a row, a loss at the end, and all it can learn in one vector (chapter 4).

Data come in as X (n, features), a row an example. Inside, a minibatch is (features, n), a column an
example, so that a layer's line of code is its equation for one example and for many.
"""

import contextlib
import copy

import numpy as np

from nnlib.initializers import check_float_dtype
from nnlib.layers import Noisy
from nnlib.losses import Loss
from nnlib.network import storage
from nnlib.network.cost import Cost
from nnlib.network.table import table
from nnlib.network.vector import join
from nnlib.network.wiring import (
    check_examples,
    check_layers,
    check_logits,
    check_loss,
    check_outputs,
    check_regularizer,
    check_targets_shape,
    widths,
)
from nnlib.validation import check_fits, check_rng, check_same_length, check_vector

CHUNK = 512  # examples evaluated at a time: enough to be fast, few enough to stay in the cache


class Network:
    """Layers in a row, and the loss that says how wrong their answers are.

        z1 = W1 x + b1,  a1 = f(z1),  z2 = W2 a1 + b2,  ...,  cost = mean loss + penalty

    A network is a point on its cost surface. Its parameters are *one* vector, `parameters_vector`,
    their gradients another, `gradients_vector`; the `value` and the `grad` of every Parameter are
    views into the two. `value` and `grad` are the names by which an optimizer knows them, so that
    `optimizer.step([network])` moves all of it.

    `layers` are gates in the order of the flow, each used once; `regularizer` adds a penalty on the
    weights to the cost (but for `MaxNorm`, which the trainer applies after each step); `rng` draws
    the first weights; `dtype` is np.float64 or np.float32, which is about twice as fast and
    accurate enough to train in.

    X is (n, features), or (n, channels, height, width) where a layer on images comes first; with an
    `Unflatten` before it, images may come as rows of pixels.

    X may be of any number type; it is converted, never changed. Bytes (uint8) that aren't just 0
    and 1 are refused, because pixels from 0 to 255 saturate a network that expects 0 to 1: scale
    them, or begin the layers with `Scale(1 / 255)`.

    Its layers write into arrays of their own, in `predict`, too. So a network serves one thread at
    a time: give each thread a copy of its own, `copy.deepcopy(network)`.

    >>> from nnlib import Dense, Sigmoid, SquaredError
    >>> layers = [Dense(784, 30), Sigmoid(), Dense(30, 10), Sigmoid()]
    >>> network = Network(layers, loss=SquaredError(), rng=np.random.default_rng(0))
    >>> network.parameters_vector.shape
    (23860,)

    Raises ValueError where neighbours don't fit together, and TypeError for arguments of the wrong
    kind; both name the layer.
    """

    def __init__(self, layers, *, loss, regularizer=None, rng, dtype=np.float64):
        self.layers = check_layers(layers)
        self.loss = check_loss(loss)
        check_outputs(self.loss, widths(self.layers)[-1])
        check_logits(self.layers, self.loss)
        self.regularizer = check_regularizer(regularizer)
        self.dtype = check_float_dtype(dtype)
        check_rng(rng)
        for layer in sorted(self.layers, key=lambda layer: isinstance(layer, Noisy)):  # last of all
            if hasattr(layer, "initialize"):
                layer.initialize(rng=rng, dtype=self.dtype)
        self._join_parameters()
        self.training = False

    # One vector

    def parameters(self):
        """The Parameters of all layers, in the order of the flow."""
        return list(self._parameters)

    @property
    def parameters_vector(self):
        """All parameters in one vector. Assigning to it moves the network to that point."""
        return self._value

    @parameters_vector.setter
    def parameters_vector(self, vector):
        if vector is not self._value:
            vector = check_vector(vector, "vector", length=len(self._value))
            self._value[...] = check_fits(vector, "vector", self.dtype)

    @property
    def gradients_vector(self):
        """The cost's gradient as last computed, in the order of `parameters_vector`."""
        return self._grad

    @gradients_vector.setter
    def gradients_vector(self, vector):
        if vector is not self._grad:
            self._grad[...] = check_vector(vector, "vector", length=len(self._grad))

    value, grad = parameters_vector, gradients_vector

    @property
    def decays(self):
        """For each entry of the vector whether a regularizer acts on it: weights yes, biases no."""
        sizes = [parameter.value.size for parameter in self._parameters]
        return np.repeat([parameter.decays for parameter in self._parameters], sizes)

    def _join_parameters(self):
        self._parameters = [p for layer in self.layers for p in layer.parameters()]
        self._value, self._grad = join(self._parameters, self.dtype)
        learns = [bool(layer.parameters()) for layer in self.layers]
        self.first_learner = learns.index(True) if any(learns) else len(learns)
        self._way_back = self.layers[self.first_learner :][::-1]
        if any(learns):
            self.layers[self.first_learner].input_grad = False  # nothing below it asks for that

    # Forward and backward

    def gradient(self, X, y):
        """The cost on the minibatch X (n, features), y, and its gradient.

        One pass forward, one backward. Returns a float and `gradients_vector`, which the next call
        writes afresh. Layers with a part in training alone, like dropout, play it only if
        `training` is True.
        """
        X, T = self.encode(X, y)
        loss = self.backpropagate(self.columns(X), T)
        return loss + self.penalty(), self._grad

    def encode(self, X, y):
        """X, and y as the targets that the loss computes with: T (outputs, n).

        Raises ValueError for data that don't fit the network or each other.
        """
        X = check_examples(X, self.layers, self.dtype)
        check_same_length(X, np.atleast_1d(y))
        outputs = self.answer(X[:1]).shape[1:]
        check_outputs(self.loss, outputs[0] if len(outputs) == 1 else None)
        check_targets_shape(np.shape(y), (len(X), *outputs))
        targets = np.moveaxis(np.asarray(y), 0, -1)  # (n,) stays; (n, outputs) becomes columns
        T = self.loss.encode(targets, (*outputs, len(X)), dtype=self.dtype)
        return X, T

    def backpropagate(self, a, T):
        """Write the cost's gradient; return the mean loss alone, a float. Checks nothing.

        `a` (features, n) is the minibatch in the network's dtype, `T` (outputs, n) its targets as
        the loss encodes them.
        """
        for layer in self.layers:
            a = layer.forward(a)
        self.outputs = a
        loss = self.loss.measure(a, T)
        grad = self.loss.backward()
        for layer in self._way_back:
            grad = layer.backward(grad)
        if self.regularizer is not None:
            self.regularizer.add_gradient(self._parameters)
        return loss

    def penalty(self):
        """The regularizer's share of the cost, a float; 0.0 without one."""
        return 0.0 if self.regularizer is None else float(self.regularizer.value(self._parameters))

    # Evaluation

    def forward(self, X):
        """The outputs (n, outputs) for X (n, features), a new array.

        Layers with a part to play in training alone are off. X is worked through in stretches of
        512 examples, or of a layer's own `stretch`, so that a large one needs little room.
        """
        return self.answer(check_examples(X, self.layers, self.dtype))

    def answer(self, X):
        """`forward` without the checks."""
        outputs = None
        stretch = min(getattr(layer, "stretch", CHUNK) for layer in self.layers)
        with self.mode(training=False):
            for start in range(0, len(X), stretch):
                a = self.columns(X[start : start + stretch])
                for layer in self.layers:
                    a = layer.forward(a)
                if outputs is None:
                    outputs = np.empty((len(X), *a.shape[:-1]), a.dtype)
                outputs[start : start + stretch] = np.moveaxis(a, -1, 0)
        return outputs

    def predict(self, X):
        """The labels (n,) that the network gives to X (n, features)."""
        return self._predict(self.forward(X))

    def score(self, X, y):
        """The accuracy: the share of X (n, features) whose label is y (n,), from 0 to 1."""
        y = check_vector(y)
        check_same_length(X, y)
        outputs = self.forward(X)
        predicted = self._predict(outputs)
        self.loss.encode(y, outputs.T.shape, dtype=self.dtype)  # refuses labels that can't be
        if (y != np.floor(y)).any():
            wrong = np.flatnonzero(y != np.floor(y))[0]
            raise ValueError(f"y expects whole numbers (labels), got {y[wrong]} at index {wrong}")
        return float(np.mean(predicted == y))

    def loss_value(self, X, y):
        """The cost on X (n, features), y, a float: the mean loss plus the regularizer's penalty.

        This is the function whose gradient `gradient` computes.
        """
        return self.evaluate(X, y)[0] + self.penalty()

    def loss_at(self, vector, X, y):
        """`loss_value` at another point of the cost surface; the network stays where it is."""
        with self.elsewhere(vector):
            return self.loss_value(X, y)

    def cost(self, X, y):
        """The cost on X, y as a function of the parameters: what a `Slice` is cut from."""
        return Cost(self, X, y)

    @contextlib.contextmanager
    def elsewhere(self, vector):
        """A `with` block in which the network has other parameters."""
        here = self._value.copy()
        try:
            self.parameters_vector = vector
            yield self
        finally:
            self._value[...] = here

    def evaluate(self, X, y):
        """The mean loss without the penalty, and the accuracy, in one pass over X, y.

        The accuracy is None where y are no labels.
        """
        X, T = self.encode(X, y)
        outputs = self.answer(X)
        loss = self.mean_loss(outputs, T)
        labels = self.labels(y, outputs.shape[1])
        accuracy = None if labels is None else float(np.mean(self._predict(outputs) == labels))
        return loss, accuracy

    def mean_loss(self, outputs, T):
        """The mean loss of outputs (n, outputs) for encoded targets T (outputs, n), a float."""
        loss = 0.0
        for start in range(0, len(outputs), CHUNK):
            part = outputs[start : start + CHUNK]
            loss += self.loss.measure(part.T, T[:, start : start + CHUNK]) * len(part)
        return loss / len(outputs)

    def labels(self, y, outputs):
        """y as labels (n,) that `predict` could give; None where y are other targets."""
        y = np.asarray(y)
        knows = outputs > 1 or type(self.loss).predict is not Loss.predict
        return y if knows and y.ndim == 1 and (y == np.floor(y)).all() else None

    def _predict(self, outputs):
        return self.loss.predict(outputs.T)

    def columns(self, X):
        """Rows of examples as columns, in the network's dtype: (n, features) to (features, n)."""
        return np.moveaxis(np.asarray(X, self.dtype), 0, -1)

    @contextlib.contextmanager
    def mode(self, *, training):
        """A `with` block in which the network trains, or answers; then all is as it was before."""
        before = self.training
        self.training = training
        try:
            yield self
        finally:
            self.training = before

    @property
    def training(self):
        """Whether layers that behave differently in training (dropout) do so now."""
        return self._training

    @training.setter
    def training(self, training):
        self._training = bool(training)
        for layer in self.layers:
            if hasattr(layer, "training"):
                layer.training = self._training

    # Files and copies

    def save(self, path):
        """Write the network to `path`, an `.npz` file; `Network.load(path)` reads it again.

        It holds the layers and the loss in words, the parameters and the layers' memory as arrays,
        and no code. TypeError for a layer that can't say its settings.
        """
        storage.save(self, path)

    @classmethod
    def load(cls, path, *, classes=()):
        """The network that was saved to `path`; `classes` lists layers and losses of your own.

        A ReLU of your own is never taken for the library's, nor the library's for yours.

        Raises FileNotFoundError, and ValueError where the file is damaged, of an unknown version,
        or names a class that is neither the library's nor among `classes`.
        """
        return storage.load(cls, path, classes)

    def __deepcopy__(self, memo):
        """A network of its own: the copied parameters are views into a vector of the copy."""
        twin = object.__new__(type(self))
        memo[id(self)] = twin
        twin.__setstate__(copy.deepcopy(self.__dict__, memo))
        return twin

    def __copy__(self):
        return copy.deepcopy(self)

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._join_parameters()

    def __repr__(self):
        return table(self)
