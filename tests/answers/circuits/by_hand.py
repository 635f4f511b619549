"""Answers to exercise 1.3: back through ((a b + c) d)² + a max(c, d)."""

import numpy as np

from answers import Answers

answers = Answers("1.3")
ONE, BRANCH, SWITCH, ABOVE = (
    "one way only: b",
    "a wire that branches: a",
    "the switch: c and d",
    "the gradient from above",
)


@answers.correct
def formulas(a, b, c, d, grad):
    s = a * b + c
    da = 2 * s * d * d * b + max(c, d)
    dc = 2 * s * d * d + (a if c > d else 0)
    dd = 2 * s * s * d + (a if d > c else 0)
    return grad * da, grad * 2 * s * d * d * a, grad * dc, grad * dd


@answers.correct
def shares(a, b, c, d, grad):
    q = a * b + c
    p = q * d
    grads = dict.fromkeys("abcd", 0.0)
    dp = 2 * p * grad
    dq = d * dp
    grads["d"] += q * dp
    grads["a"] += b * dq
    grads["b"] += a * dq
    grads["c"] += dq
    grads["a"] += max(c, d) * grad
    grads["c" if c >= d else "d"] += a * grad
    return tuple(grads.values())


@answers.correct
def float32(a, b, c, d, grad):
    return formulas(*np.array([a, b, c, d, grad], np.float32))


@answers.correct
def by_differences(a, b, c, d, grad):
    def f(a, b, c, d):
        return ((a * b + c) * d) ** 2 + a * max(c, d)

    v, h = np.array([a, b, c, d]), 1e-5
    return [grad * (f(*(v + s)) - f(*(v - s))) / (2 * h) for s in h * np.eye(4)]


def variant(a, b, c, d, grad, *, two=2, top=True, square=True):
    x1 = a * b + c
    x2 = x1 * d
    dx2 = two * x2 * grad * square
    dx1 = d * dx2
    on_c, on_d = (a * grad * top, 0) if c > d else (0, a * grad * top)
    return b * dx1 + max(c, d) * grad * top, a * dx1, dx1 + on_c, x1 * dx2 + on_d


@answers.mistake(ONE, "the 2 is missing")
def no_two(a, b, c, d, grad):
    return variant(a, b, c, d, grad, two=1)


@answers.mistake(ONE, "the way from x2 to x1 is missing")
def skips_a_gate(a, b, c, d, grad):
    x1 = a * b + c
    dx1 = 2 * x1 * d * grad
    return b * dx1 + max(c, d), a * dx1, dx1, x1 * dx1


@answers.mistake(ONE, "the square's derivative is 2 * x2")
def only_the_two(a, b, c, d, grad):
    dx1 = d * 2 * grad
    return b * dx1 + max(c, d), a * dx1, dx1, 2 * (a * b + c)


@answers.mistake(ONE, "da the factor b")
def swapped_product(a, b, c, d, grad):
    da, db, dc, dd = formulas(a, b, c, d, grad)
    return da / b * a, db / a * b, dc, dd


@answers.mistake(BRANCH, "the share of a that comes through a*max(c, d) is missing")
def forgets_a_branch(a, b, c, d, grad):
    return variant(a, b, c, d, grad, top=False)


@answers.mistake(BRANCH, "da += ..., not da = ...")
def last_share_wins(a, b, c, d, grad):
    _, db, dc, dd = formulas(a, b, c, d, grad)
    return max(c, d) * grad, db, dc, dd


@answers.mistake(SWITCH, "max is a switch: only the larger")
def max_for_both(a, b, c, d, grad):
    da, db, dc, dd = variant(a, b, c, d, grad, top=False)
    return da + max(c, d) * grad, db, dc + a * grad, dd + a * grad


@answers.mistake(SWITCH, "the switch the wrong way round")
def loser_gets_it(a, b, c, d, grad):
    da, db, dc, dd = variant(a, b, c, d, grad, top=False)
    dc, dd = (dc, dd + a * grad) if c > d else (dc + a * grad, dd)
    return da + max(c, d) * grad, db, dc, dd


@answers.mistake(SWITCH, "what comes through max(c, d) is missing")
def nothing_through_max(a, b, c, d, grad):
    da, db, dc, dd = variant(a, b, c, d, grad, top=False)
    return da + max(c, d) * grad, db, dc, dd


@answers.mistake(SWITCH, "the share from the square is missing")
def last_share_wins_at_the_switch(a, b, c, d, grad):
    da, db, dc, dd = variant(a, b, c, d, grad, top=False)
    dc, dd = (a * grad, dd) if c > d else (dc, a * grad)
    return da + max(c, d) * grad, db, dc, dd


@answers.mistake(ABOVE, "grad is left out: it stands in for the 1")
def no_grad(a, b, c, d, grad):
    return formulas(a, b, c, d, 1.0)


@answers.mistake(ABOVE, "grad is left out on the way through a*max(c, d)")
def grad_on_one_way(a, b, c, d, grad):
    whole, square = formulas(a, b, c, d, 1.0), variant(a, b, c, d, 1.0, top=False)
    return [grad * s + (w - s) for w, s in zip(whole, square)]


@answers.mistake(ABOVE, "grad is left out on the way through the square")
def grad_on_the_other_way(a, b, c, d, grad):
    whole, square = formulas(a, b, c, d, 1.0), variant(a, b, c, d, 1.0, top=False)
    return [s + grad * (w - s) for w, s in zip(whole, square)]


@answers.mistake(ABOVE, "grad counts twice")
def grad_twice(a, b, c, d, grad):
    whole, square = formulas(a, b, c, d, 1.0), variant(a, b, c, d, 1.0, top=False)
    return [grad * grad * s + grad * (w - s) for w, s in zip(whole, square)]


@answers.mistake(ONE, "it is 3 of them")
def forgets_d(a, b, c, d, grad):
    return formulas(a, b, c, d, grad)[:3]
