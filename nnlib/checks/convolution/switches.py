"""Exercise 8.4: the way back through a pooling layer that keeps the largest number."""

import numpy as np

from nnlib.checks.convolution.kinds import rounded, shaped
from nnlib.checks.exercise import Exercise, close, same


def max_pool_backward(a, grad, size):
    """The gradient in a: each field's goes to its largest number."""
    da = np.zeros(a.shape)
    free = np.ones(grad.shape, bool)  # fields without a winner so far
    largest = np.full(grad.shape, -np.inf)
    places = list(np.ndindex(size, size))
    for i, j in places:
        largest = np.maximum(largest, a[:, i::size, j::size])
    for i, j in places:
        hit = free & (a[:, i::size, j::size] == largest)
        da[:, i::size, j::size] = grad * hit
        free = free & ~hit
    return da


EXERCISE = Exercise(
    "8.4",
    "Send the gradient back to the largest",
    max_pool_backward,
    answer=shaped(
        "da",
        lambda arguments: np.shape(arguments[0]),
        [
            (lambda arguments: np.shape(arguments[1]), "this has the shape of grad: the gradient "
             "at the layer's *input* has the shape of a, with zeros for those that lost"),
        ],
    ),
    hints=(
        "With loops: the field of row y and column x is a[c, y * size : (y + 1) * size, "
        "x * size : (x + 1) * size, image]. Its .argmax() counts row by row, and gives the first "
        "of equal ones: divmod(place, size) makes a row and a column of it. There the gradient "
        "goes; everywhere else stays 0.",
        "Without loops over the fields: a[:, i::size, j::size] are the numbers at place (i, j) of "
        "all fields at once. The largest of each field is np.maximum over all places. In a second "
        "turn compare each place with it.",
        "Equal numbers, the last thing: keep an array of True for the fields whose winner hasn't "
        "been found yet. A place wins where it equals the largest *and* its field is still free; "
        "then the field isn't free any more.",
    ),
    errors={
        "broadcast": "a and grad differ in shape: grad has one number for each field. "
        "a[:, i::size, j::size] has its shape, or stretch grad to the shape of a with "
        "grad.repeat(size, axis=1).repeat(size, axis=2)",
        "boolean index": "the mask and the array differ in shape: grad has one number for each "
        "field, and a has size * size of them",
        "unravel_index": "np.unravel_index needs the shape of the field, (size, size), for the "
        "place within it",
        "truth value of an array": "an `if` wants one True or False: index all four axes, or use "
        "np.where and * for all fields at once",
        "out of bounds": "a field begins at row y * size and column x * size of a, where y and x "
        "are its row and column in grad",
    },
)  # fmt: skip


def won(field):
    """A 1 for the first of the largest numbers of a field, row by row, and 0 for the others."""
    size = len(field)
    best = max(field[i, j] for i, j in np.ndindex(size, size))
    first = next(place for place in np.ndindex(size, size) if field[place] == best)
    share = np.zeros(field.shape)
    share[first] = 1.0
    return share


def sent_back(a, grad, size, share=won):
    """The gradient in a, field by field; `share` tells what a field's numbers get of its grad."""
    da = np.zeros(a.shape)
    for c, y, x, image in np.ndindex(grad.shape):
        rows, columns = slice(y * size, (y + 1) * size), slice(x * size, (x + 1) * size)
        field = a[c, rows, columns, image]
        da[c, rows, columns, image] = share(field) * float(grad[c, y, x, image])
    return da + 0.0  # no number is told as -0


SHARES = [
    (lambda field: won(-field), "the smallest of each field gets the gradient here: the largest "
     "one is wanted"),
    (lambda field: np.full(field.shape, 1 / field.size), "every number of a field gets an equal "
     "share: so it is with a mean. The max is a switch, and one number gets everything"),
    (lambda field: np.ones(field.shape), "every number of a field gets the gradient: only the "
     "largest has moved the output"),
    (lambda field: won(np.abs(field)), "the largest number wins, not the one farthest from 0: no "
     "absolute values"),
    (lambda field: won(field) * field, "the gradient alone goes back: the slope of the max in its "
     "largest number is 1, not that number"),
    (lambda field: won(field) * (field.max() > 0), "where all numbers of a field are below 0, "
     "nothing goes back: begin the search for the largest with the field's first number, or with "
     "-np.inf, not with 0"),
    (lambda field: won(np.maximum(0, field)), "where all numbers of a field are below 0, the first "
     "one gets the gradient, whichever is the largest: begin the search with -np.inf, not with 0"),
    (lambda field: (np.maximum.accumulate(field.ravel()) == field.ravel()).reshape(field.shape),
     "every number that was the largest so far gets the gradient: remember the place, and write "
     "once the whole field has been seen"),
    (lambda field: np.pad(won(field[:2, :2]), (0, max(len(field) - 2, 0))), "only the upper left "
     "2 x 2 numbers of a field are searched: a field has `size` rows and columns"),
    (lambda field: won(field.T), "rows and columns of the field are swapped: argmax counts row by "
     "row, so divmod(place, size) gives (row, column)"),
]  # fmt: skip


OVERLAP = (
    "these are windows that overlap, as in a convolution. Fields don't: a field begins at row "
    "y * size and column x * size"
)


def overlapping(a, grad, size, replace=False):
    """What windows at every pixel, as a convolution has them, would send back."""
    da = np.zeros(a.shape)
    for c, y, x, image in np.ndindex(grad.shape):
        field = a[c, y : y + size, x : x + size, image]
        share = won(field) * float(grad[c, y, x, image])
        if replace:
            da[c, y : y + size, x : x + size, image][share != 0] = share[share != 0]
        else:
            da[c, y : y + size, x : x + size, image] += share
    return da


def in_a_corner(a, grad, size):
    """What comes of a place in the field that is taken for a place in the image."""
    da = np.zeros(a.shape)
    for c, y, x, image in np.ndindex(grad.shape):
        field = a[c, y * size : (y + 1) * size, x * size : (x + 1) * size, image]
        i, j = np.argwhere(won(field))[0]
        da[c, i, j, image] = grad[c, y, x, image]
    return da


def compare(f, a, grad, size, *more):
    """Compare what comes back with the fields' switches; `more` are mistakes of this case."""
    wanted = sent_back(a, grad, size)
    yours = f(a, grad, size)
    if close(yours, wanted):
        return
    mistakes = [(sent_back(a, grad, size, share), why) for share, why in SHARES]
    ones = np.ones(grad.shape)
    mistakes += [
        (sent_back(a, ones, size), "the switches are right, and grad is missing: a 1 stands where "
         "the field's gradient has to"),
        (sent_back(a, ones, size, lambda field: won(field) * field), "these are the largest "
         "numbers themselves: where they stand, their field's gradient is wanted"),
        (overlapping(a, grad, size), OVERLAP),
        (overlapping(a, grad, size, replace=True), OVERLAP),
        (in_a_corner(a, grad, size), "argmax counts within the field: its place in the image is "
         "y * size rows farther down, and x * size columns to the right"),
        (-wanted, "the sign is turned round"),
        (np.zeros(a.shape), "everything is 0: is grad written into the array that you return?"),
    ]  # fmt: skip
    same("da", yours, wanted, mistakes=[*more, *mistakes, *rounded(yours, wanted)])


def draw(rng, channels, height, width, n, size):
    """Images without equal numbers, and a gradient."""
    a = rng.permutation(channels * height * size * width * size * n) / 7
    a = a - a.mean() + 0.01
    a = a.reshape(channels, height * size, width * size, n)
    return a, rng.normal(size=(channels, height, width, n)), size


@EXERCISE.asks(
    "one field",
    points=1,
    usually="the max is a switch: the largest number of the field gets all of the gradient, and "
    "the others get 0",
)
def one_field(f, rng):
    compare(f, *draw(rng, 1, 1, 1, 1, 2))
    compare(f, *draw(rng, 1, 1, 1, 1, 3))


@EXERCISE.asks(
    "many fields, channels and images",
    points=2,
    usually="every field of every channel and image has a winner of its own",
)
def many(f, rng):
    for sizes in ((1, 2, 3, 1, 2), (2, 3, 2, 3, 2), (3, 2, 2, 2, 3)):
        a, grad, size = draw(rng, *sizes)
        c, h, w, n = a.shape
        fields = a.reshape(c, h // size, size, w // size, size, n)
        place = np.zeros(a.shape)
        place[a == a.max(axis=(1, 2), keepdims=True)] = 1
        stretched = grad.repeat(size, axis=1).repeat(size, axis=2)
        first = sent_back(a[..., :1].repeat(n, axis=3), grad, size)
        channel = sent_back(a[:1].repeat(c, axis=0), grad, size)
        largest, turns = fields.max(axis=(2, 4)), (1, size, size, 1)
        cut = a.reshape(c, h // size, w // size, size, size, n)
        cut = (cut == cut.max(axis=(3, 4), keepdims=True)) * grad[:, :, :, None, None]
        whole = fields == fields.max(axis=(0, 2, 4, 5), keepdims=True)
        compare(
            f, a, grad, size,
            (place * stretched, "one winner in the whole image: each field of size x size has its "
             "own"),
            ((a == np.tile(largest, turns)) * np.tile(grad, turns), "np.tile sets the whole map "
             "beside itself; each number has to be repeated on the spot: np.repeat, along both "
             "axes"),
            (cut.reshape(a.shape), "reshape cuts the numbers as they lie, row after row: fields "
             "are cut by (channels, height / size, size, width / size, size, n), and their axes "
             "are 2 and 4"),
            (first, "the first image's winners get the gradient in all images: each image has its "
             "own"),
            (channel, "the first channel's winners get the gradient in all channels: each channel "
             "has its own"),
            (whole.reshape(a.shape) * stretched, "one winner for all channels and images together: "
             "each has its own"),
        )  # fmt: skip


TIES = [
    (lambda field: (field == field.max()) * 1.0, "each of several equal numbers gets the gradient: "
     "so more goes back than came. The first of them, row by row, gets it"),
    (lambda field: (field == field.max()) / (field == field.max()).sum(), "equal numbers share the "
     "gradient here: it is agreed that the first of them, row by row, gets all of it"),
    (lambda field: won(field[::-1, ::-1])[::-1, ::-1], "the last of several equal numbers gets "
     "the gradient: the first one has to. > in place of >=, or stop at the first"),
    (lambda field: won(field.T).T, "the first of several equal numbers, but column by column: it "
     "is agreed to go row by row"),
]  # fmt: skip


@EXERCISE.asks(
    "equal numbers",
    points=1,
    usually="of several equal numbers the first one, row by row, gets all of the gradient",
)
def equal_numbers(f, rng):
    patterns = [[[1, 1], [1, 1]], [[0, 1], [1, 0]], [[0, 0], [1, 1]], [[0, 1], [0, 1]]]
    for size in (2, 3):
        a = np.zeros((1, size, size * len(patterns), 2))
        for place, pattern in enumerate(patterns):
            a[0, :2, place * size : place * size + 2, 0] = pattern
        a[0, :, :, 1] = np.array(2 * rng.integers(0, 2, size=a.shape[1:3]), float)
        grad = rng.normal(size=(1, 1, len(patterns), 2))
        mistakes = [(sent_back(a, grad, size, share), why) for share, why in TIES]
        compare(f, a, grad, size, *mistakes)


@EXERCISE.asks(
    "numbers below 0, whole numbers, fields of one pixel",
    points=1,
    usually="any numbers may stand in a field, and a field of one number hands its gradient on",
)
def any_numbers(f, rng):
    a, grad, size = draw(rng, 2, 2, 1, 2, 2)
    a = a - a.max() - 0.5
    compare(f, a, grad, size)
    compare(f, a.round().astype(int), grad, size, *((sent_back(a.round(), grad, size, share), why)
                                                   for share, why in TIES))  # fmt: skip
    compare(f, rng.normal(size=(2, 3, 2, 2)), rng.normal(size=(2, 3, 2, 2)), 1)
    grad = np.array([[[[-1.5, 0.0]]]])
    compare(f, rng.normal(size=(1, 3, 3, 2)), grad, 3)
