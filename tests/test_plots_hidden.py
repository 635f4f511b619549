"""Lines of hidden units and tiles of their outputs: do they stand where the arithmetic says?"""

import re

import numpy as np
import pytest

from nnlib import plots
from nnlib.plots.hidden import HalfPlanes, Shades, Tiles, line_within
from nnlib.plots.mesh import mesh

BOUNDS = (-2.0, 3.0, -1.0, 1.5)
CORNERS = np.array([[-2.0, -1.0], [-2.0, 1.5], [3.0, -1.0], [3.0, 1.5]])


def plane():
    _, ax = plots.figure(4, 3, layout=None)
    ax.set(xlim=BOUNDS[:2], ylim=BOUNDS[2:])
    return ax


def tiles():
    _, ax = plots.figure(4, 3, layout=None)
    ax.set_position([0, 0, 1, 1])
    return Tiles(ax)


@pytest.mark.parametrize("seed", range(20))
def test_a_line_runs_from_edge_to_edge_if_it_crosses(seed):
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=2), 2 * rng.normal()
    ends = line_within(w, b, BOUNDS)
    sides = np.sign(CORNERS @ w + b)
    assert (ends is not None) == (len(set(sides)) > 1)
    if ends is not None:
        assert ends @ w + b == pytest.approx([0, 0], abs=1e-12)
        for x in ends:
            beyond = np.array([BOUNDS[0] - x[0], x[0] - BOUNDS[1], BOUNDS[2] - x[1], x[1] - 1.5])
            assert beyond.max() == pytest.approx(0, abs=1e-12)  # on one edge, beyond none


@pytest.mark.parametrize(
    ("w", "b", "expected"),
    [
        ((1, 0), 1, [(-1, -1), (-1, 1.5)]),
        ((0, -2), 1, [(-2, 0.5), (3, 0.5)]),
        ((1, 0), 2.5, None),
        ((0, 1), 9, None),
        ((0, 0), 0, None),
        ((0, 0), 1, None),
    ],
)
def test_upright_level_and_no_lines(w, b, expected):
    ends = line_within(np.array(w, float), float(b), BOUNDS)
    if expected is None:
        assert ends is None
    else:
        np.testing.assert_allclose(sorted(map(tuple, ends)), expected)


def test_barbs_point_to_the_positive_side():
    rng = np.random.default_rng(0)
    for w, b in zip(rng.normal(size=(10, 2)), 0.3 * rng.normal(size=10)):
        lines = HalfPlanes(plane())
        lines.show([w], [b])
        _, *barbs = lines.lines.get_segments()
        assert len(barbs) == 2
        for foot, tip in barbs:
            assert foot @ w + b == pytest.approx(0, abs=1e-12)
            assert tip @ w + b == pytest.approx(0.15 * np.hypot(*w))  # 0.03 of a width of 5


def test_lines_beside_the_picture_are_not_drawn():
    lines = HalfPlanes(plane())
    lines.show([[1, 0], [1, 0], [0, 0], [0, 1]], [0, 9, 1, 0.5], chosen=3)
    assert lines.crossing == 2
    assert len(lines.lines.get_segments()) == 6
    assert lines.lines.get_linewidths()[3] > lines.lines.get_linewidths()[0]


def test_the_functions_give_the_ax_back():
    ax = plane()
    assert plots.half_planes([[1.0, 2.0]], [0.5], ax) is ax
    assert (ax.get_xlim(), ax.get_ylim()) == (BOUNDS[:2], BOUNDS[2:])
    _, below = plots.figure(3, 3)
    assert plots.unit_outputs([np.zeros((3, 5, 5))], below) is below


@pytest.mark.parametrize(
    ("W", "b", "message"),
    [
        ([[1.0, 2.0, 3.0]], [0.0], "W expects 2 features"),
        ([[1.0, 2.0]], [0.0, 1.0], "b expects 1 entries"),
        ([[1.0, np.nan]], [0.0], "nan"),
    ],
)
def test_what_is_no_layer_is_refused(W, b, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plots.half_planes(W, b, plane())


def test_shades_look_like_a_decision_boundary():
    def probability(x):
        return 1 / (1 + np.exp(-3 * np.sin(2 * x[:, 0]) * x[:, 1]))

    pictures = []
    points, y = np.array([[0.0, 0.0], [1.0, 1.0]]), [0, 1]
    for moving in (True, False):
        fig, ax = plots.figure(4, 3, layout=None)
        if moving:
            shades = Shades(ax, BOUNDS, 61)
            shades.show(probability(shades.points).reshape(61, 61))
            plots.points(points, y, ax)
            shades.edge.set_visible(False)  # the boundary is bolder than there
        else:
            plots.decision_boundary(probability, points, y, ax, bounds=BOUNDS, steps=61)
            ax.collections[1].set_visible(False)
        fig.canvas.draw()
        pictures.append(np.asarray(fig.canvas.buffer_rgba(), int))
    differ = np.abs(pictures[0] - pictures[1]).max(axis=2) > 3
    assert differ.mean() < 0.001


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_plane_of_one_probability_is_shaded_all_over(value):
    fig, ax = plots.figure(4, 3, layout=None)
    ax.set_position([0, 0, 1, 1])
    shades = Shades(ax, BOUNDS, 11)
    shades.show(np.full((11, 11), value), np.full((11, 11), 1.0))
    fig.canvas.draw()
    inside = np.asarray(fig.canvas.buffer_rgba(), int)[20:-20, 20:-20]
    assert (inside == inside[0, 0]).all()
    assert tuple(inside[0, 0]) != (255, 255, 255, 255)


def test_a_tile_shows_right_on_the_right_and_up_above():
    x1, x2 = mesh((0, 1, 0, 1), 10)
    drawn = tiles()
    drawn.show([[x1, x2]])
    darkness = 255 - drawn.image.get_array()[..., :3].mean(axis=2)
    columns, rows, _ = drawn._arrange([2])
    assert (columns, rows) == (2, 1)
    right, up = darkness[1:9, 1:9], darkness[1:9, 13:21]
    assert (np.diff(right, axis=1) > 0).all() and (np.diff(right, axis=0) == 0).all()
    assert (np.diff(up, axis=0) < 0).all() and (np.diff(up, axis=1) == 0).all()


@pytest.mark.parametrize("units", [[1], [2], [5], [32], [1, 1], [7, 7], [32, 32]])
def test_tiles_are_as_large_as_they_can_be(units):
    drawn = tiles()
    columns, rows, size = drawn._arrange(units)
    assert columns * size <= 4 + 1e-9 and rows * size <= 3 + 1e-9
    assert rows == sum(int(np.ceil(n / columns)) for n in units)
    for tried in range(1, 33):
        needed = sum(int(np.ceil(n / tried)) for n in units)
        assert min(4 / tried, 3 / needed) <= size + 1e-9


def test_the_frame_stands_around_its_tile():
    drawn = tiles()
    blank, black = np.zeros((9, 9)), np.ones((9, 9))
    for chosen in range(5):
        units = [black if k == chosen else blank for k in range(5)]
        drawn.show([units[:3], units[3:]], chosen)
        x, y = drawn.frame.get_x(), drawn.frame.get_y()
        middle = x + drawn.frame.get_width() / 2, y + drawn.frame.get_height() / 2
        pixels = drawn.image.get_array()
        left, right, bottom, top = drawn.image.get_extent()
        row = int((top - middle[1]) / (top - bottom) * len(pixels))
        column = int((middle[0] - left) / (right - left) * pixels.shape[1])
        assert pixels[row, column, 0] < 20
    drawn.show([units])
    assert not drawn.frame.get_visible()
