"""Exercise 3.6: all that a training run can report, whatever order its examples come in."""

import itertools

import numpy as np

from nnlib.checks.answers import indices
from nnlib.checks.exercise import Exercise, Failed


def possible_reports(X, y, w, steps, step, spring):
    """All numbers of right answers that the report can be, sorted."""
    states = [tuple(w)]
    for _ in range(steps):
        after = []
        for a, b, c in states:
            for (x1, x2), label in zip(X, y):
                pull = label if label * (a * x1 + b * x2 + c) < 1 else 0
                a_new = a + step * (x1 * pull - spring * a)
                b_new = b + step * (x2 * pull - spring * b)
                after.append((a_new, b_new, c + step * pull))
        states = after
    return sorted({
        int(sum(np.where(X @ [a, b] + c > 0, 1, -1) == y))
        for a, b, c in states
    })


EXERCISE = Exercise(
    "3.6",
    "Show that a printed run cannot have happened",
    possible_reports,
    answer=indices("reports"),
    hints=(
        "Write one step as a function of its own first: the pull of section 3.2, the spring on a "
        "and b, not on c, and the new (a, b, c). Check it against the dozen lines of section 3.2.",
        "Keep a list of all states (a, b, c) the run can be in. At the beginning it has one. In "
        "each step every state has len(X) successors, one for each example that may be picked.",
        "After the last step count, for each state, how many examples have the right sign. "
        "sorted(set(...)) leaves each number once, in order.",
        "A state must be a new tuple or array each time. `state += ...` on an array changes the "
        "one that its sisters still need.",
    ),
    errors={
        "unhashable": "a set can't hold arrays: put the counts, whole numbers, into the set",
        "has to be a list of whole numbers": "count right answers, 0 to len(X), not shares: "
        "return a sorted list of whole numbers",
    },
    seconds=20.0,
)


def reached(X, y, w, steps, step, spring, *, held=(1, 1, 0), sign=1, margin=1.0, picks=None,
            count=lambda score, y: np.where(score > 0, 1, -1) == y):  # fmt: skip
    """The reports by another road: each sequence of picks from the start, in plain Python."""
    found = set()
    for sequence in picks or itertools.product(range(len(X)), repeat=steps):
        a, b, c = map(float, w)
        for i in sequence:
            score = a * X[i][0] + b * X[i][1] + c
            pull = float(y[i]) if y[i] * score < margin else 0.0
            pull *= sign
            a += step * (X[i][0] * pull - held[0] * spring * a)
            b += step * (X[i][1] * pull - held[1] * spring * b)
            c += step * (pull - held[2] * spring * c)
        found.add(int(np.sum(count(X @ [a, b] + c, y))))
    return sorted(found)


def draw(rng, n, steps, step, good):
    """The best of ten random data sets and starts by `good(arguments, wanted)`, a number."""
    best, most = None, -1
    for _ in range(10):
        X, y = rng.normal(scale=1.5, size=(n, 2)), rng.choice([-1, 1], size=n)
        w, spring = tuple(rng.normal(size=3).tolist()), float(rng.choice([0.5, 1.0, 2.0]))
        arguments = X, y, w, steps, step, spring
        wanted = reached(*arguments)
        if good(arguments, wanted) > most:
            best, most = (arguments, wanted), good(arguments, wanted)
    return best


def telling(arguments, wanted):
    """How many mistakes would report something of their own."""
    told = [value for value, _ in mistakes_of(*arguments)]
    return sum(told.count(value) == 1 and value != wanted for value in told)


def mistakes_of(X, y, w, steps, step, spring):
    """What a run with a certain mistake would report."""
    run, n = (X, y, w, steps, step, spring), len(X)
    every = sorted({k for s in range(steps + 1) for k in reached(X, y, w, s, step, spring)})
    return [
        (reached(*run, held=(0, 0, 0)), "the spring is missing: a and b are pulled toward 0 in "
         "every step"),
        (reached(*run, held=(1, 1, 1)), "the spring holds a and b, not c"),
        (reached(*run, sign=-1), "the sign: a +1 example whose score is too low pulls it up"),
        (reached(*run, margin=0.0), "an example pulls as long as its label times its score is "
         "below 1, not below 0"),
        (reached(*run, margin=np.inf), "an example whose label times its score is 1 or more "
         "doesn't pull"),
        (reached(X, y, w, 0, step, spring), "this is what the start would report, before any "
         "step"),
        (every, "only the report after the last step counts"),
        (reached(*run, count=lambda score, y: np.where(score > 0, 1, -1) != y), "these are the "
         "numbers of wrong answers"),
        (reached(*run, picks=[(i,) * steps for i in range(n)]), "a run may pick another example "
         "in each step, not one and the same"),
        (reached(*run, picks=list(itertools.permutations(range(n), steps))), "an example may be "
         "picked again: all sequences are wanted, repeats included"),
        (reached(*run, picks=[tuple(range(n))[:steps]]), "this is one sequence of picks: all are "
         "wanted"),
    ]  # fmt: skip


def compare(f, draws):
    """Compare the reports for several draws; a mistake is named only if it explains them all."""
    yours = [f(*arguments) for arguments, _ in draws]
    wrong = [k for k, (_, wanted) in enumerate(draws) if yours[k] != wanted]
    if not wrong:
        return
    told = [mistakes_of(*arguments) for arguments, _ in draws]
    known = [
        told[0][m][1]
        for m in range(len(told[0]))
        if all(told[k][m][0] == yours[k] for k in range(len(draws)))
    ]
    if all(sorted(set(yours[k])) == draws[k][1] for k in range(len(draws))):
        known = ["each number once, in order: sorted(set(...))"]
    k = wrong[0]
    raise Failed(
        "The reports differ.",
        yours=str(yours[k]),
        wanted=str(draws[k][1]),
        mistake=known[0] if len(known) == 1 else "",
    )


@EXERCISE.asks(
    "one step",
    points=2,
    cases=2,
    usually="one step from the start for each example that may be picked, then count",
)
def one_step(f, rng):
    compare(f, [draw(rng, 5, 1, 0.5, telling) for _ in range(3)])


@EXERCISE.asks(
    "several steps",
    points=2,
    cases=1,
    usually="every state after one step has a successor for every example: all sequences of picks "
    "are possible",
)
def several_steps(f, rng):
    compare(f, [draw(rng, 4, 2, 0.6, telling) for _ in range(4)])


@EXERCISE.asks(
    "a report that hardly any run makes",
    points=1,
    cases=3,
    usually="a sample of runs misses what is rare: follow every sequence of picks",
)
def rare(f, rng):
    n, steps = 3, 5

    def rarity(arguments, wanted):
        if len(wanted) < 2:
            return 0
        found = [
            reached(*arguments, picks=[sequence])[0]
            for sequence in itertools.product(range(n), repeat=steps)
        ]
        return 1 / min(found.count(k) for k in wanted)

    compare(f, [draw(rng, n, steps, 0.4, rarity)])


@EXERCISE.asks(
    "a score of exactly 0",
    points=1,
    usually="the program answers +1 if the score is above 0, and else -1: a score of 0 means -1",
)
def tie(f, rng):
    a, b = map(float, rng.integers(1, 5, size=2))
    label = int(rng.choice([-1, 1]))
    X, y = np.array([[0.0, 0.0], [a, b]]), np.array([label, 1])
    compare(f, [((X, y, (a, b, 0.0), 0, 0.1, 1.0), [1 + (label == -1)])])
