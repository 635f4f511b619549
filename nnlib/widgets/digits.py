"""Chapter 7's widget: draw a digit, or pick one, and watch networks read it."""

import ipywidgets
import numpy as np

from nnlib.validation import check_count, check_labels, check_matrix, check_same_length
from nnlib.widgets.controls import button, row
from nnlib.widgets.digit_stage import Stage
from nnlib.widgets.digit_words import answer_words, field_words, pen_words, still_words
from nnlib.widgets.pen import SIDE, Paper
from nnlib.widgets.picture import Widget
from nnlib.widgets.reading import DIGITS, PIXELS, answers, check_networks, check_pixels, read

ARROWS = {"ArrowRight": (1, 0), "ArrowLeft": (-1, 0), "ArrowUp": (0, -1), "ArrowDown": (0, 1)}
LEAP = 4  # pixels that an arrow key moves the pen with shift; 1 without
MIDDLE = SIDE / 2, SIDE / 2


def digit_reader(networks, X, y, *, first=0):
    """A field to draw a digit on, and networks that read it while it is drawn.

    `networks` is a dict of name: trained network, up to three, or one network; each takes 784
    pixels and has ten outputs. X (n, 784) are examples to pick from, bytes or pixels from 0 to 1,
    y (n,) their labels; `first` is the index of the one that is there at first.

    Draw with the mouse, a pen or a finger, or by keyboard: the arrow keys on the picture move the
    pen, with shift four times as far, space or Enter puts it down and lifts it, Home brings it back
    to the middle, End takes the last stroke back. A drawing on empty paper is brought into MNIST's
    form (`nnlib.datasets.centred`), unless the box is unticked; an example may be drawn over, and
    the rubber takes ink away. Below the field stands what the networks are given; to the right, for
    each network, its hidden units and ten outputs (`plots.digit_answers`).

    Raises TypeError or ValueError for what are no such networks, images or labels.
    """
    return DigitReader(networks, X, y, first)


class DigitReader(Widget):
    """See `digit_reader`."""

    kind = "digit-reader"

    def __init__(self, networks, X, y, first):
        self.networks = check_networks(networks)
        self.X = check_pixels(check_matrix(X, features=PIXELS))
        self.y = check_labels(y, classes=DIGITS)
        check_same_length(self.X, self.y)
        self.index = check_count(first, "first", minimum=0)
        if first >= len(self.y):
            raise ValueError(f"first expects an index below {len(self.y)}, got {first}")
        self.paper, self.seed = Paper(), 0
        self.paper.lay(self._example())
        self.pen, self.pen_is_down, self.by_keyboard, self.drawing = MIDDLE, False, False, False
        self.stage = Stage({name: _units(net, self.X) for name, net in self.networks.items()})
        super().__init__(self._controls(), on_stroke=self._stroke, on_key=self._key)

    def draw(self):
        """The field, what the networks are given, their answers, and all of it in words."""
        image, label = self.image, self.label
        readings = {name: read(net, image[np.newaxis]) for name, net in self.networks.items()}
        self.stage.show(self.paper.ink, image, readings, label)
        self.stage.show_pen(self.pen if self.by_keyboard else None, self.pen_is_down)
        words = [
            field_words(self.paper, self.index, label, self.center.value),
            answer_words(readings, label),
        ]
        if self.by_keyboard:
            words.append(pen_words(self.tool.value, self.pen, self.pen_is_down))
        return self.stage.png(), " ".join(words)

    def still_words(self):
        return still_words(list(self.networks), self.paper, self.index, self.label)

    # What is on the field

    @property
    def image(self):
        """The 784 pixels that the networks are given, from 0 to 1."""
        return self.paper.image(center=self.center.value)

    @property
    def label(self):
        """The label of the example on the field; None where there is none."""
        return None if self.paper.example is None else int(self.y[self.index])

    def pick(self, index):
        """Put the example of this index on the field."""
        self.index = index
        self._lay(self._example())

    def clear(self):
        """Empty the field."""
        self._lay(None)

    def undo(self):
        """Take the last stroke back."""
        self.pen_is_down = self.drawing = False
        self.paper.undo()
        self.redraw()

    def _lay(self, example):
        self.pen_is_down = self.drawing = False
        self.paper.lay(example)
        self.redraw()

    def _example(self):
        pixels = self.X[self.index]
        return pixels / 255 if pixels.dtype == np.uint8 else pixels.astype(np.float64)

    def _put_down(self, place):
        self.paper.start(place, rubs=self.tool.value == "rubber")

    # Controls

    def go(self, step):
        """Pick the example that is `step` further on among the chosen ones."""
        number = (self.number.value + step) % len(self.chosen)
        if number == self.number.value:
            self._pick_number()
        self.number.value = number

    def go_anywhere(self):
        """Pick one of the chosen examples at random, the same ones in every session."""
        self.seed += 1
        self.go(int(np.random.default_rng(self.seed).integers(len(self.chosen))))

    def _controls(self):
        self.groups = self._groups()
        names = [
            (name if name.startswith("all") else f"{name} ({len(group):,})", name)
            for name, group in self.groups.items()
        ]
        self.choice = ipywidgets.Dropdown(options=names, description="examples")
        self.choice.layout.width = "18em"
        self.number = ipywidgets.IntSlider(self.index, 0, 1, description="number")
        self.tool = ipywidgets.Dropdown(options=["pen", "rubber"], description="draw with")
        self.tool.layout.width = "13em"
        self.center = ipywidgets.Checkbox(True, description="bring drawings into MNIST's form")
        self.center.indent, self.center.layout.width = False, "auto"
        self._choose()
        for control, answer in (
            (self.choice, lambda _: (self._choose(), self._pick_number())),
            (self.number, self._pick_number),
            (self.center, self.redraw),
            (self.tool, self.redraw),
        ):
            control.observe(answer, "value")
        return [
            row(
                self.choice,
                self.number,
                button("◀ previous", "The example before", lambda: self.go(-1)),
                button("next ▶", "The next example", lambda: self.go(1)),
                button("any", "One of these examples at random", self.go_anywhere),
            ),
            row(
                self.tool,
                button("undo", "Take the last stroke back (End)", self.undo),
                button("clear", "Empty the field", self.clear),
                self.center,
            ),
        ]

    def _groups(self):
        """Groups of examples that can be chosen from, by name: their indices."""
        everything = np.arange(len(self.y))
        groups = {f"all {len(self.y):,}": everything}
        for digit in range(DIGITS):
            groups[f"every {digit}"] = everything[self.y == digit]
        given = np.array([answers(network, self.X) for network in self.networks.values()])
        groups["read wrongly"] = everything[(given != self.y).any(axis=0)]
        groups["read differently"] = everything[(given != given[0]).any(axis=0)]
        return {name: group for name, group in groups.items() if group.size}

    def _choose(self):
        """Let the slider run over the chosen group, from where we are in it, if we are."""
        self.chosen = self.groups[self.choice.value]
        here = np.flatnonzero(self.chosen == self.index)
        with self.number.hold_trait_notifications():
            self.number.max = max(1, len(self.chosen) - 1)  # a slider needs some way to go
            self.number.value = int(here[0]) if here.size else 0

    def _pick_number(self, *_):
        self.pick(int(self.chosen[min(self.number.value, len(self.chosen) - 1)]))

    # Mouse and keys

    def _stroke(self, kind, points):
        places = self.stage.places(points)
        if kind == "down":
            self.drawing = all(0 <= p <= SIDE for p in places[0])
            self.by_keyboard = self.pen_is_down = False
        if self.drawing:
            if kind == "down":
                self._put_down(places[0])
            self.paper.extend(places)
            self.redraw()
        if kind == "up":
            self.drawing = False

    def _key(self, key, shift):
        self.by_keyboard = True
        if key == "End":
            self.undo()
            return
        if key in ARROWS:
            way = np.multiply(ARROWS[key], LEAP if shift else 1)
            self.pen = tuple(np.clip(self.pen + way, 0, SIDE).tolist())
            if self.pen_is_down:
                self.paper.extend([self.pen])
        elif key == "Home":
            self.pen, self.pen_is_down = MIDDLE, False
        else:
            self.pen_is_down = not self.pen_is_down
            if self.pen_is_down:
                self._put_down(self.pen)
        self.redraw()


def _units(network, X):
    """How many units each hidden layer has."""
    return [len(layer) for layer in read(network, X[:1]).hidden]
