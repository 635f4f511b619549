"""The losses of support vector machines: right is not enough, right by a margin is (chapter 3).

Where max(0, ·) or a largest entry has a kink there is no derivative but a choice of subgradients.
Each docstring says which one its loss takes.
"""

import numpy as np

from nnlib.losses.loss import Loss, check_signs, signs


class Hinge(Loss):
    """C = 1/n Σ max(0, 1 - t s), the margin loss; its gradient: -t / n where t s < 1, else 0.

    Scores s (K, n), the sum goes over all of them. Targets t are signs: for one output, K = 1,
    labels (n,) of -1 and +1; for more, labels (n,) from 0 to K - 1, each class against the rest; or
    signs (K, n). At the kink, t s = 1, the subgradient is 0. `predict` gives +1 where s > 0 and -1
    elsewhere for one output, else the row of the largest.

    >>> Hinge().forward(np.array([[0.3, -2.0]]), [1, -1])  # (0.7 + 0) / 2
    0.35

    Source: Cortes and Vapnik, 1995; as a loss with subgradients: Shalev-Shwartz et al., Pegasos,
    2011.
    """

    def encode_labels(self, labels, K):
        return signs(labels, K)

    def check_numbers(self, T):
        check_signs(T)

    def measure(self, outputs, T):
        self.T, self.shortfall = T, self._shortfall(outputs, T)
        return self.shortfall.sum().item() / outputs.shape[1]

    def backward(self):
        grad = np.greater(self.shortfall, 0, out=self.buffer_like("grad", self.shortfall))
        grad *= self.T
        grad *= -1 / grad.shape[1]
        return grad

    def predict(self, outputs):
        if self._check_outputs(outputs).shape[0] == 1:
            return np.where(outputs[0] > 0, 1, -1)
        return super().predict(outputs)

    def _shortfall(self, s, T):
        """max(0, 1 - t s): what each score lacks to its margin."""
        lack = np.multiply(T, s, out=self.buffer_like("shortfall", s))
        np.subtract(1, lack, out=lack)
        return np.maximum(lack, 0, out=lack)


class SquaredHinge(Hinge):
    """C = 1/n Σ max(0, 1 - t s)², whose gradient, -2 t max(0, 1 - t s) / n, has no jump.

    Targets and predictions as for `Hinge`. The pull on a score grows with what it lacks, so a few
    outliers pull harder than under the hinge.
    """

    def measure(self, outputs, T):
        self.T, self.shortfall = T, self._shortfall(outputs, T)
        flat = self.shortfall.ravel()
        return np.dot(flat, flat).item() / outputs.shape[1]

    def backward(self):
        grad = np.multiply(self.T, self.shortfall, out=self.buffer_like("grad", self.shortfall))
        grad *= -2 / grad.shape[1]
        return grad


class _MulticlassHinge(Loss):
    """Margins between the right class's score and the others': what the two losses below share."""

    fewest_outputs = 2

    def check_numbers(self, T):
        wrong = np.flatnonzero((T.max(axis=0) != 1) | (np.count_nonzero(T, axis=0) != 1))
        if wrong.size:
            raise ValueError(
                f"targets expects labels or one-hot columns, got {T[:, wrong[0]]} in column "
                f"{wrong[0]}"
            )

    def _shortfall(self, s, T):
        """max(0, 1 + sₖ - s_y) for each class k but the right one, y, which has 0; (K, n)."""
        lack = np.multiply(T, s, out=self.buffer_like("shortfall", s))
        right = self.buffer("right", (1, s.shape[1]), lack.dtype)
        lack.sum(axis=0, keepdims=True, out=right)
        np.subtract(s, right, out=lack)
        lack += 1
        lack -= T
        return np.maximum(lack, 0, out=lack)


class WestonWatkinsHinge(_MulticlassHinge):
    """C = 1/n Σ max(0, 1 + sₖ - s_y), over all classes k but the right one, y, and the n examples.

    Scores s (classes, n). Targets: labels y (n,) from 0 to classes - 1, or one-hot columns. The
    gradient: every class that comes too close, 1 + sₖ - s_y > 0, is pushed down by 1/n, and the
    right one is pulled up by 1/n for each of them. At the kink the subgradient is 0.

    Source: Weston and Watkins, 1999, with the margin 2, which is the same but for scale.
    """

    def measure(self, outputs, T):
        self.T, self.shortfall = T, self._shortfall(outputs, T)
        return self.shortfall.sum().item() / outputs.shape[1]

    def backward(self):
        shortfall, n = self.shortfall, self.shortfall.shape[1]
        close = np.greater(shortfall, 0, out=self.buffer_like("grad", shortfall))
        count = close.sum(axis=0, keepdims=True, out=self.buffer("count", (1, n), close.dtype))
        close -= np.multiply(self.T, count, out=self.buffer_like("pull", shortfall))
        close *= 1 / n
        return close


class CrammerSingerHinge(_MulticlassHinge):
    """C = 1/n Σ max(0, 1 + maxₖ sₖ - s_y), the largest over the classes k but the right one, y.

    Scores s (classes, n). Targets: labels y (n,) from 0 to classes - 1, or one-hot columns. The
    gradient: where the loss of an example is above 0, the closest rival is pushed down by 1/n,
    rivals that tie share the push, and the right class is pulled up by 1/n. At the kink, 0.

    Source: Crammer and Singer, 2001.
    """

    def measure(self, outputs, T):
        n = outputs.shape[1]
        self.T, self.shortfall = T, self._shortfall(outputs, T)
        worst = self.buffer("worst", (1, n), self.shortfall.dtype)
        self.worst = self.shortfall.max(axis=0, keepdims=True, out=worst)
        return worst.sum().item() / n

    def backward(self):
        worst = self.worst
        closest = np.equal(self.shortfall, worst, out=self.buffer_like("grad", self.shortfall))
        ties = closest.sum(axis=0, keepdims=True, out=self.buffer_like("ties", worst))
        closest /= ties
        closest -= self.T
        closest *= np.greater(worst, 0, out=ties)
        closest *= 1 / worst.shape[1]
        return closest
