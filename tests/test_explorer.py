"""A classifier's cost as a surface beside JAX, and its explorer without a browser."""

import math
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nnlib import losses, plots
from nnlib.datasets import blobs
from nnlib.gradients import central_difference, check_gradient, complex_step
from nnlib.plots.relief import Relief
from nnlib.surfaces import (
    ClassifierSurface,
    HingeLoss,
    LogisticLoss,
    SquaredHingeLoss,
    SquaredLoss,
)
from nnlib.widgets import cost_surface_explorer
from tests.hands import click, pixels, seen

jax.config.update("jax_enable_x64", True)

ORACLES = {
    HingeLoss: lambda m: jnp.maximum(0, 1 - m),
    SquaredHingeLoss: lambda m: jnp.maximum(0, 1 - m) ** 2,
    LogisticLoss: lambda m: jax.nn.softplus(-m),
    SquaredLoss: lambda m: (1 - m) ** 2,
}
every_loss = pytest.mark.parametrize("loss", ORACLES)


def generator(seed=0):
    return np.random.default_rng(seed)


def some_data(seed=0, n=30):
    rng = generator(seed)
    X = rng.normal(size=(n, 2))
    return X, np.where(X @ [1.0, 0.5] + rng.normal(size=n) > 0, 1, -1)


def jax_cost(X, y, loss, strength):
    def cost(w):
        return ORACLES[loss](y * (X @ w)).mean() + strength / 2 * (w @ w)

    return cost


class TestClassifierSurface:
    @every_loss
    @pytest.mark.parametrize("seed", range(5))
    def test_value_and_gradient_are_jaxs(self, loss, seed):
        X, y = some_data(seed)
        strength = generator(seed).uniform(0, 2)
        surface = ClassifierSurface(X, y, loss(), strength)
        oracle = jax.value_and_grad(jax_cost(X, y, loss, strength))
        for w in generator(seed).normal(scale=3, size=(10, 2)):
            cost, gradient = oracle(jnp.array(w))
            assert surface(w) == pytest.approx(float(cost), rel=1e-12)
            np.testing.assert_allclose(surface.gradient(w), gradient, rtol=1e-10, atol=1e-13)

    @every_loss
    def test_the_gradient_is_measured(self, loss):
        surface = ClassifierSurface(*some_data(), loss(), 0.3)
        for w in generator().normal(size=(5, 2)):
            method = complex_step if loss is SquaredLoss else central_difference
            tolerance = 1e-13 if loss is SquaredLoss else 1e-7
            check = check_gradient(surface, surface.gradient, w, method=method, tolerance=tolerance)
            assert check, str(check)

    @pytest.mark.parametrize(
        ("loss", "of_outputs", "factor"),
        [
            (HingeLoss(), losses.Hinge(), 1),
            (SquaredHingeLoss(), losses.SquaredHinge(), 1),
            (LogisticLoss(), losses.BinaryCrossEntropy(), 1),
            (SquaredLoss(), losses.SquaredError(), 2),  # which takes half the square
        ],
    )
    def test_the_losses_of_networks_say_the_same(self, loss, of_outputs, factor):
        X, y = some_data(1)
        surface, w = ClassifierSurface(X, y, loss), np.array([0.7, -1.1])
        targets = (y + 1) // 2 if isinstance(of_outputs, losses.BinaryCrossEntropy) else y
        targets = targets.astype(float) if isinstance(of_outputs, losses.SquaredError) else targets
        cost = of_outputs.forward((X @ w)[None, :], targets)
        assert surface(w) == pytest.approx(factor * cost, rel=1e-12)
        gradient = (of_outputs.backward() @ X)[0]
        np.testing.assert_allclose(surface.gradient(w), factor * gradient, rtol=1e-10)

    def test_a_grid_is_asked_at_once(self):
        X, y = some_data(2, n=200)
        for loss in ORACLES:
            surface = ClassifierSurface(X, y, loss(), 0.1)
            grid = generator().normal(size=(2, 30, 25))  # more than one block
            costs = surface(grid)
            assert costs.shape == (30, 25)
            assert costs[29, 24] == pytest.approx(surface(grid[:, 29, 24]), rel=1e-13)
            assert costs[0, 3] == pytest.approx(surface(grid[:, 0, 3]), rel=1e-13)

    def test_labels_may_be_0_and_1(self):
        X, y = some_data()
        w = np.array([1.0, 2.0])
        signed = ClassifierSurface(X, y, HingeLoss())
        assert ClassifierSurface(X, (y + 1) // 2, HingeLoss())(w) == signed(w)

    def test_the_logistic_loss_of_large_margins(self):
        m = np.array([-1e4, -40.0, 0.0, 40.0, 1e4])
        assert LogisticLoss().value(m).tolist() == pytest.approx(
            [1e4, 40 + math.log1p(math.exp(-40)), math.log(2), math.log1p(math.exp(-40)), 0.0]
        )
        assert LogisticLoss().slope(m).tolist() == pytest.approx(
            [-1, -1 / (1 + math.exp(-40)), -0.5, -1 / (1 + math.exp(40)), 0.0]
        )

    @every_loss
    def test_a_minibatch_is_a_smaller_set(self, loss):
        X, y = some_data()
        index, w = np.array([0, 3, 4, 11]), np.array([0.4, -0.2])
        part = ClassifierSurface(X[index], y[index], loss(), 0.5)
        whole = ClassifierSurface(X, y, loss(), 0.5)
        np.testing.assert_allclose(whole.gradient(w, index), part.gradient(w), rtol=1e-13)

    @pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64])
    def test_points_of_whole_numbers(self, dtype):
        surface = ClassifierSurface(*some_data(), SquaredLoss(), 0.1)
        w = np.array([[100, 3], [100, 90]])
        np.testing.assert_array_equal(surface(w.astype(dtype)), surface(w.astype(float)))
        whole = surface.gradient(w[:, 0].astype(dtype))
        np.testing.assert_array_equal(whole, surface.gradient(w[:, 0].astype(float)))

    def test_nothing_lent_is_changed(self):
        X, y = some_data()
        start = np.array([1.0, 1.0])
        for array in (X, y, start):
            array.flags.writeable = False
        ClassifierSurface(X, y, HingeLoss()).descend(start, 0.1, 5, batch_size=4, rng=generator())


class TestDescend:
    def test_each_step_goes_down_jaxs_gradient(self):
        X, y = some_data()
        path = ClassifierSurface(X, y, LogisticLoss(), 0.1).descend([-2, 2], 0.3, 20)
        gradient = jax.grad(jax_cost(X, y, LogisticLoss, 0.1))
        w = jnp.array([-2.0, 2.0])
        for point in path:
            np.testing.assert_allclose(point, w, rtol=1e-12)
            w = w - 0.3 * gradient(w)
        assert path.shape == (21, 2)

    def test_an_epoch_uses_every_example_once(self, monkeypatch):
        X, y = some_data(n=13)
        surface, asked = ClassifierSurface(X, y, HingeLoss()), []
        monkeypatch.setattr(surface, "gradient", lambda w, index: asked.append(index) or 0 * w)
        surface.descend([0, 0], 0.1, 6, batch_size=5, rng=generator())
        assert [len(index) for index in asked] == [5, 5, 3, 5, 5, 3]
        for epoch in (asked[:3], asked[3:]):
            assert sorted(np.concatenate(epoch)) == list(range(13))
        assert np.concatenate(asked[:3]).tolist() != np.concatenate(asked[3:]).tolist()

    def test_a_path_that_runs_away_ends_with_its_first_far_point(self):
        surface = ClassifierSurface(*some_data(), SquaredLoss())
        path = surface.descend([1, 1], 5.0, 100)
        assert len(path) < 101
        far = abs(path).max(axis=1) > 1e6
        assert far[-1] and not far[:-1].any()

    def test_no_step_is_a_path_too(self):
        path = ClassifierSurface(*some_data(), HingeLoss()).descend([1, 2], 1, 0)
        assert path.tolist() == [[1, 2]]


X2, Y2 = [[1.0, 2.0], [3.0, 4.0]], [0, 1]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (([[1.0, 2.0, 3.0]], [1], HingeLoss()), ValueError, "X expects 2 features"),
        ((X2, [0, 1, 1], HingeLoss()), ValueError, "X holds 2 examples and y 3"),
        ((X2, [1, 2], HingeLoss()), ValueError, r"two classes, 0 and 1 or -1 and \+1, got"),
        ((X2, [1, 1], HingeLoss()), ValueError, "two classes"),
        (([[1.0, np.nan], [0.0, 1.0]], Y2, HingeLoss()), ValueError, "nan"),
        ((X2, Y2, "hinge"), TypeError, "loss expects a loss of a margin"),
        ((X2, Y2, HingeLoss), TypeError, "make an instance"),
        ((X2, Y2, HingeLoss(), -1), ValueError, "strength expects a number of at least 0"),
        ((X2, Y2, HingeLoss(), True), TypeError, "strength expects a number"),
    ],
)
def test_a_surface_that_cannot_be(arguments, error, words):
    with pytest.raises(error, match=words):
        ClassifierSurface(*arguments)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        (([1, 2, 3], 0.1, 5), {}, ValueError, "start expects 2 entries, got 3"),
        (([1, np.inf], 0.1, 5), {}, ValueError, "start"),
        (([1, 2], 0, 5), {}, ValueError, "learning_rate expects a number above 0"),
        (([1, 2], 0.1, -1), {}, ValueError, "steps expects"),
        (([1, 2], 0.1, 5), {"batch_size": 2}, TypeError, "rng expects a NumPy generator"),
        (([1, 2], 0.1, 5), {"batch_size": 0, "rng": generator()}, ValueError, "batch_size expects"),
    ],
)
def test_a_walk_that_cannot_be(arguments, options, error, words):
    with pytest.raises(error, match=words):
        ClassifierSurface(X2, Y2, HingeLoss()).descend(*arguments, **options)


def test_weights_of_another_number_are_refused():
    surface = ClassifierSurface(X2, Y2, HingeLoss())
    for ask in (surface, surface.gradient, surface.margins):
        with pytest.raises(ValueError, match=r"two weights.*got shape \(3,\)"):
            ask([1.0, 2.0, 3.0])


class TestRelief:
    BOUNDS = (-3, 3, -3, 3)

    def relief(self, front=(1, -1)):
        _, ax = plots.figure(3, 3, layout=None)
        return Relief(ax, self.BOUNDS, front)

    def test_the_lowest_point_stands_on_the_ground_and_the_highest_at_the_top(self):
        relief = self.relief()
        relief.show(lambda w: 5 + w[0])
        _, floor = relief.project(-3.0, 0.0, 2.0)
        _, top = relief.project(-3.0, 0.0, 8.0)
        assert top - floor == pytest.approx(1)
        assert [text.get_text() for text in (relief.low, relief.high)] == ["2", "8"]

    @pytest.mark.parametrize("front", [(1, -1), (1, 1), (-1, 1), (-1, -1)])
    def test_the_corner_in_front_is_lowest_in_the_picture_and_painted_last(self, front):
        relief = self.relief(front)
        relief.show(lambda w: 0 * w[0])
        corners = np.array([(1, -1), (1, 1), (-1, 1), (-1, -1)])
        _, up = relief.project(*3.0 * corners.T, 0.0)
        assert tuple(corners[up.argmin()]) == front
        cells = [path.vertices[:4, 1].mean() for path in relief.surface.get_paths()]
        assert cells == sorted(cells, reverse=True)

    def test_right_stays_right_of_left_seen_from_below(self):
        relief = self.relief((1, -1))
        (left, right), _ = relief.project(np.array([-3.0, 3.0]), np.array([-3.0, -3.0]), 0.0)
        assert left < right

    def test_a_bent_surface_keeps_its_ends_and_lifts_what_is_low(self):
        relief = self.relief()
        relief.show(lambda w: 5 + w[0], bend=2.0)
        rises = [relief.project(-3.0, 0.0, height)[1] for height in (2.0, 3.5, 8.0, 1.9)]
        np.testing.assert_allclose(np.subtract(rises, rises[0]), [0, 0.5, 1, 0])

    @pytest.mark.parametrize("turn", [0, 30, -130, 170])
    def test_seen_from_elsewhere_the_nearest_corner_is_painted_last(self, turn):
        relief = self.relief()
        relief.look((0, 1, 0, 5), (1, 1), turn)
        relief.show(lambda w: 0 * w[0])
        _, up = relief.project(np.array([0, 1, 1, 0]), np.array([0, 0, 5, 5]), 0.0)
        cells = [path.vertices[:4, 1].mean() for path in relief.surface.get_paths()]
        assert cells == sorted(cells, reverse=True)
        assert relief.outline.get_ydata().min() == up.min()
        assert {text.get_text() for label in relief.labels for text in label} == {
            "0", "1", "5", "$w_1$", "$w_2$"
        }  # fmt: skip

    def test_ends_are_said_in_two_digits(self):
        relief = self.relief()
        relief.show(lambda w: -0.013 + 2531 * (w[0] + 3) / 6)
        assert (relief.low.get_text(), relief.high.get_text()) == ("−0.013", "2500")

    def test_a_flat_surface_is_no_problem(self):
        relief = self.relief()
        relief.show(lambda w: np.ones(w.shape[1:]))
        assert np.isfinite(relief.surface.get_paths()[0].vertices).all()


@pytest.fixture(scope="module")
def data():
    return blobs(40, centers=((-1, -0.6), (1, 0.6)), noise=0.8, rng=generator())


@pytest.fixture
def explorer(data):
    return cost_surface_explorer(*data)


def at(explorer, w):
    """Where in the picture a point of the map is, as the browser says it."""
    width, height = explorer.scene.canvas.get_width_height()
    x, y = explorer.map.transData.transform(w)
    return x / width, 1 - y / height


def weights_in(words):
    pair = re.search(r"the weights are \((.*?), (.*?)\)", words.replace("−", "-"))
    return [float(pair[1]), float(pair[2])]


class TestCostSurfaceExplorer:
    @pytest.mark.parametrize(
        ("control", "value", "words"),
        [
            ("loss", "squared hinge", "squared hinge loss with strength 0.01"),
            ("loss", "logistic", "logistic loss"),
            ("loss", "squared error", "squared error loss"),
            ("strength", 1.0, "strength 1,"),
            ("rate", 0.5, "learning rate 0.5,"),
            ("batch", 5, "batches of 5"),
            ("step", 12, "Step 12 of 100"),
            ("play", 12, "Step 12 of 100"),
        ],
    )
    def test_each_control_changes_picture_and_words(self, explorer, control, value, words):
        picture, before = seen(explorer)
        assert words not in before
        getattr(explorer, control).value = value
        after, now = seen(explorer)
        assert words in now
        assert (pixels(after) != pixels(picture)).any()

    def test_the_words_are_those_of_the_walk(self, explorer, data):
        explorer.loss.value, explorer.strength.value = "logistic", 0.1
        explorer.rate.value, explorer.step.value = 0.4, 30
        X, y = data[0], 2 * data[1] - 1
        cost = jax_cost(X, y, LogisticLoss, 0.1)
        w = jnp.array([-2.0, 2.0])
        for _ in range(30):
            w = w - 0.4 * jax.grad(cost)(w)
        words = explorer.picture.alt
        assert weights_in(words) == pytest.approx(list(map(float, w)), abs=0.0051)
        assert f"cost {float(cost(w)):.4g}." in words
        assert f"{int((y * (X @ w) > 0).sum())} of 40 points" in words

    def test_another_loss_leaves_nothing_of_the_last(self, explorer, data):
        first = explorer.picture.png
        for control, value in [("loss", "logistic"), ("strength", 2.0), ("step", 40)]:
            getattr(explorer, control).value = value
        other = cost_surface_explorer(*data)
        for control, value in [("step", 40), ("strength", 2.0), ("loss", "logistic")]:
            getattr(other, control).value = value
        assert explorer.picture.png == other.picture.png != first
        explorer.reset()
        assert explorer.picture.png == first

    def test_the_kept_layers_make_the_picture_that_a_full_redraw_makes(self, explorer):
        explorer.loss.value = "squared hinge"
        explorer.move_start([1.0, -2.0])
        blitted = pixels(explorer.picture.png)
        fig = explorer.scene.fig
        for artist in fig.findobj():
            artist.set_animated(False)
        whole = pixels(plots.png(fig, quick=True))
        assert blitted.shape == whole.shape
        differ = (abs(blitted - whole) > 60).any(axis=2).mean()  # edges drawn over or under
        assert differ < 0.005

    @pytest.mark.parametrize("loss", ["squared hinge", "hinge"])
    def test_map_and_relief_show_the_chosen_surface(self, explorer, data, loss):
        explorer.strength.value = 0.5
        explorer.loss.value = "logistic"
        explorer.loss.value = loss
        oracle = SquaredHingeLoss if loss == "squared hinge" else HingeLoss
        cost = jax_cost(data[0], 2 * data[1] - 1, oracle, 0.5)
        corners = [float(cost(jnp.array([a, b]))) for a in (-3.0, 3.0) for b in (-3.0, 3.0)]
        highest = max(corners)  # of a convex function: at a corner
        assert explorer.relief.high.get_text() == f"{highest:.2g}"
        levels = explorer.map.collections[0].levels
        assert levels[-1] == pytest.approx(highest)
        assert levels[0] == pytest.approx(explorer.relief.lowest, abs=0.01 * highest)

    def test_the_start_is_dragged(self, explorer):
        explorer._point("down", *at(explorer, (1.0, -1.5)))
        assert explorer.start == pytest.approx([1.0, -1.5])
        explorer._point("move", *at(explorer, (0.5, 0.25)))
        assert "from (0.5, 0.25)" in explorer.picture.alt
        explorer._point("move", 0.99, 0.5)  # beside the map
        explorer._point("up", 0.99, 0.5)
        explorer._point("move", *at(explorer, (2.0, 2.0)))  # nothing is held any more
        assert explorer.start == pytest.approx([0.5, 0.25])

    def test_a_press_beside_the_map_drags_nothing(self, explorer):
        before = seen(explorer)
        explorer._point("down", 0.9, 0.2)
        explorer._point("move", *at(explorer, (1.0, 1.0)))
        assert seen(explorer) == before

    def test_the_start_is_moved_by_keys(self, explorer):
        for key, shift, start in [
            ("ArrowRight", False, (-1.95, 2.0)),
            ("ArrowDown", False, (-1.95, 1.95)),
            ("ArrowLeft", True, (-2.45, 1.95)),
            ("ArrowUp", True, (-2.45, 2.45)),
            ("ArrowLeft", True, (-2.95, 2.45)),
            ("ArrowLeft", True, (-3.0, 2.45)),  # the edge
        ]:
            explorer._key(key, shift)
            assert explorer.start == pytest.approx(start)
        assert "from (−3, 2.45)" in explorer.picture.alt

    def test_keys_go_through_the_steps(self, explorer):
        for key, step in [("Home", 0), ("Enter", 1), ("End", 100), ("Enter", 0)]:
            explorer._key(key, False)
            assert explorer.step.value == explorer.play.value == step

    def test_playing_starts_anew_at_the_end_and_pauses(self, explorer):
        explorer._key(" ", False)
        assert explorer.play.playing and explorer.step.value == 0
        explorer.play.value = 5  # as the browser does in time
        assert "Step 5 of 100" in explorer.picture.alt
        click(explorer, "❚❚ pause")
        assert not explorer.play.playing and explorer.step.value == 5
        click(explorer, "▶ play")
        assert explorer.play.playing and explorer.step.value == 5
        explorer.reset()
        assert not explorer.play.playing and explorer.step.value == 100

    def test_buttons(self, explorer):
        first = seen(explorer)
        click(explorer, "one step ▶")
        assert explorer.step.value == 0
        click(explorer, "one step ▶")
        assert "Step 1 of 100" in explorer.picture.alt
        explorer.batch.value, explorer.step.value = 1, 100
        before = weights_in(explorer.picture.alt)
        click(explorer, "shuffle anew")
        assert weights_in(explorer.picture.alt) != before
        click(explorer, "reset")
        assert seen(explorer) == first

    def test_a_reset_draws_once(self, explorer, monkeypatch):
        explorer.batch.value, explorer.rate.value, explorer.step.value = 5, 1, 3
        drawn = []
        draw = explorer.draw
        monkeypatch.setattr(explorer, "draw", lambda: drawn.append(1) or draw())
        explorer.reset()
        assert len(drawn) == 1

    def test_a_walk_that_runs_away_is_said_and_cut_off(self, explorer):
        explorer.loss.value, explorer.rate.value = "squared error", 5.0
        words = explorer.picture.alt
        assert "The walk runs away and ends here: take a smaller learning rate." in words
        assert "off the map" in explorer.title.get_text()
        explorer.step.value = 2
        assert "The path left the map at step 1." in explorer.picture.alt
        relief = explorer.ridge.line.get_xydata()
        assert np.isnan(relief).any()
        low, high = explorer.relief.ax.get_xlim()
        inside = relief[~np.isnan(relief).any(axis=1), 0]
        assert low < inside.min() and inside.max() < high

    def test_a_path_that_comes_back(self, explorer):
        explorer.move_start([-3.0, -3.0])
        explorer.strength.value, explorer.rate.value = 1.0, 1.6
        off = (abs(explorer.path()) > 3).any(axis=1)
        assert off.any() and not off[-1]
        assert f"The path was off the map at {off.sum()} of its points." in explorer.picture.alt

    def test_dots_in_relief_stand_on_the_ground(self, explorer):
        path = explorer.path()[:5]
        points = explorer._in_relief(path)[:: explorer.ridge.line.get_markevery()]
        across, up = explorer.relief.project(*path.T, explorer.surface(path.T))
        np.testing.assert_allclose(points, np.column_stack([across, up]), atol=1e-12)

    def test_no_weights_no_line(self, explorer):
        explorer.move_start([0.0, 0.0])
        explorer.step.value = 0
        assert "there is no line" in explorer.picture.alt

    def test_the_line_and_its_margin_have_their_scores(self, explorer, data):
        w = np.array([0.8, -1.6])
        explorer.show_third(w)
        scores = [line.get_xydata() @ w for line in explorer.line.lines]
        np.testing.assert_allclose(scores, [[0, 0], [1, 1], [-1, -1]], atol=1e-12)
        assert explorer.line.shaft.get_xydata()[1] @ w > 0
        X, y = data
        wrong = X[(X @ w > 0) != (y == 1)]
        np.testing.assert_array_equal(explorer.line.rings.get_xydata(), wrong)

    def test_few_examples_make_few_batch_sizes(self):
        X, y = blobs(6, rng=generator())
        sizes = cost_surface_explorer(X, y).batch.options
        assert sizes == (("1", 1), ("5", 5), ("all 6", 6))

    @pytest.mark.parametrize(
        ("arguments", "options", "error", "words"),
        [
            (([[1.0], [2.0]], Y2), {}, ValueError, "X expects 2 features"),
            ((X2, [3, 4]), {}, ValueError, "two classes"),
            ((X2, [0, 1, 1]), {}, ValueError, "X holds 2 examples and y 3"),
            ((X2, Y2), {"start": (4.0, 0.0)}, ValueError, "start expects two weights from -3 to 3"),
            ((X2, Y2), {"start": (4.0,)}, ValueError, "start expects 2 entries"),
            ((X2, Y2), {"reach": 0}, ValueError, "reach expects a number above 0"),
        ],
    )
    def test_bad_input(self, arguments, options, error, words):
        with pytest.raises(error, match=words):
            cost_surface_explorer(*arguments, **options)
