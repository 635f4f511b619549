"""What the answers on a test set say: what is taken for what, and how sure a score is (chapter 7).

These functions take labels and probabilities, so they serve any classifier.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from nnlib.validation import (
    check_count,
    check_labels,
    check_matrix,
    check_number,
    check_same_length,
)

MOST_CLASSES = 1000  # whose table takes 8 MB: more of them are rarely meant


def confusion_matrix(y, predicted, *, classes=None):
    """Count the answers: row = the true class, column = the predicted one.

    `y` and `predicted` are labels of shape (n,); the result is (classes, classes) whole numbers. A
    class that is never predicted is a column of zeros. `classes` defaults to the largest label + 1,
    up to 1000; ValueError beyond, where they have to be asked for.

    >>> confusion_matrix([0, 0, 1, 2], [0, 1, 1, 1])
    array([[1, 1, 0],
           [0, 1, 0],
           [0, 1, 0]])
    """
    if classes is not None:
        classes = check_count(classes, "classes")
    y = check_labels(y, "y", classes=classes)
    predicted = check_labels(predicted, "predicted", classes=classes)
    check_same_length(y, predicted, "y", "predicted")
    if classes is None:
        classes = _count_classes(y, predicted)
    cells = y.astype(np.int64) * classes + predicted.astype(np.int64)
    counts = np.bincount(cells, minlength=classes**2)
    return counts.reshape(classes, classes)


def _count_classes(y, predicted):
    """The largest label + 1, if so many classes are likely to be meant."""
    largest = int(max(y.max(), predicted.max()))
    if largest >= MOST_CLASSES:
        raise ValueError(
            f"y and predicted hold labels up to {largest}, where 0 to {MOST_CLASSES - 1} are "
            f"expected: the table would have {largest + 1} rows and columns. Number the classes "
            f"from 0 on, or ask for that table with classes={largest + 1}"
        )
    return largest + 1


def accuracy_interval(correct, n, *, confidence=0.95):
    """The interval (low, high) that an accuracy of `correct` out of `n` test examples speaks for.

        center = (p + z²/2n) / (1 + z²/n)
        half   = z sqrt(p (1 - p)/n + z²/4n²) / (1 + z²/n)

    with p = correct/n and z the normal quantile, 1.96 for 95 %. Of the intervals made in this way
    from many test sets, about the share `confidence` holds the true accuracy; unlike p ± z sqrt(p
    (1 - p)/n), the rule holds near 0 and 1 and for a few examples, too.

    Source: Wilson, 1927; Brown, Cai and DasGupta, 2001.

    >>> low, high = accuracy_interval(9870, 10_000)
    >>> f"{low:.4f} to {high:.4f}"
    '0.9846 to 0.9890'
    """
    n = check_count(n, "n")
    correct = check_count(correct, "correct", minimum=0)
    if correct > n:
        raise ValueError(f"correct expects at most n = {n} answers, got {correct}")
    confidence = check_number(confidence, "confidence", positive=True, below=1)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    p = correct / n
    center = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low = center - half if correct > 0 else 0.0
    high = center + half if correct < n else 1.0
    return low, high


@dataclass(frozen=True)
class Calibration:
    """How often answers given with a certain confidence were right; one entry a bin.

    `confidence` and `accuracy` are means over a bin (NaN in an empty one), `count` its examples,
    `error` the expected calibration error: the gap between the two, averaged over the examples.
    """

    confidence: np.ndarray
    accuracy: np.ndarray
    count: np.ndarray
    error: float


def calibration(probabilities, y, *, bins=10):
    """Compare how sure the answers are with how often they are right, in `bins` of equal width.

    `probabilities` (n, classes), each row a distribution (softmax of the logits); `y` labels (n,).
    The confidence of an answer is its largest probability. Bin b holds those in
    (b/bins, (b+1)/bins].

        error = sum over bins of count/n |accuracy - confidence|

    Raises ValueError where a row is no distribution.

    Source: Guo, Pleiss, Sun and Weinberger, 2017, section 2.
    """
    probabilities = _check_distributions(probabilities)
    y = check_labels(y, classes=probabilities.shape[1])
    check_same_length(probabilities, y, "probabilities")
    bins = check_count(bins, "bins")
    sure = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == y
    place = np.clip(np.ceil(sure * bins).astype(np.int64) - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):  # 0/0 = NaN marks an empty bin
        confidence = np.bincount(place, weights=sure, minlength=bins) / count
        accuracy = np.bincount(place, weights=right, minlength=bins) / count
    gaps = np.nan_to_num(np.abs(accuracy - confidence))
    return Calibration(confidence, accuracy, count, float(gaps @ count / len(y)))


def _check_distributions(probabilities):
    probabilities = check_matrix(probabilities, "probabilities")
    sums = probabilities.sum(axis=1)
    broken = (np.abs(sums - 1) > 1e-3) | (probabilities < 0).any(axis=1)
    if broken.any():
        row = int(np.flatnonzero(broken)[0])
        raise ValueError(
            f"probabilities expects rows that are distributions, got row {row} with the sum "
            f"{sums[row]:.6g} and the smallest entry {probabilities[row].min():.6g}: "
            "put the logits through Softmax first"
        )
    return probabilities
