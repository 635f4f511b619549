"""Stacks of layers for exercise 8.6: run, asked for their pixels' pulls, and run mistakenly."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from nnlib.checks.convolution.branches import shares
from nnlib.checks.convolution.switches import sent_back, won


def _fields(a, size):
    """The numbers of each field on a first axis, (size², channels, height', width', n)."""
    places = np.ndindex(size, size)
    return np.stack([a[:, i::size, j::size] for i, j in places])


def _convolved(a, W, b):
    windows = sliding_window_view(a, W.shape[2:], axis=(1, 2))
    return np.einsum("cyxnij,ocij->oyxn", windows, W) + b[:, :, None, None]


def _largest(a, size):
    """The largest of each field; complex numbers are compared by their real parts."""
    fields = _fields(a, size)
    return np.take_along_axis(fields, fields.real.argmax(axis=0)[None], axis=0)[0]


FORWARD = {
    "convolution": _convolved,
    "max pool": _largest,
    "relu": lambda a: a * (a.real > 0),
    "flatten": lambda a: a.reshape(-1, a.shape[-1]),
    "dense": lambda a, W, b: W @ a + b,
}
BACK = {
    "convolution": lambda g, a, W, b: shares(a, W, g)[2],
    "max pool": lambda g, a, size: sent_back(a, g, size),
    "relu": lambda g, a: g * (a > 0),
    "flatten": lambda g, a: g.reshape(a.shape),
    "dense": lambda g, a, W, b: W.T @ g,
}
WRONG_FORWARD = {
    "convolution": [
        (lambda a, W, b: _convolved(a, W, 0 * b), "the biases of the convolution are missing"),
        (lambda a, W, b: _convolved(a, W[:, :, ::-1, ::-1], b), "the filters are turned by half a "
         "circle: here they are laid on the image as they are"),
        (lambda a, W, b: _convolved(a, W.transpose(0, 1, 3, 2), b), "the filters are transposed: "
         "W[o, c, i, j] meets the pixel in row i and column j of the window"),
        (lambda a, W, b: _convolved(a, W, 0 * b) - b[:, :, None, None], "the bias is added, not "
         "taken away"),
        (lambda a, W, b: _convolved(a[:1].repeat(len(a), axis=0), W, b), "each channel of a filter "
         "is laid on its own channel of the image"),
    ],
    "max pool": [
        (lambda a, size: _fields(a, size).mean(axis=0), "this is the mean of each field: the "
         "largest number is wanted"),
        (lambda a, size: _fields(a, size).sum(axis=0), "this is the sum of each field: the "
         "largest number is wanted"),
        (lambda a, size: _fields(a, size)[0], "this is the first number of each field: the largest "
         "is wanted"),
        (lambda a, size: np.maximum(0, _largest(a, size)), "where all numbers of a field are below "
         "0 the largest of them is, too: 0 isn't among them"),
        (lambda a, size: np.abs(_fields(a, size)).max(axis=0), "the largest number, not the one "
         "farthest from 0"),
        (lambda a, size: -_largest(-a, size), "this is the smallest number of each field"),
    ],
    "relu": [
        (lambda a: a, "the relu does nothing here: max(0, a)"),
        (lambda a: (1 + np.tanh(a / 2)) / 2, "this is a sigmoid: max(0, a) is wanted"),
        (np.abs, "a relu turns what is below 0 into 0; this turns its sign round"),
        (lambda a: (a > 0) * 1.0, "above 0 a relu hands its input on; this says 1"),
        (lambda a: np.minimum(0, a), "this keeps what is below 0; a relu keeps what is above"),
    ],
    "flatten": [
        (lambda a: a.transpose(2, 1, 0, 3).reshape(-1, a.shape[-1]), "the features' order: channel "
         "by channel, row by row, the column changing fastest, as reshape gives it"),
        (lambda a: a.transpose(1, 2, 0, 3).reshape(-1, a.shape[-1]), "the features' order: channel "
         "by channel, and not pixel by pixel with its channels"),
        (lambda a: a.transpose(0, 2, 1, 3).reshape(-1, a.shape[-1]), "the features' order: inside "
         "a channel row by row, and not column by column"),
        (lambda a: a.reshape(a.shape[-1], -1).T, "the images get mixed: the *last* axis is that "
         "of the images, so .reshape(-1, n) keeps each in its column"),
    ],
    "dense": [
        (lambda a, W, b: W @ a, "the biases of the dense layer are missing"),
        (lambda a, W, b: W @ a - b, "the bias is added, not taken away"),
    ],
}  # fmt: skip
WRONG_BACK = {
    "convolution": [
        (lambda g, a, W, b: shares(a, W[:, :, ::-1, ::-1], g)[2], "convolution: the filters are "
         "turned the wrong way on the way back"),
        (lambda g, a, W, b: shares(a, W, g, outs=slice(-1, None))[2], "convolution: the last "
         "filter's share alone comes back. The shares of all filters are added up"),
    ],
    "max pool": [
        (lambda g, a, size: sent_back(a, g, size, lambda field: np.ones(field.shape)), "max pool: "
         "every number of a field gets the gradient; the largest alone has to"),
        (lambda g, a, size: sent_back(a, g, size, lambda f: np.full(f.shape, 1 / f.size)),
         "max pool: every number of a field gets an equal share; the largest gets all"),
    ],
    "relu": [
        (lambda g, a: g, "relu: its slope is missing. Where its input was below 0, nothing goes "
         "back"),
        (lambda g, a: np.maximum(0, g), "relu: its slope asks whether its *input* was above 0, not "
         "whether the gradient is"),
        (lambda g, a: np.maximum(0, g) * (a > 0), "relu: where its input was above 0 all of the "
         "gradient goes back, negative ones too"),
        (lambda g, a: g * np.maximum(0, a), "relu: the slope above 0 is 1, and not the output"),
        (lambda g, a: (a > 0) * 1.0, "relu: the chain rule is missing. The slope multiplies the "
         "gradient that arrives"),
        (lambda g, a: g * (a < 0), "relu: this keeps the gradient where the input was *below* 0"),
    ],
    "flatten": [
        (lambda g, a: g.reshape(a.shape[::-1]).T, "flatten: the way back is .reshape(a.shape), "
         "with a's own order of axes"),
        (lambda g, a: g.reshape(*a.shape[:1], a.shape[2], a.shape[1], -1).transpose(0, 2, 1, 3),
         "flatten: rows and columns are swapped on the way back, .reshape(a.shape) does it"),
    ],
    "dense": [
        (lambda g, a, W, b: W.T @ (g + b), "dense: the bias has no part in the way back"),
    ],
}  # fmt: skip
TIES = [
    ("relu", lambda g, a: g * (a >= 0), "relu: at exactly 0 it is agreed that nothing goes back: "
     "a > 0, not a >= 0"),
    ("max pool", lambda g, a, size: sent_back(a, g, size, lambda f: (f == f.max()) * 1.0),
     "max pool: each of several equal numbers gets the gradient; the first of them, row by row, "
     "has to"),
    ("max pool", lambda g, a, size: sent_back(a, g, size, lambda f: won(f[::-1, ::-1])[::-1, ::-1]),
     "max pool: the last of several equal numbers gets the gradient; the first of them has to"),
]  # fmt: skip


def one_hot(out, digits):
    grad = np.zeros(out.shape)
    grad[digits, np.arange(len(digits))] = 1
    return grad


def in_rows(out, digits):
    """A 1 in every column of each row that any image asks for."""
    grad = np.zeros(out.shape)
    grad[digits] = 1
    return grad


PICKS = [
    (lambda out, digits: np.ones(out.shape), "all outputs are asked at once: for each image the "
     "gradient begins as a 1 for its own digit and 0 for the others"),
    (lambda out, digits: one_hot(out, digits[:1].repeat(len(digits))), "every image is asked for "
     "the first image's digit: each has its own, grad[digits[k], k] = 1"),
    (in_rows, "grad[digits] = 1 fills whole rows, so an image is asked for the others' digits, "
     "too: grad[digits, np.arange(n)] = 1"),
    (lambda out, digits: one_hot(out, digits) * out, "the gradient begins as 1 at the output that "
     "is asked, and not as the output's value"),
    (lambda out, digits: out, "the gradient begins as a 1 at the output that is asked and 0 at "
     "the others, not as the outputs themselves"),
    (lambda out, digits: one_hot(out, digits) / len(digits), "divided by the number of images: "
     "each image's pull is its own, no mean"),
    (lambda out, digits: one_hot(out, out.argmax(axis=0)), "the largest output is asked here: "
     "`digits` says which one is meant"),
    (lambda out, digits: -one_hot(out, digits), "the sign: the slope of the output, not of a loss"),
    (lambda out, digits: one_hot(out, digits) - soft(out), "this is the pull of ln p, behind a "
     "softmax: the output itself is asked, so a 1 and zeros go back"),
    (lambda out, digits: soft(out) - one_hot(out, digits), "this is the gradient of a loss, p - t: "
     "the output itself is asked, so a 1 and zeros go back"),
]  # fmt: skip


def soft(out):
    E = np.exp(out - out.max(axis=0))
    return E / E.sum(axis=0)


def run(layers, images, rules=FORWARD):
    """The arrays between the layers, images first; `rules` by kind."""
    values = [images]
    for kind, *own in layers:
        values.append(rules[kind](values[-1], *own))
    return values


def asked(layers, images, digits, rules=BACK, pick=one_hot):
    """(outputs, pulls); `rules` lead back, `pick` makes the gradient with which that begins."""
    *inputs, out = run(layers, images)
    grad = pick(out, digits)
    for (kind, *own), a in zip(layers[::-1], inputs[::-1], strict=True):
        grad = rules[kind](grad, a, *own)
    return out, grad
