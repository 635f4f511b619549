"""What a network makes of one digit: hidden units as squares, ten outputs as bars (chapter 7)."""

import math

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.patches import Rectangle

from nnlib.plots.style import COLORS
from nnlib.validation import check_labels, check_vector

NUMBERS = 0.54  # inches to the right of the bars for their numbers and the answer's mark
STRIP = 6.1  # rows that the hidden units have, where an output has 1
CAPTION = 1.15  # rows of these that hold the words below the squares
SHOWN, MOST = 0.005, 3  # outputs below that, or below the third, stand without a number
PALE, DARK = "0.92", "0.2"


def digit_answers(hidden, outputs, ax, *, answer=None, digit=None, name=None):
    """Draw one network's answer to a digit on `ax`.

    Above, a square for each hidden unit; its area is the unit's activity, hollow where that is
    negative. `hidden` is a list of arrays (units,), one for each hidden layer, the first one above;
    it may be empty. Below, a bar for each of `outputs` (classes,), with the `answer` marked: the
    largest, if nothing else is said. A dashed frame stands around the row of `digit`, the right
    one. `name` is the network's. Numbers stand beside the three largest outputs, and that of
    `digit`.

    A full square is an activity of 1, or the layer's largest where that is more; a full bar
    likewise.
    """
    hidden, outputs = _check(hidden, outputs)
    drawing = DigitAnswers([len(layer) for layer in hidden], len(outputs), ax, name=name)
    drawing.show(hidden, outputs, answer=answer, digit=digit)
    return ax


class DigitAnswers:
    """The same for pictures that move: `show` changes `artists`.

    `units` lists how many units each hidden layer has.
    """

    def __init__(self, units, classes, ax, *, name=None):
        self.units, self.classes, self.name = list(units), classes, name
        page = ax.get_window_extent()  # what is a square on the page is none in the ax's units
        self.right = page.width / max(page.width - NUMBERS * ax.figure.dpi, 0.2 * page.width)
        self.pixels = page.width / self.right, page.height / (classes + STRIP)
        ax.set(xlim=(0, self.right), ylim=(classes - 0.5, -STRIP - 0.5))
        ax.set_yticks(range(classes), [str(k) for k in range(classes)])
        ax.tick_params(axis="y", length=0)
        ax.set_xticks([])
        ax.grid(False)
        for side in ("left", "bottom"):
            ax.spines[side].set_visible(False)
        self.rows = np.arange(classes)
        ax.barh(self.rows, 1, 0.72, color=PALE, zorder=0.5)
        self.title = ax.set_title("")
        self.squares = [self._lay_out(n, *strip, ax) for n, strip in self._strips()]
        self.bars = ax.add_collection(PolyCollection([]))
        self.numbers = [
            ax.annotate(
                "", (1, k), (4, 0), textcoords="offset points", va="center", fontsize=9, color=DARK
            )
            for k in self.rows
        ]
        (self.marker,) = ax.plot([], [], marker="<", markersize=7, linestyle="none", clip_on=False)
        self.frame = ax.add_patch(
            Rectangle((0, 0), self.right, 0.94, fill=False, edgecolor="black", linestyle="--")
        )

    @property
    def artists(self):
        """What `show` changes."""
        squares = [layer for layer, *_ in self.squares]
        return [*squares, self.bars, self.frame, *self.numbers, self.marker, self.title]

    def show(self, hidden, outputs, *, answer=None, digit=None):
        """Draw other activities and outputs, of as many units as before."""
        hidden, outputs = _check(hidden, outputs)
        if [len(layer) for layer in hidden] != self.units or len(outputs) != self.classes:
            raise ValueError(
                f"the drawing has room for hidden layers of {self.units} units and {self.classes} "
                f"outputs, got {[len(layer) for layer in hidden]} and {len(outputs)}"
            )
        for squares, layer in zip(self.squares, hidden, strict=True):
            _show_squares(*squares, layer)
        answer = self._label(answer, "answer", int(outputs.argmax()))
        digit = self._label(digit, "digit", None)
        wrong = digit is not None and digit != answer
        self._show_bars(outputs, answer, digit, COLORS[1] if wrong else COLORS[0])
        self.title.set_text(f"{self.name} reads {answer}" if self.name else f"reads {answer}")

    def _show_bars(self, outputs, answer, digit, color):
        lengths = np.clip(outputs / _full(outputs), 0, 1)
        low, high = self.rows - 0.36, self.rows + 0.36
        zero = np.zeros(len(outputs))
        corners = [(zero, low), (lengths, low), (lengths, high), (zero, high)]
        self.bars.set_verts(np.moveaxis(np.array(corners), -1, 0))
        self.bars.set_facecolor([color if k == answer else COLORS[5] for k in self.rows])
        least = max(SHOWN, np.sort(outputs)[-MOST:][0])
        for k, text in enumerate(self.numbers):
            known = outputs[k] >= least or k in (answer, digit)
            text.set_text(f"{outputs[k]:z.2f}" if known else "")
            text.set_weight("bold" if k == answer else "normal")
        self.marker.set_data([self.right], [answer])
        self.marker.set_color(color)
        self.frame.set_visible(digit is not None)
        self.frame.set_y((digit or 0) - 0.47)

    def _label(self, label, name, default):
        if label is None:
            return default
        return int(check_labels([label], name, classes=self.classes)[0])

    def _strips(self):
        """For each hidden layer its number of units, and where its squares start and end."""
        height = STRIP / max(1, len(self.units))
        for k, n in enumerate(self.units):
            top = -STRIP - 0.5 + k * height
            yield n, (top, top + height - CAPTION)

    def _lay_out(self, n, top, bottom, ax):
        """Squares for n units in rows that fill a strip: a collection, their centres, half a side.

        The side is the largest with which they find room.
        """
        width, height = np.multiply(self.pixels, (self.right, bottom - top))
        side = max(min(width / c, height / math.ceil(n / c)) for c in range(1, n + 1))
        columns = min(n, int(width / side + 1e-9))
        lowest = top + math.ceil(n / columns) * side / self.pixels[1] + 0.15
        ax.text(self.right / 2, lowest, f"{n} hidden unit{'' if n == 1 else 's'}", ha="center",
                va="top", fontsize=8, color=DARK)  # fmt: skip
        row, column = np.divmod(np.arange(n), columns)
        half = side / 2 / np.array(self.pixels)
        left = self.right / 2 - columns * half[0]
        centres = [left, top] + half * np.column_stack([2 * column + 1, 2 * row + 1])
        half = 0.88 * half
        ax.add_collection(PolyCollection(_squares(centres, half), facecolor=PALE, zorder=0.5))
        return ax.add_collection(PolyCollection([], linewidth=0.8)), centres, half


def _show_squares(collection, centres, half, activities):
    share = np.sqrt(np.abs(activities) / _full(activities))
    collection.set_verts(_squares(centres, half * share[:, np.newaxis]))
    negative = activities < 0
    collection.set_facecolor(np.where(negative, "white", DARK))
    collection.set_edgecolor(np.where(negative, COLORS[1], DARK))


def _squares(centres, half):
    """Corners (n, 4, 2) of rectangles around centres (n, 2), half as wide and tall as `half`."""
    turns = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    return centres[:, np.newaxis] + turns * np.reshape(half, (-1, 1, 2))


def _full(values):
    """What a full square, or a full bar, stands for."""
    return max(1.0, np.abs(values).max())


def _check(hidden, outputs):
    if isinstance(hidden, np.ndarray) and hidden.ndim == 1:
        hidden = [hidden]
    hidden = [check_vector(layer, "a hidden layer") for layer in hidden]
    return hidden, check_vector(outputs, "outputs")
