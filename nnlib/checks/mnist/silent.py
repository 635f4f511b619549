"""Exercise 7.3: the digits that a network never answers, found from its confusion matrix."""

import numpy as np

from nnlib.checks.answers import indices, number, several
from nnlib.checks.exercise import Exercise, Failed, close, same


def silent_digits(M):
    """The silent digits, what each is taken for, and the best accuracy."""
    occurs, answered = M.sum(axis=1), M.sum(axis=0)
    silent = np.flatnonzero((occurs > 0) & (answered == 0))
    taken_for = [M[digit].argmax() for digit in silent]
    return silent, taken_for, 1 - occurs[silent].sum() / M.sum()


def digits(name):
    """A list of digits; yes or no for each digit is refused with advice."""

    def examine(value, arguments):
        if isinstance(value, list | tuple | np.ndarray) and np.asarray(value).dtype == bool:
            raise Failed(
                f"{name} has to be a list of digits, and it is a list of True and False.",
                mistake="np.flatnonzero(...) of it gives the digits that have a True",
            )
        return indices(name)(value, arguments)

    return examine


EXERCISE = Exercise(
    "7.3",
    "Find the digits that are never answered",
    silent_digits,
    answer=several(
        digits("silent"), digits("taken_for"), number("best"), names="silent, taken_for and best"
    ),
    hints=(
        "M.sum(axis=1) adds up along the rows: how many images each digit has. M.sum(axis=0) adds "
        "up the columns: how often each digit was answered.",
        "A digit is silent if its column's sum is 0 and its row's sum isn't. np.flatnonzero turns "
        "an array of yes and no into the list of places with a yes.",
        "The images of digit d stand in row M[d]; where that row is largest is what they are "
        "mostly taken for.",
        "The images of the silent digits are lost for certain. At best all the others are right: "
        "what share of all images are they?",
    ),
)


def draw(rng, silent, absent=(), unlucky=(), rare=()):
    """Counts of ten digits; `silent` ones are never answered, `absent` ones don't occur at all.

    An `unlucky` digit is answered, but never rightly, a `rare` one rightly for few of its images.
    Each row has one largest entry.
    """
    M = rng.integers(1, 9, size=(10, 10)) + np.diag(rng.integers(40, 90, size=10))
    M[range(10), rng.permuted(np.arange(10))] += 12
    for digit in [*silent, *unlucky]:
        M[digit, digit] = 0
    M[rare, rare] = 2
    M[:, [*silent, *absent]] = 0
    M[list(absent)] = 0
    for row in M:
        row[row.argmax()] += 3 * (row.sum() > 0)
    return M


def the_silent(M):
    """The silent digits, counted in plain Python."""
    return [
        d for d in range(len(M))
        if sum(M[d].tolist()) and not any(row[d] for row in M.tolist())
    ]  # fmt: skip


def compare_lists(name, yours, wanted, call, mistakes):
    """Compare two lists of whole numbers."""
    if yours == wanted:
        return
    why = next((why for value, why in mistakes if list(map(int, value)) == yours), "")
    if sorted(set(yours)) == wanted:
        why = "each digit once, from the smallest to the largest"
    raise Failed(
        f"{name} is not what it has to be{call}.",
        yours=f"{name} = {yours}",
        wanted=f"{name} = {wanted}",
        mistake=why,
    )


def compare_silent(f, M, also=()):
    """Compare the first part of f's answer."""
    silent, _, _ = f(M)
    shares = np.diag(M) / np.maximum(M.sum(axis=1), 1)
    wanted = the_silent(M)
    doubtful = sorted(set(silent) ^ set(wanted))
    call = ""
    if doubtful and 0 <= doubtful[0] < 10:
        d = doubtful[0]
        call = f": {d} has {M[d].sum()} images, and is answered {M[:, d].sum()} times"
    compare_lists(
        "silent",
        silent,
        wanted,
        call,
        [
            *also,
            (np.flatnonzero(np.diag(M) == 0), "a digit with no right answer isn't silent if it is "
             "given as a wrong one: look at the whole column, not at the diagonal"),
            (np.flatnonzero(M.sum(axis=0) == 0), "a digit with no images in this set can't be "
             "judged: its row is 0, too"),
            (np.flatnonzero(M.sum(axis=1) == 0), "a digit's answers stand in its column: the sum "
             "over axis=0; its row holds its images"),
            (np.flatnonzero(M.sum(axis=0) > 0), "these are the digits that are answered; the "
             "others are asked for"),
            ([M.sum(axis=0).argmin()], "there may be none that is never answered, or several: "
             "this finds one, the worst, in any case"),
            ([shares.argmin()], "there may be none that is never answered, or several: this finds "
             "one, the worst, in any case"),
            (np.flatnonzero(shares < 0.5), "a digit that is rarely right isn't silent yet"),
            (np.flatnonzero((M == 0).any(axis=0)), "one 0 in a column is no silence: all its "
             "entries have to be 0"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "which digits are silent",
    points=2,
    usually="silent are those that have images, and that no image at all is taken for",
)
def which(f, rng):
    one, two, three, four = rng.choice(10, 4, replace=False).tolist()
    compare_silent(f, draw(rng, [one], unlucky=[three], rare=[four]))
    compare_silent(f, draw(rng, [one, two]))


@EXERCISE.asks(
    "what they are taken for",
    points=1,
    usually="for each silent digit, in the order of `silent`, the answer that its images get most",
)
def taken(f, rng):
    one, two = rng.choice(np.arange(1, 10), 2, replace=False).tolist()
    M = draw(rng, [one, two])
    _, taken_for, _ = f(M)
    silent = the_silent(M)
    wanted = [int(M[digit].argmax()) for digit in silent]
    compare_lists(
        "taken_for",
        taken_for,
        wanted,
        f", for the silent digits {silent}",
        [
            (wanted[::-1], "the order is that of `silent`"),
            (M[:, silent].argmax(axis=0), "the images of a digit stand in its row M[digit]; this "
             "looks into its column"),
            ([M[digit].max() for digit in silent], "this is how many are taken for it; the digit "
             "is asked for, the place of the largest"),
            ([M[digit].argmin() for digit in silent], "this is what they are taken for least"),
            (wanted[:1], "one answer for each silent digit"),
            ([M.sum(axis=0).argmax()] * 2, "this is the answer given most often to all images; "
             "look at the row of each silent digit alone"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the best accuracy left",
    points=1,
    usually="`best` is the share of all images that would be right if only the silent digits' "
    "images were lost",
)
def best_left(f, rng):
    one, two = rng.choice(10, 2, replace=False).tolist()
    M = draw(rng, [one, two])
    silent = the_silent(M)
    _, _, best = f(M)
    lost, right = M[silent].sum() / M.sum(), np.trace(M) / M.sum()
    same(
        "best",
        best,
        1 - lost,
        mistakes=[
            (lost, "this is the share that is lost; the best accuracy is 1 minus that"),
            (right, "this is the accuracy as it is: the digits that are answered could all be "
             "right"),
            (right + lost, "this is the accuracy if the silent digits were cured and nothing else"),
            (right / (1 - lost), "this is the accuracy on the other digits; asked for is the best "
             "share of all images"),
            (0.8, "the digits don't have equally many images: count the images, in the rows"),
            (100 * (1 - lost), "a share from 0 to 1 is asked for, not percent"),
            (M.sum() * (1 - lost), "a share is asked for: divide by the number of all images"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "a digit that doesn't occur",
    points=1,
    usually="without images of a digit one can't say that it is silent; and where none is silent "
    "the lists are empty and the best is 1",
)
def absent(f, rng):
    one, two, three = rng.choice(10, 3, replace=False).tolist()
    compare_silent(f, draw(rng, [one], absent=[two], unlucky=[three]))
    M = draw(rng, [], absent=[two])
    compare_silent(f, M)
    _, taken_for, best = f(M)
    compare_lists("taken_for", taken_for, [], ", for no silent digit at all", [])
    if not close(best, 1.0):
        same("best", best, 1.0)
