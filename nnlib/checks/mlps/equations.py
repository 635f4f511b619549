"""Exercise 4.3: the four equations, for tanh layers of any number below a softmax."""

import numpy as np

from nnlib.checks.answers import matrices, several
from nnlib.checks.exercise import Exercise, close, same
from nnlib.gradients import complex_step

FLOAT32 = 1e-6  # p - t of a p near 1 keeps no more digits in float32
LINEAR = "the last layer hands its z to softmax as it is: tanh belongs to the hidden layers alone"


def network_gradients(weights, biases, X, y):
    """The gradients (dW, db) of the mean cost: lists, first layer first."""
    a = [X.T]
    for W, b in zip(weights[:-1], biases[:-1]):
        a.append(np.tanh(W @ a[-1] + b))
    z = weights[-1] @ a[-1] + biases[-1]
    E = np.exp(z - z.max(axis=0))
    delta = E / E.sum(axis=0)
    delta[y, np.arange(len(y))] -= 1
    delta /= len(y)
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, delta @ a[l].T)
        db.insert(0, delta.sum(axis=1, keepdims=True))
        delta = (weights[l].T @ delta) * (1 - a[l] ** 2)
    return dW, db


EXERCISE = Exercise(
    "4.3",
    "Send the mistake back through any number of layers",
    network_gradients,
    answer=several(matrices("dW", 0), matrices("db", 1), names="dW and db"),
    hints=(
        "Begin with a network of one layer: it has no hidden one. Its activations are a = X.T, its "
        "scores z = W @ a + b, and its delta is (p - t) / n, where t has a 1 at each example's "
        "label. Equations (3) and (4) then give db and dW, and the first property passes.",
        "On the way forward keep every layer's activations in a list, X.T first: for the weights "
        "of layer l (counted from 0) a[l] is what comes *in*. All layers but the last apply tanh.",
        "On the way back go through the layers in reversed order. Of each, first note its dW and "
        "db, then take the delta one layer back: through the transpose of this layer's weights, "
        "and then times the slope of the tanh below. The slope of tanh is 1 minus its own output "
        "squared.",
        "dW.insert(0, ...) puts a layer's gradient in front of those of the layers above it. In "
        "delta -= ..., delta /= ... make sure that delta is an array of your own.",
    ),
    errors={
        "dW[0] has to be of shape": "a gradient has the shape of its weights, (neurons, inputs): "
        "delta @ a.T, with the a that went in; and the answer is (dW, db), in this order",
        "db[0] has to be of shape": "a bias is a column, (neurons, 1), and so is its gradient: "
        "delta.sum(axis=1, keepdims=True)",
        "is not a finite number": "exp of a large score overflows, and if the largest score of "
        "*all* is taken away every exp of another column is 0: neither inf / inf nor 0 / 0 is a "
        "number. Take each column's own largest score away before exp",
        "changed what it was given as weights": "the weights belong to the caller: work on copies, "
        "[W.copy() for W in weights]: a copy of the list still holds the same arrays",
        "changed what it was given as biases": "the biases belong to the caller: work on copies, "
        "[b.copy() for b in biases]: a copy of the list still holds the same arrays",
        "mismatch in its core dimension": "shapes: X.T is (features, n), each W (neurons, "
        "inputs); W @ a goes forward, W.T @ delta goes back, delta @ a.T is a gradient of W's "
        "shape",
        "not aligned": "shapes: W @ a goes forward, W.T @ delta goes back, delta @ a.T is a "
        "gradient of W's shape",
        "could not be broadcast": "two arrays of different layers meet: a delta that has come back "
        "through the weights of layer l is multiplied by the slope at a[l], what went into it",
        "index out of range": "there are as many layers as len(weights), any number from 1 on: "
        "let a loop count them",
    },
    seconds=10.0,
)


def draw(rng, sizes, n):
    """A network of these layer sizes, and n examples."""
    weights = [rng.normal(size=(out, fan_in)) for fan_in, out in zip(sizes, sizes[1:])]  # noqa: B905
    biases = [rng.normal(size=(out, 1)) for out in sizes[1:]]
    return weights, biases, rng.normal(size=(n, sizes[0])), rng.integers(sizes[-1], size=n)


def cost_of(weights, biases, X, y):
    """The mean of -log p, one example at a time, with real or complex weights."""
    total = 0.0
    for x, label in zip(X, y, strict=True):
        a = x[:, None]
        for W, b in zip(weights[:-1], biases[:-1], strict=True):
            a = np.tanh(W @ a + b)
        z = (weights[-1] @ a + biases[-1])[:, 0]
        z = z - max(z.real)
        total = total + np.log(sum(np.exp(z))) - z[label]
    return total / len(y)


def measured(weights, biases, X, y):
    """All gradients without calculus, as (dW, db)."""
    parameters = [*weights, *biases]
    found = []
    for k, parameter in enumerate(parameters):

        def cost(value, k=k):
            moved = [*parameters[:k], value, *parameters[k + 1 :]]
            return cost_of(moved[: len(weights)], moved[len(weights) :], X, y)

        found.append(complex_step(cost, parameter))
    return found[: len(weights)], found[len(weights) :]


def delta_of(z, y):
    """(p - t) / n."""
    E = np.exp(z - z.max(axis=0))
    return (E / E.sum(axis=0) - np.eye(len(z))[:, y]) / len(y)


def mistaken(weights, biases, X, y, *, slope=lambda z: 1 - np.tanh(z) ** 2, last=delta_of):
    """The gradients that come out with another slope, or with another delta of the last layer."""
    a, z = [X.T], []
    for W, b in zip(weights, biases, strict=True):
        z.append(W @ a[-1] + b)
        a.append(np.tanh(z[-1]))
    delta, dW, db = last(z[-1], y), [], []
    for l in reversed(range(len(weights))):
        dW, db = [delta @ a[l].T, *dW], [delta.sum(axis=1, keepdims=True), *db]
        if l:
            delta = (weights[l].T @ delta) * slope(z[l - 1])
    return dW, db


def squashed(z, y):
    return delta_of(z, y) * (1 - np.tanh(z) ** 2)


def squashed_forward(z, y):
    return delta_of(np.tanh(z), y)


def squashed_both_ways(z, y):
    return delta_of(np.tanh(z), y) * (1 - np.tanh(z) ** 2)


def squared(z, y):
    p = delta_of(z, y) * len(y) + np.eye(len(z))[:, y]
    return (p - np.eye(len(z))[:, y]) * p * (1 - p) / len(y)


def labels_as_numbers(z, y):
    return (delta_of(z, y) * len(y) + np.eye(len(z))[:, y] - y) / len(y)


def compare(f, network, mistakes=()):
    """Compare all gradients; a mistake is named where it explains every one of them."""
    dW, db = f(*network)
    wanted_W, wanted_b = measured(*network)
    n = len(network[-1])

    def scaled(factor):
        return [g * factor for g in wanted_W], [g * factor for g in wanted_b]

    known = [
        (scaled(n), "the cost is a mean: divide by the number of examples, once, in the last "
         "layer's delta"),
        (scaled(1 / n), "this divides by the number of examples twice"),
        (scaled(-1), "the sign: the last layer's delta is p - t; this is t - p"),
        *mistakes,
    ]  # fmt: skip
    whole = [why for (W, b), why in known if _same_lists([*dW, *db], [*W, *b])]
    for l in reversed(range(len(dW))):
        of_bias = [
            (wanted_b[l] / n, "a bias serves all examples: add the columns of delta up; this takes "
             "their mean"),
            (0 * wanted_b[l], "this bias has a gradient, too: the sum of the columns of its "
             "layer's delta"),
        ]  # fmt: skip
        for name, yours, wanted, k in (("dW", dW, wanted_W, 0), ("db", db, wanted_b, 1)):
            parts = [*(of_bias if k else ()), *((value[k][l], why) for value, why in known)]
            told = [(yours[l], whole[0])] if whole else parts
            same(f"{name}[{l}]", yours[l], wanted[l], mistakes=told, atol=FLOAT32)


def _same_lists(yours, others):
    return all(close(a, b, FLOAT32) for a, b in zip(yours, others, strict=True))


@EXERCISE.asks(
    "a single layer",
    points=2,
    usually="the last layer's delta is (p - t) / n; equations (3) and (4) make db and dW of it",
)
def single_layer(f, rng):
    network = draw(rng, (3, 4), 5)
    weights, biases, X, y = network
    compare(
        f,
        network,
        mistakes=[
            (mistaken(*network, last=squashed), "the last layer hands its scores to softmax "
             "without a tanh: no slope of tanh belongs to its delta"),
            (mistaken(*network, last=squashed_forward), LINEAR),
            (mistaken(*network, last=squashed_both_ways), LINEAR),
            (mistaken(*network, last=squared), "with the log-likelihood the slope of the last "
             "layer cancels: its delta is p - t"),
            (mistaken(*network, last=labels_as_numbers), "t is no label but a column with a 1 at "
             "the label's place and 0 elsewhere"),
            (mistaken(*network, last=lambda z, y: delta_of(z, y) + np.eye(len(z))[:, y] / len(y)),
             "this is p / n: take 1 away from p at each example's label first"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "one hidden layer",
    points=2,
    usually="equation (2): through the transpose of the weights above, then times the slope of "
    "tanh where the delta arrives",
)
def one_hidden(f, rng):
    network = draw(rng, (3, 4, 2), 5)
    known = [
        (lambda z: 1.0, "the slope of tanh is missing where the delta arrives at the hidden layer"),
        (lambda z: 1 - z**2, "the slope of tanh is 1 - a², with its *output* a; this has its "
         "input z there"),
        (lambda z: np.tanh(z) * (1 - np.tanh(z)), "a (1 - a) is the slope of the sigmoid; the "
         "hidden layers have tanh"),
        (lambda z: 1 - np.tanh(np.tanh(z)) ** 2, "tanh is applied twice: a is its output already, "
         "and the slope is 1 - a²"),
        (lambda z: np.tanh(z), "the slope of tanh is wanted, 1 - a², where this has a itself"),
        (lambda z: 1 - np.tanh(z), "a has to be squared: the slope of tanh is 1 - a²"),
    ]  # fmt: skip
    compare(f, network, [(mistaken(*network, slope=slope), why) for slope, why in known])


@EXERCISE.asks(
    "four layers, and one example alone",
    points=2,
    usually="each layer's delta is made from the delta of the layer right above it, by the same "
    "line, however many there are",
)
def deep(f, rng):
    for n in (4, 1):
        network = draw(rng, (2, 3, 3, 3, 2), n)
        weights, biases, X, y = network
        a = [X.T]
        for W, b in zip(weights, biases, strict=True):
            a.append(np.tanh(W @ a[-1] + b))
        last = delta_of(weights[-1] @ a[3] + biases[-1], y)
        skipped = [last, *[(weights[3].T @ last) * (1 - a[l] ** 2) for l in (3, 2, 1)]]
        again, once = skipped[::-1], {}
        once["dW"] = [delta @ a[l].T for l, delta in enumerate(again)]
        once["db"] = [delta.sum(axis=1, keepdims=True) for delta in again]
        untransposed = _untransposed(weights, a, last)
        compare(
            f,
            network,
            [
                ((once["dW"], once["db"]), "every hidden layer got its delta from the last one: "
                 "each has to get it from the layer right above"),
                (untransposed, "back through the *transpose* of the weights: between layers of "
                 "equal size W @ delta makes no error, and is wrong"),
            ],
        )  # fmt: skip


def _untransposed(weights, a, delta):
    """The gradients of a walk that uses W for W.T where the shapes allow it."""
    dW, db = [], []
    for l in reversed(range(len(weights))):
        dW, db = [delta @ a[l].T, *dW], [delta.sum(axis=1, keepdims=True), *db]
        W = weights[l] if weights[l].shape[0] == weights[l].shape[1] else weights[l].T
        delta = (W @ delta) * (1 - a[l] ** 2) if l else delta
    return dW, db


@EXERCISE.asks(
    "scores in the thousands",
    points=1,
    usually="take each example's own largest score away before exp: this changes no probability, "
    "and nothing overflows. A limit such as np.clip changes them",
)
def large(f, rng):
    (W,), (b,), X, y = draw(rng, (3, 4), 6)
    W, X = np.round(16 * W) / 16, np.round(16 * X) / 16  # float32 can hold these scores exactly
    W[:, 2], X[:, 2] = 3000, rng.permutation([1, -1, 1, -1, 0, 0])
    compare(f, ([W], [np.round(16 * b) / 16], X, y))
