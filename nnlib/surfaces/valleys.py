"""Surfaces with one lowest place, and what makes it hard to reach (chapter 5)."""

import math

import numpy as np

from nnlib.surfaces.surface import Surface
from nnlib.validation import check_count, check_number


class Bowl(Surface):
    """A quadratic bowl, f(x) = 1/2 x^T A x, `condition` times as steep across as along.

    A, in `matrix`, has the eigenvalues 1 and `condition`, and the direction of the flat axis is
    turned by `angle` (in radians) out of the horizontal. Gradient descent converges for rates below
    2 / condition, and the larger the condition number, the slower.

    >>> bowl = Bowl(condition=10)
    >>> bowl([1.0, 1.0]), bowl.gradient([1.0, 1.0])
    (5.5, array([ 1., 10.]))
    """

    name = "bowl"
    start = (-1.8, 1.2)

    def __init__(self, condition=10.0, angle=0.0):
        self.condition = check_number(condition, "condition", minimum=1)
        self.angle = check_number(angle, "angle")
        c, s = math.cos(self.angle), math.sin(self.angle)
        axes = np.array([[c, -s], [s, c]])
        self.matrix = axes @ np.diag([1.0, self.condition]) @ axes.T

    def height(self, p):
        (x, y), (along_x, along_y) = p, self.slope(p)
        return (x * along_x + y * along_y) / 2

    def slope(self, p):
        x, y = p
        (a, b), (_, c) = self.matrix.tolist()
        return a * x + b * y, b * x + c * y

    def __repr__(self):
        return f"Bowl(condition={self.condition!r}, angle={self.angle!r})"


class Ravine(Surface):
    """A winding ravine: steep walls, and a floor that falls gently to the lowest place.

    f(x, y) = x**2 / 20 + steepness / 2 * (y - sin(x))**2

    The floor is y = sin(x); the lowest place, and the only one without a slope, is the origin.
    """

    name = "ravine"
    bounds = (-5.0, 5.0, -2.5, 2.5)
    start = (-4.5, 2.0)

    def __init__(self, steepness=10.0):
        self.steepness = check_number(steepness, "steepness", positive=True)

    def height(self, p):
        x, y = p
        return x**2 / 20 + self.steepness / 2 * (y - np.sin(x)) ** 2

    def slope(self, p):
        x, y = p
        wall = self.steepness * (y - np.sin(x))
        return x / 10 - wall * np.cos(x), wall

    def __repr__(self):
        return f"Ravine(steepness={self.steepness!r})"


class Rosenbrock(Surface):
    """The banana: down into the curved valley is easy, along its flat floor is not.

    f(x) = sum of 100 * (x[i+1] - x[i]**2)**2 + (1 - x[i])**2

    Lowest, 0, where all coordinates are 1. From 4 dimensions on there is a second valley floor,
    near (-1, 1, ..., 1), which is not the lowest.

    Source: Rosenbrock, 1960.
    """

    name = "Rosenbrock"
    bounds = (-2.0, 2.0, -1.0, 3.0)

    def __init__(self, dimensions=2):
        self.dimensions = check_count(dimensions, "dimensions", minimum=2)
        self.start = (-1.2, 1.0) * (self.dimensions // 2) + (-1.2,) * (self.dimensions % 2)
        self.lowest_points = ((1.0,) * self.dimensions,)

    def height(self, x):
        return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum(axis=0)

    def slope(self, x):
        off = x[1:] - x[:-1] ** 2
        slope = np.zeros_like(x)
        slope[:-1] = -400 * x[:-1] * off - 2 * (1 - x[:-1])
        slope[1:] += 200 * off
        return slope

    def __repr__(self):
        return f"Rosenbrock(dimensions={self.dimensions})"


class Beale(Surface):
    """A flat middle between four steep corners; the lowest place, 0, is (3, 1/2).

    f(x, y) = (1.5 - x + x y)**2 + (2.25 - x + x y**2)**2 + (2.625 - x + x y**3)**2

    Source: Beale, 1958.
    """

    name = "Beale"
    bounds = (-4.5, 4.5, -4.5, 4.5)
    start = (1.0, 1.5)
    lowest_points = ((3.0, 0.5),)

    def height(self, p):
        x, y = p
        return sum((c - x + x * y**k) ** 2 for k, c in enumerate((1.5, 2.25, 2.625), start=1))

    def slope(self, p):
        x, y = p
        along_x, along_y = np.zeros_like(x), np.zeros_like(y)
        for k, c in enumerate((1.5, 2.25, 2.625), start=1):
            pull = 2 * (c - x + x * y**k)
            along_x = along_x + pull * (y**k - 1)
            along_y = along_y + pull * (k * x * y ** (k - 1))
        return along_x, along_y


class Plateau(Surface):
    """A hole in a plain: near it the ground slopes, a few widths away it is flat.

    f(x) = 1 - exp(-(x**2 + y**2) / (2 width**2))

    What saturated neurons do to a cost: there is a way down, and nothing that shows it.
    """

    name = "plateau"
    bounds = (-4.0, 4.0, -4.0, 4.0)
    start = (-2.5, 1.5)

    def __init__(self, width=1.0):
        self.width = check_number(width, "width", positive=True)

    def height(self, x):
        return -np.expm1(-(x**2).sum(axis=0) / (2 * self.width**2))

    def slope(self, x):
        return x / self.width**2 * np.exp(-(x**2).sum(axis=0) / (2 * self.width**2))

    def __repr__(self):
        return f"Plateau(width={self.width!r})"
