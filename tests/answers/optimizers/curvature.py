"""Answers to exercise 5.6: the two-loop recursion."""

import numpy as np

from answers import Answers

answers = Answers("5.6")
NEWEST, ONE, SEVERAL = "the newest lesson", "one pair, any gradient", "several pairs"
UNUSABLE, MANY = "pairs that can't be used", "fifteen hundred weights, sixty pairs"


def good(S, Y):
    return [(s, y) for s, y in zip(S, Y, strict=True) if s @ y > 0]


def loops(g, pairs, gamma):
    q, shares = g, []
    for s, y in pairs[::-1]:
        shares.append((s @ q) / (s @ y))
        q = q - shares[-1] * y
    q = gamma * q
    for (s, y), share in zip(pairs, shares[::-1], strict=True):
        q = q + s * (share - (y @ q) / (s @ y))
    return q


def newest_scale(pairs):
    return pairs[-1][0] @ pairs[-1][1] / (pairs[-1][1] @ pairs[-1][1]) if pairs else 1.0


@answers.correct
def two_loops(g, S, Y):
    pairs = good(S, Y)
    return loops(g.copy(), pairs, newest_scale(pairs))


@answers.correct
def recursive(g, S, Y):
    pairs = good(S, Y)
    gamma = newest_scale(pairs)

    def step(g, pairs):
        if not pairs:
            return gamma * g
        s, y = pairs[-1]
        share = (s @ g) / (s @ y)
        r = step(g - share * y, pairs[:-1])
        return r + (share - (y @ r) / (s @ y)) * s

    return step(g, pairs)


@answers.correct
def with_indices(g, S, Y):
    rho = np.array([s @ y for s, y in zip(S, Y, strict=True)])
    use = [i for i in range(len(S)) if rho[i] > 0]
    alpha, q = np.zeros(len(S)), np.array(g)
    for i in use[::-1]:
        alpha[i] = np.dot(S[i], q) / rho[i]
        q -= alpha[i] * Y[i]
    if use:
        q *= rho[use[-1]] / np.dot(Y[use[-1]], Y[use[-1]])
    for i in use:
        q += S[i] * (alpha[i] - np.dot(Y[i], q) / rho[i])
    return q


@answers.correct
def float32_at_the_end(g, S, Y):
    return two_loops(g, S, Y).astype(np.float32)


@answers.correct
def compact(g, S, Y):
    """The representation of Byrd, Nocedal and Schnabel, 1994: two small systems of equations."""
    pairs = good(S, Y)
    if not pairs:
        return g * 1.0
    S, Y = (np.array(rows).T for rows in zip(*pairs, strict=True))
    gamma, SY = newest_scale(pairs), S.T @ Y
    R, D = np.triu(SY), np.diag(np.diag(SY))
    one = np.linalg.solve(R, S.T @ g)
    two = np.linalg.solve(R.T, (D + gamma * Y.T @ Y) @ one - gamma * Y.T @ g)
    return gamma * g + S @ two - gamma * Y @ one


@answers.mistake(NEWEST, "this is the gradient itself")
def learns_nothing(g, S, Y):
    return g.copy()


@answers.mistake(NEWEST, "the pairs have not been worked in yet")
def scaled_gradient(g, S, Y):
    return newest_scale(good(S, Y)) * g


@answers.mistake(NEWEST, "the sign")
def the_step_itself(g, S, Y):
    return -two_loops(g, S, Y)


@answers.mistake(NEWEST, "S and Y are exchanged")
def exchanged(g, S, Y):
    return two_loops(g, Y, S)


@answers.mistake(NEWEST, "the order of the pairs is turned round")
def oldest_last(g, S, Y):
    return two_loops(g, S[::-1], Y[::-1])


@answers.mistake(NEWEST, "both loops run from the oldest pair")
def both_loops_forward(g, S, Y):
    pairs, q = good(S, Y), g
    shares = []
    for s, y in pairs:
        shares.append((s @ q) / (s @ y))
        q = q - shares[-1] * y
    q = newest_scale(pairs) * q
    for (s, y), share in zip(pairs, shares, strict=True):
        q = q + (share - (y @ q) / (s @ y)) * s
    return q


@answers.mistake(ONE, "here it began as the unit matrix")
def unit_matrix(g, S, Y):
    return loops(g, good(S, Y), 1.0)


@answers.mistake(ONE, "gamma is upside down")
def gamma_upside_down(g, S, Y):
    pairs = good(S, Y)
    return loops(g, pairs, 1 / newest_scale(pairs))


@answers.mistake(ONE, "this is (s·s)/(s·y)")
def the_other_gamma(g, S, Y):
    pairs = good(S, Y)
    s, y = pairs[-1] if pairs else (g, g)
    return loops(g, pairs, (s @ s) / (s @ y))


@answers.mistake(NEWEST, "the second loop is missing")
def one_loop(g, S, Y):
    pairs, q = good(S, Y), g
    for s, y in pairs[::-1]:
        q = q - (s @ q) / (s @ y) * y
    return newest_scale(pairs) * q


@answers.mistake(ONE, "has to be taken away")
def no_second_share(g, S, Y):
    pairs = good(S, Y)
    q, shares = g, []
    for s, y in pairs[::-1]:
        shares.append((s @ q) / (s @ y))
        q = q - shares[-1] * y
    q = newest_scale(pairs) * q
    for (s, _), share in zip(pairs, shares[::-1], strict=True):
        q = q + share * s
    return q


@answers.mistake(SEVERAL, "only the newest pair was used")
def newest_only(g, S, Y):
    return two_loops(g, S[-1:], Y[-1:])


@answers.mistake(SEVERAL, "this is the oldest one's")
def gamma_of_the_oldest(g, S, Y):
    pairs = good(S, Y)
    return loops(g, pairs, newest_scale(pairs[:1]))


@answers.mistake(NEWEST, "the q of this turn, not with g")
def shares_of_g(g, S, Y):
    pairs = good(S, Y)
    shares, q = [(s @ g) / (s @ y) for s, y in pairs], g
    for (_, y), share in zip(pairs, shares, strict=True):
        q = q - share * y
    q = newest_scale(pairs) * q
    for (s, y), share in zip(pairs, shares, strict=True):
        q = q + (share - (y @ q) / (s @ y)) * s
    return q


@answers.mistake(UNUSABLE, "was used: with it H may point uphill")
def uses_them_all(g, S, Y):
    pairs = list(zip(S, Y, strict=True))
    return loops(g, pairs, newest_scale(pairs))


@answers.mistake(UNUSABLE, "gamma is still its own")
def gamma_of_one_left_out(g, S, Y):
    pairs = good(S, Y)
    return loops(g, pairs, newest_scale(list(zip(S, Y, strict=True))) if pairs else 1.0)


@answers.mistake(UNUSABLE, "a tiny pair is as good as a large one")
def absolute_bound(g, S, Y):
    pairs = [(s, y) for s, y in zip(S, Y, strict=True) if s @ y > 1e-10]
    return loops(g, pairs, newest_scale(pairs))


@answers.mistake(UNUSABLE, "S and Y may have no rows")
def asks_the_last_row(g, S, Y):
    gamma = (S[-1] @ Y[-1]) / (Y[-1] @ Y[-1])
    pairs = good(S, Y)
    if pairs:
        gamma = newest_scale(pairs)
    return loops(g, pairs, gamma if pairs else 1.0)


@answers.mistake(UNUSABLE, "a list has fewer entries")
def asks_the_last_pair(g, S, Y):
    pairs = good(S, Y)
    s, y = pairs[-1]
    return loops(g, pairs, (s @ y) / (y @ y))


@answers.mistake(UNUSABLE, "go on with them (continue, not break)")
def breaks_off(g, S, Y):
    pairs = []
    for s, y in zip(S, Y, strict=True):
        if s @ y <= 0:
            break
        pairs.append((s, y))
    return loops(g, pairs, newest_scale(pairs))


@answers.mistake(UNUSABLE, "and then nothing scales the gradient")
def nothing_left(g, S, Y):
    pairs = good(S, Y)
    return loops(g, pairs, newest_scale(pairs)) if pairs else np.zeros(len(g))


@answers.mistake(MANY, "is there an n × n matrix?")
def in_full(g, S, Y):
    pairs = good(S, Y)
    H = newest_scale(pairs) * np.eye(len(g))
    for s, y in pairs:
        V = np.eye(len(g)) - np.outer(y, s) / (s @ y)
        H = V.T @ H @ V + np.outer(s, s) / (s @ y)
    return H @ g


@answers.mistake(MANY, "not only the last ten")
def ten_at_most(g, S, Y):
    return two_loops(g, S[-10:], Y[-10:])


@answers.thoughtless
def zeros(g, S, Y):
    return np.zeros(len(g))


@answers.thoughtless
def gradient_back(g, S, Y):
    return g


@answers.thoughtless
def last_step(g, S, Y):
    return S[-1] if len(S) else g
