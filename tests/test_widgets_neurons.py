"""Chapter 2's widget: what a neuron's knobs show and say."""

import re
import time
from statistics import median

import numpy as np
import pytest

from nnlib.widgets.neurons import ACTIVATIONS, neuron_knobs, positive_side

SQUARE = np.array([[0.0, 0], [2, 0], [2, 2], [0, 2]])


def points(seed=0):
    X = np.random.default_rng(seed).normal(size=(40, 2))
    return X, np.repeat([0, 1], 20)


def area(corners):
    """Of a polygon, by the shoelace formula."""
    x, y = corners.T
    return abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


@pytest.mark.parametrize(
    ("w", "b", "expected"),
    [((1, 0), -1, 2), ((1, 1), -2, 2), ((1, 1), -1, 3.5), ((-1, -1), 1, 0.5), ((0, 2), -1, 3)],
)
def test_the_positive_side_has_its_area(w, b, expected):
    side, edge = positive_side(np.array(w), b, SQUARE)
    assert area(side) == pytest.approx(expected)
    assert (side @ w + b >= -1e-12).all()
    assert edge @ w + b == pytest.approx(np.zeros(2))


@pytest.mark.parametrize(("b", "expected"), [(1.0, 4), (-1.0, 0)])
def test_a_neuron_that_ignores_its_inputs_has_one_side(b, expected):
    side, edge = positive_side(np.zeros(2), b, SQUARE)
    assert area(side) == expected
    assert edge.shape == (0, 2)


@pytest.mark.parametrize("seed", range(3))
def test_the_words_tell_what_the_knobs_do(seed):
    X, y = points(seed)
    widget = neuron_knobs(X, y)
    widget.factor.value, widget.w1.value, widget.w2.value, widget.b.value = 3.0, 2.0, -1.0, 0.5
    z = 6 * X[:, 0] - 3 * X[:, 1] + 0.5
    own = np.mean((z > 0) == (y == 1))
    a = 1 / (1 + np.exp(-z))
    asleep = np.mean(a * (1 - a) < 0.01)
    assert widget.picture.alt == (
        "A neuron with sigmoid, weights 6.0 and -3.0, bias 0.5: "
        f"{own:.0%} of the points lie on their own side of its line, and at {asleep:.0%} its "
        "derivative is below 0.01."
    )
    assert widget.sided.get_text() == f"{own:.0%} on their own side"


def test_every_knob_changes_the_picture():
    widget = neuron_knobs(*points())
    seen = [widget.picture.png]
    for knob, value in [(widget.w1, 3), (widget.w2, -2), (widget.b, 1), (widget.factor, 2)]:
        knob.value = value
        seen.append(widget.picture.png)
    for name in ACTIVATIONS:
        widget.activation.value = name
        assert name in widget.picture.alt
        seen.append(widget.picture.png)
    assert len(set(seen)) == 5 + len(ACTIVATIONS) - 1  # sigmoid was there already


def test_each_activation_is_drawn_with_its_derivative():
    widget = neuron_knobs(*points())
    widget.activation.value = "tanh"
    output, derivative = widget.curves
    z = output.get_xdata()
    assert output.get_ydata() == pytest.approx(np.tanh(z))
    assert derivative.get_ydata() == pytest.approx(1 - np.tanh(z) ** 2)


def test_its_points_are_left_as_they_are():
    X, y = points()
    X.flags.writeable = y.flags.writeable = False
    neuron_knobs(X, y).w1.value = 2.0


def test_it_answers_within_a_tenth_of_a_second():
    widget, times = neuron_knobs(*points()), []
    for value in np.linspace(-2, 2, 9):
        start = time.process_time()
        widget.w1.value = value
        times.append(time.process_time() - start)
    assert median(times) < 0.1


@pytest.mark.parametrize(
    ("X", "y", "message"),
    [
        (np.zeros((3, 3)), [0, 1, 0], "X expects 2 features"),
        (np.zeros((3, 2)), [0, 1], "X holds 3 examples and y 2"),
        (np.zeros((3, 2)), [[0, 1, 0]], "y expects shape (n,)"),
    ],
)
def test_what_is_no_data_is_refused(X, y, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        neuron_knobs(X, y)
