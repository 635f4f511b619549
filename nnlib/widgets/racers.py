"""Who races in chapter 5's explorer: the optimizers, their schedules, and rates that suit them."""

import math

import numpy as np

from nnlib.optimizers import (
    LBFGS,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    Momentum,
    Nesterov,
    RMSprop,
)
from nnlib.optimizers.walks import walk_together
from nnlib.schedules import (
    ConstantRate,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    StepDecay,
    WarmUp,
)

OPTIMIZERS = {
    "SGD": SGD,
    "Momentum": Momentum,
    "Nesterov": Nesterov,
    "Adagrad": Adagrad,
    "RMSprop": RMSprop,
    "Adadelta": Adadelta,
    "Adam": Adam,
    "L-BFGS": LBFGS,
}
RATED = [name for name in OPTIMIZERS if name != "L-BFGS"]  # which finds its steps by a line search

SCHEDULES = {  # by name: what makes one from a rate and the number of steps, and its words
    "constant": (lambda rate, n: ConstantRate(rate), "constant rates"),
    "step": (lambda rate, n: StepDecay(rate, max(1, n // 4), 0.5), "rates halved in each quarter"),
    "exponential": (
        lambda rate, n: ExponentialDecay(rate, math.log(100) / n),
        "rates that fall exponentially to a hundredth",
    ),
    "1/t": (lambda rate, n: InverseTimeDecay(rate, 10 / n), "rates that fall as 1/t, to 1/11"),
    "cosine": (lambda rate, n: CosineDecay(rate, n), "rates that fall along a cosine to 0"),
    "warm-up": (
        lambda rate, n: WarmUp(rate, max(1, n // 10)),
        "rates that warm up in the first tenth of the steps",
    ),
    "warm-up, cosine": (
        lambda rate, n: WarmUp(CosineDecay(rate, n - n // 10), max(1, n // 10)),
        "rates that warm up in the first tenth of the steps, then fall along a cosine to 0",
    ),
}

# What `tuned_rates` finds on each surface; a test finds it again.
RATES = {
    # SGD, Momentum, Nesterov, Adagrad, RMSprop, Adadelta, Adam
    "bowl": (0.1, 0.1, 0.1, 2, 0.05, 50, 0.2),
    "ravine": (0.1, 0.05, 0.05, 1, 0.1, 20, 0.5),
    "saddle": (0.5, 0.2, 0.5, 1, 0.05, 20, 0.5),
    "Rosenbrock": (0.002, 0.002, 0.001, 2, 0.2, 20, 0.5),
    "Beale": (0.01, 0.002, 0.002, 2, 0.05, 50, 0.5),
    "Himmelblau": (0.01, 0.01, 0.01, 2, 0.05, 50, 1),
    "Rastrigin": (0.002, 0.005, 0.001, 0.1, 0.01, 2, 0.5),
    "Styblinski-Tang": (0.02, 0.02, 0.02, 0.5, 0.05, 20, 2),
    "plateau": (1, 1, 1, 1, 0.05, 10, 1),
}

STEPS = 100  # of a tuned walk
NEAR = 0.01  # of the map's longer side: a walk that close to a lowest point has reached it
CANDIDATES = [float(f"{digit}e{k}") for k in range(-4, 2) for digit in (1, 2, 5)]
CHOICES = [float(f"{digit}e{k}") for k in range(-4, 2) for digit in (1, 1.5, 2, 3, 5, 7)] + [100.0]
ASIDE = 1 / 30  # of the map: how far the other starts of a tuned walk lie from the first
ROOM = 1 / 4  # of the map: how far beyond it a tuned walk may go


def optimizer(name, rate, schedule, steps):
    """The optimizer of that name, with the rate under the schedule of that name."""
    if name not in RATED:
        return OPTIMIZERS[name]()
    return OPTIMIZERS[name](SCHEDULES[schedule][0](rate, steps))


def near(surface):
    """How close to a lowest point counts as having reached it."""
    left, right, bottom, top = surface.bounds
    return NEAR * max(right - left, top - bottom)


def arrival(distances, reach):
    """The first step from which on the distances (m, ...) are below `reach`; m if there is none."""
    outside = ~(distances <= reach)  # NaN is outside
    return np.where(outside.any(axis=0), len(outside) - outside[::-1].argmax(axis=0), 0)


def distances(surface, points):
    """From the points (..., 2) to the lowest point next to each: (...)."""
    offsets = np.asarray(points)[..., None, :] - surface.minima
    return np.hypot(offsets[..., 0], offsets[..., 1]).min(axis=-1)


def judge(surface, names=RATED, rates=CANDIDATES, steps=STEPS):
    """How well each rate suits each optimizer: two arrays (names, rates), the smaller the better.

    Each walks from the surface's start and from four points around it, ASIDE of the map away. The
    first array is the mean number of steps after which a walk has come to stay near a lowest point
    (`near`), counting steps + 1 for one that has not; the second, to tell between those, the mean
    height over the last quarter of the walks. Both are infinite where one leaves the map by more
    than ROOM of its size.
    """
    left, right, bottom, top = surface.bounds
    size = np.array([right - left, top - bottom])
    around = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])
    starts = (np.array(surface.start) + around * ASIDE * size).T
    runners = [OPTIMIZERS[name](rate) for name in names for rate in rates]
    paths = walk_together(surface.gradient, runners, starts, steps)  # (k, steps + 1, 2, m)
    points = paths.transpose(1, 0, 3, 2)
    low, high = np.array([left, bottom]) - ROOM * size, np.array([right, top]) + ROOM * size
    stay = ((points >= low) & (points <= high)).all(axis=(0, 2, 3))
    arrived = arrival(distances(surface, points), near(surface)).mean(axis=-1)
    last = np.where(stay[:, None, None], points[-steps // 4 :], 0)
    heights = surface(np.moveaxis(last, -1, 0)).mean(axis=(0, 2))
    shape = len(names), len(rates)
    return tuple(np.where(stay, each, np.inf).reshape(shape) for each in (arrived, heights))


def tuned_rates(surface):
    """For each optimizer the best of CANDIDATES by `judge`; a tie goes to the smaller rate."""
    arrived, heights = judge(surface)
    scores = [list(zip(*row)) for row in zip(arrived, heights)]
    best = [min(range(len(CANDIDATES)), key=row.__getitem__) for row in scores]
    return {name: CANDIDATES[k] for name, k in zip(RATED, best, strict=True)}
