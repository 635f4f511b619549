"""Exercise 7.2: a confusion matrix, which says what is taken for what."""

import numpy as np

from nnlib.checks.answers import matrix
from nnlib.checks.exercise import Exercise, same


def confusion(y, answers, classes):
    """M[i, j] counts the examples of class i that were answered with j."""
    M = np.zeros((classes, classes), int)
    for label, answer in zip(y, answers):
        M[label, answer] += 1
    return M


EXERCISE = Exercise(
    "7.2",
    "Count what is taken for what",
    confusion,
    answer=matrix("M", lambda arguments: (arguments[2], arguments[2])),
    hints=(
        "Begin with np.zeros((classes, classes), int), and walk through y and answers together: "
        "for label, answer in zip(y, answers).",
        "Each pair adds 1 to one cell: the row of its label, the column of its answer.",
        "If you prefer it without a loop: M[y, answers] += 1 adds 1 only once to a cell that is "
        "named twice. np.add.at(M, (y, answers), 1) adds every time.",
    ),
    errors={
        "and it is of shape (10, 10)": "there are `classes` rows and columns here, not always ten",
        "has to be of shape": "the matrix has a row and a column for each of the `classes`, also "
        "for those that occur in neither y nor answers",
        "index": "the number of rows and columns is `classes`, whatever labels occur",
    },
)


def counted(pairs, classes):
    """The counts, cell by cell, from a list of pairs."""
    return np.array([[pairs.count((i, j)) for j in range(classes)] for i in range(classes)])


def compare(f, pairs, classes, rng, name="M"):
    """Compare f's matrix for these pairs (label, answer), in a random order, with their counts."""
    pairs = [pairs[k] for k in rng.permutation(len(pairs))]
    y, answers = np.array(pairs).T
    M, wanted = f(y.copy(), answers.copy(), classes), counted(pairs, classes)
    rows, columns = wanted.sum(axis=1, keepdims=True), wanted.sum(axis=0, keepdims=True)
    with np.errstate(all="ignore"):
        shares = np.nan_to_num(wanted / rows), np.nan_to_num(wanted / columns)
    same(
        name,
        M,
        wanted,
        mistakes=[
            (wanted.T, "rows and columns are swapped: the row is the true class, the column is "
             "the answer"),
            (np.minimum(wanted, 1), "a cell that is named twice gets 1 only once: "
             "`M[y, answers] += 1` forgets repeated pairs, and so does `=`"),
            (shares[0], "these are shares of each row: the counts are asked for"),
            (shares[1], "these are shares of each column: the counts are asked for"),
            (wanted / len(pairs), "these are shares of all examples: the counts are asked for"),
            (np.diag(np.diag(wanted)), "the right answers alone are counted here; the wrong ones "
             "belong into the cells beside the diagonal"),
            (wanted - np.diag(np.diag(wanted)), "the right answers are missing: they are counted "
             "on the diagonal"),
            (wanted + wanted.T, "each example counts once, not in two cells"),
            (np.diag(rows[:, 0]), "this counts the labels; the answers don't come into it"),
            (np.diag(columns[0]), "this counts the answers; the labels don't come into it"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "each pair at most once",
    points=1,
    usually="M[i, j] counts the examples of true class i that were answered with j",
)
def once(f, rng):
    classes = 4
    cells = [(i, j) for i in range(classes) for j in range(classes)]
    chosen = [cells[k] for k in rng.choice(len(cells), 5, replace=False)]
    chosen += [(k, (k + 1) % classes) for k in range(classes)]  # every class, and no symmetry
    chosen = [pair for pair in dict.fromkeys(chosen) if pair != (1, 0)]
    compare(f, chosen, classes, rng)


@EXERCISE.asks(
    "many examples, the same pairs again and again",
    points=1,
    usually="every example adds 1 to its cell, however often the cell had its turn before",
)
def again(f, rng):
    pairs = [tuple(pair) for pair in rng.integers(3, size=(40, 2)).tolist()]
    compare(f, [*pairs, (0, 1), (0, 1), (1, 2), (2, 0)], 3, rng)


@EXERCISE.asks(
    "classes that never occur",
    points=1,
    usually="the matrix always has `classes` rows and columns; a class that never occurs has zeros",
)
def absent(f, rng):
    classes = 6
    labels, answers = rng.choice(classes - 1, 4, replace=False), rng.choice(classes - 1, 3)
    pairs = [(int(rng.choice(labels)), int(rng.choice(answers))) for _ in range(15)]
    compare(f, pairs, classes, rng)
