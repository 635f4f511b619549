"""What all losses share: targets are encoded once, the formula sees arrays alone (chapter 4)."""

import numpy as np

from nnlib.gates import Gate
from nnlib.gates.gate import FromForward
from nnlib.validation import as_floats, check_finite, check_fits, check_labels, describe


class Loss(Gate):
    """The gate at a network's end: outputs and targets in, one number out, the mean over examples.

    `forward(outputs, targets)` takes outputs (K, n), a column an example, and targets in any form
    that the loss knows. It checks them and returns the loss, a float.
    `backward()` returns the gradient of that float at the outputs, in the loss's own buffer.
    `predict(outputs)` returns the labels (n,) that the outputs mean.

    Forward is two steps, and a training loop does the first one once for all its examples:
    `encode(targets, (K, n))` checks targets and writes them as an array T of the outputs' shape,
    e.g. labels as one-hot columns; `measure(outputs, T)` is the formula, and trusts its T.
    """

    symbol = "loss"
    here = p = T = shortfall = worst = FromForward()  # by the names that the losses give to it
    fewest_outputs = 1  # 2 for a loss that compares classes

    @property
    def name(self):
        return type(self).__name__

    def forward(self, outputs, targets):
        outputs = self._check_outputs(outputs)
        dtype = np.float32 if outputs.dtype == np.float32 else np.float64
        return self.measure(outputs, self.encode(targets, outputs.shape, dtype=dtype))

    def encode(self, targets, shape, *, dtype=np.float64):
        """`targets` as a new array T of `shape` (K, n): labels (n,), or numbers in that shape.

        Raises ValueError for another shape, for NaN and infinity, for a number too large for
        `dtype`, and for a target that the loss can't take, naming the first; TypeError for what are
        no real numbers.
        """
        targets = check_fits(check_targets(targets), "targets", dtype)
        if len(shape) != 2:
            raise ValueError(
                f"{self.name} expects outputs of shape (K, n), got {tuple(shape)}: flatten them"
            )
        K, n = shape
        if targets.shape == (n,):
            return self.encode_labels(targets, K).astype(dtype)
        if targets.shape == (K, n):
            self.check_numbers(targets)
            return targets.astype(dtype)
        raise ValueError(
            f"{self.name} expects as targets {n} labels, or numbers of shape {(K, n)} like the "
            f"outputs, got shape {targets.shape}"
        )

    def encode_labels(self, labels, K):
        """Labels (n,) as an array (K, n): one-hot columns, unless a loss does it otherwise."""
        return one_hot(labels, K)

    def check_numbers(self, T):
        """Refuse targets T (K, n) that the loss can't take; most take any."""

    def measure(self, outputs, T):
        """The loss of outputs (K, n) for encoded targets T (K, n)."""
        raise NotImplementedError(f"{self.name} needs a method measure(outputs, T)")

    def predict(self, outputs):
        """The labels (n,) from 0 to K - 1: the row of each column's largest output."""
        if self._check_outputs(outputs).shape[0] == 1:
            raise ValueError(
                f"{self.name} can't tell labels from one output: compare it with a threshold"
            )
        return outputs.argmax(axis=0)

    def _check_outputs(self, outputs):
        if not isinstance(outputs, np.ndarray):
            raise TypeError(f"{self.name} expects an array (K, n), got {describe(outputs)}")
        if outputs.ndim != 2 or outputs.size == 0:
            raise ValueError(
                f"{self.name} expects outputs of shape (K, n), a column an example, at least one, "
                f"got shape {outputs.shape}"
            )
        return as_floats(outputs)


def one_hot(labels, classes):
    """Labels (n,) as columns (classes, n): 1 in the label's row, 0 elsewhere.

    >>> one_hot([2, 0], 3)
    array([[0., 1.],
           [0., 0.],
           [1., 0.]])
    """
    labels = check_labels(labels, "labels", classes=classes)
    T = np.zeros((classes, len(labels)))
    T[labels, np.arange(len(labels))] = 1
    return T


def signs(labels, K):
    """Labels as signs (K, n), +1 for a row's own class, -1 for the others.

    For K = 1 the labels are -1 and +1 themselves; for more, 0 to K - 1, one class against the rest.
    """
    if K > 1:
        return 2 * one_hot(labels, K) - 1
    check_signs(labels)
    return labels.reshape(1, -1)


def check_signs(T):
    """Raise ValueError unless all entries are -1 or +1."""
    wrong = T[np.abs(T) != 1]
    if wrong.size:
        raise ValueError(
            f"targets expects labels -1 and +1, got {wrong[0]}: for labels y of 0 and 1, "
            "write 2 * y - 1"
        )


def check_targets(targets):
    """`targets` as an array of finite real numbers."""
    try:
        targets = np.asarray(targets)
    except ValueError as error:
        raise ValueError(f"targets expects rows of equal length: {error}") from None
    if targets.dtype.kind == "b":
        targets = targets.astype(np.int64)
    if targets.dtype.kind not in "fiu":
        raise TypeError(f"targets expects real numbers, got entries of type {targets.dtype}")
    return check_finite(targets, "targets")
