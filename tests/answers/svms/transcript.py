"""Answers to exercise 3.6: all that a run can report."""

import itertools

import numpy as np

from answers import Answers

answers = Answers("3.6")
ONE, SEVERAL, TIE = "one step", "several steps", "a score of exactly 0"
RARE = "a report that hardly any run makes"


def one(state, x, t, step, spring, held_c=0.0, margin=1.0, sign=1.0):
    a, b, c = state
    pull = sign * t if t * (a * x[0] + b * x[1] + c) < margin else 0.0
    return (
        a + step * (x[0] * pull - spring * a),
        b + step * (x[1] * pull - spring * b),
        c + step * (pull - held_c * spring * c),
    )


def count(state, X, y):
    a, b, c = state
    signs = [1 if a * x[0] + b * x[1] + c > 0 else -1 for x in X]
    return sum(int(sign == t) for sign, t in zip(signs, y, strict=True))


def run(X, y, w, steps, step, spring, **other):
    states = [tuple(w)]
    for _ in range(steps):
        states = [
            one(s, x, t, step, spring, **other) for s in states for x, t in zip(X, y, strict=True)
        ]
    return sorted({count(s, X, y) for s in states})


@answers.correct
def states_in_a_list(X, y, w, steps, step, spring):
    return run(X, y, w, steps, step, spring)


@answers.correct
def every_order(X, y, w, steps, step, spring):
    found = set()
    for order in itertools.product(range(len(X)), repeat=steps):
        state = tuple(w)
        for i in order:
            state = one(state, X[i], y[i], step, spring)
        found.add(count(state, X, y))
    return sorted(found)


@answers.correct
def recursive(X, y, w, steps, step, spring):
    if steps == 0:
        return [count(w, X, y)]
    found = []
    for x, t in zip(X, y, strict=True):
        found += recursive(X, y, one(w, x, t, step, spring), steps - 1, step, spring)
    return sorted(set(found))


@answers.correct
def all_states_in_one_array(X, y, w, steps, step, spring):
    W = np.array([w], float)
    for _ in range(steps):
        new = []
        for x, t in zip(X, y, strict=True):
            pull = t * (t * (W[:, :2] @ x + W[:, 2]) < 1)
            force = pull[:, None] * np.append(x, 1) - spring * W * [1, 1, 0]
            new.append(W + step * force)
        W = np.concatenate(new)
    right = (np.where(W[:, :2] @ X.T + W[:, 2:] > 0, 1, -1) == y).sum(axis=1)
    return np.unique(right)


@answers.mistake(ONE, "the spring is missing")
def no_spring(X, y, w, steps, step, spring):
    return run(X, y, w, steps, step, 0.0)


@answers.mistake(ONE, "not c")
def spring_on_c(X, y, w, steps, step, spring):
    return run(X, y, w, steps, step, spring, held_c=1.0)


@answers.mistake(ONE, "the sign: a +1 example")
def pushes_away(X, y, w, steps, step, spring):
    return run(X, y, w, steps, step, spring, sign=-1.0)


@answers.mistake(ONE, "for each example that may be picked")
def first_example_only(X, y, w, steps, step, spring):
    return run(X[:1], y[:1], w, steps, step, spring)


@answers.mistake(ONE, "below 1, not below 0")
def no_margin(X, y, w, steps, step, spring):
    return run(X, y, w, steps, step, spring, margin=0.0)


@answers.mistake(ONE, "before any step")
def start_only(X, y, w, steps, step, spring):
    return [count(w, X, y)]


@answers.mistake(SEVERAL, "not one and the same")
def same_example_each_time(X, y, w, steps, step, spring):
    found = set()
    for x, t in zip(X, y, strict=True):
        state = tuple(w)
        for _ in range(steps):
            state = one(state, x, t, step, spring)
        found.add(count(state, X, y))
    return sorted(found)


@answers.mistake(ONE, "each number once, in order")
def with_repeats(X, y, w, steps, step, spring):
    states = [tuple(w)]
    for _ in range(steps):
        states = [one(s, x, t, step, spring) for s in states for x, t in zip(X, y, strict=True)]
    return [count(s, X, y) for s in states]


@answers.mistake(RARE, "a sample of runs misses what is rare")
def thirty_random_runs(X, y, w, steps, step, spring):
    rng, found = np.random.default_rng(0), set()
    for _ in range(30):
        state = tuple(w)
        for i in rng.integers(len(X), size=steps):
            state = one(state, X[i], y[i], step, spring)
        found.add(count(state, X, y))
    return sorted(found)


@answers.mistake(SEVERAL, "repeats included")
def without_repeats(X, y, w, steps, step, spring):
    found = set()
    for order in itertools.permutations(range(len(X)), min(steps, len(X))):
        state = tuple(w)
        for i in order:
            state = one(state, X[i], y[i], step, spring)
        found.add(count(state, X, y))
    return sorted(found)


@answers.mistake(ONE, "the numbers of wrong answers")
def counts_wrong_answers(X, y, w, steps, step, spring):
    return sorted(len(X) - k for k in run(X, y, w, steps, step, spring))


@answers.mistake(ONE, "only the report after the last step")
def after_every_step(X, y, w, steps, step, spring):
    return sorted({k for s in range(steps + 1) for k in run(X, y, w, s, step, spring)})


@answers.mistake(TIE, "a score of 0 means -1")
def zero_is_yes(X, y, w, steps, step, spring):
    states = [tuple(w)]
    for _ in range(steps):
        states = [one(s, x, t, step, spring) for s in states for x, t in zip(X, y, strict=True)]
    return sorted(
        {int(sum((np.array([*s[:2]]) @ X.T + s[2] >= 0) == (y == 1))) for s in states}
    )


@answers.mistake(ONE, "whole numbers")
def shares(X, y, w, steps, step, spring):
    return [k / len(X) for k in run(X, y, w, steps, step, spring)]


@answers.thoughtless
def nothing(X, y, w, steps, step, spring):
    return []


@answers.thoughtless
def all_numbers(X, y, w, steps, step, spring):
    return list(range(len(X) + 1))
