"""Five rivets hold the two kinds of wire together: numbers in circuits, arrays in networks."""

import inspect

import numpy as np
import pytest

import nnlib
from nnlib import (
    SGD,
    Adam,
    Convolution,
    Dense,
    Momentum,
    Network,
    Normal,
    Sigmoid,
    SquaredError,
    Tanh,
    Unit,
    activations,
    dot,
    gates,
    layers,
    losses,
)
from nnlib.gates import Gate, Parameter
from nnlib.layers import Layer, Noisy
from nnlib.losses import Loss
from nnlib.neurons import Neuron

NO_GATES = {Unit, Parameter}
UNFINISHED = {Gate, Layer, Noisy, Loss}  # what gates, layers and losses are derived from
GATES = {
    name: thing
    for room in (gates, activations, layers, losses)
    for name, thing in vars(room).items()
    if name in room.__all__ and inspect.isclass(thing) and thing not in NO_GATES | UNFINISHED
}


# 1. The same contract from the first product to the last layer


@pytest.mark.parametrize("kind", GATES.values(), ids=GATES)
def test_everything_between_the_wires_is_a_gate(kind):
    assert issubclass(kind, Gate)
    for name in ("forward", "backward", "parameters"):
        assert callable(getattr(kind, name, None)), f"{kind.__name__} has no {name}"


def test_a_product_and_a_layer_are_used_alike():
    product, layer = gates.Multiply(), Dense(1, 1, weights=nnlib.Constant(5.0))
    layer.initialize(rng=np.random.default_rng(0))
    assert product.forward(-2.0, 5.0) == layer.forward(np.array([[-2.0]])).item() == -10
    by_x, by_w = product.backward(3.0)
    assert layer.backward(np.array([[3.0]])).item() == by_x == 15
    assert layer.parameters()[0].grad.item() == by_w == -6
    assert product.parameters() == []


# 2. The same class where the mathematics is the same


def test_there_is_one_class_for_each_thing():
    for name in ("Sigmoid", "Tanh", "ReLU"):
        assert getattr(nnlib, name) is getattr(gates, name) is getattr(activations, name)


@pytest.mark.parametrize("kind", [nnlib.Sigmoid, nnlib.Tanh, nnlib.ReLU, nnlib.ELU, nnlib.Softplus])
def test_one_class_serves_a_unit_and_a_minibatch(kind):
    z = np.random.default_rng(0).normal(0, 3, (3, 4))
    gate = kind()
    a = gate.forward(z).copy()
    slope = gate.backward(np.ones_like(z))
    for place in np.ndindex(z.shape):
        unit = Unit(z[place])
        output = kind()(unit)
        output.backward()
        assert output.value == pytest.approx(a[place], rel=1e-14)
        assert unit.grad == pytest.approx(slope[place], rel=1e-14)


# 3. The same attributes: an optimizer asks for `value` and `grad` and for nothing else


def error_of_units(parameters, X, t):
    """The mean of 1/2 (tanh(w x + b) - t)**2 as a circuit."""
    *w, b = parameters
    total = sum(((dot(w, x.tolist(), b).tanh() - u) ** 2 for x, u in zip(X, t, strict=True)),
                Unit(0.0))  # fmt: skip
    return total / (2 * len(X))


@pytest.mark.parametrize("make", [lambda: SGD(0.3), lambda: Momentum(0.1), lambda: Adam(0.05)])
def test_one_optimizer_trains_a_circuit_a_neuron_a_layer_and_a_network(make):
    rng = np.random.default_rng(0)
    X, t = rng.normal(size=(6, 2)), rng.uniform(-0.8, 0.8, 6)
    start = [0.3, -0.2, 0.1]
    paths = []

    units = [Unit(value) for value in start]
    optimizer = make()
    for _ in range(30):
        for unit in units:
            unit.zero_grad()
        error_of_units(units, X, t).backward()
        optimizer.step(units)
    paths.append([unit.value for unit in units])

    neuron = Neuron(start[:2], start[2], Tanh())
    optimizer, loss = make(), SquaredError()
    for _ in range(30):
        for unit in neuron.parameters():
            unit.zero_grad()
        loss.forward(neuron.forward(X.T)[np.newaxis], t)
        neuron.backward(loss.backward()[0])
        optimizer.step(neuron.parameters())
    paths.append([unit.value for unit in neuron.parameters()])

    dense, tanh = Dense(2, 1), Tanh()
    dense.initialize(rng=rng)
    dense.W.value[...], dense.b.value[...] = [start[:2]], start[2]
    optimizer = make()
    for _ in range(30):
        loss.forward(tanh.forward(dense.forward(X.T)), t)
        dense.backward(tanh.backward(loss.backward()))
        optimizer.step(dense.parameters())
    paths.append([*dense.W.value.ravel(), *dense.b.value.ravel()])

    network = Network([Dense(2, 1), Tanh()], loss=SquaredError(), rng=rng)
    network.parameters_vector = start
    optimizer = make()
    for _ in range(30):
        network.gradient(X, t)
        optimizer.step([network])
    paths.append(network.parameters_vector.tolist())

    assert np.abs(np.subtract(paths[0], start)).max() > 0.05
    for path in paths[1:]:
        assert path == pytest.approx(paths[0], rel=1e-11)


# 4. The same rule: where a wire branches, gradients add up


def test_branches_add_up_for_units_and_for_arrays():
    x = Unit(0.7)
    (x * 3 + x.sigmoid()).backward()
    once = x.grad
    assert once == pytest.approx(3 + 1 / (2 + np.exp(0.7) + np.exp(-0.7)), rel=1e-14)
    rng = np.random.default_rng(0)
    dense = Dense(2, 3)
    dense.initialize(rng=rng)
    a, grad = rng.normal(size=(2, 5)), rng.normal(size=(3, 5))
    dense.forward(a)
    dense.backward(grad)
    alone = [np.outer(grad[:, k], a[:, k]) for k in range(5)]  # the weights branch to each example
    assert np.allclose(dense.W.grad, sum(alone), rtol=0, atol=1e-14)


def test_units_add_until_zero_grad_and_a_network_starts_afresh():
    x = Unit(0.7)
    f = x * x + x
    f.backward()
    once = x.grad
    f.backward()
    assert x.grad == 2 * once
    x.zero_grad()
    f.backward()
    assert x.grad == once
    rng = np.random.default_rng(0)
    network = Network([Dense(2, 3), Sigmoid(), Dense(3, 2)], loss=SquaredError(), rng=rng)
    X, y = rng.normal(size=(4, 2)), rng.integers(0, 2, 4)
    first = network.gradient(X, y)[1].copy()
    assert (network.gradient(X, y)[1] == first).all()


# 5. A Dense layer is a row of neurons, and a network a circuit


@pytest.mark.parametrize("seed", range(5))
def test_a_network_is_a_circuit_of_neurons(seed):
    rng = np.random.default_rng(seed)
    parts = [Dense(3, 4, weights=Normal(), bias=Normal()), Tanh(), Dense(4, 2), Sigmoid()]
    network = Network(parts, loss=SquaredError(), rng=rng)
    rows = [
        [Neuron(w, b.item(), bend) for w, b in zip(dense.W.value, dense.b.value, strict=True)]
        for dense, bend in (parts[:2], parts[2:])
    ]
    X, y = rng.normal(size=(5, 3)), rng.integers(0, 2, 5)
    errors = []
    for x, label in zip(X, y, strict=True):
        a = x.tolist()
        for row in rows:
            a = [neuron(a) for neuron in row]
        errors += [(unit - float(k == label)) ** 2 for k, unit in enumerate(a)]
    cost = sum(errors, Unit(0.0)) / 10
    cost.backward()
    found, gradient = network.gradient(X, y)
    assert found == pytest.approx(cost.value, rel=1e-13)
    wanted = []
    for row in rows:
        wanted += [w.grad for neuron in row for w in neuron.w] + [neuron.b.grad for neuron in row]
    assert np.allclose(gradient, wanted, rtol=0, atol=1e-13)


@pytest.mark.parametrize("seed", range(3))
def test_a_convolution_whose_filters_fill_the_image_is_a_dense_layer(seed):
    """One window, the whole image: then a filter is a neuron that listens to every pixel."""
    rng = np.random.default_rng(seed)
    images = rng.normal(size=(2, 4, 4, 5))
    convolution, dense = Convolution(2, 3, 4), Dense(32, 3)
    for layer in (convolution, dense):
        layer.initialize(rng=rng)
    dense.W.value[...] = convolution.W.value.reshape(3, 32)
    dense.b.value[...] = convolution.b.value[...] = rng.normal(size=(3, 1))
    grad = rng.normal(size=(3, 5))
    z = convolution.forward(images)
    assert np.allclose(z[:, 0, 0], dense.forward(images.reshape(32, 5)), rtol=0, atol=1e-13)
    back = convolution.backward(grad.reshape(3, 1, 1, 5))
    assert np.allclose(back.reshape(32, 5), dense.backward(grad), rtol=0, atol=1e-13)
    assert np.allclose(convolution.W.grad.reshape(3, 32), dense.W.grad, rtol=0, atol=1e-13)
    assert np.allclose(convolution.b.grad, dense.b.grad, rtol=0, atol=1e-13)
