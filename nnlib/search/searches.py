"""Three ways to look for hyperparameters: all of a grid, at random, guided by what was seen.

Sources: Bergstra and Bengio, Random search for hyper-parameter optimization, 2012; Bergstra,
Bardenet, Bengio and Kégl, Algorithms for hyper-parameter optimization, 2011, for the guide (TPE);
Akiba, Sano, Yanase, Ohta and Koyama, Optuna, 2019.
"""

import itertools
import warnings
from functools import partial

import joblib
import numpy as np
from tqdm.auto import tqdm

from nnlib.datasets.progress import somebody_is_looking
from nnlib.datasets.splits import k_fold
from nnlib.search.distributions import Distribution, check_options
from nnlib.search.trials import Results, Trial, score_fold
from nnlib.validation import (
    check_count,
    check_matrix,
    check_rng,
    check_same_length,
    check_vector,
    describe,
)


class Search:
    """What all searches share: `build(**hyperparameters)` makes a model, cross-validation judges.

    The model has `fit(X, y)` and `score(X, y)`, higher being better. Each trial is fitted `folds`
    times, each time without one fold, which then gives the score; the folds are the same for all
    trials. Where `build` or `fit` takes an `rng`, it gets a generator of its own for each trial and
    fold, so that a result depends neither on the order of the work nor on where it is done.

    `n_jobs` processes share the work, through joblib: 1, the default, is this process alone and -1
    stands for as many as there are cores. With a Dask client at hand, a cluster shares it:

        with joblib.parallel_config(backend="dask"):
            search.fit(X, y, rng=rng)

    A trial that fails is kept, with its error. Ctrl-C ends the search and keeps the finished
    trials (then `interrupted_` is True).

    After `fit`: `results_`, a list of Trials that is shown as a table; `best_`, the hyperparameters
    with the highest mean score; `best_score_`.
    """

    def __init__(self, build, space, *, folds=5, n_jobs=1):
        if not callable(build):
            raise TypeError(f"build expects a function that makes a model, got {describe(build)}")
        if not isinstance(space, dict):
            raise TypeError(f"space expects a dict of hyperparameters, got {describe(space)}")
        if not space:
            raise ValueError("space is empty: there is nothing to look for")
        self.build = build
        self.space = {name: self.check_range(name, values) for name, values in space.items()}
        self.folds = check_count(folds, "folds", minimum=2)
        self.n_jobs = -1 if n_jobs == -1 else check_count(n_jobs, "n_jobs")

    def fit(self, X, y, *, rng):
        """Look for the best hyperparameters for X (n, features), y (n,)."""
        X, y, rng = check_matrix(X), check_vector(y), check_rng(rng)
        check_same_length(X, y)
        seed = rng.integers(2**32, size=4).tolist()
        labels = y if y.dtype.kind in "iub" else None
        folds = k_fold(len(y), self.folds, labels=labels, rng=np.random.default_rng(seed))
        self.results_, self.interrupted_ = Results(), False
        judge = partial(self._judge, X, y, folds, seed)
        try:
            with self._bar() as bar:
                for trial in self.trials(judge, np.random.default_rng([*seed, 0])):
                    self.results_.append(trial)
                    bar.update()
        except KeyboardInterrupt:
            self.interrupted_ = True
        return self

    @property
    def best_(self):
        """The hyperparameters with the highest mean score, a dict."""
        return dict(self._finished().best.hyperparameters)

    @property
    def best_score_(self):
        return self._finished().best.mean

    def check_range(self, name, values):
        """The values of one hyperparameter, if they are of the kind that this search can handle."""
        if not isinstance(values, Distribution):
            raise TypeError(
                f"{name} expects a distribution like Uniform(0, 1) or Choice([1, 2]), "
                f"got {describe(values)}"
            )
        return values

    def trials(self, judge, rng):
        """Make the Trials one after another.

        `judge(candidates)` takes a list of dicts and gives a Trial for each, when it is ready.
        """
        raise NotImplementedError(f"{type(self).__name__} needs a method trials(judge, rng)")

    def _judge(self, X, y, folds, seed, candidates, first=0):
        """Trials of the candidates, in their order; `first` is the number of the first of them."""
        jobs = (
            joblib.delayed(score_fold)(self.build, candidate, X, y, train, valid, [*seed, 1, t, k])
            for t, candidate in enumerate(candidates, first)
            for k, (train, valid) in enumerate(folds)
        )
        outcomes = self._run(jobs)
        for candidate in candidates:
            yield Trial(candidate, list(itertools.islice(outcomes, len(folds))))

    def _run(self, jobs):
        """The results of joblib's jobs, in their order, each as soon as it is there."""
        if self.n_jobs == 1:
            yield from (function(*arguments, **settings) for function, arguments, settings in jobs)
            return
        outcomes = joblib.Parallel(n_jobs=self.n_jobs, return_as="generator")(jobs)
        try:
            for outcome in outcomes:  # noqa: UP028 - `yield from` would close them by itself
                yield outcome
        finally:
            with warnings.catch_warnings():  # joblib counts the work that Ctrl-C left undone
                warnings.simplefilter("ignore", UserWarning)
                outcomes.close()

    def _bar(self):
        return tqdm(
            total=self.count(), unit="trial", leave=False, disable=not somebody_is_looking()
        )

    def count(self):
        """The number of trials."""
        return self.number

    def _finished(self):
        if not hasattr(self, "results_"):
            raise ValueError(f"{type(self).__name__} has looked for nothing yet: call fit first")
        return self.results_

    def __repr__(self):
        return f"{type(self).__name__}({self.space})"


class GridSearch(Search):
    """Every combination of the values given for each hyperparameter.

    >>> from nnlib.svm import Gaussian, KernelSVM
    >>> def build(gamma, strength):
    ...     return KernelSVM(Gaussian(gamma), strength=strength)
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 2))
    >>> y = (X[:, 0] * X[:, 1] > 0).astype(int)
    >>> search = GridSearch(build, {"gamma": [0.01, 1.0], "strength": [0.1, 0.001]}, folds=3)
    >>> search.fit(X, y, rng=rng).best_
    {'gamma': 1.0, 'strength': 0.001}

    `build`, `folds`, `n_jobs` and the attributes after `fit` are explained at `Search`.
    """

    def check_range(self, name, values):
        if isinstance(values, Distribution):
            raise TypeError(
                f"{name} expects a list of values to try, got {values}: use RandomSearch"
            )
        return check_options(values, name)

    def trials(self, judge, rng):
        names, values = self.space.keys(), self.space.values()
        yield from judge([dict(zip(names, point)) for point in itertools.product(*values)])

    def count(self):
        return int(np.prod([len(values) for values in self.space.values()]))


class RandomSearch(Search):
    """`number` trials, each hyperparameter drawn from its own distribution.

    Where few of many hyperparameters matter, it tries more values of those than a grid does.

    >>> from nnlib.search import LogUniform
    >>> from nnlib.svm import LinearSVM
    >>> def build(strength):
    ...     return LinearSVM(strength=strength, epochs=5)
    >>> search = RandomSearch(build, {"strength": LogUniform(1e-4, 1)}, number=3)

    `build`, `folds`, `n_jobs` and the attributes after `fit` are explained at `Search`.
    """

    def __init__(self, build, space, *, number=20, folds=5, n_jobs=1):
        super().__init__(build, space, folds=folds, n_jobs=n_jobs)
        self.number = check_count(number, "number")

    def trials(self, judge, rng):
        yield from judge(
            [
                {name: distribution.sample(rng) for name, distribution in self.space.items()}
                for _ in range(self.number)
            ]
        )


class BayesianSearch(RandomSearch):
    """`number` trials, each chosen where the ones before make a good score likely.

    The guide is optuna's tree-structured Parzen estimator: after ten random trials it asks where
    good ones lie close together and bad ones don't. One trial has to wait for another, so `n_jobs`
    processes share the folds of a trial, and there is no use for more of them than folds.

    `build`, `folds`, `n_jobs` and the attributes after `fit` are explained at `Search`.
    """

    def trials(self, judge, rng):
        import optuna  # here, because it takes longer to load than all of nnlib

        level = optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        try:
            sampler = optuna.samplers.TPESampler(seed=int(rng.integers(2**32)))
            study = optuna.create_study(direction="maximize", sampler=sampler)
            ranges = {k: v.for_optuna(optuna.distributions) for k, v in self.space.items()}
            for number in range(self.number):
                asked = study.ask(ranges)
                candidate = {k: v.value_of(asked.params[k]) for k, v in self.space.items()}
                (trial,) = judge([candidate], first=number)
                if trial.error:
                    study.tell(asked, state=optuna.trial.TrialState.FAIL)
                else:
                    study.tell(asked, trial.mean)
                yield trial
        finally:
            optuna.logging.set_verbosity(level)
