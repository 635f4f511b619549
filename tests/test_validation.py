"""The questions asked of every input: what is refused, and in words that fit what came."""

import re
import warnings

import numpy as np
import pytest

from nnlib.datasets import Shift, Standardizer, centred, one_hot, scaled, split
from nnlib.diagnostics import calibration
from nnlib.layers import Dense, Flatten
from nnlib.losses import SoftmaxCrossEntropy
from nnlib.network import Network
from nnlib.neurons import LinearRegression, Perceptron
from nnlib.svm import KernelSVM, Linear
from nnlib.validation import (
    check_finite,
    check_labels,
    check_matrix,
    check_number,
    check_same_length,
    check_unmasked,
    check_vector,
    check_whole,
)

X = np.random.default_rng(1).normal(size=(20, 3))
y = (X[:, 0] > 0).astype(int)


def generator(seed=0):
    return np.random.default_rng(seed)


def network(*layers):
    return Network(layers or [Dense(3, 2)], loss=SoftmaxCrossEntropy(), rng=generator())


def hidden(values):
    """`values` with one entry masked."""
    masked = np.ma.array(values)
    masked[3] = np.ma.masked
    return masked


PICTURES = np.zeros((5, 2, 2), np.uint8)


@pytest.mark.parametrize(
    "use",
    [
        lambda: check_unmasked(hidden(y), "y"),
        lambda: check_finite(hidden(X), "X"),
        lambda: check_matrix(hidden(X)),
        lambda: check_vector(hidden(y)),
        lambda: check_labels(hidden(y)),
        lambda: network().loss_value(hidden(X), y),
        lambda: network().loss_value(X, hidden(y)),
        lambda: network(Flatten(), Dense(4, 2)).forward(hidden(PICTURES / 255)),
        lambda: network().gradient(X, hidden(np.eye(2)[y])),
        lambda: network().score(X, hidden(y)),
        lambda: KernelSVM(Linear()).fit(X, hidden(y)),
        lambda: KernelSVM(Linear()).fit(X, y).score(X, hidden(y)),
        lambda: LinearRegression().fit(X, hidden(y + 0.5), rng=generator()),
        lambda: Perceptron().fit(hidden(X), y, epochs=1, rng=generator()),
        lambda: split(hidden(X), y, (0.5,), rng=generator()),
        lambda: split(X, hidden(y), (0.5,), rng=generator()),
        lambda: Standardizer().fit(hidden(X)),
        lambda: scaled(hidden(PICTURES)),
        lambda: Shift()(hidden(PICTURES), rng=generator()),
        lambda: centred(hidden(np.ones((28, 28)))),
    ],
)
def test_what_a_mask_hides_is_not_taken_for_a_number(use):
    with pytest.raises(ValueError, match="^(X|y|image|targets) has masked entries: leave"):
        use()


def test_a_mask_that_hides_nothing_is_no_mask():
    assert network().loss_value(np.ma.array(X), np.ma.array(y)) == network().loss_value(X, y)
    assert check_unmasked(y, "y") is y
    assert check_vector(y) is y


def test_an_empty_matrix_says_what_it_lacks():
    for shape in (0, 3), (5, 0):
        words = f"X of shape {shape} is empty: it needs at least one example and one feature"
        with pytest.raises(ValueError, match=re.escape(words)):
            check_matrix(np.zeros(shape))


@pytest.mark.parametrize(
    "use",
    [
        lambda numbers: network().loss_value(X, numbers),
        lambda numbers: KernelSVM(Linear()).fit(X, numbers),
        lambda numbers: check_same_length(X, numbers),
        check_labels,
    ],
)
def test_what_is_no_row_of_numbers_is_asked_for_as_one(use):
    for numbers in ((label for label in y), map(int, y), {0, 1}, {0: 1}, [None] * 20):
        words = r"^y expects real numbers, got entries of type object: pass a list or an array"
        with pytest.raises(TypeError, match=words):
            use(numbers)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_whole_numbers_that_come_as_floats(dtype):
    labels = np.array([0, 3, -2, 2000], dtype)
    found = check_whole(labels)
    assert found.dtype == np.int64
    assert found.tolist() == [0, 3, -2, 2000]
    assert check_whole(labels != 0).tolist() == [0, 1, 1, 1]
    with pytest.raises(ValueError, match=r"whole numbers \(labels\), got 0.5 at index 1"):
        check_whole(np.array([0, 0.5], dtype))


def test_whole_numbers_keep_their_type():
    labels = np.array([3, 4], np.uint8)
    assert check_whole(labels) is check_labels(labels) is labels


@pytest.mark.parametrize("large", [2.0**63, 1e300, -1e300, np.float32(2e30), np.uint64(2**63)])
def test_labels_that_no_integer_can_hold(large):
    labels = np.resize(np.array([0, 1, large], type(large)), 20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # of a cast that went wrong
        for use in (
            lambda: check_whole(labels),
            lambda: check_labels(labels),
            lambda: one_hot(labels, 2),
            lambda: KernelSVM(Linear()).fit(X, labels),
            lambda: calibration(np.full((20, 2), 0.5), labels),
            lambda: network().loss_value(X, labels),
        ):
            with pytest.raises(ValueError, match="64 bits, got .* at index 2"):
                use()
    assert check_whole([-(2.0**63)]).tolist() == [-(2**63)]


def test_a_number_that_no_float_can_hold():
    for large in 10**400, -(10**400), 10**5000:  # the last has too many digits to be printed
        with pytest.raises(ValueError, match="^rate expects a number above 0, got one too large"):
            check_number(large, "rate", positive=True)
