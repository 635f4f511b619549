"""More digits from the same digits: shifted, turned and bent a little at random (chapters 6 and 7).

A 4 that is moved by a pixel is still a 4, and a network that was told so reads better. A warp says,
for each pixel of the new image, from how far down and how far to the right in the old one its ink
is fetched. Every warp here is a sum of fixed patterns (arrows on the pixel grid), each with a
random weight of its own for each image, so that the arrows of a whole minibatch are one matrix
product: `weights @ patterns`.

Ink between pixels is the bilinear mean of its four neighbours; outside of the image there is none.

    augment = Compose([Shift(2), Rotation(10), Elastic()])
    X_batch = augment(X_batch, rng=rng)

Source: Simard, Steinkraus and Platt, 2003, *Best practices for convolutional neural networks
applied to visual document analysis*.
"""

import math
from functools import cache

import numpy as np

from nnlib.validation import (
    check_count,
    check_finite,
    check_number,
    check_rng,
    check_unmasked,
    describe,
)

BLOCK = 64  # images that are worked on at a time, so that their arrays stay in the cache


class Warp:
    """What every augmentation does; a kind of warp says `patterns` and `weights`.

    Call it with images X of shape (n, height * width), where height = width, (n, height, width) or
    (n, 1, height, width), of uint8, float32 or float64. It returns warped images of the same shape
    and dtype in a new array, or in `out` where that is given. X is not changed. Patterns and
    scratch arrays are kept from call to call, so one object serves one thread at a time. A repr
    that names all options, as those of the warps here do, lets a changed option take effect: new
    patterns are then made.
    """

    def patterns(self, height, width):
        """Fixed arrows, shape (patterns, height * width): each pixel's reach at weight 1."""
        raise NotImplementedError(f"{type(self).__name__} needs a method patterns")

    def weights(self, n, height, width, *, rng):
        """Random weights of the patterns for n images: (down, right), each (n, patterns)."""
        raise NotImplementedError(f"{type(self).__name__} needs a method weights")

    def __call__(self, X, *, rng, out=None):
        X = _check_images(X)
        rng = check_rng(rng)
        out = _check_out(out, X)
        n, height, width = _image_shape(X)
        dtype = np.float64 if X.dtype == np.float64 else np.float32
        space = self._workspace(height, width, dtype)
        images, warped = X.reshape(n, height, width), out.reshape(n, height * width)
        for start in range(0, n, BLOCK):
            block = slice(start, start + BLOCK)
            count = len(images[block])
            space.aim(*self.weights(count, height, width, rng=rng), count)
            space.fetch(images[block], out=warped[block])
        return out

    def _workspace(self, height, width, dtype):
        """The workspace of the last call, or a new one where images or options have changed."""
        wanted = height, width, dtype, repr(self)
        made_for, space = getattr(self, "_space", (None, None))
        if made_for != wanted:
            patterns = np.asarray(self.patterns(height, width), dtype)
            space = _Workspace(patterns, height, width, dtype)
            self._space = wanted, space
        return space

    def __getstate__(self):
        """The options alone: scratch arrays are not copied or pickled."""
        return {name: value for name, value in vars(self).items() if name != "_space"}


class Shift(Warp):
    """Moves each image by whole pixels: from -`pixels` to +`pixels` down, and as many across."""

    def __init__(self, pixels=2):
        self.pixels = check_count(pixels, "pixels")

    def patterns(self, height, width):
        return np.ones((1, height * width))

    def weights(self, n, height, width, *, rng):
        down, right = rng.integers(-self.pixels, self.pixels, (2, n, 1), endpoint=True)
        return down, right

    def __repr__(self):
        return f"Shift(pixels={self.pixels})"


class Rotation(Warp):
    """Turns each image about its center by an angle from -`degrees` to +`degrees`.

    The pixel at (down, right) from the center fetches from where the inverse turn takes it, at
    (cos·down - sin·right, sin·down + cos·right): arrows with weights cos - 1 and ∓sin.
    """

    def __init__(self, degrees=10.0):
        self.degrees = check_number(degrees, "degrees", positive=True, maximum=180)

    def patterns(self, height, width):
        down, right = np.indices((height, width)).reshape(2, -1)
        return np.stack([down - (height - 1) / 2, right - (width - 1) / 2])

    def weights(self, n, height, width, *, rng):
        angle = np.radians(rng.uniform(-self.degrees, self.degrees, (n, 1)))
        grow, turn = np.cos(angle) - 1, np.sin(angle)
        return np.hstack([grow, -turn]), np.hstack([turn, grow])

    def __repr__(self):
        return f"Rotation(degrees={self.degrees:g})"


class Elastic(Warp):
    """Bends each image as if the hand had trembled: smooth random arrows.

    Each pixel's arrow is `alpha` times random noise of variance 1/3 (that of a uniform number from
    -1 to 1), smoothed by a Gaussian of standard deviation `sigma` pixels, down and right apart. Far
    from the edges an arrow is about alpha / (sigma · sqrt(12π)) pixels long in each direction.
    Simard et al. found alpha 34 and sigma 4 best for MNIST.

    Smoothed noise is a sum of smooth patterns with independent normal weights (the eigenvectors of
    its covariance; Karhunen-Loève). The fewest that carry 99.99 % of its variance are drawn: 47
    numbers instead of 784 for sigma 4.
    """

    def __init__(self, alpha=34.0, sigma=4.0):
        self.alpha = check_number(alpha, "alpha", positive=True)
        self.sigma = check_number(sigma, "sigma", minimum=0.5)

    def patterns(self, height, width):
        return self.alpha / math.sqrt(3) * _smooth_patterns(self.sigma, height, width)

    def weights(self, n, height, width, *, rng):
        count = len(_smooth_patterns(self.sigma, height, width))
        down, right = rng.standard_normal((2, n, count))
        return down, right

    def __repr__(self):
        return f"Elastic(alpha={self.alpha:g}, sigma={self.sigma:g})"


class Compose(Warp):
    """Several warps at once: their arrows are added, and each pixel is fetched only once.

    One fetch blurs less and takes less time than one fetch a warp. For small angles it is nearly
    the same as one warp after another; the order does not matter.
    """

    def __init__(self, warps):
        wanted = "Compose expects a list of warps such as [Shift(2), Rotation(10)]"
        if not np.iterable(warps):
            raise TypeError(f"{wanted}, got {describe(warps)}")
        self.warps = list(warps)
        if not self.warps or not all(isinstance(warp, Warp) for warp in self.warps):
            raise TypeError(f"{wanted}, got [{', '.join(map(describe, self.warps))}]")

    def patterns(self, height, width):
        return np.vstack([warp.patterns(height, width) for warp in self.warps])

    def weights(self, n, height, width, *, rng):
        weights = [warp.weights(n, height, width, rng=rng) for warp in self.warps]
        return np.hstack([down for down, _ in weights]), np.hstack([right for _, right in weights])

    def __repr__(self):
        return f"Compose({self.warps})"


class _Workspace:
    """Arrays for a block of images, and the fetching of ink that is done in them.

    The old images lie in `frame`, each with one empty row above, two below, and one empty column on
    either side, so that a fetch from beyond the edge finds no ink without asking where it is.
    """

    def __init__(self, patterns, height, width, dtype):
        self.height, self.width, self.dtype = height, width, dtype
        pixels = height * width
        grid = np.indices((height, width), dtype=dtype).reshape(2, pixels) + 1  # 1: the frame
        self.patterns, self.grid_rows, self.grid_columns = patterns, *grid
        self.frame = np.zeros((BLOCK, height + 3, width + 2), dtype)
        self.frame_starts = np.arange(BLOCK)[:, None] * ((height + 3) * (width + 2))
        self.rows, self.columns, self.above, self.below, self.right = np.empty(
            (5, BLOCK, pixels), dtype
        )
        self.index, self.column_index = np.empty((2, BLOCK, pixels), np.intp)

    def aim(self, down, right, count):
        """Where each new pixel is fetched from, in rows and columns of the frame."""
        for place, weights, grid, last in (
            (self.rows[:count], down, self.grid_rows, self.height + 1),
            (self.columns[:count], right, self.grid_columns, self.width + 1),
        ):
            np.matmul(weights.astype(self.dtype), self.patterns, out=place)
            place += grid
            np.clip(place, 0, last, out=place)

    def fetch(self, images, out):
        """Write the ink at the places aimed at into `out`, shape (count, height * width)."""
        count, stride = len(images), self.width + 2
        self.frame[:count, 1:-2, 1:-1] = images
        index, column_index = self.index[:count], self.column_index[:count]
        rows, columns = self.rows[:count], self.columns[:count]
        above, below, right = self.above[:count], self.below[:count], self.right[:count]

        for place, whole in ((rows, index), (columns, column_index)):
            np.copyto(whole, np.floor(place, out=right), casting="unsafe")
            place -= right  # what is left is a fraction
        index *= stride
        index += column_index
        index += self.frame_starts[:count]

        ink = self.frame.reshape(-1)
        _between(ink, ink[1:], index, columns, above, right)
        _between(ink[stride:], ink[stride + 1 :], index, columns, below, right)
        below -= above
        below *= rows
        above += below  # above + rows * (below - above)
        if out.dtype == np.uint8:
            above += 0.5  # to the nearest whole number
        np.copyto(out, above, casting="unsafe")


def _between(left_ink, right_ink, index, fraction, left, right):
    """left = left_ink + fraction * (right_ink - left_ink), both taken at `index`."""
    left_ink.take(index, out=left, mode="clip")
    right_ink.take(index, out=right, mode="clip")
    right -= left
    right *= fraction
    left += right


@cache
def _smooth_patterns(sigma, height, width):
    """Patterns (rows) that make smoothed noise of variance 1 when each is weighted by a normal."""
    down, down_variance = _smooth_modes(sigma, height)
    right, right_variance = _smooth_modes(sigma, width)
    variance = np.outer(down_variance, right_variance).ravel()
    order = np.argsort(-variance, kind="stable")
    share = np.cumsum(variance[order]) / variance.sum()
    order = order[: np.searchsorted(share, 0.9999) + 1]
    patterns = np.sqrt(variance[order])[:, None] * np.kron(down, right)[order]
    patterns.flags.writeable = False
    return patterns


def _smooth_modes(sigma, length):
    """The same along one side: patterns of length 1 as rows, and the variance of each."""
    steps = np.arange(length)
    reach = np.arange(-math.ceil(8 * sigma), math.ceil(8 * sigma) + 1)
    smooth = np.exp(-0.5 * ((steps[:, None] - steps) / sigma) ** 2)
    smooth /= np.exp(-0.5 * (reach / sigma) ** 2).sum()
    variance, modes = np.linalg.eigh(smooth @ smooth.T)
    modes *= np.copysign(1, modes[0])  # a pattern and its negative are equally good: choose one
    return modes.T, np.maximum(variance, 0)


def _check_images(X):
    X = np.asarray(check_unmasked(X, "X"))
    if X.dtype not in (np.uint8, np.float32, np.float64):
        raise TypeError(f"images expect uint8, float32 or float64, got {X.dtype}")
    square = X.ndim == 2 and math.isqrt(X.shape[1]) ** 2 == X.shape[1]
    one_channel = X.ndim == 4 and X.shape[1] == 1
    if not (square or X.ndim == 3 or one_channel) or 0 in X.shape:
        raise ValueError(
            "images expect shape (n, height, width), (n, 1, height, width), or (n, height * width) "
            f"with height = width, and at least one of them, got shape {X.shape}"
        )
    return check_finite(X, "X")


def _image_shape(X):
    side = math.isqrt(X.shape[1])
    return (len(X), side, side) if X.ndim == 2 else (len(X), *X.shape[-2:])


def _check_out(out, X):
    """An array for the result: a new one, or `out` if it fits and is not X itself."""
    if out is None:
        return np.empty(X.shape, X.dtype)
    if not isinstance(out, np.ndarray) or out.shape != X.shape or out.dtype != X.dtype:
        raise ValueError(
            f"out expects an array like X, of shape {X.shape} and {X.dtype}, got {describe(out)}"
        )
    if not out.flags.c_contiguous or not out.flags.writeable or np.may_share_memory(out, X):
        raise ValueError("out expects a contiguous, writable array that shares nothing with X")
    return out
