"""Figures: what is published, what is drawn where, and what bad input gets."""

import io
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib import pyplot
from matplotlib.colors import to_rgb
from PIL import Image

from nnlib import plots
from nnlib.plots.planes import PALE
from nnlib.plots.style import LOOK

WORDS = "A line that rises from 0 at the left to 9 at the right."


def rising():
    fig, ax = plots.figure(5, 3)
    plots.curves(range(10), {"y": np.arange(10.0)}, ax)
    return fig


def pixels(fig):
    """The published picture as numbers from 0 to 1, (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(plots.png(fig))).convert("RGB")) / 255


def color_at(fig, ax, x, y):
    """The colour of the published picture at a point given in the coordinates of `ax`."""
    picture = pixels(fig)
    column, row = ax.transData.transform((x, y))
    return picture[len(picture) - 1 - int(row), int(column)]


def brightness(color):
    return np.dot(to_rgb(color), [0.299, 0.587, 0.114])


@pytest.fixture
def notebook():
    """An IPython shell in this process, whose displays can be captured."""
    InteractiveShell.instance()
    yield
    InteractiveShell.clear_instance()


# ---- published ----


def test_a_figure_is_published_with_its_words(notebook):
    with capture_output() as captured:
        assert plots.show(rising(), "  " + WORDS.replace(" ", "\n  ", 1)) is None
    (output,) = captured.outputs
    assert output.data["text/plain"] == WORDS
    assert output.metadata == {"image/png": {"alt": WORDS, "width": 480}}
    assert set(output.data) == {"image/png", "text/plain"}


def test_a_script_prints_the_words(capsys):
    plots.show(rising(), WORDS)
    assert capsys.readouterr().out == WORDS + "\n"


def test_a_figure_made_by_pyplot_is_closed(capsys):
    fig, ax = pyplot.subplots()
    plots.show(fig, WORDS)
    assert pyplot.get_fignums() == []


@pytest.mark.parametrize(
    ("alt", "error", "message"),
    [
        (None, TypeError, "alt expects a sentence that says what is seen, got None"),
        ("", ValueError, "alt expects at least 40 characters, got 0: say what is seen"),
        ("a rising line" + 40 * " ", ValueError, "at least 40 characters, got 13"),
    ],
)
def test_no_figure_without_words(alt, error, message):
    with pytest.raises(error, match=message):
        plots.show(rising(), alt)


def test_an_ax_is_no_figure():
    with pytest.raises(TypeError, match="show expects a figure from plots.figure, got a value of"):
        plots.show(rising().axes[0], WORDS)


def test_the_same_figure_has_the_same_bytes():
    assert plots.png(rising()) == plots.png(rising())


def test_a_picture_has_few_colours_white_paper_and_the_right_size():
    fig, ax = plots.figure(4, 3)
    plots.contours(lambda p: p[0] ** 2 + p[1] ** 2, ax, bounds=(-2, 2, -2, 2))
    picture = Image.open(io.BytesIO(plots.png(fig)))
    assert picture.size == (4 * 144, 3 * 144)
    assert len(picture.getcolors()) <= 256
    assert picture.convert("RGB").getpixel((1, 1)) == (255, 255, 255)
    full = np.asarray(fig.canvas.buffer_rgba())[:, :, :3]
    assert np.abs(np.asarray(picture.convert("RGB")) - full.astype(float)).mean() < 1.5


def test_a_quick_picture_shows_the_same():
    fig = rising()
    quick, slow = (Image.open(io.BytesIO(plots.png(fig, quick=q))) for q in (True, False))
    assert np.array_equal(np.asarray(quick.convert("RGB")), np.asarray(slow.convert("RGB")))


def test_the_look_stays_with_the_figure():
    before = matplotlib.rcParams.copy()
    _, ax = plots.figure()
    assert matplotlib.rcParams.copy() == before
    assert ax.xaxis.label.get_size() == LOOK["axes.labelsize"]
    assert {label.get_size() for label in ax.get_xticklabels()} == {LOOK["xtick.labelsize"]}


def test_the_import_is_quick_and_leaves_settings_alone():
    script = (
        "import sys, matplotlib; before = matplotlib.rcParams.copy(); import nnlib.plots; "
        "assert matplotlib.rcParams.copy() == before; "
        "sys.exit(str({'IPython', 'matplotlib.pyplot'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert run.stderr == "set()\n"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"width": 0}, ValueError, "width expects a number above 0"),
        ({"height": "3"}, TypeError, "height expects a number"),
        ({"rows": 0}, ValueError, "rows expects a whole number of at least 1"),
        ({"columns": 1.5}, TypeError, "columns expects a whole number"),
    ],
)
def test_sizes_are_checked(arguments, error, message):
    with pytest.raises(error, match=message):
        plots.figure(**arguments)


# ---- grey print ----


def test_neighbouring_areas_differ_in_grey():
    steps = np.diff([brightness(color) for color in PALE])
    assert (np.abs(steps) > 0.06).all()


def test_classes_and_curves_have_a_second_cue():
    assert len(set(plots.MARKERS)) == 10
    _, ax = plots.figure()
    plots.curves(range(50), {f"{k}": np.arange(50.0) for k in range(7)}, ax)
    assert len({str(line.get_linestyle()) for line in ax.lines}) >= 4
    looks = {(line.get_color(), str(line.get_linestyle())) for line in ax.lines}
    assert len(looks) == 7


# ---- curves ----


def test_curves_are_where_the_numbers_say():
    x, y = np.array([0.0, 1, 3]), {"a": np.array([1.0, 2, 3]), "b": np.array([3.0, 2, 1])}
    _, ax = plots.figure()
    assert plots.curves(x, y, ax) is ax
    for line, (label, values) in zip(ax.lines, y.items(), strict=True):
        assert line.get_label() == label
        assert np.array_equal(line.get_xydata(), np.column_stack([x, values]))
        assert line.get_marker() in plots.MARKERS
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]


def test_a_second_call_goes_on_with_the_next_style():
    _, (left, right) = plots.figure(columns=2)
    plots.curves([0, 1], {"a": [1, 2], "b": [2, 1]}, left)
    plots.curves([0, 1], {"a": [1, 2]}, right)
    plots.curves([0, 1], {"b": [2, 1]}, right)
    assert [line.get_color() for line in left.lines] == [line.get_color() for line in right.lines]


@pytest.mark.parametrize("n", [5, 100])
def test_a_spread_is_a_median_and_a_range(n):
    samples = np.random.default_rng(0).normal(size=(n, 7))
    low, *_, high = np.sort(samples, axis=1).T
    _, ax = plots.figure()
    plots.spread(np.arange(n), samples, ax, "runs")
    assert np.array_equal(ax.lines[0].get_ydata(), np.sort(samples, axis=1)[:, 3])
    drawn = np.concatenate([path.vertices[:, 1] for path in ax.collections[0].get_paths()])
    assert drawn.min() == low.min()
    assert drawn.max() == high.max()
    for value in [*low, *high]:
        assert np.abs(drawn - value).min() < 1e-12


def test_a_histogram_counts_every_sample():
    _, ax = plots.figure()
    plots.histogram([0.0, 0.1, 0.9, 1.0, 1.0], ax, bins=2)
    assert [bar.get_height() for bar in ax.patches] == [2, 3]


def test_bars_are_as_high_as_said():
    _, ax = plots.figure()
    plots.bars({"a": [1, 2], "b": [3, 4]}, ["left", "right"], ax)
    assert [bar.get_height() for bar in ax.patches] == [1, 2, 3, 4]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["left", "right"]
    assert len({bar.get_hatch() for bar in ax.patches}) == 2


def test_marks_differ():
    _, ax = plots.figure()
    for x in (1.0, 2.0):
        plots.mark(x, ax, f"at {x:g}")
    first, second = ax.lines
    assert (first.get_xdata()[0], second.get_xdata()[0]) == (1, 2)
    assert first.get_linestyle() != second.get_linestyle()


@pytest.mark.parametrize(
    ("draw", "error", "message"),
    [
        (lambda ax: plots.curves([1, 2], [1, 2], ax), TypeError, "curves expects a dict of label"),
        (
            lambda ax: plots.curves([1, 2], {"a": [1]}, ax),
            ValueError,
            r"curve 'a' expects the shape of x, \(2,\), got \(1,\)",
        ),
        (lambda ax: plots.spread([1, 2], [1, 2], ax), ValueError, r"shape \(2, seeds\)"),
        (lambda ax: plots.histogram([1, np.nan], ax), ValueError, r"samples\[1\] is nan"),
        (lambda ax: plots.histogram(["a"], ax), TypeError, "samples expects real numbers"),
        (lambda ax: plots.histogram([], ax), ValueError, "samples is empty"),
        (lambda ax: plots.bars({}, [], ax), TypeError, "bars expects a dict"),
        (lambda ax: plots.bars({"a": [1]}, "xy", ax), ValueError, "'a' expects 2 values, got 1"),
    ],
)
def test_what_is_no_curve_is_refused(draw, error, message):
    _, ax = plots.figure()
    with pytest.raises(error, match=message):
        draw(ax)


# ---- planes ----

X = np.array([[-1.0, -1], [1, 1], [-1, 1], [1, -1]])
RIGHT = np.array([0, 1, 0, 1])


def is_right(points):
    return (points[:, 0] > 0).astype(int)


def test_each_side_of_a_boundary_has_its_colour():
    fig, ax = plots.figure(4, 4)
    assert plots.decision_boundary(is_right, X, RIGHT, ax) is ax
    assert color_at(fig, ax, -0.5, 0.2) == pytest.approx(to_rgb(PALE[0]), abs=0.04)
    assert color_at(fig, ax, 0.5, 0.2) == pytest.approx(to_rgb(PALE[1]), abs=0.04)


def test_probabilities_are_shaded_from_class_to_class():
    fig, ax = plots.figure(4, 4)
    plots.decision_boundary(lambda p: 1 / (1 + np.exp(-3 * p[:, 0])), X, RIGHT, ax)
    shades = [brightness(color_at(fig, ax, x, 0.3)) for x in (-0.9, -0.3, 0.3, 0.9)]
    assert shades == sorted(shades, reverse=True)
    assert shades[0] - shades[-1] > 0.1


def test_a_boundary_is_asked_within_its_bounds():
    asked = []
    _, ax = plots.figure()

    def predict(points):
        asked.append(points)
        return is_right(points)

    plots.decision_boundary(predict, X, RIGHT, ax, bounds=(-3, 3, -2, 2), steps=11)
    (points,) = asked
    assert points.shape == (121, 2)
    assert [*points.min(axis=0), *points.max(axis=0)] == [-3, -2, 3, 2]


def test_labels_may_be_any_numbers():
    fig, ax = plots.figure(4, 4)
    plots.decision_boundary(lambda p: 2 * is_right(p) - 1, X, 2 * RIGHT - 1, ax)
    assert color_at(fig, ax, 0.5, 0.2) == pytest.approx(to_rgb(PALE[1]), abs=0.04)


def test_a_margin_has_three_lines_and_rings():
    fig, ax = plots.figure(4, 4)
    plots.margin(lambda p: 2 * p[:, 0], X, RIGHT, ax, support=[1, 2])
    assert color_at(fig, ax, 0.25, 0.2) == pytest.approx(to_rgb(PALE[1]), abs=0.04)
    for score in (-1, 0, 1):
        line = [brightness(color_at(fig, ax, score / 2, y)) for y in np.linspace(-0.5, 0.5, 9)]
        assert min(line) < 0.5, f"no line where the score is {score}"
    rings = ax.collections[-1].get_offsets()
    assert np.array_equal(rings, X[[1, 2]])


@pytest.mark.parametrize(
    ("predict", "X", "y", "bounds", "error", "message"),
    [
        (is_right, X[:, :1], RIGHT, None, ValueError, "X expects 2 features"),
        (is_right, X, RIGHT[:3], None, ValueError, "X holds 4 examples and y 3"),
        (lambda p: 5 * p[:, 0], X, RIGHT, None, ValueError, "draw scores with plots.margin"),
        (lambda p: p, X, RIGHT, None, ValueError, "predict expects to get one number a point"),
        (lambda p: p[:, 0] / 0, X, RIGHT, None, ValueError, r"predict\(points\)\[0\] is -inf"),
        (is_right, X, RIGHT, (1, 0, 0, 1), ValueError, "bounds expects left < right"),
        (is_right, X, RIGHT, (0, 1), ValueError, "bounds expects .left, right, bottom, top"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_what_is_no_boundary_is_refused(predict, X, y, bounds, error, message):
    _, ax = plots.figure()
    with pytest.raises(error, match=message):
        plots.decision_boundary(predict, X, y, ax, bounds=bounds)


# ---- landscapes ----


def bowl(p):
    return p[0] ** 2 + 4 * p[1] ** 2


def test_contours_are_level_and_the_path_lies_on_them():
    fig, ax = plots.figure(4, 4)
    path = np.array([[1.5, 1.0], [0.5, 0.2], [0.0, 0.0]])
    assert plots.contours(bowl, ax, bounds=(-2, 2, -2, 2), path=path) is ax
    assert np.array_equal(ax.lines[0].get_xydata(), path)
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-2, 2))
    at_same_height = [color_at(fig, ax, *point) for point in [(-1.62, 0), (0, -0.81)]]
    assert at_same_height[0] == pytest.approx(at_same_height[1], abs=0.1)
    heights = [brightness(color_at(fig, ax, -x, -x)) for x in (0.1, 1.1, 1.9)]
    assert heights == sorted(heights)


def test_a_flat_function_is_drawn_as_plain():
    fig, ax = plots.figure()
    plots.contours(lambda p: 0 * p[0], ax, bounds=(0, 1, 0, 1))
    assert plots.png(fig)


def test_a_landscape_stands_over_its_plane():
    _, ax = plots.figure(subplot_kw={"projection": "3d"})
    assert plots.surface3d(bowl, ax, bounds=(-1, 1, -1, 1)) is ax
    assert ax.get_zlim()[0] <= 0
    assert ax.get_zlim()[1] >= 5


def test_a_landscape_needs_three_dimensions():
    _, ax = plots.figure()
    with pytest.raises(ValueError, match='subplot_kw={"projection": "3d"}'):
        plots.surface3d(bowl, ax, bounds=(-1, 1, -1, 1))


def test_a_path_has_two_coordinates():
    _, ax = plots.figure()
    with pytest.raises(ValueError, match="path expects 2 features"):
        plots.contours(bowl, ax, bounds=(-1, 1, -1, 1), path=np.zeros((3, 3)))


# ---- pictures ----


def test_pictures_stand_in_rows():
    one, other = np.zeros(16), np.arange(16.0)
    _, ax = plots.figure()
    plots.images([one, other, one], ax, columns=2, labels=[3, 5, 7], predicted=[3, 6, 7])
    canvas = ax.images[0].get_array()
    assert np.array_equal(canvas[:4, 10:14], other.reshape(4, 4))
    assert canvas.sum() == other.sum()
    assert [text.get_text() for text in ax.texts] == ["3 → 3", "5 → 6", "7 → 7"]
    assert [text.get_weight() for text in ax.texts] == ["normal", "bold", "normal"]


@pytest.mark.parametrize(
    ("pictures", "arguments", "message"),
    [
        (np.zeros((2, 15)), {}, "pictures of 15 pixels are no square"),
        (np.zeros(16), {}, r"pictures expects shape \(n, pixels\)"),
        (np.zeros((2, 16)), {"labels": [1]}, "labels expects 2 entries, one a picture, got 1"),
        (np.full((1, 4), np.nan), {}, r"pictures\[0, 0\] is nan"),
    ],
)
def test_what_is_no_picture_is_refused(pictures, arguments, message):
    _, ax = plots.figure()
    with pytest.raises(ValueError, match=message):
        plots.images(pictures, ax, **arguments)


# ---- what was lent ----


def test_no_input_is_changed():
    rng = np.random.default_rng(0)
    x, samples, points = rng.random(9), rng.random((9, 5)), rng.random((9, 2))
    y, pictures = np.arange(9) % 2, rng.random((9, 4))
    for array in (x, samples, points, y, pictures):
        array.flags.writeable = False
    _, axes = plots.figure(columns=6)
    plots.curves(x, {"a": x}, axes[0])
    plots.spread(x, samples, axes[1])
    plots.histogram(x, axes[2])
    plots.decision_boundary(is_right, points, y, axes[3])
    plots.contours(bowl, axes[4], bounds=(0, 1, 0, 1), path=points)
    plots.images(pictures, axes[5], labels=y)
