"""Answers to exercise 6.3: early stopping."""

import numpy as np

from answers import Answers

answers = Answers("6.3")
VALLEY, BUMPY, FUTURE, TEST, EDGES = (
    "down, and up again",
    "a bumpy way down",
    "a future that nobody knows",
    "the test set is opened once",
    "equal losses, a diverged epoch, and a training that ends",
)


def run(losses, patience):
    best, kept = float("inf"), 0
    for epoch in range(len(losses)):
        if losses[epoch] < best:
            best, kept = losses[epoch], epoch
        if epoch - kept == patience:
            return epoch, kept
    return len(losses) - 1, kept


@answers.correct
def one_loop(losses, accuracies, patience):
    stopped, kept = run(losses, patience)
    return stopped, kept, accuracies[kept]


@answers.correct
def with_a_counter(losses, accuracies, patience):
    best, kept, bad, epoch = losses[0], 0, 0, 0
    while bad < patience and epoch + 1 < len(losses):
        epoch += 1
        if losses[epoch] < best:
            best, kept, bad = losses[epoch], epoch, 0
        else:
            bad += 1
    return np.int64(epoch), np.int64(kept), np.float32(accuracies[kept])


@answers.correct
def by_prefixes(losses, accuracies, patience):
    for epoch in range(len(losses)):
        kept = int(np.nanargmin(losses[: epoch + 1]))
        if epoch >= kept + patience:
            break
    return [epoch, kept, accuracies[kept]]


@answers.correct
def by_accumulation(losses, accuracies, patience):
    low = np.fmin.accumulate(losses)
    new = np.append(True, low[1:] < low[:-1])
    latest = np.maximum.accumulate(np.where(new, np.arange(len(losses)), 0))
    over = np.flatnonzero(np.arange(len(losses)) - latest >= patience)
    stopped = over[0] if len(over) else len(losses) - 1
    return stopped, latest[stopped], accuracies[latest[stopped]]


@answers.mistake(VALLEY, "To know that it has to stop")
def stops_at_the_best(losses, accuracies, patience):
    _, kept = run(losses, patience)
    return kept, kept, accuracies[kept]


@answers.mistake(VALLEY, "the weights of the last epoch are kept")
def keeps_the_last(losses, accuracies, patience):
    stopped, _ = run(losses, patience)
    return stopped, stopped, accuracies[stopped]


@answers.mistake(VALLEY, "one epoch too many")
def one_too_many(losses, accuracies, patience):
    stopped, kept = run(losses, patience + 1)
    return stopped, kept, accuracies[kept]


@answers.mistake(VALLEY, "one epoch too few")
def one_too_few(losses, accuracies, patience):
    stopped, kept = run(losses, patience - 1) if patience > 1 else (0, 0)
    return stopped, kept, accuracies[kept]


@answers.mistake(VALLEY, "whatever patience says")
def no_patience(losses, accuracies, patience):
    stopped, kept = run(losses, 1)
    return stopped, kept, accuracies[kept]


@answers.mistake(VALLEY, "patience is not used")
def no_stopping(losses, accuracies, patience):
    kept = int(np.nanargmin(losses))
    return len(losses) - 1, kept, accuracies[kept]


@answers.mistake(VALLEY, "the epoch was chosen by the test accuracy; choose by the losses")
def chosen_by_the_test_set(losses, accuracies, patience):
    stopped, _ = run(losses, patience)
    kept = int(np.argmax(accuracies))
    return stopped, kept, accuracies[kept]


@answers.mistake(VALLEY, "the epoch was chosen by the test accuracy; choose by the losses")
def stopped_by_the_test_set(losses, accuracies, patience):
    stopped, kept = run(-np.array(accuracies), patience)
    return stopped, kept, accuracies[kept]


@answers.mistake(VALLEY, "the epoch was chosen by the test accuracy; choose by the losses")
def most_accurate_epoch(losses, accuracies, patience):
    kept = int(np.argmax(accuracies))
    return len(losses) - 1, kept, accuracies[kept]


@answers.mistake(VALLEY, "not highest")
def highest_loss(losses, accuracies, patience):
    stopped, kept = run(-np.array(losses), patience)
    return stopped, kept, accuracies[kept]


@answers.mistake(BUMPY, "each loss is compared with the one before")
def against_the_one_before(losses, accuracies, patience):
    best, kept, bad = float("inf"), 0, 0
    for epoch, loss in enumerate(losses):
        bad = bad + 1 if epoch and not loss < losses[epoch - 1] else 0
        if loss < best:
            best, kept = loss, epoch
        if bad == patience:
            break
    return epoch, kept, accuracies[kept]


@answers.mistake(BUMPY, "sets the count of epochs without one back to 0")
def counter_never_reset(losses, accuracies, patience):
    best, kept, bad = float("inf"), 0, 0
    for epoch, loss in enumerate(losses):
        if loss < best:
            best, kept = loss, epoch
        else:
            bad += 1
        if bad == patience:
            break
    return epoch, kept, accuracies[kept]


@answers.mistake(FUTURE, "the answer has seen the future")
def lowest_of_all(losses, accuracies, patience):
    stopped, _ = run(losses, patience)
    kept = int(np.nanargmin(losses))
    return stopped, kept, accuracies[kept]


@answers.mistake(FUTURE, "the answer has seen the future")
def waits_for_the_lowest_of_all(losses, accuracies, patience):
    kept = int(np.nanargmin(losses))
    stopped = min(kept + patience, len(losses) - 1)
    return stopped, kept, accuracies[kept]


@answers.mistake(TEST, "this is the accuracy of the last weights")
def reports_the_last(losses, accuracies, patience):
    stopped, kept = run(losses, patience)
    return stopped, kept, accuracies[stopped]


@answers.mistake(TEST, "this is the highest accuracy of all epochs")
def reports_the_highest(losses, accuracies, patience):
    stopped, kept = run(losses, patience)
    return stopped, kept, max(accuracies)


@answers.mistake(TEST, "this is the highest accuracy up to the stop")
def reports_the_highest_so_far(losses, accuracies, patience):
    stopped, kept = run(losses, patience)
    return stopped, kept, max(accuracies[: stopped + 1])


@answers.mistake(TEST, "after an epoch that was never trained")
def reports_the_end(losses, accuracies, patience):
    stopped, kept = run(losses, patience)
    return stopped, kept, accuracies[-1]


@answers.mistake(TEST, "one epoch's accuracy is wanted, not a mean")
def reports_the_mean(losses, accuracies, patience):
    stopped, kept = run(losses, patience)
    return stopped, kept, np.mean(accuracies[: stopped + 1])


@answers.mistake(TEST, "this is the validation loss")
def reports_the_loss(losses, accuracies, patience):
    stopped, kept = run(losses, patience)
    return stopped, kept, losses[kept]


@answers.mistake(EDGES, "a loss that equals the lowest is no new best")
def ties_count(losses, accuracies, patience):
    best, kept = float("inf"), 0
    for epoch, loss in enumerate(losses):
        if loss <= best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            break
    return epoch, kept, accuracies[kept]


@answers.mistake(EDGES, "np.argmin takes it for the least")
def argmin_takes_nan(losses, accuracies, patience):
    for epoch in range(len(losses)):
        kept = int(np.argmin(losses[: epoch + 1]))
        if epoch >= kept + patience:
            break
    return epoch, kept, accuracies[kept]


@answers.mistake(EDGES, "nan has become the best so far")
def nan_is_a_new_best(losses, accuracies, patience):
    kept = 0
    for epoch in range(1, len(losses)):
        if not losses[epoch] >= losses[kept]:
            kept = epoch
        elif epoch - kept >= patience:
            break
    return epoch, kept, accuracies[kept]


@answers.mistake(EDGES, "an epoch that diverged has passed, too: it counts for patience")
def nan_is_skipped(losses, accuracies, patience):
    best, kept = float("inf"), 0
    for epoch, loss in enumerate(losses):
        if np.isnan(loss):
            continue
        if loss < best:
            best, kept = loss, epoch
        elif epoch - kept >= patience:
            break
    return epoch, kept, accuracies[kept]


@answers.mistake(EDGES, "an epoch that diverged has passed, too: it counts for patience")
def nan_is_not_counted(losses, accuracies, patience):
    best, kept, bad = float("inf"), 0, 0
    for epoch, loss in enumerate(losses):
        if loss < best:
            best, kept, bad = loss, epoch, 0
        elif loss >= best:
            bad += 1
        if bad == patience:
            break
    return epoch, kept, accuracies[kept]


@answers.mistake(EDGES, "a training may end before patience has run out")
def runs_beyond_the_end(losses, accuracies, patience):
    best, kept, epoch = losses[0], 0, 0
    while epoch - kept < patience:
        epoch += 1
        if losses[epoch] < best:
            best, kept = losses[epoch], epoch
    return epoch, kept, accuracies[kept]


@answers.mistake(VALLEY, "the order is stopped, kept, accuracy")
def other_order(losses, accuracies, patience):
    stopped, kept = run(losses, patience)
    return kept, stopped, accuracies[kept]


@answers.mistake(VALLEY, "The answer has to be 3 things")
def two_things(losses, accuracies, patience):
    return run(losses, patience)


@answers.thoughtless
def first_epoch(losses, accuracies, patience):
    return 0, 0, accuracies[0]


@answers.thoughtless
def lowest_and_last(losses, accuracies, patience):
    kept = int(np.nanargmin(losses))
    return len(losses) - 1, kept, accuracies[kept]


@answers.thoughtless
def patience_itself(losses, accuracies, patience):
    return patience, 0, accuracies[0]
