"""Answers to exercise 6.5: predictions by cross-validation."""

import numpy as np

from answers import Answers

answers = Answers("6.5")
ONE, MANY, NAMES, CONSTANT = (
    "one feature: a line, learned without the fold",
    "twelve features: the choice is part of the training",
    "folds of any size and any name",
    "a feature that never varies in the training part",
)


def correlations(X, y):
    A, t = X - X.mean(axis=0), y - y.mean()
    size = np.sqrt((A * A).sum(axis=0) * (t @ t))
    return np.divide(A.T @ t, size, out=np.zeros(len(size)), where=size > 1e-12)


def choose(X, y):
    return int(np.argmax(np.abs(correlations(X, y))))


def line(x, y):
    slope = np.mean((x - x.mean()) * (y - y.mean())) / np.mean((x - x.mean()) ** 2)
    return slope, y.mean() - slope * x.mean()


def variant(X, y, folds, *, choice=None, chosen=None, fit=line, turns=None):
    """The right answer, of which a part can be changed."""
    predictions = np.zeros(len(y))
    for fold in np.unique(folds) if turns is None else turns:
        out = folds == fold
        train = ~out
        j = chosen if chosen is not None else (choice or choose)(X[train], y[train])
        slope, intercept = fit(X[train, j], y[train])
        predictions[out] = intercept + slope * X[out, j]
    return predictions


@answers.correct
def by_masks(X, y, folds):
    return variant(X, y, folds)


@answers.correct
def by_polyfit(X, y, folds):
    predictions = np.empty_like(y)
    for fold in set(folds):
        train = [i for i in range(len(y)) if folds[i] != fold]
        best, strongest = None, -1.0
        for j in range(X.shape[1]):
            x = X[train, j]
            r = abs(np.corrcoef(x, y[train])[0, 1]) if np.ptp(x) > 0 else 0.0
            if r > strongest:
                best, strongest = j, r
        coefficients = np.polyfit(X[train, best], y[train], 1)
        for i in np.flatnonzero(folds == fold):
            predictions[i] = np.polyval(coefficients, X[i, best])
    return predictions


@answers.correct
def an_example_at_a_time(X, y, folds):
    """Trains anew for every example, which is slower and comes to the same."""
    predictions = []
    for i in range(len(y)):
        train = folds != folds[i]
        with np.errstate(all="ignore"):
            r = np.nan_to_num([np.corrcoef(x, y[train])[0, 1] for x in X[train].T])
        r[np.ptp(X[train], axis=0) == 0] = 0
        j = np.argmax(r**2)
        design = np.column_stack([X[train, j], np.ones(train.sum())])
        slope, intercept = np.linalg.lstsq(design, y[train], rcond=None)[0]
        predictions.append(slope * X[i, j] + intercept)
    return np.array(predictions)


@answers.correct
def standardized_first(X, y, folds):
    """Standardizes with the training part's mean and spread: the same line in other units."""
    predictions = np.zeros(len(y))
    for fold in np.unique(folds):
        out = folds == fold
        mean, std = X[~out].mean(axis=0), X[~out].std(axis=0)
        Z = (X - mean) / np.where(np.ptp(X[~out], axis=0) == 0, 1, std)
        Z[:, np.ptp(X[~out], axis=0) == 0] = 0
        t = y[~out] - y[~out].mean()
        slopes = (Z[~out] * t[:, None]).mean(axis=0)
        j = np.abs(slopes).argmax()
        predictions[out] = y[~out].mean() + slopes[j] * Z[out, j]
    return predictions


@answers.correct
def float32(X, y, folds):
    return variant(X.astype(np.float32), y.astype(np.float32), folds).astype(np.float32)


@answers.mistake(ONE, "the line was learned from all examples")
def trained_on_all(X, y, folds):
    j = choose(X, y)
    slope, intercept = line(X[:, j], y)
    return intercept + slope * X[:, j]


@answers.mistake(ONE, "learned from the examples that it predicts")
def turned_round(X, y, folds):
    predictions = np.zeros(len(y))
    for fold in np.unique(folds):
        part = folds == fold
        j = choose(X[part], y[part])
        slope, intercept = line(X[part, j], y[part])
        predictions[part] = intercept + slope * X[part, j]
    return predictions


@answers.mistake(ONE, "in the order of the folds")
def fold_after_fold(X, y, folds):
    predictions = variant(X, y, folds)
    return np.concatenate([predictions[folds == fold] for fold in np.unique(folds)])


@answers.mistake(ONE, "the argument folds is not used")
def own_folds(X, y, folds):
    return variant(X, y, np.arange(len(y)) * len(np.unique(folds)) // len(y))


@answers.mistake(ONE, "the line has to have an intercept")
def through_zero(X, y, folds):
    return variant(X, y, folds, fit=lambda x, t: (x @ t / (x @ x), 0.0))


@answers.mistake(ONE, "c is missing: s x + c")
def slope_alone(X, y, folds):
    return variant(X, y, folds, fit=lambda x, t: (line(x, t)[0], 0.0))


@answers.mistake(ONE, "the covariance divides by n - 1 and the variance by n: take the same")
def covariance_of_numpy(X, y, folds):
    def fit(x, t):
        slope = np.cov(x, t)[0, 1] / np.var(x)
        return slope, t.mean() - slope * x.mean()

    return variant(X, y, folds, fit=fit)


@answers.mistake(ONE, "the variance divides by n - 1 and the covariance by n: take the same")
def variance_of_a_sample(X, y, folds):
    def fit(x, t):
        slope = np.mean((x - x.mean()) * (t - t.mean())) / np.var(x, ddof=1)
        return slope, t.mean() - slope * x.mean()

    return variant(X, y, folds, fit=fit)


@answers.mistake(ONE, "the line that predicts x from y")
def other_way_round(X, y, folds):
    def fit(x, t):
        slope, intercept = line(t, x)
        return 1 / slope, -intercept / slope

    return variant(X, y, folds, fit=fit)


@answers.mistake(ONE, "the feature isn't used")
def mean_of_the_others(X, y, folds):
    return variant(X, y, folds, fit=lambda x, t: (0.0, t.mean()))


@answers.mistake(ONE, "the slope is missing")
def no_slope(X, y, folds):
    return variant(X, y, folds, fit=lambda x, t: (1.0, t.mean() - x.mean()))


@answers.mistake(ONE, "make the array once, before the loop")
def array_made_anew(X, y, folds):
    predictions = variant(X, y, folds)
    return np.where(folds == folds.max(), predictions, 0)


@answers.mistake(ONE, "held_out has one entry an example")
def mask_on_the_columns(X, y, folds):
    out = folds == folds[0]
    return X[:, out].sum(axis=1)


@answers.mistake(ONE, "only such an array, or whole numbers, can choose rows")
def mask_of_floats(X, y, folds):
    return X[(folds == folds[0]) * 1.0].sum(axis=1)


@answers.mistake(ONE, "does `return` stand inside the loop?")
def returns_too_early(X, y, folds):
    return variant(X, y, folds, turns=[0])


@answers.mistake(ONE, "there is a leak: the predictions for a fold change with the y")
def mean_of_all_y(X, y, folds):
    def fit(x, t):
        slope, _ = line(x, t)
        return slope, y.mean() - slope * x.mean()

    return variant(X, y, folds, fit=fit)


@answers.mistake(ONE, "there is a leak: a prediction changes with the X of another example")
def standardized_on_all(X, y, folds):
    """As many do: standardize first, then train on what is standardized, without an intercept."""
    Z = (X - X.mean(axis=0)) / np.where(X.std(axis=0) > 0, X.std(axis=0), 1)

    def fit(x, t):
        return x @ (t - t.mean()) / (x @ x), t.mean()

    return variant(Z, y, folds, fit=fit)


@answers.mistake(MANY, "the feature was chosen with the help of all examples")
def chosen_on_all(X, y, folds):
    return variant(X, y, folds, chosen=choose(X, y))


@answers.mistake(MANY, "the one part it may not be chosen on")
def chosen_on_the_fold(X, y, folds):
    predictions = np.zeros(len(y))
    for fold in np.unique(folds):
        out = folds == fold
        j = choose(X[out], y[out])
        slope, intercept = line(X[~out, j], y[~out])
        predictions[out] = intercept + slope * X[out, j]
    return predictions


@answers.mistake(MANY, "the covariance grows with the scale")
def by_covariance(X, y, folds):
    def choice(X, y):
        return np.argmax(np.abs((X - X.mean(axis=0)).T @ (y - y.mean())))

    return variant(X, y, folds, choice=choice)


@answers.mistake(MANY, "this chooses the steepest line: r divides by both deviations")
def steepest_line(X, y, folds):
    def choice(X, y):
        slopes = [line(x, y)[0] if np.ptp(x) > 0 else 0.0 for x in X.T]
        return int(np.argmax(np.abs(slopes)))

    return variant(X, y, folds, choice=choice)


@answers.mistake(MANY, "choose by its size, not by its sign")
def highest_correlation(X, y, folds):
    return variant(X, y, folds, choice=lambda X, y: np.argmax(correlations(X, y)))


@answers.mistake(MANY, "take the means away before you multiply")
def plain_products(X, y, folds):
    return variant(X, y, folds, choice=lambda X, y: np.argmax(np.abs(X.T @ y)))


@answers.mistake(MANY, "this is the weakest of the features")
def weakest(X, y, folds):
    return variant(X, y, folds, choice=lambda X, y: np.argmin(np.abs(correlations(X, y))))


@answers.mistake(MANY, "this is always the first feature")
def first_feature(X, y, folds):
    return variant(X, y, folds, choice=lambda X, y: 0)


@answers.mistake(NAMES, "np.unique(folds) lists those that occur")
def numbered_turns(X, y, folds):
    return variant(X, y, folds, turns=range(len(np.unique(folds))))


@answers.mistake(NAMES, "a fold whose number is negative was left out")
def up_to_the_largest(X, y, folds):
    turns = [fold for fold in range(folds.max() + 1) if np.any(folds == fold)]
    return variant(X, y, folds, turns=turns)


@answers.mistake(NAMES, "a fold's number may be any whole number, a negative one too")
def counted_folds(X, y, folds):
    return variant(X, y, folds, turns=np.flatnonzero(np.bincount(folds)))


@answers.mistake(NAMES, "the fold of a single example was left out")
def no_single_ones(X, y, folds):
    names, sizes = np.unique(folds, return_counts=True)
    return variant(X, y, folds, turns=names[sizes > 1])


@answers.mistake(CONSTANT, "np.argmax takes nan for the largest")
def nan_is_chosen(X, y, folds):
    def choice(X, y):
        A, t = X - X.mean(axis=0), y - y.mean()
        return np.argmax(np.abs(A.T @ t / np.sqrt((A * A).sum(axis=0) * (t @ t))))

    return variant(X, y, folds, choice=choice)


@answers.mistake(CONSTANT, "np.argmax takes nan for the largest")
def nan_is_chosen_and_fitted(X, y, folds):
    """As `np.corrcoef` and least squares do it, which gives a line without a slope."""

    def choice(X, y):
        with np.errstate(all="ignore"):
            return int(np.argmax([abs(np.corrcoef(x, y)[0, 1]) for x in X.T]))

    def fit(x, t):
        design = np.column_stack([x, np.ones(len(x))])
        return np.linalg.lstsq(design, t, rcond=None)[0]

    return variant(X, y, folds, choice=choice, fit=fit)


@answers.mistake(CONSTANT, "a line can't be fitted to a feature without spread")
def nan_is_chosen_and_polyfitted(X, y, folds):
    """The fit stops at a feature without spread, far from the choice that is to blame."""

    def choice(X, y):
        with np.errstate(all="ignore"):
            return int(np.argmax([abs(np.corrcoef(x, y)[0, 1]) for x in X.T]))

    return variant(X, y, folds, choice=choice, fit=lambda x, t: np.polyfit(x, t, 1))


@answers.mistake(ONE, "not one number for each fold")
def an_error_for_each_fold(X, y, folds):
    error = (variant(X, y, folds) - y) ** 2
    return np.array([error[folds == fold].mean() for fold in np.unique(folds)])


@answers.thoughtless
def means(X, y, folds):
    return np.full(len(y), y.mean())


@answers.thoughtless
def targets_back(X, y, folds):
    return y


@answers.mistake(ONE, "these are the true values")
def targets(X, y, folds):
    return y.copy()


@answers.thoughtless
def zeros(X, y, folds):
    return np.zeros(len(y))
