"""Exercise 7.1: the darkness classifier, which guesses a digit from the ink it took."""

import numpy as np

from nnlib.checks.answers import numbers
from nnlib.checks.exercise import Exercise, Failed


def darkness_answers(X_train, y_train, X_test):
    """For each test image the digit whose average darkness is nearest."""
    digits = np.unique(y_train)
    ink = X_train.sum(axis=1, dtype=np.float64)
    average = np.array([ink[y_train == digit].mean() for digit in digits])
    test_ink = X_test.sum(axis=1, dtype=np.float64)
    return digits[abs(test_ink[:, None] - average).argmin(axis=1)]


EXERCISE = Exercise(
    "7.1",
    "Read digits by their ink",
    darkness_answers,
    answer=numbers("answers", 2),
    hints=(
        "The darkness of every image at once is X.sum(axis=1): one number a row. The average of "
        "one digit is the mean of the training images' darkness where y_train == digit.",
        "For one test image, take abs(its darkness - averages), an array with an entry for each "
        "digit, and look for the place of the smallest with argmin.",
        "Average only over digits that occur: digits = np.unique(y_train). argmin then gives a "
        "place in that list, and digits[place] is the label.",
        "X_test.sum(axis=1)[:, None] - averages has a row for each test image and a column for "
        "each digit, so that one argmin(axis=1) serves them all.",
    ),
    errors={
        "has to be of shape": "one answer for each row of X_test is wanted: the sums run along a "
        "row, axis=1",
        "is not a finite number": "the mean of no images at all is nan: leave out the digits that "
        "don't occur in y_train",
        "argmin of an empty": "there is nothing to choose from: are the averages computed before "
        "argmin asks for the nearest?",
    },
)


def darkness(X):
    """The darkness of each image, in plain whole or floating-point numbers that can't overflow."""
    return np.array([sum(row) for row in X.tolist()], float)


def averages(ink, y, middle=np.mean):
    """{digit: average darkness} of the digits that occur."""
    return {int(digit): float(middle(ink[y == digit])) for digit in sorted(set(y.tolist()))}


def nearest(ink, average):
    """The digits whose averages are nearest to each entry of ink, the smallest of equals."""
    return np.array([min(average, key=lambda digit: abs(average[digit] - one)) for one in ink])


def draw(rng, digits, pixels, full=1.0):
    """Training images of these digits, some darker than others, and test images of any darkness.

    Some pixels are white paper, as in every drawing.

    No test image lies about halfway between two averages.
    """
    y = rng.permutation(np.repeat(digits, rng.integers(2, 7, size=len(digits))))
    shade = rng.permutation(np.linspace(0.2, 0.9, 10))[y]
    X = drawing(rng, len(y), pixels) * shade[:, None] * full
    T = drawing(rng, 60, pixels) * rng.uniform(0.02, 1.0, size=(60, 1)) * full
    if full > 1:
        X, T = X.astype(np.uint8), T.astype(np.uint8)
    away = np.abs(darkness(T)[:, None] - [*averages(darkness(X), y).values()])
    first, second = np.sort(away, axis=1)[:, :2].T
    return X, y, T[second - first > 0.002 * pixels * full]


def drawing(rng, n, pixels):
    """n images of pixels from 0 to 1, a third of them 0."""
    return rng.uniform(size=(n, pixels)) * (rng.uniform(size=(n, pixels)) > 1 / 3)


def mistakes_of(X, y, T):
    """What comes out if a certain mistake is made, and the sentence about it."""
    ink, test_ink = darkness(X), darkness(T)
    average = averages(ink, y)
    digits = np.array(list(average))
    far = np.abs(test_ink[:, None] - [*average.values()])
    pictures = np.array([X[y == digit].astype(float).mean(axis=0) for digit in digits])
    by_pixel = ((T[:, None].astype(float) - pictures) ** 2).sum(axis=2)
    sums = averages(ink, y, np.sum)
    gaps = [average.get(digit, 0.0) for digit in range(10)]
    return [
        (far.argmin(axis=1), "argmin gives a place in the list of averages; where a digit is "
         "lacking, the place is not the digit: digits[place]"),
        (np.abs(test_ink[:, None] - gaps).argmin(axis=1), "a digit with no training image has no "
         "average; here it counts as one of darkness 0"),
        (digits[far.argmax(axis=1)], "this is the farthest average: argmin, not argmax"),
        (digits[(test_ink[:, None] - [*average.values()]).argmin(axis=1)], "the distance is "
         "missing its abs(): far below would count as nearest"),
        (nearest(test_ink, sums), "each digit's darkness has to be averaged over its images: this "
         "compares with their sum"),
        (y[np.abs(test_ink[:, None] - ink).argmin(axis=1)], "this asks for the nearest single "
         "training image; the averages are to be compared"),
        (nearest(test_ink, averages(ink, y, np.median)), "the mean of each digit's darkness is "
         "asked for, and this takes the median"),
        (digits[by_pixel.argmin(axis=1)], "this compares the images pixel by pixel; only their "
         "total ink is to count"),
        (nearest((T > 0).sum(axis=1), averages((X > 0).sum(axis=1), y)), "this counts pixels with "
         "ink on them; how dark they are counts, too"),
        (nearest(wrapped(T), averages(wrapped(X).astype(float), y)), "the pixels are bytes, and "
         "bytes added up as bytes start over at 256: sum them as larger numbers, for instance "
         "with NumPy's X.sum(axis=1)"),
    ]  # fmt: skip


def wrapped(X):
    """The sums of bytes as they come out in bytes: after 255 comes 0."""
    return (darkness(np.floor(X)) % 256).astype(int)


def compare(f, X, y, T):
    yours = f(X, y, T)
    average, ink = averages(darkness(X), y), darkness(T)
    wanted = nearest(ink, average)
    wrong = np.flatnonzero(yours != wanted)
    if not len(wrong):
        return
    k, known = wrong[0], mistakes_of(X, y, T)
    mine, right = yours[k], int(wanted[k])
    on_average = f"{right} has {average[right]:.5g} on average"
    if mine in average:
        on_average += f", {mine:g} has {average[int(mine)]:.5g}"
    else:
        on_average += f"; no training image is a {mine:g}"
    raise Failed(
        f"{len(wrong)} of {len(wanted)} answers differ. Image {k} has darkness {ink[k]:.5g}; "
        f"{on_average}.",
        yours=f"answers[{k}] = {mine:g}",
        wanted=f"answers[{k}] = {right}",
        mistake=next((why for value, why in known if np.array_equal(value, yours)), ""),
    )


@EXERCISE.asks(
    "pixels from 0 to 1",
    points=2,
    usually="the answer is the digit whose average darkness is nearest to the image's own",
)
def in_floats(f, rng):
    compare(f, *draw(rng, range(10), 9))


@EXERCISE.asks(
    "pixels from 0 to 255, as bytes",
    points=1,
    usually="look at the type of what you add up: X is of dtype uint8 here, as MNIST's images are",
)
def in_bytes(f, rng):
    compare(f, *draw(rng, range(10), 100, full=256))


@EXERCISE.asks(
    "digits that the training set lacks",
    points=1,
    usually="a digit with no training images can't be an answer; the others keep their names",
)
def lacking(f, rng):
    digits = np.sort(rng.choice(10, size=6, replace=False))
    if digits[-1] == 5:  # 0 to 5: nothing is lacking in between
        digits[-1] = 7
    compare(f, *draw(rng, digits, 9))
