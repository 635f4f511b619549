"""A landscape to walk on: contours, the same in relief, paths on both, and a start to be dragged.

The core of the explorers of chapters 3 and 5. It knows a surface and walks on it; what it is the
surface of, and who walks, stands in `surfaces` and in `optimizers`.
"""

import contextlib

import ipywidgets
import numpy as np

from nnlib import plots
from nnlib.plots.circuits import number
from nnlib.plots.relief import Relief
from nnlib.widgets.controls import FULL_NAME, button, row
from nnlib.widgets.picture import Widget
from nnlib.widgets.scene import Scene

STEPS = 100  # of a walk, at first
PLAY, PAUSE = "▶ play", "❚❚ pause"
PACE = 150  # milliseconds from picture to picture while the walks are played
GRID = 61  # points along each side that the contours are drawn from
BETWEEN = 6  # points of a path in relief for each of its steps: it bends with the ground
NUDGE, LEAP = 1 / 120, 1 / 12  # of the map: how far an arrow key moves the start, and with shift
ARROWS = {"ArrowRight": (1, 0), "ArrowLeft": (-1, 0), "ArrowUp": (0, 1), "ArrowDown": (0, -1)}


class SurfaceExplorer(Widget):
    """A surface over `bounds` (left, right, bottom, top), and walks on it from `start` (2,).

    Three panels: contours, the surface in relief, and a third one that a subclass draws. The start
    is dragged on the contours or moved with the arrow keys (with shift ten times as far); the steps
    are shown one by one, or played. Other keys: Enter for one step on, Home and End for the first
    and the last, the space bar to play and pause.

    A subclass gives rows of controls and some `buttons`, the figure's `size` in inches and the
    `places` of its panels, calls `look_at(surface)` when the surface is another, and defines

        paths() -> list            walks (m, 2) on self.surface from self.start, of up to self.steps
                                   steps, one for each pair of trails; None for one not taken
        make_trails() -> list      pairs of what draws a walk on the map and in relief, by
                                   `show(points)`; each has its `artists`
        paint()                    draws self.surface on self.map and in self.relief, and lays down
                                   in self.scene what stands still until the next time
        draw_third(ax) -> artists  draws what stands still; returns what moves
        tell(paths, shown) -> str  says what is seen, `shown` being the walks up to the present step
    """

    steps = STEPS

    def __init__(self, controls, surface, start, bounds, *, buttons=()):
        self.bounds = tuple(map(float, bounds))
        self.start = self.first_start = np.array(start, dtype=float)
        self.dragging = self.waiting = False
        self._new_scene(lowest_corner(surface, self.bounds))
        self.look_at(surface)
        buttons = row(*buttons, button("reset", "All settings as at first", self.reset))
        rows = [*controls, row(self._step_controls(), buttons)]
        super().__init__(rows, on_point=self._point, on_key=self._key)

    def look_at(self, surface):
        """Put another surface under the walks."""
        self.surface = surface
        self.paint()

    def draw(self):
        """The picture of the present step, and its words."""
        paths = self.paths()
        shown = [None if path is None else path[: self.step.value + 1] for path in paths]
        for (trail, ridge), path in zip(self.trails, shown, strict=True):
            path = np.empty((0, 2)) if path is None else path
            trail.show(path)
            ridge.show(self._in_relief(path))
        words = self.tell(paths, shown)
        return self.scene.png(), words

    def redraw(self, *_):
        """Draw again, unless there are more changes to come."""
        if not self.waiting:
            super().redraw()

    @contextlib.contextmanager
    def at_once(self):
        """Within it settings change together; one picture follows."""
        before, self.waiting = self.waiting, True
        try:
            yield
        finally:
            self.waiting = before
        self.redraw()

    def move_start(self, w):
        """Start at w (2,); what lies off the map is taken back to its edge."""
        left, right, bottom, top = self.bounds
        self.start = np.clip(w, [left, bottom], [right, top])
        self.redraw()

    def go(self, step):
        """Show the walks up to this step; after the last comes the start."""
        self.step.value = 0 if step > self.steps else step

    def toggle(self):
        """Play the steps from here, at the end from the start; or pause."""
        if not self.play.playing and self.step.value == self.steps:
            self.go(0)
        self.play.playing = not self.play.playing

    def reset(self):
        """All settings as at first."""
        with self.at_once():
            self.restore()

    def restore(self):
        """The first start, and the whole walks; a subclass adds its own controls."""
        self.start, self.play.playing, self.step.value = self.first_start, False, self.steps

    def inside(self, w):
        """Whether the points w (2, ...) are on the map."""
        left, right, bottom, top = self.bounds
        x, y = w
        return (left <= x) & (x <= right) & (bottom <= y) & (y <= top)

    def _new_scene(self, front):
        fig, axes = plots.figure(*self.size, columns=3, layout=None)
        for ax, place in zip(axes, self.places):
            ax.set_position(place)
        self.map, slant, third = axes
        self.title = self.make_title(fig)
        self.relief = self.make_relief(slant, front)
        self.trails = self.make_trails()
        moving = [artist for pair in self.trails for trail in pair for artist in trail.artists]
        self.scene = LayeredScene(fig, [*moving, self.title, *self.draw_third(third)])

    def make_title(self, fig):
        """The line of text above the picture, to be filled in by `tell`."""
        return self.map.set_title("")

    def make_relief(self, ax, front):
        """The relief, on an ax of its own."""
        return Relief(ax, self.bounds, front)

    def _step_controls(self):
        last = self.steps
        self.step = ipywidgets.IntSlider(last, 0, last, description="step", style=FULL_NAME)
        self.step.observe(self.redraw, "value")
        self.play = ipywidgets.Play(value=last, min=0, max=last, interval=PACE)
        self.play.layout.display = "none"  # its buttons show signs alone; ours have names
        ipywidgets.link((self.play, "value"), (self.step, "value"))
        self.player = button(PLAY, "Play the steps, or pause (space bar)", self.toggle)
        self.play.observe(self._name_player, "playing")
        on = button("one step ▶", "One step on (Enter)", lambda: self.go(self.step.value + 1))
        return row(self.play, self.player, on, self.step)

    def _name_player(self, change):
        self.player.description = PAUSE if change["new"] else PLAY

    def _in_relief(self, path):
        """Where the path (m, 2) is seen in relief, BETWEEN points a step; NaN where off the map."""
        if not len(path):
            return path
        steps = np.arange(len(path))
        t = np.arange(BETWEEN * (len(path) - 1) + 1) / BETWEEN
        w1, w2 = (np.interp(t, steps, weights) for weights in path.T)
        inside = self.inside(np.array([w1, w2]))
        w1, w2 = np.where(inside, w1, np.nan), np.where(inside, w2, np.nan)
        values = np.full(len(t), np.nan)
        values[inside] = self.surface(np.array([w1[inside], w2[inside]]))
        return np.column_stack(self.relief.project(w1, w2, values))

    def _point(self, kind, x, y):
        w = self.scene.at(self.map, x, y)
        if kind == "down":
            self.dragging = w is not None
        if self.dragging and w is not None:
            self.move_start(w)
        if kind == "up":
            self.dragging = False

    def _key(self, key, shift):
        if key in ARROWS:
            left, right, bottom, top = self.bounds
            far = (LEAP if shift else NUDGE) * np.array([right - left, top - bottom])
            self.move_start(self.start + far * ARROWS[key])
        elif key == " ":
            self.toggle()
        else:
            self.go({"Home": 0, "End": self.steps, "Enter": self.step.value + 1}[key])


class LayeredScene(Scene):
    """A Scene with a layer between what stands still and what moves, changed now and then."""

    ground = None

    def lay(self, artists):
        """Replace the layer by these artists; those of the last one are to be removed before."""
        if self.ground is None:
            _animate(artists)
            self.canvas.draw()
            self.ground = self.canvas.copy_from_bbox(self.fig.bbox)
        self.background = self.ground
        self.cover(artists)

    def cover(self, artists):
        """Draw these artists over what stands still."""
        _animate(artists)
        self.canvas.restore_region(self.background)
        for artist in artists:
            self.fig.draw_artist(artist)
        self.background = self.canvas.copy_from_bbox(self.fig.bbox)


def _animate(artists):
    for artist in artists:
        artist.set_animated(True)


def lowest_corner(surface, bounds):
    """The corner of the map with the lowest cost: seen from there, nothing hides what lies low."""
    left, right, bottom, top = bounds
    corners = {(1, -1): (right, bottom), (1, 1): (right, top), (-1, 1): (left, top),
               (-1, -1): (left, bottom)}  # fmt: skip
    return min(corners, key=lambda corner: surface(np.array(corners[corner])))


def pair(w):
    """A point (2,) in words."""
    return f"({number(round(w[0], 2))}, {number(round(w[1], 2))})"
