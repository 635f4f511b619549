"""Exercise 8.1: how many windows stand along one side of an image."""

from nnlib.checks.convolution.kinds import count
from nnlib.checks.exercise import Exercise, Failed, same


def output_side(side, size, padding=0, stride=1):
    """How many windows of `size` stand along a side of an image."""
    return (side + 2 * padding - size) // stride + 1


EXERCISE = Exercise(
    "8.1",
    "Count the windows",
    output_side,
    answer=count("the number of windows"),
    hints=(
        "Draw 6 pixels in a row, and a window of 3 below the first three. How often can it move on "
        "by one pixel before it hits the end? The windows are one more than the moves.",
        "Padding adds pixels at both ends. The stride makes each move longer, so there are fewer "
        "moves: of the pixels that are left beside the first window, as many moves as go into them "
        "whole. The first window is counted after that.",
    ),
    errors={
        "a float": "the number of windows becomes the side of an array, and that has to be a whole "
        "number: // divides and stays whole, where / gives 24.0",
        "TypeError: range": "range takes whole numbers: // in place of /",
    },
)


def windows(side, size, padding, stride):
    """The windows counted one by one, from the first pixel of the padding on."""
    number, start = 0, -padding
    while start + size <= side + padding:
        number, start = number + 1, start + stride
    return number


def compare(f, side, size, *rest, mistakes=()):
    """Ask for one number of windows."""
    wanted = windows(side, size, *rest, *(0, 1)[len(rest) :])
    yours = f(side, size, *rest)
    try:
        same("the number of windows", yours, wanted, mistakes=mistakes)
    except Failed as failed:
        failed.problem = f"The windows along a side of {side} are miscounted."
        raise


@EXERCISE.asks(
    "no padding, a window at every pixel",
    points=1,
    usually="count the moves that a window can make from one end to the other, and add the window "
    "that it starts from",
)
def narrow(f, rng):
    side = int(rng.choice([17, 18, 19, 22, 23]))
    for pair in ((side, 3), (side, 4), (side, 1), (5, 5)):
        whole, part = pair
        compare(
            f, *pair,
            mistakes=[
                (whole - 2 * (part // 2), "this is right for odd sizes alone: size - 1 pixels are "
                 "lost, and 2 * (size // 2) isn't that for even ones"),
                (whole - part, "these are the moves: the window from which they start counts, too, "
                 "so it is one more (a fence of 3 boards has 4 posts)"),
                (whole + part - 1, "with no padding the map gets smaller: the window stays inside "
                 "the image. This is what padding by size - 1, the full mode, gives"),
                (whole // part, "windows may overlap: a new one starts at every pixel, not where "
                 "the one before it ends"),
                (whole, "a window that sticks out of the image doesn't count: fewer windows than "
                 "pixels"),
                (whole - part - 1, "two too few: a window may begin at the first pixel, and a "
                 "window may end at the last one"),
                (whole - part + 2, "one too many: the last window begins at side - size, and the "
                 "first one at 0"),
                ((whole - part + 1) ** 2, "along one side: the whole image has the square of it"),
            ],
        )  # fmt: skip


@EXERCISE.asks(
    "padding",
    points=1,
    usually="zeros are put on both ends, so the side grows by twice the padding",
)
def padded(f, rng):
    side = int(rng.integers(11, 30))
    for size in (5, 4, 3):
        for padding in range(size // 2, size):
            free = side - size + 1
            compare(
                f, side, size, padding,
                mistakes=[
                    (free, "the padding is missing"),
                    (free + padding, "the padding is added at one end alone: both ends get it"),
                    (free - 2 * padding, "padding makes the side longer, not shorter"),
                    (free - padding, "padding makes the side longer, and at both ends"),
                    (side, "this is as many as pixels, which isn't so for every padding, and not "
                     "for size // 2 with an even size"),
                    (free + 2 * padding - 1, "these are the moves: the first window counts, too"),
                ],
            )  # fmt: skip


@EXERCISE.asks(
    "longer steps",
    points=1,
    usually="count the moves first: (side + 2 * padding - size) // stride, and then the first "
    "window",
)
def strided(f, rng):
    size, padding = int(rng.integers(2, 6)), int(rng.integers(1, 3))
    for stride in (2, 3, 4):
        for left in range(stride):  # pixels behind the last window
            moves = int(rng.integers(3, 7))
            side = size - 2 * padding + moves * stride + left
            free = moves * stride + left
            compare(
                f, side, size, padding, stride,
                mistakes=[
                    (free + 1, "the stride is missing: a window stands at every stride-th pixel"),
                    ((free + 1) // stride, "the 1 comes after the division: the moves are divided "
                     "by the stride, and the first window isn't a move"),
                    (-(-free // stride) + 1, "rounded up, or to the nearest: where the pixels "
                     "that are left don't make a whole step, there is no window"),
                    (moves, "these are the moves: the first window counts, too"),
                    ((free - padding) // stride + 1, "the padding is added at one end alone: both "
                     "ends get it"),
                    ((free - 2 * padding) // stride + 1, "the padding is missing"),
                    ((side - size) // stride + 1 + 2 * padding, "the padding is part of the side "
                     "that the steps go along: add it before you divide"),
                    (side // stride, "the side divided by the stride: the size counts, too"),
                    ((side + 2 * padding) // stride - size + 1, "divide what is left beside the "
                     "first window, not the whole side"),
                ],
            )  # fmt: skip
