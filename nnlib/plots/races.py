"""Several walks on one landscape: who goes where, told apart by colour, line and marker (ch. 5)."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from nnlib.plots.landscapes import heights, level_edges, spacing
from nnlib.plots.mesh import check_bounds
from nnlib.plots.style import COLORS, LEGEND, LINES, MARKERS
from nnlib.validation import check_finite, describe

PALE_GROUND = LinearSegmentedColormap.from_list("ground", ["#FFF8E1", "#DDE9E4", "#8FA8BA"])
MANY_COLORS = [*COLORS, "#7F5539"]  # one more, a brown
RUNNERS = [marker for marker in MARKERS if marker != "*"]  # the star is for the lowest points
FAR = 5  # widths of the map: what lies farther away is drawn there
APART = 0.1  # of the ax's diagonal: how far apart a path's markers stand


def race(surface, paths, ax, *, bounds=None, minima=None, styles=None, legend=True, steps=121):
    """Draw the `paths`, a dict of label: points (m, 2), over the level lines of `surface`.

    `surface` takes points (2, ...) and returns heights (...). `bounds` is (left, right, bottom,
    top), `minima` (k, 2) are the lowest points, drawn as stars; both are the surface's own unless
    given. A circle is where the walks start, a large marker where one ends. A path may leave the
    map; points that are NaN or infinite are left out.

    `styles`, a list of labels, keeps a label's looks the same from figure to figure: the n-th of
    them gets the n-th style, whichever others are drawn. Without it the order of `paths` counts.

    The levels lie close where the surface is low, so that half of the map is below the middle one.
    """
    paths = {label: _check_path(path, label) for label, path in _check_dict(paths).items()}
    numbers = _numbers(list(paths), styles)
    bounds = check_bounds(getattr(surface, "bounds", None) if bounds is None else bounds)
    x1, x2, values = heights(surface, bounds, steps)
    ground(x1, x2, values, ax)
    stars(getattr(surface, "minima", ()) if minima is None else minima, ax)
    for label, path in paths.items():
        Runner(ax, numbers[label], label, bounds).show(path)
    starts = np.array([path[0] for path in paths.values()])
    ax.plot(*starts.T, **START)
    ax.set(xlim=bounds[:2], ylim=bounds[2:])
    if legend:
        ax.legend(**LEGEND)
    return ax


START = {"linestyle": "none", "marker": "o", "color": "white", "markeredgecolor": "black",
         "markeredgewidth": 1.4, "markersize": 8, "zorder": 5}  # fmt: skip


class Runner:
    """One walk on `ax` in the `number`-th style: a white seam, the line with markers, its end."""

    def __init__(self, ax, number, label=None, bounds=None):
        self.bounds = bounds
        color = MANY_COLORS[number % len(MANY_COLORS)]
        marker = RUNNERS[number % len(RUNNERS)]
        line = LINES[number % len(LINES)]
        (self.seam,) = ax.plot([], [], "-", color="white", linewidth=3.6, alpha=0.9, zorder=3)
        (self.line,) = ax.plot(
            [], [], linestyle=line, marker=marker, color=color, linewidth=1.7, markersize=4.5,
            markeredgecolor="white", markeredgewidth=0.4, label=label, zorder=4,
            markevery=(APART * (0.3 + 0.08 * number), APART),
        )  # fmt: skip
        (self.end,) = ax.plot([], [], linestyle="none", marker=marker, color=color, markersize=9,
                              markeredgecolor="black", markeredgewidth=0.9, zorder=6)  # fmt: skip
        self.artists = [self.seam, self.line, self.end]

    def show(self, points):
        """Draw the walk through points (m, 2); nothing, if there are none."""
        points = np.asarray(points, dtype=float).reshape(-1, 2)
        if self.bounds is not None:
            points = _within_reach(points, self.bounds)
        for artist in self.artists:
            artist.set_visible(len(points) > 0)
        for line in (self.seam, self.line):
            line.set_data(*points.T)
        self.end.set_data(*points[-1:].T)


def ground(x1, x2, values, ax, levels=20):
    """Fill `ax` with the level lines of `values` over a grid, pale, for many lines to go over."""
    edges = level_edges(values, levels, spacing(values))
    if len(edges) > 1:
        tones = PALE_GROUND(np.linspace(0, 1, len(edges) - 1))
        ax.contourf(x1, x2, values, levels=edges, colors=tones)
        ax.contour(x1, x2, values, levels=edges, colors="#6B7480", linewidths=0.5,
                   linestyles="-", alpha=0.55)  # fmt: skip
    ax.grid(False)
    return ax


def stars(minima, ax):
    """Mark the lowest points (k, 2); returns the line that holds the stars."""
    points = np.asarray(minima, dtype=float).reshape(-1, 2)
    (line,) = ax.plot(*points.T, linestyle="none", marker="*", color="#FFE45C", markersize=15,
                      markeredgecolor="black", markeredgewidth=0.8, zorder=2.5)  # fmt: skip
    return line


def _within_reach(points, bounds):
    """The points, none farther from the map's middle than FAR widths; NaN where not finite.

    A far point is moved towards the middle, so that a line still leaves the map in its direction.
    """
    left, right, bottom, top = bounds
    middle, size = np.array([left + right, bottom + top]) / 2, [right - left, top - bottom]
    with np.errstate(invalid="ignore", over="ignore"):
        offset = points - middle
        distance = np.abs(offset / size).max(axis=1, keepdims=True)
        near = middle + offset * np.minimum(1, FAR / np.maximum(distance, 1e-300))
    return np.where(np.isfinite(near), near, np.nan)


def _check_dict(paths):
    if not isinstance(paths, dict) or not paths:
        raise TypeError(f"paths expects a dict of label: points (m, 2), got {describe(paths)}")
    return paths


def _check_path(path, label):
    path = np.array(path)
    if path.ndim != 2 or path.shape[1] != 2 or not len(path) or path.dtype.kind not in "fiu":
        raise ValueError(f"path {label!r} expects shape (m, 2), got {describe(path)}")
    check_finite(path[0], f"the start of path {label!r}")
    return path.astype(float)


def _numbers(labels, styles):
    """The number of each label's style."""
    order = labels if styles is None else list(styles)
    unknown = [label for label in labels if label not in order]
    if unknown:
        raise ValueError(f"styles expects all labels of the paths, {unknown[0]!r} is missing")
    return {label: order.index(label) for label in labels}
