"""Chapter 8's widget without a browser: windows, maps, fields, and what is said of them."""

import re
import time
from statistics import median

import numpy as np
import pytest
from scipy.signal import correlate2d

from nnlib.layers import Convolution
from nnlib.widgets import filter_explorer
from nnlib.widgets.windows import PADDINGS, PRESETS, check_pictures, look
from tests.hands import click, parts, pixels, seen

MODES = {"narrow": "valid", "same": "same", "full": "full"}  # of scipy

# The digit 1, so to speak: everything about it can be counted.
BAR = np.zeros((8, 8))
BAR[2:6, 4] = 1


def pictures(n=4, height=12, width=12, seed=0):
    return np.random.default_rng(seed).random((n, height, width))


def learned(k=3, size=5, seed=1):
    return np.random.default_rng(seed).normal(0, 0.3, (k, size, size))


def explorer(**options):
    return filter_explorer(pictures(), **options)


def bar(**settings):
    """The explorer of the bar, with some controls set."""
    widget = filter_explorer(BAR[np.newaxis])
    for name, value in settings.items():
        getattr(widget, name).value = value
    return widget


def press(widget, *keys):
    for key in keys:
        shift = key.startswith("Shift+")
        message = {"kind": "key", "key": key.removeprefix("Shift+"), "shift": shift}
        widget.picture._handle_custom_msg(message, [])


def spot(widget, panel, down, across):
    """Where a place of a panel, in its own pixels, lies in the picture: x and y from 0 to 1."""
    stage = widget.stage
    width, height = stage.scene.canvas.get_width_height()
    a, b = getattr(stage, panel).transData.transform((across, down))
    return a / width, 1 - b / height


def point(widget, kind, x, y):
    """What the page sends when the mouse is pressed, moved or released there."""
    message = {"kind": kind, "x": x, "y": y, "passed": []}
    widget.picture._handle_custom_msg(message, [])


def drag(widget, panel, *places):
    spots = [spot(widget, panel, *place) for place in places]
    point(widget, "down", *spots[0])
    for place in spots[1:]:
        point(widget, "move", *place)
    point(widget, "up", *spots[-1])


# ---- the numbers ----


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("size", [1, 3, 5, 7])
@pytest.mark.parametrize("shape", [(12, 12), (9, 14)])
def test_the_map_is_scipys_cross_correlation(padding, size, shape):
    (image,), (W,) = pictures(1, *shape), learned(1, size)
    view = look(image, W, padding, "max")
    wanted = correlate2d(image, W, mode=MODES[padding])
    assert view.z == pytest.approx(wanted, abs=1e-10)
    assert view.relu == pytest.approx(np.maximum(wanted, 0), abs=1e-10)


@pytest.mark.parametrize("padding", ["narrow", "full"])
def test_filters_of_even_size_are_taken_too(padding):
    (image,), (W,) = pictures(1), learned(1, 4)
    wanted = correlate2d(image, W, mode=MODES[padding])
    assert look(image, W, padding, "none").z == pytest.approx(wanted, abs=1e-10)


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_each_number_is_the_sum_of_products_in_its_window(padding, size):
    (image,), (W,) = pictures(1, 6, 8), learned(1, size)
    view = look(image, W, padding, "max")
    for place in np.ndindex(view.z.shape):
        assert np.sum(view.window(place) * W) == pytest.approx(view.z[place], abs=1e-10)
        assert view.place_at(view.middle(place)) == place


@pytest.mark.parametrize(("pooling", "of_field"), [("max", np.max), ("mean", np.mean)])
@pytest.mark.parametrize("padding", PADDINGS)
def test_pooling_makes_one_number_of_each_field(pooling, of_field, padding):
    (image,), (W,) = pictures(1, 9, 12), learned(1, 3)
    view = look(image, W, padding, pooling)
    height, width = view.z.shape
    assert view.pooled.shape == (height // 2, width // 2)
    for y, x in np.ndindex(view.pooled.shape):
        field = view.relu[2 * y : 2 * y + 2, 2 * x : 2 * x + 2]
        assert view.pooled[y, x] == pytest.approx(of_field(field))
        assert view.z[view.largest_in((y, x))] == view.z[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].max()


def test_without_pooling_what_relu_leaves_is_left():
    view = look(pictures(1)[0], learned(1, 3)[0], "same", "none")
    assert np.array_equal(view.pooled, np.maximum(view.z, 0))


def test_equal_sums_are_equal_and_nothing_is_zero():
    """A sum may be added up in any order: the largest place must not depend on it."""
    image = np.full((6, 40), 0.1)
    image[:, 20:] = 0.7
    for order in (1, -1):
        view = look(image[:, ::order], PRESETS["vertical edges"] / 3, "narrow", "none")
        assert len(np.unique(view.z)) == 2  # an edge, and none
        assert np.sum(view.z == 0) == 4 * 36


def test_the_presets_do_what_they_are_called():
    """An edge is between two areas; blurring keeps the mean; sharpening leaves an even area."""
    stairs = np.zeros((7, 7))
    stairs[:, 4:] = 1

    def z(name, image):
        return look(image, PRESETS[name], "narrow", "none").z

    assert np.abs(z("vertical edges", stairs)).max() == 3
    assert not z("vertical edges", stairs.T).any()
    assert np.abs(z("horizontal edges", stairs.T)).max() == 3
    assert not z("horizontal edges", stairs).any()
    upper_right = np.triu(np.ones((7, 7)))
    assert z("diagonal edges", upper_right).max() == 3
    assert z("diagonal edges", upper_right[:, ::-1]).max() < 3
    even = np.full((7, 7), 0.4)
    for name in ("blur", "strong blur", "sharpen", "one pixel"):
        assert z(name, even) == pytest.approx(np.full_like(z(name, even), 0.4))
    image = pictures(1)[0]
    assert np.ptp(z("strong blur", image)) < np.ptp(z("blur", image)) < np.ptp(image)
    assert np.ptp(z("sharpen", image)) > np.ptp(image)
    assert np.array_equal(look(image, PRESETS["one pixel"], "same", "none").z.round(9),
                          image.round(9))  # fmt: skip


def test_bytes_are_numbers_from_zero_to_one():
    images = np.array([[0, 51, 255] * 3], np.uint8)
    assert check_pictures(images)[0, 0] == pytest.approx([0, 0.2, 1])
    assert check_pictures(images.astype(float)).max() == 255


# ---- what is said ----


def test_the_words_say_what_is_seen():
    assert bar().picture.alt == (
        "Image 0, 8 x 8 pixels. Filter vertical edges, 3 x 3. Padding same, a frame of 1 zero: "
        "8 + 2 · 1 − 3 + 1 = 8 rows, a map of 8 x 8. The window on rows 2 to 4, columns 2 to 4 has "
        "the sum of products 3, at row 3, column 3 of the map. The map's largest number is 3 at "
        "row 3, column 3, its smallest −3. After ReLU and max pooling of 2 x 2, 4 x 4 are left, "
        "25% of them above zero. Where the window's number stands, 3 is left. The weight taken, at "
        "row 1, column 1 of the filter, is 0. The arrow keys move the window."
    )


def test_the_words_follow_the_settings():
    widget = bar(padding="full", pooling="mean", filter="strong blur")
    press(widget, "Home")
    words = widget.picture.alt
    assert "Filter strong blur, 5 x 5. Padding full, a frame of 4 zeros: 8 + 2 · 4 − " in words
    assert "5 + 1 = 12 rows, a map of 12 x 12." in words
    corner = (
        "The window on row 0, column 0 and 24 zeros of the frame has the sum of products 0, at "
    )
    assert f"{corner}row 0, column 0 of the map." in words
    assert "largest number is 0.16 at row 5, column 4, its smallest 0." in words  # 4 / 25
    assert "After ReLU and mean pooling of 2 x 2, 6 x 6 are left" in words
    assert "is 0.04. The arrow keys move the window." in words
    widget.padding.value, widget.pooling.value = "narrow", "none"
    words = widget.picture.alt
    assert "Padding narrow, no frame: 8 + 2 · 0 − 5 + 1 = 4 rows, a map of 4 x 4." in words
    assert "The window on rows 0 to 4, columns 0 to 4 has" in words
    assert "After ReLU, without pooling, 100% are above zero." in words


def test_an_empty_image_has_no_largest_number():
    widget = filter_explorer(np.zeros((1, 6, 6)))
    assert "All numbers of the map are 0." in widget.picture.alt
    assert "0% of them above zero" in widget.picture.alt
    press(widget, "ArrowDown", "End")
    assert widget.place == (0, 0)


def test_a_map_that_fields_do_not_cover():
    widget = filter_explorer(pictures(1, 9, 12))
    assert "4 x 6 are left (the last row fills no field)" in widget.picture.alt
    widget.move((8, 3))
    assert "The window's number stands in no field." in widget.picture.alt
    assert not widget.stage.frames[3].get_visible()
    widget.move((7, 3))
    assert widget.stage.frames[3].get_visible()
    square = filter_explorer(pictures(1, 9, 9))
    assert "(the last row and the last column fill no field)" in square.picture.alt


def test_a_map_too_small_to_be_pooled():
    widget = filter_explorer(pictures(1, 3, 3))
    widget.padding.value = "narrow"
    assert "1 = 1 rows, a map of 1 x 1" in widget.picture.alt
    assert "without pooling, too small for fields of 2 x 2" in widget.picture.alt
    press(widget, "ArrowDown", "Shift+ArrowRight")
    assert widget.place == (0, 0)


def test_images_are_named():
    widget = explorer(labels=[7, 2, 1, 0], first=2)
    assert widget.picture.alt.startswith("Image 2, labelled 1, 12 x 12 pixels.")
    widget.image.value = 0
    assert widget.picture.alt.startswith("Image 0, labelled 7, ")
    named = explorer(labels=["cross", "ring", "bar", "dot"])
    assert named.picture.alt.startswith("Image 0, labelled cross, ")
    assert explorer().picture.alt.startswith("Image 0, 12 x 12 pixels.")


def test_what_is_stored_is_what_is_seen_and_said():
    widget, other = explorer(), explorer(filters=learned())
    data, metadata = widget._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == widget.picture.alt
    assert other.picture.alt == widget.picture.alt  # no trained number in what a page stores
    assert other.picture.png == widget.picture.png
    assert repr(widget) == f"FilterExplorer({widget.picture.alt!r})"


# ---- the window ----


def test_arrow_keys_move_the_window():
    widget = bar()
    press(widget, "Home")
    assert widget.place == (0, 0)
    press(widget, "ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowUp")
    assert widget.place == (1, 0)
    press(widget, "Shift+ArrowRight", "Shift+ArrowDown")
    assert widget.place == (6, 5)
    press(widget, "Shift+ArrowRight", "Shift+ArrowDown")
    assert widget.place == (7, 7)  # and not beyond
    press(widget, "End")
    assert widget.place == (3, 3)


@pytest.mark.parametrize("padding", PADDINGS)
def test_the_window_is_dragged_over_the_image(padding):
    widget = bar(padding=padding)
    p = widget.view.padding
    drag(widget, "image", (2.5, 2.5), (3.6, 4.5))
    assert widget.place == (3 - 1 + p, 4 - 1 + p)  # its middle is on the pixel (3, 4)
    drag(widget, "image", (3.5, 3.5), (-9, 30))
    assert widget.place == (0, widget.view.z.shape[1] - 1)


def test_a_press_on_the_map_puts_the_window_there():
    widget = bar(padding="full", filter="strong blur")
    for place in [(0, 0), (4, 7), (11, 11)]:
        drag(widget, "map", widget.view.middle(place))
        assert widget.place == place
        number = widget.view.z[place]
        assert f"has the sum of products {number:.3g}, at" in widget.picture.alt


def test_a_drag_goes_on_beside_the_panel_where_it_began():
    widget = bar()
    begin, beyond = spot(widget, "image", 4, 4), spot(widget, "map", 4, 4)
    point(widget, "down", *begin)
    point(widget, "move", *beyond)
    assert widget.place == (4, 7)
    point(widget, "up", *begin)
    before = widget.place
    point(widget, "move", *spot(widget, "image", 1, 1))
    assert widget.place == before


def test_a_press_on_a_field_goes_to_its_largest_number():
    widget = bar()
    drag(widget, "pooled", (1.5, 1.5))
    assert widget.place == (3, 3)
    drag(widget, "pooled", (0.5, 3.5))
    assert widget.view.field_of(widget.place) == (0, 3)


def test_a_press_beside_everything_does_nothing():
    widget = bar()
    before = seen(widget)
    for spot_ in [(0.5, 0.001), (0.999, 0.999)]:
        point(widget, "down", *spot_)
        point(widget, "move", *spot(widget, "image", 1, 1))
        point(widget, "up", *spot_)
    assert seen(widget) == before


def test_the_window_stays_on_its_pixels_when_the_padding_changes():
    widget = bar()
    widget.move((3, 5))
    corner = widget.view.corner(widget.place)
    for padding in ("full", "narrow", "same"):
        widget.padding.value = padding
        assert widget.view.corner(widget.place) == corner
    widget.filter.value = "strong blur"
    assert widget.view.middle(widget.place) == (3.5, 5.5)


def orange(widget, panel, down, across):
    """Whether the upper edge of the window's frame stands there, or a little above."""
    shown = pixels(widget.picture.png)
    height, width = shown.shape[:2]
    spots = [spot(widget, panel, down - above, across) for above in np.linspace(0, 0.3, 10)]
    red, green, blue = np.transpose([shown[int(y * height), int(x * width)] for x, y in spots])
    return ((red - blue > 100) & (red > green + 50)).any()


def test_the_window_is_seen_where_it_is():
    widget = bar()
    for place, other in [((2, 6), (6, 2)), ((6, 2), (2, 6))]:
        widget.move(place)
        for (y, x), there in [(place, True), (other, False)]:
            assert orange(widget, "image", y - 1, x + 0.5) == there
            assert orange(widget, "map", y, x + 0.5) == there
            assert orange(widget, "pooled", y / 2, x / 2 + 0.5) == there


def test_padding_has_the_shade_of_zero():
    """Where images have negative numbers, zero is a grey, also outside the image."""
    widget = filter_explorer(np.linspace(-1, 1, 64).reshape(1, 8, 8))
    shown = pixels(widget.picture.png)
    x, y = spot(widget, "image", 4, 8.5)
    beside = shown[int(y * shown.shape[0]), int(x * shown.shape[1])]
    assert beside == pytest.approx([128] * 3, abs=8)


def test_a_weight_that_is_taken_is_seen():
    widget = bar()
    before = widget.picture.png
    drag(widget, "filter", (1.5, 1.5))
    bold = widget.picture.png
    drag(widget, "filter", (0.5, 1.5))
    assert len({before, bold, widget.picture.png}) == 3


# ---- the weights ----


def test_weights_are_changed_by_keyboard():
    widget = bar()
    press(widget, "Enter")
    assert (
        "The arrow keys go from weight to weight, with Shift they change it." in widget.picture.alt
    )
    press(widget, "ArrowRight", "ArrowUp", "ArrowUp")
    assert "The weight taken, at row 0, column 2 of the filter, is 1." in widget.picture.alt
    press(widget, "Shift+ArrowUp", "Shift+ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown")
    assert widget.weights[0, 2] == 2.1
    assert "Filter vertical edges, 3 x 3, changed by hand." in widget.picture.alt
    wanted = PRESETS["vertical edges"].copy()
    wanted[0, 2] = 2.1
    assert widget.view.z == pytest.approx(correlate2d(BAR, wanted, mode="same"))
    press(widget, "Home")
    assert widget.weights[0, 2] == 0
    for _ in range(2):
        press(widget, "End")
        assert np.array_equal(widget.weights, PRESETS["vertical edges"])
        assert "changed by hand" not in widget.picture.alt
        press(widget, "Shift+ArrowUp")
        assert "changed by hand" in widget.picture.alt
    place = widget.place
    press(widget, "Enter", "ArrowUp")
    assert widget.place == (place[0] - 1, place[1])
    assert widget.cell == (0, 2)


def test_weights_are_changed_by_dragging():
    widget = bar()
    x, y = spot(widget, "filter", 2.5, 0.5)
    point(widget, "down", x, y)
    assert (widget.cell, widget.weights[2, 0]) == ((2, 0), -1)
    point(widget, "move", x, y - 0.15)
    assert widget.weights[2, 0] == -0.5
    point(widget, "move", x, y + 0.06)
    assert widget.weights[2, 0] == -1.2
    point(widget, "up", x, y)
    assert widget.weights[2, 0] == -1
    assert widget.weighing
    drag(widget, "image", (3, 3))
    assert not widget.weighing


def test_weights_are_changed_by_the_slider():
    widget = bar()
    drag(widget, "filter", (0.5, 0.5))
    assert widget.weight.value == -1
    widget.weight.value = 2.5
    assert widget.weights[0, 0] == 2.5
    assert "at row 0, column 0 of the filter, is 2.5." in widget.picture.alt
    press(widget, "Shift+ArrowLeft")
    assert widget.weight.value == 1.5
    press(widget, "ArrowDown")
    assert widget.weight.value == -1
    assert widget.weights[0, 0] == 1.5


@pytest.mark.parametrize("number", [1 / 9, -0.697, 0.04])
def test_the_slider_stands_at_a_step_and_rounds_no_weight(number):
    widget = explorer(filters=[[[number]]])
    widget.filter.value = "learned 1"
    steps = widget.weight.value / widget.weight.step
    assert steps == pytest.approx(round(steps), abs=1e-12)
    widget.weight.value += 1e-12  # as a browser may say it
    assert widget.weights.tolist() == [[number]]
    assert "changed by hand" not in widget.picture.alt


def test_weights_have_an_end():
    widget = explorer(filters=[[[7.2]]])
    press(widget, "Enter", *9 * ["Shift+ArrowLeft"])
    assert widget.weights[1, 1] == -8
    widget.filter.value = "learned 1"
    assert widget.weight.value == 7.2
    press(widget, "Shift+ArrowRight", "Shift+ArrowRight")
    assert widget.weights.tolist() == [[8]]


def test_taking_a_weight_changes_none():
    widget = explorer(filters=learned())
    widget.filter.value = "learned 2"
    for cell in np.ndindex(5, 5):
        drag(widget, "filter", np.add(cell, 0.5))
        assert widget.cell == cell
    assert np.array_equal(widget.weights, learned()[1])
    assert not widget.changed


def test_nothing_lent_is_changed():
    images, W = pictures(), learned()
    images.flags.writeable = W.flags.writeable = False
    widget = filter_explorer(images, filters=W)
    before = {name: preset.copy() for name, preset in PRESETS.items()}
    for name in widget.filters:
        widget.filter.value = name
        widget.take((0, 0))
        widget.weigh(3.0)
    for name, preset in PRESETS.items():
        assert np.array_equal(preset, before[name])
    widget.filter.value = "blur"
    assert not widget.changed


# ---- controls ----


def test_the_filters_of_a_convolution_join_the_presets():
    layer = Convolution(1, 4, 5)
    layer.initialize(rng=np.random.default_rng(0), dtype=np.float32)
    widget = explorer(filters=layer.W.value)
    assert widget.filter.options == (*PRESETS, *(f"learned {k}" for k in range(1, 5)))
    widget.filter.value = "learned 3"
    widget.padding.value = "narrow"
    z = layer.forward(pictures()[:1, :, :, np.newaxis].astype(np.float32))
    assert widget.view.z == pytest.approx(z[2, :, :, 0], abs=1e-5)
    assert "Filter learned 3, 5 x 5." in widget.picture.alt


def test_filters_that_do_not_fit_are_not_offered():
    small = filter_explorer(pictures(1, 4, 6))
    assert "strong blur" not in small.filter.options
    assert "vertical edges" in small.filter.options


@pytest.mark.parametrize("shape", [(4, 144), (4, 12, 12), (4, 1, 12, 12)])
def test_images_come_in_three_forms(shape):
    images = pictures()
    widget = filter_explorer(images.reshape(shape))
    assert seen(widget) == seen(filter_explorer(images))


def test_each_setting_shows_another_picture():
    widget = explorer(filters=learned())
    shown = [seen(widget)]
    for name, value in [("image", 3), ("filter", "learned 1"), ("filter", "sharpen"),
                        ("padding", "full"), ("padding", "narrow"), ("pooling", "none"),
                        ("pooling", "mean")]:  # fmt: skip
        getattr(widget, name).value = value
        shown.append(seen(widget))
    assert len({png for png, _ in shown}) == len({alt for _, alt in shown}) == len(shown)


def test_the_first_picture_comes_back():
    widget = explorer(filters=learned(), labels=[5, 0, 4, 1], first=1)
    before = seen(widget)
    widget.image.value, widget.filter.value = 3, "learned 2"
    widget.padding.value, widget.pooling.value = "full", "mean"
    press(widget, "Home", "Enter", "Shift+ArrowRight")
    assert seen(widget) != before
    click(widget, "reset")
    assert seen(widget) == before
    press(widget, "Enter", "Shift+ArrowRight", "Enter")
    click(widget, "undo changes")
    assert seen(widget) == before
    press(widget, "Home")
    click(widget, "largest")
    assert seen(widget) == before


def test_one_image_needs_no_slider():
    names = [getattr(part, "description", "") for part in parts(bar())]
    assert "image" not in names
    assert "weight" in names


def test_every_button_says_what_it_does():
    buttons = [part for part in parts(explorer()) if hasattr(part, "click")]
    assert len(buttons) == 3
    assert all(b.tooltip for b in buttons)


@pytest.mark.parametrize("size", [3, 5])
def test_it_answers_within_a_tenth_of_a_second(size):
    widget = filter_explorer(pictures(2, 28, 28), filters=learned(1, size))
    widget.filter.value = "learned 1"

    def times(*keys):
        for key in keys:
            start = time.process_time()
            press(widget, key)
            yield time.process_time() - start

    assert median(times(*5 * ["ArrowDown", "ArrowRight"])) < 0.1
    press(widget, "Enter")
    assert median(times(*10 * ["Shift+ArrowUp"])) < 0.1


# ---- what is refused ----


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (np.zeros(784), ValueError, "images expects shape (n, height, width) or (n, pixels)"),
        (np.zeros((2, 3, 8, 8)), ValueError, "images expects shape (n, height, width)"),
        (np.zeros((0, 8, 8)), ValueError, "at least one image, got an array of shape (0, 8, 8)"),
        (np.zeros((0, 64)), ValueError, "at least one image"),
        (np.zeros((2, 0, 8)), ValueError, "at least one image"),
        (np.zeros((2, 60)), ValueError, "images of 60 pixels are no square"),
        (np.zeros((2, 2, 8)), ValueError, "images expects at least 3 x 3 pixels"),
        (np.full((1, 8, 8), np.nan), ValueError, "images[0, 0, 0] is nan"),
        ([[["a"]]], TypeError, "images expects real numbers, got entries of type <U1"),
        ([np.zeros((8, 8)), np.zeros((9, 9))], ValueError, "images expects arrays of one shape"),
        (None, TypeError, "images expects real numbers, got entries of type object"),
    ],
)
def test_what_are_no_images_is_refused(images, error, message):
    with pytest.raises(error, match=re.escape(message)):
        filter_explorer(images)


@pytest.mark.parametrize(
    ("filters", "error", "message"),
    [
        (np.zeros((5, 5)), ValueError, "filters expects shape (k, size, size), or (k, 1, size"),
        (np.zeros((4, 3, 5)), ValueError, "filters expects shape (k, size, size)"),
        (np.zeros((4, 2, 5, 5)), ValueError, "filters expects shape (k, size, size)"),
        (np.zeros((0, 5, 5)), ValueError, "got an array of shape (0, 5, 5)"),
        (np.zeros((4, 13, 13)), ValueError, "filters of 13 x 13 are larger than images of 12 x 12"),
        (np.full((1, 3, 3), np.inf), ValueError, "filters[0, 0, 0] is inf"),
        ("blur", TypeError, "filters expects real numbers"),
    ],
)
def test_what_are_no_filters_is_refused(filters, error, message):
    with pytest.raises(error, match=re.escape(message)):
        explorer(filters=filters)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"labels": [1, 2]}, ValueError, "labels expects 4 labels, one an image, got an array of"),
        ({"labels": "four"}, ValueError, "labels expects 4 labels"),
        ({"labels": np.zeros((4, 1))}, ValueError, "labels expects 4 labels"),
        ({"first": 4}, ValueError, "first expects an index below 4, got 4"),
        ({"first": -1}, ValueError, "first expects a whole number of at least 0"),
        ({"first": 0.5}, TypeError, "first expects a whole number"),
    ],
)
def test_what_are_no_labels_is_refused(options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        explorer(**options)
