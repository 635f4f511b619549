"""Exercise 1.1: the backward pass of a division gate."""

import numpy as np

from nnlib.checks.answers import number, several
from nnlib.checks.exercise import Exercise, distinct, same
from nnlib.gradients import complex_step


def divide_backward(x, y, df):
    """The pulls (dx, dy) on the inputs of x / y, given its pull df."""
    dx = df / y
    dy = -df * x / y**2
    return dx, dy


EXERCISE = Exercise(
    "1.1",
    "Send a pull back through a division",
    divide_backward,
    answer=several(number("dx"), number("dy"), names="dx and dy"),
    hints=(
        "Hold y still. Then x / y is a straight line in x. What is its slope?",
        "Now hold x still. Write x / y as x times 1/y. The derivative of 1/y is -1/y**2.",
        "Those two are the local derivatives. The chain rule multiplies each of them by df, "
        "the pull on the output.",
    ),
)


def measured(x, y):
    """The two derivatives of x / y, found without calculus."""
    return complex_step(lambda v: v[0] / v[1], np.array([x, y]))


@EXERCISE.asks(
    "the pull on x",
    points=1,
    usually="x / y is a line in x; its slope is 1/y, whatever x is",
)
def pull_on_x(f, rng):
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
            (wanted + 1, "the chain rule multiplies by df; it does not add it"),
        ],
    )


@EXERCISE.asks(
    "the pull on y",
    points=1,
    usually="the derivative of 1/y is -1/y**2, and x multiplies it",
)
def pull_on_y(f, rng):
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
    "the pull on the output",
    points=1,
    usually="both local derivatives have to be multiplied by df: that is the chain rule",
)
def pull_on_the_output(f, rng):
    x, y, df = map(float, distinct(rng, 3))
    local = measured(x, y)
    for name, yours, slope in zip(("dx", "dy"), f(x, y, df), local, strict=True):
        same(
            name,
            yours,
            slope * df,
            mistakes=[
                (slope, f"df is left out of {name}: multiply the local derivative by it"),
                (slope / df, "the chain rule multiplies by df; it does not divide by it"),
                (df, f"{name} is df alone: multiply it by the local derivative"),
            ],
        )
