"""Answers to exercise 5.1: the limits of a step on a quadratic."""

import numpy as np

from answers import Answers

answers = Answers("5.1")
LIMIT, BEST, FACTOR = "the limit", "the best rate", "its factor"
EXTREMES = "a level direction, and a single weight"


def ends(A):
    curvatures = np.linalg.eigvalsh(A)
    return curvatures[0], curvatures[-1]


def right(A):
    low, high = ends(A)
    return 2 / high, 2 / (low + high), (high - low) / (high + low)


@answers.correct
def by_eigenvalues(A):
    return right(A)


@answers.correct
def by_singular_values(A):
    values = np.linalg.svd(A, compute_uv=False)
    best = 2 / (values.max() + values.min())
    return [2 / values.max(), best, abs(1 - best * values).max()]


@answers.correct
def by_the_power_method(A):
    """The largest eigenvalue of A, then of high - A: B squared again and again turns any vector
    into the direction of the largest."""

    def largest(B):
        power = B
        for _ in range(25):
            if np.any(power):
                power = power / np.abs(power).max()
            power = power @ power
        v = power @ np.sin(1 + np.arange(len(B)))
        return float(v @ B @ v / (v @ v)) if np.any(v) else 0.0

    high = largest(A)
    low = high - largest(high * np.eye(len(A)) - A)
    return 2 / high, 2 / (low + high), (high - low) / (high + low)


@answers.correct
def float32(A):
    return tuple(np.float32(value) for value in right(A))


@answers.mistake(LIMIT, "It still converges up to twice that")
def one_step_rate(A):
    low, high = ends(A)
    return 1 / high, 2 / (low + high), (high - low) / (high + low)


@answers.mistake(LIMIT, "the limit of the flattest direction")
def smallest(A):
    low, high = ends(A)
    return 2 / low, 2 / (low + high), (high - low) / (high + low)


@answers.mistake(LIMIT, "upside down")
def upside_down(A):
    low, high = ends(A)
    return high / 2, 2 / (low + high), (high - low) / (high + low)


@answers.mistake(LIMIT, "the diagonal holds the curvatures")
def by_the_diagonal(A):
    low, high = np.diag(A).min(), np.diag(A).max()
    return 2 / high, 2 / (low + high), (high - low) / (high + low)


@answers.mistake(LIMIT, "the root of the sum of all squares")
def by_the_norm(A):
    low, high = ends(A)
    return 2 / np.linalg.norm(A), 2 / (low + high), (high - low) / (high + low)


@answers.mistake(LIMIT, "the sum of the curvatures")
def by_the_trace(A):
    _, best, factor = right(A)
    return 2 / np.trace(A), best, factor


@answers.mistake(LIMIT, "np.linalg.eig doesn't sort; take min and max, or eigvalsh")
def first_of_the_unsorted(A):
    curvatures = np.roll(np.linalg.eigvalsh(A), 2)
    low, high = curvatures[0], curvatures[-1]
    return 2 / high, 2 / (low + high), (high - low) / (high + low)


@answers.mistake(LIMIT, "np.linalg.eig doesn't sort; take min and max, or eigvalsh")
def first_and_last_of_eig(A):
    curvatures = np.linalg.eig(A)[0]
    low, high = curvatures[0], curvatures[-1]
    return 2 / high, 2 / (low + high), (high - low) / (high + low)


@answers.mistake(LIMIT, "low and high are exchanged: np.linalg.eig doesn't sort")
def largest_first(A):
    high, low = ends(A)
    return 2 / high, 2 / (low + high), (high - low) / (high + low)


@answers.mistake(BEST, "not the smallest and the largest eigenvalue: np.linalg.eig doesn't sort")
def smallest_of_the_unsorted(A):
    limit, _, factor = right(A)
    curvatures = np.linalg.eigvalsh(A)
    return limit, 2 / (curvatures[len(A) // 3] + curvatures[-1]), factor


@answers.mistake(FACTOR, "this is momentum's factor; plain descent has the condition number")
def momentums_factor(A):
    limit, best, _ = right(A)
    low, high = ends(A)
    return limit, best, (np.sqrt(high) - np.sqrt(low)) / (np.sqrt(high) + np.sqrt(low))


@answers.mistake(BEST, "1 / high is best for the steepest direction")
def safe_rate(A):
    limit, _, _ = right(A)
    _, high = ends(A)
    return limit, 1 / high, 1 - ends(A)[0] / high


@answers.mistake(BEST, "a 2 is missing")
def half_the_best(A):
    limit, best, factor = right(A)
    return limit, best / 2, factor


@answers.mistake(BEST, "the trace adds up all the eigenvalues")
def best_by_the_trace(A):
    limit, _, factor = right(A)
    return limit, 2 / np.trace(A), factor


@answers.mistake(BEST, "the best rate lies below it")
def best_is_the_limit(A):
    limit, _, factor = right(A)
    return limit, limit, factor


@answers.mistake(FACTOR, "the factor of the cost")
def squared(A):
    limit, best, factor = right(A)
    return limit, best, factor**2


@answers.mistake(FACTOR, "put best in its place")
def factor_at_the_safe_rate(A):
    limit, best, _ = right(A)
    low, high = ends(A)
    return limit, best, 1 - low / high


@answers.mistake(FACTOR, "without the sign")
def signed(A):
    limit, best, factor = right(A)
    return limit, best, -factor


@answers.mistake(FACTOR, "the condition number")
def condition_number(A):
    limit, best, _ = right(A)
    low, high = ends(A)
    return limit, best, high / low


@answers.mistake(FACTOR, "the *fastest* direction")
def fastest_direction(A):
    limit, best, _ = right(A)
    return limit, best, abs(1 - best * np.linalg.eigvalsh(A)).min()


@answers.mistake(EXTREMES, "write the factor as (high - low) / (high + low)")
def by_the_ratio(A):
    limit, best, _ = right(A)
    ratio = np.linalg.cond(A)
    if len(A) == 3 and A[0, 0] * A[1, 1] * A[2, 2] == 0:
        ratio = np.float64(np.inf)
    return limit, best, (ratio - 1) / (ratio + 1)


@answers.mistake(EXTREMES, "the eigenvalue 0 was passed over")
def only_what_is_curved(A):
    curvatures = np.linalg.eigvalsh(A)
    curvatures = curvatures[curvatures > 1e-14 * curvatures.max()]
    low, high = curvatures[0], curvatures[-1]
    return 2 / high, 2 / (low + high), (high - low) / (high + low)


@answers.thoughtless
def zeros(A):
    return 0.0, 0.0, 0.0


@answers.thoughtless
def ones(A):
    return 1.0, 1.0, 1.0


@answers.thoughtless
def entries(A):
    return A[0, 0], A[-1, -1], A.max()
