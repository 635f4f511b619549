"""L-BFGS: its minimum against SciPy's, its direction against the matrix that it never writes.

And its steps against the strong Wolfe conditions.
"""

import math

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.gates import Parameter, Unit
from nnlib.optimizers import LBFGS
from nnlib.optimizers.line_search import _between, strong_wolfe

pytestmark = pytest.mark.filterwarnings("error")
seeds = pytest.mark.parametrize("seed", range(4))


def rosenbrock(w):
    return scipy.optimize.rosen(w), scipy.optimize.rosen_der(w)


def logistic(seed):
    """A convex problem: logistic regression on 40 random examples of 6 features, with L2."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((40, 6)), rng.choice([-1.0, 1.0], 40)

    def function(w):
        m = y * (X @ w)
        loss = np.logaddexp(0, -m).mean() + 0.05 * w @ w
        return loss, X.T @ (-y * np.exp(-np.logaddexp(0, m))) / 40 + 0.1 * w

    return function


class TestMinimum:
    @seeds
    @pytest.mark.parametrize("n", [2, 3, 10, 50])
    def test_rosenbrock(self, n, seed):
        start = np.random.default_rng([seed, n]).uniform(-2, 2, n)
        ours = LBFGS().minimize(rosenbrock, start)
        theirs = scipy.optimize.minimize(
            rosenbrock,
            ours.point + 1e-3,  # from 4 dimensions on there are two minima: is ours one?
            jac=True,
            method="BFGS",
            options={"gtol": 1e-8},
        )
        assert np.abs(ours.gradient).max() < 1e-6
        np.testing.assert_allclose(ours.point, theirs.x, atol=1e-6)
        assert ours.value == pytest.approx(theirs.fun, abs=1e-10)
        assert ours.evaluations < 40 * n + 60

    @pytest.mark.parametrize("n", [2, 5, 20])
    def test_rosenbrock_from_the_classical_start(self, n):
        start = np.where(np.arange(n) % 2, 1.0, -1.2)
        ours = LBFGS().minimize(rosenbrock, start)
        theirs = scipy.optimize.minimize(
            rosenbrock, start, jac=True, method="L-BFGS-B", options={"ftol": 0, "gtol": 1e-8}
        )
        np.testing.assert_allclose(ours.point, theirs.x, atol=1e-6)
        assert ours.evaluations < 2 * theirs.nfev

    @seeds
    def test_convex(self, seed):
        function = logistic(seed)
        ours = LBFGS().minimize(function, np.zeros(6), tolerance=1e-7)
        theirs = scipy.optimize.minimize(
            function, np.ones(6), jac=True, method="BFGS", options={"gtol": 1e-10}
        )
        np.testing.assert_allclose(ours.point, theirs.x, atol=1e-6)  # slopes 1e-7, curvature 0.1
        assert ours.reason.startswith("no entry of the gradient")
        assert ours.evaluations < 30

    @seeds
    def test_where_no_lower_point_can_be_told_it_ends_soon(self, seed):
        result = LBFGS().minimize(logistic(seed), np.zeros(6), tolerance=0)
        assert result.reason == "found no lower point"
        assert np.abs(result.gradient).max() < 1e-7
        assert result.evaluations < 60

    def test_what_it_reports(self):
        calls = []

        def function(w):
            calls.append(w.copy())
            return rosenbrock(w)

        result = LBFGS().minimize(function, [-1.2, 1.0], steps=7)
        assert result.evaluations == len(calls)
        assert len(result.history) == 8 and result.reason == "took all 7 steps"
        assert result.history[0] == rosenbrock(np.array([-1.2, 1.0]))[0]
        assert all(np.diff(result.history) < 0)
        assert result.value == result.history[-1] == rosenbrock(result.point)[0]
        np.testing.assert_array_equal(result.gradient, rosenbrock(result.point)[1])

    def test_no_steps(self):
        result = LBFGS().minimize(rosenbrock, [-1.2, 1.0], steps=0)
        assert result.point.tolist() == [-1.2, 1.0] and result.evaluations == 1

    def test_a_start_that_is_the_minimum(self):
        result = LBFGS().minimize(rosenbrock, np.ones(3), tolerance=0)
        assert result.evaluations == 1 and result.value == 0

    def test_the_start_is_not_changed(self):
        start = np.array([-1.2, 1.0])
        start.setflags(write=False)
        LBFGS().minimize(rosenbrock, start)
        assert start.tolist() == [-1.2, 1.0]

    def test_a_function_with_one_buffer_for_all_gradients(self):
        buffer = np.empty(2)

        def function(w):
            buffer[:] = rosenbrock(w)[1]
            return rosenbrock(w)[0], buffer

        np.testing.assert_allclose(LBFGS().minimize(function, [-1.2, 1.0]).point, 1, atol=1e-7)

    def test_places_without_a_value_are_walked_around(self):
        def function(w):
            with np.errstate(all="ignore"):
                return (w - np.log(w)).sum(), 1 - 1 / w  # NaN below 0, lowest at 1

        result = LBFGS().minimize(function, [20.0, 0.01])
        np.testing.assert_allclose(result.point, 1, atol=1e-7)

    def test_no_lower_point(self):
        """A gradient that points up: every step along it is refused."""
        result = LBFGS().minimize(lambda w: (w @ w, -2 * w), [1.0, 1.0])
        assert result.reason == "found no lower point"
        assert result.point.tolist() == [1, 1] and len(result.history) == 1

    def test_interruption_returns_the_best_so_far(self):
        calls = []

        def function(w):
            calls.append(1)
            if len(calls) == 10:
                raise KeyboardInterrupt
            return rosenbrock(w)

        result = LBFGS().minimize(function, [-1.2, 1.0])
        assert result.reason == "interrupted"
        assert result.value == min(result.history) == rosenbrock(result.point)[0]
        calls[:] = [1] * 9
        with pytest.raises(KeyboardInterrupt):
            LBFGS().minimize(function, [-1.2, 1.0])


class TestLineSearch:
    @given(
        coefficients=st.lists(st.floats(-3, 3), min_size=6, max_size=6),
        start=st.floats(1e-3, 10),
        c1=st.floats(1e-4, 0.3),
        gap=st.floats(0.05, 0.6),
    )
    @settings(max_examples=300, deadline=None)
    def test_strong_wolfe_conditions_hold(self, coefficients, start, c1, gap):
        """Along waves on a parabola; c2 as far above c1 as `gap`."""
        a, b, c, d, e, f = coefficients

        def phi(t):
            value = t**2 / 4 - (0.1 + abs(a)) * t + b * math.sin(c * t) + d * math.cos(e * t + f)
            slope = t / 2 - (0.1 + abs(a)) + b * c * math.cos(c * t) - d * e * math.sin(e * t + f)
            return value, slope

        value, slope = phi(0.0)
        if slope > -1e-3:
            return
        called = []

        def recorded(t):
            called.append(t)
            return phi(t)

        step = strong_wolfe(recorded, value, slope, start, c1, c1 + gap, 60)
        assert step == called[-1] > 0
        assert phi(step)[0] <= value + c1 * step * slope
        assert abs(phi(step)[1]) <= -(c1 + gap) * slope

    def test_every_step_of_a_descent_satisfies_them(self):
        optimizer = LBFGS(c1=1e-3, c2=0.5)
        walk = list(zip(range(60), optimizer._walk(rosenbrock, np.array([-1.2, 1.0, 0.3]))))
        assert len(walk) > 20
        for (_, (w, loss, g)), (_, (w2, loss2, g2)) in zip(walk, walk[1:]):
            slope = g @ (w2 - w)  # times the step length, on both sides alike
            assert slope < 0
            assert loss2 <= loss + 1e-3 * slope
            assert abs(g2 @ (w2 - w)) <= -0.5 * slope * (1 + 1e-9)

    def test_it_goes_beyond_a_start_that_is_too_short(self):
        step = strong_wolfe(
            lambda t: ((t - 100) ** 2, 2 * (t - 100)), 1e4, -200.0, 1e-3, 1e-4, 0.1, 60
        )
        assert abs(step - 100) <= 10

    def test_a_second_try_that_is_higher_than_the_first_has_a_minimum_before_it(self):
        """Down a slope with one wave in it, between 1 and 2: phi(2) > phi(1), both far below 0."""

        def phi(t):
            wave = 1 / (1 + math.exp(-20 * (t - 1.5)))
            return 1.5 * wave - t, 30 * wave * (1 - wave) - 1

        assert phi(1)[0] < phi(2)[0] < -0.1 and max(phi(1)[1], phi(2)[1]) < -0.9
        step = strong_wolfe(phi, *phi(0), 1.0, 1e-4, 0.1, 30)
        assert 1 < step < 2 and abs(phi(step)[1]) <= 0.1

    @pytest.mark.parametrize(
        ("low", "high", "wanted"),
        [
            ((0.0, 0.0, -1.0), (2.0, 2.0, 3.0), 0.5),  # t**2 - t, lowest between them
            ((0.0, 0.0, -0.1), (2.0, 3.8, 3.9), 0.2),  # t**2 - t / 10, lowest at 0.05
            ((2.0, 0.2, 0.2), (0.0, 3.8, -3.8), 1.8),  # t**2 - 3.8 t + 3.8, lowest at 1.9
            ((2.0, 3.8, 3.9), (0.0, 0.0, -0.1), 0.2),
        ],
    )
    def test_the_next_try_keeps_a_tenth_off_both_ends(self, low, high, wanted):
        assert _between(low, high) == pytest.approx(wanted)

    @pytest.mark.parametrize(
        "phi",
        [
            lambda t: (-t, -1.0),  # no bottom
            lambda t: (math.nan, math.nan),
            lambda t: (math.inf, math.inf),
            lambda t: (1.0, 1.0),  # up at once
        ],
    )
    def test_it_gives_up(self, phi):
        calls = []
        found = strong_wolfe(lambda t: calls.append(t) or phi(t), 0.0, -1.0, 1.0, 1e-4, 0.9, 25)
        assert found is None and len(calls) <= 25


class TestDirection:
    @seeds
    def test_two_loops_are_the_matrix_they_stand_for(self, seed):
        """Nocedal and Wright, equation 7.16: H = V^T H V + rho s s^T from H0 = gamma I."""
        rng = np.random.default_rng(seed)
        optimizer = LBFGS(memory=3)
        for _ in range(5):  # two more than it keeps
            s = rng.standard_normal(6)
            optimizer._remember(s, s + 0.3 * rng.standard_normal(6))
        s, y, _ = optimizer._pairs[-1]
        H = np.eye(6) * (s @ y) / (y @ y)
        for s, y, _ in optimizer._pairs:
            rho = 1 / (s @ y)
            V = np.eye(6) - rho * np.outer(y, s)
            H = V.T @ H @ V + rho * np.outer(s, s)
        g = rng.standard_normal(6)
        np.testing.assert_allclose(optimizer._newton(g), H @ g, atol=1e-12)
        assert len(optimizer._pairs) == 3

    def test_without_curvature_a_pair_is_dropped(self):
        optimizer = LBFGS()
        optimizer._remember(np.ones(2), -np.ones(2))
        assert not optimizer._pairs


class TestParameters:
    def closure(self, parameters, calls=None):
        """Rosenbrock in the numbers of all parameters together."""

        def compute():
            if calls is not None:
                calls.append(1)
            w = np.concatenate([np.ravel(p.value) for p in parameters])
            loss, g = rosenbrock(w)
            for p in parameters:
                if isinstance(p, Unit):
                    p.grad, g = float(g[0]), g[1:]
                else:
                    p.grad[...], g = g[: p.value.size].reshape(p.value.shape), g[p.value.size :]
            return loss

        return compute

    def test_arrays_and_units_take_the_steps_of_one_vector(self):
        start = np.random.default_rng(0).uniform(-1, 1, 8)
        parameters = [Parameter(start[:6].reshape(2, 3)), *map(Unit, start[6:])]
        array = parameters[0].value
        loss = LBFGS().step(parameters, self.closure(parameters), iterations=12)
        expected = LBFGS().minimize(rosenbrock, start, steps=12)
        moved = np.concatenate([np.ravel(p.value) for p in parameters])
        np.testing.assert_array_equal(moved, expected.point)
        assert loss == expected.value and parameters[0].value is array

    def test_steps_one_by_one_are_the_same_steps(self):
        start = np.random.default_rng(1).uniform(-1, 1, 4)
        one, many = Parameter(start), Parameter(start)
        first, second = LBFGS(), LBFGS()
        for _ in range(9):
            first.step([one], self.closure([one]))
        second.step([many], self.closure([many]), iterations=9)
        np.testing.assert_array_equal(one.value, many.value)

    def test_a_closure_may_return_what_a_network_does(self):
        w = Parameter(np.array([-1.2, 1.0]))

        def closure():
            loss, w.grad[...] = rosenbrock(w.value)
            return loss, w.grad

        assert LBFGS().step([w], closure, iterations=60) < 1e-12

    def test_a_float32_parameter(self):
        w = Parameter(np.array([-1.2, 1.0], np.float32))
        LBFGS().step([w], self.closure([w]), iterations=100)
        assert w.value.dtype == np.float32
        np.testing.assert_allclose(w.value, 1, atol=1e-2)

    def test_an_interruption_leaves_the_parameters_where_the_last_iteration_ended(self):
        start = [-1.2, 1.0]
        for allowed in (1, 2, 9, 17):
            w, calls = Parameter(np.array(start)), []
            compute = self.closure([w], calls)

            def closure(calls=calls, compute=compute, allowed=allowed):
                if len(calls) == allowed:
                    raise KeyboardInterrupt
                return compute()

            with pytest.raises(KeyboardInterrupt):
                LBFGS().step([w], closure, iterations=50)
            path = [place[0].tolist() for place in self.path(start)]
            assert w.value.tolist() in path

    def path(self, start):
        return [place for _, place in zip(range(50), LBFGS()._walk(rosenbrock, np.array(start)))]

    def test_save_and_resume(self):
        start = np.random.default_rng(2).uniform(-1, 1, 4)
        w, first, second = Parameter(start), LBFGS(), LBFGS()
        first.step([w], self.closure([w]), iterations=6)
        state, twin = first.state_dict(), Parameter(w.value)
        second.load_state_dict(state)
        assert first.step([w], self.closure([w]), iterations=5) == second.step(
            [twin], self.closure([twin]), iterations=5
        )
        np.testing.assert_array_equal(w.value, twin.value)
        assert state["s"].shape == state["y"].shape == (6, 4)
        second.load_state_dict(LBFGS().state_dict())
        assert not second._pairs

    def test_other_parameters(self):
        optimizer, w = LBFGS(), Parameter(np.array([-1.2, 1.0]))
        optimizer.step([w], self.closure([w]), iterations=3)
        other = Parameter(np.zeros(3))
        with pytest.raises(ValueError, match="remembers steps of 2 entries, the parameters have 3"):
            optimizer.step([other], self.closure([other]))
        assert (other.value == 0).all()
        optimizer.reset()
        optimizer.step([other], self.closure([other]))


class TestRefusals:
    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"memory": 0}, "memory expects"),
            ({"memory": 2.5}, "memory expects"),
            ({"c1": 0}, "c1 expects"),
            ({"c2": 1}, "c2 expects"),
            ({"c1": 0.5, "c2": 0.4}, "c2 expects a number above c1 = 0.5, got 0.4"),
            ({"evaluations": 1}, "evaluations expects"),
        ],
    )
    def test_hyperparameters(self, options, words):
        with pytest.raises((ValueError, TypeError), match=words):
            LBFGS(**options)

    @pytest.mark.parametrize(
        ("function", "error", "words"),
        [
            (lambda w: w @ w, TypeError, r"expects to return \(loss, gradient\), got the float64"),
            (lambda w: (w @ w, w[:1]), ValueError, r"shape \(1,\), the point \(2,\)"),
            (lambda w: (math.nan, w), ValueError, "loss at the start is nan"),
            (lambda w: (1.0, w * math.inf), ValueError, "its gradient is not finite"),
        ],
    )
    def test_functions(self, function, error, words):
        with pytest.raises(error, match=words):
            LBFGS().minimize(function, [1.0, 2.0])

    @pytest.mark.parametrize("start", [[1.0, math.nan], [[1.0]], [], "ab"])
    def test_starts(self, start):
        with pytest.raises((ValueError, TypeError), match="start"):
            LBFGS().minimize(rosenbrock, start)

    def test_states(self):
        with pytest.raises(ValueError, match="expects a state of s and y"):
            LBFGS().load_state_dict({"s": np.ones((1, 2))})
        with pytest.raises(ValueError, match="one shape"):
            LBFGS().load_state_dict({"s": np.ones((1, 2)), "y": np.ones((2, 2))})
        with pytest.raises(ValueError, match="finite"):
            LBFGS().load_state_dict({"s": np.ones((1, 2)), "y": np.full((1, 2), math.nan)})

    def test_parameters(self):
        with pytest.raises(ValueError, match="empty list"):
            LBFGS().step([], lambda: 1.0)
        with pytest.raises(ValueError, match="iterations expects"):
            LBFGS().step([Unit(1.0)], lambda: 1.0, iterations=0)

    def test_repr(self):
        assert repr(LBFGS(5)) == "LBFGS(memory=5, c1=0.0001, c2=0.9, evaluations=30)"
