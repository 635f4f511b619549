"""All that reads digits in this book, in one table, from the stored runs (chapter 7)."""

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from nnlib.experiments.baselines import interval
from nnlib.experiments.nielsen import NIELSEN
from nnlib.experiments.records import stored

READERS = {  # name in the table: experiment and row
    "random": ("baselines", "random"),
    "darkness": ("baselines", "darkness"),
    "linear, softmax": ("baselines", "softmax"),
    "ten linear SVMs": ("baselines", "ten linear SVMs"),
    "Gaussian SVM": ("baselines", "Gaussian SVM"),
    "Nielsen, 30 hidden": ("nielsen", "30 hidden"),
    "Nielsen, 100 hidden": ("nielsen", "100 hidden"),
    "Nielsen, improved": ("nielsen", "improved"),
    "ours": ("headline", "chosen"),
}


@dataclass(frozen=True)
class Reader:
    """A line of the table: test accuracies over seeds, and what they cost.

    `accuracy` is the median over `runs` seeds, `lowest` and `highest` their range; `low` and `high`
    the 95 % interval that the median speaks for on 10,000 test images; `seconds` of one core for
    the training, a median, on the machine that stored it; `parameters` the numbers it has learned.
    """

    name: str
    accuracy: float
    lowest: float
    highest: float
    low: float
    high: float
    runs: int
    seconds: float
    parameters: int


def comparison():
    """The table of chapter 7: a list of `Reader`s, from guessing at random to the headline."""
    return [_reader(name, stored(file)[row], row) for name, (file, row) in READERS.items()]


def _reader(name, row, setting):
    test = row["test"]
    low, high = interval(test)
    return Reader(
        name,
        accuracy=median(test),
        lowest=min(test),
        highest=max(test),
        low=low,
        high=high,
        runs=len(test),
        seconds=median(row["seconds"]),
        parameters=_parameters(row, setting),
    )


def _parameters(row, setting):
    """The numbers that were learned, as stored, or those of the network of that setting."""
    if "parameters" in row:
        return int(median(row["parameters"]))
    sizes = NIELSEN[setting].sizes
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes))
