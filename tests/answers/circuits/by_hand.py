"""Answers to exercise 1.3: back through ((a b + c) d)² + a max(c, d)."""

import numpy as np

from answers import Answers

answers = Answers("1.3")
ONE, BRANCH, SWITCH, ABOVE = (
    "one way only: b",
    "a wire that branches: a",
    "the switch: c and d",
    "the pull on the output",
)


@answers.correct
def formulas(a, b, c, d, df):
    s = a * b + c
    da = 2 * s * d * d * b + max(c, d)
    dc = 2 * s * d * d + (a if c > d else 0)
    dd = 2 * s * s * d + (a if d > c else 0)
    return df * da, df * 2 * s * d * d * a, df * dc, df * dd


@answers.correct
def shares(a, b, c, d, df):
    q = a * b + c
    p = q * d
    grads = dict.fromkeys("abcd", 0.0)
    dp = 2 * p * df
    dq = d * dp
    grads["d"] += q * dp
    grads["a"] += b * dq
    grads["b"] += a * dq
    grads["c"] += dq
    grads["a"] += max(c, d) * df
    grads["c" if c >= d else "d"] += a * df
    return tuple(grads.values())


@answers.correct
def float32(a, b, c, d, df):
    return formulas(*np.array([a, b, c, d, df], np.float32))


@answers.correct
def by_differences(a, b, c, d, df):
    def f(a, b, c, d):
        return ((a * b + c) * d) ** 2 + a * max(c, d)

    v, h = np.array([a, b, c, d]), 1e-5
    return [df * (f(*(v + s)) - f(*(v - s))) / (2 * h) for s in h * np.eye(4)]


def variant(a, b, c, d, df, *, two=2, top=True, square=True):
    q = a * b + c
    r = q * d
    dr = two * r * df * square
    dq = d * dr
    on_c, on_d = (a * df * top, 0) if c > d else (0, a * df * top)
    return b * dq + max(c, d) * df * top, a * dq, dq + on_c, q * dr + on_d


@answers.mistake(ONE, "the 2 is missing")
def no_two(a, b, c, d, df):
    return variant(a, b, c, d, df, two=1)


@answers.mistake(ONE, "the way from r to q is missing")
def skips_a_gate(a, b, c, d, df):
    q = a * b + c
    dq = 2 * q * d * df
    return b * dq + max(c, d), a * dq, dq, q * dq


@answers.mistake(ONE, "the square's derivative is 2 * r")
def only_the_two(a, b, c, d, df):
    dq = d * 2 * df
    return b * dq + max(c, d), a * dq, dq, 2 * (a * b + c)


@answers.mistake(ONE, "da the factor b")
def swapped_product(a, b, c, d, df):
    da, db, dc, dd = formulas(a, b, c, d, df)
    return da / b * a, db / a * b, dc, dd


@answers.mistake(BRANCH, "the share of a that comes through a*max(c, d) is missing")
def forgets_a_branch(a, b, c, d, df):
    return variant(a, b, c, d, df, top=False)


@answers.mistake(BRANCH, "da += ..., not da = ...")
def last_share_wins(a, b, c, d, df):
    _, db, dc, dd = formulas(a, b, c, d, df)
    return max(c, d) * df, db, dc, dd


@answers.mistake(SWITCH, "max is a switch: only the larger")
def max_for_both(a, b, c, d, df):
    da, db, dc, dd = variant(a, b, c, d, df, top=False)
    return da + max(c, d) * df, db, dc + a * df, dd + a * df


@answers.mistake(SWITCH, "here the smaller of c and d got what comes through max")
def always_c(a, b, c, d, df):
    da, db, dc, dd = variant(a, b, c, d, df, top=False)
    return da + max(c, d) * df, db, dc + a * df, dd


@answers.mistake(SWITCH, "-1 is larger than -2")
def larger_size_wins(a, b, c, d, df):
    da, db, dc, dd = variant(a, b, c, d, df, top=False)
    dc, dd = (dc + a * df, dd) if abs(c) > abs(d) else (dc, dd + a * df)
    return da + max(c, d) * df, db, dc, dd


@answers.mistake(SWITCH, "what reaches max is a * df")
def one_through_max(a, b, c, d, df):
    da, db, dc, dd = variant(a, b, c, d, df, top=False)
    return da + max(c, d) * df, db, dc + df * (c > d), dd + df * (d > c)


@answers.mistake(SWITCH, "here the smaller of c and d got what comes through max")
def loser_gets_it(a, b, c, d, df):
    da, db, dc, dd = variant(a, b, c, d, df, top=False)
    dc, dd = (dc, dd + a * df) if c > d else (dc + a * df, dd)
    return da + max(c, d) * df, db, dc, dd


@answers.mistake(SWITCH, "what comes through max(c, d) is missing")
def nothing_through_max(a, b, c, d, df):
    da, db, dc, dd = variant(a, b, c, d, df, top=False)
    return da + max(c, d) * df, db, dc, dd


@answers.mistake(SWITCH, "the share from the square is missing")
def last_share_wins_at_the_switch(a, b, c, d, df):
    da, db, dc, dd = variant(a, b, c, d, df, top=False)
    dc, dd = (a * df, dd) if c > d else (dc, a * df)
    return da + max(c, d) * df, db, dc, dd


@answers.mistake(ABOVE, "df is left out: it stands in for the 1")
def no_grad(a, b, c, d, df):
    return formulas(a, b, c, d, 1.0)


@answers.mistake(ABOVE, "df is left out on the way through a*max(c, d)")
def grad_on_one_way(a, b, c, d, df):
    whole, square = formulas(a, b, c, d, 1.0), variant(a, b, c, d, 1.0, top=False)
    return [df * s + (w - s) for w, s in zip(whole, square)]


@answers.mistake(ABOVE, "df is left out on the way through the square")
def grad_on_the_other_way(a, b, c, d, df):
    whole, square = formulas(a, b, c, d, 1.0), variant(a, b, c, d, 1.0, top=False)
    return [s + df * (w - s) for w, s in zip(whole, square)]


@answers.mistake(ABOVE, "df counts twice")
def grad_twice(a, b, c, d, df):
    whole, square = formulas(a, b, c, d, 1.0), variant(a, b, c, d, 1.0, top=False)
    return [df * df * s + df * (w - s) for w, s in zip(whole, square)]


@answers.mistake(ONE, "it is 3 of them")
def forgets_d(a, b, c, d, df):
    return formulas(a, b, c, d, df)[:3]


@answers.thoughtless
def zeros(a, b, c, d, df):
    return 0.0, 0.0, 0.0, 0.0


@answers.thoughtless
def inputs_back(a, b, c, d, df):
    return a, b, c, d
