"""Exercise 1.4: forward and backward through a neuron, however far out it sits."""

import numpy as np

from nnlib.checks.answers import array_like, number, several
from nnlib.checks.exercise import Exercise, Failed, distinct, same
from nnlib.gradients import complex_step


def neuron(w, x, b, df):
    """Through sigmoid(w·x + b) and back: its output and (dw, dx, db)."""
    z = np.dot(w, x) + b
    e = np.exp(-abs(z))
    f = 1 / (1 + e) if z >= 0 else e / (1 + e)
    dz = f * (1 - f) * df
    return f, x * dz, w * dz, dz


NAMES = ("f", "dw", "dx", "db")
EXACT = 1e-15  # what 1 - f loses to rounding at the most
EXERCISE = Exercise(
    "1.4",
    "Send a pull back through a neuron",
    neuron,
    answer=several(
        number("f"), array_like("dw", 0), array_like("dx", 1), number("db"), names="f, dw, dx, db"
    ),
    hints=(
        "Two steps forward: z = np.dot(w, x) + b, then f = sigmoid(z). "
        "Two steps backward: first dz, then from dz the three others.",
        "The sigmoid's local derivative is f * (1 - f), where f is its output, so dz is that "
        "times df. The product swaps: dw has x in it, and dx has w. b is added, so db is dz.",
        "exp(-z) is too large for a float below z = -709. Use e = np.exp(-abs(z)), never above 1: "
        "the sigmoid is 1 / (1 + e) where z >= 0, and e / (1 + e) where z < 0.",
    ),
    errors={
        "f has to be one number, and it is an array": "z is one number: multiply and add up with "
        "np.dot(w, x); w * x alone is an array",
        "and it is of shape ()": "there is one pull for each weight and each input: dw = x * dz "
        "and dx = w * dz, with nothing added up",
        "math range error": "math.exp raises an error above 709.78: take the exponential of "
        "-abs(z), which is never above 0",
    },
)


def squash(z):
    """The sigmoid by another formula, for real and complex z."""
    return (1 + np.tanh(z / 2)) / 2


def draw(rng, size):
    """w, x and b of a neuron that is not saturated: z between -2 and 2."""
    w, x = distinct(rng, size), distinct(rng, size)
    z = float(rng.choice([-1.7, -0.9, 0.6, 1.3]))
    return w, x, round(z - float(w @ x), 4)


def measured(w, x, b):
    """(f, dw, dx, db) without a backward pass."""

    def f(p):
        return squash(p[: len(w)] @ p[len(w) : -1] + p[-1])

    point = np.concatenate([w, x, [b]])
    slope = complex_step(f, point)
    return f(point), slope[: len(w)], slope[len(w) : -1], slope[-1]


@EXERCISE.asks(
    "forward: the output",
    points=1,
    usually="f = 1 / (1 + exp(-z)) with z = w[0]*x[0] + w[1]*x[1] + ... + b",
)
def forward(f, rng):
    w, x, b = draw(rng, int(rng.integers(1, 5)))
    z = w @ x + b
    same(
        "f",
        f(w, x, b, 1.0)[0],
        squash(z),
        mistakes=[
            (z, "this is z: the sigmoid is missing"),
            (squash(-z), "the sign in the exponent: sigmoid(z) = 1 / (1 + exp(-z))"),
            (squash(z - b), "the bias b is missing from z"),
            (1 / (1 - np.exp(-z)), "a plus stands in the sigmoid: 1 / (1 + exp(-z))"),
            (np.tanh(z), "this is tanh; the sigmoid lies between 0 and 1"),
        ],
    )


@EXERCISE.asks(
    "backward: dw, dx and db",
    points=1,
    usually="dz = f * (1 - f); then dw = x * dz, dx = w * dz, db = dz",
)
def backward(f, rng):
    w, x, b = draw(rng, int(rng.integers(2, 5)))
    output, *wanted = measured(w, x, b)
    yours, swapped = f(w, x, b, 1.0)[1:], (wanted[1], wanted[0], wanted[2])
    z, slope = w @ x + b, wanted[2]
    twice = squash(output) * (1 - squash(output))
    slopes = [
        (1.0, "the sigmoid's local derivative f * (1 - f) is missing"),
        (twice, "the sigmoid is applied twice: f is its output already, so dz = f * (1 - f)"),
        (z * (1 - z), "the local derivative is f * (1 - f), of the output f and not of z"),
        (output, "half of f * (1 - f) is missing: this has f alone"),
        (1 - output, "half of f * (1 - f) is missing: this has 1 - f alone"),
        (output * (1 + output), "the local derivative is f * (1 - f), with a minus"),
        (-slope, "the sign: f * (1 - f) is above 0, because a sigmoid always rises"),
        (1 - output**2, "1 - f**2 is the slope of tanh; the sigmoid's is f * (1 - f)"),
    ]
    for name, one, right, other in zip(NAMES[1:], yours, wanted, swapped, strict=True):
        same(
            name,
            one,
            right,
            mistakes=[
                (other, "the product swaps: dw = x * dz and dx = w * dz"),
                *[(right / slope * value, why) for value, why in slopes],
                (np.zeros_like(right), f"{name} is 0: something was not computed"),
                (np.ones_like(right) * slope, f"this is dz: {name} has the other factor, too"),
                (right * b, f"{name} has no factor b: b is added, so db = dz"),
            ],
        )


@EXERCISE.asks(
    "the pull on the output",
    points=1,
    usually="dz = f * (1 - f) * df: all three gradients have the factor df, once",
)
def pull_on_the_output(f, rng):
    w, x, b = draw(rng, 2)
    df = float(distinct(rng, 1)[0])
    yours, wanted = f(w, x, b, df)[1:], measured(w, x, b)[1:]
    for name, one, slope in zip(NAMES[1:], yours, wanted, strict=True):
        same(
            name,
            one,
            slope * df,
            mistakes=[
                (slope, f"df is left out of {name}"),
                (slope * df**2, f"{name} has the factor df twice: dz has it, {name} gets it"),
                (slope + df, "the chain rule multiplies by df; it does not add it"),
            ],
        )


@EXERCISE.asks(
    "saturated: z = -1000 and z = 1000",
    points=1,
    cases=2,
    usually="exp(1000) is too large for a float, and exp(-1000) is not: which of the two does the "
    "formula need for either sign of z?",
)
def saturated(f, rng):
    w, x = np.array([1.0, 2.0]), np.array([0.5, -0.25]) * distinct(rng, 1)
    for z in (1000.0, -1000.0):
        output, dw, dx, db = f(w, x, z, 1.0)
        cut = "z is cut off too early, where the sigmoid and its slope are not 0 or 1 yet"
        same(
            "f",
            output,
            float(z > 0),
            atol=EXACT,
            mistakes=[(output, cut)] if 0 < output < 0.01 else [],
        )
        for name, one in (("dw", dw), ("dx", dx), ("db", db)):
            same(
                name,
                one,
                np.zeros_like(one),
                atol=EXACT,
                mistakes=[
                    (np.ones_like(one), "the slope of a saturated sigmoid is 0, not 1"),
                    *([(one, cut)] if np.abs(one).max() < 0.01 else []),
                ],
            )
        if getattr(f, "overflowed", False):
            raise Failed(
                f"At z = {z:g} the values are right, but on the way a number became too large for "
                "a float: NumPy made it infinite, and would have warned you.",
                mistake="exp(1000) overflows: take the exponential of a number that is never "
                "above 0",
            )
