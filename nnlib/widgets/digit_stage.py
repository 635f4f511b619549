"""The digit reader's picture: a field, what is seen of it, and the networks' answers (ch. 7)."""

import numpy as np

from nnlib import plots
from nnlib.plots.answers import DigitAnswers
from nnlib.widgets.pen import SIDE
from nnlib.widgets.reading import DIGITS
from nnlib.widgets.scene import Scene

SIZE = 8.0, 4.2  # inches
FIELD = [0.01, 0.275, 0.345, 0.345 * SIZE[0] / SIZE[1]]  # parts of the width and height; a square
SEEN = [0.01, 0.015, 0.125, 0.125 * SIZE[0] / SIZE[1]]
LEFT, RIGHT = 0.4, 0.99  # from where to where the networks stand
WIDEST, TALL = 0.36, 0.915
LOOK = {"cmap": "gray_r", "vmin": 0, "vmax": 1, "extent": (0, SIDE, SIDE, 0)}


class Stage:
    """A field of 28 x 28 with a pen, the small picture that networks are given, and their answers.

    `units` is a dict of name: the number of units of each hidden layer.
    """

    def __init__(self, units):
        fig, (self.field, seen, *panels) = plots.figure(*SIZE, columns=2 + len(units), layout=None)
        self.ink, self.seen = _paper(self.field, FIELD), _paper(seen, SEEN)
        self.field.set_title("draw here (keys: arrows and space)", fontsize=10)
        seen.text(1.08, 0.97, "what the networks\nare given", transform=seen.transAxes, va="top")
        self.caption = seen.text(1.08, 0.03, "", transform=seen.transAxes, va="bottom")
        (self.tip,) = self.field.plot([], [], "+", markersize=14, markeredgewidth=2)
        self.answers, width = {}, (RIGHT - LEFT) / len(units)
        for k, (ax, name) in enumerate(zip(panels, units, strict=True)):
            ax.set_position([LEFT + k * width + 0.03, 0.015, min(width - 0.045, WIDEST), TALL])
            self.answers[name] = DigitAnswers(units[name], DIGITS, ax, name=name)
        answers = [artist for drawing in self.answers.values() for artist in drawing.artists]
        borders = [*self.field.spines.values(), *seen.spines.values()]
        self.scene = Scene(fig, [self.ink, self.seen, *borders, self.tip, self.caption, *answers])

    def show(self, ink, image, readings, label):
        """The field's ink, an image (784,), a `Reading` for each network, and the image's label."""
        self.ink.set_data(ink)
        self.seen.set_data(image.reshape(SIDE, SIDE))
        self.caption.set_text("" if label is None else f"label: {label}")
        for name, reading in readings.items():
            self.answers[name].show(
                reading.hidden, reading.outputs, answer=reading.answer, digit=label
            )

    def show_pen(self, place, down):
        """Where the pen is, (x, y) or None, and whether it draws."""
        x, y = np.reshape(place if place else [], (-1, 2)).T
        self.tip.set_data(x, y)
        self.tip.set_color(plots.COLORS[1] if down else plots.COLORS[0])

    def png(self):
        return self.scene.png()

    def places(self, points):
        """Points of the picture, as a pointer tells them, as places (x, y) on the field."""
        return self.scene.places(self.field, points)


def _paper(ax, place):
    ax.set_position(place)
    ax.grid(False)
    ax.set(xticks=[], yticks=[])
    for spine in ax.spines.values():
        spine.set_visible(True)
    return ax.imshow(np.zeros((SIDE, SIDE)), interpolation="nearest", **LOOK)
