"""Chapter 3's widget: the cost surface of an SVM's two weights, walked on, and what it means."""

import ipywidgets
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
from nnlib.validation import check_matrix, check_same_length
from nnlib.widgets.explorer import STEPS, SurfaceExplorer, row
from nnlib.widgets.picture import button

LOSSES = {
    loss.name: loss for loss in (HingeLoss(), SquaredHingeLoss(), LogisticLoss(), SquaredLoss())
}
BATCHES = (1, 5, 20)  # and all examples
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

    def __init__(self, X, y, start, reach):
        self.X, self.y = check_matrix(X, features=2), signs(y)
        check_same_length(self.X, self.y)
        self.seed = 0
        self.loss = _choice("loss", list(LOSSES), "hinge")
        self.strength = _log_slider("strength", 0.01, -4, 1)
        self.rate = _log_slider("learning rate", 0.1, -3, 1)
        n = len(self.X)
        sizes = [(str(size), size) for size in BATCHES if size < n] + [(f"all {n}", n)]
        self.batch = _choice("batch size", sizes, n)
        for control in (self.loss, self.strength):
            control.observe(self._surface_changed, "value")
        for control in (self.rate, self.batch):
            control.observe(self.redraw, "value")
        controls = [row(self.loss, self.strength), row(self.batch, self.rate)]
        shuffle = button("shuffle anew", "The examples in another order", self.shuffle)
        super().__init__(controls, self._surface(), start, reach, buttons=[shuffle])

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
        some = self.batch.value < len(self.X)
        batches = {"batch_size": self.batch.value, "rng": np.random.default_rng(self.seed)}
        return self.surface.descend(self.start, self.rate.value, STEPS, **(batches if some else {}))

    def settings(self):
        size = self.batch.value
        batch = f"batches of {size}" if size < len(self.X) else "all examples in each step"
        return (
            f"Cost surface of the {self.loss.value} loss with strength {self.strength.value:.3g}, "
            f"and gradient descent with learning rate {self.rate.value:.3g}, {batch}."
        )

    def draw_third(self, ax):
        plots.points(self.X, self.y, ax, size=18)
        self.line = LineDrawing(self.X, self.y, ax)
        return self.line.artists

    def show_third(self, w):
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


def _choice(name, options, value):
    control = ipywidgets.Dropdown(options=options, value=value, description=name)
    control.layout.width = "17em"
    return control


def _log_slider(name, value, low, high):
    return ipywidgets.FloatLogSlider(
        value=value, min=low, max=high, step=0.1, description=name, readout_format=".3g",
        style={"description_width": "initial"},
    )  # fmt: skip
