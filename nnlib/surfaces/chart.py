"""A surface measured at the crossings of a grid once, and quick to ask ever after (chapter 5)."""

import math

import numpy as np

from nnlib.surfaces.surface import Surface
from nnlib.validation import check_count, check_finite, check_number, check_vector, describe

# The cubic B-spline, piece by piece: row p holds what u**p gets from each of four coefficients.
BASIS = np.array([[1, 4, 1, 0], [-3, 0, 3, 0], [3, -6, 3, 0], [-1, 3, -3, 1]]) / 6
ZOOMS = 12  # rounds of looking closer for the lowest point


class Chart(Surface):
    """What `function` is, guessed between the crossings of a grid: a cubic spline through them.

    `function` takes points (2, ...) and returns values (...), as a `Slice` through a network's cost
    does; it is asked at `steps` x `steps` points within `bounds` (left, right, bottom, top), its
    own unless given. From then on a height or a slope costs microseconds. The spline has continuous
    second derivatives, its gradient is its own, and it is exact for polynomials of degree 3 in each
    coordinate. Beyond the bounds the surface goes on straight.

    The lowest point is looked for; a walk starts at `start` unless given at the highest point of a
    square halfway between the middle and the edge.

    >>> chart = Chart(lambda p: p[0] ** 3 + p[1] ** 2, bounds=(-2, 2, -2, 2), steps=9)
    >>> round(chart([1.3, 0.4]), 6), chart.gradient([1.3, 0.4]).round(6)
    (2.357, array([5.07, 0.8 ]))
    """

    def __init__(self, function, bounds=None, *, steps=61, start=None, name="chart"):
        if not callable(function):
            raise TypeError(f"function expects a function of points, got {describe(function)}")
        self.bounds = _check_bounds(getattr(function, "bounds", None) if bounds is None else bounds)
        self.steps = check_count(steps, "steps", minimum=5)
        self.name = name
        left, right, bottom, top = self.bounds
        x, y = np.linspace(left, right, self.steps), np.linspace(bottom, top, self.steps)
        grid = np.array(np.meshgrid(x, y, indexing="ij"))
        values = np.asarray(function(grid), dtype=np.float64)
        if values.shape != grid.shape[1:]:
            raise ValueError(
                f"function expects to return one value a point, shape {grid.shape[1:]}, got shape "
                f"{values.shape}"
            )
        self._corner = np.array([left, bottom])
        self._cell = np.array([right - left, top - bottom]) / (self.steps - 1)
        self._pieces = _pieces(check_finite(values, "function(points)"))
        self.lowest_points = (self._find_lowest(grid, values),)
        self.start = self._find_start() if start is None else tuple(check_vector(start, "start"))

    def height(self, p):
        beyond, (value, along_y), (along_x, along_both) = self._look(p)
        x, y = beyond
        return value + along_x * x + along_y * y + along_both * x * y

    def slope(self, p):
        beyond, (_, along_y), (along_x, along_both) = self._look(p)
        slopes = np.stack([along_x, along_y]) + along_both * beyond[::-1]
        return (slopes.T / self._cell).T

    def _look(self, p):
        """How far beyond the edge the points p (2, ...) are, in cells, and what is at the edge.

        [[value, derivative along y], [derivative along x, mixed derivative]], each (...).
        """
        t = ((p.T - self._corner) / self._cell).T
        inside = np.minimum(np.maximum(t, 0), self.steps - 1)
        known = np.where(np.isnan(inside), 0, inside)  # NaN in, NaN out
        cell = np.minimum(known.astype(int), self.steps - 2)
        u = _powers(inside - cell)
        piece = self._pieces[cell[0], cell[1]]
        return t - inside, *np.einsum("d...i,...ij,e...j->de...", u[:, 0], piece, u[:, 1])

    def _find_lowest(self, grid, values):
        """The lowest point, from the lowest crossing by looking closer and closer."""
        point = grid.reshape(2, -1)[:, values.argmin()]
        reach, (left, right, bottom, top) = self._cell.copy(), self.bounds
        for _ in range(ZOOMS):
            offsets = np.array(np.meshgrid(*2 * [np.linspace(-1, 1, 9)], indexing="ij"))
            near = (point[:, None, None] + reach[:, None, None] * offsets).reshape(2, -1)
            near = np.clip(near, [[left], [bottom]], [[right], [top]])
            point = near[:, self.height(near).argmin()]
            reach /= 3
        return tuple(point.tolist())

    def _find_start(self):
        left, right, bottom, top = self.bounds
        turn = np.linspace(-1, 1, 9)[:-1]
        side = np.ones_like(turn)
        square = np.array([[*turn, *side, *-turn, *-side], [*-side, *turn, *side, *-turn]])
        middle, size = np.array([left + right, bottom + top]) / 2, (self.steps - 1) * self._cell
        points = middle[:, None] + size[:, None] / 4 * square
        return tuple(points[:, self.height(points).argmax()].tolist())

    def __repr__(self):
        return f"Chart({self.name!r}, bounds={self.bounds}, steps={self.steps})"


def _pieces(values):
    """For each cell of the grid the polynomial over it, (n - 1, n - 1, 4, 4)."""
    n = len(values)
    # n + 2 coefficients a direction: the spline meets the n values, and the first two pieces are
    # one polynomial, as are the last two ("not a knot").
    meet = np.zeros((n + 2, n + 2))
    for k in range(n):
        meet[k + 1, k : k + 3] = BASIS[0, :3]
    meet[0, :5] = meet[-1, -5:] = [1, -4, 6, -4, 1]
    padded = np.zeros((n + 2, n + 2))
    padded[1:-1, 1:-1] = values
    coefficients = np.linalg.solve(meet, np.linalg.solve(meet, padded).T).T
    around = np.lib.stride_tricks.sliding_window_view(coefficients, (4, 4))
    return BASIS @ around @ BASIS.T


def _powers(u):
    """1, u, u², u³ and their derivatives 0, 1, 2u, 3u²: (2, ..., 4) for u (...)."""
    powers = np.zeros((2, *u.shape, 4))
    powers[0, ..., 0] = powers[1, ..., 1] = 1
    powers[0, ..., 1] = u
    np.multiply(u, u, out=powers[0, ..., 2])
    np.multiply(powers[0, ..., 2], u, out=powers[0, ..., 3])
    np.multiply(powers[0, ..., 1:3], [2, 3], out=powers[1, ..., 2:])
    return powers


def _check_bounds(bounds):
    try:
        left, right, bottom, top = bounds
    except (TypeError, ValueError):
        raise ValueError(
            f"bounds expects (left, right, bottom, top), got {describe(bounds)}: a function that "
            "has no bounds of its own needs them"
        ) from None
    edges = {"left": left, "right": right, "bottom": bottom, "top": top}
    left, right, bottom, top = (check_number(value, name) for name, value in edges.items())
    if not (left < right and bottom < top and math.isfinite(right - left)):
        raise ValueError(f"bounds expects left < right and bottom < top, got {tuple(bounds)}")
    return left, right, bottom, top
