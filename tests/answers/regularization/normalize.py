"""Answers to exercise 6.6: batch normalization."""

import numpy as np

from answers import Answers

answers = Answers("6.6")
OUTPUT, LEARNED, X, EDGES = (
    "the output",
    "the gradients of gamma and beta",
    "the gradient of x",
    "features that hardly vary, and a single example",
)


def mean(values):
    return values.mean(axis=1, keepdims=True)


def total(values):
    return values.sum(axis=1, keepdims=True)


def forward(x, epsilon):
    root = np.sqrt(mean((x - mean(x)) ** 2) + epsilon)
    return (x - mean(x)) / root, root


def right(x, gamma, beta, epsilon, grad):
    x_hat, root = forward(x, epsilon)
    g = gamma * grad
    dx = (g - mean(g) - x_hat * mean(g * x_hat)) / root
    return gamma * x_hat + beta, dx, total(grad * x_hat), total(grad)


@answers.correct
def in_one_go(x, gamma, beta, epsilon, grad):
    return right(x, gamma, beta, epsilon, grad)


@answers.correct
def step_by_step(x, gamma, beta, epsilon, grad):
    """Gate by gate, as the chain rule has it, in the order of the paper's page 4."""
    n = x.shape[1]
    mu = x.sum(axis=1, keepdims=True) / n
    variance = ((x - mu) ** 2).sum(axis=1, keepdims=True) / n
    x_hat = (x - mu) * (variance + epsilon) ** -0.5
    dx_hat = grad * gamma
    dvariance = (dx_hat * (x - mu) * -0.5 * (variance + epsilon) ** -1.5).sum(1, keepdims=True)
    dmu = (-dx_hat * (variance + epsilon) ** -0.5).sum(1, keepdims=True)
    dmu = dmu + dvariance * (-2 * (x - mu)).sum(1, keepdims=True) / n
    dx = dx_hat * (variance + epsilon) ** -0.5 + dvariance * 2 * (x - mu) / n + dmu / n
    return gamma * x_hat + beta, dx, (grad * x_hat).sum(1)[:, None], grad.sum(1)[:, None]


@answers.correct
def by_the_matrix_of_slopes(x, gamma, beta, epsilon, grad):
    """A feature at a time, with the n x n matrix of all slopes of x_hat by x."""
    y, dx = np.empty_like(x), np.empty_like(x)
    dgamma, dbeta = np.empty_like(gamma), np.empty_like(beta)
    n = x.shape[1]
    for k in range(len(x)):
        x_hat, root = forward(x[k : k + 1], epsilon)
        h = x_hat[0]
        slopes = (np.eye(n) - 1 / n - np.outer(h, h) / n) / root[0]
        y[k] = gamma[k] * h + beta[k]
        dx[k] = gamma[k] * slopes.T @ grad[k]
        dgamma[k], dbeta[k] = grad[k] @ h, grad[k].sum()
    return y, dx, dgamma, dbeta


@answers.correct
def float32(x, gamma, beta, epsilon, grad):
    arrays = [array.astype(np.float32) for array in (x, gamma, beta, grad)]
    return right(*arrays[:3], np.float32(epsilon), arrays[3])


@answers.mistake(OUTPUT, "each feature over the examples is meant")
def wrong_axis(x, gamma, beta, epsilon, grad):
    _, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    x_hat, _ = forward(x.T, epsilon)
    return gamma * x_hat.T + beta, dx, dgamma, dbeta


@answers.mistake(OUTPUT, "this standardizes all numbers together")
def all_together(x, gamma, beta, epsilon, grad):
    _, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    return gamma * (x - x.mean()) / np.sqrt(x.var() + epsilon) + beta, dx, dgamma, dbeta


@answers.mistake(OUTPUT, "divides by n here, not by n - 1")
def unbiased(x, gamma, beta, epsilon, grad):
    _, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    variance = x.var(axis=1, ddof=1, keepdims=True) if x.shape[1] > 1 else 0.0
    return gamma * (x - mean(x)) / np.sqrt(variance + epsilon) + beta, dx, dgamma, dbeta


@answers.mistake(OUTPUT, "not by the variance")
def no_root(x, gamma, beta, epsilon, grad):
    y, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    x_hat, root = forward(x, epsilon)
    return gamma * x_hat / root + beta, dx, dgamma, dbeta


@answers.mistake(OUTPUT, "gamma and beta are missing")
def standardized_only(x, gamma, beta, epsilon, grad):
    _, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    return forward(x, epsilon)[0], dx, dgamma, dbeta


@answers.mistake(OUTPUT, "gamma doesn't multiply it")
def beta_scaled(x, gamma, beta, epsilon, grad):
    _, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    return gamma * (forward(x, epsilon)[0] + beta), dx, dgamma, dbeta


@answers.mistake(LEARNED, "beta moves all of them")
def means_for_sums(x, gamma, beta, epsilon, grad):
    y, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    return y, dx, dgamma / x.shape[1], dbeta / x.shape[1]


@answers.mistake(LEARNED, "gamma multiplies x_hat, not x")
def dgamma_with_x(x, gamma, beta, epsilon, grad):
    y, dx, _, dbeta = right(x, gamma, beta, epsilon, grad)
    return y, dx, total(grad * x), dbeta


@answers.mistake(LEARNED, "the order is y, dx, dgamma, dbeta")
def other_order(x, gamma, beta, epsilon, grad):
    y, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    return y, dx, dbeta, dgamma


@answers.mistake(LEARNED, "each has a beta of its own")
def summed_over_features(x, gamma, beta, epsilon, grad):
    y, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    return y, dx, 0 * gamma + dgamma.sum(), 0 * beta + grad.sum()


@answers.mistake(X, "this takes mean and variance for constants")
def constants(x, gamma, beta, epsilon, grad):
    y, _, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    return y, gamma * grad / forward(x, epsilon)[1], dgamma, dbeta


@answers.mistake(X, "moving one x moves the variance")
def mean_only(x, gamma, beta, epsilon, grad):
    y, _, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    g = gamma * grad
    return y, (g - mean(g)) / forward(x, epsilon)[1], dgamma, dbeta


@answers.mistake(X, "moving one x moves the mean")
def variance_only(x, gamma, beta, epsilon, grad):
    y, _, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    g, (x_hat, root) = gamma * grad, forward(x, epsilon)
    return y, (g - x_hat * mean(g * x_hat)) / root, dgamma, dbeta


@answers.mistake(X, "on the way back: what reaches x_hat is gamma * grad")
def no_gamma(x, gamma, beta, epsilon, grad):
    y, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    return y, dx / gamma, dgamma, dbeta


@answers.mistake(X, "the two sums need their 1 / n")
def sums_for_means(x, gamma, beta, epsilon, grad):
    y, _, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    g, (x_hat, root) = gamma * grad, forward(x, epsilon)
    return y, (g - total(g) - x_hat * total(g * x_hat)) / root, dgamma, dbeta


@answers.mistake(X, "the 2 of the square cancels")
def two_too_many(x, gamma, beta, epsilon, grad):
    y, _, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    g, (x_hat, root) = gamma * grad, forward(x, epsilon)
    return y, (g - mean(g) - 2 * x_hat * mean(g * x_hat)) / root, dgamma, dbeta


@answers.mistake(X, "when the variance rises, every x_hat shrinks")
def sign_of_the_variance(x, gamma, beta, epsilon, grad):
    y, _, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    g, (x_hat, root) = gamma * grad, forward(x, epsilon)
    return y, (g - mean(g) + x_hat * mean(g * x_hat)) / root, dgamma, dbeta


@answers.mistake(X, "Look at the part through the mean")
def a_sum_through_the_mean(x, gamma, beta, epsilon, grad):
    y, _, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    g, (x_hat, root) = gamma * grad, forward(x, epsilon)
    return y, (g - total(g) - x_hat * mean(g * x_hat)) / root, dgamma, dbeta


@answers.mistake(X, "Look at the part through the variance")
def a_sum_through_the_variance(x, gamma, beta, epsilon, grad):
    y, _, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    g, (x_hat, root) = gamma * grad, forward(x, epsilon)
    return y, (g - mean(g) - x_hat * total(g * x_hat)) / root, dgamma, dbeta


@answers.mistake(EDGES, "here it is added to the root")
def epsilon_outside(x, gamma, beta, epsilon, grad):
    _, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    return (
        gamma * (x - mean(x)) / (x.std(axis=1, keepdims=True) + epsilon) + beta,
        dx,
        dgamma,
        dbeta,
    )


@answers.mistake(EDGES, "the argument epsilon is not used")
def own_epsilon(x, gamma, beta, epsilon, grad):
    return right(x, gamma, beta, 1e-5, grad)


@answers.mistake(EDGES, "the root is that of the variance plus epsilon")
def none_on_the_way_back(x, gamma, beta, epsilon, grad):
    y, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    std = x.std(axis=1, keepdims=True)
    return y, dx * forward(x, epsilon)[1] / np.where(std > 0, std, 1), dgamma, dbeta


def changed(name, fails, says, change):
    """An answer that `change(result, g, x, gamma, beta, x_hat, root)` makes of the right one."""

    def answer(x, gamma, beta, epsilon, grad):
        result = dict(zip(("y", "dx", "dgamma", "dbeta"), right(x, gamma, beta, epsilon, grad)))
        x_hat, root = forward(x, epsilon)
        result |= change(result, grad, x, gamma, beta, x_hat, root)
        return tuple(result.values())

    answer.__name__ = name
    answers.mistake(fails, says)(answer)


def only(part, value):
    return lambda *names: {part: value(*names)}


for name, says, value in (
    ("times_the_root", "the spread is still in it", lambda r, g, x, c, b, h, s: c * h * s + b),
    ("not_centred", "the mean has to be taken away", lambda r, g, x, c, b, h, s: c * x / s + b),
    ("without_beta", "beta is missing", lambda r, g, x, c, b, h, s: c * h),
    ("without_gamma", "gamma is missing", lambda r, g, x, c, b, h, s: h + b),
    ("roles_changed", "the other way round", lambda r, g, x, c, b, h, s: b * h + c),
):
    changed(name, OUTPUT, says, only("y", value))

for name, says, value in (
    ("dbeta_with_gamma", "gamma doesn't stand before beta", lambda r, g, x, c, *_: c * r["dbeta"]),
    ("dbeta_turned", "the sign of dbeta", lambda r, *_: -r["dbeta"]),
    ("dbeta_without_grad", "grad is missing", lambda r, g, *_: 0 * r["dbeta"] + g.shape[1]),
):
    changed(name, LEARNED, says, only("dbeta", value))

for name, says, value in (
    ("dgamma_mean", "gamma moves all of them", lambda r, g, *_: r["dgamma"] / g.shape[1]),
    ("dgamma_with_y", "gamma multiplies x_hat, not y", lambda r, g, *_: total(g * r["y"])),
    ("dgamma_with_gamma", "not a factor of its own", lambda r, g, x, c, *_: c * r["dgamma"]),
    ("dgamma_turned", "the sign of dgamma", lambda r, *_: -r["dgamma"]),
    ("dgamma_of_all", "each has a gamma of its own", lambda r, *_: 0 * r["dgamma"]
     + r["dgamma"].sum()),
    ("dgamma_as_dbeta", "what gamma multiplies is missing", lambda r, *_: r["dbeta"]),
):  # fmt: skip
    changed(name, LEARNED, says, only("dgamma", value))


def three(g, h, s):
    """The three parts of dx: directly, through the mean, through the variance."""
    return g / s, -mean(g) / s, -h * mean(g * h) / s


for name, says, value in (
    ("stops_at_x_hat", "the way from x_hat to x", lambda g, h, s, a, b, v: g),
    ("not_divided", "the root is missing", lambda g, h, s, a, b, v: (a + b + v) * s),
    ("divided_twice", "once too often", lambda g, h, s, a, b, v: (a + b + v) / s),
    ("two_signs", "the signs of two parts", lambda g, h, s, a, b, v: a - b - v),
    ("sign_of_the_mean", "when the mean rises", lambda g, h, s, a, b, v: a - b + v),
    ("half_the_variance", "half of what it should be", lambda g, h, s, a, b, v: a + b + v / 2),
    ("one_x_hat", "x_hat stands twice", lambda g, h, s, a, b, v: a + b - mean(g * h) / s),
    ("variance_times_root", "lacks a division", lambda g, h, s, a, b, v: a + b + v * s),
    ("variance_over_root", "the part through the variance divides by the root once too often",
     lambda g, h, s, a, b, v: a + b + v / s),
    ("downhill", "the sign of dx", lambda g, h, s, a, b, v: -a - b - v),
):  # fmt: skip
    changed(name, X, says, only("dx", lambda r, g, x, c, b, h, s, value=value: value(
        c * g, h, s, *three(c * g, h, s))))  # fmt: skip
changed("grad_over_root", X, "and so are the ways through mean and variance",
        only("dx", lambda r, g, x, c, b, h, s: g / s))  # fmt: skip


@answers.mistake(EDGES, "epsilon is missing: the root")
def no_epsilon(x, gamma, beta, epsilon, grad):
    return right(x, gamma, beta, 0.0, grad)


@answers.mistake(EDGES, "on the way back, too, x_hat is made with epsilon")
def other_x_hat_on_the_way_back(x, gamma, beta, epsilon, grad):
    y, _, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    std = x.std(axis=1, keepdims=True)
    x_hat = (x - mean(x)) / np.where(std > 0, std, 1)
    g = gamma * grad
    dx = (g - mean(g) - x_hat * mean(g * x_hat)) / np.sqrt(std**2 + epsilon)
    return y, dx, dgamma, dbeta


@answers.mistake(EDGES, "so that nothing is divided by 0")
def none_where_it_counts(x, gamma, beta, epsilon, grad):
    if (x == x[:, :1]).all(axis=1).any():
        with np.errstate(all="ignore"):
            return right(x, gamma, beta, 0.0, grad)
    return right(x, gamma, beta, epsilon, grad)


@answers.mistake(OUTPUT, "keepdims=True so that they keep the shape")
def dims_lost(x, gamma, beta, epsilon, grad):
    x_hat = (x - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + epsilon)
    return gamma * x_hat + beta, x_hat, gamma, beta


@answers.mistake(OUTPUT, "has the shape (features, 1), as gamma has")
def flat_gradients(x, gamma, beta, epsilon, grad):
    y, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    return y, dx, dgamma[:, 0], dbeta[:, 0]


@answers.mistake(OUTPUT, "has the shape (features, 1), as beta has")
def flat_dbeta(x, gamma, beta, epsilon, grad):
    y, dx, dgamma, dbeta = right(x, gamma, beta, epsilon, grad)
    return y, dx, dgamma, grad.sum(axis=1)


@answers.mistake(OUTPUT, "x belongs to the caller")
def in_place(x, gamma, beta, epsilon, grad):
    x -= mean(x)
    return right(x, gamma, beta, epsilon, grad)


@answers.thoughtless
def inputs_back(x, gamma, beta, epsilon, grad):
    return x, grad, gamma, beta


@answers.thoughtless
def zeros(x, gamma, beta, epsilon, grad):
    return 0 * x, 0 * x, 0 * gamma, 0 * beta
