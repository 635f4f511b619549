"""A network that learns before one's eyes: in short slices, played, stopped and begun afresh.

The common part of chapter 4's playground and chapter 6's widget.
"""

import ipywidgets
import numpy as np

from nnlib.losses import BinaryCrossEntropy
from nnlib.network import Network
from nnlib.optimizers import NonFiniteGradient
from nnlib.validation import check_count, describe
from nnlib.widgets.controls import button, row
from nnlib.widgets.picture import Widget
from nnlib.widgets.reading import probabilities

PLAY, PAUSE = "▶ play", "❚❚ pause"
PACE = 30  # milliseconds between a frame and the wish for the next
TICKS = 100_000  # of the player; more than any training takes
HUGE = 1e6  # parameters beyond that are on their way to infinity


class Run:
    """A network of `layers` with one output, and its training so far.

    `data` (X (n, 2), y (n,) with labels 0 and 1) is learned from in minibatches; on each of `sets`,
    a dict of name: (X, y), loss and accuracy are measured after every epoch: `losses[name]` and
    `accuracies[name]` are lists that begin before the first. Generators made of `seed` draw the
    weights, the order and what layers need, so that settings and epoch say all.
    """

    def __init__(self, layers, data, optimizer, *, sets, batch_size, seed, regularizer=None):
        weights, self.rng = np.random.default_rng(seed).spawn(2)
        self.network = Network(
            layers, loss=BinaryCrossEntropy(), regularizer=regularizer, rng=weights
        )
        X, self.T = self.network.encode(*data)
        self.inputs = self.network.columns(X)
        self.optimizer, self.sets, self.batch_size = optimizer, sets, batch_size
        self.losses, self.accuracies = {name: [] for name in sets}, {name: [] for name in sets}
        self.diverged = False
        self._measure()

    @property
    def epoch(self):
        """How many epochs are done."""
        return len(next(iter(self.losses.values()))) - 1

    def train(self, epochs):
        """Train for some epochs more; where the weights run away, only as far as they can be drawn.

        Then `diverged` is True, and no more epochs follow.
        """
        for _ in range(epochs):
            if self.diverged:
                return
            before = self.network.parameters_vector.copy()
            with np.errstate(all="ignore"):
                self._take_steps()
            if self.diverged:
                self.network.parameters_vector = before
            else:
                self._measure()

    def outputs(self, points):
        """Probabilities (n,) at points (n, 2), and what every layer hands on there, (units, n)."""
        handed = []
        with self.network.mode(training=False):
            a = self.network.columns(points)
            for layer in self.network.layers:
                a = layer.forward(a)
                handed.append(a.copy())
        return probabilities(self.network.loss, a)[0].copy(), handed

    def _take_steps(self):
        network, n = self.network, self.inputs.shape[1]
        order = self.rng.permutation(n)
        with network.mode(training=True):
            for start in range(0, n, self.batch_size):
                batch = order[start : start + self.batch_size]
                network.backpropagate(self.inputs[:, batch], self.T[:, batch])
                try:
                    self.optimizer.step([network])
                except NonFiniteGradient:
                    self.diverged = True
                    return
        self.diverged = not np.abs(network.parameters_vector).max() < HUGE

    def _measure(self):
        for name, (X, y) in self.sets.items():
            loss, accuracy = self.network.evaluate(X, y)
            self.losses[name].append(loss)
            self.accuracies[name].append(accuracy)


class TrainingWidget(Widget):
    """Controls, a picture, and a run that goes on while it is played.

    The page asks for slices, one after the other is answered, so that a slow machine shows fewer
    frames; nothing runs where nobody looks, and every training has an end. Keys: space bar to play
    and pause, Enter for one epoch, Home for the first again.

    A subclass has `epochs`, how long a training is, and `slice`, the epochs between two frames,
    defines `new_run()` and `draw()`, and calls `restart` when its settings have changed.
    """

    epochs = 400
    slice = 4

    def __init__(self, controls, *buttons):
        self.waiting = False
        self.run = self.new_run()
        self.play = ipywidgets.Play(value=0, min=0, max=TICKS, interval=PACE)
        self.play.layout.display = "none"  # its buttons show signs alone; ours have names
        self.player = button(PLAY, "Train, or pause (space bar)", self.toggle)
        on = button("one epoch ▶", "Train for one epoch (Enter)", self.one_epoch)
        again = button("|◀ epoch 0", "Back to the untrained network (Home)", self.begin_again)
        reset = button("reset", "All settings as at first", self.reset)
        self.play.observe(self._tick, "value")
        self.play.observe(self._name_player, "playing")
        player = row(self.play, self.player, on, again, *buttons, reset)
        super().__init__([*controls, player], on_key=self.key)

    def restart(self, *_):
        """Begin afresh with the present settings; while it is played, the new one goes on."""
        if not self.waiting:
            self.run = self.new_run()
            self.redraw()

    def advance(self, epochs):
        """Train for some epochs more, at most to the end, and show what came of it."""
        left = self.epochs - self.run.epoch
        self.run.train(min(check_count(epochs, "epochs"), left))
        if self.finished:
            self.play.playing = False
        self.redraw()

    @property
    def finished(self):
        """Whether the training is at its end, the good or the bad one."""
        return self.run.epoch >= self.epochs or self.run.diverged

    def toggle(self):
        """Play from here, at the end from the start; or pause."""
        if not self.play.playing and self.finished:
            self.restart()
        self.play.playing = not self.play.playing

    def one_epoch(self):
        """Pause, and train for one epoch; after the last comes the untrained network."""
        self.play.playing = False
        if self.finished:
            self.restart()
        else:
            self.advance(1)

    def begin_again(self):
        """Pause, and show the untrained network."""
        self.play.playing = False
        self.restart()

    def reset(self):
        """All settings as at first."""
        self.play.playing = False
        self.waiting = True
        try:
            self.restore()
        finally:
            self.waiting = False
        self.restart()

    def key(self, key, shift):
        """Do what a key on the picture means."""
        {" ": self.toggle, "Enter": self.one_epoch, "Home": self.begin_again}.get(key, _nothing)()

    def _tick(self, _):
        if self.play.playing:  # or it is a late tick
            self.advance(self.slice)

    def _name_player(self, change):
        self.player.description = PAUSE if change["new"] else PLAY


def _nothing():
    pass


def check_choice(value, name, choices):
    """Refuse a setting that no control has."""
    choices = list(choices)
    if isinstance(value, bool) or value not in choices:
        shown = choices if len(choices) < 10 else f"{choices[0]} to {choices[-1]}"
        raise ValueError(f"{name} expects one of {shown}, got {describe(value)}")
