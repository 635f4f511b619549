"""Answers to exercise 2.6: logistic regression by stochastic gradient descent."""

import math

import numpy as np

from answers import Answers

answers = Answers("2.6")
STEP, LOSSES, ONCE, VALLEY, ORDER, SEED, FAR = (
    "one step over all examples",
    "the losses, one for each epoch",
    "every example once in an epoch",
    "down to the valley",
    "a new order in every epoch",
    "the seed decides",
    "sure and wrong: z far beyond 1000",
)


def squash(z):
    return (1 + np.tanh(z / 2)) / 2


def stable_loss(z, t):
    return np.mean(np.maximum(z, 0) - t * z + np.log1p(np.exp(-abs(z))))


@answers.correct
def weights_in_one_vector(X, t, epochs, eta, batch_size, seed):
    rng = np.random.default_rng(seed)
    longer, v, history = np.column_stack([X, np.ones(len(X))]), np.zeros(X.shape[1] + 1), []
    for _ in range(epochs):
        order = list(range(len(X)))
        rng.shuffle(order)
        while order:
            batch, order = order[:batch_size], order[batch_size:]
            error = squash(longer[batch] @ v) - t[batch]
            v -= eta * error @ longer[batch] / len(batch)
        history.append(stable_loss(longer @ v, t))
    return v[:-1], v[-1], np.array(history)


@answers.correct
def float32(X, t, epochs, eta, batch_size, seed):
    X, eta = X.astype(np.float32), np.float32(eta)
    rng, history = np.random.default_rng(seed), []
    w, b = np.zeros(X.shape[1], np.float32), np.float32(0)
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for batch in np.split(order, range(batch_size, len(X), batch_size)):
            error = squash(X[batch] @ w + b) - t[batch].astype(np.float32)
            w = w - eta * X[batch].T @ error / np.float32(len(batch))
            b = b - eta * error.mean()
        history.append(stable_loss(X @ w + b, t.astype(np.float32)))
    return w, b, history


@answers.correct
def in_loops(X, t, epochs, eta, batch_size, seed):
    rng, features = np.random.default_rng(seed), range(X.shape[1])
    rows, targets = X.tolist(), t.tolist()
    w, b, history = [0.0 for _ in features], 0.0, []
    for _ in range(epochs):
        order = rng.permutation(len(rows)).tolist()
        for start in range(0, len(rows), batch_size):
            batch = order[start : start + batch_size]
            dw, db = [0.0 for _ in features], 0.0
            for i in batch:
                z = sum(w[j] * rows[i][j] for j in features) + b
                e = math.exp(-abs(z))
                error = (1 if z >= 0 else e) / (1 + e) - targets[i]
                db += error / len(batch)
                for j in features:
                    dw[j] += error * rows[i][j] / len(batch)
            w, b = [w[j] - eta * dw[j] for j in features], b - eta * db
        history.append(float(stable_loss(X @ np.array(w) + b, t)))
    return np.array(w), b, tuple(history)


@answers.correct
def shuffled_copies(X, t, epochs, eta, batch_size, seed):
    """Shuffles a copy of X and t together, on top of the last order; other random numbers."""
    rng = np.random.Generator(np.random.MT19937(seed))
    data, w, b, history = np.column_stack([X, t]), np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        rng.shuffle(data)
        for start in range(0, len(data), batch_size):
            x, target = data[start : start + batch_size, :-1], data[start : start + batch_size, -1]
            error = squash(x @ w + b) - target
            w, b = w - eta * np.mean(x * error[:, np.newaxis], axis=0), b - eta * np.mean(error)
        history.append(stable_loss(X @ w + b, t))
    return w, b, history


def in_pieces(order, size):
    return [order[start : start + size] for start in range(0, len(order), size)]


def variant(
    X,
    t,
    epochs,
    eta,
    batch_size,
    seed,
    *,
    orders=None,
    pieces=in_pieces,
    gradient=lambda X, t, y, size: (X.T @ (y - t) / len(t), np.mean(y - t)),
    loss=lambda z, t, before: stable_loss(z, t),
    rate=lambda epoch: 1.0,
    start=lambda rng, n: (np.zeros(n), 0.0),
    stale=False,
):
    """The right answer, of which a part can be changed."""
    rng = np.random.default_rng(seed)
    w, b = start(np.random.default_rng(seed), X.shape[1])
    history = []
    for epoch in range(epochs):
        order = orders(seed, epoch, len(X)) if orders else rng.permutation(len(X))
        before = X @ w + b
        for batch in pieces(order, batch_size):
            z = before[batch] if stale else X[batch] @ w + b
            dw, db = gradient(X[batch], t[batch], squash(z), batch_size)
            w, b = w - eta * rate(epoch) * dw, b - eta * rate(epoch) * db
        history.append(loss(X @ w + b, t, before))
    return w, b, history


def wrong(name, fails, says, **changes):
    def answer(X, t, epochs, eta, batch_size, seed):
        return variant(X, t, epochs, eta, batch_size, seed, **changes)

    answer.__name__ = name
    answers.mistake(fails, says)(answer)


def uphill(X, t, y, size):
    return X.T @ (t - y) / len(t), np.mean(t - y)


def summed(X, t, y, size):
    return X.T @ (y - t), np.sum(y - t)


def by_batch_size(X, t, y, size):
    return X.T @ (y - t) / size, np.sum(y - t) / size


def by_the_smaller(X, t, y, size):
    """Divides by batch_size, or by the number of all examples where that is smaller."""
    return X.T @ (y - t) / min(size, 5), np.sum(y - t) / min(size, 5)


def no_bias(X, t, y, size):
    return X.T @ (y - t) / len(t), 0.0


def with_slope(X, t, y, size):
    delta = (y - t) * y * (1 - y)
    return X.T @ delta / len(t), np.mean(delta)


def squared(z, t, before):
    return np.mean((squash(z) - t) ** 2)


def half_the_cross_entropy(z, t, before):
    return np.mean(-t * np.log(squash(z)))


def by_log(z, t, before):
    y = squash(z)
    return -np.mean(t * np.log(y) + (1 - t) * np.log(1 - y))


def by_log_with_a_bit(z, t, before):
    y = squash(z)
    return -np.mean(t * np.log(y + 1e-15) + (1 - t) * np.log(1 - y + 1e-15))


def no_rest(order, size):
    return in_pieces(order[: len(order) // size * size or None], size)


def overlapping(order, size):
    return [order[i : i + size] for i in range(max(len(order) - size, 0) + 1)]


wrong("goes_uphill", STEP, "a loss should fall", gradient=uphill)
wrong("sums_the_minibatch", STEP, "a step takes the mean", gradient=summed)
wrong("bias_stays", STEP, "b has to learn, too", gradient=no_bias)
wrong("slope_of_squared_error", STEP, "with cross-entropy the slope", gradient=with_slope)
wrong("random_start", STEP, "start with zeros",
      start=lambda rng, n: (0.1 * rng.normal(size=n), 0.0))  # fmt: skip
wrong("loss_before", LOSSES, "these are the losses before each epoch",
      loss=lambda z, t, before: stable_loss(before, t))  # fmt: skip
wrong("loss_of_the_sum", LOSSES, "this is the sum over the examples",
      loss=lambda z, t, before: stable_loss(z, t) * len(t))  # fmt: skip
wrong("loss_with_a_minus", LOSSES, "the sign: the loss is minus",
      loss=lambda z, t, before: -stable_loss(z, t))  # fmt: skip
wrong("squared_loss", LOSSES, "this is the squared error", loss=squared)
wrong("one_sided_loss", LOSSES, "the examples with target 0 are left out",
      loss=half_the_cross_entropy)  # fmt: skip
wrong("accuracy", LOSSES, "this is the share of right answers",
      loss=lambda z, t, before: np.mean((z > 0) == t))  # fmt: skip
wrong("rate_falls", LOSSES, "history[k] is the mean cross-entropy",
      rate=lambda epoch: 1 / (1 + epoch))  # fmt: skip
wrong("divides_by_batch_size", STEP, "divide by the number that are there",
      gradient=by_batch_size)  # fmt: skip
wrong("divides_by_it_unless_too_large", ONCE, "divide by its own length", gradient=by_the_smaller)
wrong("last_one_left_out", ONCE, "the last, shorter minibatch is left out",
      pieces=no_rest)  # fmt: skip
wrong("one_minibatch_an_epoch", ONCE, "here it is one step",
      pieces=lambda order, size: [order[:size]])  # fmt: skip
wrong("pieces_overlap", ONCE, "some examples are in two minibatches",
      pieces=overlapping)  # fmt: skip
wrong("never_shuffled", ORDER, "the examples are never shuffled",
      orders=lambda seed, epoch, n: np.arange(n))  # fmt: skip
wrong("shuffled_once", ORDER, "every epoch has the same order",
      orders=lambda seed, epoch, n: np.random.default_rng(seed).permutation(n))  # fmt: skip
wrong("stale_outputs", ORDER, "compute z anew in each step", stale=True)
wrong("own_seed", SEED, "the argument seed is not used",
      orders=lambda seed, epoch, n: np.random.default_rng([7, epoch]).permutation(n))  # fmt: skip
wrong("no_seed", SEED, "a run has to be repeatable",
      orders=lambda seed, epoch, n: np.random.default_rng().permutation(n))  # fmt: skip
wrong("log_of_zero", FAR, "log(0) is minus infinity", loss=by_log)
wrong("log_with_a_bit", FAR, "the loss is cut off at some bound", loss=by_log_with_a_bit)


@answers.mistake(ONCE, "some examples come twice and others never")
def with_replacement(X, t, epochs, eta, batch_size, seed):
    def pieces(order, size):
        if size >= len(order):
            return [order]
        steps = -(-len(order) // size)
        rng = np.random.default_rng([seed, int(order[0])])
        return [rng.integers(0, len(order), size) for _ in range(steps)]

    return variant(X, t, epochs, eta, batch_size, seed, pieces=pieces)


@answers.mistake(STEP, "X and t have come apart")
def targets_shuffled_apart(X, t, epochs, eta, batch_size, seed):
    rng = np.random.default_rng(seed)
    return variant(X, rng.permutation(t), epochs, eta, batch_size, seed)


@answers.mistake(VALLEY, "history has to have 40 entries")
def stops_when_the_loss_rises(X, t, epochs, eta, batch_size, seed):
    w, b, history = variant(X, t, epochs, eta, batch_size, seed)
    rises = np.flatnonzero(np.diff(history) > 0)
    return w, b, history[: rises[0] + 1] if rises.size else history


@answers.mistake(VALLEY, "return the weights as the last epoch has left them")
def returns_the_best(X, t, epochs, eta, batch_size, seed):
    runs = [variant(X, t, n, eta, batch_size, seed) for n in range(1, epochs + 1)]
    best = min(runs, key=lambda run: run[2][-1])
    return best[0], best[1], runs[-1][2]


@answers.mistake(STEP, "each step here uses one example alone")
def always_one_example(X, t, epochs, eta, batch_size, seed):
    return variant(X, t, epochs, eta, 1, seed)


@answers.mistake(STEP, "with a w that had moved already")
def bias_after_the_weights(X, t, epochs, eta, batch_size, seed):
    rng = np.random.default_rng(seed)
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(epochs):
        for batch in in_pieces(rng.permutation(len(X)), batch_size):
            w = w - eta * X[batch].T @ (squash(X[batch] @ w + b) - t[batch]) / len(batch)
            b = b - eta * np.mean(squash(X[batch] @ w + b) - t[batch])
        history.append(stable_loss(X @ w + b, t))
    return w, b, history


@answers.mistake(ONCE, "below the loop over its minibatches")
def a_loss_for_each_step(X, t, epochs, eta, batch_size, seed):
    w, b, history = variant(X, t, epochs, eta, batch_size, seed)
    return w, b, list(np.repeat(history, -(-len(X) // batch_size)))


@answers.mistake(STEP, "with no int")
def weights_of_whole_numbers(X, t, epochs, eta, batch_size, seed):
    w = np.zeros(X.shape[1], int)
    w -= eta * X.T @ (squash(X @ w) - t) / len(X)
    return w, 0.0, [0.0] * epochs


@answers.mistake(STEP, "X belongs to the caller")
def shuffles_x_itself(X, t, epochs, eta, batch_size, seed):
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(X))
    X[:], t[:] = X[order], t[order]
    return variant(X, t, epochs, eta, batch_size, seed)


@answers.mistake(STEP, "history has to be of shape (1,), and it is of shape ()")
def last_loss_only(X, t, epochs, eta, batch_size, seed):
    w, b, history = variant(X, t, epochs, eta, batch_size, seed)
    return w, b, history[-1]


@answers.mistake(LOSSES, "history has to have 4 entries, one for each epoch, and it has 5")
def with_the_start(X, t, epochs, eta, batch_size, seed):
    w, b, history = variant(X, t, epochs, eta, batch_size, seed)
    return w, b, history if epochs == 1 else [np.log(2), *history]


@answers.mistake(FAR, "math.exp raises an error above 709.78")
def math_overflow(X, t, epochs, eta, batch_size, seed):
    def loss(z, t, before):
        return np.mean([math.log(1 + math.exp(one)) - target * one for one, target in zip(z, t)])

    return variant(X, t, epochs, eta, batch_size, seed, loss=loss)


@answers.thoughtless
def zeros(X, t, epochs, eta, batch_size, seed):
    return np.zeros(X.shape[1]), 0.0, [np.log(2)] * epochs
