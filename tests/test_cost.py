"""A network's cost as a function: at a point, its gradient, and quickly along a slice."""

import numpy as np
import pytest

from nnlib import (
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    Network,
    ReLU,
    Scale,
    Sigmoid,
    SoftmaxCrossEntropy,
    Tanh,
)
from nnlib.gradients import check_gradient
from nnlib.network import cost as cost_module
from nnlib.regularizers import L2
from nnlib.surfaces import line_between, random_slice

pytestmark = pytest.mark.filterwarnings("error")

NETWORKS = {
    "one layer": lambda: [Dense(12, 3)],
    "Nielsen's": lambda: [Dense(12, 5), Sigmoid(), Dense(5, 3), Sigmoid()],
    "deep": lambda: [Dense(12, 6), Tanh(), Dense(6, 5), ReLU(), Dense(5, 3)],
    "images": lambda: [Flatten(), Scale(0.5), Dense(12, 5), BatchNorm(5), Dropout(0.5),
                       Dense(5, 3)],
    "norm first": lambda: [BatchNorm(12), Dense(12, 3)],
}  # fmt: skip


def make(name="Nielsen's", regularizer=None, dtype=np.float64, n=40):
    rng = np.random.default_rng(0)
    network = Network(NETWORKS[name](), loss=SoftmaxCrossEntropy(), regularizer=regularizer,
                      rng=rng, dtype=dtype)  # fmt: skip
    X, y = rng.normal(size=(n, 12)), rng.integers(0, 3, n)
    return network, X.reshape(n, 3, 4) if name == "images" else X, y


@pytest.mark.parametrize("regularizer", [None, L2(0.1)])
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("dimensions", [1, 2])
def test_a_slice_is_the_cost_at_its_points(name, regularizer, dimensions, monkeypatch):
    monkeypatch.setattr(cost_module, "CHUNK", 16)  # 40 examples make two whole and a half
    network, X, y = make(name, regularizer)
    cut = random_slice(network.cost(X, y), network.parameters(), rng=np.random.default_rng(1),
                       dimensions=dimensions)  # fmt: skip
    here = network.parameters_vector.copy()
    points = np.random.default_rng(2).uniform(-1, 1, (dimensions, 3, 4))
    found = cut(points)
    assert found.shape == (3, 4) and (network.parameters_vector == here).all()
    for place in np.ndindex(3, 4):
        wanted = network.loss_at(cut.vector(points[(slice(None), *place)]), X, y)
        assert found[place] == pytest.approx(wanted, rel=1e-12)


def test_a_slice_in_float32_has_its_digits():
    network, X, y = make(dtype=np.float32)
    cut = line_between(network.cost(X, y), np.zeros(83), network.parameters_vector)
    found = cut(np.linspace(-0.5, 1.5, 9)[np.newaxis])
    wanted = [network.loss_at(cut.vector([x]), X, y) for x in np.linspace(-0.5, 1.5, 9)]
    assert found == pytest.approx(wanted, rel=1e-5)


def test_the_first_product_is_computed_three_times_and_not_at_each_point(monkeypatch):
    network, X, y = make()
    calls = []
    first, forward = network.layers[0], network.layers[0].forward
    first.forward = lambda a: calls.append(1) or forward(a)
    cut = random_slice(network.cost(X, y), network.parameters(), rng=np.random.default_rng(1))
    calls.clear()
    cut(np.random.default_rng(2).uniform(-1, 1, (2, 20, 20)))
    assert len(calls) == 3


def test_the_cost_and_its_gradient_leave_everything_as_it_was():
    network, X, y = make(regularizer=L2(0.1))
    network.gradient(X, y)
    kept = network.gradients_vector.copy()
    here, cost = network.parameters_vector.copy(), network.cost(X, y)
    there = here + np.random.default_rng(3).normal(0, 0.3, here.size)
    check_gradient(cost, cost.gradient(there), there)
    assert cost(there) == network.loss_at(there, X, y)
    assert cost(here) == network.loss_value(X, y)
    assert (network.parameters_vector == here).all() and (network.gradients_vector == kept).all()
    with pytest.raises(ValueError, match="finite"):
        cost(np.full(here.size, np.nan))
    assert (network.parameters_vector == here).all()


def test_the_cost_is_that_of_the_data_it_was_made_for():
    network, X, y = make()
    cost, before = network.cost(X, y), network.loss_value(X, y)
    X *= 10
    y[:] = 0
    assert cost(network.parameters_vector) == before
