"""Gradients that a check hands to a walk downhill, and the kind of answer that is a path."""

from dataclasses import dataclass, field

import numpy as np

from nnlib.checks.answers import matrix
from nnlib.checks.circuits.formula import Formula
from nnlib.checks.exercise import Failed, close, distinct, same


@dataclass(repr=False)
class Batches:
    """The gradients of minibatches: each call sees the next one, whether its answer is used or not.

    Minibatch k has the gradient A (w - t) with the target t = cos(k pace). The repr is what a
    reader types to get the same function.

    >>> gradient = Batches([[2.0]], [0.5])
    >>> [round(float(gradient(np.array([1.0]))[0]), 4) for _ in range(3)]
    [0.0, 0.2448, 0.9194]
    """

    A: list
    pace: list
    calls: int = field(default=0, init=False)

    def __call__(self, w):
        if np.shape(w) != (len(self.A),):
            raise ValueError(
                f"gradient takes a point of {len(self.A)} numbers, and it got shape {np.shape(w)}"
            )
        self.calls += 1
        return self.of(self.calls - 1, np.asarray(w))

    def of(self, k, w):
        """The gradient of minibatch k at w."""
        return np.array(self.A) @ (w - np.cos(k * np.array(self.pace)))

    def __repr__(self):
        target = f"np.cos(next(k) * np.array({self.pace}))"
        return f"lambda w, k=itertools.count(): np.array({self.A}) @ (w - {target})"


def bowl(rng, size=2):
    """A symmetric matrix, positive definite, whose entries all differ, as lists."""
    while True:
        A = np.round(rng.uniform(0.2, 0.8, (size, size)), 2)
        A = np.triu(A, 1) + np.triu(A, 1).T + np.diag(np.round(rng.uniform(1, 3, size), 2))
        if np.linalg.eigvalsh(A)[0] > 0.2 and np.diff(np.sort(np.diag(A))).min() > 0.2:
            return A.tolist()


def slope(rng, size=2):
    """A Formula: the gradient of a bowl around a random point."""
    target = distinct(rng, size).tolist()
    return Formula(f"np.array({bowl(rng, size)}) @ (v - np.array({target}))", size)


def batches(rng, size=2):
    """Minibatches whose targets move about."""
    return Batches(bowl(rng, size), np.round(rng.uniform(0.5, 1.5, size), 2).tolist())


def follow(rule, start, steps):
    """The path (steps + 1, n) of w from start by `rule(w, v, k) -> (w, v)`."""
    w, v = start.astype(float), np.zeros(len(start))
    path = [w]
    for k in range(steps):
        w, v = rule(w, v, k)
        path.append(w)
    return np.array(path)


def wasted(of):
    """The gradients (k, w) that a walk sees if it asks more often than it steps, and which way."""
    return [
        (lambda k, w: of(2 * k, w), "the gradient is asked twice in each step, and each call is "
         "another minibatch: call it once and keep what it says"),
        (lambda k, w: of(2 * k + 1, w), "the gradient is asked twice in each step, and each call "
         "is another minibatch: call it once and keep what it says"),
        (lambda k, w: of(k + 1, w), "the gradient was asked once before the first step: each call "
         "is another minibatch, and the first one is lost"),
    ]  # fmt: skip


TURNED = "rows and columns are exchanged: a row is a point"


def compare_paths(yours, wanted, mistakes):
    """Raise Failed unless the paths agree; only then is mistakes() asked what the reason may be."""
    if not close(yours, wanted):
        turned = [(wanted.T, TURNED)] if wanted.shape[0] == wanted.shape[1] else []
        same("path", yours, wanted, mistakes=[*turned, *mistakes()])


def told(f, problem, why):
    """The answer f; where it is refused because of `problem`, it is told `why`."""

    def asked(*arguments):
        try:
            return f(*arguments)
        except Failed as failed:
            if problem in failed.problem:
                failed.mistake = why
            raise

    return asked


def finite(f, why):
    """The answer f; where what it returns is not finite, it is told `why`."""
    return told(f, "not a finite number", why)


def with_defaults(f, *defaults):
    """The answer f, called without its last arguments: it is told if these have no defaults."""
    why = f"this call leaves out what has a default: {', '.join(defaults)}"
    return told(f, "required positional argument", why)


def path(name, after=1):
    """An array with a row for each step, and one more for the start if `after` is 1.

    The call's second argument is the start, and the third the number of steps, or their rates.
    """

    def shape(arguments):
        _, start, steps, *_ = arguments
        return (steps if np.ndim(steps) == 0 else len(steps)) + after, len(start)

    examine_shape = matrix(name, shape)

    def examine(value, arguments):
        wanted = shape(arguments)
        if hasattr(value, "__array__") and np.shape(value) != wanted:
            raise Failed(
                f"{name} has to be of shape {wanted}, and it is of shape {np.shape(value)}.",
                mistake=_missing(np.shape(value), wanted, after),
            )
        return examine_shape(value, arguments)

    return examine


def _missing(shape, wanted, after):
    """What was probably forgotten, by the shape of the answer."""
    rows, size = wanted
    if shape == (size,):
        return "this is one point: collect all of them in a list, and return np.array(the list)"
    if len(shape) == 2 and shape[1] == size and shape[0] == rows - 1 and after:
        return "a row is missing: the start is the first row, and each step adds one"
    if len(shape) == 2 and shape[1] == size and shape[0] == rows + 1:
        return "there is one row too many" + ("" if after else ": one row for each step")
    if shape == (size, rows):
        return TURNED
    if len(shape) == 2 and shape[0] == 1 + after and rows > 2:
        return "only one step was taken: does `return` stand inside the loop?"
    return "one row for the start and one for each step" if after else "one row for each step"
