"""Every activation against JAX and against itself: a wire and a minibatch, in and out of range."""

import copy
import math
import pickle
import tracemalloc

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlib.activations import (
    ELU,
    Arctan,
    LeakyReLU,
    Linear,
    Maxout,
    ReLU,
    Sigmoid,
    Softmax,
    Softplus,
    Step,
    Tanh,
)
from nnlib.gates import Unit
from nnlib.gradients import central_difference, check_gradient, complex_step

jax.config.update("jax_enable_x64", True)
pytestmark = pytest.mark.filterwarnings("error")

# the gate, the same function in JAX, whether complex numbers go through it
ACTIVATIONS = {
    "step": (Step, lambda z: jnp.where(z > 0, 1.0, 0.0), False),
    "linear": (Linear, lambda z: z, True),
    "relu": (ReLU, jax.nn.relu, False),
    "sigmoid": (Sigmoid, jax.nn.sigmoid, True),
    "tanh": (Tanh, jnp.tanh, True),
    "leaky": (LeakyReLU, lambda z: jax.nn.leaky_relu(z, 0.01), False),
    "leaky 0.3": (lambda: LeakyReLU(0.3), lambda z: jax.nn.leaky_relu(z, 0.3), False),
    "leaky 0": (lambda: LeakyReLU(0), jax.nn.relu, False),
    "elu": (ELU, jax.nn.elu, False),
    "elu 1.7": (lambda: ELU(1.7), lambda z: jax.nn.elu(z, 1.7), False),
    "elu 0.2": (lambda: ELU(0.2), lambda z: jax.nn.elu(z, 0.2), False),
    "softplus": (Softplus, jax.nn.softplus, True),
    "arctan": (Arctan, jnp.arctan, True),
}
GROUPS = {
    "maxout 2": (Maxout, lambda z: z.reshape(-1, 2, z.shape[1]).max(axis=1), False),
    "maxout 3": (lambda: Maxout(3), lambda z: z.reshape(-1, 3, z.shape[1]).max(axis=1), False),
    "softmax": (Softmax, lambda z: jax.nn.softmax(z, axis=0), True),
}
ALL = ACTIVATIONS | GROUPS
each = pytest.mark.parametrize("name", ACTIVATIONS)
every = pytest.mark.parametrize("name", ALL)
seeds = pytest.mark.parametrize("seed", range(5))


def logits(rng, n=None):
    """An array (6 m, n), so that groups of 2 and of 3 rows come out even, off the kink at 0."""
    n = rng.integers(1, 8) if n is None else n
    z = rng.normal(scale=3, size=(6 * rng.integers(1, 4), n))
    return z + 0.001 * np.sign(z)


@every
@seeds
def test_agrees_with_jax(name, seed):
    new, formula, _ = ALL[name]
    rng = np.random.default_rng([seed, len(name)])
    z, gate = logits(rng), new()
    expected, vjp = jax.vjp(formula, z)
    a = gate.forward(z)
    pull = rng.normal(size=a.shape)
    assert a == pytest.approx(np.asarray(expected), rel=1e-12, abs=1e-13)
    assert gate.backward(pull) == pytest.approx(np.asarray(vjp(pull)[0]), rel=1e-10, abs=1e-12)


@every
@seeds
def test_the_derivative_is_that_of_the_function(name, seed):
    new, _, analytic = ALL[name]
    rng = np.random.default_rng([seed, 99])
    z, gate = logits(rng, n=2)[:6], new()  # few entries: the sum below rounds less
    pull = rng.normal(size=gate.forward(z).shape)
    method, tolerance = (complex_step, 1e-12) if analytic else (central_difference, 1e-7)
    check = check_gradient(
        lambda z: (pull * new().forward(z)).sum(),
        gate.backward(pull),
        z,
        method=method,
        tolerance=tolerance,
    )
    assert check, check


@settings(deadline=None)
@given(
    name=st.sampled_from(list(ACTIVATIONS)),
    z=hnp.arrays(
        np.float64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-700, 700)
    ),
)
def test_a_wire_and_a_minibatch_are_the_same_function(name, z):
    gate = ACTIVATIONS[name][0]()
    a, slopes = gate.forward(z).copy(), gate.backward(np.ones_like(z))
    for index in np.ndindex(z.shape):
        unit = Unit(z[index])
        output = gate(unit)
        output.backward()
        assert type(output.value) is type(unit.grad) is float
        assert a[index] == pytest.approx(output.value, rel=1e-13, abs=1e-15)
        assert slopes[index] == pytest.approx(unit.grad, rel=1e-12, abs=1e-15)


@every
def test_far_out_nothing_overflows(name):
    z = np.array([-1e4, -1e3, -800, -90, 90, 800])[:, np.newaxis] * np.array([1, -1, 12.5])
    for dtype, tolerance in [(np.float64, 1e-12), (np.float32, 2e-6)]:
        gate, far = ALL[name][0](), z.astype(dtype)
        expected, vjp = jax.vjp(ALL[name][1], z)
        a = gate.forward(far)
        assert a == pytest.approx(np.asarray(expected), rel=tolerance, abs=1e-30)
        pull = np.linspace(-1, 2, a.size).reshape(a.shape)
        expected = np.asarray(vjp(pull)[0])
        assert gate.backward(pull.astype(dtype)) == pytest.approx(expected, rel=1e-6, abs=1e-7)


@every
def test_lent_arrays_stay_as_they_were_whatever_their_layout(name):
    rng = np.random.default_rng(3)
    z = rng.normal(size=(24, 10))[::2, ::-2]
    layouts = [z, np.asfortranarray(z), np.ascontiguousarray(z)]
    results = []
    for lent in layouts:
        lent.flags.writeable = False
        gate, before = ALL[name][0](), lent.copy()
        a = gate.forward(lent)
        pull = np.ones((a.shape[1], a.shape[0])).T
        pull.flags.writeable = False
        results.append((a.copy(), gate.backward(pull).copy()))
        assert np.array_equal(lent, before)
        assert (pull == 1).all()
    for a, grad in results:
        assert np.array_equal(a, results[0][0])
        assert np.array_equal(grad, results[0][1])


@every
@pytest.mark.parametrize("n", [1, 5])
def test_the_kind_of_number_is_kept(name, n):
    z = logits(np.random.default_rng(4), n)
    for dtype in (np.float32, np.float64):
        gate = ALL[name][0]()
        a = gate.forward(z.astype(dtype))
        assert a.dtype == dtype
        assert gate.backward(np.ones_like(a)).dtype == dtype
    whole = z.astype(np.int64)
    if name != "linear":  # which hands on what it is given
        assert ALL[name][0]().forward(whole).dtype == np.float64
    expected = ALL[name][0]().forward(whole.astype(np.float64))
    assert np.array_equal(ALL[name][0]().forward(whole), expected)


@every
def test_a_warm_step_allocates_no_array(name):
    gate, z = ALL[name][0](), np.random.default_rng(5).normal(size=(60, 5000))
    pull = np.ones_like(gate.forward(z))
    gate.backward(pull)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    gate.forward(z)
    gate.backward(pull)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    # z has 2.4 MB, one of its rows 40,000 bytes; NumPy casts True and False in blocks of 8,192
    assert peak < 150_000


def test_kinks_take_what_the_docstrings_say():
    zero = np.zeros((6, 1))
    for gate, slope in [
        (Step(), 0),
        (LeakyReLU(0.25), 0.25),
        (ELU(3), 3),
        (Maxout(2), 0.5),
        (Maxout(3), 1 / 3),
    ]:
        a = gate.forward(zero)
        assert (a == 0).all()
        assert gate.backward(np.ones_like(a)) == pytest.approx(np.full((6, 1), slope))
        wires = [Unit(0.0) for _ in range(getattr(gate, "k", 1))]
        gate(*wires).backward()
        assert [wire.grad for wire in wires] == pytest.approx([slope] * len(wires))


def test_maxout_of_units():
    u, v, w = Unit(1.0), Unit(3.0), Unit(2.0)
    output = Maxout(3)(u, v, w)
    output.backward(2.0)
    assert output.value == 3.0
    assert (u.grad, v.grad, w.grad) == (0.0, 2.0, 0.0)


def test_softmax_gives_probabilities_and_takes_any_shift():
    z = np.random.default_rng(6).normal(size=(5, 4))
    p = Softmax().forward(z).copy()
    assert p.sum(axis=0) == pytest.approx(np.ones(4))
    assert Softmax().forward(z + 1e4) == pytest.approx(p, rel=1e-10)
    assert Softmax().forward(np.array([[1e4, 0], [-1e4, 0]])).tolist() == [[1, 0.5], [0, 0.5]]


def test_known_values():
    assert Softplus().forward(0.0) == pytest.approx(math.log(2))
    assert Softplus().forward(-50.0) == pytest.approx(math.exp(-50), rel=1e-12)
    assert Softplus().forward(np.array([-50.0]))[0] == pytest.approx(math.exp(-50), rel=1e-12)
    assert Arctan().forward(1.0) == pytest.approx(math.pi / 4)
    assert [Step().forward(z) for z in (-0.1, 0.0, 0.1)] == [0.0, 0.0, 1.0]
    assert ELU(2).forward(-math.inf) == -2
    assert LeakyReLU(0.1)(Unit(-3.0)).value == pytest.approx(-0.3)


def test_settings_make_the_same_gate_again():
    for gate in [Step(), LeakyReLU(0.2), ELU(0.5), Maxout(4), Softmax(), Softplus()]:
        assert repr(type(gate)(**gate.settings())) == repr(gate)
    assert repr(LeakyReLU(0.2)) == "LeakyReLU(slope=0.2)"


@every
@pytest.mark.parametrize("dtype", ["u1", "i1", "i2", "i8", "?"])
def test_whole_numbers_count_as_floats(name, dtype):
    z = np.array([[200], [10], [3], [0], [-100], [120]]).astype(dtype)
    gate, other = ALL[name][0](), ALL[name][0]()
    a, expected = gate.forward(z), other.forward(z.astype(np.float64))
    np.testing.assert_allclose(a, expected, rtol=1e-15)
    pull = np.ones_like(expected)
    np.testing.assert_allclose(gate.backward(pull), other.backward(pull), rtol=1e-15)


COPIES = [copy.copy, copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))]


@every
@pytest.mark.parametrize("twin", COPIES, ids=["copy", "deepcopy", "pickle"])
def test_a_copy_of_a_used_gate_computes_afresh_and_writes_nowhere_else(name, twin):
    z = logits(np.random.default_rng(8), n=3)
    gate, new = ALL[name][0](), ALL[name][0]()
    a = gate.forward(z)
    before, pull = a.copy(), np.ones_like(a)
    other = twin(gate)
    assert repr(other) == repr(gate)
    assert (other.backward(pull) == gate.backward(pull)).all()  # it remembers the forward, too
    assert (other.forward(2 * z) == new.forward(2 * z)).all()
    assert (other.backward(pull) == new.backward(pull)).all()
    assert (a == before).all()


def test_a_copy_for_another_place_shares_no_buffer():
    gate, z = ELU(), np.ones((2, 2))
    a = gate.forward(z)
    assert gate.fresh().forward(2 * z) is not a
    assert (a == 1).all()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: LeakyReLU("0.1"), TypeError, "slope expects a number, got the str '0.1'"),
        (lambda: LeakyReLU(-0.1), ValueError, "slope"),
        (lambda: LeakyReLU(1), ValueError, "below 1, got 1"),
        (lambda: ELU(0), ValueError, "alpha expects a number above 0, got 0"),
        (lambda: ELU(math.nan), ValueError, "alpha"),
        (lambda: ELU(True), TypeError, "alpha"),
        (lambda: Maxout(1), ValueError, "k expects a whole number of at least 2, got 1"),
        (lambda: Maxout(2.0), TypeError, "k expects a whole number"),
        (lambda: Maxout(2).forward(np.ones((3, 4))), ValueError, r"multiple of 2.*\(3, 4\)"),
        (lambda: Maxout(2).forward(np.ones(4)), ValueError, r"shape \(4,\)"),
        (lambda: Maxout(2).forward(np.ones((0, 4))), ValueError, r"shape \(0, 4\)"),
        (lambda: Maxout(2)(Unit(1.0)), ValueError, "2 numbers or Units, got 1 inputs"),
        (lambda: Softmax()(Unit(1.0), Unit(2.0)), TypeError, "for Units, write"),
        (lambda: Softmax().forward(1.0), TypeError, "got 1 input"),
        (lambda: Softmax().forward(np.ones(3)), ValueError, r"\(classes, n\), got shape \(3,\)"),
        (lambda: Softmax().forward(np.ones((0, 3))), ValueError, r"shape \(0, 3\)"),
        (lambda: Softplus().forward("1"), TypeError, "str"),
    ],
)
def test_bad_input_is_refused_with_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("gate", [Tanh(), Sigmoid(), ReLU(), Softmax()], ids=repr)
def test_bytes_are_computed_with_as_numbers(gate):
    """A difference of bytes would wrap around, and their tanh have three digits."""
    z = np.array([[200], [10]], np.uint8)
    assert gate.forward(z) == pytest.approx(gate.forward(z.astype(float)).copy(), abs=1e-15)
