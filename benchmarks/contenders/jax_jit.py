"""JAX: a training step compiled by XLA and called for each minibatch, or a whole epoch compiled."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

AXES = "NHWC", "OIHW", "NHWC"


def training(work):
    """A step at a time, as a loop in Python that can look at what it does."""
    return loop(work, *parts(work, dense_loss(work)))


def convnet(work):
    """The same with a convolutional network."""
    return loop(work, *parts(work, convnet_loss(work)))


def loop(work, X, targets, weights, state, step):
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
    X, targets, weights, state, step = parts(work, dense_loss(work))
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


def parts(work, loss):
    """Data, first weights, the optimizer's state, and a step to be compiled."""
    X, y = work.data()
    weights = [tuple(jnp.asarray(array, jnp.float32) for array in pair) for pair in work.weights()]
    optimizer = {"sgd": optax.sgd, "adam": optax.adam}[work.optimizer](work.rate)
    state = optimizer.init(weights)
    targets = np.eye(work.sizes[-1], dtype=np.float32)[y]

    def step(weights, state, x, t):
        updates, state = optimizer.update(jax.grad(loss)(weights, x, t), state, weights)
        return optax.apply_updates(weights, updates), state

    return X, targets, weights, state, step


def dense_loss(work):
    """The loss as a function of weights, inputs and targets."""

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

    return loss


def convnet_loss(work):
    """The same for images, with the channels last, which XLA is quickest at."""

    def loss(weights, x, t):
        *filters, (W3, b3), (W4, b4) = weights
        a = x.reshape(-1, work.side, work.side, 1)
        for W, b in filters:
            z = jax.lax.conv_general_dilated(a, W, (1, 1), "VALID", dimension_numbers=AXES) + b
            n, height, width, maps = z.shape
            fields = z.reshape(n, height // 2, 2, width // 2, 2, maps)
            a = jax.nn.relu(fields.max(axis=(2, 4)))
        a = a.transpose(0, 3, 1, 2).reshape(len(x), -1)
        z = jax.nn.relu(a @ W3.T + b3) @ W4.T + b4
        return optax.softmax_cross_entropy(z, t).mean()

    return loss
