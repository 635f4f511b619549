"""Cost surfaces over two coordinates: contours first, three dimensions where shape is the point."""

import numpy as np

from nnlib.plots.mesh import ask, mesh
from nnlib.plots.style import COLORS
from nnlib.validation import check_matrix


def contours(function, ax, *, bounds, path=None, levels=20, steps=121):
    """Draw the level lines of `function` within `bounds` (left, right, bottom, top).

    `function` takes points of shape (2, ...) and returns values of shape (...). `path` (m, 2) is
    drawn over it with a dot at its start and a star at its end. Levels lie close where the values
    are low: they are spaced evenly in the square root of the height above the lowest.
    """
    x1, x2, values = heights(function, bounds, steps)
    edges = level_edges(values, levels)
    if len(edges) > 1:
        ax.contourf(x1, x2, values, levels=edges, cmap="viridis", alpha=0.85)
        ax.contour(x1, x2, values, levels=edges, colors="white", linewidths=0.5, alpha=0.6)
    if path is not None:
        trace(path, ax)
    ax.set(xlim=bounds[:2], ylim=bounds[2:])
    ax.grid(False)
    return ax


def level_edges(values, levels, power=2.0):
    """Levels from the lowest of `values` to the highest; one, if they are all the same.

    low + (high - low) * (k / levels)**power    for k = 0 ... levels
    """
    low, high = np.min(values), np.max(values)
    return np.unique(low + (high - low) * np.linspace(0, 1, levels + 1) ** power)


def spacing(values):
    """The power for `level_edges` that puts half of the map below the middle level.

    At least 1, even levels, and at most 12: near the lowest place of a very steep surface the lines
    would lie closer than numbers do.
    """
    low, high = np.min(values), np.max(values)
    middle = (np.median(values) - low) / (high - low) if high > low else 0.5
    return float(np.clip(np.log(middle) / np.log(0.5), 1, 12)) if middle > 0 else 12.0


def trace(path, ax):
    """Draw a path (m, 2), a dot at its start and a star at its end.

    Returns the four lines: a white seam, for in grey print the path is as dark as the ground; the
    path itself; the dot; the star.
    """
    x, y = check_matrix(path, "path", features=2).T
    (seam,) = ax.plot(x, y, "-", color="white", linewidth=4)
    (line,) = ax.plot(x, y, "-", marker=".", color=COLORS[1], markersize=4, linewidth=1.4)
    (start,) = ax.plot(x[:1], y[:1], "o", color="white", markeredgecolor="black", markersize=8)
    (end,) = ax.plot(x[-1:], y[-1:], "*", color=COLORS[4], markeredgecolor="black", markersize=13)
    return seam, line, start, end


def surface3d(function, ax, *, bounds, steps=61):
    """Draw `function` as a landscape on `ax`, made with `subplot_kw={"projection": "3d"}`."""
    if not hasattr(ax, "plot_surface"):
        raise ValueError(
            'surface3d expects a 3-D ax: make it with figure(..., subplot_kw={"projection": "3d"})'
        )
    x1, x2, values = heights(function, bounds, steps)
    ax.plot_surface(x1, x2, values, cmap="viridis", linewidth=0, antialiased=True)
    ax.locator_params(nbins=5)
    return ax


def heights(function, bounds, steps):
    """The grid of coordinates within `bounds`, (steps, steps) each, and the values over it."""
    x1, x2 = mesh(bounds, steps)
    return x1, x2, ask(function, np.array([x1, x2]), x1.shape, "function")
