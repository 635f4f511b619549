"""Networks: random ones against JAX, one vector for all parameters, and what is refused."""

import copy
import pickle
import tracemalloc

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import (
    ELU,
    SGD,
    BatchNorm,
    BinaryCrossEntropy,
    CrammerSingerHinge,
    Dense,
    Dropout,
    Flatten,
    GaussianNoise,
    Hinge,
    Linear,
    Maxout,
    Network,
    Normal,
    ReLU,
    Scale,
    Sigmoid,
    Softmax,
    SoftmaxCrossEntropy,
    Softplus,
    SquaredError,
    SquaredHinge,
    Tanh,
    WestonWatkinsHinge,
)
from nnlib.gates import Add, Dot, Gate
from nnlib.gradients import check_gradient
from nnlib.network.network import CHUNK

jax.config.update("jax_enable_x64", True)
pytestmark = pytest.mark.filterwarnings("error")

ACTIVATIONS = [
    (Sigmoid, jax.nn.sigmoid),
    (Tanh, jnp.tanh),
    (ReLU, jax.nn.relu),
    (ELU, jax.nn.elu),
    (Softplus, jax.nn.softplus),
    (Linear, lambda z: z),
]

# What each loss is of outputs and targets that are rows, in JAX
LOSSES = [
    (SquaredError, lambda a, t: 0.5 * ((a - t) ** 2).sum() / len(a)),
    (SoftmaxCrossEntropy, lambda z, t: -(t * jax.nn.log_softmax(z)).sum() / len(z)),
    (
        BinaryCrossEntropy,
        lambda z, t: -(t * jax.nn.log_sigmoid(z) + (1 - t) * jax.nn.log_sigmoid(-z)).sum() / len(z),
    ),
]


def random_network(rng, dtype=np.float64):
    """A network of random depth, widths and activations, and the same cost in JAX."""
    widths = rng.integers(1, 12, rng.integers(2, 6)).tolist()
    widths[-1] = max(2, widths[-1])
    layers, functions = [], []
    for fan_in, fan_out in zip(widths[:-1], widths[1:], strict=True):
        activation, function = ACTIVATIONS[rng.integers(len(ACTIVATIONS))]
        layers += [Dense(fan_in, fan_out, weights=Normal(0.7), bias=Normal(0.3)), activation()]
        functions.append(function)
    fitting = [pair for pair in LOSSES if not applies_again(pair[0], layers[-1])]
    loss, loss_of = fitting[rng.integers(len(fitting))]
    network = Network(layers, loss=loss(), rng=rng, dtype=dtype)
    return network, lambda vector, X, T: loss_of(jax_outputs(vector, X, widths, functions), T)


def applies_again(loss, layer):
    """Whether the loss takes logits and would apply what the last layer has applied."""
    return loss is BinaryCrossEntropy and isinstance(layer, Sigmoid)


def jax_outputs(vector, X, widths, functions):
    """The outputs for rows X of a network whose parameters are one vector: W, b, W, b, ..."""
    a, start = X, 0
    for fan_in, fan_out, function in zip(widths[:-1], widths[1:], functions, strict=True):
        W = vector[start : start + fan_in * fan_out].reshape(fan_out, fan_in)
        start += fan_in * fan_out
        a = function(a @ W.T + vector[start : start + fan_out])
        start += fan_out
    return a


def small_network(rng=None, **options):
    layers = [Dense(4, 5), Tanh(), Dense(5, 3)]
    rng = np.random.default_rng(0) if rng is None else rng
    return Network(layers, **{"loss": SoftmaxCrossEntropy(), "rng": rng, **options})


def small_data(n=20, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 4)), rng.integers(0, 3, n)


# Against JAX


@pytest.mark.parametrize("seed", range(60))
def test_the_gradient_of_a_random_network_is_jax_s(seed):
    rng = np.random.default_rng(seed)
    network, cost = random_network(rng)
    n = int(rng.integers(1, 40))
    X = rng.normal(size=(n, network.layers[0].fan_in))
    y = rng.integers(0, network.layers[-2].fan_out, n)
    T = np.eye(network.layers[-2].fan_out)[y]
    wanted, wanted_gradient = jax.value_and_grad(cost)(network.parameters_vector, X, T)
    found, gradient = network.gradient(X, y)
    assert found == pytest.approx(float(wanted), rel=1e-12)
    assert np.abs(gradient - wanted_gradient).max() <= 1e-10 * max(1, np.abs(wanted_gradient).max())
    assert network.loss_value(X, y) == pytest.approx(float(wanted), rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_float32_is_the_same_network_in_fewer_digits(seed):
    rng = np.random.default_rng(seed)
    network, cost = random_network(rng, dtype=np.float32)
    X = rng.normal(size=(30, network.layers[0].fan_in))
    y = rng.integers(0, network.layers[-2].fan_out, 30)
    T = np.eye(network.layers[-2].fan_out)[y]
    wanted = jax.grad(cost)(network.parameters_vector.astype(np.float64), X, T)
    gradient = network.gradient(X, y)[1]
    assert gradient.dtype == network.forward(X).dtype == np.float32
    assert np.abs(gradient - wanted).max() <= 1e-4 * max(1, np.abs(wanted).max())


def test_the_gradient_is_that_of_loss_value():
    network, (X, y) = small_network(), small_data()
    gradient = network.gradient(X, y)[1].copy()
    check_gradient(lambda w: network.loss_at(w, X, y), gradient, network.parameters_vector.copy())


# One vector


def test_parameters_are_views_into_the_vector():
    network = small_network()
    assert [p.name for p in network.parameters()] == ["W", "b", "W", "b"]
    assert len(network.parameters_vector) == 4 * 5 + 5 + 5 * 3 + 3
    network.parameters_vector[:] = np.arange(43)
    assert network.layers[0].W.value[1, 2] == 6
    assert network.layers[2].b.value.ravel().tolist() == [40, 41, 42]
    network.layers[0].W.grad[...] = 7
    assert (network.gradients_vector[:20] == 7).all()
    assert network.decays.tolist() == [True] * 20 + [False] * 5 + [True] * 15 + [False] * 3


def test_assigning_the_vector_moves_the_network():
    network = small_network()
    W, vector = network.layers[0].W, network.parameters_vector
    network.parameters_vector = np.arange(43.0)
    assert network.parameters_vector is vector and W.value[1, 2] == 6
    network.value -= 1  # as an optimizer may write it
    assert network.parameters_vector is vector and W.value[1, 2] == 5
    with pytest.raises(ValueError, match="43 entries, got 3"):
        network.parameters_vector = np.zeros(3)
    with pytest.raises(ValueError, match="finite"):
        network.value = np.full(43, np.nan)


@pytest.mark.parametrize("twin", [lambda n: n, copy.deepcopy, lambda n: by_pickle(n)])
def test_assigning_to_a_parameter_moves_the_network(twin):
    network = twin(small_network())
    W, vector = network.layers[0].W, network.parameters_vector
    view = W.value
    W.value = np.arange(20).reshape(5, 4)
    W.grad = np.full((5, 4), 3.0)
    assert W.value is view and vector[:20].tolist() == list(range(20))
    assert (network.gradients_vector[:20] == 3).all()
    W.value -= 1
    assert vector[:20].tolist() == list(range(-1, 19))
    for array, words in [
        (np.zeros((4, 5)), r"W.value has shape \(5, 4\).*got shape \(4, 5\)"),
        (0.5, r"got shape \(\)"),
        (np.full((5, 4), np.nan), r"W.value\[0, 0\] is nan"),
    ]:
        with pytest.raises(ValueError, match=words):
            W.value = array
    with pytest.raises(TypeError):
        W.value = np.full((5, 4), 1j)
    assert vector[:20].tolist() == list(range(-1, 19))


def test_an_optimizer_takes_the_network_for_one_parameter():
    network, (X, y) = small_network(), small_data()
    before = network.parameters_vector.copy()
    gradient = network.gradient(X, y)[1].copy()
    SGD(0.5).step([network])
    assert np.allclose(network.parameters_vector, before - 0.5 * gradient, rtol=0, atol=1e-15)


def by_pickle(network):
    return pickle.loads(pickle.dumps(network))


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, by_pickle])
def test_a_copy_is_a_network_of_its_own(twin):
    network, (X, y) = small_network(), small_data()
    other = twin(network)
    wanted = network.gradient(X, y)[1].copy()
    assert (other.gradient(X, y)[1] == wanted).all()
    other.parameters_vector[:] = 0
    assert not other.layers[0].W.value.any() and network.layers[0].W.value.any()
    assert (network.gradient(X, y)[1] == wanted).all()


USED = [loss for loss, _ in LOSSES] + [Hinge, SquaredHinge, WestonWatkinsHinge,
                                        CrammerSingerHinge]  # fmt: skip


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, by_pickle])
@pytest.mark.parametrize("loss", USED)
def test_a_copy_of_a_used_network_learns_on_as_the_network_does(twin, loss):
    network, (X, y) = small_network(loss=loss()), small_data()
    network.gradient(X, y)
    other, losses = twin(network), []
    for learner in (network, other):
        optimizer = SGD(0.5)
        losses.append([])
        for _ in range(4):
            losses[-1].append(learner.gradient(X, y)[0])
            optimizer.step([learner])
    assert losses[0] == losses[1] and len(set(losses[1])) == 4
    assert (network.parameters_vector == other.parameters_vector).all()
    assert other.loss_value(X, y) == network.loss_value(X, y)
    here = network.loss_value(X, y)
    other.parameters_vector = 2 * other.parameters_vector
    assert other.loss_value(X, y) != here == network.loss_value(X, y)


def test_the_same_seed_gives_the_same_network_whatever_ran_before():
    first = small_network(np.random.default_rng(3))
    X, y = small_data()
    for n in (1, 7, 20):
        first.gradient(X[:n], y[:n])
    second = small_network(np.random.default_rng(3))
    assert (first.parameters_vector == second.parameters_vector).all()
    assert (first.gradient(X, y)[1] == second.gradient(X, y)[1]).all()


def test_loss_at_leaves_the_network_where_it_is():
    network, (X, y) = small_network(), small_data()
    here = network.parameters_vector.copy()
    there = network.loss_at(here + 1, X, y)
    assert (network.parameters_vector == here).all()
    with pytest.raises(ValueError):
        network.loss_at(here + 1, X, y[:3])
    assert (network.parameters_vector == here).all()
    network.parameters_vector += 1
    assert network.loss_value(X, y) == there


# Evaluation


@pytest.mark.parametrize("n", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])
def test_a_large_set_gives_what_its_examples_give_alone(n):
    network, (X, y) = small_network(), small_data(n)
    W1, b1, W2, b2 = [p.value for p in network.parameters()]
    wanted = np.tanh(X @ W1.T + b1.T) @ W2.T + b2.T
    outputs = network.forward(X)
    assert np.allclose(outputs, wanted, rtol=0, atol=1e-13)
    assert (network.predict(X) == wanted.argmax(axis=1)).all()
    assert network.score(X, y) == np.mean(wanted.argmax(axis=1) == y)
    loss, accuracy = network.evaluate(X, y)
    surprise = np.log(np.exp(wanted).sum(axis=1)) - wanted[np.arange(n), y]
    assert loss == pytest.approx(surprise.mean(), rel=1e-12)
    assert accuracy == network.score(X, y)


def test_scoring_many_images_needs_little_room():
    network = Network([Dense(784, 30), Sigmoid(), Dense(30, 10)], loss=SoftmaxCrossEntropy(),
                      rng=np.random.default_rng(0), dtype=np.float32)  # fmt: skip
    X, y = np.zeros((20_000, 784), np.float32), np.zeros(20_000, int)
    network.score(X[:2000], y[:2000])
    tracemalloc.start()
    network.score(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < X.nbytes / 3  # a truth value for each number is a quarter of X


def test_many_batch_sizes_leave_no_growing_trail():
    network, (X, y) = small_network(), small_data(400)
    for n in range(1, 401):
        network.gradient(X[:n], y[:n])
    wanted = small_network().gradient(X, y)
    found = network.gradient(X, y)
    assert found[0] == wanted[0] and (found[1] == wanted[1]).all()
    for gate in [*network.layers, network.loss]:
        assert len(gate.workspace) <= 100


def test_a_mode_ends_as_it_began_even_by_an_error():
    rng = np.random.default_rng(0)
    network = Network([Dense(4, 3), Dropout(0.5)], loss=SquaredError(), rng=rng)
    assert not network.training
    with pytest.raises(KeyError), network.mode(training=True):
        assert network.layers[1].training
        with network.mode(training=False):
            assert not network.layers[1].training
        assert network.training
        raise KeyError
    assert not network.training and not network.layers[1].training


def test_dropout_plays_in_training_only():
    rng = np.random.default_rng(0)
    network = Network([Dense(4, 50), Dropout(0.5)], loss=SquaredError(), rng=rng)
    X, _ = small_data()
    assert (network.forward(X) == network.forward(X)).all()
    T = np.zeros((20, 50))
    assert network.gradient(X, T)[0] == network.gradient(X, T)[0]
    with network.mode(training=True):
        assert network.gradient(X, T)[0] != network.gradient(X, T)[0]
        assert (network.forward(X) == network.forward(X)).all()


def test_numbers_are_targets_where_the_loss_says_so():
    rng = np.random.default_rng(0)
    network = Network([Dense(4, 1)], loss=SquaredError(), rng=rng)
    X, t = rng.normal(size=(9, 4)), rng.normal(size=9)
    W, b = [p.value for p in network.parameters()]
    errors = X @ W.ravel() + b.ravel() - t
    assert network.loss_value(X, t) == pytest.approx((errors**2).mean() / 2, rel=1e-13)
    assert network.loss_value(X, t[:, np.newaxis]) == network.loss_value(X, t)
    assert network.evaluate(X, t)[1] is None
    assert network.evaluate(X, rng.integers(0, 2, 9))[1] is None
    with pytest.raises(ValueError, match="one output"):
        network.predict(X)


# Inputs of every kind


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 9),
    dtype=st.sampled_from(["f2", "f4", "f8", ">f8", "i1", "i8", "u2", "?"]),
    form=st.sampled_from(["plain", "fortran", "strided", "reversed", "read-only", "list"]),
    seed=st.integers(0, 99),
)
def test_any_layout_and_number_type_means_the_same_and_stays_as_it_was(n, dtype, form, seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(-3, 4, (2 * n, 8)).astype(dtype)
    y = rng.integers(0, 3, n)
    X = {
        "plain": lambda: X[:n, :4].copy(),
        "fortran": lambda: np.asfortranarray(X[:n, :4]),
        "strided": lambda: X[::2, ::2],
        "reversed": lambda: X[:n, :4][::-1, ::-1],
        "read-only": lambda: X[:n, :4].copy(),
        "list": lambda: X[:n, :4].tolist(),
    }[form]()
    if form == "read-only":
        X.flags.writeable = y.flags.writeable = False
    before = copy.deepcopy(X), y.copy()
    network = small_network()
    wanted_loss, wanted = network.gradient(np.array(X, np.float64), y)
    wanted = wanted.copy()
    loss, gradient = network.gradient(X, y)
    assert loss == pytest.approx(wanted_loss, rel=1e-12)
    assert np.allclose(gradient, wanted, rtol=1e-12, atol=1e-14)
    assert network.forward(X).shape == (n, 3) and network.predict(X).shape == (n,)
    assert np.array_equal(X, before[0]) and np.array_equal(y, before[1])


def test_bytes_of_images_are_scaled_or_refused():
    rng = np.random.default_rng(0)
    X = rng.integers(0, 256, (5, 4), dtype=np.uint8)
    with pytest.raises(ValueError, match=r"bytes up to 2\d\d.*Scale\(1 / 255\)"):
        small_network().forward(X)
    assert small_network().forward(X // 128).shape == (5, 3)  # 0 and 1 may well be meant
    scaled = Network([Scale(1 / 255), Dense(4, 3)], loss=SquaredError(), rng=rng)
    plain = Network([Dense(4, 3)], loss=SquaredError(), rng=rng)
    plain.parameters_vector = scaled.parameters_vector
    assert np.allclose(scaled.forward(X), plain.forward(X / 255), rtol=0, atol=1e-15)
    late = Network([Dense(4, 4), Scale(1 / 255)], loss=SquaredError(), rng=rng)
    with pytest.raises(ValueError, match="bytes"):
        late.forward(X)


def test_images_go_in_through_flatten():
    rng = np.random.default_rng(0)
    images, y = rng.normal(size=(7, 3, 4)), rng.integers(0, 2, 7)
    network = Network([Flatten(), Dense(12, 2)], loss=SoftmaxCrossEntropy(), rng=rng)
    assert np.allclose(network.forward(images), network.forward(images.reshape(7, 12)), atol=1e-15)
    assert network.gradient(images, y)[0] == network.loss_value(images, y)
    late = Network([Scale(2), GaussianNoise(1), Flatten(), Dense(12, 2)],
                   loss=SoftmaxCrossEntropy(), rng=rng)  # fmt: skip
    late.parameters_vector = network.parameters_vector
    assert np.allclose(late.forward(images), network.forward(2 * images), atol=1e-14)
    with pytest.raises(ValueError, match="12 features"):
        network.forward(images[:, :2])
    with pytest.raises(ValueError, match="shape"):
        network.forward(images[:0])
    with pytest.raises(ValueError, match="flatten"):
        small_network().forward(images)


# What is refused


@pytest.mark.parametrize("layers, error, words", [
    ([], ValueError, "at least one layer"),
    (Dense(2, 3), TypeError, "a list like"),
    ([Dense], TypeError, r"layer 0 .*write Dense\(\.\.\.\)"),
    ([Dense(2, 3), "sigmoid"], TypeError, "layer 1 .*'sigmoid'"),
    ([Dense(4, 5), Tanh(), Dense(6, 3)], ValueError, "layer 2 .*fan_in 6, but 5 .*from layer 1"),
    ([Dense(4, 6), Maxout(2), Dense(6, 3)], ValueError, "layer 2 .*fan_in 6, but 3"),
    ([Dense(4, 3), Maxout(2)], ValueError, r"layer 1 \(Maxout\) makes groups of 2, and 3 features"),
    ([Dense(4, 5), BatchNorm(6)], ValueError, r"layer 1 \(BatchNorm\) expects fan_in 6"),
])  # fmt: skip
def test_layers_that_don_t_fit_are_named(layers, error, words):
    with pytest.raises(error, match=words):
        Network(layers, loss=SquaredError(), rng=np.random.default_rng(0))


@pytest.mark.parametrize("layer, words", [
    (SoftmaxCrossEntropy(), "layer 1 is a loss, SoftmaxCrossEntropy: pass it as loss="),
    (Add(), r"layer 1 \(Add\) is no gate with one input"),
    (Dot(), r"layer 1 \(Dot\) is no gate with one input"),
    (Gate(), r"layer 1 \(Gate\) is no gate with one input"),
])  # fmt: skip
def test_what_is_no_layer_is_refused(layer, words):
    with pytest.raises(TypeError, match=words):
        Network([Dense(4, 3), layer], loss=SquaredError(), rng=np.random.default_rng(0))


@pytest.mark.parametrize("loss", [SoftmaxCrossEntropy, WestonWatkinsHinge, CrammerSingerHinge])
def test_one_output_is_too_few_to_compare(loss):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="has 1: give two classes 2 outputs, or use BinaryCross"):
        Network([Dense(4, 1), Linear()], loss=loss(), rng=rng)
    late = Network([Flatten()], loss=loss(), rng=rng)
    with pytest.raises(ValueError, match="has 1: give two classes 2 outputs"):
        late.gradient(np.ones((3, 1)), np.zeros(3, int))


@pytest.mark.parametrize(
    ("last", "loss", "words"),
    [
        (Sigmoid, BinaryCrossEntropy, "applies the sigmoid itself: leave out layer 1, Sigmoid"),
        (Softmax, SoftmaxCrossEntropy, "applies the softmax itself: leave out layer 1, Softmax"),
    ],
)
def test_a_loss_of_logits_refuses_what_it_applies_itself(last, loss, words):
    with pytest.raises(ValueError, match=words):
        Network([Dense(4, 3), last()], loss=loss(), rng=np.random.default_rng(0))


@pytest.mark.parametrize("new", [lambda: Dropout(0.5), lambda: GaussianNoise(1), lambda: Scale(2)])
def test_a_layer_with_a_memory_serves_one_network(new):
    rng, layer = np.random.default_rng(0), new()
    Network([layer, Dense(4, 2)], loss=SquaredError(), rng=rng)
    with pytest.raises(ValueError, match="belongs to another network"):
        Network([layer, Dense(4, 2)], loss=SquaredError(), rng=rng)


def test_dropout_leaves_the_first_weights_as_they_are():
    def weights(*layers):
        rng = np.random.default_rng(3)
        return Network([*layers, Dense(4, 2)], loss=SquaredError(), rng=rng).parameters_vector

    assert (weights(Dropout(0.5), GaussianNoise(1)) == weights()).all()


def test_maxout_at_the_door_takes_its_groups():
    rng = np.random.default_rng(0)
    network = Network([Maxout(2), Dense(3, 2)], loss=SquaredError(), rng=rng)
    X = rng.normal(size=(5, 6))
    W, b = [p.value for p in network.parameters()]
    assert np.allclose(network.forward(X), X.reshape(5, 3, 2).max(axis=2) @ W.T + b.T, atol=1e-15)
    with pytest.raises(ValueError, match="6 features"):
        network.forward(X[:, :3])


def test_targets_in_a_column_are_named_as_they_came():
    network, (X, y) = small_network(), small_data()
    with pytest.raises(ValueError, match=r"got shape \(20, 1\): for labels write y.ravel\(\)"):
        network.gradient(X, y[:, np.newaxis])


@pytest.mark.parametrize("loss, outputs, y, words", [
    (SoftmaxCrossEntropy(), 3, [0, 1, 3], "from 0 to 2, got 3"),
    (SoftmaxCrossEntropy(), 3, [0, 1, 0.5], "whole numbers .*got 0.5 at index 2"),
    (BinaryCrossEntropy(), 1, [0, 1, 0.5], "whole numbers .*got 0.5 at index 2"),
    (BinaryCrossEntropy(), 1, [0, 1, 2], "got 2"),
])  # fmt: skip
def test_a_score_refuses_labels_that_can_t_be(loss, outputs, y, words):
    network = Network([Dense(4, outputs)], loss=loss, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=words):
        network.score(np.ones((3, 4)), y)


def test_a_layer_serves_in_one_place_of_one_network():
    rng = np.random.default_rng(0)
    dense, sigmoid = Dense(3, 3), Sigmoid()
    with pytest.raises(ValueError, match="layers 0 and 2 are the same Dense"):
        Network([dense, Sigmoid(), dense], loss=SquaredError(), rng=rng)
    with pytest.raises(ValueError, match="layers 1 and 3 are the same Sigmoid"):
        Network([Dense(3, 3), sigmoid, Dense(3, 3), sigmoid], loss=SquaredError(), rng=rng)
    Network([dense], loss=SquaredError(), rng=rng)
    with pytest.raises(ValueError, match="has weights or a memory already"):
        Network([dense], loss=SquaredError(), rng=rng)


@pytest.mark.parametrize("options, error, words", [
    ({"rng": 0}, TypeError, "default_rng"),
    ({"rng": np.random}, TypeError, "default_rng"),
    ({"loss": SquaredError}, TypeError, "loss expects"),
    ({"loss": "mse"}, TypeError, "loss expects"),
    ({"regularizer": 0.1}, TypeError, "regularizer expects"),
    ({"dtype": np.int64}, ValueError, "float32 or np.float64"),
    ({"dtype": np.float16}, ValueError, "float32 or np.float64"),
    ({"dtype": "quick"}, TypeError, "float32 or np.float64"),
])  # fmt: skip
def test_bad_options_are_refused_when_the_network_is_made(options, error, words):
    with pytest.raises(error, match=words):
        small_network(**options)


X, Y = small_data(6)
BAD_DATA = [
    (X[:, :3], Y, ValueError, "expects 4 features"),
    (X[0], Y[:1], ValueError, "reshape one example"),
    (X[:0], Y[:0], ValueError, "empty"),
    (np.where(X == X.max(), np.nan, X), Y, ValueError, "finite"),
    (np.where(X == X.max(), np.inf, X), Y, ValueError, "finite"),
    (X.astype(complex), Y, TypeError, "real numbers"),
    (X.astype(str), Y, TypeError, "real numbers"),
    (X, Y[:5], ValueError, "6 examples and y 5"),
    (X, Y + 1, ValueError, "0 to 2, got 3"),
    (X, Y - 1, ValueError, "0 to 2, got -1"),
    (X, Y + 0.5, ValueError, "whole numbers"),
    (X, np.where(Y == 0, np.nan, Y), ValueError, "finite"),
    (X, np.eye(4)[Y], ValueError, "shape"),
    (X, Y.astype(str), TypeError, "real numbers"),
    (X, 1, ValueError, "6 examples and y 1"),
]  # fmt: skip


@pytest.mark.parametrize("use", ["gradient", "loss_value", "evaluate"])
@pytest.mark.parametrize("X, y, error, words", BAD_DATA)
def test_bad_data_are_refused_at_the_call(use, X, y, error, words):
    with pytest.raises(error, match=words):
        getattr(small_network(), use)(X, y)


def test_numbers_too_large_for_float32_are_refused():
    network = small_network(dtype=np.float32)
    with pytest.raises(ValueError, match="1e\\+300, too large"):
        network.forward(np.full((2, 4), -1e300))
    before = network.parameters_vector.copy()
    with pytest.raises(ValueError, match="vector holds 1e\\+300, too large for float32"):
        network.parameters_vector = np.full(43, 1e300)
    with pytest.raises(ValueError, match="W.value holds 1e\\+300, too large for float32"):
        network.layers[0].W.value = np.full((5, 4), -1e300)
    assert (network.parameters_vector == before).all()
    network = small_network(dtype=np.float32, loss=SquaredError())
    for use in (network.gradient, network.loss_value, network.evaluate):
        with pytest.raises(ValueError, match="targets holds 1e\\+200, too large for float32"):
            use(np.ones((2, 4)), np.full((2, 3), 1e200))


def test_a_network_shows_its_layers():
    network = Network([Dense(784, 30), Sigmoid(), Dense(30, 10)], loss=SquaredError(),
                      rng=np.random.default_rng(0))  # fmt: skip
    lines = str(network).splitlines()
    assert lines[0].split() == ["layer", "outputs", "parameters"]
    assert lines[1].split()[-2:] == ["30", "23,550"] and lines[2].split()[-2:] == ["30", "0"]
    assert lines[4] == "23,860 parameters, float64; loss SquaredError()"
