"""Answers to exercise 6.2: inverted dropout."""

import numpy as np

from answers import Answers

answers = Answers("6.2")
FATES, OWN, AVERAGE, BACK, UNTOUCHED = (
    "each entry is dropped or scaled",
    "each entry has a chance of its own",
    "the average of many draws",
    "the way back, through the same mask",
    "out of training, and with a rate of 0",
)


def kept(a, rate, seed):
    return np.random.default_rng(seed).random(a.shape) >= rate


@answers.correct
def masked(a, rate, training, seed):
    if training:
        return np.where(kept(a, rate, seed), a / (1 - rate), 0)
    return a.copy()


@answers.correct
def loops(a, rate, training, seed):
    rng, out = np.random.default_rng(seed), np.array(a)
    if training:
        for place in np.ndindex(*a.shape):
            out[place] = 0.0 if rng.random() < rate else a[place] / (1 - rate)
    return out


@answers.correct
def by_binomial(a, rate, training, seed):
    """Other random numbers: coins that show 1 with the probability of surviving."""
    if not training or rate == 0:
        return a
    return a * np.random.default_rng([seed, 6]).binomial(1, 1 - rate, a.shape) / (1 - rate)


@answers.correct
def float32(a, rate, training, seed):
    a = a.astype(np.float32)
    return a * kept(a, rate, seed) / np.float32(1 - rate) if training else a


@answers.correct
def by_choice(a, rate, training, seed):
    if not training:
        return a
    rng = np.random.default_rng(seed)
    return a * rng.choice([0.0, 1 / (1 - rate)], a.shape, p=[rate, 1 - rate])


@answers.mistake(FATES, "the survivors are as they were")
def not_scaled(a, rate, training, seed):
    return a * kept(a, rate, seed) if training else a


@answers.mistake(FATES, "this divides by the rate")
def divided_by_the_rate(a, rate, training, seed):
    return a * kept(a, rate, seed) / max(rate, 1e-9) if training else a


@answers.mistake(FATES, "take rate for the probability of surviving")
def survives_with_the_rate(a, rate, training, seed):
    keep = np.random.default_rng(seed).random(a.shape) < rate
    return a * keep / max(rate, 1e-9) if training else a


@answers.mistake(FATES, "the survivors shrink here")
def scaled_the_wrong_way(a, rate, training, seed):
    return a * kept(a, rate, seed) * (1 - rate) if training else a


@answers.mistake(FATES, "ask what factor brings the average back")
def grown_by_the_rate(a, rate, training, seed):
    return a * kept(a, rate, seed) * (1 + rate) if training else a


@answers.mistake(FATES, "the random number decides, and doesn't multiply")
def multiplied_by_chance(a, rate, training, seed):
    return a * np.random.default_rng(seed).random(a.shape) / (1 - rate) if training else a


@answers.mistake(FATES, "nothing is dropped: which of the entries")
def scaled_only(a, rate, training, seed):
    return a / (1 - rate) if training else a


@answers.mistake(FATES, "this multiplies by the rate")
def multiplied_by_the_rate(a, rate, training, seed):
    return a * kept(a, rate, seed) * rate if training else a


@answers.mistake(FATES, "the signs are turned round")
def signs_turned(a, rate, training, seed):
    return -masked(a, rate, True, seed) if training else a


@answers.mistake(FATES, "one random number for each entry")
def one_number_for_a_unit(a, rate, training, seed):
    keep = np.random.default_rng(seed).random(len(a) + 1) >= rate
    return a * keep / (1 - rate) if training else a


@answers.mistake(FATES, "a seed makes a generator")
def seed_for_the_draw(a, rate, training, seed):
    keep = np.random.default_rng().random(a.shape, seed=seed) >= rate
    return a * keep / (1 - rate) if training else a


@answers.mistake(OWN, "one random number serves a whole row")
def whole_rows(a, rate, training, seed):
    keep = np.random.default_rng(seed).random((len(a), 1)) >= rate
    return a * keep / (1 - rate) if training else a


@answers.mistake(OWN, "one random number serves a whole column")
def whole_columns(a, rate, training, seed):
    keep = np.random.default_rng(seed).random(a.shape[1]) >= rate
    return a * keep / (1 - rate) if training else a


@answers.mistake(OWN, "chance alone decides")
def drops_the_small(a, rate, training, seed):
    if not training:
        return a
    return np.where(np.abs(a) >= np.quantile(np.abs(a), rate), a / (1 - rate), 0)


@answers.mistake(OWN, "how many of them fall is left to chance")
def exactly_the_rate(a, rate, training, seed):
    if not training:
        return a
    keep = np.arange(a.size) >= round(rate * a.size)
    return a * np.random.default_rng(seed).permutation(keep).reshape(a.shape) / (1 - rate)


@answers.mistake(OWN, "how many of them fall is left to chance")
def quantile_of_the_coins(a, rate, training, seed):
    if not training or rate == 0:
        return a
    coins = np.random.default_rng(seed).random(a.shape)
    return a * (coins > np.quantile(coins, rate)) / (1 - rate)


@answers.mistake(OWN, "how many of them fall is left to chance")
def exactly_the_rate_in_each_row(a, rate, training, seed):
    if not training:
        return a
    order = np.random.default_rng(seed).random(a.shape).argsort(axis=1).argsort(axis=1)
    return a * (order >= round(rate * a.shape[1])) / (1 - rate)


@answers.mistake(AVERAGE, "here it is that of surviving")
def rate_as_survival(a, rate, training, seed):
    keep = np.random.default_rng(seed).random(a.shape) < rate
    return a * keep / (1 - rate) if training else a


@answers.mistake(AVERAGE, "with which number are the random ones compared?")
def always_half(a, rate, training, seed):
    return a * kept(a, 0.5, seed) / (1 - rate) if training else a


@answers.mistake(BACK, "the argument seed is not used")
def own_seed(a, rate, training, seed):
    return masked(a, rate, training, 0)


@answers.mistake(BACK, "nothing else may draw")
def no_seed(a, rate, training, seed):
    return masked(a, rate, training, None)


@answers.mistake(BACK, "the mask depends on the values")
def seed_from_the_values(a, rate, training, seed):
    return masked(a, rate, training, [seed, int(np.abs(a).sum() * 1000)])


@answers.mistake(UNTOUCHED, "this is the old recipe")
def scaled_afterwards(a, rate, training, seed):
    return masked(a, rate, True, seed) if training else a * (1 - rate)


@answers.mistake(UNTOUCHED, "the argument training is not used")
def always_training(a, rate, training, seed):
    return masked(a, rate, True, seed)


@answers.mistake(UNTOUCHED, "nothing was dropped, so there is nothing to make up for")
def scaled_out_of_training(a, rate, training, seed):
    return masked(a, rate, True, seed) if training else a / (1 - rate)


@answers.mistake(UNTOUCHED, "with a rate of 0 all units stay")
def nothing_at_rate_zero(a, rate, training, seed):
    return masked(a, rate, training, seed) if rate else 0 * a


@answers.mistake(UNTOUCHED, "nothing may be divided by it")
def infinite_at_rate_zero(a, rate, training, seed):
    with np.errstate(all="ignore"):
        scale = (1 / (1 - rate)) * np.float64(rate) / np.float64(rate)
    return a * kept(a, rate, seed) * scale if training else a


@answers.mistake(UNTOUCHED, "out of training all units are at work")
def nothing_out_of_training(a, rate, training, seed):
    return masked(a, rate, True, seed) * training


@answers.mistake(FATES, "a belongs to the caller")
def in_place(a, rate, training, seed):
    if training:
        a[~kept(a, rate, seed)] = 0
        a /= 1 - rate
    return a


@answers.mistake(FATES, "random wants a shape")
def array_for_a_shape(a, rate, training, seed):
    return a * (np.random.default_rng(seed).random(a) >= rate) / (1 - rate)


@answers.thoughtless
def input_back(a, rate, training, seed):
    return a


@answers.thoughtless
def zeros(a, rate, training, seed):
    return 0 * a
