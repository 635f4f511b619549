"""Linear and logistic regression: what one neuron learns, and softmax's row of them (chapter 2).

Sources: Legendre, 1805, and Gauss, 1809, for least squares; Widrow and Hoff, Adaptive switching
circuits, 1960, for learning it example by example; Cox, The regression analysis of binary
sequences, 1958.
"""

import numpy as np

from nnlib.activations import Sigmoid
from nnlib.losses import BinaryCrossEntropy, SoftmaxCrossEntropy, SquaredError, one_hot
from nnlib.neurons.labels import accuracy, check_classes, labels_of
from nnlib.neurons.linear_model import LinearModel, mean_size
from nnlib.optimizers import SGD
from nnlib.validation import check_same_length, check_vector


class _Regression(LinearModel):
    """What the three models below share: their arguments, and a rate that suits the data."""

    def __init__(self, optimizer=None, *, strength=0.0, epochs=100, batch_size=32, average=False):
        super().__init__(
            loss=self.loss_class(),
            optimizer=optimizer,
            strength=strength,
            epochs=epochs,
            batch_size=batch_size,
            average=average,
        )

    def default_optimizer(self, X):
        """SGD whose step for an average example moves its output halfway to the target."""
        return SGD(0.5 / mean_size(X))


class LinearRegression(_Regression):
    """One neuron without activation, w·x + b, fitted to numbers y:

        cost = mean of 1/2 (w·x + b - y)² + strength / 2 |w|²

    The minimum is scikit-learn's `LinearRegression`, and with a strength above 0
    `Ridge(alpha=strength * n)`.

    >>> X, y = [[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]
    >>> line = LinearRegression(SGD(0.5), batch_size=None, epochs=200)
    >>> line.fit(X, y, rng=np.random.default_rng(0)).weights_.round(4), round(line.bias_, 4)
    (array([2.]), 1.0)

    `average` and the attributes after `fit` are explained at `LinearModel`.
    """

    loss_class = SquaredError

    def targets(self, X, y):
        y = check_vector(y)
        check_same_length(X, y)
        return y[np.newaxis]

    def predict(self, X):
        """The outputs (n,) for X (n, features)."""
        return self.scores(X)

    def score(self, X, y):
        """R², the share of the variance of y (n,) that is explained: 1 at best, 0 for the mean."""
        y = check_vector(y)
        outputs = self.predict(X)
        check_same_length(outputs, y, "X")
        spread = ((y - y.mean()) ** 2).sum()
        if spread == 0:
            raise ValueError("y holds the same number everywhere: there is no variance to explain")
        return float(1 - ((y - outputs) ** 2).sum() / spread)


class _Classifier(_Regression):
    def predict(self, X):
        """The labels (n,) of X (n, features)."""
        return labels_of(self.scores(X), self.classes_)

    def score(self, X, y):
        """The accuracy on X (n, features), y (n,), from 0 to 1."""
        return accuracy(self.predict(X), y)


class LogisticRegression(_Classifier):
    """One sigmoid neuron, p = σ(w·x + b), the probability of the second of two classes:

        cost = mean of -t log p - (1 - t) log(1 - p) + strength / 2 |w|²,    t = 0 or 1

    The minimum is scikit-learn's `LogisticRegression(C=1 / (strength * n))`. Labels are any two
    whole numbers. Without a strength, classes that a line parts have no minimum: the weights grow
    without end.

    After `fit` there is `classes_` (2,), beside the attributes of `LinearModel`.
    """

    loss_class = BinaryCrossEntropy

    def targets(self, X, y):
        self.classes_, index = check_classes(X, y)
        if len(self.classes_) > 2:
            raise ValueError(
                f"LogisticRegression parts two classes, y holds {len(self.classes_)}: "
                "use SoftmaxRegression"
            )
        return index[np.newaxis]

    def probabilities(self, X):
        """The probability (n,) that each row of X (n, features) is of the class `classes_[1]`."""
        return Sigmoid().forward(self.scores(X))


class SoftmaxRegression(_Classifier):
    """K linear neurons for K classes, whose probabilities are p = softmax(W x + b):

        cost = mean of -log p of the right class + strength / 2 Σ W²

    The minimum is scikit-learn's `LogisticRegression(C=1 / (strength * n))` for K > 2 classes.

    After `fit` there is `classes_` (K,), beside the attributes of `LinearModel`.
    """

    loss_class = SoftmaxCrossEntropy

    def targets(self, X, y):
        self.classes_, index = check_classes(X, y)
        return one_hot(index, len(self.classes_))

    def probabilities(self, X):
        """The probabilities (n, K) of each row of X (n, features), which add up to 1."""
        scores = self.scores(X)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)
