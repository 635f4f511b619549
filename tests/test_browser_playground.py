"""Chapter 4's playground in a real browser: it trains, pauses, and answers while it trains."""

import re

import pytest

from tests import browser as web

pytestmark = web.needs_chromium

# It trains slowly: a busy machine shall have the time to pause it.
CELL = """from nnlib.widgets import playground
widget = playground(units=3)
widget.play.interval = 200
widget
"""


@pytest.fixture(scope="module")
def page(chromium, lab, home):
    web.write_notebook(home / "course" / "playground.ipynb", CELL)
    page = web.open_and_run(chromium, lab, "playground.ipynb")
    yield page
    page.close()


@pytest.fixture
def playground(page):
    """The widget with all settings as at first."""
    playground = web.widget(page, "playground")
    web.picture(playground)
    playground.get_by_role("button", name="reset").click()
    web.words(playground, holding="XOR, 200 points; a 2–3–1 network of tanh units")
    web.words(playground, holding="seed 0. Epoch 0 of 400")
    return playground


def epoch(playground):
    return int(re.search(r"Epoch (\d+)", web.words(playground))[1])


def train_on(playground):
    """Wait until some frames more have come."""
    start = epoch(playground)
    web.wait_until(lambda: epoch(playground) >= start + 8, f"it doesn't go on from epoch {start}")


def test_it_trains_while_it_is_played(page, playground):
    before = web.picture(playground)
    image = playground.locator("img.nnlib-picture")
    image.press(" ")
    train_on(playground)
    web.picture(playground, other_than=before)
    playground.get_by_role("button", name="pause").click()
    playground.get_by_role("button", name="play").wait_for()
    reached = web.settled(lambda: epoch(playground))
    assert reached < 400
    assert reached % 4 == 0  # four epochs a frame: none was left out
    image.press("Enter")
    web.words(playground, holding=f"Epoch {reached + 1} of 400")
    image.press("Home")
    web.words(playground, holding="Epoch 0 of 400")
    assert page.locator(web.TROUBLE).count() == 0


def test_a_control_starts_it_afresh_while_it_trains(playground):
    playground.get_by_role("button", name="play").click()
    train_on(playground)
    handle = playground.locator('.noUi-handle[aria-label="units in each"]')
    handle.focus()
    handle.press("ArrowRight")
    web.words(playground, holding="a 2–4–1 network")
    train_on(playground)
    playground.get_by_label("data").select_option("moons")
    web.words(playground, holding="moons, 200 points")
    assert playground.get_by_role("button", name="pause").count() == 1


def test_arrows_choose_a_unit(playground):
    image = playground.locator("img.nnlib-picture")
    image.press("ArrowRight")
    web.words(playground, holding="Unit 1: z =")
    image.press("ArrowLeft")
    image.press("ArrowLeft")
    web.words(playground, holding="Unit 3: z =")


def test_every_slider_has_a_name(playground):
    handles = playground.locator(".noUi-handle")
    names = [handles.nth(k).get_attribute("aria-label") for k in range(handles.count())]
    assert names == ["units in each", "learning rate", "seed", "look at unit"]


def test_on_a_narrow_page_nothing_is_cut_off(playground):
    beyond = web.beyond_the_edge(playground)
    assert len(beyond) > 10
    assert max(beyond) <= 1
