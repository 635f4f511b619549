"""Exercise 1.2: the gradient of any function, by central differences."""

import numpy as np

from nnlib.checks.answers import array_like
from nnlib.checks.circuits.formula import Formula, wavy
from nnlib.checks.exercise import Exercise, distinct, same
from nnlib.gradients import complex_step


def numerical_gradient(f, x, h=1e-5):
    """The gradient of f at the vector x, by central differences."""
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        up, down = x.astype(float), x.astype(float)
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


EXERCISE = Exercise(
    "1.2",
    "Measure the gradient of any function",
    numerical_gradient,
    answer=array_like("gradient", 1),
    hints=(
        "Start with gradient = np.zeros(len(x)) and a loop over i. "
        "Each turn of the loop fills gradient[i].",
        "In turn i make two fresh copies of x, one with its entry i moved up by h, one with it "
        "moved down by h. x.astype(float) makes a copy that can hold fractions.",
        "The two points lie 2 * h apart: (f(up) - f(down)) / (2 * h).",
    ),
    errors={
        "Cannot cast ufunc": "x may hold whole numbers, and an array of whole numbers can't take "
        "a fraction h: copy it with x.astype(float)",
        "'Formula'": "the first argument, f, is the function; the second, x, is the point",
        "not callable": "the first argument, f, is the function; the second, x, is the point",
        "f takes a vector": "f wants the whole vector, with one entry moved, and not one number",
        "and it is of shape ()": "there is one derivative for each entry of x: move one at a time",
    },
)


@EXERCISE.asks(
    "a smooth function, with the default h",
    points=1,
    usually="gradient[i] is the change of f when only entry i moves, divided by the distance",
)
def default_h(f, rng):
    x = distinct(rng, int(rng.integers(1, 6)))
    surface = wavy(rng, len(x))
    yours, wanted = f(surface, x), complex_step(surface, x)
    same(
        "gradient",
        yours,
        wanted,
        mistakes=[
            *_lengths(wanted, 1e-5),
            (-wanted, "the sign: it is f(up) minus f(down)"),
            (np.full(len(x), wanted.sum()), "all entries moved at once: move one at a time"),
            (np.cumsum(wanted), "an entry that was moved has to be put back: make fresh copies "
             "of x in each turn of the loop"),
            (np.zeros(len(x)), "every difference is 0: are up and down two names for one array "
             "(up = x makes no copy), or is nothing written into gradient[i]?"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "a large h: both sides, and one input at a time",
    points=1,
    usually="move one entry up by the h that is given, and down by the same h",
)
def both_sides(f, rng):
    h = 0.5
    x, a = distinct(rng, 3), distinct(rng, 3)
    surface = Formula(f"{a[0]} * v[0]**5 + {a[1]} * v[0] * v[1] + {a[2]} * v[1] * v[2]**2", 3)
    slope = complex_step(surface, x)
    # ((x + h)**5 - (x - h)**5) / 2h by the binomial theorem; for a parabola it is exact
    wanted = slope + np.array([a[0] * (10 * x[0] ** 2 * h**2 + h**4), 0, 0])
    same(
        "gradient",
        f(surface, x, h),
        wanted,
        mistakes=[
            *_lengths(wanted, h),
            (_steps(surface, x, h, 0), "one side only: this is (f(x + h) - f(x)) / h"),
            (_steps(surface, x, 0, h), "one side only: this is (f(x) - f(x - h)) / h"),
            (_steps(surface, x, h / 2, h / 2), "the points lie h apart: move by h, up and down"),
            (slope, "h was given as 0.5 and not used: take the argument h"),
        ],
    )


@EXERCISE.asks(
    "a vector of whole numbers",
    points=1,
    usually="an array of whole numbers cuts off fractions: copy x with x.astype(float)",
)
def whole_numbers(f, rng):
    x = rng.choice(np.arange(1, 9), 3, replace=False)
    a = distinct(rng, 3)
    square = Formula(f"{a[0]} * v[0]**2 + {a[1]} * v[0] * v[1] + {a[2]} * v[2]", 3)
    wanted = complex_step(square, x)
    same(
        "gradient",
        f(square, x, 0.5),
        wanted,
        mistakes=[
            (np.trunc(wanted), "gradient holds whole numbers only, because np.zeros_like(x) and "
             "np.empty_like(x) copy the kind of x: use np.zeros(len(x))"),
            (_steps(square, x, 0.5, 0.5, cut=True), "an array of whole numbers cuts off "
             "fractions, so x + 0.5 stays where it is: copy x with x.astype(float)"),
        ],
    )  # fmt: skip


def _lengths(wanted, h):
    """What comes out when the distance of the two points is wrong."""
    return [
        (2 * wanted, "divide by 2 * h: the two points lie 2 * h apart"),
        (wanted * 2 * h, "divide by the distance of the two points, 2 * h"),
        (wanted * h * h, "brackets: a / 2 * h is a / 2, times h; write a / (2 * h)"),
        (wanted / 2, "divide by the distance of the two points, 2 * h, once"),
    ]


def _steps(f, x, up, down, *, cut=False):
    """The difference quotients of a mistaken answer; `cut`: the moved entries are whole numbers."""
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        high, low = x.astype(float), x.astype(float)
        high[i] += up
        low[i] -= down
        if cut:
            high, low = np.trunc(high), np.trunc(low)
        gradient[i] = (f(high) - f(low)) / (up + down)
    return gradient
