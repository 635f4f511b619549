"""Cuts through a cost surface of many dimensions, along one or two directions (chapter 5).

A network's cost is a function of all its parameters, a vector of thousands. Along a line or a plane
through that space it can be drawn. What is needed is a function loss(vector) and a few vectors:

    here + x1 * direction1 + x2 * direction2

is the vector at the point (x1, x2) of the picture.
"""

import numpy as np

from nnlib.validation import as_floats, check_finite, check_rng, check_vector, describe


class Slice:
    """A line or a plane through the space of `loss`, to be called as a surface is.

    `loss(vector)` -> number, `origin` (n,) is the vector at the picture's origin, `directions`
    (d, n) what one step along each of its axes changes; d is 1 for a line, 2 for a plane. With
    `loss_gradient(vector)` -> (n,) there is a `gradient`, too, and a walk within the slice. The
    vectors are copied: a network that moves on leaves the slice where it is.

    `loss` may know more, as `network.cost(X, y)` does: its method `gradient` is taken where no
    `loss_gradient` is given, and its method `losses_along(origin, directions, points)`, points
    (k, d), computes many losses at once, sharing what they have in common.

    >>> bowl = Slice(lambda w: w @ w, origin=[0.0, 0.0, 3.0], directions=[[1, 0, 0], [0, 2, 0]])
    >>> bowl([1.0, 1.0])
    14.0
    """

    name = "slice"

    def __init__(self, loss, origin, directions, loss_gradient=None, bounds=None):
        for what, function in [("loss", loss), ("loss_gradient", loss_gradient)]:
            if not callable(function) and not (what == "loss_gradient" and function is None):
                raise TypeError(f"{what} expects a function of a vector, got {describe(function)}")
        self.loss = loss
        self.loss_gradient = loss_gradient or getattr(loss, "gradient", None)
        self.origin = as_floats(check_vector(origin, "origin")).copy()
        directions = np.array(directions)
        if directions.ndim != 2 or directions.shape[1] != self.origin.size:
            raise ValueError(
                f"directions expects shape (1 or 2, {self.origin.size}), a row a direction, "
                f"got shape {directions.shape}"
            )
        self.directions = check_finite(directions, "directions").astype(self.origin.dtype)
        self.dimensions = len(directions)
        self.bounds = (-1.0, 1.0) * self.dimensions if bounds is None else tuple(bounds)

    def vector(self, point):
        """The vector (n,) of all parameters at the point (d,) of the slice."""
        point = np.asarray(point, self.origin.dtype)
        if point.shape != (self.dimensions,):
            raise ValueError(
                f"a slice along {self.dimensions} directions expects a point of shape "
                f"({self.dimensions},), got shape {point.shape}"
            )
        return self.origin + point @ self.directions

    def point(self, vector):
        """The point (d,) of the slice that lies nearest to `vector` (n,)."""
        vector = check_vector(vector, "vector", length=self.origin.size)
        return np.linalg.lstsq(self.directions.T, vector - self.origin, rcond=None)[0]

    def __call__(self, points):
        """The losses (...) at the points (d, ...); a number for one point (d,)."""
        points = np.asarray(points, np.float64)
        if points.ndim == 0 or len(points) != self.dimensions:
            raise ValueError(
                f"a slice along {self.dimensions} directions expects points of shape "
                f"({self.dimensions}, ...), coordinates first, got shape {points.shape}"
            )
        losses = self.losses(points.reshape(self.dimensions, -1).T).reshape(points.shape[1:])
        return losses if losses.ndim else losses.item()

    def losses(self, points):
        """The losses (k,) at the points (k, d): all at once if `loss` can do it, else one by one.

        A network's cost can, `network.cost(X, y)`: it spares most of its products.
        """
        if hasattr(self.loss, "losses_along"):
            return self.loss.losses_along(self.origin, self.directions, points)
        return np.array([float(self.loss(self.vector(point))) for point in points])

    def gradient(self, points):
        """The gradients at the points (d, ...), of the same shape: how the loss changes along each
        direction. Each point costs a call of `loss_gradient`."""
        if self.loss_gradient is None:
            raise TypeError("this slice has no gradient: give it a loss_gradient")
        points = np.asarray(points)
        if points.ndim < 2:
            return np.array(self.directions @ self.loss_gradient(self.vector(points)), np.float64)
        slopes = [self.gradient(point) for point in points.reshape(len(points), -1).T]
        return np.array(slopes).T.reshape(points.shape)


def random_slice(loss, parameters, *, rng, dimensions=2, **options):
    """A Slice around a network along random directions, normalized filter by filter.

    `parameters` are the network's, objects with `value` and `decays`, and `loss` takes their values
    in one vector, in their order. A direction has for each unit (a row of a weight matrix, a
    filter) random numbers scaled to the length of the unit's own weights,

        d = d / norm(d) * norm(w)

    so that one step means the same for large weights and for small ones; biases, which don't decay,
    stay where they are. Source: Li et al., 2018, section 4.
    """
    check_rng(rng)
    parameters = _check_parameters(parameters)
    origin = np.concatenate([np.ravel(parameter.value) for parameter in parameters])
    directions = [
        np.concatenate([_random_direction(parameter, rng) for parameter in parameters])
        for _ in range(dimensions)
    ]
    return Slice(loss, origin, directions, **options)


def line_between(loss, start, end, **options):
    """A Slice along the line from one vector to another: 0 is `start`, 1 is `end`.

    Source: Goodfellow, Vinyals and Saxe, 2015.
    """
    start = as_floats(check_vector(start, "start"))
    end = check_vector(end, "end", length=start.size)
    return Slice(loss, start, [end - start], **{"bounds": (-0.5, 1.5), **options})


def plane_through(loss, first, second, third, **options):
    """A Slice through three vectors, say three trained networks.

    `first` is the origin, `second` lies at (1, 0). The second axis stands at right angles to the
    first, as long as it, on the side of `third`. ValueError if the three lie on one line.

    Source: Garipov et al., 2018, section 3.
    """
    first = as_floats(check_vector(first, "first"))
    along = check_vector(second, "second", length=first.size) - first
    across = check_vector(third, "third", length=first.size) - first
    length = np.linalg.norm(along)
    if length > 0:
        across = across - along * (along @ across) / length**2
    width = np.linalg.norm(across)
    if not width > 1e-6 * length > 0:
        raise ValueError("plane_through expects three vectors that don't lie on one line")
    options = {"bounds": (-0.5, 1.5, -0.5, 1.5), **options}
    return Slice(loss, first, [along, across * (length / width)], **options)


def principal_slice(loss, path, **options):
    """A Slice through the end of a walk, along the two directions in which it went farthest.

    `path` (k, n) holds a vector a row, from start to end. The directions are the first two
    principal axes of the rows' differences from the last, of length 1. Returns the slice, the path
    as points (k, 2) of it, and the share of the walk's variance that each axis shows.

    Source: Li et al., 2018, section 7.2.
    """
    path = as_floats(np.array(path))
    if path.ndim != 2 or len(path) < 3:
        raise ValueError(
            f"path expects shape (k, n), at least 3 vectors one a row, got shape {path.shape}"
        )
    steps = check_finite(path, "path")[:-1] - path[-1]
    _, sizes, axes = np.linalg.svd(steps, full_matrices=False)
    if len(sizes) < 2 or not sizes[1] > 1e-6 * sizes[0]:
        raise ValueError("the path is a straight line, or stands still: it spans no plane")
    shown = sizes[:2] ** 2 / (sizes**2).sum()
    points = (path - path[-1]) @ axes[:2].T
    low, high = points.min(axis=0), points.max(axis=0)
    margin = 0.2 * (high - low)
    bounds = np.column_stack([low - margin, high + margin]).ravel().tolist()
    return Slice(loss, path[-1], axes[:2], **{"bounds": bounds, **options}), points, shown


def _check_parameters(parameters):
    """The parameters, objects with a value, in a list."""
    known = list(parameters) if np.iterable(parameters) else []
    if not known or not all(hasattr(parameter, "value") for parameter in known):
        raise TypeError(
            "parameters expects a list of parameters, as network.parameters() gives it, "
            f"got {describe(parameters)}"
        )
    return known


def _random_direction(parameter, rng):
    """A random direction for one parameter, flat: zeros for one that doesn't decay."""
    w = np.atleast_1d(parameter.value)
    if not getattr(parameter, "decays", True):
        return np.zeros(w.size, w.dtype)
    filters = w.reshape(len(w), -1)
    d = rng.standard_normal(filters.shape)
    d *= np.linalg.norm(filters, axis=1, keepdims=True) / np.linalg.norm(d, axis=1, keepdims=True)
    return d.ravel()
