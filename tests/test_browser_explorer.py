"""The cost-surface explorer in a real browser: dragged, steered by keys, played, made narrow."""

import re

import pytest

from nnlib.widgets.surfaces import MAP
from tests import browser as web

pytestmark = web.needs_chromium

# It plays slowly: a busy machine shall have the time to pause it.
CELL = """import numpy as np
from nnlib.datasets import blobs
from nnlib.widgets import cost_surface_explorer
X, y = blobs(60, centers=((-1, -0.6), (1, 0.6)), noise=0.8, rng=np.random.default_rng(0))
explorer = cost_surface_explorer(X, y)
explorer.play.interval = 300
explorer
"""


@pytest.fixture(scope="module")
def page(chromium, lab, home):
    web.write_notebook(home / "course" / "explorer.ipynb", CELL)
    page = web.open_and_run(chromium, lab, "explorer.ipynb")
    yield page
    page.close()


@pytest.fixture
def explorer(page):
    """The widget with all settings as at first."""
    explorer = web.widget(page, "cost-surface-explorer")
    web.picture(explorer)
    explorer.get_by_role("button", name="reset").click()
    web.words(explorer, holding="hinge loss with strength 0.01,")
    web.words(explorer, holding="Step 100 of 100, from (−2, 2)")
    return explorer


def test_no_cell_shows_an_error(page, explorer):
    assert page.locator(web.TROUBLE).count() == 0


def test_the_start_is_dragged_and_the_walk_follows(page, explorer):
    box = explorer.locator("img.nnlib-picture").bounding_box()
    x, y = box["x"] + 0.3 * box["width"], box["y"] + 0.6 * box["height"]
    before = web.picture(explorer)
    page.mouse.move(x, y)
    page.mouse.down()
    pressed = web.picture(explorer, other_than=before)
    w1, w2 = start_of(web.words(explorer))
    page.mouse.move(x + 60, y - 40, steps=4)
    web.picture(explorer, other_than=pressed)
    page.mouse.up()
    scale = 6 / (MAP[2] * box["width"])  # the map is 6 wide
    wanted = w1 + 60 * scale, w2 + 40 * scale

    def start():
        return start_of(web.words(explorer))

    web.wait_until(lambda: start() == pytest.approx(wanted, abs=0.03), f"it doesn't reach {wanted}")
    page.mouse.move(x, y)  # no button is held
    assert web.settled(start) == pytest.approx(wanted, abs=0.03)


def start_of(words):
    """Where the walk starts, as told."""
    pair = re.search(r"from \((.*?), (.*?)\)", words.replace("−", "-"))
    return float(pair[1]), float(pair[2])


def test_arrow_keys_move_the_start(explorer):
    image = explorer.locator("img.nnlib-picture")
    image.focus()
    image.press("ArrowRight")
    web.words(explorer, holding="from (−1.95, 2)")
    image.press("Shift+ArrowDown")
    web.words(explorer, holding="from (−1.95, 1.5)")


def test_keys_go_through_the_steps(explorer):
    image = explorer.locator("img.nnlib-picture")
    image.press("Home")
    web.words(explorer, holding="Step 0 of 100")
    image.press("Enter")
    web.words(explorer, holding="Step 1 of 100")


@pytest.mark.parametrize("by_key", [True, False])
def test_steps_are_played_and_paused(explorer, by_key):
    image = explorer.locator("img.nnlib-picture")

    def press(name):
        image.press(" ") if by_key else explorer.get_by_role("button", name=name).click()

    def step():
        return int(re.search(r"Step (\d+) of 100", web.words(explorer))[1])

    press("play")
    web.wait_until(lambda: 2 < step() < 100, "no step is played")  # some may be left out
    press("pause")
    explorer.get_by_role("button", name="play").wait_for()
    assert web.settled(step) < 100


def test_sliders_and_choices_answer_to_the_keyboard(explorer):
    strength = explorer.locator('.noUi-handle[aria-label="strength"]')
    strength.focus()
    strength.press("ArrowRight")
    web.words(explorer, holding="strength 0.0126")
    before = web.picture(explorer)
    explorer.get_by_label("loss").select_option("logistic")
    web.words(explorer, holding="logistic loss")
    web.picture(explorer, other_than=before)
    explorer.get_by_label("batch size").select_option("5")
    web.words(explorer, holding="batches of 5")


def test_every_slider_has_a_name(explorer):
    handles = explorer.locator(".noUi-handle")
    names = [handles.nth(k).get_attribute("aria-label") for k in range(handles.count())]
    assert names == ["strength", "learning rate", "step"]


def test_on_a_narrow_page_nothing_is_cut_off(explorer):
    beyond = web.beyond_the_edge(explorer)
    assert len(beyond) > 8
    assert max(beyond) <= 1
