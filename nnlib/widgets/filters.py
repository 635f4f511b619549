"""Chapter 8's widget: one small filter is laid on every window of an image."""

import math

import ipywidgets
import numpy as np

from nnlib.validation import check_count, describe
from nnlib.widgets.controls import button, choice, row, slider, whole
from nnlib.widgets.filter_stage import Stage
from nnlib.widgets.filter_words import (
    image_words,
    key_words,
    map_words,
    pooled_words,
    size_words,
    window_words,
)
from nnlib.widgets.picture import Widget
from nnlib.widgets.windows import (
    PADDINGS,
    POOLINGS,
    all_filters,
    check_filters,
    check_pictures,
    look,
)

ARROWS = {"ArrowRight": (0, 1), "ArrowLeft": (0, -1), "ArrowUp": (-1, 0), "ArrowDown": (1, 0)}
LEAP = 5  # places that an arrow key moves the window with shift; 1 without
CHANGES = {"ArrowUp": 0.1, "ArrowDown": -0.1, "ArrowRight": 1.0, "ArrowLeft": -1.0}  # with shift
STEP = 0.1  # of a weight that is dragged
DRAG = 0.03  # of the picture's height, for such a step
LIMIT = 5.0  # weights may be as large as this, or as the largest that is given
FIRST = {"filter": "vertical edges", "padding": "same", "pooling": "max"}  # settings
HELP = (
    "Drag the window over the image or the map. Press a weight of the filter to take it; drag it "
    "up or down to change it. Keys on the picture: the arrows move the window, with Shift by "
    f"{LEAP}, Home to the top left, End to the largest number. Enter goes to the weights and back; "
    "there the arrows go from weight to weight, with Shift they change it (up and down by 0.1, "
    "right and left by 1), Home makes it 0, End undoes all changes."
)


def filter_explorer(images, *, filters=None, labels=None, first=0):
    """One small filter on every window of an image: each window gives a number of the feature map.

    `images` are (n, height, width), or (n, pixels) if they are square; bytes are taken as numbers
    from 0 to 1. `filters` (k, size, size), or the W (k, 1, size, size) of a `Convolution` on one
    channel, join the presets as "learned 1", "learned 2", ... `labels` (n,) are said in the words;
    `first` is the index of the image that is there at first.

    From left to right: the image with the window on it, in its frame of padding; the window's
    numbers above the filter's weights, and the sum of their products; the feature map, where each
    number stands in its window's middle, with a ring around the largest; and what ReLU and pooling
    leave.

    The window is dragged on the image or on the map, or moved with the arrow keys, with shift five
    places at once; Home brings it to the top left, End to the map's largest number. Press a weight
    of the filter to take it, and drag it up or down, or use the slider; by keyboard, Enter goes to
    the weights and back: there the arrow keys go from one to the next, with shift they change it,
    Home makes it zero, and End undoes all changes.

    Raises TypeError or ValueError for what are no such images, filters or labels, and for filters
    larger than an image.
    """
    return FilterExplorer(images, filters, labels, first)


class FilterExplorer(Widget):
    """See `filter_explorer`."""

    kind = "filter-explorer"

    def __init__(self, images, filters, labels, first):
        self.images = check_pictures(images)
        self.labels = _check_labels(labels, len(self.images))
        learned = check_filters(filters, self.images.shape[1:])
        self.filters = all_filters(learned, self.images.shape[1:])
        self.first = check_count(first, "first", minimum=0)
        if first >= len(self.images):
            raise ValueError(f"first expects an index below {len(self.images)}, got {first}")
        self.limit = max(LIMIT, float(math.ceil(np.abs(learned).max(initial=0))))
        self.stage, self.waiting, self.held = Stage(), False, None
        controls = self._controls()
        self._begin()
        super().__init__(controls, on_point=self._point, on_key=self._key)

    def draw(self):
        """The window at its place, the numbers it gives, and all of it in words."""
        self.stage.show(
            self.view, self.place, self.cell, self.pooling.value, weighing=self.weighing
        )
        index = self.image.value
        words = [
            image_words(index, self.labels[index], self.view.image.shape),
            size_words(self.view, self.filter.value, self.padding.value, self.changed),
            window_words(self.view, self.place),
            map_words(self.view, self.pooling.value),
            pooled_words(self.view, self.place),
            key_words(self.view, self.cell, self.weighing),
        ]
        return self.stage.png(), " ".join(words)

    def redraw(self, *_):
        """Draw again, unless there are more changes to come."""
        if not self.waiting:
            super().redraw()

    # What is to be seen

    @property
    def changed(self):
        """Whether the weights are others than the chosen filter's."""
        return not np.array_equal(self.weights, self.filters[self.filter.value])

    def move(self, place):
        """Put the window where it gives the map's number at `place`, row and column."""
        self.place = self.view.inside(place)
        self.weighing = False
        self.redraw()

    def take(self, cell):
        """Take the weight at `cell` of the filter, row and column, to be changed."""
        size = len(self.weights)
        self.cell = tuple(int(c) for c in np.clip(cell, 0, size - 1))
        self.weighing = True
        self._show_weight()
        self.redraw()

    def weigh(self, weight):
        """Give the weight that is taken another value."""
        weight = float(np.clip(weight, -self.limit, self.limit))
        if weight != self.weights[self.cell]:
            self.weights[self.cell] = weight
            self._look()
            self._show_weight()
            self.redraw()

    def undo(self):
        """Give the filter its own weights again."""
        self.weights = self.filters[self.filter.value].copy()
        self._look()
        self._show_weight()
        self.redraw()

    def reset(self):
        """All settings as at first."""
        self.waiting = True
        self.image.value = self.first
        for name, value in FIRST.items():
            getattr(self, name).value = value
        self._begin()
        self.waiting = False
        self.redraw()

    def _begin(self):
        """Take the chosen filter, with the window where its number is the largest."""
        self._new_filter()
        self.place, self.weighing = self.view.largest, False

    def _look(self):
        """Find the map for the present settings; the window stays where it is, if it can."""
        before = getattr(self, "view", None)
        middle = before.middle(self.place) if before else None
        image = self.images[self.image.value]
        self.view = look(image, self.weights, self.padding.value, self.pooling.value)
        self.place = self.view.place_at(middle) if before else self.view.largest

    def _new_filter(self):
        self.weights = self.filters[self.filter.value].copy()
        self.cell = (len(self.weights) // 2,) * 2
        self._look()
        self._show_weight()

    def _show_weight(self):
        """Let the slider show the weight that is taken, to a step."""
        self.weight.value = _to_a_step(self.weights[self.cell])

    # Controls

    def _controls(self):
        n = len(self.images)
        self.image = whole("image", self.first, 0, n - 1)
        pictures = [self.image] if n > 1 else []
        self.filter = choice("filter", list(self.filters), FIRST["filter"])
        self.padding = choice("padding", list(PADDINGS), FIRST["padding"], width="11em")
        self.pooling = choice("pooling", list(POOLINGS), FIRST["pooling"], width="11em")
        self.weight = slider("weight", 0.0, -self.limit, self.limit, STEP, self._weigh)
        self.weight.readout_format = ".1f"
        self.weight.style.description_width = "initial"
        for control, answer in (
            (self.image, self._look),
            (self.filter, self._new_filter),
            (self.padding, self._look),
            (self.pooling, self._look),
        ):
            control.observe(lambda _, answer=answer: (answer(), self.redraw()), "value")
        return [
            row(*pictures, self.filter, self.padding, self.pooling),
            row(
                self.weight,
                button("undo changes", "The filter's own weights again", self.undo),
                button("largest", "The window to the map's largest number (End)", self.go_largest),
                button("reset", "All settings as at first", self.reset),
            ),
            ipywidgets.HTML(f'<p style="line-height:1.4;margin:0;max-width:60em">{HELP}</p>'),
        ]

    def go_largest(self):
        """Put the window where the map's number is the largest."""
        self.move(self.view.largest)

    def _weigh(self, change):
        """Take the slider's number, unless it is the weight's own, rounded to be shown."""
        if _to_a_step(change["new"]) != _to_a_step(self.weights[self.cell]):
            self.weigh(change["new"])

    # Mouse and keys

    def _point(self, kind, x, y):
        if kind == "down":
            self.held = next((name for name in ("image", "map", "filter", "pooled")
                              if self.stage.place_on(name, x, y)), None)  # fmt: skip
        if self.held in ("image", "map"):
            self.move(self.view.place_at(self.stage.near(self.held, x, y)))
        elif self.held == "pooled":
            field = [math.floor(p) for p in self.stage.near("pooled", x, y)]
            last = np.subtract(self.view.pooled.shape, 1)
            self.move(self.view.largest_in(np.clip(field, 0, last)))
        elif self.held == "filter" and kind == "down":
            self.take([math.floor(p) for p in self.stage.near("filter", x, y)])
            self.dragged = y, float(self.weights[self.cell])
        elif self.held == "filter":
            start, weight = self.dragged
            self.weigh(_changed(weight, STEP * round((start - y) / DRAG)))
        if kind == "up":
            self.held = None

    def _key(self, key, shift):
        if key in ("Enter", " "):
            self.weighing = not self.weighing
            self.redraw()
        elif not self.weighing:
            leap = LEAP if shift else 1
            ends = {"Home": (0, 0), "End": self.view.largest}
            way = np.multiply(ARROWS.get(key, (0, 0)), leap)
            self.move(ends.get(key, np.add(self.place, way)))
        elif key == "End":
            self.undo()
        elif key == "Home":
            self.weigh(0.0)
        elif shift:
            self.weigh(_changed(self.weights[self.cell], CHANGES[key]))
        else:
            self.take(np.add(self.cell, ARROWS[key]))


def _to_a_step(weight):
    """The nearest number at which the slider can stand; a browser's slider stands at no other."""
    return round(round(float(weight) / STEP) * STEP, 10) + 0.0


def _changed(weight, change):
    """A weight after so much of a change: 0.2 and 0.1 make 0.3, and no change makes none."""
    return round(weight + change, 10) if change else weight


def _check_labels(labels, n):
    """Labels, digits or names, as a list with one for each image: None, where there are none."""
    if labels is None:
        return n * [None]
    array = np.asarray(labels)
    if array.ndim != 1 or len(array) != n:
        raise ValueError(f"labels expects {n} labels, one an image, got {describe(array)}")
    return array.tolist()
