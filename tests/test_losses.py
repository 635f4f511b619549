"""Every loss against JAX and optax, its gradient against itself, and what each refuses."""

import copy
import functools
import math
import pickle
import tracemalloc

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from nnlib.gates import Unit
from nnlib.gradients import central_difference, check_gradient, complex_step
from nnlib.losses import (
    BinaryCrossEntropy,
    CrammerSingerHinge,
    Hinge,
    Loss,
    SoftmaxCrossEntropy,
    SquaredError,
    SquaredHinge,
    WestonWatkinsHinge,
    balanced_weights,
    one_hot,
)

jax.config.update("jax_enable_x64", True)
pytestmark = pytest.mark.filterwarnings("error")


# Targets, one sampler a form: (K, n) are the outputs' shape


def labels(rng, K, n):
    return rng.integers(0, K, n)


def numbers(rng, K, n):
    return rng.normal(size=(K, n))


def row(rng, K, n):
    return rng.normal(size=n)


def bits(rng, K, n):
    return rng.integers(0, 2, n)


def spins(rng, K, n):
    return rng.choice([-1, 1], n)


def spin_table(rng, K, n):
    return rng.choice([-1.0, 1.0], (K, n))


def chances(rng, K, n):
    return rng.uniform(size=(K, n))


def distributions(rng, K, n):
    return rng.dirichlet(np.ones(K), n).T


# The same losses in JAX, of z (K, n) and targets as above; examples one by one where it is clearer


def one_hot_or_given(t, K):
    t = jnp.asarray(t)
    return jax.nn.one_hot(t, K).T if t.ndim == 1 else t


def squared_error(z, t):
    t = jnp.reshape(t, z.shape) if len(z) == 1 else one_hot_or_given(t, len(z))
    return optax.l2_loss(z, t).sum() / z.shape[1]


def binary(z, t):
    t = jnp.reshape(t, z.shape) if len(z) == 1 else one_hot_or_given(t, len(z))
    return optax.sigmoid_binary_cross_entropy(z, t).sum() / z.shape[1]


def softmax(z, t, smoothing=0.0, weights=None):
    T = one_hot_or_given(t, len(z)).T
    if jnp.ndim(t) == 1:
        T = optax.smooth_labels(T, smoothing)
    T = T if weights is None else T * jnp.asarray(weights)
    return -(T * jax.nn.log_softmax(z.T)).sum() / z.shape[1]


def hinge(z, t, power=1):
    if len(z) == 1:
        t = jnp.reshape(t, z.shape)
    elif jnp.ndim(t) == 1:
        t = jnp.where(jax.nn.one_hot(t, len(z)).T == 1, 1.0, -1.0)
    return (jax.nn.relu(1 - t * z) ** power).sum() / z.shape[1]


def margins(column, y):
    """relu(1 + s_k - s_y) for the wrong classes k."""
    return [jax.nn.relu(1 + s - column[y]) for k, s in enumerate(column) if k != y]


def multiclass(join, z, t):
    t = np.asarray(t) if np.ndim(t) == 1 else np.argmax(t, axis=0)
    return sum(join(margins(z[:, i], t[i])) for i in range(len(t))) / len(t)


def worst(terms):
    return functools.reduce(jnp.maximum, terms)


WEIGHTS = [0.5, 2.0, 1.0, 3.0]

# the loss, the same in JAX, targets, the number of outputs (None: any from 2), whether analytic
CASES = {
    "squared error": (SquaredError, squared_error, numbers, None, True),
    "squared error, labels": (SquaredError, squared_error, labels, None, True),
    "squared error, one output": (SquaredError, squared_error, row, 1, True),
    "binary": (BinaryCrossEntropy, binary, bits, 1, True),
    "binary, probabilities": (BinaryCrossEntropy, binary, chances, None, True),
    "binary, labels": (BinaryCrossEntropy, binary, labels, None, True),
    "softmax": (SoftmaxCrossEntropy, softmax, labels, None, True),
    "softmax, distributions": (SoftmaxCrossEntropy, softmax, distributions, None, True),
    "softmax, smooth": (
        lambda: SoftmaxCrossEntropy(label_smoothing=0.1),
        functools.partial(softmax, smoothing=0.1),
        labels,
        None,
        True,
    ),
    "softmax, weighted": (
        lambda: SoftmaxCrossEntropy(class_weights=WEIGHTS),
        functools.partial(softmax, weights=WEIGHTS),
        labels,
        4,
        True,
    ),
    "softmax, weighted, distributions": (
        lambda: SoftmaxCrossEntropy(class_weights=WEIGHTS),
        functools.partial(softmax, weights=WEIGHTS),
        distributions,
        4,
        True,
    ),
    "softmax, weighted, smooth": (
        lambda: SoftmaxCrossEntropy(label_smoothing=0.2, class_weights=WEIGHTS),
        functools.partial(softmax, smoothing=0.2, weights=WEIGHTS),
        labels,
        4,
        True,
    ),
    "hinge": (Hinge, hinge, spins, 1, False),
    "hinge, labels": (Hinge, hinge, labels, None, False),
    "hinge, signs": (Hinge, hinge, spin_table, None, False),
    "squared hinge": (SquaredHinge, functools.partial(hinge, power=2), spins, 1, False),
    "squared hinge, labels": (
        SquaredHinge,
        functools.partial(hinge, power=2),
        labels,
        None,
        False,
    ),
    "Weston-Watkins": (
        WestonWatkinsHinge,
        functools.partial(multiclass, sum),
        labels,
        None,
        False,
    ),
    "Crammer-Singer": (
        CrammerSingerHinge,
        functools.partial(multiclass, worst),
        labels,
        None,
        False,
    ),
}
each = pytest.mark.parametrize("name", CASES)


def draw(name, rng, n=None, K=None):
    """Outputs (K, n) and targets for one case."""
    _, _, targets, outputs, _ = CASES[name]
    K = outputs or K or int(rng.integers(2, 6))
    n = int(rng.integers(1, 7)) if n is None else n
    return rng.normal(scale=2, size=(K, n)), targets(rng, K, n)


@each
@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_jax(name, seed):
    new, formula, _, _, _ = CASES[name]
    z, t = draw(name, np.random.default_rng(seed))
    expected, gradient = jax.value_and_grad(formula)(z, t)
    loss = new()
    value = loss.forward(z, t)
    assert type(value) is float
    assert value == pytest.approx(float(expected), rel=1e-12, abs=1e-13)
    assert loss.backward() == pytest.approx(np.asarray(gradient), rel=1e-10, abs=1e-12)


@each
@pytest.mark.parametrize("seed", range(3))
def test_loss_and_gradient_are_of_one_function(name, seed):
    new, _, _, _, analytic = CASES[name]
    z, t = draw(name, np.random.default_rng([seed, 5]), n=3)
    loss = new()
    loss.forward(z, t)
    method, tolerance = (complex_step, 1e-12) if analytic else (central_difference, 1e-7)
    check = check_gradient(
        lambda z: new().forward(z, t), loss.backward(), z, method=method, tolerance=tolerance
    )
    assert check, check


@each
def test_encoding_once_for_all_is_the_same(name):
    """As a training loop does it: the mean over minibatches is the mean over all examples."""
    z, t = draw(name, np.random.default_rng(1), n=12)
    loss = CASES[name][0]()
    whole = loss.forward(z, t)
    gradient = loss.backward().copy()
    T = loss.encode(t, z.shape)
    rows = np.ascontiguousarray(T.T)  # so that a minibatch is gathered by rows
    parts, gradients = [], []
    for start in range(0, 12, 4):
        parts.append(loss.measure(z[:, start : start + 4], rows[start : start + 4].T))
        gradients.append(loss.backward() / 3)
    assert np.mean(parts) == pytest.approx(whole, rel=1e-14)
    assert np.hstack(gradients) == pytest.approx(gradient, rel=1e-13, abs=1e-16)


COPIES = [copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))]


@each
@pytest.mark.parametrize("twin", COPIES, ids=["deepcopy", "pickle"])
def test_a_copy_of_a_used_loss_computes_afresh_and_writes_nowhere_else(name, twin):
    rng = np.random.default_rng(6)
    z, t = draw(name, rng, n=3, K=4)
    loss, new = CASES[name][0](), CASES[name][0]()
    loss.forward(z, t)
    gradient = loss.backward()
    before, other = gradient.copy(), twin(loss)
    assert (other.backward() == before).all()  # it remembers the forward, too
    assert other.forward(3 * z, t) == new.forward(3 * z, t) != loss.forward(z, t)
    assert (other.backward() == new.backward()).all()
    assert (gradient == before).all()


@each
@pytest.mark.parametrize("size", [1e4, -1e4])
def test_extreme_outputs(name, size):
    rng = np.random.default_rng(2)
    z, t = draw(name, rng, n=4)
    z *= size
    expected, gradient = jax.value_and_grad(CASES[name][1])(z, t)
    for dtype, tolerance in [(np.float64, 1e-12), (np.float32, 1e-6)]:
        loss = CASES[name][0]()
        assert loss.forward(z.astype(dtype), t) == pytest.approx(float(expected), rel=tolerance)
        assert np.isfinite(loss.backward()).all()
        if dtype == np.float64:
            assert loss.backward() == pytest.approx(np.asarray(gradient), rel=1e-10, abs=1e-12)


def test_an_example_that_is_certain_and_right_or_wrong():
    z = np.array([[1e4, -1e4], [-1e4, 1e4]])
    for loss in (SoftmaxCrossEntropy(), BinaryCrossEntropy()):
        assert loss.forward(z, [0, 1]) == 0
        assert loss.forward(z, [1, 0]) == 2e4
    unsure = SoftmaxCrossEntropy().forward(np.zeros((10, 3)), [1, 2, 3])
    assert unsure == pytest.approx(math.log(10))


@each
def test_lent_arrays_stay_as_they_were_whatever_their_layout(name):
    z, t = draw(name, np.random.default_rng(3), n=5, K=4)
    wide = np.zeros((2 * len(z), 10))
    wide[::2, ::-2] = z
    results = []
    for lent in (np.ascontiguousarray(z), np.asfortranarray(z), wide[::2, ::-2]):
        targets = t.copy()
        lent.flags.writeable = targets.flags.writeable = False
        loss = CASES[name][0]()
        results.append((loss.forward(lent, targets), *loss.backward().ravel()))
        assert np.array_equal(lent, z)
        assert np.array_equal(targets, t)
    assert results[1] == pytest.approx(results[0], rel=1e-14)
    assert results[2] == pytest.approx(results[0], rel=1e-14)


@settings(deadline=None)
@given(
    name=st.sampled_from(list(CASES)),
    n=st.integers(1, 9),
    K=st.integers(2, 6),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 1000),
)
def test_shapes_and_kinds(name, n, K, dtype, seed):
    z, t = draw(name, np.random.default_rng(seed), n=n, K=K)
    loss = CASES[name][0]()
    T = loss.encode(t, z.shape, dtype=dtype)
    assert (T.shape, T.dtype) == (z.shape, dtype)
    value = loss.forward(z.astype(dtype), t)
    gradient = loss.backward()
    assert gradient.shape == z.shape
    assert gradient.dtype == dtype
    assert value == pytest.approx(CASES[name][0]().forward(z, t), rel=2e-5, abs=2e-5)
    if t.ndim == 1:  # labels may come as a list, as small integers or as whole floats
        assert CASES[name][0]().forward(z.astype(dtype), t.tolist()) == value
        if t.dtype.kind == "i":
            for kind in (np.int8, np.float32):
                assert CASES[name][0]().forward(z.astype(dtype), t.astype(kind)) == value
    predicted = loss.predict(z) if len(z) > 1 else None
    assert predicted is None or np.array_equal(predicted, z.argmax(axis=0))


@each
def test_a_warm_step_allocates_no_array(name):
    rng = np.random.default_rng(4)
    loss = CASES[name][0]()
    z, t = draw(name, rng, n=20_000, K=10)
    rows = np.ascontiguousarray(loss.encode(t, z.shape).T)

    def step():
        loss.measure(z, rows.T)
        loss.backward()

    step()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    step()
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert peak < 100_000  # a row of z has 160,000 bytes; NumPy casts in blocks of 8,192 numbers


def test_kinks_take_what_the_docstrings_say():
    for loss in (Hinge(), SquaredHinge()):
        assert loss.forward(np.array([[1.0, -1.0]]), [1, -1]) == 0
        assert (loss.backward() == 0).all()
    for loss in (WestonWatkinsHinge(), CrammerSingerHinge()):
        assert loss.forward(np.array([[2.0], [1.0], [1.0]]), [0]) == 0
        assert (loss.backward() == 0).all()
    tie = CrammerSingerHinge()
    assert tie.forward(np.array([[0.0], [1.0], [1.0]]), [0]) == 2
    assert tie.backward().tolist() == [[-1], [0.5], [0.5]]


def test_hinges_by_hand():
    s = np.array([[-1.2, 0.5, -2.3]])  # short of the margin by 2.2, by 0.5, and by nothing
    assert Hinge().forward(s, [1, 1, -1]) == pytest.approx((2.2 + 0.5) / 3)
    assert SquaredHinge().forward(s, [1, 1, -1]) == pytest.approx((2.2**2 + 0.5**2) / 3)
    s = np.array([[3.2], [5.1], [-1.7]])
    assert WestonWatkinsHinge().forward(s, [0]) == pytest.approx(5.1 - 3.2 + 1)
    assert WestonWatkinsHinge().forward(s, [2]) == pytest.approx(3.2 + 1.7 + 1 + 5.1 + 1.7 + 1)
    assert CrammerSingerHinge().forward(s, [2]) == pytest.approx(5.1 + 1.7 + 1)


def test_predict():
    z = np.array([[-1.0, 0.0, 2.0]])
    assert BinaryCrossEntropy().predict(z).tolist() == [0, 0, 1]
    assert Hinge().predict(z).tolist() == [-1, -1, 1]
    assert SquaredHinge().predict(z).tolist() == [-1, -1, 1]
    table = np.array([[0.1, 3.0], [0.2, -4.0], [0.0, 1.0]])
    for loss in (SquaredError(), BinaryCrossEntropy(), SoftmaxCrossEntropy(), Hinge()):
        assert loss.predict(table).tolist() == [1, 0]


CLASSES = np.arange(4)


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), max_size=40).map(lambda y: y + CLASSES.tolist()))
def test_balanced_weights_are_scikit_learns(y):
    weights = balanced_weights(y, 4)
    assert weights == pytest.approx(compute_class_weight("balanced", classes=CLASSES, y=y))
    assert weights[y].mean() == pytest.approx(1)


def test_smoothing_keeps_a_columns_sum():
    T = SoftmaxCrossEntropy(label_smoothing=0.1).encode([2, 0], (5, 2))
    assert T.sum(axis=0) == pytest.approx([1, 1])
    assert T[:, 0] == pytest.approx([0.02, 0.02, 0.92, 0.02, 0.02])


def test_labels_and_their_one_hot_columns_are_the_same_target():
    rng = np.random.default_rng(8)
    z, y = rng.normal(size=(3, 6)), rng.integers(0, 3, 6)
    for new in (
        SquaredError,
        BinaryCrossEntropy,
        SoftmaxCrossEntropy,
        WestonWatkinsHinge,
        CrammerSingerHinge,
    ):
        assert new().forward(z, one_hot(y, 3)) == new().forward(z, y)
    assert Hinge().forward(z, 2 * one_hot(y, 3) - 1) == Hinge().forward(z, y)


def test_encode_gives_an_array_of_its_own():
    t = np.zeros((2, 3))
    T = SquaredError().encode(t, (2, 3))
    assert not np.shares_memory(t, T)
    assert not np.shares_memory(t, SquaredError().encode(t[0], (1, 3)))


def test_settings_make_the_same_loss_again():
    for new, *_ in CASES.values():
        loss = new()
        assert repr(type(loss)(**loss.settings())) == repr(loss)
    weighted = SoftmaxCrossEntropy(class_weights=np.array([1, 2]))
    assert weighted.settings() == {"class_weights": [1.0, 2.0]}
    assert repr(SoftmaxCrossEntropy()) == "SoftmaxCrossEntropy()"


Z = np.zeros((3, 4))
ONE = np.zeros((1, 2))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: SquaredError().forward(1.0, 0), TypeError, "an array .*got the float 1.0"),
        (lambda: SquaredError()(Unit(1.0), 0.0), TypeError, "got the float 1.0"),
        (lambda: SquaredError().forward(np.zeros(3), [0, 0, 0]), ValueError, r"got shape \(3,\)"),
        (lambda: SquaredError().forward(np.zeros((3, 0)), []), ValueError, "at least one"),
        (lambda: SquaredError().forward(Z, [0, 1, 2, 3]), ValueError, "0 to 2, got 3 at index 3"),
        (lambda: SquaredError().forward(Z, [0, 1, 2, -1]), ValueError, "got -1 at index 3"),
        (lambda: SquaredError().forward(Z, [0, 1, 2, 0.5]), ValueError, "got 0.5 at index 3"),
        (lambda: SquaredError().forward(Z, [0, 1]), ValueError, r"4 labels.*got shape \(2,\)"),
        (lambda: SquaredError().forward(Z, np.zeros((4, 3))), ValueError, r"got shape \(4, 3\)"),
        (lambda: SquaredError().forward(Z, Z + np.nan), ValueError, r"targets\[0, 0\] is nan"),
        (lambda: SquaredError().forward(Z, ["a"] * 4), TypeError, "real numbers"),
        (lambda: SquaredError().forward(Z, [[1, 2], [3]]), ValueError, "equal length"),
        (lambda: SquaredError().encode([0], (2, 2, 1)), ValueError, "flatten"),
        (lambda: SquaredError().predict(np.ones((1, 3))), ValueError, "threshold"),
        (lambda: SquaredError().predict(np.ones(3)), ValueError, "a column an example"),
        (lambda: BinaryCrossEntropy().forward(ONE, [-1, 1]), ValueError, r"got -1: .*y \+ 1\) / 2"),
        (lambda: BinaryCrossEntropy().forward(ONE, [2, 1]), ValueError, "0 and 1.*got 2"),
        (lambda: BinaryCrossEntropy().forward(Z, Z + 1.5), ValueError, "got 1.5"),
        (lambda: BinaryCrossEntropy().forward(Z, [3, 1, 1, 1]), ValueError, "got 3 at index 0"),
        (lambda: Hinge().forward(ONE, [0, 1]), ValueError, r"-1 and \+1, got 0: .*2 \* y - 1"),
        (lambda: SquaredHinge().forward(ONE, [1, 0.5]), ValueError, "got 0.5"),
        (lambda: Hinge().forward(Z, Z), ValueError, r"-1 and \+1, got 0.0"),
        (lambda: Hinge().forward(Z, [-1, 1, 1, 1]), ValueError, "from 0 to 2, got -1"),
        (lambda: SoftmaxCrossEntropy().forward(Z, Z), ValueError, "sum 1, got .* in column 0"),
        (lambda: SoftmaxCrossEntropy().forward(Z, [0, 1, 2, 3]), ValueError, "got 3 at index 3"),
        (
            lambda: SoftmaxCrossEntropy().forward(np.zeros((2, 1)), np.array([[1.5], [-0.5]])),
            ValueError,
            "from 0 up",
        ),
        (lambda: WestonWatkinsHinge().forward(Z, Z + 1 / 3), ValueError, "one-hot columns"),
        (lambda: CrammerSingerHinge().forward(Z, Z + 1), ValueError, "one-hot columns"),
        (lambda: CrammerSingerHinge().forward(Z, [3, 0, 0, 0]), ValueError, "got 3 at index 0"),
        (lambda: SoftmaxCrossEntropy(label_smoothing=1), ValueError, "label_smoothing.*below 1"),
        (lambda: SoftmaxCrossEntropy(label_smoothing="0"), TypeError, "label_smoothing"),
        (lambda: SoftmaxCrossEntropy(class_weights=[1, 0]), ValueError, "got 0 for class 1"),
        (lambda: SoftmaxCrossEntropy(class_weights=[1, np.inf]), ValueError, "class_weights"),
        (lambda: SoftmaxCrossEntropy(class_weights=3), ValueError, "class_weights"),
        (
            lambda: SoftmaxCrossEntropy(class_weights=[1, 2]).forward(Z, [0, 1, 2, 0]),
            ValueError,
            "class_weights expects 3 entries, got 2",
        ),
        (lambda: balanced_weights([0, 2], 3), ValueError, "class 1 has no example"),
        (lambda: balanced_weights([0, 3], 3), ValueError, "got 3"),
        (lambda: one_hot([0, 3], 3), ValueError, "got 3"),
        (lambda: Loss().forward(Z, [0, 1, 2, 0]), NotImplementedError, "measure"),
    ],
)
def test_bad_input_is_refused_with_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    "kind",
    [
        SquaredError,
        BinaryCrossEntropy,
        SoftmaxCrossEntropy,
        Hinge,
        SquaredHinge,
        WestonWatkinsHinge,
        CrammerSingerHinge,
    ],
)
def test_no_way_back_before_a_forward(kind):
    with pytest.raises(ValueError, match=f"^{kind.__name__} got a backward before any forward"):
        kind().backward()
