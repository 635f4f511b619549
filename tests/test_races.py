"""Drawn races: paths where the numbers say, looks that stay, and what is no race."""

import numpy as np
import pytest

from nnlib import plots
from nnlib.plots.landscapes import level_edges, spacing
from nnlib.plots.races import FAR, MANY_COLORS, RUNNERS
from nnlib.plots.style import LINES
from nnlib.surfaces import Beale, Bowl, Himmelblau, Plateau

PATHS = {"SGD": [[1.0, 1.0], [0.5, 0.0]], "Adam": [[1.0, 1.0], [0.9, 0.9], [0.1, 0.1]]}


def drawn(paths, surface=None, **options):
    _, ax = plots.figure(4, 4)
    assert plots.race(surface or Bowl(), paths, ax, **options) is ax
    return ax


def line(ax, label):
    (found,) = [line for line in ax.lines if line.get_label() == label]
    return found


def test_each_path_is_drawn_with_its_own_looks_and_a_name():
    ax = drawn(PATHS)
    looks = set()
    for label, path in PATHS.items():
        found = line(ax, label)
        assert found.get_xydata().tolist() == path
        looks |= {found.get_color(), found.get_linestyle(), found.get_marker()}
    assert len(looks) == 6
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["SGD", "Adam"]
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-2, 2))


def test_looks_stay_whoever_else_runs():
    order = ["SGD", "Momentum", "Adam"]
    alone = line(drawn({"Adam": PATHS["Adam"]}, styles=order), "Adam")
    among = line(drawn(PATHS, styles=order), "Adam")
    assert alone.get_color() == among.get_color() == MANY_COLORS[2]
    assert alone.get_marker() == among.get_marker() == RUNNERS[2]
    assert among.get_color() != line(drawn(PATHS), "Adam").get_color()


def test_eight_runners_differ_in_colour_and_in_marker():
    paths = {str(k): [[0.0, k / 10], [1.0, k / 10]] for k in range(8)}
    lines = [line(drawn(paths), str(k)) for k in range(8)]
    assert len({each.get_color() for each in lines}) == 8
    assert len({each.get_marker() for each in lines}) == 8
    assert len(set(map(str, LINES))) == 7
    assert len({(each.get_color(), each.get_linestyle()) for each in lines}) == 8


def test_lowest_points_are_stars_and_the_start_is_a_circle():
    ax = drawn(PATHS, Himmelblau())
    (stars,) = [each for each in ax.lines if each.get_marker() == "*"]
    np.testing.assert_array_equal(stars.get_xydata(), Himmelblau().minima)
    (circle,) = [each for each in ax.lines if each.get_color() == "white"
                 and each.get_marker() == "o" and len(each.get_xydata()) == 2]  # fmt: skip
    assert circle.get_xydata().tolist() == [[1.0, 1.0], [1.0, 1.0]]
    (stars,) = [e for e in drawn(PATHS, minima=[[1, 0]]).lines if e.get_marker() == "*"]
    assert stars.get_xydata().tolist() == [[1, 0]]


def test_a_plain_function_needs_bounds():
    ax = drawn(PATHS, lambda p: p[0] ** 2 + p[1], bounds=(-3, 3, 0, 1), legend=False)
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_legend()) == ((-3, 3), (0, 1), None)
    with pytest.raises(ValueError, match="bounds expects"):
        drawn(PATHS, lambda p: p[0])


def test_a_path_that_runs_away_leaves_the_map_in_its_direction():
    path = [[1.0, 1.0], [1e9, 2e9], [np.nan, 0.0], [np.inf, 1.0]]
    points = line(drawn({"SGD": path}), "SGD").get_xydata()
    assert points[0].tolist() == [1.0, 1.0]
    np.testing.assert_allclose(points[1], [2 * FAR, 4 * FAR])  # of a map 4 wide
    assert np.isnan(points[2:]).any(axis=1).all()


def test_a_long_bounce_far_away_is_no_burden():
    path = [[0.0, 0.0], *[[(-1.0) ** k * 1e5, 0.0] for k in range(2000)]]
    ax = drawn({"SGD": path})
    ax.figure.canvas.draw()
    low, high = line(ax, "SGD").get_xydata()[:, 0].min(), line(ax, "SGD").get_xydata()[:, 0].max()
    assert (low, high) == (-4 * FAR, 4 * FAR)


@pytest.mark.parametrize("surface", [Bowl(), Beale(), Himmelblau()])
def test_half_of_the_map_lies_below_the_middle_level(surface):
    left, right, bottom, top = surface.bounds
    grid = np.meshgrid(np.linspace(left, right, 61), np.linspace(bottom, top, 61))
    values = surface(np.array(grid))
    edges = level_edges(values, 20, spacing(values))
    assert np.mean(values < edges[10]) == pytest.approx(0.5, abs=0.02)
    assert (edges[0], edges[-1]) == pytest.approx((values.min(), values.max()))


def test_level_and_lopsided_grounds_have_even_levels():
    assert spacing(np.ones((4, 4))) == 1
    assert spacing(Plateau()(np.array(np.meshgrid(*2 * [np.linspace(-4, 4, 61)])))) == 1
    assert level_edges(np.ones(3), 20, 2).tolist() == [1.0]
    drawn(PATHS, lambda p: 0 * p[0] + 1, bounds=(0, 1, 0, 1))


@pytest.mark.parametrize(
    ("paths", "options", "error", "words"),
    [
        ([[0, 0]], {}, TypeError, "paths expects a dict"),
        ({}, {}, TypeError, "paths expects a dict"),
        ({"a": [1, 2]}, {}, ValueError, r"path 'a' expects shape \(m, 2\)"),
        ({"a": [[1, 2, 3]]}, {}, ValueError, r"path 'a' expects shape \(m, 2\)"),
        ({"a": np.empty((0, 2))}, {}, ValueError, r"path 'a' expects shape"),
        ({"a": [[np.nan, 0], [1, 1]]}, {}, ValueError, "the start of path 'a'"),
        (PATHS, {"styles": ["SGD"]}, ValueError, "'Adam' is missing"),
    ],
)
def test_what_is_no_race_is_refused(paths, options, error, words):
    with pytest.raises(error, match=words):
        drawn(paths, **options)


def test_nothing_lent_is_changed():
    path = np.array([[0.0, 0.0], [1e9, np.inf]])
    path.flags.writeable = False
    drawn({"a": path}, minima=np.zeros((1, 2)))
