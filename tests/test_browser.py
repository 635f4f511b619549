"""The chapters in a real browser: cells run, and widgets answer to the keyboard and the mouse."""

import os

import pytest

from tests import browser as web

pytestmark = [
    pytest.mark.skipif(
        web.CHROMIUM is None and os.environ.get("CI") != "true",
        reason="no Chromium here: install the package chromium to test the widgets in a browser",
    )
]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with web.jupyterlab(tmp_path_factory.mktemp("jupyter")) as lab:
        yield lab


@pytest.fixture(scope="module")
def chromium():
    assert web.CHROMIUM is not None, "CI must test the widgets: install the package chromium"
    with web.chromium() as browser:
        yield browser


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
    assert "step 5 of 5" in web.words(stepper)
    image.press("ArrowLeft")
    web.picture(stepper, other_than=seen[-1])
    assert "step 4 of 5" in web.words(stepper)


def test_every_slider_has_a_name_for_screen_readers(circuits):
    stepper = web.widget(circuits, "circuit-stepper")
    handles = stepper.locator(".noUi-handle")
    names = [handles.nth(k).get_attribute("aria-label") for k in range(handles.count())]
    assert names == ["x", "y", "z"]
