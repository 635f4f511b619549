"""Filters, feature maps and a sliding window: what is drawn is what was given."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from nnlib import plots


def squares(ax):
    """The drawn weights: their areas, and whether each is filled."""
    (collection,) = ax.collections
    spans = [np.ptp(path.vertices, axis=0) for path in collection.get_paths()]
    filled = [face[0] < 0.5 for face in collection.get_facecolor()]
    return np.prod(spans, axis=1), filled


def drawing(draw, *arrays, width=6, height=3, **options):
    _, ax = plots.figure(width, height)
    assert draw(*arrays, ax, **options) is ax
    return ax


# ---- filters ----


def test_a_weight_is_a_square_of_its_size():
    W = np.array([[[4.0, -1.0], [0.0, 2.0]]])
    areas, filled = squares(drawing(plots.filters, W))
    assert areas / areas[0] == pytest.approx([1, 0.25, 0.5])  # none for the zero
    assert filled == [True, False, True]


def test_a_limit_makes_drawings_comparable():
    W = np.array([[[1.0, -8.0]]])
    one, beyond = squares(drawing(plots.filters, W, limit=4))[0]
    assert one == pytest.approx(beyond / 4)  # 8 is cut off at 4
    assert beyond < 1  # within its cell


def test_filters_stand_in_rows():
    W = np.ones((5, 3, 2))
    ax = drawing(plots.filters, W, columns=2, labels="abcde")
    corners = np.array([patch.get_xy() for patch in ax.patches])
    assert len(np.unique(corners[:, 0])) == 2
    assert len(np.unique(corners[:, 1])) == 3
    assert [text.get_text() for text in ax.texts] == list("abcde")
    for patch, text in zip(ax.patches, ax.texts, strict=True):
        x, y = text.get_position()
        assert x == pytest.approx(patch.get_x() + 1)
        assert y > patch.get_y() + 3
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    assert (corners >= (left, high)).all()
    assert (corners + (2, 3) <= (right, low)).all()


def test_filters_of_zeros_are_empty_frames():
    ax = drawing(plots.filters, np.zeros((2, 3, 3)))
    assert len(ax.collections[0].get_paths()) == 0
    assert len(ax.patches) == 2


# ---- feature maps ----


def test_maps_share_one_scale():
    maps = np.array([[[0.0, 1.0]], [[2.0, 4.0]]])
    ax = drawing(plots.feature_maps, maps)
    assert [image.get_clim() for image in ax.images] == [(0, 4), (0, 4)]
    assert np.array_equal(ax.images[1].get_array(), maps[1])


def test_zero_is_grey_where_there_are_negative_numbers():
    ax = drawing(plots.feature_maps, np.array([[[-1.0, 3.0]]]))
    assert ax.images[0].get_clim() == (-3, 3)
    given = drawing(plots.feature_maps, np.array([[[-1.0, 3.0]]]), limit=5)
    assert given.images[0].get_clim() == (-5, 5)


def test_all_maps_are_within_the_picture():
    ax = drawing(plots.feature_maps, np.ones((7, 4, 6)), columns=3, labels=range(7))
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    for image in ax.images:
        x0, x1, y1, y0 = image.get_extent()
        assert left <= x0 < x1 <= right
        assert high <= y0 < y1 <= low


def test_maps_and_filters_stand_in_line():
    """Rows of 5 x 5 filters stand beside rows of 24 x 24 maps: the same shares of the height."""
    ways = [
        drawing(plots.filters, np.ones((4, 5, 5)), columns=1).patches,
        drawing(plots.feature_maps, np.ones((4, 24, 24)), columns=1).patches,
    ]
    shares = []
    for patches in ways:
        low, high = patches[0].axes.get_ylim()
        shares.append([(patch.get_y() - high) / (low - high) for patch in patches])
    assert shares[0] == pytest.approx(shares[1])


# ---- a window on its way ----

IMAGE = np.arange(12.0).reshape(3, 4)
W = np.array([[1.0, -2.5], [0.0, 1.0]])


def slid(z, image=IMAGE, **options):
    fig, axes = plots.figure(7, 3, columns=3)
    assert plots.sliding_window(image, W, z, axes, **options) is axes
    return fig, axes


def frame(ax):
    """The last patch: (row, column, height, width)."""
    patch = ax.patches[-1]
    return patch.get_y(), patch.get_x(), patch.get_height(), patch.get_width()


def test_the_window_and_its_number_are_framed():
    _, axes = slid(np.zeros((2, 3)), at=(1, 2))
    assert frame(axes[0]) == (1, 2, 2, 2)
    assert frame(axes[2]) == (1, 2, 1, 1)
    assert [text.get_text() for text in axes[1].texts] == ["1", "−2.5", "0", "1"]
    assert [ax.get_title() for ax in axes] == ["image", "filter", "feature map"]


def test_steps_of_a_stride_over_a_framed_image():
    _, axes = slid(np.zeros((3, 3)), at=(2, 1), padding=1, stride=2)
    assert frame(axes[0]) == (4, 2, 2, 2)
    numbers = [text.get_text() for text in axes[0].texts]
    assert len(numbers) == 5 * 6
    assert numbers[7:11] == ["0", "1", "2", "3"]  # the image's first row, within the frame
    dashed = [patch for patch in axes[0].patches if patch.get_linestyle() == "--"]
    assert [patch.get_xy() for patch in dashed] == [(1, 1)]


def test_signs_survive_grey_print():
    fig, _ = slid(np.array([[5.0, -5.0, 0.0]]))
    picture = Image.open(io.BytesIO(plots.png(fig))).convert("L")
    assert len(np.unique(np.asarray(picture))) > 10
    _, axes = slid(np.array([[5.0, -5.0, 0.0]]))
    assert [text.get_text() for text in axes[2].texts] == ["5", "−5", "0"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda ax: plots.filters(np.zeros((3, 3)), ax), "W expects shape (n, height, width)"),
        (lambda ax: plots.filters(np.zeros((2, 3, 3)), ax, labels="a"), "labels expects 2 entries"),
        (lambda ax: plots.filters(np.ones((1, 3, 3)), ax, limit=0), "limit"),
        (lambda ax: plots.filters(np.full((1, 1, 1), np.nan), ax), "W[0, 0, 0] is nan"),
        (lambda ax: plots.feature_maps(np.zeros(3), ax), "maps expects shape (n, height, width)"),
        (lambda ax: slid(np.zeros((2, 3)), at=(2, 0)), "at expects a place in a map of shape"),
        (lambda ax: slid(np.zeros((2, 3)), at=(0, -1)), "at expects a place in a map of shape"),
        (lambda ax: slid(np.zeros((2, 3)), IMAGE[0]), "image expects shape (height, width)"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call, message):
    _, ax = plots.figure()
    with pytest.raises(ValueError, match=re.escape(message)):
        call(ax)
