"""Curves of a training on two sets, and a boundary beside another."""

import re

import numpy as np
import pytest

from nnlib import plots

TRAINING, VALIDATION = [0.7, 0.4, 0.2, 0.1], [0.8, 0.5, 0.6, 0.9]
BOUNDS = (-1.0, 1.0, -1.0, 1.0)


def drawn(**options):
    _, ax = plots.figure(4, 3)
    assert plots.learning_curves(TRAINING, VALIDATION, ax, **options) is ax
    return ax, {line.get_label(): line for line in ax.lines}


def test_curves_begin_before_the_first_epoch():
    ax, lines = drawn()
    assert lines["training"].get_xydata().tolist() == list(map(list, enumerate(TRAINING)))
    assert lines["validation"].get_xydata().tolist() == list(map(list, enumerate(VALIDATION)))
    low, high = ax.get_ylim()
    assert low < 0.1 and high > 0.9
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["training", "validation"]
    styles = {lines[name].get_linestyle() for name in ("training", "validation")}
    assert len(styles) == 2  # told apart in grey print


@pytest.mark.parametrize(("best", "place"), [("lowest", [1, 0.5]), ("highest", [3, 0.9])])
def test_the_best_epoch_has_a_dot(best, place):
    ax, _ = drawn(best=best)
    assert ax.lines[-1].get_xydata().tolist() == [place]
    ax, _ = drawn()
    assert len(ax.lines[-1].get_xydata()) == 0


def test_what_was_before_is_drawn_and_named():
    ax, lines = drawn(before=[0.5, 0.3])
    assert lines["validation before"].get_xydata().tolist() == [[0, 0.5], [1, 0.3]]
    assert len(ax.get_legend().get_texts()) == 3


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([1.0, np.nan], [1.0, 2.0]), {}, "nan"),
        (([1.0, 2.0], [[1.0], [2.0]]), {}, "validation expects shape (n,)"),
        (
            ([1.0], [1.0]),
            {"best": "least"},
            'best expects "lowest", "highest" or None',
        ),
    ],
)
def test_what_is_no_curve_is_refused(arguments, options, message):
    _, ax = plots.figure(4, 3)
    with pytest.raises(ValueError, match=re.escape(message)):
        plots.learning_curves(*arguments, ax, **options)


def test_two_boundaries_stand_where_their_functions_are_one_half():
    _, ax = plots.figure(4, 3)

    def right(points):
        return 1 / (1 + np.exp(-8 * (points[:, 0] - 0.3)))

    def above(points):
        return 1 / (1 + np.exp(-8 * (points[:, 1] + 0.2)))

    X, y = np.array([[-0.5, 0.1], [0.5, 0.2]]), np.array([0, 1])
    assert plots.boundary_beside(right, above, X, y, ax, bounds=BOUNDS) is ax
    _, edge, beside = ax.collections[:3]
    np.testing.assert_allclose(edge.get_paths()[0].vertices[:, 0], 0.3, atol=1e-4)
    np.testing.assert_allclose(beside.get_paths()[0].vertices[:, 1], -0.2, atol=1e-4)
    assert len(ax.collections) == 5  # and a class each


def test_functions_have_to_answer_for_every_point():
    _, ax = plots.figure(4, 3)
    with pytest.raises(ValueError, match="other expects to get one number a point"):
        plots.boundary_beside(
            lambda p: p[:, 0], lambda p: p, np.zeros((2, 2)), [0, 1], ax, bounds=BOUNDS
        )
