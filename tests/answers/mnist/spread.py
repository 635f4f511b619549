"""Answers to exercise 7.4: several seeds in four numbers."""

import math
import statistics

import numpy as np

from answers import Answers

answers = Answers("7.4")
ODD, EVEN = "the median of an odd number of runs", "the median of an even number of runs"
RANGE, FAILED, BROKEN = "the range", "how many runs failed", "a run that broke down"


def right(accuracies, bound, **parts):
    """The right answer, with the parts that are given in its place."""
    runs = np.nan_to_num(accuracies)
    found = {
        "median": np.median(runs),
        "lowest": runs.min(),
        "highest": runs.max(),
        "failures": np.sum(runs < bound),
    }
    return tuple({**found, **parts}.values())


@answers.correct
def arrays(accuracies, bound):
    return right(accuracies, bound)


@answers.correct
def plain_python(accuracies, bound):
    runs = [0.0 if a != a else a for a in accuracies]
    failures = 0
    for a in runs:
        if a < bound:
            failures += 1
    return statistics.median(runs), min(runs), max(runs), failures


@answers.correct
def float32(accuracies, bound):
    runs = np.sort([0.0 if math.isnan(a) else a for a in accuracies])
    failures = np.searchsorted(runs, bound)
    runs = runs.astype(np.float32)
    n = len(runs)
    return np.array([(runs[n // 2] + runs[(n - 1) // 2]) / 2, runs[0], runs[-1], failures])


@answers.mistake(ODD, "one bad run drags down")
def mean(accuracies, bound):
    return right(accuracies, bound, median=np.mean(accuracies))


@answers.mistake(ODD, "this is the best run")
def best(accuracies, bound):
    return right(accuracies, bound, median=max(accuracies))


@answers.mistake(ODD, "sort it first")
def unsorted(accuracies, bound):
    return right(accuracies, bound, median=accuracies[len(accuracies) // 2])


@answers.mistake(ODD, "the middle of the range")
def middle_of_the_range(accuracies, bound):
    return right(accuracies, bound, median=(min(accuracies) + max(accuracies)) / 2)


@answers.mistake(ODD, "compare entry by entry")
def list_below_number(accuracies, bound):
    return right(accuracies, bound, failures=sum(accuracies < bound))


@answers.mistake(EVEN, "two are in the middle")
def upper_middle(accuracies, bound):
    return right(accuracies, bound, median=sorted(accuracies)[len(accuracies) // 2])


@answers.mistake(RANGE, "give or take a standard deviation")
def deviation(accuracies, bound):
    middle, std = np.mean(accuracies), np.std(accuracies)
    return right(accuracies, bound, lowest=middle - std, highest=middle + std)


@answers.mistake(RANGE, "this is a quartile")
def quartiles(accuracies, bound):
    low, high = np.quantile(accuracies, [0.25, 0.75])
    return right(accuracies, bound, lowest=low, highest=high)


@answers.mistake(RANGE, "belong to the range, too")
def without_failures(accuracies, bound):
    passed = [a for a in accuracies if a >= bound]
    return right(accuracies, bound, lowest=min(passed, default=0.0))


@answers.mistake(RANGE, "are swapped")
def swapped(accuracies, bound):
    return right(accuracies, bound, lowest=max(accuracies), highest=min(accuracies))


@answers.mistake(RANGE, "its two ends are asked for")
def width(accuracies, bound):
    return right(accuracies, bound, highest=max(accuracies) - min(accuracies))


@answers.mistake(FAILED, "exactly at the bound")
def at_the_bound(accuracies, bound):
    return right(accuracies, bound, failures=sum(a <= bound for a in accuracies))


@answers.mistake(FAILED, "that have not failed")
def successes(accuracies, bound):
    return right(accuracies, bound, failures=sum(a >= bound for a in accuracies))


@answers.mistake(FAILED, "this is the share")
def share(accuracies, bound):
    return right(accuracies, bound, failures=np.mean(np.array(accuracies) < bound))


@answers.mistake(BROKEN, "has read nothing")
def nan_stays(accuracies, bound):
    runs = np.array(accuracies)
    return np.median(runs), runs.min(), runs.max(), np.sum(runs < bound)


@answers.mistake(BROKEN, "has been left out")
def nan_left_out(accuracies, bound):
    return right([a for a in accuracies if a == a], bound)


@answers.mistake(BROKEN, "has been left out")
def nan_not_counted(accuracies, bound):
    return right(accuracies, bound, failures=sum(a < bound for a in accuracies))


@answers.thoughtless
def zeros(accuracies, bound):
    return 0.0, 0.0, 0.0, 0


@answers.thoughtless
def first_and_bound(accuracies, bound):
    return accuracies[0], bound, accuracies[-1], len(accuracies)
