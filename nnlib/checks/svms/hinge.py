"""Exercise 3.1: the subgradient of the hinge loss of one example."""

import numpy as np

from nnlib.checks.answers import array_like, number, several
from nnlib.checks.exercise import Exercise, distinct, same
from nnlib.gradients import central_difference


def hinge_gradient(w, b, x, y):
    """The gradients (dw, db) of max(0, 1 - y (w · x + b)) for one example."""
    if y * (w @ x + b) >= 1:
        return np.zeros(len(w)), 0.0
    return -y * x, -float(y)


EXERCISE = Exercise(
    "3.1",
    "Find the slope of a hinge",
    hinge_gradient,
    answer=several(array_like("dw", 0), number("db"), names="dw and db"),
    hints=(
        "There are two cases. First compute m = y * (w @ x + b). If m is 1 or more the loss is 0, "
        "and so is every slope.",
        "In the other case the loss is 1 - y * (w @ x + b), a straight line in w and in b. Its "
        "slope in b is -y. What multiplies each w?",
        "dw has to be an array in both cases: np.zeros(len(w)) in the first.",
    ),
    errors={
        "truth value of an array": "`if` wants one yes or no: w @ x is one number, where w * x is "
        "an array",
    },
)


def measured(w, b, x, y):
    """The slopes of the loss, found by nudging."""
    point = np.append(w, b)
    both = central_difference(lambda v: max(0.0, 1 - y * (v[:-1] @ x + v[-1])), point)
    return both[:-1], both[-1]


def examples(rng, margin):
    """Weights, bias and an example whose label times score is `margin`, for either label."""
    for y in (1, -1):
        w, x = distinct(rng, 3), distinct(rng, 3)
        yield w, float(y * margin - w @ x), x, y


FLAT = {  # what zeros mean for an example on the wrong side, by its label
    1: "this example lies on the wrong side, and its loss is not flat (is b in your score, and the "
    "test the right way round?)",
    -1: "a -1 example pulls, too: down, where a +1 example pulls up",
}
SIGN = {  # and the slope with the other sign
    1: "the sign: this is the pull, which raises the score; the gradient of the loss points the "
    "other way",
    -1: "the label is missing: for a -1 example the slope turns round",
}


def compare(f, w, b, x, y, mistakes_w=(), mistakes_b=()):
    dw, db = f(w, b, x, y)
    wanted_w, wanted_b = measured(w, b, x, y)
    same("dw", dw, wanted_w, mistakes=mistakes_w)
    same("db", db, wanted_b, mistakes=mistakes_b, atol=1e-9)


@EXERCISE.asks(
    "an example on the wrong side",
    points=1,
    usually="the loss is 1 - y (w · x + b): its slope in w is -y x, and in b it is -y",
)
def wrong_side(f, rng):
    for w, b, x, y in examples(rng, -rng.uniform(0.5, 2)):
        compare(
            f, w, b, x, y,
            [
                (np.zeros(3), FLAT[y]),
                (y * x, SIGN[y]),
                (-y * w, "this is -y * w; the slope in w is what multiplies w, which is x"),
            ],
            [
                (0.0, "the bias moves the score one to one: its slope is -y, not 0"),
                (y, "the sign of db: the loss falls when a +1 example's score rises"),
                (-y * x.sum(), "the bias is multiplied by 1, not by x"),
            ],
        )  # fmt: skip


@EXERCISE.asks(
    "an example inside the margin",
    points=1,
    usually="right is not enough: as long as y (w · x + b) is below 1, the example pulls",
)
def inside_the_margin(f, rng):
    nothing = "this example is on the right side, but its score is short of 1: the hinge asks for "
    for w, b, x, y in examples(rng, rng.uniform(0.2, 0.8)):
        compare(f, w, b, x, y, [(np.zeros(3), nothing + "a margin, not for the right side alone")])


@EXERCISE.asks(
    "an example safely on its side",
    points=1,
    usually="from a margin of 1 on the loss is flat: dw is an array of zeros and db is 0",
)
def safe(f, rng):
    always = "this example's loss is 0 and stays 0 nearby: nothing may pull"
    for w, b, x, y in examples(rng, rng.uniform(1.2, 3)):
        compare(f, w, b, x, y, [(x, always), (-x, always)])
        compare(f, -w, -b, x, y)  # zeros alone would be no answer
