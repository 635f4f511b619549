"""Exercise 2.3: six activation functions and their derivatives, for inputs of any size."""

import numpy as np

from nnlib.checks.answers import array_like, several
from nnlib.checks.exercise import Exercise, Failed, distinct, same
from nnlib.gradients import complex_step


def activation(kind, z):
    """The values (n,) and slopes (n,) of an activation function at z (n,)."""
    e = np.exp(-abs(z))  # never above 1
    s = np.where(z >= 0, 1, e) / (1 + e)
    if kind == "sigmoid":
        return s, s * (1 - s)
    if kind == "tanh":
        return np.tanh(z), 1 - np.tanh(z) ** 2
    if kind == "relu":
        return np.where(z > 0, z, 0), np.where(z > 0, 1, 0)
    if kind == "leaky relu":
        return np.where(z > 0, z, 0.1 * z), np.where(z > 0, 1, 0.1)
    if kind == "elu":
        return np.where(z > 0, z, e - 1), np.where(z > 0, 1, e)
    if kind == "softplus":
        return np.maximum(z, 0) + np.log1p(e), s


def _answer(value, arguments):
    """Two arrays; a kind that is still to be written is no reason to call all of it untouched."""
    kind = arguments[0]
    if kind != "sigmoid" and (value is None or value is ...):
        raise Failed(
            f'There is no answer for "{kind}" yet.',
            mistake=f'begin with `if kind == "{kind}":` and end with a `return` of both arrays',
        )
    parts = value if isinstance(value, tuple | list) else ()
    if any(np.asarray(part).dtype.kind == "b" for part in parts):
        raise Failed(
            "value and slope have to hold numbers, and here are True and False.",
            mistake="np.where(z > 0, 1, 0) makes numbers of a comparison",
        )
    both = several(array_like("value", 1), array_like("slope", 1), names="value and slope")
    return both(value, arguments)


EXERCISE = Exercise(
    "2.3",
    "Derive the whole family",
    activation,
    answer=_answer,
    hints=(
        "One `if kind == ...:` for each of the six, each with its own return. Start with the "
        "sigmoid and tanh: their slopes are s * (1 - s) and 1 - y**2, with s and y their values.",
        "z is an array, so an `if` can't choose between two formulas. "
        "np.where(z > 0, above, below) chooses entry by entry.",
        "ELU's slope is exp(z) where z is at most 0. The slope of softplus is the sigmoid: write "
        "log(1 + exp(z)) as a chain of two functions and multiply their derivatives.",
        "For large z let e = np.exp(-abs(z)), which is never above 1. Then softplus is "
        "np.maximum(z, 0) + np.log1p(e), and the sigmoid is 1 / (1 + e) where z >= 0 and "
        "e / (1 + e) where z < 0.",
    ),
    errors={
        "truth value of an array": "z is an array, and `if` wants one yes or no: "
        "np.where(z > 0, above, below) chooses entry by entry",
        "only length-1 arrays": "math takes one number, and z is an array: use np.exp, np.log, "
        "np.tanh",
        "only 0-dimensional arrays": "math takes one number, and z is an array: use np.exp, "
        "np.log, np.tanh",
        "math range error": "math.exp raises an error above 709.78: take the exponential of "
        "-abs(z), which is never above 0",
    },
)


def sigmoid(z):
    """By another formula, for real and complex z."""
    return (1 + np.tanh(z / 2)) / 2


SMOOTH = {  # above 0 and up to 0, for real and complex z
    "sigmoid": (sigmoid, sigmoid),
    "tanh": (np.tanh, np.tanh),
    "relu": (lambda z: z, lambda z: 0 * z),
    "leaky relu": (lambda z: z, lambda z: z / 10),
    "elu": (lambda z: z, np.expm1),
    "softplus": (lambda z: z + np.log1p(np.exp(-z)), lambda z: np.log1p(np.exp(z))),
}


def measured(kind, z):
    """(value, slope), the slope without calculus."""
    above, below = SMOOTH[kind]
    pieces = [above if one > 0 else below for one in z]
    value = np.array([piece(one) for piece, one in zip(pieces, z, strict=True)])
    slope = [
        complex_step(lambda v, piece=piece: piece(v[0]), np.array([one]))[0]
        for piece, one in zip(pieces, z, strict=True)
    ]
    return value, np.array(slope)


def up(z, below, above=1.0):
    """An array that is `above` where z > 0 and `below` elsewhere."""
    return np.where(z > 0, above, below)


WRONG_VALUES = {
    "sigmoid": [
        (lambda z: sigmoid(-z), "the sign in the exponent: sigmoid(z) = 1 / (1 + exp(-z))"),
        (np.tanh, "this is tanh; the sigmoid lies between 0 and 1"),
    ],
    "tanh": [
        (sigmoid, "this is the sigmoid; tanh lies between -1 and 1"),
        (lambda z: np.tanh(z / 2), "this is tanh(z / 2)"),
    ],
    "relu": [
        (np.abs, "a ReLU is 0 below zero; this turns negative inputs round"),
        (lambda z: z, "a ReLU is 0 below zero; this lets negative inputs through"),
        (lambda z: np.minimum(z, 0), "this is min(z, 0); a ReLU is max(z, 0)"),
        (lambda z: np.full_like(z, max(z.max(), 0)), "np.max(z) is the largest of all; "
         "np.maximum(z, 0) compares entry by entry"),
    ],
    "leaky relu": [
        (lambda z: np.maximum(z, 0), "this is the ReLU: below zero the leaky one is 0.1 * z"),
        (lambda z: up(z, 0.01 * z, z), "the leak is 0.01 here; this exercise asks for 0.1"),
        (lambda z: up(z, -0.1 * z, z), "below zero the leaky ReLU is 0.1 * z, which is negative"),
    ],
    "elu": [
        (lambda z: up(z, np.exp(z), z), "below zero ELU is exp(z) - 1: the - 1 is missing"),
        (lambda z: up(z, np.exp(-z) - 1, z), "below zero ELU is exp(z) - 1, and this has "
         "exp(-z)"),
        (lambda z: up(z, np.exp(-np.abs(z)), z), "below zero ELU is exp(z) - 1: the - 1 is "
         "missing"),
        (lambda z: up(z, 1 - np.exp(z), z), "below zero ELU is exp(z) - 1, which is negative"),
        (np.expm1, "above zero ELU is z itself"),
    ],
    "softplus": [
        (lambda z: np.log1p(np.exp(-z)), "this falls: softplus is log(1 + exp(z)), with no minus"),
        (lambda z: np.log(1 - np.exp(-np.abs(z))), "softplus is log(1 + exp(z)), with a plus"),
        (sigmoid, "this is the sigmoid, the slope of softplus"),
        (lambda z: np.log10(1 + np.exp(z)), "this is the logarithm to base 10: use np.log"),
        (lambda z: np.log1p(np.exp(-np.abs(z))), "np.maximum(z, 0) is missing in front"),
    ],
}  # fmt: skip
WRONG_SLOPES = {
    "sigmoid": [
        (lambda z: z * (1 - z), "the slope is s * (1 - s), of the value s and not of z"),
        (lambda z: sigmoid(sigmoid(z)) * (1 - sigmoid(sigmoid(z))), "the sigmoid is applied "
         "twice: s is its value already, so the slope is s * (1 - s)"),
        (lambda z: 1 - sigmoid(z) ** 2, "1 - s**2 is the slope of tanh; here it is s * (1 - s)"),
        (lambda z: sigmoid(z) * (sigmoid(z) - 1), "the sign: a sigmoid always rises"),
        (lambda z: 1 - sigmoid(z), "half of s * (1 - s) is missing: this has 1 - s alone"),
    ],
    "tanh": [
        (lambda z: 1 - z**2, "the slope is 1 - y**2, of the value y and not of z"),
        (lambda z: 1 - np.tanh(np.tanh(z)) ** 2, "tanh is applied twice: y is its value already, "
         "so the slope is 1 - y**2"),
        (lambda z: np.tanh(z) * (1 - np.tanh(z)), "y * (1 - y) is the sigmoid's rule; "
         "here it is 1 - y**2"),
        (lambda z: 1 - np.tanh(z), "the square is missing: 1 - y**2"),
        (lambda z: 1 + np.tanh(z) ** 2, "the sign: 1 - y**2"),
    ],
    "relu": [
        (lambda z: np.maximum(z, 0), "this is the value; the slope is 1 above zero and 0 below"),
        (np.ones_like, "below zero the slope is 0: nothing comes through"),
        (np.sign, "below zero the slope is 0; this has -1"),
        (lambda z: up(z, 1.0, 0.0), "the two sides are swapped"),
    ],
    "leaky relu": [
        (lambda z: up(z, 0.1 * z, z), "this is the value; the slope is 1 above zero, 0.1 below"),
        (lambda z: up(z, 0.1 * z), "the slope of 0.1 * z is 0.1, with no z in it"),
        (lambda z: up(z, 0.0), "below zero the slope is 0.1: that is what the leak is for"),
        (lambda z: up(z, -0.1), "the slope of 0.1 * z is 0.1, also where z is negative"),
        (lambda z: up(z, 0.01), "the leak is 0.01 here; this exercise asks for 0.1"),
    ],
    "elu": [
        (lambda z: up(z, np.expm1(z)), "below zero the slope of exp(z) - 1 is exp(z): the - 1 "
         "falls away"),
        (lambda z: up(z, 0.0), "below zero the slope is exp(z); 0 is the ReLU's"),
        (np.ones_like, "below zero the slope is exp(z), not 1"),
        (lambda z: up(z, np.exp(z), z), "above zero the slope is 1, not z"),
        (lambda z: up(z, np.exp(z), z + 1), "value + 1 is the slope below zero alone; above zero "
         "the slope is 1"),
        (np.exp, "above zero the slope is 1"),
        (lambda z: up(z, -np.exp(z)), "the sign: ELU rises everywhere"),
        (lambda z: up(z, np.exp(np.expm1(z))), "the slope is exp(z), of z and not of the value"),
    ],
    "softplus": [
        (lambda z: 1 / (1 + np.exp(z)), "this falls from 1 to 0: the slope of softplus is the "
         "sigmoid, which rises"),
        (lambda z: sigmoid(z) * (1 - sigmoid(z)), "this is the sigmoid's slope: the slope of "
         "softplus is the sigmoid itself"),
        (np.exp, "the slope of the logarithm is missing: 1 / (1 + exp(z)), times exp(z)"),
        (lambda z: sigmoid(np.log1p(np.exp(z))), "the sigmoid is taken of the value; "
         "the slope is the sigmoid of z"),
    ],
}  # fmt: skip


def compare(f, kind, z, mistakes=(), atol=0.0):
    """Compare f's values and slopes with what is measured; `mistakes` are pairs of both parts."""
    value, slope = f(kind, z)
    values, slopes = measured(kind, z)
    with np.errstate(all="ignore"):
        known = [(wrong(z), why) for wrong, why in WRONG_VALUES[kind]]
        steep = [(wrong(z), why) for wrong, why in WRONG_SLOPES[kind]]
    swapped = "the order is (value, slope)"
    zeros = (np.zeros_like(z), "everything is 0: something was not computed")
    name = f"value of {kind}"
    same(name, value, values, mistakes=[*mistakes, *known, (slopes, swapped), zeros], atol=atol)
    name = f"slope of {kind}"
    same(name, slope, slopes, mistakes=[*mistakes, *steep, (values, swapped), zeros], atol=atol)


def moderate(rng):
    """Five z between -3 and 3, of either sign, as a reader's `if` meets them."""
    z = np.abs(distinct(rng, 5))
    z[rng.choice(5, 2, replace=False)] *= -1
    return z


@EXERCISE.asks(
    "sigmoid and tanh",
    points=1,
    usually="slopes are written most easily by the value: s * (1 - s) and 1 - y**2",
)
def squashing(f, rng):
    compare(f, "sigmoid", moderate(rng))
    compare(f, "tanh", moderate(rng))


@EXERCISE.asks(
    "relu and leaky relu",
    points=1,
    usually="two straight lines each: z above zero; 0 or 0.1 * z below",
)
def straight(f, rng):
    compare(f, "relu", moderate(rng))
    compare(f, "leaky relu", moderate(rng))


@EXERCISE.asks(
    "elu and softplus",
    points=2,
    usually="ELU below zero is exp(z) - 1 with slope exp(z); softplus is log(1 + exp(z)) with the "
    "sigmoid as its slope",
)
def bent(f, rng):
    compare(f, "elu", moderate(rng))
    compare(f, "softplus", moderate(rng))


@EXERCISE.asks(
    "at the kink, z = 0",
    points=1,
    usually="at z = 0 the side below zero counts: np.where(z > 0, ..., ...), not >=",
)
def kink(f, rng):
    z = moderate(rng)
    z[rng.integers(5)] = 0.0
    high = "at z = 0 the side below zero counts here: ask for z > 0, not z >= 0"
    half = "at z = 0 this takes the middle of the two slopes; the side below zero counts here"
    for kind, below in (("relu", 0.0), ("leaky relu", 0.1)):
        above = np.where(z >= 0, 1.0, below)
        middle = np.where(z == 0, (1 + below) / 2, above)
        compare(f, kind, z, [(above, high), (middle, half)])
    for kind in ("sigmoid", "tanh", "elu", "softplus"):
        compare(f, kind, z)


@EXERCISE.asks(
    "far out, up to 1000",
    points=1,
    usually="exp(1000) is too large for a float, and exp(-1000) is not: let no exponential of a "
    "number above 0 be taken; and inf * 0 is nan, so choose with np.where",
)
def far_out(f, rng):
    z = np.array([1000.0, -1000.0, *(distinct(rng, 3) * 200)])
    cut = "z is cut off at some bound: softplus and the ReLUs grow without end"
    for kind in SMOOTH:
        value, slope = f(kind, z)
        wanted = {
            "sigmoid": (z > 0, 0 * z),
            "tanh": (np.sign(z), 0 * z),
            "relu": (np.maximum(z, 0), z > 0),
            "leaky relu": (np.maximum(z, 0.1 * z), up(z, 0.1)),
            "elu": (np.maximum(z, -1), z > 0),
            "softplus": (np.maximum(z, 0), z > 0),
        }[kind]
        clipped = [(np.clip(wanted[0], -b, b), cut) for b in (20, 30, 50, 100, 500, 700, 709)]
        same(f"value of {kind}", value, wanted[0], mistakes=clipped, atol=1e-6)
        same(f"slope of {kind}", slope, wanted[1], atol=1e-6)
