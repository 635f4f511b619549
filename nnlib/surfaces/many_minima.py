"""Surfaces with several places to end up in (chapter 5)."""

import numpy as np

from nnlib.surfaces.surface import Surface
from nnlib.validation import check_count


class Saddle(Surface):
    """A pass between two valleys: level at the origin, and yet not lowest there.

    f(x, y) = x**2 / 2 - y**2 / 2 + y**4 / 4

    Lowest, -1/4, at (0, -1) and (0, 1). A walk that starts with y = 0 ends on the pass.
    """

    name = "saddle"
    bounds = (-2.0, 2.0, -1.8, 1.8)
    start = (-1.8, 0.01)
    lowest_points = ((0.0, -1.0), (0.0, 1.0))

    def height(self, p):
        x, y = p
        return x**2 / 2 - y**2 / 2 + y**4 / 4

    def slope(self, p):
        x, y = p
        return x, y**3 - y


class Himmelblau(Surface):
    """Four valleys, all equally deep: 0. Where a walk ends is a matter of where it starts.

    f(x, y) = (x**2 + y - 11)**2 + (x + y**2 - 7)**2

    Source: Himmelblau, 1972.
    """

    name = "Himmelblau"
    bounds = (-5.0, 5.0, -5.0, 5.0)
    start = (0.5, -4.0)
    lowest_points = (
        (3.0, 2.0),
        (-2.805118086952745, 3.131312518250573),
        (-3.779310253377747, -3.283185991286170),
        (3.584428340330492, -1.848126526964404),
    )

    def height(self, p):
        x, y = p
        return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2

    def slope(self, p):
        x, y = p
        a, b = x**2 + y - 11, x + y**2 - 7
        return 4 * x * a + 2 * b, 2 * a + 4 * y * b


class Rastrigin(Surface):
    """An egg box in a bowl: a minimum near every point of whole numbers, the lowest, 0, at 0.

    f(x) = sum of 10 + x[i]**2 - 10 * cos(2 pi x[i])

    Source: Rastrigin, 1974.
    """

    name = "Rastrigin"
    bounds = (-5.12, 5.12, -5.12, 5.12)

    def __init__(self, dimensions=2):
        self.dimensions = check_count(dimensions, "dimensions")
        self.start = (-3.3, 2.4, *[3.3] * self.dimensions)[: self.dimensions]
        self.lowest_points = ((0.0,) * self.dimensions,)

    def height(self, x):
        return (10 + x**2 - 10 * np.cos(2 * np.pi * x)).sum(axis=0)

    def slope(self, x):
        return 2 * x + 20 * np.pi * np.sin(2 * np.pi * x)

    def __repr__(self):
        return f"Rastrigin(dimensions={self.dimensions})"


class StyblinskiTang(Surface):
    """In each coordinate a deep and a shallow valley: one in 2**d is the deepest.

    f(x) = 1/2 * sum of x[i]**4 - 16 * x[i]**2 + 5 * x[i]

    Lowest where every coordinate is -2.9035..., by 39.1661... a coordinate.

    Source: Styblinski and Tang, 1990.
    """

    name = "Styblinski-Tang"
    bounds = (-5.0, 5.0, -5.0, 5.0)

    def __init__(self, dimensions=2):
        self.dimensions = check_count(dimensions, "dimensions")
        self.start = (0.5, 1.0, *[1.0] * self.dimensions)[: self.dimensions]
        self.lowest_points = ((-2.903534027771177,) * self.dimensions,)

    def height(self, x):
        return (x**4 - 16 * x**2 + 5 * x).sum(axis=0) / 2

    def slope(self, x):
        return 2 * x**3 - 16 * x + 2.5

    def __repr__(self):
        return f"StyblinskiTang(dimensions={self.dimensions})"
