"""Answers to exercise 1.1: the backward pass of x / y."""

import warnings
from fractions import Fraction

import numpy as np

from answers import Answers

answers = Answers("1.1")
AT_X, AT_Y, ABOVE = "the pull on x", "the pull on y", "the pull on the output"


@answers.correct
def two_lines(x, y, df):
    return df / y, -df * x / y**2


@answers.correct
def float32(x, y, df):
    x, y, df = np.float32(x), np.float32(y), np.float32(df)
    return df / y, -df * x / (y * y)


@answers.correct
def fractions_in_a_list(x, y, df):
    x, y, df = Fraction(x), Fraction(y), Fraction(df)
    return [df / y, -df * x / y**2]


@answers.correct
def an_array_by_differences(x, y, df):
    h = 1e-5
    dx = ((x + h) / y - (x - h) / y) / (2 * h)
    dy = (x / (y + h) - x / (y - h)) / (2 * h)
    return df * np.array([dx, dy])


@answers.correct
def with_prints_and_warnings(x, y, df):
    print("x is", x)
    warnings.warn("beware", stacklevel=1)
    np.array([1.0]) / np.array([0.0])
    return np.array(df / y), np.array(-df * x / y**2)


@answers.mistake(AT_Y, "the minus sign is missing")
def no_minus(x, y, df):
    return df / y, df * x / y**2


@answers.mistake(AT_Y, "y has to be squared, with a minus")
def like_dx(x, y, df):
    return df / y, df * x / y


@answers.mistake(AT_Y, "y has to be squared: ")
def not_squared(x, y, df):
    return df / y, -df * x / y


@answers.mistake(AT_Y, "x is missing")
def no_x(x, y, df):
    return df / y, -df / y**2


@answers.mistake(ABOVE, "df is left out of dx")
def no_grad(x, y, df):
    return 1 / y, -x / y**2


@answers.mistake(ABOVE, "df is left out of dy")
def no_grad_at_y(x, y, df):
    return df / y, -x / y**2


@answers.mistake(AT_X, "it does not add it")
def grad_plus(x, y, df):
    return df + 1 / y, df - x / y**2


@answers.mistake(ABOVE, "it does not divide by it")
def divided_by_grad(x, y, df):
    return 1 / y / df, -x / y**2 / df


@answers.mistake(AT_X, "the order is (dx, dy)")
def swapped(x, y, df):
    return -df * x / y**2, df / y


@answers.mistake(AT_X, "the multiply gate's rule")
def multiply_gate(x, y, df):
    return y * df, x * df


@answers.mistake(AT_X, "the sign: dx = 1/y")
def minus_too_early(x, y, df):
    return -df / y, -df * x / y**2


@answers.mistake(AT_X, "x / y is a line in x; its slope is 1/y")
def whole_division(x, y, df):
    return df // y, -df * x // y**2


@answers.mistake(AT_X, "a function that ends without `return` returns None")
def no_return(x, y, df):
    dx, dy = df / y, -df * x / y**2  # noqa: F841


@answers.mistake(AT_X, "has to be 2 things, dx and dy")
def only_one(x, y, df):
    return df / y


@answers.mistake(AT_X, "dx has to be one number, and it is an array of shape (1,)")
def arrays_of_one(x, y, df):
    return np.array([df / y]), np.array([-df * x / y**2])


@answers.mistake(AT_X, "this name has no value yet")
def misspelled(x, y, df):
    return gard / y, -df * x / y**2  # noqa: F821


@answers.mistake(AT_X, "the check calls divide_backward(x, y, df)")
def two_arguments(x, y):
    return 1 / y, -x / y**2


@answers.mistake(AT_X, "dx is a complex number")
def complex_numbers(x, y, df):
    return complex(df / y), complex(-df * x / y**2)


@answers.thoughtless
def zeros(x, y, df):
    return 0.0, 0.0


@answers.thoughtless
def inputs_back(x, y, df):
    return x, y
