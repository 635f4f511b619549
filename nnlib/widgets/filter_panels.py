"""Arrays as pictures: in shades of grey, or cell by cell with their numbers (chapter 8)."""

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.patches import Rectangle

from nnlib import plots
from nnlib.plots.circuits import number
from nnlib.plots.filters import DARK, PART, TINTS, square
from nnlib.widgets.filter_words import short

WRITTEN = 3  # up to this size of a filter the numbers stand in their cells
GREY = {"cmap": "gray_r", "interpolation": "nearest", "aspect": "auto"}


class Plane:
    """An array in shades of grey, dark where it is large; `zero` is drawn at its place between."""

    def __init__(self, ax, *, zero):
        self.zero, self.limits = zero, (0.0, 1.0)
        self.shades = ax.imshow([[0.0]], **GREY)
        self.edge = box(ax, edgecolor="0.6")
        self.artists = [self.shades, self.edge]

    def show(self, array, corner=(0, 0)):
        """Show an array (height, width) with its top left corner at `corner`, down and across."""
        top, left = corner
        height, width = array.shape
        low, high = min(array.min(), 0.0), max(array.max(), 0.0)
        if self.zero and low < 0:
            low, high = -max(high, -low), max(high, -low)
        self.limits = low, high if high > low else low + 1
        self.shades.set_data(array)
        self.shades.set_clim(*self.limits)
        self.shades.set_extent((left, left + width, top + height, top))
        put(self.edge, top, left, height, width)

    def shade(self, value):
        """The colour of a number."""
        return self.shades.to_rgba(value)

    def key(self):
        """What the shades stand for."""
        low, high = self.limits
        return f"white {short(low)}, {'grey 0, ' if low < 0 else ''}black {short(high)}"


class Cells:
    """An array (size, size) as a table, in shades of grey; a small one with its numbers."""

    colors = "gray_r"

    def __init__(self, ax):
        self.ax = ax
        self.shades = ax.imshow([[0.0]], **GREY | {"cmap": self.colors})
        self.lines = ax.add_collection(PolyCollection([], facecolor="none", edgecolor="0.8"))
        self.numbers = [
            ax.text(0, 0, "", ha="center", va="center", fontsize=9) for _ in range(WRITTEN**2)
        ]
        self.artists = [self.shades, self.lines, *self.numbers]

    def show(self, array, limits):
        """Show an array; `limits` are the numbers of the lightest and the darkest shade."""
        size = len(array)
        self.ax.set(xlim=(0, size), ylim=(size, 0))
        self.shades.set_data(array)
        self.shades.set_extent((0, size, size, 0))
        self.shades.set_clim(*limits)
        self.lines.set_verts(_squares(np.full(array.shape, 0.5)))
        for text in self.numbers:
            text.set_visible(size <= WRITTEN)
        if size <= WRITTEN:
            self._write(array, limits)

    def ink(self, value, limits):
        """The colour of a number, to be read on its shade."""
        return "white" if value > 0.55 * limits[1] + 0.45 * limits[0] else "black"

    def _write(self, array, limits):
        for k, text in enumerate(self.numbers):
            text.set_visible(k < array.size)
        for text, ((i, j), value) in zip(self.numbers, np.ndenumerate(array)):
            text.set(position=(j + 0.5, i + 0.5), text=_digits(value))
            text.set_color(self.ink(value, limits))


class Weights(Cells):
    """A filter: positive weights are grey and negative ones orange, both pale under their numbers.

    In a large filter, which has no numbers, they are squares instead, as in `plots.filters`.
    """

    colors = TINTS

    def __init__(self, ax):
        super().__init__(ax)
        self.squares = ax.add_collection(PolyCollection([], linewidth=0.8))
        self.artists.append(self.squares)

    def show(self, weights):
        """Show a filter (size, size), its largest weight as the deepest shade or a full square."""
        largest = np.abs(weights).max() or 1.0
        super().show(weights, (-largest, largest))
        written = len(weights) <= WRITTEN
        self.shades.set_visible(written)
        self.squares.set_visible(not written)
        half = PART / 2 * np.sqrt(np.abs(weights) / largest)
        self.squares.set_verts(_squares(half))
        negative = weights.ravel() < 0
        self.squares.set_facecolor(np.where(negative, "white", DARK))
        self.squares.set_edgecolor(np.where(negative, plots.COLORS[1], DARK))

    def ink(self, value, limits):
        return "black"


def box(ax, **look):
    """A frame on `ax`, to be put in its place later."""
    return ax.add_patch(Rectangle((0, 0), 1, 1, fill=False, **look))


def put(rectangle, top, left, height, width):
    """Give a frame its place and its size."""
    rectangle.set(x=left, y=top, width=width, height=height)


def _squares(halves):
    """Squares around the middles of all cells, each cell's half a side given."""
    return [square(j + 0.5, i + 0.5, half) for (i, j), half in np.ndenumerate(halves)]


def _digits(value):
    """A number that fits into a cell: at most two decimals, and no idle zeros."""
    return number(round(float(value), 2 if abs(value) < 10 else 0))
