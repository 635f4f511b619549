"""Nielsen's network with given weights and minibatches gives his update, derived here on its own.

The four equations of backpropagation (Nielsen, 2015, chapter 2), one example at a time:

    BP1  delta^L = (a^L - t) * sigma'(z^L)                for the quadratic cost
    BP2  delta^l = ((w^(l+1))^T delta^(l+1)) * sigma'(z^l)
    BP3  dC/db^l = delta^l
    BP4  dC/dw^l = delta^l (a^(l-1))^T

and his step: w -> w - eta/m sum_x dC_x/dw, b -> b - eta/m sum_x dC_x/db. Nothing of the library is
used for them.
"""

import math

import numpy as np
import pytest

from nnlib import SGD, Dense, Network, Normal, Sigmoid, SoftmaxCrossEntropy, SquaredError, Trainer


def gradient_of_example(weights, biases, x, t):
    """BP1 to BP4 for one example x, t of lists, with sums written out; lists of dW and db."""
    a, z = [x], []
    for W, b in zip(weights, biases, strict=True):
        z.append([sum(w * v for w, v in zip(row, a[-1], strict=True)) + c
                  for row, c in zip(W, b, strict=True)])  # fmt: skip
        a.append([1 / (1 + math.exp(-s)) for s in z[-1]])
    slope = [[1 / (2 + math.exp(s) + math.exp(-s)) for s in layer] for layer in z]
    delta = [(v - u) * s for v, u, s in zip(a[-1], t, slope[-1], strict=True)]  # BP1
    dW, db = [], []
    for layer in reversed(range(len(weights))):
        db.insert(0, delta)  # BP3
        dW.insert(0, [[d * v for v in a[layer]] for d in delta])  # BP4
        if layer:
            W = weights[layer]
            pulled = [sum(W[j][k] * delta[j] for j in range(len(W))) for k in range(len(W[0]))]
            delta = [p * s for p, s in zip(pulled, slope[layer - 1], strict=True)]  # BP2
    return dW, db


def step_of_minibatch(weights, biases, examples, eta):
    """The new weights and biases after one of his steps, as arrays."""
    grads = [gradient_of_example(weights, biases, x, t) for x, t in examples]
    eta_m = eta / len(examples)
    new_W = [np.array(W) - eta_m * sum(np.array(dW[layer]) for dW, _ in grads)
             for layer, W in enumerate(weights)]  # fmt: skip
    new_b = [np.array(b) - eta_m * sum(np.array(db[layer]) for _, db in grads)
             for layer, b in enumerate(biases)]  # fmt: skip
    return new_W, new_b


def his_network(sizes, rng, dtype=np.float64):
    """All weights and biases normal with mean 0 and standard deviation 1, as in his chapter 1."""
    layers = []
    for fan_in, fan_out in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [Dense(fan_in, fan_out, weights=Normal(), bias=Normal()), Sigmoid()]
    return Network(layers, loss=SquaredError(), rng=rng, dtype=dtype)


def lists_of(network):
    dense = network.layers[::2]
    return [d.W.value.tolist() for d in dense], [d.b.value.ravel().tolist() for d in dense]


def assert_update(network, weights, biases, tolerance):
    for dense, W, b in zip(network.layers[::2], weights, biases, strict=True):
        assert np.abs(dense.W.value - W).max() <= tolerance
        assert np.abs(dense.b.value.ravel() - b).max() <= tolerance


def examples_of(X, y, classes):
    return [(x.tolist(), [float(k == label) for k in range(classes)])
            for x, label in zip(X, y, strict=True)]  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_one_step_of_a_random_network_is_his(seed):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 9, rng.integers(2, 6)).tolist()
    network, eta = his_network(sizes, rng), float(rng.uniform(0.1, 5))
    X = rng.random((int(rng.integers(1, 12)), sizes[0]))
    y = rng.integers(0, sizes[-1], len(X))
    wanted = step_of_minibatch(*lists_of(network), examples_of(X, y, sizes[-1]), eta)
    network.gradient(X, y)
    SGD(eta).step([network])
    assert_update(network, *wanted, tolerance=1e-12)


def test_his_first_network_on_his_minibatches():
    """[784, 30, 10], eta 3.0, minibatches of 10, through the trainer's own loop, two steps."""
    rng = np.random.default_rng(0)
    X = rng.random((20, 784)) * (rng.random((20, 784)) < 0.19)
    y = rng.integers(0, 10, 20)
    network = his_network([784, 30, 10], rng)
    weights, biases = lists_of(network)
    order = np.random.default_rng(5).permutation(20)
    for minibatch in (order[:10], order[10:]):
        examples = examples_of(X[minibatch], y[minibatch], 10)
        new = step_of_minibatch(weights, biases, examples, 3.0)
        weights, biases = ([array.tolist() for array in arrays] for arrays in new)
    trainer = Trainer(network, SGD(3.0), rng=np.random.default_rng(5))
    trainer.fit(X, y, epochs=1, batch_size=10)
    assert_update(network, weights, biases, tolerance=1e-12)


def test_fifty_steps_in_float32_stay_near():
    rng = np.random.default_rng(1)
    X, y = rng.random((50, 12)), rng.integers(0, 4, 50)
    exact = his_network([12, 7, 4], np.random.default_rng(2))
    rough = his_network([12, 7, 4], np.random.default_rng(2), dtype=np.float32)
    for network in (exact, rough):
        Trainer(network, SGD(3.0), rng=np.random.default_rng(3)).fit(X, y, epochs=5, batch_size=5)
    assert np.abs(exact.parameters_vector - rough.parameters_vector).max() < 1e-4


def test_the_cross_entropy_s_output_delta_has_no_slope():
    """His equation 68 in its softmax form (3.83): delta^L = a^L - t."""
    rng = np.random.default_rng(0)
    network = Network([Dense(3, 4, weights=Normal())], loss=SoftmaxCrossEntropy(), rng=rng)
    x, label = rng.normal(size=3), 2
    z = network.layers[0].W.value @ x
    a = np.exp(z) / np.exp(z).sum()
    delta = a - (np.arange(4) == label)
    network.gradient(x[np.newaxis], [label])
    assert np.allclose(network.layers[0].W.grad, np.outer(delta, x), rtol=0, atol=1e-15)
    assert np.allclose(network.layers[0].b.grad.ravel(), delta, rtol=0, atol=1e-15)
