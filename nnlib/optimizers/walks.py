"""Several optimizers set out from one place of a surface, each on its own way (chapter 5)."""

from types import SimpleNamespace

import numpy as np

from nnlib.optimizers.base import Optimizer
from nnlib.optimizers.lbfgs import LBFGS
from nnlib.validation import check_count, check_number, check_vector, describe

AWAY = 1e6  # an entry beyond that: the walk runs away


def walks(surface, optimizers, start, steps, *, away=AWAY):
    """Let each of `optimizers`, a dict of label: optimizer, walk from `start` (d,) on `surface`.

    Returns a dict of label: path (steps + 1, d), its first row the start. `surface` has
    `gradient(points)`, points (d, ...) and gradients of the same shape, as the surfaces of
    `nnlib.surfaces` have; an `LBFGS` calls it for heights as well.

    A walk that runs away ends early, with its first point that has an entry beyond `away` or not
    finite: then the path has fewer rows. An `LBFGS` that finds no lower point stays where it is.

    >>> from nnlib.optimizers import SGD, Momentum
    >>> from nnlib.surfaces import Bowl
    >>> paths = walks(Bowl(10), {"SGD": SGD(0.1), "Momentum": Momentum(0.1)}, [1, 1], steps=2)
    >>> paths["SGD"].round(4).tolist()
    [[1.0, 1.0], [0.9, 0.0], [0.81, 0.0]]

    The optimizers start afresh, and forget the walk after it.
    """
    start = check_vector(start, "start").astype(np.float64)
    steps = check_count(steps, "steps", minimum=0)
    away = check_number(away, "away", positive=True)
    _check_optimizers(optimizers)
    by_formula = [each for each in optimizers.values() if isinstance(each, Optimizer)]
    found = iter(walk_together(surface.gradient, by_formula, start[:, None], steps, away))
    paths = {}
    for label, each in optimizers.items():
        if isinstance(each, LBFGS):
            paths[label] = _walk_by_search(surface, each, start, steps, away)
        else:
            path = next(found)[:, :, 0]
            there = np.abs(path).max(axis=1) <= away
            paths[label] = path[: len(path) if there.all() else there.argmin() + 1]
    return paths


def walk_together(gradient, optimizers, starts, steps, away=AWAY):
    """The paths of k optimizers from each of m starts (d, m): (k, steps + 1, d, m).

    All take a step before the next, so that `gradient` is asked for all of them at once; and since
    a formula takes every entry for itself, one optimizer walks from all m starts. What follows a
    walk's last point (see `walks`) is NaN.
    """
    d, m = starts.shape
    w = np.repeat(starts[None], len(optimizers), axis=0)
    slopes = np.zeros((len(w), d * m))
    runners = [
        SimpleNamespace(value=each.reshape(-1), grad=slope) for each, slope in zip(w, slopes)
    ]
    alive = np.ones((len(w), m), bool)
    paths = np.full((steps + 1, *w.shape), np.nan)
    paths[0] = w
    for each in optimizers:
        each.reset()
    with np.errstate(all="ignore"):
        for step in range(1, steps + 1):
            if not alive.any():
                break
            slopes[:] = _slopes(gradient, w, alive)
            for optimizer, runner in zip(optimizers, runners):
                optimizer.step([runner], check=False)
            paths[step] = np.where(alive[:, None], w, np.nan)
            alive &= (np.abs(w) <= away).all(axis=1)
    for each in optimizers:
        each.reset()
    return paths.transpose(1, 0, 2, 3)


def _slopes(gradient, w, alive):
    """For each of k optimizers the gradients (d * m,) at w (k, d, m); 0 for walks that ended."""
    points = w.transpose(1, 0, 2)
    if alive.all():
        slopes = gradient(points)
    else:
        slopes = np.zeros(points.shape)
        slopes[:, alive] = gradient(points[:, alive])
    return slopes.transpose(1, 0, 2).reshape(len(w), -1)


def _walk_by_search(surface, optimizer, start, steps, away):
    """The path of an LBFGS, which asks for heights and slopes where it wants to."""
    runner = SimpleNamespace(value=start.copy(), grad=np.zeros_like(start))

    def closure():
        runner.grad[:] = surface.gradient(runner.value)
        return surface(runner.value)

    path = [start]
    optimizer.reset()
    with np.errstate(all="ignore"):
        for _ in range(steps):
            optimizer.step([runner], closure)
            path.append(runner.value.copy())
            if (path[-1] == path[-2]).all() or np.abs(path[-1]).max() > away:
                break
    optimizer.reset()
    if (np.abs(path[-1]) <= away).all():
        path += [path[-1]] * (steps + 1 - len(path))
    return np.array(path)


def _check_optimizers(optimizers):
    if not isinstance(optimizers, dict) or not optimizers:
        raise TypeError(
            f"optimizers expects a dict of label: optimizer, got {describe(optimizers)}: for "
            'instance {"SGD": SGD(0.1)}'
        )
    for label, each in optimizers.items():
        if not isinstance(each, Optimizer | LBFGS):
            raise TypeError(f"optimizers expects optimizers, got {label!r}: {describe(each)}")
    if len({id(each) for each in optimizers.values()}) < len(optimizers):
        raise ValueError("optimizers expects a different object for each label, one stands twice")
