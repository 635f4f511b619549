"""A trial: one set of hyperparameters, judged by cross-validation; and the table of all of them."""

import copy
import inspect
import math
from numbers import Real

import numpy as np

from nnlib.validation import describe


def score_fold(build, hyperparameters, X, y, train, valid, seed):
    """The score on one fold and None, or None and the words of the error that came up.

    The model is `build(**hyperparameters)`, fitted on the rows `train` and scored on `valid`. Where
    `build` or `fit` takes an `rng`, it gets a generator made from `seed`, a list of numbers.
    Hyperparameters that are objects are copied: no trial sees what another did to them.
    """
    rng = np.random.default_rng(seed)
    try:
        model = build(**copy.deepcopy(hyperparameters), **_rng_for(build, rng))
        model.fit(X[train], y[train], **_rng_for(model.fit, rng))
        return _check_score(model.score(X[valid], y[valid])), None
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"


def _rng_for(function, rng):
    """The argument `rng`, if the function has it."""
    try:
        names = inspect.signature(function).parameters
    except ValueError:  # a function written in C, which says nothing about its arguments
        return {}
    return {"rng": rng} if "rng" in names else {}


def _check_score(score):
    if isinstance(score, bool) or not isinstance(score, Real) or not math.isfinite(score):
        raise ValueError(f"score expects to return a finite number, got {describe(score)}")
    return float(score)


class Trial:
    """What came of one set of `hyperparameters`, a dict.

    `scores` has a score a fold, `mean` and `spread` (standard deviation) are of them; a trial that
    failed has the first `error` in words, and None for the rest.
    """

    def __init__(self, hyperparameters, outcomes):
        scores, errors = zip(*outcomes)
        self.hyperparameters = dict(hyperparameters)
        self.error = next((error for error in errors if error is not None), None)
        failed = self.error is not None
        self.scores = None if failed else list(scores)
        self.mean = None if failed else float(np.mean(scores))
        self.spread = None if failed else float(np.std(scores))

    def __eq__(self, other):
        return isinstance(other, Trial) and vars(self) == vars(other)

    __hash__ = None

    def __repr__(self):
        settings = ", ".join(f"{name}={_short(v)}" for name, v in self.hyperparameters.items())
        result = self.error or f"{self.mean:.4f} ± {self.spread:.4f}"
        return f"Trial({settings}: {result})"


class Results(list):
    """The Trials of a search in the order they were made; shown as a table, the best first."""

    def ranked(self):
        """A new list, best mean score first, failed ones last."""
        return sorted(self, key=lambda trial: math.inf if trial.error else -trial.mean)

    @property
    def best(self):
        """The Trial with the highest mean score, the first of equals.

        Raises ValueError where there is none: none was finished, or all of them failed.
        """
        if not self:
            raise ValueError("no trial was finished: there is no best one")
        best = self.ranked()[0]
        if best.error:
            raise ValueError(f"all {len(self)} trials failed, the first with {self[0].error}")
        return best

    def __repr__(self):
        if not self:
            return "no trials"
        names = list(self[0].hyperparameters)
        rows = [["trial", *names, "score", "spread"]]
        places = {id(trial): place for place, trial in enumerate(self)}
        for trial in self.ranked():
            values = [_short(trial.hyperparameters[name]) for name in names]
            scores = ["failed", trial.error] if trial.error else [trial.mean, trial.spread]
            cells = [f"{score:.4f}" if isinstance(score, float) else score for score in scores]
            rows.append([str(places[id(trial)]), *values, *cells])
        return _table(rows)


def _short(value):
    return f"{value:.4g}" if isinstance(value, float) else f"{value!r:.30}"


def _table(rows):
    """Rows of words as lines with columns; the last column may be as long as it likes."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]) - 1)]
    lines = ["  ".join([*map(str.rjust, row, widths), row[-1].rjust(6)]) for row in rows]
    return "\n".join(line[:99].rstrip() for line in lines)
