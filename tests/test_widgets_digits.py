"""Chapter 7's widget without a browser: what is drawn, what networks are given, what is said."""

import re
import time
from statistics import median

import numpy as np
import pytest
from PIL import Image

from nnlib.activations import ReLU, Sigmoid, Tanh
from nnlib.datasets import centred
from nnlib.initializers import Normal
from nnlib.layers import Dense, Dropout, Scale
from nnlib.losses import BinaryCrossEntropy, Hinge, SoftmaxCrossEntropy, SquaredError
from nnlib.network import Network
from nnlib.widgets import digit_reader, read_digit
from nnlib.widgets.pen import PEN, Paper
from tests.hands import click

BARE = Normal(0.1)


def small(seed=0, **options):
    """Nielsen's network, untrained."""
    layers = [Dense(784, 30, weights=BARE), Sigmoid(), Dense(30, 10), Sigmoid()]
    return Network(layers, loss=SquaredError(), rng=np.random.default_rng(seed), **options)


def deep(seed=0):
    layers = [Dense(784, 40, weights=BARE), ReLU(), Dropout(0.5), Dense(40, 20), Tanh()]
    rng = np.random.default_rng(seed)
    return Network([*layers, Dense(20, 10)], loss=SoftmaxCrossEntropy(), rng=rng)


def scaling(seed=0):
    layers = [Scale(1 / 255), Dense(784, 12, weights=BARE), Sigmoid(), Dense(12, 10)]
    return Network(layers, loss=BinaryCrossEntropy(), rng=np.random.default_rng(seed))


def flat(seed=0):
    """No hidden layer, and scores of any size."""
    rng = np.random.default_rng(seed)
    return Network([Dense(784, 10, weights=BARE)], loss=Hinge(), rng=rng)


def fixed(outputs):
    """A network that gives the same outputs to any image."""
    network = Network([Dense(784, 10)], loss=SquaredError(), rng=np.random.default_rng(0))
    network.parameters_vector = np.r_[np.zeros(7840), outputs]
    return network


def examples(n=12, seed=0):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 784)).astype(np.uint8), rng.integers(0, 10, n)


def reader(first=0, **networks):
    return digit_reader(
        networks or {"healthy": small(1), "sick": small(2)}, *examples(), first=first
    )


def press(widget, *keys):
    for key in keys:
        shift = key.startswith("Shift+")
        message = {"kind": "key", "key": key.removeprefix("Shift+"), "shift": shift}
        widget.picture._handle_custom_msg(message, [])


def point(widget, kind, *places):
    """What the page sends when the mouse is pressed, moved or released on places of the field."""
    stage = widget.stage
    width, height = stage.scene.canvas.get_width_height()
    pixels = stage.field.transData.transform(places)
    *passed, (x, y) = [(a / width, 1 - b / height) for a, b in pixels]
    message = {"kind": kind, "x": x, "y": y, "passed": passed}
    widget.picture._handle_custom_msg(message, [])


def stroke(widget, *places):
    point(widget, "down", places[0])
    for place in places[1:]:
        point(widget, "move", place)
    point(widget, "up", places[-1])


# ---- what a network says of an image ----


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_reading_is_the_forward_pass_written_out(dtype):
    network = small(dtype=dtype)
    x = examples(1)[0][0] / 255
    W1, b1, W2, b2 = (p.value.astype(float) for p in network.parameters())
    hidden = 1 / (1 + np.exp(-(W1 @ x + b1.ravel())))
    outputs = 1 / (1 + np.exp(-(W2 @ hidden + b2.ravel())))
    reading = read_digit(network, x)
    assert len(reading.hidden) == 1
    assert reading.hidden[0] == pytest.approx(hidden, abs=1e-5)
    assert reading.outputs == pytest.approx(outputs, abs=1e-5)
    assert reading.answer == outputs.argmax()


def test_every_hidden_layer_is_there():
    network, x = deep(), examples(1)[0][0] / 255
    W1, b1, W2, b2, W3, b3 = (p.value for p in network.parameters())
    first = np.maximum(W1 @ x + b1.ravel(), 0)  # no dropout: the network isn't training
    second = np.tanh(W2 @ first + b2.ravel())
    z = W3 @ second + b3.ravel()
    reading = read_digit(network, x)
    assert [len(layer) for layer in reading.hidden] == [40, 20]
    assert reading.hidden[0] == pytest.approx(first)
    assert reading.hidden[1] == pytest.approx(second)
    assert reading.outputs == pytest.approx(np.exp(z) / np.exp(z).sum())


def test_scores_that_are_no_logits_stay_as_they_are():
    network, x = flat(), examples(1)[0] / 255
    reading = read_digit(network, x[0])
    assert reading.hidden == []
    assert reading.outputs == pytest.approx(network.forward(x)[0])


@pytest.mark.parametrize("make", [small, deep, scaling, flat])
def test_bytes_and_scaled_pixels_are_read_alike(make):
    network = make()
    X, _ = examples()
    wanted = network.predict(X if make is scaling else X / 255)
    for x, answer in zip(X, wanted, strict=True):
        by_bytes, by_floats = read_digit(network, x), read_digit(network, x / 255)
        assert by_bytes.answer == by_floats.answer == answer
        assert np.array_equal(by_bytes.outputs, by_floats.outputs)


def test_probabilities_of_yes_or_no_are_sigmoids():
    network, X = scaling(), examples(1)[0]
    wanted = 1 / (1 + np.exp(-network.forward(X)[0]))
    assert read_digit(network, X[0]).outputs == pytest.approx(wanted)


def test_the_answer_is_the_networks_even_where_probabilities_tie():
    network = Network([Dense(784, 10)], loss=BinaryCrossEntropy(), rng=np.random.default_rng(0))
    network.parameters_vector = np.r_[np.zeros(7840), 0, 0, 50, 0, 60, 0, 0, 0, 0, 0]
    reading = read_digit(network, np.zeros(784))
    assert reading.outputs[2] == reading.outputs[4] == 1
    assert reading.answer == 4
    widget = digit_reader(network, *examples())
    widget.clear()
    assert "network answers 4 (1.00)." in widget.picture.alt
    assert widget.stage.answers["network"].title.get_text() == "network reads 4"


@pytest.mark.parametrize(
    ("network", "image", "error", "message"),
    [
        (3, np.zeros(784), TypeError, "network expects a trained Network, got the int 3"),
        (small(), np.zeros(783), ValueError, "image expects 784 entries, got 783"),
        (small(), np.zeros((28, 28)), ValueError, "image expects shape (n,)"),
        (small(), np.full(784, 255.0), ValueError, "image expects pixels from 0 to 1, or bytes"),
        (small(), np.full(784, np.nan), ValueError, "image[0] is nan"),
    ],
)
def test_what_cannot_be_read_is_refused(network, image, error, message):
    with pytest.raises(error, match=re.escape(message)):
        read_digit(network, image)


# ---- the paper ----


def test_a_stroke_has_no_gaps():
    paper = Paper()
    paper.start((5, 4))
    paper.extend([(20, 6), (8, 24)])
    t = np.linspace(0, 1, 200)
    for (x1, y1), (x2, y2) in [((5, 4), (20, 6)), ((20, 6), (8, 24))]:
        x, y = x1 + t * (x2 - x1), y1 + t * (y2 - y1)
        assert paper.ink[(4 * y).astype(int), (4 * x).astype(int)].min() == 1


def test_a_stroke_has_the_area_of_a_round_pen():
    paper = Paper()
    paper.start((6, 7))
    paper.extend([(20, 21)])
    area = 2 * PEN * np.hypot(14, 14) + np.pi * PEN**2
    assert paper.ink.sum() / 16 == pytest.approx(area, rel=0.02)
    assert (paper.ink.min(), paper.ink.max()) == (0, 1)


def test_many_places_on_a_line_are_the_line():
    once, often = Paper(), Paper()
    once.start((3, 3))
    once.extend([(23, 13)])
    often.start((3, 3))
    often.extend([(3 + x, 3 + x / 2) for x in range(1, 21)])
    assert often.ink == pytest.approx(once.ink, abs=1e-12)


@pytest.mark.parametrize("place", [(0, 0), (28, 28), (-3, 14), (1e6, -1e6)])
def test_a_stroke_may_leave_the_field(place):
    paper = Paper()
    paper.start((14, 14))
    paper.extend([place, (14, 14)])
    assert np.isfinite(paper.ink).all()
    assert paper.ink[56, 56] == 1


def test_rubber_takes_ink_away_and_undo_brings_it_back():
    paper = Paper()
    assert paper.empty
    paper.undo()
    paper.start((14, 4))
    paper.extend([(14, 24)])
    drawn = paper.ink.copy()
    paper.start((4, 14), rubs=True)
    paper.extend([(24, 14)])
    assert paper.ink[56].max() == 0
    assert np.array_equal(paper.ink[:44], drawn[:44])
    assert paper.strokes == 2
    paper.undo()
    assert np.array_equal(paper.ink, drawn)
    paper.undo()
    assert paper.empty
    assert paper.strokes == 0


def test_an_example_is_given_as_it_came_until_it_is_changed():
    X = examples()[0] / 255
    X.flags.writeable = False
    paper = Paper()
    paper.lay(X[3])
    assert np.array_equal(paper.image(), X[3])
    paper.start((14, 14))
    changed = paper.image().reshape(28, 28)
    far = np.ones((28, 28), bool)
    far[11:17, 11:17] = False
    assert changed[far] == pytest.approx(X[3].reshape(28, 28)[far])
    assert changed[13:15, 13:15].min() > 0.85  # their outer corners lie on the pen's soft edge
    paper.undo()
    assert np.array_equal(paper.image(), X[3])


def test_a_drawing_is_brought_into_form_or_left():
    paper = Paper()
    paper.start((3, 3))
    paper.extend([(9, 3), (4, 12)])
    assert np.array_equal(paper.image(), centred(paper.ink).ravel())
    plain = np.asarray(Image.fromarray(paper.ink.astype(np.float32)).reduce(4)).ravel()
    assert paper.image(center=False) == pytest.approx(plain, abs=1e-6)


# ---- the reader ----


@pytest.mark.parametrize("make", [small, deep, scaling, flat])
@pytest.mark.parametrize("as_bytes", [True, False])
def test_it_answers_what_the_network_predicts(make, as_bytes):
    network, (X, y) = make(), examples()
    widget = digit_reader({"it": network}, X if as_bytes else X / 255, y)
    wanted = network.predict(X if make is scaling else X / 255)
    for k, answer in enumerate(wanted):
        widget.pick(k)
        assert f"Example {k}, labelled {y[k]}. it answers {answer} (" in widget.picture.alt


def test_each_stroke_is_answered():
    widget = reader()
    widget.clear()
    assert widget.picture.alt.startswith("The field is empty. healthy answers ")
    seen = [widget.picture.png]
    for strokes in range(1, 4):
        stroke(widget, (4 * strokes, 4), (4 * strokes + 6, 20))
        (answer,) = widget.networks["sick"].predict(widget.image[np.newaxis])
        assert f"sick answers {answer} (" in widget.picture.alt
        assert f"A drawing of {strokes} stroke" in widget.picture.alt
        seen.append(widget.picture.png)
    assert len(set(seen)) == 4


def test_all_places_of_a_drag_are_drawn():
    widget, other = reader(), reader()
    for each in (widget, other):
        each.clear()
    point(widget, "down", (5, 5))
    point(widget, "move", (20, 5), (20, 20), (6, 20))
    point(widget, "up", (6, 8))
    stroke(other, (5, 5), (20, 5), (20, 20), (6, 20), (6, 8))
    assert widget.paper.ink == pytest.approx(other.paper.ink, abs=1e-9)
    assert widget.paper.strokes == 1


def test_only_a_stroke_that_starts_on_the_field_draws():
    widget = reader()
    widget.clear()
    stroke(widget, (40, 10), (10, 10))
    point(widget, "move", (12, 12))
    assert widget.paper.empty
    stroke(widget, (10, 10), (40, 10))
    assert widget.paper.ink[40, -1] == 1


def test_the_words_say_who_answers_what():
    outputs = np.zeros((2, 10))
    outputs[0, [4, 9]], outputs[1, [4, 9]] = (0.98, 0.3), (0.004, 0.61)
    healthy, sick = map(fixed, outputs)
    X, y = examples()
    y[5] = 4
    widget = digit_reader({"healthy": healthy, "sick": sick}, X, y, first=5)
    said = "healthy answers 4 (0.98), sick answers 9 (0.61), its output for 4 is 0.00."
    assert widget.picture.alt == f"Example 5, labelled 4. {said}"
    stroke(widget, (3, 3))
    assert widget.picture.alt == f"Example 5, labelled 4, changed by 1 stroke. {said}"
    widget.clear()
    assert widget.picture.alt == f"The field is empty. {said}"
    stroke(widget, (14, 10), (14, 20))
    assert widget.picture.alt == (
        "A drawing of 1 stroke, in rows 8 to 21 and columns 12 to 15 of 28, brought into MNIST's "
        f"form. {said}"
    )
    widget.center.value = False
    assert "of 28, given as it stands. healthy" in widget.picture.alt


def test_the_words_count_the_units_that_are_lit():
    network = small()
    x = examples()[0][:1] / 255
    W1, b1, *_ = (p.value for p in network.parameters())
    lit = np.sum(W1 @ x[0] + b1.ravel() > 0)
    widget = digit_reader(network, x, [3])
    assert widget.picture.alt.endswith(f"Hidden units more than half full: network {lit} of 30.")
    several = digit_reader(deep(), x, [3]).picture.alt
    assert re.search(r"half full: network \d+ of 40 and \d+ of 20\.$", several)


def test_what_is_stored_holds_no_trained_number():
    one, other = reader(first=4), reader(first=4, healthy=small(7), sick=small(8))
    data, metadata = one._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == other.still_words()
    assert one.picture.alt != other.picture.alt
    assert data["text/plain"] == (
        "A field to draw a digit on, of 28 by 28 pixels. Now it holds example 4, labelled "
        f"{one.y[4]}. To the right stands how it is read by healthy and sick: hidden units as "
        "squares, ten outputs as bars, the answer marked."
    )
    assert repr(one) == f"DigitReader({one.still_words()!r})"
    one.clear()
    assert "Now it is empty. " in one.still_words()
    stroke(one, (4, 4))
    assert "Now it holds a drawing. " in one.still_words()


def test_the_same_networks_give_the_same_picture():
    assert reader().picture.png == reader().picture.png


def test_nothing_lent_is_changed():
    X, y = examples()
    network = small()
    X.flags.writeable = y.flags.writeable = False
    network.training = True
    before = network.parameters_vector.copy()
    widget = digit_reader({"a": network}, X, y)
    stroke(widget, (4, 4), (20, 20))
    assert np.array_equal(network.parameters_vector, before)
    assert network.training


# ---- keys and controls ----


def test_a_digit_is_drawn_by_keyboard():
    widget, other = reader(), reader()
    widget.clear()
    other.clear()
    press(widget, "Shift+ArrowUp", "ArrowUp")
    assert widget.picture.alt.endswith("The pen is up at row 9, column 14.")
    assert widget.paper.empty
    press(widget, " ", "Shift+ArrowDown", "Shift+ArrowDown", "ArrowRight", "ArrowLeft", "ArrowLeft")
    assert widget.picture.alt.endswith("The pen is down at row 17, column 13.")
    press(widget, "Enter", "Shift+ArrowLeft")
    assert widget.picture.alt.endswith("The pen is up at row 17, column 9.")
    stroke(other, (14, 9), (14, 17), (15, 17), (13, 17))
    assert widget.paper.ink == pytest.approx(other.paper.ink, abs=1e-9)
    assert widget.paper.strokes == 1
    press(widget, "Home")
    assert widget.picture.alt.endswith("The pen is up at row 14, column 14.")
    press(widget, "End")
    assert widget.paper.empty


def test_the_pen_stays_on_the_field():
    widget = reader()
    press(widget, *4 * ["Shift+ArrowRight"], *4 * ["Shift+ArrowDown"])
    assert widget.pen == (28, 28)
    assert widget.picture.alt.endswith("at row 27, column 27.")


def test_the_pen_is_seen_where_keys_moved_it():
    widget = reader()
    before = widget.picture.png
    press(widget, "ArrowRight")
    assert widget.picture.png != before
    assert widget.stage.tip.get_xydata().tolist() == [[15, 14]]
    stroke(widget, (4, 4))
    assert len(widget.stage.tip.get_xydata()) == 0


def test_a_rubber_is_named():
    widget = reader()
    widget.clear()
    stroke(widget, (4, 14), (24, 14))
    widget.tool.value = "rubber"
    press(widget, "Enter")
    assert widget.picture.alt.endswith("The rubber is down at row 14, column 14.")
    assert widget.paper.ink[56, 56] == 0
    assert widget.paper.ink[56, 20] == 1


def test_clear_and_undo_lift_the_pen():
    widget = reader()
    for name in ("clear", "undo"):
        press(widget, "Enter")
        assert widget.pen_is_down
        click(widget, name)
        press(widget, "ArrowDown")
        assert not widget.pen_is_down
        assert widget.paper.strokes == 0


def shown(widget):
    return int(re.match(r"Example (\d+),", widget.picture.alt)[1])


def test_examples_are_gone_through():
    widget = reader(first=3)
    assert (shown(widget), widget.number.value) == (3, 3)
    seen = []
    for name in ["next ▶", "next ▶", "◀ previous"]:
        click(widget, name)
        seen.append(shown(widget))
    widget.number.value = 11
    click(widget, "next ▶")
    assert [*seen, shown(widget)] == [4, 5, 4, 0]
    click(widget, "clear")
    assert widget.label is None
    click(widget, "next ▶")
    assert shown(widget) == 1


def test_any_example_is_picked_at_random_but_in_the_same_order():
    orders = []
    for widget in (reader(), reader()):
        widget.redraw, order = lambda *_: None, []
        for _ in range(40):
            click(widget, "any")
            order.append(widget.index)
        orders.append(order)
    assert orders[0] == orders[1]
    assert len(set(orders[0])) > 8


def test_groups_hold_what_they_say():
    networks = {"a": fixed(np.eye(10)[4]), "b": fixed(np.eye(10)[7])}
    X, _ = examples(8)
    y = np.array([4, 7, 4, 1, 1, 1, 4, 7])
    widget = digit_reader(networks, X, y)
    names = [value for _, value in widget.choice.options]
    assert names == ["all 8", "every 1", "every 4", "every 7", "read wrongly", "read differently"]
    assert [name for name, _ in widget.choice.options][:2] == ["all 8", "every 1 (3)"]
    widget.choice.value = "every 4"
    seen = [shown(widget)]
    for _ in range(3):
        click(widget, "next ▶")
        seen.append(shown(widget))
    assert seen == [0, 2, 6, 0]
    widget.choice.value = "every 7"
    assert shown(widget) == 1
    widget.choice.value = "all 8"
    assert (shown(widget), widget.number.value) == (1, 1)
    assert widget.groups["read wrongly"].tolist() == list(range(8))
    alone = digit_reader(networks["a"], X, y)
    assert alone.groups["read wrongly"].tolist() == [1, 3, 4, 5, 7]
    assert "read differently" not in alone.groups


def test_one_example_is_enough():
    X, y = examples(1)
    widget = digit_reader(small(), X, y)
    click(widget, "next ▶")
    widget.number.value = 1
    click(widget, "any")
    assert shown(widget) == 0


def test_every_button_says_what_it_does():
    buttons = [b for row in reader().children[:-1] for b in row.children if hasattr(b, "click")]
    assert len(buttons) == 5
    assert all(b.tooltip for b in buttons)


def test_it_answers_within_a_tenth_of_a_second():
    widget = reader()
    widget.clear()
    point(widget, "down", (6, 4))
    times = []
    for step in range(1, 10):
        start = time.process_time()
        point(widget, "move", (6 + step, 4 + 2 * step))
        times.append(time.process_time() - start)
    assert median(times) < 0.1


# ---- what is refused ----


def net(inputs, outputs):
    rng = np.random.default_rng(0)
    return Network([Dense(inputs, outputs)], loss=SquaredError(), rng=rng)


@pytest.mark.parametrize(
    ("networks", "error", "message"),
    [
        ([small()], TypeError, "networks expects a dict of name: trained network"),
        (None, TypeError, "networks expects a dict of name: trained network, or one network, got"),
        ({}, ValueError, "networks expects 1 to 3 networks, got 0"),
        ({str(k): small() for k in range(4)}, ValueError, "networks expects 1 to 3 networks"),
        ({3: small()}, TypeError, "networks expects names as its keys, got the int 3"),
        ({" ": small()}, TypeError, "networks expects names as its keys"),
        ({"a": small}, TypeError, "network 'a' expects a trained Network"),
        ({"a": net(4, 10)}, ValueError, "network 'a' doesn't take images of 784 pixels: X expects"),
        ({"a": net(784, 4)}, ValueError, "network 'a' expects 10 outputs, one for each digit, and"),
    ],
)
def test_what_are_no_readers_of_digits_is_refused(networks, error, message):
    with pytest.raises(error, match=re.escape(message)):
        digit_reader(networks, *examples())


@pytest.mark.parametrize(
    ("X", "y", "first", "error", "message"),
    [
        (np.zeros((2, 28, 28)), [1, 2], 0, ValueError, "X expects shape (n, features)"),
        (np.zeros((2, 783)), [1, 2], 0, ValueError, "X expects 784 features"),
        (np.zeros((0, 784)), [], 0, ValueError, "is empty"),
        (np.full((2, 784), 255), [1, 2], 0, ValueError, "X expects pixels from 0 to 1, or bytes"),
        (np.full((2, 784), -0.1), [1, 2], 0, ValueError, "X expects pixels from 0 to 1, or bytes"),
        (np.full((2, 784), np.nan), [1, 2], 0, ValueError, "X[0, 0] is nan"),
        (np.zeros((2, 784)), [1], 0, ValueError, "X holds 2 examples and y 1"),
        (np.zeros((2, 784)), [1, 10], 0, ValueError, "y expects labels from 0 to 9, got 10"),
        (np.zeros((2, 784)), [1, 2.5], 0, ValueError, "y expects whole numbers"),
        (np.zeros((2, 784)), [1, 2], 2, ValueError, "first expects an index below 2, got 2"),
        (np.zeros((2, 784)), [1, 2], -1, ValueError, "first expects a whole number of at least 0"),
        (np.zeros((2, 784)), [1, 2], "a", TypeError, "first expects a whole number"),
    ],
)
def test_what_are_no_examples_is_refused(X, y, first, error, message):
    with pytest.raises(error, match=re.escape(message)):
        digit_reader(small(), X, y, first=first)
