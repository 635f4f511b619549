"""Exercise 1.5: a judge of gradients, by the complex step."""

import numpy as np

from nnlib.checks.answers import indices
from nnlib.checks.circuits.formula import Formula, wavy
from nnlib.checks.exercise import Exercise, Failed, distinct
from nnlib.gradients import complex_step


def wrong_entries(f, x, gradient):
    """The places i where gradient[i] is not the derivative of f by x[i]."""
    wrong = []
    for i in range(len(x)):
        z = x.astype(complex)
        z[i] += 1e-20j
        measured = f(z).imag / 1e-20
        error = abs(gradient[i] - measured)
        if not error <= 1e-6 * abs(measured):
            wrong.append(i)
    return wrong


EXERCISE = Exercise(
    "1.5",
    "Judge other people's gradients",
    wrong_entries,
    answer=indices("the list"),
    hints=(
        "A loop over i. Make z = x.astype(complex), add 1e-20j to z[i], and the derivative is "
        "f(z).imag / 1e-20. No difference is taken, so no digits are lost.",
        "An entry is right if abs(gradient[i] - measured) is at most 1e-6 * abs(measured). "
        "Collect the i of the others in a list.",
        "A comparison with nan is never true. So ask whether the entry is right, and take the "
        "others: `if not error <= ...`.",
    ),
    errors={
        "Cannot cast ufunc": "x holds real numbers and can't take an imaginary part: "
        "copy it with x.astype(complex)",
        "object has no attribute 'imag": "what f returned is no complex number: give it a z that "
        "is complex",
        "float() argument must be": "x holds real numbers and can't take an imaginary part: "
        "copy it with x.astype(complex)",
        "not 'complex'": "x holds real numbers and can't take an imaginary part: "
        "copy it with x.astype(complex)",
        "f takes a vector": "f wants the whole vector, with one entry moved, and not one number",
    },
)


def judged(f, surface, x, claim, broken, mistakes=()):
    """Let f judge `claim`, which is wrong at the places `broken`, and compare the verdicts.

    The other entries are right to nine digits: whoever computed them rounded differently.
    """
    claim = claim * np.where(np.arange(len(x)) % 2, 1 + 1e-9, 1 - 1e-9)
    yours, wanted = f(surface, x, claim), sorted(map(int, broken))
    if yours == wanted:
        return
    everything = list(range(len(x)))
    known = [
        *mistakes,
        ([], "nothing is found wrong: is the list filled, and is the comparison with "
         "gradient[i]?"),
        ([i for i in everything if i not in wanted], "these are the places that are right; "
         "the wrong ones are wanted"),
        ([i + 1 for i in wanted], "Python counts from 0: the first place is 0"),
        (wanted[::-1], "the places are right; give them in rising order"),
        (wanted[:1], "the judge stops at the first wrong entry: `return` belongs after the loop"),
        (wanted[-1:], "only the last wrong entry is left: append to the list, don't replace it"),
        (everything, "every entry is called wrong. Is z complex, a copy by x.astype(complex)? "
         "Does z[i] alone move? Is f(z).imag divided by the step? Is a millionth allowed?"),
    ]  # fmt: skip
    raise Failed(
        "The verdict is not right.",
        yours=f"{yours}",
        wanted=f"{wanted}",
        mistake=next((why for verdict, why in known if yours == verdict), ""),
    )


def draw(rng, wrong, size=4):
    """A surface, a point, its gradient, with slopes of either sign, and `wrong` places of it."""
    gradient = np.zeros(size)
    while not gradient.min() < 0 < gradient.max():
        x, surface = distinct(rng, size), wavy(rng, size)
        gradient = complex_step(surface, x)
    return surface, x, gradient, rng.choice(size, wrong, replace=False)


@EXERCISE.asks(
    "plain mistakes: a sign, a factor",
    points=1,
    usually="measure with Im f(x + ih) / h, one entry at a time, and compare with gradient[i]",
)
def plain(f, rng):
    """Two signs turned round and two sizes wrong, in either direction, so that each way to
    overlook some of them leaves its own trace."""
    surface, x, truth, _ = draw(rng, 0, size=6)
    claim = truth.copy()
    falls, rises = np.flatnonzero(claim < 0), np.flatnonzero(claim > 0)
    down, up = rng.choice(rises), rng.choice(falls)  # where a turned sign moves the claim to
    larger, smaller = rng.permutation(np.setdiff1d(range(6), [down, up]))[:2]
    claim[[down, up]] *= -1
    claim[larger] += 0.7 * abs(claim[larger])
    claim[smaller] -= 0.7 * abs(claim[smaller])
    drifting = np.flatnonzero(np.abs(np.cumsum(truth) / claim - 1) > 1e-6)
    size = "take the absolute value of the difference: an error may go either way"
    judged(
        f,
        surface,
        x,
        claim,
        [down, up, larger, smaller],
        [
            (sorted([larger, smaller]), "a gradient with the wrong sign passes: take the absolute "
             "value of the difference, not of each number"),
            (sorted([larger, up]), f"a gradient that is too small passes: {size}"),
            (sorted([smaller, down]), f"a gradient that is too large passes: {size}"),
            (sorted([up, down]), "a gradient of the wrong size passes: compare the numbers, not "
             "their signs"),
            (drifting.tolist(), "an entry that was moved has to be put back: make a fresh copy of "
             "x in each turn of the loop"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "mistakes in the fourth digit, and small slopes",
    points=1,
    usually="compare relative to the true derivative: |claimed - measured| > 1e-6 * |measured|",
)
def small(f, rng):
    surface, x, gradient, broken = draw(rng, 2)
    for scale, why in (
        (1.0, "an error in the fourth digit has to be found: allow 1e-6 of the derivative"),
        (1e-10, "an error is measured against the derivative, which may be as small as 1e-10; "
         "np.isclose and np.allclose let 1e-8 pass unless you say atol=0"),
    ):  # fmt: skip
        low = Formula(f"{scale} * ({surface.text})", surface.inputs)
        claim = scale * gradient
        claim[broken] *= 1 + 1e-4
        judged(f, low, x, claim, broken, [([], f"the judge is too mild: {why}")])
    flat(f, surface, x, gradient)


def flat(f, surface, x, gradient):
    """Two inputs more that f leaves alone: their derivatives are 0, and one claim says so."""
    wide = Formula(surface.text.replace("(v)", "(v[:4])").replace("v[1:]", "v[1:4]")
                   .replace("v[:-1]", "v[:3]"), 6)  # fmt: skip
    nothing = "where the true derivative is 0 "
    judged(
        f,
        wide,
        np.append(x, [1.3, -0.7]),
        np.append(gradient, [0.0, 0.3]),
        [5],
        [
            ([4, 5], nothing + "a claim of 0 is right: don't divide by the derivative, 0 / 0 is "
             "nan; compare the error with 1e-6 * abs(measured)"),
            ([], nothing + "any other claim is wrong, however the two are compared"),
            ([4], nothing + "a claim of 0 is right, and any other is wrong"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "a large constant raises no false alarm",
    points=1,
    usually="a difference of two values near 1e9 has few digits left: use the imaginary part, "
    "with which nothing is subtracted",
)
def large_constant(f, rng):
    surface, x, claim, broken = draw(rng, 1)
    claim[broken] *= 1.5
    high = Formula(f"1e9 + {surface.text}", surface.inputs)
    alarm = "right entries are called wrong: the difference of two values near 1e9 has few " + (
        "digits left. The complex step subtracts nothing"
    )
    judged(f, high, x, claim, broken, [(list(range(len(x))), alarm)])


@EXERCISE.asks(
    "nan is wrong",
    points=1,
    usually="a comparison with nan is never true, whichever way round it is asked; and what is "
    "allowed depends on the true derivative alone",
)
def not_a_number(f, rng):
    surface, x, claim, broken = draw(rng, 2)
    claim[broken] = [np.nan, claim[broken[1]] * 1.5]
    passes = "a claimed nan passes: a comparison with nan is never true; ask `if not error <= ...`"
    judged(f, surface, x, claim, broken, [([int(broken[1])], passes)])
    claim[broken] = [np.inf, -np.inf]
    endless = "a claimed inf passes: the error is measured against the true derivative, not "
    judged(f, surface, x, claim, broken, [([], endless + "against the claim: inf <= inf is true")])
