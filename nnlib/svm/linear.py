"""Support vector machines with straight boundaries, by stochastic gradient descent (chapter 3).

Source: Shalev-Shwartz, Singer, Srebro and Cotter, Pegasos, Mathematical Programming, 2011, for
subgradient steps on minibatches with rates that fall like 1 / (strength t).
"""

import numpy as np

from nnlib.losses import Hinge, SquaredHinge, WestonWatkinsHinge, one_hot
from nnlib.neurons.labels import check_classes, labels_of, signs
from nnlib.neurons.linear_model import LinearModel
from nnlib.optimizers import SGD
from nnlib.validation import check_number, check_same_length


class Pegasos:
    """The rate first / (1 + strength * first * step) ** power: `first`, then falling for ever.

    With power 1 it goes towards 1 / (strength * step), as in the paper's algorithm, whose first
    rates of up to 1 / strength are cut to `first`. Where the mean of many steps is taken, a power
    of 2/3 does better: steps stay long enough to move what `strength` doesn't hold, the bias
    (after Xu, Towards optimal one pass large scale learning with averaged SGD, 2011).
    """

    def __init__(self, strength, first, power=1.0):
        self.strength = check_number(strength, "strength", positive=True)
        self.first = check_number(first, "first", positive=True)
        self.power = check_number(power, "power", minimum=0, maximum=1)

    def __call__(self, step):
        return self.first / (1 + self.strength * self.first * step) ** self.power

    def __repr__(self):
        return f"Pegasos(strength={self.strength:g}, first={self.first:g}, power={self.power:g})"


class _SVM(LinearModel):
    """What the two machines below share: their rates, and classes out of scores."""

    def __init__(self, loss, strength, epochs, batch_size, optimizer):
        super().__init__(
            loss=loss,
            optimizer=optimizer,
            strength=check_number(strength, "strength", positive=True),
            epochs=epochs,
            batch_size=batch_size,
            average=True,
        )

    def default_optimizer(self, X):
        """SGD with rates that fit the size of the examples, |x|² on average.

        A step for one example alone moves its score by no more than about 1; the mean over a
        minibatch is steadier, and allows steps longer by the root of its size. The squared hinge
        pulls harder on what is far off: there longer steps could overshoot further each time.
        """
        length = 1 + float(np.einsum("ij,ij->", X, X)) / len(X)
        batch = min(self.batch_size or len(X), len(X))
        first = 0.5 / length if isinstance(self.loss, SquaredHinge) else batch**0.5 / length
        return SGD(Pegasos(self.strength, first, power=2 / 3))

    def decision_function(self, X):
        """The scores of X (n, features): (n,) for one boundary, (n, K) for K of them."""
        return self.scores(X)

    def predict(self, X):
        """The labels (n,) of X (n, features)."""
        return labels_of(self.scores(X), self.classes_)

    def score(self, X, y):
        """The accuracy on X (n, features), y (n,), from 0 to 1."""
        labels = self.predict(X)
        check_same_length(labels, np.atleast_1d(y), "X")
        return float(np.mean(labels == np.asarray(y)))


class LinearSVM(_SVM):
    """A line, or a hyperplane, with a margin: w·x + b above 1 on one side, below -1 on the other.

        cost = mean of loss(y (w·x + b)) + strength / 2 |w|²,    y = -1 or +1

    `loss` is `Hinge()`, max(0, 1 - m) of the margin m, or `SquaredHinge()`, its square. The
    optimum is scikit-learn's `LinearSVC(C=1 / (strength * n))` with loss="hinge" or
    "squared_hinge", but for its penalty on the bias, and exactly `SVC(kernel="linear")`'s.

    With K > 2 classes there are K machines, each for one class against the rest, trained side by
    side on the same minibatches; the largest score wins.

    The rates are those of `Pegasos`, unless an `optimizer` with rates of its own is given.

    >>> X, y = [[0.0, 0.0], [0.0, 1.0], [2.0, 0.0], [2.0, 1.0]], [7, 7, 8, 8]
    >>> svm = LinearSVM(strength=0.1, epochs=2000).fit(X, y, rng=np.random.default_rng(0))
    >>> svm.predict(X), round(svm.weights_[0], 1), round(svm.bias_, 1)
    (array([7, 7, 8, 8]), np.float64(1.0), -1.0)

    After `fit`: `classes_` (K,), `weights_` (features,) or (K, features), `bias_`, a float or (K,).
    """

    def __init__(self, loss=None, *, strength=1e-4, epochs=20, batch_size=64, optimizer=None):
        loss = Hinge() if loss is None else loss
        super().__init__(loss, strength, epochs, batch_size, optimizer)

    def targets(self, X, y):
        self.classes_, index = check_classes(X, y)
        return signs(index, len(self.classes_))


class MulticlassSVM(_SVM):
    """All classes in one cost: the right class's score above every other's by a margin of 1.

        cost = mean loss(scores, right class) + strength / 2 Σ W²

    `loss` is `WestonWatkinsHinge()`, which sums over all classes that come too close, or
    `CrammerSingerHinge()`, which takes the closest; the optimum of the second is scikit-learn's
    `LinearSVC(multi_class="crammer_singer", C=1 / (strength * n))`, but for its penalty on the
    biases.

    After `fit`: `classes_` (K,), `weights_` (K, features), `bias_` (K,).
    """

    def __init__(self, loss=None, *, strength=1e-4, epochs=20, batch_size=64, optimizer=None):
        loss = WestonWatkinsHinge() if loss is None else loss
        super().__init__(loss, strength, epochs, batch_size, optimizer)

    def targets(self, X, y):
        self.classes_, index = check_classes(X, y)
        return one_hot(index, len(self.classes_))
