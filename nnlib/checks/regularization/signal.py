"""Exercise 6.4: how large signals and gradients are, layer by layer, before any training."""

import numpy as np

from nnlib.checks.answers import numbers, several
from nnlib.checks.exercise import Exercise, same


def signal_sizes(widths, stds):
    """The sizes of activations and gradients after 0, 1, ... layers."""
    layers = len(stds)
    signal, gradient = np.ones(layers + 1), np.ones(layers + 1)
    for k in range(layers):
        signal[k + 1] = signal[k] * stds[k] * np.sqrt(widths[k] / 2)
    for k in reversed(range(layers)):
        gradient[k] = gradient[k + 1] * stds[k] * np.sqrt(widths[k + 1] / 2)
    return signal, gradient


EXERCISE = Exercise(
    "6.4",
    "Predict the size of a signal in the depth",
    signal_sizes,
    answer=several(numbers("signal", 0), numbers("gradient", 0), names="signal and gradient"),
    hints=(
        "Think in mean squares, and take the root at the end. One unit's z is a sum of widths[k] "
        "products w a. Their mean is 0, so the mean square of the sum is the sum of the mean "
        "squares, each of which is stds[k]² times the mean square of a.",
        "z is as often negative as positive, and ReLU sets the negative half to 0. So the mean "
        "square of ReLU(z) is half of that of z. Now the signal is a product, one factor a layer.",
        "Going back, the gradient at one activation is a sum over the units that it feeds: "
        "widths[k + 1] of them. Each sends its own gradient times a weight, and half of them send "
        "nothing, because their ReLU is off.",
    ),
    errors={
        "out of bounds": "there is one more width than there are layers: stds[k] belongs to the "
        "weights between widths[k] and widths[k + 1]",
        "list index out of range": "there is one more width than there are layers: stds[k] belongs "
        "to the weights between widths[k] and widths[k + 1]",
        "has to be of shape": "one size for each layer's activations, the input's included: as "
        "many as there are widths",
    },
)


def draw(rng, layers):
    """Widths that are all different, and spreads of the weights around a good one."""
    widths = [int(n) for n in rng.choice(np.arange(20, 400), layers + 1, replace=False)]
    return widths, [float(rng.uniform(0.4, 2.5) / np.sqrt(n)) for n in widths[:-1]]


def squares(widths, stds, *, count=0, shares=0.5):
    """Mean squares through the layers, the first 1: layer k multiplies by `widths[k + count]`,
    by its weights' variance, and by the share of it that ReLU lets through."""
    sizes = [1.0]
    for k, std in enumerate(stds):
        sizes.append(sizes[-1] * widths[k + count] * std**2 * shares)
    return np.array(sizes)


def forward(widths, stds, **other):
    return np.sqrt(squares(widths, stds, **other))


def backward(widths, stds, **other):
    """The same from the end: there the layers stand in the opposite order."""
    return forward(widths[::-1], stds[::-1], **other)[::-1]


def wrong_factors(one, widths, stds, count):
    """What mistakes in the factor of a layer give, for the signal or for the gradient."""
    mean_square = one(widths, stds) ** 2
    return [
        (one(widths, stds, shares=1.0), "this is right without the ReLU, which sets half of the "
         "entries to 0"),
        (one(widths, stds, shares=0.25), "ReLU takes half of the mean square, and a root is taken "
         "of that: this takes half of the size"),
        (mean_square, "this is the mean square: its root is wanted"),
        (one(widths, stds, count=count), "the number of terms in the sum of one unit is meant: "
         "here it is the number of units on the other side of the weights"),
        (one(widths, [1.0 for _ in stds]), "the spread of the weights is missing"),
        (one([1 for _ in widths], stds), "the number of terms in the sum is missing: many small "
         "ones make a large one"),
        (one([n**2 for n in widths], stds), "the terms have either sign and partly cancel: their "
         "sum grows with the root of their number"),
        (one(widths, [1 / std for std in stds]), "the weights multiply the signal; this divides "
         "by their spread"),
        (one(widths, np.sqrt(stds)), "stds holds standard deviations, not variances"),
        (one(widths, stds, shares=0.5 - 0.5 / np.pi), "this is the spread around the mean. After a "
         "ReLU the mean isn't 0, and the next layer sums the entries, not their distance from "
         "it: the root of the mean square is wanted"),
    ]  # fmt: skip


@EXERCISE.asks(
    "the signal after one layer",
    points=1,
    usually="how many terms are in a unit's sum, how large is each, and what does ReLU leave of it",
)
def one_layer(f, rng):
    widths, stds = draw(rng, 1)
    signal, _ = f(widths, stds)
    known = wrong_factors(forward, widths, stds, 1)
    wanted = forward(widths, stds)
    known += [
        (wanted[::-1], "the signal starts at the input, with size 1"),
        (np.cumsum(wanted), "a layer multiplies the size by its factor; here it is added"),
    ]
    same("signal", signal, wanted, mistakes=known)


@EXERCISE.asks(
    "the signal after many layers",
    points=2,
    usually="the size after a layer is the size before it times that layer's own factor",
)
def many_layers(f, rng):
    widths, stds = draw(rng, int(rng.integers(5, 9)))
    signal, _ = f(widths, stds)
    wanted = forward(widths, stds)
    alone = np.append(1, wanted[1:] / wanted[:-1])
    same(
        "signal",
        signal,
        wanted,
        mistakes=[
            (alone, "these are the factors of the layers, each alone: a signal goes through one "
             "after the other"),
            (wanted[0] * alone[1] ** np.arange(len(wanted)), "every layer has a width and a "
             "spread of its own; this takes the first one's for all"),
            *wrong_factors(forward, widths, stds, 1),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradient on its way back",
    points=2,
    usually="the gradient starts with size 1 at the output; at an activation it is a sum over the "
    "units that this activation feeds",
)
def way_back(f, rng):
    widths, stds = draw(rng, int(rng.integers(3, 7)))
    _, gradient = f(widths, stds)
    wanted = backward(widths, stds)
    alone = np.append(wanted[:-1] / wanted[1:], 1)
    same(
        "gradient",
        gradient,
        wanted,
        mistakes=[
            (backward(widths, stds, count=1), "on the way back a sum has as many terms as the "
             "layer has outputs, widths[k + 1], not inputs"),
            (forward(widths, stds), "this is the signal's size: the gradient's is 1 at the output, "
             "and goes the other way"),
            (forward(widths, stds)[::-1], "this is the signal's size, turned round: on the way "
             "back the sums have other numbers of terms"),
            (wanted[::-1], "gradient[k] belongs to the activations after k layers, so the 1 "
             "stands at the end"),
            (forward(widths, stds, count=1), "the gradient starts at the output with size 1, and "
             "goes from the last layer to the first"),
            (1 / forward(widths, stds), "a gradient doesn't shrink because the signal grows: the "
             "weights multiply it on its way, too"),
            (np.ones(len(wanted)), "the weights multiply the gradient, too"),
            (alone, "these are the factors of the layers, each alone: the gradient goes through "
             "one after the other"),
            *wrong_factors(backward, widths, stds, 1),
        ],
    )  # fmt: skip
