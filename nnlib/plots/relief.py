"""A landscape seen at a slant, drawn in hundredths of a second for pictures that move (chapter 3).

Matplotlib's own 3-D plots (`plots.surface3d`) take several times as long. Here the quadrilaterals
of the surface are projected by hand and painted from the back to the front.
"""

import math

import matplotlib
import numpy as np
from matplotlib.collections import PolyCollection

from nnlib.plots.landscapes import heights

TURN = math.radians(-68)  # where the front corner stands, as an angle on the ground
TILT = 0.55  # how much of the ground's depth is seen; 1 would be from straight above
RISE = 1.0  # how tall the highest point stands; the ground reaches from -1 to 1
LIGHT = np.array([-0.5, 0.2, 0.84])  # where the light comes from: left, behind, above


class Relief:
    """A surface over `bounds` (left, right, bottom, top), drawn on `ax` as it is seen at a slant.

    `front` is the corner next to the viewer, e.g. (1, -1) for right and bottom. Heights are
    stretched so that the lowest stands on the ground and the highest at the top, and coloured with
    `cmap`; `seams` is the colour of the lines between the cells.
    """

    tone = 2.0  # colours change with the height to the power of 1 / tone, as in contours,
    bend = 1.0  # and what is drawn is the height to the power of 1 / bend

    def __init__(
        self, ax, bounds, front=(1, -1), names=("$w_1$", "$w_2$"), cmap="viridis", seams="white"
    ):
        self.ax, self.names, self.cmap = ax, names, matplotlib.colormaps.get_cmap(cmap)
        self.lowest, self.range = 0.0, 1.0  # until there is a surface
        self.surface = PolyCollection([], edgecolor=seams, linewidth=0.25)
        ax.add_collection(self.surface)
        self._make_frame()
        self.look(bounds, front)

    @property
    def artists(self):
        """What `show` changes."""
        return [self.surface, self.low, self.high]

    def look(self, bounds, front=(1, -1), turn=0.0):
        """See other `bounds` from the corner `front`, turned on by so many degrees.

        The frame changes; the surface with the next `show`.
        """
        self.bounds = bounds
        angle = TURN - math.atan2(front[1], front[0]) + math.radians(turn)
        c, s = math.cos(angle), math.sin(angle)
        self.turn = np.array([[c, -s], [s, c]])
        self._place_frame()

    def show(self, function, steps=25, *, tone=2.0, bend=1.0):
        """Draw another surface: `function` takes points (2, ...) and returns values (...)."""
        x1, x2, values = heights(function, self.bounds, steps)
        self.tone, self.bend = tone, bend
        self.lowest, self.range = values.min(), np.ptp(values) or 1.0
        self.low.set_text(_rounded(self.lowest))
        self.high.set_text(_rounded(values.max()))
        across, up = self.project(x1, x2, values)
        corners = np.stack([_cells(across), _cells(up)], axis=-1).reshape(-1, 4, 2)
        deep = _cells(self._ground(x1, x2)[1]).mean(axis=-1).ravel()
        order = np.argsort(-deep, kind="stable")  # the farthest first
        level = (_cells(values).mean(axis=-1) - self.lowest) / self.range
        colors = self.cmap(level ** (1 / self.tone))
        colors[..., :3] *= self._light(x1, x2, values)[..., None]
        self.surface.set_verts(corners[order])
        self.surface.set_facecolor(np.clip(colors, 0, 1).reshape(-1, 4)[order])

    def project(self, x1, x2, values):
        """Where the points at x1, x2 with these heights are seen on `ax`: two arrays."""
        across, deep = self._ground(x1, x2)
        return across, TILT * deep + self._rise(values)

    def _rise(self, values):
        """How tall the heights stand."""
        share = (values - self.lowest) / self.range
        return RISE * (share if self.bend == 1 else np.maximum(share, 0) ** (1 / self.bend))

    def _ground(self, x1, x2):
        """Coordinates to the right and away from the viewer, the ground's sides from -1 to 1."""
        left, right, bottom, top = self.bounds
        a, b = 2 * (x1 - left) / (right - left) - 1, 2 * (x2 - bottom) / (top - bottom) - 1
        (c, d), (e, f) = self.turn
        return c * a + d * b, e * a + f * b

    def _light(self, x1, x2, values):
        """How bright each cell is, about 1: more where it faces the light."""
        across, deep = self._ground(x1, x2)
        corners = np.stack([across, deep, self._rise(values)], axis=-1)
        normal = np.cross(corners[:-1, 1:] - corners[1:, :-1], corners[1:, 1:] - corners[:-1, :-1])
        normal *= np.sign(normal[..., 2:])
        return 0.62 + 0.42 * normal @ LIGHT / np.linalg.norm(normal, axis=-1)

    def _make_frame(self):
        """The ground's outline, the axis of heights and all labels, still without a place."""
        line = {"color": "0.4", "linewidth": 0.8, "linestyle": "-", "zorder": 0.5}
        (self.outline,) = self.ax.plot([], [], **line)
        (self.axis,) = self.ax.plot([], [], **line)
        scale = {"ha": "right", "va": "center", "fontsize": 9}
        self.low, self.middle, self.high = (
            self.ax.text(0, 0, text, **scale) for text in ("", "cost", "")
        )
        self.labels = [
            [self.ax.text(0, 0, "", ha="center", va="top", fontsize=size) for size in (9, 10, 9)]
            for _ in self.names
        ]
        self.frame = [self.outline, self.axis, self.middle, *self.labels[0], *self.labels[1]]
        self.ax.set(xlim=(-1.85, 1.6), ylim=(-1.1, 1.8), aspect="equal")
        self.ax.set_axis_off()

    def _place_frame(self):
        left, right, bottom, top = self.bounds
        x1 = np.array([left, right, right, left, left])
        x2 = np.array([bottom, bottom, top, top, bottom])
        across, deep = self._ground(x1, x2)
        up = TILT * deep
        self.outline.set_data(across, up)
        foot, nearest = across.argmin(), deep.argmin()
        u, v = across[foot], up[foot]
        self.axis.set_data([u, u], [v, v + RISE])
        for text, share in zip((self.low, self.middle, self.high), (0, 0.5, 1)):
            text.set_position((u - 0.06, v + share * RISE))
        self._label(0, (left, right), np.array([left, right]), x2[nearest])
        self._label(1, (bottom, top), x1[nearest], np.array([bottom, top]))

    def _label(self, which, ends, x1, x2):
        """The name and the ends of the coordinate that runs along one edge in front."""
        across, deep = self._ground(x1, x2)
        up = TILT * deep
        aside = 0.1 * np.sign(across.mean())
        words = (f"{ends[0]:g}", self.names[which], f"{ends[1]:g}")
        for label, share, text in zip(self.labels[which], (0.1, 0.5, 0.9), words):
            u, v = (1 - share) * across[0] + share * across[1], (1 - share) * up[0] + share * up[1]
            label.set_text(text.replace("-", "−"))
            label.set_position((u + aside, v - 0.05))


def _cells(grid):
    """The four corners of every cell of a grid (n, m): (n - 1, m - 1, 4)."""
    return np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], axis=-1)


def _rounded(value):
    """Two digits of it: 2500, not 2.5e+03."""
    return f"{float(f'{value:.2g}'):g}".replace("-", "−")
