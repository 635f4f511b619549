"""Answers to exercise 1.5: which entries of a gradient are wrong."""

import numpy as np

from answers import Answers

answers = Answers("1.5")
PLAIN, SMALL, CONSTANT, NAN = (
    "plain mistakes: a sign, a factor",
    "mistakes in the fourth digit, and small slopes",
    "a large constant raises no false alarm",
    "nan is wrong",
)


def slopes(f, x, h=1e-20):
    measured = []
    for i in range(len(x)):
        z = np.array(x, dtype=complex)
        z[i] += 1j * h
        measured.append(f(z).imag / h)
    return np.array(measured)


@answers.correct
def with_where(f, x, gradient):
    right = np.abs(gradient - slopes(f, x)) <= 1e-6 * np.abs(slopes(f, x))
    return np.flatnonzero(~right)


@answers.correct
def with_isclose(f, x, gradient):
    close = np.isclose(gradient, slopes(f, x, 1e-30), rtol=1e-6, atol=0)
    return [i for i in range(len(x)) if not close[i]]


@answers.correct
def with_unit_vectors(f, x, gradient):
    steps = 1e-20j * np.eye(len(x))
    measured = [f(x + step).imag / 1e-20 for step in steps]
    return tuple(
        i for i, (g, m) in enumerate(zip(gradient, measured)) if not abs(g - m) <= abs(m) / 1e6
    )


@answers.correct
def numpy_integers(f, x, gradient):
    wrong = np.isnan(gradient) | (np.abs(gradient / slopes(f, x) - 1) > 1e-6)
    return list(np.nonzero(wrong)[0].astype(np.int32))


@answers.correct
def float32_verdicts(f, x, gradient):
    measured = slopes(f, x)
    size = np.where(measured == 0, 1, measured)
    off = ((gradient - measured) / size).astype(np.float32)
    return [i for i in range(len(x)) if not abs(off[i]) <= np.float32(1e-5) * (measured[i] != 0)]


def judge(f, x, gradient, wrong):
    return [i for i, (g, m) in enumerate(zip(gradient, slopes(f, x))) if wrong(g, m)]


@answers.mistake(NAN, "a claimed nan passes")
def nan_passes(f, x, gradient):
    return judge(f, x, gradient, lambda g, m: abs(g - m) > 1e-6 * abs(m))


@answers.mistake(NAN, "a claimed inf passes")
def measured_against_the_claim(f, x, gradient):
    return judge(f, x, gradient, lambda g, m: not abs(g - m) <= 1e-6 * abs(g))


@answers.mistake(SMALL, "don't divide by the derivative")
def divided_by_nothing(f, x, gradient):
    return judge(f, x, gradient, lambda g, m: not abs(g / m - 1) <= 1e-6)


@answers.mistake(PLAIN, "a gradient with the wrong sign passes")
def sign_passes(f, x, gradient):
    return judge(f, x, gradient, lambda g, m: not abs(abs(g) - abs(m)) <= 1e-6 * abs(m))


@answers.mistake(SMALL, "an error is measured against the derivative")
def default_isclose(f, x, gradient):
    return judge(f, x, gradient, lambda g, m: not np.isclose(g, m, rtol=1e-6))


@answers.mistake(SMALL, "an error in the fourth digit has to be found")
def too_mild(f, x, gradient):
    return judge(f, x, gradient, lambda g, m: not abs(g - m) <= 0.01 * abs(m))


@answers.mistake(CONSTANT, "right entries are called wrong")
def differences(f, x, gradient):
    steps = 1e-5 * np.eye(len(x))
    measured = [(f(x + step) - f(x - step)) / 2e-5 for step in steps]
    return [i for i, (g, m) in enumerate(zip(gradient, measured)) if abs(g - m) > 3e-5 * abs(m)]


@answers.mistake(PLAIN, "Is f(z).imag divided by the step?")
def not_divided(f, x, gradient):
    measured = slopes(f, x) * 1e-20
    return [i for i, (g, m) in enumerate(zip(gradient, measured)) if not abs(g / m - 1) < 1e-6]


@answers.mistake(PLAIN, "make a fresh copy of x in each turn")
def a_copy_made_once(f, x, gradient):
    wrong, z = [], x.astype(complex)
    for i in range(len(x)):
        z[i] += 1e-20j
        measured = f(z).imag / 1e-20
        if not abs(gradient[i] - measured) <= 1e-6 * abs(measured):
            wrong.append(i)
    return wrong


@answers.mistake(PLAIN, "Does z[i] alone move?")
def all_at_once(f, x, gradient):
    measured = f(x + 1e-20j).imag / 1e-20
    return [i for i in range(len(x)) if not abs(gradient[i] - measured) <= 1e-6 * abs(measured)]


@answers.mistake(PLAIN, "Is a millionth allowed?")
def to_the_last_digit(f, x, gradient):
    return judge(f, x, gradient, lambda g, m: g != m)


@answers.mistake(PLAIN, "it is the int 4")
def how_many(f, x, gradient):
    return len(with_where(f, x, gradient))


@answers.mistake(PLAIN, "these are the places that are right")
def the_right_ones(f, x, gradient):
    return judge(f, x, gradient, lambda g, m: abs(g - m) <= 1e-6 * abs(m))


@answers.mistake(PLAIN, "Python counts from 0")
def from_one(f, x, gradient):
    return [int(i) + 1 for i in with_where(f, x, gradient)]


@answers.mistake(PLAIN, "the judge stops at the first wrong entry")
def first_only(f, x, gradient):
    return [int(with_where(f, x, gradient)[0])]


@answers.mistake(PLAIN, "give them in rising order")
def falling_order(f, x, gradient):
    return [int(i) for i in with_where(f, x, gradient)[::-1]]


@answers.mistake(PLAIN, "the places are wanted")
def a_mask(f, x, gradient):
    return [i in with_where(f, x, gradient) for i in range(len(x))]


@answers.mistake(PLAIN, "copy it with x.astype(complex)")
def real_array_refuses(f, x, gradient):
    wrong = []
    for i in range(len(x)):
        z = x.copy()
        z += 1e-20j * np.eye(len(x))[i]
        if not abs(gradient[i] - f(z).imag / 1e-20) <= 1e-6:
            wrong.append(i)
    return wrong


@answers.mistake(PLAIN, "Is z complex, a copy by x.astype(complex)?")
def real_copy(f, x, gradient):
    wrong = []
    for i in range(len(x)):
        z = x.copy()
        z[i] += 1e-20j
        if not abs(gradient[i] - f(z).imag / 1e-20) <= 1e-6:
            wrong.append(i)
    return wrong


@answers.mistake(PLAIN, "nothing is found wrong")
def an_empty_list(f, x, gradient):
    return []


@answers.mistake(PLAIN, "a gradient that is too large passes")
def one_sided(f, x, gradient):
    return judge(f, x, gradient, lambda g, m: m - g > 1e-6 * abs(m))


@answers.mistake(PLAIN, "a gradient that is too small passes")
def other_sided(f, x, gradient):
    return judge(f, x, gradient, lambda g, m: g - m > 1e-6 * abs(m))


@answers.mistake(PLAIN, "compare the numbers, not their signs")
def signs_alone(f, x, gradient):
    return judge(f, x, gradient, lambda g, m: np.sign(g) != np.sign(m))


@answers.mistake(PLAIN, "only the last wrong entry is left")
def last_only(f, x, gradient):
    return [int(with_where(f, x, gradient)[-1])]


@answers.mistake(PLAIN, "gradient belongs to the caller")
def works_in_place(f, x, gradient):
    gradient -= slopes(f, x)
    return [i for i in range(len(x)) if not abs(gradient[i]) <= 1e-6 * abs(slopes(f, x)[i])]


@answers.thoughtless
def none(f, x, gradient):
    return []


@answers.thoughtless
def all_of_them(f, x, gradient):
    return list(range(len(x)))
