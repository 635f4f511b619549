"""How a training goes, on what was learned from and on what was not (chapter 6).

`Curves` draws on one ax what can be shown again and again, for pictures that move; the functions
draw once.
"""

import numpy as np

from nnlib.plots.hidden import Shades
from nnlib.plots.mesh import ask
from nnlib.plots.planes import STEPS, points
from nnlib.plots.style import COLORS, LEGEND
from nnlib.validation import check_matrix, check_vector, describe

STYLES = {"training": (COLORS[0], "-", 1.4), "validation": (COLORS[1], (0, (3, 1)), 1.6)}
BEFORE = {"color": "0.55", "linestyle": ":", "linewidth": 1.4}


def learning_curves(training, validation, ax, *, before=None, best=None):
    """Draw a quantity measured before the first and after every epoch, on two sets of examples.

    `training` and `validation` are of shape (epochs + 1,); `before`, of any length, is what
    validation was at another time, dotted. Where `best` is "lowest" or "highest", a dot marks that
    point of the validation curve.
    """
    drawn = Curves(ax, best)
    drawn.show(training, validation, before)
    ax.relim()
    ax.autoscale_view()
    ax.legend(handles=drawn.named(before is not None), **LEGEND)
    ax.set(xlabel="epoch")
    return ax


def boundary_beside(probability, other, X, y, ax, *, bounds):
    """Shade the plane by `probability` with its boundary, and dash the boundary of `other`.

    Both are functions of points (m, 2) that return probabilities (m,) of the second class; points
    X (n, 2) with labels y (n,) stand over it. `bounds` is (left, right, bottom, top).
    """
    shades = Shades(ax, bounds, STEPS)
    shape, size = (STEPS, STEPS), (len(shades.points),)
    values = ask(probability, shades.points, size, "probability").reshape(shape)
    beside = ask(other, shades.points, size, "other").reshape(shape)
    shades.show(values, beside - 0.5)
    return points(check_matrix(X, features=2), y, ax)


class Curves:
    """Training and validation on one ax, and validation as it was before."""

    def __init__(self, ax, best=None):
        if best not in (None, "lowest", "highest"):
            raise ValueError(f'best expects "lowest", "highest" or None, got {describe(best)}')
        self.best = best
        (self.before,) = ax.plot([], [], label="validation before", **BEFORE)
        self.lines = [
            ax.plot([], [], color=color, linestyle=style, linewidth=width, label=name)[0]
            for name, (color, style, width) in STYLES.items()
        ]
        (self.dot,) = ax.plot([], [], "D", color=STYLES["validation"][0], markersize=5)
        self.artists = [self.before, *self.lines, self.dot]

    def named(self, before=True):
        """The lines that a legend names."""
        return [*self.lines, self.before] if before else self.lines

    def show(self, training, validation, before=None):
        """Draw other numbers."""
        curves = [check_vector(training, "training"), check_vector(validation, "validation")]
        for line, numbers in zip(self.lines, curves):
            line.set_data(np.arange(len(numbers)), numbers)
        past = [] if before is None else before
        self.before.set_data(np.arange(len(past)), past)
        if self.best is not None:
            find = np.argmin if self.best == "lowest" else np.argmax
            at = find(curves[1])
            self.dot.set_data([at], [curves[1][at]])
