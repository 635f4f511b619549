"""Surfaces: slopes by complex step and JAX, minima by SciPy; slices by the vectors they cut."""

import math
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.gates import Parameter
from nnlib.gradients import check_gradient, complex_step
from nnlib.layers import Dense
from nnlib.losses import SquaredError
from nnlib.network import Network
from nnlib.optimizers import SGD
from nnlib.surfaces import (
    Beale,
    Bowl,
    Himmelblau,
    Plateau,
    Rastrigin,
    Ravine,
    Rosenbrock,
    Saddle,
    Slice,
    StyblinskiTang,
    Surface,
    line_between,
    plane_through,
    principal_slice,
    random_slice,
)

jax.config.update("jax_enable_x64", True)
pytestmark = pytest.mark.filterwarnings("error")

A = np.array([[1.0, 0.0], [0.0, 10.0]])
TURN = np.array([[0.8, -0.6], [0.6, 0.8]])

# each surface, and its formula once more, in JAX, from the literature
SURFACES = {
    "bowl": (Bowl(), lambda x: x @ A @ x / 2),
    "turned bowl": (
        Bowl(condition=30, angle=math.atan2(0.6, 0.8)),
        lambda x: x @ TURN @ jnp.diag(jnp.array([1.0, 30.0])) @ TURN.T @ x / 2,
    ),
    "ravine": (Ravine(), lambda x: x[0] ** 2 / 20 + 5 * (x[1] - jnp.sin(x[0])) ** 2),
    "saddle": (Saddle(), lambda x: (x[0] ** 2 - x[1] ** 2) / 2 + x[1] ** 4 / 4),
    "Rosenbrock": (Rosenbrock(), lambda x: (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2),
    "Rosenbrock 5": (
        Rosenbrock(5),
        lambda x: sum((1 - x[i]) ** 2 + 100 * (x[i + 1] - x[i] ** 2) ** 2 for i in range(4)),
    ),
    "Beale": (
        Beale(),
        lambda x: (
            (1.5 - x[0] + x[0] * x[1]) ** 2
            + (2.25 - x[0] + x[0] * x[1] ** 2) ** 2
            + (2.625 - x[0] + x[0] * x[1] ** 3) ** 2
        ),
    ),
    "Himmelblau": (
        Himmelblau(),
        lambda x: (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2,
    ),
    "Rastrigin": (
        Rastrigin(),
        lambda x: 20 + (x**2).sum() - 10 * jnp.cos(2 * math.pi * x).sum(),
    ),
    "Rastrigin 4": (
        Rastrigin(4),
        lambda x: 40 + (x**2).sum() - 10 * jnp.cos(2 * math.pi * x).sum(),
    ),
    "Styblinski-Tang": (StyblinskiTang(), lambda x: (x**4 - 16 * x**2 + 5 * x).sum() / 2),
    "Styblinski-Tang 3": (StyblinskiTang(3), lambda x: (x**4 - 16 * x**2 + 5 * x).sum() / 2),
    "plateau": (Plateau(), lambda x: 1 - jnp.exp(-(x @ x) / 2)),
    "wide plateau": (Plateau(2.0), lambda x: 1 - jnp.exp(-(x @ x) / 8)),
}
every = pytest.mark.parametrize("name", SURFACES)

# the lowest value, as the literature gives it
LOWEST = {"saddle": -0.25, "Styblinski-Tang": -78.33233140754282, "Styblinski-Tang 3": -117.498497}


def random_points(surface, n, seed=0):
    """n points (d, n) within the surface's bounds."""
    low, high = np.reshape(surface.bounds, (2, 2)).T
    rng = np.random.default_rng(seed)
    sides = [rng.uniform(low[i % 2], high[i % 2], n) for i in range(surface.dimensions)]
    return np.array(sides)


class TestEverySurface:
    @every
    def test_heights_and_slopes_are_jaxs(self, name):
        surface, formula = SURFACES[name]
        points = random_points(surface, 40)
        both = jax.jit(jax.vmap(jax.value_and_grad(formula), in_axes=1, out_axes=(0, 1)))
        heights, slopes = both(points)
        np.testing.assert_allclose(surface(points), heights, rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(surface.gradient(points), slopes, rtol=1e-10, atol=1e-10)

    @every
    def test_the_slope_is_the_heights(self, name):
        surface, _ = SURFACES[name]
        for point in random_points(surface, 5, seed=1).T:
            check = check_gradient(
                surface, surface.gradient, point, method=complex_step, tolerance=1e-12
            )
            assert check, check

    @every
    def test_minima(self, name):
        """No slope there, curved upward, SciPy stays there, and nothing drawn is lower."""
        surface, formula = SURFACES[name]
        lowest = LOWEST.get(name, 0.0)
        assert surface.minima.shape[1] == surface.dimensions
        for point in surface.minima:
            assert surface(point) == pytest.approx(lowest, abs=1e-6 if lowest < -100 else 1e-13)
            np.testing.assert_allclose(surface.gradient(point), 0, atol=1e-12)
            assert np.linalg.eigvalsh(jax.hessian(formula)(point))[0] > 0.04
            found = scipy.optimize.minimize(surface, point + 0.01, jac=surface.gradient, tol=1e-12)
            np.testing.assert_allclose(found.x, point, atol=1e-6)
        assert surface(random_points(surface, 20_000)).min() > lowest

    @every
    def test_no_minimum_is_forgotten(self, name):
        """SciPy from everywhere: what is as low as the lowest is on the list."""
        surface, _ = SURFACES[name]
        lowest = surface(surface.minima[0])
        reached = []
        for start in random_points(surface, 40, seed=2).T:
            found = scipy.optimize.minimize(surface, start, jac=surface.gradient)
            assert found.fun > lowest - 1e-9
            if found.fun < lowest + 1e-8:
                nearest = np.linalg.norm(surface.minima - found.x, axis=1)
                assert nearest.min() < 1e-3
                reached.append(nearest.argmin())
        if surface.dimensions == 2:
            assert set(reached) == set(range(len(surface.minima)))

    @every
    @pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 4), (2, 3, 2), (0,)])
    def test_points_in_any_shape(self, name, shape):
        surface, _ = SURFACES[name]
        count = math.prod(shape)
        points = random_points(surface, count).reshape(surface.dimensions, *shape)
        heights, slopes = surface(points), surface.gradient(points)
        assert np.shape(heights) == shape and slopes.shape == points.shape
        flat = points.reshape(surface.dimensions, count)
        for i in range(count):
            assert np.ravel(heights)[i] == pytest.approx(surface(flat[:, i]), rel=1e-12)
            np.testing.assert_allclose(
                slopes.reshape(flat.shape)[:, i], surface.gradient(flat[:, i]), rtol=1e-12
            )

    @every
    def test_one_point_has_a_number(self, name):
        surface, _ = SURFACES[name]
        height = surface(surface.start)
        assert type(height) is float and math.isfinite(height)
        assert surface([1] * surface.dimensions) == surface([1.0] * surface.dimensions)
        assert surface.gradient([1] * surface.dimensions).dtype == np.float64

    @every
    def test_points_are_not_changed_nor_lent(self, name):
        surface, _ = SURFACES[name]
        points = random_points(surface, 5)
        points.setflags(write=False)
        surface(points)
        slope = surface.gradient(points)
        slope += 1
        assert not np.shares_memory(slope, points)

    @every
    def test_float32_stays_float32(self, name):
        surface, _ = SURFACES[name]
        points = random_points(surface, 5).astype(np.float32)
        assert surface(points).dtype == surface.gradient(points).dtype == np.float32

    @every
    def test_start_and_bounds(self, name):
        surface, _ = SURFACES[name]
        left, right, bottom, top = surface.bounds
        inside = surface.minima.tolist() + [list(surface.start)]
        assert all(left < x[0] < right and bottom < x[1] < top for x in inside)
        assert len(surface.start) == surface.dimensions
        assert surface(surface.start) > surface(surface.minima[0])
        assert np.linalg.norm(surface.gradient(surface.start)) > 1e-3

    @every
    @pytest.mark.parametrize(
        "points", [3.0, np.ones(7), np.ones((1, 2)), "ab", None, [True, False]]
    )
    def test_refusals(self, name, points):
        surface, _ = SURFACES[name]
        for use in (surface, surface.gradient):
            with pytest.raises((TypeError, ValueError), match="expects"):
                use(points)


class TestParticulars:
    @given(condition=st.floats(1, 1e4), angle=st.floats(-4, 4))
    @settings(max_examples=30, deadline=None)
    def test_the_condition_number(self, condition, angle):
        bowl = Bowl(condition, angle)
        eigenvalues, axes = np.linalg.eigh(bowl.matrix)
        np.testing.assert_allclose(eigenvalues, [1, condition], rtol=1e-9)
        if condition > 1.01:
            assert abs(axes[:, 0] @ [math.cos(angle), math.sin(angle)]) == pytest.approx(1)

    def test_descent_converges_below_two_over_the_condition_number(self):
        bowl = Bowl(condition=20, angle=0.5)
        for rate, ends_near in [(0.99 * 2 / 20, True), (1.01 * 2 / 20, False)]:
            w = SimpleNamespace(value=np.array([1.0, 1.0]), grad=None)
            optimizer = SGD(rate)
            for _ in range(400):
                w.grad = bowl.gradient(w.value)
                optimizer.step([w])
            assert (bowl(w.value) < 1e-3) == ends_near

    def test_the_ravine_has_one_place_without_a_slope(self):
        ravine = Ravine()
        for start in random_points(ravine, 30).T:
            found = scipy.optimize.root(ravine.gradient, start)
            if found.success:
                np.testing.assert_allclose(found.x, 0, atol=1e-6)

    def test_the_saddle(self):
        saddle = Saddle()
        assert saddle.gradient([0.0, 0.0]).tolist() == [0, 0]
        assert saddle([0.0, 0.0]) == 0 > saddle([0.0, 0.1])

    def test_rosenbrocks_second_valley(self):
        found = scipy.optimize.minimize(
            Rosenbrock(4), [-1.0, 1.0, 1.0, 1.0], jac=Rosenbrock(4).gradient
        )
        assert found.fun > 3.5 and found.x[0] < -0.7

    def test_the_plateau_is_flat_far_away(self):
        assert np.abs(Plateau().gradient([6.0, 0.0])).max() < 1e-6

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda: Bowl(0.5), "condition expects"),
            (lambda: Bowl(2, math.nan), "angle expects"),
            (lambda: Ravine(0), "steepness expects"),
            (lambda: Plateau(-1), "width expects"),
            (lambda: Rosenbrock(1), "dimensions expects"),
            (lambda: Rastrigin(0), "dimensions expects"),
            (lambda: StyblinskiTang(2.5), "dimensions expects"),
        ],
    )
    def test_settings(self, make, words):
        with pytest.raises((TypeError, ValueError), match=words):
            make()

    def test_they_say_what_they_are(self):
        assert repr(Bowl()) == "Bowl(condition=10.0, angle=0.0)"
        assert [repr(s) for s in (Beale(), Rosenbrock(), Rastrigin(3), StyblinskiTang())] == [
            "Beale()",
            "Rosenbrock(dimensions=2)",
            "Rastrigin(dimensions=3)",
            "StyblinskiTang(dimensions=2)",
        ]
        assert (
            repr(Ravine()) == "Ravine(steepness=10.0)" and repr(Plateau()) == "Plateau(width=1.0)"
        )

    def test_a_surface_of_ones_own(self):
        with pytest.raises(NotImplementedError, match="no height"):
            Surface()([0.0, 0.0])
        with pytest.raises(NotImplementedError, match="no slope"):
            Surface().gradient([0.0, 0.0])


def wavy(w):
    return float(np.sin(w).sum() + w @ w / 10)


def wavy_gradient(w):
    return np.cos(w) + w / 5


class TestSlice:
    @given(n=st.integers(2, 9), dimensions=st.integers(1, 2), seed=st.integers(0, 99))
    @settings(max_examples=20, deadline=None)
    def test_it_is_the_loss_at_the_vector(self, n, dimensions, seed):
        rng = np.random.default_rng(seed)
        origin, directions = rng.standard_normal(n), rng.standard_normal((dimensions, n))
        cut = Slice(wavy, origin, directions, wavy_gradient)
        points = rng.standard_normal((dimensions, 3, 2))
        losses = cut(points)
        for i, j in np.ndindex(3, 2):
            expected = origin + sum(points[k, i, j] * directions[k] for k in range(dimensions))
            assert losses[i, j] == pytest.approx(wavy(expected), rel=1e-12)
        point = points[:, 0, 0]
        assert type(cut(point)) is float and cut(point) == losses[0, 0]
        np.testing.assert_allclose(cut.point(cut.vector(point)), point, atol=1e-8)
        assert check_gradient(cut, cut.gradient, point, tolerance=1e-6)

    def test_a_walk_within_it_stays_within_it(self):
        rng = np.random.default_rng(0)
        cut = Slice(wavy, rng.standard_normal(5), rng.standard_normal((2, 5)), wavy_gradient)
        w = Parameter(np.zeros(2))
        for _ in range(200):
            w.grad[...] = cut.gradient(w.value)
            SGD(0.02).step([w])
        assert cut(w.value) < cut([0.0, 0.0])
        np.testing.assert_allclose(cut.gradient(w.value), 0, atol=0.05)

    def test_a_loss_that_knows_more_is_asked(self):
        asked = []

        class Cost:
            gradient = staticmethod(wavy_gradient)

            def __call__(self, vector):
                return wavy(vector)

            def losses_along(self, origin, directions, points):
                asked.append(points.shape)
                return np.array([wavy(vector) for vector in origin + points @ directions])

        rng = np.random.default_rng(0)
        origin, directions = rng.standard_normal(5), rng.standard_normal((2, 5))
        quick, plain = Slice(Cost(), origin, directions), Slice(wavy, origin, directions)
        grid = rng.standard_normal((2, 4, 3))
        np.testing.assert_allclose(quick(grid), plain(grid), rtol=1e-12)
        assert type(quick(grid[:, 0, 0])) is float
        assert asked == [(12, 2), (1, 2)]
        assert check_gradient(quick, quick.gradient, [0.3, -0.4], tolerance=1e-6)
        own = Slice(Cost(), origin, directions, lambda vector: 2 * wavy_gradient(vector))
        np.testing.assert_allclose(own.gradient([0, 0]), 2 * quick.gradient([0, 0]))

    def test_what_was_lent_is_not_changed_nor_kept(self):
        origin, directions = np.zeros(3), np.eye(3)[:2]
        cut = Slice(wavy, origin, directions)
        directions[...] = 9
        assert cut.vector([1, 2]).tolist() == [1, 2, 0]
        cut.vector([1, 2])[...] = 7
        assert cut.vector([0, 0]).tolist() == [0, 0, 0]
        origin[...] = 9
        assert cut.vector([1, 2]).tolist() == [1, 2, 0]

    def test_float32(self):
        cut = Slice(lambda w: w.sum(), np.ones(3, np.float32), np.eye(3)[:2])
        assert cut.vector([1, 2]).dtype == np.float32 and cut([1.0, 2.0]) == 6.0

    @pytest.mark.parametrize(
        ("make", "error", "words"),
        [
            (lambda: Slice("loss", [0.0], [[1.0]]), TypeError, "loss expects a function"),
            (lambda: Slice(wavy, [0.0], [[1.0]], 3), TypeError, "loss_gradient expects"),
            (lambda: Slice(wavy, [math.nan], [[1.0]]), ValueError, r"origin\[0\] is nan"),
            (lambda: Slice(wavy, [0.0], [1.0]), ValueError, "directions expects shape"),
            (lambda: Slice(wavy, [0.0], [[1.0, 2.0]]), ValueError, "directions expects shape"),
            (lambda: Slice(wavy, [0.0], [[math.inf]]), ValueError, "directions"),
            (lambda: Slice(wavy, [0.0], [[1.0]])([1.0, 2.0]), ValueError, "along 1 directions"),
            (lambda: Slice(wavy, [0.0], [[1.0]])(1.0), ValueError, "along 1 directions"),
            (lambda: Slice(wavy, [0.0], [[1.0]]).vector([1, 2]), ValueError, "along 1 directions"),
            (lambda: Slice(wavy, [0.0], [[1.0]]).gradient([1.0]), TypeError, "loss_gradient"),
        ],
    )
    def test_refusals(self, make, error, words):
        with pytest.raises(error, match=words):
            make()


class TestDirections:
    def test_a_line_between(self):
        start, end = np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, -1.0])
        line = line_between(wavy, start, end)
        assert line([0.0]) == wavy(start) and line([1.0]) == pytest.approx(wavy(end))
        middle = line(np.array([[0.0, 0.25, 1.0]]))[1]
        assert middle == pytest.approx(wavy(0.75 * start + 0.25 * end))
        assert line.bounds == (-0.5, 1.5)
        assert line_between(wavy, start, end, bounds=(0, 1)).bounds == (0, 1)
        with pytest.raises(ValueError, match="end expects 3 entries"):
            line_between(wavy, start, end[:2])

    def test_lines_and_planes_stay_where_they_were_laid(self):
        corners = np.random.default_rng(0).standard_normal((3, 5))
        cuts = line_between(wavy, *corners[:2]), plane_through(wavy, *corners)
        middles = [np.full(cut.dimensions, 0.5) for cut in cuts]
        before = [cut(middle) for cut, middle in zip(cuts, middles)]
        corners += 1
        assert [cut(middle) for cut, middle in zip(cuts, middles)] == before

    def test_between_vectors_of_small_integers(self):
        start, end, third = np.array([[0, 200, 7], [100, 0, 7], [0, 0, 1]], np.uint8)
        line = line_between(wavy, start, end)
        assert line.vector([0.5]).tolist() == [50, 100, 7]
        plane = plane_through(wavy, start, end, third)
        np.testing.assert_allclose(plane.vector(plane.point(third)), third, atol=1e-9)

    @given(n=st.integers(3, 8), seed=st.integers(0, 99))
    @settings(max_examples=20, deadline=None)
    def test_a_plane_through_three(self, n, seed):
        a, b, c = np.random.default_rng(seed).standard_normal((3, n))
        plane = plane_through(wavy, a, b, c)
        np.testing.assert_allclose(plane.point(a), [0, 0], atol=1e-9)
        np.testing.assert_allclose(plane.point(b), [1, 0], atol=1e-9)
        u, v = plane.directions
        assert abs(u @ v) < 1e-9 * (u @ u) and np.linalg.norm(u) == pytest.approx(np.linalg.norm(v))
        where = plane.point(c)
        assert where[1] > 0
        np.testing.assert_allclose(plane.vector(where), c, atol=1e-9)

    @pytest.mark.parametrize("third", [[2.0, 2.0], [0.0, 0.0], [-1.0, -1.0]])
    def test_three_on_a_line(self, third):
        with pytest.raises(ValueError, match="don't lie on one line"):
            plane_through(wavy, [0.0, 0.0], [1.0, 1.0], third)
        with pytest.raises(ValueError, match="don't lie on one line"):
            plane_through(wavy, [1.0, 1.0], [1.0, 1.0], third)

    def test_random_directions_are_normalized_filter_by_filter(self):
        rng = np.random.default_rng(0)
        W = Parameter(rng.standard_normal((3, 4)) * [[1.0], [10.0], [0.0]])
        b = Parameter(rng.standard_normal((3, 1)), decays=False)
        F = Parameter(rng.standard_normal((2, 3, 2, 2)))
        cut = random_slice(wavy, [W, b, F], rng=rng)
        assert cut.directions.shape == (2, 12 + 3 + 24)
        np.testing.assert_array_equal(
            cut.origin, np.concatenate([W.value.ravel(), b.value.ravel(), F.value.ravel()])
        )
        for d in cut.directions:
            rows = np.linalg.norm(d[:12].reshape(3, 4), axis=1)
            np.testing.assert_allclose(rows, np.linalg.norm(W.value, axis=1), atol=1e-12)
            assert (d[12:15] == 0).all()
            filters = np.linalg.norm(d[15:].reshape(2, 12), axis=1)
            np.testing.assert_allclose(filters, np.linalg.norm(F.value.reshape(2, 12), axis=1))
        assert not np.allclose(cut.directions[0], cut.directions[1])
        assert random_slice(wavy, [W], rng=rng, dimensions=1).dimensions == 1

    def test_the_scale_of_weights_does_not_change_the_picture(self):
        """ReLU layers: W1 * 10 and W2 / 10 are the same network, and give the same slice."""
        rng = np.random.default_rng(1)
        W1, W2, X = (rng.standard_normal(shape) for shape in [(5, 3), (1, 5), (3, 20)])

        def loss(w):
            return float((w[15:].reshape(1, 5) @ np.maximum(w[:15].reshape(5, 3) @ X, 0)).var())

        one, two = (
            random_slice(loss, [Parameter(W1 * c), Parameter(W2 / c)], rng=np.random.default_rng(2))
            for c in (1, 10)
        )
        grid = np.random.default_rng(3).uniform(-1, 1, (2, 10))
        np.testing.assert_allclose(one(grid), two(grid))

    def test_random_directions_need_a_generator(self):
        with pytest.raises(TypeError, match=r"np.random.default_rng\(seed\)"):
            random_slice(wavy, [Parameter(np.ones((2, 2)))], rng=0)

    @pytest.mark.parametrize(
        "parameters",
        [
            Network([Dense(2, 1)], loss=SquaredError(), rng=np.random.default_rng(0)),
            Parameter(np.ones((2, 2))),
            np.ones(4),
            [],
            None,
        ],
    )
    def test_random_directions_need_parameters(self, parameters):
        with pytest.raises(TypeError, match=r"^parameters expects .* network.parameters\(\)"):
            random_slice(wavy, parameters, rng=np.random.default_rng(0))

    def test_principal_directions_of_a_walk(self):
        """A walk made of two directions and a little of a third."""
        rng = np.random.default_rng(0)
        axes = np.linalg.qr(rng.standard_normal((6, 6)))[0][:3]
        steps = rng.standard_normal((40, 3)) * [5.0, 2.0, 0.01]
        steps[-1] = 0
        path = rng.standard_normal(6) + steps @ axes
        cut, points, shown = principal_slice(wavy, path)
        np.testing.assert_allclose(cut.vector(points[-1]), path[-1], atol=1e-12)
        np.testing.assert_allclose(cut.vector(points[3]), path[3], atol=0.05)
        assert points.shape == (40, 2) and shown.sum() == pytest.approx(1, abs=1e-4)
        assert shown[0] > shown[1]
        second_moment = (path[:-1] - path[-1]).T @ (path[:-1] - path[-1])
        eigenvalues, vectors = np.linalg.eigh(second_moment)
        np.testing.assert_allclose(shown, eigenvalues[:-3:-1] / eigenvalues.sum(), rtol=1e-9)
        for direction, vector in zip(cut.directions, vectors.T[::-1]):
            assert abs(direction @ vector) == pytest.approx(1)
        left, right, bottom, top = cut.bounds
        assert ((points.T[0] > left) & (points.T[0] < right)).all()
        assert ((points.T[1] > bottom) & (points.T[1] < top)).all()

    @pytest.mark.parametrize(
        ("path", "words"),
        [
            (np.ones((2, 5)), "at least 3"),
            (np.ones(5), "at least 3"),
            (np.ones((4, 5)), "stands still"),
            (np.outer(np.arange(4.0), np.ones(5)), "straight line"),
            (np.arange(4.0)[:, None], "straight line"),
            (np.full((4, 5), math.nan), "path"),
        ],
    )
    def test_walks_that_span_no_plane(self, path, words):
        with pytest.raises(ValueError, match=words):
            principal_slice(wavy, path)
