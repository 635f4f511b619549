"""The loss that asks how far off an output is (chapters 2 and 4)."""

import numpy as np

from nnlib.losses.loss import Loss
from nnlib.validation import check_vector


class SquaredError(Loss):
    """The mean over the n examples of 1/2 Σₖ (aₖ - tₖ)²; its gradient is (a - t) / n.

    Outputs a (K, n). Targets t: numbers (K, n), or labels (n,), which mean one-hot columns; for
    one output, K = 1, numbers (n,). Nielsen's quadratic cost (2015, equation 6), and half the mean
    squared error.
    """

    def encode_labels(self, labels, outputs, dtype):
        if outputs == 1:
            return check_vector(labels, "targets").astype(dtype).reshape(1, -1)
        return super().encode_labels(labels, outputs, dtype)

    def measure(self, outputs, T):
        error = np.subtract(outputs, T, out=self.buffer_like("error", outputs))
        self.error = error
        n = error.shape[1]
        return np.dot(error.ravel(), error.ravel()).item() / (2 * n)

    def backward(self):
        error = self.error
        return np.multiply(error, 1 / error.shape[1], out=self.buffer_like("grad", error))
