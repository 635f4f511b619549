"""JAX: a training step compiled by XLA and called for each minibatch, or a whole epoch compiled."""

import jax
import jax.numpy as jnp
import numpy as np
import optax


def training(work):
    """A step at a time, as a loop in Python that can look at what it does."""
    X, targets, weights, state, step = parts(work)
    step = jax.jit(step, donate_argnums=(0, 1))
    rng = np.random.default_rng(2)

    def run():
        nonlocal weights, state
        order = rng.permutation(len(X))
        for start in range(0, len(X), work.batch):
            index = order[start : start + work.batch]
            weights, state = step(weights, state, X[index], targets[index])
        jax.block_until_ready(weights)

    return run, work.epoch


def epoch(work):
    """All steps of an epoch in one compiled loop (lax.scan), the data inside of it."""
    X, targets, weights, state, step = parts(work)
    X, targets = jnp.asarray(X), jnp.asarray(targets)
    rng = np.random.default_rng(2)
    steps = len(X) // work.batch

    @jax.jit
    def compiled(weights, state, order):
        def body(carry, index):
            return step(*carry, X[index], targets[index]), None

        return jax.lax.scan(body, (weights, state), order)[0]

    def run():
        nonlocal weights, state
        order = rng.permutation(len(X))[: steps * work.batch].reshape(steps, work.batch)
        weights, state = jax.block_until_ready(compiled(weights, state, order))

    return run, steps


def parts(work):
    """Data, first weights, the optimizer's state, and a step to be compiled."""
    X, y = work.data()
    weights = [tuple(jnp.asarray(array, jnp.float32) for array in pair) for pair in work.weights()]
    optimizer = {"sgd": optax.sgd, "adam": optax.adam}[work.optimizer](work.rate)
    state = optimizer.init(weights)
    targets = np.eye(work.sizes[-1], dtype=np.float32)[y]

    def loss(weights, x, t):
        a = x
        for index, (W, b) in enumerate(weights):
            z = a @ W.T + b
            if work.activation == "sigmoid":
                a = jax.nn.sigmoid(z)
            else:
                a = jax.nn.relu(z) if index < len(weights) - 1 else z
        if work.activation == "sigmoid":
            return ((a - t) ** 2).sum() / (2 * len(t))
        return optax.softmax_cross_entropy(a, t).mean()

    def step(weights, state, x, t):
        updates, state = optimizer.update(jax.grad(loss)(weights, x, t), state, weights)
        return optax.apply_updates(weights, updates), state

    return X, targets, weights, state, step
