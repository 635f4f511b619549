"""Exercise 5.5: how likely simulated annealing is to keep a step, by the rule of Metropolis."""

import numpy as np

from nnlib.checks.answers import array_like
from nnlib.checks.exercise import Exercise, Failed, close, distinct, same
from nnlib.checks.optimizers.landscapes import finite


def keep_probability(delta, temperature):
    """The probabilities (n,) that steps which rise by delta (n,) are kept."""
    if temperature == 0:
        return np.where(delta > 0, 0.0, 1.0)
    climb = np.maximum(delta, 0)
    return np.exp(-climb / temperature)


DRAWN = "return the probabilities, the caller draws"

EXERCISE = Exercise(
    "5.5",
    "Climb when it is hot",
    keep_probability,
    answer=array_like("p", 0),
    hints=(
        "A step that climbs by delta is kept with probability np.exp(-delta / temperature), all "
        "others with probability 1. For an array: np.where, or np.maximum(delta, 0) before exp.",
        "exp overflows for steps far down, where it isn't needed at all: math.exp raises an error "
        "there. np.maximum(delta, 0) puts a 0 in their place first.",
        "At temperature 0 a division won't do: 0 / 0 is no number. Treat it first, with an if: "
        "no climb is kept, and everything else is.",
    ),
    errors={
        "truth value of an array": "delta is an array, and `if` wants one yes or no: use "
        "np.where(delta > 0, ..., ...)",
        "ZeroDivisionError": "at temperature 0 nothing can be divided by it: no climb is kept, "
        "everything else is",
        "OverflowError": "exp of a step far down is too large for a float: it isn't needed, such "
        "a step is always kept. Take np.maximum(delta, 0) first",
        "only 0-dimensional arrays": "math.exp takes one number; np.exp takes an array",
        "only length-1 arrays": "math.exp takes one number; np.exp takes an array",
        "can be converted to Python scalars": "math.exp takes one number; np.exp takes an array",
        "entries are of type bool": f"True and False are decisions: {DRAWN}",
        "p has to be an array of shape": "delta is an array, and each entry has a probability of "
        "its own",
    },
)


def warm(rng):
    """A temperature such that no other formula happens to give the same."""
    return float(np.round(rng.choice([rng.uniform(0.3, 0.7), rng.uniform(1.4, 2.5)]), 2))


def expected(delta, temperature):
    """The rule, number by number."""
    return np.array([1.0 if d <= 0 else np.e ** (-d / temperature) for d in delta.tolist()])


def judge(f, delta, temperature, wanted, mistakes=()):
    """Raise Failed unless f gives the probabilities that are wanted."""
    if not close(f(delta, temperature), wanted):
        refuse_draws(f)
    same("p", f(delta, temperature), wanted, mistakes=mistakes)


def refuse_draws(f):
    """Raise Failed if f decides by chance, which shows where each decision is nearly even.

    One draw for all walkers gives the same twice in every second case, but not twenty times.
    """
    delta, T = np.full(16, 0.7), 1.0  # kept with probability 0.497
    first, *others = [f(delta, T) for _ in range(20)]
    if any(not np.array_equal(first, other) for other in others):
        raise Failed(
            "Calls with the same arguments gave different answers.",
            mistake=f"the answers differ from call to call: {DRAWN}",
        )
    if set(first.tolist()) == {0.0, 1.0}:
        raise Failed(
            "Steps that rise by the same got different answers, 0 and 1.",
            mistake=f"0 and 1 are decisions: {DRAWN}",
        )


@EXERCISE.asks(
    "climbs",
    points=2,
    usually="a step that climbs by delta is kept with probability exp(-delta / temperature)",
)
def climbs(f, rng):
    delta, T = np.abs(distinct(rng, 4)), warm(rng)
    delta[rng.integers(4)] = round(0.4 * T, 2)  # one that is rather kept than not
    wanted = expected(delta, T)
    judge(
        f, delta, T, wanted,
        mistakes=[
            (np.exp(-delta), "the temperature is missing: divide delta by it"),
            (np.exp(-delta * T), "divide by the temperature: the hotter, the more climbs are kept"),
            (1 - wanted, "this is the probability that the step is *not* kept"),
            (np.exp(delta / T), "the sign: the higher the climb, the less likely it is kept"),
            (np.minimum(1, np.exp(delta / T)), "the sign: delta is the new cost minus the old one, "
             "so above 0 it is a climb. This keeps every climb"),
            (1 / (1 + np.exp(delta / T)), "this is the heat bath's rule (a sigmoid), which keeps "
             "even a level step only half of the time; Metropolis: exp(-delta / temperature)"),
            (0 * delta, "no climb is ever kept: this is a descent. When it is hot, climbs are kept "
             "with probability exp(-delta / temperature)"),
            (1 + 0 * delta, "every climb is kept: this is a random walk"),
            (np.exp(-((delta / T) ** 2)), "there is no square: exp(-delta / temperature)"),
            (np.exp(-(delta**2) / T), "there is no square: exp(-delta / temperature)"),
            (2.0 ** (-delta / T), "e is meant, not 2: np.exp"),
            (np.exp(-delta) / T, "the temperature belongs inside the exponential"),
            (wanted / wanted.sum(), "each step is judged by itself: the probabilities need not add "
             "up to 1"),
            (np.round(wanted), "a probability is wanted, not the decision"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "level steps and descents",
    points=1,
    usually="a step that does not climb is always kept: its probability is 1",
)
def descents(f, rng):
    T = warm(rng)
    delta = np.append(distinct(rng, 4), 0.0)
    delta[:4] *= np.sign(delta[:4]) * [1, -1, 1, -1]
    delta = rng.permutation(delta)
    wanted = expected(delta, T)
    down, level = delta < 0, delta == 0
    judge(
        f, delta, T, wanted,
        mistakes=[
            (np.exp(-delta / T), "a probability above 1: a descent is kept with probability 1, "
             "np.minimum(1, ...)"),
            (np.exp(-np.abs(delta) / T), "a descent is treated like a climb: it is always kept"),
            (np.where(level, 0, wanted), "a level step, delta = 0, is kept: exp(0) is 1"),
            (np.where(level, 0.5, wanted), "a level step, delta = 0, is always kept: exp(0) is 1"),
            (np.where(down, 0, wanted), "a descent is always kept: where delta is below 0 the "
             "probability is 1, and here it is 0"),
            (np.where(down | level, 0, wanted), "what does not climb is always kept: its "
             "probability is 1, and here it is 0"),
            (np.full(5, wanted.min()), "each step has a probability of its own: one answer was "
             "given for all"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "numbers of any size",
    points=1,
    usually="no step down needs an exponential (it would overflow), and a small temperature is "
    "still a temperature: only the ratio of delta and temperature counts",
)
def any_size(f, rng):
    ratio = float(np.round(rng.uniform(0.5, 2), 2))
    for size in (1e-300, 1e-12, 1.0, 1e12, 1e300):
        added = [
            (expected(np.array([ratio * size]), size + small), "something was added to the "
             "temperature: that changes a small one. Treat temperature 0 with an if instead")
            for small in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-6, 1e-4)
        ]  # fmt: skip
        judge(f, np.array([ratio * size]), size, np.array([np.exp(-ratio)]), added)
    rare = 400 * ratio / 2 + 200
    same(
        "p",
        f(np.array([rare]), 1.0),
        np.array([np.exp(-rare)]),
        mistakes=[(np.zeros(1), "a rare step is not an impossible one: e to the power of -600 is "
                   "a float like any other. Don't cut the exponent")],
    )  # fmt: skip
    delta = np.array([-1e308, -5000.0, 1e308, np.inf, 0.0])
    why = (
        "exp of a step far down is too large for a float, and nothing sensible comes of infinity: "
        "take np.maximum(delta, 0) first"
    )
    same("p", finite(f, why)(delta, 0.5), np.array([1.0, 1.0, 0.0, 0.0, 1.0]))


@EXERCISE.asks(
    "temperature 0",
    points=1,
    cases=1,
    usually="at temperature 0 no climb is kept, and everything else is",
)
def frozen(f, rng):
    delta = np.append(distinct(rng, 3), [0.0, 1e308, 5e-324])
    wanted = np.where(delta > 0, 0.0, 1.0)
    why = "0 / 0 is no number: at temperature 0 a level step is kept. Treat it first, with an if"
    yours = finite(f, why)(delta, 0.0)
    same(
        "p",
        yours,
        wanted,
        mistakes=[
            (np.where(delta < 0, 1.0, 0.0), "a level step is kept, at any temperature"),
            (np.zeros(6), "nothing is kept: at temperature 0 a descent still is"),
            (np.ones(6), "everything is kept: at temperature 0 no climb is"),
        ],
    )
