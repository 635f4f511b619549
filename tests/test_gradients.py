"""Numerical gradients against JAX's, their order of accuracy, and the check that judges by them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib.gradients import central_difference, check_gradient, complex_step, forward_difference

jax.config.update("jax_enable_x64", True)

METHODS = {forward_difference: 1e-6, central_difference: 1e-9, complex_step: 1e-13}


def wavy(module, A):
    """An analytic function of a vector, written once for NumPy and JAX."""
    return lambda v: module.sum(module.sin(A @ v) * module.exp(0.3 * v)) + module.prod(v)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.__name__)
def test_agrees_with_automatic_differentiation(method, seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 7)
    A, v = rng.normal(size=(n, n)), rng.normal(size=n)
    expected = jax.grad(wavy(jnp, A))(v)
    measured = method(wavy(np, A), v)
    scale = 1 + np.abs(expected).max()
    assert np.abs(measured - expected).max() / scale < METHODS[method]


@pytest.mark.parametrize(("method", "order"), [(forward_difference, 1), (central_difference, 2)])
def test_error_shrinks_with_the_order_of_the_formula(method, order):
    errors = [abs(method(np.exp, 0.5, h) - np.exp(0.5)) for h in (1e-2, 1e-3)]
    assert np.log10(errors[0] / errors[1]) == pytest.approx(order, abs=0.05)


@given(st.floats(-3, 3), st.floats(1e-30, 1e-8))
def test_complex_step_does_not_depend_on_h(x, h):
    expected = np.cos(x) * np.exp(np.sin(x))
    assert complex_step(lambda z: np.exp(np.sin(z)), x, h) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("method", METHODS, ids=lambda m: m.__name__)
def test_shapes_numbers_and_untouched_inputs(method):
    X = np.arange(6.0).reshape(2, 3)
    X.flags.writeable = False

    def greedy(v):
        result = (v * v).sum()
        v[...] = 0  # a careless f must not harm the next difference
        return result

    assert method(greedy, X) == pytest.approx(2 * X, abs=1e-6)
    assert isinstance(method(lambda x: x**2, 3), float)
    assert method(lambda v: (v * v).sum(), [1, 2]) == pytest.approx([2, 4])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: central_difference(np.sum, [np.nan]), ValueError, r"x\[0\] is nan"),
        (lambda: central_difference(np.sum, []), TypeError, "at least one"),
        (lambda: central_difference(np.sum, ["a"]), TypeError, "real numbers"),
        (lambda: central_difference(lambda v: v, [1.0, 2.0]), ValueError, "one number"),
        (lambda: central_difference(lambda v: np.inf, [1.0]), ValueError, "f returned inf"),
        (lambda: central_difference(np.sum, [1.0], h=0), ValueError, "above 0"),
        (lambda: forward_difference(np.sum, [1.0], h="small"), TypeError, "h expects a number"),
        (lambda: complex_step(lambda v: abs(v[0]), [1.0]), TypeError, "imaginary part"),
        (lambda: central_difference(np.sum, [1.0], h=1e-20), ValueError, "lost in rounding"),
        (lambda: central_difference(lambda v: 1j * v[0], [1.0]), TypeError, "a real number"),
        (lambda: central_difference(lambda v: None, [1.0]), TypeError, "got None"),
        (lambda: complex_step(lambda z: z * np.nan, 1.0), ValueError, "finite values"),
        (lambda: check_gradient(np.sum, [1.0], [1.0, 2.0]), ValueError, r"shape of x, \(2,\)"),
    ],
)
def test_bad_input_is_refused_with_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("seed", range(5))
def test_check_names_the_entry_that_fails(seed):
    rng = np.random.default_rng(seed)
    X, A = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)) + 3

    def f(V):
        return (A * V**3).sum()

    right = 3 * A * X**2
    assert check_gradient(f, right, X)
    place = tuple(int(i) for i in (rng.integers(3), rng.integers(4)))
    wrong = right.copy()
    wrong[place] += 1
    check = check_gradient(f, wrong, X)
    assert not check
    assert check.index == place
    assert check.claimed == wrong[place]
    assert check.measured == pytest.approx(right[place], abs=1e-8 * np.abs(right).max())
    assert f"entry[{place[0]}, {place[1]}]" in str(check)
    assert "wrong in 1 of 12" in str(check)


def test_small_entries_are_judged_by_their_own_size_down_to_a_thousandth_of_the_largest():
    measured = np.array([1000.0, 2.0, 0.001, 0.0])
    claimed = np.array([1000.0, 2.0 * (1 - 1e-6), 0.001 + 1e-9, 1e-9])
    check = check_gradient(None, claimed, np.zeros(4), method=lambda f, x: measured)
    np.testing.assert_allclose(check.errors, [0, 1e-6, 1e-9, 1e-9], rtol=1e-5)
    assert not check and check.index == (1,)


def test_check_sees_a_relative_error_of_one_in_a_million_and_nan():
    x = np.array([0.5, 2.0])
    assert not check_gradient(lambda v: (v**2).sum(), 2 * x * (1 + 1e-6), x)
    assert not check_gradient(lambda v: (v**2).sum(), np.array([1.0, np.nan]), x)
    assert check_gradient(lambda v: 0 * v.sum(), np.zeros(2), x)
