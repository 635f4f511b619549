"""Answers to exercise 5.2: momentum."""

import numpy as np

from answers import Answers

answers = Answers("5.2")
FIRST, CARRIED = "the first step", "the velocity is carried"
WHOLE = "a start of whole numbers"
BATCHES = "two hundred minibatches, with the default momentum"


def walk(gradient, start, steps, rule):
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for _ in range(steps):
        w, v = rule(w, v, gradient(w))
        path.append(w)
    return np.array(path)


@answers.correct
def two_lines(gradient, start, steps, learning_rate, momentum=0.9):
    def rule(w, v, g):
        v = momentum * v - learning_rate * g
        return w + v, v

    return walk(gradient, start, steps, rule)


@answers.correct
def as_in_torch(gradient, start, steps, learning_rate, momentum=0.9):
    """The velocity without its rate: the same path while the rate stands still."""

    def rule(w, v, g):
        v = momentum * v + g
        return w - learning_rate * v, v

    return walk(gradient, start, steps, rule)


@answers.correct
def heavy_ball(gradient, start, steps, learning_rate, momentum=0.9):
    """Polyak's form, with two positions and no velocity."""
    path = np.zeros((steps + 1, len(start)))
    path[0] = start
    for k in range(steps):
        path[k + 1] = path[k] - learning_rate * gradient(path[k])
        if k:
            path[k + 1] += momentum * (path[k] - path[k - 1])
    return path


@answers.correct
def float32(gradient, start, steps, learning_rate, momentum=0.9):
    w, v = start.astype(np.float32), np.zeros(len(start), np.float32)
    path = [w.copy()]
    for _ in range(steps):
        v *= np.float32(momentum)
        v -= np.float32(learning_rate) * gradient(w).astype(np.float32)
        w += v
        path.append(w.copy())
    return np.stack(path)


@answers.mistake(FIRST, "this walks up the gradient")
def uphill(gradient, start, steps, learning_rate, momentum=0.9):
    def rule(w, v, g):
        v = momentum * v + learning_rate * g
        return w + v, v

    return walk(gradient, start, steps, rule)


@answers.mistake(FIRST, "a velocity is no mean")
def running_mean(gradient, start, steps, learning_rate, momentum=0.9):
    def rule(w, v, g):
        v = momentum * v + (1 - momentum) * g
        return w - learning_rate * v, v

    return walk(gradient, start, steps, rule)


@answers.mistake(FIRST, "w moved by the old velocity")
def position_first(gradient, start, steps, learning_rate, momentum=0.9):
    return walk(gradient, start, steps, lambda w, v, g: (w + v, momentum * v - learning_rate * g))


@answers.mistake(FIRST, "mind the brackets")
def brackets(gradient, start, steps, learning_rate, momentum=0.9):
    def rule(w, v, g):
        v = momentum * (v - learning_rate * g)
        return w + v, v

    return walk(gradient, start, steps, rule)


@answers.mistake(FIRST, "the learning rate is missing")
def no_rate(gradient, start, steps, learning_rate, momentum=0.9):
    return two_lines(gradient, start, steps, 1.0, momentum)


@answers.mistake(FIRST, "the learning rate came in twice")
def rate_twice(gradient, start, steps, learning_rate, momentum=0.9):
    return two_lines(gradient, start, steps, learning_rate**2, momentum)


@answers.mistake(FIRST, "all rows are the last point")
def one_array(gradient, start, steps, learning_rate, momentum=0.9):
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for _ in range(steps):
        v = momentum * v - learning_rate * gradient(w)
        w += v
        path.append(w)
    return np.array(path)


@answers.mistake(FIRST, "the start is the first row")
def without_the_start(gradient, start, steps, learning_rate, momentum=0.9):
    return two_lines(gradient, start, steps, learning_rate, momentum)[1:]


@answers.mistake(FIRST, "collect all of them")
def last_point_only(gradient, start, steps, learning_rate, momentum=0.9):
    return two_lines(gradient, start, steps, learning_rate, momentum)[-1]


@answers.mistake(FIRST, "start belongs to the caller")
def moves_the_start(gradient, start, steps, learning_rate, momentum=0.9):
    w, v, path = start, np.zeros(len(start)), [start.copy()]
    for _ in range(steps):
        v = momentum * v - learning_rate * gradient(w)
        w += v
        path.append(w.copy())
    return np.array(path)


@answers.mistake(CARRIED, "this is plain gradient descent")
def gradient_descent(gradient, start, steps, learning_rate, momentum=0.9):
    return walk(gradient, start, steps, lambda w, v, g: (w - learning_rate * g, v))


@answers.mistake(CARRIED, "takes it for the friction")
def friction(gradient, start, steps, learning_rate, momentum=0.9):
    return two_lines(gradient, start, steps, learning_rate, 1 - momentum)


@answers.mistake(CARRIED, "without friction it never slows")
def no_friction(gradient, start, steps, learning_rate, momentum=0.9):
    return two_lines(gradient, start, steps, learning_rate, 1.0)


@answers.mistake(CARRIED, "that is Nesterov's")
def nesterov(gradient, start, steps, learning_rate, momentum=0.9):
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for _ in range(steps):
        v = momentum * v - learning_rate * gradient(w + momentum * v)
        w = w + v
        path.append(w)
    return np.array(path)


@answers.mistake(CARRIED, "always asked at the start")
def one_gradient_for_all(gradient, start, steps, learning_rate, momentum=0.9):
    g = gradient(start)
    return two_lines(lambda w: g, start, steps, learning_rate, momentum)


@answers.mistake(CARRIED, "only the gradient of the step before is remembered")
def short_memory(gradient, start, steps, learning_rate, momentum=0.9):
    def rule(w, v, g):
        return w + momentum * v - learning_rate * g, -learning_rate * g

    return walk(gradient, start, steps, rule)


@answers.mistake(WHOLE, "begin with start.astype(float)")
def whole_numbers_take_no_fraction(gradient, start, steps, learning_rate, momentum=0.9):
    w, v = start.copy(), np.zeros(len(start))
    path = [w.copy()]
    for _ in range(steps):
        v = momentum * v - learning_rate * gradient(w)
        w += v
        path.append(w.copy())
    return np.array(path)


@answers.mistake(WHOLE, "the points lose their fractions")
def rows_of_whole_numbers(gradient, start, steps, learning_rate, momentum=0.9):
    path = np.array([start] * (steps + 1))
    v = np.zeros(len(start))
    for k in range(steps):
        v = momentum * v - learning_rate * gradient(path[k])
        path[k + 1] = path[k] + v
    return path


@answers.mistake(BATCHES, "the gradient is asked twice in each step")
def asks_twice(gradient, start, steps, learning_rate, momentum=0.9):
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for _ in range(steps):
        if np.any(gradient(w) != 0):
            v = momentum * v - learning_rate * gradient(w)
        w = w + v
        path.append(w)
    return np.array(path)


@answers.mistake(BATCHES, "once before the first step")
def asks_for_the_size(gradient, start, steps, learning_rate, momentum=0.9):
    v = np.zeros_like(gradient(start))
    w, path = start.astype(float), [start.astype(float)]
    for _ in range(steps):
        v = momentum * v - learning_rate * gradient(w)
        w = w + v
        path.append(w)
    return np.array(path)


@answers.mistake(BATCHES, "the default of momentum is 0.5")
def another_default(gradient, start, steps, learning_rate, momentum=0.5):
    return two_lines(gradient, start, steps, learning_rate, momentum)


@answers.mistake(BATCHES, "the check calls momentum_path")
def no_default(gradient, start, steps, learning_rate, momentum):
    return two_lines(gradient, start, steps, learning_rate, momentum)


@answers.thoughtless
def zeros(gradient, start, steps, learning_rate, momentum=0.9):
    return np.zeros((steps + 1, len(start)))


@answers.thoughtless
def stands_still(gradient, start, steps, learning_rate, momentum=0.9):
    return np.array([start] * (steps + 1))
