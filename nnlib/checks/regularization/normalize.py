"""Exercise 6.6: batch normalization, there and back."""

import numpy as np

from nnlib.checks.answers import array_like, several
from nnlib.checks.exercise import Exercise, Failed, same
from nnlib.gradients import complex_step


def batch_norm(x, gamma, beta, epsilon, grad):
    """The output y, and the gradients dx, dgamma, dbeta from grad at y."""
    spread = np.sqrt(x.var(axis=1, keepdims=True) + epsilon)
    x_hat = (x - x.mean(axis=1, keepdims=True)) / spread
    dgamma = (grad * x_hat).sum(axis=1, keepdims=True)
    dbeta = grad.sum(axis=1, keepdims=True)
    n = x.shape[1]
    dx = gamma / spread * (grad - dbeta / n - x_hat * dgamma / n)
    return gamma * x_hat + beta, dx, dgamma, dbeta


EXERCISE = Exercise(
    "6.6",
    "Normalize a minibatch, and find the way back",
    batch_norm,
    answer=several(
        array_like("y", 0),
        array_like("dx", 0),
        array_like("dgamma", 1),
        array_like("dbeta", 1),
        names="y, dx, dgamma and dbeta",
    ),
    hints=(
        "A row of x holds one feature, its columns the examples: all means and sums go over "
        "axis=1. With keepdims=True they keep the shape (features, 1), and everything fits.",
        "gamma multiplies x_hat and beta is added, the same ones in all columns. Where one number "
        "goes out to many places, its gradient is the sum of what comes back from them.",
        "For dx call g = gamma * grad, the gradient at x_hat. An x goes three ways into the loss: "
        "directly into its own x_hat, and through the mean and the variance into those of all "
        "examples. Write the three parts one after the other.",
        "Through the mean: every x_hat falls by 1 / n / s when x rises by 1, where s is the root. "
        "So this part is -sum(g) / n / s. Through the variance: x_hat = d / s with d = x - mean, "
        "and s changes by d / (n s). So what happens to the x_hat of every example?",
        "The third part is -x_hat * sum(g * x_hat) / n / s. Add the three up. A check of your own: "
        "each row of dx has the sum 0, because the same shift of all examples changes nothing.",
    ),
    errors={
        "could not be broadcast": "sums over the examples: axis=1, and keepdims=True so that they "
        "keep the shape (features, 1)",
        "dgamma has to be of shape": "a sum over the examples with keepdims=True has the shape "
        "(features, 1), as gamma has",
        "dbeta has to be of shape": "a sum over the examples with keepdims=True has the shape "
        "(features, 1), as beta has",
        "is not a finite number": "a feature that never varies has the variance 0, and epsilon is "
        "there so that nothing is divided by 0",
    },
)


def output(x, gamma, beta, epsilon):
    """y by its formula, one feature after the other, for real and for complex numbers."""
    rows = []
    for row, scale, shift in zip(x, gamma[:, 0], beta[:, 0], strict=True):
        mean = sum(row) / len(row)
        variance = sum((value - mean) ** 2 for value in row) / len(row)
        rows.append(scale * (row - mean) / np.sqrt(variance + epsilon) + shift)
    return np.array(rows)


def draw(rng, features=3, n=5, spread=30.0):
    """A minibatch whose features have means and spreads of their own, scales and a gradient."""
    x = rng.normal(size=(features, n)) * spread * rng.uniform(0.6, 2, (features, 1))
    x += rng.normal(size=(features, 1)) * spread
    gamma = rng.choice([-1.0, 1.0], (features, 1)) * rng.uniform(0.5, 2, (features, 1))
    beta = rng.choice([-1.0, 1.0], (features, 1)) * rng.uniform(0.5, 2, (features, 1))
    grad = rng.normal(size=(features, n)) + rng.choice([-1, 1], (features, 1))
    return x, gamma, beta, grad


def parts(x, gamma, epsilon):
    """x_hat and the root of variance plus epsilon."""
    centred = x - x.mean(axis=1, keepdims=True)
    root = np.sqrt((centred**2).mean(axis=1, keepdims=True) + epsilon)
    return centred / root, root


FINE = 1e-6  # of the terms of a sum: what float32 keeps of it where they nearly cancel
SMALL = 1e-8  # an epsilon that can't be seen in features of such a spread


@EXERCISE.asks(
    "the output",
    points=1,
    usually="each feature is standardized over the examples, then scaled and shifted",
)
def the_output(f, rng):
    x, gamma, beta, grad = draw(rng)
    y, *_ = f(x, gamma, beta, SMALL, grad)
    x_hat, root = parts(x, gamma, SMALL)
    columns, _ = parts(x.T, gamma, SMALL)
    unbiased = np.sqrt(4 / 5)
    same(
        "y",
        y,
        output(x, gamma, beta, SMALL),
        mistakes=[
            (gamma * columns.T + beta, "this standardizes each example over its features; each "
             "feature over the examples is meant, axis=1"),
            (gamma * (x - x.mean()) / x.std() + beta, "this standardizes all numbers together: "
             "each feature has a mean and a spread of its own"),
            (gamma * x_hat * unbiased + beta, "the variance divides by n here, not by n - 1"),
            (gamma * x_hat / root + beta, "divide by the root of the variance, not by the "
             "variance"),
            (gamma * x_hat * root + beta, "the spread is still in it: divide by the root of the "
             "variance"),
            (gamma * x / root + beta, "the mean has to be taken away before the division"),
            (x_hat, "gamma and beta are missing"),
            (gamma * x_hat, "beta is missing"),
            (x_hat + beta, "gamma is missing"),
            (gamma * (x_hat + beta), "beta comes after the scaling: gamma doesn't multiply it"),
            (beta * x_hat + gamma, "gamma multiplies and beta is added; here it is the other way "
             "round"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradients of gamma and beta",
    points=2,
    usually="one number per feature stands in every example's y: what comes back from them adds up",
)
def of_gamma_and_beta(f, rng):
    x, gamma, beta, grad = draw(rng)
    _, _, dgamma, dbeta = f(x, gamma, beta, SMALL, grad)
    x_hat, _ = parts(x, gamma, SMALL)

    def loss(v):
        return (grad * output(x, v[:, :1], v[:, 1:], SMALL)).sum()

    wanted = complex_step(loss, np.hstack([gamma, beta]))
    wanted_gamma, wanted_beta = wanted[:, :1], wanted[:, 1:]
    total = np.full_like(gamma, 1.0)
    same(
        "dbeta",
        dbeta,
        wanted_beta,
        atol=FINE * np.abs(grad).sum(),
        mistakes=[
            (wanted_beta / 5, "this is the mean over the examples, and their sum is wanted: beta "
             "moves all of them"),
            (gamma * wanted_beta, "gamma doesn't stand before beta: y = gamma * x_hat + beta"),
            (-wanted_beta, "the sign of dbeta"),
            (grad.sum() * total, "this is the sum over all features: each has a beta of its own"),
            (wanted_gamma, "this is dgamma: the order is y, dx, dgamma, dbeta"),
            (5 * total, "grad is missing: it says how much the loss minds each y"),
        ],
    )  # fmt: skip
    same(
        "dgamma",
        dgamma,
        wanted_gamma,
        atol=FINE * np.abs(grad * x_hat).sum(),
        mistakes=[
            (wanted_gamma / 5, "this is the mean over the examples, and their sum is wanted: "
             "gamma moves all of them"),
            ((grad * x).sum(axis=1, keepdims=True), "gamma multiplies x_hat, not x"),
            ((grad * output(x, gamma, beta, SMALL)).sum(axis=1, keepdims=True), "gamma multiplies "
             "x_hat, not y"),
            (gamma * wanted_gamma, "gamma is not a factor of its own derivative"),
            (-wanted_gamma, "the sign of dgamma"),
            ((grad * x_hat).sum() * total, "this is the sum over all features: each has a gamma "
             "of its own"),
            (wanted_beta, "this is dbeta: what gamma multiplies is missing"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradient of x",
    points=3,
    usually="x goes three ways into the loss: directly, through the mean, and through the variance",
)
def of_x(f, rng):
    x, gamma, beta, grad = draw(rng)
    _, dx, _, _ = f(x, gamma, beta, SMALL, grad)
    wanted = complex_step(lambda z: (grad * output(z, gamma, beta, SMALL)).sum(), x)
    x_hat, root = parts(x, gamma, SMALL)
    g = gamma * grad
    direct = g / root
    by_mean = -g.mean(axis=1, keepdims=True) / root
    inner = (g * x_hat).mean(axis=1, keepdims=True)
    by_variance = -x_hat * inner / root
    without = "a part is missing: moving one x moves the {}, and with it the x_hat of all examples"
    known = [
        (direct, "this takes mean and variance for constants. Moving one x moves both, and "
         "with them the x_hat of all examples"),
        (direct + by_mean, without.format("variance")),
        (direct + by_variance, without.format("mean")),
        (g, "this is the gradient at x_hat, and the way from x_hat to x is still to go"),
        (grad / root, "gamma is missing, and so are the ways through mean and variance"),
        (wanted / gamma, "gamma is missing on the way back: what reaches x_hat is "
         "gamma * grad"),
        (wanted * root, "the root is missing: x_hat = (x - mean) / root"),
        (wanted / root, "this divides by the root once too often"),
        (direct + 5 * by_mean + 5 * by_variance, "the two sums need their 1 / n: one example "
         "moves the mean by 1 / n, and the variance by 1 / n of its own part"),
        (direct - by_mean - by_variance, "the signs of two parts: when x rises, mean and "
         "variance rise, and the x_hat of all examples fall"),
        (direct + by_mean - by_variance, "the sign of the part through the variance: when "
         "the variance rises, every x_hat shrinks"),
        (direct - by_mean + by_variance, "the sign of the part through the mean: when the "
         "mean rises, every x_hat falls"),
        (direct + by_mean + 2 * by_variance, "the part through the variance is twice too "
         "large: the 2 of the square cancels with the 1/2 of the root"),
        (direct + by_mean + by_variance / 2, "the part through the variance is half of what "
         "it should be: the 2 of the square cancels with the 1/2 of the root"),
        (direct + by_mean - inner / root, "in the part through the variance x_hat stands "
         "twice: once in the sum, and once for the example itself"),
        (direct + by_mean + by_variance * root, "the part through the variance lacks a "
         "division by the root"),
        (direct + by_mean + by_variance / root, "the part through the variance divides by "
         "the root once too often"),
        (-wanted, "the sign of dx"),
    ]  # fmt: skip
    try:
        same("dx", dx, wanted, mistakes=known, atol=FINE * np.abs(direct).max())
    except Failed as failed:
        failed.mistake = failed.mistake or unbalanced(dx, x_hat)
        raise


def unbalanced(dx, x_hat):
    """What two sums that have to be 0 say about a wrong dx; "" if they are 0."""
    size = np.maximum(np.abs(dx).sum(axis=1), 1e-300)
    for sums, what, why, way in (
        (dx.sum(axis=1), "dx", "shifting all examples of a feature", "mean"),
        ((dx * x_hat).sum(axis=1), "dx * x_hat", "stretching a feature", "variance"),
    ):
        k = int(np.argmax(np.abs(sums) / size))
        if abs(sums[k]) > 1e-4 * size[k]:
            return (
                f"{why} changes no y, so the sum of {what} is 0 in every row; in row {k} yours is "
                f"{sums[k]:.3g}. Look at the part through the {way}"
            )
    return ""


@EXERCISE.asks(
    "features that hardly vary, and a single example",
    points=1,
    usually="epsilon is added to the variance, under the root, in the output and on the way back "
    "alike",
)
def hardly_varies(f, rng):
    epsilon = float(rng.uniform(0.005, 0.02))
    x, gamma, beta, grad = draw(rng, features=2, n=4, spread=0.1)
    compare(f, x, gamma, beta, epsilon, grad)
    x[int(rng.integers(2))] = float(rng.integers(-3, 4))
    compare(f, x, gamma, beta, epsilon, grad)
    compare(f, x[:, :1].copy(), gamma, beta, epsilon, grad[:, :1].copy())


def compare(f, x, gamma, beta, epsilon, grad):
    """Compare y and dx where epsilon counts."""
    y, dx, dgamma, _ = f(x, gamma, beta, epsilon, grad)
    centred = x - x.mean(axis=1, keepdims=True)
    std = np.sqrt((centred**2).mean(axis=1, keepdims=True))
    safe = np.where(std > 0, std, 1)
    known = [
        (gamma * centred / (std + epsilon) + beta, "epsilon is added to the variance, under the "
         "root; here it is added to the root"),
        (gamma * centred / safe + beta, "epsilon is missing: the root is that of the variance "
         "plus epsilon"),
        (gamma * centred / np.sqrt(std**2 + 1e-5) + beta, "the argument epsilon is not used"),
        (gamma * centred / np.sqrt(std**2 + 1e-8) + beta, "the argument epsilon is not used"),
    ]  # fmt: skip
    same("y", y, output(x, gamma, beta, epsilon), mistakes=known)
    wanted = complex_step(lambda z: (grad * output(z, gamma, beta, epsilon)).sum(), x)
    x_hat, root = centred / np.sqrt(std**2 + epsilon), np.sqrt(std**2 + epsilon)
    g = gamma * (grad - grad.mean(axis=1, keepdims=True))
    pull = gamma * (grad * x_hat).mean(axis=1, keepdims=True)
    known = [
        ((g - centred / safe * gamma * (grad * centred / safe).mean(axis=1, keepdims=True)) / root,
         "on the way back, too, x_hat is made with epsilon"),
        ((g - x_hat * pull) / safe, "on the way back, too, the root is that of the variance plus "
         "epsilon"),
    ]  # fmt: skip
    terms = grad * x_hat
    same("dx", dx, wanted, mistakes=known, atol=FINE * np.abs(gamma * grad / root).max())
    same("dgamma", dgamma, terms.sum(axis=1, keepdims=True), atol=FINE * np.abs(grad).sum())
