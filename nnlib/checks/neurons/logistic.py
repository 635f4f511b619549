"""Exercise 2.6: logistic regression by stochastic gradient descent, over shuffled minibatches."""

import itertools

import numpy as np

from nnlib.checks.answers import array_like, number, numbers, several
from nnlib.checks.exercise import Exercise, Failed, close, distinct, same
from nnlib.checks.neurons.activation import sigmoid
from nnlib.checks.neurons.descent import descend, draw, loss, newton, walk, with_one


def logistic_sgd(X, t, epochs, eta, batch_size, seed):
    """Logistic regression by stochastic gradient descent: (w, b, history)."""
    rng = np.random.default_rng(seed)
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            z = X[batch] @ w + b
            e = np.exp(-abs(z))
            error = np.where(z >= 0, 1, e) / (1 + e) - t[batch]
            w = w - eta * X[batch].T @ error / len(batch)
            b = b - eta * np.mean(error)
        z = X @ w + b
        history.append(np.mean(np.logaddexp(0, z) - t * z))
    return w, b, history


def _weights(value, arguments):
    X = arguments[0]
    return array_like("w", 0)(value, [X[0]])


def _history(value, arguments):
    epochs = arguments[2]
    if np.ndim(value) == 1 and len(value) != epochs:
        raise Failed(
            f"history has to have {epochs} entries, one for each epoch, and it has {len(value)}.",
            mistake="one history.append at the end of each epoch, below the loop over its "
            "minibatches, and none before the first",
        )
    return numbers("history", 0)(value, [range(epochs)])


EXERCISE = Exercise(
    "2.6",
    "Train a logistic regression",
    logistic_sgd,
    answer=several(_weights, number("b"), _history, names="w, b and history"),
    hints=(
        "Write it for one minibatch of all examples first, with no shuffling: start with "
        "w = np.zeros(X.shape[1]) and b = 0.0, and repeat: gradients, then a step. The first two "
        "properties are satisfied by that.",
        "For minibatches draw order = rng.permutation(len(X)) at the start of each epoch. "
        "order[start : start + batch_size], for start in range(0, len(X), batch_size), gives the "
        "places of one minibatch after the other. A slice that reaches beyond the end is cut: "
        "the last minibatch comes out right by itself.",
        "With batch = order[start : start + batch_size], X[batch] and t[batch] belong together. "
        "The mean divides by len(batch), which for the last one is less than batch_size.",
        "log(1 + exp(z)) is np.logaddexp(0, z), for z of any size. So an epoch ends with "
        "history.append(np.mean(np.logaddexp(0, z) - t * z)), where z = X @ w + b is found anew.",
    ),
    errors={
        "mismatch in its core dimension": "rows of X are examples: X[batch] @ w + b, and "
        "X[batch].T @ error: a matrix and a vector have to agree in the length they share",
        "could not be broadcast": "rows of X are examples, and those of a minibatch belong to the "
        "same places of t: X[batch] and t[batch]",
        "math range error": "math.exp raises an error above 709.78: take the exponential of "
        "-abs(z), which is never above 1",
        "math domain error": "the logarithm of 0: log(1 + exp(z)) - t * z needs no logarithm of y",
        "only length-1 arrays": "math takes one number, and z is an array: use np.exp and np.log",
        "only 0-dimensional arrays": "math takes one number, and z is an array: use np.exp and "
        "np.log",
        "Cannot cast ufunc": "w holds whole numbers and can't take a fraction: "
        "np.zeros(X.shape[1]), with no int",
        "read-only": "don't shuffle X itself: draw an order of the places, rng.permutation(len(X))",
    },
    seconds=10.0,
)


def compare_weights(w, b, wanted, mistakes):
    for name, yours, part in (("w", w, slice(0, -1)), ("b", b, -1)):
        known = [(value[part], why) for value, why in mistakes]
        same(name, yours, wanted[part], mistakes=known)


@EXERCISE.asks(
    "one step over all examples",
    points=1,
    usually="start with zeros; one step takes eta times the mean gradient from w and b",
)
def one_step(f, rng):
    X, t = draw(rng, 5)
    eta, size = float(rng.choice([0.3, 0.7])), int(rng.integers(5, 9))
    start, wanted = descend(X, t, 1, eta)
    w, b, _ = f(X, t, 1, eta, size, int(rng.integers(1000)))
    moved = sigmoid(X @ wanted[:-1]) - t
    compare_weights(
        w,
        b,
        wanted,
        [
            *_other_orders(X, t, eta, np.append(w, b), wanted),
            (np.append(wanted[:-1], -eta * moved.mean()), "b's gradient was found with a w that "
             "had moved already: find both gradients, and then take both steps"),
            (-wanted, "the sign: a loss should fall, so the step goes against the gradient"),
            (wanted * 5, "this is the sum over the minibatch: a step takes the mean"),
            (wanted * 5 / size, "the minibatch has 5 examples, fewer than batch_size: divide by "
             "the number that are there"),
            (np.append(wanted[:-1], 0), "b has to learn, too"),
            (start, "w and b are still zeros: no step was taken"),
            (wanted / eta, "eta is left out: it multiplies the gradient"),
            (wanted / 5, "this divides by the number of examples twice"),
            (descend(X, t, 1, eta, slope=True)[1], "with cross-entropy the slope y * (1 - y) "
             "cancels: the error is y - t"),
            (descend(X, t, 2, eta)[-1], "two steps were taken in one epoch"),
            (descend(X, t, 5, eta)[-1], "the loop over minibatches takes too many steps: one that "
             "reaches beyond the end is the last"),
        ],
    )  # fmt: skip


def _other_orders(X, t, eta, yours, wanted):
    """What comes out of single steps, and of targets that belong to other examples."""
    apart = "X and t have come apart: both have to be in the same order"
    alone = "each step here uses one example alone: batch_size says how many share a step"
    known = []
    for order in map(list, itertools.permutations(range(len(X)))):
        single, shuffled = walk(X, t, eta, [order]), descend(X, t[order], 1, eta)[1]
        if not close(shuffled, wanted):
            known.append((shuffled, apart))
        known.append((single, alone))
    return [(value, why) for value, why in known if close(yours, value)]


@EXERCISE.asks(
    "the losses, one for each epoch",
    points=2,
    usually="history[k] is the mean cross-entropy over all examples, with the weights that epoch "
    "k has left",
)
def losses(f, rng):
    X, t = draw(rng, 5)
    epochs, eta = 4, 0.5
    path = descend(X, t, epochs, eta)
    w, b, history = f(X, t, epochs, eta, 5, int(rng.integers(1000)))
    wanted = np.array([loss(X, t, weights) for weights in path])
    z = X @ path[1:, :-1].T + path[1:, -1]
    y = sigmoid(z)
    half = np.mean((y.T - t) ** 2, axis=1)
    same(
        "history",
        history,
        wanted[1:],
        mistakes=[
            (wanted[:-1], "these are the losses before each epoch, or during it: find z anew at "
             "its end, for all examples"),
            (wanted[1:] * len(X), "this is the sum over the examples: the mean is wanted"),
            (-wanted[1:], "the sign: the loss is minus the logarithm of the probability that the "
             "target gets, so it is above 0"),
            (wanted[1:] / np.log(2), "this is the logarithm to base 2: use np.log"),
            (half, "this is the squared error: the loss here is the cross-entropy"),
            (half / 2, "this is half the squared error: the loss here is the cross-entropy"),
            (np.mean(t * -np.log(y.T), axis=1), "the examples with target 0 are left out: "
             "-(t * log(y) + (1 - t) * log(1 - y))"),
            (np.mean((y.T > 0.5) == t, axis=1), "this is the share of right answers: the loss is "
             "wanted"),
            (np.full(epochs, wanted[-1]), "all entries are the last loss: append one at the end of "
             "each epoch"),
            (wanted[1:][::-1], "the losses are in the opposite order"),
        ],
    )  # fmt: skip
    compare_weights(w, b, path[-1], [(path[1], "w and b stand where the first epoch ended")])


@EXERCISE.asks(
    "every example once in an epoch",
    points=2,
    usually="cut the shuffled order into pieces of batch_size; the last piece may be shorter, and "
    "its mean divides by its own length",
)
def every_example_once(f, rng):
    """With a tiny rate the steps of an epoch add up, and how much of each example is in the sum
    can be solved for: that is 1 / (size of its minibatch), as often as it was used."""
    X, t = _independent(rng)
    share = with_one(X).T * (t - 0.5)
    for size in (1, 2, 3):
        w, b, _ = f(X, t, 1, 1e-6, size, int(rng.integers(1000)))
        used = np.linalg.solve(share, np.append(w, b) / 1e-6)
        full, rest = divmod(5, size)
        wanted = sorted([1 / size] * (full * size) + [1 / rest] * rest if rest else [1.0] * 5)
        if not close(sorted(used), wanted, 1e-2):
            raise Failed(
                f"With minibatches of {size} each of the 5 examples counts by its share in its "
                "minibatch. Yours count as follows, from example 0 on.",
                yours=" ".join(f"{share:.2f}" for share in np.round(used, 2) + 0.0),
                wanted=" ".join(f"{share:.2f}" for share in wanted[::-1]) + ", in any order",
                mistake=_overlooked(used, size, rest),
            )


def _independent(rng):
    """Five examples of four features that can be told apart by what they add to the weights."""
    while True:
        X, t = draw(rng, 5, 4)
        if np.linalg.cond(with_one(X)) < 20:
            return X, t


def _overlooked(used, size, rest):
    """What these uses of the examples tell for certain."""
    uses = np.round(used * size, 2)
    if close(uses, np.ones(5), 0.02):
        return f"the last minibatch has {rest} example, not {size}: divide by its own length"
    if close(sorted(uses), [0.0] * rest + [1.0] * (5 - rest), 0.02):
        return "the last, shorter minibatch is left out: range(0, len(X), batch_size) reaches it"
    if close(used, np.ones(5), 0.02):
        return "this is the sum over a minibatch: a step takes the mean"
    if close(sorted(uses), [0.0] * (5 - size) + [1.0] * size, 0.02):
        return "one epoch is one pass over all examples, in several steps; here it is one step"
    if (np.abs(uses) < 0.02).any() and (uses > 1.5).any():
        return (
            "some examples come twice and others never: cut one shuffled order into pieces, and "
            "don't draw each minibatch for itself; and are the pieces start : start + batch_size?"
        )
    if uses.sum() > 5.5:
        return (
            "some examples are in two minibatches: the pieces of the order start at 0, batch_size, "
            "2 * batch_size and so on"
        )
    return ""


@EXERCISE.asks(
    "down to the valley",
    points=1,
    cases=2,
    usually="the weights have to end near those of the smallest loss, which Newton's method finds",
)
def valley(f, rng):
    n, features = 120, 3
    X = np.round(rng.normal(size=(n, features)), 2)
    weights = distinct(rng, features + 1) / 2
    t = (rng.random(n) < sigmoid(with_one(X) @ weights)).astype(int)
    w, b, history = f(X, t, 40, 0.4, 8, int(rng.integers(1000)))
    ended, best = loss(X, t, np.append(w, b)), loss(X, t, newton(X, t))
    allowed = best + 0.1 * (np.log(2) - best)
    if not close(history[-1], ended):
        raise Failed(
            "The last entry of history is not the loss of the w and b that you return.",
            yours=f"history[-1] = {history[-1]:.6g}",
            wanted=f"history[-1] = {ended:.6g}",
            mistake="return the weights as the last epoch has left them, and take the loss over "
            "all examples with them",
        )
    if ended > allowed:
        raise Failed(
            f"After 40 epochs the loss is too far above the smallest there is, {best:.4f}.",
            yours=f"loss = {ended:.4f}",
            wanted=f"loss below {allowed:.4f}",
        )


@EXERCISE.asks(
    "a new order in every epoch",
    points=2,
    cases=1,
    usually="draw a new order at the start of each epoch, rng.permutation(len(X)), go through it "
    "in pieces, and use each step's weights for the next step",
)
def new_order(f, rng):
    """Three examples, one at a time: three epochs can go 6 * 6 * 6 ways. Which one was gone?"""
    X, t = draw(rng, 3)
    epochs, eta = 3, 0.8
    orders = list(itertools.product(itertools.permutations(range(3)), repeat=epochs))
    ends = np.array([walk(X, t, eta, order) for order in orders])
    gone = []
    for seed in rng.choice(1000, 4, replace=False):
        w, b, _ = f(X, t, epochs, eta, 1, int(seed))
        yours = np.append(w, b)
        nearest = np.abs(ends - yours).max(axis=1).argmin()
        if not close(yours, ends[nearest], 1e-4):
            raise _no_order(X, t, eta, epochs, yours, ends[nearest])
        gone.append(orders[nearest])
    if all(len(set(order)) == 1 for order in gone):
        never = all(order[0] == (0, 1, 2) for order in gone)
        first, second = (" then ".join(map(str, epoch)) for epoch in (gone[-1][0], gone[-1][1]))
        raise Failed(
            "With minibatches of one, the order of the examples can be read from the weights.",
            yours=f"first epoch: {first}; second epoch: {second}",
            wanted="a new random order in each epoch",
            mistake="the examples are never shuffled: they come in the order of X"
            if never
            else "every epoch has the same order: shuffle inside the loop over epochs, and make "
            "the generator once, before it",
        )


def _no_order(X, t, eta, epochs, yours, nearest):
    together = descend(X, t, epochs, eta, summed=True)[-1]
    stale = "all steps of an epoch use the outputs from its start: compute z anew in each step"
    return Failed(
        "With minibatches of one and 3 examples there are 216 ways to go through 3 epochs, and "
        "none of them ends at your weights.",
        yours=f"w, b = {_row(yours)}",
        wanted=f"w, b = {_row(nearest)}, for example",
        mistake=stale if close(yours, together) else "",
    )


def _row(numbers):
    return ", ".join(f"{number:.6g}" for number in numbers)


@EXERCISE.asks(
    "the seed decides",
    points=1,
    cases=2,
    usually="all randomness comes from rng = np.random.default_rng(seed)",
)
def seed_decides(f, rng):
    X, t = draw(rng, 6)
    one, other = map(int, rng.choice(1000, 2, replace=False))
    first, again, different = (
        np.append(*f(X, t, 3, 0.8, 1, seed)[:2]) for seed in (one, one, other)
    )
    if not np.array_equal(first, again):
        raise Failed(
            f"Two calls with the seed {one} end at different weights.",
            yours=f"w, b = {_row(again)}",
            wanted=f"w, b = {_row(first)}, as in the first call",
            mistake="a run has to be repeatable: make the generator with "
            "np.random.default_rng(seed), inside the function",
        )
    if close(first, different):
        raise Failed(
            f"The seeds {one} and {other} end at the same weights.",
            yours=f"w, b = {_row(different)}",
            wanted="other weights for another seed",
            mistake="the argument seed is not used: np.random.default_rng(seed), not a number of "
            "your own",
        )


@EXERCISE.asks(
    "sure and wrong: z far beyond 1000",
    points=1,
    usually="exp(1000) is too large for a float, and log(0) is minus infinity: "
    "the loss can be written by z, without the logarithm of an output",
)
def far_out(f, rng):
    while True:
        X, t = draw(rng, 5)
        X = X * 1000
        path = descend(X, t, 3, 0.5)
        z = X @ path[1:, :-1].T + path[1:, -1]
        wrong = (z > 0) != (t == 1)[:, np.newaxis]
        if np.abs(z).min() > 2000 and wrong.any(axis=0)[-1]:
            break
    w, b, history = f(X, t, 3, 0.5, 5, int(rng.integers(1000)))
    wanted = np.array([loss(X, t, weights) for weights in path[1:]])
    same("w", w, path[-1, :-1], atol=1e-2)
    same(
        "history",
        history,
        wanted,
        mistakes=[(np.minimum(history, 800), "the loss is cut off at some bound (a small number "
                   "added inside the logarithm, or y kept away from 0 and 1): it grows as |z| "
                   "does, without end")],
    )  # fmt: skip
