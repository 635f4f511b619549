"""Exercise 8.2: one filter slides over one image."""

import numpy as np

from nnlib.checks.convolution.kinds import rounded, shaped
from nnlib.checks.exercise import Exercise, same


def slide(image, filter):
    """The narrow cross-correlation of an image with a filter."""
    k, l = filter.shape
    z = np.zeros((image.shape[0] - k + 1, image.shape[1] - l + 1))
    for y, x in np.ndindex(z.shape):
        z[y, x] = (image[y : y + k, x : x + l] * filter).sum()
    return z


def _places(arguments, more=1):
    image, filter = map(np.shape, arguments)
    return tuple(side - size + more for side, size in zip(image, filter, strict=True))


EXERCISE = Exercise(
    "8.2",
    "Slide a filter over an image",
    slide,
    answer=shaped(
        "the map",
        _places,
        [
            (lambda a: a[0].shape, "this has as many entries as the image has pixels: without "
             "padding a window stays inside, and the map is smaller than the image"),
            (lambda a: _places(a, 0), "the last windows are missing: the first one begins at 0, "
             "the last one at h - k, so there are h - k + 1 rows of them"),
            (lambda a: _places(a, -1), "windows are missing: the first one begins at 0, the last "
             "one at h - k, so there are h - k + 1 rows of them"),
            (lambda a: _places(a)[::-1], "height and width are swapped: a row of the map holds the "
             "windows of one y"),
            (lambda a: a[1].shape, "this has the filter's shape: a number for each *window* is "
             "wanted"),
            (lambda a: tuple(n + 2 * k - 2 for n, k in zip(_places(a), a[1].shape, strict=True)),
             "this is the full mode, with windows that stick out: no padding here"),
            (lambda a: (*_places(a), *a[1].shape), "these are the products, window by window: add "
             "up each window's"),
            (lambda a: (int(np.prod(_places(a))),), "all windows in one row: give them the form of "
             "the map, with .reshape(h - k + 1, w - l + 1)"),
            (lambda a: (_places(a)[0], a[1].shape[1]), "columns that lie over one another: add up "
             "both axes of a window, .sum() without an axis"),
        ],
    ),
    hints=(
        "One window is a slice: the one whose upper left corner stands at row y and column x is "
        "image[y : y + k, x : x + l]. Times the filter, entry by entry, and added up, it gives one "
        "number of the map.",
        "The number of windows along each side is exercise 8.1: h - k + 1 rows of them, and "
        "w - l + 1 in a row. Make an array of zeros of that shape, and fill it in two loops.",
    ),
    errors={
        "broadcast": "a window and the filter differ in shape here. The window at "
        "row y and column x is image[y : y + k, x : x + l], rows first, and the last one begins "
        "at row h - k and column w - l",
        "out of bounds": "a window sticks out of the image: the last one begins at row h - k and "
        "column w - l. Rows come first, image[y, x], and k belongs to the rows, l to the columns",
        "has to be an array of shape": "one number for each window, as an array",
        "setting an array element with a sequence": "one number for each window: .sum() adds up "
        "all of its entries, where @ and .sum(axis=0) leave several",
        "matmul": "@ multiplies matrices; here each pixel meets the weight that lies on it: *",
        "too many values to unpack": "an image here is (h, w): it has no channels",
        "too many indices": "an image here is (h, w), and a filter (k, l): there are no channels",
    },
)  # fmt: skip


def correlated(image, filter, *, start=lambda y, x: (y, x)):
    """The map, number by number; `start` says where the window for (y, x) begins."""
    k, l = filter.shape
    shape = image.shape[0] - k + 1, image.shape[1] - l + 1
    z = np.zeros(shape)
    for y, x in np.ndindex(shape):
        first, left = start(y, x)
        for i, j in np.ndindex(k, l):
            pixel = image[(first + i) % len(image), (left + j) % image.shape[1]]
            z[y, x] += float(filter[i, j]) * float(pixel)
    return z


def turned(image, filter):
    """What comes out if the filter is turned, pairs (map, sentence)."""
    upside_down = "the filter is turned by half a circle, as in mathematics' convolution. Here it "
    upside_down += "is laid on the image as it is: filter[0, 0] meets the window's upper left pixel"
    return [
        (correlated(image, filter[::-1, ::-1]), upside_down),
        (correlated(image, filter[::-1]), "the filter is upside down: filter[0] meets the upper "
         "row of the window"),
        (correlated(image, filter[:, ::-1]), "the filter is turned left to right: filter[:, 0] "
         "meets the left column of the window"),
    ]  # fmt: skip


@EXERCISE.asks(
    "one window, as large as the image",
    points=1,
    usually="each pixel times the weight that lies on it, and the sum of these products",
)
def one_window(f, rng):
    image, filter = rng.normal(size=(2, 3, 3))
    wanted = correlated(image, filter)
    whole = np.ones((1, 1))
    same(
        "the map",
        f(image, filter),
        wanted,
        mistakes=[
            *turned(image, filter),
            (correlated(image, filter.T), "the filter is transposed: filter[i, j] meets the pixel "
             "in row i and column j of the window"),
            (wanted / 9, "the products are added up, and not averaged"),
            *((product.sum() * whole, "@ multiplies matrices; here each pixel meets the weight "
               "that lies on it: image * filter") for product in (image @ filter, filter @ image)),
            *((correlated(np.trunc(image), cut), "a number has lost its fraction: .astype(int) "
               "cuts it off, .astype(float) keeps it") for cut in (filter, np.trunc(filter))),
            (image.sum() * whole, "the sum of the pixels alone: each is multiplied by the weight "
             "that lies on it first"),
            (image.sum() * filter.sum() * whole, "multiply first, then add up: the sum of the "
             "products isn't the product of the sums"),
            ((image * filter).max() * whole, "this is the largest of the products: add them up"),
            ((image + filter).sum() * whole, "pixel and weight are multiplied, not added"),
            (-wanted, "the sign is turned round"),
            (0 * wanted, "the sum of this window is missing: the last one begins at h - k, so the "
             "loop is range(h - k + 1), and the sum has to go into the array that you return"),
            (wanted * 0 + image[-1, -1] * filter[-1, -1], "this is the last product alone: += in "
             "place of =, or .sum()"),
            (wanted * 0 + (image * filter)[:-1, :-1].sum(), "the last row and column of the window "
             "are left out: a slice y : y + k has k rows already"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "every window at its place",
    points=2,
    usually="the number in row y and column x of the map belongs to the window whose upper left "
    "corner is in row y and column x of the image",
)
def places(f, rng):
    for sides, sizes in (((6, 6), (3, 3)), ((5, 8), (2, 3)), ((7, 4), (4, 1))):
        image, filter = rng.normal(size=sides), rng.normal(size=sizes)
        wanted = correlated(image, filter)
        transposed = filter.T if sizes[0] == sizes[1] else filter
        final = np.zeros(wanted.shape)
        final[-1, -1] = wanted[-1, -1]
        mistakes = [
            *turned(image, filter),
            (np.full(wanted.shape, wanted[0, 0]), "the window never moves: it begins at "
             "image[y, x]"),
            (correlated(image, filter, start=lambda y, x: (y, 0)), "the window moves down only: "
             "it moves to the right with x, too"),
            (correlated(image, filter, start=lambda y, x: (0, x)), "the window moves to the right "
             "only: it moves down with y, too"),
            (np.roll(wanted, 1, (0, 1)), "one pixel off: the first window begins at image[0, 0]"),
            (wanted / filter.size, "the products are added up, and not averaged"),
            (wanted[::-1, ::-1], "the map is turned by half a circle: its first number belongs to "
             "the upper left window"),
            (wanted.cumsum().reshape(wanted.shape), "the sums of the windows before are still in: "
             "each window's sum begins at 0"),
            (np.maximum(0, wanted), "no activation function here: the sums themselves are wanted"),
            (final, "only the last window is there: z[y, x] is another number for each y and x"),
            (wanted.T, "the map is transposed: its rows go with the rows of the image, z[y, x]"),
            (correlated(image, transposed), "the filter is transposed: filter[i, j] meets the "
             "pixel in row i and column j of the window"),
        ]  # fmt: skip
        same("the map", f(image, filter), wanted, mistakes=mistakes)


@EXERCISE.asks(
    "bytes, and a filter of one weight",
    points=1,
    usually="pixels may be whole numbers, as they are stored, and a filter may be of any size, "
    "from one weight to the whole image",
)
def kinds_of_numbers(f, rng):
    for sides, sizes in (((4, 5), (1, 1)), ((4, 5), (2, 2)), ((2, 3), (2, 3))):
        image = rng.integers(1, 256, size=sides).astype(np.uint8)
        filter = rng.uniform(-1, 1, size=sizes)
        yours, wanted = f(image, filter), correlated(image, filter)
        same("the map", yours, wanted, mistakes=rounded(yours, wanted))
    image = rng.integers(100, 256, size=(4, 5)).astype(np.uint8)
    filter = np.array([[-2, 3], [4, -1]])
    wanted = correlated(image, filter)
    same(
        "the map",
        f(image, filter),
        wanted,
        mistakes=[(wanted % 256, "a byte ends at 255 and begins again at 0: make floats of the "
                   "pixels, or of the map, before you add up")],
    )  # fmt: skip
