"""JAX: a training step compiled by XLA, called for each minibatch."""

import jax
import jax.numpy as jnp
import numpy as np
import optax


def training(work):
    X, y = work.data()
    weights = [tuple(jnp.asarray(array, jnp.float32) for array in pair) for pair in work.weights()]
    optimizer = {"sgd": optax.sgd, "adam": optax.adam}[work.optimizer](work.rate)
    state = optimizer.init(weights)
    targets = np.eye(work.sizes[-1], dtype=np.float32)[y]
    rng = np.random.default_rng(2)

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

    @jax.jit
    def step(weights, state, x, t):
        updates, state = optimizer.update(jax.grad(loss)(weights, x, t), state, weights)
        return optax.apply_updates(weights, updates), state

    def run():
        nonlocal weights, state
        order = rng.permutation(len(X))
        for start in range(0, len(X), work.batch):
            index = order[start : start + work.batch]
            weights, state = step(weights, state, X[index], targets[index])
        jax.block_until_ready(weights)

    return run, work.epoch
