"""Exercise 6.5: cross-validation in which the choice of a feature is part of the training."""

import itertools

import numpy as np

from nnlib.checks.answers import array_like
from nnlib.checks.exercise import Exercise, Failed, close, same


def cross_predict(X, y, folds):
    """For each example the prediction of a model that has not seen it."""
    predictions = np.zeros(len(y))
    for fold in np.unique(folds):
        held_out = folds == fold
        A = X[~held_out] - X[~held_out].mean(axis=0)
        t = y[~held_out] - y[~held_out].mean()
        variance = (A**2).mean(axis=0)
        safe = np.where(variance > 0, variance, 1)
        slopes = A.T @ t / len(t) / safe
        j = np.argmax(slopes**2 * variance)
        moved = X[held_out, j] - X[~held_out, j].mean()
        predictions[held_out] = y[~held_out].mean() + slopes[j] * moved
    return predictions


EXERCISE = Exercise(
    "6.5",
    "Cross-validate, and leak nothing",
    cross_predict,
    answer=array_like("the predictions", 1),
    hints=(
        "Begin with an empty array of predictions and a loop over np.unique(folds). In each turn "
        "held_out = folds == fold is True for the examples to predict, and ~held_out for those to "
        "learn from. Fill predictions[held_out].",
        "From here on use X[~held_out] and y[~held_out] and nothing else, until the prediction "
        "itself. First the correlations with y, one a feature: np.corrcoef(x, t)[0, 1], or the "
        "mean of the products of the centred values over both standard deviations.",
        "The chosen feature is the one whose correlation is farthest from 0: np.argmax(np.abs(r)). "
        "The line through its points has the slope cov / var, and goes through the two means.",
        "A feature without spread has no correlation (0 / 0 is nan), and np.argmax takes nan for "
        "the largest. Give it 0 before you choose.",
    ),
    errors={
        "boolean index did not match": "held_out has one entry an example: X[held_out] takes its "
        "rows",
        "is not a finite number": "a feature without spread has no correlation: 0 / 0 is nan, and "
        "np.argmax takes nan for the largest",
        "SVD did not converge": "a line can't be fitted to a feature without spread. Why was it "
        "chosen? Its correlation is 0 / 0, nan, and np.argmax takes nan for the largest",
        "has to be of shape": "one prediction for each example, in the order of y, and not one "
        "number for each fold",
        "no negative elements": "a fold's number may be any whole number, a negative one too: "
        "np.unique(folds) lists those that occur",
        "arrays used as indices": "folds == fold is an array of True and False, and only such an "
        "array, or whole numbers, can choose rows",
    },
)


def line(x, t):
    """Slope and intercept of the least-squares line, by the normal equations."""
    M = np.array([[x @ x, x.sum()], [x.sum(), len(x)]])
    return np.linalg.solve(M, [x @ t, t.sum()])


def strength(x, t):
    """The share of the spread of t that the line through x explains: the correlation squared."""
    if np.ptp(x) == 0:
        return 0.0
    slope, intercept = line(x, t)
    return 1 - np.sum((t - slope * x - intercept) ** 2) / np.sum((t - t.mean()) ** 2)


def by_strength(X, t):
    return int(np.argmax([strength(x, t) for x in X.T]))


def predict(X, y, folds, choose=by_strength, *, choose_on="train", fit_on="train", fit=line):
    """The predictions; `choose_on` and `fit_on` say which examples a mistake would use."""
    out = np.zeros(len(y))
    for fold in sorted(set(folds.tolist())):
        parts = {
            "train": np.flatnonzero(folds != fold),
            "held out": np.flatnonzero(folds == fold),
            "all": np.arange(len(y)),
        }
        look, learn = parts[choose_on], parts[fit_on]
        j = choose(X[look], y[look])
        slope, intercept = fit(X[learn, j], y[learn])
        out[parts["held out"]] = intercept + slope * X[parts["held out"], j]
    return out


def no_intercept(x, t):
    return x @ t / (x @ x), 0.0


def slope_alone(x, t):
    return line(x, t)[0], 0.0


def steeper(factor):
    """The line through the two means with a wrong slope; `factor(n)` says how wrong."""

    def fit(x, t):
        slope = line(x, t)[0] * factor(len(x))
        return slope, t.mean() - slope * x.mean()

    return fit


def inverse_line(x, t):
    """The line of x over t, solved for t."""
    slope, intercept = line(t, x)
    return 1 / slope, -intercept / slope


def mean_alone(x, t):
    return 0.0, t.mean()


def one_to_one(x, t):
    return 1.0, t.mean() - x.mean()


def draw(rng, features, sizes=(5, 5, 5)):
    """Examples in an order that mixes their folds, with features of different scales."""
    folds = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    n = len(folds)
    scales = rng.permutation(np.geomspace(0.2, 5, features)) if features > 1 else 1.7
    X = scales * (rng.normal(size=(n, features)) + rng.uniform(0.5, 1.5, features))
    y = 3 + rng.normal(size=n) + (X / scales)[:, 0]
    return X, y, folds


def compare(f, X, y, folds, wanted, mistakes=()):
    """Compare the predictions; where they are wrong for no known reason, look for a leak."""
    yours = f(X, y, folds)
    try:
        same("the predictions", yours, wanted, mistakes=mistakes)
    except Failed as failed:
        failed.mistake = failed.mistake or leak(f, X, y, folds, yours)
        f(X, y, folds)  # so that the call that is shown is this one
        raise


def leak(f, X, y, folds, before):
    """What a prediction depends on, and may not, in a sentence; "" if there is no such thing."""
    rows = np.flatnonzero(folds == folds[0])
    hidden, moved = y.copy(), X.copy()
    hidden[rows] += 10.0 + np.arange(len(rows))
    moved[rows[1:]] *= 3
    if not close(f(X, hidden, folds)[rows], before[rows]):
        return (
            "there is a leak: the predictions for a fold change with the y of that fold, which is "
            "hidden from them. Everything has to be learned from the training part, means too"
        )
    if not close(f(moved, y, folds)[rows[0]], before[rows[0]]):
        return (
            "there is a leak: a prediction changes with the X of another example of its fold. "
            "Everything has to be learned from the training part, means and spreads too"
        )
    return ""


@EXERCISE.asks(
    "one feature: a line, learned without the fold",
    points=2,
    usually="in each turn the line comes from the other folds, and the prediction goes to the "
    "places of this one",
)
def one_feature(f, rng):
    X, y, folds = draw(rng, 1)
    wanted = predict(X, y, folds)
    together = np.concatenate([wanted[folds == fold] for fold in range(3)])
    pieces = np.repeat(np.arange(3), 5)
    compare(
        f, X, y, folds, wanted,
        [
            (predict(X, y, folds, fit_on="all"), "the line was learned from all examples, those "
             "that it predicts among them"),
            (predict(X, y, folds, fit_on="held out"), "the line was learned from the examples "
             "that it predicts: train on the others"),
            (together, "the predictions are in the order of the folds: put each at the place of "
             "its example"),
            (predict(X, y, pieces), "the argument folds is not used: example i belongs to fold "
             "folds[i]"),
            (predict(X, y, np.arange(15) % 3), "the argument folds is not used: example i belongs "
             "to fold folds[i]"),
            (predict(X, y, folds, fit=no_intercept), "the line has to have an intercept, too: it "
             "goes through the two means, not through 0"),
            (predict(X, y, folds, fit=slope_alone), "c is missing: s x + c"),
            (predict(X, y, folds, fit=steeper(lambda n: n / (n - 1))), "the covariance divides by "
             "n - 1 and the variance by n: take the same for both"),
            (predict(X, y, folds, fit=steeper(lambda n: (n - 1) / n)), "the variance divides by "
             "n - 1 and the covariance by n: take the same for both"),
            (predict(X, y, folds, fit=inverse_line), "this is the line that predicts x from y, "
             "solved for y: the slope is cov(x, y) / var(x)"),
            (predict(X, y, folds, fit=mean_alone), "this is the mean of the others' y; the feature "
             "isn't used"),
            (predict(X, y, folds, fit=one_to_one), "the slope is missing: it is "
             "cov(x, y) / var(x)"),
            (y, "these are the true values: in each turn they are hidden"),
            (np.where(folds == 2, wanted, 0), "only one fold's predictions are left: make the "
             "array once, before the loop"),
            (np.where(folds == 0, wanted, 0), "only the first fold was predicted: does `return` "
             "stand inside the loop?"),
        ],
    )  # fmt: skip


def by_covariance(X, t):
    return int(np.argmax(np.abs((X - X.mean(axis=0)).T @ (t - t.mean()))))


def by_slope(X, t):
    A = X - X.mean(axis=0)
    return int(np.argmax(np.abs(A.T @ (t - t.mean())) / (A**2).sum(axis=0)))


def by_plain_products(X, t):
    return int(np.argmax(np.abs(X.T @ t)))


def correlations(X, t):
    A, u = X - X.mean(axis=0), t - t.mean()
    return A.T @ u / np.sqrt((A**2).sum(axis=0) * (u @ u))


def highest(X, t):
    return int(np.argmax(correlations(X, t)))


def weakest(X, t):
    return int(np.argmin(np.abs(correlations(X, t))))


def first(X, t):
    return 0


CHOICES = {
    "covariance": by_covariance,
    "slope": by_slope,
    "products": by_plain_products,
    "highest": highest,
    "weakest": weakest,
    "first": first,
}


def telling(rng):
    """A draw of pure noise in which each way to choose gives its own predictions: in the training
    parts the strongest correlation leads clearly, and once at least it is negative."""
    for _ in range(1000):
        X, _, folds = draw(rng, 12)
        y = 3 + rng.normal(size=len(folds))
        results = {name: predict(X, y, folds, choose) for name, choose in CHOICES.items()}
        results["all"] = predict(X, y, folds, choose_on="all")
        results["held out"] = predict(X, y, folds, choose_on="held out")
        wanted = predict(X, y, folds)
        clear = all(_leads(X[folds != fold], y[folds != fold]) for fold in range(3))
        pairs = itertools.combinations([wanted, *results.values()], 2)
        if clear and not any(close(one, other) for one, other in pairs):
            return X, y, folds, wanted, results
    raise RuntimeError("no draw in which the mistakes can be told apart")


def _leads(X, t):
    """Whether the strongest feature is stronger than the next by more than float32's rounding."""
    second, best = np.sort(np.abs(correlations(X, t)))[-2:]
    return best - second > 1e-3


@EXERCISE.asks(
    "twelve features: the choice is part of the training",
    points=2,
    usually="in each turn the feature is chosen anew, by its correlation with y in the training "
    "part alone",
)
def many_features(f, rng):
    X, y, folds, wanted, results = telling(rng)
    compare(
        f, X, y, folds, wanted,
        [
            (results["all"], "the feature was chosen with the help of all examples. The fold that "
             "is held out has taken part in the choice, so it is no longer unseen: choose anew in "
             "each turn"),
            (results["held out"], "the feature was chosen on the fold that is held out: that is "
             "the one part it may not be chosen on"),
            (results["covariance"], "the covariance grows with the scale of a feature; divide by "
             "both standard deviations"),
            (results["slope"], "this chooses the steepest line: r divides by both deviations, the "
             "slope by the square of one"),
            (results["products"], "take the means away before you multiply, and divide by both "
             "standard deviations"),
            (results["highest"], "a correlation of -0.9 says as much as one of 0.9: choose by its "
             "size, not by its sign"),
            (results["weakest"], "this is the weakest of the features; the strongest is wanted"),
            (results["first"], "this is always the first feature: choose the strongest"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "folds of any size and any name",
    points=1,
    usually="a fold is known by the number that its examples carry: which numbers occur, and how "
    "often, is for the data to say",
)
def any_folds(f, rng):
    X, y, folds = draw(rng, 4, sizes=(6, 4, 3, 1))
    names = np.append(-rng.integers(2, 9), rng.choice(np.arange(4, 40), 3, replace=False))
    named = names[folds]
    wanted = predict(X, y, folds)
    counted = "the folds' numbers need not run from 0 up: np.unique(folds) lists those that occur"
    known = [
        (0 * y, counted),
        (np.where(folds == 0, 0, wanted), "a fold whose number is negative was left out: "
         "np.unique(folds) lists the numbers that occur"),
        (np.where(folds == 3, 0, wanted), "the fold of a single example was left out"),
    ]  # fmt: skip
    compare(f, X, y, named, wanted, known)


@EXERCISE.asks(
    "a feature that never varies in the training part",
    points=1,
    usually="a feature without spread can't be correlated with anything, and is never chosen",
)
def constant(f, rng):
    """One feature is constant everywhere, another in all folds but one (as MNIST's corners)."""
    X, y, folds = draw(rng, 5)
    flat, nearly = rng.choice(np.arange(1, 5), 2, replace=False)
    X[:, flat] = 2.0
    X[:, nearly] = np.where(folds == int(rng.integers(3)), X[:, nearly], 0)
    chosen = (
        "this is the mean of y: a feature without spread was chosen. Its r is 0 / 0, which is nan, "
        "and np.argmax takes nan for the largest"
    )
    known = [(predict(X, y, folds, fit=mean_alone), chosen)]
    compare(f, X, y, folds, predict(X, y, folds), known)
