"""Exercise 5.6: Newton's step from a short memory, by the two-loop recursion of L-BFGS."""

import numpy as np

from nnlib.checks.answers import array_like
from nnlib.checks.exercise import Exercise, close, distinct, same
from nnlib.checks.grading import OUT_OF_TIME


def newton_step(g, S, Y):
    """H g (n,), with the H that the pairs, S and Y (m, n), have taught."""
    pairs = [(s, y) for s, y in zip(S, Y) if s @ y > 0]
    q, shares = g.astype(float), []
    for s, y in reversed(pairs):
        share = (s @ q) / (s @ y)
        q = q - share * y
        shares.append(share)
    if pairs:
        s, y = pairs[-1]
        q = q * (s @ y) / (y @ y)
    for (s, y), share in zip(pairs, reversed(shares)):
        q = q + (share - (y @ q) / (s @ y)) * s
    return q


EXERCISE = Exercise(
    "5.6",
    "Remember how the ground was curved",
    newton_step,
    answer=array_like("H g", 0),
    hints=(
        "Multiply the update out, from the right: H_new g = V.T (H (V g)) + s (s·g)/(s·y). First "
        "V g = g - y (s·g)/(s·y), a vector. Then H of that vector: the same question with one "
        "pair less. Only numbers and vectors, never a matrix.",
        "So it is a recursion, newest pair first. Write step(g, pairs): with no pairs left, return "
        "gamma * g. Else take the last pair, share = (s @ g) / (s @ y), "
        "r = step(g - share * y, pairs[:-1]), and return r + (share - (y @ r) / (s @ y)) * s.",
        "Without recursion these are two loops: the first from the newest pair to the oldest "
        "changes q by -share * y and remembers the shares; then q = gamma * q; the second from "
        "the oldest to the newest adds (share - (y @ q) / (s @ y)) * s.",
        "Drop the pairs with s @ y <= 0 before all else, so that gamma comes from the newest pair "
        "that is left. With no pair left the answer is g, as an array of its own.",
    ),
    errors={
        OUT_OF_TIME: "is there an n × n matrix? With 1,500 weights it has two million entries, "
        "and networks are larger. Multiply V into the vector, not into H",
        "has to be an array of shape": "the answer is the vector H g, as long as g; V.T, H and V "
        "act on a vector one after the other",
        "H g has to be of shape": "the answer is the vector H g, as long as g",
        "with size 0": "S and Y may have no rows, and S[-1] is then an error: the answer is g",
        "list index out of range": "a list has fewer entries than were asked for. With no pair "
        "that can be used it has none, and the answer is g",
        "UnboundLocalError": "with no pair that can be used no loop runs, and nothing made inside "
        "it exists: the answer is g",
        "recursion": "the recursion needs an end: with no pairs left, return gamma * g",
        "Cannot cast ufunc": "g may belong to the caller: write q = q - ..., not q -= ...",
        "is not a finite number": "a division by 0: is a pair with s·y = 0 left out?",
    },
    seconds=4.0,
)


def explicit(S, Y, first=None):
    """The matrix H by the update, one pair after the other, in full. Pairs are taken as given."""
    size = S.shape[1]
    H = np.eye(size) if first is None else first * np.eye(size)
    for s, y in zip(S, Y, strict=True):
        V = np.eye(size) - np.outer(y, s) / (y @ s)
        H = V.T @ H @ V + np.outer(s, s) / (y @ s)
    return H


def scale(s, y):
    return (s @ y) / (y @ y)


def wanted_step(g, S, Y):
    good = [(s, y) for s, y in zip(S, Y, strict=True) if s @ y > 0]
    if not good:
        return g
    S, Y = (np.array(rows) for rows in zip(*good, strict=True))
    return explicit(S, Y, scale(S[-1], Y[-1])) @ g


def draw(rng, m, size):
    """Steps S (m, n), and the changes Y of the gradient of a bowl, but each of another one."""
    S, Y = rng.normal(size=(m, size)), []
    for s in S:
        B = rng.normal(size=(size, size))
        A = B @ B.T / size + np.diag(rng.uniform(0.3, 3, size))
        Y.append(A @ s)
    return S, np.array(Y)


def two_loops(g, S, Y, *, gamma=1.0, first=-1, second=1, shares=-1):
    """The two loops in the orders given (1 oldest pair first), with the shares read so."""
    pairs = list(zip(S, Y, strict=True))
    q, kept = g, []
    for s, y in pairs[::first]:
        kept.append((s @ q) / (s @ y))
        q = q - kept[-1] * y
    q = gamma * q
    for (s, y), share in zip(pairs[::second], kept[::shares], strict=True):
        q = q + (share - (y @ q) / (s @ y)) * s
    return q


def mistaken(g, S, Y):
    """What comes out of a slip somewhere in the recursion, with the word for it."""
    gamma, early = scale(S[-1], Y[-1]), scale(S[0], Y[0])
    right = explicit(S, Y, gamma) @ g
    half = two_loops_first(g, S, Y)
    return [
        (-right, "the sign: the step against the gradient is -H g; asked is H g itself"),
        (g, "this is the gradient itself: nothing has been learned from the pairs"),
        (gamma * g, "this is gamma * g, with which the recursion begins: the pairs have not "
         "been worked in yet"),
        (explicit(S, Y) @ g, "H begins as gamma times the unit matrix, with gamma = (s·y)/(y·y) "
         "of the newest pair; here it began as the unit matrix itself"),
        (explicit(S, Y, 1 / gamma) @ g, "gamma is upside down: (s·y)/(y·y)"),
        (explicit(S, Y, (S[-1] @ S[-1]) / (S[-1] @ Y[-1])) @ g, "gamma is (s·y)/(y·y); this "
         "is (s·s)/(s·y)"),
        (explicit(S, Y, early) @ g, "gamma comes from the newest pair, the last row; this is the "
         "oldest one's"),
        (explicit(S[::-1], Y[::-1], gamma) @ g, "the order of the pairs is turned round: "
         "the oldest is the first row, and H gets the oldest pair first"),
        (explicit(S[::-1], Y[::-1], early) @ g, "the order of the pairs is turned round: the "
         "newest pair is the *last* row"),
        (explicit(S[-1:], Y[-1:], gamma) @ g, "only the newest pair was used"),
        (explicit(S[:1], Y[:1], gamma) @ g, "only the oldest pair was used"),
        (explicit(Y, S, scale(Y[-1], S[-1])) @ g, "S and Y are exchanged: S holds the steps, Y "
         "the changes of the gradient"),
        (gamma * half, "the second loop is missing: what the first one took away along y, the "
         "second gives back along s"),
        (two_loops(g, S, Y, gamma=gamma, second=-1), "the second loop has to run the other way, "
         "from the oldest pair to the newest"),
        (two_loops(g, S, Y, gamma=gamma, second=-1, shares=1), "the second loop has to run the "
         "other way, from the oldest pair to the newest"),
        (two_loops(g, S, Y, gamma=gamma, first=1, second=-1), "both loops run the wrong way: the "
         "first from the newest pair to the oldest, the second back"),
        (two_loops(g, S, Y, gamma=gamma, first=1, shares=1), "both loops run from the oldest pair "
         "to the newest: the first one has to run the other way"),
        (two_loops(g, S, Y, gamma=gamma, shares=1), "the shares of the first loop were collected "
         "newest first, and the second loop runs the other way: reversed(shares)"),
        (all_at_once(g, S, Y, gamma), "each share is taken of what the newer pairs have left of "
         "g: (s @ q) / (s @ y) with the q of this turn, not with g"),
        (no_beta(g, S, Y, gamma), "in the second loop the part (y @ q) / (s @ y) has to be "
         "taken away: it adds (share - (y @ q) / (s @ y)) * s"),
    ]  # fmt: skip


def two_loops_first(g, S, Y):
    """What the first loop leaves of g."""
    for s, y in zip(S[::-1], Y[::-1], strict=True):
        g = g - (s @ g) / (s @ y) * y
    return g


def all_at_once(g, S, Y, gamma):
    shares = [(s @ g) / (s @ y) for s, y in zip(S, Y, strict=True)]
    q = gamma * (g - sum(share * y for share, y in zip(shares, Y, strict=True)))
    for s, y, share in zip(S, Y, shares, strict=True):
        q = q + (share - (y @ q) / (s @ y)) * s
    return q


def no_beta(g, S, Y, gamma):
    q, shares = g, []
    for s, y in zip(S[::-1], Y[::-1], strict=True):
        shares.append((s @ q) / (s @ y))
        q = q - shares[-1] * y
    return gamma * q + sum(share * s for s, share in zip(S[::-1], shares, strict=True))


@EXERCISE.asks(
    "the newest lesson",
    points=1,
    usually="H y = s for the newest pair, whatever H was before: it remembers which step changed "
    "the gradient so",
)
def newest_lesson(f, rng):
    (S, Y), share = draw(rng, int(rng.integers(1, 5)), 5), distinct(rng, 1)[0]
    g, wanted = share * Y[-1], share * S[-1]
    same("H g", f(g, S, Y), wanted, mistakes=_telling(mistaken(g, S, Y), wanted))


@EXERCISE.asks(
    "one pair, any gradient",
    points=1,
    usually="multiply the update out for this one pair: V g is a vector, H of it is gamma times "
    "that vector, and V.T and the last term change it along s",
)
def one_pair(f, rng):
    (S, Y), g = draw(rng, 1, 4), rng.normal(size=4)
    same("H g", f(g, S, Y), wanted_step(g, S, Y), mistakes=mistaken(g, S, Y))


@EXERCISE.asks(
    "several pairs",
    points=2,
    usually="H of the vector V g is the same question with one pair less: the newest pair comes "
    "first on the way in, and last on the way out",
)
def several_pairs(f, rng):
    (S, Y), g = draw(rng, 5, 6), rng.normal(size=6)
    wanted = wanted_step(g, S, Y)
    same("H g", f(g, S, Y), wanted, mistakes=_telling(mistaken(g, S, Y), wanted))


@EXERCISE.asks(
    "pairs that can't be used",
    points=2,
    usually="a pair with s·y <= 0 is left out, as if it weren't there; one with a small s·y is "
    "not; and with no pair left H g is g",
)
def unusable(f, rng):
    (S, Y), g = draw(rng, 4, 5), rng.normal(size=5)
    small = 1e-9
    wanted = wanted_step(g, S, Y)
    cut = (
        "a tiny pair is as good as a large one: near the minimum all are tiny. Leave out those "
        "with s·y <= 0, and no others"
    )
    same("H g", f(g, small * S, small * Y), wanted, mistakes=[(g, cut)])
    for k in rng.permutation(4)[:2].tolist() + [3]:
        bent = Y.copy()
        bent[k] = -Y[k]
        _leaves_out(f, g, S, bent, k)
    flat = np.array([[0.0, 1.0, 0.0, 0.0, 0.0]])
    upright = np.array([[2.0, 0.0, 0.0, 0.0, 0.0]])
    none_left = "no pair can be used here, and then nothing scales the gradient: H g is g"
    for steps, changes in ((S, -Y), (flat, upright), (S[:0], Y[:0])):
        yours = f(g, steps, changes)
        zeros = [(0 * g, none_left), (-g, none_left)]
        if len(steps) and steps[0] @ changes[0]:
            bent = scale(steps[-1], changes[-1])
            used = "every pair here has s·y < 0, and all are left out: H g is g"
            zeros += [(explicit(steps, changes, bent) @ g, used), (bent * g, none_left)]
        same("H g", yours, g, mistakes=zeros)


def _leaves_out(f, g, S, Y, k):
    """Whether f leaves out pair k, which bends the wrong way."""
    wanted, gamma = wanted_step(g, S, Y), scale(S[-1], Y[-1])
    others = np.delete(S, k, 0), np.delete(Y, k, 0)
    later, earlier = explicit(S[k + 1 :], Y[k + 1 :], gamma) @ g, g
    if k:
        earlier = explicit(S[:k], Y[:k], scale(S[k - 1], Y[k - 1])) @ g
    same(
        "H g",
        f(g, S, Y),
        wanted,
        mistakes=_telling([
            (explicit(S, Y, gamma) @ g, f"the pair of row {k} has s·y < 0 and was used: with it H "
             "may point uphill. Leave it out"),
            (explicit(S, Y, abs(gamma)) @ g, f"the pair of row {k} has s·y < 0 and was used: with "
             "it H may point uphill. Leave it out"),
            (explicit(*others, gamma) @ g, "gamma comes from the newest pair that is *used*; here "
             "the newest one is left out, but gamma is still its own"),
            (later, "the pairs before the one that is left out are still good: go on with them "
             "(continue, not break)"),
            (earlier, "the pairs after the one that is left out are still good: go on with them "
             "(continue, not break)"),
        ], wanted),
    )  # fmt: skip


@EXERCISE.asks(
    "fifteen hundred weights, sixty pairs",
    points=1,
    cases=1,
    usually="no n × n matrix: each pair costs a few products of vectors",
)
def many_weights(f, rng):
    """The pairs live in six of the weights, so that the small matrix says it all."""
    size, m, few = 1500, 60, rng.choice(1500, 6, replace=False)
    (small_S, small_Y), g = draw(rng, m, 6), rng.normal(size=size)
    S, Y = np.zeros((m, size)), np.zeros((m, size))
    S[:, few], Y[:, few] = small_S, small_Y
    gamma = scale(small_S[-1], small_Y[-1])
    wanted = gamma * g
    wanted[few] = explicit(small_S, small_Y, gamma) @ g[few]
    recent = gamma * g
    recent[few] = explicit(small_S[-10:], small_Y[-10:], gamma) @ g[few]
    known = [(recent, "all sixty pairs are to be used, not only the last ten")]
    same("H g", f(g, S, Y), wanted, mistakes=known)


def _telling(mistakes, wanted):
    """The mistakes that show: those whose value is not the right one."""
    return [(value, why) for value, why in mistakes if not close(value, wanted)]
