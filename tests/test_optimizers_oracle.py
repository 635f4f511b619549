"""Every optimizer's path, 200 steps over a non-convex surface, against optax's or the paper's.

Starts and hyperparameters are random. Where optax has the same definition, it is the judge; where
it has another one, or none, the judge is a slow loop over single numbers, written here from the
paper.
"""

import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from nnlib.gates import Parameter, Unit
from nnlib.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    ClipNorm,
    ClipValue,
    Gains,
    GradientNoise,
    Momentum,
    Nesterov,
    RMSprop,
    Rprop,
)

jax.config.update("jax_enable_x64", True)
pytestmark = pytest.mark.filterwarnings("error")
STEPS = 200
SIZE = 20
seeds = pytest.mark.parametrize("seed", range(4))


def surface(w, A):
    """1/2 sum of log(1 + (A w)**2) + 0.1 * sum of cos(3 w): bounded slopes, many minima."""
    return jnp.log1p((A @ w) ** 2).sum() / 2 + 0.1 * jnp.cos(3 * w).sum()


slope = jax.jit(jax.grad(surface))


class Problem:
    """The surface with a random A, and a random place to start from."""

    def __init__(self, seed):
        self.rng = np.random.default_rng([seed, 5])
        self.A = self.rng.standard_normal((30, SIZE)) / 4
        self.start = 2 * self.rng.standard_normal(SIZE)

    def gradient(self, w):
        z = self.A @ w
        return self.A.T @ (z / (1 + z**2)) - 0.3 * np.sin(3 * w)

    def between(self, low, high):
        """A random hyperparameter, uniform in its logarithm."""
        return float(low * (high / low) ** self.rng.random())


def ours(optimizer, problem, steps=STEPS, decays=True):
    """The path (steps + 1, SIZE): a matrix (3, 4), a vector (4,) and four Units move together."""
    w = problem.start
    matrix = Parameter(w[:12].reshape(3, 4), decays=decays)
    vector = Parameter(w[12:16], decays=False if decays is not True else True)
    units = [Unit(value) for value in w[16:]]
    parameters = [matrix, vector, *units]
    path = [w]
    for _ in range(steps):
        g = problem.gradient(path[-1])
        matrix.grad[...] = g[:12].reshape(3, 4)
        vector.grad[...] = g[12:16]
        for unit, grad in zip(units, g[16:], strict=True):
            unit.grad = float(grad)
        optimizer.step(parameters)
        numbers = [unit.value for unit in units]
        path.append(np.concatenate([matrix.value.ravel(), vector.value, numbers]))
    return np.array(path)


def theirs(transformation, problem, steps=STEPS):
    """optax's path (steps + 1, SIZE), with JAX's derivative of the surface."""
    w = jnp.array(problem.start)
    state = transformation.init(w)
    path = [w]
    for _ in range(steps):
        updates, state = transformation.update(slope(w, problem.A), state, w)
        w = optax.apply_updates(w, updates)
        path.append(w)
    return np.array(path)


def by_hand(update, problem, steps=STEPS):
    """The path of `update(i, w_i, g_i, t)`, one number at a time; `update` keeps its own memory."""
    path = [problem.start]
    for t in range(1, steps + 1):
        g = problem.gradient(path[-1])
        row = [update(i, float(path[-1][i]), float(g[i]), t) for i in range(SIZE)]
        path.append(np.array(row))
    return np.array(path)


def agree(path, reference):
    assert np.abs(np.diff(reference, axis=0)).max(axis=1).min() > 0  # it moved at every step
    np.testing.assert_allclose(path, reference, rtol=1e-9, atol=1e-9)


def test_the_problem_is_not_convex_and_its_gradient_is_right():
    problem = Problem(0)
    w = problem.start
    assert np.linalg.eigvalsh(jax.hessian(surface)(w, problem.A))[0] < -0.1
    np.testing.assert_allclose(problem.gradient(w), slope(w, problem.A), atol=1e-13)


def same_definition(problem):
    """Pairs that both define in the same way, with random hyperparameters."""
    between = problem.between
    rate, small, decay = between(1e-2, 0.3), between(1e-3, 3e-2), between(0.3, 0.99)
    beta1, beta2, epsilon = between(0.5, 0.95), between(0.9, 0.999), between(1e-8, 1e-2)
    fine, slow = between(1e-3, 2e-2), between(0.8, 0.99)  # steps without regard to slopes swing

    def falling(step):
        return rate / (1 + 0.03 * step)

    return {
        "SGD": (SGD(rate), optax.sgd(rate)),
        "SGD under a schedule": (SGD(falling), optax.sgd(falling)),
        "Momentum": (Momentum(small, decay), optax.sgd(small, decay)),
        "Momentum 0": (Momentum(rate, 0.0), optax.sgd(rate)),
        "Nesterov": (Nesterov(small, decay), optax.sgd(small, decay, nesterov=True)),
        # epsilon beside the root and not under it: 1e-300 is nothing in either place
        "Adagrad": (Adagrad(rate, 1e-300), optax.adagrad(rate, 0.0, 0.0)),
        "RMSprop": (
            RMSprop(fine, slow, 0.1 + epsilon),
            optax.rmsprop(fine, slow, 0.1 + epsilon, eps_in_sqrt=False),
        ),
        "Adadelta": (Adadelta(2 * rate, decay, epsilon), optax.adadelta(2 * rate, decay, epsilon)),
        "Adam": (Adam(fine, beta1, beta2, epsilon), optax.adam(fine, beta1, beta2, epsilon)),
        "Adam without memory": (Adam(fine, 0.0, 0.0, 0.1), optax.adam(fine, 0.0, 0.0, 0.1)),
        "Adam under a schedule": (Adam(falling), optax.adam(falling)),
        "ClipNorm": (
            Momentum(rate, transforms=[ClipNorm(0.5)]),
            optax.chain(optax.clip_by_global_norm(0.5), optax.sgd(rate, 0.9)),
        ),
        "ClipValue, then ClipNorm": (
            Adam(rate, transforms=[ClipValue(0.2), ClipNorm(0.4)]),
            optax.chain(optax.clip(0.2), optax.clip_by_global_norm(0.4), optax.adam(rate)),
        ),
    }


@seeds
@pytest.mark.parametrize("name", same_definition(Problem(0)))
def test_optax_walks_the_same_path(name, seed):
    problem = Problem(seed)
    optimizer, transformation = same_definition(problem)[name]
    agree(ours(optimizer, problem), theirs(transformation, problem))


@seeds
@pytest.mark.parametrize("name", ["Adam", "RMSprop", "Adagrad", "Adadelta", "Momentum"])
def test_optax_takes_the_same_steps_for_the_same_gradients(name, seed):
    """Hyperparameters that would make a path chaotic: gradients of any size, epsilon near 0."""
    rng = np.random.default_rng([seed, 6])
    decay, epsilon = rng.uniform(0, 0.999), 10 ** rng.uniform(-12, 0)
    optimizer, transformation = {
        "Adam": (Adam(1, decay, 0.99, epsilon), optax.adam(1, decay, 0.99, epsilon)),
        "RMSprop": (
            RMSprop(1, decay, epsilon),
            optax.rmsprop(1, decay, epsilon, eps_in_sqrt=False),
        ),
        "Adagrad": (Adagrad(1, 1e-300), optax.adagrad(1, 0, 0)),
        "Adadelta": (Adadelta(1, decay, epsilon), optax.adadelta(1, decay, epsilon)),
        "Momentum": (Momentum(1, decay), optax.sgd(1, decay)),
    }[name]
    w = Parameter(np.zeros(SIZE))
    state = transformation.init(jnp.zeros(SIZE))
    for _ in range(STEPS):
        w.value[...] = 0
        w.grad[...] = rng.standard_normal(SIZE) * 10 ** rng.uniform(-6, 3, SIZE)
        optimizer.step([w])
        updates, state = transformation.update(jnp.array(w.grad), state, jnp.zeros(SIZE))
        np.testing.assert_allclose(w.value, updates, rtol=1e-9)


@seeds
def test_adamw_is_optaxs_after_its_decay_is_divided_by_the_rate(seed):
    """The paper: w -= eta (alpha ... + decay w); optax: w -= alpha eta (... + decay' w)."""
    problem = Problem(seed)
    alpha, decay = problem.between(0.01, 0.1), problem.between(0.001, 0.02)

    class Falling:
        peak = alpha

        def __call__(self, step):
            return alpha / (1 + 0.03 * step)

    theirs_constant = optax.adamw(alpha, weight_decay=decay / alpha)
    theirs_falling = optax.adamw(Falling(), weight_decay=decay / alpha)
    agree(ours(AdamW(alpha, weight_decay=decay), problem), theirs(theirs_constant, problem))
    agree(ours(AdamW(Falling(), weight_decay=decay), problem), theirs(theirs_falling, problem))
    with_their_number = AdamW(Falling(), weight_decay=decay / alpha, alpha=1)
    agree(ours(with_their_number, problem), theirs(theirs_falling, problem))


def test_adamw_decays_what_decays():
    """Matrix: by a mask within it, as a network's vector has one; vector: no; Units: yes."""
    problem = Problem(7)
    mask = np.arange(12).reshape(3, 4) % 3 == 0
    whole = np.concatenate([mask.ravel(), np.zeros(4, bool), np.ones(4, bool)])
    transformation = optax.chain(
        optax.scale_by_adam(),
        optax.stateless_with_tree_map(lambda g, w: g + 0.2 * w * whole),
        optax.scale_by_learning_rate(0.05),
    )
    path = ours(AdamW(0.05, weight_decay=0.01), problem, decays=mask)
    agree(path, theirs(transformation, problem))


def falling(step):
    return 0.05 / (1 + 0.1 * step)


@seeds
def test_momentum_is_the_papers_under_a_schedule(seed):
    """Sutskever et al., 2013, equations 1 and 2: a new rate acts on the new push alone."""
    problem, v = Problem(seed), [0.0] * SIZE
    mu = problem.between(0.5, 0.99)

    def update(i, w, g, t):
        v[i] = mu * v[i] - falling(t - 1) * g
        return w + v[i]

    agree(ours(Momentum(falling, mu), problem), by_hand(update, problem))


@seeds
@pytest.mark.parametrize("rate", [0.02, falling], ids=["constant", "falling"])
def test_nesterov_looks_ahead(rate, seed):
    """Equations 3 and 4 with the gradient at p + mu v, which is where our w stands."""
    problem, mu = Problem(seed), 0.8
    p, v = problem.start, np.zeros(SIZE)
    ahead = [p]
    for t in range(STEPS):
        v = mu * v - (rate(t) if callable(rate) else rate) * problem.gradient(p + mu * v)
        p = p + v
        ahead.append(p + mu * v)
    agree(ours(Nesterov(rate, mu), problem), np.array(ahead))


@seeds
def test_adagrad_is_the_papers(seed):
    """Duchi et al., 2011, figure 1: H = delta I + diag(s), s_i the norm of all g_i so far."""
    problem, squares = Problem(seed), [0.0] * SIZE
    rate, delta = problem.between(0.05, 1.0), problem.between(1e-3, 1.0)

    def update(i, w, g, t):
        squares[i] += g**2
        return w - rate * g / (delta + math.sqrt(squares[i]))

    agree(ours(Adagrad(rate, delta), problem), by_hand(update, problem))


@seeds
def test_gains_are_hintons(seed):
    """Lecture 6d: a gain grows by 0.05 where the sign stays and shrinks to 0.95 elsewhere."""
    problem, gain, last = Problem(seed), [1.0] * SIZE, [None] * SIZE
    rate, shrunk = problem.between(0.3, 0.6), []

    def update(i, w, g, t):
        if last[i] is not None:
            shrunk.append(g * last[i] <= 0)
            gain[i] = gain[i] + 0.05 if g * last[i] > 0 else gain[i] * 0.95
            gain[i] = min(max(gain[i], 0.6), 1.5)
        last[i] = g
        return w - rate * gain[i] * g

    path = ours(Gains(rate, minimum=0.6, maximum=1.5), problem)
    agree(path, by_hand(update, problem))
    assert 100 < sum(shrunk) < len(shrunk) - 100


@seeds
@pytest.mark.parametrize("backtracking", [True, False])
def test_rprop_is_riedmillers_and_brauns(backtracking, seed):
    """The three cases of the product of two slopes: 1993, and without backtracking iRprop-."""
    problem = Problem(seed)
    first, low, high = problem.between(0.01, 0.3), 1e-4, 0.5
    delta, dw, last = [first] * SIZE, [0.0] * SIZE, [0.0] * SIZE
    turned = 0

    def update(i, w, g, t):
        nonlocal turned
        sign = (g > 0) - (g < 0)
        if last[i] * g > 0:
            delta[i] = min(delta[i] * 1.2, high)
            dw[i] = -sign * delta[i]
            last[i] = g
        elif last[i] * g < 0:
            turned += 1
            delta[i] = max(delta[i] * 0.5, low)
            dw[i] = -dw[i] if backtracking else 0.0
            last[i] = 0.0
        else:
            dw[i] = -sign * delta[i]
            last[i] = g
        return w + dw[i]

    optimizer = Rprop(first, minimum=low, maximum=high, backtracking=backtracking)
    agree(ours(optimizer, problem), by_hand(update, problem))
    assert turned > SIZE


@seeds
def test_optaxs_rprop_lags_one_step_behind(seed):
    """For the same gradients optax takes the step that Rprop took the time before, or none."""
    rng = np.random.default_rng(seed)
    gradients = rng.standard_normal((STEPS, SIZE)) + 0.5
    w = Parameter(np.zeros(SIZE))
    optimizer = Rprop(0.1, 0.4, 1.3, 1e-3, 0.7, backtracking=False)
    transformation = optax.rprop(0.1, 0.4, 1.3, 1e-3, 0.7)
    state = transformation.init(jnp.zeros(SIZE))
    before, last_sign = np.zeros(SIZE), np.zeros(SIZE)
    for g in gradients:
        w.value[...], w.grad[...] = 0, g
        optimizer.step([w])
        theirs, state = transformation.update(jnp.array(g), state)
        turned = last_sign * np.sign(g) < 0
        np.testing.assert_allclose(theirs, np.where(turned, 0, before), atol=1e-12)
        assert turned.tolist() == (w.value == 0).tolist()
        before, last_sign = w.value.copy(), np.where(turned, 0, np.sign(g))


@seeds
def test_gradient_noise_is_neelakantans(seed):
    """sigma**2 = eta / (1 + t)**gamma, t from 0; arrays draw before the numbers."""
    problem, eta, gamma = Problem(seed), 0.3, 0.55
    twin = np.random.default_rng(seed)
    path = [problem.start]
    for t in range(STEPS):
        noise = twin.standard_normal(SIZE)
        noisy = problem.gradient(path[-1]) + math.sqrt(eta / (1 + t) ** gamma) * noise
        path.append(path[-1] - 0.05 * noisy)
    noise = GradientNoise(eta, gamma, rng=np.random.default_rng(seed))
    agree(ours(SGD(0.05, transforms=[noise]), problem), np.array(path))
