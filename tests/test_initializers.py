"""Initializers: the size and the kind of what they draw, and what they refuse."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nnlib.initializers import (
    Constant,
    FanIn,
    Glorot,
    He,
    Initializer,
    Normal,
    Orthogonal,
    Sparse,
    Uniform,
    Zeros,
)

ALL = [
    Zeros(),
    Constant(0.1),
    Normal(0.5),
    Uniform(0.3),
    FanIn(),
    Glorot(),
    He(),
    Sparse(3, std=2.0),
    Orthogonal(1.5),
]
each = pytest.mark.parametrize("init", ALL, ids=repr)
sides = st.integers(1, 12)


@each
@settings(deadline=None)
@given(fan_out=sides, fan_in=sides, seed=st.integers(0, 100))
def test_shape_kind_and_seed(init, fan_out, fan_in, seed):
    def draw(dtype=np.float64):
        return init((fan_out, fan_in), rng=np.random.default_rng(seed), dtype=dtype)

    W = draw()
    assert W.shape == (fan_out, fan_in)
    assert W.dtype == np.float64
    assert W.flags.c_contiguous and W.flags.writeable
    assert np.isfinite(W).all()
    assert np.array_equal(W, draw())
    assert np.array_equal(W.astype(np.float32), draw(np.float32))
    assert draw(np.float32).dtype == np.float32


@pytest.mark.parametrize(
    ("init", "distribution"),
    [
        (Normal(0.5), stats.norm(0, 0.5)),
        (Uniform(0.3), stats.uniform(-0.3, 0.6)),
        (FanIn(), stats.norm(0, 1 / math.sqrt(90))),
        (He(), stats.norm(0, math.sqrt(2 / 90))),
        (Glorot(), stats.uniform(-math.sqrt(6 / 200), 2 * math.sqrt(6 / 200))),
    ],
    ids=lambda thing: repr(thing) if isinstance(thing, Initializer) else "",
)
def test_distribution(init, distribution):
    """Kolmogorov and Smirnov can't tell 9,900 weights of one fixed seed from the formula's law."""
    W = init((110, 90), rng=np.random.default_rng(8))
    assert stats.kstest(W.ravel(), distribution.cdf).pvalue > 0.01
    wider = W.ravel() * 1.1
    assert stats.kstest(wider, distribution.cdf).pvalue < 0.01  # and would notice a tenth


@settings(deadline=None)
@given(seed=st.integers(0, 1000), fan_out=sides, fan_in=sides)
def test_orthogonal(seed, fan_out, fan_in):
    W = Orthogonal(1.5)((fan_out, fan_in), rng=np.random.default_rng(seed))
    product = W @ W.T if fan_out <= fan_in else W.T @ W
    assert product == pytest.approx(1.5**2 * np.eye(min(fan_out, fan_in)), abs=1e-13)


def test_orthogonal_favours_no_direction():
    """QR alone fixes signs; drawn from all rotations and mirrors, each entry has mean 0."""
    draws = [Orthogonal()((3, 3), rng=np.random.default_rng(seed)) for seed in range(2000)]
    assert np.mean(draws, axis=0) == pytest.approx(np.zeros((3, 3)), abs=4 / math.sqrt(3 * 2000))
    assert np.mean([np.linalg.det(W) > 0 for W in draws]) == pytest.approx(0.5, abs=0.05)


@settings(deadline=None)
@given(seed=st.integers(0, 100), fan_out=sides, fan_in=sides, connections=st.integers(1, 15))
def test_sparse(seed, fan_out, fan_in, connections):
    W = Sparse(connections)((fan_out, fan_in), rng=np.random.default_rng(seed))
    assert (np.count_nonzero(W, axis=1) == min(connections, fan_in)).all()


def test_sparse_chooses_each_input_equally_often_and_draws_with_its_std():
    W = Sparse(3, std=2.0)((6000, 10), rng=np.random.default_rng(9))
    assert np.count_nonzero(W, axis=0) == pytest.approx(np.full(10, 1800), abs=4 * 36)
    assert W[W != 0].std() == pytest.approx(2, abs=0.05)


def test_constants():
    rng = np.random.default_rng(0)
    assert Zeros()((2, 2), rng=rng).tolist() == [[0, 0], [0, 0]]
    assert Constant(0.1)((1, 2), rng=rng).tolist() == [[0.1, 0.1]]


def test_repr_tells_the_settings():
    assert repr(Normal(0.5)) == "Normal(std=0.5)"
    assert repr(Sparse()) == "Sparse(connections=15, std=1.0)"
    assert [repr(init) for init in (Zeros(), Glorot())] == ["Zeros()", "Glorot()"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda rng: Constant("1"), TypeError, "value expects a number, got the str '1'"),
        (lambda rng: Constant(np.nan), ValueError, "value"),
        (lambda rng: Normal(-1), ValueError, "std expects a number of at least 0, got -1"),
        (lambda rng: Uniform(-1), ValueError, "limit"),
        (lambda rng: Uniform(np.inf), ValueError, "limit"),
        (lambda rng: Sparse(0), ValueError, "connections"),
        (lambda rng: Sparse(1.5), TypeError, "connections"),
        (lambda rng: Orthogonal(0), ValueError, "gain"),
        (lambda rng: Glorot()((3, 0), rng=rng), ValueError, "fan_in"),
        (lambda rng: Glorot()((-3, 2), rng=rng), ValueError, "fan_out"),
        (lambda rng: Glorot()((3.0, 2), rng=rng), TypeError, "fan_out"),
        (lambda rng: Glorot()((3,), rng=rng), ValueError, r"\(fan_out, fan_in\).*got \(3,\)"),
        (lambda rng: Glorot()(3, rng=rng), ValueError, "got 3"),
        (lambda rng: Glorot()((3, 2), rng=0), TypeError, r"np.random.default_rng\(seed\)"),
        (lambda rng: Glorot()((3, 2), rng=np.random), TypeError, "rng expects"),
        (lambda rng: Glorot()((3, 2), rng=rng, dtype=int), ValueError, "np.float32 or np.float64"),
        (lambda rng: Glorot()((3, 2), rng=rng, dtype="real"), TypeError, "got the str 'real'"),
        (lambda rng: Glorot()((3, 2)), TypeError, "rng"),
        (lambda rng: Initializer()((3, 2), rng=rng), NotImplementedError, "draw"),
    ],
)
def test_bad_input_is_refused_with_words(call, error, words):
    with pytest.raises(error, match=words):
        call(np.random.default_rng(0))
