"""What a filter makes of an image, window by window: what chapter 8's explorer shows.

The numbers come from the library's own layers; here they get a place on the image.
"""

import math
from dataclasses import dataclass

import numpy as np

from nnlib.activations import ReLU
from nnlib.initializers import Zeros
from nnlib.layers import Convolution, MaxPool, MeanPool
from nnlib.validation import check_finite, describe

FIELD = 2  # the side of the fields that pooling makes one number of
PADDINGS = {"narrow": lambda size: 0, "same": lambda size: size // 2, "full": lambda size: size - 1}
POOLINGS = {"none": None, "max": MaxPool(FIELD), "mean": MeanPool(FIELD)}
PRESETS = {
    "blur": np.full((3, 3), 1 / 9),
    "strong blur": np.full((5, 5), 1 / 25),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], float),
    "horizontal edges": np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]], float),
    "vertical edges": np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]], float),
    "diagonal edges": np.array([[0, 1, 1], [-1, 0, 1], [-1, -1, 0]], float),
    "one pixel": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], float),
}
SMALLEST = 3  # the side of the smallest preset
DIGITS = 12  # of a sum of products that count: the others depend on the order of adding


@dataclass(frozen=True)
class View:
    """An image (height, width) under a filter (size, size), with `padding` zeros around it.

    `z` is the feature map, `relu` what is left of it above zero, and `pooled` the numbers of its
    fields; without pooling, or where the map is too small for a field, `pooled` is `relu`, and
    `field`, the side of a field, is 1.
    """

    image: np.ndarray
    weights: np.ndarray
    padding: int
    z: np.ndarray
    relu: np.ndarray
    pooled: np.ndarray
    field: int

    @property
    def size(self):
        return len(self.weights)

    @property
    def largest(self):
        """The row and column of the map's largest number, the first of them if there are more."""
        return self._place(self.z)

    def window(self, place):
        """The numbers (size, size) under the filter when it makes the map's number at `place`."""
        y, x = place
        return np.pad(self.image, self.padding)[y : y + self.size, x : x + self.size]

    def corner(self, place):
        """Row and column of the image where that window begins; below 0 in the padding."""
        return tuple(p - self.padding for p in place)

    def middle(self, place):
        """Where that window's middle is on the image: down and across, in pixels."""
        return tuple(p - self.padding + self.size / 2 for p in place)

    def place_at(self, middle):
        """The place in the map whose window's middle is nearest to that one."""
        nearest = [math.floor(m + self.padding - self.size / 2 + 0.5) for m in middle]
        return self.inside(nearest)

    def inside(self, place):
        """The place, or the nearest one that the map has."""
        return tuple(int(p) for p in np.clip(place, 0, np.subtract(self.z.shape, 1)))

    def field_of(self, place):
        """Row and column in `pooled` of the number that `place` has a share in, or None."""
        field = tuple(p // self.field for p in place)
        return field if all(f < n for f, n in zip(field, self.pooled.shape)) else None

    def largest_in(self, field):
        """The place of the largest number in a field of the map, the first if there are more."""
        top, left = (self.field * f for f in field)
        y, x = self._place(self.z[top : top + self.field, left : left + self.field])
        return top + y, left + x

    @staticmethod
    def _place(numbers):
        return tuple(int(p) for p in np.unravel_index(numbers.argmax(), numbers.shape))


def look(image, weights, padding, pooling):
    """The `View` of an image (height, width) through a filter, by the names of the settings."""
    padding = PADDINGS[padding](len(weights))
    z = feature_map(image, weights, padding)
    relu = ReLU().forward(z).copy()  # it is the layer's buffer
    pool = POOLINGS[pooling]
    if pool is None or min(z.shape) < FIELD:
        return View(image, weights, padding, z, relu, relu, 1)
    height, width = (side // FIELD * FIELD for side in z.shape)
    pooled = pool.forward(relu[np.newaxis, :height, :width, np.newaxis])[0, :, :, 0].copy()
    return View(image, weights, padding, z, relu, pooled, FIELD)


def feature_map(image, weights, padding):
    """The sums of products (height', width'), by `Convolution`, rounded to their first digits.

    Where equal sums were added up in another order, the last digits differ, from processor to
    processor, too; then another place of an even area would have the largest number.
    """
    layer = Convolution(1, 1, len(weights), padding=padding, weights=Zeros())
    layer.initialize(rng=np.random.default_rng(0))
    layer.W.value[0, 0] = weights
    z = layer.forward(image[np.newaxis, :, :, np.newaxis])[0, :, :, 0]
    scale = np.abs(weights).sum() * np.abs(image).max() or 1.0
    return scale * np.round(z / scale, DIGITS)


# What is looked at


def check_pictures(images):
    """Images as floats (n, height, width); bytes as numbers from 0 to 1."""
    images = _planes(images, "images")
    if images.ndim == 2 and images.size:
        side = math.isqrt(images.shape[1])
        if side**2 != images.shape[1]:
            raise ValueError(
                f"images of {images.shape[1]} pixels are no square: give them as "
                "(n, height, width); one image as image[np.newaxis]"
            )
        images = images.reshape(-1, side, side)
    if images.ndim != 3 or not images.size:
        raise ValueError(
            "images expects shape (n, height, width) or (n, pixels), at least one image, got "
            f"{describe(images)}"
        )
    if min(images.shape[1:]) < SMALLEST:
        raise ValueError(
            f"images expects at least {SMALLEST} x {SMALLEST} pixels, got {describe(images)}"
        )
    return images / 255 if images.dtype == np.uint8 else images.astype(float)


def check_filters(filters, shape):
    """Filters as floats (k, size, size), none larger than images of this shape."""
    if filters is None:
        return np.empty((0, 1, 1))
    filters = _planes(filters, "filters")
    if filters.ndim != 3 or not filters.size or filters.shape[1] != filters.shape[2]:
        raise ValueError(
            "filters expects shape (k, size, size), or (k, 1, size, size) as the W of a "
            f"Convolution on one channel, got {describe(filters)}"
        )
    if filters.shape[1] > min(shape):
        raise ValueError(
            f"filters of {' x '.join(map(str, filters.shape[1:]))} are larger than images of "
            f"{' x '.join(map(str, shape))}: pass smaller filters, or larger images"
        )
    return filters.astype(float)


def all_filters(learned, shape):
    """Filters by name: the presets that fit into images of this shape, then the learned ones."""
    presets = {name: W for name, W in PRESETS.items() if len(W) <= min(shape)}
    return presets | {f"learned {k}": W for k, W in enumerate(learned, start=1)}


def _planes(arrays, name):
    """As an array of numbers; one channel, as layers on images have it, is left out."""
    try:
        arrays = np.asarray(arrays)
    except ValueError as error:
        raise ValueError(f"{name} expects arrays of one shape: {error}") from None
    if arrays.dtype.kind not in "fiub":
        raise TypeError(f"{name} expects real numbers, got entries of type {arrays.dtype}")
    if arrays.ndim == 4 and arrays.shape[1] == 1:
        arrays = arrays[:, 0]
    return check_finite(arrays, name)
