"""A charted surface: exact where a spline is, near where it isn't, straight beyond its bounds."""

import numpy as np
import pytest

from nnlib.activations import Tanh
from nnlib.datasets import moons
from nnlib.gradients import check_gradient
from nnlib.layers import Dense
from nnlib.losses import SoftmaxCrossEntropy
from nnlib.network import Network
from nnlib.surfaces import Bowl, Chart, Himmelblau, Rastrigin, Ravine, random_slice

BOUNDS = (-2.0, 3.0, -1.0, 2.0)


def points(bounds, n=200, seed=0):
    left, right, bottom, top = bounds
    rng = np.random.default_rng(seed)
    return np.array([rng.uniform(left, right, n), rng.uniform(bottom, top, n)])


@pytest.mark.parametrize("seed", range(5))
def test_cubic_polynomials_are_exact(seed):
    a = np.random.default_rng(seed).normal(size=(4, 4))

    def cubic(p):
        return np.polynomial.polynomial.polyval2d(*p, a)

    chart, p = Chart(cubic, BOUNDS, steps=7), points(BOUNDS, seed=seed)
    np.testing.assert_allclose(chart(p), cubic(p), rtol=1e-11, atol=1e-10)
    along_x = np.polynomial.polynomial.polyval2d(*p, a[1:] * [[1], [2], [3]])
    along_y = np.polynomial.polynomial.polyval2d(*p, a[:, 1:] * [1, 2, 3])
    np.testing.assert_allclose(chart.gradient(p), [along_x, along_y], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("surface", [Ravine(), Himmelblau()])
def test_the_error_falls_with_the_fourth_power_of_the_cells(surface):
    p, errors = points(surface.bounds), []
    for steps in (21, 41, 81):
        errors.append(abs(Chart(surface, steps=steps)(p) - surface(p)).max())
    assert errors[0] / errors[1] > 10 and errors[1] / errors[2] > 10


def test_crossings_are_met():
    chart = Chart(Rastrigin(), steps=11)
    x = np.linspace(-5.12, 5.12, 11)
    grid = np.array(np.meshgrid(x, x))
    np.testing.assert_allclose(chart(grid), Rastrigin()(grid), atol=1e-11)


@pytest.mark.parametrize("where", [(0.3, 0.7), (4.0, 0.5), (-3.0, 0.2), (1.0, 5.0), (9.0, -7.0)])
def test_the_gradient_is_the_charts_own(where):
    chart = Chart(lambda p: np.sin(p[0]) * np.exp(p[1]), BOUNDS, steps=9)
    assert check_gradient(chart, chart.gradient, np.array(where), tolerance=1e-7)


def test_beyond_the_bounds_it_goes_on_straight():
    chart = Chart(lambda p: p[0] ** 3 + p[1] ** 2, BOUNDS, steps=9)
    assert chart([3.0, 1.0]) == pytest.approx(28)
    assert chart([5.0, 1.0]) == pytest.approx(28 + 2 * 27)
    assert chart.gradient([5.0, 1.0]) == pytest.approx([27, 2])
    assert chart([1.0, 4.0]) == pytest.approx(1 + 4 + 2 * 4)


def test_the_lowest_point_is_found():
    (x, y), *more = Chart(Bowl(3, 0.4), (-1.0, 3.0, -2.1, 1.7), steps=9).minima
    assert (x, y) == (pytest.approx(0, abs=1e-5), pytest.approx(0, abs=1e-5)) and not more
    at_edge = Chart(lambda p: p[0] + (p[1] - 0.3) ** 2, BOUNDS).minima[0]
    assert at_edge == pytest.approx([-2, 0.3], abs=1e-5)


def test_a_start_is_high_up_or_as_said():
    assert Chart(lambda p: p[0] + 2 * p[1], BOUNDS).start == (1.75, 1.25)
    assert Chart(Bowl(), start=(0.5, 1)).start == (0.5, 1.0)


def test_many_points_or_one_and_nan_is_nan():
    chart, p = Chart(Himmelblau()), points((-6, 6, -6, 6), 24)
    values, slopes = chart(p.reshape(2, 4, 6)), chart.gradient(p.reshape(2, 4, 6))
    assert values.shape == (4, 6) and slopes.shape == (2, 4, 6)
    for k in range(24):
        assert chart(p[:, k]) == pytest.approx(values.ravel()[k], rel=1e-12)
        np.testing.assert_allclose(chart.gradient(p[:, k]), slopes.reshape(2, -1)[:, k])
    both = chart([[np.nan, 3.0], [0.0, 2.0]])
    assert np.isnan(both[0]) and both[1] == pytest.approx(0, abs=1e-6)


def test_a_networks_slice_is_charted():
    X, y = moons(40, rng=np.random.default_rng(0))
    layers = [Dense(2, 6), Tanh(), Dense(6, 2)]
    network = Network(layers, loss=SoftmaxCrossEntropy(), rng=np.random.default_rng(1))
    cut = random_slice(network.cost(X, y), network.parameters(), rng=np.random.default_rng(2))
    chart, p = Chart(cut), points(cut.bounds, 40)
    assert chart.bounds == (-1, 1, -1, 1)
    np.testing.assert_allclose(chart(p), cut(p), atol=1e-6)
    np.testing.assert_allclose(chart.gradient(p), cut.gradient(p), atol=1e-4)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        ((3,), {}, TypeError, "function expects a function of points, got the int 3"),
        ((lambda p: p[0],), {}, ValueError, "has no bounds of its own needs them"),
        ((lambda p: p[0], (1, 0, 0, 1)), {}, ValueError, "left < right"),
        ((lambda p: p[0], (0, 1, 0, np.inf)), {}, ValueError, "top expects"),
        ((Bowl(),), {"steps": 4}, ValueError, "steps expects"),
        ((lambda p: 1.0, BOUNDS), {}, ValueError, "one value a point"),
        ((lambda p: p[0] / 0 * p[0], BOUNDS), {}, ValueError, r"function\(points\)"),
        ((Bowl(),), {"start": (1, np.nan)}, ValueError, "start"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_what_is_no_chart(arguments, options, error, words):
    with pytest.raises(error, match=words):
        Chart(*arguments, **options)
