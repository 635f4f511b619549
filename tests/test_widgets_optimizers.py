"""Chapter 5's explorer without a browser: races, tables and words beside formulas written out."""

import math
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from nnlib import plots
from nnlib.activations import Tanh
from nnlib.datasets import moons
from nnlib.layers import Dense
from nnlib.losses import SoftmaxCrossEntropy
from nnlib.network import Network
from nnlib.surfaces import (
    Beale,
    Bowl,
    Chart,
    Himmelblau,
    Plateau,
    Rastrigin,
    Ravine,
    Rosenbrock,
    Saddle,
    StyblinskiTang,
    random_slice,
)
from nnlib.widgets import optimizer_explorer
from nnlib.widgets.cuts import ONE, THREE, network_charts
from nnlib.widgets.outcomes import outcome, table
from nnlib.widgets.racers import (
    CANDIDATES,
    CHOICES,
    OPTIMIZERS,
    RATED,
    RATES,
    arrival,
    judge,
    tuned_rates,
)
from tests.hands import click, pixels

BUILT_IN = [Ravine(), Bowl(), Saddle(), Rosenbrock(), Beale(), Himmelblau(), Rastrigin(),
            StyblinskiTang(), Plateau()]  # fmt: skip


@pytest.fixture(scope="module")
def kept():
    return optimizer_explorer()


@pytest.fixture
def explorer(kept):
    kept.reset()
    return kept


def choose(explorer, *names):
    for name, box in explorer.racing.items():
        box.value = name in names


def seen(explorer):
    return explorer.picture.png, explorer.picture.alt, explorer.table.value


def at(explorer, ax, point):
    """Where in the picture a point of an ax is, as the browser says it."""
    width, height = explorer.scene.canvas.get_width_height()
    x, y = ax.transData.transform(point)
    return x / width, 1 - y / height


class Rows(HTMLParser):
    """The rows of a table, as lists of texts; tags must be closed in their order."""

    def __init__(self, source):
        super().__init__()
        self.rows, self.open, self.caption, self.heads = [], [], "", []
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        if tag == "th":
            self.heads.append(dict(attributes)["scope"])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if "caption" in self.open:
            self.caption += text
        else:
            self.rows[-1][-1] += text


def told(explorer):
    """The table by optimizer: rate, cost, distance, when it was reached."""
    found = Rows(explorer.table.value)
    head, *rows = found.rows
    assert head == ["optimizer", "rate", "cost", "distance to the nearest lowest point",
                    "reached it"]  # fmt: skip
    assert found.heads == ["col"] * 5 + ["row"] * len(rows)
    return {row[0].split(" ", 1)[1]: row[1:] for row in rows}


# ---- what is told is what happens ----


def bowl_slope(p):
    return p[0], 10 * p[1]


def run(rule, start, steps, slope=bowl_slope):
    w, state = list(start), [{"v": 0.0, "G": 0.0} for _ in start]
    path = [tuple(w)]
    for t in range(1, steps + 1):
        w = [w[i] + rule(g, state[i], t) for i, g in enumerate(slope(w))]
        path.append(tuple(w))
    return np.array(path)


def momentum(g, s, t, rate=0.05):
    s["v"] = 0.9 * s["v"] - rate * g
    return s["v"]


def rmsprop(g, s, t, rate=0.03):
    s["G"] = 0.9 * s["G"] + 0.1 * g * g
    return -rate * g / (math.sqrt(s["G"]) + 1e-8)


def adam(g, s, t, rate=0.2):
    s["v"] = 0.9 * s["v"] + 0.1 * g
    s["G"] = 0.999 * s["G"] + 0.001 * g * g
    return -rate * (s["v"] / (1 - 0.9**t)) / (math.sqrt(s["G"] / (1 - 0.999**t)) + 1e-8)


@pytest.mark.parametrize("step", [7, 50])
def test_the_table_is_right(explorer, step):
    explorer.ground.value, explorer.length.value = "bowl", 50
    explorer.move_start([-1.5, 0.7])
    rules = {"SGD": lambda g, s, t: -0.15 * g, "Momentum": momentum, "RMSprop": rmsprop,
             "Adam": adam}  # fmt: skip
    for name, rate in [("SGD", 0.15), ("Momentum", 0.05), ("RMSprop", 0.03), ("Adam", 0.2)]:
        explorer.rates[name].value = rate
    explorer.step.value = step
    rows = told(explorer)
    assert list(rows) == list(rules)
    for name, rule in rules.items():
        path = run(rule, (-1.5, 0.7), step)
        (x, y), distance = path[-1], np.hypot(*path.T)
        rate, cost, far, reached = rows[name]
        assert float(rate) == explorer.rates[name].value
        height = x * x / 2 + 5 * y * y
        assert float(cost.replace("−", "-")) == pytest.approx(height, rel=0.006, abs=1e-6)
        if far != "less than 0.001":
            assert float(far) == pytest.approx(distance[-1], rel=0.06)
        near = [k for k in range(step + 1) if (distance[k:] <= 0.04).all()]  # the map is 4 wide
        assert reached == (f"at step {near[0]}" if near else "not yet")
        words = explorer.picture.alt
        assert f"{name} (rate {rate}) {cost}, {far}" in words


def test_a_schedule_is_walked_by_all(explorer):
    explorer.ground.value = "bowl"
    choose(explorer, "SGD")
    explorer.rates["SGD"].value = 0.1
    for name, factor in [
        ("step", lambda t: 0.5 ** (t // 25)),
        ("exponential", lambda t: 0.01 ** (t / 100)),
        ("1/t", lambda t: 1 / (1 + t / 10)),
        ("cosine", lambda t: (1 + math.cos(math.pi * t / 100)) / 2),
        ("warm-up", lambda t: min(1, (t + 1) / 11)),
    ]:
        explorer.schedule.value = name
        wanted = run(lambda g, s, t, f=factor: -0.1 * f(t - 1) * g, explorer.start, 100)
        (path,) = [path for path in explorer.paths() if path is not None]
        np.testing.assert_allclose(path, wanted, rtol=1e-9, atol=1e-12, err_msg=name)
    assert "with rates that warm up in the first tenth of the steps." in explorer.picture.alt


def test_who_runs_away_is_told_and_drawn(explorer):
    explorer.ground.value = "bowl"
    explorer.rates["SGD"].value = 1.0  # y is multiplied by -9: 1.2 * 9**7 is above a million
    rows = told(explorer)
    assert rows["SGD"] == ["1", "–", "–", "ran away at step 7"]
    assert "SGD (rate 1) ran away at step 7;" in explorer.picture.alt
    assert rows["Adam"][3].startswith("at step")
    explorer.step.value = 6
    assert told(explorer)["SGD"][3] == "not yet"
    line = explorer.trails[0][0].line.get_xydata()
    assert np.abs(line).max() <= 20 and len(line) == 7
    assert np.isnan(explorer.trails[0][1].line.get_xydata()).any()  # not in relief beside the map


@pytest.mark.parametrize("name", [surface.name for surface in BUILT_IN] + [ONE, THREE])
def test_the_highest_rates_do_no_harm(explorer, name):
    explorer.ground.value = name
    choose(explorer, *OPTIMIZERS)
    for control in explorer.rates.values():
        control.value = 100.0
    explorer.move_start(np.array(explorer.bounds)[[0, 2]])
    assert len(told(explorer)) == 8
    explorer.step.value = 2
    assert len(told(explorer)) == 8


def test_no_one_races(explorer):
    choose(explorer)
    assert explorer.picture.alt.endswith("Nobody races: choose an optimizer.")
    assert told(explorer) == {}
    explorer.move_start([1, 1])


def test_looks_in_the_table_are_those_of_the_picture(explorer):
    for (trail, _), name in zip(explorer.trails, OPTIMIZERS, strict=True):
        assert f'color:{trail.line.get_color()}">{explorer.racing[name].description[0]}' in table(
            [outcome(name, 1.0, Bowl(), np.ones((2, 2)), np.ones((2, 2)), 1)], "x"
        )


def test_a_name_cannot_break_the_table():
    assert "<b>" not in table([], "<b> & co")
    assert Rows(table([], "<b> & co")).caption == "<b> & co"


def test_arrival_is_to_come_and_stay():
    distances = np.array([[3, 1, 0.1, np.nan], [0.1, 0.1, 2, 0.1], [0.2, 3, 0.1, 0.1]])
    assert arrival(distances, 0.5).tolist() == [1, 3, 2, 1]
    assert arrival(np.zeros((4, 1)), 0.5).tolist() == [0]


# ---- every surface, every control ----


@pytest.mark.parametrize("name", [surface.name for surface in BUILT_IN] + [ONE, THREE])
def test_every_surface_is_drawn_as_it_is(explorer, name):
    explorer.ground.value = name
    surface = explorer.surface
    left, right, bottom, top = surface.bounds
    grid = np.array(np.meshgrid(np.linspace(left, right, 81), np.linspace(bottom, top, 81)))
    levels = explorer.map.collections[0].levels
    assert (levels[0], levels[-1]) == pytest.approx((surface(grid).min(), surface(grid).max()))
    assert explorer.map.get_xlim() + explorer.map.get_ylim() == surface.bounds
    np.testing.assert_array_equal(explorer.stars.get_xydata(), surface.minima)
    assert f"“{name}” from (" in explorer.picture.alt
    for path, (trail, ridge) in zip(explorer.paths(), explorer.trails, strict=True):
        if path is not None:
            inside = explorer.inside(path[-1])
            assert trail.line.get_xydata()[-1] == pytest.approx(path[-1]) or not inside
            across, up = explorer.relief.project(*path[-1], surface(path[-1]))
            assert ridge.line.get_xydata()[-1] == pytest.approx((across, up)) or not inside
        else:
            assert not trail.line.get_visible() and not ridge.end.get_visible()


def test_all_of_the_list_are_offered(explorer):
    names = [surface.name for surface in BUILT_IN]
    assert list(explorer.surfaces) == [*names, ONE, THREE]
    assert list(explorer.racing) == ["SGD", "Momentum", "Nesterov", "Adagrad", "RMSprop",
                                     "Adadelta", "Adam", "L-BFGS"]  # fmt: skip
    assert list(explorer.schedule.options) == ["constant", "step", "exponential", "1/t", "cosine",
                                               "warm-up", "warm-up, cosine"]  # fmt: skip


def test_each_control_changes_the_picture(explorer):
    changes = [
        lambda: setattr(explorer.ground, "value", "saddle"),
        lambda: setattr(explorer.rates["Adam"], "value", 0.02),
        lambda: setattr(explorer.schedule, "value", "cosine"),
        lambda: setattr(explorer.length, "value", 25),
        lambda: setattr(explorer.step, "value", 12),
        lambda: setattr(explorer.racing["L-BFGS"], "value", True),
        lambda: setattr(explorer.racing["SGD"], "value", False),
        lambda: setattr(explorer.view, "value", "3-D"),
        lambda: setattr(explorer.angle, "value", 60),
        lambda: explorer._key("ArrowUp", True),
        lambda: explorer._key("Enter", False),
    ]
    for k, change in enumerate(changes):
        before = seen(explorer)
        change()
        after = seen(explorer)
        assert (pixels(after[0]) != pixels(before[0])).any(), k
        assert (after[1] == before[1]) == (k in (7, 8)), k  # the view is no news to the ear


def test_a_reset_brings_the_first_picture_back_and_draws_once(explorer, monkeypatch):
    first = seen(explorer)
    explorer.ground.value, explorer.schedule.value, explorer.length.value = THREE, "1/t", 400
    explorer.view.value, explorer.angle.value = "3-D", -90
    choose(explorer, "L-BFGS")
    explorer._key(" ", False)
    drawn, draw = [], explorer.draw
    monkeypatch.setattr(explorer, "draw", lambda: drawn.append(1) or draw())
    explorer.reset()
    assert seen(explorer) == first and len(drawn) == 1
    assert not explorer.play.playing


def test_the_kept_layers_make_the_picture_that_a_full_redraw_makes():
    explorer = optimizer_explorer()
    for change in ("saddle", "Himmelblau"):
        explorer.ground.value = change
        explorer.angle.value, explorer.length.value = 40, 50
        choose(explorer, "Momentum", "Adam", "L-BFGS")
        explorer.view.value = "3-D"
    blitted = pixels(explorer.picture.png)
    fig = explorer.scene.fig
    for artist in fig.findobj():
        artist.set_animated(False)
    whole = pixels(plots.png(fig, quick=True))
    assert blitted.shape == whole.shape
    assert (abs(blitted - whole) > 60).any(axis=2).mean() < 0.001


def test_another_order_of_changes_makes_the_same_picture(explorer):
    explorer.angle.value, explorer.length.value = 30, 200
    explorer.view.value, explorer.ground.value = "3-D", "Beale"
    one = seen(explorer)
    explorer.reset()
    explorer.ground.value, explorer.view.value = "Beale", "3-D"
    explorer.length.value, explorer.angle.value = 200, 30
    assert seen(explorer) == one


# ---- the start, the steps, the view ----


def test_the_start_is_dragged_on_the_map_in_either_view(explorer):
    for view in ("contours", "3-D"):
        explorer.view.value = view
        explorer._point("down", *at(explorer, explorer.map, (2.0, -1.0)))
        explorer._point("move", *at(explorer, explorer.map, (3.0, 1.5)))
        explorer._point("up", *at(explorer, explorer.map, (3.0, 1.5)))
        assert explorer.start == pytest.approx([3.0, 1.5])
        assert "from (3, 1.5)" in explorer.picture.alt
        explorer._point("move", *at(explorer, explorer.map, (0.0, 0.0)))
        assert explorer.start == pytest.approx([3.0, 1.5])
        explorer.move_start([0, 0])


def test_the_landscape_is_turned_by_dragging_it(explorer):
    ax, start = explorer.relief.ax, explorer.start
    x, y = at(explorer, ax, (0.0, 0.0))
    explorer._point("down", x, y)
    explorer._point("move", x + 0.125, y)
    assert explorer.angle.value == 45
    explorer._point("move", x - 0.125, y - 0.4)
    explorer._point("up", x - 0.125, y)
    assert explorer.angle.value == -45
    explorer._point("move", x, y)
    assert explorer.angle.value == -45 and (explorer.start == start).all()


def test_a_turn_is_a_turn(explorer):
    """The corner in front goes to where the corner on its right stood."""
    explorer.ground.value = "bowl"
    corners = np.array([(-2, -2, 2, 2), (-2, 2, 2, -2)], float)
    before = np.array(explorer.relief.project(*corners, explorer.lowest))
    explorer.angle.value = 90
    after = np.array(explorer.relief.project(*corners, explorer.lowest))
    moved = np.hypot(*(after[:, :, None] - before[:, None, :])).argmin(axis=1)
    assert sorted(moved) == [0, 1, 2, 3] and (moved != np.arange(4)).all()
    explorer.angle.value = -180
    low = explorer.relief.outline.get_xydata()
    explorer.angle.value = 180
    np.testing.assert_allclose(explorer.relief.outline.get_xydata(), low, atol=1e-9)


def test_keys_move_the_start_on_a_map_of_any_sides(explorer):
    for key, shift, start in [  # the ravine's map is 10 wide and 5 high
        ("ArrowRight", False, (-4.5 + 10 / 120, 2.0)),
        ("ArrowDown", False, (-4.5 + 10 / 120, 2.0 - 5 / 120)),
        ("ArrowLeft", True, (-5.0, 2.0 - 5 / 120)),
        ("ArrowUp", True, (-5.0, 2.0 - 5 / 120 + 5 / 12)),
        ("ArrowUp", True, (-5.0, 2.5)),
    ]:
        explorer._key(key, shift)
        assert explorer.start == pytest.approx(start)


def test_a_race_of_any_length_is_played(explorer):
    for length, stride in [(400, 4), (25, 1)]:
        explorer.length.value = length
        assert (explorer.step.max, explorer.play.max, explorer.step.value) == 3 * (length,)
        assert explorer.play.step == stride
        assert f"after step {length} of {length}," in explorer.picture.alt
        for path in explorer.paths():
            assert path is None or len(path) == length + 1
    explorer._key(" ", False)
    assert explorer.play.playing and explorer.step.value == 0
    explorer.play.value = 8  # as the browser does in time
    assert "after step 8 of 25," in explorer.picture.alt
    click(explorer, "❚❚ pause")
    click(explorer, "one step ▶")
    assert "after step 9 of 25," in explorer.picture.alt and not explorer.play.playing
    for key, step in [("End", 25), ("Enter", 0), ("Home", 0)]:
        explorer._key(key, False)
        assert explorer.step.value == step


def test_only_who_changed_walks_again(explorer, monkeypatch):
    import nnlib.widgets.optimizers as room

    asked, walks = [], room.walks
    monkeypatch.setattr(
        room, "walks", lambda s, who, *rest: asked.append(list(who)) or walks(s, who, *rest)
    )
    explorer.rates["Adam"].value = 0.7
    explorer.step.value = 3
    explorer.view.value = "3-D"
    explorer.racing["Nesterov"].value = True
    explorer.move_start([1, 1])
    assert asked == [["Adam"], ["Nesterov"], ["SGD", "Momentum", "Nesterov", "RMSprop", "Adam"]]


# ---- rates ----


@pytest.mark.parametrize("surface", BUILT_IN, ids=lambda surface: surface.name)
def test_the_tuned_rates_are_found_again(surface):
    table = dict(zip(RATED, RATES[surface.name], strict=True))
    found = tuned_rates(surface)
    if surface.name != "Rastrigin":  # where rounding decides in which of 100 hollows a walk ends
        assert found == table
    arrived, heights = judge(surface)
    for k, name in enumerate(RATED):
        place = CANDIDATES.index(table[name])
        assert np.isfinite(heights[k, place])
        assert arrived[k, place] <= arrived[k].min() + 2
        assert set(table.values()) <= set(CHOICES)


def test_judged_by_hand():
    """On a round bowl gradient descent shrinks the distance by 1 - rate in each step."""
    arrived, heights = judge(Bowl(1), ["SGD"], [0.5, 0.1, 5.0], steps=100)
    starts = np.array([(-1.8, 1.2)] + [(-1.8 + a * 4 / 30, 1.2 + b * 4 / 30)
                                       for a, b in [(1, 0), (-1, 0), (0, 1), (0, -1)]])  # fmt: skip
    far = np.hypot(*starts.T)
    for k, shrink in enumerate([0.5, 0.9]):
        steps = np.ceil(np.log(0.04 / far) / np.log(shrink))
        assert arrived[0, k] == pytest.approx(steps.mean())
        last = np.mean([(far * shrink**t) ** 2 / 2 for t in range(76, 101)])
        assert heights[0, k] == pytest.approx(last)
    assert arrived[0, 2] == heights[0, 2] == np.inf  # it leaves the map


def test_choosing_a_surface_sets_its_rates_and_start(explorer):
    explorer.ground.value = "Himmelblau"
    rates = [explorer.rates[name].value for name in RATED]
    assert rates == list(RATES["Himmelblau"])
    assert explorer.start.tolist() == list(Himmelblau().start)
    explorer.rates["Adam"].value = 0.01
    click(explorer, "tuned rates")
    assert [explorer.rates[name].value for name in RATED] == rates


# ---- surfaces of one's own ----


def network_slice():
    X, y = moons(30, rng=np.random.default_rng(0))
    layers = [Dense(2, 4), Tanh(), Dense(4, 2)]
    network = Network(layers, loss=SoftmaxCrossEntropy(), rng=np.random.default_rng(1))
    return random_slice(network.cost(X, y), network.parameters(), rng=np.random.default_rng(2))


def test_a_page_brings_its_own_surfaces():
    cut = network_slice()
    own = {"my cut": cut, "bowl": Bowl(100)}
    explorer = optimizer_explorer(surfaces=own)
    assert list(explorer.surfaces)[:3] == ["my cut", "bowl", "ravine"]
    assert list(explorer.surfaces).count("bowl") == 1
    assert "A race on the surface “my cut” from (" in explorer.picture.alt
    assert isinstance(explorer.surface, Chart) and explorer.surface.bounds == cut.bounds
    p = np.array([0.3, -0.2])
    np.testing.assert_allclose(explorer.surface.gradient(p), cut.gradient(p), atol=1e-4)
    explorer.ground.value = "bowl"
    assert explorer.surface is own["bowl"]
    assert explorer.rates["SGD"].value <= 0.02  # 2 / 100 is where it starts to run away


def test_a_page_says_what_is_shown_first():
    explorer = optimizer_explorer({"my bowl": Bowl(100)}, first="saddle")
    first = seen(explorer)
    assert "“saddle” from (−1.8, 0.01)" in first[1]
    explorer.ground.value = "my bowl"
    explorer.reset()
    assert seen(explorer) == first
    with pytest.raises(ValueError, match=r"first expects one of \['ravine', .*\], got the str 'x'"):
        optimizer_explorer(first="x")


def test_the_networks_in_the_maps_are_trained():
    charts = network_charts()
    assert charts is network_charts()
    assert charts[ONE].minima[0] == pytest.approx([0, 0], abs=0.01)
    assert charts[ONE]([0.0, 0.0]) < 0.3 < charts[ONE](np.array(charts[ONE].start))
    for end in [(0.0, 0.0), (1.0, 0.0)]:  # two of the three networks
        assert np.abs(charts[THREE].gradient(end)).max() < 0.2
        assert charts[THREE](end) < 0.4


@pytest.mark.parametrize(
    ("surfaces", "error", "words"),
    [
        ([Bowl()], TypeError, "surfaces expects a dict of name: surface"),
        ({1: Bowl()}, TypeError, "surfaces expects a dict of name: surface"),
        ({"a": 3.0}, TypeError, "surface 'a' expects a function of points, got the float 3.0"),
        ({"a": Rosenbrock(3)}, ValueError, "surface 'a' has 3 coordinates, a map has 2"),
        ({"a": lambda p: p[0]}, ValueError, "surface 'a' has no bounds"),
    ],
)
def test_what_is_no_surface(surfaces, error, words):
    with pytest.raises(error, match=words):
        optimizer_explorer(surfaces)


def test_the_first_picture_is_stored_with_its_words(explorer):
    data, metadata = explorer._repr_mimebundle_()
    words = data["text/plain"]
    assert words == metadata["image/png"]["alt"] == explorer.picture.alt
    assert words.startswith("A race on the surface “ravine” from (−4.5, 2), after step 100 of 100")
    assert len(re.findall(r"\(rate [\d.]+\) [\d.]+, [\d.]+", words)) == 4
