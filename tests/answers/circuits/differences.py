"""Answers to exercise 1.2: central differences."""

import numpy as np

from answers import Answers

answers = Answers("1.2")
DEFAULT = "a smooth function, with the default h"
LARGE = "a large h: both sides, and one input at a time"
WHOLE = "a vector of whole numbers"


@answers.correct
def in_a_loop(f, x, h=1e-5):
    gradient = np.empty(len(x))
    for i in range(len(x)):
        moved = np.array(x, dtype=float)
        moved[i] = x[i] + h
        high = f(moved)
        moved[i] = x[i] - h
        gradient[i] = (high - f(moved)) / (2 * h)
    return gradient


@answers.correct
def with_unit_vectors(f, x, h=1e-5):
    steps = h * np.eye(len(x))
    return np.array([(f(x + step) - f(x - step)) / (2 * h) for step in steps])


@answers.correct
def float32_at_the_end(f, x, h=1e-5):
    return with_unit_vectors(f, x, h).astype(np.float32)


@answers.correct
def from_lists(f, x, h=1e-5):
    slopes = []
    for i in range(len(x)):
        up = [float(v) + h * (k == i) for k, v in enumerate(x)]
        down = [float(v) - h * (k == i) for k, v in enumerate(x)]
        slopes.append((float(f(np.array(up))) - float(f(np.array(down)))) / (2 * h))
    return np.asarray(slopes)


@answers.correct
def put_back_in_a_copy(f, x, h=1e-5):
    x = x.astype(float)
    gradient = np.zeros_like(x)
    for i, old in enumerate(x):
        x[i] = old + h
        gradient[i] = f(x)
        x[i] = old - h
        gradient[i] -= f(x)
        x[i] = old
    return gradient / (2 * h)


@answers.mistake(LARGE, "one side only: this is (f(x + h) - f(x)) / h")
def forward(f, x, h=1e-7):
    steps = h * np.eye(len(x))
    return np.array([(f(x + step) - f(x)) / h for step in steps])


@answers.mistake(LARGE, "one side only: this is (f(x) - f(x - h)) / h")
def backward(f, x, h=1e-7):
    steps = h * np.eye(len(x))
    return np.array([(f(x) - f(x - step)) / h for step in steps])


@answers.mistake(DEFAULT, "the two points lie 2 * h apart")
def divided_by_h(f, x, h=1e-5):
    return 2 * with_unit_vectors(f, x, h)


@answers.mistake(DEFAULT, "divide by the distance of the two points")
def not_divided(f, x, h=1e-5):
    return with_unit_vectors(f, x, h) * 2 * h


@answers.mistake(DEFAULT, "brackets")
def no_brackets(f, x, h=1e-5):
    steps = h * np.eye(len(x))
    return np.array([(f(x + step) - f(x - step)) / 2 * h for step in steps])


@answers.mistake(DEFAULT, "once")
def halved(f, x, h=1e-5):
    return with_unit_vectors(f, x, h) / 2


@answers.mistake(DEFAULT, "it is f(up) minus f(down)")
def sign(f, x, h=1e-5):
    return -with_unit_vectors(f, x, h)


@answers.mistake(DEFAULT, "all entries moved at once")
def all_at_once(f, x, h=1e-5):
    return np.array([(f(x + h) - f(x - h)) / (2 * h) for _ in x])


@answers.mistake(DEFAULT, "there is one derivative for each entry of x")
def one_number_for_all(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h)


@answers.mistake(LARGE, "h was given as 0.5 and not used")
def own_h(f, x, h=1e-5):
    return with_unit_vectors(f, x, 1e-5)


@answers.mistake(DEFAULT, "an entry that was moved has to be put back")
def copies_made_once(f, x, h=1e-5):
    gradient, up, down = np.zeros(len(x)), x.astype(float), x.astype(float)
    for i in range(len(x)):
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


@answers.mistake(LARGE, "the points lie h apart")
def half_a_step(f, x, h=1e-5):
    return with_unit_vectors(f, x, h / 2)


@answers.mistake(LARGE, "move one entry up by the h that is given")
def another_formula(f, x, h=1e-5):
    """Four points: more exact, and not what was asked for."""
    return (4 * with_unit_vectors(f, x, h / 2) - with_unit_vectors(f, x, h)) / 3


@answers.mistake(DEFAULT, "x belongs to the caller")
def moves_x_itself(f, x, h=1e-5):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        x[i] += h
        high = f(x)
        x[i] -= 2 * h
        gradient[i] = (high - f(x)) / (2 * h)
    return gradient


@answers.mistake(DEFAULT, "up and down two names for one array")
def aliases(f, x, h=1e-5):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        up = x
        down = x
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


@answers.mistake(DEFAULT, "up = x makes no copy")
def two_names_for_one_array(f, x, h=1e-5):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        up = down = x.astype(float)
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


@answers.mistake(WHOLE, "copy it with x.astype(float)")
def whole_numbers_take_no_fraction(f, x, h=1e-5):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up += h * np.eye(len(x))[i]
        down -= h * np.eye(len(x))[i]
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


@answers.mistake(WHOLE, "so x + 0.5 stays where it is")
def whole_numbers_cut_silently(f, x, h=1e-5):
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        up, down = x.copy(), x.copy()
        up[i] = up[i] + h
        down[i] = down[i] - h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


@answers.mistake(WHOLE, "np.zeros_like(x)")
def gradient_of_whole_numbers(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros(len(x))
        step[i] = h
        gradient[i] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


@answers.mistake(DEFAULT, "make an array of it")
def a_list(f, x, h=1e-5):
    return list(with_unit_vectors(f, x, h))


@answers.mistake(DEFAULT, "f wants the whole vector")
def one_number_at_a_time(f, x, h=1e-5):
    return np.array([(f(v + h) - f(v - h)) / (2 * h) for v in x])


@answers.mistake(DEFAULT, "the check calls numerical_gradient(f, x, h)")
def no_default(f, x, h):
    return with_unit_vectors(f, x, h)


@answers.mistake(DEFAULT, "the first argument, f, is the function")
def arguments_swapped(x, f, h=1e-5):
    return with_unit_vectors(f, x, h)


@answers.mistake(DEFAULT, "gradient[i] is the change of f when only entry i moves")
def far_too_large_a_default(f, x, h=0.5):
    return with_unit_vectors(f, x, h)


@answers.thoughtless
def zeros(f, x, h=1e-5):
    return np.zeros(len(x))


@answers.thoughtless
def the_point(f, x, h=1e-5):
    return x.astype(float)
