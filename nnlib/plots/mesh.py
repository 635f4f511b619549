"""A function of two coordinates, asked at every point of a grid over a part of the plane."""

import numpy as np

from nnlib.validation import check_count, check_finite, check_number, describe


def mesh(bounds, steps):
    """Coordinates x1 and x2 of a grid, (steps, steps) each, within (left, right, bottom, top)."""
    left, right, bottom, top = check_bounds(bounds)
    steps = check_count(steps, "steps", minimum=2)
    return np.meshgrid(np.linspace(left, right, steps), np.linspace(bottom, top, steps))


def around(X):
    """Bounds that leave a margin of a tenth around the points."""
    low, high = np.min(X, axis=0), np.max(X, axis=0)
    room = 0.1 * (high - low) + 1e-3
    (left, bottom), (right, top) = low - room, high + room
    return left, right, bottom, top


def check_bounds(bounds):
    """Return `bounds` as four floats, left below right and bottom below top."""
    try:
        left, right, bottom, top = bounds
    except (TypeError, ValueError):
        raise ValueError(
            f"bounds expects (left, right, bottom, top), got {describe(bounds)}"
        ) from None
    named = {"left": left, "right": right, "bottom": bottom, "top": top}
    left, right, bottom, top = (check_number(value, name) for name, value in named.items())
    if left >= right or bottom >= top:
        raise ValueError(
            "bounds expects left < right and bottom < top, "
            f"got ({left:g}, {right:g}, {bottom:g}, {top:g})"
        )
    return left, right, bottom, top


def ask(function, points, shape, name):
    """The values of `function` at `points`, of the wanted shape and finite."""
    values = np.asarray(function(points))
    if values.shape != shape:
        raise ValueError(
            f"{name} expects to get one number a point, shape {shape}, got shape {values.shape} "
            f"for points of shape {points.shape}"
        )
    return check_finite(values, f"{name}(points)")
