"""The neuron that says yes or no, and the rule by which it first learned (chapter 2).

Sources: Rosenblatt, The perceptron, Psychological Review, 1958; Minsky and Papert, Perceptrons,
1969, for what it can't do; Novikoff, On convergence proofs on perceptrons, 1962.
"""

import copy

import numpy as np

from nnlib.validation import (
    check_count,
    check_fitted,
    check_matrix,
    check_number,
    check_rng,
    check_same_length,
    check_vector,
    describe,
)


class Perceptron:
    """Fires where w·x > threshold, which is where w·x + bias > 0 with bias = -threshold.

    Give the threshold or the bias, whichever reads better. It answers 1 or 0, and with
    `signed=True` +1 or -1. Without weights it starts from zeros when it is fitted.

    >>> nand = Perceptron([-2, -2], bias=3)
    >>> nand.predict([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([1, 1, 1, 0])
    >>> both = Perceptron([1, 1], threshold=1.5)
    >>> both([1, 1]), both([0, 1])
    (1, 0)

    `weights_` (features,), `bias_` and `threshold_` are what it works with. After `fit`,
    `mistakes_` lists the mistakes of each epoch and `converged_` says whether the last had none.
    """

    def __init__(self, weights=None, *, bias=None, threshold=None, signed=False):
        if bias is not None and threshold is not None:
            raise ValueError(
                f"Perceptron expects a bias or a threshold, got both ({bias} and {threshold}): "
                "bias = -threshold says the same"
            )
        if not isinstance(signed, bool):
            raise TypeError(f"signed expects True or False, got {describe(signed)}")
        self.weights = None if weights is None else check_vector(weights, "weights").copy()
        self.bias = None if bias is None else check_number(bias, "bias")
        self.threshold = None if threshold is None else check_number(threshold, "threshold")
        self.signed = signed
        if weights is not None:
            self._start(len(self.weights))

    def fit(self, X, y, *, epochs, rng):
        """Learn by the perceptron rule: after each mistake, move towards the example or away.

        For an example x with the target t that is answered with o,

            w += (t - o) * x,    bias += t - o

        (with half of t - o for signed answers, so that a step is the same). An epoch shows every
        example once, in an order drawn from `rng`. Learning stops after an epoch without mistakes.
        If some line parts the classes, it gets there: with |x|² + 1 <= R² and all examples at a
        distance of at least γ from the best such plane through the origin of (x, 1), it makes at
        most (R/γ)² mistakes, starting from zeros. If none does, it never settles.

        X (n, features); y (n,) holds the perceptron's own answers, 0 and 1 or -1 and +1. Starts
        from the weights it was made with. A fit that fails, or is stopped by Ctrl-C, leaves the
        perceptron as it was.
        """
        X = check_matrix(X, features=None if self.weights is None else len(self.weights))
        y = self._check_answers(y)
        check_same_length(X, y)
        epochs, rng = check_count(epochs, "epochs"), check_rng(rng)
        learner = copy.copy(self)
        learner._learn(X, y, epochs, rng)
        vars(self).update(vars(learner))
        return self

    def _learn(self, X, y, epochs, rng):
        """Start afresh and show the examples until there are no mistakes, or `epochs` times."""
        self._start(X.shape[1])
        self.mistakes_ = []
        for _ in range(epochs):
            self.mistakes_.append(self._epoch(X, y, rng.permutation(len(X))))
            if self.mistakes_[-1] == 0:
                break
        self.converged_ = self.mistakes_[-1] == 0

    def predict(self, X):
        """The answers (n,) to X (n, features), whole numbers."""
        check_fitted(self, "weights_")
        X = check_matrix(X, features=len(self.weights_))
        return np.where(X @ self.weights_ + self.bias_ > 0, 1, self.no)

    def score(self, X, y):
        """The accuracy: the share of examples that are answered with their y, from 0 to 1."""
        y = self._check_answers(y)
        answers = self.predict(X)
        check_same_length(answers, y, "X")
        return float(np.mean(answers == y))

    def __call__(self, x):
        """The answer to one example x (features,), an int."""
        return int(self.predict(check_vector(x, "x")[np.newaxis])[0])

    @property
    def threshold_(self):
        return 0.0 - self.bias_  # of 0, -0.0 would be made by a minus alone

    @property
    def no(self):
        """The answer of a perceptron that doesn't fire."""
        return -1 if self.signed else 0

    def _start(self, features):
        self.weights_ = np.zeros(features) if self.weights is None else self.weights.astype(float)
        self.bias_ = 0.0 - self.threshold if self.threshold is not None else self.bias or 0.0

    def _epoch(self, X, y, order):
        """Show each example once; return the number of mistakes."""
        w, b, mistakes = self.weights_, self.bias_, 0
        for x, t in zip(X[order], y[order].tolist()):
            o = 1 if w @ x + b > 0 else self.no
            if o != t:
                push = (t - o) / (1 - self.no)
                w += push * x
                b += push
                mistakes += 1
        self.bias_ = b
        return mistakes

    def _check_answers(self, y):
        y = check_vector(y)
        strange = np.flatnonzero((y != 1) & (y != self.no))
        if strange.size:
            hint = "" if self.signed else "; for -1 and +1 make a Perceptron(signed=True)"
            raise ValueError(
                f"y expects the perceptron's answers {self.no} and 1, "
                f"got {y[strange[0]]} at index {strange[0]}{hint}"
            )
        return y.astype(int)

    def __repr__(self):
        weights = None if self.weights is None else self.weights.tolist()
        settings = [] if weights is None else [f"{weights}"]
        settings += [
            f"{name}={value}"
            for name, value in [("bias", self.bias), ("threshold", self.threshold)]
            if value is not None
        ]
        return f"Perceptron({', '.join(settings + ['signed=True'] * self.signed)})"
