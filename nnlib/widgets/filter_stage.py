"""The filter explorer's picture: image, window, filter, map, what pooling leaves (chapter 8)."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.transforms import IdentityTransform

from nnlib import plots
from nnlib.widgets.explorer import LayeredScene
from nnlib.widgets.filter_panels import Cells, Plane, Weights, box, put
from nnlib.widgets.filter_words import pooled_title, short

SIZE = 8.0, 3.4  # inches
LARGE, SMALL, LAST = 2.36, 1.17, 1.4  # inches: sides of image and map, window and filter, the last
GAP, TITLE = 0.2, 0.3  # between the panels, and above one
RAISED = 17.7  # points: titles so far above image and map, clear of the beams
BOTTOM, MIDDLE = 0.55, 0.46  # inches, below the image and the map, and below the filter
HALO = [withStroke(linewidth=3.6, foreground="white")]  # so that it is seen on any grey
EDGE = {"edgecolor": plots.COLORS[1], "linewidth": 2, "path_effects": HALO, "clip_on": False}
AROUND = 0.022  # inches: so far a frame stands away from its number
DASHES = 0, (3, 1.5)
RING = ("white", 3.5), ("black", 1.5)  # around the largest number, seen on any grey


class Stage:
    """Four pictures side by side, drawn again for each `View`; see `show`.

    What belongs to the view lies in a layer; where only the window moves, that layer stays.
    """

    def __init__(self):
        fig, axes = plots.figure(*SIZE, columns=5, layout=None)
        self.image, self.zoomed, self.filter, self.map, self.pooled = axes
        lefts = np.cumsum([0.08, LARGE + GAP, SMALL + GAP, LARGE + GAP])
        above = MIDDLE + SMALL + TITLE
        last = BOTTOM + (LARGE - LAST) / 2
        places = [(lefts[0], BOTTOM, LARGE), (lefts[1], above, SMALL), (lefts[1], MIDDLE, SMALL),
                  (lefts[2], BOTTOM, LARGE), (lefts[3], last, LAST)]  # fmt: skip
        for ax, (left, bottom, side) in zip(axes, places, strict=True):
            ax.set_position([left / SIZE[0], bottom / SIZE[1], side / SIZE[0], side / SIZE[1]])
            ax.set_axis_off()
        for ax, name in [(self.zoomed, "window, rounded"), (self.filter, "× filter")]:
            ax.set_title(name, fontsize=10, pad=4)
        planes = [Plane(self.image, zero=False), *(Plane(ax, zero=True) for ax in axes[3:])]
        self.planes, self.weights = planes, Weights(self.filter)
        pads = (self.image, RAISED), (self.map, RAISED), (self.pooled, 4)
        self.titles = [ax.set_title("", fontsize=10, pad=pad) for ax, pad in pads]
        self.notes = [_note(ax) for ax in (self.image, self.map, self.pooled)]
        self.border = box(self.image, edgecolor="0.4", linestyle="--")
        self.border.set(fill=True, zorder=-1)
        self.ring = [_ring(self.map, color, width) for color, width in RING]
        parts = [artist for panel in (*planes, self.weights) for artist in panel.artists]
        self.layer = [*parts, self.border, *self.ring, *self.titles, *self.notes]
        self.view = None
        self.window, self.sum = Cells(self.zoomed), _note(self.filter)
        self.sum.set(weight="bold", color=plots.COLORS[1])
        framed = self.image, self.zoomed, self.map, self.pooled
        self.frames = [box(ax, zorder=4, **EDGE) for ax in framed]
        self.beams = [_beam(fig) for _ in range(2)]
        self.taken = box(self.filter, edgecolor=plots.COLORS[0], zorder=4)
        moving = [*self.window.artists, *self.beams, *self.frames, self.taken, self.sum]
        self.scene = LayeredScene(fig, moving)

    def show(self, view, place, cell, pooling, *, weighing):
        """A `View`, the place of the window in its map, and the filter's cell that is taken.

        Its frame is bold while the keys are `weighing`, and don't move the window.
        """
        if view is not self.view:
            self.view = view
            self._show_view(view, pooling)
            self.scene.lay(sorted(self.layer, key=lambda artist: artist.get_zorder()))
        self.window.show(view.window(place), self.planes[0].limits)
        self._mark(view, place, cell)
        self.taken.set(linewidth=3.5 if weighing else 1.8, linestyle="-" if weighing else DASHES)
        self.sum.set_text(f"sum of products\n{short(view.z[place])}")

    def png(self):
        return self.scene.png()

    def place_on(self, name, x, y):
        """Where a point of the picture lies on `image`, `map`, `filter` or `pooled`: down, across.

        In pixels of what is shown there; None where it lies beside. A point of the map is given as
        a place on the image, the middle of a window.
        """
        point = self.scene.at(getattr(self, name), x, y)
        return None if point is None else point[::-1]

    def near(self, name, x, y):
        """The same also for points that lie beside."""
        return self.scene.places(getattr(self, name), [(x, y)])[0][::-1]

    def _show_view(self, view, pooling):
        image, feature_map, pooled = self.planes
        first = view.middle((0, 0))
        image.show(view.image)
        feature_map.show(view.z, corner=[m - 0.5 for m in first])
        pooled.show(view.pooled)
        self.weights.show(view.weights)
        self._zoom(view)
        height, width = view.image.shape
        p = view.padding
        put(self.border, -p, -p, height + 2 * p, width + 2 * p)
        self.border.set(visible=p > 0, facecolor=image.shade(0.0))
        y, x = np.add(view.largest, first)
        for line in self.ring:
            line.set_data([x], [y])
        for title, name, array in zip(
            self.titles,
            ["image, ", "feature map, ", pooled_title(view, pooling) + "\n"],
            [view.image, view.z, view.pooled],
        ):
            title.set_text(f"{name}{array.shape[0]} × {array.shape[1]}")
        y, x = view.largest
        notes = [
            f"dashed: padding {p}" if p else "no padding",
            f"○ largest: row {y}, column {x}\n{feature_map.key()}",
            pooled.key().replace(", ", "\n"),
        ]
        for note, text in zip(self.notes, notes, strict=True):
            note.set_text(text)

    def _zoom(self, view):
        """Let the image and the map show the same part, as large as full padding needs it."""
        height, width = view.image.shape
        side = max(height, width) + 2 * (view.size - 1) + 0.4
        for ax in (self.image, self.map):
            _center(ax, height, width, side)
        height, width = view.pooled.shape
        _center(self.pooled, height, width, max(height, width) + 0.2)

    def _mark(self, view, place, cell):
        on_image, in_window, on_map, on_pooled = self.frames
        put(on_image, *view.corner(place), view.size, view.size)
        put(in_window, 0, 0, view.size, view.size)
        first = np.subtract(view.middle((0, 0)), 0.5)
        _surround(on_map, *np.add(place, first))
        field = view.field_of(place)
        on_pooled.set_visible(field is not None)
        if field is not None:
            _surround(on_pooled, *field)
        put(self.taken, *cell, 1, 1)
        (top, left), size = view.corner(place), view.size
        for beam, down, y in zip(self.beams, (top, top + size), (0, size)):
            start = self.image.transData.transform((left + size, down))
            beam.set_data(*np.transpose([start, self.zoomed.transData.transform((0, y))]))


def _note(ax):
    """Room for words below an ax."""
    return ax.text(0.5, -0.03, "", transform=ax.transAxes, ha="center", va="top", fontsize=9)


def _ring(ax, color, width):
    look = {"markeredgecolor": color, "markeredgewidth": width, "markerfacecolor": "none"}
    return ax.plot([], [], "o", markersize=15, **look)[0]


def _beam(fig):
    """A line from the window on the image to the window in large, in pixels of the figure."""
    look = {"color": plots.COLORS[1], "linewidth": 0.8, "transform": IdentityTransform()}
    return fig.add_artist(Line2D([], [], **look))


def _center(ax, height, width, side):
    """Let `ax` show a square with an array of this height and width in its middle."""
    ax.set(xlim=((width - side) / 2, (width + side) / 2))
    ax.set(ylim=((height + side) / 2, (height - side) / 2))


def _surround(frame, top, left):
    """Put a frame around the number of a map that begins there, a little away from it."""
    ax = frame.axes
    dots = ax.bbox.width / np.ptp(ax.get_xlim())  # of a number
    away = AROUND * ax.figure.dpi / dots
    put(frame, top - away, left - away, 1 + 2 * away, 1 + 2 * away)
