"""A convolution at work: its windows on an image, its filters, its feature maps (chapter 8)."""

import math

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from nnlib.plots.style import COLORS
from nnlib.validation import check_count, check_finite, check_number, describe

PALE, DARK = "0.92", "0.2"
PART = 0.9  # of a cell's side that the square of the largest weight takes
GAP = 0.12  # of a picture's sides: the room between two
LABEL = 0.35  # of a picture's height: the room below it for its label
TINTS = LinearSegmentedColormap.from_list("tints", ["#F0A070", "#FFFFFF", "#909090"])  # -, 0, +


def filters(W, ax, *, columns=None, labels=None, limit=None):
    """Draw filters W (n, height, width) side by side, in rows of `columns`: a square a weight.

    A square's area is the weight's size; it is dark where the weight is positive, and hollow where
    it is negative. A square that fills its cell is a weight of size `limit`, the largest of all W
    if not given; larger ones fill it, too. Below each filter stands its entry of `labels`. A matrix
    is drawn as one filter, `filters(M[np.newaxis], ax)`.
    """
    W = _check_pictures(W, "W")
    limit = _limit(limit, W)
    corners, signs = [], []
    for (top, left), weights in zip(_lay_out(W, ax, columns, labels), W, strict=True):
        height, width = weights.shape
        ax.add_patch(Rectangle((left, top), width, height, facecolor=PALE, zorder=0.5))
        for (i, j), weight in np.ndenumerate(weights):
            if weight:
                half = PART / 2 * math.sqrt(min(abs(weight) / limit, 1))
                corners.append(square(left + j + 0.5, top + i + 0.5, half))
                signs.append(weight > 0)
    ax.add_collection(
        PolyCollection(
            corners,
            facecolors=[DARK if positive else "white" for positive in signs],
            edgecolors=[DARK if positive else COLORS[1] for positive in signs],
            linewidth=0.8,
        )
    )
    return ax


def feature_maps(maps, ax, *, columns=None, labels=None, limit=None):
    """Draw feature maps (n, height, width) side by side, in rows of `columns`.

    Zero is white and `limit`, the largest number of all if not given, is black. Where there are
    negative numbers, zero is a middle grey and -limit is white. So all maps of one drawing share
    one scale. Below each stands its entry of `labels`.
    """
    maps = _check_pictures(maps, "maps")
    limit = _limit(limit, maps)
    lowest = -limit if maps.min() < 0 else 0
    for (top, left), picture in zip(_lay_out(maps, ax, columns, labels), maps, strict=True):
        height, width = picture.shape
        place = left, left + width, top + height, top
        ax.imshow(picture, cmap="gray_r", vmin=lowest, vmax=limit, extent=place,
                  interpolation="nearest")  # fmt: skip
        ax.add_patch(Rectangle((left, top), width, height, fill=False, edgecolor="0.6"))
    _fit(maps, ax, columns, labels)  # imshow narrows the limits to its own picture
    return ax


def sliding_window(image, W, z, axes, *, at=(0, 0), padding=0, stride=1):
    """Draw one step of a filter's way over an image, in numbers, on three axes.

    On the first `image` (height, width), in a frame of `padding` rows and columns of zeros, with
    the window that stands at row and column `at` of the feature map framed; on the second the
    filter `W` (size, size); on the third the map `z` (height', width'), with the window's number
    framed. `stride` is how many pixels the windows stand apart. Cells of all three are equally
    large where the axes are as wide as their arrays: `width_ratios` of `figure`.

    Raises ValueError where the map has no place `at`.
    """
    image, W, z = (_check_numbers(a, n) for a, n in [(image, "image"), (W, "W"), (z, "z")])
    y, x = at
    if not (0 <= y < z.shape[0] and 0 <= x < z.shape[1]):
        raise ValueError(f"at expects a place in a map of shape {z.shape}, got {at}")
    padding, stride = check_count(padding, "padding", minimum=0), check_count(stride, "stride")
    framed = np.pad(image, padding)
    left, _, right = axes
    tables = {"image": framed, "filter": W, "feature map": z}
    tallest = max(len(table) for table in tables.values())
    for ax, (title, table) in zip(axes, tables.items(), strict=True):
        _numbers(table, ax, tallest)
        ax.set_title(title)
    if padding:
        height, width = image.shape
        left.add_patch(Rectangle((padding, padding), width, height, fill=False, edgecolor="0.2",
                                 linestyle="--"))  # fmt: skip
    left.add_patch(_frame(y * stride, x * stride, *W.shape))
    right.add_patch(_frame(y, x, 1, 1))
    return axes


def _numbers(array, ax, tallest):
    """Draw an array (height, width) as a table, the larger a number's size, the darker.

    Rows are as tall as in a table of `tallest` rows on an ax of the same height.
    """
    height, width = array.shape
    limit = np.abs(array).max() or 1
    ax.imshow(array, cmap=TINTS, vmin=-limit, vmax=limit, extent=(0, width, height, 0))
    for (i, j), number in np.ndenumerate(array):
        text = f"{number:.3g}".replace("-", "−")
        ax.text(j + 0.5, i + 0.5, text, ha="center", va="center", fontsize=9)
        ax.add_patch(Rectangle((j, i), 1, 1, fill=False, edgecolor="0.8", linewidth=0.6))
    above = (tallest - height) / 2
    ax.set(xlim=(-0.05, width + 0.05), ylim=(height + above + 0.05, -above - 0.05))
    ax.set_axis_off()


def _frame(top, left, height, width):
    return Rectangle((left, top), width, height, fill=False, edgecolor=COLORS[1], linewidth=2.4)


def square(x, y, half):
    """The corners of a square around (x, y), its sides `half` away from there."""
    return [
        (x - half, y - half),
        (x + half, y - half),
        (x + half, y + half),
        (x - half, y + half),
    ]


def _lay_out(pictures, ax, columns, labels):
    """Where each picture's top and left edges stand; labels are written."""
    n, height, width = pictures.shape
    if labels is not None and len(labels) != n:
        raise ValueError(f"labels expects {n} entries, one a picture, got {len(labels)}")
    columns, gap, room = _measures(pictures, columns, labels)
    places = []
    for k in range(n):
        row, column = divmod(k, columns)
        places.append((row * (height + room), column * (width + gap)))
        if labels is not None:
            top, left = places[-1]
            ax.text(left + width / 2, top + height + room / 2, labels[k], ha="center",
                    va="center", fontsize=9)  # fmt: skip
    _fit(pictures, ax, columns, labels)
    return places


def _measures(pictures, columns, labels):
    """How many pictures stand in a row, the gap between two, and the room below each."""
    n, height, width = pictures.shape
    columns = n if columns is None else min(check_count(columns, "columns"), n)
    gap = GAP * width
    return columns, gap, GAP * height if labels is None else LABEL * height


def _fit(pictures, ax, columns, labels):
    """Set the limits of `ax` so that all pictures fit, row 0 above, pixels square."""
    n, height, width = pictures.shape
    columns, gap, room = _measures(pictures, columns, labels)
    rows = math.ceil(n / columns)
    ax.set_aspect("equal")
    ax.set(
        xlim=(-gap / 2, columns * (width + gap) - gap / 2),
        ylim=(rows * (height + room), -GAP / 4 * height),
    )
    ax.set_axis_off()


def _limit(limit, pictures):
    if limit is not None:
        return check_number(limit, "limit", positive=True)
    return np.abs(pictures).max() or 1.0


def _check_pictures(pictures, name):
    pictures = check_finite(np.asarray(pictures, float), name)
    if pictures.ndim != 3 or not pictures.size:
        raise ValueError(f"{name} expects shape (n, height, width), got {describe(pictures)}")
    return pictures


def _check_numbers(array, name):
    array = check_finite(np.asarray(array, float), name)
    if array.ndim != 2 or not array.size:
        raise ValueError(f"{name} expects shape (height, width), got {describe(array)}")
    return array
