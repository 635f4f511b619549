"""Exercise 8.6: a convolutional network in plain NumPy, forward, and back to its pixels."""

import numpy as np

from nnlib.checks.answers import apart
from nnlib.checks.convolution import stack
from nnlib.checks.convolution.branches import convolution_backward as conv_back
from nnlib.checks.convolution.columns import windows_as_columns as columns_of
from nnlib.checks.convolution.kinds import shaped
from nnlib.checks.convolution.switches import max_pool_backward as pool_back
from nnlib.checks.exercise import Exercise, close, same
from nnlib.gradients import complex_step


def run_layers(layers, images):
    """The arrays between the layers: the images, then each output."""
    forward = {
        "convolution": lambda a, W, b: (
            W.reshape(len(W), -1) @ columns_of(a, W.shape[2]) + b
        ).reshape(len(W), a.shape[1] - W.shape[2] + 1, -1, a.shape[3]),
        "max pool": lambda a, size: np.max(
            [a[:, i::size, j::size] for i, j in np.ndindex(size, size)], axis=0
        ),
        "relu": lambda a: np.maximum(0, a),
        "flatten": lambda a: a.reshape(-1, a.shape[-1]),
        "dense": lambda a, W, b: W @ a + b,
    }
    values = [images]
    for kind, *own in layers:
        values.append(forward[kind](values[-1], *own))
    return values


def ask_pixels(layers, images, digits):
    """The outputs, and how strongly each pixel pulls at one of them."""
    back = {
        "convolution": lambda g, a, W, b: conv_back(a, W, g)[2],
        "max pool": lambda g, a, size: pool_back(a, g, size),
        "relu": lambda g, a: g * (a > 0),
        "flatten": lambda g, a: g.reshape(a.shape),
        "dense": lambda g, a, W, b: W.T @ g,
    }
    *inputs, out = run_layers(layers, images)
    grad = np.zeros(out.shape)
    grad[digits, np.arange(len(digits))] = 1
    for (kind, *own), a in zip(layers[::-1], inputs[::-1]):
        grad = back[kind](grad, a, *own)
    return out, grad


def _out(arguments):
    layers, images, _ = arguments
    return stack.run(layers, images)[-1].shape


def _filters(arguments):
    """The shape of the first layer's weights, if it has any."""
    return np.shape(arguments[0][0][1]) if arguments[0][0][0] == "convolution" else None


EXERCISE = Exercise(
    "8.6",
    "Ask every pixel",
    ask_pixels,
    parts=(run_layers,),
    answer=apart(
        shaped("out", _out, [
            (lambda arguments: _out(arguments)[::-1], "inside a network a column is an image: "
             "(outputs, n)"),
            (lambda arguments: _out(arguments)[1:], "all outputs of each image are wanted, and not "
             "the largest, or its digit"),
            (lambda arguments: arguments[1].shape, "the order is out, pull"),
        ]),
        shaped("pull", lambda arguments: arguments[1].shape, [
            (lambda arguments: (arguments[1][..., 0].size, arguments[1].shape[-1]), "the pull has "
             "the shape of the images: on the way back flatten gives it back their form"),
            (_filters, "this is the gradient in a convolution's W: conv_back returns dW, db and "
             "da, so take [2]"),
            (_out, "this has the shape of the outputs: the way back ends at the pixels"),
        ]),
        names="out and pull",
    ),
    hints=(
        "Forward first: go through the layers in a loop, and keep every array in a list, the "
        "images first. A layer is a tuple: `kind, *own = layer` takes it apart. The first property "
        "asks only for `out`, layer by layer: until you have the way back, return "
        "out, np.zeros(images.shape).",
        "The convolution is W.reshape(out, -1) @ columns_of(a, size) + b, and then a reshape to "
        "(out, h', w', n). b is a column and is added to every window. The pooling layer is "
        "np.maximum over the size * size slices a[:, i::size, j::size].",
        "Backward: begin with zeros of the outputs' shape, and a 1 for each image at its digit. "
        "Then walk through the layers from the last to the first. Each takes the gradient at its "
        "output and the array that went *into* it, and makes the gradient at its input.",
        "The five ways back: conv_back(a, W, g)[2]; pool_back(a, g, size); g * (a > 0); "
        "g.reshape(a.shape); W.T @ g. No gradient of a weight is needed, for here the weights "
        "stay, and the image is asked.",
    ),
    errors={
        "out and pull; it is": "of the arrays between the layers `out` is the last one, and the "
        "pull comes from a way back of its own: `return out, pull`",
        "changed what it was given as layers": "the layers' weights belong to the caller: write "
        "z = z + b in place of z += b, and let no name stand for the same array as W or b",
        "changed what it was given as images": "the images belong to the caller: values[0] is the "
        "very array that came in. np.maximum(0, a) makes a new one, where a *= ..., a[a < 0] = 0 "
        "and out=a write into it",
        "mismatch in its core dimension": "W @ a for a dense layer asks for columns, (features, "
        "n), and on the way back it is W.T @ g, with a g of shape (outputs, n). For a convolution "
        "it is W.reshape(out, -1) @ columns_of(a, size)",
        "broadcast": "two arrays of different shapes meet. Forward, b is a column: it is added to "
        "W.reshape(out, -1) @ columns before that gets its form, and to W @ a. On the way back "
        "each layer needs the array that went *into* it: layer k's is values[k], and its output "
        "is values[k + 1]. And flatten gives the gradient back the shape of what went into it",
        "out of bounds for axis 0": "`out` has a row for each output and a column for each image",
        "cannot reshape": "does the way back begin at the last layer, layers[::-1]? And what a "
        "convolution gives is (out, h' * w' * n), with h' = h - size + 1; what flatten takes back "
        "has the shape of what went into it",
        "not enough values to unpack": "relu and flatten have nothing of their own, a pooling "
        "layer its size, the others W and b: `kind, *own = layer`",
        "too many values to unpack": "a layer is a tuple of one, two or three: `kind, *own = "
        "layer`",
        "KeyError": 'the kinds are "convolution", "max pool", "relu", "flatten" and "dense"',
        "'tuple' object": "conv_back returns three arrays, dW, db and da: take [2]",
        "has no attribute": "what is called here hasn't been solved yet? columns_of, pool_back and "
        "conv_back work in any case",
    },
    seconds=10.0,
)  # fmt: skip


def network(rng, kinds, channels=2, side=(4, 6), outputs=3):
    """Layers of these kinds that fit together."""
    layers, shape = [], (channels, *side)
    for kind in kinds:
        if kind == "convolution":
            W, b = rng.normal(size=(2, shape[0], 3, 3)) / 2, rng.normal(size=(2, 1))
            layers.append((kind, W, b))
            shape = (2, shape[1] - 2, shape[2] - 2)
        elif kind == "max pool":
            layers.append((kind, 2))
            shape = (shape[0], shape[1] // 2, shape[2] // 2)
        elif kind == "dense":
            W, b = rng.normal(size=(outputs, shape[0])), rng.normal(size=(outputs, 1))
            layers.append((kind, W / np.sqrt(shape[0]), b))
            shape = (outputs,)
        elif kind == "flatten":
            layers.append((kind,))
            shape = (int(np.prod(shape)),)
        else:
            layers.append((kind,))
    return layers


ALONE = {
    "dense": ("flatten", "dense"),
    "relu": ("relu", "flatten", "dense"),
    "max pool": ("max pool", "flatten", "dense"),
    "convolution": ("convolution", "flatten", "dense"),
}
DEEP = ("convolution", "max pool", "relu", "convolution", "relu", "flatten", "dense", "relu",
        "dense")  # fmt: skip


def alone(rng, kind, n=1):
    """A small network around one layer, images of two channels, and digits, all the same."""
    images = rng.permutation(48 * n).reshape(2, 4, 6, n) / 7  # no two the same
    return network(rng, ALONE[kind]), images - images.mean() + 0.01, np.full(n, rng.integers(3))


def with_others(compute, rules, mistaken, kinds):
    """What `compute` gives with each mistaken rule in its place, pairs (value, sentence)."""
    return [
        (compute(rules | {kind: rule}), why)
        for kind in dict.fromkeys(kinds)
        for rule, why in mistaken[kind]
    ]


def compare_out(out, layers, images, kinds):
    wanted = stack.run(layers, images)[-1]
    if close(out, wanted):
        return
    mistakes = with_others(
        lambda rules: stack.run(layers, images, rules)[-1],
        stack.FORWARD,
        stack.WRONG_FORWARD,
        kinds,
    )
    mistakes.append((stack.soft(wanted), "these are probabilities: the outputs themselves are "
                     "wanted, with no softmax"))  # fmt: skip
    same("out", out, wanted, mistakes=mistakes)


def compare_pull(pull, layers, images, digits, kinds, wanted=None, more=()):
    def walked(rules=stack.BACK, pick=stack.one_hot):
        return stack.asked(layers, images, digits, rules, pick)[1]

    wanted = (walked() if wanted is None else wanted) + 0.0  # no number is told as -0
    if close(pull, wanted):
        return
    mistakes = [
        *more,
        *((walked(pick=pick), why) for pick, why in stack.PICKS),
        *with_others(walked, stack.BACK, stack.WRONG_BACK, kinds),
        (images, "these are the images: the slope of an output in each pixel is wanted"),
        (np.zeros(images.shape), "nothing comes back: begin with a 1 at the output that is asked"),
        (np.abs(wanted), "how strongly, and in which direction: no absolute values"),
        (np.sign(wanted), "the slopes themselves, and not their signs alone"),
        (wanted * images, "the slopes alone, not times the pixels"),
        (wanted.sum(axis=3, keepdims=True) + 0 * images, "each image has a pull of its own: "
         "nothing is added up over the images"),
    ]  # fmt: skip
    same("pull", pull, wanted, mistakes=mistakes)


@EXERCISE.asks(
    "forward, each layer alone",
    points=2,
    cases=2,
    usually="each layer takes what the one before it has made",
)
def forward_alone(f, rng):
    for kind in ALONE:
        layers, images, digits = alone(rng, kind, n=2)
        out, _ = f(layers, images, digits)
        compare_out(out, layers, images, ALONE[kind])


@EXERCISE.asks(
    "back, each layer alone",
    points=2,
    cases=2,
    usually="begin with a 1 at the output that is asked, and walk back from the last layer to the "
    "first",
)
def back_alone(f, rng):
    for kind in ALONE:
        layers, images, digits = alone(rng, kind)
        _, pull = f(layers, images, digits)
        compare_pull(pull, layers, images, digits, ALONE[kind])


@EXERCISE.asks(
    "a network of nine layers",
    points=2,
    cases=2,
    usually="each layer's way back needs the array that went into this very layer, and its own "
    "weights: there are two convolutions here, three relus and two dense layers",
)
def deep(f, rng):
    layers, images = network(rng, DEEP, 1, (10, 8)), rng.normal(size=(1, 10, 8, 2))
    digits = np.full(2, rng.integers(3))
    out, pull = f(layers, images, digits)
    same("out", out, stack.run(layers, images)[-1])
    measured = complex_step(
        lambda moved: stack.run(layers, moved)[-1][digits, np.arange(2)].sum(), images
    )
    compare_pull(pull, layers, images, digits, DEEP, measured)


@EXERCISE.asks(
    "every image asked for another digit",
    points=1,
    usually="image k is asked for digits[k]: its pull is the slope of out[digits[k], k]",
)
def other_digits(f, rng):
    kinds = ("convolution", "relu", "flatten", "dense")
    layers, images = network(rng, kinds, outputs=4), rng.normal(size=(2, 4, 6, 5))
    digits = rng.permutation(4)[[0, 1, 2, 1, 0]]  # nobody asks for the fourth
    out, pull = f(layers, images, digits)
    compare_out(out, layers, images, kinds)
    compare_pull(pull, layers, images, digits, kinds)


@EXERCISE.asks(
    "empty images, and fields of equal numbers",
    points=1,
    usually="of equal numbers in a field the first one, row by row, gets the gradient, and a relu "
    "lets nothing back where its input is 0",
)
def ties(f, rng):
    kinds = ("max pool", "convolution", "relu", "max pool", "flatten", "dense")
    layers = network(rng, kinds, 1, (12, 8))
    layers[1] = ("convolution", np.abs(layers[1][1]), 0 * layers[1][2])
    images = np.zeros((1, 12, 8, 3))
    images[0, 4:9, 3:6, 1] = 1.0  # a spot of ink
    images[0, :, :, 2] = 1.0
    digits = rng.integers(3, size=3)
    _, pull = f(layers, images, digits)
    more = [
        (stack.asked(layers, images, digits, stack.BACK | {kind: rule})[1], why)
        for kind, rule, why in stack.TIES
    ]
    compare_pull(pull, layers, images, digits, kinds, more=more)
    layers, images = [("relu",), ("flatten",)], rng.choice([-1.0, 1.0], (1, 2, 3, 2))
    images[0, 1, 1] = 0.0  # the output 4 is a relu exactly at its corner
    digits = np.array([4, 4])
    _, pull = f(layers, images, digits)
    _, rule, why = stack.TIES[0]
    more = [(stack.asked(layers, images, digits, stack.BACK | {"relu": rule})[1], why)]
    compare_pull(pull, layers, images, digits, ("relu", "flatten"), more=more)
