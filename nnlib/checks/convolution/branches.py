"""Exercise 8.5: the way back through a convolution, where every wire branches."""

import numpy as np

from nnlib.checks.answers import apart
from nnlib.checks.convolution.kinds import rounded, shaped
from nnlib.checks.exercise import Exercise, Failed, close, same


def convolution_backward(a, W, grad):
    """The gradients (dW, db, da) of a convolution of the images a."""
    dW, da = np.zeros(W.shape), np.zeros(a.shape)
    h, w = grad.shape[1:3]
    for i, j in np.ndindex(W.shape[2:]):
        part = a[:, i : i + h, j : j + w]
        dW[:, :, i, j] = np.einsum("oyxn,cyxn->oc", grad, part)
        back = np.einsum("oyxn,oc->cyxn", grad, W[:, :, i, j])
        da[:, i : i + h, j : j + w] += back
    return dW, grad.sum(axis=(1, 2, 3))[:, None], da


EXERCISE = Exercise(
    "8.5",
    "Go back through a convolution",
    convolution_backward,
    answer=apart(
        shaped(
            "dW",
            lambda arguments: np.shape(arguments[1]),
            [
                (lambda a: (len(a[1]), np.prod(np.shape(a[1])[1:])), "a row for each filter: give "
                 "it the form of W, .reshape(W.shape)"),
                (lambda a: (np.shape(a[1])[1], len(a[1]), *np.shape(a[1])[2:]), "the channels are "
                 "swapped: first the out channels, then the in channels, as in W"),
                (lambda a: (len(a[1]), *np.shape(a[1])[2:]), "each in channel has weights of its "
                 "own: no sum over c here"),
                (lambda a: (*np.shape(a[1]), np.shape(a[0])[3]), "each image has a share, and the "
                 "weights are the same for all: add the shares up"),
            ],
        ),
        shaped(
            "db",
            lambda arguments: (len(arguments[1]), 1),
            [
                (lambda a: (len(a[1]),), "b is a column, (out, 1), and so is its gradient: "
                 "[:, None], or keepdims=True"),
                (lambda a: (len(a[1]), 1, 1, 1), "keepdims=True keeps three axes too many: "
                 "grad.reshape(out, -1).sum(axis=1, keepdims=True) keeps one"),
                (lambda a: (len(a[1]), np.shape(a[0])[3]), "a bias serves all images: add up over "
                 "them, too"),
                (lambda a: (1, len(a[1])), "b is a column, (out, 1), and this is a row"),
                (lambda a: (), "one number for all filters: each out channel has a bias of its "
                 "own, so only the axes 1, 2 and 3 are added up"),
                (lambda a: np.shape(a[2])[1:], "the sum goes over the out channels here: each has "
                 "a bias of its own, and the other three axes are added up"),
                (lambda a: np.shape(a[1]), "the order is dW, db, da"),
                (lambda a: np.shape(a[0]), "the order is dW, db, da"),
                (lambda a: np.shape(a[2]), "a bias is added at every place of its map: where a "
                 "wire branches, gradients add up"),
            ],
        ),
        shaped(
            "da",
            lambda arguments: np.shape(arguments[0]),
            [
                (lambda a: np.shape(a[2]), "da has the shape of a, and this that of grad: a pixel "
                 "at the border stands in windows, too"),
                (lambda a: (*(2 * g - n if k in (1, 2) else n for k, (g, n) in enumerate(
                    zip(np.shape(a[2]), np.shape(a[0]), strict=True))),), "this is the narrow "
                 "mode once more, and even smaller than grad: da is the *full* one, grad padded "
                 "with size - 1 zeros on each side"),
            ],
        ),
        names="dW, db and da",
    ),
    hints=(
        "Take one product of the forward pass's sum: "
        "W[o, c, i, j] * a[c, y + i, x + j, image] goes into z[o, y, x, image]. Going back, its "
        "two factors swap: W's share is grad times a, and a's share is grad times W. Each "
        "product has its shares; all of them add up.",
        "db: the bias of filter o is added at every place of its map, in every image. So its "
        "gradient is the sum of grad[o] over all of these.",
        "Loop over the places (i, j) in the window alone: part = a[:, i : i + h', j : j + w'] "
        "meets W[:, :, i, j] at all places and in all images at once. With grad and part laid out "
        "as matrices, (out, places) and (in, places), dW[:, :, i, j] is grad @ part.T: equation "
        "(4) of chapter 4.",
        "da with the same loop: W[:, :, i, j].T @ grad is what comes back to this part of a, and "
        "da[:, i : i + h', j : j + w'] += ... adds it. The parts lie over one another, so = would "
        "forget all but the last.",
    ),
    errors={
        "broadcast": "shapes: at place (i, j) of the window the part of a is "
        "a[:, i : i + h', j : j + w'], with h' and w' from grad.shape, and grad has out channels "
        "where a has in channels",
        "out of bounds": "y and x run over grad's places; the pixel under weight (i, j) is "
        "a[c, y + i, x + j]",
        "mismatch in its core dimension": "which axis is added up? For dW the places and the "
        "images, for da the out channels. Lay both arrays out as matrices with reshape, and write "
        "their shapes beside them",
        "einstein sum": "einsum's letters and the axes don't fit: grad is (out, y, x, n), a part "
        "of a is (in, y, x, n), and W[:, :, i, j] is (out, in)",
        "operand has a mismatch": "two axes with the same letter have different lengths: grad is "
        "(out, y, x, n), a part of a is (in, y, x, n), and W[:, :, i, j] is (out, in)",
        "shape-mismatch for sum": "tensordot's axes: those that are added up are the places and "
        "the images, axes=([1, 2, 3], [1, 2, 3]) for dW",
        "same_kind": "shares with fractions don't go into an array of whole numbers: np.zeros_like "
        "takes over the kind of number of its model, np.zeros(shape) makes floats",
    },
)  # fmt: skip


def shares(a, W, grad, *, put=np.add, turn=lambda F: F, outs=slice(None)):
    """(dW, db, da) product by product; `put` adds a share to what is there.

    `turn` is what a mistake does to the filters on the way to da; `outs` are the out channels of
    which da hears.
    """
    dW, db, da = np.zeros(W.shape), np.zeros((len(W), 1)), np.zeros(a.shape)
    turned, heard = turn(W), range(len(W))[outs]
    for o, y, x in np.ndindex(grad.shape[:3]):
        g = grad[o, y, x].astype(float)
        db[o, 0] = put(db[o, 0], g.sum())
        for c, i, j in np.ndindex(W.shape[1:]):
            dW[o, c, i, j] = put(dW[o, c, i, j], (g * a[c, y + i, x + j]).sum())
            if o in heard:
                da[c, y + i, x + j] = put(da[c, y + i, x + j], g * turned[o, c, i, j])
    return dW, db, da


def last(old, new):
    """What = does where += is meant."""
    return new


def scaled(wanted, a, grad):
    """What comes of a mean in the place of a sum, pairs (value, sentence)."""
    n, places = grad.shape[3], grad.shape[1] * grad.shape[2]
    why = "{} here: grad is the slope of the whole cost already, so the shares are added up"
    return [
        (wanted / divisor, why.format(words))
        for divisor, words in (
            (n, "divided by the number of images"),
            (places, "divided by the number of places"),
            (n * places, "a mean over places and images"),
            (grad.size, "divided by the number of all entries of grad"),
        )
        if divisor > 1
    ]


def draw(rng, outs, channels, height, width, n, size):
    a = rng.normal(size=(channels, height, width, n))
    W = rng.normal(size=(outs, channels, size, size))
    return a, W, rng.normal(size=(outs, height - size + 1, width - size + 1, n))


@EXERCISE.asks(
    "db",
    points=1,
    usually="a bias is added at every place of its map and in every image: its gradient is the sum "
    "of grad over these three axes",
)
def of_the_biases(f, rng):
    a, W, grad = draw(rng, 4, 2, 5, 4, 2, 2)  # not 3: dW alone is no three things
    _, db, _ = f(a, W, grad)
    wanted = shares(a, W, grad)[1]
    same(
        "db",
        db,
        wanted,
        mistakes=[
            *scaled(wanted, a, grad),
            (np.full((4, 1), grad.sum()), "all of grad in one sum: each out channel has a bias of "
             "its own"),
            (grad[:, -1, -1, -1:], "the last place alone: the bias is added at every place, so use "
             "+=, or a sum"),
            (shares(a, W, grad, put=last)[1], "the last place alone: += in place of ="),
            (grad[..., 0].sum(axis=(1, 2))[:, None], "the first image alone: every image has a "
             "share"),
            (np.full((4, 1), grad[0].size), "these are the places alone: grad is added up over "
             "them"),
            (np.ones((4, 1)), "the slope of z in b is 1, and grad goes through it: multiply"),
            (-wanted, "the sign is turned round"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "dW",
    points=2,
    usually="dW[o, c, i, j] is the sum over all places and images of grad[o, y, x, image] times "
    "the pixel under that weight, a[c, y + i, x + j, image]",
)
def of_the_weights(f, rng):
    for sizes in ((2, 3, 4, 5, 2, 2), (3, 1, 5, 4, 1, 3)):
        a, W, grad = draw(rng, *sizes)
        dW, _, _ = f(a, W, grad)
        wanted = shares(a, W, grad)[0]
        if close(dW, wanted):
            continue
        mean = a.mean(axis=0, keepdims=True).repeat(len(a), axis=0)
        same(
            "dW",
            dW,
            wanted,
            mistakes=[
                *scaled(wanted, a, grad),
                (wanted[:, :, ::-1, ::-1], "dW is upside down: weight (i, j) meets the pixel in "
                 "row y + i and column x + j, in backward as in forward. Nothing is turned here"),
                (wanted.transpose(0, 1, 3, 2), "the last two axes are swapped: i goes with the "
                 "rows of a, j with its columns"),
                (shares(a, W, grad, put=last)[0], "the last place alone: a weight serves at every "
                 "place, and where a wire branches, gradients add up. += in place of ="),
                (shares(a[..., :1], W, grad[..., :1])[0], "the first image alone: every image has "
                 "a share"),
                (shares(a[..., -1:], W, grad[..., -1:])[0], "the last image alone: every image has "
                 "a share. += in place of ="),
                (shares(a[..., -1:], W, grad[..., -1:], put=last)[0], "the last place of the last "
                 "image alone: a weight serves at every place, and where a wire branches, "
                 "gradients add up. += in place of ="),
                (shares(a, W, grad.sum(axis=0, keepdims=True).repeat(len(W), axis=0))[0], "each "
                 "filter has a map of its own: dW[o] gets grad[o] alone"),
                (shares(mean, W, grad)[0], "each in channel has weights of its own, which get its "
                 "own pixels"),
                (shares(mean * len(a), W, grad)[0], "each in channel has weights of its own, which "
                 "get its own pixels, and not the sum over the channels"),
                (shares(a, W, np.ones(grad.shape))[0], "these are the pixels alone: each is "
                 "multiplied by the gradient that comes back from its product"),
                (wanted * W, "the two factors swap: W's share is grad times the pixel, without W"),
                (-wanted, "the sign is turned round"),
            ],
        )  # fmt: skip


DA = [
    ({"put": last}, "a pixel stands in many windows, and this has the share of one: where a wire "
     "branches, gradients add up. += in place of ="),
    ({"turn": lambda W: W[:, :, ::-1, ::-1]}, "the filters are turned the wrong way: pixel (y + i, "
     "x + j) gets grad[y, x] * W[i, j]. Who slides a filter over the padded grad has to turn it "
     "by half a circle for that, and who adds up the windows leaves it as it is"),
    ({"turn": lambda W: W.transpose(0, 1, 3, 2)}, "the filters are transposed: i goes with the "
     "rows of a, j with its columns"),
    ({"turn": lambda W: W[:, :, ::-1]}, "the filters are turned upside down only, and not left to "
     "right"),
    ({"turn": lambda W: W[:, :, :, ::-1]}, "the filters are turned left to right only, and not "
     "upside down"),
    ({"turn": np.ones_like}, "this is grad alone: the share of a pixel is grad times the weight on "
     "it"),
]  # fmt: skip


def compare_da(f, a, W, grad, *more):
    _, _, da = f(a, W, grad)
    wanted = shares(a, W, grad)[2]
    if close(da, wanted):
        return
    windows = shares(a, np.ones_like(W), np.ones(grad.shape))[2] / len(W)
    mistakes = [(shares(a, W, grad, **how)[2], why) for how, why in DA]
    mistakes += [
        *more,
        *scaled(wanted, a, grad),
        (wanted / windows, "divided by the number of windows that a pixel stands in: its shares "
         "are added up"),
        (wanted * a, "the two factors swap: a's share is grad times the weight, without a"),
        (-wanted, "the sign is turned round"),
        (np.zeros(a.shape), "everything is 0: are the shares added to the array that you return?"),
    ]  # fmt: skip
    same("da", da, wanted, mistakes=mistakes)


@EXERCISE.asks(
    "da, with one filter and one channel",
    points=1,
    usually="a pixel gets a share from each window that it stands in: grad there, times the weight "
    "that lies on it",
)
def of_one_channel(f, rng):
    compare_da(f, *draw(rng, 1, 1, 5, 6, 1, 3))
    compare_da(f, *draw(rng, 1, 1, 4, 4, 2, 2))


@EXERCISE.asks(
    "da, with several filters and channels",
    points=1,
    usually="a pixel of channel c is read by all filters, with their weights for channel c: its "
    "gradient is the sum over the filters",
)
def of_several_channels(f, rng):
    for sizes in ((3, 2, 4, 5, 2, 2), (2, 2, 4, 4, 1, 2)):
        a, W, grad = draw(rng, *sizes)
        wanted = shares(a, W, grad)[2]
        swapped = W.transpose(1, 0, 2, 3) if W.shape[0] == W.shape[1] else W
        compare_da(
            f, a, W, grad,
            (shares(a, W, grad, outs=slice(-1, None))[2], "the last filter alone: all filters read "
             "a pixel, so their shares are added up. += in place of ="),
            (shares(a, W, grad, outs=slice(0, 1))[2], "the first filter alone: all filters read a "
             "pixel, and their shares are added up"),
            (wanted / len(W), "the shares of the filters are added up, and not averaged"),
            (shares(a, swapped, grad)[2], "the channels are swapped: W[o, c] takes the gradient of "
             "out channel o to in channel c"),
            (wanted.sum(axis=0, keepdims=True).repeat(len(a), axis=0), "the sum goes over the "
             "*out* channels: each in channel has a gradient of its own"),
        )  # fmt: skip


@EXERCISE.asks(
    "filters of one weight, filters as large as the image, whole numbers",
    points=1,
    usually="the filters may be of any size, and a and W may hold whole numbers: grad doesn't",
)
def extremes(f, rng):
    for sizes in ((2, 3, 3, 4, 2, 1), (2, 2, 3, 3, 2, 3), (1, 1, 1, 1, 1, 1)):
        one = draw(rng, *sizes)
        for name, yours, wanted in zip(("dW", "db", "da"), f(*one), shares(*one), strict=True):
            same(name, yours, wanted)
    a, W, grad = draw(rng, 2, 1, 4, 3, 2, 2)
    whole = (5 * a).round().astype(int), (5 * W).round().astype(int), grad
    for name, yours, wanted in zip(("dW", "db", "da"), f(*whole), shares(*whole), strict=True):
        same(name, yours, wanted, mistakes=[] if isinstance(yours, Failed) else
             rounded(yours, wanted))  # fmt: skip
