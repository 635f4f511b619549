"""Answers to exercise 1.1: the backward pass of x / y."""

import warnings
from fractions import Fraction

import numpy as np

from answers import Answers

answers = Answers("1.1")
AT_X, AT_Y, ABOVE = "the gradient at x", "the gradient at y", "the gradient from above"


@answers.correct
def two_lines(x, y, grad):
    return grad / y, -grad * x / y**2


@answers.correct
def float32(x, y, grad):
    x, y, grad = np.float32(x), np.float32(y), np.float32(grad)
    return grad / y, -grad * x / (y * y)


@answers.correct
def fractions_in_a_list(x, y, grad):
    x, y, grad = Fraction(x), Fraction(y), Fraction(grad)
    return [grad / y, -grad * x / y**2]


@answers.correct
def an_array_by_differences(x, y, grad):
    h = 1e-5
    dx = ((x + h) / y - (x - h) / y) / (2 * h)
    dy = (x / (y + h) - x / (y - h)) / (2 * h)
    return grad * np.array([dx, dy])


@answers.correct
def with_prints_and_warnings(x, y, grad):
    print("x is", x)
    warnings.warn("beware", stacklevel=1)
    np.array([1.0]) / np.array([0.0])
    return np.array(grad / y), np.array(-grad * x / y**2)


@answers.mistake(AT_Y, "the minus sign is missing")
def no_minus(x, y, grad):
    return grad / y, grad * x / y**2


@answers.mistake(AT_Y, "y has to be squared, with a minus")
def like_dx(x, y, grad):
    return grad / y, grad * x / y


@answers.mistake(AT_Y, "y has to be squared: ")
def not_squared(x, y, grad):
    return grad / y, -grad * x / y


@answers.mistake(AT_Y, "x is missing")
def no_x(x, y, grad):
    return grad / y, -grad / y**2


@answers.mistake(ABOVE, "grad is left out of dx")
def no_grad(x, y, grad):
    return 1 / y, -x / y**2


@answers.mistake(ABOVE, "grad is left out of dy")
def no_grad_at_y(x, y, grad):
    return grad / y, -x / y**2


@answers.mistake(AT_X, "it does not add it")
def grad_plus(x, y, grad):
    return grad + 1 / y, grad - x / y**2


@answers.mistake(ABOVE, "it does not divide by it")
def divided_by_grad(x, y, grad):
    return 1 / y / grad, -x / y**2 / grad


@answers.mistake(AT_X, "the order is (dx, dy)")
def swapped(x, y, grad):
    return -grad * x / y**2, grad / y


@answers.mistake(AT_X, "the multiply gate's rule")
def multiply_gate(x, y, grad):
    return y * grad, x * grad


@answers.mistake(AT_X, "the sign: dx = 1/y")
def minus_too_early(x, y, grad):
    return -grad / y, -grad * x / y**2


@answers.mistake(AT_X, "x / y is a line in x; its slope is 1/y")
def whole_division(x, y, grad):
    return grad // y, -grad * x // y**2


@answers.mistake(AT_X, "a function that ends without `return` returns None")
def no_return(x, y, grad):
    dx, dy = grad / y, -grad * x / y**2  # noqa: F841


@answers.mistake(AT_X, "has to be 2 things, dx and dy")
def only_one(x, y, grad):
    return grad / y


@answers.mistake(AT_X, "dx has to be one number, and it is an array of shape (1,)")
def arrays_of_one(x, y, grad):
    return np.array([grad / y]), np.array([-grad * x / y**2])


@answers.mistake(AT_X, "this name has no value yet")
def misspelled(x, y, grad):
    return gard / y, -grad * x / y**2  # noqa: F821


@answers.mistake(AT_X, "the check calls divide_backward(x, y, grad)")
def two_arguments(x, y):
    return 1 / y, -x / y**2


@answers.mistake(AT_X, "dx is a complex number")
def complex_numbers(x, y, grad):
    return complex(grad / y), complex(-grad * x / y**2)
