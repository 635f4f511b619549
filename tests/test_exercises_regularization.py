"""The references of chapter 6's exercises, and what its checks compare with, against others' work:
the library's layers and callbacks, scikit-learn, and random networks that are measured."""

import numpy as np
import pytest
from sklearn import feature_selection, linear_model, model_selection, pipeline

from nnlib import BatchNorm, Dropout, EarlyStopping
from nnlib.checks import EXERCISES
from nnlib.checks.regularization import folds, shrink, signal, stopping

SEEDS = pytest.mark.parametrize("seed", range(5))


def reference(number):
    return EXERCISES[number].reference


@SEEDS
def test_the_shrinking_step_is_the_least_of_its_cost(seed):
    """Against a fine grid: the step minimizes (u - v)² / 2 + eta strength |u|."""
    rng = np.random.default_rng(seed)
    w, gradient = rng.normal(size=6), rng.normal(size=6)
    grid = np.linspace(-5, 5, 200_001)
    v, amount = w - 0.3 * gradient, 0.3 * 0.8
    cost = (grid - v[:, None]) ** 2 / 2 + amount * np.abs(grid)
    least = grid[cost.argmin(axis=1)]
    assert reference("6.1")(w, gradient, 0.3, 0.8) == pytest.approx(least, abs=1e-4)
    assert shrink.shrunk(v, amount) == pytest.approx(least, abs=1e-4)


@pytest.mark.parametrize("rate", [0.2, 0.7])
def test_dropout_drops_and_scales_as_the_layer_does(rate):
    a, layer = np.ones((100, 1000)), Dropout(rate)
    layer.initialize(rng=np.random.default_rng(1))
    layer.training = True
    ours, other = layer.forward(a).copy(), reference("6.2")(a, rate, True, 5)
    assert np.unique(ours) == pytest.approx(np.unique(other), rel=1e-14)
    assert np.mean(ours == 0) == pytest.approx(np.mean(other == 0), abs=0.01)


class Following:
    """What `EarlyStopping` reads of a trainer whose validation losses are given."""

    def __init__(self, losses):
        self.losses, self.epoch, self.restored = losses, -1, False

    @property
    def best(self):
        seen = self.losses[: self.epoch + 1]
        low = int(np.nanargmin(seen))
        return type("Best", (), {"epoch": low})

    def restore_best(self):
        self.restored = True


@SEEDS
def test_a_training_is_stopped_where_the_library_stops_it(seed):
    rng = np.random.default_rng(seed)
    losses = np.abs(np.cumsum(rng.normal(size=40)))
    for patience in (1, 3, 6, 60):
        following, callback = Following(losses), EarlyStopping(patience)
        for following.epoch in range(len(losses)):
            if callback(following):
                break
        expected = following.epoch, following.best.epoch
        assert reference("6.3")(losses, losses, patience)[:2] == expected
        assert stopping.truth(losses, patience) == expected


def sizes_of_random_networks(widths, stds, rng, networks=3000):
    """Measured sizes: the mean squares over many networks, then the root."""
    signals, gradients = np.zeros(len(widths)), np.zeros(len(widths))
    for _ in range(networks):
        a = [rng.choice([-1.0, 1.0], widths[0])]
        W = [rng.normal(0, s, (o, i)) for s, i, o in zip(stds, widths, widths[1:], strict=False)]
        for weights in W:
            a.append(np.maximum(0, weights @ a[-1]))
        g = [rng.choice([-1.0, 1.0], widths[-1])]
        for weights, output in zip(W[::-1], a[:0:-1], strict=True):
            g.append(weights.T @ (g[-1] * (output > 0)))
        signals += [np.mean(values**2) for values in a]
        gradients += [np.mean(values**2) for values in g[::-1]]
    return np.sqrt(signals / networks), np.sqrt(gradients / networks)


def test_signals_in_random_networks_have_the_predicted_sizes():
    """3,000 networks leave a scatter of about 1 %; a missing half would be 40 %."""
    widths, stds = [40, 60, 30, 20], [0.2, 0.15, 0.3]
    measured = sizes_of_random_networks(widths, stds, np.random.default_rng(4))
    for predicted, one in zip(reference("6.4")(widths, stds), measured, strict=True):
        assert predicted == pytest.approx(one, rel=0.04)
    assert signal.forward(widths, stds) == pytest.approx(measured[0], rel=0.04)
    assert signal.backward(widths, stds) == pytest.approx(measured[1], rel=0.04)


@SEEDS
def test_cross_predictions_are_those_of_scikit_learn(seed):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(24, 7)), rng.normal(size=24)
    parts = rng.integers(0, 4, 24)
    model = pipeline.make_pipeline(
        feature_selection.SelectKBest(feature_selection.f_regression, k=1),
        linear_model.LinearRegression(),
    )
    expected = model_selection.cross_val_predict(
        model, X, y, groups=parts, cv=model_selection.LeaveOneGroupOut()
    )
    assert reference("6.5")(X, y, parts) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert folds.predict(X, y, parts) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@SEEDS
def test_batch_normalization_is_the_layer_s(seed):
    rng = np.random.default_rng(seed)
    x, grad = rng.normal(2, 3, (4, 7)), rng.normal(size=(4, 7))
    layer = BatchNorm(4, epsilon=1e-3)
    layer.initialize(rng=rng)
    layer.training = True
    layer.gamma.value[...], layer.beta.value[...] = rng.normal(size=(2, 4, 1))
    gamma, beta = layer.gamma.value.copy(), layer.beta.value.copy()
    y, dx, dgamma, dbeta = reference("6.6")(x, gamma, beta, 1e-3, grad)
    assert layer.forward(x) == pytest.approx(y, rel=1e-12, abs=1e-12)
    assert layer.backward(grad) == pytest.approx(dx, rel=1e-10, abs=1e-12)
    assert layer.gamma.grad == pytest.approx(dgamma, rel=1e-12)
    assert layer.beta.grad == pytest.approx(dbeta, rel=1e-12)
