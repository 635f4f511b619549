"""Answers to exercise 8.4: the gradient of a MaxPool."""

import numpy as np

from answers import Answers
from nnlib.layers import MaxPool

answers = Answers("8.4")
FIELD, MANY, EQUAL = "one field", "many fields, channels and images", "equal numbers"
ANY = "numbers below 0, whole numbers, fields of one pixel"


def field_by_field(a, grad, size, share):
    """`share(field)` tells what each number of a field gets of its gradient."""
    da = np.zeros(a.shape)
    for c, y, x, k in np.ndindex(grad.shape):
        place = c, slice(y * size, y * size + size), slice(x * size, x * size + size), k
        da[place] = share(a[place]) * grad[c, y, x, k]
    return da


def first(field):
    return (np.arange(field.size) == field.argmax()).reshape(field.shape)


@answers.correct
def loops(a, grad, size):
    da = np.zeros(a.shape)
    for c, y, x, k in np.ndindex(grad.shape):
        best = None
        for i in range(y * size, (y + 1) * size):
            for j in range(x * size, (x + 1) * size):
                if best is None or a[c, i, j, k] > a[best]:
                    best = c, i, j, k
        da[best] += grad[c, y, x, k]
    return da


@answers.correct
def argmax_of_each_field(a, grad, size):
    return field_by_field(a, grad, size, first)


@answers.correct
def vectorized(a, grad, size):
    c, h, w, n = a.shape
    fields = a.reshape(c, h // size, size, w // size, size, n).transpose(0, 1, 3, 5, 2, 4)
    flat = fields.reshape(*fields.shape[:4], size**2)
    winners = flat.argmax(axis=-1)[..., None] == np.arange(size**2)
    da = (winners * grad[..., None]).reshape(fields.shape)
    return da.transpose(0, 1, 4, 2, 5, 3).reshape(a.shape)


@answers.correct
def float32(a, grad, size):
    return vectorized(a, grad.astype(np.float32), size)


@answers.correct
def like_the_library(a, grad, size):
    layer = MaxPool(size)
    layer.forward(a.astype(float))
    return layer.backward(grad)


@answers.mistake(FIELD, "so it is with a mean")
def mean(a, grad, size):
    return field_by_field(a, grad, size, lambda field: np.full(field.shape, 1 / field.size))


@answers.mistake(FIELD, "every number of a field gets the gradient")
def everybody(a, grad, size):
    return grad.repeat(size, axis=1).repeat(size, axis=2)


@answers.mistake(FIELD, "the smallest of each field")
def smallest(a, grad, size):
    return field_by_field(-a, grad, size, first)


@answers.mistake(FIELD, "these are the largest numbers themselves")
def the_numbers(a, grad, size):
    return field_by_field(a, np.ones(grad.shape), size, lambda field: first(field) * field)


@answers.mistake(FIELD, "a 1 stands where")
def no_chain_rule(a, grad, size):
    return field_by_field(a, np.ones(grad.shape), size, first)


@answers.mistake(FIELD, "the slope of the max in its largest number is 1")
def times_the_number(a, grad, size):
    return field_by_field(a, grad, size, lambda field: first(field) * field)


@answers.mistake(FIELD, "the gradient at the layer's *input*")
def not_stretched(a, grad, size):
    return grad


@answers.mistake(MANY, "no absolute values")
def farthest_from_0(a, grad, size):
    return field_by_field(np.abs(a), grad, size, first)


@answers.mistake(FIELD, "everything is 0")
def into_a_copy(a, grad, size):
    da = np.zeros(a.shape)
    for c, y, x, k in np.ndindex(grad.shape):
        field = a[c, y * size : (y + 1) * size, x * size : (x + 1) * size, k]
        part = da[c, y * size : (y + 1) * size, x * size : (x + 1) * size, k].copy()
        part[np.unravel_index(field.argmax(), field.shape)] = grad[c, y, x, k]
    return da


@answers.mistake(FIELD, "rows and columns of the field are swapped")
def transposed(a, grad, size):
    return field_by_field(a, grad, size, lambda field: first(field).T)


@answers.mistake(FIELD, "The call changed what it was given as a")
def in_place(a, grad, size):
    a[...] = loops(a, grad, size)
    return a


@answers.mistake(FIELD, "grad has one number for each field")
def shapes_that_differ(a, grad, size):
    return grad * (a == a.max()) if size == 1 else np.add(grad[:, [0] * 3], a * 0)


@answers.mistake(MANY, "one winner in the whole image")
def of_the_whole_image(a, grad, size):
    return (a == a.max(axis=(1, 2), keepdims=True)) * everybody(a, grad, size)


@answers.mistake(MANY, "the first image's winners")
def of_the_first_image(a, grad, size):
    return loops(a[..., :1].repeat(a.shape[3], axis=3), grad, size)


@answers.mistake(MANY, "the first channel's winners")
def of_the_first_channel(a, grad, size):
    return loops(a[:1].repeat(len(a), axis=0), grad, size)


@answers.mistake(MANY, "one winner for all channels and images")
def of_all_at_once(a, grad, size):
    c, h, w, n = a.shape
    fields = a.reshape(c, h // size, size, w // size, size, n)
    winners = fields == fields.max(axis=(0, 2, 4, 5), keepdims=True)
    return winners.reshape(a.shape) * everybody(a, grad, size)


@answers.mistake(FIELD, "remember the place")
def every_record(a, grad, size):
    def share(field):
        flat = field.ravel()
        return (np.maximum.accumulate(flat) == flat).reshape(field.shape)

    return field_by_field(a, grad, size, share)


@answers.mistake(FIELD, "the upper left 2 x 2")
def always_two(a, grad, size):
    da = np.zeros(a.shape)
    for c, y, x, k in np.ndindex(grad.shape):
        i, j = divmod(a[c, 2 * y : 2 * y + 2, 2 * x : 2 * x + 2, k].argmax(), 2)
        da[c, 2 * y + i, 2 * x + j, k] = grad[c, y, x, k]
    return da


@answers.mistake(MANY, "argmax counts within the field")
def in_the_corner(a, grad, size):
    da = np.zeros(a.shape)
    for c, y, x, k in np.ndindex(grad.shape):
        field = a[c, y * size : (y + 1) * size, x * size : (x + 1) * size, k]
        i, j = divmod(field.argmax(), size)
        da[c, i, j, k] = grad[c, y, x, k]
    return da


@answers.mistake(MANY, "np.tile sets the whole map")
def tiled(a, grad, size):
    c, h, w, n = a.shape
    largest = a.reshape(c, h // size, size, w // size, size, n).max(axis=(2, 4))
    winners = a == np.tile(largest, (1, size, size, 1))
    return winners * np.tile(grad, (1, size, size, 1))


@answers.mistake(MANY, "reshape cuts the numbers as they lie")
def cut_wrongly(a, grad, size):
    c, h, w, n = a.shape
    fields = a.reshape(c, h // size, w // size, size, size, n)
    winners = fields == fields.max(axis=(3, 4), keepdims=True)
    return (winners * grad[:, :, :, None, None]).reshape(a.shape)


@answers.mistake(MANY, "as in a convolution")
def windows_that_replace(a, grad, size):
    da = np.zeros(a.shape)
    for c, y, x, k in np.ndindex(grad.shape):
        i, j = divmod(a[c, y : y + size, x : x + size, k].argmax(), size)
        da[c, y + i, x + j, k] = grad[c, y, x, k]
    return da


@answers.mistake(MANY, "a field begins at row y * size")
def windows_that_overlap(a, grad, size):
    da = np.zeros(a.shape)
    for c, y, x, k in np.ndindex(grad.shape):
        field = a[c, y : y + size, x : x + size, k]
        i, j = divmod(field.argmax(), size)
        da[c, y + i, x + j, k] += grad[c, y, x, k]
    return da


@answers.mistake(EQUAL, "each of several equal numbers gets the gradient")
def all_equal_ones(a, grad, size):
    return field_by_field(a, grad, size, lambda field: field == field.max())


@answers.mistake(EQUAL, "equal numbers share the gradient")
def shared(a, grad, size):
    def share(field):
        equal = field == field.max()
        return equal / equal.sum()

    return field_by_field(a, grad, size, share)


@answers.mistake(EQUAL, "the last of several equal numbers")
def last(a, grad, size):
    return field_by_field(a, grad, size, lambda field: first(field[::-1, ::-1])[::-1, ::-1])


@answers.mistake(EQUAL, "but column by column")
def column_by_column(a, grad, size):
    return field_by_field(a, grad, size, lambda field: first(field.T).T)


@answers.mistake(MANY, "with -np.inf, not with 0")
def search_from_0(a, grad, size):
    da = np.zeros(a.shape)
    for c, y, x, k in np.ndindex(grad.shape):
        best, winner = 0, None
        for i in range(y * size, (y + 1) * size):
            for j in range(x * size, (x + 1) * size):
                if a[c, i, j, k] > best or (a[c, i, j, k] == best == 0 and winner is None):
                    best, winner = a[c, i, j, k], (c, i, j, k)
        if winner:
            da[winner] = grad[c, y, x, k]
    return da


@answers.mistake(MANY, "begin the search with -np.inf")
def search_from_0_and_the_first_place(a, grad, size):
    da = np.zeros(a.shape)
    for c, y, x, k in np.ndindex(grad.shape):
        best, winner = 0, (c, y * size, x * size, k)
        for i in range(y * size, (y + 1) * size):
            for j in range(x * size, (x + 1) * size):
                if a[c, i, j, k] > best:
                    best, winner = a[c, i, j, k], (c, i, j, k)
        da[winner] = grad[c, y, x, k]
    return da


@answers.mistake(ANY, "np.zeros(shape) makes floats")
def like_a(a, grad, size):
    return loops(a, grad, size).astype(a.dtype)


@answers.thoughtless
def zeros(a, grad, size):
    return np.zeros(a.shape)


@answers.thoughtless
def the_input(a, grad, size):
    return a


@answers.thoughtless
def ones(a, grad, size):
    return np.ones(a.shape)
