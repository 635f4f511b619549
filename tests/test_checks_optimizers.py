"""Chapter 5's exercises: their references against the library, optax and SciPy."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from scipy.optimize import LbfgsInvHessProduct

from nnlib import optimizers as opt
from nnlib.checks import EXERCISES
from nnlib.checks.optimizers.curvature import draw, scale
from nnlib.checks.optimizers.landscapes import Batches, batches, bowl, slope
from nnlib.gradient_free import metropolis
from nnlib.surfaces import Rosenbrock

jax.config.update("jax_enable_x64", True)
step_limits, momentum_path, nesterov_path, adam_path, keep_probability, newton_step = (
    EXERCISES[f"5.{k}"].reference for k in range(1, 7)
)
BANANA = Rosenbrock()


def optax_path(transform, start, steps):
    w = jnp.array(start)
    state, path = transform.init(w), [np.array(w)]
    for _ in range(steps):
        updates, state = transform.update(jnp.array(BANANA.gradient(np.array(w))), state, w)
        w = optax.apply_updates(w, updates)
        path.append(np.array(w))
    return np.array(path)


@pytest.mark.parametrize("seed", range(5))
def test_the_predicted_limit_parts_what_converges_from_what_explodes(seed):
    rng = np.random.default_rng(seed)
    A, start = np.array(bowl(rng, 4)), rng.normal(size=4)
    limit, best, factor = step_limits(A)
    for share, arrives in ((0.98, True), (1.02, False)):
        end = np.linalg.matrix_power(np.eye(4) - share * limit * A, 2000) @ start
        assert (np.linalg.norm(end) < 0.1) == arrives
    spread = [np.linalg.norm(np.eye(4) - rate * A, 2) for rate in best * np.array([0.99, 1, 1.01])]
    assert spread[1] == pytest.approx(factor, rel=1e-12)
    assert spread[1] == min(spread)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_momentum_is_optax_s_and_the_library_s(share):
    wanted = optax_path(optax.sgd(0.001, momentum=share), BANANA.start, 150)
    start, rates = np.array(BANANA.start), np.full(150, 0.001)
    yours = momentum_path(BANANA.gradient, start, rates, share)
    assert yours == pytest.approx(wanted, rel=1e-9)
    theirs = opt.walks(BANANA, {"": opt.Momentum(0.001, share)}, BANANA.start, 150)[""]
    assert yours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9])
def test_where_nesterov_asks_is_where_optax_and_the_library_stand(share):
    start = np.array(BANANA.start)
    _, asked = nesterov_path(BANANA.gradient, start, 151, 0.0005, share)
    wanted = optax_path(optax.sgd(0.0005, momentum=share, nesterov=True), BANANA.start, 150)
    assert asked == pytest.approx(wanted, rel=1e-9)
    theirs = opt.walks(BANANA, {"": opt.Nesterov(0.0005, share)}, BANANA.start, 150)[""]
    assert asked == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("settings", [(), (0.05,), (0.02, 0.8, 0.95, 0.1)])
def test_adam_is_optax_s_and_the_library_s(settings):
    names = ("learning_rate", "b1", "b2", "eps")
    given = dict(zip(names, (settings or (0.001,)), strict=False))
    wanted = optax_path(optax.adam(**given), BANANA.start, 200)
    yours = adam_path(BANANA.gradient, np.array(BANANA.start), 200, *settings)
    assert yours == pytest.approx(wanted, rel=1e-9)
    theirs = opt.walks(BANANA, {"": opt.Adam(*settings)}, BANANA.start, 200)[""]
    assert yours == pytest.approx(theirs, rel=1e-9)


def test_what_is_kept_in_one_direction_balances_the_other():
    """Detailed balance: exp(-a / T) p(a to b) = exp(-b / T) p(b to a), for all levels a and b."""
    levels, T = np.array([0.0, 0.4, 1.1, 3.0]), 0.7
    for a, b in itertools.combinations(levels, 2):
        up, down = keep_probability(np.array([b - a, a - b]), T)
        assert np.exp(-a / T) * up == pytest.approx(np.exp(-b / T) * down, rel=1e-12)


def test_the_library_keeps_with_that_probability():
    rng = np.random.default_rng(0)
    for delta in (-0.5, 0.0, 0.3, 1.5):
        kept = np.mean([metropolis(delta, 0.8, rng) for _ in range(20_000)])
        (p,) = keep_probability(np.array([delta]), 0.8)
        assert kept == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / 20_000) + 1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_newton_s_step_is_scipy_s(seed):
    """SciPy begins with the unit matrix: with S / gamma, whose own gamma is 1, H is H / gamma."""
    rng = np.random.default_rng(seed)
    (S, Y), g = draw(rng, 4, 7), rng.normal(size=7)
    gamma = scale(S[-1], Y[-1])
    wanted = gamma * LbfgsInvHessProduct(S / gamma, Y).matvec(g)
    assert newton_step(g, S, Y) == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_minibatches_and_slopes_are_what_they_show():
    rng = np.random.default_rng(0)
    words = {"np": np, "itertools": itertools}
    drawn, tilted, w = batches(rng, 3), slope(rng, 2), rng.normal(size=3)
    typed = eval(repr(drawn), words)
    for k in range(4):
        assert typed(w) == pytest.approx(drawn(w), rel=1e-14)
        assert drawn(w) == pytest.approx(drawn.of(2 * k + 1, w), rel=1e-14)
        typed(w)
    assert eval(repr(tilted), words)(w[:2]) == pytest.approx(tilted(w[:2]), rel=1e-14)
    with pytest.raises(ValueError, match="a point of 3 numbers, and it got shape"):
        drawn(w[0])
    with pytest.raises(ValueError, match="a point of 2 numbers"):
        Batches([[1.0, 0.0], [0.0, 1.0]], [1.0, 1.0])(w)
