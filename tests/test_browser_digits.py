"""The digit reader in a real browser: drawn on with the mouse and by keyboard, and answered."""

import base64
import io

import pytest
from PIL import Image

from nnlib.widgets.digit_stage import FIELD
from tests import browser as web

pytestmark = web.needs_chromium

# Nobody has to train: the answer is the digit whose average image is nearest.
CELL = """import numpy as np
from nnlib import Dense, Network, SoftmaxCrossEntropy
from nnlib.datasets import load_mnist, scaled
from nnlib.widgets import digit_reader
mnist = load_mnist()
X, y = scaled(mnist.X_train[:5000]), mnist.y_train[:5000]
mean = np.array([X[y == digit].mean(axis=0) for digit in range(10)])
network = Network([Dense(784, 10)], loss=SoftmaxCrossEntropy(), rng=np.random.default_rng(0))
network.parameters_vector = np.concatenate([mean.ravel(), -(mean**2).sum(axis=1) / 2])
digit_reader({"nearest": network}, mnist.X_test[:50], mnist.y_test[:50])
"""


@pytest.fixture(scope="module")
def page(chromium, lab, home):
    web.write_notebook(home / "course" / "digits.ipynb", CELL)
    page = web.open_and_run(chromium, lab, "digits.ipynb")
    yield page
    page.close()


@pytest.fixture
def reader(page):
    """The widget with an empty field."""
    reader = web.widget(page, "digit-reader")
    web.picture(reader)
    reader.get_by_role("button", name="clear").click()
    web.words(reader, holding="The field is empty.")
    return reader


def parts(x, y):
    """Where (x, y) of the field, both from 0 to 28, lies in the picture, from 0 to 1."""
    left, bottom, width, height = FIELD
    return left + width * x / 28, 1 - bottom - height * (1 - y / 28)


def on_page(reader, places):
    """Where places of the field lie on the page, in its pixels."""
    box = reader.locator("img.nnlib-picture").bounding_box()
    for across, down in (parts(*place) for place in places):
        yield box["x"] + across * box["width"], box["y"] + down * box["height"]


def draw(page, reader, *places, steps=1):
    """Draw through places of the field with the mouse."""
    first, *rest = on_page(reader, places)
    page.mouse.move(*first)
    page.mouse.down()
    for place in rest:
        page.mouse.move(*place, steps=steps)
    page.mouse.up()


def test_no_cell_shows_an_error(page, reader):
    assert page.locator(web.TROUBLE).count() == 0


def test_what_is_drawn_with_the_mouse_is_answered(page, reader):
    draw(page, reader, (14, 4), (14, 24), steps=10)
    web.words(reader, holding="A drawing of 1 stroke, in rows 2 to 25 and columns 12 to 15 of 28")
    one = web.words(reader, holding="nearest answers 1 (")
    before = web.picture(reader)
    reader.get_by_role("button", name="clear").click()
    draw(page, reader, (14, 4), (8, 8), (7, 14), (8, 20), (14, 24), (20, 20), (21, 14), (20, 8),
         (14, 4), steps=4)  # fmt: skip
    assert web.words(reader, holding="nearest answers 0 (") != one
    web.picture(reader, other_than=before)


def test_a_quick_stroke_passes_all_its_places(page, reader):
    """More places than pictures: each of them is drawn, not the newest alone."""
    teeth = [(2 + x, 24 if x % 2 else 4) for x in range(0, 25, 3)]
    draw(page, reader, *teeth)
    web.words(reader, holding="A drawing of 1 stroke, in rows 2 to 25 and columns 0 to 27")
    middles = [((x + right) / 2, 14) for (x, _), (right, _) in zip(teeth, teeth[1:], strict=False)]

    def tones():
        return [tone(reader, *place) for place in [*teeth, *middles]]

    web.wait_until(lambda: max(tones()) <= 100, "not every place is drawn")
    assert tone(reader, 14.5, 2) > 200  # beside the stroke


def tone(reader, x, y):
    """How light the field is at (x, y), from 0 to 255."""
    code = web.picture(reader).partition(",")[2]
    picture = Image.open(io.BytesIO(base64.b64decode(code))).convert("L")
    across, down = parts(x, y)
    return picture.getpixel((across * picture.width, down * picture.height))


def test_a_finger_draws_and_the_page_stays(page, reader):
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    before = reader.bounding_box()
    kinds = ["touchStart", *8 * ["touchMove"]]
    places = on_page(reader, [(14, 4 + 2.5 * k) for k in range(9)])
    for kind, (x, y) in zip(kinds, places, strict=True):
        points = [{"x": x, "y": y}]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    words = web.words(reader, holding="A drawing of 1 stroke, in rows 2 to 25 and columns 12 to 15")
    assert "nearest answers 1 (" in words
    assert reader.bounding_box() == before


def test_the_box_leaves_a_drawing_where_it_is(page, reader):
    draw(page, reader, (4, 4), (4, 12))
    web.words(reader, holding="brought into MNIST's form")
    box = reader.get_by_text("bring drawings into MNIST's form")
    box.click()
    web.words(reader, holding="given as it stands")
    box.click()
    web.words(reader, holding="brought into MNIST's form")


def test_a_digit_is_drawn_with_the_keys(reader):
    image = reader.locator("img.nnlib-picture")
    image.focus()
    for key in ["Shift+ArrowUp", "Shift+ArrowUp", " ", *4 * ["Shift+ArrowDown"]]:
        image.press(key)
    words = web.words(reader, holding="The pen is down at row 22, column 14.")
    assert "A drawing of 1 stroke" in words
    assert "nearest answers 1 (" in words
    image.press("Enter")
    web.words(reader, holding="The pen is up")
    image.press("End")
    web.words(reader, holding="The field is empty.")


def test_examples_are_picked_by_keyboard(reader):
    reader.get_by_role("button", name="next").press("Enter")
    first = web.words(reader, holding="Example ")
    slider = reader.locator('.noUi-handle[aria-label="number"]')
    slider.focus()
    slider.press("ArrowRight")

    def moved():
        return web.words(reader, holding="Example ") != first

    web.wait_until(moved, "the slider changes nothing")
    reader.get_by_label("examples").select_option(label="every 4 (9)")
    web.words(reader, holding="labelled 4.")


def test_on_a_narrow_page_nothing_is_cut_off(reader):
    beyond = web.beyond_the_edge(reader)
    assert len(beyond) > 8
    assert max(beyond) <= 1
