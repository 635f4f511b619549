"""The chapters in a real browser: cells run, and widgets answer to the keyboard and the mouse."""

import itertools

import pytest

from tests import browser as web

pytestmark = web.needs_chromium


# Where the picture was touched and which keys were pressed, told in its own words.
TOUCHED = """
from nnlib import plots
from nnlib.widgets import Widget


class Touched(Widget):
    kind = "touched"

    def __init__(self):
        self.told = []
        super().__init__([], on_point=self.point, on_key=self.key)

    def point(self, kind, x, y):
        self.told.append(f"{kind} at {x:.2f}, {y:.2f}")
        self.redraw()

    def key(self, key, shift):
        self.told.append(f"shift {key}" if shift else key)
        self.redraw()

    def draw(self):
        fig, ax = plots.figure(4, 2)
        ax.plot(range(len(self.told) + 2))
        told = "; ".join(self.told)
        return plots.png(fig), f"What has happened to this picture since it came: {told}."


Touched()
"""


@pytest.fixture(scope="module")
def circuits(chromium, lab):
    page = web.open_and_run(chromium, lab, "chapters/01_circuits.ipynb")
    yield page
    page.close()


def test_no_cell_of_chapter_1_shows_an_error(circuits):
    web.widget(circuits, "circuit-stepper")
    assert circuits.locator(web.TROUBLE).count() == 0


def test_a_slider_moved_by_keyboard_changes_the_circuit(circuits):
    stepper = web.widget(circuits, "circuit-stepper")
    before = web.picture(stepper)
    handle = stepper.locator(".noUi-handle").first
    handle.focus()
    handle.press("ArrowRight")
    after = web.picture(stepper, other_than=before)
    handle.press("ArrowLeft")
    web.picture(stepper, other_than=after)


def test_arrow_keys_on_the_picture_step_through_the_gates(circuits):
    stepper = web.widget(circuits, "circuit-stepper")
    image = stepper.locator("img.nnlib-picture")
    image.focus()
    seen = [web.picture(stepper)]
    for key in ["Home", "ArrowRight", "ArrowRight", "End"]:
        image.press(key)
        seen.append(web.picture(stepper, other_than=seen[-1]))
    web.words(stepper, holding="step 5 of 5")
    image.press("ArrowLeft")
    web.picture(stepper, other_than=seen[-1])
    web.words(stepper, holding="step 4 of 5")
    shown = stepper.locator(".nnlib-words")
    assert shown.inner_text() == web.words(stepper)


def test_a_button_steps_through_the_gates(circuits):
    stepper = web.widget(circuits, "circuit-stepper")
    stepper.get_by_role("button", name="inputs only").press("Enter")
    web.words(stepper, holding="step 0 of 5")
    stepper.get_by_role("button", name="next gate").click()
    web.words(stepper, holding="step 1 of 5. Forward through the add gate")


def test_every_slider_has_a_name_for_screen_readers(circuits):
    stepper = web.widget(circuits, "circuit-stepper")
    handles = stepper.locator(".noUi-handle")
    names = [handles.nth(k).get_attribute("aria-label") for k in range(handles.count())]
    assert names == ["x", "y", "z"]


@pytest.fixture(scope="module")
def touched(chromium, lab, home):
    web.write_notebook(home / "course" / "touched.ipynb", TOUCHED)
    page = web.open_and_run(chromium, lab, "touched.ipynb", width=700)
    yield page
    page.close()


def test_a_picture_is_dragged(touched):
    widget = web.widget(touched, "touched")
    web.picture(widget)
    box = widget.locator("img.nnlib-picture").bounding_box()

    def at(x, y):
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    touched.mouse.move(*at(0.1, 0.1))  # not held: nothing to tell
    touched.mouse.move(*at(0.25, 0.5))
    touched.mouse.down()
    web.words(widget, holding="came: down at 0.25, 0.50")
    touched.mouse.move(*at(0.75, 0.25), steps=5)
    web.words(widget, holding="move at 0.75, 0.25")
    touched.mouse.move(*at(1.5, 0.25))  # a drag goes on beside the picture
    web.words(widget, holding="move at 1.50, 0.25")
    touched.mouse.up()
    assert "up at 1.50, 0.25." in web.words(widget, holding="up at")


def test_the_picture_has_its_keys_for_itself(touched):
    widget = web.widget(touched, "touched")
    image, cells = widget.locator("img.nnlib-picture"), touched.locator(".jp-Cell")
    before = cells.count()
    for key in ["ArrowDown", "Shift+ArrowUp", "Enter", "a", "Control+ArrowLeft"]:
        image.press(key)
    image.press("End")
    told = web.words(widget, holding="End.")
    assert told.endswith("ArrowDown; shift ArrowUp; Enter; End.")
    assert touched.locator(web.TROUBLE).count() == 0
    assert cells.count() == before  # "a" would have made JupyterLab add one
    assert image.evaluate("image => image === document.activeElement")


# Writes down when the words change, and when they are given to the screen reader.
LISTEN = """widget => {
  const find = name => widget.querySelector(name);
  const [image, told] = [find("img.nnlib-picture"), find("[aria-live=polite]")];
  window.heard = [];
  const hear = (kind, words) => window.heard.push([kind, performance.now(), words()]);
  new MutationObserver(() => hear("words", () => image.alt))
    .observe(image, { attributeFilter: ["alt"] });
  new MutationObserver(() => hear("told", () => told.textContent))
    .observe(told, { childList: true });
}"""


def test_words_are_read_aloud_only_when_they_have_settled(touched):
    widget = web.widget(touched, "touched")
    widget.evaluate(LISTEN)
    image = widget.locator("img.nnlib-picture")
    for _ in range(8):
        image.press("Home")
    image.press("End")
    told = web.words(widget, holding="Home; Home; End.")
    expect = f"() => window.heard.some(([kind, , words]) => kind === 'told' && words === {told!r})"
    touched.wait_for_function(expect, timeout=1000 * web.PATIENCE)
    heard = touched.evaluate("window.heard")
    changes = [when for kind, when, _ in heard if kind == "words"]
    announced = [when for kind, when, _ in heard if kind == "told"]
    overtaken = sum(later - when < 800 for when, later in itertools.pairwise(changes))
    assert len(announced) <= len(changes) - overtaken
    for when in announced:
        assert not any(when - 900 < change < when for change in changes)
    assert heard[-1][0] == "told"
