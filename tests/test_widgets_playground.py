"""Chapter 4's playground without a browser: what it trains, shows and says."""

import re
import threading
import time
from statistics import median

import numpy as np
import pytest

from nnlib import SGD, Dense, ReLU, Tanh, plots
from nnlib.datasets import moons
from nnlib.widgets import playground
from nnlib.widgets.playgrounds import DATA, GUESSING
from nnlib.widgets.training import PAUSE, PLAY, Run
from tests.hands import click, parts, pixels, press, seen, tick


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cross_entropy(p, y):
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


# ---- a run ----


def small_run(seed=0, batch_size=20, **options):
    X, y = moons(60, rng=np.random.default_rng(1))
    sets = {"training": (X, y)}
    layers = [Dense(2, 3), Tanh(), Dense(3, 1)]
    run = Run(layers, (X, y), SGD(0.3), sets=sets, batch_size=batch_size, seed=seed, **options)
    return run, X, y


def test_a_run_goes_down_the_gradient():
    run, X, y = small_run(batch_size=60)
    first, _, last = run.network.layers
    W1, b1, W2, b2 = (p.value.copy() for p in (first.W, first.b, last.W, last.b))
    losses = []
    for _ in range(6):
        a = np.tanh(W1 @ X.T + b1)
        p = sigmoid(W2 @ a + b2)
        losses.append(cross_entropy(p, y))
        delta2 = (p - y) / 60
        delta1 = (W2.T @ delta2) * (1 - a**2)
        W2 = W2 - 0.3 * delta2 @ a.T
        b2 = b2 - 0.3 * delta2.sum(axis=1, keepdims=True)
        W1 = W1 - 0.3 * delta1 @ X
        b1 = b1 - 0.3 * delta1.sum(axis=1, keepdims=True)
    run.train(2)
    run.train(3)
    assert run.epoch == 5
    assert run.losses["training"] == pytest.approx(losses, rel=1e-12)


def test_an_epoch_uses_every_example_once(monkeypatch):
    run, X, _ = small_run(batch_size=25)
    seen, learn = [], run.network.backpropagate
    monkeypatch.setattr(
        run.network, "backpropagate", lambda a, T: seen.append(a.copy()) or learn(a, T)
    )
    run.train(2)
    assert [a.shape[1] for a in seen] == [25, 25, 10] * 2
    for epoch in (seen[:3], seen[3:]):
        rows = np.hstack(epoch).T
        assert sorted(map(tuple, rows)) == sorted(map(tuple, X))
    assert not np.array_equal(np.hstack(seen[:3]), np.hstack(seen[3:]))


def test_what_the_layers_hand_on_is_what_they_compute():
    run, X, _ = small_run()
    probability, handed = run.outputs(X)
    first, _, last = run.network.layers
    z = first.W.value @ X.T + first.b.value
    wanted = [z, np.tanh(z), last.W.value @ np.tanh(z) + last.b.value]
    for array, expected in zip(handed, wanted, strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(probability, sigmoid(wanted[-1][0]), rtol=1e-12)


def test_a_run_that_runs_away_keeps_its_last_weights():
    X, y = moons(60, rng=np.random.default_rng(1))
    layers = [Dense(2, 20), ReLU(), Dense(20, 20), ReLU(), Dense(20, 1)]
    run = Run(layers, (X, y), SGD(1000.0), sets={"training": (X, y)}, batch_size=20, seed=0)
    run.train(300)
    assert run.diverged
    assert run.epoch < 300
    assert np.isfinite(run.losses["training"]).all()
    assert np.abs(run.network.parameters_vector).max() < 1e6
    epoch = run.epoch
    run.train(5)
    assert run.epoch == epoch


# ---- the playground ----


def test_its_first_words_are_those_of_the_untrained_network():
    widget = playground()
    X, y = DATA["XOR"](np.random.default_rng(0))
    first, _, last = widget.run.network.layers
    p = sigmoid(last.W.value @ np.tanh(first.W.value @ X.T + first.b.value) + last.b.value)[0]
    right = np.sum((p > 0.5) == (y == 1))
    assert widget.picture.alt == (
        "Playground: XOR, 200 points; a 2–4–1 network of tanh units, learning rate 0.1, seed 0. "
        f"Epoch 0 of 400: loss {cross_entropy(p, y):.2f}, {right} of 200 points on the right side "
        "of the boundary; the lines of 4 of 4 units cross the picture."
    )


def test_its_first_words_survive_another_processor():
    widget = playground()
    before = widget.picture.alt
    rng = np.random.default_rng(0)
    widget.run.network.parameters_vector *= 1 + 1e-9 * rng.normal(size=17)
    widget.run.losses["training"].clear()
    widget.run.accuracies["training"].clear()
    widget.run._measure()
    widget.redraw()
    assert widget.picture.alt == before


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        ("XOR", {"units": 4}),
        ("moons", {"units": 8, "activation": "ReLU"}),
        ("rings", {"units": 8, "learning_rate": 0.3}),
        ("spirals", {"units": 16, "layers": 2, "activation": "ReLU"}),
    ],
)
def test_a_network_learns(data, settings):
    widget = playground(data=data, **settings)
    widget.run.train(widget.epochs)
    losses = widget.run.losses["training"]
    assert losses[0] > 0.5
    assert losses[-1] < 0.25
    assert widget.run.accuracies["training"][-1] > 0.93


def test_one_unit_cannot_learn_xor():
    widget = playground(units=1)
    widget.run.train(100)
    assert widget.run.losses["training"][-1] > GUESSING / 2
    assert widget.run.accuracies["training"][-1] < 0.8


def test_playing_trains_and_moves_everything():
    widget = playground(units=3)
    curve, lines = widget.curve.get_xydata(), widget.lines.lines.get_segments()
    first = seen(widget)
    press(widget, " ")
    assert widget.play.playing and widget.player.description == PAUSE
    tick(widget, 3)
    assert "Epoch 12 of 400" in widget.picture.alt
    assert seen(widget)[0] != first[0]
    moved = widget.lines.lines.get_segments()
    assert not np.allclose(lines[0], moved[0])
    assert len(curve) == 1 and len(widget.curve.get_xydata()) == 13
    np.testing.assert_array_equal(widget.curve.get_ydata(), widget.run.losses["training"])


def test_the_boundary_is_where_the_probability_is_one_half():
    widget = playground()
    widget.advance(60)
    (path,) = widget.shades.edge.get_paths()
    probability, _ = widget.run.outputs(path.vertices)
    assert len(path.vertices) > 50
    assert np.abs(probability - 0.5).max() < 0.05  # found on a grid, between its points


def test_the_lines_are_those_of_the_first_layer():
    widget = playground(units=5, layers=2)
    widget.advance(20)
    first = widget.run.network.layers[0]
    segments = widget.lines.lines.get_segments()[::3]  # each line is followed by its two barbs
    assert len(segments) == widget.lines.crossing == 5
    for w, b, ends in zip(first.W.value, first.b.value[:, 0], segments):
        assert ends @ w + b == pytest.approx([0, 0], abs=1e-12)


def test_a_late_tick_does_nothing():
    widget = playground()
    tick(widget)
    assert widget.run.epoch == 0
    press(widget, " ")
    tick(widget)
    press(widget, " ")
    assert widget.player.description == PLAY
    tick(widget)
    assert widget.run.epoch == 4


def test_it_stops_at_the_end_and_plays_again_from_the_start(monkeypatch):
    widget = playground(units=1)
    monkeypatch.setattr(widget, "epochs", 10)
    widget.toggle()
    tick(widget, 5)
    assert widget.run.epoch == 10 and not widget.play.playing
    assert widget.player.description == PLAY
    click(widget, PLAY)
    assert widget.run.epoch == 0 and widget.play.playing
    tick(widget)
    assert widget.run.epoch == 4


def test_no_clock_runs_in_the_kernel():
    before = threading.enumerate()
    widget = playground()
    widget.toggle()
    tick(widget)
    assert threading.enumerate() == before
    assert not widget.play.repeat


def test_epoch_by_epoch():
    widget = playground()
    widget.toggle()
    press(widget, "Enter")
    assert widget.run.epoch == 1 and not widget.play.playing
    click(widget, "one epoch ▶")
    assert "Epoch 2 of 400" in widget.picture.alt
    press(widget, "Home")
    assert "Epoch 0 of 400" in widget.picture.alt
    widget.run.train(400)
    widget.one_epoch()
    assert widget.run.epoch == 0


def test_the_same_seed_is_the_same_picture_whatever_the_way():
    played, stepped = playground(data="moons"), playground(data="moons", seed=3)
    stepped.seed.value = 0
    played.toggle()
    tick(played, 2)
    for _ in range(8):
        press(stepped, "Enter")
    assert seen(played) == seen(stepped)
    stepped.seed.value = 1
    press(stepped, "Home")
    first = playground(data="moons")
    assert seen(stepped) != seen(first)


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        ("data", "rings", "rings, 200 points"),
        ("layers", 2, "a 2–4–4–1 network"),
        ("units", 7, "a 2–7–1 network"),
        ("activation", "sigmoid", "of sigmoid units"),
        ("rate", 1.0, "learning rate 1,"),
        ("seed", 3, "seed 3."),
    ],
)
def test_each_control_starts_afresh(control, value, words):
    widget = playground()
    widget.toggle()
    tick(widget)
    before = seen(widget)
    getattr(widget, control).value = value
    assert words in widget.picture.alt and words not in before[1]
    assert "Epoch 0 of 400" in widget.picture.alt
    assert widget.picture.png != before[0]
    assert widget.play.playing  # and goes on
    tick(widget)
    assert "Epoch 4 of 400" in widget.picture.alt
    kept = {"XOR": "data", 4: "units", "tanh": "activation"}
    assert all(getattr(widget, name).value == was for was, name in kept.items() if name != control)


def test_arrows_choose_a_unit():
    widget = playground(units=2, layers=2)
    chosen = []
    for key in ["ArrowRight", "ArrowUp", "ArrowRight", "ArrowLeft", "ArrowDown", "ArrowDown"]:
        press(widget, key)
        chosen.append(widget.unit.value)
    assert chosen == [1, 2, 3, 2, 1, 0]
    press(widget, "ArrowLeft")
    assert widget.unit.value == 4
    assert "Unit 2.2: positive at" in widget.picture.alt
    assert widget.tiles.frame.get_visible()


def test_a_chosen_unit_is_said_in_its_own_numbers():
    widget = playground(units=3)
    widget.advance(9)
    widget.unit.value = 2
    found = re.search(r"Unit 2: z = (\S+) x₁ (.) (\S+) x₂ (.) (\S+), positive at (\d+) points",
                      widget.picture.alt.replace("−", "-"))  # fmt: skip
    w1, sign2, w2, sign, b, count = found.groups()
    said = [float(w1), float(sign2 + w2), float(sign + b)]
    first = widget.run.network.layers[0]
    w, bias = first.W.value[1], first.b.value[1, 0]
    assert said == pytest.approx([*w, bias], abs=0.0051)
    assert int(count) == np.sum(widget.X @ w + bias > 0)


def test_a_unit_of_the_second_layer_has_a_bent_line():
    widget = playground(units=6, layers=2, data="rings")
    widget.advance(40)
    widget.unit.value = 8
    vertices = np.concatenate([path.vertices for path in widget.shades.bend.get_paths()])
    _, handed = widget.run.outputs(vertices)
    assert len(vertices) > 30
    assert np.abs(handed[2][1]).max() < 0.05 * np.abs(handed[2]).max()
    widget.unit.value = 1
    assert not widget.shades.bend.get_paths()


def test_fewer_units_let_go_of_the_chosen_one():
    widget = playground(units=5)
    widget.unit.value = 5
    widget.units.value = 2
    assert (widget.unit.value, widget.unit.max) == (2, 2)
    assert "Unit 2:" in widget.picture.alt
    widget.layers.value = 2
    assert widget.unit.max == 4


def test_a_reset_puts_all_back_and_draws_once(monkeypatch):
    widget = playground(data="moons", units=5)
    first = seen(widget)
    for control, value in [
        ("data", "XOR"),
        ("units", 9),
        ("rate", 3.0),
        ("seed", 2),
        ("layers", 2),
    ]:
        getattr(widget, control).value = value
    widget.unit.value = 3
    widget.toggle()
    tick(widget)
    drawn, draw = [], widget.draw
    monkeypatch.setattr(widget, "draw", lambda: drawn.append(1) or draw())
    click(widget, "reset")
    assert seen(widget) == first
    assert len(drawn) == 1
    assert not widget.play.playing


def test_a_training_that_runs_away_is_said_and_stopped():
    widget = playground(units=32, layers=2, activation="ReLU", learning_rate=10.0)
    widget.toggle()
    for _ in range(widget.epochs // widget.slice):
        tick(widget)
    assert widget.run.diverged and not widget.play.playing
    assert "training ends here: take a smaller learning rate" in widget.picture.alt
    assert "nan" not in widget.picture.alt
    press(widget, "Home")
    assert "smaller learning rate" not in widget.picture.alt


def test_the_kept_layer_makes_the_picture_that_a_full_redraw_makes():
    widget = playground(data="spirals", units=6, layers=2)
    widget.advance(30)
    widget.unit.value = 9
    moved = pixels(widget.picture.png)
    fig = widget.scene.fig
    for artist in fig.findobj():
        artist.set_animated(False)
    whole = pixels(plots.png(fig, quick=True))
    assert moved.shape == whole.shape
    assert (np.abs(moved - whole) > 60).any(axis=2).mean() < 0.005


def test_every_control_has_a_name_or_a_tooltip():
    for part in parts(playground()):
        if hasattr(part, "description") and part.layout.display != "none":
            assert part.description
        if type(part).__name__ == "Button":
            assert part.tooltip


@pytest.mark.parametrize(
    "settings", [{}, {"data": "spirals", "units": 32, "layers": 2, "activation": "ReLU"}]
)
def test_it_answers_within_a_tenth_of_a_second(settings):
    widget, times = playground(**settings), []
    widget.toggle()
    for seed in range(1, 8):
        start = time.process_time()
        tick(widget)
        middle = time.process_time()
        widget.seed.value = seed
        times += [middle - start, time.process_time() - middle]
    assert median(times) < 0.1


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"data": "circles"}, ValueError, "data expects one of ['XOR', 'moons', 'rings', "
         "'spirals'], got the str 'circles'"),
        ({"layers": 3}, ValueError, "layers expects one of [1, 2], got the int 3"),
        ({"units": 33}, ValueError, "units expects one of 1 to 32, got the int 33"),
        ({"units": 2.5}, TypeError, "units"),
        ({"units": True}, TypeError, "units"),
        ({"activation": "step"}, ValueError, "activation expects one of ['tanh', 'ReLU', 'sig"),
        ({"learning_rate": 0.2}, ValueError, "learning_rate expects one of"),
        ({"learning_rate": True}, ValueError, "learning_rate expects one of"),
        ({"seed": -1}, ValueError, "seed"),
        ({"seed": 21}, ValueError, "seed expects one of 0 to 20"),
    ],
)  # fmt: skip
def test_settings_that_no_control_has_are_refused(settings, error, message):
    with pytest.raises(error, match=re.escape(message)):
        playground(**settings)
