"""Exercise 8.3: all windows of all images side by side, so that a product does a convolution."""

from functools import partial
from itertools import permutations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nnlib.checks.convolution.kinds import ROUNDED, rounded, shaped
from nnlib.checks.exercise import Exercise, close, same

NAMES = {"c": "channel", "i": "row", "j": "column", "y": "y", "x": "x", "n": "image"}


def windows_as_columns(images, size):
    """All windows, a window a column: (channels size², height' width' n)."""
    c, h, w, n = images.shape
    h, w = h - size + 1, w - size + 1
    columns = np.empty((c, size, size, h, w, n), images.dtype)
    for i, j in np.ndindex(size, size):
        columns[:, i, j] = images[:, i : i + h, j : j + w]
    return columns.reshape(c * size * size, h * w * n)


def _sizes(arguments):
    """(channels, height', width', n, size)."""
    (c, h, w, n), size = np.shape(arguments[0]), arguments[1]
    return c, h - size + 1, w - size + 1, n, size


def _shape(arguments):
    c, h, w, n, size = _sizes(arguments)
    return c * size**2, h * w * n


def _of_sizes(shape, arguments):
    return shape(*_sizes(arguments))


MISTAKEN = [  # shapes that come of mistakes, by (channels, height', width', n, size)
    (lambda c, h, w, n, s: (h * w * n, c * s**2), "a window is a column here, and "
     "these are rows: transpose"),
    (lambda c, h, w, n, s: (0,), "no windows at all: the axes of `images` are (channels, "
     "height, width, n), in this order"),
    (lambda c, h, w, n, s: (c, s, s, h, w, n), "all numbers are there, on six "
     "axes: .reshape(channels * size**2, -1) makes two of them"),
    (lambda c, h, w, n, s: (s**2, h * w * n), "a window goes through all "
     "channels: one channel's part below the other's, in one column"),
    (lambda c, h, w, n, s: (s**2, c * h * w * n), "a window goes through all "
     "channels: one channel's part below the other's, in one column, and not in a column "
     "of its own"),
    (lambda c, h, w, n, s: (c * s**2, h * w), "every image has its windows, and "
     "each of them a column"),
    (lambda c, h, w, n, s: (c * s**2, h, w, n), "windows on three axes: "
     ".reshape(channels * size**2, -1) lays them in a row"),
    (lambda c, h, w, n, s: (c * s**2 * n, h * w), "an image's windows are columns "
     "beside the other images', not below them"),
    (lambda c, h, w, n, s: (h * w, c * s**2, n), "one array on top of the other: "
     "np.hstack(list) sets arrays (channels * size**2, n) side by side"),
    (lambda c, h, w, n, s: (c * s**2 * h * w * n,), "all in one row: "
     "np.array(list).T makes a column of each window of the list"),
    (lambda c, h, w, n, s: (c * s**2, (h - 1 + s) // s * ((w - 1 + s) // s) * n),
     "windows may overlap: a new one begins at every pixel, not at every size-th"),
    (lambda c, h, w, n, s: (c * s**2, h * h * n), "height and width have "
     "numbers of windows of their own: here the height's serves for both"),
    (lambda c, h, w, n, s: (c * s**2, w * w * n), "height and width have "
     "numbers of windows of their own: here the width's serves for both"),
    (lambda c, h, w, n, s: (c * s**2, (h - 1) * (w - 1) * n), "the last windows "
     "are missing: there are h - size + 1 of them along a side of h"),
    (lambda c, h, w, n, s: (c * s**2, (h + s - 1) * (w + s - 1) * n), "without "
     "padding there are fewer windows than pixels: h - size + 1 along a side of h"),
]  # fmt: skip

EXERCISE = Exercise(
    "8.3",
    "Lay the windows side by side",
    windows_as_columns,
    answer=shaped(
        "columns",
        _shape,
        [(partial(_of_sizes, shape), why) for shape, why in MISTAKEN],
    ),
    hints=(
        "With loops: for every y, x and image take the window images[:, y : y + size, "
        "x : x + size, image]. Its .ravel() has the order of a column: channel, row, column. "
        "Append it to a list, and np.array(list).T makes columns of the rows.",
        "In which order must the loops stand? The column's number is (y * w' + x) * n + image: the "
        "image changes fastest, y slowest. So y is the outermost loop.",
        "Faster: don't loop over the windows but over the places *in* a window. The pixels at row "
        "i and column j of all windows together are images[:, i : i + h', j : j + w'], one slice. "
        "Put it into an array of shape (channels, size, size, h', w', n) at [:, i, j], and reshape "
        "that.",
    ),
    errors={
        "broadcast": "slices of different lengths: the pixels at place (i, j) of all "
        "windows are images[:, i : i + h', j : j + w'], where h' is the number of windows along "
        "the height and w' along the width",
        "out of bounds": "a window sticks out of the image: the last one begins at row h - size "
        "and column w - size",
        "cannot reshape": "the numbers of rows and columns don't make the number of all entries: "
        "channels * size**2 rows, h' * w' * n columns",
        "inhomogeneous": "the windows are of different sizes: the last one begins at row h - size "
        "and column w - size",
        "has to be an array of shape": "one array of two axes, a window a column: make it of a "
        "list with np.array(...).T, where each entry of the list is a window's .ravel()",
    },
)  # fmt: skip


def laid_out(images, size, inside="cij", across="yxn"):
    """The windows with their entries in the order `inside` and themselves in the order `across`.

    The last letter changes fastest.
    """
    windows = sliding_window_view(images, (size, size), axis=(1, 2))
    axes = ["cyxnij".index(letter) for letter in inside + across]
    rows = len(images) * size**2
    return windows.transpose(axes).reshape(rows, -1)


def spelled(letters):
    return ", ".join(NAMES[letter] for letter in letters)


def other_orders(images, size):
    """What other orders give, pairs (columns, sentence)."""
    for inside in map("".join, permutations("cij")):
        for across in map("".join, permutations("yxn")):
            said = []
            if inside != "cij":
                said.append(f"inside a window the order has to be {spelled('cij')}, the last "
                            f"changing fastest, and yours is {spelled(inside)}")  # fmt: skip
            if across != "yxn":
                said.append(f"the windows' order has to be {spelled('yxn')}, the last changing "
                            f"fastest, and yours is {spelled(across)}")  # fmt: skip
            if said:
                yield laid_out(images, size, inside, across), "; ".join(said)


def compare(f, images, size):
    wanted = np.empty(_shape((images, size)))
    channels, height, width, n, _ = _sizes((images, size))
    for column, (y, x, image) in enumerate(np.ndindex(height, width, n)):
        for row, (c, i, j) in enumerate(np.ndindex(channels, size, size)):
            wanted[row, column] = images[c, y + i, x + j, image]
    yours = f(images, size)
    if close(yours, wanted):
        return
    mistakes = [
        *other_orders(images, size),
        (laid_out(images[:, ::-1, ::-1], size)[:, ::-1], "the windows are upside down: a column "
         "begins with the upper left pixel of its window"),
        (np.repeat(wanted[:, :1], wanted.shape[1], axis=1), "every column is the first window: "
         "the window moves with y and x"),
        (np.pad(wanted[:, -1:], [(0, 0), (0, wanted.shape[1] - 1)]), "all windows went into the "
         "first column, one over the other: the column's number has to grow"),
        (wanted.reshape(wanted.shape[::-1]).T, "reshape can't turn rows into columns: it keeps "
         "the order in which the numbers lie. .T does"),
        (wanted.T.reshape(wanted.shape), "reshape can't turn rows into columns: it keeps the order "
         "in which the numbers lie. .T does"),
        *((one, ROUNDED) for one, _ in rounded(yours, wanted)),
    ]  # fmt: skip
    same("columns", yours, wanted, mistakes=mistakes)


@EXERCISE.asks(
    "one image of one channel",
    points=1,
    usually="column by column: the window at (0, 0), the one at (0, 1), and so on, each row by row",
)
def one_image(f, rng):
    compare(f, rng.normal(size=(1, 6, 6, 1)), 2)
    compare(f, rng.normal(size=(1, 5, 5, 1)), 3)


@EXERCISE.asks(
    "several channels",
    points=1,
    usually="the part of the first channel stands on top of a column, row by row, and below it "
    "that of the next channel",
)
def several_channels(f, rng):
    compare(f, rng.normal(size=(3, 4, 4, 1)), 2)


@EXERCISE.asks(
    "several images",
    points=1,
    usually="the first n columns are the windows at (0, 0) of all n images, as the last axis of "
    "the images has them",
)
def several_images(f, rng):
    compare(f, rng.normal(size=(2, 4, 4, 3)), 2)


@EXERCISE.asks(
    "images that are not square, windows of one pixel, windows as large as the image",
    points=1,
    usually="height and width have numbers of windows of their own",
)
def extremes(f, rng):
    for shape, size in (((2, 4, 6, 2), 2), ((1, 5, 3, 2), 3), ((2, 2, 3, 2), 1), ((2, 3, 3, 1), 3)):
        compare(f, rng.normal(size=shape), size)
    compare(f, rng.integers(0, 256, size=(1, 3, 4, 2)).astype(np.uint8), 2)
