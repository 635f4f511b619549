"""Pooling, Unflatten and BatchNorm on images: against JAX, in every form, and what they refuse."""

import copy
import tracemalloc

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import BatchNorm, Flatten, MaxPool, MeanPool, Unflatten
from nnlib.gates import Maximum
from nnlib.gradients import check_gradient, complex_step
from tests.test_layers import after, ready

jax.config.update("jax_enable_x64", True)
pytestmark = pytest.mark.filterwarnings("error")
POOLS = pytest.mark.parametrize("kind", [MaxPool, MeanPool])


def jax_max(a, size):
    field = (1, size, size, 1)
    return jax.lax.reduce_window(a, -jnp.inf, jax.lax.max, field, field, "VALID")


def jax_mean(a, size):
    field = (1, size, size, 1)
    return jax.lax.reduce_window(a, 0.0, jax.lax.add, field, field, "VALID") / size**2


IN_JAX = {MaxPool: jax_max, MeanPool: jax_mean}


@POOLS
@pytest.mark.parametrize("size, shape", [
    (1, (2, 3, 4, 2)), (2, (1, 2, 2, 1)), (2, (3, 4, 6, 5)), (3, (2, 9, 3, 4)), (4, (1, 8, 4, 2)),
])  # fmt: skip
def test_pools_agree_with_jax(kind, size, shape):
    rng = np.random.default_rng(size)
    layer, a = kind(size), rng.normal(size=shape)
    wanted, vjp = jax.vjp(lambda a: IN_JAX[kind](a, size), a)
    y = layer.forward(a)
    assert y.shape[:3] == layer.output_shape(shape[:3])
    np.testing.assert_allclose(y, wanted, rtol=0, atol=1e-14)
    pull = rng.normal(size=y.shape)
    np.testing.assert_allclose(layer.backward(pull), vjp(pull)[0], rtol=0, atol=1e-14)


@POOLS
@pytest.mark.parametrize("seed", range(3))
def test_gradients_by_complex_step(kind, seed):
    rng = np.random.default_rng(seed)
    layer, a, pull = kind(2), rng.normal(size=(2, 4, 2, 3)), rng.normal(size=(2, 2, 1, 3))
    check = check_gradient(
        lambda v: (pull * layer.forward(v)).sum(),
        lambda v: (layer.forward(v), layer.backward(pull))[1],
        a,
        method=complex_step,
        tolerance=1e-12,
    )
    assert check, check


@pytest.mark.parametrize("seed", range(5))
def test_of_equals_the_first_gets_the_gradient(seed):
    """Row by row, as JAX and PyTorch have it: fields full of equal numbers, as after a ReLU."""
    rng = np.random.default_rng(seed)
    layer, a = MaxPool(3), rng.integers(0, 3, (2, 6, 9, 4)).astype(float)
    y = layer.forward(a)
    pull = rng.normal(size=y.shape)
    da = layer.backward(pull)
    for c, y_, x, k in np.ndindex(y.shape):
        field = np.s_[c, 3 * y_ : 3 * y_ + 3, 3 * x : 3 * x + 3, k]
        wanted = np.zeros(9)
        wanted[a[field].argmax()] = pull[c, y_, x, k]  # the first of the largest
        assert np.array_equal(da[field].ravel(), wanted)
    _, vjp = jax.vjp(lambda a: jax_max(a, 3), a)
    assert np.array_equal(da, vjp(pull)[0])


def test_a_field_of_two_is_the_max_gate_of_chapter_1():
    rng = np.random.default_rng(0)
    layer, gate = MaxPool(2), Maximum()
    for left, right in rng.normal(size=(10, 2)).tolist():
        floor = min(left, right) - 1
        y = layer.forward(np.array([[[[left], [right]], [[floor], [floor]]]]))
        assert y.item() == gate.forward(left, right)
        grad = layer.backward(np.array([[[[3.0]]]]))
        assert tuple(grad[0, 0, :, 0]) == gate.backward(3.0) and not grad[0, 1].any()


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from([MaxPool, MeanPool, Unflatten, Flatten]),
    shape=st.tuples(*[st.integers(1, 3)] * 3, st.integers(1, 4)),
    size=st.integers(1, 3),
    dtype=st.sampled_from(["f4", "f8", "i1", "i8", "u1", "?"]),
    layout=st.sampled_from(["C", "F", "from rows", "strided", "reversed"]),
    seed=st.integers(0, 1000),
)
def test_shapes_kinds_layouts_and_lent_arrays(kind, shape, size, dtype, layout, seed):
    rng = np.random.default_rng(seed)
    channels, height, width, n = shape
    height, width = size * height, size * width
    pools = kind in (MaxPool, MeanPool)
    layer = kind(size) if pools else kind(channels, height, width) if kind is Unflatten else kind()
    shape = (channels * height * width, n) if kind is Unflatten else (channels, height, width, n)
    a = rng.integers(0, 6, shape).astype(dtype)
    lent = {
        "C": lambda: a.copy(),
        "F": lambda: np.asfortranarray(a),
        "from rows": lambda: np.moveaxis(np.ascontiguousarray(np.moveaxis(a, -1, 0)), 0, -1),
        "strided": lambda: np.repeat(a, 2, axis=-1)[..., ::2],
        "reversed": lambda: np.ascontiguousarray(a[..., ::-1])[..., ::-1],
    }[layout]()
    lent.flags.writeable = False
    y = layer.forward(lent)
    real = a.dtype if a.dtype.kind == "f" or not pools else np.dtype(np.float64)
    assert y.dtype == real and y.shape == (*layer.output_shape(shape[:-1]), n)
    if pools:
        fields = a.reshape(channels, height // size, size, width // size, size, n).astype(float)
        wanted = fields.max(axis=(2, 4)) if kind is MaxPool else fields.mean(axis=(2, 4))
        np.testing.assert_allclose(y, wanted, rtol=1e-6)
    else:
        assert np.array_equal(y.reshape(-1), a.reshape(-1))
    pull = rng.normal(size=y.shape[::-1]).astype(real if pools else float).T
    pull.flags.writeable = False
    before, answer = pull.copy(), y.copy()
    grad = layer.backward(pull).copy()
    assert grad.shape == shape and grad.dtype == pull.dtype
    assert grad.sum() == pytest.approx(pull.sum(), rel=1e-4, abs=1e-4)  # nothing lost on the way
    assert np.array_equal(layer.backward(pull), grad)
    assert np.array_equal(lent, a) and np.array_equal(pull, before) and np.array_equal(y, answer)


@POOLS
def test_the_way_back_leaves_the_output_as_it_was(kind):
    """A Dense behind it reads it again, where backward is called twice."""
    layer = kind(2)
    y = layer.forward(np.random.default_rng(0).normal(size=(2, 4, 4, 3)))
    before = y.copy()
    layer.backward(np.ones_like(y))
    assert np.array_equal(y, before)


@POOLS
def test_a_warm_step_allocates_no_array(kind):
    layer = kind(2)
    a = np.random.default_rng(0).normal(size=(4, 20, 20, 256))
    pull = np.ones_like(layer.forward(a))
    layer.backward(pull)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    layer.forward(a)
    layer.backward(pull)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert peak < 200_000  # the output has 819,200 bytes; NumPy casts 8,192 numbers at a time


@POOLS
def test_copies_go_their_own_way(kind):
    rng = np.random.default_rng(0)
    layer, a = kind(2), rng.normal(size=(1, 4, 4, 2))
    y = layer.forward(a).copy()
    twin = copy.deepcopy(layer)
    twin.forward(-a)
    pull = rng.normal(size=y.shape)
    wanted = kind(2)
    wanted.forward(a)
    assert np.array_equal(layer.backward(pull), wanted.backward(pull))
    assert repr(kind(**layer.settings())) == repr(layer) == f"{kind.__name__}(size=2)"


def test_what_is_no_number_stays_in_its_field():
    a = np.ones((1, 4, 4, 1))
    a[0, 0, 1] = np.nan
    for kind in (MaxPool, MeanPool):
        assert np.isnan(kind(2).forward(a)[0, :, :, 0]).tolist() == [[True, False], [False, False]]


# Unflatten


def test_unflatten_undoes_flatten_and_copies_nothing():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(7, 24))  # rows of pixels, the last axis of an image fastest
    there, back = Unflatten(2, 3, 4), Flatten()
    images = there.forward(X.T)
    assert np.array_equal(np.moveaxis(images, -1, 0), X.reshape(7, 2, 3, 4))
    assert np.shares_memory(images, X)
    assert np.array_equal(back.forward(images), X.T)
    assert np.array_equal(there.backward(back.backward(X.T)), X.T)
    assert there.fan_in == 24 and there.output_shape((24,)) == (2, 3, 4)
    assert repr(Unflatten(**there.settings())) == "Unflatten(channels=2, height=3, width=4)"


# BatchNorm on images: all places of all images count as examples


def norm_in_jax(x, gamma, beta):
    mean, variance = x.mean((1, 2, 3), keepdims=True), x.var((1, 2, 3), keepdims=True)
    return gamma[..., None, None] * (x - mean) / jnp.sqrt(variance + 1e-5) + beta[..., None, None]


@pytest.mark.parametrize("shape", [(2, 3, 4, 5), (3, 1, 1, 6), (1, 5, 2, 1)])
def test_batch_norm_on_images_agrees_with_jax(shape):
    rng = np.random.default_rng(0)
    layer, x = ready(BatchNorm(shape[0]), rng), rng.normal(2, 3, size=shape)
    wanted, vjp = jax.vjp(norm_in_jax, x, layer.gamma.value, layer.beta.value)
    y = layer.forward(x)
    np.testing.assert_allclose(y, wanted, rtol=0, atol=1e-12)
    pull = rng.normal(size=shape)
    found = layer.backward(pull), layer.gamma.grad, layer.beta.grad
    for array, gradient in zip(found, vjp(pull), strict=True):
        np.testing.assert_allclose(array, gradient, rtol=0, atol=1e-11)


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_takes_images_for_columns_of_channels(training):
    rng = np.random.default_rng(1)
    layer = ready(BatchNorm(3), rng, training=training)
    twin = copy.deepcopy(layer)
    for _ in range(3):
        x, pull = rng.normal(1, 2, size=(2, 3, 4, 5, 6))
        y = layer.forward(x)
        assert y.shape == x.shape
        assert np.array_equal(y.reshape(3, -1), twin.forward(x.reshape(3, -1)))
        dx = layer.backward(pull)
        assert dx.shape == x.shape
        assert np.array_equal(dx.reshape(3, -1), twin.backward(pull.reshape(3, -1)))
    assert np.array_equal(layer.running_mean, twin.running_mean)
    assert np.array_equal(layer.running_variance, twin.running_variance)
    assert np.array_equal(layer.gamma.grad, twin.gamma.grad)


# What is refused

RNG = np.random.default_rng(2)
IMAGES = np.ones((2, 4, 4, 3))


def normed(x, call):
    return after(ready(BatchNorm(2), RNG), x, call)


@pytest.mark.parametrize("call, error, words", [
    *[
        case
        for kind in (MaxPool, MeanPool)
        for case in [
            (lambda kind=kind: kind(0), ValueError, "size expects a whole number of at least 1"),
            (lambda kind=kind: kind(2.0), TypeError, "size expects .*got the float 2.0"),
            (lambda kind=kind: kind((2, 2)), TypeError, "size"),
            (lambda kind=kind: kind(True), TypeError, "size"),
            (lambda kind=kind: kind(2).forward([[1]]), TypeError, "Pool.* expects images .*list"),
            (lambda kind=kind: kind(2).forward(IMAGES.astype(str)), TypeError, "images of numbers"),
            (lambda kind=kind: kind(2).forward(IMAGES[0]), ValueError, "an axis of one channel"),
            (lambda kind=kind: kind(2).forward(IMAGES[0, 0]), ValueError, "put an Unflatten"),
            (lambda kind=kind: kind(2).forward(IMAGES[:, :0]), ValueError, r"\(2, 0, 4, 3\)"),
            (lambda kind=kind: kind(3).forward(IMAGES), ValueError,
             r"fields of 3 x 3, and images \(2, 4, 4\) don't .*leaves a multiple of 3"),
            (lambda kind=kind: kind(2).forward(IMAGES[:, :, :3]), ValueError, r"\(2, 4, 3\) don't"),
            (lambda kind=kind: kind(2).backward(IMAGES), ValueError, "a backward before any forwa"),
            (lambda kind=kind: after(kind(2), IMAGES, lambda p: p.backward(IMAGES)), ValueError,
             r"last output's shape, \(2, 2, 2, 3\), got shape \(2, 4, 4, 3\)"),
            (lambda kind=kind: after(kind(2), IMAGES, lambda p: p.backward(1.0)), ValueError,
             r"got shape \(\)"),
            (lambda kind=kind: after(kind(2), IMAGES, lambda p: p.backward(IMAGES[:, :1, :1])),
             ValueError, r"got shape \(2, 1, 1, 3\)"),
        ]
    ],
    (lambda: Unflatten(0, 2, 2), ValueError, "channels expects a whole number of at least 1"),
    (lambda: Unflatten(1, "2", 2), TypeError, "height expects a whole number, got the str '2'"),
    (lambda: Unflatten(1, 2, 2.0), TypeError, "width"),
    (lambda: Unflatten(1, 2, 2).forward([1]), TypeError, r"an array \(4, n\), got .* list"),
    (lambda: Unflatten(1, 2, 2).forward(np.ones(4)), ValueError, r"\(4, n\), got shape \(4,\)"),
    (lambda: Unflatten(1, 2, 2).forward(np.ones((3, 4))), ValueError, r"got shape \(3, 4\)"),
    (lambda: Unflatten(1, 2, 2).forward(np.ones((4, 0))), ValueError, r"got shape \(4, 0\)"),
    (lambda: Unflatten(1, 2, 2).forward(np.ones((1, 2, 2, 5))), ValueError, r"\(1, 2, 2, 5\)"),
    (lambda: Unflatten(1, 2, 2).backward(np.ones((4, 5))), ValueError,
     r"last output's shape, \(1, 2, 2, 5\), got shape \(4, 5\)"),
    (lambda: Unflatten(1, 2, 2).backward(1.0), ValueError, r"got shape \(\)"),
    (lambda: normed(np.ones((3, 2, 2, 2)), None), ValueError, r"\(2, height, width, n\), got"),
    (lambda: normed(np.ones((2, 2, 2)), None), ValueError, r"got shape \(2, 2, 2\)"),
    (lambda: normed(np.ones((2, 1, 1, 1)), None), ValueError, "a minibatch of 1 example"),
    (lambda: normed(IMAGES, lambda b: b.backward(IMAGES[..., :2])), ValueError,
     r"BatchNorm expects .* \(2, 4, 4, 3\), got shape \(2, 4, 4, 2\)"),
    (lambda: normed(IMAGES, lambda b: b.backward(IMAGES.reshape(2, -1))), ValueError,
     r"got shape \(2, 48\)"),
])  # fmt: skip
def test_bad_input_is_refused_with_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
