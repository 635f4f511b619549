"""Penalties: their gradients against their values, their minima against what theory says."""

import copy
import math
import pickle
import tracemalloc
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import Dense, Network, ReLU, SoftmaxCrossEntropy
from nnlib.gates import Parameter, Unit
from nnlib.gradients import central_difference, check_gradient, complex_step
from nnlib.optimizers import SGD
from nnlib.regularizers import (
    L1,
    L2,
    ElasticNet,
    GroupLasso,
    Incoming,
    MaxNorm,
    Outgoing,
    Regularizer,
)

jax.config.update("jax_enable_x64", True)
pytestmark = pytest.mark.filterwarnings("error")

# the regularizer, the same penalty in JAX, whether it is analytic away from zero
PENALTIES = {
    "L1": (L1(0.3), lambda w: 0.3 * jnp.abs(w).sum(), False),
    "L2": (L2(0.3), lambda w: 0.15 * (w**2).sum(), True),
    "elastic net": (
        ElasticNet(0.3, 0.2),
        lambda w: 0.3 * jnp.abs(w).sum() + 0.1 * (w**2).sum(),
        False,
    ),
    "rows": (
        GroupLasso(0.3),
        lambda w: sum(0.3 * jnp.sqrt(w.shape[1]) * jnp.linalg.norm(row) for row in w),
        True,
    ),
    "columns": (
        GroupLasso(0.3, Outgoing()),
        lambda w: sum(0.3 * jnp.sqrt(w.shape[0]) * jnp.linalg.norm(column) for column in w.T),
        True,
    ),
    "nothing": (L2(0), lambda w: 0 * w.sum(), True),
}
every = pytest.mark.parametrize("name", PENALTIES)


def weights(seed, shape=(3, 5)):
    """Random weights, none near 0, where some penalties have a kink."""
    rng = np.random.default_rng(seed)
    w = rng.standard_normal(shape)
    return w + 0.1 * np.sign(w)


class TestPenalties:
    @every
    @pytest.mark.parametrize("seed", range(3))
    def test_the_gradient_is_the_values(self, name, seed):
        regularizer, _, analytic = PENALTIES[name]
        w = Parameter(weights(seed))
        regularizer.add_gradient([w])
        check = check_gradient(
            lambda v: regularizer.value([SimpleNamespace(value=v)]),
            w.grad,
            w.value,
            method=complex_step if analytic else central_difference,
            tolerance=1e-13 if analytic else 1e-8,
        )
        assert check, check

    @every
    @pytest.mark.parametrize("shape", [(3, 5), (1, 3), (4, 1)])
    def test_jax_agrees(self, name, shape):
        regularizer, penalty, _ = PENALTIES[name]
        w = Parameter(weights(sum(shape), shape))
        w.grad[...] = before = weights(1, shape)
        regularizer.add_gradient([w])
        value, gradient = jax.value_and_grad(penalty)(w.value)
        np.testing.assert_allclose(w.grad - before, gradient, rtol=1e-12, atol=1e-14)
        total = regularizer.value([w])
        assert type(total) is float and total == pytest.approx(float(value), rel=1e-12)

    @every
    def test_parameters_add_up_and_biases_stay_out(self, name):
        regularizer, penalty, _ = PENALTIES[name]
        W1, W2 = Parameter(weights(0)), Parameter(weights(1, (2, 3)))
        b = Parameter(weights(2, (3, 1)), decays=False)
        value = regularizer.value([W1, b, W2])
        assert value == pytest.approx(float(penalty(W1.value) + penalty(W2.value)))
        regularizer.add_gradient(iter([W1, b, W2]))
        np.testing.assert_allclose(W2.grad, jax.grad(penalty)(W2.value), atol=1e-14)
        assert (b.grad == 0).all()

    @every
    def test_at_zero_the_slope_is_zero(self, name):
        w = Parameter(weights(0))
        w.value[1] = 0
        w.value[:, 2] = 0
        PENALTIES[name][0].add_gradient([w])
        assert (w.grad[1] == 0).all() and (w.grad[:, 2] == 0).all()
        assert name == "nothing" or w.grad[0, 0] != 0

    @every
    @pytest.mark.parametrize("layout", ["float32", "transposed", "strided", "read-only"])
    def test_any_array(self, name, layout):
        w = weights(0)
        odd = {
            "float32": w.astype(np.float32),
            "transposed": w.T.copy().T,
            "strided": np.repeat(w, 2, axis=1)[:, ::2],
            "read-only": w.copy(),
        }[layout]
        odd.setflags(write=layout != "read-only")
        parameter = SimpleNamespace(value=odd, grad=np.zeros_like(odd))
        grad = parameter.grad
        PENALTIES[name][0].add_gradient([parameter])
        assert parameter.grad is grad and grad.dtype == odd.dtype
        np.testing.assert_allclose(grad, jax.grad(PENALTIES[name][1])(w), rtol=1e-6, atol=1e-7)
        np.testing.assert_array_equal(odd, w.astype(odd.dtype))

    @every
    def test_nothing_is_allocated_once_warm(self, name):
        regularizer = PENALTIES[name][0]
        w = Parameter(weights(0, (600, 800)))
        regularizer.add_gradient([w])
        tracemalloc.start()
        try:
            regularizer.add_gradient([w])
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert (
            peak < 70_000
        )  # bytes: NumPy's own 64K for broadcasting; the weights have 3.8 million

    @pytest.mark.parametrize("regularizer", [L1(0.3), L2(0.3), ElasticNet(0.3, 0.2)])
    def test_a_circuits_numbers(self, regularizer):
        units = [Unit(2.0, grad=1.0), Unit(-0.5)]
        regularizer.add_gradient(units)
        array = Parameter(np.array([2.0, -0.5]))
        regularizer.add_gradient([array])
        assert [unit.grad for unit in units] == [1 + array.grad[0], array.grad[1]]
        assert all(type(unit.grad) is float for unit in units)
        assert regularizer.value(units) == regularizer.value([array])

    def test_worked_out(self):
        w = [SimpleNamespace(value=np.array([[3.0, -4.0], [0.0, 0.0]]))]
        assert L1(0.1).value(w) == pytest.approx(0.7)
        assert L2(0.1).value(w) == pytest.approx(1.25)
        assert ElasticNet(0.1, 0.2).value(w) == pytest.approx(0.7 + 2.5)
        assert GroupLasso(0.1).value(w) == pytest.approx(0.1 * math.sqrt(2) * 5)
        assert GroupLasso(0.1, Outgoing()).value(w) == pytest.approx(0.1 * math.sqrt(2) * 7)

    def test_groups_of_filters(self):
        """(channels out, channels in, height, width): a group is all but the axis of its unit."""
        w = weights(0, (3, 2, 2, 4))
        for groups, axis in [(Incoming(), 0), (Outgoing(), 1)]:
            norms = np.linalg.norm(np.moveaxis(w, axis, 0).reshape(w.shape[axis], -1), axis=1)
            size = w.size // w.shape[axis]
            value = GroupLasso(0.1, groups).value([SimpleNamespace(value=w)])
            assert value == pytest.approx(0.1 * math.sqrt(size) * norms.sum())

    def test_groups_of_weights_too_large_to_be_squared(self):
        w = Parameter(np.array([[3e200, -4e200], [0.0, 0.0], [6.0, 8.0]]))
        with np.errstate(over="ignore"):
            GroupLasso(1 / math.sqrt(2)).add_gradient([w])
        np.testing.assert_allclose(w.grad, [[0.6, -0.8], [0, 0], [0.6, 0.8]], rtol=1e-12)

    def test_no_parameters_cost_nothing(self):
        assert L2(0.1).value([]) == 0.0
        assert MaxNorm(1.0).value([Parameter(np.ones((2, 2)))]) == 0.0


class TestMaxNorm:
    @given(
        limit=st.floats(0.1, 10),
        rows=st.integers(1, 4),
        columns=st.integers(1, 4),
        seed=st.integers(0, 99),
        outgoing=st.booleans(),
    )
    @settings(max_examples=30, deadline=None)
    def test_it_projects(self, limit, rows, columns, seed, outgoing):
        """Each group becomes the nearest one within the fence: itself, or on the fence."""
        before = 3 * weights(seed, (rows, columns))
        w = Parameter(before)
        array = w.value
        MaxNorm(limit, Outgoing() if outgoing else Incoming()).apply([w])
        pairs = zip(before.T, w.value.T) if outgoing else zip(before, w.value)
        for old, new in pairs:
            length = np.linalg.norm(old)
            expected = old if length <= limit else old * (limit / length)
            np.testing.assert_allclose(new, expected, rtol=1e-13)
        assert w.value is array

    def test_groups_of_zeros_and_biases(self):
        w = Parameter(np.array([[0.0, 0.0], [3.0, 4.0]]))
        b = Parameter(np.full((2, 1), 9.0), decays=False)
        regularizer = MaxNorm(1.0)
        regularizer.apply([w, b])
        np.testing.assert_allclose(w.value, [[0, 0], [0.6, 0.8]])
        assert (b.value == 9).all()
        regularizer.add_gradient([w, b])
        assert (w.grad == 0).all()

    def test_nothing_is_allocated_once_warm(self):
        w, regularizer = Parameter(weights(0, (600, 800))), MaxNorm(0.5)
        regularizer.apply([w])
        tracemalloc.start()
        try:
            regularizer.apply([w])
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 70_000

    @pytest.mark.parametrize(("dtype", "huge"), [(np.float32, 1e20), (np.float64, 1e200)])
    def test_weights_too_large_to_be_squared(self, dtype, huge):
        w = Parameter(np.array([[3 * huge, -4 * huge], [6, 8], [0, 0], [0.3, 0.4]], dtype))
        with np.errstate(over="ignore"):
            MaxNorm(5.0).apply([w])
        expected = [[3, -4], [3, 4], [0, 0], [0.3, 0.4]]
        np.testing.assert_allclose(w.value, expected, rtol=1e-6)

    def test_float32(self):
        w = Parameter(3 * weights(0).astype(np.float32))
        MaxNorm(0.5).apply([w])
        assert w.value.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(w.value, axis=1), 0.5, rtol=1e-6)


class TestWhatTheyDo:
    """Minimize (w - w0)**2 / 2 plus the penalty, by descent: theory knows where it ends."""

    def end(self, regularizer, w0, rate=0.01, steps=3000):
        w = Parameter(np.array(w0))
        for _ in range(steps):
            w.grad[...] = w.value - w0
            regularizer.add_gradient([w])
            SGD(rate).step([w])
        return w.value

    def test_l2_shrinks(self):
        np.testing.assert_allclose(self.end(L2(0.5), [[3.0, -0.2]]), [[2.0, -0.4 / 3]])

    def test_l1_takes_away_and_makes_zeros(self):
        np.testing.assert_allclose(self.end(L1(0.5), [[3.0, -0.2]]), [[2.5, 0.0]], atol=0.01)

    def test_group_lasso_makes_groups_of_zeros(self):
        w = self.end(GroupLasso(0.5), [[3.0, 4.0], [0.3, 0.4]])
        shrunk = 1 - 0.5 * math.sqrt(2) / 5
        np.testing.assert_allclose(w, [[3 * shrunk, 4 * shrunk], [0, 0]], atol=0.01)


class TestInANetwork:
    def make(self, regularizer):
        return Network(
            [Dense(4, 3), ReLU(), Dense(3, 2)],
            loss=SoftmaxCrossEntropy(),
            regularizer=regularizer,
            rng=np.random.default_rng(0),
        )

    @pytest.mark.parametrize(
        "regularizer",
        [L1(0.3), L2(0.3), ElasticNet(0.3, 0.2), GroupLasso(0.3, Outgoing()), GroupLasso(0.1)],
    )
    def test_the_costs_gradient(self, regularizer):
        network = self.make(regularizer)
        rng = np.random.default_rng(1)
        X, y = rng.standard_normal((6, 4)), rng.integers(2, size=6)
        _, gradient = network.gradient(X, y)
        check = check_gradient(
            lambda vector: network.loss_at(vector, X, y), gradient, network.value, tolerance=1e-6
        )
        assert check, check

    @pytest.mark.parametrize(
        "regularizer",
        [L1(0.3), ElasticNet(0.3, 0.2), GroupLasso(0.3, Outgoing()), MaxNorm(2.0, Incoming())],
    )
    def test_a_saved_network_keeps_it(self, regularizer, tmp_path):
        network = self.make(regularizer)
        network.save(tmp_path / "network.npz")
        loaded = Network.load(tmp_path / "network.npz")
        assert repr(loaded.regularizer) == repr(regularizer)
        assert loaded.penalty() == network.penalty()

    def test_a_networks_vector_holds_biases_too(self):
        with pytest.raises(TypeError, match="network.parameters()"):
            L2(0.1).add_gradient([self.make(None)])


class TestRefusals:
    @pytest.mark.parametrize("strength", [-1, math.nan, math.inf, "0.1", None, True])
    @pytest.mark.parametrize("make", [L1, L2, GroupLasso])
    def test_strengths(self, make, strength):
        with pytest.raises((TypeError, ValueError), match="strength expects"):
            make(strength)

    def test_the_elastic_nets_two(self):
        with pytest.raises(ValueError, match="l1 expects"):
            ElasticNet(-1, 0)
        with pytest.raises(TypeError, match="l2 expects"):
            ElasticNet(0, "1")

    @pytest.mark.parametrize("limit", [0, -1, math.nan, None])
    def test_limits(self, limit):
        with pytest.raises((TypeError, ValueError), match="limit expects"):
            MaxNorm(limit)

    @pytest.mark.parametrize("groups", ["rows", 0, Incoming, L2(0.1)])
    @pytest.mark.parametrize("make", [GroupLasso, MaxNorm])
    def test_groups(self, make, groups):
        with pytest.raises(TypeError, match=r"groups expects Incoming\(\) or Outgoing\(\)"):
            make(0.1, groups)

    @pytest.mark.parametrize("value", [np.ones(3), 2.0])
    def test_weights_without_rows(self, value):
        parameter = SimpleNamespace(value=value, grad=value)
        for use in (GroupLasso(0.1).value, GroupLasso(0.1).add_gradient, MaxNorm(0.1).apply):
            with pytest.raises(ValueError, match="expect a matrix"):
                use([parameter])

    def test_a_penalty_of_ones_own(self):
        w = [Parameter(np.ones((2, 2)))]
        with pytest.raises(NotImplementedError, match="has no penalty"):
            Regularizer(0.1).value(w)
        with pytest.raises(NotImplementedError, match="has no slope"):
            Regularizer(0.1).add_gradient(w)


def test_they_say_what_they_are():
    assert repr(L2(1e-4)) == "L2(strength=0.0001)"
    assert repr(ElasticNet(0.1, 1)) == "ElasticNet(l1=0.1, l2=1.0)"
    assert repr(GroupLasso(0.1)) == "GroupLasso(strength=0.1, groups=Incoming())"
    assert repr(MaxNorm(2, Outgoing())) == "MaxNorm(limit=2.0, groups=Outgoing())"


@pytest.mark.parametrize("regularizer", [L2(0.1), GroupLasso(0.1)])
def test_copies_work(regularizer):
    w = Parameter(weights(0))
    regularizer.add_gradient([w])
    for twin in (copy.deepcopy(regularizer), pickle.loads(pickle.dumps(regularizer))):
        other = Parameter(w.value)
        twin.add_gradient([other])
        np.testing.assert_array_equal(other.grad, w.grad)
