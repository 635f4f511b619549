"""A landscape to walk on: contours, the same in relief, a path on both, and a start to be dragged.

The core of chapter 3's cost-surface explorer. It knows a surface and a path, but no data and no
classifier: what belongs to those stands in `surfaces`.
"""

import contextlib

import ipywidgets
import numpy as np

from nnlib import plots
from nnlib.plots.circuits import number
from nnlib.plots.relief import Relief
from nnlib.validation import check_number, check_vector
from nnlib.widgets.picture import Widget, button
from nnlib.widgets.scene import Scene

STEPS = 100  # of a path
PLAY, PAUSE = "▶ play", "❚❚ pause"
PACE = 150  # milliseconds a step while the path is played
GRID = 61  # points along each side that the contours are drawn from
BETWEEN = 6  # points of a path in relief for each of its steps: it bends with the ground
NUDGE, LEAP = 1 / 60, 1 / 6  # of the reach: how far an arrow key moves the start, and with shift
ARROWS = {"ArrowRight": (1, 0), "ArrowLeft": (-1, 0), "ArrowUp": (0, 1), "ArrowDown": (0, -1)}
SIZE = 7.6, 4.6  # inches
MAP = [0.065, 0.1, 0.51, 0.51 * SIZE[0] / SIZE[1]]  # parts of the width and height; a square
RELIEF, THIRD = [0.6, 0.55, 0.4, 0.45], [0.67, 0.1, 0.27, 0.4]


class SurfaceExplorer(Widget):
    """A surface over two weights from -reach to reach, and a walk on it from `start` (2,).

    Three panels: contours, the surface in relief, and a third one that a subclass draws. The start
    is dragged on the contours or moved with the arrow keys (with shift ten times as far); the steps
    are shown one by one, or played. Other keys: Enter for one step on, Home and End for the first
    and the last, the space bar to play and pause.

    A subclass gives rows of controls and some `buttons`, calls `look_at(surface)` when the surface
    is another, and defines

        path() -> (m, 2)               the walk on self.surface from self.start, up to STEPS steps
        draw_third(ax) -> artists      draws what stands still; returns what moves
        show_third(w) -> str           moves it to the current point w (2,), and says what it shows
        settings() -> str              says what its controls are set to
    """

    def __init__(self, controls, surface, start, reach, *, buttons=()):
        self.reach = check_number(reach, "reach", positive=True)
        self.bounds = (-self.reach, self.reach) * 2
        self.start = self.first_start = self._check_start(start)
        self.dragging = self.waiting = False
        self._new_scene(_lowest_corner(surface, self.reach))
        self.look_at(surface)
        buttons = row(*buttons, button("reset", "All settings as at first", self.reset))
        rows = [*controls, row(self._step_controls(), buttons)]
        super().__init__(rows, on_point=self._point, on_key=self._key)

    def look_at(self, surface):
        """Put another surface under the path."""
        self.surface = surface
        for artist in self.map.collections:
            artist.remove()
        plots.contours(surface, self.map, bounds=self.bounds, steps=GRID)
        self.relief.show(surface)
        edges = [self.map.spines[side] for side in ("left", "bottom")]
        self.scene.lay([*self.map.collections, *edges, *self.relief.artists])

    def draw(self):
        """The picture of the present step, and its words."""
        path = self.path()
        shown = path[: self.step.value + 1]
        w, cost = shown[-1], self.surface(shown[-1])
        self.trail.show(shown)
        self.ridge.show(self._in_relief(shown))
        beside = "" if self._inside(w) else ", off the map"
        self.title.set_text(f"step {len(shown) - 1}: cost {cost:.4g}{beside}")
        third = self.show_third(w)
        words = f"{self.settings()} {self._walk_words(path, shown, cost)} {third}"
        return self.scene.png(), words

    def redraw(self, *_):
        """Draw again, unless there are more changes to come."""
        if not self.waiting:
            super().redraw()

    @contextlib.contextmanager
    def at_once(self):
        """Within it settings change together; one picture follows."""
        self.waiting = True
        try:
            yield
        finally:
            self.waiting = False
        self.redraw()

    def move_start(self, w):
        """Start at w (2,); what lies off the map is taken back to its edge."""
        self.start = np.clip(w, -self.reach, self.reach)
        self.redraw()

    def go(self, step):
        """Show the path up to this step; after the last comes the start."""
        self.step.value = 0 if step > STEPS else step

    def toggle(self):
        """Play the steps from here, at the end from the start; or pause."""
        if not self.play.playing and self.step.value == STEPS:
            self.go(0)
        self.play.playing = not self.play.playing

    def reset(self):
        """All settings as at first."""
        with self.at_once():
            self.restore()

    def restore(self):
        """The first start, and the whole path; a subclass adds its own controls."""
        self.start, self.play.playing, self.step.value = self.first_start, False, STEPS

    def _new_scene(self, front):
        fig, axes = plots.figure(*SIZE, columns=3, layout=None)
        for ax, place in zip(axes, (MAP, RELIEF, THIRD)):
            ax.set_position(place)
        self.map, slant, third = axes
        self.map.set(xlabel="$w_1$", ylabel="$w_2$")
        self.map.yaxis.labelpad = -4
        self.relief = Relief(slant, self.bounds, front)
        self.trail, self.ridge = Trail(self.map), Trail(slant, every=BETWEEN)
        self.title = self.map.set_title("")
        moving = [*self.trail.artists, *self.ridge.artists, self.title, *self.draw_third(third)]
        self.scene = LayeredScene(fig, moving)

    def _step_controls(self):
        style = {"description_width": "initial"}
        self.step = ipywidgets.IntSlider(STEPS, 0, STEPS, description="step", style=style)
        self.step.observe(self.redraw, "value")
        self.play = ipywidgets.Play(value=STEPS, min=0, max=STEPS, interval=PACE)
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
        steps = np.arange(len(path))
        t = np.arange(BETWEEN * (len(path) - 1) + 1) / BETWEEN
        w1, w2 = (np.interp(t, steps, weights) for weights in path.T)
        inside = self._inside(np.array([w1, w2]))
        w1, w2 = np.where(inside, w1, np.nan), np.where(inside, w2, np.nan)
        values = np.full(len(t), np.nan)
        values[inside] = self.surface(np.array([w1[inside], w2[inside]]))
        return np.column_stack(self.relief.project(w1, w2, values))

    def _inside(self, w):
        """Whether the weights w (2, ...) are on the map."""
        return (np.abs(w) <= self.reach).all(axis=0)

    def _walk_words(self, path, shown, cost):
        last = len(shown) - 1
        words = (
            f"Step {last} of {STEPS}, from {_pair(self.start)}: the weights are "
            f"{_pair(shown[-1])} and cost {cost:.4g}."
        ).replace("-", "−")
        if len(shown) == len(path) <= STEPS:
            return words + " The walk runs away and ends here: take a smaller learning rate."
        outside = np.flatnonzero(~self._inside(shown.T))
        if outside.size == 0:
            return words
        if self._inside(shown[-1]):
            return words + f" The path was off the map at {outside.size} of its points."
        return words + f" The path left the map at step {outside[0]}."

    def _check_start(self, start):
        start = check_vector(start, "start", length=2).astype(np.float64)
        if not self._inside(start):
            raise ValueError(
                f"start expects two weights from {-self.reach:g} to {self.reach:g}, got "
                f"{start.tolist()}: start nearer to 0, or make reach larger"
            )
        return start

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
            far = self.reach * (LEAP if shift else NUDGE)
            self.move_start(self.start + far * np.array(ARROWS[key]))
        elif key == " ":
            self.toggle()
        else:
            self.go({"Home": 0, "End": STEPS, "Enter": self.step.value + 1}[key])


class Trail:
    """A path on one ax, with its start and its current point; `every` n-th point gets a dot."""

    def __init__(self, ax, every=1):
        self.artists = plots.trace(np.zeros((1, 2)), ax)
        self.seam, self.line, self.start, self.end = self.artists
        self.line.set_markevery(every)

    def show(self, points):
        """Draw the path through points (m, 2)."""
        for line in (self.seam, self.line):
            line.set_data(*points.T)
        self.start.set_data(*points[:1].T)
        self.end.set_data(*points[-1:].T)


class LayeredScene(Scene):
    """A Scene with a layer between what stands still and what moves, changed now and then."""

    ground = None

    def lay(self, artists):
        """Replace the layer by these artists; those of the last one are to be removed before."""
        for artist in artists:
            artist.set_animated(True)
        if self.ground is None:
            self.canvas.draw()
            self.ground = self.canvas.copy_from_bbox(self.fig.bbox)
        self.canvas.restore_region(self.ground)
        for artist in artists:
            self.fig.draw_artist(artist)
        self.background = self.canvas.copy_from_bbox(self.fig.bbox)


def row(*controls):
    """Controls side by side; where the page is narrow, in several rows."""
    return ipywidgets.HBox(controls, layout={"flex_flow": "row wrap", "align_items": "center"})


def _lowest_corner(surface, reach):
    """The corner of the map with the lowest cost: seen from there, nothing hides what lies low."""
    corners = [(1, -1), (1, 1), (-1, 1), (-1, -1)]
    return min(corners, key=lambda corner: surface(reach * np.array(corner)))


def _pair(w):
    return f"({number(round(w[0], 2))}, {number(round(w[1], 2))})"
