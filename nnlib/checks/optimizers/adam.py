"""Exercise 5.4: Adam, from the paper's algorithm 1."""

from functools import partial
from itertools import product

import numpy as np

from nnlib.checks.circuits.formula import Formula
from nnlib.checks.exercise import Exercise, distinct
from nnlib.checks.optimizers.landscapes import (
    Batches,
    batches,
    compare_paths,
    finite,
    path,
    slope,
    told,
    wasted,
    with_defaults,
)


def adam_path(
    gradient, start, steps,
    learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8,
):
    """The path (steps + 1, n) of Adam."""
    w = start.astype(float)
    m, v = np.zeros(len(start)), np.zeros(len(start))
    path = [w]
    for t in range(1, steps + 1):
        g = gradient(w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        w = w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)
        path.append(w)
    return np.array(path)


EXERCISE = Exercise(
    "5.4",
    "Write Adam from its paper",
    adam_path,
    answer=path("path"),
    hints=(
        "Begin with m and v, two arrays of zeros, and count the steps from 1: "
        "`for t in range(1, steps + 1):`. In each step ask for g once; then m, then v.",
        "m_hat and v_hat are new variables. m and v themselves go on uncorrected to the next step.",
        "With t = 1 and the correction, m_hat is g and v_hat is g squared, so the first step is "
        "learning_rate long in each weight, whatever the gradient's size. Test that first.",
        "epsilon stands outside of the root, and is added to the corrected one: "
        "np.sqrt(v_hat) + epsilon.",
    ),
    errors={
        "Cannot cast ufunc": "start may hold whole numbers, and such an array takes no fractions: "
        "begin with start.astype(float)",
        "could not be broadcast": "start may have any number of entries: np.zeros(len(start))",
        "gradient takes a point": "gradient wants the point w, all its numbers at once",
        "float division by zero": "1 - beta1**0 is 0: the first step has t = 1",
    },
)

NO_ROOT = (
    "a root of a negative number, or a division by 0: v is the mean of the squares, g**2, in an "
    "array of its own (m = v = np.zeros(n) makes one array with two names), and the first step "
    "has t = 1"
)
NAMES = ("learning_rate", "beta1", "beta2", "epsilon")
PAPER = (0.001, 0.9, 0.999, 1e-8)


def wanted_path(of, start, steps, rate, beta1, beta2, epsilon):
    """The path by another road: m_hat and v_hat as weighted means over all gradients so far."""
    points, gradients = np.zeros((steps + 1, len(start))), np.zeros((steps, len(start)))
    points[0] = start
    for k in range(steps):
        gradients[k] = of(k, points[k])
        so_far, ages = gradients[: k + 1], np.arange(k, -1, -1)
        mean = np.average(so_far, axis=0, weights=beta1**ages)
        square = np.average(so_far**2, axis=0, weights=beta2**ages)
        points[k + 1] = points[k] - rate * mean / (np.sqrt(square) + epsilon)
    return points


def walk(of, start, steps, rate, beta1, beta2, epsilon, *, sign=1, hats="mv", share=True,
         kept=False, clock=lambda t: t, whole=False, root=True, stands="outside"):  # fmt: skip
    """What comes out of an Adam with a mistake; without one, the right path."""
    w, m, v = start.astype(float), np.zeros(len(start)), np.zeros(len(start))
    path = [w]
    for t in range(1, steps + 1):
        g = of(t - 1, w)
        m = beta1 * m + (1 - beta1 if share else 1) * g
        v = beta2 * v + (1 - beta2 if share else 1) * (g @ g if whole else g**2)
        b = 1 - beta2 ** clock(t)
        m_hat = m / (1 - beta1 ** clock(t)) if "m" in hats else m
        v_hat = v / b if "v" in hats else v
        if kept:
            m, v = m_hat, v_hat
        divisor = {
            "outside": np.sqrt(v_hat) + epsilon,
            "inside": np.sqrt(v_hat + epsilon),
            "before": np.sqrt(v_hat) + epsilon / np.sqrt(b),
            "1e-8": np.sqrt(v_hat) + 1e-8,
        }[stands]
        w = w - sign * rate * m_hat / (divisor if root else v_hat + epsilon)
        path.append(w)
    return np.array(path)


MISTAKES = [
    ({"hats": ""}, "m and v are not corrected: they start at 0 and are pulled toward it, v longer "
     "than m. Divide them by 1 - beta1**t and 1 - beta2**t"),
    ({"hats": "m"}, "v is not corrected: v_hat = v / (1 - beta2**t)"),
    ({"hats": "v"}, "m is not corrected: m_hat = m / (1 - beta1**t)"),
    ({"sign": -1}, "the sign: the step goes against the gradient"),
    ({"root": False}, "the root is missing: divide by np.sqrt(v_hat) + epsilon"),
    ({"share": False}, "the new gradient enters m and v with the weights 1 - beta1 and 1 - beta2"),
    ({"kept": True}, "m and v themselves were corrected, and the next step went on from there: "
     "m_hat and v_hat are variables of their own"),
    ({"clock": lambda t: 1}, "t stays at 1: it counts the steps"),
    ({"clock": lambda t: t + 1}, "t is one too large: the first step has t = 1"),
    ({"whole": True}, "all weights share one v: g**2 is each entry squared, not g @ g"),
    ({"stands": "inside"}, "epsilon stands inside the root; it belongs outside: "
     "np.sqrt(v_hat) + epsilon"),
    ({"stands": "before"}, "epsilon was added to the root of v before the correction (the paper's "
     "shortcut in section 2 does that, with another epsilon): np.sqrt(v_hat) + epsilon"),
    ({"stands": "1e-8"}, "epsilon was given, and 1e-8 was used: take the argument"),
]  # fmt: skip


def compare(f, gradient, start, steps, settings):
    def of(k, w):
        return gradient(w)

    wanted = wanted_path(of, start, steps, *settings)
    known = partial(mistaken, of, start, steps, settings, wanted)
    compare_paths(f(gradient, start, steps, *settings), wanted, known)


def mistaken(of, start, steps, settings, wanted):
    """What comes out of an Adam that is not quite Adam, with the word for it."""
    rate, beta1, beta2, epsilon = settings
    last = (
        "all rows are the last point: w -= ... changes the array that is already in the list. "
        "Write w = w - ..., or append w.copy()"
    )
    return [
        (np.tile(wanted[-1], (steps + 1, 1)), last),
        *[(walk(of, start, steps, *settings, **change), why) for change, why in MISTAKES],
        (walk(of, start, steps, rate, beta2, beta1, epsilon), "beta1 and beta2 are exchanged: "
         "beta1 is m's, beta2 is v's"),
        (_without_memory(of, start, steps, rate, epsilon), "m and v forget: each step has to begin "
         "with those of the step before"),
        (_on_m_hat(of, start, steps, settings), "v is the mean of the squared *gradients*; this "
         "squares m"),
        *[(wanted_path(of, start, steps, *typed), f"{name} is {value:g} whatever the caller says; "
           "use the argument") for typed, name, value in _typed(settings)],
        *_one_array(of, start, steps, settings),
        *_fading(of, start, steps, settings),
        (_rolling(of, start, steps, rate, beta1), "this is a running mean of the gradients alone: "
         "divide it by np.sqrt(v_hat) + epsilon"),
    ]  # fmt: skip


def _typed(settings):
    """The settings with one of the paper's first three numbers in place of the caller's."""
    names = "the learning rate", "beta1", "beta2"
    for k, (name, value) in enumerate(zip(names, PAPER[:3], strict=True)):
        yield (*settings[:k], value, *settings[k + 1 :]), name, value


def _one_array(of, start, steps, settings):
    """m = v = np.zeros(n), changed in place: what enters one enters the other, m first or v."""
    rate, beta1, beta2, epsilon = settings
    why = (
        "m and v are one and the same array: m = v = ... gives it two names, and what changes one "
        "in place changes the other. Make two: m = np.zeros(n) and v = np.zeros(n)"
    )
    for m_first in (True, False):
        path, both = [start.astype(float)], np.zeros(len(start))
        for k in range(steps):
            g = of(k, path[-1])
            for beta, new in ((beta1, g), (beta2, g**2))[:: 1 if m_first else -1]:
                both = beta * both + (1 - beta) * new
            m_hat, v_hat = both / (1 - beta1 ** (k + 1)), both / (1 - beta2 ** (k + 1))
            with np.errstate(invalid="ignore"):
                path.append(path[-1] - rate * m_hat / (np.sqrt(v_hat) + epsilon))
        yield np.array(path), why


def _fading(of, start, steps, settings):
    """Paths on which one of the two means uses the other's beta in one, two or all three places."""
    rate, beta1, beta2, epsilon = settings
    own = (beta1,) * 3, (beta2,) * 3
    for k, (name, entry) in enumerate([("m", "g"), ("v", "g**2")]):
        mine, other = f"beta{k + 1}", f"beta{2 - k}"
        why = (
            f"{name} fades with {mine}, and {other} came in: {name} = {mine} * {name} + "
            f"(1 - {mine}) * {entry}, and {name}_hat = {name} / (1 - {mine}**t)"
        )
        for betas in product((beta1, beta2), repeat=3):
            if betas != own[k]:
                pair = (betas, own[1]) if k == 0 else (own[0], betas)
                yield _with_betas(of, start, steps, rate, *pair, epsilon), why


def _with_betas(of, start, steps, rate, m_betas, v_betas, epsilon):
    """Adam with three betas for each mean: it fades by one, one weighs the new, one corrects."""
    path, m, v = [start.astype(float)], 0.0, 0.0
    for k in range(steps):
        g = of(k, path[-1])
        m = m_betas[0] * m + (1 - m_betas[1]) * g
        v = v_betas[0] * v + (1 - v_betas[1]) * g**2
        m_hat, v_hat = m / (1 - m_betas[2] ** (k + 1)), v / (1 - v_betas[2] ** (k + 1))
        path.append(path[-1] - rate * m_hat / (np.sqrt(v_hat) + epsilon))
    return np.array(path)


def _without_memory(of, start, steps, rate, epsilon):
    path = [start.astype(float)]
    for k in range(steps):
        g = of(k, path[-1])
        path.append(path[-1] - rate * g / (np.abs(g) + epsilon))
    return np.array(path)


def _on_m_hat(of, start, steps, settings):
    rate, beta1, beta2, epsilon = settings
    path, m, v = [start.astype(float)], 0.0, 0.0
    for k in range(steps):
        m = beta1 * m + (1 - beta1) * of(k, path[-1])
        v = beta2 * v + (1 - beta2) * m**2
        m_hat, v_hat = m / (1 - beta1 ** (k + 1)), v / (1 - beta2 ** (k + 1))
        path.append(path[-1] - rate * m_hat / (np.sqrt(v_hat) + epsilon))
    return np.array(path)


def _rolling(of, start, steps, rate, beta1):
    path, m = [start.astype(float)], 0.0
    for k in range(steps):
        m = beta1 * m + (1 - beta1) * of(k, path[-1])
        path.append(path[-1] - rate * m / (1 - beta1 ** (k + 1)))
    return np.array(path)


def settings(rng, epsilon=1e-8):
    """A rate, beta1 and beta2 that are not the paper's, two decimals each, and epsilon."""
    low, high = [0.05, 0.6, 0.93], [0.2, 0.85, 0.98]
    return *(float(v) for v in np.round(rng.uniform(low, high), 2)), epsilon


@EXERCISE.asks(
    "the first step",
    points=1,
    usually="with the corrections m_hat is g and v_hat is g**2, so each weight moves by "
    "learning_rate, a steep one and a flat one alike",
)
def first_step(f, rng):
    """The first gradient is small and above 0, where no root can fail; the second is below 0, and
    so large that an array which holds m and v has its root, too."""
    a, target, away = distinct(rng, 2) * [0.01, 20_000], distinct(rng, 2), distinct(rng, 2)
    a *= np.sign(a * away) * [1, -1]
    gradient = Formula(f"np.array({a.tolist()}) * (v - np.array({target.tolist()}))", 2)
    zero = "1 - beta1**0 is 0, and a division by it gives no number: the first step has t = 1"
    root = "a root of a negative number: v is the mean of the *squares*, g**2"
    watched = told(told(f, "path[1, 1] is not a finite", root), "path[1, 0] is not a finite", zero)
    compare(watched, gradient, target + away, 1, settings(rng))


@EXERCISE.asks(
    "eight steps",
    points=2,
    usually="m and v go on uncorrected from step to step; m_hat and v_hat are made anew in each",
)
def eight_steps(f, rng):
    compare(finite(f, NO_ROOT), slope(rng, 3), distinct(rng, 3), 8, settings(rng))


@EXERCISE.asks(
    "a weight that nothing pulls",
    points=1,
    usually="a gradient of 0 makes m_hat and v_hat 0: epsilon in the divisor keeps 0 / 0 away, and "
    "the weight stays where it is",
)
def no_pull(f, rng):
    a, target = abs(distinct(rng, 3)), distinct(rng, 3)
    level = rng.integers(1, 3)  # a wrong number in another place has another reason
    a[level] = 0
    gradient = Formula(f"np.array({a.tolist()}) * (v - np.array({target.tolist()}))", 3)
    why = "0 / 0: where no gradient has come, v_hat is 0. epsilon in the divisor is there for that"
    watched = told(finite(f, NO_ROOT), f"path[1, {level}] is not a finite", why)
    compare(watched, gradient, distinct(rng, 3), 3, settings(rng))


@EXERCISE.asks(
    "where epsilon stands",
    points=1,
    usually="np.sqrt(v_hat) + epsilon: outside the root, with the epsilon that is given",
)
def where_epsilon_stands(f, rng):
    numbers = slope(rng), distinct(rng, 2), 5, settings(rng, float(rng.choice([0.2, 0.3, 0.5])))
    compare(finite(f, NO_ROOT), *numbers)


@EXERCISE.asks(
    "two hundred minibatches, with the defaults",
    points=1,
    cases=2,
    usually="learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8 unless the caller says "
    "otherwise; and each call of gradient sees another minibatch: call it once in each step",
)
def minibatches(f, rng):
    """Gradients near 1e-6, so that another default of epsilon shows, too."""
    large, start = batches(rng), distinct(rng, 2) / 100
    gradient = Batches(np.round(np.array(large.A) * 1e-6, 8).tolist(), large.pace)
    wanted = wanted_path(gradient.of, start, 200, *PAPER)

    def known():
        told = [(wanted_path(of, start, 200, *PAPER), why) for of, why in wasted(gradient.of)]
        for place, others in enumerate(([0.01], [0.99], [0.99, 0.9], [1e-7, 1e-6, 0.0])):
            for other in others:
                changed = (*PAPER[:place], other, *PAPER[place + 1 :])
                why = f"the default of {NAMES[place]} is {other:g}; the paper has {PAPER[place]:g}"
                told.append((wanted_path(gradient.of, start, 200, *changed), why))
        return told

    defaults = [f"{name}={value:g}" for name, value in zip(NAMES, PAPER, strict=True)]
    compare_paths(with_defaults(f, *defaults)(gradient, start, 200), wanted, known)
