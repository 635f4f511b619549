"""Exercise 5.2: momentum, a velocity that is carried from step to step."""

import numpy as np

from nnlib.checks.exercise import Exercise, distinct
from nnlib.checks.optimizers.landscapes import (
    batches,
    compare_paths,
    follow,
    path,
    slope,
    wasted,
)


def momentum_path(gradient, start, steps, learning_rate, momentum=0.9):
    """The path (steps + 1, n) of a descent with a velocity."""
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for _ in range(steps):
        v = momentum * v - learning_rate * gradient(w)
        w = w + v
        path.append(w)
    return np.array(path)


EXERCISE = Exercise(
    "5.2",
    "Let a ball roll",
    momentum_path,
    answer=path("path"),
    hints=(
        "Before the loop: w = start.astype(float), v = np.zeros(len(start)) and path = [w]. Each "
        "turn of the loop makes a new v, then a new w, and appends it.",
        "The two lines are those of the formula, in its order: v = momentum * v - learning_rate * "
        "gradient(w), then w = w + v with the new v.",
        "w = w + v makes a new array. With w += v all rows of the path are one and the same "
        "array, and it ends up holding the last point.",
    ),
    errors={
        "Cannot cast ufunc": "start may hold whole numbers, and such an array takes no fractions: "
        "begin with start.astype(float)",
        "gradient takes a point": "gradient wants the point w, all its numbers at once",
        "path is not finite": "the walk explodes: is the gradient subtracted?",
    },
)


def wanted_path(of, start, steps, rate, momentum):
    """The path by another road: each velocity is a sum over all gradients so far."""
    points, gradients = np.zeros((steps + 1, len(start))), np.zeros((steps, len(start)))
    points[0] = start
    for k in range(steps):
        gradients[k] = of(k, points[k])
        push = momentum ** np.arange(k, -1, -1) @ gradients[: k + 1]
        points[k + 1] = points[k] - rate * push
    return points


def mistaken(of, start, steps, rate, momentum):
    """What comes out by rules that are not quite momentum's, with the word for each."""
    rules = [
        (lambda w, v, k: (w + momentum * v + rate * of(k, w), momentum * v + rate * of(k, w)),
         "the sign: this walks up the gradient. It is v = momentum * v - learning_rate * g and "
         "then w = w + v"),
        (lambda w, v, k: (w + v, momentum * v - rate * of(k, w)),
         "w moved by the old velocity: make the new v first, then w = w + v"),
        (lambda w, v, k: _same_step(w, momentum * v - (1 - momentum) * rate * of(k, w)),
         "the gradient was multiplied by 1 - momentum: a velocity is no mean, each gradient gives "
         "its full push"),
        (lambda w, v, k: _same_step(w, momentum * (v - rate * of(k, w))),
         "momentum multiplies the old velocity alone, not the new gradient: mind the brackets"),
        (lambda w, v, k: _same_step(w, momentum * v - of(k, w)),
         "the learning rate is missing"),
        (lambda w, v, k: (w + rate * (momentum * v - rate * of(k, w)),
                          momentum * v - rate * of(k, w)),
         "the learning rate came in twice: once where the gradient enters v, and again where w "
         "moves"),
        (lambda w, v, k: (w + momentum * (momentum * v - rate * of(k, w)) - rate * of(k, w),
                          momentum * v - rate * of(k, w)),
         "this is Nesterov's step, exercise 5.3; here w = w + v"),
        (lambda w, v, k: _same_step(w, -rate * of(k, w)),
         "this is plain gradient descent: the old velocity is lost. Keep v from step to step"),
        (lambda w, v, k: _same_step(w, momentum * v - rate * of(k, w + momentum * v)),
         "this asks for the gradient ahead, at w + momentum * v: that is Nesterov's, exercise "
         "5.3. Here it is asked at w"),
        (lambda w, v, k: _same_step(w, (1 - momentum) * v - rate * of(k, w)),
         "momentum is the share of the velocity that is *kept*; this takes it for the friction"),
        (lambda w, v, k: _same_step(w, v - rate * of(k, w)),
         "the old velocity has to be multiplied by momentum: without friction it never slows"),
        (lambda w, v, k: _same_step(w, momentum * v - rate * of(k, start)),
         "the gradient was always asked at the start: ask it at the w of the step"),
        (lambda w, v, k: (start + momentum * v - rate * of(k, w), momentum * v - rate * of(k, w)),
         "each step has to begin where the last one ended, not at the start: w = w + v"),
        (lambda w, v, k: (w + momentum * v - rate * of(k, w), -rate * of(k, w)),
         "only the gradient of the step before is remembered: the velocity holds all of them, so "
         "the new v, with the old one in it, has to be kept"),
    ]  # fmt: skip
    return [(follow(rule, start, steps)[0], why) for rule, why in rules]


def _same_step(w, v):
    return w + v, v


def aliased(wanted):
    """What is left where all rows are one array."""
    same_array = (
        "all rows are the last point: w += v changes the array that is already in the list. "
        "Write w = w + v, or append w.copy()"
    )
    return np.tile(wanted[-1], (len(wanted), 1)), same_array


def draw(rng):
    """A rate and a momentum, two decimals each; never 1/2, where 1 - momentum is momentum."""
    return float(np.round(rng.uniform(0.05, 0.15), 2)), float(np.round(rng.uniform(0.6, 0.85), 2))


def compare(f, gradient, start, steps, rate, momentum, mistakes=()):
    def of(k, w):
        return gradient(w)

    wanted = wanted_path(of, start, steps, rate, momentum)

    def known():
        return [*mistakes, aliased(wanted), *mistaken(of, start, steps, rate, momentum)]

    compare_paths(f(gradient, start, steps, rate, momentum), wanted, known)


@EXERCISE.asks(
    "the first step",
    points=1,
    usually="the velocity is 0 at the start, so the first step is -learning_rate * gradient(start)",
)
def first_step(f, rng):
    compare(f, slope(rng), distinct(rng, 2), 1, *draw(rng))


@EXERCISE.asks(
    "the velocity is carried",
    points=1,
    usually="v = momentum * v - learning_rate * g keeps a share of the old velocity in each step",
)
def carried(f, rng):
    compare(f, slope(rng, 3), distinct(rng, 3), 6, *draw(rng))


@EXERCISE.asks(
    "a start of whole numbers",
    points=1,
    usually="an array of whole numbers cuts off fractions: begin with start.astype(float)",
)
def whole_numbers(f, rng):
    start = rng.choice(np.arange(3, 9), 2, replace=False) * rng.choice([-1, 1], 2)
    gradient, (rate, momentum) = slope(rng), draw(rng)

    def cut(w, v, k):
        v = momentum * v - rate * gradient(w)
        return np.trunc(w + v), v

    cuts = (
        "the points lose their fractions: an array made like start, which holds whole numbers, "
        "holds whole numbers. Use start.astype(float), and np.zeros((steps + 1, len(start)))"
    )
    rounded = wanted_path(lambda k, w: gradient(w), start, 5, rate, momentum)
    known = [(follow(cut, start, 5)[0], cuts), (np.trunc(rounded), cuts)]
    compare(f, gradient, start, 5, rate, momentum, known)


@EXERCISE.asks(
    "two hundred minibatches, with the default momentum",
    points=1,
    cases=2,
    usually="each call of gradient sees another minibatch: call it once in each step; and "
    "momentum is 0.9 unless the caller says otherwise",
)
def minibatches(f, rng):
    gradient, start, (rate, _) = batches(rng), distinct(rng, 2), draw(rng)
    wanted = wanted_path(gradient.of, start, 200, rate, 0.9)

    def known():
        told = [(wanted_path(of, start, 200, rate, 0.9), why) for of, why in wasted(gradient.of)]
        return told + [
            (wanted_path(gradient.of, start, 200, rate, other), other_default(other))
            for other in (0.0, 0.5, 0.8, 0.95, 0.99)
        ]

    compare_paths(f(gradient, start, 200, rate), wanted, known)


def other_default(other):
    return f"the default of momentum is {other:g}, and 0.9 is wanted: momentum=0.9"
