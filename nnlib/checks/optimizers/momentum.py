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
    with_defaults,
)


def momentum_path(gradient, start, rates, momentum=0.9):
    """The path (len(rates) + 1, n) of a descent with a velocity."""
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for rate in rates:
        v = momentum * v - rate * gradient(w)
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
        "The loop takes one rate after the other: `for rate in rates:`. The two lines in it are "
        "the formula's, in its order: first the new v, from the gradient at w; then the new w.",
        "w = w + v makes a new array. With w += v all rows of the path are one and the same "
        "array, and it ends up holding the last point.",
    ),
    errors={
        "Cannot cast ufunc": "start may hold whole numbers, and such an array takes no fractions: "
        "begin with start.astype(float)",
        "could not be broadcast": "start may have any number of entries: np.zeros(len(start))",
        "gradient takes a point": "gradient wants the point w, all its numbers at once",
        "is not a finite number": "the walk explodes: is the gradient subtracted, and "
        "multiplied by the rate?",
    },
)


TYPED = "momentum is 0.9 whatever the caller says; use the argument"


def wanted_path(of, start, rates, momentum):
    """The path by another road: each velocity is a sum over all pushes so far."""
    points, pushes = np.zeros((len(rates) + 1, len(start))), np.zeros((len(rates), len(start)))
    points[0] = start
    for k, rate in enumerate(rates):
        pushes[k] = -rate * of(k, points[k])
        points[k + 1] = points[k] + momentum ** np.arange(k, -1, -1) @ pushes[: k + 1]
    return points


def mistaken(of, start, rates, momentum):
    """What comes out by rules that are not quite momentum's, with the word for each."""

    def push(w, k):
        return -rates[k] * of(k, w)

    rules = [
        (lambda w, v, k: _along(w, momentum * v - push(w, k)),
         "the sign: this walks up the gradient. It is v = momentum * v - rate * g and then "
         "w = w + v"),
        (lambda w, v, k: (w + v, momentum * v + push(w, k)),
         "w moved by the old velocity: make the new v first, then w = w + v"),
        (lambda w, v, k: _along(w, momentum * v + (1 - momentum) * push(w, k)),
         "the gradient was multiplied by 1 - momentum: a velocity is no mean, each gradient gives "
         "its full push"),
        (lambda w, v, k: _along(w, momentum * (v + push(w, k))),
         "momentum multiplies the old velocity alone, not the new gradient: mind the brackets"),
        (lambda w, v, k: _along(w, momentum * v - of(k, w)),
         "the learning rate is missing"),
        (lambda w, v, k: (w + rates[k] * (momentum * v + push(w, k)), momentum * v + push(w, k)),
         "the learning rate came in twice: once where the gradient enters v, and again where w "
         "moves"),
        (lambda w, v, k: (w + momentum * (momentum * v + push(w, k)) + push(w, k),
                          momentum * v + push(w, k)),
         "this is Nesterov's step, exercise 5.3; here w = w + v"),
        (lambda w, v, k: _along(w, push(w, k)),
         "this is plain gradient descent: the old velocity is lost. Keep v from step to step"),
        (lambda w, v, k: _along(w, momentum * v - rates[k] * of(k, w + momentum * v)),
         "this asks for the gradient ahead, at w + momentum * v: that is Nesterov's, exercise "
         "5.3. Here it is asked at w"),
        (lambda w, v, k: _along(w, (1 - momentum) * v + push(w, k)),
         "momentum is the share of the velocity that is *kept*; this takes it for the friction"),
        (lambda w, v, k: _along(w, v + push(w, k)),
         "the old velocity has to be multiplied by momentum: without friction it never slows"),
        (lambda w, v, k: _along(w, momentum * v + push(start, k)),
         "the gradient was always asked at the start: ask it at the w of the step"),
        (lambda w, v, k: (start + momentum * v + push(w, k), momentum * v + push(w, k)),
         "each step has to begin where the last one ended, not at the start: w = w + v"),
        (lambda w, v, k: (w + momentum * v + push(w, k), push(w, k)),
         "only the gradient of the step before is remembered: the velocity holds all of them, so "
         "the new v, with the old one in it, has to be kept"),
        (lambda w, v, k: (w - rates[k] * (momentum * v + of(k, w)), momentum * v + of(k, w)),
         "here the rate multiplies the whole velocity, so a new rate changes the old pushes, too. "
         "In the formula each push gets the rate of its own step, and keeps it"),
        (lambda w, v, k: _along(w, momentum * v - rates[0] * of(k, w)),
         "the first rate was used for all steps: step number k has the rate rates[k]"),
        (lambda w, v, k: _along(w, momentum * v - rates[-1] * of(k, w)),
         "the last rate was used for all steps: step number k has the rate rates[k]"),
        (lambda w, v, k: _along(w, momentum * v - np.mean(rates) * of(k, w)),
         "the mean rate was used for all steps: step number k has the rate rates[k]"),
        (lambda w, v, k: _along(w, momentum * v - rates[max(k - 1, 0)] * of(k, w)),
         "the rates come one step late: the first step has rates[0], the second rates[1]"),
        (lambda w, v, k: _along(w, momentum * v - rates[min(k + 1, len(rates) - 1)] * of(k, w)),
         "the rates come one step early: the first step has rates[0]"),
    ]  # fmt: skip
    return [(follow(rule, start, len(rates)), why) for rule, why in rules]


def _along(w, v):
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


def compare(f, gradient, start, rates, momentum, mistakes=()):
    def of(k, w):
        return gradient(w)

    wanted = wanted_path(of, start, rates, momentum)

    def known():
        typed = wanted_path(of, start, rates, 0.9), TYPED
        return [*mistakes, aliased(wanted), typed, *mistaken(of, start, rates, momentum)]

    compare_paths(f(gradient, start, rates, momentum), wanted, known)


@EXERCISE.asks(
    "the first step",
    points=1,
    usually="the velocity is 0 at the start, so the first step is -rates[0] * gradient(start)",
)
def first_step(f, rng):
    rate, momentum = draw(rng)
    compare(f, slope(rng), distinct(rng, 2), np.array([rate]), momentum)


@EXERCISE.asks(
    "the velocity is carried",
    points=1,
    usually="v = momentum * v - rate * g keeps a share of the old velocity in each step",
)
def carried(f, rng):
    rate, momentum = draw(rng)
    compare(f, slope(rng, 3), distinct(rng, 3), np.full(6, rate), momentum)


@EXERCISE.asks(
    "a rate for each step",
    points=1,
    usually="each push, rate * g, gets the rate of its own step when it enters the velocity, and "
    "no later rate changes it",
)
def falling_rate(f, rng):
    rate, momentum = draw(rng)
    rates = np.round(rate * rng.permutation([1.6, 1.3, 1.0, 0.7, 0.4]), 3)
    compare(f, slope(rng), distinct(rng, 2), rates, momentum)


@EXERCISE.asks(
    "a start of whole numbers",
    points=1,
    usually="an array of whole numbers cuts off fractions: begin with start.astype(float)",
)
def whole_numbers(f, rng):
    start = rng.choice(np.arange(3, 9), 2, replace=False) * rng.choice([-1, 1], 2)
    gradient, (rate, momentum) = slope(rng), draw(rng)
    rates = np.full(5, rate)

    def cut(w, v, k):
        v = momentum * v - rate * gradient(w)
        return np.trunc(w + v), v

    cuts = (
        "the points lose their fractions: an array made like start, which holds whole numbers, "
        "holds whole numbers. Use start.astype(float), and np.zeros((len(rates) + 1, len(start)))"
    )
    rounded = np.trunc(wanted_path(lambda k, w: gradient(w), start, rates, momentum))
    compare(f, gradient, start, rates, momentum, [(follow(cut, start, 5), cuts), (rounded, cuts)])


@EXERCISE.asks(
    "two hundred minibatches, with the default momentum",
    points=1,
    cases=2,
    usually="each call of gradient sees another minibatch: call it once in each step; and "
    "momentum is 0.9 unless the caller says otherwise",
)
def minibatches(f, rng):
    gradient, start, (rate, _) = batches(rng), distinct(rng, 2), draw(rng)
    rates = np.full(200, rate)
    wanted = wanted_path(gradient.of, start, rates, 0.9)

    def known():
        told = [(wanted_path(of, start, rates, 0.9), why) for of, why in wasted(gradient.of)]
        return told + [
            (wanted_path(gradient.of, start, rates, other), other_default(other))
            for other in (0.0, 0.5, 0.8, 0.95, 0.99)
        ]

    compare_paths(with_defaults(f, "momentum=0.9")(gradient, start, rates), wanted, known)


def other_default(other):
    return f"the default of momentum is {other:g}, and 0.9 is wanted: momentum=0.9"
