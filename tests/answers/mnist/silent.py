"""Answers to exercise 7.3: the digits that are never answered."""

import numpy as np

from answers import Answers

answers = Answers("7.3")
WHICH, TAKEN = "which digits are silent", "what they are taken for"
BEST, ABSENT = "the best accuracy left", "a digit that doesn't occur"


def answer(M, silent=None, taken=None, best=None):
    """The right answer, with the parts that are given in its place."""
    found = [d for d in range(len(M)) if M[d].sum() > 0 and M[:, d].sum() == 0]
    return (
        found if silent is None else silent,
        [int(M[d].argmax()) for d in found] if taken is None else taken,
        1 - sum(M[d].sum() for d in found) / M.sum() if best is None else best,
    )


@answers.correct
def in_lists(M):
    return answer(M)


@answers.correct
def in_arrays(M):
    silent = np.flatnonzero((M.sum(axis=0) == 0) & (M.sum(axis=1) > 0))
    return silent, M[silent].argmax(axis=1), M.sum(axis=1)[M.any(axis=0)].sum() / M.sum()


@answers.correct
def loops(M):
    silent, taken, lost = [], [], 0
    for d in range(len(M)):
        if all(M[i, d] == 0 for i in range(len(M))) and any(M[d]):
            silent.append(d)
            taken.append(list(M[d]).index(max(M[d])))
            lost += sum(M[d])
    return silent, taken, np.float32((M.sum() - lost) / M.sum())


@answers.mistake(WHICH, "look at the whole column, not at the diagonal")
def diagonal(M):
    return answer(M, silent=np.flatnonzero(np.diag(M) == 0))


@answers.mistake(WHICH, "a digit's answers stand in its column")
def rows(M):
    return answer(M, silent=np.flatnonzero(M.sum(axis=1) == 0))


@answers.mistake(WHICH, "this finds one, the worst")
def one_always(M):
    return answer(M, silent=[M.sum(axis=0).argmin()])


@answers.mistake(WHICH, "isn't silent yet")
def rarely_right(M):
    return answer(M, silent=np.flatnonzero(np.diag(M) < 0.5 * M.sum(axis=1)))


@answers.mistake(WHICH, "these are the digits that are answered")
def the_others(M):
    return answer(M, silent=np.flatnonzero(M.sum(axis=0)))


@answers.mistake(WHICH, "the digits that have a True")
def yes_and_no(M):
    return answer(M, silent=(M.sum(axis=0) == 0) & (M.sum(axis=1) > 0))


@answers.mistake(WHICH, "each digit once, from the smallest")
def backwards(M):
    silent, taken, best = answer(M)
    return silent[::-1], taken[::-1], best


@answers.mistake(WHICH, "has to be 3 things")
def silent_only(M):
    return answer(M)[0]


@answers.mistake(TAKEN, "looks into its column")
def column(M):
    return answer(M, taken=M[:, answer(M)[0]].argmax(axis=0))


@answers.mistake(TAKEN, "this is how many are taken for it")
def how_many(M):
    return answer(M, taken=[M[d].max() for d in answer(M)[0]])


@answers.mistake(TAKEN, "taken for least")
def least(M):
    return answer(M, taken=[M[d].argmin() for d in answer(M)[0]])


@answers.mistake(TAKEN, "given most often to all images")
def most_popular(M):
    return answer(M, taken=[M.sum(axis=0).argmax()] * len(answer(M)[0]))


@answers.mistake(BEST, "1 minus that")
def lost(M):
    return answer(M, best=1 - answer(M)[2])


@answers.mistake(BEST, "the accuracy as it is")
def accuracy(M):
    return answer(M, best=np.trace(M) / M.sum())


@answers.mistake(BEST, "count the images")
def all_digits_alike(M):
    return answer(M, best=1 - len(answer(M)[0]) / len(M))


@answers.mistake(BEST, "if the silent digits were cured")
def cured(M):
    return answer(M, best=np.trace(M) / M.sum() + 1 - answer(M)[2])


@answers.mistake(BEST, "the accuracy on the other digits")
def on_the_others(M):
    return answer(M, best=np.trace(M) / M.sum() / answer(M)[2])


@answers.mistake(ABSENT, "can't be judged")
def empty_columns(M):
    silent = np.flatnonzero(M.sum(axis=0) == 0)
    return answer(M, silent=silent, taken=M[silent].argmax(axis=1))


@answers.thoughtless
def all_is_well(M):
    return [], [], 1.0


@answers.thoughtless
def every_digit(M):
    return list(range(len(M))), list(range(len(M))), np.trace(M) / M.sum()
