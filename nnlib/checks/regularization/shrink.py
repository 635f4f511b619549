"""Exercise 6.1: a step with an L1 penalty that leaves weights at exactly zero."""

import numpy as np

from nnlib.checks.answers import array_like
from nnlib.checks.exercise import Exercise, Failed, same


def l1_step(w, gradient, eta, strength):
    """The weights after a step along the data's gradient and a shrinking."""
    v = w - eta * gradient
    return np.sign(v) * np.maximum(np.abs(v) - eta * strength, 0)


EXERCISE = Exercise(
    "6.1",
    "Shrink weights to exactly zero",
    l1_step,
    answer=array_like("w_new", 0),
    hints=(
        "Two lines. The first is the step you know: v = w - eta * gradient. The second moves each "
        "entry of v toward zero by eta * strength, and never beyond it.",
        "How far an entry is from zero is np.abs(v). After the shrinking it is that much less, and "
        "at least 0: np.maximum(..., 0) does it for all entries at once.",
        "The new distance from zero needs its side back, which np.sign(v) knows: multiply.",
    ),
    errors={
        "truth value of an array": "`if` wants one yes or no, and v has many entries: use "
        "np.where, np.maximum or a loop over the entries",
        "only length-1 arrays": "math takes one number, and v has many entries: use np.abs, "
        "np.sign and their like",
        "only 0-dimensional arrays": "math takes one number, and v has many entries: use np.abs, "
        "np.sign and their like",
    },
)


def nearest(v, amount):
    """The u that makes (u - v)² / 2 + amount |u| least: the better of a slope's ends and the kink.

    For u above 0 the best is v - amount, for u below 0 it is v + amount, where these lie on their
    side; and then there is 0 itself.
    """

    def cost(u):
        return (u - v) ** 2 / 2 + amount * abs(u)

    return min((0.0, max(v - amount, 0.0), min(v + amount, 0.0)), key=cost)


def shrunk(v, amount):
    return np.array([nearest(value, amount) for value in v])


def draw(rng, sizes):
    """A step whose v is `sizes` times eta * strength, and whose w is elsewhere."""
    eta, strength = float(rng.uniform(0.25, 0.5)), float(rng.uniform(0.5, 0.9))
    v = np.array(sizes) * eta * strength
    w = v + rng.choice([-1.0, 1.0], len(v)) * rng.uniform(0.1, 0.4, len(v)) * np.abs(v)
    return w, (w - v) / eta, eta, strength


def mistakes_of(w, gradient, eta, strength):
    """What comes out of a step with a certain mistake, for any w."""
    v, amount = w - eta * gradient, eta * strength
    return [
        (v, "nothing was shrunk: after the step along the gradient each entry loses "
         "eta * strength, however far from zero it is"),
        (shrunk(v, strength), "this shrinks by strength; a step of size eta shrinks by eta times "
         "that"),
        (v + amount * np.sign(v), "the sign: this moves away from zero"),
        (v * (1 - amount), "this shrinks in proportion to the weight, as L2 does; L1 takes the "
         "same amount from each"),
        (shrunk(w, amount), "the data's gradient is missing: first w - eta * gradient, then "
         "shrink"),
        (shrunk(w + eta * gradient, amount), "the sign of the data's part: a step goes against "
         "the gradient"),
        (shrunk(w - gradient, amount), "eta is missing before the gradient"),
        (shrunk(v, amount / eta**2), "eta * strength is wanted, and this divides by eta"),
        (np.maximum(np.abs(v) - amount, 0), "the sides are lost: a negative weight shrinks toward "
         "zero from below"),
        (np.maximum(v - amount, 0), "negative weights have to shrink, too, toward zero from "
         "below"),
        (shrunk(w, amount) - eta * gradient, "the order: first the step along the gradient, then "
         "the shrinking, so that what is to become zero ends as zero"),
    ]  # fmt: skip


@EXERCISE.asks(
    "weights far from zero",
    points=1,
    usually="each entry goes along the data's gradient, and then by one and the same amount toward "
    "zero",
)
def far(f, rng):
    sizes = rng.permutation([5.0, -9.0, 14.0, -20.0]) * rng.uniform(0.9, 1.1, 4)
    w, gradient, eta, strength = draw(rng, sizes)
    wanted = shrunk(w - eta * gradient, eta * strength)
    known = mistakes_of(w, gradient, eta, strength)
    same("w_new", f(w, gradient, eta, strength), wanted, mistakes=known)


@EXERCISE.asks(
    "weights near zero",
    points=2,
    usually="an entry that is nearer to zero than the amount of the shrinking ends there; one that "
    "is farther away doesn't",
)
def near(f, rng):
    """Six entries of which two stay, and one that ends at about 0.0001."""
    sizes = rng.permutation([0.3, -0.6, 0.9, -0.2, 2.5, -1.6]) * rng.uniform(0.9, 1.1, 6)
    sizes = np.append(sizes, rng.choice([-1.0004, 1.0004]))
    w, gradient, eta, strength = draw(rng, sizes)
    v, amount = w - eta * gradient, eta * strength
    wanted = shrunk(v, amount)
    yours = f(w, gradient, eta, strength)
    hard = np.where(np.abs(v) > amount, v, 0)
    known = [
        (v - amount * np.sign(v), "this jumps over zero to the other side, and comes back in the "
         "next step, for ever: an entry that would cross zero stops there"),
        (v - amount * np.sign(w), "this jumps over zero to the other side, and comes back in the "
         "next step, for ever: an entry that would cross zero stops there"),
        (hard, "what is small is set to zero, and what is left has to shrink all the same"),
        (np.where(np.abs(wanted) < 0.001, 0, wanted), "small is not zero: an entry of which "
         f"{abs(wanted[-1]):.0e} is left keeps that; only one that would cross zero becomes 0"),
        (np.where(wanted == 0, v, wanted), "the small entries are left as they are, and they are "
         "the ones that become zero"),
        *mistakes_of(w, gradient, eta, strength),
    ]  # fmt: skip
    same("w_new", yours, wanted, mistakes=known)
    almost = np.flatnonzero((wanted == 0) & (yours != 0))
    if almost.size:
        raise Failed(
            f"w_new[{almost[0]}] is almost zero.",
            yours=f"w_new[{almost[0]}] = {yours[almost[0]]:.3g}",
            wanted=f"w_new[{almost[0]}] = 0",
            mistake="exactly 0 is wanted, not almost: take the largest of 0 and what is left, so "
            "that no rounding remains",
        )


@EXERCISE.asks(
    "weights that the gradient carries to the other side",
    points=1,
    usually="the shrinking begins where the data's step has ended, and knows nothing of the place "
    "before it",
)
def across(f, rng):
    """One that crosses, one that starts at zero and leaves it, one at zero that stays."""
    eta, strength = float(rng.uniform(0.05, 0.2)), float(rng.uniform(0.5, 0.9))
    amount = eta * strength
    v = np.array([2.5, -3.5, 0.5, -5.0]) * rng.uniform(0.9, 1.1, 4) * amount
    w = np.array([-1.5 * amount, 0.0, 0.0, -4.2 * amount])
    order = rng.permutation(4)
    v, w = v[order], w[order]
    gradient = (w - v) / eta
    wanted = shrunk(v, amount)
    before = "the side is that of the weight before the step along the gradient; it may have "
    known = [
        (np.sign(w) * np.maximum(np.abs(v) - amount, 0), before + "changed in between"),
        (np.where(w == 0, v, v - amount * np.sign(w)), before + "changed in between"),
        (np.where(w == 0, v, wanted), "a weight that starts at zero and leaves it is shrunk like "
         "any other"),
        (np.where(w == 0, 0, wanted), "a weight at zero is not lost: a gradient that is strong "
         "enough carries it away again"),
        (np.where(w * v < 0, 0, wanted), "a weight may change its side: it is the "
         "shrinking alone that may not cross zero"),
        *mistakes_of(w, gradient, eta, strength),
    ]  # fmt: skip
    same("w_new", f(w, gradient, eta, strength), wanted, mistakes=known)
