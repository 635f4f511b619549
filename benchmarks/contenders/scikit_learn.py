"""scikit-learn's MLPClassifier, whose cost is the cross-entropy, and its SGDClassifier."""

import warnings

from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

threadpool_limits(1)


def training(work):
    X, y = work.data()
    model = MLPClassifier(
        work.sizes[1:-1],
        activation={"sigmoid": "logistic", "relu": "relu"}[work.activation],
        solver=work.optimizer,
        alpha=0.0,
        batch_size=work.batch,
        learning_rate_init=work.rate,
        momentum=0.0,
        max_iter=1,
        warm_start=True,
        random_state=0,
    )
    return lambda: fit(model, X, y), work.epoch


def machines(work):
    X, y = work.data()
    model = SGDClassifier(
        loss="hinge", alpha=work.strength, max_iter=work.epochs, tol=None, random_state=0
    )
    return lambda: fit(model, X, y), work.epochs


def fit(model, X, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it would rather train until convergence
        model.fit(X, y)
