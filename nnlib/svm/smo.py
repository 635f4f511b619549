"""A support vector machine's optimum, found by moving two weights at a time (chapter 3).

Sources: sequential minimal optimization, Platt, 1998; the choice of the pair, Fan, Chen and Lin,
Working set selection using second order information, 2005, algorithm 2.
"""

import numpy as np

SMALLEST_CURVATURE = 1e-12  # for two points that the kernel can't tell apart


def solve(K, y, C, *, tolerance, steps):
    """The weights β (n,) of the examples, the bias, and whether `tolerance` was reached.

    With K (n, n) the kernel's table and labels y (n,) of -1 and +1, β solves the dual problem

        maximize  Σ y β - 1/2 β·Kβ    where  Σ β = 0,  0 <= y β <= C,

    and the score of a point x is Σ β_i k(x_i, x) + bias. What is left of the label, v = y - Kβ, is
    the bias that each example asks for. At the optimum all whose β is free ask for the same one.
    So take some β from the example j that asks for less and give it to the i that asks for more,
    until no two differ by more than `tolerance`, or `steps` pairs were moved.
    """
    low, high = np.minimum(0, y * C), np.maximum(0, y * C)
    beta, v, diagonal = np.zeros(len(y)), y.astype(float), K.diagonal().copy()
    asks_more = np.where(beta < high, v, -np.inf)
    asks_less = np.where(beta > low, v, np.inf)
    for _ in range(steps):
        i = asks_more.argmax()
        difference = asks_more[i] - asks_less
        if difference.max() < tolerance:
            break
        curvature = np.maximum(diagonal[i] + diagonal - 2 * K[i], SMALLEST_CURVATURE)
        j = _largest_gain(difference, curvature)
        step = min(difference[j] / curvature[j], high[i] - beta[i], beta[j] - low[j])
        beta[i] += step
        beta[j] -= step
        _settle(beta, low, high, (i, j))
        v -= step * (K[i] - K[j])
        asks_more = np.where(beta < high, v, -np.inf)
        asks_less = np.where(beta > low, v, np.inf)
    gap = asks_more.max() - asks_less.min()
    return beta, _bias(beta, v, low, high), bool(gap < tolerance)


def _largest_gain(difference, curvature):
    """The partner j with which a step, as long as it likes, gains most."""
    return np.where(difference > 0, difference**2 / curvature, -np.inf).argmax()


def _settle(beta, low, high, pair):
    """Put a weight that rounding left a hair beside its bound on it."""
    for k in pair:
        if abs(beta[k] - low[k]) < 1e-12 * (high[k] - low[k]):
            beta[k] = low[k]
        elif abs(beta[k] - high[k]) < 1e-12 * (high[k] - low[k]):
            beta[k] = high[k]


def _bias(beta, v, low, high):
    """The mean of what the free examples ask for; without one, the middle of what all allow."""
    free = (beta > low) & (beta < high)
    if free.any():
        return float(v[free].mean())
    return float((v[beta < high].max() + v[beta > low].min()) / 2)
