"""The loss that asks how far off each output is (chapters 2 and 4)."""

import numpy as np

from nnlib.losses.loss import Loss, one_hot


class SquaredError(Loss):
    """C = 1/n Σ ½ (a - t)², summed over the outputs and the n examples; its gradient: (a - t) / n.

    Outputs a (K, n). Targets t: numbers (K, n); for one output also numbers (n,); for more also
    labels (n,), which mean one-hot columns. Half the squared distance, averaged: Nielsen's
    quadratic cost (2015, equation 6).

    >>> loss = SquaredError()
    >>> loss.forward(np.array([[0.5, 1.0]]), [0.0, 1.0])  # (0.5² / 2 + 0) / 2
    0.0625
    >>> loss.backward()
    array([[0.25, 0.  ]])
    """

    def encode_labels(self, labels, K):
        return one_hot(labels, K) if K > 1 else labels.reshape(1, -1)

    def measure(self, outputs, T):
        self.here = room = self.room(outputs)
        np.subtract(outputs, T, out=room.error)
        return room.flat.dot(room.flat).item() / 2 / room.n

    def backward(self):
        room = self.here
        return np.multiply(room.error, room.share, out=room.grad)

    def furnish(self, outputs):
        error = np.empty_like(outputs, order="C")
        share = np.array(1 / outputs.shape[1], outputs.dtype)
        return {"error": error, "flat": error.reshape(-1), "grad": np.empty_like(error),
                "n": outputs.shape[1], "share": share}  # fmt: skip
