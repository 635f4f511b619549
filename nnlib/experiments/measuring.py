"""A setting measured over seeds: the row that is stored of it (chapters 6 and 7)."""

import time

import numpy as np

from nnlib.diagnostics import confusion_matrix
from nnlib.experiments.training import train

MOST = 100  # entries of a stored curve


def measure(setting, digits, *, seeds=None, epochs=None):
    """Train `setting` once a seed: a dict of lists with an entry a seed, ready to be stored.

    `validation`, `validation_loss`, `training` and `loss` are curves, their entries `every` so many
    epochs apart; the last two are means over the epoch, while the weights moved. `epochs` says how
    many were trained. Of the network at the end: `training_end`, its accuracy on what it learned
    from; `test`, its accuracy on the test set, which is opened for nothing else; `never`, the
    digits it never answers on the validation set; `confusion`, that set's matrix (row: the true
    digit, column: the answer). `seconds` of one core's time for the training.
    """
    seeds = list(range(setting.seeds) if seeds is None else seeds)
    every = -(-(setting.epochs if epochs is None else epochs) // MOST)
    rows = [_row(setting, digits, seed, epochs, every) for seed in seeds]
    lists = {name: [row[name] for row in rows] for name in rows[0]}
    return {"seeds": seeds, "every": every} | lists


def _row(setting, digits, seed, epochs, every):
    start = time.process_time()
    run = train(setting, digits, seed=seed, epochs=epochs)
    seconds = time.process_time() - start
    history = run.history
    seen = digits.X_train[: setting.images], digits.y_train[: setting.images]
    valid = run.answers(digits.X_valid)
    row = {
        "epochs": len(history["loss"]),
        "validation": _curve(history["validation_accuracy"], every, 4),
        "validation_loss": _curve(history["validation_loss"], every, 4),
        "loss": _curve(history["loss"], every, 5),
        "training_end": round(share_right(run, *seen), 5),
        "test": round(share_right(run, digits.X_test, digits.y_test), 4),
        "never": run.never(digits.X_valid),
        "confusion": confusion_matrix(digits.y_valid, valid, classes=10).tolist(),
        "seconds": round(seconds, 1),
    }
    if "accuracy" in history:
        row["training"] = _curve(history["accuracy"], every, 4)
    return row


def share_right(run, X, y):
    """The accuracy of a run's answers."""
    return float(np.mean(run.answers(X) == y))


def _curve(values, every, decimals):
    return [round(value, decimals) for value in values[every - 1 :: every]]
