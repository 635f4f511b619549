"""Exercise 7.6: an epoch of Nielsen's program, in NumPy alone, with a choice of two costs."""

from itertools import pairwise

import numpy as np

from nnlib.checks.answers import matrix, several
from nnlib.checks.exercise import Exercise, Failed, close, same
from nnlib.gradients import complex_step


def train_epoch(weights, biases, X, y, eta, batch_size, cost):
    """The weights and biases after one pass through the examples."""
    weights, biases = list(weights), list(biases)
    for start in range(0, len(X), batch_size):
        part = slice(start, start + batch_size)
        activations = [X[part].T]
        for W, b in zip(weights, biases):
            activations.append(1 / (1 + np.exp(-(W @ activations[-1] + b))))
        a = activations[-1]
        slope = a * (1 - a) if cost == "quadratic" else 1
        delta = (a - np.eye(len(a))[:, y[part]]) * slope
        step = eta / len(y[part])
        for k in reversed(range(len(weights))):
            a, W = activations[k], weights[k]
            weights[k] = W - step * delta @ a.T
            biases[k] = biases[k] - step * delta.sum(axis=1, keepdims=True)
            delta = W.T @ delta * a * (1 - a)
    return weights, biases


def layers(name, argument):
    """A list of arrays of the shapes of those in one of the arguments."""

    def examine(value, arguments):
        wanted = [np.shape(one) for one in arguments[argument]]
        if isinstance(value, np.ndarray) and value.ndim == 3:
            value = list(value)
        if not isinstance(value, list | tuple) or len(value) != len(wanted):
            got = f"a {type(value).__name__}"
            got += f" of {len(value)}" if isinstance(value, list | tuple) else ""
            raise Failed(f"{name} has to be a list of {len(wanted)} arrays, and it is {got}.")
        return [
            matrix(f"{name}[{k}]", lambda _, shape=shape: shape)(one, arguments)
            for k, (one, shape) in enumerate(zip(value, wanted, strict=True))
        ]

    return examine


EXERCISE = Exercise(
    "7.6",
    "Write Nielsen's program, and heal it",
    train_epoch,
    answer=several(layers("weights", 0), layers("biases", 1), names="weights and biases"),
    hints=(
        "Three parts for each minibatch: forward through the layers, keeping every activation in "
        "a list that starts with the input; backward, from the last layer to the first; the step. "
        "Let a minibatch be columns: a = X[start:start + batch_size].T.",
        "The last layer's delta is a - t, and for the quadratic cost also times a * (1 - a). t is "
        "a column for each example with a single 1, at its label.",
        "Layer k's gradients are delta @ activations[k].T for the weights, and delta summed over "
        "the examples, delta.sum(axis=1, keepdims=True), for the biases. Both are sums: the step "
        "is eta / m times them, where m is how many examples this minibatch really has.",
        "Delta one layer down is weights[k].T @ delta * a * (1 - a), with a = activations[k]. "
        "Here weights[k] is the one from before the step: compute the new delta first, or keep "
        "the old weights.",
        "Make new lists at the beginning, weights = list(weights), and new arrays, "
        "weights[k] = weights[k] - ..., so that the caller's stay as they are.",
    ),
    errors={
        "is not a finite number": "0 divided by 0, or infinity times 0: never divide by a or by "
        "1 - a. Worked out on paper, the cross-entropy's delta at the output is a - t",
        "could not be broadcast": "inside, a column is an example: X[start:start + m].T has shape "
        "(features, m), and biases of shape (fan_out, 1) are added to every column",
        "matmul": "inside, a column is an example: X[start:start + m].T has shape (features, m), "
        "and W of shape (fan_out, fan_in) is multiplied by it from the left",
    },
    seconds=10.0,
)


def draw(rng, sizes, n, scale=1.0):
    """Weights, biases and n examples for a network of these sizes."""
    weights = [rng.normal(size=(m, k)) * scale for k, m in pairwise(sizes)]
    biases = [rng.normal(size=(m, 1)) * 0.5 for m in sizes[1:]]
    X, y = rng.normal(size=(n, sizes[0])), rng.integers(sizes[-1], size=n)
    return weights, biases, X, y, float(rng.choice([1.5, 2.5, 3.0]))


def cost_of(weights, biases, X, y, cost):
    """The sum over the examples of their costs, one at a time; weights may be complex."""
    total = 0.0
    for x, label in zip(X, y, strict=True):
        a = x[:, None]
        for W, b in zip(weights, biases, strict=True):
            z = W @ a + b
            a = (1 + np.tanh(z / 2)) / 2
        t = np.eye(len(a))[:, [label]]
        if cost == "quadratic":
            total = total + ((a - t) ** 2).sum() / 2
        else:
            total = total - (t * np.log(a) + (1 - t) * np.log(1 - a)).sum()
    return total


def measured(weights, biases, X, y, eta, batch_size, cost):
    """The same epoch without backpropagation: each gradient by a complex step."""
    arrays = [*weights, *biases]
    cuts = np.cumsum([one.size for one in arrays])[:-1]
    layers = len(weights)

    def unpacked(v):
        pieces = np.split(v, cuts)
        return [p.reshape(one.shape) for p, one in zip(pieces, arrays, strict=True)]

    v = np.concatenate([one.ravel() for one in arrays])
    for start in range(0, len(X), batch_size):
        part, labels = X[start : start + batch_size], y[start : start + batch_size]

        def total(u, part=part, labels=labels):
            both = unpacked(u)
            return cost_of(both[:layers], both[layers:], part, labels, cost)

        v = v - eta / len(part) * complex_step(total, v)
    both = unpacked(v)
    return both[:layers], both[layers:]


def mistaken(weights, biases, X, y, eta, batch_size, cost, *, sign=-1.0, divide=len, output=None,
             hidden=lambda a: a * (1 - a), late=False, frozen=False, drop=False, stale=False,
             bias=lambda part: 1):  # fmt: skip
    """The epoch with a mistake in it, an example at a time; with none it is the right one."""
    first = weights, biases
    for start in range(0, len(X), batch_size):
        part = X[start : start + batch_size]
        if drop and len(part) < batch_size:
            break
        step = sign * eta / divide(part)
        base = first if stale else (weights, biases)
        new_W, new_b = [W.copy() for W in weights], [b.copy() for b in biases]
        for x, label in zip(part, y[start : start + batch_size], strict=True):
            rows = [x[:, None]]
            for W, b in zip(*base, strict=True):
                rows.append((1 + np.tanh((W @ rows[-1] + b) / 2)) / 2)
            delta = rows[-1] - np.eye(len(rows[-1]))[:, [label]]
            slope = output or ((lambda a: a * (1 - a)) if cost == "quadratic" else np.ones_like)
            delta = delta * slope(rows[-1])
            for k in reversed(range(len(weights))):
                if not (frozen and k < len(weights) - 1):
                    new_W[k] += step * delta @ rows[k].T
                    new_b[k] += step * delta * bias(part)
                W = new_W[k] if late else base[0][k]
                delta = W.T @ delta * hidden(rows[k])
        weights, biases = new_W, new_b
    return weights, biases


ONES = np.ones_like
COMMON = (
    ({"sign": 1.0}, "the sign: a step goes against the gradient"),
    ({"output": lambda a: -a * (1 - a)}, "the sign: a step goes against the gradient of a - t"),
    ({"bias": lambda part: 0}, "the biases learn, too: their gradient is delta"),
    ({"output": lambda a: a}, "the slope of a sigmoid is a * (1 - a); this has a alone"),
    ({"output": lambda a: (s := (1 + np.tanh(a / 2)) / 2) * (1 - s)}, "the sigmoid is applied "
     "twice: a is its value already, and its slope is a * (1 - a)"),
    ({"output": lambda a: 2 * a * (1 - a)}, "a factor of 2: the cost is half the squared "
     "distance, and its slope is a - t"),
    ({"output": lambda a: a * (1 - a) / 2}, "a factor of 1/2: the half in the cost is gone after "
     "the derivative"),
    ({"output": lambda a: a * (1 - a) / len(a)}, "the squares are added up over the outputs, not "
     "averaged"),
)  # fmt: skip


def compare(f, weights, biases, X, y, eta, batch_size, cost, mistakes=()):
    """Compare what f makes of an epoch with what it has to be.

    `mistakes` are pairs (keywords of `mistaken`, sentence); one is told if it explains everything.
    """
    run = weights, biases, X, y, eta, batch_size, cost
    yours, wanted = sum(f(*run), []), sum(measured(*run), [])
    names = [f"weights[{k}]" for k in range(len(weights))]
    names += [f"biases[{k}]" for k in range(len(biases))]
    if alike(yours, wanted):
        return
    known = [(sum(mistaken(*run, **keywords), []), why) for keywords, why in mistakes]
    known.append(([*weights, *biases], "nothing has been learned: the weights are as they were"))
    why = next((why for value, why in known if alike(yours, value)), "")
    for name, one, right in zip(names, yours, wanted, strict=True):
        same(name, one, right, mistakes=[(one, why)], atol=1e-6)


def alike(these, those):
    return all(close(one, other, 1e-6) for one, other in zip(these, those, strict=True))


@EXERCISE.asks(
    "one example, no hidden layer",
    points=2,
    usually="delta at the output, then the step: each weight moves by eta times delta times what "
    "came in through it",
)
def single(f, rng):
    entropy = ({"output": ONES}, "for the quadratic cost delta is (a - t) * a * (1 - a); this is "
               "the cross-entropy's")  # fmt: skip
    compare(f, *draw(rng, (4, 3), 1), 1, "quadratic", [entropy, *COMMON])


@EXERCISE.asks(
    "one example, two hidden layers",
    points=2,
    usually="delta goes down one layer at a time, through the weights and times the slope of the "
    "sigmoid there",
)
def deep(f, rng):
    compare(
        f, *draw(rng, (3, 4, 3, 2), 1, 1.5), 1, "quadratic",
        [
            ({"late": True}, "delta went down through weights that had already taken their step; "
             "it needs those from before"),
            ({"hidden": ONES}, "on the way down, the slope a * (1 - a) of the hidden sigmoids is "
             "missing"),
            ({"frozen": True}, "the hidden layers haven't moved: delta goes down to the first "
             "layer"),
            ({"hidden": lambda a: (s := (1 + np.tanh(a / 2)) / 2) * (1 - s)}, "in the hidden "
             "layers the sigmoid is applied twice: its slope is a * (1 - a)"),
            *COMMON,
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "minibatches, the last one smaller",
    points=2,
    usually="each minibatch takes one step, from where the one before it ended",
)
def minibatches(f, rng):
    batch_size = 3
    arguments = draw(rng, (3, 3, 2), 8)
    n = len(arguments[2])
    compare(
        f, *arguments, batch_size, "quadratic",
        [
            ({"divide": lambda part: 1}, "the gradients of a minibatch are added up here; the "
             "step is eta / m times their sum"),
            ({"divide": lambda part: batch_size}, "the last minibatch has fewer examples than "
             "batch_size: divide by how many it really has"),
            ({"divide": lambda part: len(part) ** 2}, "this divides by m twice: eta / m times the "
             "sum, or eta times the mean"),
            ({"divide": lambda part: n}, "divide by the number of examples in the minibatch, not "
             "by that of all examples"),
            ({"bias": len}, "the biases' gradients are added up here, and the weights' are divided "
             "by m: both steps are eta / m times a sum"),
            ({"bias": lambda part: 1 / len(part)}, "the biases are divided by m twice, by a mean "
             "and by eta / m: take the sum of delta, or the mean and eta"),
            ({"divide": lambda part: 1, "bias": lambda part: 1 / len(part)}, "the weights' "
             "gradients are added up here, and the biases' are divided by m: both steps are "
             "eta / m times a sum"),
            ({"divide": lambda part: batch_size, "bias": lambda part: batch_size / len(part)},
             "the last minibatch has fewer examples than batch_size: divide the weights' "
             "gradients, too, by how many it really has"),
            ({"drop": True}, "the last examples are left out: their minibatch is smaller, and "
             "counts"),
            ({"stale": True}, "every minibatch takes its gradient at the weights with which the "
             "epoch began; it has to start from those of the minibatch before it"),
            *COMMON,
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "cross-entropy",
    points=1,
    usually="only the delta at the output differs between the two costs",
)
def entropy(f, rng):
    compare(
        f, *draw(rng, (3, 3, 2), 5), 2, "cross-entropy",
        [
            ({"output": lambda a: a * (1 - a)}, "this is the quadratic cost's step: the argument "
             '`cost` is "cross-entropy" here'),
            ({"hidden": ONES}, "a * (1 - a) falls away at the output alone; the hidden layers "
             "keep it"),
            ({"output": lambda a: 1 / a}, "delta is the derivative by z: the sigmoid's slope "
             "belongs to it, and cancels what the logarithm leaves in the denominator"),
            ({"output": lambda a: -ONES(a)}, "the sign: a step goes against the gradient"),
            ({"divide": lambda part: 2}, "the last minibatch has fewer examples than batch_size"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "an output that is sure and wrong",
    points=1,
    usually="where a is 0 or 1 to the last digit, the quadratic cost moves nothing, and "
    "cross-entropy moves the bias by all of eta",
)
def saturated(f, rng):
    label, other = rng.permutation(3)[:2]
    x, eta = rng.uniform(0.5, 1.5, size=(1, 2)), float(rng.choice([0.5, 1.5, 2.5]))
    weights, biases = [rng.normal(size=(3, 2)) * 0.1], [np.zeros((3, 1))]
    biases[0][[label, other], 0] = -900.0, 900.0
    labels, both = np.array([label]), (label, other)
    W, b = f(weights, biases, x, labels, eta, 1, "cross-entropy")
    for k, pull in zip(both, (eta, -eta), strict=True):
        moved = float(b[0][k, 0] - biases[0][k, 0])
        same(f"the change of biases[0][{k}, 0]", moved, pull, atol=1e-3)
        same(f"the change of weights[0][{k}]", W[0][k] - weights[0][k], pull * x[0], atol=1e-6)
    W, b = f(weights, biases, x, labels, eta, 1, "quadratic")
    for k in both:
        moved = float(b[0][k, 0] - biases[0][k, 0])
        same(f"the change of biases[0][{k}, 0]", moved, 0.0, atol=1e-6)
        same(f"the change of weights[0][{k}]", W[0][k] - weights[0][k], np.zeros(2), atol=1e-6)
