"""The filter explorer in a real browser: the window dragged, weights changed, all by keyboard."""

import base64
import io

import pytest
from PIL import Image

from nnlib.widgets.filter_stage import BOTTOM, GAP, LARGE, MIDDLE, SIZE, SMALL
from tests import browser as web

pytestmark = web.needs_chromium

# A corner of two strokes, 12 x 12, and beside it an image of one pixel.
CELL = """import numpy as np
from nnlib.widgets import filter_explorer
images = np.zeros((2, 12, 12))
images[0, 3:9, 3], images[0, 8, 3:9], images[1, 5, 5] = 1, 1, 1
filter_explorer(images, filters=np.eye(5)[np.newaxis], labels=["corner", "dot"])
"""
SIDE = 12 + 2 * (3 - 1) + 0.4  # pixels that the image's panel shows, with a filter of 3 x 3


@pytest.fixture(scope="module")
def page(chromium, lab, home):
    web.write_notebook(home / "course" / "filters.ipynb", CELL)
    page = web.open_and_run(chromium, lab, "filters.ipynb")
    yield page
    page.close()


@pytest.fixture
def explorer(page):
    """The widget as at first."""
    explorer = web.widget(page, "filter-explorer")
    web.picture(explorer)
    explorer.get_by_role("button", name="reset").click()
    web.words(explorer, holding=FIRST)
    return explorer


FIRST = (
    "Image 0, labelled corner, 12 x 12 pixels. Filter vertical edges, 3 x 3. Padding same, a frame "
    "of 1 zero: 12 + 2 · 1 − 3 + 1 = 12 rows, a map of 12 x 12. The window on rows 3 to 5, columns "
    "1 to 3 has the sum of products 3, at row 4, column 2 of the map."
)


def on_image(down, across):
    """Where a place of the image lies in the picture, both in inches, from the left and top."""
    x = 0.08 + LARGE * ((across - 6) / SIDE + 0.5)
    return x, SIZE[1] - BOTTOM - LARGE * (0.5 - (down - 6) / SIDE)


def on_map(down, across):
    x, y = on_image(down, across)
    return x + LARGE + SMALL + 2 * GAP, y


def on_filter(row, column):
    """Where the middle of a weight of 3 x 3 lies, in inches."""
    x = 0.08 + LARGE + GAP + SMALL * (column + 0.5) / 3
    return x, SIZE[1] - MIDDLE - SMALL * (1 - (row + 0.5) / 3)


def drag(page, explorer, *places, steps=1):
    """Press the mouse at the first place of the picture, and move it to the others."""
    box = explorer.locator("img.nnlib-picture").bounding_box()
    inch = box["width"] / SIZE[0]
    (x, y), *rest = [(box["x"] + inch * x, box["y"] + inch * y) for x, y in places]
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(x, y, steps=steps)
    page.mouse.up()


def press(explorer, *keys):
    image = explorer.locator("img.nnlib-picture")
    image.focus()
    for key in keys:
        image.press(key)


def shown_words(explorer):
    return explorer.locator(".nnlib-words").inner_text()


def test_no_cell_shows_an_error(page, explorer):
    assert page.locator(web.TROUBLE).count() == 0


def test_the_words_below_are_those_of_the_picture(explorer):
    web.wait_until(lambda: shown_words(explorer) == web.words(explorer), "other words")


def test_the_window_is_dragged_over_the_image(page, explorer):
    before = web.picture(explorer)
    drag(page, explorer, on_image(4.5, 2.5), on_image(8.5, 8.5), steps=6)
    web.words(explorer, holding="The window on rows 7 to 9, columns 7 to 9 has the sum")
    web.picture(explorer, other_than=before)


def test_a_press_on_the_map_puts_the_window_there(page, explorer):
    drag(page, explorer, on_map(0.5, 11.5))
    web.words(explorer, holding="rows 0 to 1, columns 10 to 11 and 5 zeros of the frame has")


def test_the_window_is_moved_by_keyboard(explorer):
    press(explorer, "Home", "ArrowDown", "Shift+ArrowRight")
    web.words(explorer, holding="at row 1, column 5 of the map.")
    press(explorer, "End")
    web.words(explorer, holding=FIRST)


def test_a_weight_is_dragged(page, explorer):
    x, y = on_filter(1, 2)
    before = web.picture(explorer)
    drag(page, explorer, (x, y), (x, y - 0.03 * 10 * SIZE[1]), steps=5)
    words = web.words(explorer, holding="The weight taken, at row 1, column 2 of the filter, is 2.")
    assert "vertical edges, 3 x 3, changed by hand." in words
    web.picture(explorer, other_than=before)
    explorer.get_by_role("button", name="undo changes").click()
    web.words(explorer, holding="at row 1, column 2 of the filter, is 1.")


def test_a_weight_is_changed_by_keyboard(explorer):
    press(explorer, "Enter", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown")
    web.words(explorer, holding="The weight taken, at row 0, column 1 of the filter, is 0.9.")
    press(explorer, "End", "Enter", "ArrowDown")
    words = web.words(explorer, holding="The arrow keys move the window.")
    words = web.words(explorer, holding="at row 5, column 2 of the map.")
    assert "changed by hand" not in words


def test_the_slider_changes_the_weight_that_is_taken(explorer):
    slider = explorer.locator('.noUi-handle[aria-label="weight"]')
    slider.press("ArrowRight")
    web.words(explorer, holding="The weight taken, at row 1, column 1 of the filter, is 0.1.")


def test_the_slider_rounds_no_weight_of_its_own_accord(explorer):
    menu = explorer.get_by_label("filter", exact=True)
    for name, size in [("blur", 3), ("strong blur", 5)]:
        menu.select_option(name)
        alt = web.settled(lambda: web.words(explorer))
        assert f"Filter {name}, {size} x {size}. Padding" in alt


def test_settings_are_chosen_by_their_names(explorer):
    explorer.get_by_label("filter", exact=True).select_option("learned 1")
    web.words(explorer, holding="Filter learned 1, 5 x 5. Padding same, a frame of 2 zeros")
    explorer.get_by_label("padding", exact=True).select_option("narrow")
    web.words(explorer, holding="Padding narrow, no frame: 12 + 2 · 0 − 5 + 1 = 8 rows")
    explorer.get_by_label("pooling", exact=True).select_option("mean")
    web.words(explorer, holding="After ReLU and mean pooling of 2 x 2, 4 x 4 are left")
    explorer.locator('.noUi-handle[aria-label="image"]').press("ArrowRight")
    web.words(explorer, holding="Image 1, labelled dot")


def test_every_slider_has_a_name(explorer):
    handles = explorer.locator(".noUi-handle")
    names = web.settled(lambda: [handle.get_attribute("aria-label") for handle in handles.all()])
    assert names == ["image", "weight"]


def test_the_window_has_the_colour_of_its_number(page, explorer):
    """What is drawn in the browser is what was computed: the pixel under the frame's edge."""
    drag(page, explorer, on_image(8.5, 8.5))
    web.words(explorer, holding="The window on rows 7 to 9, columns 7 to 9 has the sum")

    def orange():
        code = web.picture(explorer).partition(",")[2]
        picture = Image.open(io.BytesIO(base64.b64decode(code))).convert("RGB")
        x, y = on_image(7, 8.5)
        dots = picture.width / SIZE[0]
        red, green, blue = picture.getpixel((round(x * dots), round(y * dots)))
        return red - blue > 100 and red > green + 50

    web.wait_until(orange, "the window isn't drawn where it was put")


def test_on_a_narrow_page_nothing_is_cut_off(explorer):
    beyond = web.beyond_the_edge(explorer)
    assert len(beyond) > 10
    assert max(beyond) <= 1
