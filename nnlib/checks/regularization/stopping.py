"""Exercise 6.3: early stopping that looks neither at the future nor at the test set."""

import numpy as np

from nnlib.checks.answers import number, several
from nnlib.checks.exercise import Exercise, Failed, close, same


def early_stopping(losses, accuracies, patience):
    """(last epoch trained, epoch whose weights are kept, its accuracy)."""
    best, kept = np.inf, 0
    for epoch, loss in enumerate(losses):
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            break
    return epoch, kept, accuracies[kept]


EXERCISE = Exercise(
    "6.3",
    "Stop early, without peeking",
    early_stopping,
    answer=several(
        number("stopped"), number("kept"), number("accuracy"), names="stopped, kept and accuracy"
    ),
    hints=(
        "Go through the losses in a loop, one epoch at a time, as if the next were not there yet. "
        "Remember two things: the lowest loss so far, and its epoch.",
        "In each turn one of three things happens. The loss is below the lowest so far: remember "
        "it. It isn't, and patience has run out: leave the loop. Or training goes on.",
        "How long is it since the best epoch? That is epoch - kept, so no counter is needed. "
        "`nan < lowest` is never true, which is what we want here.",
        "After the loop, look at accuracies, once: at the place of the epoch that is kept.",
    ),
    errors={
        "out of bounds": "a training may end before patience has run out: the losses end there, "
        "too",
    },
)


def truth(losses, patience):
    """The epochs (stopped, kept), found from the places where a new lowest loss stands."""
    low, records = np.inf, []
    for epoch in range(len(losses)):
        if losses[epoch] < low:
            low = losses[epoch]
            records.append(epoch)
    gaps = np.diff([*records, len(losses) + patience])
    kept = records[int(np.argmax(gaps > patience))]
    return min(kept + patience, len(losses) - 1), kept


def draw(rng, steps):
    """Losses that move by `steps`, each a little longer or shorter, and accuracies below them."""
    steps = np.array(steps, float) * rng.uniform(0.8, 1.2, len(steps))
    losses = 2 + 0.1 * np.cumsum(steps)
    return losses, rng.permutation(np.linspace(0.71, 0.97, len(losses)))


def judge(f, losses, accuracies, patience, mistakes=()):
    """Compare the two epochs with the true ones and return the accuracy that is reported."""
    stopped, kept, accuracy = f(losses, accuracies, patience)
    wanted = truth(losses, patience)
    if (stopped, kept) == wanted:
        return accuracy
    finite = np.where(np.isnan(losses), np.inf, losses)
    lowest = int(np.argmin(finite))
    last = len(losses) - 1
    known = [
        *mistakes,
        ((wanted[1], wanted[1]), "stopped is the last epoch that was trained. To know that it has "
         "to stop, the training went on for as long as patience lasts"),
        ((wanted[0], wanted[0]), "the weights of the last epoch are kept; those of the best epoch "
         "are wanted"),
        ((wanted[0] + 1, wanted[1]), "one epoch too many: patience epochs without a new best are "
         "enough"),
        ((wanted[0] - 1, wanted[1]), "one epoch too few: patience has run out when that many "
         "epochs have passed since the best one"),
        (truth(losses, 1), "training stops at the first epoch that is no better, whatever "
         "patience says"),
        ((last, lowest), "this trains to the last epoch, and looks for the best one afterwards: "
         "patience is not used"),
        ((wanted[0], lowest), "the epoch that is kept lies after the stop, where nothing was "
         "trained: the answer has seen the future"),
        *[(epochs, "the epoch was chosen by the test accuracy; choose by the losses")
          for epochs in by_accuracy(accuracies, patience, wanted[0])],
        (truth(-losses, patience), "a loss is best where it is lowest, not highest"),
        (wanted[::-1], "the order is stopped, kept, accuracy"),
    ]  # fmt: skip
    raise Failed(
        "The epochs are not what they have to be.",
        yours=f"stopped {stopped:g}, kept {kept:g}",
        wanted=f"stopped {wanted[0]}, kept {wanted[1]}",
        mistake=next((why for value, why in known if value == (stopped, kept)), ""),
    )


def by_accuracy(accuracies, patience, stopped):
    """The epochs (stopped, kept) where the highest accuracy chooses, in three ways."""
    highest = int(np.argmax(accuracies))
    return (
        truth(-accuracies, patience),
        (stopped, highest),
        (len(accuracies) - 1, highest),
        (stopped, int(np.argmax(accuracies[: stopped + 1]))),
    )


@EXERCISE.asks(
    "down, and up again",
    points=1,
    usually="the lowest loss so far, and how many epochs ago it was: both matter in every epoch",
)
def one_valley(f, rng):
    down, patience = int(rng.integers(3, 7)), int(rng.integers(3, 5))
    losses, accuracies = draw(rng, [-1] * down + [0.5] * 8)
    accuracies[[0, 1]], accuracies[down - 1] = [0.98, 0.99], 0.9
    judge(f, losses, accuracies, patience)


@EXERCISE.asks(
    "a bumpy way down",
    points=1,
    usually="what counts is the time since the best epoch; the epoch before, and what happened "
    "earlier, don't",
)
def bumpy(f, rng):
    """Bumps shorter than patience that are made up for, and a last one that isn't."""
    patience = 3
    wave = [-2, 1, -0.5, -2, 1, 0.6, -3, 0.8, -0.3, -2]
    losses, accuracies = draw(rng, [*wave, 3, -0.4, -0.5, -0.4, 0.4, 0.4, 0.4, 0.4])
    judge(
        f, losses, accuracies, patience,
        [
            (counted(losses, patience, reset=lambda loss, before, best: loss < before), "each "
             "loss is compared with the one before: a slow way down from a bump is no new best"),
            (counted(losses, patience, reset=lambda loss, before, best: False), "a new best sets "
             "the count of epochs without one back to 0"),
        ],
    )  # fmt: skip


def counted(losses, patience, reset):
    """The epochs (stopped, kept) by a count of bad epochs that `reset` sets back, or spares."""
    best, before, kept, count = np.inf, np.inf, 0, 0
    for epoch, loss in enumerate(losses):
        if reset(loss, before, best):
            count = 0
        elif not loss < best:
            count += 1
        if loss < best:
            best, kept = loss, epoch
        if count == patience:
            break
        before = loss
    return epoch, kept


@EXERCISE.asks(
    "a future that nobody knows",
    points=1,
    usually="what comes after the stop can't change the answer, because it never happens",
)
def future(f, rng):
    """The same losses up to the stop, and after it another, deeper valley, or none."""
    patience, down = int(rng.integers(2, 4)), int(rng.integers(3, 6))
    losses, accuracies = draw(rng, [-1] * down + [0.5] * patience + [-3, -3, 0.5, 0.5, 0.5, 0.5])
    stopped, kept = truth(losses, patience)
    other = losses.copy()
    other[stopped + 1 :] = losses[stopped] + rng.uniform(0.1, 1, len(losses) - stopped - 1)
    first = f(losses, accuracies, patience)
    second = f(other, accuracies, patience)
    if first[:2] != second[:2]:
        raise Failed(
            f"The answer depends on losses after epoch {stopped}, where the training has stopped.",
            yours=f"kept {first[1]:g} of one future, {second[1]:g} of another",
            wanted=f"kept {kept} of both",
            mistake="the answer has seen the future: in each epoch only the losses up to this one "
            "are known",
        )
    judge(f, losses, accuracies, patience)


@EXERCISE.asks(
    "the test set is opened once",
    points=1,
    usually="of all the accuracies only one may matter, and nothing may be chosen by it",
)
def test_set(f, rng):
    down, patience = int(rng.integers(3, 7)), int(rng.integers(3, 5))
    losses, accuracies = draw(rng, [-1] * down + [0.5] * 8)
    stopped, kept = truth(losses, patience)
    accuracies[kept] = 0.9
    accuracies[stopped], accuracies[kept + 1] = 0.87, 0.985
    accuracies[-2], accuracies[-1] = 0.99, 0.88
    accuracy = judge(f, losses, accuracies, patience)
    same(
        "accuracy",
        accuracy,
        accuracies[kept],
        mistakes=[
            (accuracies[stopped], "this is the accuracy of the last weights: the weights of the "
             "best epoch are kept, and they are what is reported"),
            (accuracies.max(), "this is the highest accuracy of all epochs: whoever chooses it has "
             "chosen by the test set"),
            (accuracies[: stopped + 1].max(), "this is the highest accuracy up to the stop: "
             "whoever chooses it has chosen by the test set"),
            (accuracies[-1], "this is the accuracy after an epoch that was never trained"),
            (losses[kept], "this is the validation loss; the accuracy on the test set is wanted"),
            (accuracies[: stopped + 1].mean(), "one epoch's accuracy is wanted, not a mean"),
        ],
    )  # fmt: skip
    other = np.roll(accuracies, 1)
    other[kept] = 0.8
    if not close(judge(f, losses, other, patience), 0.8):
        raise Failed(
            "With other accuracies the report doesn't follow.",
            yours="another number than accuracies[kept]",
            wanted=f"accuracies[{kept}] = 0.8",
        )


@EXERCISE.asks(
    "equal losses, a diverged epoch, and a training that ends",
    points=1,
    usually="neither an equal loss nor nan is a new best, and after the last loss there is no more",
)
def edges(f, rng):
    down = int(rng.integers(4, 7))
    losses, accuracies = draw(rng, [-1] * down + [0.5] * 6)
    losses[down] = losses[down + 1] = losses[down - 1]
    judge(
        f, losses, accuracies, 3,
        [((down + 4, down + 1), "a loss that equals the lowest is no new best")],
    )  # fmt: skip
    losses, accuracies = draw(rng, [-1] * down + [0.5] * 6)
    losses[down - 2] = np.nan
    judge(
        f, losses, accuracies, 3,
        [
            ((down + 1, down - 2), "nan is no new best: it is below nothing, and nothing is below "
             "it; and np.argmin takes it for the least"),
            (truth(losses[: down - 1], 3), "a diverged epoch is one without a new best; it is "
             "not the end"),
        ],
    )  # fmt: skip
    diverged_after_the_best(f, rng, down)
    losses, accuracies = draw(rng, [-1] * down + [0.5, 0.5])
    judge(f, losses, accuracies, 5)


def diverged_after_the_best(f, rng, down):
    """Two nan after the lowest loss: one before a loss that is lower than all but the lowest,
    one in the epoch in which patience runs out."""
    losses, accuracies = draw(rng, [-1] * down + [0.3] * 9)
    best = down - 1
    losses[[best + 1, best + 3]] = np.nan
    passed = "an epoch that diverged has passed, too: it counts for patience"
    judge(
        f, losses, accuracies, 3,
        [
            ((best + 7, best + 4), "nan has become the best so far: no loss is above it or equal "
             "to it, so whatever comes next is taken for better"),
            ((best + 4, best), passed),
            ((best + 5, best), passed),
        ],
    )  # fmt: skip
