"""Answers to exercise 8.6: a convolutional network, forward and back to its pixels."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from answers import Answers
from answers.convolution import branches, switches
from nnlib import Convolution, Dense, Flatten, MaxPool, ReLU
from nnlib.initializers import Constant

answers = Answers("8.6")
OUT, PULL = "forward, each layer alone", "back, each layer alone"
DEEP, DIGITS = "a network of nine layers", "every image asked for another digit"
TIES = "empty images, and fields of equal numbers"


def convolved(a, W, b):
    windows = sliding_window_view(a, W.shape[2:], axis=(1, 2))
    return np.einsum("cyxnij,ocij->oyxn", windows, W) + b[:, :, None, None]


def places(a, size):
    return [a[:, i::size, j::size] for i in range(size) for j in range(size)]


AHEAD = {
    "convolution": convolved,
    "max pool": lambda a, size: np.max(places(a, size), axis=0),
    "relu": lambda a: a * (a > 0),
    "flatten": lambda a: a.reshape(-1, a.shape[-1]),
    "dense": lambda a, W, b: W @ a + b,
}
BACK = {
    "convolution": lambda g, a, W, b: branches.by_places(a, W, g)[2],
    "max pool": lambda g, a, size: switches.vectorized(a, g, size),
    "relu": lambda g, a: np.where(a > 0, g, 0),
    "flatten": lambda g, a: g.reshape(a.shape),
    "dense": lambda g, a, W, b: W.T @ g,
}


def start(out, digits):
    grad = np.zeros(out.shape)
    grad[digits, range(len(digits))] = 1
    return grad


def walk(layers, images, digits, ahead=(), back=(), begin=start):
    """Forward and back with some rules in the place of the right ones."""
    ahead, back, values = {**AHEAD, **dict(ahead)}, {**BACK, **dict(back)}, [images]
    for kind, *own in layers:
        values.append(ahead[kind](values[-1], *own))
    grad = begin(values[-1], digits)
    for k in reversed(range(len(layers))):
        kind, *own = layers[k]
        grad = back[kind](grad, values[k], *own)
    return values[-1], grad


@answers.correct
def in_dictionaries(layers, images, digits):
    return walk(layers, images, digits)


@answers.correct
def one_image_after_the_other(layers, images, digits):
    answers = [walk(layers, images[..., k : k + 1], digits[k : k + 1]) for k in range(len(digits))]
    outs, pulls = zip(*answers, strict=True)
    return np.hstack(outs), np.concatenate(pulls, axis=3)


@answers.correct
def closures(layers, images, digits):
    a, ways_back = images, []
    for layer in layers:
        kind, own, before = layer[0], layer[1:], a
        if kind == "convolution":
            W, b = own
            h, w = np.subtract(before.shape[1:3], W.shape[2:]) + 1
            shifted = ((i, j, before[:, i : i + h, j : j + w]) for i, j in np.ndindex(W.shape[2:]))
            a = sum(np.tensordot(W[:, :, i, j], part, 1) for i, j, part in shifted)
            a = a + b[:, :, None, None]
            ways_back.append(
                lambda g, before=before, W=W: branches.full_convolution(before, W, g)[2]
            )
        elif kind == "max pool":
            a = AHEAD[kind](before, *own)
            ways_back.append(lambda g, before=before, own=own: switches.loops(before, g, *own))
        elif kind == "relu":
            a = np.maximum(before, 0)
            ways_back.append(lambda g, after=a: g * (after > 0))
        elif kind == "flatten":
            a = before.reshape(-1, before.shape[-1])
            ways_back.append(lambda g, before=before: g.reshape(before.shape))
        else:
            W, b = own
            a = W @ before + b
            ways_back.append(lambda g, W=W: W.T @ g)
    pull = np.zeros(a.shape)
    for k, digit in enumerate(digits):
        pull[digit, k] = 1.0
    for way in ways_back[::-1]:
        pull = way(pull)
    return a, pull


@answers.correct
def float32(layers, images, digits):
    return [one.astype(np.float32) for one in walk(layers, images, digits)]


@answers.correct
def like_the_library(layers, images, digits):
    gates = []
    for kind, *own in layers:
        if kind in ("convolution", "dense"):
            W, b = own
            zero = {"weights": Constant(0.0), "bias": Constant(0.0)}
            if kind == "dense":
                gate = Dense(W.shape[1], W.shape[0], **zero)
            else:
                gate = Convolution(W.shape[1], W.shape[0], W.shape[2], **zero)
            gate.initialize(rng=np.random.default_rng(0))
            gate.W.value[...], gate.b.value[...] = W, b
        else:
            gate = {"relu": ReLU, "flatten": Flatten, "max pool": MaxPool}[kind](*own)
        gates.append(gate)
    a = images
    for gate in gates:
        a = gate.forward(a)
    grad = start(a, digits)
    for gate in reversed(gates):
        grad = gate.backward(grad)
    return a.copy(), grad.copy()


def with_rules(name, fails, says, **rules):
    """Register an answer that is wrong in its rules."""

    def answer(layers, images, digits):
        return walk(layers, images, digits, **rules)

    answer.__name__ = name
    answers.mistake(fails, says)(answer)


def turned(W):
    return W[:, :, ::-1, ::-1]


for name, says, kind, rule in [
    ("no_bias", "biases of the convolution", "convolution", lambda a, W, b: convolved(a, W, 0 * b)),
    (
        "turned_filters",
        "turned by half a circle",
        "convolution",
        lambda a, W, b: convolved(a, turned(W), b),
    ),
    ("mean_pool", "the mean of each field", "max pool", lambda a, s: np.mean(places(a, s), axis=0)),
    ("min_pool", "the smallest number", "max pool", lambda a, s: np.min(places(a, s), axis=0)),
    (
        "pool_from_0",
        "0 isn't among them",
        "max pool",
        lambda a, s: np.max([0 * a[:, ::s, ::s], *places(a, s)], 0),
    ),
    ("no_relu", "the relu does nothing", "relu", lambda a: a),
    ("absolute", "turns its sign round", "relu", abs),
    ("step", "this says 1", "relu", lambda a: (a > 0) * 1.0),
    (
        "flat_from_behind",
        "the features' order",
        "flatten",
        lambda a: a.reshape(-1, a.shape[-1], order="F"),
    ),
    ("images_first", "the images get mixed", "flatten", lambda a: a.reshape(a.shape[-1], -1).T),
    (
        "images_in_rows",
        "W @ a for a dense layer asks for columns",
        "flatten",
        lambda a: a.reshape(a.shape[-1], -1),
    ),
    ("dense_without_bias", "biases of the dense", "dense", lambda a, W, b: W @ a),
]:
    with_rules(name, OUT, says, ahead={kind: rule})

for name, says, kind, rule in [
    (
        "turned_back",
        "turned the wrong way",
        "convolution",
        lambda g, a, W, b: BACK["convolution"](g, a, turned(W), b),
    ),
    (
        "last_filter",
        "the last filter's share",
        "convolution",
        lambda g, a, W, b: BACK["convolution"](g[-1:], a, W[-1:], b),
    ),
    (
        "spread",
        "every number of a field gets the gradient",
        "max pool",
        lambda g, a, s: switches.everybody(a, g, s),
    ),
    ("shared", "an equal share", "max pool", lambda g, a, s: switches.mean(a, g, s)),
    ("no_slope", "its slope is missing", "relu", lambda g, a: g),
    ("gradient_s_sign", "not whether the gradient is", "relu", lambda g, a: np.maximum(0, g)),
    ("times_output", "the slope above 0 is 1", "relu", lambda g, a: g * np.maximum(0, a)),
    ("no_chain_rule", "the chain rule is missing", "relu", lambda g, a: (a > 0) * 1.0),
    (
        "swapped_sides",
        "rows and columns are swapped",
        "flatten",
        lambda g, a: g.reshape(a.shape[0], a.shape[2], a.shape[1], -1).swapaxes(1, 2),
    ),
]:
    with_rules(name, PULL, says, back={kind: rule})

with_rules("a_sigmoid", OUT, "this is a sigmoid", ahead={"relu": lambda a: 1 / (1 + np.exp(-a))})
with_rules(
    "both_signs",
    PULL,
    "negative ones too",
    back={"relu": lambda g, a: np.maximum(0, g) * (a > 0)},
)
with_rules(
    "bias_on_the_way_back",
    PULL,
    "no part in the way back",
    back={"dense": lambda g, a, W, b: W.T @ (g + b)},
)
with_rules(
    "not_transposed", OUT, "way back it is W.T @ g", back={"dense": lambda g, a, W, b: W @ g}
)
with_rules(
    "not_unflattened", OUT, "flatten gives the gradient back", back={"flatten": lambda g, a: g}
)

for name, fails, says, begin in [
    ("all_outputs", PULL, "all outputs are asked at once", lambda out, digits: np.ones(out.shape)),
    (
        "from_the_value",
        PULL,
        "not as the output's value",
        lambda out, digits: start(out, digits) * out,
    ),
    ("from_the_outputs", PULL, "not as the outputs themselves", lambda out, digits: out),
    ("downhill", PULL, "the sign", lambda out, digits: -start(out, digits)),
    (
        "the_largest",
        PULL,
        "the largest output is asked",
        lambda out, digits: start(out, out.argmax(axis=0)),
    ),
    ("nothing", PULL, "nothing comes back", lambda out, digits: np.zeros(out.shape)),
    (
        "mean",
        DEEP,
        "divided by the number of images",
        lambda out, digits: start(out, digits) / len(digits),
    ),
    (
        "first_digit",
        DIGITS,
        "asked for the first image's digit",
        lambda out, digits: start(out, digits[:1].repeat(len(digits))),
    ),
    (
        "whole_rows",
        DIGITS,
        "fills whole rows",
        lambda out, digits: (np.isin(np.arange(len(out)), digits) * 1.0)[:, None].repeat(
            len(digits), axis=1
        ),
    ),
]:
    with_rules(name, fails, says, begin=begin)

for name, says, kind, rule in [
    ("relu_at_0", "not a >= 0", "relu", lambda g, a: g * (a >= 0)),
    (
        "all_equal_ones",
        "each of several equal numbers",
        "max pool",
        lambda g, a, s: switches.all_equal_ones(a, g, s),
    ),
    (
        "last_of_equal_ones",
        "the last of several equal numbers",
        "max pool",
        lambda g, a, s: switches.last(a, g, s),
    ),
]:
    with_rules(name, TIES, says, back={kind: rule})


for name, fails, says, change in [
    ("absolute_pulls", PULL, "no absolute values", np.abs),
    ("signs", PULL, "not their signs alone", np.sign),
    ("added_up", DEEP, "over the images", lambda pull: 0 * pull + pull.sum(axis=3, keepdims=True)),
]:

    def changed(layers, images, digits, change=change):
        out, pull = walk(layers, images, digits)
        return out, change(pull)

    changed.__name__ = name
    answers.mistake(fails, says)(changed)


@answers.mistake(PULL, "not times the pixels")
def times_the_pixels(layers, images, digits):
    out, pull = walk(layers, images, digits)
    return out, pull * images


@answers.mistake(PULL, "so take [2]")
def first_of_three(layers, images, digits):
    back = {"convolution": lambda g, a, W, b: branches.by_places(a, W, g)[0]}
    return walk(layers, images, digits, back=back)


@answers.mistake(OUT, "take [2]")
def all_three(layers, images, digits):
    def back(g, a, W, b):
        return branches.by_places(a, W, g).copy()

    return walk(layers, images, digits, back={"convolution": back})


@answers.mistake(OUT, "with no softmax")
def probabilities(layers, images, digits):
    out, pull = walk(layers, images, digits)
    return np.exp(out) / np.exp(out).sum(axis=0), pull


@answers.mistake(OUT, "a column is an image")
def a_row_for_each_image(layers, images, digits):
    out, pull = walk(layers, images, digits)
    return out.T, pull


@answers.mistake(OUT, "not the largest, or its digit")
def the_digits(layers, images, digits):
    out, pull = walk(layers, images, digits)
    return out.argmax(axis=0), pull


@answers.mistake(OUT, "The answer has to be 2 things, out and pull")
def out_alone(layers, images, digits):
    return walk(layers, images, digits)[0]


@answers.mistake(OUT, "np.maximum(0, a) makes a new one")
def relu_in_place(layers, images, digits):
    a = images
    for layer in layers:
        if layer[0] == "relu":
            a[a < 0] = 0
    return walk(layers, images, digits)


@answers.mistake(OUT, "`kind, *own = layer`")
def always_three(layers, images, digits):
    for layer in layers:
        kind, W, b = layer
    return walk(layers, images, digits)


@answers.mistake(OUT, 'the kinds are "convolution"')
def another_name(layers, images, digits):
    return [{"conv": 0}[kind] for kind, *own in layers]


@answers.mistake(PULL, "the way back ends at the pixels")
def forward_alone(layers, images, digits):
    out, _ = walk(layers, images, digits)
    return out, out


@answers.mistake(OUT, "of the arrays between the layers `out` is the last one")
def all_arrays(layers, images, digits):
    values = [images]
    for kind, *own in layers:
        values.append(AHEAD[kind](values[-1], *own))
    return values


@answers.mistake(OUT, "the order is out, pull")
def in_another_order(layers, images, digits):
    return walk(layers, images, digits)[::-1]


@answers.mistake(OUT, "does the way back begin at the last layer")
def from_the_first_layer_on(layers, images, digits):
    values = [images]
    for kind, *own in layers:
        values.append(AHEAD[kind](values[-1], *own))
    grad = start(values[-1], digits)
    for (kind, *own), a in zip(layers, values, strict=False):
        grad = BACK[kind](grad, a, *own)
    return values[-1], grad


@answers.mistake(DEEP, "its own weights")
def one_convolution_s_weights(layers, images, digits):
    """Keeps the weights by the kind of layer: the second convolution's serve the first, too."""
    own_by_kind = {kind: own for kind, *own in layers}
    W, b = own_by_kind.get("convolution", (None, None))

    def back(g, a, own_W, own_b):
        return BACK["convolution"](g, a, W if W.shape == own_W.shape else W[:, :1], b)

    return walk(layers, images, digits, back={"convolution": back})


@answers.mistake(DEEP, "the array that went into this very layer")
def one_relu_s_input(layers, images, digits):
    """Keeps what went into a layer by its kind and shape; a second relu's place is the first's."""
    values, kept = [images], {}
    for kind, *own in layers:
        kept.setdefault((kind, values[-1].ndim), values[-1])
        values.append(AHEAD[kind](values[-1], *own))
    grad = start(values[-1], digits)
    for k in reversed(range(len(layers))):
        kind, *own = layers[k]
        a = values[k]
        if kind == "relu":
            first = kept[kind, a.ndim]
            a = a if first.shape == a.shape else first[:, : a.shape[1], : a.shape[2]]
        grad = BACK[kind](grad, a, *own)
    return values[-1], grad


@answers.thoughtless
def zeros(layers, images, digits):
    out, _ = walk(layers, images, digits)
    return 0 * out, 0 * images


@answers.thoughtless
def the_images(layers, images, digits):
    return images, images
