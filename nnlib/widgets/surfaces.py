"""Chapter 3's widget: the cost surface of an SVM's two weights, walked on, and what it means."""

import numpy as np
from matplotlib.patches import Polygon

from nnlib import plots
from nnlib.plots.planes import PALE
from nnlib.surfaces import (
    ClassifierSurface,
    HingeLoss,
    LogisticLoss,
    SquaredHingeLoss,
    SquaredLoss,
)
from nnlib.surfaces.classifier import signs
from nnlib.validation import check_matrix, check_number, check_same_length, check_vector
from nnlib.widgets.controls import button, choice, log_slider, row
from nnlib.widgets.explorer import BETWEEN, GRID, SurfaceExplorer, pair

LOSSES = {
    loss.name: loss for loss in (HingeLoss(), SquaredHingeLoss(), LogisticLoss(), SquaredLoss())
}
BATCHES = (1, 5, 20)  # and all examples
SIZE = 7.6, 4.6  # inches
MAP = [0.065, 0.1, 0.51, 0.51 * SIZE[0] / SIZE[1]]  # parts of the width and height; a square
RELIEF, THIRD = [0.6, 0.55, 0.4, 0.45], [0.67, 0.1, 0.27, 0.4]
NEVER = 1e-9  # weights as short as that have their margin beyond any picture


def cost_surface_explorer(X, y, *, start=(-2.0, 2.0), reach=3.0):
    """The cost surface of a line through the origin, and gradient descent on it, to play with.

    `X` (n, 2) are the examples, `y` (n,) labels 0 and 1 or -1 and +1. The map shows weights from
    -reach to reach, and the walk starts at `start` (2,).

    Left: contours of the cost, and the walk. Right, above: the same in relief. Below: the examples,
    the line of the current point with its margin, and the examples on the wrong side in rings.

    Drag on the contours to start elsewhere, or use the arrow keys on the picture, with shift for
    ten times as far; Enter shows one more step, Home and End the first and the last, the space bar
    plays them.

    Raises ValueError for examples that have not two features, for other labels than those, and for
    a start off the map.
    """
    return CostSurfaceExplorer(X, y, start, reach)


class CostSurfaceExplorer(SurfaceExplorer):
    """See `cost_surface_explorer`."""

    kind = "cost-surface-explorer"
    size, places = SIZE, (MAP, RELIEF, THIRD)

    def __init__(self, X, y, start, reach):
        self.X, self.y = check_matrix(X, features=2), signs(y)
        check_same_length(self.X, self.y)
        self.seed = 0
        self.loss = choice("loss", list(LOSSES), "hinge")
        self.strength = log_slider("strength", 0.01, -4, 1)
        self.rate = log_slider("learning rate", 0.1, -3, 1)
        n = len(self.X)
        sizes = [(str(size), size) for size in BATCHES if size < n] + [(f"all {n}", n)]
        self.batch = choice("batch size", sizes, n)
        for control in (self.loss, self.strength):
            control.observe(self._surface_changed, "value")
        for control in (self.rate, self.batch):
            control.observe(self.redraw, "value")
        controls = [row(self.loss, self.strength), row(self.batch, self.rate)]
        shuffle = button("shuffle anew", "The examples in another order", self.shuffle)
        reach = check_number(reach, "reach", positive=True)
        bounds = (-reach, reach) * 2
        super().__init__(controls, self._surface(), _check_start(start, reach), bounds,
                         buttons=[shuffle])  # fmt: skip

    def shuffle(self):
        """Take the examples in another order; until then every walk takes them in the same."""
        self.seed += 1
        self.redraw()

    def restore(self):
        self.seed = 0
        self.loss.value, self.strength.value = "hinge", 0.01
        self.rate.value, self.batch.value = 0.1, len(self.X)
        super().restore()

    def path(self):
        """The walk (m, 2): up to self.steps steps."""
        some = self.batch.value < len(self.X)
        batches = {"batch_size": self.batch.value, "rng": np.random.default_rng(self.seed)}
        options = batches if some else {}
        return self.surface.descend(self.start, self.rate.value, self.steps, **options)

    def paths(self):
        return [self.path()]

    def make_trails(self):
        self.trail, self.ridge = Trail(self.map), Trail(self.relief.ax, every=BETWEEN)
        return [(self.trail, self.ridge)]

    def paint(self):
        for artist in self.map.collections:
            artist.remove()
        plots.contours(self.surface, self.map, bounds=self.bounds, steps=GRID)
        self.relief.show(self.surface)
        edges = [self.map.spines[side] for side in ("left", "bottom")]
        self.scene.lay([*self.map.collections, *edges, *self.relief.artists])

    def tell(self, paths, shown):
        (path,), (shown,) = paths, shown
        w, cost = shown[-1], self.surface(shown[-1])
        beside = "" if self.inside(w) else ", off the map"
        self.title.set_text(f"step {len(shown) - 1}: cost {cost:.4g}{beside}")
        third = self.show_third(w)
        return f"{self.settings()} {self._walk_words(path, shown, cost)} {third}"

    def _walk_words(self, path, shown, cost):
        words = (
            f"Step {len(shown) - 1} of {self.steps}, from {pair(self.start)}: the weights are "
            f"{pair(shown[-1])} and cost {cost:.4g}."
        ).replace("-", "−")
        if len(shown) == len(path) <= self.steps:
            return words + " The walk runs away and ends here: take a smaller learning rate."
        outside = np.flatnonzero(~self.inside(shown.T))
        if outside.size == 0:
            return words
        if self.inside(shown[-1]):
            return words + f" The path was off the map at {outside.size} of its points."
        return words + f" The path left the map at step {outside[0]}."

    def settings(self):
        size = self.batch.value
        batch = f"batches of {size}" if size < len(self.X) else "all examples in each step"
        return (
            f"Cost surface of the {self.loss.value} loss with strength {self.strength.value:.3g}, "
            f"and gradient descent with learning rate {self.rate.value:.3g}, {batch}."
        )

    def draw_third(self, ax):
        self.map.set(xlabel="$w_1$", ylabel="$w_2$")
        self.map.yaxis.labelpad = -4
        plots.points(self.X, self.y, ax, size=18)
        self.line = LineDrawing(self.X, self.y, ax)
        return self.line.artists

    def show_third(self, w):
        """Move the line to the weights w (2,), and say what it does."""
        margins = self.surface.margins(w)
        self.line.show(w, margins <= 0)
        right = f"{np.sum(margins > 0)} of {len(margins)}"
        self.line.title.set_text(f"{right} on the right side")
        if not w.any():
            return "Without weights there is no line, and no point on its right side."
        return f"{right} points lie on the right side of the line."

    def _surface(self):
        return ClassifierSurface(self.X, self.y, LOSSES[self.loss.value], self.strength.value)

    def _surface_changed(self, _):
        self.look_at(self._surface())
        self.redraw()


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


class LineDrawing:
    """The line w·x = 0 through the points X (n, 2) on `ax`, its margin, and rings, to be moved."""

    def __init__(self, X, y, ax):
        self.X, self.size = X, 1.15 * np.abs(X).max() or 1.0
        ax.set(xlim=(-self.size, self.size), ylim=(-self.size, self.size), aspect="equal",
               xlabel="$x_1$", ylabel="$x_2$", facecolor=PALE[0])  # fmt: skip
        ax.grid(False)
        ax.xaxis.labelpad = ax.yaxis.labelpad = 0
        self.title = ax.set_title("")
        self.side = ax.add_patch(Polygon(np.zeros((4, 2)), facecolor=PALE[1], zorder=0.5))
        self.lines = [
            ax.plot([], [], color="black", linestyle=style, linewidth=width)[0]
            for style, width in [("-", 1.6), ("--", 0.8), ("--", 0.8)]
        ]
        (self.shaft,) = ax.plot([], [], "-", color="black", linewidth=1.6, zorder=4)
        (self.head,) = ax.plot([], [], color="black", markersize=7, zorder=4)
        (self.rings,) = ax.plot([], [], "o", markersize=8.5, markerfacecolor="none",
                                markeredgecolor="black", markeredgewidth=0.9, zorder=5)  # fmt: skip
        self.artists = [self.title, self.side, *self.lines, self.shaft, self.head, self.rings,
                        *ax.collections, *ax.spines.values()]  # fmt: skip

    def show(self, w, wrong):
        """Move the line to the weights w (2,), and ring the examples `wrong` (n,), booleans."""
        self.rings.set_data(*self.X[wrong].T)
        length = np.linalg.norm(w)
        ahead = w / length if length > 0 else np.full(2, np.nan)  # no weights, no line
        along = 3 * self.size * np.array([-ahead[1], ahead[0]])
        far = 3 * self.size * ahead
        self.side.set_xy([-along, along, along + far, far - along])
        margin = ahead / max(length, NEVER)
        for line, score in zip(self.lines, (0, 1, -1)):
            line.set_data(*np.array([score * margin - along, score * margin + along]).T)
        tip = 0.4 * self.size * ahead
        self.shaft.set_data(*np.array([np.zeros(2), tip]).T)
        self.head.set_data(*tip[:, None])
        self.head.set_marker((3, 0, np.degrees(np.arctan2(*ahead[::-1])) - 90))


def _check_start(start, reach):
    start = check_vector(start, "start", length=2).astype(np.float64)
    if (np.abs(start) > reach).any():
        raise ValueError(
            f"start expects two weights from {-reach:g} to {reach:g}, got {start.tolist()}: start "
            "nearer to 0, or make reach larger"
        )
    return start
