"""Answers to exercise 8.2: the cross-correlation of an image with a filter."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import convolve2d

from answers import Answers

answers = Answers("8.2")
ONE, PLACES = "one window, as large as the image", "every window at its place"
KINDS = "bytes, and a filter of one weight"


def mapped(image, filter, number):
    """The map of `number(window)`, in loops over the windows."""
    (h, w), (k, l) = image.shape, filter.shape
    return np.array(
        [[number(image[y : y + k, x : x + l]) for x in range(w - l + 1)] for y in range(h - k + 1)]
    )


@answers.correct
def loops(image, filter):
    (h, w), (k, l) = image.shape, filter.shape
    z = np.zeros((h - k + 1, w - l + 1))
    for y in range(h - k + 1):
        for x in range(w - l + 1):
            for i in range(k):
                for j in range(l):
                    z[y, x] += filter[i, j] * float(image[y + i, x + j])
    return z


@answers.correct
def vectorized(image, filter):
    return np.einsum("yxij,ij->yx", sliding_window_view(image, filter.shape), filter)


@answers.correct
def filter_by_filter(image, filter):
    h, w = np.subtract(image.shape, filter.shape) + 1
    return sum(
        weight * image[i : i + h, j : j + w].astype(np.float32)
        for (i, j), weight in np.ndenumerate(filter)
    )


@answers.correct
def like_a_library(image, filter):
    return convolve2d(image.astype(float), filter[::-1, ::-1], mode="valid")


@answers.mistake(ONE, "as in mathematics' convolution")
def turned(image, filter):
    return mapped(image, filter, lambda window: (window * filter[::-1, ::-1]).sum())


@answers.mistake(ONE, "image * filter")
def filter_times_window(image, filter):
    columns = filter.shape[1]
    return mapped(image, filter, lambda window: (filter @ window.reshape(columns, -1)).sum())


@answers.mistake(ONE, ".astype(float) keeps it")
def whole_pixels(image, filter):
    return mapped(image.astype(int), filter, lambda window: (window * filter).sum())


@answers.mistake(ONE, "upside down")
def upside_down(image, filter):
    return mapped(image, filter, lambda window: (window * filter[::-1]).sum())


@answers.mistake(ONE, "the filter is transposed")
def transposed_filter(image, filter):
    k, l = filter.shape
    return mapped(
        image,
        filter,
        lambda window: sum(filter[j % k, i % l] * window[i, j] for i, j in np.ndindex(k, l)),
    )


@answers.mistake(ONE, "not averaged")
def mean(image, filter):
    return mapped(image, filter, lambda window: (window * filter).mean())


@answers.mistake(ONE, "@ multiplies matrices")
def matrix_product(image, filter):
    return mapped(image, filter, lambda window: (window @ filter).sum())


@answers.mistake(ONE, "the product of the sums")
def product_of_sums(image, filter):
    return mapped(image, filter, lambda window: window.sum() * filter.sum())


@answers.mistake(ONE, "the largest of the products")
def largest(image, filter):
    return mapped(image, filter, lambda window: (window * filter).max())


@answers.mistake(ONE, "h - k + 1 rows of them")
def one_short(image, filter):
    h, w = np.subtract(image.shape, filter.shape)
    return np.array(
        [
            [
                (image[y : y + len(filter), x : x + len(filter.T)] * filter).sum()
                for x in range(max(w, 0))
            ]
            for y in range(max(h, 0))
        ]
    ).reshape(h, w)


@answers.mistake(ONE, "the full mode")
def full(image, filter):
    return convolve2d(image.astype(float), filter[::-1, ::-1], mode="full")


@answers.mistake(PLACES, "as many entries as the image has pixels")
def same_for_larger_images(image, filter):
    if image.shape == filter.shape:
        return loops(image, filter)
    return convolve2d(image.astype(float), filter[::-1, ::-1], mode="same")


@answers.mistake(ONE, "make an array of it with np.array")
def a_list(image, filter):
    return loops(image, filter).tolist()


@answers.mistake(ONE, "has to be of shape (1, 1), and it is of shape ()")
def one_number(image, filter):
    return (image[: len(filter), : len(filter.T)] * filter).sum()


@answers.mistake(ONE, ".sum() adds up all of its entries")
def columns_of_sums(image, filter):
    z = np.zeros(np.subtract(image.shape, filter.shape) + 1)
    for y, x in np.ndindex(z.shape):
        window = image[y : y + len(filter), x : x + len(filter.T)]
        z[y, x] = (window * filter).sum(axis=0)
    return z


@answers.mistake(PLACES, "the window never moves")
def standing(image, filter):
    first = image[: len(filter), : len(filter.T)]
    return mapped(image, filter, lambda window: (first * filter).sum())


@answers.mistake(PLACES, "it moves to the right with x, too")
def down_only(image, filter):
    z = loops(image, filter)
    return z[:, :1].repeat(z.shape[1], axis=1)


@answers.mistake(PLACES, "the map is transposed")
def transposed_map(image, filter):
    z = np.zeros(np.subtract(image.shape, filter.shape)[::-1] + 1)
    z[...] = loops(image, filter).T
    return z if z.shape[0] == z.shape[1] else z.T


@answers.mistake(PLACES, "height and width are swapped")
def swapped(image, filter):
    z = loops(image, filter)
    return z if z.shape[0] == z.shape[1] else z.T


@answers.mistake(PLACES, "rows first")
def columns_first(image, filter):
    z = np.zeros(np.subtract(image.shape, filter.shape) + 1)
    for y, x in np.ndindex(z.shape):
        z[y, x] = (image[y : y + filter.shape[1], x : x + filter.shape[0]] * filter).sum()
    return z


@answers.mistake(PLACES, "a window and the filter differ in shape")
def too_many_windows(image, filter):
    z = np.zeros(image.shape)
    for y, x in np.ndindex(*(image.shape if image.shape != filter.shape else (1, 1))):
        z[y, x] = (image[y : y + len(filter), x : x + len(filter.T)] * filter).sum()
    return z[:1, :1]


@answers.mistake(PLACES, "only the last window is there")
def last_only(image, filter):
    z = np.zeros(np.subtract(image.shape, filter.shape) + 1)
    z[-1, -1] = loops(image, filter)[-1, -1]
    return z


@answers.mistake(ONE, "range(h - k + 1)")
def loops_that_end_early(image, filter):
    z = loops(image, filter)
    z[-1], z[:, -1] = 0, 0
    return z


@answers.mistake(ONE, "the last product alone")
def not_added(image, filter):
    return mapped(image, filter, lambda window: window[-1, -1] * filter[-1, -1])


@answers.mistake(ONE, "has k rows already")
def slices_too_short(image, filter):
    return mapped(image, filter, lambda window: (window * filter)[:-1, :-1].sum())


@answers.mistake(PLACES, "each window's sum begins at 0")
def sums_that_go_on(image, filter):
    z = loops(image, filter)
    return z.cumsum().reshape(z.shape)


@answers.mistake(PLACES, "no activation function")
def with_a_relu(image, filter):
    return np.maximum(0, loops(image, filter)) if len(image) > len(filter) else loops(image, filter)


@answers.mistake(KINDS, "np.zeros(shape) makes floats")
def like_the_image(image, filter):
    z = np.zeros_like(image, shape=np.subtract(image.shape, filter.shape) + 1)
    z[...] = np.trunc(loops(image, filter)).astype(int).astype(image.dtype)
    return z if image.dtype == np.uint8 else loops(image, filter)


@answers.mistake(KINDS, "a byte ends at 255")
def bytes_only(image, filter):
    if filter.dtype.kind != "i":
        return loops(image, filter)
    return vectorized(image, filter.astype(np.uint8))


@answers.thoughtless
def zeros(image, filter):
    return np.zeros(np.subtract(image.shape, filter.shape) + 1)


@answers.thoughtless
def a_piece_of_the_image(image, filter):
    h, w = np.subtract(image.shape, filter.shape) + 1
    return image[:h, :w].astype(float)


@answers.thoughtless
def the_image(image, filter):
    return image
