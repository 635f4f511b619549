"""Chapter 6's widget without a browser: what it trains, shows and says."""

import re
import time
from statistics import median

import numpy as np
import pytest
from scipy.integrate import quad

from nnlib import BinaryCrossEntropy, plots
from nnlib.widgets import regularization_explorer
from nnlib.widgets.regularization import (
    best_accuracy,
    ideal_probability,
    network_layers,
    training_examples,
)
from tests.hands import click, parts, pixels, press, seen, tick


@pytest.fixture(scope="module")
def shared():
    """A widget as it comes; tests that use it leave it so."""
    return regularization_explorer()


def finish(widget):
    """Train to the end, in one slice."""
    assert widget.play.playing
    widget.advance(widget.epochs)
    assert not widget.play.playing


def result(widget, name="validation"):
    return widget.run.losses[name][-1], widget.run.accuracies[name][-1]


# ---- the data ----


def test_few_examples_are_among_many():
    X, y = training_examples(320, 0.3, 4)
    few, labels = training_examples(20, 0.3, 4)
    np.testing.assert_array_equal(few, X[:20])
    np.testing.assert_array_equal(labels, y[:20])
    assert np.bincount(labels).tolist() == [10, 10]
    assert np.bincount(y).tolist() == [160, 160]
    assert len(np.unique(X, axis=0)) == 320


def test_the_ideal_is_bayes_rule():
    noise, points = 0.35, np.random.default_rng(0).normal(size=(12, 2))
    spread = 1.2 * noise

    def density(x, label):
        def at(t):
            arc = [np.cos(t), np.sin(t)] if label == 0 else [1 - np.cos(t), 0.5 - np.sin(t)]
            away = x - 1.2 * (np.array(arc) - [0.5, 0.25])
            return np.exp(-(away @ away) / (2 * spread**2))

        return quad(at, 0, np.pi)[0]

    for x, probability in zip(points, ideal_probability(points, noise)):
        first, second = density(x, 0), density(x, 1)
        assert probability == pytest.approx(second / (first + second), abs=5e-4)  # a sum of 100


def test_nobody_beats_the_ideal(shared):
    assert 0.8 < best_accuracy(0.4) < 0.9
    assert best_accuracy(0.1) > 0.99
    assert max(shared.run.accuracies["validation"]) < best_accuracy(0.4) + 0.02


def test_what_is_no_noise_is_refused():
    with pytest.raises(ValueError, match="noise expects a number above 0"):
        ideal_probability(np.zeros((1, 2)), 0)
    with pytest.raises(ValueError, match="points expects 2 features"):
        ideal_probability(np.zeros((1, 3)), 0.1)


def test_dropout_follows_each_hidden_layer():
    layers = network_layers(0.3)
    assert [type(layer).__name__ for layer in layers] == [
        "Dense", "Tanh", "Dropout", "Dense", "Tanh", "Dropout", "Dense",
    ]  # fmt: skip
    assert [layer.rate for layer in layers if hasattr(layer, "rate")] == [0.3, 0.3]


# ---- what it teaches ----


def test_it_comes_overfitted(shared):
    assert shared.run.epoch == shared.epochs and not shared.play.playing
    loss, right = result(shared)
    assert result(shared, "training") == (pytest.approx(0, abs=0.01), 1.0)
    assert right < best_accuracy(0.4) - 0.08
    assert loss > 2 * min(shared.run.losses["validation"])
    assert np.argmin(shared.run.losses["validation"]) < 100


@pytest.mark.parametrize(
    ("control", "value"), [("strength", 0.03), ("dropout", 0.5), ("examples", 320)]
)
def test_each_cure_helps(shared, control, value):
    widget = regularization_explorer()
    loss, right = result(widget)
    getattr(widget, control).value = value
    finish(widget)
    assert widget.run.epoch == widget.epochs
    cured, better = result(widget)
    assert cured < loss / 2
    assert better > right + 0.03
    assert result(widget, "training")[0] > 0.1  # no longer by heart


def test_too_much_strength_learns_nothing():
    loss, right = result(regularization_explorer(strength=0.3))
    assert loss == pytest.approx(np.log(2), abs=0.01)
    assert right < 0.6


# ---- how it answers ----


def test_it_says_what_it_shows(shared):
    numbers = re.search(
        r"Epoch 400 of 400: training loss (.*?), validation loss (.*?), lowest with (.*?) at epoch "
        r"(\d+); training accuracy (.*?)%, validation accuracy (.*?)%, of the best there is (.*?)%",
        shared.picture.alt,
    ).groups()
    X, y = training_examples(40, 0.4, 2)
    network = shared.run.network
    losses = shared.run.losses["validation"]
    z = network.forward(X)[:, 0]
    own = np.mean(np.logaddexp(0, z) - y * z)
    expected = [own, losses[-1], min(losses), np.argmin(losses), 100 * np.mean((z > 0) == y)]
    said = list(map(float, numbers))
    assert said[:5] == pytest.approx(expected, abs=0.0006)
    assert said[5] == pytest.approx(100 * result(shared)[1], abs=0.051)
    assert said[6] == pytest.approx(100 * best_accuracy(0.4), abs=0.051)


def test_its_stored_words_hold_no_trained_number(shared):
    other = regularization_explorer()
    press(other, "Home")
    assert other.run.epoch == 0
    assert other.still_words() == shared.still_words()
    data, _ = shared._repr_mimebundle_()
    assert data["text/plain"] == shared.still_words()
    assert shared.still_words() == (
        "Regularization: two moons with noise 0.4, 40 training examples (seed 2), 1000 for "
        "validation; a 2–32–32–1 network with L2 strength 0 and dropout rate 0. Curves of loss and "
        "accuracy over 400 epochs, in training and in validation; and the network's boundary "
        "beside the best there is, which has a validation accuracy of "
        f"{100 * best_accuracy(0.4):.1f}%."
    )


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        ("strength", 0.001, "L2 strength 0.001"),
        ("dropout", 0.2, "dropout rate 0.2"),
        ("examples", 10, " 10 training examples"),
        ("noise", 0.2, "noise 0.2"),
        ("seed", 5, "(seed 5)"),
    ],
)
def test_each_control_begins_a_training(control, value, words):
    widget = regularization_explorer(examples=20)
    before = seen(widget)
    getattr(widget, control).value = value
    assert widget.run.epoch == 0 and widget.play.playing
    assert words in widget.picture.alt and words not in before[1]
    assert widget.picture.png != before[0]
    tick(widget)
    assert "Epoch 8 of 400" in widget.picture.alt


def test_what_strength_and_dropout_are_chosen_are_trained_with():
    widget = regularization_explorer(strength=0.01, dropout=0.3, examples=20)
    network = widget.run.network
    assert network.regularizer.strength == 0.01
    assert [layer.rate for layer in network.layers if hasattr(layer, "rate")] == [0.3, 0.3]
    assert isinstance(network.loss, BinaryCrossEntropy)
    assert widget.run.inputs.shape == (2, 20)


def test_a_training_is_stopped_and_goes_on():
    widget = regularization_explorer(examples=20)
    widget.strength.value = 0.01
    tick(widget, 2)
    press(widget, " ")
    tick(widget, 3)
    assert widget.run.epoch == 16 and not widget.play.playing
    click(widget, "▶ play")
    while widget.play.playing:
        tick(widget)
    assert widget.run.epoch == 400
    press(widget, "Enter")
    assert widget.run.epoch == 0


def test_the_last_finished_training_stays_in_grey():
    widget = regularization_explorer(examples=20)
    losses = widget.run.losses["validation"]
    loss, right = result(widget)
    assert "Before" not in widget.picture.alt
    widget.strength.value = 0.01
    tick(widget)
    widget.strength.value = 0.03  # a training that was given up leaves no trace
    np.testing.assert_array_equal(widget.losses.before.get_ydata(), losses)
    assert f"Before: validation loss {loss:.3f}, accuracy {right:.1%}." in widget.picture.alt
    finish(widget)
    second = widget.run.losses["validation"]
    widget.strength.value = 0.1
    np.testing.assert_array_equal(widget.losses.before.get_ydata(), second)


def test_a_reset_trains_as_at_first(monkeypatch):
    widget = regularization_explorer(examples=20)
    first = seen(widget)
    for control, value in [("strength", 0.1), ("dropout", 0.5), ("noise", 0.1), ("seed", 0)]:
        getattr(widget, control).value = value
    tick(widget, 3)
    drawn, draw = [], widget.draw
    monkeypatch.setattr(widget, "draw", lambda: drawn.append(1) or draw())
    click(widget, "reset")
    assert len(drawn) == 1
    assert widget.run.epoch == 0 and widget.play.playing
    finish(widget)
    assert seen(widget) == first


def test_the_same_settings_train_the_same_whatever_the_way():
    one = regularization_explorer(dropout=0.4, examples=20)
    other = regularization_explorer(examples=20)
    other.dropout.value = 0.4
    for _ in range(5):
        press(other, "Enter")
    press(other, " ")
    finish(other)
    assert one.run.losses == other.run.losses


def test_the_kept_layer_makes_the_picture_that_a_full_redraw_makes():
    widget = regularization_explorer(examples=20)
    widget.strength.value = 0.01
    tick(widget, 5)
    moved = pixels(widget.picture.png)
    for artist in widget.scene.fig.findobj():
        artist.set_animated(False)
    whole = pixels(plots.png(widget.scene.fig, quick=True))
    assert moved.shape == whole.shape
    assert (np.abs(moved - whole) > 60).any(axis=2).mean() < 0.005


def test_every_control_has_a_name_or_a_tooltip(shared):
    for part in parts(shared):
        if hasattr(part, "description") and part.layout.display != "none":
            assert part.description
        if type(part).__name__ == "Button":
            assert part.tooltip


def test_it_answers_within_a_tenth_of_a_second():
    widget, times = regularization_explorer(examples=320, dropout=0.5), []
    for strength in (0.001, 0.003, 0.01, 0.03, 0.1):
        start = time.process_time()
        widget.strength.value = strength
        middle = time.process_time()
        tick(widget)
        times += [middle - start, time.process_time() - middle]
    assert median(times) < 0.1


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"strength": 0.02}, "strength expects one of 0.0 to 0.3, got the float 0.02"),
        ({"strength": -1}, "strength expects one of"),
        ({"dropout": 1.0}, "dropout expects one of"),
        ({"dropout": False}, "dropout expects one of"),
        ({"examples": 30}, "examples expects one of [10, 20, 40, 80, 160, 320], got the int 30"),
        ({"noise": 0}, "noise expects one of"),
        ({"noise": "0.1"}, "noise expects one of"),
        ({"seed": 2.5}, "seed expects one of 0 to 20, got the float 2.5"),
    ],
)
def test_settings_that_no_control_has_are_refused(settings, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        regularization_explorer(**settings)
