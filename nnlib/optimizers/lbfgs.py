"""A method that learns the curvature of the surface while it walks over it (chapter 5)."""

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from nnlib.optimizers.line_search import strong_wolfe
from nnlib.optimizers.pieces import check_parameters, make_pieces
from nnlib.validation import check_count, check_number, check_vector, describe


@dataclass
class Descent:
    """Where `LBFGS.minimize` arrived, and how.

    `history` holds the loss at the start and after each step, `evaluations` counts the calls of the
    function, `reason` says in words why it ended.
    """

    point: np.ndarray
    value: float
    gradient: np.ndarray
    history: list
    evaluations: int
    reason: str


class LBFGS:
    """Newton's step, with the curvature guessed from the last few steps.

    Each step s = w' - w changed the gradient by y = g' - g. From the last `memory` pairs (s, y) the
    two-loop recursion makes H g, where H is about the inverse of the matrix of second derivatives,
    without ever writing a matrix. Along -H g a line search goes on until the strong Wolfe
    conditions hold (`c1`, `c2`), or gives up after so many `evaluations` of the function.

    It needs the loss and the gradient of all the data, a full batch: the y of two minibatches would
    be noise.

    >>> def bowl(w):
    ...     return w @ w / 2, w
    >>> LBFGS().minimize(bowl, [3.0, -4.0]).point.round(6) + 0.0
    array([0., 0.])

    Source: Liu and Nocedal, 1989; Nocedal and Wright, 2006, algorithms 7.4 and 7.5.
    """

    def __init__(self, memory=10, c1=1e-4, c2=0.9, evaluations=30):
        self.memory = check_count(memory, "memory")
        self.c1 = check_number(c1, "c1", positive=True, below=1)
        self.c2 = check_number(c2, "c2", below=1)
        if self.c2 <= self.c1:
            raise ValueError(f"c2 expects a number above c1 = {self.c1:g}, got {self.c2:g}")
        self.evaluations = check_count(evaluations, "evaluations", minimum=2)
        self.reset()

    def minimize(self, function, start, *, steps=1000, tolerance=1e-8):
        """Walk down from the vector `start` and return a `Descent`.

        function(w) -> (loss, gradient). It ends after so many `steps`, when no entry of the
        gradient is larger than `tolerance`, when no lower point can be told from rounding, or at
        Ctrl-C. ValueError if the loss or the gradient at `start` is not finite.
        """
        steps = check_count(steps, "steps", minimum=0)
        tolerance = check_number(tolerance, "tolerance", minimum=0)
        start = np.array(check_vector(start, "start"), dtype=np.float64)
        history, evaluations = [], 0

        def evaluate(w):
            nonlocal evaluations
            evaluations += 1
            return function(w)

        self.reset()
        reason = "found no lower point"
        try:
            for place in self._walk(evaluate, start):
                w, loss, g = place
                history.append(loss)
                if np.abs(g).max() <= tolerance:
                    reason = f"no entry of the gradient is larger than {tolerance:g}"
                    break
                if len(history) > steps:
                    reason = f"took all {steps} steps"
                    break
        except KeyboardInterrupt:
            if not history:
                raise
            reason = "interrupted"
        return Descent(w, loss, g, history, evaluations, reason)

    def step(self, parameters, closure, *, iterations=1):
        """Move the parameters by some iterations, and return the loss where they end.

        `closure()` computes the loss of all the data and, into each `grad`, its gradient at the
        present values. It returns the loss, or a tuple that begins with it: for a network it is
        `lambda: network.gradient(X, y)`. It is called once at the start and about once an
        iteration. If it raises, the parameters go back to where the last iteration ended.
        """
        iterations = check_count(iterations, "iterations")
        parameters = check_parameters(parameters)
        pieces = make_pieces(parameters)

        def gather(name):
            for piece in pieces:
                piece.gather(parameters)
            return np.concatenate([getattr(piece, name) for piece in pieces])

        def move(w):
            for piece in pieces:
                piece.w[:] = w[: piece.w.size]
                piece.scatter(parameters)
                w = w[piece.w.size :]

        def evaluate(w):
            move(w)
            loss = closure()
            return (loss[0] if isinstance(loss, tuple) else loss), gather("g")

        end = start = gather("w")
        try:
            for done, place in enumerate(self._walk(evaluate, start)):
                end, loss, _ = place
                if done == iterations:
                    break
        finally:
            move(end)
        return loss

    def _walk(self, function, w):
        """Yield (w, loss, gradient) at the start and after each iteration, while it goes down."""
        loss, g = _evaluate(function, w)
        if not (math.isfinite(loss) and np.isfinite(g).all()):
            raise ValueError(f"the loss at the start is {loss}, or its gradient is not finite")
        while True:
            yield w, loss, g
            found = self._search(function, w, loss, g)
            if found is None and self._pairs:
                self.reset()  # and try the gradient itself
                found = self._search(function, w, loss, g)
            if found is None:
                return
            self._remember(found[0] - w, found[2] - g)
            w, loss, g = found

    def _search(self, function, w, loss, g):
        """One step along -H g: the new (w, loss, gradient), or None if none was found."""
        if self._pairs and self._pairs[0][0].size != w.size:
            raise ValueError(
                f"LBFGS remembers steps of {self._pairs[0][0].size} entries, the parameters have "
                f"{w.size}: make a new optimizer, or reset this one"
            )
        direction = -self._newton(g)
        slope = float(np.vdot(g, direction))
        if not slope < 0:
            return None
        found = None

        def phi(a):
            nonlocal found
            point = w + a * direction
            found = (point, *_evaluate(function, point))
            return found[1], float(np.vdot(found[2], direction))

        first = 1.0 if self._pairs else min(1.0, 1 / float(np.abs(g).sum()))
        a = strong_wolfe(phi, loss, slope, first, self.c1, self.c2, self.evaluations)
        return None if a is None else found

    def _newton(self, g):
        """H g, by the two-loop recursion."""
        q = g.copy()
        alphas = []
        for s, y, rho in reversed(self._pairs):
            alpha = rho * float(np.vdot(s, q))
            q -= alpha * y
            alphas.append(alpha)
        if self._pairs:
            s, y, rho = self._pairs[-1]
            q *= 1 / (rho * float(np.vdot(y, y)))  # gamma = (s y) / (y y), equation 7.20
        for (s, y, rho), alpha in zip(self._pairs, reversed(alphas), strict=True):
            beta = rho * float(np.vdot(y, q))
            q += (alpha - beta) * s
        return q

    def _remember(self, s, y):
        curvature = float(np.vdot(s, y))
        if curvature > 0:  # as the Wolfe conditions promise, but for rounding
            self._pairs.append((s, y, 1 / curvature))

    def reset(self):
        """Forget the pairs: the next step follows the gradient."""
        self._pairs = deque(maxlen=self.memory)

    def state_dict(self):
        """The remembered pairs, as two arrays, a row a step."""
        s, y, _ = zip(*self._pairs, strict=True) if self._pairs else ((), (), ())
        return {"s": np.array(s), "y": np.array(y)}

    def load_state_dict(self, state):
        """Continue with the pairs of another LBFGS; ValueError if it is not a state of one."""
        if not isinstance(state, dict) or set(state) != {"s", "y"}:
            raise ValueError(f"LBFGS expects a state of s and y, got {describe(state)}")
        s, y = np.array(state["s"]), np.array(state["y"])
        if s.shape != y.shape or not (np.isfinite(s).all() and np.isfinite(y).all()):
            raise ValueError("the pairs s and y expect finite numbers and one shape for both")
        self.reset()
        for pair in zip(s, y, strict=True):
            self._remember(*pair)

    def __repr__(self):
        return (
            f"LBFGS(memory={self.memory}, c1={self.c1}, c2={self.c2}, "
            f"evaluations={self.evaluations})"
        )


def _evaluate(function, w):
    """function(w) as a float and an array of w's shape and dtype of its own."""
    pair = function(w)
    if not isinstance(pair, tuple) or len(pair) != 2:
        raise TypeError(f"function expects to return (loss, gradient), got {describe(pair)}")
    loss, gradient = pair
    g = np.array(gradient, dtype=w.dtype)
    if g.shape != w.shape:
        raise ValueError(f"the gradient has shape {g.shape}, the point {w.shape}: they must agree")
    return float(loss), g
