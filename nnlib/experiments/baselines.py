"""What a network has to beat: guesses, ink, straight boundaries and a kernel (chapter 7).

A baseline is an object with `fit(X, y, rng=rng)`, which returns it, `predict(X)`, and how many
numbers it has learned, `parameters`. A `Setting` serves as one, too.
"""

import copy
import time
from dataclasses import dataclass
from statistics import median

import numpy as np

from nnlib.diagnostics import accuracy_interval
from nnlib.experiments.setting import Setting
from nnlib.experiments.training import train
from nnlib.initializers import Zeros
from nnlib.losses import SoftmaxCrossEntropy
from nnlib.optimizers import SGD
from nnlib.svm import Gaussian, KernelSVM, LinearSVM


@dataclass
class Guess:
    """Ten to one that it is wrong: a digit at random."""

    parameters: int = 0

    def fit(self, X, y, *, rng):
        self.rng = rng
        return self

    def predict(self, X):
        return self.rng.integers(0, 10, len(X))


@dataclass
class Darkness:
    """The digit whose average ink is nearest to that of the image. Nielsen, 2015, chapter 1."""

    parameters: int = 10

    def fit(self, X, y, *, rng):
        ink = self._ink(X)
        self.average = np.array([ink[y == digit].mean() for digit in range(10)])
        return self

    def predict(self, X):
        return np.abs(self._ink(X)[:, np.newaxis] - self.average).argmin(axis=1)

    def _ink(self, X):
        return np.rint(255 * X).sum(axis=1, dtype=np.float64)


@dataclass
class LinearSVMs:
    """Ten straight boundaries, each between one digit and the rest."""

    strength: float = 1e-4
    epochs: int = 20

    def fit(self, X, y, *, rng):
        self.svm = LinearSVM(strength=self.strength, epochs=self.epochs).fit(X, y, rng=rng)
        self.parameters = self.svm.weights_.size + self.svm.bias_.size
        return self

    def predict(self, X):
        return self.svm.predict(X)


@dataclass
class GaussianSVM:
    """Ten bent boundaries, on at most `images` examples drawn at random.

    The table of all pairs of 50,000 would take 20 GB. `gamma` and `C` were chosen on the validation
    set. The support vectors count as learned numbers.
    """

    gamma: float = 0.03
    C: float = 5.0
    images: int = 10_000

    def fit(self, X, y, *, rng):
        chosen = rng.permutation(len(X))[: self.images]
        strength = 1 / (self.C * len(chosen))
        self.svm = KernelSVM(Gaussian(self.gamma), strength=strength).fit(X[chosen], y[chosen])
        learned = self.svm.support_vectors_, self.svm.dual_coef_, self.svm.bias_
        self.parameters = sum(part.size for part in learned)
        return self

    def predict(self, X):
        return self.svm.predict(X)


SOFTMAX = Setting(
    sizes=(784, 10),
    weights=Zeros(),
    bias=Zeros(),
    loss=SoftmaxCrossEntropy(),
    optimizer=SGD(0.1),
    batch_size=32,
    epochs=20,
    dtype=np.float32,
)

BASELINES = {
    "random": Guess(),
    "darkness": Darkness(),
    "softmax": SOFTMAX,
    "ten linear SVMs": LinearSVMs(),
    "Gaussian SVM": GaussianSVM(),
}


def learned(learner, digits, *, seed, epochs=None):
    """Let a baseline or a setting learn; a function from images to digits, and `parameters`."""
    if isinstance(learner, Setting):
        run = train(learner, digits, seed=seed, epochs=epochs)
        return run.answers, run.network.parameters_vector.size
    rng = np.random.default_rng(seed)
    model = copy.deepcopy(learner).fit(digits.X_train, digits.y_train, rng=rng)
    return model.predict, model.parameters


def measure_baseline(learner, digits, *, seeds=range(5)):
    """Let a baseline learn once a seed: a dict with lists of an entry a seed, ready to be stored.

    `parameters`, `validation`, `test`, `seconds` of one core's time; `images` it learned from;
    `interval` is what the median of the test accuracies speaks for (Wilson, 95 %).
    """
    rows = [_row(learner, digits, seed) for seed in seeds]
    lists = {name: [row[name] for row in rows] for name in rows[0]}
    images = getattr(learner, "images", len(digits.y_train))
    return {"images": images, "seeds": list(seeds)} | lists | {"interval": interval(lists["test"])}


def _row(learner, digits, seed):
    start = time.process_time()
    answer, parameters = learned(learner, digits, seed=seed)
    seconds = time.process_time() - start
    return {
        "parameters": parameters,
        "validation": round(float(np.mean(answer(digits.X_valid) == digits.y_valid)), 4),
        "test": round(float(np.mean(answer(digits.X_test) == digits.y_test)), 4),
        "seconds": round(seconds, 1),
    }


def interval(accuracies, n=10_000):
    """The Wilson interval, [low, high], of the median of accuracies on n test examples."""
    low, high = accuracy_interval(round(median(accuracies) * n), n)
    return [round(low, 4), round(high, 4)]
