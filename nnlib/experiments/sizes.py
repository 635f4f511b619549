"""How much better one reads for having seen more: accuracy against data size (chapter 7).

Each learner sees 100, 300, ... up to 50,000 training images, drawn at random anew for each seed.
"""

import time

import numpy as np

from nnlib.activations import ReLU
from nnlib.experiments.baselines import SOFTMAX, GaussianSVM, learned
from nnlib.experiments.data import drawn
from nnlib.experiments.setting import Setting
from nnlib.initializers import He, Zeros
from nnlib.losses import SoftmaxCrossEntropy
from nnlib.optimizers import SGD
from nnlib.regularizers import L2

IMAGES = (100, 300, 1_000, 3_000, 10_000, 50_000)
LOOKS = 500_000  # at single images, all epochs together, but for few images and for very many

SIZES = {
    "network": Setting(
        sizes=(784, 100, 10),
        activation=ReLU(),
        weights=He(),
        bias=Zeros(),
        loss=SoftmaxCrossEntropy(),
        optimizer=SGD(0.1),
        regularizer=L2(1e-4),
        batch_size=32,
        dtype=np.float32,
    ),
    "softmax": SOFTMAX,
    "Gaussian SVM": GaussianSVM(),
}


def measure_sizes(learner, digits, *, images=IMAGES, seeds=range(5)):
    """Let `learner` learn from so many images: a dict of tables, a list over seeds for each size.

    `images` are the sizes, `epochs` those of a network; `training`, `validation`, `test` the
    accuracies at the end. A learner that takes no more than so many images is asked for no more.
    """
    images = [n for n in images if n <= getattr(learner, "images", n)]
    seeds = list(seeds)
    rows = [[_row(learner, digits, n, seed) for seed in seeds] for n in images]
    tables = {name: [[row[name] for row in over] for over in rows] for name in rows[0][0]}
    return {"images": images, "epochs": [epochs_for(n) for n in images], "seeds": seeds} | tables


def epochs_for(images):
    """Half a million looks in all, but no more than 60 epochs and no fewer than 20."""
    return int(np.clip(LOOKS // images, 20, 60))


def _row(learner, digits, images, seed):
    few = drawn(digits, images, rng=np.random.default_rng([seed, images]))
    start = time.process_time()
    answer, _ = learned(learner, few, seed=seed, epochs=epochs_for(images))
    seconds = time.process_time() - start
    parts = {
        "training": (few.X_train, few.y_train),
        "validation": (few.X_valid, few.y_valid),
        "test": (few.X_test, few.y_test),
    }
    accuracies = {name: np.mean(answer(X) == y) for name, (X, y) in parts.items()}
    return {name: round(float(value), 4) for name, value in accuracies.items()} | {
        "seconds": round(seconds, 1)
    }
