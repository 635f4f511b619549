"""How far to go along a direction: far enough down, and to where the slope is small (chapter 5).

Source: Nocedal and Wright, Numerical Optimization, 2006, algorithms 3.5 and 3.6.
"""

import math
import sys

EPSILON = sys.float_info.epsilon


def strong_wolfe(phi, value, slope, start, c1, c2, evaluations):
    """Find a step length that satisfies the strong Wolfe conditions.

    phi(a) -> (value, slope) is the function along the direction, at step length a; `value` and
    `slope` (negative) are those at 0, and `start` the first length to try. The conditions are

        phi(a) <= phi(0) + c1 * a * phi'(0)      it has gone down enough
        |phi'(a)| <= c2 * |phi'(0)|              and the slope has become small enough

    Returns the length, the last one that phi was called with; or None, if none was found in so many
    `evaluations` (near a minimum, where the differences drown in rounding).
    """
    low = (0.0, value, slope)
    a = start
    for used in range(1, evaluations + 1):
        point = (a, *phi(a))
        if not _goes_down(point, value, slope, c1) or (used > 1 and point[1] >= low[1]):
            return _zoom(phi, low, point, value, slope, c1, c2, evaluations - used)
        if abs(point[2]) <= -c2 * slope:
            return a
        if point[2] >= 0:
            return _zoom(phi, point, low, value, slope, c1, c2, evaluations - used)
        low = point
        a *= 2
    return None


def _zoom(phi, low, high, value, slope, c1, c2, evaluations):
    """Narrow the stretch between two points (a, value, slope); `low` is the lower one."""
    for _ in range(evaluations):
        a = _between(low, high)
        gain = abs(low[2] * (high[0] - low[0]))
        if a in (low[0], high[0]) or gain <= EPSILON * abs(low[1]):
            return None  # nothing is left between them that could be told from rounding
        point = (a, *phi(a))
        if not _goes_down(point, value, slope, c1) or point[1] >= low[1]:
            high = point
            continue
        if abs(point[2]) <= -c2 * slope:
            return a
        if point[2] * (high[0] - low[0]) >= 0:
            high = low
        low = point
    return None


def _goes_down(point, value, slope, c1):
    """The first condition; a value that is no number doesn't satisfy it."""
    return point[1] <= value + c1 * point[0] * slope


def _between(low, high):
    """Where the cubic through both values and slopes is lowest, kept off both ends.

    Half way, where a value at the far end is not finite or the cubic has no minimum. Equation 3.59.
    """
    (a, f, slope), (b, far, far_slope) = low, high
    middle = (a + b) / 2
    if a == b or not (math.isfinite(far) and math.isfinite(far_slope)):
        return middle
    d1 = slope + far_slope - 3 * (f - far) / (a - b)
    square = d1 * d1 - slope * far_slope
    if not 0 <= square < math.inf:
        return middle
    d2 = math.copysign(math.sqrt(square), b - a)
    width = far_slope - slope + 2 * d2
    if width == 0:
        return middle
    best = b - (b - a) * (far_slope + d2 - d1) / width
    margin = 0.1 * abs(b - a)
    return min(max(best, min(a, b) + margin), max(a, b) - margin)
