"""Answers to exercise 7.5: ten outputs turned into four bits."""

import math

import numpy as np

from answers import Answers

answers = Answers("7.5")
CLEAR = "clear outputs: one 1 and nine 0"
NIELSEN = "Nielsen's outputs: at least 0.99, at most 0.01"
UNCLEAR, SURE = "outputs that are far from clear", "as sure as asked"

ON = np.array([[(d >> k) & 1 for d in range(10)] for k in range(4)])
COUNT = ON.sum(axis=1)


def logit(p):
    return math.log(p / (1 - p))


def right(high, low, sure):
    scale = 2 * logit(sure) / (high - COUNT * low)
    return scale[:, None] * ON, -scale * (high + COUNT * low) / 2


@answers.correct
def by_the_margin(high, low, sure):
    return right(high, low, sure)


@answers.correct
def as_if_always_five(high, low, sure):
    scale = 2 * logit(sure) / (high - 5 * low)
    return scale * ON, np.full(4, -scale * (high + 5 * low) / 2)


@answers.correct
def much_larger_than_needed(high, low, sure):
    W, b = right(high, low, sure)
    return 10 * W, 10 * b


@answers.correct
def loops(high, low, sure):
    W, b = np.zeros((4, 10), np.float32), np.zeros(4, np.float32)
    for k in range(4):
        count = sum(d // 2**k % 2 for d in range(10))
        scale = 2.01 * logit(sure) / (high - count * low)
        for d in range(10):
            if d // 2**k % 2 == 1:
                W[k, d] = scale
        b[k] = -scale * (high + count * low) / 2
    return W, b


@answers.mistake(CLEAR, "the order of the rows")
def rows_reversed(high, low, sure):
    W, b = right(high, low, sure)
    return W[::-1], b[::-1]


@answers.mistake(CLEAR, "the sign: positive weights")
def sign(high, low, sure):
    W, b = right(high, low, sure)
    return -W, -b


@answers.mistake(CLEAR, "without a bias")
def no_bias(high, low, sure):
    W, b = right(high, low, sure)
    return W, 0 * b


@answers.mistake(CLEAR, "not negative enough")
def bias_up(high, low, sure):
    W, b = right(high, low, sure)
    return W, -b


@answers.mistake(CLEAR, "too negative for its weights")
def bias_for_all_at_once(high, low, sure):
    W, b = right(high, low, sure)
    return W, -W.sum(axis=1) / 2


@answers.mistake(CLEAR, "the columns are one off")
def digits_from_one(high, low, sure):
    W, b = right(high, low, sure)
    return np.roll(W, -1, axis=1), b


@answers.mistake(CLEAR, "W is the wrong way round")
def transposed(high, low, sure):
    W, b = right(high, low, sure)
    return W.T, b


@answers.mistake(CLEAR, "b is four numbers in a row")
def bias_column(high, low, sure):
    W, b = right(high, low, sure)
    return W, b[:, None]


@answers.mistake(NIELSEN, "aren't sure of it")
def right_but_weak(high, low, sure):
    return 1.0 * ON, -COUNT * low / 2 - high / 2


@answers.mistake(UNCLEAR, "what would happen if they didn't count at all")
def for_and_against(high, low, sure):
    scale = 10 * logit(sure)
    return scale * (2.0 * ON - 1), np.zeros(4)


@answers.mistake(UNCLEAR, "its bias has to outweigh all that have the bit")
def half_way_to_one(high, low, sure):
    return 100.0 * ON, np.full(4, -50.0 * high)


@answers.mistake(UNCLEAR, "its bias has to outweigh all that have the bit")
def threshold_in_the_middle(high, low, sure):
    """The bounds of five others at 0.1 come to the threshold itself."""
    return 20.0 * ON, np.full(4, -10.0)


@answers.mistake(UNCLEAR, "these weights are negative")
def all_nine_others(high, low, sure):
    scale = 2 * logit(sure) / (high - 9 * low)
    return scale * ON, np.full(4, -scale * (high + 9 * low) / 2)


@answers.mistake(UNCLEAR, "can't outweigh the bias")
def half_of_one(high, low, sure):
    return 1000.0 * ON, np.full(4, -500.0 - 1000 * 5 * low * (low > 0.02))


@answers.mistake(SURE, "depend on all three")
def fixed_size(high, low, sure):
    return 40.0 * ON, -20.0 * (high + COUNT * low)


@answers.thoughtless
def zeros(high, low, sure):
    return np.zeros((4, 10)), np.zeros(4)


@answers.thoughtless
def ones(high, low, sure):
    return np.ones((4, 10)), np.ones(4)
