"""Answers to exercise 1.4: a neuron, forward and backward."""

import math

import numpy as np

from answers import Answers

answers = Answers("1.4")
FORWARD, BACKWARD, ABOVE, SATURATED = (
    "forward: the output",
    "backward: dw, dx and db",
    "the pull on the output",
    "saturated: z = -1000 and z = 1000",
)


def squash(z):
    return 0.5 * (1 + math.tanh(z / 2))


@answers.correct
def by_tanh(w, x, b, df):
    f = squash(w @ x + b)
    dz = f * (1 - f) * df
    return f, dz * x, dz * w, dz


@answers.correct
def in_loops(w, x, b, df):
    z = b + sum(wi * xi for wi, xi in zip(w, x))
    f = squash(z)
    dw, dx = np.zeros(len(w)), np.zeros(len(x))
    for i in range(len(w)):
        dw[i] += f * (1 - f) * df * x[i]
        dx[i] += f * (1 - f) * df * w[i]
    return [f, dw, dx, f * (1 - f) * df]


@answers.correct
def float32(w, x, b, df):
    w, x, b, df = w.astype("f4"), x.astype("f4"), np.float32(b), np.float32(df)
    f = np.float32(0.5) * (1 + np.tanh((w @ x + b) / 2))
    dz = f * (1 - f) * df
    return f, x * dz, w * dz, dz


@answers.mistake(SATURATED, "exp(1000) overflows")
def numpy_overflows_to_the_right_limit(w, x, b, df):
    f = 1 / (1 + np.exp(-(w @ x + b)))
    dz = f * (1 - f) * df
    return f, x * dz, w * dz, np.array(dz)


@answers.correct
def cut_at_the_ends(w, x, b, df):
    f = 1 / (1 + math.exp(-min(max(w @ x + b, -500), 500)))
    dz = f * (1 - f) * df
    return f, x * dz, w * dz, dz


@answers.correct
def overflow_allowed_on_purpose(w, x, b, df):
    with np.errstate(over="ignore"):
        return numpy_overflows_to_the_right_limit(w, x, b, df)


@answers.mistake(SATURATED, "z is cut off too early")
def cut_at_20(w, x, b, df):
    f = 1 / (1 + math.exp(-min(max(w @ x + b, -20), 20)))
    dz = f * (1 - f) * df
    return f, x * dz, w * dz, dz


@answers.mistake(SATURATED, "z is cut off too early")
def cut_at_20_from_above(w, x, b, df):
    f = 1 / (1 + np.exp(np.minimum(-(w @ x + b), 700))) if w @ x + b < 20 else 1 - 2e-9
    dz = f * (1 - f) * df
    return f, x * dz, w * dz, dz


def variant(w, x, b, df, slope):
    z = w @ x + b
    f = squash(z)
    dz = slope(f, z) * df
    return f, x * dz, w * dz, dz


@answers.mistake(SATURATED, "math.exp raises an error above 709.78")
def math_overflow(w, x, b, df):
    f = 1 / (1 + math.exp(-(w @ x + b)))
    dz = f * (1 - f) * df
    return f, x * dz, w * dz, dz


@answers.mistake(SATURATED, "exp(1000) is too large for a float")
def infinity_over_infinity(w, x, b, df):
    z = w @ x + b
    f = np.exp(z) / (1 + np.exp(z))
    dz = f * (1 - f) * df
    return f, x * dz, w * dz, dz


@answers.mistake(BACKWARD, "the sigmoid is applied twice")
def sigmoid_twice(w, x, b, df):
    return variant(w, x, b, df, lambda f, z: squash(f) * (1 - squash(f)))


@answers.mistake(BACKWARD, "the sigmoid's local derivative f * (1 - f) is missing")
def no_slope(w, x, b, df):
    return variant(w, x, b, df, lambda f, z: 1.0)


@answers.mistake(BACKWARD, "of the output f and not of z")
def slope_of_z(w, x, b, df):
    return variant(w, x, b, df, lambda f, z: z * (1 - z))


@answers.mistake(BACKWARD, "the local derivative is f * (1 - f), with a minus")
def slope_with_plus(w, x, b, df):
    return variant(w, x, b, df, lambda f, z: f * (1 + f))


@answers.mistake(BACKWARD, "this has f alone")
def half_a_slope(w, x, b, df):
    return variant(w, x, b, df, lambda f, z: f)


@answers.mistake(BACKWARD, "is the slope of tanh")
def slope_of_tanh(w, x, b, df):
    return variant(w, x, b, df, lambda f, z: 1 - f**2)


@answers.mistake(BACKWARD, "a sigmoid always rises")
def sign(w, x, b, df):
    return variant(w, x, b, df, lambda f, z: f * (f - 1))


@answers.mistake(BACKWARD, "dw = x * dz and dx = w * dz")
def swapped(w, x, b, df):
    f, dw, dx, db = by_tanh(w, x, b, df)
    return f, dx, dw, db


@answers.mistake(BACKWARD, "db has no factor b")
def db_times_b(w, x, b, df):
    f, dw, dx, db = by_tanh(w, x, b, df)
    return f, dw, dx, db * b


@answers.mistake(BACKWARD, "db is 0")
def bias_has_no_gradient(w, x, b, df):
    f, dw, dx, _ = by_tanh(w, x, b, df)
    return f, dw, dx, 0.0


@answers.mistake(BACKWARD, "this is dz: dw has the other factor, too")
def no_x(w, x, b, df):
    f, _, dx, db = by_tanh(w, x, b, df)
    return f, np.full(len(w), db), dx, db


@answers.mistake(ABOVE, "df is left out of dw")
def no_grad(w, x, b, df):
    return by_tanh(w, x, b, 1.0)


@answers.mistake(ABOVE, "dw has the factor df twice")
def grad_twice(w, x, b, df):
    f, dw, dx, db = by_tanh(w, x, b, df)
    return f, dw * df, dx * df, db


@answers.mistake(ABOVE, "df is left out of db")
def no_grad_at_the_bias(w, x, b, df):
    f, dw, dx, _ = by_tanh(w, x, b, df)
    return f, dw, dx, f * (1 - f)


@answers.mistake(FORWARD, "this is z: the sigmoid is missing")
def no_sigmoid(w, x, b, df):
    return w @ x + b, x * df, w * df, df


@answers.mistake(FORWARD, "the sign in the exponent")
def exponent_sign(w, x, b, df):
    f = 1 / (1 + np.exp(w @ x + b))
    dz = f * (1 - f) * df
    return f, x * dz, w * dz, dz


@answers.mistake(FORWARD, "the bias b is missing")
def no_bias(w, x, b, df):
    return by_tanh(w, x, 0.0, df)


@answers.mistake(FORWARD, "w belongs to the caller")
def works_in_place(w, x, b, df):
    f = squash(w @ x + b)
    dz = f * (1 - f) * df
    dw = x * dz
    w *= dz
    return f, dw, w.copy(), dz


@answers.mistake(FORWARD, "z is one number: multiply and add up")
def elementwise(w, x, b, df):
    f = 1 / (1 + np.exp(-(w * x + b)))
    dz = f * (1 - f) * df
    return f, x * dz, w * dz, dz


@answers.mistake(FORWARD, "with nothing added up")
def sums(w, x, b, df):
    f, dw, dx, db = by_tanh(w, x, b, df)
    return f, np.sum(dw), np.sum(dx), db


@answers.mistake(FORWARD, "make an array of it")
def lists(w, x, b, df):
    f, dw, dx, db = by_tanh(w, x, b, df)
    return f, list(dw), list(dx), db


@answers.mistake(FORWARD, "it is 3 of them")
def no_output(w, x, b, df):
    return by_tanh(w, x, b, df)[1:]


@answers.thoughtless
def one_half(w, x, b, df):
    return 0.5, 0 * w, 0 * x, 0.0
