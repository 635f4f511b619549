"""Answers to exercise 2.2: an epoch of the perceptron learning rule."""

from fractions import Fraction

import numpy as np

from answers import Answers

answers = Answers("2.2")
ONE, LINE, FIVE, COUNT = (
    "one example, at each kind of answer",
    "exactly on the line",
    "five examples, one after the other",
    "the number of mistakes",
)


@answers.correct
def with_ifs(X, t, w, b):
    w, mistakes = w.copy(), 0
    for i in range(len(X)):
        says_yes = X[i] @ w + b > 0
        if says_yes and t[i] == 0:
            w -= X[i]
            b -= 1
            mistakes += 1
        elif not says_yes and t[i] == 1:
            w += X[i]
            b += 1
            mistakes += 1
    return w, b, mistakes


@answers.correct
def bias_as_a_weight(X, t, w, b):
    longer, weights = np.column_stack([X, np.ones(len(X))]), np.append(w, b)
    mistakes = 0
    for x, target in zip(longer, t):
        error = int(target) - int(weights @ x > 0)
        weights += error * x
        mistakes += error != 0
    return weights[:-1], weights[-1], np.int64(mistakes)


@answers.correct
def float32(X, t, w, b):
    X, w, b = X.astype(np.float32), w.astype(np.float32), np.float32(b)
    return with_ifs(X, t, w, b)


@answers.correct
def fractions(X, t, w, b):
    w, b = [Fraction(float(v)) for v in w], Fraction(b)
    mistakes = 0
    for x, target in zip(X.tolist(), t.tolist()):
        x = list(map(Fraction, x))
        error = target - (sum(v * u for v, u in zip(w, x)) + b > 0)
        w, b = [v + error * u for v, u in zip(w, x)], b + error
        mistakes += abs(error)
    return np.array(w, dtype=float), float(b), mistakes


def variant(X, t, w, b, *, says=lambda z: z > 0, rule=lambda error: error, count=abs):
    mistakes = 0
    for x, target in zip(X, t):
        error = target - int(says(x @ w + b))
        w, b = w + rule(error) * x, b + rule(error)
        mistakes += count(error)
    return w, b, mistakes


@answers.mistake(ONE, "the sign")
def output_minus_target(X, t, w, b):
    return variant(X, t, w, b, rule=lambda error: -error)


@answers.mistake(LINE, "this has >=")
def yes_on_the_line(X, t, w, b):
    return variant(X, t, w, b, says=lambda z: z >= 0)


@answers.mistake(FIVE, "the bias is left out of z")
def no_bias(X, t, w, b):
    for x, target in zip(X, t):
        error = target - int(x @ w > 0)
        w, b = w + error * x, b + error
    return w, b, 1


@answers.mistake(FIVE, "every output here was found with the weights from before")
def all_at_once(X, t, w, b):
    error = t - (X @ w + b > 0)
    return w + X.T @ error, b + error.sum(), abs(error).sum()


@answers.mistake(ONE, "examples that were answered rightly")
def always_learns(X, t, w, b):
    for x, target in zip(X, t):
        w, b = w + (2 * target - 1) * x, b + 2 * target - 1
    return w, b, len(X)


@answers.mistake(ONE, "b has to learn, too")
def bias_stays(X, t, w, b):
    return variant(X, t, w, b)[0], b, variant(X, t, w, b)[2]


@answers.mistake(ONE, "w has to learn, too")
def weights_stay(X, t, w, b):
    return w, variant(X, t, w, b)[1], variant(X, t, w, b)[2]


@answers.mistake(ONE, "a yes that should be a no is never corrected")
def only_adds(X, t, w, b):
    return variant(X, t, w, b, rule=lambda error: max(error, 0))


@answers.mistake(ONE, "a no that should be a yes is never corrected")
def only_subtracts(X, t, w, b):
    return variant(X, t, w, b, rule=lambda error: min(error, 0))


@answers.mistake(ONE, "each step is twice")
def spins(X, t, w, b):
    return variant(X, t, w, b, rule=lambda error: 2 * error)


@answers.mistake(ONE, "with error = target - output")
def no_threshold(X, t, w, b):
    """The error is target - z: the rule of a linear neuron."""
    for x, target in zip(X, t):
        error = target - (x @ w + b)
        w, b = w + error * x, b + error
    return w, b, 0


@answers.mistake(FIVE, "only the first example was used")
def returns_in_the_loop(X, t, w, b):
    for x, target in zip(X, t):
        error = target - int(x @ w + b > 0)
        return w + error * x, b + error, abs(error)


@answers.mistake(FIVE, "this subtracts it")
def bias_subtracted(X, t, w, b):
    for x, target in zip(X, t):
        error = target - int(x @ w - b > 0)
        w, b = w + error * x, b + error
    return w, b, 1


@answers.mistake(LINE, "here it is left out")
def neither_yes_nor_no(X, t, w, b):
    mistakes = 0
    for x, target in zip(X, t):
        z = x @ w + b
        if (z > 0 and target == 0) or (z < 0 and target == 1):
            w, b, mistakes = w + (2 * target - 1) * x, b + 2 * target - 1, mistakes + 1
    return w, b, mistakes


@answers.mistake(FIVE, "an epoch is one pass")
def until_no_mistake(X, t, w, b):
    for _ in range(500):
        w, b, mistakes = variant(X, t, w, b)
        if not mistakes:
            break
    return w, b, mistakes


@answers.mistake(COUNT, "add up abs(error), not error")
def signed_count(X, t, w, b):
    return variant(X, t, w, b, count=lambda error: error)


@answers.mistake(COUNT, "these are the examples that were right")
def counts_the_right_ones(X, t, w, b):
    return variant(X, t, w, b, count=lambda error: error == 0)


@answers.mistake(COUNT, "this counts every example")
def counts_everything(X, t, w, b):
    return *variant(X, t, w, b)[:2], len(X)


@answers.mistake(COUNT, "no mistake was counted")
def counts_nothing(X, t, w, b):
    return *variant(X, t, w, b)[:2], 0


@answers.mistake(ONE, "w belongs to the caller")
def works_in_place(X, t, w, b):
    for x, target in zip(X, t):
        w += (target - int(x @ w + b > 0)) * x
    return w, b, 0


@answers.mistake(FIVE, "`if` wants one number")
def if_of_all(X, t, w, b):
    output = 1 if X @ w + b > 0 else 0
    return w + X.T @ (t - output), b + np.sum(t - output), np.sum(t != output)


@answers.mistake(ONE, "it is 2 of them")
def no_count(X, t, w, b):
    return variant(X, t, w, b)[:2]


@answers.thoughtless
def nothing_learned(X, t, w, b):
    return w, b, 0


@answers.thoughtless
def zeros(X, t, w, b):
    return 0 * w, 0.0, len(X)
