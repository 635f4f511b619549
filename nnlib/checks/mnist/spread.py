"""Exercise 7.4: what several seeds say together: a median, a range, and how many runs failed."""

import math

import numpy as np

from nnlib.checks.answers import number, several
from nnlib.checks.exercise import Exercise, same


def several_seeds(accuracies, bound):
    """The median, the lowest, the highest, and the runs below bound."""
    runs = sorted(0.0 if math.isnan(a) else a for a in accuracies)
    middle = len(runs) // 2
    median = (runs[middle] + runs[-1 - middle]) / 2
    return median, runs[0], runs[-1], sum(a < bound for a in runs)


EXERCISE = Exercise(
    "7.4",
    "State a result, not a draw from a hat",
    several_seeds,
    answer=several(
        number("median"),
        number("lowest"),
        number("highest"),
        number("failures"),
        names="median, lowest, highest and failures",
    ),
    hints=(
        "Sort the accuracies first: runs = sorted(accuracies). The lowest stands at the front, "
        "the highest at the end, and the median in the middle.",
        "With an even number of runs two stand in the middle: the median is their mean. np.median "
        "does all this.",
        "nan is never equal to anything, itself included, and no comparison with it is true, so "
        "sorting and counting go wrong. Put 0.0 in its place before anything else: math.isnan(a) "
        "or np.isnan(array) finds it.",
    ),
    errors={
        "is not a finite number": "an accuracy of nan has got into the result: a run that broke "
        "down has read nothing, and counts with accuracy 0",
        "not supported between": "accuracies is a list: compare entry by entry, or make an array "
        "of it with np.array(accuracies)",
        "list' object has no attribute": "accuracies is a list: sorted(accuracies), or make an "
        "array of it with np.array(accuracies)",
    },
)


def draw(rng, n):
    """n different accuracies, 6 or more; neither the median nor, from 7 on, an end is at its place.

    They are sorted, then every second one is put in front, and two go to the back.
    """
    runs = np.sort(rng.choice(np.arange(600, 980), n, replace=False) / 1000).tolist()
    runs = runs[1::2] + runs[::2]
    return runs[2:] + runs[:2]


def parts(accuracies, bound):
    """All four numbers, by counting: the median has as many runs above it as below."""
    runs = [0.0 if a != a else a for a in accuracies]
    low, high = min(runs), max(runs)
    inner = list(runs)
    while len(inner) > 2:
        inner.remove(min(inner))
        inner.remove(max(inner))
    return sum(inner) / len(inner), low, high, len([a for a in runs if a < bound])


def compare_median(f, accuracies, bound):
    median, _, _, _ = f(list(accuracies), bound)
    wanted, _, high, _ = parts(accuracies, bound)
    n, runs = len(accuracies), sorted(accuracies)
    two = "of an even number of runs two are in the middle: take their mean"
    same(
        "median",
        median,
        wanted,
        mistakes=[
            (np.mean(accuracies), "this is the mean, which one bad run drags down; the median is "
             "the run in the middle"),
            (high, "this is the best run, and says nothing about the next one"),
            ((runs[0] + runs[-1]) / 2, "this is the middle of the range; the median has as many "
             "runs above it as below"),
            (accuracies[n // 2], "this takes the run in the middle of the list: sort it first"),
            ((accuracies[n // 2] + accuracies[(n - 1) // 2]) / 2, "this takes the runs in the "
             "middle of the list: sort it first"),
            *([(runs[n // 2], two), (runs[n // 2 - 1], two)] if n % 2 == 0 else []),
            (100 * wanted, "a share from 0 to 1, as in the list, not percent"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the median of an odd number of runs",
    points=1,
    usually="the median is the run in the middle: as many are better as are worse",
)
def odd(f, rng):
    compare_median(f, draw(rng, 7), 0.9)


@EXERCISE.asks(
    "the median of an even number of runs",
    points=1,
    usually="where no single run is in the middle, two are, and the median lies between them",
)
def even(f, rng):
    compare_median(f, draw(rng, 6), 0.9)


@EXERCISE.asks(
    "the range",
    points=1,
    usually="the range goes from the worst run to the best one, whatever they are",
)
def the_range(f, rng):
    accuracies = draw(rng, 8)
    bound = sorted(accuracies)[3]
    _, lowest, highest, _ = f(list(accuracies), bound)
    _, low, high, _ = parts(accuracies, bound)
    passed = [a for a in accuracies if a >= bound]
    middle, std = np.mean(accuracies), np.std(accuracies)
    swapped = "lowest and highest are swapped"
    order = "this takes an end of the list as it came: sort it first, or use min and max"
    quarter = "this is a quartile: the range goes to the very ends"
    band = "this is the mean, give or take a standard deviation; the range goes to the ends"
    same("lowest", lowest, low, mistakes=[
        (high, swapped), (accuracies[0], order),
        (min(passed, default=0), "the runs that failed belong to the range, too"),
        (np.quantile(accuracies, 0.25), quarter), (middle - std, band),
    ])  # fmt: skip
    same("highest", highest, high, mistakes=[
        (low, swapped), (accuracies[-1], order), (high - low, "this is the width of the range; "
         "its two ends are asked for"),
        (np.quantile(accuracies, 0.75), quarter), (middle + std, band),
    ])  # fmt: skip


@EXERCISE.asks(
    "how many runs failed",
    points=1,
    usually="a run has failed if its accuracy is below the bound; at the bound it hasn't",
)
def failed(f, rng):
    accuracies = draw(rng, 9)
    bound = sorted(accuracies)[int(rng.choice([2, 3, 5, 6]))]
    *_, failures = f(list(accuracies), bound)
    count = parts(accuracies, bound)[3]
    same(
        "failures",
        failures,
        float(count),
        mistakes=[
            (count + 1, "one run is exactly at the bound, and it hasn't failed: below is meant"),
            (9 - count, "these are the runs that have not failed"),
            (9 - count - 1, "these are the runs above the bound"),
            (count / 9, "this is the share; how many is asked for"),
        ],
    )


@EXERCISE.asks(
    "a run that broke down",
    points=1,
    usually="a run that broke down has an accuracy of nan, and is the worst of all: it counts, "
    "with accuracy 0, in the median, in the range, and as a failure",
)
def broken(f, rng):
    accuracies = draw(rng, 6)
    accuracies.insert(int(rng.integers(1, 6)), math.nan)
    answer = f(list(accuracies), 0.8)
    wanted = parts(accuracies, 0.8)
    others = parts([a for a in accuracies if a == a], 0.8)
    left_out = "the run that broke down has been left out: it counts, with accuracy 0"
    names = "median", "lowest", "highest", "failures"
    for name, one, right, without in zip(names, answer, wanted, others, strict=True):
        same(name, one, float(right), mistakes=[(float(without), left_out)])
