"""Chapter 6's widget: what strength, dropout and more data do to an overfitting network."""

import functools

import numpy as np

from nnlib import plots
from nnlib.activations import Sigmoid, Tanh
from nnlib.datasets import moons
from nnlib.layers import Dense, Dropout
from nnlib.optimizers import Adam
from nnlib.plots.hidden import Shades
from nnlib.plots.learning import Curves
from nnlib.regularizers import L2
from nnlib.validation import check_matrix, check_number
from nnlib.widgets.controls import row, steps, whole
from nnlib.widgets.scene import Scene
from nnlib.widgets.training import Run, TrainingWidget, check_choice

UNITS, RATE = 32, 0.01  # in each of two layers; of Adam
MINIBATCHES = 5  # an epoch, however many examples there are: so each training is as long
POOL, VALIDATION = 320, 1000  # examples to learn from, at most, and to be judged by
STRENGTHS = [("0", 0.0)] + [
    (f"{strength:g}", strength)
    for strength in (1e-5, 3e-5, 1e-4, 3e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
]
DROPOUTS = [(f"{rate:g}", rate) for rate in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)]
SIZES = [10, 20, 40, 80, 160, 320]
NOISES = [(f"{noise:g}", noise) for noise in (0.1, 0.2, 0.3, 0.4, 0.5)]
SEEDS = 20
SCALE, MIDDLE = 1.2, (0.5, 0.25)  # of the moons: where the plane's middle is, and how they grow
REACH = 2.7  # of the plane, to all sides
GRID = 61  # points along each side where the network is asked
ARC = np.pi * (np.arange(100) + 0.5) / 100  # a half circle's angles, for its mean
SIZE = 7.6, 4.6  # inches
PLANE = [0.067, 0.1, 0.51, 0.51 * SIZE[0] / SIZE[1]]  # parts of the width and height; a square
LOSS, ACCURACY = [0.675, 0.56, 0.31, 0.375], [0.675, 0.1, 0.31, 0.375]


def regularization_explorer(*, strength=0.0, dropout=0.0, examples=40, noise=0.4, seed=2):
    """A network too large for its data, and what keeps it from learning them by heart.

    The network has two layers of 32 tanh units; the data are two moons with normal `noise`. Its
    weights are held by L2 of some `strength`, its units dropped at the rate `dropout`; `examples`
    to learn from are 10, 20, 40, ..., 320; `seed` 0 to 20 draws these and the weights. These are
    the settings it begins with; each has a control, and each change begins a new training.

    Left: the plane shaded by the network's probability of class 1, and its boundary beside the best
    that there is, dashed. Right: loss and accuracy on the examples, and on 1000 others.

    Keys on the picture: the space bar stops the training and lets it go on, Enter trains for one
    epoch, Home goes back to the untrained network.

    Raises ValueError for settings that the controls don't have.
    """
    return RegularizationExplorer(strength, dropout, examples, noise, seed)


class RegularizationExplorer(TrainingWidget):
    """See `regularization_explorer`."""

    kind = "regularization-explorer"
    slice = 8

    def __init__(self, strength, dropout, examples, noise, seed):
        check_choice(strength, "strength", dict(STRENGTHS).values())
        check_choice(dropout, "dropout", dict(DROPOUTS).values())
        check_choice(examples, "examples", SIZES)
        check_choice(noise, "noise", dict(NOISES).values())
        check_choice(seed, "seed", range(SEEDS + 1))
        self.first = strength, dropout, examples, noise, seed
        self.strength = steps("L2 strength", STRENGTHS, strength)
        self.dropout = steps("dropout rate", DROPOUTS, dropout)
        self.examples = steps("training examples", SIZES, examples)
        self.noise = steps("noise", NOISES, noise)
        self.seed = whole("seed", seed, 0, SEEDS)
        self.settings = self.strength, self.dropout, self.examples, self.noise, self.seed
        for control in self.settings:
            control.observe(self._train_anew, "value")
        self.before = None  # the last training that came to its end
        self._new_scene()
        first, second = row(self.strength, self.dropout), row(self.examples, self.noise)
        super().__init__([first, second, self.seed])
        self.advance(self.epochs)

    def new_run(self):
        self.X, self.y = training_examples(self.examples.value, self.noise.value, self.seed.value)
        self.ideal = _ideal_on_grid(self.noise.value)
        return Run(
            network_layers(self.dropout.value), (self.X, self.y), Adam(RATE),
            sets={"training": (self.X, self.y), "validation": _validation(self.noise.value)},
            batch_size=len(self.X) // MINIBATCHES, seed=self.seed.value,
            regularizer=L2(self.strength.value),
        )  # fmt: skip

    def restart(self, *_):
        """As for every training; one that came to its end stays in the picture, in grey."""
        if self.finished and not self.waiting:
            self.before = self.run
        super().restart()

    def restore(self):
        self.before, self.run = None, self.new_run()  # nothing that came to its end
        for control, value in zip(self.settings, self.first):
            control.value = value

    def reset(self):
        """All settings as at first, and the training that they mean."""
        super().reset()
        self.play.playing = True

    def draw(self):
        """The picture of the present epoch, and its words."""
        run, shape = self.run, (GRID, GRID)
        probability, (*_, score) = run.outputs(self.shades.points)
        self.shades.show(probability.reshape(shape), self.ideal, score=score.reshape(shape))
        for label, dots in enumerate(self.classes):
            dots.set_offsets(self.X[self.y == label])
        past = self.before
        for curves, kept in [(self.losses, "losses"), (self.accuracies, "accuracies")]:
            numbers = getattr(run, kept)
            before = None if past is None else getattr(past, kept)["validation"]
            curves.show(numbers["training"], numbers["validation"], before)
        best = best_accuracy(self.noise.value)
        self.best.set_ydata([best, best])
        training, validation = (run.accuracies[name][-1] for name in run.sets)
        self.title.set_text(f"accuracy: training {training:.1%}, validation {validation:.1%}")
        beside = ", diverged" if run.diverged else ""
        self.epoch_title.set_text(f"epoch {run.epoch} of {self.epochs}{beside}")
        return self.scene.png(), self._words()

    def still_words(self):
        best = best_accuracy(self.noise.value)
        return (
            f"{self._settings_words()} Curves of loss and accuracy over {self.epochs} epochs, in "
            "training and in validation; and the network's boundary beside the best there is, "
            f"which has a validation accuracy of {best:.1%}."
        )

    def _train_anew(self, _):
        if not self.waiting:
            self.restart()
            self.play.playing = True

    def _new_scene(self):
        fig, axes = plots.figure(*SIZE, columns=3, layout=None)
        for ax, place in zip(axes, (PLANE, LOSS, ACCURACY)):
            ax.set_position(place)
        plane, loss, accuracy = axes
        plane.set(xlabel="$x_1$", ylabel="$x_2$")
        plane.yaxis.labelpad = -2
        self.shades = Shades(plane, (-REACH, REACH) * 2, GRID)
        plots.points(np.zeros((2, 2)), [0, 1], plane, size=26)
        self.classes = plane.collections[-2:]
        self.title = plane.set_title("", fontsize=10)
        edges = [plane.spines[side] for side in ("left", "bottom")]
        self.losses, self.accuracies = Curves(loss, "lowest"), Curves(accuracy)
        span = 0, self.epochs
        loss.set(xlim=span, yscale="log", ylim=(0.001, 6), ylabel="loss", xticklabels=[])
        loss.set_yticks([0.001, 0.01, 0.1, 1], ["0.001", "0.01", "0.1", "1"])
        accuracy.set(xlim=span, ylim=(0.45, 1.02), ylabel="accuracy", xlabel="epoch")
        accuracy.xaxis.labelpad = 1
        self.best = accuracy.axhline(0.9, color=plots.COLORS[2], linestyle=(0, (4, 1.5)))
        self.best.set_label("the best there is")
        handles = [*self.accuracies.named(), self.best]
        accuracy.legend(handles=handles, loc="lower right", fontsize=7.5, framealpha=0.9)
        self.epoch_title = loss.set_title("", fontsize=10)
        self.scene = Scene(
            fig,
            [*self.shades.artists, *self.classes, *edges, self.title, *self.losses.artists,
             *self.accuracies.artists, self.best, self.epoch_title],
        )  # fmt: skip

    def _settings_words(self):
        return (
            f"Regularization: two moons with noise {self.noise.value:g}, {len(self.X)} training "
            f"examples (seed {self.seed.value}), {VALIDATION} for validation; a "
            f"2–{UNITS}–{UNITS}–1 network with L2 strength {self.strength.value:g} and dropout "
            f"rate {self.dropout.value:g}."
        )

    def _words(self):
        run = self.run
        losses, accuracies = run.losses, run.accuracies
        lowest = int(np.argmin(losses["validation"]))
        words = (
            f"{self._settings_words()} Epoch {run.epoch} of {self.epochs}: training loss "
            f"{losses['training'][-1]:.3f}, validation loss {losses['validation'][-1]:.3f}, lowest "
            f"with {losses['validation'][lowest]:.3f} at epoch {lowest}; training accuracy "
            f"{accuracies['training'][-1]:.1%}, validation accuracy "
            f"{accuracies['validation'][-1]:.1%}, of the best there is "
            f"{best_accuracy(self.noise.value):.1%}."
        )
        if run.diverged:
            words += " The weights run away and training ends here."
        if self.before is None:
            return words
        loss, accuracy = (
            kept["validation"][-1] for kept in (self.before.losses, self.before.accuracies)
        )
        return words + f" Before: validation loss {loss:.3f}, accuracy {accuracy:.1%}."


def network_layers(dropout):
    """Two hidden layers of 32 tanh units, each dropped at the rate `dropout` in training."""
    hidden = [Dense(2, UNITS), Tanh(), Dropout(dropout), Dense(UNITS, UNITS), Tanh()]
    return [*hidden, Dropout(dropout), Dense(UNITS, 1)]


def training_examples(examples, noise, seed):
    """X (examples, 2), y (examples,) of two moons; more examples hold those of fewer.

    As many of one class as of the other, in turns.
    """
    X, y = _two_moons(POOL, noise, np.random.default_rng(seed))
    turns = np.column_stack([np.flatnonzero(y == 0), np.flatnonzero(y == 1)]).ravel()
    return X[turns[:examples]], y[turns[:examples]]


def ideal_probability(points, noise):
    """The probability (n,) that a point of the moons at `points` (n, 2) is of class 1.

    By Bayes' rule: each class is a half circle under normal noise, and no classifier does better.
    """
    points = check_matrix(points, "points", features=2)
    noise = check_number(noise, "noise", positive=True)
    return Sigmoid().forward(_log_odds(points, noise)).copy()


def _log_odds(points, noise):
    """log p1 / p0 (n,) of the densities of the two classes at points (n, 2)."""
    arcs = [np.cos(ARC), np.sin(ARC)], [1 - np.cos(ARC), 0.5 - np.sin(ARC)]
    densities = []
    for arc in arcs:
        centers = SCALE * (np.transpose(arc) - MIDDLE)
        squares = ((points[:, None] - centers) ** 2).sum(axis=2)
        densities.append(np.logaddexp.reduce(-squares / (2 * (SCALE * noise) ** 2), axis=1))
    return densities[1] - densities[0]


@functools.cache
def best_accuracy(noise):
    """For which part of the validation examples the ideal probability is right."""
    X, y = _validation(noise)
    return float(np.mean((_log_odds(X, noise) > 0) == y))


@functools.cache
def _validation(noise):
    X, y = _two_moons(VALIDATION, noise, np.random.default_rng(1000))
    X.flags.writeable = y.flags.writeable = False
    return X, y


@functools.cache
def _ideal_on_grid(noise):
    x = np.linspace(-REACH, REACH, GRID)
    grid = np.column_stack([part.ravel() for part in np.meshgrid(x, x)])
    return _log_odds(grid, noise).reshape(GRID, GRID)


def _two_moons(n, noise, rng):
    X, y = moons(n, noise=noise, rng=rng)
    return SCALE * (X - MIDDLE), y
