"""What all losses share: targets are encoded once, then the formula sees arrays alone."""

import numpy as np

from nnlib.gates import Gate
from nnlib.validation import check_finite, check_labels, describe


class Loss(Gate):
    """The gate at a network's end: outputs and targets in, one number out, a mean over examples.

    `forward(outputs, targets)` takes outputs (K, n), a column an example, and targets in any form
    the loss knows, checks them, and returns the loss as a float.
    `backward()` returns the gradient at the outputs, the loss's own buffer, of the same function.
    `predict(outputs)` returns the labels (n,) that the outputs mean.

    Forward is two steps, and a training loop may do the first once for all its examples:
    `encode(targets, shape)` checks targets and writes them as an array of the outputs' shape, e.g.
    labels as one-hot columns; `measure(outputs, T)` is the formula, and trusts its T.
    """

    symbol = "loss"

    def forward(self, outputs, targets):
        outputs = check_outputs(self, outputs)
        dtype = outputs.dtype if outputs.dtype == np.float32 else np.float64
        return self.measure(outputs, self.encode(targets, outputs.shape, dtype=dtype))

    def encode(self, targets, shape, *, dtype=np.float64):
        """Targets as an array T of `shape` (K, n): labels (n,) from 0 to K - 1 as one-hot columns.

        An array of numbers in that shape passes as it is. Raises ValueError for a label out of
        range, for NaN or infinity, and for any other shape.
        """
        targets = np.asarray(targets)
        if targets.shape == tuple(shape):
            return self.check_values(check_finite(_numbers(targets), "targets")).astype(dtype)
        outputs, n = shape
        if targets.shape != (n,):
            raise ValueError(
                f"{type(self).__name__} expects targets for outputs of shape {tuple(shape)}: "
                f"{n} labels, or numbers in that shape, got shape {targets.shape}"
            )
        return self.encode_labels(targets, outputs, dtype)

    def encode_labels(self, labels, outputs, dtype):
        """Labels (n,) as an array (outputs, n)."""
        return one_hot(labels, outputs, dtype)

    def check_values(self, T):
        """T, an array in the outputs' shape, if it holds what the loss can take."""
        return T

    def measure(self, outputs, T):
        raise NotImplementedError(f"{type(self).__name__} needs a method measure(outputs, T)")

    def predict(self, outputs):
        """Labels (n,): the row of each column's largest output."""
        return check_outputs(self, outputs).argmax(axis=0)

    def __repr__(self):
        return f"{type(self).__name__}()"


def one_hot(labels, classes, dtype=np.float64):
    """Labels (n,) as columns (classes, n): 1 in the row of the label, 0 elsewhere.

    >>> one_hot([2, 0], classes=3)
    array([[0., 1.],
           [0., 0.],
           [1., 0.]])
    """
    labels = check_labels(labels, "labels", classes=classes)
    T = np.zeros((classes, len(labels)), dtype)
    T[labels, np.arange(len(labels))] = 1
    return T


def check_outputs(loss, outputs):
    """Return `outputs` if it is an array of numbers (K, n), n from 1 up."""
    name = type(loss).__name__
    if not isinstance(outputs, np.ndarray):
        raise TypeError(f"{name} expects an array of outputs (K, n), got {describe(outputs)}")
    if outputs.ndim != 2 or outputs.size == 0:
        raise ValueError(
            f"{name} expects outputs of shape (K, n), a column an example, at least one, "
            f"got shape {outputs.shape}"
        )
    return outputs


def _numbers(T):
    if T.dtype.kind not in "fiub":
        raise TypeError(f"targets expects real numbers, got entries of type {T.dtype}")
    return T
