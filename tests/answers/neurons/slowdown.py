"""Answers to exercise 2.5: rounds until the first output is halved."""

import math

import numpy as np

from answers import Answers

answers = Answers("2.5")
CROSS, SQUARED, SURE = "cross-entropy", "squared error", "a start at 0.999"


def squash(z):
    return 1 / (1 + math.exp(-z))


def delta_of(y, loss):
    return y if loss == "cross-entropy" else y * y * (1 - y)


@answers.correct
def two_weights(w, b, eta, loss):
    y = squash(w + b)
    goal, rounds = y / 2, 0
    while y > goal:
        delta = delta_of(y, loss)
        w -= eta * delta
        b -= eta * delta
        y = squash(w + b)
        rounds += 1
    return rounds


@answers.correct
def float32(w, b, eta, loss):
    z, eta, one = np.float32(w + b), np.float32(eta), np.float32(1)
    goal, rounds = one / (one + np.exp(-z)) / 2, 0
    while (y := one / (one + np.exp(-z))) > goal:
        z -= 2 * eta * delta_of(y, loss)
        rounds += 1
    return np.int32(rounds)


@answers.correct
def all_outputs_first(w, b, eta, loss):
    outputs = [squash(w + b)]
    for _ in range(20_000):
        delta = delta_of(outputs[-1], loss)
        w, b = w - eta * delta, b - eta * delta
        outputs.append(squash(w + b))
    outputs = np.array(outputs)
    return np.argmax(outputs <= outputs[0] / 2)


@answers.correct
def counted_by_a_for(w, b, eta, loss):
    first = squash(w + b)
    for rounds in range(10**6):
        y = squash(w + b)
        if y <= 0.5 * first:
            return float(rounds)
        w, b = w - eta * delta_of(y, loss), b - eta * delta_of(y, loss)


def variant(w, b, eta, loss, *, delta=delta_of, both=True, goal=None, extra=0, most=10**6):
    y = squash(w + b)
    goal, rounds = goal or y / 2, 0
    while y > goal and rounds < most:
        w -= eta * delta(y, loss)
        b -= eta * delta(y, loss) * both
        y = squash(w + b)
        rounds += 1
    return rounds + extra


def wrong(name, fails, says, **changes):
    def answer(w, b, eta, loss):
        return variant(w, b, eta, loss, **changes)

    answer.__name__ = name
    answers.mistake(fails, says)(answer)


def slope_left_out(y, loss):
    return y


def slope_for_both(y, loss):
    return y * y * (1 - y)


def factor_2(y, loss):
    return delta_of(y, loss) * (2 if loss == "squared error" else 1)


def error_left_out(y, loss):
    return y * (1 - y) if loss == "squared error" else y


def exchanged(y, loss):
    return y if loss == "squared error" else y * y * (1 - y)


wrong("one_too_many", CROSS, "one round too many", extra=1)
wrong("one_too_few", CROSS, "one round too few", extra=-1)
wrong("only_w_moves", CROSS, "only one of w and b moves", both=False)
wrong("until_one_half", CROSS, "this is when the output falls to one half", goal=0.5)
wrong("never_a_slope", SQUARED, "this is the number for cross-entropy", delta=slope_left_out)
wrong("always_a_slope", CROSS, "this is the number for squared error", delta=slope_for_both)
wrong("losses_exchanged", CROSS, "this is the number for squared error", delta=exchanged)
wrong("twice_the_step", SQUARED, "each step is twice as long", delta=factor_2)
wrong("slope_alone", SQUARED, "the error y - t is missing", delta=error_left_out)
wrong("gives_up", SURE, "thousands of rounds", most=1000)
wrong("derivative_by_y", CROSS, "the step is much too long", delta=lambda y, loss: 1 / (1 - y))
wrong("one_step", CROSS, "the loop ends after one step", most=1)


@answers.mistake(CROSS, "does the output fall?")
def output_is_never_renewed(w, b, eta, loss):
    y = first = squash(w + b)
    rounds = 0
    while y > first / 2:
        w, b, rounds = w - eta * y, b - eta * y, rounds + 1
    return rounds


@answers.mistake(CROSS, "does the output fall?")
def uphill(w, b, eta, loss):
    first, rounds = squash(w + b), 0
    while squash(w + b) > first / 2:
        w, b, rounds = w + eta, min(b + eta, 30.0), rounds + 1
    return rounds


@answers.mistake(CROSS, "no step was taken")
def loop_the_wrong_way(w, b, eta, loss):
    first, rounds = squash(w + b), 0
    while squash(w + b) < first / 2:
        rounds += 1
    return rounds


@answers.mistake(CROSS, "has to be one number")
def the_curve(w, b, eta, loss):
    return np.linspace(squash(w + b), 0, 10)


@answers.mistake(CROSS, "a function that ends without `return` returns None")
def no_return(w, b, eta, loss):
    variant(w, b, eta, loss)


@answers.mistake(CROSS, "with a w that had moved already")
def b_after_w(w, b, eta, loss):
    first, rounds = squash(w + b), 0
    while squash(w + b) > first / 2:
        w = w - eta * delta_of(squash(w + b), loss)
        b = b - eta * delta_of(squash(w + b), loss)
        rounds += 1
    return rounds


@answers.mistake(SQUARED, "with a w that had moved already")
def b_after_w_with_squared_error(w, b, eta, loss):
    return (b_after_w if loss == "squared error" else two_weights)(w, b, eta, loss)


@answers.thoughtless
def none(w, b, eta, loss):
    return 0


@answers.thoughtless
def one_by_eta(w, b, eta, loss):
    return 1 / eta
