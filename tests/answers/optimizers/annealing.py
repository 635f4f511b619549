"""Answers to exercise 5.5: the rule of Metropolis."""

import math

import numpy as np

from answers import Answers

answers = Answers("5.5")
CLIMBS, DOWN = "climbs", "level steps and descents"
SIZE, FROZEN = "numbers of any size", "temperature 0"


@answers.correct
def with_where(delta, temperature):
    if temperature == 0:
        return np.where(delta > 0, 0.0, 1.0)
    return np.where(delta > 0, np.exp(-np.maximum(delta, 0) / temperature), 1.0)


@answers.correct
def loops(delta, temperature):
    p = np.ones(len(delta))
    for i, d in enumerate(delta.tolist()):
        if d > 0:
            p[i] = math.exp(-d / temperature) if temperature > 0 else 0
    return p


@answers.correct
def infinity_and_all(delta, temperature):
    """exp overflows to infinity, and the minimum with 1 is 1: NumPy warns, and is right."""
    with np.errstate(all="ignore"):
        p = np.minimum(1, np.exp(-delta / np.float64(temperature)))
    return np.where(delta == 0, 1.0, p)


@answers.correct
def float32(delta, temperature):
    if temperature == 0:
        return (delta <= 0).astype(np.float32)
    return np.exp(-np.maximum(delta, 0) / temperature)


def rule(delta, temperature):
    if temperature == 0:
        return np.where(delta > 0, 0.0, 1.0)
    return np.exp(-np.maximum(delta, 0) / temperature)


@answers.mistake(CLIMBS, "the temperature is missing")
def no_temperature(delta, temperature):
    return rule(delta, 1.0)


@answers.mistake(CLIMBS, "the hotter, the more climbs")
def cold_and_hot_exchanged(delta, temperature):
    return np.exp(-np.maximum(delta, 0) * temperature)


@answers.mistake(CLIMBS, "This keeps every climb")
def sign(delta, temperature):
    return np.minimum(1, np.exp(delta / temperature))


@answers.mistake(CLIMBS, "the heat bath's rule")
def heat_bath(delta, temperature):
    return 1 / (1 + np.exp(delta / temperature))


@answers.mistake(CLIMBS, "*not* kept")
def refused(delta, temperature):
    return 1 - rule(delta, temperature)


@answers.mistake(CLIMBS, "this is a descent")
def never_climbs(delta, temperature):
    return np.where(delta > 0, 0.0, 1.0)


@answers.mistake(CLIMBS, "use np.where(delta > 0")
def one_if_for_all(delta, temperature):
    if delta <= 0:
        return 1.0
    return np.exp(-delta / temperature)


@answers.mistake(CLIMBS, "math.exp takes one number")
def math_exp(delta, temperature):
    return math.exp(-delta / temperature)


@answers.mistake(CLIMBS, "the answers differ from call to call: return the probabilities")
def draws(delta, temperature):
    return np.where(np.random.default_rng().random(len(delta)) < rule(delta, temperature), 1.0, 0.0)


@answers.mistake(CLIMBS, "the answers differ from call to call: return the probabilities")
def one_draw_for_all(delta, temperature):
    return (np.random.default_rng().random() < rule(delta, temperature)).astype(int)


@answers.mistake(CLIMBS, "0 and 1 are decisions: return the probabilities, the caller draws")
def draws_with_a_seed(delta, temperature):
    return (np.random.default_rng(0).random(len(delta)) < rule(delta, temperature)).astype(float)


@answers.mistake(CLIMBS, "return the probabilities, the caller draws")
def yes_and_no(delta, temperature):
    return np.random.default_rng().random(len(delta)) < rule(delta, temperature)


@answers.mistake(CLIMBS, "not the decision")
def decides(delta, temperature):
    return np.round(rule(delta, temperature))


@answers.mistake(DOWN, "a probability above 1")
def above_one(delta, temperature):
    return np.exp(-delta / temperature)


@answers.mistake(DOWN, "treated like a climb")
def both_ways(delta, temperature):
    return np.exp(-np.abs(delta) / temperature)


@answers.mistake(DOWN, "a level step, delta = 0, is kept")
def level_is_refused(delta, temperature):
    return np.where(delta == 0, 0.0, rule(delta, temperature))


@answers.mistake(DOWN, "what does not climb is always kept")
def climbs_alone(delta, temperature):
    return np.where(delta > 0, rule(delta, temperature), 0.0)


@answers.mistake(SIZE, "it isn't needed, such a step is always kept")
def overflows(delta, temperature):
    if temperature == 0:
        return np.where(delta > 0, 0.0, 1.0)
    return np.array([min(1.0, math.exp(-d / temperature)) for d in delta.tolist()])


@answers.mistake(SIZE, "Don't cut the exponent")
def cuts_the_exponent(delta, temperature):
    if temperature == 0:
        return np.where(delta > 0, 0.0, 1.0)
    return np.exp(np.clip(-delta / temperature, -1000, 0)) * (delta < 200 * temperature)


@answers.mistake(SIZE, "something was added to the temperature")
def a_little_warmer(delta, temperature):
    return np.exp(-np.maximum(delta, 0) / (temperature + 1e-12))


@answers.mistake(SIZE, "nothing sensible comes of infinity")
def masks_by_products(delta, temperature):
    """0 times infinity is no number."""
    if temperature == 0:
        return np.where(delta > 0, 0.0, 1.0)
    return (delta <= 0) + (delta > 0) * np.exp(-delta / temperature)


@answers.mistake(FROZEN, "0 / 0 is no number")
def divides_by_zero(delta, temperature):
    return np.exp(-np.maximum(delta, 0) / np.float64(temperature))


@answers.mistake(FROZEN, "nothing can be divided by it")
def divides_python_s_zero(delta, temperature):
    return np.array([1.0 if d < 0 else math.exp(-d / temperature) for d in delta.tolist()])


@answers.mistake(FROZEN, "a level step is kept, at any temperature")
def frozen_level(delta, temperature):
    return np.where(delta < 0, 1.0, 0.0) if temperature == 0 else rule(delta, temperature)


@answers.thoughtless
def ones(delta, temperature):
    return np.ones(len(delta))


@answers.thoughtless
def zeros(delta, temperature):
    return np.zeros(len(delta))


@answers.thoughtless
def delta_back(delta, temperature):
    return delta
