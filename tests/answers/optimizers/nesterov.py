"""Answers to exercise 5.3: Nesterov's momentum."""

import numpy as np

from answers import Answers

answers = Answers("5.3")
POSITIONS, ASKED = "the positions", "where the gradient is asked"
BATCHES = "two hundred minibatches, from a start of whole numbers"


def walk(gradient, start, steps, learning_rate, momentum, look=None):
    """Nesterov's walk; it looks at p + look * v."""
    p, v = start.astype(float), np.zeros(len(start))
    path, asked = [p], []
    for _ in range(steps):
        asked.append(p + (momentum if look is None else look) * v)
        v = momentum * v - learning_rate * gradient(asked[-1])
        p = p + v
        path.append(p)
    return np.array(path), np.array(asked)


@answers.correct
def look_then_step(gradient, start, steps, learning_rate, momentum=0.9):
    return walk(gradient, start, steps, learning_rate, momentum)


@answers.correct
def from_the_points_ahead(gradient, start, steps, learning_rate, momentum=0.9):
    """Bengio's form: w is the point ahead, and the position is found from it."""
    w, v = start.astype(float), np.zeros(len(start))
    path, asked = [w], []
    for _ in range(steps):
        asked.append(w)
        g = gradient(w)
        v = momentum * v - learning_rate * g
        w = w + momentum * v - learning_rate * g
        path.append(w - momentum * v)
    return np.array(path), np.array(asked)


@answers.correct
def two_positions(gradient, start, steps, learning_rate, momentum=0.9):
    path, asked = np.zeros((steps + 1, len(start))), np.zeros((steps, len(start)))
    path[0] = start
    for k in range(steps):
        asked[k] = path[k] + momentum * (path[k] - path[k - 1]) * (k > 0)
        path[k + 1] = asked[k] - learning_rate * gradient(asked[k])
    return [path, asked]


@answers.correct
def float32(gradient, start, steps, learning_rate, momentum=0.9):
    return tuple(part.astype(np.float32) for part in walk(
        gradient, start, steps, learning_rate, momentum
    ))  # fmt: skip


@answers.mistake(POSITIONS, "that is the momentum of exercise 5.2")
def plain_momentum(gradient, start, steps, learning_rate, momentum=0.9):
    return walk(gradient, start, steps, learning_rate, momentum, look=0)


@answers.mistake(POSITIONS, "only the share of the velocity")
def whole_velocity(gradient, start, steps, learning_rate, momentum=0.9):
    return walk(gradient, start, steps, learning_rate, momentum, look=1)


@answers.mistake(POSITIONS, "this looks back")
def looks_back(gradient, start, steps, learning_rate, momentum=0.9):
    return walk(gradient, start, steps, learning_rate, momentum, look=-momentum)


@answers.mistake(POSITIONS, "momentum came in twice")
def slowed_twice(gradient, start, steps, learning_rate, momentum=0.9):
    p, v = start.astype(float), np.zeros(len(start))
    path, asked = [p], []
    for _ in range(steps):
        v = momentum * v
        asked.append(p + momentum * v)
        v = v - learning_rate * gradient(asked[-1])
        p = p + v
        path.append(p)
    return np.array(path), np.array(asked)


@answers.mistake(POSITIONS, "the step begins at p")
def steps_from_ahead(gradient, start, steps, learning_rate, momentum=0.9):
    p, v = start.astype(float), np.zeros(len(start))
    path, asked = [p], []
    for _ in range(steps):
        ahead = p + momentum * v
        asked.append(ahead)
        v = momentum * v - learning_rate * gradient(ahead)
        p = ahead + v
        path.append(p)
    return np.array(path), np.array(asked)


@answers.mistake(POSITIONS, "these are the points ahead")
def path_of_points_ahead(gradient, start, steps, learning_rate, momentum=0.9):
    """What nnlib's Nesterov keeps in the parameters."""
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for _ in range(steps):
        g = gradient(w)
        v = momentum * v - learning_rate * g
        w = w + momentum * v - learning_rate * g
        path.append(w)
    return np.array(path), np.array(path[:-1])


@answers.mistake(POSITIONS, "the sign")
def uphill(gradient, start, steps, learning_rate, momentum=0.9):
    return walk(lambda w: -gradient(w), start, steps, learning_rate, momentum)


@answers.mistake(POSITIONS, "as in Nesterov's own paper")
def growing_momentum(gradient, start, steps, learning_rate, momentum=0.9):
    p, v = start.astype(float), np.zeros(len(start))
    path, asked = [p], []
    for k in range(steps):
        share = k / (k + 3)
        asked.append(p + share * v)
        v = share * v - learning_rate * gradient(asked[-1])
        p = p + v
        path.append(p)
    return np.array(path), np.array(asked)


@answers.mistake(POSITIONS, "The answer has to be 2 things")
def path_alone(gradient, start, steps, learning_rate, momentum=0.9):
    return (walk(gradient, start, steps, learning_rate, momentum)[0],)


@answers.mistake(POSITIONS, "momentum is 0.9 whatever the caller says; use the argument")
def typed_momentum(gradient, start, steps, learning_rate, momentum=0.9):
    return walk(gradient, start, steps, learning_rate, 0.9)


@answers.mistake(POSITIONS, "use the argument in both places")
def typed_ahead(gradient, start, steps, learning_rate, momentum=0.9):
    return walk(gradient, start, steps, learning_rate, momentum, look=0.9)


@answers.mistake(POSITIONS, "the two answers change places: path first, then asked")
def asked_first(gradient, start, steps, learning_rate, momentum=0.9):
    return walk(gradient, start, steps, learning_rate, momentum)[::-1]


@answers.mistake(ASKED, "momentum is 0.9 whatever the caller says; use the argument")
def typed_in_asked(gradient, start, steps, learning_rate, momentum=0.9):
    path, _ = walk(gradient, start, steps, learning_rate, momentum)
    before = np.vstack([path[:1], path[:-2]])
    return path, path[:-1] + 0.9 * (path[:-1] - before)


@answers.mistake(ASKED, "one row too many")
def asks_once_more(gradient, start, steps, learning_rate, momentum=0.9):
    path, _ = walk(gradient, start, steps, learning_rate, momentum)
    _, asked = walk(gradient, start, steps + 1, learning_rate, momentum)
    return path, asked


@answers.mistake(ASKED, "these are the positions p")
def positions_again(gradient, start, steps, learning_rate, momentum=0.9):
    path, _ = walk(gradient, start, steps, learning_rate, momentum)
    return path, path[:-1]


@answers.mistake(ASKED, "one step late")
def ahead_of_the_next_step(gradient, start, steps, learning_rate, momentum=0.9):
    path, _ = walk(gradient, start, steps, learning_rate, momentum)
    _, asked = walk(gradient, start, steps + 1, learning_rate, momentum)
    return path, asked[1:]


@answers.mistake(ASKED, "these are the gradients")
def the_gradients(gradient, start, steps, learning_rate, momentum=0.9):
    path, asked = walk(gradient, start, steps, learning_rate, momentum)
    return path, np.array([gradient(w) for w in asked])


@answers.mistake(BATCHES, "the gradient is asked twice")
def asks_here_and_ahead(gradient, start, steps, learning_rate, momentum=0.9):
    p, v = start.astype(float), np.zeros(len(start))
    path, asked = [p], []
    for _ in range(steps):
        here = gradient(p)
        asked.append(p + momentum * v)
        v = momentum * v - learning_rate * (gradient(asked[-1]) + 0 * here)
        p = p + v
        path.append(p)
    return np.array(path), np.array(asked)


@answers.mistake(BATCHES, "the default of momentum is 0.99")
def another_default(gradient, start, steps, learning_rate, momentum=0.99):
    return walk(gradient, start, steps, learning_rate, momentum)


@answers.mistake(BATCHES, "begin with start.astype(float)")
def whole_numbers(gradient, start, steps, learning_rate, momentum=0.9):
    p, v = start.copy(), np.zeros(len(start))
    path, asked = [p.copy()], []
    for _ in range(steps):
        asked.append(p + momentum * v)
        v = momentum * v - learning_rate * gradient(asked[-1])
        p += v
        path.append(p.copy())
    return np.array(path), np.array(asked)


@answers.thoughtless
def zeros(gradient, start, steps, learning_rate, momentum=0.9):
    return np.zeros((steps + 1, len(start))), np.zeros((steps, len(start)))


@answers.thoughtless
def stands_still(gradient, start, steps, learning_rate, momentum=0.9):
    return np.array([start] * (steps + 1)), np.array([start] * steps)
