"""Networks that look at digits through small windows, and what that is worth (chapter 8).

For the page there are two networks with as many parameters, `convnet(rng=...)`, which knows which
pixels are neighbours, and `dense_twin(rng=...)`, which doesn't; `learn` trains either, `shuffled`
takes the neighbourhoods from all images, `moved` moves them. The long runs measure three kinds of
setting: a `ConvSetting` for itself, as well as it reads in its time; a `ConvSetting` that is
`watched`, epoch by epoch, as Nielsen reports his; and a `Comparison` of a network over data sizes.
"""

import copy
import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from nnlib.activations import ReLU
from nnlib.experiments.data import drawn
from nnlib.experiments.setting import Setting
from nnlib.gates import Gate
from nnlib.initializers import He, Initializer, Zeros
from nnlib.layers import BatchNorm, Convolution, Dense, Dropout, Flatten, MaxPool, Unflatten
from nnlib.losses import Loss, SoftmaxCrossEntropy
from nnlib.network import Network
from nnlib.optimizers import Adam, Optimizer
from nnlib.schedules import OneCycle
from nnlib.trainer import Trainer
from nnlib.validation import check_count, check_rng

IMAGE = (1, 28, 28)
SHUFFLE = 0  # the seed of the permutation that the stored runs shuffle pixels by
FAR = 6  # pixels: how far the stored runs move digits


@dataclass(frozen=True)
class Stage:
    """A convolution with so many filters, then a MaxPool of `pool` x `pool` (1: none)."""

    channels: int
    size: int = 5
    padding: int = 0
    stride: int = 1
    pool: int = 2


@dataclass(frozen=True)
class ConvSetting(Setting):
    """A `Setting` whose network begins with convolutions, each a `Stage`.

    `sizes` are those of the Dense layers: the pixels, hidden layers, ten outputs; from the last
    stage on the first of them is as wide as that stage's features. `weights` is an initializer, or
    a tuple with one for each layer that has weights. `batch_norm` puts a BatchNorm before the
    activation of each stage; `dropout` is the rate at hidden Dense layers. `watched` looks at the
    validation set after each epoch and goes back to the best; `tested` opens the test set.
    """

    stages: tuple = (Stage(8), Stage(16))
    sizes: tuple = (784, 64, 10)
    activation: Gate = ReLU()
    weights: Initializer | tuple = He()
    bias: Initializer = Zeros()
    loss: Loss = SoftmaxCrossEntropy()
    optimizer: Optimizer = Adam()
    batch_norm: bool = False
    batch_size: int = 32
    epochs: int = 5
    dtype: type = np.float32
    watched: bool = False
    tested: bool = True

    def network(self, *, rng):
        """The network before it has learned anything, its first weights drawn from `rng`."""
        initializers = self._initializers()
        layers, features = self._stages(initializers)
        for fan_in, fan_out in pairwise((features, *self.sizes[1:])):
            bias = self.bias if fan_out != self.sizes[-1] else Zeros()
            layers.append(Dense(fan_in, fan_out, weights=next(initializers), bias=bias))
            layers.append(self.activation.fresh())
            if self.dropout and fan_out != self.sizes[-1]:
                layers.append(Dropout(self.dropout))
        layers.pop()  # the outputs stay logits
        loss, regularizer = copy.deepcopy((self.loss, self.regularizer))
        return Network(layers, loss=loss, regularizer=regularizer, rng=rng, dtype=self.dtype)

    def _initializers(self):
        """An iterator over the initializers of weights, in the order of the flow."""
        learners = len(self.stages) + len(self.sizes) - 1
        each = self.weights if isinstance(self.weights, tuple) else (self.weights,) * learners
        if len(each) != learners:
            raise ValueError(f"weights expects {learners} initializers, got {len(each)}")
        return iter(each)

    def _stages(self, initializers):
        """The layers up to the first Dense one, and how many features it gets."""
        if not self.stages:
            return [], self.sizes[0]
        layers, shape = [Unflatten(*IMAGE)], IMAGE
        for stage in self.stages:
            layers.append(
                Convolution(
                    shape[0],
                    stage.channels,
                    stage.size,
                    padding=stage.padding,
                    stride=stage.stride,
                    weights=next(initializers),
                    bias=self.bias,
                )
            )
            shape = layers[-1].output_shape(shape)
            if stage.pool > 1:  # before the activation: a quarter of the work, the same outputs
                layers.append(MaxPool(stage.pool))
                shape = layers[-1].output_shape(shape)
            if self.batch_norm:
                layers.append(BatchNorm(stage.channels))
            layers.append(self.activation.fresh())
        return [*layers, Flatten()], int(np.prod(shape))


# Two networks with as many parameters

CONVNET = ConvSetting()
DENSE_TWIN = ConvSetting(stages=(), sizes=(784, 26, 10))


def convnet(*, rng):
    """The small convolutional network of chapter 8: 20,522 parameters.

    8 filters of 5 x 5, pooling, ReLU; 16 filters of 5 x 5, pooling, ReLU; Dense layers with 64
    neurons and 10 logits. It takes X (n, 784).
    """
    return CONVNET.network(rng=rng)


def dense_twin(*, rng):
    """A Dense network with nearly as many parameters as `convnet`, 20,680: 26 hidden ReLUs."""
    return DENSE_TWIN.network(rng=rng)


def learn(network, X, y, *, rng, epochs=5, rate=0.01, batch_size=32, augment=None):
    """Train `network` on X (n, 784), labels y (n,), and return the history; the page's training.

    Adam, its rate going up to `rate` and down again in one cycle. `rng` shuffles; `augment` changes
    minibatches, as in `Trainer.fit`.
    """
    epochs, batch_size = check_count(epochs, "epochs"), check_count(batch_size, "batch_size")
    steps = epochs * -(-len(X) // batch_size)
    trainer = Trainer(network, Adam(OneCycle(rate, steps)), rng=rng)
    return trainer.fit(X, y, epochs=epochs, batch_size=batch_size, augment=augment)


# What is done to the images


def permutation(*, rng):
    """An order of all 784 pixels, drawn at random."""
    return check_rng(rng).permutation(int(np.prod(IMAGE)))


def shuffled(X, permutation):
    """A copy of X (n, 784) with the pixels of all images in the same new order."""
    return np.asarray(X)[:, permutation]


def moved(X, down, right):
    """A copy of X (n, 784), each image moved by so many pixels; a minus is up, or left.

    What leaves the image is lost, what enters is empty. From 28 pixels on nothing is left.
    """
    images = np.asarray(X).reshape(-1, *IMAGE[1:])
    copies = np.zeros_like(images)
    rows, rows_before = _from_and_to(down, IMAGE[1])
    columns, columns_before = _from_and_to(right, IMAGE[2])
    copies[:, rows, columns] = images[:, rows_before, columns_before]
    return copies.reshape(np.shape(X))


def _from_and_to(steps, side):
    """Where the pixels of a side stand after a move, and where they stood: two slices."""
    steps = int(np.clip(steps, -side, side))
    after = slice(max(steps, 0), side + min(steps, 0))
    return after, slice(after.start - steps, after.stop - steps)


def moved_all_ways(X, pixels):
    """X (n, 784) with a quarter of the images moved down, one up, one right and one left.

    Image k goes the way k mod 4: down, up, right, left, by so many pixels.
    """
    copies = np.empty_like(X)
    for way, (down, right) in enumerate([(1, 0), (-1, 0), (0, 1), (0, -1)]):
        copies[way::4] = moved(X[way::4], down * pixels, right * pixels)
    return copies


def accuracy_when_moved(network, X, y, pixels=range(FAR + 1)):
    """The accuracies, a list, on X (n, 784) moved by each of `pixels`, a quarter each way."""
    return [network.score(moved_all_ways(X, step), y) for step in pixels]


# Measured over seeds


@dataclass(frozen=True)
class Comparison:
    """A network that learns from so many images, and so many epochs of each size.

    `setting` gives the network; `learn` trains it. For each of `images` the rate is the one of
    `rates` with the best mean accuracy on the validation set over the first `trials` seeds.
    `shuffle` shuffles the pixels of all images, the same way; `augment` changes minibatches.
    `move` measures the test accuracy of the networks with most images on moved digits, too.
    """

    setting: ConvSetting
    images: tuple = (500, 2_000, 10_000)
    epochs: tuple = (40, 20, 10)
    rates: tuple = (0.001, 0.003, 0.01, 0.03)
    trials: int = 2
    seeds: int = 5
    shuffle: bool = False
    augment: object = None
    move: bool = False


def measure_convnets(setting, digits):
    """What is stored of a setting: a dict of lists with an entry a seed, or a list of them a size.

    For all: `parameters`; accuracies `validation` and `test`; `seconds` of one core's time for a
    training, with the making of changed digits and, of a watched one, the looks at the validation
    set, without the reading of the data. See
    `measure_reading`, `measure_watched`, `measure_comparison`.
    """
    if isinstance(setting, Comparison):
        return measure_comparison(setting, digits)
    return (measure_watched if setting.watched else measure_reading)(setting, digits)


def measure_reading(setting, digits):
    """Train once a seed and look at nothing on the way: accuracies at the end."""
    return _over_seeds(setting, lambda seed: _reading(setting, digits, seed))


def measure_watched(setting, digits):
    """Train once a seed, looking at the validation set after each epoch.

    `validation` and `loss` are curves over the epochs. `best` is the first epoch with the best
    validation accuracy, counted from 1, `test` the test accuracy of the network of that epoch,
    `test_end` that after the last.
    """
    return _over_seeds(setting, lambda seed: _watched(setting, digits, seed))


def _over_seeds(setting, row):
    rows = [row(seed) for seed in range(setting.seeds)]
    return {"seeds": list(range(setting.seeds))} | {
        name: [row[name] for row in rows] for name in rows[0]
    }


def read(setting, digits, seed):
    """Train the network of `setting` on `digits` (`Splits`), looking at nothing else; return it."""
    return _trained(setting, digits, seed)[0].network


def _trained(setting, digits, seed):
    """The trainer after the training of a setting, and the seconds it took."""
    rng = np.random.default_rng(seed)
    optimizer = copy.deepcopy(setting.optimizer)
    network = setting.network(rng=rng)
    trainer = Trainer(network, optimizer, rng=rng, watch="validation_accuracy")
    start = time.process_time()
    trainer.fit(
        digits.X_train[: setting.images],
        digits.y_train[: setting.images],
        epochs=setting.epochs,
        batch_size=setting.batch_size,
        validation=(digits.X_valid, digits.y_valid) if setting.watched else None,
        augment=setting.augment,
    )
    return trainer, time.process_time() - start


def _reading(setting, digits, seed):
    trainer, seconds = _trained(setting, digits, seed)
    network = trainer.network
    row = {
        "parameters": network.parameters_vector.size,
        "validation": _accuracy(network, digits.X_valid, digits.y_valid),
        "seconds": round(seconds, 2),
    }
    if setting.tested:
        row["test"] = _accuracy(network, digits.X_test, digits.y_test)
    return row


def _watched(setting, digits, seed):
    trainer, seconds = _trained(setting, digits, seed)
    network, history = trainer.network, trainer.history
    end = _accuracy(network, digits.X_test, digits.y_test)
    trainer.restore_best()
    return {
        "parameters": network.parameters_vector.size,
        "epochs": trainer.epoch,
        "validation": [round(value, 4) for value in history["validation_accuracy"]],
        "loss": [round(value, 5) for value in history["loss"]],
        "best": trainer.best.epoch,
        "test": _accuracy(network, digits.X_test, digits.y_test),
        "test_end": end,
        "seconds": round(seconds, 1),
    }


def measure_comparison(comparison, digits):
    """Train at each size with the rate that does best there: a list over seeds for each size.

    `rates` is the chosen rate a size; `trials` the mean validation accuracy of each rate, a size a
    row. `moved`, where it is asked for, is a list a seed: the test accuracy for 0, 1, ... pixels.
    """
    if comparison.shuffle:
        digits = _shuffled_digits(digits)
    sizes = [
        _size(comparison, digits, images, epochs)
        for images, epochs in zip(comparison.images, comparison.epochs, strict=True)
    ]
    row = {
        "seeds": list(range(comparison.seeds)),
        "images": list(comparison.images),
        "parameters": sizes[0][1][0]["parameters"],
        "rates": [rate for rate, _, _ in sizes],
        "trials": [trials for _, _, trials in sizes],
    }
    for name in ("validation", "test", "seconds"):
        row[name] = [[one[name] for one in rows] for _, rows, _ in sizes]
    if comparison.move:
        row["moved"] = [one["moved"] for one in sizes[-1][1]]
    return row


def _size(comparison, digits, images, epochs):
    """At one size: the rate chosen, a row for each seed, and what the rates did in the trials."""

    def rows(rate, seeds):
        return [_compared(comparison, digits, images, epochs, rate, seed) for seed in seeds]

    trials = {rate: rows(rate, range(comparison.trials)) for rate in comparison.rates}
    means = [
        round(float(np.mean([row["validation"] for row in trials[rate]])), 4)
        for rate in comparison.rates
    ]
    rate = comparison.rates[int(np.argmax(means))]
    chosen = trials[rate] + rows(rate, range(comparison.trials, comparison.seeds))
    finished = [row | _tested(comparison, digits, row, images) for row in chosen]
    return rate, [{k: v for k, v in row.items() if k != "network"} for row in finished], means


def _compared(comparison, digits, images, epochs, rate, seed):
    """One training: the network, and how well it reads the validation set."""
    few = drawn(digits, images, rng=np.random.default_rng([seed, images]))
    rng = np.random.default_rng(seed)
    network = comparison.setting.network(rng=rng)
    start = time.process_time()
    learn(
        network,
        few.X_train,
        few.y_train,
        rng=rng,
        epochs=epochs,
        rate=rate,
        batch_size=comparison.setting.batch_size,
        augment=comparison.augment,
    )
    seconds = time.process_time() - start
    return {
        "network": network,
        "parameters": network.parameters_vector.size,
        "validation": _accuracy(network, digits.X_valid, digits.y_valid),
        "seconds": round(seconds, 2),
    }


def _tested(comparison, digits, row, images):
    """What the test set says, opened for the chosen rate alone."""
    network = row["network"]
    tested = {"test": _accuracy(network, digits.X_test, digits.y_test)}
    if comparison.move and images == comparison.images[-1]:
        accuracies = accuracy_when_moved(network, digits.X_test, digits.y_test)
        tested["moved"] = [round(accuracy, 4) for accuracy in accuracies]
    return tested


def _shuffled_digits(digits):
    """The same digits, the pixels of all of them in one new order."""
    order = permutation(rng=np.random.default_rng(SHUFFLE))
    X = {name: shuffled(getattr(digits, name), order) for name in ("X_train", "X_valid", "X_test")}
    return digits._replace(**X)


def _accuracy(network, X, y):
    return round(network.score(X, y), 4)
