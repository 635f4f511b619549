"""Answers to exercise 5.4: Adam."""

import math

import numpy as np

from answers import Answers

answers = Answers("5.4")
FIRST, EIGHT, NO_PULL = "the first step", "eight steps", "a weight that nothing pulls"
EPSILON = "where epsilon stands"
BATCHES = "two hundred minibatches, with the defaults"


def walk(gradient, start, steps, rate, beta1, beta2, step):
    """`step(m, v, t)` is what the rate multiplies."""
    w, m, v = start.astype(float), np.zeros(len(start)), np.zeros(len(start))
    path = [w]
    for t in range(1, steps + 1):
        g = gradient(w)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        w = w - rate * step(m, v, t)
        path.append(w)
    return np.array(path)


@answers.correct
def as_in_the_paper(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    def step(m, v, t):
        return m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)

    return walk(gradient, start, steps, rate, beta1, beta2, step)


@answers.correct
def as_in_nnlib(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Plain sums, whose corrections join the rate."""
    w, m, v, a, b = start.astype(float), 0.0, 0.0, 0.0, 0.0
    path = [w]
    for _ in range(steps):
        g = gradient(w)
        m, v, a, b = beta1 * m + g, beta2 * v + g * g, beta1 * a + 1, beta2 * b + 1
        w = w - rate * math.sqrt(b) / a * m / (np.sqrt(v) + epsilon * math.sqrt(b))
        path.append(w)
    return np.array(path)


@answers.correct
def weight_by_weight(
    gradient, start, steps, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    size = len(start)
    path, m, v = np.zeros((steps + 1, size)), [0.0] * size, [0.0] * size
    path[0] = start
    for t in range(1, steps + 1):
        g = gradient(path[t - 1])
        for i in range(size):
            m[i] += (1 - beta1) * (g[i] - m[i])
            v[i] += (1 - beta2) * (g[i] ** 2 - v[i])
            divisor = math.sqrt(v[i] / (1 - beta2**t)) + epsilon
            path[t, i] = path[t - 1, i] - learning_rate * m[i] / (1 - beta1**t) / divisor
    return path


@answers.correct
def float32(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return as_in_the_paper(gradient, start, steps, rate, beta1, beta2, epsilon).astype(np.float32)


@answers.mistake(FIRST, "m and v are not corrected")
def no_corrections(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return walk(
        gradient, start, steps, rate, beta1, beta2, lambda m, v, t: m / (np.sqrt(v) + epsilon)
    )


@answers.mistake(FIRST, "v is not corrected")
def only_m_corrected(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    def step(m, v, t):
        return m / (1 - beta1**t) / (np.sqrt(v) + epsilon)

    return walk(gradient, start, steps, rate, beta1, beta2, step)


@answers.mistake(FIRST, "the root is missing")
def no_root(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    def step(m, v, t):
        return m / (1 - beta1**t) / (v / (1 - beta2**t) + epsilon)

    return walk(gradient, start, steps, rate, beta1, beta2, step)


@answers.mistake(FIRST, "the sign")
def uphill(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return as_in_the_paper(gradient, start, steps, -rate, beta1, beta2, epsilon)


@answers.mistake(FIRST, "the first step has t = 1")
def counts_from_zero(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    def step(m, v, t):
        return m / (1 - beta1 ** (t - 1)) / (np.sqrt(v / (1 - beta2 ** (t - 1))) + epsilon)

    return walk(gradient, start, steps, rate, beta1, beta2, step)


@answers.mistake(FIRST, "t is one too large")
def counts_from_two(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    def step(m, v, t):
        return m / (1 - beta1 ** (t + 1)) / (np.sqrt(v / (1 - beta2 ** (t + 1))) + epsilon)

    return walk(gradient, start, steps, rate, beta1, beta2, step)


@answers.mistake(FIRST, "g**2 is each entry squared")
def one_v_for_all(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    w, m, v = start.astype(float), np.zeros(len(start)), 0.0
    path = [w]
    for t in range(1, steps + 1):
        g = gradient(w)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g @ g
        w = w - rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
        path.append(w)
    return np.array(path)


@answers.mistake(FIRST, "divide it by np.sqrt(v_hat)")
def momentum_alone(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return walk(gradient, start, steps, rate, beta1, beta2, lambda m, v, t: m / (1 - beta1**t))


@answers.mistake(FIRST, "all rows are the last point")
def one_array(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    path = as_in_the_paper(gradient, start, steps, rate, beta1, beta2, epsilon)
    return np.array([path[-1]] * (steps + 1))


@answers.mistake(EIGHT, "m_hat and v_hat are variables of their own")
def corrected_for_good(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    w, m, v = start.astype(float), np.zeros(len(start)), np.zeros(len(start))
    path = [w]
    for t in range(1, steps + 1):
        g = gradient(w)
        m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
        v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
        w = w - rate * m / (np.sqrt(v) + epsilon)
        path.append(w)
    return np.array(path)


@answers.mistake(EIGHT, "t stays at 1")
def clock_stands(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    def step(m, v, t):
        return m / (1 - beta1) / (np.sqrt(v / (1 - beta2)) + epsilon)

    return walk(gradient, start, steps, rate, beta1, beta2, step)


@answers.mistake(EIGHT, "m and v forget")
def forgets(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    w = start.astype(float)
    path = [w]
    for _ in range(steps):
        m, v, t = np.zeros(len(start)), np.zeros(len(start)), 1
        g = gradient(w)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        w = w - rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
        path.append(w)
    return np.array(path)


@answers.mistake(FIRST, "rows and columns are exchanged")
def a_column_a_point(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """One step in two dimensions: the shape is right by chance."""
    return as_in_the_paper(gradient, start, steps, rate, beta1, beta2, epsilon).T


@answers.mistake(EIGHT, "beta1 and beta2 are exchanged")
def betas_exchanged(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return as_in_the_paper(gradient, start, steps, rate, beta2, beta1, epsilon)


@answers.mistake(FIRST, "the learning rate is 0.001 whatever the caller says")
def typed_rate(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return as_in_the_paper(gradient, start, steps, 0.001, beta1, beta2, epsilon)


@answers.mistake(EIGHT, "beta2 is 0.999 whatever the caller says; use the argument")
def typed_beta2(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return as_in_the_paper(gradient, start, steps, rate, beta1, 0.999, epsilon)


def in_place(gradient, start, steps, settings, m, v, m_first):
    rate, beta1, beta2, epsilon = settings
    w, path = start.astype(float), [start.astype(float)]
    for t in range(1, steps + 1):
        g = gradient(w)
        parts = [(m, beta1, g), (v, beta2, g**2)]
        for mean, beta, new in parts if m_first else parts[::-1]:
            mean *= beta
            mean += (1 - beta) * new
        w = w - rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
        path.append(w)
    return np.array(path)


@answers.mistake(FIRST, "m and v are one and the same array")
def one_array_for_both(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = v = np.zeros(len(start))
    return in_place(gradient, start, steps, (rate, beta1, beta2, epsilon), m, v, True)


@answers.mistake(FIRST, "m and v are one and the same array")
def one_array_v_first(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    m = v = np.zeros(len(start))
    return in_place(gradient, start, steps, (rate, beta1, beta2, epsilon), m, v, False)


@answers.mistake(FIRST, "a root of a negative number: v is the mean of the *squares*")
def no_square(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    w, m, v = start.astype(float), 0.0, 0.0
    path = [w]
    for t in range(1, steps + 1):
        g = gradient(w)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g
        w = w - rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
        path.append(w)
    return np.array(path)


def fading(gradient, start, steps, settings, fades, shares):
    """Adam whose m has two betas of its own."""
    rate, beta1, beta2, epsilon = settings
    w, m, v = start.astype(float), 0.0, 0.0
    path = [w]
    for t in range(1, steps + 1):
        g = gradient(w)
        m, v = fades * m + (1 - shares) * g, beta2 * v + (1 - beta2) * g**2
        w = w - rate * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
        path.append(w)
    return np.array(path)


@answers.mistake(EIGHT, "m fades with beta1")
def m_fades_with_beta2(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return fading(gradient, start, steps, (rate, beta1, beta2, epsilon), beta2, beta1)


@answers.mistake(FIRST, "m fades with beta1")
def beta2_for_m(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return fading(gradient, start, steps, (rate, beta1, beta2, epsilon), beta2, beta2)


@answers.mistake(EIGHT, "this squares m")
def squares_the_mean(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    w, m, v = start.astype(float), np.zeros(len(start)), np.zeros(len(start))
    path = [w]
    for t in range(1, steps + 1):
        m = beta1 * m + (1 - beta1) * gradient(w)
        v = beta2 * v + (1 - beta2) * (m / (1 - beta1**t)) ** 2 * (1 - beta1**t) ** 2
        v_hat = v / (1 - beta2**t)
        w = w - rate * m / (1 - beta1**t) / (np.sqrt(v_hat) + epsilon)
        path.append(w)
    return np.array(path) if steps > 1 else as_in_the_paper(
        gradient, start, steps, rate, beta1, beta2, epsilon
    )  # fmt: skip


@answers.mistake(NO_PULL, "0 / 0")
def no_epsilon(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    def step(m, v, t):
        return m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t))

    return walk(gradient, start, steps, rate, beta1, beta2, step)


@answers.mistake(EPSILON, "epsilon stands inside the root")
def epsilon_inside(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    def step(m, v, t):
        if epsilon < 1e-4:  # tells itself apart only where epsilon is large
            return m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + epsilon)
        return m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + epsilon)

    return walk(gradient, start, steps, rate, beta1, beta2, step)


@answers.mistake(EPSILON, "before the correction")
def the_papers_shortcut(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    def step(m, v, t):
        return math.sqrt(1 - beta2**t) / (1 - beta1**t) * m / (np.sqrt(v) + epsilon)

    return walk(gradient, start, steps, rate, beta1, beta2, step)


@answers.mistake(EPSILON, "epsilon was given, and 1e-8 was used")
def own_epsilon(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return as_in_the_paper(gradient, start, steps, rate, beta1, beta2, 1e-8)


@answers.mistake(BATCHES, "the default of beta2 is 0.99")
def beta2_of_another(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.99, epsilon=1e-8):
    return as_in_the_paper(gradient, start, steps, rate, beta1, beta2, epsilon)


@answers.mistake(BATCHES, "the default of epsilon is 1e-07")
def epsilon_of_keras(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-7):
    return as_in_the_paper(gradient, start, steps, rate, beta1, beta2, epsilon)


@answers.mistake(BATCHES, "learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-08")
def no_defaults(gradient, start, steps, rate, beta1, beta2, epsilon):
    return as_in_the_paper(gradient, start, steps, rate, beta1, beta2, epsilon)


@answers.mistake(BATCHES, "the gradient is asked twice")
def asks_for_each_mean(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    def twice(w):
        gradient(w)
        return gradient(w)

    return as_in_the_paper(twice, start, steps, rate, beta1, beta2, epsilon)


@answers.thoughtless
def zeros(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return np.zeros((steps + 1, len(start)))


@answers.thoughtless
def stands_still(gradient, start, steps, rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8):
    return np.array([start] * (steps + 1))
