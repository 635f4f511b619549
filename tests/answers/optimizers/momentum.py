"""Answers to exercise 5.2: momentum."""

import numpy as np

from answers import Answers

answers = Answers("5.2")
FIRST, CARRIED = "the first step", "the velocity is carried"
FALLING = "a rate for each step"
WHOLE = "a start of whole numbers"
BATCHES = "two hundred minibatches, with the default momentum"


def walk(gradient, start, rates, rule):
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for rate in rates:
        w, v = rule(w, v, gradient(w), rate)
        path.append(w)
    return np.array(path)


@answers.correct
def two_lines(gradient, start, rates, momentum=0.9):
    def rule(w, v, g, rate):
        v = momentum * v - rate * g
        return w + v, v

    return walk(gradient, start, rates, rule)


@answers.correct
def summed_pushes(gradient, start, rates, momentum=0.9):
    """Each velocity anew, as a sum over all pushes so far."""
    path, pushes = [np.array(start, float)], []
    for rate in rates:
        pushes = [momentum * push for push in pushes] + [-rate * gradient(path[-1])]
        path.append(path[-1] + np.sum(pushes, axis=0))
    return np.array(path)


@answers.correct
def heavy_ball(gradient, start, rates, momentum=0.9):
    """Polyak's form, with two positions and no velocity."""
    path = np.zeros((len(rates) + 1, len(start)))
    path[0] = start
    for k, rate in enumerate(rates):
        path[k + 1] = path[k] - rate * gradient(path[k])
        if k:
            path[k + 1] += momentum * (path[k] - path[k - 1])
    return path


@answers.correct
def float32(gradient, start, rates, momentum=0.9):
    w, v = start.astype(np.float32), np.zeros(len(start), np.float32)
    path = [w.copy()]
    for rate in rates:
        v *= np.float32(momentum)
        v -= np.float32(rate) * gradient(w).astype(np.float32)
        w += v
        path.append(w.copy())
    return np.stack(path)


@answers.mistake(FIRST, "this walks up the gradient")
def uphill(gradient, start, rates, momentum=0.9):
    def rule(w, v, g, rate):
        v = momentum * v + rate * g
        return w + v, v

    return walk(gradient, start, rates, rule)


@answers.mistake(FIRST, "a velocity is no mean")
def running_mean(gradient, start, rates, momentum=0.9):
    def rule(w, v, g, rate):
        v = momentum * v + (1 - momentum) * g
        return w - rate * v, v

    return walk(gradient, start, rates, rule)


@answers.mistake(FIRST, "w moved by the old velocity")
def position_first(gradient, start, rates, momentum=0.9):
    return walk(gradient, start, rates, lambda w, v, g, rate: (w + v, momentum * v - rate * g))


@answers.mistake(FIRST, "mind the brackets")
def brackets(gradient, start, rates, momentum=0.9):
    def rule(w, v, g, rate):
        v = momentum * (v - rate * g)
        return w + v, v

    return walk(gradient, start, rates, rule)


@answers.mistake(FIRST, "the learning rate is missing")
def no_rate(gradient, start, rates, momentum=0.9):
    return two_lines(gradient, start, np.ones(len(rates)), momentum)


@answers.mistake(FIRST, "the learning rate came in twice")
def rate_twice(gradient, start, rates, momentum=0.9):
    return two_lines(gradient, start, rates**2, momentum)


@answers.mistake(FIRST, "all rows are the last point")
def one_array(gradient, start, rates, momentum=0.9):
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for rate in rates:
        v = momentum * v - rate * gradient(w)
        w += v
        path.append(w)
    return np.array(path)


@answers.mistake(FIRST, "the start is the first row")
def without_the_start(gradient, start, rates, momentum=0.9):
    return two_lines(gradient, start, rates, momentum)[1:]


@answers.mistake(FIRST, "collect all of them")
def last_point_only(gradient, start, rates, momentum=0.9):
    return two_lines(gradient, start, rates, momentum)[-1]


@answers.mistake(FIRST, "rows and columns are exchanged")
def a_column_a_point(gradient, start, rates, momentum=0.9):
    """One step in two dimensions: the shape is right by chance."""
    return two_lines(gradient, start, rates, momentum).T


@answers.mistake(FIRST, "start belongs to the caller")
def moves_the_start(gradient, start, rates, momentum=0.9):
    w, v, path = start, np.zeros(len(start)), [start.copy()]
    for rate in rates:
        v = momentum * v - rate * gradient(w)
        w += v
        path.append(w.copy())
    return np.array(path)


@answers.mistake(CARRIED, "does `return` stand inside the loop?")
def returns_too_early(gradient, start, rates, momentum=0.9):
    return two_lines(gradient, start, rates[:1], momentum)


@answers.mistake(CARRIED, "start may have any number of entries")
def two_weights_only(gradient, start, rates, momentum=0.9):
    v = np.zeros(2)
    return two_lines(gradient, start + v, rates, momentum)


@answers.mistake(CARRIED, "this is plain gradient descent")
def gradient_descent(gradient, start, rates, momentum=0.9):
    return walk(gradient, start, rates, lambda w, v, g, rate: (w - rate * g, v))


@answers.mistake(CARRIED, "takes it for the friction")
def friction(gradient, start, rates, momentum=0.9):
    return two_lines(gradient, start, rates, 1 - momentum)


@answers.mistake(CARRIED, "without friction it never slows")
def no_friction(gradient, start, rates, momentum=0.9):
    return two_lines(gradient, start, rates, 1.0)


@answers.mistake(CARRIED, "that is Nesterov's")
def nesterov(gradient, start, rates, momentum=0.9):
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for rate in rates:
        v = momentum * v - rate * gradient(w + momentum * v)
        w = w + v
        path.append(w)
    return np.array(path)


@answers.mistake(CARRIED, "always asked at the start")
def one_gradient_for_all(gradient, start, rates, momentum=0.9):
    g = gradient(start)
    return two_lines(lambda w: g, start, rates, momentum)


@answers.mistake(CARRIED, "only the gradient of the step before is remembered")
def short_memory(gradient, start, rates, momentum=0.9):
    def rule(w, v, g, rate):
        return w + momentum * v - rate * g, -rate * g

    return walk(gradient, start, rates, rule)


@answers.mistake(CARRIED, "momentum is 0.9 whatever the caller says; use the argument")
def typed_momentum(gradient, start, rates, momentum=0.9):
    return two_lines(gradient, start, rates, 0.9)


@answers.mistake(FALLING, "a new rate changes the old pushes")
def as_in_torch(gradient, start, rates, momentum=0.9):
    """The velocity without its rate: the same path only while the rate stands still."""

    def rule(w, v, g, rate):
        v = momentum * v + g
        return w - rate * v, v

    return walk(gradient, start, rates, rule)


@answers.mistake(FALLING, "the first rate was used for all steps")
def first_rate_for_all(gradient, start, rates, momentum=0.9):
    return two_lines(gradient, start, np.full(len(rates), rates[0]), momentum)


@answers.mistake(FALLING, "the rates come one step late")
def rates_one_late(gradient, start, rates, momentum=0.9):
    return two_lines(gradient, start, np.append(rates[:1], rates[:-1]), momentum)


@answers.mistake(WHOLE, "begin with start.astype(float)")
def whole_numbers_take_no_fraction(gradient, start, rates, momentum=0.9):
    w, v = start.copy(), np.zeros(len(start))
    path = [w.copy()]
    for rate in rates:
        v = momentum * v - rate * gradient(w)
        w += v
        path.append(w.copy())
    return np.array(path)


@answers.mistake(WHOLE, "the points lose their fractions")
def rows_of_whole_numbers(gradient, start, rates, momentum=0.9):
    path = np.array([start] * (len(rates) + 1))
    v = np.zeros(len(start))
    for k, rate in enumerate(rates):
        v = momentum * v - rate * gradient(path[k])
        path[k + 1] = path[k] + v
    return path


@answers.mistake(BATCHES, "the gradient is asked twice in each step")
def asks_twice(gradient, start, rates, momentum=0.9):
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for rate in rates:
        if np.any(gradient(w) != 0):
            v = momentum * v - rate * gradient(w)
        w = w + v
        path.append(w)
    return np.array(path)


@answers.mistake(BATCHES, "once before the first step")
def asks_for_the_size(gradient, start, rates, momentum=0.9):
    v = np.zeros_like(gradient(start))
    w, path = start.astype(float), [start.astype(float)]
    for rate in rates:
        v = momentum * v - rate * gradient(w)
        w = w + v
        path.append(w)
    return np.array(path)


@answers.mistake(BATCHES, "the default of momentum is 0.5")
def another_default(gradient, start, rates, momentum=0.5):
    return two_lines(gradient, start, rates, momentum)


@answers.mistake(BATCHES, "this call leaves out what has a default: momentum=0.9")
def no_default(gradient, start, rates, momentum):
    return two_lines(gradient, start, rates, momentum)


@answers.thoughtless
def zeros(gradient, start, rates, momentum=0.9):
    return np.zeros((len(rates) + 1, len(start)))


@answers.thoughtless
def stands_still(gradient, start, rates, momentum=0.9):
    return np.array([start] * (len(rates) + 1))
