"""Chapter 5's explorer in a real browser: chosen, dragged, turned, played, read as a table."""

import re

import pytest

from nnlib.widgets.optimizers import MAP, RELIEF
from tests import browser as web

pytestmark = web.needs_chromium

# It plays slowly: a busy machine shall have the time to pause it.
CELL = """from nnlib.widgets import optimizer_explorer
explorer = optimizer_explorer()
explorer.play.interval = 300
explorer
"""


@pytest.fixture(scope="module")
def page(chromium, lab, home):
    web.write_notebook(home / "course" / "race.ipynb", CELL)
    page = web.open_and_run(chromium, lab, "race.ipynb")
    yield page
    page.close()


@pytest.fixture
def explorer(page):
    """The widget with all settings as at first."""
    explorer = web.widget(page, "optimizer-explorer")
    web.picture(explorer)
    explorer.get_by_role("button", name="reset").click()
    web.words(explorer, holding="“ravine” from (−4.5, 2), after step 100 of 100, with constant")
    web.words(explorer, holding="SGD (rate 0.1) 0.332, 2.6; Momentum (rate 0.05) ")
    return explorer


def test_no_cell_shows_an_error(page, explorer):
    assert page.locator(web.TROUBLE).count() == 0


def test_every_control_has_a_name(explorer):
    handles = explorer.locator(".noUi-handle")
    names = [handles.nth(k).get_attribute("aria-label") for k in range(handles.count())]
    racers = ["SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop", "Adadelta", "Adam"]
    assert names == ["turn the 3-D view", *(f"{name} rate" for name in racers), "step"]
    for name in [*racers, "L-BFGS"]:
        assert explorer.get_by_role("checkbox", name=re.compile(f"{name}$")).count() == 1


def test_who_races_is_chosen_by_keyboard_and_stands_in_the_table(explorer):
    rows = explorer.get_by_role("rowheader")
    web.wait_until(lambda: rows.count() == 4, "the table has not four rows")
    before = web.picture(explorer)
    box = explorer.get_by_role("checkbox", name=re.compile("L-BFGS"))
    box.focus()
    box.press(" ")
    web.words(explorer, holding="L-BFGS (line search) 0, less than 0.001, reached at step 22")
    web.picture(explorer, other_than=before)
    web.wait_until(lambda: rows.count() == 5, "the table has not five rows")
    row = explorer.get_by_role("row", name=re.compile("L-BFGS"))
    assert row.get_by_role("cell").all_inner_texts() == [
        "line search", "0", "less than 0.001", "at step 22"
    ]  # fmt: skip


def test_a_surface_sets_its_rates_and_a_rate_is_moved_by_key(explorer):
    explorer.get_by_label("surface").select_option("Himmelblau")
    web.words(explorer, holding="Himmelblau” from (0.5, −4)")
    web.words(explorer, holding="SGD (rate 0.01)")
    handle = explorer.locator('.noUi-handle[aria-label="SGD rate"]')
    handle.focus()
    handle.press("ArrowRight")
    web.words(explorer, holding="SGD (rate 0.015)")
    explorer.get_by_label("schedule").select_option("cosine")
    web.words(explorer, holding="along a cosine to 0")
    explorer.get_by_label("steps").select_option("25")
    web.words(explorer, holding="after step 25 of 25")


def test_the_start_is_dragged_and_moved_by_keys(page, explorer):
    image = explorer.locator("img.nnlib-picture")
    box = image.bounding_box()
    left, bottom, width, height = MAP
    x = box["x"] + (left + width / 2) * box["width"]
    y = box["y"] + (1 - bottom - height / 2) * box["height"]
    page.mouse.move(x - 30, y)
    page.mouse.down()
    page.mouse.move(x, y, steps=4)
    page.mouse.up()

    def start():
        pair = re.search(r"from \((.*?), (.*?)\)", web.words(explorer).replace("−", "-"))
        return float(pair[1]), float(pair[2])

    web.wait_until(lambda: start() == pytest.approx((0, 0), abs=0.03), f"it starts at {start()}")
    image.focus()
    before = start()
    image.press("Shift+ArrowRight")
    wanted = before[0] + 10 / 12, before[1]
    web.wait_until(lambda: start() == pytest.approx(wanted, abs=0.011), f"it starts at {start()}")


def test_the_landscape_is_turned_by_mouse_and_by_key(page, explorer):
    box = explorer.locator("img.nnlib-picture").bounding_box()
    left, bottom, width, height = RELIEF
    x = box["x"] + (left + width / 2) * box["width"]
    y = box["y"] + (1 - bottom - height / 2) * box["height"]
    before = web.picture(explorer)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y)
    page.mouse.up()
    turned = web.picture(explorer, other_than=before)
    handle = explorer.locator('.noUi-handle[aria-label="turn the 3-D view"]')
    handle.focus()
    handle.press("ArrowLeft")
    turned = web.picture(explorer, other_than=turned)
    explorer.get_by_role("button", name="3-D", exact=True).click()
    web.picture(explorer, other_than=turned)


def test_a_race_is_played_and_paused(explorer):
    image = explorer.locator("img.nnlib-picture")

    def at_start():
        image.press("Home")  # again, for JupyterLab takes the focus a moment after a click
        explorer.page.wait_for_timeout(200)
        return "after step 0 of 100" in web.words(explorer)

    web.wait_until(at_start, "the key Home doesn't show step 0")
    image.press("Enter")
    web.words(explorer, holding="after step 1 of 100")
    image.press(" ")

    def step():
        return int(re.search(r"after step (\d+) of", web.words(explorer))[1])

    web.wait_until(lambda: step() > 3, "no step is played")  # a slow page may leave some out
    explorer.get_by_role("button", name="pause").click()
    explorer.get_by_role("button", name="play").wait_for()
    assert web.settled(step) < 100


def test_on_a_narrow_page_nothing_is_cut_off(explorer):
    beyond = web.beyond_the_edge(explorer)
    assert len(beyond) > 20
    assert max(beyond) <= 1
