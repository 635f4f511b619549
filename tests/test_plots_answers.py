"""A network's answer as squares and bars: what is drawn is what was given."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from nnlib import plots


def drawing(hidden, outputs, **options):
    _, ax = plots.figure(3, 4, layout=None)
    assert plots.digit_answers(hidden, outputs, ax, **options) is ax
    return ax


def areas(collection):
    spans = [np.ptp(path.vertices, axis=0) for path in collection.get_paths()]
    return np.prod(spans, axis=1)


def collections(ax, kind="PolyCollection"):
    return [c for c in ax.collections if type(c).__name__ == kind]


def test_bars_are_as_long_as_outputs():
    outputs = np.linspace(0, 0.9, 10)
    ax = drawing([], outputs, name="net")
    (bars,) = collections(ax)
    assert [np.ptp(path.vertices[:, 0]) for path in bars.get_paths()] == pytest.approx(outputs)
    assert ax.get_title() == "net reads 9"
    assert [text.get_text() for text in ax.texts] == [""] * 7 + ["0.70", "0.80", "0.90"]


def test_squares_have_the_area_of_the_activity():
    hidden = np.array([0.0, 0.25, 1, -0.5, 0.5, 0.1, 1, 0])
    places, squares, _ = collections(drawing(hidden, np.eye(10)[3]))
    assert areas(squares) == pytest.approx(np.abs(hidden) * areas(places)[0])
    page = squares.axes.get_window_extent()
    x, y = np.ptp(places.get_paths()[0].vertices, axis=0)
    (left, right), (low, high) = squares.axes.get_xlim(), squares.axes.get_ylim()
    assert x * page.width / (right - left) == pytest.approx(y * page.height / (low - high))
    faces = squares.get_facecolor()
    assert (faces[3] == 1).all()
    assert (faces[2] != 1).any()


@pytest.mark.parametrize("n", [1, 2, 7, 30, 100, 800])
def test_squares_keep_to_themselves(n):
    ax = drawing([np.ones(n), np.ones(5)], np.eye(10)[3])
    (left, right), (_, high) = ax.get_xlim(), ax.get_ylim()
    corners = np.array([path.vertices[:4] for path in collections(ax)[0].get_paths()])
    lowest, highest = corners.min(axis=1), corners.max(axis=1)
    assert len(corners) == n
    assert (lowest >= (left, high)).all()
    assert (highest <= (right, -3)).all()  # the upper half of the strip
    for k in range(1, n):
        apart = (lowest[k] >= highest[:k]) | (highest[k] <= lowest[:k])
        assert apart.any(axis=1).all()


def test_outputs_beyond_1_are_drawn_to_scale():
    outputs = np.array([-3.0, 4, 2, 0, 0, 0, 0, 0, 0, 0])
    (bars,) = collections(drawing([], outputs))
    lengths = [np.ptp(path.vertices[:, 0]) for path in bars.get_paths()]
    assert lengths[:3] == pytest.approx([0, 1, 0.5])


def test_the_right_digit_and_the_answer_are_marked():
    right, wrong = (drawing([], np.eye(10)[7], digit=digit) for digit in (7, 2))
    none = drawing([], np.eye(10)[7])
    for ax, row in ((right, 7), (wrong, 2)):
        frame = ax.patches[-1]
        assert frame.get_visible()
        assert frame.get_y() + frame.get_height() / 2 == pytest.approx(row)
    assert not none.patches[-1].get_visible()
    assert [ax.lines[-1].get_ydata()[0] for ax in (right, wrong, none)] == [7, 7, 7]
    assert wrong.lines[-1].get_color() == plots.COLORS[1]
    assert right.lines[-1].get_color() == none.lines[-1].get_color() == plots.COLORS[0]
    assert wrong.texts[2].get_text() == "0.00"


def test_a_drawing_survives_grey_print_and_saving():
    _, ax = plots.figure(3, 4)
    plots.digit_answers(np.linspace(-1, 1, 30), np.eye(10)[4], ax, digit=9, name="sick")
    picture = Image.open(io.BytesIO(plots.png(ax.figure)))
    assert picture.size == (432, 576)
    assert len(np.unique(np.asarray(picture.convert("L")))) > 20


@pytest.mark.parametrize(
    ("hidden", "outputs", "options", "error", "message"),
    [
        ([], np.zeros((10, 1)), {}, ValueError, "outputs expects shape (n,)"),
        ([], [np.nan] * 10, {}, ValueError, "outputs[0] is nan"),
        ([np.zeros((3, 1))], np.zeros(10), {}, ValueError, "a hidden layer expects shape (n,)"),
        ([], np.zeros(10), {"digit": 10}, ValueError, "digit expects labels from 0 to 9, got 10"),
        ([], np.zeros(10), {"answer": 0.5}, ValueError, "answer expects whole numbers"),
    ],
)
def test_what_is_no_answer_is_refused(hidden, outputs, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        drawing(hidden, outputs, **options)
