"""Exercise 3.3: the multiclass hinge of Weston and Watkins, and its gradient."""

import numpy as np

from nnlib.checks.answers import array_like, number, several
from nnlib.checks.exercise import Exercise, same
from nnlib.gradients import central_difference


def multiclass_hinge(scores, label):
    """The loss and its gradient (K,)."""
    lack = np.maximum(0, 1 + scores - scores[label])
    lack[label] = 0
    gradient = (lack > 0).astype(float)
    gradient[label] = -gradient.sum()
    return lack.sum(), gradient


EXERCISE = Exercise(
    "3.3",
    "Keep every rival at a distance",
    multiclass_hinge,
    answer=several(number("loss"), array_like("gradient", 0), names="loss and gradient"),
    hints=(
        "Compute lack = np.maximum(0, 1 + scores - scores[label]). It has an entry for the right "
        "class, too, which is always 1 and doesn't belong: set it to 0. The loss is the sum.",
        "Where a rival's lack is above 0, raising the rival's score by 1 raises the loss by 1. "
        "Where it is 0, nothing happens. That is the gradient at the rivals: ones and zeros.",
        "The right class's score stands with a minus in every rival's lack. So its gradient is "
        "minus the number of rivals that lack.",
    ),
    errors={"read-only": "the scores belong to whoever called you: make a new array"},
)


def loss_of(scores, label):
    """The loss as its formula says it, a rival at a time."""
    return sum(
        max(0.0, 1 + score - scores[label]) for j, score in enumerate(scores) if j != label
    )


def draw(rng, K=5):
    """Scores with three rivals inside the margin, two of them above the right class."""
    gaps = np.array([0.7, 1.3, -0.4, -2.0]) + rng.uniform(-0.2, 0.2, size=4)
    right = float(rng.uniform(-2, 2))
    scores, label = np.empty(K), int(rng.integers(K))
    scores[label] = right
    scores[np.arange(K) != label] = right + rng.permutation(gaps)
    return scores, label


def mistaken(scores, label):
    """(lack of every class, the strongest rival's lack)."""
    lack = np.maximum(0, 1 + scores - scores[label])
    return lack, np.delete(lack, label).max()


@EXERCISE.asks(
    "the loss",
    points=2,
    usually="the sum over the rivals j of max(0, 1 + s_j - s_y), without j = y itself",
)
def the_loss(f, rng):
    scores, label = draw(rng)
    loss, _ = f(scores, label)
    lack, strongest = mistaken(scores, label)
    wanted = loss_of(scores, label)
    same(
        "loss",
        loss,
        wanted,
        mistakes=[
            (wanted + 1, "the right class is no rival of its own: leave j = y out"),
            (strongest, "this is Crammer and Singer's loss, the strongest rival only; Weston and "
             "Watkins add all of them up"),
            (wanted / len(scores), "the sum over the rivals is wanted, not the mean"),
            (wanted / (len(scores) - 1), "the sum over the rivals is wanted, not the mean"),
            (np.maximum(0, np.delete(scores, label) - scores[label]).sum(), "the margin is "
             "missing: 1 + s_j - s_y"),
            (np.maximum(0, 1 + scores[label] - np.delete(scores, label)).sum(), "the wrong way "
             "round: a rival costs where it comes too close from below, 1 + s_j - s_y"),
            ((1 + np.delete(scores, label) - scores[label]).sum(), "max(0, ...) is missing: a "
             "rival that is far below costs nothing"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradient at the rivals",
    points=1,
    usually="1 for each rival inside the margin, 0 for the others",
)
def at_rivals(f, rng):
    scores, label = draw(rng)
    _, gradient = f(scores, label)
    wanted = np.delete(central_difference(lambda s: loss_of(s, label), scores), label)
    lack, _ = mistaken(scores, label)
    others = np.delete(lack, label)
    same(
        "gradient at the rivals",
        np.delete(gradient, label),
        wanted,
        atol=1e-6,
        mistakes=[
            (-wanted, "the sign: raising a rival's score raises the loss"),
            (others, "the slope of a hinge is 1, not its height"),
            (np.ones(len(others)), "a rival that is more than 1 below has no slope"),
            ((others == others.max()) * 1.0, "every rival inside the margin has a slope, not the "
             "strongest alone"),
            (0 * others, "the rivals' own scores stand in the loss, too"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradient at the right class",
    points=2,
    usually="minus the number of rivals inside the margin",
)
def at_label(f, rng):
    scores, label = draw(rng)
    _, gradient = f(scores, label)
    wanted = central_difference(lambda s: loss_of(s, label), scores)[label]
    same(
        f"gradient[{label}], the right class,",
        float(gradient[label]),
        float(wanted),
        atol=1e-6,
        mistakes=[
            (-1.0, "the right class is pulled once for every rival that lacks, not once in all"),
            (-wanted, "the sign at the right class: raising its score lowers the loss"),
            (0.0, "the right class's score stands in every rival's term, with a minus"),
            (1.0, "the right class got a rival's slope: set it to minus the number of rivals that "
             "lack"),
            (wanted - 1, "one too many: the right class is no rival of its own"),
            (wanted + 1, "one too few: count the rivals that lack, without the right class"),
        ],
    )  # fmt: skip
