"""Convolution against its formula and JAX, alone and in networks; and what it refuses."""

import copy
import itertools
import pickle
import tracemalloc

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import (
    SGD,
    Adam,
    BatchNorm,
    Constant,
    Convolution,
    Dense,
    Dropout,
    Flatten,
    He,
    MaxNorm,
    Maxout,
    MaxPool,
    MeanPool,
    Network,
    Normal,
    ReLU,
    Scale,
    SoftmaxCrossEntropy,
    SquaredError,
    Tanh,
    Trainer,
    Unflatten,
)
from nnlib.datasets import Shift
from nnlib.diagnostics import dead_units, signals, table
from nnlib.gradients import check_gradient, complex_step
from nnlib.surfaces import Slice
from tests.test_layers import after, ready

jax.config.update("jax_enable_x64", True)
pytestmark = pytest.mark.filterwarnings("error")
AXES = "CHWN", "OIHW", "CHWN"
FEW = Convolution.stretch


def correlate(a, W, b, padding=0, stride=1):
    """The same in JAX."""
    frame = [(padding, padding)] * 2
    z = jax.lax.conv_general_dilated(a, W, (stride, stride), frame, dimension_numbers=AXES)
    return z + b[:, :, None, None]


def formula(a, W, b, padding, stride):
    """The sum of the docstring, written out."""
    a = np.pad(a, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    size = W.shape[-1]
    height, width = [(side - size) // stride + 1 for side in a.shape[1:3]]
    z = np.zeros((len(W), height, width, a.shape[3]), a.dtype)
    for o, y, x in np.ndindex(z.shape[:3]):
        z[o, y, x] = b[o]
        for c, i, j in np.ndindex(W.shape[1:]):
            z[o, y, x] += W[o, c, i, j] * a[c, y * stride + i, x * stride + j]
    return z


# in_channels, out_channels, size, padding, stride, height, width, n
CASES = [
    (1, 1, 1, 0, 1, 1, 1, 1),
    (1, 8, 5, 0, 1, 12, 12, 4),
    (3, 2, 3, 1, 1, 5, 6, 3),  # "same"
    (2, 3, 4, 3, 1, 4, 5, 2),  # "full"
    (2, 4, 3, 0, 2, 8, 9, 3),  # a row and a column that no window reaches
    (1, 2, 2, 1, 4, 9, 6, 2),  # pixels between the windows
    (4, 2, 1, 2, 3, 5, 4, 2),  # nearly all windows in the frame
    (2, 5, 6, 0, 1, 6, 6, 3),  # one window
    (1, 3, 3, 1, 2, 1, 7, 1),  # an image of one row
]
each_case = pytest.mark.parametrize("case", CASES, ids=str)


def layer_and_images(case, rng):
    in_channels, out_channels, size, padding, stride, *shape = case
    layer = Convolution(in_channels, out_channels, size, padding=padding, stride=stride)
    return ready(layer, rng), rng.normal(size=(in_channels, *shape))


# One layer


@each_case
def test_forward_and_backward_agree_with_jax(case):
    rng = np.random.default_rng(0)
    layer, a = layer_and_images(case, rng)
    wanted, vjp = jax.vjp(
        lambda a, W, b: correlate(a, W, b, layer.padding, layer.stride),
        a, layer.W.value, layer.b.value,
    )  # fmt: skip
    z = layer.forward(a)
    assert z.shape[:3] == layer.output_shape(a.shape[:3])
    np.testing.assert_allclose(z, wanted, rtol=0, atol=1e-12)
    pull = rng.normal(size=z.shape)
    found = layer.backward(pull), layer.W.grad, layer.b.grad
    for array, gradient in zip(found, vjp(pull), strict=True):
        np.testing.assert_allclose(array, gradient, rtol=0, atol=1e-11)


@pytest.mark.parametrize("seed", range(60))
def test_any_sizes_agree_with_the_formula_and_the_way_back_is_its_transpose(seed):
    """Forward is linear in a and in W, so Σ pull · z has the gradients that the sums give."""
    rng = np.random.default_rng(seed)
    in_channels, out_channels, stride, n = rng.integers(1, 5, 4).tolist()
    size, padding = int(rng.integers(1, 5)), int(rng.integers(0, 4))
    sides = [max(1, size - 2 * padding) + int(extra) for extra in rng.integers(0, 6, 2)]
    layer, a = layer_and_images((in_channels, out_channels, size, padding, stride, *sides, n), rng)
    z = layer.forward(a)
    W, b = layer.W.value, layer.b.value
    np.testing.assert_allclose(z, formula(a, W, b, padding, stride), rtol=0, atol=1e-12)
    pull = rng.normal(size=z.shape)
    da = layer.backward(pull).copy()
    dW, db = layer.W.grad.copy(), layer.b.grad.copy()
    np.testing.assert_allclose(db, pull.sum(axis=(1, 2, 3))[:, np.newaxis], rtol=0, atol=1e-12)
    step, turn = rng.normal(size=a.shape), rng.normal(size=W.shape)
    along_a = (pull * formula(step, W, 0 * b, padding, stride)).sum()
    along_W = (pull * formula(a, turn, 0 * b, padding, stride)).sum()
    assert (da * step).sum() == pytest.approx(along_a, abs=1e-10)
    assert (dW * turn).sum() == pytest.approx(along_W, abs=1e-10)


@each_case
def test_gradients_by_complex_step(case):
    rng = np.random.default_rng(1)
    layer, a = layer_and_images(case, rng)
    pull = rng.normal(size=layer.forward(a).shape)
    da = layer.backward(pull)
    free = copy.deepcopy(layer)  # which has no rooms yet
    for parameter in free.parameters():
        parameter.value = parameter.value.astype(complex)

    def pulled(parameter):
        def value(v):
            kept, parameter.value = parameter.value, v.astype(complex)
            answer = (pull * free.forward(a)).sum()
            parameter.value = kept
            return answer

        return value

    checks = [
        check_gradient(lambda v: (pull * layer.forward(v)).sum(), da, a,
                       method=complex_step, tolerance=1e-11),
        check_gradient(pulled(free.W), layer.W.grad, layer.W.value,
                       method=complex_step, tolerance=1e-11),
        check_gradient(pulled(free.b), layer.b.grad, layer.b.value,
                       method=complex_step, tolerance=1e-11),
    ]  # fmt: skip
    assert all(checks), checks


def test_the_way_back_is_a_full_convolution_with_the_filters_turned_upside_down():
    rng = np.random.default_rng(2)
    layer, a = layer_and_images((2, 3, 4, 0, 1, 7, 6, 2), rng)
    pull = rng.normal(size=layer.forward(a).shape)
    back = ready(Convolution(3, 2, 4, padding=3), rng)
    back.W.value[...] = layer.W.value.swapaxes(0, 1)[:, :, ::-1, ::-1]
    back.b.value[...] = 0
    np.testing.assert_allclose(layer.backward(pull), back.forward(pull), rtol=0, atol=1e-12)


@pytest.mark.parametrize("stride", [1, 2])
def test_a_shifted_image_gives_a_shifted_map(stride):
    rng = np.random.default_rng(3)
    layer = ready(Convolution(1, 3, 3, stride=stride), rng)
    layer.W.value[...] = rng.integers(-9, 10, layer.W.value.shape)  # whole numbers: no rounding
    layer.b.value[...] = 1
    a = rng.integers(0, 9, (1, 12, 12, 2)).astype(float)
    z = layer.forward(a).copy()
    moved = layer.forward(np.roll(a, (stride, 2 * stride), axis=(1, 2)))
    assert np.array_equal(moved[:, 1:, 2:], z[:, :-1, :-2])


def test_the_borders_have_the_sizes_of_their_names():
    for size in (1, 3, 5):
        for padding, side in [(0, 13 - size), (size // 2, 12), (size - 1, 11 + size)]:
            layer = Convolution(2, 7, size, padding=padding)
            assert layer.output_shape((2, 12, 12)) == (7, side, side)
    assert Convolution(1, 1, 4, padding=2).output_shape((1, 12, None)) == (1, 13, None)
    assert Convolution(2, 5, 3).output_shape(None) == (5, None, None)


def test_the_parameters_are_drawn_as_told():
    layer = Convolution(3, 4, 2, weights=Normal(2.0), bias=Constant(0.1))
    assert layer.parameters() == [] and not layer.taken
    layer.initialize(rng=np.random.default_rng(4))
    rows = Normal(2.0)((4, 12), rng=np.random.default_rng(4))  # a filter a row
    assert np.array_equal(layer.W.value, rows.reshape(4, 3, 2, 2))
    assert layer.b.value.tolist() == [[0.1]] * 4
    assert layer.parameters() == [layer.W, layer.b] and layer.taken
    assert (layer.W.decays, layer.b.decays) == (True, False)
    usual = ready(Convolution(5, 400, 3), np.random.default_rng(5))
    assert (repr(usual.weights), repr(usual.bias)) == ("He()", "Zeros()")
    usual.initialize(rng=np.random.default_rng(5))
    assert (
        usual.W.value.std() == pytest.approx((2 / 45) ** 0.5, rel=0.02) and not usual.b.value.any()
    )


def test_settings_make_the_same_layer_again():
    plain, rare = Convolution(1, 8, 5), Convolution(1, 8, 5, padding=2, stride=3)
    assert repr(plain) == "Convolution(in_channels=1, out_channels=8, size=5)"
    assert repr(rare) == "Convolution(in_channels=1, out_channels=8, size=5, padding=2, stride=3)"
    for layer in (plain, rare):
        assert repr(Convolution(**layer.settings())) == repr(layer)


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.tuples(*[st.integers(1, 3)] * 3, st.integers(0, 2), st.integers(1, 3)),
    extra=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    n=st.integers(1, 4),
    dtype=st.sampled_from([np.float32, np.float64]),
    kind=st.sampled_from(["f4", "f8", ">f8", "f2", "i1", "i8", "u1", "?"]),
    layout=st.sampled_from(["C", "F", "from rows", "strided", "reversed"]),
    seed=st.integers(0, 1000),
)
def test_shapes_kinds_layouts_and_lent_arrays(sizes, extra, n, dtype, kind, layout, seed):
    in_channels, out_channels, size, padding, stride = sizes
    rng = np.random.default_rng(seed)
    layer = ready(Convolution(*sizes[:3], padding=padding, stride=stride), rng, dtype)
    shape = in_channels, size + extra[0], size + extra[1], n
    a = rng.integers(0, 5, shape).astype(kind)
    lent = {
        "C": lambda: a.copy(),
        "F": lambda: np.asfortranarray(a),
        "from rows": lambda: np.moveaxis(np.ascontiguousarray(np.moveaxis(a, -1, 0)), 0, -1),
        "strided": lambda: np.repeat(np.repeat(a, 2, axis=1), 3, axis=3)[:, ::2, :, ::3],
        "reversed": lambda: np.ascontiguousarray(a[:, ::-1, ::-1])[:, ::-1, ::-1],
    }[layout]()
    lent.flags.writeable = False
    twin = ready(Convolution(*sizes[:3], padding=padding, stride=stride), rng)
    for parameter, same in zip(twin.parameters(), layer.parameters(), strict=True):
        parameter.value[...] = same.value
    z, wanted = layer.forward(lent), twin.forward(a.astype(np.float64))
    assert z.dtype == dtype and z.shape == wanted.shape
    tolerance = 1e-4 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(z, wanted, rtol=0, atol=tolerance)
    pull = rng.normal(size=z.shape[::-1]).astype(dtype).T
    pull.flags.writeable = False
    before = pull.copy()
    grad = layer.backward(pull)
    assert grad.dtype == dtype and grad.shape == shape
    np.testing.assert_allclose(grad, twin.backward(pull.astype(float)), rtol=0, atol=tolerance)
    for parameter, same in zip(layer.parameters(), twin.parameters(), strict=True):
        assert parameter.grad.dtype == parameter.value.dtype == dtype
        np.testing.assert_allclose(parameter.grad, same.grad, rtol=0, atol=10 * tolerance)
    assert np.array_equal(lent, a) and np.array_equal(pull, before)


def test_the_frame_stays_empty_and_the_way_back_can_be_gone_twice():
    rng = np.random.default_rng(6)
    layer, a = layer_and_images((2, 3, 3, 2, 1, 5, 4, 3), rng)
    for image in (a, rng.normal(size=a.shape), a):
        z = layer.forward(image).copy()
    pull = rng.normal(size=z.shape)
    found = [layer.backward(pull).copy(), layer.W.grad.copy(), layer.b.grad.copy()]
    layer.forward(a[..., :1])  # another batch size in between
    assert np.array_equal(layer.forward(a), z)
    for _ in range(2):
        again = [layer.backward(pull), layer.W.grad, layer.b.grad]
        assert all(map(np.array_equal, found, again))
    assert np.array_equal(layer.forward(a), z)


def test_the_first_layer_of_a_network_spares_itself_the_way_on():
    rng = np.random.default_rng(7)
    layer, a = layer_and_images((2, 3, 3, 1, 1, 5, 4, 3), rng)
    twin = copy.deepcopy(layer)
    twin.input_grad = False
    pull = rng.normal(size=layer.forward(a).shape)
    twin.forward(a)
    assert layer.backward(pull) is not None and twin.backward(pull) is None
    assert np.array_equal(layer.W.grad, twin.W.grad) and np.array_equal(layer.b.grad, twin.b.grad)


def test_initialized_again_it_computes_in_the_new_dtype():
    rng = np.random.default_rng(8)
    layer, a = layer_and_images((1, 2, 3, 0, 1, 5, 5, 2), rng)
    layer.forward(a)
    layer.initialize(rng=rng, dtype=np.float32)
    assert layer.forward(a).dtype == np.float32
    assert layer.backward(np.ones((2, 3, 3, 2))).dtype == np.float32


# One by one and whole: a Dense layer at each place, and one for the whole image


def test_filters_of_one_pixel_are_a_dense_layer_at_each_place():
    rng = np.random.default_rng(9)
    layer, a = layer_and_images((3, 4, 1, 0, 1, 5, 6, 2), rng)
    dense = ready(Dense(3, 4), rng)
    dense.W.value[...], dense.b.value[...] = layer.W.value[:, :, 0, 0], layer.b.value
    z = layer.forward(a).copy()
    pull = rng.normal(size=z.shape)
    da = layer.backward(pull)
    dW, db = 0, 0
    for y, x in np.ndindex(5, 6):
        np.testing.assert_allclose(z[:, y, x], dense.forward(a[:, y, x]), rtol=0, atol=1e-13)
        back = dense.backward(pull[:, y, x])
        np.testing.assert_allclose(da[:, y, x], back, rtol=0, atol=1e-13)
        dW, db = dW + dense.W.grad, db + dense.b.grad
    np.testing.assert_allclose(layer.W.grad[:, :, 0, 0], dW, rtol=0, atol=1e-12)
    np.testing.assert_allclose(layer.b.grad, db, rtol=0, atol=1e-12)


# What is refused

RNG = np.random.default_rng(10)
READY = ready(Convolution(2, 3, 3), RNG)
IMAGES = np.ones((2, 5, 5, 4))
WHOLE = "expects a whole number"


@pytest.mark.parametrize("call, error, words", [
    (lambda: Convolution(0, 1, 1), ValueError, f"in_channels {WHOLE} of at least 1, got 0"),
    (lambda: Convolution(1, 0, 1), ValueError, "out_channels"),
    (lambda: Convolution(1, 1, 0), ValueError, "size"),
    (lambda: Convolution(1, 1, 3.0), TypeError, f"size {WHOLE}, got the float 3.0"),
    (lambda: Convolution(1, 1, (3, 3)), TypeError, "size"),
    (lambda: Convolution(True, 1, 3), TypeError, "in_channels"),
    (lambda: Convolution(1, 1, 3, padding=-1), ValueError, "padding .*at least 0, got -1"),
    (lambda: Convolution(1, 1, 3, padding="same"), TypeError, "padding .*got the str 'same'"),
    (lambda: Convolution(1, 1, 3, stride=0), ValueError, "stride .*at least 1, got 0"),
    (lambda: Convolution(1, 1, 3, weights="he"), TypeError, "an initializer like"),
    (lambda: Convolution(1, 1, 3, weights=He), TypeError, "the class He"),
    (lambda: Convolution(1, 1, 3, bias=0), TypeError, "bias expects an initializer"),
    (lambda: Convolution(1, 1, 3).initialize(rng=0), TypeError, r"np.random.default_rng\(seed\)"),
    (lambda: Convolution(1, 1, 3).initialize(rng=RNG, dtype=int), ValueError, "np.float32 or"),
    (lambda: Convolution(2, 3, 3).forward(IMAGES), ValueError, r"call initialize\(rng=...\) first"),
    (lambda: Convolution(2, 3, 3).backward(IMAGES), ValueError, "Convolution got a backward befo"),
    (lambda: READY.backward(IMAGES), ValueError, "Convolution got a backward before any forward"),
    (lambda: READY.forward([[1.0]]), TypeError, "images .channels, height, width, n., got .* list"),
    (lambda: READY.forward(1.0), TypeError, "got the float 1.0"),
    (lambda: READY.forward(None), TypeError, "got None"),
    (lambda: READY.forward(IMAGES.astype(str)), TypeError, "images of numbers, got .*dtype <U"),
    (lambda: READY.forward(IMAGES.astype(object)), TypeError, "images of numbers, got .*object"),
    (lambda: READY.forward(np.ones((50, 4))), ValueError, r"\(50, 4\): put an Unflatten\(channels"),
    (lambda: READY.forward(IMAGES[0]), ValueError, r"\(5, 5, 4\): .*one channel, X \(n, 1, height"),
    (lambda: READY.forward(IMAGES[np.newaxis]), ValueError, r"got shape \(1, 2, 5, 5, 4\)$"),
    (lambda: READY.forward(IMAGES[..., :0]), ValueError, r"at least one, got shape \(2, 5, 5, 0\)"),
    (lambda: READY.forward(IMAGES[:1]), ValueError, r"of 2 channels, got 1 channel .*channels 1$"),
    (lambda: READY.forward(IMAGES.T), ValueError, r"images of 2 channels, got 4 .*in_channels 4"),
    (lambda: READY.forward(np.ones((5, 5, 2, 4))), ValueError, r"got 5 .*put the channels first"),
    (lambda: READY.forward(IMAGES[:, :2]), ValueError, r"3 x 3, .*into images \(2, 2, 5\): cho"),
    (lambda: after(copy.deepcopy(READY), IMAGES, lambda c: c.backward(np.ones((3, 3, 3, 1)))),
     ValueError, r"last output's shape, \(3, 3, 3, 4\), got shape \(3, 3, 3, 1\)"),
    (lambda: after(copy.deepcopy(READY), IMAGES, lambda c: c.backward(np.ones((27, 4)))),
     ValueError, r"got shape \(27, 4\)"),
    (lambda: after(copy.deepcopy(READY), IMAGES, lambda c: c.backward(1.0)),
     ValueError, r"got shape \(\)"),
])  # fmt: skip
def test_bad_input_is_refused_with_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_what_is_no_number_shows_itself_in_every_map_it_touches():
    layer = ready(Convolution(1, 2, 2), np.random.default_rng(11))
    a = np.ones((1, 4, 4, 1))
    a[0, 0, 0] = np.nan
    lost = np.isnan(layer.forward(a)[..., 0])
    assert lost[:, 0, 0].all() and lost.sum() == 2


# In networks


def convnet(*, seed=0, dtype=np.float64, images=False, norm=False):
    """A small convolutional network for images of 8 x 8."""
    layers = [
        *([] if images else [Unflatten(1, 8, 8)]),
        Convolution(1, 3, 3, padding=1, bias=Normal(0.3)),
        *([BatchNorm(3)] if norm else []),
        MaxPool(2),
        Tanh(),
        Convolution(3, 4, 3, bias=Normal(0.3)),
        MeanPool(2),
        Flatten(),
        Dense(4, 3, bias=Normal(0.3)),
    ]
    rng = np.random.default_rng(seed)
    return Network(layers, loss=SoftmaxCrossEntropy(), rng=rng, dtype=dtype)


def some_data(n=12, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 64)), rng.integers(0, 3, n)


def cost_in_jax(vector, X, y, norm):
    shapes = [(3, 1, 3, 3), (3, 1), *[(3, 1)] * (2 * norm), (4, 3, 3, 3), (4, 1), (3, 4), (3, 1)]
    ends = np.cumsum([np.prod(shape) for shape in shapes])
    parts = [part.reshape(s) for part, s in zip(jnp.split(vector, ends[:-1]), shapes, strict=True)]
    W1, b1, *scale, W2, b2, W3, b3 = parts
    a = correlate(X.T.reshape(1, 8, 8, -1), W1, b1, padding=1)
    if norm:
        mean, variance = a.mean((1, 2, 3), keepdims=True), a.var((1, 2, 3), keepdims=True)
        gamma, beta = [part[:, :, None, None] for part in scale]
        a = gamma * (a - mean) / jnp.sqrt(variance + 1e-5) + beta
    field, step = (1, 2, 2, 1), (1, 2, 2, 1)
    a = jnp.tanh(jax.lax.reduce_window(a, -jnp.inf, jax.lax.max, field, step, "VALID"))
    a = correlate(a, W2, b2)
    a = jax.lax.reduce_window(a, 0.0, jax.lax.add, field, step, "VALID") / 4
    z = W3 @ a.reshape(4, -1) + b3
    return -(jax.nn.log_softmax(z, axis=0)[y, jnp.arange(len(y))]).mean()


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_of_a_network_is_jax_s(seed, norm):
    network, (X, y) = convnet(seed=seed, norm=norm), some_data(seed=seed)
    wanted, gradient = jax.value_and_grad(cost_in_jax)(network.parameters_vector, X, y, norm)
    with network.mode(training=True):
        loss, found = network.gradient(X, y)
    assert loss == pytest.approx(float(wanted), rel=1e-12)
    np.testing.assert_allclose(found, gradient, rtol=0, atol=1e-12)


@pytest.mark.parametrize("norm", [False, True])
def test_the_gradient_is_that_of_loss_value(norm):
    network, (X, y) = convnet(norm=norm), some_data()
    gradient = network.gradient(X, y)[1].copy()
    here = network.parameters_vector.copy()
    assert check_gradient(lambda w: network.loss_at(w, X, y), gradient, here)


def test_float32_is_the_same_network_in_fewer_digits():
    X, y = some_data()
    wanted = convnet().gradient(X, y)[1]
    found = convnet(dtype=np.float32).gradient(X, y)[1]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-5)


def test_columns_and_images_are_the_same_data():
    flat, images = convnet(norm=True), convnet(norm=True, images=True)
    X, y = some_data(FEW + 5)
    as_images = X.reshape(-1, 1, 8, 8)
    assert np.array_equal(flat.forward(X), images.forward(as_images))
    assert flat.gradient(X, y)[0] == images.gradient(as_images, y)[0]
    assert np.array_equal(flat.gradients_vector, images.gradients_vector)
    assert images.score(as_images, y) == flat.score(X, y)
    assert np.array_equal(images.predict(as_images[:1]), flat.predict(X[:1]))


@pytest.mark.parametrize("n", [1, FEW - 1, FEW, FEW + 1, 3 * FEW + 7])
def test_a_large_set_gives_what_its_images_give_alone(n):
    network, (X, y) = convnet(), some_data(n)
    alone = np.concatenate([network.forward(x[np.newaxis]) for x in X])
    np.testing.assert_allclose(network.forward(X), alone, rtol=0, atol=1e-13)
    assert network.evaluate(X, y) == (
        pytest.approx(float(cost_in_jax(network.parameters_vector, X, y, False)), rel=1e-12),
        np.mean(alone.argmax(axis=1) == y),
    )


def test_scoring_many_images_needs_little_room():
    layers = [Unflatten(1, 28, 28), Convolution(1, 8, 5), MaxPool(2), Flatten(), Dense(1152, 10)]
    network = Network(layers, loss=SoftmaxCrossEntropy(), rng=np.random.default_rng(0),
                      dtype=np.float32)  # fmt: skip
    X, y = np.zeros((2000, 784), np.float32), np.zeros(2000, int)
    tracemalloc.start()
    network.score(X, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25 * 576 * 4 * 200  # less than the windows of 200 of the images


@pytest.mark.parametrize("norm", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_warm_step_allocates_no_array(norm, dtype):
    layers = [
        Unflatten(1, 28, 28), Convolution(1, 4, 5, padding=2), *([BatchNorm(4)] if norm else []),
        MaxPool(2), ReLU(), Convolution(4, 8, 3, stride=1, padding=1), MeanPool(2), ReLU(),
        Flatten(), Dense(392, 10),
    ]  # fmt: skip
    rng = np.random.default_rng(0)
    network = Network(layers, loss=SoftmaxCrossEntropy(), rng=rng, dtype=dtype)
    X, T = network.encode(rng.normal(size=(64, 784)), rng.integers(0, 10, 64))
    columns, optimizer = network.columns(X.astype(dtype)), Adam(0.001)
    with network.mode(training=True):
        for _ in range(2):
            network.backpropagate(columns, T)
            optimizer.step([network])
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        network.backpropagate(columns, T)
        optimizer.step([network])
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
    assert peak < 50_000 * np.dtype(dtype).itemsize  # the smallest map has 8 · 7 · 7 · 64 = 25,088


def by_pickle(network):
    return pickle.loads(pickle.dumps(network))


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, by_pickle, "file"])
def test_a_copy_of_a_used_network_learns_on_as_the_network_does(twin, tmp_path):
    network, (X, y) = convnet(norm=True), some_data()
    with network.mode(training=True):
        network.gradient(X, y)
    if twin == "file":
        network.save(tmp_path / "convnet.npz")
        other = Network.load(tmp_path / "convnet.npz")
    else:
        other = twin(network)
    assert str(other) == str(network)
    assert np.array_equal(other.forward(X), network.forward(X))
    losses = []
    for learner in (network, other):
        optimizer = SGD(0.1)
        with learner.mode(training=True):
            for _ in range(3):
                losses.append(learner.gradient(X, y)[0])
                optimizer.step([learner])
    assert losses[:3] == losses[3:] and len(set(losses)) == 3
    other.parameters_vector[:] = 0
    assert network.layers[1].W.value.all() and not other.layers[1].W.value.any()


def test_a_file_keeps_what_is_rare_about_a_layer(tmp_path):
    layers = [Convolution(1, 2, 3, padding=2, stride=2), Flatten(), Dense(50, 2)]
    network = Network(layers, loss=SoftmaxCrossEntropy(), rng=np.random.default_rng(0))
    network.save(tmp_path / "rare.npz")
    X = np.random.default_rng(1).normal(size=(3, 1, 8, 8))
    assert np.array_equal(Network.load(tmp_path / "rare.npz").forward(X), network.forward(X))


def test_a_network_shows_its_shapes():
    lines = str(convnet()).splitlines()
    outputs = [line.split("  ")[2:] for line in lines]
    shown = [[part.strip() for part in parts if part] for parts in outputs][1:-1]
    assert shown == [
        ["1 x 8 x 8", "0"], ["3 x 8 x 8", "30"], ["3 x 4 x 4", "0"], ["3 x 4 x 4", "0"],
        ["4 x 2 x 2", "112"], ["4 x 1 x 1", "0"], ["4", "0"], ["3", "15"],
    ]  # fmt: skip
    assert "3 x ? x ?" in str(convnet(images=True))
    assert lines[-1].startswith("157 parameters")


U = Unflatten


@pytest.mark.parametrize("layers, words", [
    ([U(1, 8, 8), Convolution(2, 3, 3)], r"layer 1: .* 2 channels, got 1 .*8, 8\): make in_chan"),
    ([Convolution(1, 3, 3), ReLU(), Convolution(4, 3, 3)], r"layer 2: .*got 3 .*\(3, \?, \?\)"),
    ([U(1, 8, 8), Convolution(1, 3, 9)], r"layer 1: .*9 x 9, .*don't fit into images \(1, 8, 8\)"),
    ([U(1, 8, 8), Convolution(1, 3, 4), MaxPool(2)], r"layer 2: .*2 x 2, and .*\(3, 5, 5\) don't"),
    ([U(1, 8, 8), Convolution(1, 3, 3), Dense(108, 2)],
     r"layer 2 \(Dense\) .*images \(3, 6, 6\) come from layer 1 \(Convolution\): put a Flat"),
    ([U(1, 8, 8), Convolution(1, 3, 3), Flatten(), Dense(100, 2)],
     r"layer 3 \(Dense\) expects fan_in 100, but 108 .*from layer 2 \(Flatten\): make the two"),
    ([U(1, 8, 8), Convolution(1, 3, 3), BatchNorm(4)],
     r"layer 2 \(BatchNorm\) expects fan_in 4, but 3 .*layer 1 \(Convolution\)"),
    ([U(1, 8, 8), Convolution(1, 3, 3), Maxout(2)], r"layer 2 \(Maxout\) makes groups of 2, and 3"),
    ([Dense(4, 64), Convolution(1, 3, 3)], r"layer 1: .*got 64 features: put an Unflatten\("),
    ([Dense(4, 64), MeanPool(2)], r"layer 1: MeanPool.*got 64 features: put an Unflatten\("),
    ([Dense(4, 60), U(1, 8, 8)], r"layer 1 \(Unflatten\) expects fan_in 64, but 60 features"),
    ([U(1, 8, 8), U(1, 8, 8)], r"layer 1 \(Unflatten\) .*images \(1, 8, 8\) come from layer 0"),
])  # fmt: skip
def test_layers_that_don_t_fit_are_named(layers, words):
    with pytest.raises(ValueError, match=words):
        Network(layers, loss=SquaredError(), rng=np.random.default_rng(0))


def test_a_layer_serves_in_one_place_of_one_network():
    rng, layer = np.random.default_rng(0), Convolution(1, 1, 3)
    with pytest.raises(ValueError, match="layers 0 and 2 are the same Convolution object"):
        Network([layer, ReLU(), layer, Flatten()], loss=SquaredError(), rng=rng)
    Network([layer, Flatten()], loss=SquaredError(), rng=rng)
    with pytest.raises(ValueError, match=r"layer 0 \(Convolution\) has weights or a memory"):
        Network([layer, Flatten()], loss=SquaredError(), rng=rng)


X, Y = some_data(5)
SQUARE = X.reshape(5, 1, 8, 8)


@pytest.mark.parametrize("X, words", [
    (X, r"got shape \(64, \d\): put an Unflatten\(channels, height, width\) before it"),
    (SQUARE[:, 0], r"\(8, 8, \d\): give black and white images an axis of one channel, X \(n, 1"),
    (np.moveaxis(SQUARE, 1, -1), "got 8 channels .*: put the channels first"),
    (np.repeat(SQUARE, 2, axis=1), "got 2 channels .*: make in_channels 2"),
    (SQUARE[:, :, :7], r"fields of 2 x 2, and images \(3, 7, 8\) don't divide"),
    (SQUARE[:, :, :6, :6], r"fields of 2 x 2, and images \(4, 1, 1\) don't divide"),
    (SQUARE[:0], "empty"),
    (SQUARE * np.nan, "is nan"),
    (np.full(SQUARE.shape, 200, np.uint8), r"bytes up to 200.*Scale\(1 / 255\)"),
], ids=range(9))  # fmt: skip
def test_images_that_don_t_fit_are_refused_at_the_call(X, words):
    network = convnet(images=True)
    for use in (network.forward, lambda X: network.gradient(X, Y[: len(X)])):
        with pytest.raises(ValueError, match=words):
            use(X)


def test_a_network_of_columns_refuses_images():
    with pytest.raises(ValueError, match=r"got shape \(5, 1, 8, 8\): flatten each example"):
        convnet().forward(SQUARE)
    with pytest.raises(ValueError, match="expects 64 features"):
        convnet().forward(X[:, :60])


@pytest.mark.parametrize("first", [lambda: BatchNorm(1), lambda: Dropout(0.5), lambda: Scale(2.0)])
def test_layers_for_any_shape_may_stand_before_the_images_layers(first):
    layers = [first(), Convolution(1, 2, 3), Flatten(), Dense(72, 3)]
    network = Network(layers, loss=SoftmaxCrossEntropy(), rng=np.random.default_rng(0))
    plain = Network([Convolution(1, 2, 3), Flatten(), Dense(72, 3)],
                    loss=SoftmaxCrossEntropy(), rng=np.random.default_rng(0))  # fmt: skip
    plain.parameters_vector = network.parameters_vector[-len(plain.parameters_vector) :]
    factor = 2.0 if isinstance(layers[0], Scale) else 1.0
    wanted = plain.forward(factor * SQUARE)
    np.testing.assert_allclose(network.forward(SQUARE), wanted, rtol=0, atol=1e-4)
    network.gradient(SQUARE, Y)


# Training, diagnostics, pictures of the cost


def bright_quarters(n, seed):
    """Images of 8 x 8 bytes, one of three corners brighter than the rest, and which."""
    rng = np.random.default_rng(seed)
    images, y = rng.integers(0, 120, (n, 8, 8), dtype=np.uint8), rng.integers(0, 3, n)
    for image, label in zip(images, y, strict=True):
        top, left = 4 * (label // 2), 4 * (label % 2)
        image[top : top + 4, left : left + 4] += 100
    return images, y


def test_training_on_bytes_columns_and_images_is_the_same_training():
    images, y = bright_quarters(200, seed=0)
    histories = []
    for form in ("bytes", "columns", "images"):
        layers = [Convolution(1, 4, 3), MaxPool(2), ReLU(), Flatten(), Dense(36, 3)]
        if form != "images":
            layers = [Unflatten(1, 8, 8), *layers]
        layers = [Scale(1 / 255), *layers]
        network = Network(layers, loss=SoftmaxCrossEntropy(), rng=np.random.default_rng(0),
                          dtype=np.float32)  # fmt: skip
        X = images.reshape(200, 64) if form != "images" else images[:, np.newaxis]
        X = X if form != "columns" else X.astype(np.float32)
        trainer = Trainer(network, Adam(0.01), rng=np.random.default_rng(1))
        histories.append(trainer.fit(X, y, epochs=8, batch_size=16, validation=(X[:50], y[:50])))
    assert histories[0] == histories[1] == histories[2]
    assert histories[0]["validation_accuracy"][-1] > 0.9


@pytest.mark.parametrize("images", [False, True])
def test_training_with_shifted_images(images):
    pictures, y = bright_quarters(60, seed=1)
    X = (pictures / 255).reshape((60, 1, 8, 8) if images else (60, 64))
    network = convnet(images=images, norm=True)
    trainer = Trainer(network, Adam(0.01), rng=np.random.default_rng(2))
    before = X.copy()
    history = trainer.fit(X, y, epochs=6, batch_size=20, augment=Shift(1))
    assert history["loss"][-1] < history["loss"][0] and np.array_equal(X, before)


def test_a_fence_is_put_around_each_filter():
    network, (X, y) = convnet(), some_data()
    network.regularizer = MaxNorm(0.5)
    Trainer(network, SGD(0.5), rng=np.random.default_rng(0)).fit(X, y, epochs=3, batch_size=4)
    for layer in (network.layers[1], network.layers[4]):
        lengths = np.sqrt((layer.W.value**2).sum(axis=(1, 2, 3)))
        assert lengths.max() == pytest.approx(0.5, rel=1e-12)


def test_diagnostics_look_into_the_maps():
    layers = [Unflatten(1, 8, 8), Convolution(1, 2, 3), ReLU(), MaxPool(2), Flatten(), Dense(18, 3)]
    network = Network(layers, loss=SoftmaxCrossEntropy(), rng=np.random.default_rng(0))
    X, y = some_data(40)
    network.layers[1].b.value[1] = -100  # the second filter never fires
    found = signals(network, X, y)
    assert [s.layer for s in found] == [type(layer).__name__ for layer in layers]
    maps = formula(X.T.reshape(1, 8, 8, -1), *[p.value for p in layers[1].parameters()], 0, 1)
    fired = maps.clip(0)
    assert (found[1].mean, found[1].spread) == pytest.approx((maps.mean(), maps.std()), rel=1e-12)
    assert (found[2].mean, found[2].saturated) == pytest.approx((fired.mean(), (maps <= 0).mean()))
    dead = (maps <= 0).all(axis=-1)
    assert found[2].dead == dead.sum() >= 36
    assert np.array_equal(dead_units(network, X)[2], np.flatnonzero(dead))
    assert all(np.isfinite(s.gradient_spread) for s in found[1:]) and np.isnan(found[3].saturated)
    lines = table(found).splitlines()
    assert len(lines) == 7 and lines[2].startswith("Convolution")


def test_a_slice_through_the_cost():
    network, (X, y) = convnet(), some_data()
    cost, here = network.cost(X, y), network.parameters_vector.copy()
    assert cost(here) == network.loss_value(X, y)
    assert np.array_equal(cost.gradient(here), network.gradient(X, y)[1])
    directions = np.random.default_rng(2).normal(size=(2, len(here)))
    surface = Slice(cost, here, directions)
    points = np.array([[0.0, 0.5, -1.0], [0.0, 0.2, 1.0]])
    wanted = [network.loss_at(here + x @ directions, X, y) for x in points.T]
    np.testing.assert_allclose(surface(points), wanted, rtol=1e-12)
    assert np.array_equal(network.parameters_vector, here)


def test_pooling_and_relu_change_places():
    """So the smaller maps may be bent, not the larger ones."""
    rng = np.random.default_rng(12)
    tail = [Flatten(), Dense(18, 3)]
    networks = []
    for bend in itertools.permutations([MaxPool(2), ReLU()]):
        layers = [Unflatten(1, 8, 8), Convolution(1, 2, 3), *map(copy.copy, bend), *tail]
        networks.append(Network(copy.deepcopy(layers), loss=SoftmaxCrossEntropy(),
                                rng=np.random.default_rng(0)))  # fmt: skip
    X, y = rng.normal(size=(9, 64)), rng.integers(0, 3, 9)
    assert np.array_equal(networks[0].forward(X), networks[1].forward(X))
    found = [network.gradient(X, y)[1] for network in networks]
    np.testing.assert_allclose(found[0], found[1], rtol=0, atol=1e-15)
