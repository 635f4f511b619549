"""Answers to exercise 8.5: the gradients of a convolution."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import convolve2d, correlate2d

from answers import Answers
from nnlib.initializers import Constant
from nnlib.layers import Convolution

answers = Answers("8.5")
DB, DW = "db", "dW"
ONE, SEVERAL = "da, with one filter and one channel", "da, with several filters and channels"
EXTREMES = "filters of one weight, filters as large as the image, whole numbers"


@answers.correct
def by_places(a, W, grad):
    dW, da = np.zeros(W.shape), np.zeros(a.shape)
    h, w = grad.shape[1:3]
    G = grad.reshape(len(grad), -1)
    for i in range(W.shape[2]):
        for j in range(W.shape[3]):
            part = a[:, i : i + h, j : j + w]
            dW[:, :, i, j] = G @ part.reshape(len(a), -1).T
            back = W[:, :, i, j].T @ G
            da[:, i : i + h, j : j + w] += back.reshape(part.shape)
    return dW, G.sum(axis=1, keepdims=True), da


@answers.correct
def loops(a, W, grad):
    dW, db, da = np.zeros(W.shape), np.zeros((len(W), 1)), np.zeros(a.shape)
    for o, y, x, k in np.ndindex(grad.shape):
        g = grad[o, y, x, k]
        db[o] += g
        for c, i, j in np.ndindex(W.shape[1:]):
            dW[o, c, i, j] += g * a[c, y + i, x + j, k]
            da[c, y + i, x + j, k] += g * W[o, c, i, j]
    return dW, db, da


@answers.correct
def full_convolution(a, W, grad):
    border = W.shape[2] - 1
    frame = np.pad(grad, [(0, 0), (border, border), (border, border), (0, 0)])
    windows = sliding_window_view(frame, W.shape[2:], axis=(1, 2))
    da = np.einsum("oyxnij,ocij->cyxn", windows, W[:, :, ::-1, ::-1])
    dW = np.einsum("cijnyx,oyxn->ocij", sliding_window_view(a, grad.shape[1:3], axis=(1, 2)), grad)
    return dW, grad.sum(axis=(1, 2, 3)).reshape(-1, 1), da


@answers.correct
def in_float32(a, W, grad):
    return [one.astype(np.float32) for one in by_places(a, W, grad)]


@answers.correct
def with_scipy(a, W, grad):
    a, W = a.astype(float), W.astype(float)
    dW, da = np.zeros(W.shape), np.zeros(a.shape)
    for o, c, k in np.ndindex(len(W), len(a), a.shape[3]):
        dW[o, c] += correlate2d(a[c, :, :, k], grad[o, :, :, k], mode="valid")
        da[c, :, :, k] += convolve2d(grad[o, :, :, k], W[o, c], mode="full")
    return dW, grad.sum(axis=(1, 2, 3), keepdims=True)[:, 0, 0], da


@answers.correct
def like_the_library(a, W, grad):
    layer = Convolution(W.shape[1], W.shape[0], W.shape[2], weights=Constant(0.0))
    layer.initialize(rng=np.random.default_rng(0))
    layer.W.value[...] = W
    layer.forward(a.astype(float))
    da = layer.backward(grad)
    return layer.W.grad, layer.b.grad, da


def wrong(dW=None, db=None, da=None):  # noqa: N803
    """The right gradients, but for those that are computed otherwise."""

    def answer(a, W, grad):
        others = dW, db, da
        rights = by_places(a, W, grad)
        return tuple(
            other(a, W, grad, right) if other else right
            for other, right in zip(others, rights, strict=True)
        )

    return answer


def put_last(a, W, grad):
    dW, db, da = np.zeros(W.shape), np.zeros((len(W), 1)), np.zeros(a.shape)
    for o, y, x in np.ndindex(grad.shape[:3]):
        g = grad[o, y, x]
        db[o] = g.sum()
        for c, i, j in np.ndindex(W.shape[1:]):
            dW[o, c, i, j] = (g * a[c, y + i, x + j]).sum()
            da[c, y + i, x + j] = g * W[o, c, i, j]
    return dW, db, da


WRONG = [
    ("db_in_a_row", DB, "b is a column", {"db": lambda a, W, g, r: r[:, 0]}),
    ("db_for_each_image", DB, "add up over them, too", {"db": lambda a, W, g, r: g.sum((1, 2))}),
    (
        "db_over_filters",
        DB,
        "the sum goes over the out channels",
        {"db": lambda a, W, g, r: g.sum(0)},
    ),
    ("db_of_all", DB, "all of grad in one sum", {"db": lambda a, W, g, r: 0 * r + g.sum()}),
    (
        "db_one_number",
        DB,
        "only the axes 1, 2 and 3",
        {"db": lambda a, W, g, r: g.sum(keepdims=False)},
    ),
    (
        "db_mean",
        DB,
        "a mean over places and images",
        {"db": lambda a, W, g, r: g.mean((1, 2, 3))[:, None]},
    ),
    ("db_over_n", DB, "divided by the number of images", {"db": lambda a, W, g, r: r / a.shape[3]}),
    ("db_last", DB, "+= in place of =", {"db": lambda a, W, g, r: put_last(a, W, g)[1]}),
    (
        "db_four_axes",
        DB,
        "three axes too many",
        {"db": lambda a, W, g, r: g.sum((1, 2, 3), keepdims=True)},
    ),
    ("db_is_grad", DB, "a bias is added at every place", {"db": lambda a, W, g, r: g}),
    (
        "db_first_image",
        DB,
        "the first image alone",
        {"db": lambda a, W, g, r: g[..., 0].sum((1, 2))[:, None]},
    ),
    ("dW_turned", DW, "dW is upside down", {"dW": lambda a, W, g, r: r[:, :, ::-1, ::-1]}),
    (
        "dW_transposed",
        DW,
        "the last two axes are swapped",
        {"dW": lambda a, W, g, r: r.transpose(0, 1, 3, 2)},
    ),
    ("dW_mean", DW, "divided by the number of images", {"dW": lambda a, W, g, r: r / a.shape[3]}),
    (
        "dW_over_places",
        DW,
        "divided by the number of places",
        {"dW": lambda a, W, g, r: r / g[0, ..., 0].size},
    ),
    ("dW_last", DW, "+= in place of =", {"dW": lambda a, W, g, r: put_last(a, W, g)[0]}),
    ("dW_times_W", DW, "the two factors swap", {"dW": lambda a, W, g, r: r * W}),
    (
        "dW_first_image",
        DW,
        "the first image alone",
        {"dW": lambda a, W, g, r: by_places(a[..., :1], W, g[..., :1])[0]},
    ),
    (
        "dW_last_image",
        DW,
        "the last image alone",
        {"dW": lambda a, W, g, r: by_places(a[..., -1:], W, g[..., -1:])[0]},
    ),
    (
        "dW_of_all_channels",
        DW,
        "not the sum over the channels",
        {"dW": lambda a, W, g, r: by_places(0 * a + a.sum(axis=0), W, g)[0]},
    ),
    ("dW_matrix", DW, "give it the form of W", {"dW": lambda a, W, g, r: r.reshape(len(r), -1)}),
    (
        "dW_channels_swapped",
        DW,
        "first the out channels",
        {"dW": lambda a, W, g, r: r.swapaxes(0, 1)},
    ),
    (
        "dW_no_grad",
        DW,
        "these are the pixels alone",
        {"dW": lambda a, W, g, r: by_places(a, W, np.ones(g.shape))[0]},
    ),
    ("da_last", ONE, "+= in place of =", {"da": lambda a, W, g, r: put_last(a, W, g)[2]}),
    (
        "da_turned",
        ONE,
        "turned the wrong way",
        {"da": lambda a, W, g, r: by_places(a, W[:, :, ::-1, ::-1], g)[2]},
    ),
    (
        "da_transposed",
        ONE,
        "the filters are transposed",
        {"da": lambda a, W, g, r: by_places(a, W.transpose(0, 1, 3, 2), g)[2]},
    ),
    (
        "da_upside_down",
        ONE,
        "upside down only",
        {"da": lambda a, W, g, r: by_places(a, W[:, :, ::-1], g)[2]},
    ),
    ("da_shape_of_grad", ONE, "and this that of grad", {"da": lambda a, W, g, r: 0 * g}),
    (
        "da_averaged",
        ONE,
        "the number of windows that a pixel stands in",
        {
            "da": lambda a, W, g, r: (
                r / (by_places(a, np.ones(W.shape), np.ones(g.shape))[2] / len(W))
            )
        },
    ),
    ("da_times_a", ONE, "the two factors swap", {"da": lambda a, W, g, r: r * a}),
    (
        "da_without_weights",
        ONE,
        "this is grad alone",
        {"da": lambda a, W, g, r: by_places(a, np.ones(W.shape), g)[2]},
    ),
    ("da_of_zeros", ONE, "everything is 0", {"da": lambda a, W, g, r: 0 * r}),
    (
        "da_last_filter",
        SEVERAL,
        "the last filter alone",
        {"da": lambda a, W, g, r: by_places(a, W[-1:], g[-1:])[2]},
    ),
    (
        "da_first_filter",
        SEVERAL,
        "the first filter alone",
        {"da": lambda a, W, g, r: by_places(a, W[:1], g[:1])[2]},
    ),
    ("da_mean_of_filters", SEVERAL, "and not averaged", {"da": lambda a, W, g, r: r / len(W)}),
    (
        "da_over_channels",
        SEVERAL,
        "each in channel has a gradient of its own",
        {"da": lambda a, W, g, r: 0 * r + r.sum(axis=0)},
    ),
    ("da_like_a", EXTREMES, "makes floats", {"da": lambda a, W, g, r: r.astype(a.dtype)}),
    ("dW_like_W", EXTREMES, "makes floats", {"dW": lambda a, W, g, r: r.astype(W.dtype)}),
]

WRONG += [
    ("db_counts", DB, "the places alone", {"db": lambda a, W, g, r: 0 * r + g[0].size}),
    ("dW_mean_of_all", DW, "all entries of grad", {"dW": lambda a, W, g, r: r / g.size}),
    (
        "dW_of_all_maps",
        DW,
        "dW[o] gets grad[o] alone",
        {"dW": lambda a, W, g, r: by_places(a, W, 0 * g + g.sum(axis=0))[0]},
    ),
    (
        "dW_last_of_all",
        DW,
        "the last place of the last image",
        {"dW": lambda a, W, g, r: put_last(a[..., -1:], W, g[..., -1:])[0]},
    ),
]

for name, fails, says, parts in WRONG:
    answer = wrong(**parts)
    answer.__name__ = name
    answers.mistake(fails, says)(answer)


@answers.mistake(DB, "which axis is added up?")
def channels_not_swapped(a, W, grad):
    dW, db, da = by_places(a, W, grad)
    if len(W) > 1:
        W[:, :, 0, 0] @ grad.reshape(len(grad), -1)
    return dW, db, da


@answers.mistake(EXTREMES, "don't go into an array of whole numbers")
def zeros_like(a, W, grad):
    da = np.zeros_like(a)
    h, w = grad.shape[1:3]
    for i, j in np.ndindex(W.shape[2:]):
        da[:, i : i + h, j : j + w] += np.einsum("oyxn,oc->cyxn", grad, W[:, :, i, j])
    return *by_places(a, W, grad)[:2], da


@answers.mistake(DB, "the order is dW, db, da")
def in_another_order(a, W, grad):
    dW, db, da = by_places(a, W, grad)
    return da, dW, db


@answers.mistake(DB, "axes=([1, 2, 3], [1, 2, 3])")
def wrong_axes(a, W, grad):
    h, w = grad.shape[1:3]
    return np.tensordot(grad, a[:, :h, :w], 3), None, None


@answers.mistake(DB, "The answer has to be 3 things, dW, db and da; it is 2 of them")
def without_da(a, W, grad):
    return by_places(a, W, grad)[:2]


@answers.mistake(DB, "The answer has to be 3 things, dW, db and da; it is one array")
def dW_alone(a, W, grad):
    return by_places(a, W, grad)[0]


@answers.thoughtless
def zeros(a, W, grad):
    return np.zeros(W.shape), np.zeros((len(W), 1)), np.zeros(a.shape)


@answers.thoughtless
def the_inputs(a, W, grad):
    return W, np.ones((len(W), 1)), a
