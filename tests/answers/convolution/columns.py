"""Answers to exercise 8.3: all windows side by side."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from answers import Answers

answers = Answers("8.3")
IMAGE, CHANNELS, IMAGES = "one image of one channel", "several channels", "several images"
EXTREMES = "images that are not square, windows of one pixel, windows as large as the image"


def in_order(images, size, order):
    """The windows with the axes c, y, x, n, i, j in this order, not yet a matrix."""
    windows = sliding_window_view(images, (size, size), axis=(1, 2))
    return windows.transpose(["cyxnij".index(letter) for letter in order])


def matrix(windows, channels, size):
    return windows.reshape(channels * size**2, -1)


@answers.correct
def loops(images, size):
    c, h, w, n = images.shape
    columns = []
    for y in range(h - size + 1):
        for x in range(w - size + 1):
            for k in range(n):
                columns.append(images[:, y : y + size, x : x + size, k].ravel())
    return np.array(columns).T


@answers.correct
def a_view_in_order(images, size):
    return matrix(in_order(images, size, "cijyxn"), len(images), size)


@answers.correct
def row_by_row(images, size):
    c, h, w, n = images.shape
    rows = []
    for channel in images:
        for i in range(size):
            for j in range(size):
                rows.append(channel[i : h - size + 1 + i, j : w - size + 1 + j].ravel())
    return np.stack(rows).astype(np.float32)


@answers.correct
def by_indices(images, size):
    c, h, w, n = images.shape
    y, x = np.mgrid[: h - size + 1, : w - size + 1].reshape(2, -1)
    i, j = np.mgrid[:size, :size].reshape(2, -1)
    windows = images[:, i[:, None] + y, j[:, None] + x]
    return windows.reshape(c * size**2, -1)


@answers.mistake(IMAGE, "transpose")
def rows(images, size):
    return loops(images, size).T


@answers.mistake(IMAGE, "on six axes")
def six_axes(images, size):
    return in_order(images, size, "cijyxn").copy()


@answers.mistake(IMAGE, "the windows' order has to be y, x, image")
def x_slowest(images, size):
    return matrix(in_order(images, size, "cijxyn"), len(images), size)


@answers.mistake(IMAGE, "inside a window the order has to be channel, row, column")
def column_by_column(images, size):
    return matrix(in_order(images, size, "cjiyxn"), len(images), size)


@answers.mistake(IMAGE, "inside a window the order has to be")
def both_swapped(images, size):
    return matrix(in_order(images, size, "cjixyn"), len(images), size)


@answers.mistake(IMAGE, "reshape can't turn rows into columns")
def reshaped(images, size):
    return matrix(in_order(images, size, "yxncij"), len(images), size)


@answers.mistake(IMAGE, "reshape can't turn rows into columns")
def reshaped_another_way(images, size):
    columns = loops(images, size)
    return columns.reshape(columns.shape[::-1]).T


@answers.mistake(IMAGE, "every column is the first window")
def standing(images, size):
    columns = loops(images, size)
    first = images[:, :size, :size].reshape(-1, images.shape[3])
    return np.tile(first, columns.shape[1] // images.shape[3])


@answers.mistake(IMAGE, "the last windows are missing")
def one_short(images, size):
    c, h, w, n = images.shape
    windows = [
        images[:, y : y + size, x : x + size, k].ravel()
        for y in range(h - size)
        for x in range(w - size)
        for k in range(n)
    ]
    return np.array(windows).reshape(-1, c * size**2).T


@answers.mistake(IMAGE, "an array of shape")
def a_list(images, size):
    return [list(row) for row in loops(images, size)]


@answers.mistake(IMAGE, "the windows are of different sizes")
def sticking_out(images, size):
    c, h, w, n = images.shape
    return np.array(
        [images[:, y : y + size, x : x + size, 0].ravel() for y in range(h) for x in range(w)]
    ).T


@answers.mistake(IMAGE, "np.hstack(list)")
def arrays_in_a_list(images, size):
    windows = in_order(images, size, "yxcijn")
    return windows.reshape(-1, len(images) * size**2, images.shape[3])


@answers.mistake(IMAGE, "all in one row")
def one_row(images, size):
    return np.hstack(list(loops(images, size).T))


@answers.mistake(IMAGE, "windows may overlap")
def tiles(images, size):
    return matrix(in_order(images, size, "cijyxn")[:, :, :, ::size, ::size], len(images), size)


@answers.mistake(IMAGE, "the column's number has to grow")
def one_over_the_other(images, size):
    columns = loops(images, size)
    return np.pad(columns[:, -1:], [(0, 0), (0, columns.shape[1] - 1)])


@answers.mistake(IMAGE, "where h' is the number of windows")
def slices_too_short(images, size):
    c, h, w, n = images.shape
    columns = np.empty((c, size, size, h - size + 1, w - size + 1, n))
    for i, j in np.ndindex(size, size):
        columns[:, i, j] = images[:, i : h - size + i, j : w - size + j]
    return columns


@answers.mistake(IMAGE, "upside down")
def upside_down(images, size):
    windows = in_order(images, size, "cijyxn")[:, ::-1, ::-1]
    return matrix(windows, len(images), size)


@answers.mistake(CHANNELS, "inside a window the order has to be channel, row, column")
def channels_fastest(images, size):
    return matrix(in_order(images, size, "ijcyxn"), len(images), size)


@answers.mistake(CHANNELS, "and yours is row, channel, column")
def channels_in_between(images, size):
    return matrix(in_order(images, size, "icjyxn"), len(images), size)


@answers.mistake(CHANNELS, "one channel's part below the other's")
def first_channel_only(images, size):
    return loops(images[:1], size)


@answers.mistake(CHANNELS, "and not in a column of its own")
def channels_as_windows(images, size):
    return np.hstack([loops(channel[None], size) for channel in images])


@answers.mistake(IMAGES, "the windows' order has to be y, x, image")
def images_slowest(images, size):
    return matrix(in_order(images, size, "cijnyx"), len(images), size)


@answers.mistake(IMAGES, "yours is y, image, x")
def images_in_between(images, size):
    return matrix(in_order(images, size, "cijynx"), len(images), size)


@answers.mistake(IMAGES, "every image has its windows")
def first_image_only(images, size):
    return loops(images[..., :1], size)


@answers.mistake(IMAGES, "beside the other images', not below them")
def images_below(images, size):
    return np.vstack([loops(images[..., k : k + 1], size) for k in range(images.shape[3])])


@answers.mistake(EXTREMES, "here the height's serves for both")
def square_only(images, size):
    c, h, w, n = images.shape
    side = h - size + 1
    columns = np.empty((c, size, size, side, side, n))
    for i, j in np.ndindex(size, size):
        columns[:, i, j] = images[:, i : i + side, j : j + side]
    return columns.reshape(c * size**2, -1)


@answers.mistake(EXTREMES, "the windows' order has to be y, x, image")
def along_the_longer_side(images, size):
    order = "cijyxn" if images.shape[1] == images.shape[2] else "cijxyn"
    return matrix(in_order(images, size, order), len(images), size)


@answers.thoughtless
def zeros(images, size):
    c, h, w, n = images.shape
    return np.zeros((c * size**2, (h - size + 1) * (w - size + 1) * n))


@answers.thoughtless
def the_images(images, size):
    return images
