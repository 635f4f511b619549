"""Exercise 8.1: how many windows stand along one side of an image."""

from nnlib.checks.convolution.kinds import count
from nnlib.checks.exercise import Exercise, Failed


def output_side(side, size, padding=0, stride=1):
    """How many windows of `size` stand along a side of an image."""
    return (side + 2 * padding - size) // stride + 1


EXERCISE = Exercise(
    "8.1",
    "Count the windows",
    output_side,
    answer=count("the answer"),
    hints=(
        "Draw 6 pixels in a row, and a window of 3 below the first three. How often can it move on "
        "by one pixel before it hits the end? The windows are one more than the moves.",
        "Padding adds pixels at both ends. The stride makes each move longer, so there are fewer "
        "moves: of the pixels that are left beside the first window, as many moves as go into them "
        "whole. The first window is counted after that.",
    ),
    errors={
        "a float": "the number of windows becomes the side of an array, and that has to be a whole "
        "number: // divides and stays whole, where / and np.floor make floats",
        "it is a list": "how many windows there are, not where they begin: len(...) counts them",
        "it is a tuple": "along one side: one number",
        "TypeError: range": "range takes whole numbers: // in place of /",
    },
)


def windows(side, size, padding, stride):
    """The windows counted one by one, from the first pixel of the padding on."""
    number, start = 0, -padding
    while start + size <= side + padding:
        number, start = number + 1, start + stride
    return number


def compare(f, cases, mistakes):
    """Ask for the number of windows in each case, with padding 0 and stride 1 where none is given.

    `mistakes` are pairs (function of side, size, padding and stride, sentence): what is told has to
    fit the answers to all cases.
    """
    whole = [(*case, *(0, 1)[len(case) - 2 :]) for case in cases]
    wanted = [windows(*case) for case in whole]
    yours = [f(*case) for case in cases]
    if yours == wanted:
        return
    wrong = next(k for k in range(len(cases)) if yours[k] != wanted[k])
    f(*cases[wrong])  # the call that is shown
    told = (why for rule, why in mistakes if [rule(*case) for case in whole] == yours)
    raise Failed(
        f"The windows along a side of {cases[wrong][0]} are miscounted.",
        yours=f"{yours[wrong]} windows",
        wanted=f"{wanted[wrong]} windows",
        mistake=next(told, ""),
    )


def free(side, size, padding):
    """How many pixels the first window leaves."""
    return side + 2 * padding - size


@EXERCISE.asks(
    "no padding, a window at every pixel",
    points=1,
    usually="count the moves that a window can make from one end to the other, and add the window "
    "that it starts from",
)
def narrow(f, rng):
    side = int(rng.choice([17, 18, 19, 22, 23]))
    compare(f, [(side, 3), (side, 4), (side, 1), (5, 5)], [
        (lambda n, s, *_: n - s, "these are the moves: the window from which they start counts, "
         "too, so it is one more (a fence of 3 boards has 4 posts)"),
        (lambda n, s, *_: n + s - 1, "with no padding the map gets smaller: the window stays "
         "inside the image. This is what padding by size - 1, the full mode, gives"),
        (lambda n, s, *_: n // s, "windows may overlap: a new one starts at every pixel, not where "
         "the one before it ends"),
        (lambda n, s, *_: n, "a window that sticks out of the image doesn't count: fewer windows "
         "than pixels"),
        (lambda n, s, *_: n - s - 1, "two too few: a window may begin at the first pixel, and a "
         "window may end at the last one"),
        (lambda n, s, *_: n - s + 2, "one too many: the last window begins at side - size, and the "
         "first one at 0"),
        (lambda n, s, *_: n - 2 * (s // 2), "this is right for odd sizes alone: size - 1 pixels "
         "are lost, and 2 * (size // 2) isn't that for even ones"),
        (lambda n, s, *_: (n - s + 1) ** 2, "along one side: the whole image has the square of it"),
        (lambda n, s, *_: s - n + 1, "side and size have changed places: the size is taken off the "
         "side"),
    ])  # fmt: skip


@EXERCISE.asks(
    "padding",
    points=1,
    usually="zeros are put on both ends, so the side grows by twice the padding",
)
def padded(f, rng):
    side = int(rng.integers(11, 30))
    cases = [(side, size, p) for size in (5, 4, 3) for p in range(size // 2, size)]
    compare(f, cases, [
        (lambda n, s, p, _: n - s + 1, "the padding is missing"),
        (lambda n, s, p, _: n + p - s + 1, "the padding is added at one end alone: both ends get "
         "it"),
        (lambda n, s, p, _: n + 4 * p - s + 1, "the padding is counted twice over: `padding` zeros "
         "on each end make 2 * padding more"),
        (lambda n, s, p, _: n + p // 2 - s + 1, "`padding` zeros stand on *each* end: don't halve "
         "it"),
        (lambda n, s, p, _: n + 2 * (p // 2) - s + 1, "`padding` zeros stand on *each* end: don't "
         "halve it"),
        (lambda n, s, p, _: n - 2 * p - s + 1, "padding makes the side longer, not shorter"),
        (lambda n, s, p, _: n - p - s + 1, "padding makes the side longer, and at both ends"),
        (lambda n, s, p, _: n, "this is as many as pixels, which isn't so for every padding, and "
         "not for size // 2 with an even size"),
        (lambda n, s, p, _: free(n, s, p), "these are the moves: the first window counts, too"),
    ])  # fmt: skip


@EXERCISE.asks(
    "longer steps",
    points=1,
    usually="count the moves first: (side + 2 * padding - size) // stride, and then the first "
    "window",
)
def strided(f, rng):
    size, cases = int(rng.integers(2, 6)), []
    for stride, padding in ((2, 1), (3, 2), (4, 3)):
        for left in range(stride):  # pixels behind the last window
            moves = int(rng.integers(3, 7))
            side = size - 2 * padding + moves * stride + left
            cases.append((side, size, padding, stride))
    compare(f, cases, [
        (lambda n, s, p, t: free(n, s, p) + 1, "the stride is missing: a window stands at every "
         "stride-th pixel"),
        (lambda n, s, p, t: (free(n, s, p) + 1) // t, "the 1 comes after the division: the moves "
         "are divided by the stride, and the first window isn't a move"),
        (lambda n, s, p, t: -(-free(n, s, p) // t) + 1, "rounded up: where the pixels that are "
         "left don't make a whole step, there is no window"),
        (lambda n, s, p, t: round(free(n, s, p) / t) + 1, "rounded to the nearest: where the "
         "pixels that are left don't make a whole step, there is no window"),
        (lambda n, s, p, t: free(n, s, p) // t, "these are the moves: the first window counts, "
         "too"),
        (lambda n, s, p, t: (n - s) // t + 1 + 2 * p, "the padding is part of the side that the "
         "steps go along: add it before you divide"),
        (lambda n, s, p, t: (n - s + 1) // t + 2 * p, "the padding is part of the side that the "
         "steps go along: add it before you divide, and the 1 after that"),
        (lambda n, s, p, t: (n + 2 * p) // t - s + 1, "divide what is left beside the first "
         "window, not the whole side"),
        (lambda n, s, p, t: (n + 2 * p) // t, "the side divided by the stride: the size counts, "
         "too"),
    ])  # fmt: skip
