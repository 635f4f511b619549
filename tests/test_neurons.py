"""Perceptrons, neurons of Units beside `Dense` and JAX, and small networks of neurons."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.activations import ELU, Arctan, LeakyReLU, Linear, Softplus
from nnlib.gates import ReLU, Sigmoid, Tanh, Unit, dot
from nnlib.initializers import He, Normal
from nnlib.layers import Dense
from nnlib.neurons import MLP, Neuron, Perceptron, neuron_layer
from nnlib.optimizers import SGD, Adam

jax.config.update("jax_enable_x64", True)

ACTIVATIONS = {
    None: lambda z: z,
    Sigmoid: jax.nn.sigmoid,
    Tanh: jnp.tanh,
    ReLU: jax.nn.relu,
    Linear: lambda z: z,
    LeakyReLU: jax.nn.leaky_relu,
    ELU: jax.nn.elu,
    Softplus: jax.nn.softplus,
    Arctan: jnp.arctan,
}
BITS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def generator(seed=0):
    return np.random.default_rng(seed)


class TestPerceptron:
    def test_nand_and_what_is_made_of_it(self):
        nand = Perceptron([-2, -2], bias=3)
        assert nand.predict(BITS).tolist() == [1, 1, 1, 0]
        for a, b in BITS:  # the half adder
            c = nand([a, b])
            total = nand([nand([a, c]), nand([b, c])])
            carry = nand([c, c])
            assert 2 * carry + total == a + b

    @settings(deadline=None)
    @given(
        st.lists(st.integers(-5, 5), min_size=3, max_size=3),
        st.integers(-5, 5),
        st.booleans(),
    )
    def test_threshold_and_bias_say_the_same(self, weights, threshold, signed):
        X = np.array(list(itertools.product([-1, 0, 1], repeat=3)))
        by_threshold = Perceptron(weights, threshold=threshold, signed=signed)
        by_bias = Perceptron(weights, bias=-threshold, signed=signed)
        expected = [(1 if np.dot(weights, x) > threshold else -1 if signed else 0) for x in X]
        assert by_threshold.predict(X).tolist() == by_bias.predict(X).tolist() == expected
        assert [by_bias(x) for x in X] == expected
        assert by_threshold.bias_ == by_bias.bias_ == -by_bias.threshold_

    def test_a_zero_has_no_minus(self):
        for perceptron in (Perceptron([1, 1], bias=0), Perceptron([1, 1], threshold=0)):
            assert (str(perceptron.bias_), str(perceptron.threshold_)) == ("0.0", "0.0")

    @pytest.mark.parametrize("seed", range(10))
    @pytest.mark.parametrize("signed", [False, True])
    def test_it_learns_what_a_line_parts_within_novikoffs_bound(self, seed, signed):
        rng = generator(seed)
        X = rng.normal(size=(60, 3))
        w, b = rng.normal(size=3), rng.normal()
        distance = (X @ w + b) / np.linalg.norm([*w, b])
        X, side = X[abs(distance) > 0.05], distance[abs(distance) > 0.05] > 0
        y = np.where(side, 1, -1 if signed else 0)
        perceptron = Perceptron(signed=signed).fit(X, y, epochs=2000, rng=rng)
        assert perceptron.converged_
        assert perceptron.mistakes_[-1] == 0
        assert perceptron.score(X, y) == 1.0
        R = np.sqrt((X**2).sum(axis=1).max() + 1)
        margin = abs(distance[abs(distance) > 0.05]).min()
        assert 0 < sum(perceptron.mistakes_) <= (R / margin) ** 2

    def test_signed_and_unsigned_learn_the_same_weights(self):
        X = generator(1).normal(size=(30, 2))
        y = (X[:, 0] > 0.3).astype(int)
        unsigned = Perceptron().fit(X, y, epochs=5, rng=generator(3))
        signed = Perceptron(signed=True).fit(X, 2 * y - 1, epochs=5, rng=generator(3))
        assert unsigned.weights_.tolist() == signed.weights_.tolist()
        assert unsigned.bias_ == signed.bias_

    def test_the_rule_by_hand(self):
        """Two points, worked out on paper: either order of the first epoch ends in one mistake."""
        X, y = np.array([[1.0, 2.0], [-1.0, 0.0]]), np.array([1, 0])
        perceptron = Perceptron().fit(X, y, epochs=10, rng=generator())
        assert perceptron.weights_.tolist() == [1.0, 2.0]
        # bias 1: then (-1, 0) scores -1 + 1 = 0, which doesn't fire
        assert (perceptron.bias_, perceptron.mistakes_) == (1.0, [1, 0])

    def test_xor_never_settles(self):
        perceptron = Perceptron().fit(BITS, [0, 1, 1, 0], epochs=100, rng=generator())
        assert not perceptron.converged_
        assert len(perceptron.mistakes_) == 100
        assert min(perceptron.mistakes_) > 0
        assert perceptron.score(BITS, [0, 1, 1, 0]) <= 0.75

    def test_fit_starts_from_the_weights_given_each_time(self):
        given = np.array([1, -1])
        perceptron = Perceptron(given, bias=2)
        X, y = generator(1).normal(size=(9, 2)), np.array([0, 1, 0, 1, 1, 0, 0, 1, 1])
        first = perceptron.fit(X, y, epochs=3, rng=generator(5)).weights_.copy()
        again = perceptron.fit(X, y, epochs=3, rng=generator(5)).weights_
        assert first.tolist() == again.tolist() != [1, -1]
        assert given.tolist() == [1, -1]
        given[:] = 7
        assert perceptron.weights.tolist() == [1, -1]

    def test_ctrl_c_leaves_it_as_it_was(self, monkeypatch):
        X, y = generator(1).normal(size=(9, 2)), np.array([0, 1, 0, 1, 1, 0, 0, 1, 1])
        perceptron = Perceptron().fit(X, y, epochs=3, rng=generator(5))
        before, w = dict(vars(perceptron)), perceptron.weights_.tolist()
        epoch = Perceptron._epoch

        def stopped(self, *arguments):
            if len(self.mistakes_) == 1:
                raise KeyboardInterrupt
            return epoch(self, *arguments)

        monkeypatch.setattr(Perceptron, "_epoch", stopped)
        with pytest.raises(KeyboardInterrupt):
            perceptron.fit(X, 1 - y, epochs=3, rng=generator(5))
        assert vars(perceptron) == before
        assert perceptron.weights_.tolist() == w

    @pytest.mark.parametrize(
        ("call", "error", "words"),
        [
            (lambda: Perceptron([1], bias=1, threshold=-1), ValueError, "a bias or a threshold"),
            (lambda: Perceptron([1], signed="yes"), TypeError, "signed expects True or False"),
            (lambda: Perceptron([[1]]), ValueError, r"weights expects shape \(n,\)"),
            (lambda: Perceptron([1], bias="1"), TypeError, "bias expects a number"),
            (lambda: Perceptron().predict([[1]]), ValueError, "learned nothing yet"),
            (lambda: Perceptron([1, 2]).predict([[1]]), ValueError, "expects 2 features"),
            (lambda: Perceptron([1, 2])([1]), ValueError, "expects 2 features"),
            (lambda: Perceptron([1]).score([[1]], [-1]), ValueError, r"signed=True"),
            (lambda: Perceptron([1]).score([[1]], [1, 0]), ValueError, "1 examples and y 2"),
            (lambda: Perceptron().fit([[1]], [2], epochs=1, rng=generator()), ValueError, "got 2"),
            (lambda: Perceptron().fit([[1]], [1], epochs=0, rng=generator()), ValueError, "epochs"),
            (lambda: Perceptron().fit([[1]], [1], epochs=1, rng=0), TypeError, "default_rng"),
            (
                lambda: Perceptron().fit([[np.nan]], [1], epochs=1, rng=generator()),
                ValueError,
                r"X\[0, 0\] is nan",
            ),
        ],
    )
    def test_bad_input_is_refused_with_words(self, call, error, words):
        with pytest.raises(error, match=words):
            call()

    def test_repr(self):
        assert repr(Perceptron([-2, -2], bias=3)) == "Perceptron([-2, -2], bias=3.0)"
        assert repr(Perceptron(signed=True)) == "Perceptron(signed=True)"


def circuits(neurons, X, pull):
    """Outputs (n, fan_out) of one circuit an example; gradients added up over all of them."""
    wires = [[Unit(x) for x in row] for row in X]
    outputs = [[neuron(row) for neuron in neurons] for row in wires]
    for row, grads in zip(outputs, pull):
        for output, grad in zip(row, grads):
            output.backward(grad)
    values = np.array([[unit.value for unit in row] for row in outputs])
    return values, np.array([[unit.grad for unit in row] for row in wires])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("seed", range(5))
def test_dense_equals_a_row_of_neurons(activation, seed):
    """The fifth rivet: scalar circuits, a Dense layer and JAX agree, forward and backward."""
    rng = generator(seed)
    fan_in, fan_out, n = rng.integers(1, 6, size=3)
    X, pull = rng.normal(size=(n, fan_in)), rng.normal(size=(n, fan_out))
    gate = None if activation is None else activation()

    neurons = neuron_layer(fan_in, fan_out, gate, weights=Normal(), bias=Normal(), rng=generator(9))
    values, dX = circuits(neurons, X, pull)
    dW = np.array([[w.grad for w in neuron.w] for neuron in neurons])
    db = np.array([[neuron.b.grad] for neuron in neurons])

    layer = Dense(int(fan_in), int(fan_out), weights=Normal(), bias=Normal())
    layer.initialize(rng=generator(9))
    z = layer.forward(np.ascontiguousarray(X.T))
    a = z if gate is None else gate.forward(z)
    grad = pull.T if gate is None else gate.backward(np.ascontiguousarray(pull.T))
    da = layer.backward(grad)
    W, b = layer.parameters()
    assert W.value.tolist() == [[w.value for w in neuron.w] for neuron in neurons]
    assert a == pytest.approx(values.T, rel=1e-13)
    assert da == pytest.approx(dX.T, rel=1e-12, abs=1e-14)
    assert W.grad == pytest.approx(dW, rel=1e-12, abs=1e-14)
    assert b.grad == pytest.approx(db, rel=1e-12, abs=1e-14)

    def pulled(W, b, X):
        return (pull.T * ACTIVATIONS[activation](W @ X.T + b)).sum()

    for ours, theirs in zip([dW, db, dX], jax.grad(pulled, (0, 1, 2))(W.value, b.value, X)):
        assert ours == pytest.approx(np.array(theirs), rel=1e-12, abs=1e-14)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("seed", range(5))
def test_a_neuron_of_arrays_is_the_neuron_of_units(activation, seed):
    rng = generator(seed)
    fan_in, n = rng.integers(1, 6, size=2)
    w, b = rng.normal(size=fan_in), rng.normal()
    X, pull = rng.normal(size=(n, fan_in)), rng.normal(size=n)
    gate = None if activation is None else activation()
    scalar, vector = Neuron(w, b, gate), Neuron(w, b, gate)
    values, dX = circuits([scalar], X, pull[:, None])
    X.flags.writeable = False
    assert vector.forward(X.T) == pytest.approx(values[:, 0], rel=1e-13)
    assert vector.backward(pull) == pytest.approx(dX.T, rel=1e-12, abs=1e-14)
    grads = [p.grad for p in scalar.parameters()]
    assert [p.grad for p in vector.parameters()] == pytest.approx(grads, rel=1e-12, abs=1e-14)
    vector.backward(pull)  # gradients of Units add up
    assert [p.grad for p in vector.parameters()] == pytest.approx([2 * g for g in grads], rel=1e-12)
    assert all(type(p.grad) is float for p in vector.parameters())


def test_the_guides_neuron():
    """a=1, b=2, c=-3 at (-1, 3), then one step of 0.01 uphill: 0.8808 becomes 0.88255."""
    neuron, x = Neuron([1, 2], bias=-3, activation=Sigmoid()), [Unit(-1.0), Unit(3.0)]
    output = neuron(x)
    output.backward()
    slope = output.value * (1 - output.value)
    grads = [unit.grad for unit in [*neuron.parameters(), *x]]
    assert grads == pytest.approx([-slope, 3 * slope, slope, slope, 2 * slope])
    assert [round(g, 3) for g in grads] == [-0.105, 0.315, 0.105, 0.105, 0.21]
    for unit in [*neuron.parameters(), *x]:
        unit.value += 0.01 * unit.grad
    z = (1 - 0.01 * slope) ** 2 * -1 + (2 + 0.03 * slope) * (3 + 0.02 * slope) - 3 + 0.01 * slope
    assert neuron(x).value == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-14)
    assert (round(output.value, 4), round(neuron(x).value, 5)) == (0.8808, 0.88255)


def test_neurons_do_not_share_their_activation():
    shared = Sigmoid()
    one, two = Neuron([1.0], activation=shared), Neuron([5.0], activation=shared)
    a = np.array([[0.3, -2.0]])
    first = one.forward(a).copy()
    two.forward(a)
    grad = one.backward(np.ones(2))
    assert grad[0] == pytest.approx(first * (1 - first))


def test_seeds_and_initializers():
    layer = [neuron_layer(3, 2, weights=He(), rng=generator(4)) for _ in range(2)]
    values = [[[p.value for p in neuron.parameters()] for neuron in row] for row in layer]
    assert values[0] == values[1]
    assert values[0][0] != values[0][1]
    assert [neuron.b.value for neuron in layer[0]] == [0.0, 0.0]
    dense = Dense(3, 2, weights=He())
    dense.initialize(rng=generator(4))
    assert dense.parameters()[0].value.tolist() == [row[:3] for row in values[0]]


def test_mlp_agrees_with_jax():
    mlp = MLP([2, 4, 3, 2], Tanh(), rng=generator(2))
    assert [len(layer) for layer in mlp.layers] == [4, 3, 2]
    x = [0.4, -1.3]
    first, second = mlp(x)
    (first * second).backward()

    def in_jax(parameters):
        a, start = jnp.array(x), 0
        for k, layer in enumerate(mlp.layers):
            fan_in, fan_out = len(layer[0].w), len(layer)
            stop = start + (fan_in + 1) * fan_out
            rows = parameters[start:stop].reshape(fan_out, fan_in + 1)
            z, start = rows[:, :-1] @ a + rows[:, -1], stop
            a = z if k == 2 else jnp.tanh(z)
        return a[0] * a[1]

    parameters = mlp.parameters()
    gradient = jax.grad(in_jax)(jnp.array([p.value for p in parameters]))
    assert [p.grad for p in parameters] == pytest.approx(np.array(gradient), rel=1e-12, abs=1e-15)


def test_optimizers_train_an_mlp_of_units():
    """The moons of micrograd's demo, small: maximum margin, L2, every example in each step."""
    t = np.linspace(0, np.pi, 15)
    X = np.r_[np.c_[np.cos(t), np.sin(t)], np.c_[1 - np.cos(t), 0.5 - np.sin(t)]].tolist()
    y = [-1.0] * 15 + [1.0] * 15
    mlp, optimizer = MLP([2, 8, 1], rng=generator(2)), Adam(0.1)
    parameters = mlp.parameters()
    for _ in range(70):
        losses = [(1 - t * mlp(x)).relu() for x, t in zip(X, y)]
        loss = sum(losses) / len(losses) + 1e-4 * dot(parameters, parameters)
        for p in parameters:
            p.zero_grad()
        loss.backward()
        optimizer.step(parameters)
    assert all((mlp(x).value > 0) == (t > 0) for x, t in zip(X, y))


def test_sgd_moves_a_neuron_as_the_formula_says():
    """w -= eta (y - t) y (1 - y) x for one sigmoid neuron and squared error."""
    neuron, x, t, eta = Neuron([0.6, -0.2], bias=0.9, activation=Sigmoid()), [1.0, 2.0], 0.0, 0.15
    output = neuron(x)
    ((output - t) ** 2 / 2).backward()
    SGD(eta).step(neuron.parameters())
    y = 1 / (1 + np.exp(-(0.6 * 1 - 0.2 * 2 + 0.9)))
    push = eta * (y - t) * y * (1 - y)
    expected = [0.6 - push, -0.2 - 2 * push, 0.9 - push]
    assert [p.value for p in neuron.parameters()] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Neuron([]), ValueError, "weights is empty: it needs at least one number"),
        (lambda: Neuron([np.inf]), ValueError, r"weights\[0\] is inf"),
        (lambda: Neuron([1.0], bias=True), TypeError, "bias expects a number"),
        (lambda: Neuron([1.0], activation=Sigmoid), TypeError, "an instance"),
        (lambda: Neuron([1.0], activation=np.tanh), TypeError, "expects a gate"),
        (lambda: Neuron([1.0])([1.0, 2.0]), ValueError, "1 weights and 2 inputs"),
        (lambda: Neuron([1.0, 2.0])(5), TypeError, "each of its 2 inputs, got the int 5"),
        (lambda: Neuron([1.0])("5"), TypeError, "each of its 1 inputs, got the str '5'"),
        (lambda: Neuron([1.0])(Unit(5.0)), TypeError, "a value of type Unit"),
        (lambda: Neuron([1.0]).forward(np.ones((2, 3))), ValueError, r"\(1, n\)"),
        (lambda: Neuron([1.0]).forward([1.0]), ValueError, "a value of type list"),
        (lambda: neuron_layer(0, 1, rng=generator()), ValueError, "fan_in"),
        (lambda: neuron_layer(1, 1, weights=1.0, rng=generator()), TypeError, "weights"),
        (lambda: neuron_layer(1, 1, rng=7), TypeError, "default_rng"),
        (lambda: MLP([3], rng=generator()), ValueError, "widths expects a list"),
        (lambda: MLP(3, rng=generator()), ValueError, "widths expects a list"),
        (lambda: MLP([3, 0], rng=generator()), ValueError, "fan_out"),
        (lambda: MLP([2, 1], rng=generator())(3), TypeError, "an MLP .* 2 inputs, got the int 3"),
        (lambda: MLP([1, 1], rng=generator())([1.0, 2.0]), ValueError, "2 inputs"),
    ],
)
def test_bad_input_is_refused_with_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_reprs():
    assert repr(Neuron([1, 2], -3, Sigmoid())) == "Neuron([1.0, 2.0], bias=-3.0, Sigmoid())"
    assert repr(Neuron(range(9))) == "Neuron(9 weights, bias=0.0)"
    assert repr(MLP([2, 16, 1], rng=generator())) == "MLP([2, 16, 1])"
