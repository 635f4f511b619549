"""Exercise 1.1: the backward pass of a division gate."""

import numpy as np

from nnlib.checks.answers import number, several
from nnlib.checks.exercise import Exercise, distinct, same
from nnlib.gradients import complex_step


def divide_backward(x, y, grad):
    """The gradients (dx, dy) at the inputs of the gate x / y."""
    dx = grad / y
    dy = -grad * x / y**2
    return dx, dy


EXERCISE = Exercise(
    "1.1",
    "Send a gradient back through a division",
    divide_backward,
    answer=several(number("dx"), number("dy"), names="dx and dy"),
    hints=(
        "Hold y still. Then x / y is a straight line in x. What is its slope?",
        "Now hold x still. Write x / y as x times 1/y. The derivative of 1/y is -1/y**2.",
        "Those two are the local gradients. The chain rule multiplies each of them by grad, "
        "the gradient that arrives at the output.",
    ),
)


def measured(x, y):
    """The two derivatives of x / y, found without calculus."""
    return complex_step(lambda v: v[0] / v[1], np.array([x, y]))


@EXERCISE.asks(
    "the gradient at x",
    points=1,
    usually="x / y is a line in x; its slope is 1/y, whatever x is",
)
def gradient_at_x(f, rng):
    x, y = map(float, distinct(rng, 2))
    dx, _ = f(x, y, 1.0)
    wanted, other = measured(x, y)
    same(
        "dx",
        dx,
        wanted,
        mistakes=[
            (other, "this is dy: the order is (dx, dy)"),
            (y, "dx = y is the multiply gate's rule; a division moves by 1/y"),
            (-wanted, "the sign: dx = 1/y, with no minus"),
            (wanted + 1, "the chain rule multiplies by grad; it does not add it"),
        ],
    )


@EXERCISE.asks(
    "the gradient at y",
    points=1,
    usually="the derivative of 1/y is -1/y**2, and x multiplies it",
)
def gradient_at_y(f, rng):
    x, y = map(float, distinct(rng, 2))
    _, dy = f(x, y, 1.0)
    other, wanted = measured(x, y)
    same(
        "dy",
        dy,
        wanted,
        mistakes=[
            (-wanted, "the minus sign is missing: for positive x and y, x / y falls when y grows"),
            (wanted * y, "y has to be squared: the derivative of 1/y is -1/y**2"),
            (-wanted * y, "y has to be squared, with a minus: the derivative of 1/y is -1/y**2"),
            (wanted / x, "x is missing: 1/y moves by -1/y**2, and x multiplies that"),
            (x, "dy = x is the multiply gate's rule; here it is -x / y**2"),
            (other, "this is dx: the order is (dx, dy)"),
        ],
    )


@EXERCISE.asks(
    "the gradient from above",
    points=1,
    usually="both local gradients have to be multiplied by grad: that is the chain rule",
)
def gradient_from_above(f, rng):
    x, y, grad = map(float, distinct(rng, 3))
    local = measured(x, y)
    for name, yours, slope in zip(("dx", "dy"), f(x, y, grad), local, strict=True):
        same(
            name,
            yours,
            slope * grad,
            mistakes=[
                (slope, f"grad is left out of {name}: multiply the local gradient by it"),
                (slope / grad, "the chain rule multiplies by grad; it does not divide by it"),
                (grad, f"{name} is grad alone: multiply it by the local gradient"),
            ],
        )
