"""Chapter 4's widget: a small network learns to part two classes in the plane, and we watch."""

import numpy as np

from nnlib import plots
from nnlib.activations import ReLU, Sigmoid, Tanh
from nnlib.datasets import moons, rings, spirals, xor
from nnlib.layers import Dense
from nnlib.optimizers import SGD
from nnlib.plots.circuits import number
from nnlib.plots.hidden import HalfPlanes, Shades, Tiles
from nnlib.validation import check_count
from nnlib.widgets.controls import choice, row, steps, whole
from nnlib.widgets.scene import Scene
from nnlib.widgets.training import Run, TrainingWidget, check_choice

POINTS, BATCH = 200, 10
GUESSING = np.log(2)  # the loss of saying one half everywhere
RATES = [(f"{rate:g}", rate) for rate in (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)]
ACTIVATIONS = {"tanh": Tanh, "ReLU": ReLU, "sigmoid": Sigmoid}
MOST = 32  # units a layer
SEEDS = 20
NARROW = "15em"  # a menu of short words
REACH = 2.1  # of the plane, to all sides
GRID = 61  # points along each side where the network is asked
THIN = slice(1, -1, 3)  # of those, what a tile shows
SIZE = 7.6, 4.6  # inches
PLANE = [0.067, 0.1, 0.51, 0.51 * SIZE[0] / SIZE[1]]  # parts of the width and height; a square
CURVE, TILES = [0.66, 0.6, 0.325, 0.335], [0.62, 0.02, 0.37, 0.4]


def _of_xor(rng):
    return xor(POINTS, noise=0.35, rng=rng)


def _of_moons(rng):
    X, y = moons(POINTS, noise=0.15, rng=rng)
    return 1.2 * (X - [0.5, 0.25]), y


def _of_rings(rng):
    X, y = rings(POINTS, noise=0.12, rng=rng)
    return 1.5 * X, y


def _of_spirals(rng):
    X, y = spirals(POINTS, turns=1.25, noise=0.03, rng=rng)
    return 1.9 * X, y


DATA = {"XOR": _of_xor, "moons": _of_moons, "rings": _of_rings, "spirals": _of_spirals}


def playground(*, data="XOR", layers=1, units=4, activation="tanh", learning_rate=0.1, seed=0):
    """A network with one or two hidden layers, trained on points in the plane while you watch.

    `data` is "XOR", "moons", "rings" or "spirals", 200 points; `layers` 1 or 2; `units` 1 to 32 in
    each; `activation` "tanh", "ReLU" or "sigmoid"; `learning_rate` one of 0.001, 0.003, 0.01, ...,
    10, for plain gradient descent in minibatches of 10; `seed` 0 to 20 draws weights and order.
    These are the settings it begins with; each has a control.

    Left: the plane shaded by the probability of class 1, the line where it is one half, and each
    hidden unit's own line, with barbs on its positive side. Right: the loss after each epoch; and
    what every hidden unit hands on, over the plane.

    Keys on the picture: the space bar plays and pauses, Enter trains for one epoch, Home goes back
    to the untrained network, arrows choose a hidden unit.

    Raises ValueError for settings that the controls don't have.
    """
    return Playground(data, layers, units, activation, learning_rate, seed)


class Playground(TrainingWidget):
    """See `playground`."""

    kind = "playground"

    def __init__(self, data, layers, units, activation, learning_rate, seed):
        check_choice(data, "data", DATA)
        check_choice(layers, "layers", (1, 2))
        check_choice(activation, "activation", ACTIVATIONS)
        check_choice(learning_rate, "learning_rate", dict(RATES).values())
        check_choice(check_count(units, "units"), "units", range(1, MOST + 1))
        check_choice(check_count(seed, "seed", minimum=0), "seed", range(SEEDS + 1))
        self.first = data, layers, units, activation, learning_rate, seed
        self.data = choice("data", list(DATA), data, width=NARROW)
        self.activation = choice("activation", list(ACTIVATIONS), activation, width=NARROW)
        self.layers = choice("hidden layers", [1, 2], layers, width=NARROW)
        self.units = whole("units in each", units, 1, MOST)
        self.rate = steps("learning rate", RATES, learning_rate)
        self.seed = whole("seed", seed, 0, SEEDS)
        self.unit = whole("look at unit", 0, 0, layers * units)
        self.settings = (
            self.data, self.layers, self.units, self.activation, self.rate, self.seed,
        )  # fmt: skip
        for control in self.settings:
            control.observe(self.restart, "value")
        self.unit.observe(self._choose, "value")
        self._new_scene()
        super().__init__(
            [
                row(self.data, self.activation),
                row(self.layers, self.units),
                row(self.rate, self.seed),
                self.unit,
            ]
        )

    def new_run(self):
        X, y = DATA[self.data.value](np.random.default_rng(0))
        self.X, self.y = X, y
        self._fit_choice()
        layers, fan_in = [], 2
        for _ in range(self.layers.value):
            layers += [Dense(fan_in, self.units.value), ACTIVATIONS[self.activation.value]()]
            fan_in = self.units.value
        return Run(
            [*layers, Dense(fan_in, 1)], (X, y), SGD(self.rate.value),
            sets={"training": (X, y)}, batch_size=BATCH, seed=self.seed.value,
        )  # fmt: skip

    def restore(self):
        for control, value in zip(self.settings, self.first):
            control.value = value
        self.unit.value = 0

    def key(self, key, shift):
        step = {"ArrowRight": 1, "ArrowUp": 1, "ArrowLeft": -1, "ArrowDown": -1}.get(key)
        if step is None:
            super().key(key, shift)
        else:
            self.unit.value = (self.unit.value + step) % (self.unit.max + 1)

    def draw(self):
        """The picture of the present epoch, and its words."""
        probability, handed = self.run.outputs(self.shades.points)
        shape = GRID, GRID
        sums = np.concatenate(handed[:-1:2]).reshape(-1, *shape)  # z of every hidden unit
        chosen = self.unit.value - 1
        first = self.run.network.layers[0]
        bent = sums[chosen] if chosen >= self.units.value else None
        self.shades.show(probability.reshape(shape), bent, score=handed[-1].reshape(shape))
        self.lines.show(first.W.value, first.b.value[:, 0], chosen)
        tiles = [self._tone(a).reshape(-1, *shape)[:, THIN, THIN] for a in handed[1::2]]
        self.tiles.show(tiles, chosen if chosen >= 0 else None)
        self._show_points()
        losses = self.run.losses["training"]
        self.curve.set_data(np.arange(len(losses)), losses)
        self.end.set_data([len(losses) - 1], losses[-1:])
        self._show_titles(losses[-1])
        return self.scene.png(), self._words(losses[-1], chosen)

    def _new_scene(self):
        fig, axes = plots.figure(*SIZE, columns=3, layout=None)
        for ax, place in zip(axes, (PLANE, CURVE, TILES)):
            ax.set_position(place)
        plane, curve, tiles = axes
        plane.set(xlabel="$x_1$", ylabel="$x_2$")
        plane.yaxis.labelpad = -5
        self.shades = Shades(plane, (-REACH, REACH) * 2, GRID)
        self.lines = HalfPlanes(plane)
        plots.points(np.zeros((2, 2)), [0, 1], plane, size=22)
        self.classes = plane.collections[-2:]
        self.score = plane.set_title("")
        curve.set(xlim=(0, self.epochs), ylim=(0, 1.0), xlabel="epoch", ylabel="loss")
        curve.axhline(GUESSING, color="0.4", linestyle=":", linewidth=1.2)
        curve.text(self.epochs, GUESSING + 0.02, "guessing", ha="right", fontsize=8, color="0.3")
        curve.xaxis.labelpad = curve.yaxis.labelpad = 1
        (self.curve,) = curve.plot([], [], color=plots.COLORS[0], linestyle="-", linewidth=1.6)
        (self.end,) = curve.plot([], [], "o", color=plots.COLORS[0], markersize=5)
        self.epoch_title = curve.set_title("")
        self.tiles = Tiles(tiles)
        tiles.set_title("outputs of the hidden units", fontsize=10)
        edges = [plane.spines[side] for side in ("left", "bottom")]
        self.scene = Scene(
            fig,
            [*self.shades.artists, *self.lines.artists, *self.classes, *edges, self.score,
             self.curve, self.end, self.epoch_title, *self.tiles.artists],
        )  # fmt: skip

    def _choose(self, _):
        if not self.waiting:
            self.redraw()

    def _fit_choice(self):
        """Let the slider of the chosen unit go as far as there are units."""
        waiting, self.waiting = self.waiting, True
        self.unit.max = self.layers.value * self.units.value
        self.waiting = waiting

    def _tone(self, a):
        """Outputs of a layer as numbers from 0 to 1."""
        if self.activation.value == "tanh":
            return (a + 1) / 2
        return a / max(a.max(), 1e-9) if self.activation.value == "ReLU" else a

    def _show_points(self):
        for label, dots in enumerate(self.classes):
            dots.set_offsets(self.X[self.y == label])

    def _right(self):
        return f"{round(self.run.accuracies['training'][-1] * POINTS)} of {POINTS}"

    def _show_titles(self, loss):
        self.score.set_text(f"{self._right()} points on the right side")
        beside = ", diverged" if self.run.diverged else ""
        self.epoch_title.set_text(f"epoch {self.run.epoch}: loss {loss:.2f}{beside}")

    def _name(self, chosen):
        layer, unit = divmod(chosen, self.units.value)
        return f"{layer + 1}.{unit + 1}" if self.layers.value > 1 else f"{unit + 1}"

    def _words(self, loss, chosen):
        sizes = "–".join(map(str, [2, *[self.units.value] * self.layers.value, 1]))
        words = (
            f"Playground: {self.data.value}, {POINTS} points; a {sizes} network of "
            f"{self.activation.value} units, learning rate {self.rate.value:g}, seed "
            f"{self.seed.value}. Epoch {self.run.epoch} of {self.epochs}: loss {loss:.2f}, "
            f"{self._right()} points on the right side of the boundary; the lines of "
            f"{self.lines.crossing} of {self.units.value} units cross the picture."
        )
        if self.run.diverged:
            words += " The weights run away and training ends here: take a smaller learning rate."
        return words + (f" {self._unit_words(chosen)}" if chosen >= 0 else "")

    def _unit_words(self, chosen):
        _, handed = self.run.outputs(self.X)
        z = np.concatenate(handed[:-1:2])[chosen]
        words = f"Unit {self._name(chosen)}: "
        if chosen < self.units.value:
            first = self.run.network.layers[0]
            (w1, w2), b = first.W.value[chosen], first.b.value[chosen, 0]
            words += f"z = {_term(w1)} x₁ {_signed(w2)} x₂ {_signed(b)}, "
        return words + f"positive at {np.sum(z > 0)} points."


def _term(value):
    return number(round(float(value), 2))


def _signed(value):
    sign = "−" if value < 0 else "+"
    return f"{sign} {_term(abs(value))}"
