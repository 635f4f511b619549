"""Widgets without a browser: what a slider, a key and a pointer do to the picture and its words."""

import base64
import io
import re
import time
from pathlib import Path
from statistics import median

import ipywidgets
import numpy as np
import pytest
from PIL import Image

from nnlib import plots
from nnlib.gates import Unit
from nnlib.widgets import Picture, Widget, circuit_stepper
from nnlib.widgets.controls import button, slider
from nnlib.widgets.scene import Scene
from tests.hands import press

WORDS = "A grey square, which stands for whatever is to be seen."


def square(tone):
    return plots.compress(np.full((30, 60, 4), tone, np.uint8))


def two_gates(x, y, z):
    return (x + y) * z


def neuron(a, b, c, x, y):
    return (a * x + b * y + c).sigmoid()


def stepper():
    return circuit_stepper(two_gates, x=-2.0, y=5.0, z=-4.0)


# ---- the picture ----


def test_a_picture_tells_the_page_what_it_shows():
    picture = Picture(square(99), f" {WORDS[:7]}\n{WORDS[7:]}")
    state = picture.get_state()
    assert state["png"] == square(99)
    assert state["alt"] == WORDS
    assert state["width"] == 40  # 60 dots at 144 an inch, on a page of 96
    assert state["pointing"] is False
    assert "export default" in state["_esm"]


def test_picture_and_words_change_together():
    picture, seen = Picture(square(9), WORDS), []
    picture.observe(lambda change: seen.append(change["name"]), ["png", "alt"])
    picture.change(square(200), WORDS.replace("grey", "white"))
    assert seen == ["png", "alt"]
    assert (picture.png, picture.alt) == (square(200), WORDS.replace("grey", "white"))


def test_a_picture_without_words_is_refused():
    with pytest.raises(ValueError, match="alt expects at least 40 characters, got 8"):
        Picture(square(9), "A square")
    picture = Picture(square(9), WORDS)
    with pytest.raises(ValueError, match="say what is seen"):
        picture.change(square(200), "")
    assert (picture.png, picture.alt) == (square(9), WORDS)


def test_pointer_and_keys_arrive():
    heard = []
    picture = Picture(
        square(9),
        WORDS,
        on_point=lambda *where: heard.append(where),
        on_key=lambda *key: heard.append(key),
    )
    assert picture.pointing
    picture._handle_custom_msg({"kind": "down", "x": 0, "y": 0.5}, [])
    picture._handle_custom_msg({"kind": "move", "x": 0.25, "y": 1}, [])
    picture._handle_custom_msg({"kind": "key", "key": "Home", "shift": True}, [])
    assert heard == [("down", 0.0, 0.5), ("move", 0.25, 1.0), ("Home", True)]


def test_all_places_of_a_stroke_arrive():
    heard = []
    picture = Picture(square(9), WORDS, on_stroke=lambda *stroke: heard.append(stroke))
    assert picture.pointing
    picture._handle_custom_msg({"kind": "down", "x": 0, "y": 0.5, "passed": []}, [])
    picture._handle_custom_msg({"kind": "move", "x": 1, "y": 0, "passed": [[0.5, 0.25]]}, [])
    assert heard == [("down", [(0.0, 0.5)]), ("move", [(0.5, 0.25), (1.0, 0.0)])]


def test_who_asks_for_points_hears_of_the_newest():
    heard = []
    picture = Picture(square(9), WORDS, on_point=lambda *point: heard.append(point))
    picture._handle_custom_msg({"kind": "move", "x": 1, "y": 0, "passed": [[0.5, 0.25]]}, [])
    assert heard == [("move", 1.0, 0.0)]


def test_a_picture_that_listens_to_nobody_stays_quiet():
    picture = Picture(square(9), WORDS)
    picture._handle_custom_msg({"kind": "key", "key": "Home", "shift": False}, [])
    picture._handle_custom_msg({"kind": "down", "x": 0, "y": 0.5}, [])
    assert picture.alt == WORDS


# ---- the base of all widgets ----


class Tone(Widget):
    """A square whose tone is a slider's number."""

    kind = "tone"

    def __init__(self):
        self.tone = slider("tone", 100.0, 0, 200, 1, self.redraw)
        super().__init__([self.tone])

    def draw(self):
        return square(
            int(self.tone.value)
        ), f"A square, filled with the grey tone {self.tone.value:g} of 255."


def test_a_slider_changes_picture_and_words():
    widget = Tone()
    widget.tone.value = 7
    assert widget.picture.png == square(7)
    assert widget.picture.alt == "A square, filled with the grey tone 7 of 255."


def test_a_widget_is_stored_as_its_picture_and_words():
    widget = Tone()
    data, metadata = widget._repr_mimebundle_()
    assert base64.b64decode(data["image/png"]) == square(100)
    assert data["text/plain"] == "A square, filled with the grey tone 100 of 255."
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    assert metadata == {"image/png": {"alt": data["text/plain"], "width": 40}}


class Trained(Tone):
    """Its words differ between processors."""

    def still_words(self):
        return "A grey square in a tone that was learned, and is not told."


def test_a_widget_can_be_stored_with_other_words():
    widget = Trained()
    data, metadata = widget._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == widget.still_words()
    assert repr(widget) == f"Trained({widget.still_words()!r})"
    assert "100 of 255" in widget.picture.alt


@pytest.mark.parametrize("make", [Tone, stepper, lambda: Tone().picture])
def test_no_address_is_printed(make):
    assert not re.search("0x[0-9a-f]{4}", repr(make()))


def test_the_page_finds_a_widget_by_its_class():
    assert set(Tone()._dom_classes) == {"nnlib-widget", "tone"}


def test_a_button_does_what_it_says():
    clicks = []
    control = button("count", "Count one more", lambda: clicks.append(1))
    control.click()
    assert (clicks, control.description, control.tooltip) == ([1], "count", "Count one more")


# ---- scenes ----


def moving_dot():
    fig, ax = plots.figure(4, 3, layout=None)
    ax.set(xlim=(0, 10), ylim=(0, 10))
    (dot,) = ax.plot([2], [2], "o", markersize=20)
    return fig, ax, dot


def test_a_scene_shows_what_a_full_drawing_would():
    fig, _, dot = moving_dot()
    scene = Scene(fig, [dot])
    scene.png()
    dot.set_data([7], [5])
    moved = np.asarray(Image.open(io.BytesIO(scene.png())).convert("RGB"), int)
    other, _, there = moving_dot()
    there.set_data([7], [5])
    fresh = np.asarray(Image.open(io.BytesIO(plots.png(other))).convert("RGB"), int)
    assert np.abs(moved - fresh).mean() < 0.5
    assert (np.abs(moved - fresh).max(axis=2) > 30).mean() < 0.001


def test_what_stands_still_is_drawn_once(monkeypatch):
    fig, _, dot = moving_dot()
    scene, drawn = Scene(fig, [dot]), []
    draw = scene.canvas.draw
    monkeypatch.setattr(scene.canvas, "draw", lambda: (drawn.append(1), draw()))
    pictures = set()
    for x in range(1, 5):
        dot.set_data([x], [5])
        pictures.add(scene.png())
    assert (len(drawn), len(pictures)) == (1, 4)


def test_a_point_of_the_picture_is_a_point_of_the_plot():
    fig, ax, dot = moving_dot()
    scene = Scene(fig, [dot])
    scene.png()
    column, row = ax.transData.transform((7, 5))
    width, height = scene.canvas.get_width_height()
    assert scene.at(ax, column / width, 1 - row / height) == pytest.approx((7, 5))
    assert scene.at(ax, 0.001, 0.001) is None
    left, bottom = ax.transData.transform((0, 0))
    assert scene.places(ax, [(column / width, 1 - row / height), (0, 1)]) == [
        pytest.approx((7, 5)),
        pytest.approx((-left / (column - left) * 7, -bottom / (row - bottom) * 5)),
    ]


# ---- the circuit stepper ----


def test_it_starts_with_all_numbers():
    widget = stepper()
    assert widget.picture.alt == (
        "Circuit with x = −2, y = 5, z = −4, step 5 of 5. Back through the add gate, which hands "
        "its pull on: −4 to x, −4 to y. The gradient: −4 on x, −4 on y, 3 on z."
    )


def test_each_step_is_said_in_a_sentence():
    widget, said, pictures = stepper(), [], set()
    for step in range(6):
        widget.go(step)
        said.append(widget.picture.alt.split(" of 5. ")[1])
        pictures.add(widget.picture.png)
    assert said[:5] == [
        "The inputs. Next, the values go forward.",
        "Forward through the add gate: −2 + 5 = 3.",
        "Forward through the multiply gate: 3 × (−4) = −12.",
        "Pull on the output, −12, with force 1.",
        "Back through the multiply gate, which gives each input the pull times the other's value: "
        "−4 to x + y, 3 to z.",
    ]
    assert len(pictures) == 6


@pytest.mark.parametrize(
    ("build", "inputs", "forward", "back"),
    [
        (lambda a, b: a.maximum(b), {"a": 3, "b": 5}, "max(3, 5) = 5", "0 to a, 1 to b"),
        (lambda a: a * a, {"a": 3}, "3 × 3 = 9", "3 to a, 3 to a (together 6)"),
        (lambda a: a**3, {"a": -2}, "(−2)^3 = −8", "derivative here is 12: 12 to a"),
        (lambda a: a.relu(), {"a": -2}, "ReLU(−2) = 0", "0 to a"),
        (lambda a: a.exp(), {"a": 0}, "exp(0) = 1", "derivative here is 1: 1 to a"),
        (lambda a, b: a / b, {"a": 1, "b": 4}, "1 ÷ 4 = 0.25", "0.25 to a, −0.0625 to b"),
        (lambda a: 2 * a, {"a": 4}, "2 × 4 = 8", "4 to input 1, 2 to a"),
        (lambda a: a.tanh().log(), {"a": 1}, "tanh(1) = 0.7616", "to the tanh gate"),
    ],
)
def test_every_gate_has_its_words(build, inputs, forward, back):
    widget = circuit_stepper(build, **inputs)
    widget.go(1)
    assert forward in widget.picture.alt
    widget.go(len(widget.gates) + 2)
    assert back in widget.picture.alt


def drawn_numbers(widget):
    """The pulls that stand below the wires of the named inputs."""
    drawing = widget.drawing
    return {
        unit.name: float(text.get_text().replace("−", "-"))
        for unit, text in zip(drawing.units, drawing.pulls, strict=True)
        if unit.name
    }


@pytest.mark.parametrize("seed", range(5))
def test_the_pulls_are_those_of_the_backward_pass(seed):
    rng = np.random.default_rng(seed)
    start = dict(zip("abcxy", rng.normal(size=5).round(3), strict=True))

    def build(a, b, c, x, y):
        hidden = (a * x + b).tanh()
        return (hidden * y + (c - hidden * x) / 2).sigmoid() - a

    widget = circuit_stepper(build, **start)
    units = {name: Unit(value) for name, value in start.items()}
    build(**units).backward()
    expected = {name: unit.grad for name, unit in units.items()}
    assert drawn_numbers(widget) == pytest.approx(expected, abs=6e-5)


def test_a_slider_moves_the_circuit():
    widget = stepper()
    before = widget.picture.png
    widget.sliders["x"].value = 1.5
    assert widget.picture.png != before
    assert widget.picture.alt.startswith("Circuit with x = 1.5, y = 5, z = −4, step 5 of 5.")
    assert drawn_numbers(widget) == {"x": -4, "y": -4, "z": 6.5}


def test_a_slider_keeps_the_step():
    widget = stepper()
    widget.go(1)
    widget.sliders["y"].value = 4.0
    assert "step 1 of 5. Forward through the add gate: −2 + 4 = 2." in widget.picture.alt


@pytest.mark.parametrize("value", [0.37, -2.0, 100.0, -0.00625, 3.14159])
def test_a_slider_holds_its_start_on_its_grid(value):
    control = circuit_stepper(lambda x: x.tanh(), x=value).sliders["x"]
    assert control.value == value
    steps = (value - control.min) / control.step
    assert steps == pytest.approx(round(steps), abs=1e-6)
    assert control.min <= value - 2
    assert control.max >= value + 2


def test_keys_step_forward_and_back():
    widget, steps = stepper(), []
    for key in ["Home", "ArrowRight", "ArrowRight", "ArrowLeft", "End", "ArrowRight", "ArrowLeft"]:
        press(widget, key)
        steps.append(widget.step)
    assert steps == [0, 1, 2, 1, 5, 0, 5]
    press(widget, "Enter")
    assert widget.step == 5


def test_buttons_do_what_keys_do():
    widget, steps = stepper(), []
    controls = {b.description: b for b in widget.children[-2].children}
    for name in ["|◀ inputs only", "next gate ▶", "next gate ▶", "◀ back", "all ▶|"]:
        controls[name].click()
        steps.append(widget.step)
    assert steps == [0, 1, 2, 1, 5]
    assert all(control.tooltip for control in controls.values())


def test_reset_puts_the_inputs_back():
    widget = stepper()
    before = widget.picture.png
    widget.sliders["x"].value, widget.sliders["z"].value = 1.0, 2.0
    widget.go(2)
    next(b for b in widget.children[-2].children if b.description == "reset").click()
    assert widget.picture.png == before
    assert [control.value for control in widget.sliders.values()] == [-2, 5, -4]


def test_inputs_that_do_not_work_are_named_and_left_again():
    widget = circuit_stepper(lambda x: x.log(), x=1.0)
    widget.sliders["x"].value = 0.0
    assert "These inputs don't work, the log gate got 0" in widget.picture.alt
    widget.sliders["x"].value = 2.0
    assert "Back through the log gate, whose own derivative here is 0.5" in widget.picture.alt


def test_a_circuit_that_depends_on_its_inputs_is_drawn_anew():
    widget = circuit_stepper(lambda x: x * x if x.value > 0 else -x + 1, x=1.0)
    assert (len(widget.gates), widget.steps) == (1, 3)
    widget.sliders["x"].value = -1.0
    assert (len(widget.gates), widget.steps, widget.step) == (2, 5, 5)
    assert drawn_numbers(widget) == {"x": -1}


def test_every_slider_carries_the_name_of_its_input():
    assert [s.description for s in stepper().sliders.values()] == ["x", "y", "z"]
    assert all(isinstance(s, ipywidgets.FloatSlider) for s in stepper().sliders.values())


@pytest.mark.parametrize(
    ("build", "inputs", "error", "message"),
    [
        (3, {"x": 1}, TypeError, "build expects a function of Units, got the int 3"),
        (lambda x: x, {"y": 1}, TypeError, "build doesn't take the inputs given, y"),
        (lambda x, y: x, {"x": 1}, TypeError, "build doesn't take the inputs given, x"),
        (lambda x: 3.0, {"x": 1}, TypeError, "build has to return a Unit, got the float 3.0"),
        (lambda x: x, {"x": "1"}, TypeError, "x expects a number, got the str '1'"),
        (lambda x: x, {"x": np.nan}, ValueError, "x expects a number, got nan: it must be finite"),
        (lambda x: x.log(), {"x": -1}, ValueError, "the log gate got -1"),
    ],
)
def test_what_is_no_circuit_is_refused(build, inputs, error, message):
    with pytest.raises(error, match=re.escape(message)):
        circuit_stepper(build, **inputs)


def test_it_answers_within_a_tenth_of_a_second():
    widget = circuit_stepper(neuron, a=1.0, b=2.0, c=-3.0, x=-1.0, y=3.0)
    times = []
    for value in np.linspace(-2, 2, 9):
        start = time.process_time()
        widget.sliders["a"].value = value
        times.append(time.process_time() - start)
    assert median(times) < 0.1


def test_the_page_part_comes_with_the_package():
    assert Path(plots.__file__).parents[1].joinpath("widgets", "picture.js").is_file()
