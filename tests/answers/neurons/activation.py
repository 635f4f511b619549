"""Answers to exercise 2.3: six activation functions and their slopes."""

import math

import numpy as np

from answers import Answers

answers = Answers("2.3")
SQUASH, STRAIGHT, BENT, KINK, FAR = (
    "sigmoid and tanh",
    "relu and leaky relu",
    "elu and softplus",
    "at the kink, z = 0",
    "far out, up to 1000",
)


def squash(z):
    return 1 / (1 + np.exp(-z))


FORMULAS = {
    "sigmoid": (squash, lambda z: squash(z) * (1 - squash(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(int)),
    "leaky relu": (lambda z: np.maximum(z, 0.1 * z), lambda z: np.where(z > 0, 1, 0.1)),
    "elu": (
        lambda z: np.where(z > 0, z, np.exp(z) - 1),
        lambda z: np.where(z > 0, 1, np.exp(z)),
    ),
    "softplus": (lambda z: np.logaddexp(0, z), squash),
}


@answers.correct
def a_table(kind, z):
    """Overflows to the right limits, with warnings."""
    value, slope = FORMULAS[kind]
    return value(z), slope(z)


@answers.correct
def float32(kind, z):
    return a_table(kind, z.astype(np.float32))


def one_number(kind, z):
    e = math.exp(-abs(z))
    s = (1 if z >= 0 else e) / (1 + e)
    if kind == "sigmoid":
        return s, s * (1 - s)
    if kind == "tanh":
        return math.tanh(z), 1 / math.cosh(min(abs(z), 300)) ** 2
    if kind == "softplus":
        return max(z, 0) + math.log(1 + e), s
    if z > 0:
        return z, 1
    below = {"relu": (0, 0), "leaky relu": (0.1 * z, 0.1), "elu": (e - 1, e)}
    return below[kind]


@answers.correct
def one_number_at_a_time(kind, z):
    pairs = [one_number(kind, float(one)) for one in z]
    return np.array([v for v, _ in pairs]), np.array([s for _, s in pairs])


@answers.correct
def masks(kind, z):
    value, slope = np.zeros(len(z)), np.zeros(len(z))
    for below, side in ((True, z <= 0), (False, z > 0)):
        x = z[side]
        e = np.exp(x if below else -x)
        s = e / (1 + e) if below else 1 / (1 + e)
        value[side], slope[side] = {
            "sigmoid": (s, s * (1 - s)),
            "tanh": (2 * (s2 := 1 / (1 + np.exp(-2 * np.clip(x, -350, 350)))) - 1,
                     4 * s2 * (1 - s2)),
            "relu": (0 * x, 0 * x) if below else (x, 1),
            "leaky relu": (x / 10, 0.1) if below else (x, 1),
            "elu": (e - 1, e) if below else (x, 1),
            "softplus": (np.log1p(e) if below else x + np.log1p(e), s),
        }[kind]  # fmt: skip
    return value, slope


def with_value(kind, change):
    def answer(asked, z):
        value, slope = a_table(asked, z)
        return (change(z), slope) if asked == kind else (value, slope)

    return answer


def with_slope(kind, change):
    def answer(asked, z):
        value, slope = a_table(asked, z)
        return (value, change(z)) if asked == kind else (value, slope)

    return answer


def wrong(name, fails, says, answer):
    answer.__name__ = name
    answers.mistake(fails, says)(answer)


for name, kind, fails, says, change in [
    ("sigmoid_exponent", "sigmoid", SQUASH, "the sign in the exponent", lambda z: squash(-z)),
    ("sigmoid_is_tanh", "sigmoid", SQUASH, "the sigmoid lies between 0 and 1", np.tanh),
    ("relu_is_abs", "relu", STRAIGHT, "this turns negative inputs round", np.abs),
    ("relu_max_of_all", "relu", STRAIGHT, "np.maximum(z, 0) compares entry by entry",
     lambda z: np.full(len(z), np.max(z))),
    ("leak_of_a_hundredth", "leaky relu", STRAIGHT, "this exercise asks for 0.1",
     lambda z: np.maximum(z, 0.01 * z)),
    ("elu_without_one", "elu", BENT, "the - 1 is missing",
     lambda z: np.where(z > 0, z, np.exp(z))),
    ("softplus_exponent", "softplus", BENT, "with no minus", lambda z: np.logaddexp(0, -z)),
    ("softplus_overflows", "softplus", FAR, "exp(1000) is too large for a float",
     lambda z: np.log(1 + np.exp(z))),
    ("softplus_cut_off", "softplus", FAR, "z is cut off at some bound",
     lambda z: np.log(1 + np.exp(np.clip(z, -500, 500)))),
    ("elu_by_products", "elu", FAR, "inf * 0 is nan",
     lambda z: (z > 0) * z + (z <= 0) * (np.exp(z) - 1)),
    ("sigmoid_of_infinities", "sigmoid", FAR, "exp(1000) is too large for a float",
     lambda z: np.exp(z) / (1 + np.exp(z))),
]:  # fmt: skip
    wrong(name, fails, says, with_value(kind, change))

for name, kind, fails, says, change in [
    ("slope_of_z", "sigmoid", SQUASH, "of the value s and not of z", lambda z: z * (1 - z)),
    ("sigmoid_twice", "sigmoid", SQUASH, "the sigmoid is applied twice",
     lambda z: squash(squash(z)) * (1 - squash(squash(z)))),
    ("tanh_like_sigmoid", "tanh", SQUASH, "y * (1 - y) is the sigmoid's rule",
     lambda z: np.tanh(z) * (1 - np.tanh(z))),
    ("tanh_of_z", "tanh", SQUASH, "of the value y and not of z", lambda z: 1 - z**2),
    ("relu_slope_one", "relu", STRAIGHT, "nothing comes through", np.ones_like),
    ("relu_sign", "relu", STRAIGHT, "this has -1", np.sign),
    ("no_leak_in_the_slope", "leaky relu", STRAIGHT, "that is what the leak is for",
     lambda z: (z > 0) * 1.0),
    ("leak_times_z", "leaky relu", STRAIGHT, "with no z in it",
     lambda z: np.where(z > 0, 1, 0.1 * z)),
    ("elu_slope_is_its_value", "elu", BENT, "the - 1 falls away",
     lambda z: np.where(z > 0, 1, np.exp(z) - 1)),
    ("elu_value_plus_one", "elu", BENT, "value + 1 is the slope below zero alone",
     lambda z: np.where(z > 0, z, np.exp(z) - 1) + 1),
    ("elu_like_relu", "elu", BENT, "0 is the ReLU's", lambda z: (z > 0) * 1.0),
    ("elu_of_the_value", "elu", BENT, "of z and not of the value",
     lambda z: np.where(z > 0, 1, np.exp(np.expm1(z)))),
    ("softplus_falls", "softplus", BENT, "the sigmoid, which rises", lambda z: squash(-z)),
    ("softplus_of_the_value", "softplus", BENT, "the slope is the sigmoid of z",
     lambda z: squash(np.logaddexp(0, z))),
    ("one_at_the_kink", "relu", KINK, "ask for z > 0, not z >= 0", lambda z: (z >= 0) * 1.0),
    ("half_at_the_kink", "relu", KINK, "takes the middle of the two slopes",
     lambda z: np.heaviside(z, 0.5)),
    ("z_over_z", "relu", KINK, "at z = 0 the side below zero counts",
     lambda z: np.maximum(z, 0) / z),
    ("leak_at_the_kink", "leaky relu", KINK, "ask for z > 0, not z >= 0",
     lambda z: np.where(z >= 0, 1, 0.1)),
]:  # fmt: skip
    wrong(name, fails, says, with_slope(kind, change))


@answers.mistake(SQUASH, "the order is (value, slope)")
def swapped(kind, z):
    return a_table(kind, z)[::-1]


@answers.mistake(STRAIGHT, "`if` wants one yes or no")
def if_of_an_array(kind, z):
    if kind == "relu":
        return (z, 1) if z > 0 else (0 * z, 0 * z)
    return a_table(kind, z)


@answers.mistake(SQUASH, "math takes one number")
def math_of_an_array(kind, z):
    s = 1 / (1 + math.exp(-z))
    return s, s * (1 - s)


@answers.mistake(FAR, "math.exp raises an error above 709.78")
def math_overflow(kind, z):
    if kind == "sigmoid":
        s = np.array([1 / (1 + math.exp(-one)) for one in z])
        return s, s * (1 - s)
    return a_table(kind, z)


@answers.mistake(STRAIGHT, 'There is no answer for "relu" yet')
def only_two_kinds(kind, z):
    if kind in ("sigmoid", "tanh"):
        return a_table(kind, z)


@answers.mistake(STRAIGHT, "begin with `if kind ==")
def dots_for_the_others(kind, z):
    return a_table(kind, z) if kind == "sigmoid" or kind == "tanh" else ...


@answers.mistake(STRAIGHT, "makes numbers of a comparison")
def slope_of_truths(kind, z):
    return (np.maximum(z, 0), z > 0) if kind == "relu" else a_table(kind, z)


@answers.mistake(STRAIGHT, "z belongs to the caller")
def cuts_z_itself(kind, z):
    if kind == "relu":
        z[z < 0] = 0
    return a_table(kind, z)


@answers.mistake(STRAIGHT, "slope has to be an array of shape (5,)")
def one_slope_for_all(kind, z):
    return (np.maximum(z, 0), 1) if kind == "relu" else a_table(kind, z)


@answers.thoughtless
def zeros(kind, z):
    return 0 * z, 0 * z


@answers.thoughtless
def a_line(kind, z):
    return z, np.ones(len(z))
