"""scikit-learn's MLPClassifier; its cost is always the cross-entropy of a softmax."""

import warnings

from sklearn.neural_network import MLPClassifier


def training(work):
    X, y = work.data()
    n = min(work.steps * work.batch, len(X))
    epochs = work.steps * work.batch // n
    model = MLPClassifier(
        work.sizes[1:-1],
        activation={"sigmoid": "logistic", "relu": "relu"}[work.activation],
        solver=work.optimizer,
        alpha=0.0,
        batch_size=work.batch,
        learning_rate_init=work.rate,
        momentum=0.0,
        max_iter=epochs,
        n_iter_no_change=1_000_000,
        warm_start=True,
        random_state=0,
    )

    def run():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it would rather train until convergence
            model.fit(X[:n], y[:n])

    return run
