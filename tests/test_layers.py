"""Every layer against JAX, in training and out of it; what it remembers, and what it refuses."""

import copy
import json
import math
import tracemalloc

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.gates import Unit
from nnlib.gradients import check_gradient, complex_step
from nnlib.initializers import Constant, He, Normal
from nnlib.layers import BatchNorm, Dense, Dropout, Flatten, GaussianNoise, Layer, Scale

jax.config.update("jax_enable_x64", True)
pytestmark = pytest.mark.filterwarnings("error")


def ready(layer, rng, dtype=np.float64, *, training=True):
    """The layer, initialized, its Parameters at a random point."""
    layer.initialize(rng=rng, dtype=dtype)
    layer.training = training
    for parameter in layer.parameters():
        parameter.value[...] = rng.normal(size=parameter.value.shape)
        parameter.grad[...] = rng.normal(size=parameter.grad.shape)  # to be overwritten
    return layer


def batch_norm(x, gamma, beta):
    mean, variance = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return gamma * (x - mean) / jnp.sqrt(variance + 1e-5) + beta


# the layer, the same in JAX, the input's shape for n examples, whether it trains differently
LAYERS = {
    "dense": (lambda: Dense(4, 3), lambda x, W, b: W @ x + b, (4,)),
    "dense, one neuron": (lambda: Dense(4, 1), lambda x, W, b: W @ x + b, (4,)),
    "flatten": (Flatten, lambda x: x.reshape(-1, x.shape[-1]), (2, 3, 2)),
    "scale": (lambda: Scale(1 / 255), lambda x: x / 255, (4,)),
    "batch norm": (lambda: BatchNorm(4), batch_norm, (4,)),
}
RANDOM = {"dropout": lambda: Dropout(0.4), "noise": lambda: GaussianNoise(0.3)}
EVERY = {name: (new, shape) for name, (new, _, shape) in LAYERS.items()} | {
    name: (new, (4,)) for name, new in RANDOM.items()
}
each = pytest.mark.parametrize("name", LAYERS)
every = pytest.mark.parametrize("name", EVERY)


@each
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_jax(name, seed):
    new, formula, shape = LAYERS[name]
    rng = np.random.default_rng(seed)
    layer = ready(new(), rng)
    x = rng.normal(size=(*shape, rng.integers(2, 8)))
    values = [parameter.value for parameter in layer.parameters()]
    expected, vjp = jax.vjp(formula, x, *values)
    y = layer.forward(x)
    pull = rng.normal(size=y.shape)
    gradients = [layer.backward(pull), *(parameter.grad for parameter in layer.parameters())]
    assert y == pytest.approx(np.asarray(expected), rel=1e-12, abs=1e-13)
    for found, wanted in zip(gradients, vjp(pull), strict=True):
        assert found == pytest.approx(np.asarray(wanted), rel=1e-10, abs=1e-12)


@each
def test_complex_numbers_go_through(name):
    new, _, shape = LAYERS[name]
    rng = np.random.default_rng(6)
    layer = ready(new(), rng)
    x = rng.normal(size=(*shape, 3))
    pull = rng.normal(size=layer.forward(x).shape)
    check = check_gradient(
        lambda x: (pull * layer.forward(x)).sum(),
        lambda x: (layer.forward(x), layer.backward(pull))[1],
        x,
        method=complex_step,
        tolerance=1e-11,
    )
    assert check, check


def test_dense_parameters_by_complex_step():
    rng = np.random.default_rng(7)
    layer = ready(Dense(3, 2), rng)
    x, pull = rng.normal(size=(3, 5)), rng.normal(size=(2, 5))
    layer.forward(x)
    layer.backward(pull)
    for parameter in layer.parameters():
        parameter.value = parameter.value.astype(complex)
    for parameter in layer.parameters():
        value = parameter.value

        def pulled(v, parameter=parameter):
            parameter.value = v
            return (pull * layer.forward(x)).sum()

        check = check_gradient(
            pulled, parameter.grad, value.real, method=complex_step, tolerance=1e-12
        )
        assert check, check
        parameter.value = value


def test_batch_norm_out_of_training():
    """The running statistics are constants: y is linear in x."""
    rng = np.random.default_rng(8)
    layer = ready(BatchNorm(4, epsilon=0.1), rng, training=False)
    layer.running_mean[...] = rng.normal(size=(4, 1))
    layer.running_variance[...] = rng.uniform(1, 2, (4, 1))

    def formula(x, gamma, beta):
        return gamma * (x - layer.running_mean) / jnp.sqrt(layer.running_variance + 0.1) + beta

    for n in (1, 5):
        x, pull = rng.normal(size=(4, n)), rng.normal(size=(4, n))
        expected, vjp = jax.vjp(formula, x, layer.gamma.value, layer.beta.value)
        assert layer.forward(x) == pytest.approx(np.asarray(expected), rel=1e-12)
        dx, dgamma, dbeta = vjp(pull)
        assert layer.backward(pull) == pytest.approx(np.asarray(dx), rel=1e-12)
        assert layer.gamma.grad == pytest.approx(np.asarray(dgamma), rel=1e-12, abs=1e-14)
        assert layer.beta.grad == pytest.approx(np.asarray(dbeta), rel=1e-12, abs=1e-14)


def test_batch_norm_follows_the_minibatches():
    rng = np.random.default_rng(9)
    layer = BatchNorm(3, momentum=0.8)
    layer.initialize(rng=rng)
    layer.training = True
    mean, variance = np.zeros((3, 1)), np.ones((3, 1))
    for _ in range(4):
        x = rng.normal(5, 3, size=(3, 6))
        y = layer.forward(x)
        assert y.mean(axis=1) == pytest.approx(np.zeros(3), abs=1e-14)
        assert y.var(axis=1) == pytest.approx(np.ones(3), rel=1e-4)
        mean = 0.8 * mean + 0.2 * x.mean(axis=1, keepdims=True)
        variance = 0.8 * variance + 0.2 * x.var(axis=1, ddof=1, keepdims=True)
    assert layer.running_mean == pytest.approx(mean, rel=1e-13)
    assert layer.running_variance == pytest.approx(variance, rel=1e-13)
    layer.training = False
    layer.forward(x)
    assert layer.running_mean == pytest.approx(mean, rel=1e-13)


def test_batch_norm_starts_as_the_identity_and_no_regularizer_acts_on_it():
    layer = BatchNorm(2, epsilon=1e-12)
    assert layer.parameters() == []
    layer.initialize(rng=np.random.default_rng(0))
    assert layer.parameters() == [layer.gamma, layer.beta]
    assert [parameter.decays for parameter in layer.parameters()] == [False, False]
    x = np.array([[1.0, -4.0], [3.0, 0.5]])
    assert layer.forward(x) == pytest.approx(x, rel=1e-11)


def test_batch_norm_keeps_numbers_far_from_zero():
    """float32 around 1e4 with a spread of 1: taken off first, squared then."""
    rng = np.random.default_rng(10)
    x = rng.normal(1e4, 1, size=(3, 128))
    layer = BatchNorm(3)
    layer.initialize(rng=rng, dtype=np.float32)
    layer.training = True
    expected = (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    assert layer.forward(x.astype(np.float32)) == pytest.approx(expected, abs=5e-3)


@settings(deadline=None)
@given(
    name=st.sampled_from(list(EVERY)),
    n=st.integers(1, 6),
    dtype=st.sampled_from([np.float32, np.float64]),
    layout=st.sampled_from(["C", "F", "strided"]),
    training=st.booleans(),
    seed=st.integers(0, 1000),
)
def test_shapes_kinds_layouts_and_lent_arrays(name, n, dtype, layout, training, seed):
    new, shape = EVERY[name]
    rng = np.random.default_rng(seed)
    layer = ready(new(), rng, dtype, training=training)
    x = rng.normal(size=(*shape, n)).astype(dtype)
    lent = np.asarray(x, order="F" if layout == "F" else "C")
    if layout == "strided":
        lent = np.repeat(x, 2, axis=0)[::2]
    lent.flags.writeable = False
    if name == "batch norm" and n == 1 and training:
        with pytest.raises(ValueError, match="minibatch of 1"):
            layer.forward(lent)
        return
    twin = copy.deepcopy(layer)
    y, expected = layer.forward(lent), twin.forward(x.copy())
    assert y.dtype == dtype
    tolerance = 1e-5 if dtype == np.float32 else 1e-13
    assert y == pytest.approx(expected, rel=tolerance, abs=tolerance)
    pull = rng.normal(size=y.shape[::-1]).astype(dtype).T
    pull.flags.writeable = False
    before = pull.copy()
    grad = layer.backward(pull)
    assert grad.dtype == dtype
    assert grad.shape == x.shape
    assert grad == pytest.approx(twin.backward(pull.copy()), rel=tolerance, abs=tolerance)
    assert np.array_equal(lent, x)
    assert np.array_equal(pull, before)
    assert all(p.grad.dtype == p.value.dtype == dtype for p in layer.parameters())


@every
def test_a_warm_step_allocates_no_array(name):
    new, shape = EVERY[name]
    rng = np.random.default_rng(11)
    layer = ready(new(), rng)
    x = np.moveaxis(rng.normal(size=(20_000, *shape)), 0, -1)  # columns in order, as in a network
    pull = np.ones_like(layer.forward(x))
    layer.backward(pull)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    layer.forward(x)
    layer.backward(pull)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert peak < 100_000  # a row of x has 160,000 bytes; NumPy casts in blocks of 8,192 numbers


def test_dense_with_many_features_allocates_no_column():
    """The arrays (features, 1), too, which the test above is blind to."""
    rng = np.random.default_rng(12)
    for layer in (ready(Dense(20_000, 30), rng), ready(BatchNorm(20_000), rng)):
        x = rng.normal(size=(20_000, 3))
        pull = np.ones_like(layer.forward(x))
        layer.backward(pull)
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        layer.forward(x)
        layer.backward(pull)
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
        assert peak < 100_000


def test_dense_draws_its_parameters_as_told():
    layer = Dense(5, 3, weights=Normal(2.0), bias=Constant(0.1))
    layer.initialize(rng=np.random.default_rng(13))
    expected = Normal(2.0)((3, 5), rng=np.random.default_rng(13))
    assert np.array_equal(layer.W.value, expected)
    assert layer.b.value.tolist() == [[0.1]] * 3
    assert layer.parameters() == [layer.W, layer.b]
    assert (layer.W.decays, layer.b.decays) == (True, False)
    default = Dense(5, 3)
    assert (repr(default.weights), repr(default.bias)) == ("Glorot()", "Zeros()")
    assert default.parameters() == []


def test_dense_works_where_its_parameters_are_views():
    """As in a network, which moves all parameters into one vector."""
    rng = np.random.default_rng(14)
    layer, twin = ready(Dense(4, 3), rng), None
    x, pull = rng.normal(size=(4, 5)), rng.normal(size=(3, 5))
    twin = copy.deepcopy(layer)
    value, grad = np.zeros(15), np.zeros(15)
    for parameter, part in zip(layer.parameters(), (slice(0, 12), slice(12, 15)), strict=True):
        value[part] = parameter.value.ravel()
        parameter.value = value[part].reshape(parameter.value.shape)
        parameter.grad = grad[part].reshape(parameter.grad.shape)
    assert np.array_equal(layer.forward(x), twin.forward(x))
    assert np.array_equal(layer.backward(pull), twin.backward(pull))
    assert np.array_equal(grad, [*twin.W.grad.ravel(), *twin.b.grad.ravel()])


@pytest.mark.parametrize("new", [lambda: Dense(4, 4), lambda: BatchNorm(4)])
def test_the_first_layer_may_save_itself_a_product(new):
    rng = np.random.default_rng(15)
    layer = ready(new(), rng)
    twin = copy.deepcopy(layer)
    twin.input_grad = False
    x, pull = rng.normal(size=(4, 5)), rng.normal(size=(4, 5))
    layer.forward(x), twin.forward(x)
    assert layer.backward(pull) is not None
    assert twin.backward(pull) is None
    for parameter, same in zip(layer.parameters(), twin.parameters(), strict=True):
        assert np.array_equal(parameter.grad, same.grad)


def test_dropout_drops_the_rate_and_keeps_the_mean():
    layer = ready(Dropout(0.3), np.random.default_rng(16))
    x = np.ones((200, 500))
    y = layer.forward(x).copy()
    assert np.unique(y).tolist() == [0, 1 / 0.7]
    spread = math.sqrt(0.3 * 0.7 / y.size)
    assert (y == 0).mean() == pytest.approx(0.3, abs=4 * spread)
    assert np.array_equal(layer.backward(x), y)  # the gradient goes through the same mask
    assert not np.array_equal(layer.forward(x), y)
    by_row = (y == 0).mean(axis=1)
    assert by_row.std() == pytest.approx(math.sqrt(0.3 * 0.7 / 500), rel=0.2)  # each on its own


def test_noise_has_its_std():
    layer = ready(GaussianNoise(0.5), np.random.default_rng(17))
    x = np.random.default_rng(18).normal(size=(200, 500))
    noise = layer.forward(x) - x
    assert noise.mean() == pytest.approx(0, abs=4 * 0.5 / math.sqrt(noise.size))
    assert noise.std() == pytest.approx(0.5, rel=0.01)


@pytest.mark.parametrize("name", RANDOM)
def test_randomness_is_out_of_the_way_out_of_training(name):
    layer = ready(RANDOM[name](), np.random.default_rng(19), training=False)
    x = np.ones((3, 4))
    assert layer.forward(x) is x
    assert layer.backward(x) is x
    assert RANDOM[name]().forward(x) is x  # with no generator, too


@pytest.mark.parametrize("new", [lambda: Dropout(0.0), lambda: GaussianNoise(0)])
def test_none_of_it_changes_nothing(new):
    rng = np.random.default_rng(20)
    layer, x = ready(new(), rng), rng.normal(size=(3, 4))
    assert np.array_equal(layer.forward(x), x)


@pytest.mark.parametrize("name", RANDOM)
def test_the_same_generator_draws_the_same(name):
    def run(seed):
        rng = np.random.default_rng(seed)
        layer = ready(RANDOM[name](), rng)
        return layer.forward(np.ones((3, 4)))

    assert np.array_equal(run(5), run(5))
    assert not np.array_equal(run(5), run(6))
    rng = np.random.Generator(np.random.Philox(key=3))  # which has no seed to split
    twin = copy.deepcopy(rng)
    rng.random(7), twin.random(7)
    state = rng.bit_generator.state
    first = ready(RANDOM[name](), rng).forward(np.ones((3, 4)))
    rng.bit_generator.state = state
    again = ready(RANDOM[name](), rng).forward(np.ones((3, 4)))
    assert np.array_equal(first, again)
    assert np.array_equal(first, ready(RANDOM[name](), twin).forward(np.ones((3, 4))))
    rng = np.random.default_rng(5)
    two = [ready(RANDOM[name](), rng).forward(np.ones((3, 4))) for _ in range(2)]
    assert not np.array_equal(*two)


@pytest.mark.parametrize("name", ["dropout", "noise", "batch norm"])
def test_a_layer_takes_up_its_state_again(name):
    new, shape = EVERY[name]
    rng = np.random.default_rng(22)
    layer = ready(new(), rng)
    x = rng.normal(size=(*shape, 5))
    layer.forward(x)
    state = layer.state()
    if name != "batch norm":
        state = json.loads(json.dumps(state))  # it can be written down
    twin = new()
    twin.initialize(rng=np.random.default_rng(0))
    twin.training = True
    twin.restore(state)
    for parameter, value in zip(twin.parameters(), layer.parameters(), strict=True):
        parameter.value[...] = value.value
    for _ in range(2):
        assert np.array_equal(layer.forward(x), twin.forward(x))
    layer.training = twin.training = False
    assert np.array_equal(layer.forward(x), twin.forward(x))
    if name == "batch norm":
        assert not np.array_equal(state["running_mean"], layer.running_mean)  # a copy, not a view


def test_layers_without_memory_have_an_empty_state():
    for layer in (Layer(), Flatten(), Dense(2, 2), BatchNorm(2), Dropout(0.5), Scale(2)):
        assert layer.state() == {}
        layer.restore({})


def test_scale_turns_bytes_into_numbers():
    pixels = np.array([[0, 51], [102, 255]], np.uint8)
    for dtype in (np.float32, np.float64):
        layer = Scale(1 / 255)
        layer.initialize(rng=np.random.default_rng(0), dtype=dtype)
        assert layer.forward(pixels).dtype == dtype
        assert layer.forward(pixels) == pytest.approx(np.array([[0, 0.2], [0.4, 1]]))


def test_flatten_keeps_each_image_together_and_copies_nothing():
    images = np.arange(24).reshape(2, 1, 3, 4)  # two images of 3 x 4
    inside = np.moveaxis(images, 0, -1)
    layer = Flatten()
    flat = layer.forward(inside)
    assert np.array_equal(flat.T, images.reshape(2, 12))
    assert np.shares_memory(flat, images)
    assert np.array_equal(layer.backward(flat), inside)


def test_other_kinds_of_numbers_are_taken():
    rng = np.random.default_rng(23)
    for layer in (ready(Dense(4, 3), rng, np.float32), ready(BatchNorm(4), rng, np.float32)):
        whole = rng.integers(0, 9, (4, 5))
        y = layer.forward(whole).copy()
        assert y.dtype == np.float32
        grad = layer.backward(np.ones(y.shape))
        assert grad.dtype == layer.parameters()[0].grad.dtype == np.float32
        assert np.array_equal(layer.forward(whole.astype(np.uint8)), y)
        assert np.array_equal(layer.forward(whole.astype(np.float64)), y)


def test_settings_make_the_same_layer_again():
    rest = [BatchNorm(3, 0.5, 0.1), Dropout(0.2), GaussianNoise(1), Scale(2), Flatten()]
    for layer in [Dense(3, 2), *rest]:
        assert repr(type(layer)(**layer.settings())) == repr(layer)
    assert repr(Dense(3, 2)) == "Dense(fan_in=3, fan_out=2)"


RNG = np.random.default_rng(24)
READY = ready(Dense(784, 30), RNG)


def after(layer, x, call):
    layer.forward(x)
    return call(layer)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Dense(0, 3), ValueError, "fan_in expects a whole number of at least 1, got 0"),
        (lambda: Dense(3, 2.0), TypeError, "fan_out expects a whole number, got the float 2.0"),
        (lambda: Dense(3, True), TypeError, "fan_out"),
        (lambda: Dense(3, 2, weights="glorot"), TypeError, "an initializer like Glorot.*'glorot'"),
        (lambda: Dense(3, 2, weights=He), TypeError, "the class He .not an instance"),
        (lambda: Dense(3, 2, bias=0), TypeError, "bias expects an initializer"),
        (lambda: Dense(3, 2).initialize(rng=0), TypeError, r"np.random.default_rng\(seed\)"),
        (lambda: Dense(3, 2).initialize(rng=RNG, dtype=int), ValueError, "np.float32 or"),
        (lambda: Dense(3, 2).forward(np.ones((3, 1))), ValueError, r"initialize\(rng=...\) first"),
        (lambda: READY.forward(np.ones((9, 8, 7))), ValueError, r"784 .*\(9, 8, 7\): use Flatten"),
        (lambda: READY.forward(np.ones((10, 784))), ValueError, "784 .*got 10 in .*transposed"),
        (lambda: READY.forward(np.ones((783, 10))), ValueError, "784 features .*got 783 in shape"),
        (lambda: READY.forward(np.ones(784)), ValueError, r"reshape one example"),
        (lambda: READY.forward(1.0), TypeError, "got the float 1.0"),
        (lambda: READY(Unit(1.0)), TypeError, "an array of 784 features"),
        (
            lambda: after(READY, np.ones((784, 2)), lambda d: d.backward(np.ones((30, 3)))),
            ValueError,
            r"last output's shape, \(30, 2\), got shape \(30, 3\)",
        ),
        (lambda: Dropout(1), ValueError, "rate expects a number of at least 0 and below 1, got 1"),
        (lambda: Dropout(-0.1), ValueError, "rate"),
        (lambda: Dropout("0.1"), TypeError, "rate expects a number, got the str"),
        (lambda: Dropout(np.nan), ValueError, "finite"),
        (lambda: Dropout(0.1).initialize(rng=None), TypeError, "default_rng"),
        (lambda: Dropout(0.1).forward(0.5), TypeError, "expects an array.*float 0.5"),
        (lambda: GaussianNoise(-1), ValueError, "std expects a number of at least 0, got -1"),
        (lambda: GaussianNoise(True), TypeError, "std"),
        (lambda: BatchNorm(0), ValueError, "features"),
        (lambda: BatchNorm(3, momentum=1), ValueError, "momentum"),
        (lambda: BatchNorm(3, epsilon=0), ValueError, "epsilon"),
        (lambda: BatchNorm(3).forward(np.ones((3, 2))), ValueError, r"initialize\(rng"),
        (lambda: ready(BatchNorm(3), RNG).forward(np.ones((2, 3))), ValueError, r"shape \(2, 3\)"),
        (lambda: ready(BatchNorm(3), RNG).forward(np.ones((3, 0))), ValueError, r"shape \(3, 0\)"),
        (lambda: ready(BatchNorm(3), RNG).forward(1.0), TypeError, "float 1.0"),
        (lambda: Scale("2"), TypeError, "factor"),
        (lambda: Scale(2).forward(np.ones((2, 2))), ValueError, r"initialize\(rng"),
        (lambda: ready(Scale(2), RNG).forward(2.0), TypeError, "float 2.0"),
        (lambda: Flatten().forward(np.ones(3)), ValueError, r"last axis.*got shape \(3,\)"),
        (lambda: Flatten().forward(np.ones((3, 0))), ValueError, "at least one"),
        (lambda: Flatten().forward([[1]]), TypeError, "list"),
    ],
)
def test_bad_input_is_refused_with_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("name", RANDOM)
def test_training_before_initialize_is_refused(name):
    layer = RANDOM[name]()
    layer.training = True
    with pytest.raises(ValueError, match=r"no generator yet: call initialize\(rng=...\) first"):
        layer.forward(np.ones((2, 2)))


@pytest.mark.parametrize("layer", [Dense(4, 3), BatchNorm(4), Flatten()], ids=repr)
def test_no_way_back_before_a_forward(layer):
    twin = copy.deepcopy(layer)
    twin.initialize(rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=f"^{type(layer).__name__} got a backward before any"):
        twin.backward(np.ones((3, 2)))


def test_dense_looks_at_every_new_shape_and_dtype():
    """What went well once lets nothing else pass, and a new dtype of the layer's has its room."""
    rng = np.random.default_rng(0)
    layer = ready(Dense(4, 3), rng)
    x = rng.integers(-5, 5, (4, 2))
    z = layer.forward(x.astype(float)).copy()
    for wrong in (x.T, x[:3], x[0], x[np.newaxis]):
        with pytest.raises(ValueError, match="Dense expects 4 features"):
            layer.forward(wrong)
    assert np.array_equal(layer.forward(x), z)
    layer.initialize(rng=rng, dtype=np.float32)
    for again in (x, x.astype(float), x.astype(np.float32)):
        assert layer.forward(again).dtype == np.float32
        np.testing.assert_allclose(layer.forward(again), layer.W.value @ x, rtol=1e-5, atol=1e-5)
