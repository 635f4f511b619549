"""Exercise 6.2: inverted dropout, judged by what it does on average."""

import numpy as np

from nnlib.checks.answers import array_like
from nnlib.checks.exercise import Exercise, Failed, close, same


def dropout(a, rate, training, seed):
    """`a` with some entries switched off and the others scaled up."""
    if not training:
        return a
    keep = np.random.default_rng(seed).random(a.shape) >= rate
    return a * keep / (1 - rate)


EXERCISE = Exercise(
    "6.2",
    "Drop units, and keep their average",
    dropout,
    answer=array_like("the output", 0),
    hints=(
        "Out of training there is nothing to do: return a. In training, draw one number between 0 "
        "and 1 for each entry: np.random.default_rng(seed).random(a.shape).",
        "Such a number is below rate with probability rate. So comparing all of them with rate "
        "says, for each entry at once, whether it stays.",
        "An entry x that stays with probability q and else becomes 0 has the average q x. By what "
        "do the survivors have to be divided so that the average is x?",
    ),
    errors={
        "only integer scalar arrays": "random wants a shape: rng.random(a.shape)",
        "unexpected keyword": "a seed makes a generator, np.random.default_rng(seed), and the "
        "generator draws",
        "could not be broadcast": "one random number for each entry: rng.random(a.shape)",
        "is not a finite number": "a rate of 0 drops nothing: nothing may be divided by it",
    },
    seconds=10.0,
)
RATES = 0.2, 0.3, 0.6, 0.7, 0.8  # not 0.5, for which the dropped and the kept are as many


def draw(rng, shape):
    """Entries of either sign, none near zero, a rate, and a seed."""
    a = rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 3, shape)
    return a, float(rng.choice(RATES)), int(rng.integers(10**6))


@EXERCISE.asks(
    "each entry is dropped or scaled",
    points=1,
    usually="in training an entry has two possible fates: it becomes 0, or it grows by a factor "
    "that depends on the rate alone",
)
def two_fates(f, rng):
    a, rate, seed = draw(rng, (30, 30))
    out = f(a, rate, True, seed)
    alive = out != 0
    if not alive.any():
        raise Failed("Every entry became 0.", yours="900 of 900 dropped", wanted="some survive")
    factor = out[alive] / a[alive]
    wanted = 1 / (1 - rate)
    survival = abs(alive.mean() - rate) < 0.1  # the share that survives is the rate
    known = [
        (1.0, "the survivors are as they were. The dropped ones are missing from every sum, so "
         "the survivors have to make up for them"),
        (1 / rate, "mask and factor fit each other, but take rate for the probability of "
         "surviving: it is that of being dropped" if survival else
         "this divides by the rate, which is the share that is dropped: who survives is the "
         "others"),
        (1 - rate, "the survivors shrink here, and they have to grow: they make up for the dropped "
         "ones"),
        (rate, "this multiplies by the rate: the survivors have to grow, to make up for the "
         "dropped ones"),
        (1 + rate, "close, for a small rate: ask what factor brings the average back to a"),
        (-wanted, "the signs are turned round"),
    ]  # fmt: skip
    if close(factor, np.full(len(factor), factor[0])):
        same("the factor of the survivors", float(factor[0]), wanted, mistakes=known)
    else:
        odd = np.unravel_index(np.argmax(alive & (np.abs(out / a - wanted) > 1e-5)), a.shape)
        raise Failed(
            "The survivors are not all scaled by the same factor.",
            yours=f"the output at {_place(odd)} = {out[odd]:.6g}, from {a[odd]:.6g}",
            wanted=f"the output at {_place(odd)} = 0 or {a[odd] * wanted:.6g}",
            mistake="every entry is dropped whole or kept whole; the random number decides, and "
            "doesn't multiply",
        )
    if alive.all():
        raise Failed(
            "No entry was dropped.",
            yours="0 of 900 dropped",
            wanted=f"about {900 * rate:.0f} of 900",
            mistake="nothing is dropped: which of the entries does the random number switch off?",
        )


def _place(index):
    return f"[{', '.join(str(int(i)) for i in index)}]"


@EXERCISE.asks(
    "each entry has a chance of its own",
    points=1,
    usually="one random number for every entry, none of them shared",
)
def independent(f, rng):
    a, rate, seed = draw(rng, (30, 40))
    alive = f(a, rate, True, seed) != 0
    rows, columns = alive.mean(axis=1), alive.mean(axis=0)
    for shares, what, mistake in (
        (rows, "row", "one random number serves a whole row, a unit for the whole minibatch"),
        (columns, "column", "one random number serves a whole column, all units of an example"),
    ):
        if np.isin(shares, [0, 1]).all():
            raise Failed(
                f"In each {what} either everything is dropped or nothing.",
                yours=f"the shares dropped in the first {what}s: {_shares(1 - shares[:4])}",
                wanted=f"each about {rate}",
                mistake=f"{mistake}: draw one for every entry",
            )
    for lines, what, mistake in (
        (alive, "row", "the same random numbers serve every row"),
        (alive.T, "column", "the same random numbers serve every column"),
    ):
        if (lines == lines[0]).all() and not alive.all():
            raise Failed(
                f"Every {what} drops the same places.",
                yours=f"the first two {what}s agree in {len(lines[0])} of {len(lines[0])} places",
                wanted=f"about {(rate**2 + (1 - rate) ** 2) * len(lines[0]):.0f} agree",
                mistake=f"{mistake}: draw one for every entry",
            )
    if alive.all() or not alive.any():
        raise Failed("All entries have the same fate.", yours="all alike", wanted="a mixture")
    order = np.argsort(np.abs(a), axis=None)
    sorted_alive = alive.ravel()[order]
    half = len(order) // 2
    if abs(sorted_alive[:half].mean() - sorted_alive[half:].mean()) > 0.25:
        raise Failed(
            "What is dropped depends on the size of the entry.",
            yours=f"share dropped of the smaller half: {1 - sorted_alive[:half].mean():.2f}, "
            f"of the larger: {1 - sorted_alive[half:].mean():.2f}",
            wanted=f"both about {rate}",
            mistake="chance alone decides, and not how large an entry is",
        )
    count_varies(f, a, rate, seed)


def count_varies(f, a, rate, seed):
    """Whether other seeds drop other numbers of entries; six agree once in 1e7 draws."""
    masks = [f(a, rate, True, seed + k) == 0 for k in range(6)]
    counts = {int(mask.sum()) for mask in masks}
    if len(counts) > 1 or (masks[0] == masks[1:]).all():
        return
    spread = np.sqrt(a.size * rate * (1 - rate))
    raise Failed(
        "Every seed drops the same number of entries.",
        yours=f"{counts.pop()} of {a.size} dropped, with each of six seeds",
        wanted=f"{a.size * rate:.0f}, give or take {spread:.0f}",
        mistake="each entry is dropped by a coin of its own, that knows nothing of the others: how "
        "many of them fall is left to chance, too",
    )


def _shares(shares):
    return ", ".join(f"{share:.2f}" for share in shares)


@EXERCISE.asks(
    "the average of many draws",
    points=2,
    cases=2,
    usually="over many draws, what an entry is worth on average has to be what it was",
)
def expectation(f, rng):
    """Five units, each with one value 10,000 times over; a mean may be 5 standard errors off."""
    n, rate = 10_000, float(rng.choice(RATES))
    value = np.sort(rng.uniform(0.5, 3, 5))
    a = np.repeat(value[:, np.newaxis], n, axis=1)
    out = f(a, rate, True, int(rng.integers(10**6)))
    means, dropped = out.mean(axis=1), (out == 0).mean()
    error = 5 * np.sqrt(rate / (1 - rate) / n)
    if not dropped:
        raise Failed("No entry was dropped.", yours="none", wanted=f"a share of {rate}")
    if (np.abs(means / value - 1) <= error).all():
        return
    unit = int(np.abs(means / value - 1).argmax())
    if abs(dropped - (1 - rate)) < 0.02:
        mistake = (
            f"with the rate {rate} a share of {1 - rate:.1f} is dropped: rate is the probability "
            "of being dropped, and here it is that of surviving"
        )
    elif abs(dropped - rate) > 0.02:
        mistake = (
            f"the share that is dropped is not the rate, {rate}: with which number are the random "
            "ones compared?"
        )
    else:
        mistake = ""
    raise Failed(
        f"The average of unit {unit} over its {n:,} examples is not what it has to be.",
        yours=f"{means[unit]:.4g}, with {dropped:.3f} of the entries dropped",
        wanted=f"{value[unit]:.4g}, give or take {error * value[unit]:.2g}",
        mistake=mistake,
    )


@EXERCISE.asks(
    "the way back, through the same mask",
    points=1,
    usually="the seed alone decides which entries are dropped, so that the gradient can pass "
    "through the same mask",
)
def same_mask(f, rng):
    a, rate, seed = draw(rng, (12, 25))
    g = rng.choice([-1.0, 1.0], a.shape) * rng.uniform(0.5, 3, a.shape)
    there, back = f(a, rate, True, seed) != 0, f(g, rate, True, seed) != 0
    other = f(a, rate, True, seed + 1) != 0
    again = f(a, rate, True, seed) != 0
    agree = f"the two masks agree in {(there == back).sum()} of {a.size} entries"
    if (there == other).all():
        raise Failed(
            "With another seed the same entries are dropped.",
            yours=f"the masks of seeds {seed} and {seed + 1} are the same",
            wanted="two different masks",
            mistake="the argument seed is not used: every step of a training has to draw anew",
        )
    if (there != again).any():
        raise Failed(
            "Called twice with the same arguments, the function drops other entries.",
            yours=f"{(there != again).sum()} of {a.size} entries differ",
            wanted="0 differ",
            mistake="the generator has to be made inside the function, from the seed, and nothing "
            "else may draw",
        )
    if (there != back).any():
        raise Failed(
            "Another array of the same shape, with the same seed, gets another mask.",
            yours=agree,
            wanted="all agree",
            mistake="the mask depends on the values: the gradient that comes back is another array "
            "and needs the mask of the way there",
        )


@EXERCISE.asks(
    "out of training, and with a rate of 0",
    points=1,
    usually="a network that is used, and not trained, uses all its units as they are",
)
def untouched(f, rng):
    a, rate, seed = draw(rng, (6, 20))
    busy = f(a, rate, True, seed)
    if close(busy, a):
        raise Failed("In training nothing is dropped.", yours="the input", wanted="some zeros")
    same(
        "the output at rate 0",
        f(a, 0.0, True, seed),
        a,
        mistakes=[(0 * a, "with a rate of 0 all units stay")],
    )
    same(
        "the output out of training",
        f(a, rate, False, seed),
        a,
        mistakes=[
            (busy, "the argument training is not used: the mask falls in training alone"),
            (a * (1 - rate), "this is the old recipe, where the survivors aren't scaled in "
             "training and everything is scaled afterwards: here the training has done it"),
            (a / (1 - rate), "nothing was dropped, so there is nothing to make up for"),
            (0 * a, "out of training all units are at work"),
        ],
    )  # fmt: skip
