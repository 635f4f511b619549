"""Support vector machines with straight boundaries, by stochastic gradient descent (chapter 3).

Sources: Shalev-Shwartz, Singer, Srebro and Cotter, Pegasos, 2011, for subgradient steps on
minibatches; Weston and Watkins, 1999, and Crammer and Singer, 2001, for several classes at once.
"""

from nnlib.losses import Hinge, SquaredHinge, WestonWatkinsHinge, one_hot
from nnlib.neurons.labels import accuracy, check_classes, labels_of, signs
from nnlib.neurons.linear_model import LinearModel, mean_size
from nnlib.optimizers import SGD
from nnlib.schedules import Schedule, check_step
from nnlib.validation import check_number


class PowerDecay(Schedule):
    """rate / (1 + decay * step) ** power: between a constant rate, power 0, and 1/t, power 1.

    Where the mean of many steps is taken, steps may stay longer than 1/t lets them, and move what
    no regularizer pulls at, the bias. Source: Xu, Towards optimal one pass large scale learning
    with averaged stochastic gradient descent, 2011.
    """

    def __init__(self, rate, decay, power=2 / 3):
        super().__init__(rate)
        self.decay = check_number(decay, "decay", positive=True)
        self.power = check_number(power, "power", minimum=0, maximum=1)

    def __call__(self, step):
        step = check_step(step)
        return self.rate / (1 + self.decay * step) ** self.power


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
        size = mean_size(X)
        batch = min(self.batch_size or len(X), len(X))
        rate = (0.5 if isinstance(self.loss, SquaredHinge) else batch**0.5) / size
        return SGD(PowerDecay(rate, decay=self.strength * rate))

    def decision_function(self, X):
        """The scores of X (n, features): (n,) for one boundary, (n, K) for K of them."""
        return self.scores(X)

    def predict(self, X):
        """The labels (n,) of X (n, features)."""
        return labels_of(self.scores(X), self.classes_)

    def score(self, X, y):
        """The accuracy on X (n, features), y (n,), from 0 to 1."""
        return accuracy(self.predict(X), y)


class LinearSVM(_SVM):
    """A line, or a hyperplane, with a margin: w·x + b above 1 on one side, below -1 on the other.

        cost = mean of loss(y (w·x + b)) + strength / 2 |w|²,    y = -1 or +1

    `loss` is `Hinge()`, max(0, 1 - m) of the margin m, or `SquaredHinge()`, its square. The
    optimum is scikit-learn's `LinearSVC(C=1 / (strength * n))` with loss="hinge" or
    "squared_hinge", but for its penalty on the bias, and exactly `SVC(kernel="linear")`'s.

    With K > 2 classes there are K machines, each for one class against the rest, trained side by
    side on the same minibatches; the largest score wins.

    Its rates fit the data, falling by `PowerDecay`, unless an `optimizer` with rates of its own is
    given. Pegasos's are `SGD(InverseTimeDecay(1 / strength, decay=1))`: right in the long run, and
    wild in the short.

    >>> import numpy as np
    >>> X, y = [[0.0, 0.0], [0.0, 1.0], [2.0, 0.0], [2.0, 1.0]], [7, 7, 8, 8]
    >>> svm = LinearSVM(strength=0.1, epochs=2000).fit(X, y, rng=np.random.default_rng(0))
    >>> svm.predict(X), round(svm.weights_[0], 1), round(svm.bias_, 1)
    (array([7, 7, 8, 8]), np.float64(1.0), -1.0)

    After `fit`: `classes_` (K,), `weights_` (features,) or (K, features), `bias_`, a float or (K,).
    """

    def __init__(self, loss=None, *, strength=1e-4, epochs=20, batch_size=100, optimizer=None):
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

    def __init__(self, loss=None, *, strength=1e-4, epochs=20, batch_size=100, optimizer=None):
        loss = WestonWatkinsHinge() if loss is None else loss
        super().__init__(loss, strength, epochs, batch_size, optimizer)

    def targets(self, X, y):
        self.classes_, index = check_classes(X, y)
        return one_hot(index, len(self.classes_))
