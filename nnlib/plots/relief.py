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
    stretched so that the lowest stands on the ground and the highest at the top.
    """

    def __init__(self, ax, bounds, front=(1, -1), names=("$w_1$", "$w_2$")):
        self.ax, self.bounds, self.front, self.names = ax, bounds, front, names
        turn = TURN - math.atan2(front[1], front[0])
        self.turn = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
        self.surface = PolyCollection([], edgecolor="white", linewidth=0.25)
        ax.add_collection(self.surface)
        self._frame()

    @property
    def artists(self):
        """What `show` changes."""
        return [self.surface, self.low, self.high]

    def show(self, function, steps=25):
        """Draw another surface: `function` takes points (2, ...) and returns values (...)."""
        x1, x2, values = heights(function, self.bounds, steps)
        self.lowest, self.range = values.min(), np.ptp(values) or 1.0
        self.low.set_text(f"{self.lowest:.2g}")
        self.high.set_text(f"{values.max():.2g}")
        across, up = self.project(x1, x2, values)
        corners = np.stack([_cells(across), _cells(up)], axis=-1).reshape(-1, 4, 2)
        deep = _cells(self._ground(x1, x2)[1]).mean(axis=-1).ravel()
        order = np.argsort(-deep, kind="stable")  # the farthest first
        level = (_cells(values).mean(axis=-1) - self.lowest) / self.range
        colors = matplotlib.colormaps["viridis"](np.sqrt(level))  # as in contours
        colors[..., :3] *= self._light(x1, x2, values)[..., None]
        self.surface.set_verts(corners[order])
        self.surface.set_facecolor(np.clip(colors, 0, 1).reshape(-1, 4)[order])

    def project(self, x1, x2, values):
        """Where the points at x1, x2 with these heights are seen on `ax`: two arrays."""
        across, deep = self._ground(x1, x2)
        return across, TILT * deep + RISE * (values - self.lowest) / self.range

    def _ground(self, x1, x2):
        """Coordinates to the right and away from the viewer, the ground's sides from -1 to 1."""
        left, right, bottom, top = self.bounds
        a, b = 2 * (x1 - left) / (right - left) - 1, 2 * (x2 - bottom) / (top - bottom) - 1
        (c, d), (e, f) = self.turn
        return c * a + d * b, e * a + f * b

    def _light(self, x1, x2, values):
        """How bright each cell is, about 1: more where it faces the light."""
        across, deep = self._ground(x1, x2)
        corners = np.stack([across, deep, RISE * (values - self.lowest) / self.range], axis=-1)
        normal = np.cross(corners[:-1, 1:] - corners[1:, :-1], corners[1:, 1:] - corners[:-1, :-1])
        normal *= np.sign(normal[..., 2:])
        return 0.62 + 0.42 * normal @ LIGHT / np.linalg.norm(normal, axis=-1)

    def _frame(self):
        """The ground's outline, the axis of heights, and their labels."""
        self.lowest, self.range = 0.0, 1.0  # until there is a surface
        left, right, bottom, top = self.bounds
        x1 = np.array([left, right, right, left, left])
        x2 = np.array([bottom, bottom, top, top, bottom])
        across, up = self.project(x1, x2, 0.0)
        line = {"color": "0.4", "linewidth": 0.8, "linestyle": "-", "zorder": 0.5}
        self.ax.plot(across, up, **line)
        foot = across.argmin()
        u, v = across[foot], up[foot]
        self.ax.plot([u, u], [v, v + RISE], **line)
        self.low, _, self.high = (
            self.ax.text(u - 0.06, v + share * RISE, text, ha="right", va="center", fontsize=9)
            for share, text in [(0, ""), (0.5, "cost"), (1, "")]
        )
        front1, front2 = (right, left)[self.front[0] < 0], (top, bottom)[self.front[1] < 0]
        self._label(self.names[0], (left, right), np.array([left, right]), front2)
        self._label(self.names[1], (bottom, top), front1, np.array([bottom, top]))
        self.ax.set(xlim=(-1.85, 1.6), ylim=(-1.1, 1.75), aspect="equal")
        self.ax.set_axis_off()

    def _label(self, name, ends, x1, x2):
        """The name and the ends of the coordinate that runs along one edge in front."""
        across, up = self.project(x1, x2, 0.0)
        aside = 0.1 * np.sign(across.mean())
        for share, text in [(0.1, f"{ends[0]:g}"), (0.5, name), (0.9, f"{ends[1]:g}")]:
            u, v = (1 - share) * across[0] + share * across[1], (1 - share) * up[0] + share * up[1]
            self.ax.text(u + aside, v - 0.05, text.replace("-", "−"), ha="center", va="top",
                         fontsize=10 if text is name else 9)  # fmt: skip


def _cells(grid):
    """The four corners of every cell of a grid (n, m): (n - 1, m - 1, 4)."""
    return np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], axis=-1)
