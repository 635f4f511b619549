"""What hidden units make of the plane: their lines, their outputs, and the sum (chapters 4 and 6).

A class draws something that can be shown again and again, for pictures that move: its `artists`
are changed by `show`. The functions draw it once.
"""

import numpy as np
from contourpy import FillType, LineType, contour_generator
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.path import Path

from nnlib.plots.mesh import check_bounds, mesh
from nnlib.plots.planes import SURE
from nnlib.plots.style import COLORS
from nnlib.validation import check_matrix, check_vector

LEVELS = np.linspace(0, 1, 11)  # of probability, a shade between two
BANDS = list(zip([-1, *LEVELS[1:-1]], [*LEVELS[1:-1], 2]))  # 0 and 1 themselves are well inside
BARBS = 1 / 5, 4 / 5  # where on a line the marks of its positive side stand
BARB = 0.03  # their length, in widths of the picture
DULL = "0.3"
CHOSEN = COLORS[2]
OUTPUT = LinearSegmentedColormap.from_list("output", ["#FFFFFF", "#66AAD7", "#00395A"])
GAP = 2  # pixels between tiles


def half_planes(W, b, ax):
    """Draw for each unit the line where w · x + b = 0, with barbs on the side where it is positive.

    W (units, 2) and b (units,) are the weights and biases of a first layer; `ax` keeps its limits.
    A line that doesn't cross the picture, or of a unit without weights, isn't drawn.
    """
    HalfPlanes(ax).show(W, b)
    return ax


def unit_outputs(layers, ax):
    """Draw a tile for each unit of each layer: its outputs over the plane, from white to dark.

    `layers` is a list of arrays (units, steps, steps) of numbers from 0, white, to 1, dark; row 0
    of a tile is its lower edge. Each layer begins a new row of tiles, the first one above.
    """
    Tiles(ax).show(layers)
    return ax


class Shades:
    """Probabilities of the second class as shades of the plane, and the line where they are 1/2.

    They look as `decision_boundary` draws them. `bounds` is (left, right, bottom, top).
    """

    def __init__(self, ax, bounds, steps):
        left, right, bottom, top = check_bounds(bounds)
        ax.set(xlim=(left, right), ylim=(bottom, top))
        ax.grid(False)
        self.grid = mesh(bounds, steps)
        self.points = np.column_stack([x.ravel() for x in self.grid])
        colors = SURE((LEVELS[:-1] + LEVELS[1:]) / 2)
        self.shades = ax.add_collection(
            PathCollection([], facecolors=colors, edgecolors="none", antialiaseds=False, zorder=1,
                           transform=ax.transData), autolim=False)  # fmt: skip
        self.edge = ax.add_collection(outline("0.1", 2.4, ax), autolim=False)
        self.bend = ax.add_collection(outline(CHOSEN, 2.2, ax), autolim=False)
        self.bend.set(linestyle=(0, (4, 1.5)), zorder=2.5)
        self.artists = [self.shades, self.edge, self.bend]

    def show(self, values, bent=None, *, score=None):
        """Shade by probabilities; dash the line where `bent` is 0. All are of shape (steps, steps).

        `score`, 0 where the probability is one half, gives a smoother boundary than a steep
        probability does, because it is found between the points of a grid.
        """
        found = self._contours(values)
        self.shades.set_paths([_path(found.filled(*band)) for band in BANDS])
        edge = found.lines(0.5) if score is None else self._contours(score).lines(0.0)
        self.edge.set_paths([_path(edge)])
        lines = [] if bent is None else [_path(self._contours(bent).lines(0.0))]
        self.bend.set_paths(lines)

    def _contours(self, values):
        return contour_generator(
            *self.grid, values, fill_type=FillType.OuterCode, line_type=LineType.SeparateCode
        )


def _path(parts):
    """Points and codes of several curves as one path."""
    points, codes = parts
    if not points:
        return Path(np.empty((0, 2)))
    return Path(np.concatenate(points), np.concatenate(codes))


def outline(color, width, ax):
    """An empty collection of paths drawn as lines."""
    return PathCollection([], facecolors="none", edgecolors=color, linewidths=width, zorder=2.2,
                          transform=ax.transData)  # fmt: skip


class HalfPlanes:
    """Lines of units on `ax`; `chosen`, the index of one, makes it stand out."""

    def __init__(self, ax):
        self.ax = ax
        self.lines = LineCollection([], zorder=2)
        self.artists = [ax.add_collection(self.lines, autolim=False)]
        self.crossing = 0  # how many lines cross the picture

    def show(self, W, b, chosen=None):
        """Draw the lines of weights W (units, 2) and biases b (units,)."""
        W, b = check_matrix(W, "W", features=2), check_vector(b, "b", length=len(W))
        bounds = (*self.ax.get_xlim(), *self.ax.get_ylim())
        segments, widths, colors = [], [], []
        self.crossing = 0
        for unit, (w, bias) in enumerate(zip(W, b)):
            ends = line_within(w, bias, bounds)
            if ends is None:
                continue
            self.crossing += 1
            parts = [ends, *_barbs(w, ends, BARB * (bounds[1] - bounds[0]))]
            segments += parts
            widths += [2.6 if unit == chosen else 1.1] * len(parts)
            colors += [CHOSEN if unit == chosen else DULL] * len(parts)
        self.lines.set(segments=segments, linewidths=widths, colors=colors)


def line_within(w, b, bounds):
    """The ends (2, 2) of the part of w · x + b = 0 that lies within the bounds; None if none does.

    Walks along the line by t, x = foot + t · along, and cuts the range of t with what each
    coordinate allows (Liang and Barsky, 1984).
    """
    length = np.hypot(*w)
    if length == 0:
        return None
    ahead = w / length
    foot, along = -b / length * ahead, np.array([-ahead[1], ahead[0]])
    first, last = -np.inf, np.inf
    for x, step, low, high in zip(foot, along, bounds[::2], bounds[1::2]):
        if step == 0:
            if not low <= x <= high:
                return None
            continue
        enter, leave = sorted([(low - x) / step, (high - x) / step])
        first, last = max(first, enter), min(last, leave)
    if first >= last:
        return None
    return np.array([foot + first * along, foot + last * along])


def _barbs(w, ends, length):
    """Short strokes (2, 2, 2) from the line between `ends` to its positive side."""
    feet = np.array([ends[0] + part * (ends[1] - ends[0]) for part in BARBS])
    return np.stack([feet, feet + length * w / np.hypot(*w)], axis=1)


class Tiles:
    """A picture of each unit's outputs, in rows, as large as the ax `ax` allows."""

    def __init__(self, ax):
        ax.set(xlim=(0, 1), ylim=(0, 1), xticks=[], yticks=[])
        ax.grid(False)
        for spine in ax.spines.values():
            spine.set_visible(False)
        box = ax.get_position()
        inches = ax.figure.get_size_inches()
        self.width, self.height = box.width * inches[0], box.height * inches[1]
        self.image = ax.imshow(np.ones((1, 1, 4)), extent=(0, 1, 0, 1), aspect="auto",
                               interpolation="nearest", zorder=1)  # fmt: skip
        self.frame = ax.add_patch(Rectangle((0, 0), 0, 0, fill=False, edgecolor=CHOSEN,
                                            linewidth=2.6, zorder=2))  # fmt: skip
        self.artists = [self.image, self.frame]

    def show(self, layers, chosen=None):
        """Draw arrays (units, steps, steps), one a layer; frame the unit number `chosen`."""
        layers = [np.asarray(layer) for layer in layers]
        columns, rows, size = self._arrange([len(layer) for layer in layers])
        pixels = layers[0].shape[-1] + GAP
        mosaic = np.full((rows * pixels, columns * pixels, 4), 255, np.uint8)
        place = 0
        for number, (row, column, tile) in enumerate(placed(layers, columns)):
            top, left = row * pixels, column * pixels
            mosaic[top : top + len(tile), left : left + len(tile)] = bordered(tile[::-1])
            if number == chosen:
                place = row, column
        self.image.set_data(mosaic)
        across, up = columns * size / self.width, rows * size / self.height
        self.image.set_extent((0, across, 1 - up, 1))
        self._put_frame(place, size, chosen is not None, len(layers[0][0]) / pixels)

    def _put_frame(self, place, size, shown, part):
        self.frame.set_visible(shown)
        if shown:
            row, column = place
            width, height = size / self.width, size / self.height
            self.frame.set_bounds(column * width, 1 - row * height, part * width, -part * height)

    def _arrange(self, units):
        """Columns, rows and the size of a tile in inches, the largest that fits."""
        best = 0, 0, 0.0
        for columns in range(1, max(units) + 1):
            rows = sum(-(-n // columns) for n in units)
            size = min(self.width / columns, self.height / rows)
            if size > best[2]:
                best = columns, rows, size
        return best


def placed(layers, columns):
    """Yield for every unit its row, its column and its tile."""
    row = 0
    for layer in layers:
        for k, tile in enumerate(layer):
            yield row + k // columns, k % columns, tile
        row += -(-len(layer) // columns)


def bordered(tile):
    """Numbers (steps, steps) as colours (steps, steps, 4), with a thin grey border."""
    colors = OUTPUT(np.clip(tile, 0, 1), bytes=True)
    colors[[0, -1], :] = colors[:, [0, -1]] = (150, 150, 150, 255)
    return colors
