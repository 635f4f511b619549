"""What a surface is: a height over every point, its slope, and where it is lowest (chapter 5)."""

import numpy as np

from nnlib.validation import as_floats, describe


class Surface:
    """A function to walk on. A subclass writes `height` and `slope` for arrays of coordinates.

    A point is a vector (d,), many points are an array (d, ...), the coordinates first: so a surface
    takes one point, a path or the grid of a contour plot alike.

    name        what the surface is called
    dimensions  d; a surface can be drawn where it is 2
    bounds      the part worth drawing: (left, right, bottom, top)
    start       a point (d,) to start a walk from, with something to go wrong on the way
    minima      the lowest points, an array (how many, d), known from calculus or the literature
    """

    name = "surface"
    dimensions = 2
    bounds = (-2.0, 2.0, -2.0, 2.0)
    start = (-1.5, 1.5)
    lowest_points = ((0.0, 0.0),)

    def __call__(self, points):
        """The heights (...) at the points (d, ...); a number for one point (d,)."""
        heights = self.height(self._coordinates(points))
        return heights if heights.ndim else heights.item()

    def gradient(self, points):
        """The gradients at the points (d, ...), an array of the same shape."""
        return np.array(self.slope(self._coordinates(points)))

    @property
    def minima(self):
        return np.array(self.lowest_points)

    def height(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no height: write that method")

    def slope(self, x):
        raise NotImplementedError(f"{type(self).__name__} has no slope: write that method")

    def _coordinates(self, points):
        points = np.asarray(points)
        if points.dtype.kind not in "fciu":
            raise TypeError(f"a surface expects points as numbers, got {describe(points)}")
        if points.ndim == 0 or len(points) != self.dimensions:
            raise ValueError(
                f"{self.name} expects a point of shape ({self.dimensions},) or many of shape "
                f"({self.dimensions}, ...), coordinates first, got shape {points.shape}"
            )
        return as_floats(points)

    def __repr__(self):
        return f"{type(self).__name__}()"
