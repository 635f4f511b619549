"""Exercise 5.3: Nesterov's momentum, which asks for the gradient where it is about to be."""

import numpy as np

from nnlib.checks.answers import apart
from nnlib.checks.exercise import Exercise, Failed, close, distinct, same
from nnlib.checks.optimizers.landscapes import (
    batches,
    compare_paths,
    follow,
    path,
    slope,
    wasted,
    with_defaults,
)
from nnlib.checks.optimizers.momentum import TYPED, aliased, draw, other_default


def nesterov_path(gradient, start, steps, learning_rate, momentum=0.9):
    """The positions (steps + 1, n), and the points asked (steps, n)."""
    p, v = start.astype(float), np.zeros(len(start))
    path, asked = [p], []
    for _ in range(steps):
        ahead = p + momentum * v
        asked.append(ahead)
        v = momentum * v - learning_rate * gradient(ahead)
        p = p + v
        path.append(p)
    return np.array(path), np.array(asked)


KINDS = apart(path("path"), path("asked", after=0), names="path and asked")


def walked(value, arguments):
    """The answer (path, asked), each judged by the properties that look at it."""
    if exchanged(value, arguments):
        shapes = np.shape(value[1]), np.shape(value[0])
        raise Failed(
            f"path has to be of shape {shapes[0]}, and it is of shape {shapes[1]}.",
            mistake="the two answers change places: path first, then asked",
        )
    return KINDS(value, arguments)


def exchanged(value, arguments):
    """Whether each answer has the other's shape, and both begin with the start."""
    _, start, steps, *_ = arguments
    if not isinstance(value, tuple | list):
        return False
    shapes = [np.shape(part) for part in value if hasattr(part, "__array__")]
    places = [(steps, len(start)), (steps + 1, len(start))]
    return shapes == places and all(close(part[0], start) for part in value)


EXERCISE = Exercise(
    "5.3",
    "Look before the velocity takes you there",
    nesterov_path,
    answer=walked,
    hints=(
        "Take your answer to 5.2. One thing changes: before the gradient is asked, compute "
        "ahead = p + momentum * v with the velocity of the step before.",
        "The gradient is asked at ahead, but the step still begins at p: p = p + v with the new v.",
        "asked collects ahead, once in each step; the first one is the start itself, since v is 0.",
    ),
    errors={
        "Cannot cast ufunc": "start may hold whole numbers, and such an array takes no fractions: "
        "begin with start.astype(float)",
        "could not be broadcast": "start may have any number of entries: np.zeros(len(start))",
        "gradient takes a point": "gradient wants the point ahead, all its numbers at once",
        "has to be 2 things": "return path, asked",
    },
)


def wanted_walk(of, start, steps, rate, momentum):
    """Positions and points ahead with no velocity kept: it is the difference of two positions."""
    before = p = start.astype(float)
    path, asked = [p], []
    for k in range(steps):
        asked.append(p + momentum * (p - before))
        before, p = p, asked[-1] - rate * of(k, asked[-1])
        path.append(p)
    return np.array(path), np.array(asked)


def mistaken(of, start, steps, rate, momentum):
    """What comes out by rules that are not quite Nesterov's, with the word for each."""

    def looking(distance, kept=momentum):
        def rule(w, v, k):
            v = kept * v - rate * of(k, w + distance * v)
            return w + v, v

        return rule

    def from_ahead(w, v, k):
        new = momentum * v - rate * of(k, w + momentum * v)
        return w + momentum * v + new, new

    def growing(w, v, k):
        share = k / (k + 3)
        v = share * v - rate * of(k, w + share * v)
        return w + v, v

    def uphill(w, v, k):
        v = momentum * v + rate * of(k, w + momentum * v)
        return w + v, v

    def forgetful(w, v, k):
        v = momentum * v - rate * of(k, w + momentum * v)
        return w + v, -rate * of(k, w)

    def late(w, v, k):
        return w + v, momentum * v - rate * of(k, w + momentum * v)

    one_of_two = "one momentum is 0.9 whatever the caller says; use the argument in both places"
    rules = [
        (looking(0.9, 0.9), TYPED),
        (looking(0.9), one_of_two),
        (looking(momentum, 0.9), one_of_two),
        (looking(0), "the gradient was asked at p: that is the momentum of exercise 5.2. Ask it "
         "ahead, at p + momentum * v"),
        (looking(1), "the point ahead is p + momentum * v: only the share of the velocity that is "
         "kept will carry you"),
        (looking(-momentum), "this looks back, at p - momentum * v: the point ahead is "
         "p + momentum * v"),
        (looking(momentum**2), "momentum came in twice: where v is already multiplied by it, the "
         "point ahead is p + v"),
        (from_ahead, "the gradient is asked ahead, but the step begins at p: p = p + v"),
        (growing, "this momentum grows from step to step, as in Nesterov's own paper; here it is "
         "the number that is given"),
        (uphill, "the sign: the gradient is subtracted, v = momentum * v - learning_rate * g"),
        (late, "p moved by the old velocity: make the new v first, then p = p + v"),
        (forgetful, "the old velocity is lost after each step: keep the new v, with the old one "
         "in it"),
    ]  # fmt: skip
    return [(follow(rule, start, steps), why) for rule, why in rules]


@EXERCISE.asks(
    "the positions",
    points=2,
    usually="ahead = p + momentum * v; v = momentum * v - learning_rate * gradient(ahead); "
    "p = p + v",
)
def positions(f, rng):
    gradient, start, (rate, momentum) = slope(rng), distinct(rng, 2), draw(rng)
    arguments = (lambda k, w: gradient(w)), start, 6, rate, momentum
    yours, _ = f(gradient, start, 6, rate, momentum)
    wanted, asked = wanted_walk(*arguments)
    _, one_more = wanted_walk(arguments[0], start, 7, rate, momentum)
    ahead = (
        "these are the points ahead, where the gradient is asked: they belong into the second "
        "answer. The path holds the positions p"
    )

    def known():
        also_ahead = [(one_more, ahead), (np.vstack([start, asked]), ahead)]
        return [*also_ahead, aliased(wanted), *mistaken(*arguments)]

    compare_paths(yours, wanted, known)


@EXERCISE.asks(
    "where the gradient is asked",
    points=1,
    usually="asked holds, for each step, the point p + momentum * v with p and v of before the "
    "step",
)
def where(f, rng):
    gradient, start, (rate, momentum) = slope(rng, 3), distinct(rng, 3), draw(rng)
    _, yours = f(gradient, start, 5, rate, momentum)
    path, asked = wanted_walk(lambda k, w: gradient(w), start, 6, rate, momentum)
    _, typed = wanted_walk(lambda k, w: gradient(w), start, 5, rate, 0.9)
    same(
        "asked",
        yours,
        asked[:5],
        mistakes=[
            (path[:5], "these are the positions p; the gradient is asked at p + momentum * v"),
            (path[1:6], "these are the positions after each step; asked holds the points at which "
             "the gradient was asked"),
            (asked[1:], "one step late: a point ahead is computed before the step, from the "
             "velocity of the step before; the first one is the start"),
            (np.array([gradient(w) for w in asked[:5]]), "these are the gradients; asked holds "
             "the points at which they were taken"),
            aliased(asked[:5]),
            (typed, TYPED),
            (path[:5] + 0.9 * np.diff(path, axis=0, prepend=path[:1])[:5], TYPED),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "two hundred minibatches, from a start of whole numbers",
    points=1,
    cases=2,
    usually="each call of gradient sees another minibatch: call it once in each step; momentum is "
    "0.9 unless the caller says otherwise; and start.astype(float) keeps the fractions",
)
def minibatches(f, rng):
    gradient, (rate, _) = batches(rng), draw(rng)
    start = rng.choice(np.arange(3, 9), 2, replace=False)
    wanted, _ = wanted_walk(gradient.of, start, 200, rate, 0.9)
    yours, _ = with_defaults(f, "momentum=0.9")(gradient, start, 200, rate)

    def known():
        told = [(wanted_walk(of, start, 200, rate, 0.9)[0], why) for of, why in wasted(gradient.of)]
        return told + [
            (wanted_walk(gradient.of, start, 200, rate, other)[0], other_default(other))
            for other in (0.0, 0.5, 0.8, 0.95, 0.99)
        ]

    compare_paths(yours, wanted, known)
