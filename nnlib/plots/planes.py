"""Points in the plane, and what a classifier says about the rest of it (chapters 2 to 6)."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from nnlib.plots.mesh import around, ask, mesh
from nnlib.plots.style import COLORS, MARKERS
from nnlib.validation import check_matrix, check_same_length, check_vector

# Light and darker in turn, so that neighbours differ in grey print, too.
PALE = ["#E1EDF8", "#EFC2A0", "#E3F5EE", "#DDB4CB", "#FDF1D6", "#A9D4EA", "#EDEDED"]
SURE = LinearSegmentedColormap.from_list("sure", [PALE[0], "#EFE3DA", PALE[1]])
STEPS = 200  # grid points along each side


def points(X, y, ax, size=28):
    """Draw X (n, 2) with a colour and a marker for each label of y (n,)."""
    X, y = _checked(X, y)
    for n, label in enumerate(np.unique(y)):
        of_class = X[y == label]
        ax.scatter(*of_class.T, s=size, color=COLORS[n % len(COLORS)], label=f"{label}",
                   marker=MARKERS[n % len(MARKERS)], edgecolor="white", linewidth=0.7,
                   zorder=3)  # fmt: skip
    return ax


def decision_boundary(predict, X, y, ax, *, bounds=None, steps=STEPS):
    """Colour the plane by what `predict` says, and draw X (n, 2) with its labels y (n,) over it.

    `predict` takes points (m, 2) and returns labels (m,), or probabilities of the second class,
    which are then shaded, with the line where they are one half.
    `bounds` is (left, right, bottom, top); by default they leave a margin around the points.
    `predict` is asked at `steps` x `steps` points of a grid.
    """
    X, y = _checked(X, y)
    x1, x2, values = _answers(predict, X, bounds, steps, "predict")
    labels = np.unique(y)
    if np.isin(values, labels).all():
        index = np.searchsorted(labels, values)
        colors = [PALE[n % len(PALE)] for n in range(len(labels))]
        ax.contourf(x1, x2, index, levels=np.arange(len(labels) + 1) - 0.5, colors=colors)
        for edge in range(len(labels) - 1):
            ax.contour(x1, x2, index > edge, levels=[0.5], colors="0.3", linewidths=1)
    elif values.min() < 0 or values.max() > 1:
        raise ValueError(
            "predict expects to return labels that occur in y, or probabilities from 0 to 1, got "
            f"values from {values.min():g} to {values.max():g}: draw scores with plots.margin"
        )
    else:
        ax.contourf(x1, x2, values, levels=np.linspace(0, 1, 11), cmap=SURE)
        ax.contour(x1, x2, values, levels=[0.5], colors="0.2", linewidths=1.5)
    ax.grid(False)
    return points(X, y, ax)


def margin(decision_function, X, y, ax, *, support=None, bounds=None):
    """Draw where a score is 0, -1 and +1, and X (n, 2) over it, ringing the indices `support`."""
    X, y = _checked(X, y)
    x1, x2, score = _answers(decision_function, X, bounds, STEPS, "decision_function")
    ax.contourf(x1, x2, score, levels=[-np.inf, 0, np.inf], colors=PALE[:2])
    ax.contour(x1, x2, score, levels=[-1, 0, 1], colors="0.2", linestyles=["--", "-", "--"])
    points(X, y, ax)
    if support is not None:
        rings = X[support]
        ax.scatter(*rings.T, s=130, facecolor="none", edgecolor="black", linewidth=1.2, zorder=2)
    ax.grid(False)
    return ax


def _answers(function, X, bounds, steps, name):
    """A grid within `bounds`, or around the points X, and what `function` says at its points."""
    x1, x2 = mesh(around(X) if bounds is None else bounds, steps)
    grid = np.column_stack([x1.ravel(), x2.ravel()])
    return x1, x2, ask(function, grid, (len(grid),), name).reshape(x1.shape)


def _checked(X, y):
    X, y = check_matrix(X, features=2), check_vector(y)
    check_same_length(X, y)
    return X, y
