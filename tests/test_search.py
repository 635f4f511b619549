"""Hyperparameter search: what is tried, what is kept, and the same table wherever it runs."""

import itertools
import os
import signal
import subprocess
import sys
import textwrap
import time

import joblib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nnlib.datasets import moons
from nnlib.search import (
    BayesianSearch,
    Choice,
    GridSearch,
    IntUniform,
    LogUniform,
    RandomSearch,
    Results,
    Trial,
    Uniform,
)
from nnlib.svm import Gaussian, KernelSVM, LinearSVM


def generator(seed=0):
    return np.random.default_rng(seed)


def data(n=60):
    return moons(n, noise=0.2, rng=generator(1))


class Bowl:
    """A model whose score, everywhere, is -(x - 0.3)² - (y + 1)²."""

    def __init__(self, x, y=-1.0):
        self.height = -((x - 0.3) ** 2) - (y + 1) ** 2

    def fit(self, X, y):
        return self

    def score(self, X, y):
        return self.height


def linear_svm(strength, epochs=2):
    return LinearSVM(strength=strength, epochs=epochs, batch_size=10)


SVM_SPACE = {"strength": LogUniform(1e-4, 1), "epochs": IntUniform(1, 3)}


class TestDistributions:
    @pytest.mark.parametrize(
        ("distribution", "law"),
        [
            (Uniform(-2, 3), stats.uniform(-2, 5).cdf),
            (LogUniform(1e-3, 10), stats.loguniform(1e-3, 10).cdf),
        ],
    )
    def test_samples_follow_the_law(self, distribution, law):
        rng = generator(4)
        sample = [distribution.sample(rng) for _ in range(2000)]
        assert {type(value) for value in sample} == {float}
        assert stats.kstest(sample, law).pvalue > 0.01

    def test_whole_numbers_reach_both_ends(self):
        rng, distribution = generator(4), IntUniform(-1, 2)
        sample = [distribution.sample(rng) for _ in range(2000)]
        assert {type(value) for value in sample} == {int}
        counts = np.unique(sample, return_counts=True)[1]
        assert stats.chisquare(counts).pvalue > 0.01
        assert len(counts) == 4

    def test_options_may_be_anything(self):
        rng, options = generator(4), [None, Gaussian(1.0), len, [1]]
        sample = [Choice(options).sample(rng) for _ in range(200)]
        assert all(any(value is option for value in sample) for option in options)

    @settings(deadline=None)
    @given(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300), st.integers(0, 9))
    def test_samples_stay_within_the_ends(self, low, high, seed):
        if low < high:
            for distribution in (Uniform(low, high), LogUniform(low, high)):
                assert low <= distribution.sample(generator(seed)) <= high

    @pytest.mark.parametrize("low", [1e-300, 0.3, 1e300])
    def test_a_power_that_rounding_misses_stays_within_the_ends(self, low):
        """Between two neighbouring floats there is no room for what log and exp round away."""
        high = float(np.nextafter(low, np.inf))
        rng, distribution = generator(0), LogUniform(low, high)
        assert {distribution.sample(rng) for _ in range(50)} <= {low, high}

    @pytest.mark.parametrize(
        ("call", "error", "words"),
        [
            (lambda: Uniform(1, 1), ValueError, r"Uniform\(1.0, 1.0\) expects low < high"),
            (lambda: Uniform("0", 1), TypeError, "low expects a number"),
            (lambda: Uniform(0, np.inf), ValueError, "high"),
            (lambda: LogUniform(0, 1), ValueError, "low expects a number above 0"),
            (lambda: IntUniform(0.5, 2), TypeError, "low expects a whole number"),
            (lambda: IntUniform(2, 1), ValueError, "low < high"),
            (lambda: Choice([]), ValueError, "options is empty"),
            (lambda: Choice("abc"), TypeError, "a list of values, got the str"),
        ],
    )
    def test_bad_input_is_refused_with_words(self, call, error, words):
        with pytest.raises(error, match=words):
            call()


class TestGrid:
    def test_every_combination_in_order(self):
        search = GridSearch(Bowl, {"x": [0.0, 0.3, 1.0], "y": (-1.0, 2.0)}, folds=2)
        search.fit(*data(), rng=generator())
        tried = [tuple(trial.hyperparameters.values()) for trial in search.results_]
        assert tried == list(itertools.product([0.0, 0.3, 1.0], [-1.0, 2.0]))
        assert search.best_ == {"x": 0.3, "y": -1.0}
        assert search.best_score_ == 0.0
        assert search.results_[1].mean == pytest.approx(-9.09)
        assert search.results_[1].spread == 0.0

    def test_scores_are_those_of_cross_validation(self):
        """Each example is left out once; a model's score is on what it hasn't seen."""
        seen = []

        class Witness:
            def fit(self, X, y):
                seen.append([set(X[:, 0])])

            def score(self, X, y):
                seen[-1].append(set(X[:, 0]))
                assert (y == X[:, 1]).all()
                return float(len(X))

        X = np.column_stack([np.arange(23), np.arange(23) % 2])
        search = GridSearch(lambda a: Witness(), {"a": [1, 2]}, folds=5)
        search.fit(X, X[:, 1].astype(int), rng=generator())
        assert len(seen) == 10
        for train, valid in seen:
            assert not train & valid
            assert train | valid == set(range(23))
        assert sorted(x for _, valid in seen[:5] for x in valid) == list(range(23))
        assert seen[:5] == seen[5:]  # the same folds for each trial
        assert search.results_[0].scores == [float(len(valid)) for _, valid in seen[:5]]
        assert search.results_[0].mean == pytest.approx(23 / 5)

    def test_folds_are_stratified_for_labels_alone(self):
        shares = []

        class Witness:
            def fit(self, X, y):
                return self

            def score(self, X, y):
                shares.append(float(np.mean(y)))
                return 0.0

        y = np.arange(100) < 20
        GridSearch(lambda a: Witness(), {"a": [1]}).fit(np.ones((100, 1)), y, rng=generator())
        assert shares == pytest.approx([0.2] * 5)
        shares.clear()
        GridSearch(lambda a: Witness(), {"a": [1]}).fit(
            np.ones((100, 1)), y.astype(float), rng=generator()
        )
        assert len(set(shares)) > 1

    def test_it_finds_what_matters(self):
        def build(gamma):
            return KernelSVM(Gaussian(gamma), strength=0.01)

        X, y = data(120)
        search = GridSearch(build, {"gamma": [1e-3, 1.0, 1e3]}).fit(X, y, rng=generator())
        assert search.best_ == {"gamma": 1.0}
        assert search.best_score_ > 0.9

    @pytest.mark.parametrize(
        ("space", "error", "words"),
        [
            ({"x": Uniform(0, 1)}, TypeError, "use RandomSearch"),
            ({"x": 3}, TypeError, "x expects a list of values, got the int 3"),
            ({"x": []}, ValueError, "x is empty"),
            ({}, ValueError, "space is empty"),
            ([1], TypeError, "space expects a dict"),
        ],
    )
    def test_bad_spaces_are_refused_with_words(self, space, error, words):
        with pytest.raises(error, match=words):
            GridSearch(Bowl, space)


@pytest.mark.parametrize("kind", [RandomSearch, BayesianSearch])
class TestRandomAndBayesian:
    def test_draws_from_the_space(self, kind):
        space = {"x": Uniform(0, 1), "y": Choice([-1.0, 0.5])}
        search = kind(Bowl, space, number=30, folds=2).fit(*data(), rng=generator())
        assert len(search.results_) == 30
        tried = [trial.hyperparameters for trial in search.results_]
        assert all(0 <= h["x"] <= 1 and h["y"] in (-1.0, 0.5) for h in tried)
        assert {h["y"] for h in tried} == {-1.0, 0.5}
        best = max(tried, key=lambda h: Bowl(**h).height)
        assert search.best_ == best
        assert search.best_score_ == Bowl(**best).height

    def test_whole_numbers_and_logarithms(self, kind):
        class Counted(Bowl):
            def __init__(self, n, rate):
                assert type(n) is int and type(rate) is float
                super().__init__(n / 10, rate - 1)

        space = {"n": IntUniform(1, 9), "rate": LogUniform(1e-3, 1)}
        search = kind(Counted, space, number=15, folds=2).fit(*data(), rng=generator())
        assert all(trial.error is None for trial in search.results_)
        assert {trial.hyperparameters["n"] for trial in search.results_} <= set(range(1, 10))

    def test_same_seed_same_table(self, kind):
        search = kind(linear_svm, SVM_SPACE, number=4, folds=3)
        X, y = data()
        first = search.fit(X, y, rng=generator(7)).results_
        assert search.fit(X, y, rng=generator(7)).results_ == first
        assert search.fit(X, y, rng=generator(8)).results_ != first
        rng = generator(7)
        search.fit(X, y, rng=rng)
        assert search.fit(X, y, rng=rng).results_ != first  # a generator moves on

    def test_bad_spaces_are_refused_with_words(self, kind):
        with pytest.raises(TypeError, match="x expects a distribution like Uniform"):
            kind(Bowl, {"x": [0, 1]})
        with pytest.raises(ValueError, match="number"):
            kind(Bowl, {"x": Uniform(0, 1)}, number=0)


def test_bayesian_search_learns_from_its_trials():
    """On a bowl in two dimensions it ends closer than chance, in most of five seeds."""
    space, wins = {"x": Uniform(-5, 5), "y": Uniform(-5, 5)}, 0
    for seed in range(5):
        best = [
            kind(Bowl, space, number=50, folds=2).fit(*data(10), rng=generator(seed)).best_score_
            for kind in (RandomSearch, BayesianSearch)
        ]
        wins += best[1] > best[0]
    assert wins >= 4


def test_optunas_talk_is_silenced_and_restored(capfd):
    import optuna

    level = optuna.logging.get_verbosity()
    BayesianSearch(Bowl, {"x": Uniform(0, 1)}, number=2, folds=2).fit(*data(10), rng=generator())
    assert optuna.logging.get_verbosity() == level
    assert capfd.readouterr() == ("", "")


class TestFailures:
    def test_a_failing_trial_is_kept_with_its_error(self):
        def build(x):
            if x == 2:
                raise RuntimeError("no such model")
            return Bowl(x)

        search = GridSearch(build, {"x": [1.0, 2, 0.0]}, folds=2).fit(*data(), rng=generator())
        failed = search.results_[1]
        assert failed.error == "RuntimeError: no such model"
        assert (failed.scores, failed.mean, failed.spread) == (None, None, None)
        assert search.best_ == {"x": 0.0}
        assert "failed  RuntimeError: no such model" in repr(search.results_)
        assert repr(search.results_).splitlines()[-1].startswith("    1  2")

    @pytest.mark.parametrize("kind", [RandomSearch, BayesianSearch])
    def test_some_fail_on_the_way(self, kind):
        def build(x):
            return Bowl(x if x < 0.5 else "x")

        search = kind(build, {"x": Uniform(0, 1)}, number=15, folds=2)
        search.fit(*data(), rng=generator())
        errors = [trial.error is not None for trial in search.results_]
        assert errors == [trial.hyperparameters["x"] >= 0.5 for trial in search.results_]
        assert any(errors) and not all(errors)
        assert search.best_["x"] < 0.5

    @pytest.mark.parametrize("score", [np.nan, np.inf, None, "good", True])
    def test_a_score_that_is_no_number_is_a_failure(self, score):
        class Odd(Bowl):
            def score(self, X, y):
                return score

        search = GridSearch(Odd, {"x": [1.0]}, folds=2).fit(*data(), rng=generator())
        assert search.results_[0].error.startswith("ValueError: score expects to return a finite")

    def test_all_fail(self):
        search = GridSearch(Bowl, {"z": [1, 2]}, folds=2).fit(*data(), rng=generator())
        with pytest.raises(ValueError, match="all 2 trials failed, the first with TypeError"):
            search.best_  # noqa: B018

    def test_before_fit(self):
        with pytest.raises(ValueError, match="call fit first"):
            GridSearch(Bowl, {"x": [1]}).best_score_  # noqa: B018

    @pytest.mark.parametrize(
        ("call", "error", "words"),
        [
            (lambda: GridSearch(Bowl(1), {"x": [1]}), TypeError, "build expects a function"),
            (lambda: GridSearch(Bowl, {"x": [1]}, folds=1), ValueError, "folds"),
            (lambda: GridSearch(Bowl, {"x": [1]}, n_jobs=0), ValueError, "n_jobs"),
            (lambda: GridSearch(Bowl, {"x": [1]}).fit(*data(), rng=1), TypeError, "default_rng"),
            (
                lambda: GridSearch(Bowl, {"x": [1]}).fit([[1.0]], [1, 2], rng=generator()),
                ValueError,
                "1 examples and y 2",
            ),
            (
                lambda: GridSearch(Bowl, {"x": [1]}).fit(*data(4), rng=generator()),
                ValueError,
                "got 5 for 4 examples",
            ),
        ],
    )
    def test_bad_input_is_refused_with_words(self, call, error, words):
        with pytest.raises(error, match=words):
            call()


class TestSeeds:
    def test_each_trial_and_fold_has_a_generator_of_its_own(self):
        class Dice:
            def __init__(self, rng):
                self.throws = [rng.random()]

            def fit(self, X, y, *, rng):
                self.throws.append(rng.random())

            def score(self, X, y):
                return sum(self.throws)

        search = GridSearch(lambda a, rng: Dice(rng), {"a": [1, 2, 3]}, folds=4)
        results = search.fit(*data(), rng=generator()).results_
        assert len({score for trial in results for score in trial.scores}) == 12
        # a trial's numbers don't depend on the trials beside it
        fewer = GridSearch(lambda a, rng: Dice(rng), {"a": [1]}, folds=4)
        assert fewer.fit(*data(), rng=generator()).results_[0].scores == results[0].scores

    def test_objects_among_the_options_start_fresh(self):
        class Counter:
            def __init__(self, box):
                box.append(1)
                self.box = box

            def fit(self, X, y):
                return self

            def score(self, X, y):
                return float(len(self.box))

        box = []
        search = GridSearch(Counter, {"box": [box]}, folds=3).fit(*data(), rng=generator())
        assert search.results_[0].scores == [1.0, 1.0, 1.0]
        assert box == []

    def test_inputs_stay_as_they_were(self):
        class Vandal(Bowl):
            def fit(self, X, y):
                X[...] = y[...] = 0

        X, y = data()
        X.flags.writeable = y.flags.writeable = False
        search = GridSearch(Vandal, {"x": [1.0]}, folds=2).fit(X, y, rng=generator())
        assert search.results_[0].error is None


def searches(n_jobs):
    """One of each kind, over machines whose training depends on their generator."""
    from nnlib.svm import LinearSVM  # by name, for processes that don't know this file

    def build(strength, epochs=2):
        if epochs == 3 and strength > 0.1:
            raise RuntimeError("too strong")
        return LinearSVM(strength=strength, epochs=epochs, batch_size=10)

    grid = {"strength": [1e-3, 0.1, 1.0], "epochs": [1, 3]}
    yield GridSearch(build, grid, folds=3, n_jobs=n_jobs)
    yield RandomSearch(build, SVM_SPACE, number=6, folds=3, n_jobs=n_jobs)
    yield BayesianSearch(build, SVM_SPACE, number=12, folds=2, n_jobs=n_jobs)


@pytest.fixture(scope="module")
def tables():
    """The tables made in one process."""
    tables = [search.fit(*data(), rng=generator(3)).results_ for search in searches(1)]
    assert "RuntimeError: too strong" in repr(tables[0])
    return tables


def test_two_processes_make_the_same_tables(tables):
    ours = [search.fit(*data(), rng=generator(3)).results_ for search in searches(2)]
    assert ours == tables
    assert repr(ours) == repr(tables)


def test_a_dask_cluster_makes_the_same_tables(tables):
    """A real scheduler and two worker processes on this machine."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        with joblib.parallel_config(backend="dask"):
            ours = [search.fit(*data(), rng=generator(3)).results_ for search in searches(2)]
        worked = client.run(lambda dask_worker: dask_worker.state.executed_count)
    assert ours == tables
    assert repr(ours) == repr(tables)
    assert len(worked) == 2
    assert sum(worked.values()) > 0


class Bar:
    """A progress bar during which somebody presses Ctrl-C."""

    def __init__(self, after):
        self.left = after

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def update(self):
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("which", range(3))
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_ctrl_c_keeps_the_finished_trials(tables, which, n_jobs, monkeypatch):
    search = list(searches(n_jobs))[which]
    monkeypatch.setattr(search, "_bar", lambda: Bar(after=3))
    search.fit(*data(), rng=generator(3))
    assert search.interrupted_
    assert search.results_ == tables[which][:3]
    assert search.best_ == Results(tables[which][:3]).best.hyperparameters
    monkeypatch.undo()
    assert search.fit(*data(), rng=generator(3)).results_ == tables[which]
    assert not search.interrupted_


@pytest.mark.usefixtures("ctrl_c_arrives")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_real_ctrl_c(n_jobs, tmp_path):
    """SIGINT to the whole group of processes, as a terminal sends it."""
    script = tmp_path / "slow.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import pathlib, time
            import numpy as np
            from nnlib.search import GridSearch

            started = pathlib.Path({str(tmp_path / "started")!r})

            class Slow:
                def __init__(self, x):
                    self.x = x
                def fit(self, X, y):
                    if self.x > 1:
                        started.touch()
                        time.sleep(60)
                def score(self, X, y):
                    return float(self.x)

            if __name__ == "__main__":
                X, y = np.ones((8, 1)), np.arange(8) % 2
                search = GridSearch(Slow, {{"x": [0, 1, 2, 3]}}, folds=2, n_jobs={n_jobs})
                search.fit(X, y, rng=np.random.default_rng(0))
                print(search.interrupted_, len(search.results_), search.best_)
            """
        )
    )
    process = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "started").exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.5)  # for the finished trials to be handed over
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=30)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    assert output == "True 2 {'x': 1}\n"


def test_the_table_is_readable():
    trials = [
        Trial({"rate": 0.001, "kernel": Gaussian(1.0)}, [(0.5, None), (0.75, None)]),
        Trial({"rate": 1 / 3, "kernel": None}, [(1.0, None), (1.0, None)]),
        Trial({"rate": 12345.678, "kernel": None}, [(1.0, None), (None, "ValueError: no")]),
    ]
    assert repr(Results(trials)).splitlines() == [
        "trial       rate             kernel   score  spread",
        "    1     0.3333               None  1.0000  0.0000",
        "    0      0.001  Gaussian(gamma=1)  0.6250  0.1250",
        "    2  1.235e+04               None  failed  ValueError: no",
    ]
    assert repr(Results()) == "no trials"
    assert repr(trials[0]) == "Trial(rate=0.001, kernel=Gaussian(gamma=1): 0.6250 ± 0.1250)"
    with pytest.raises(ValueError, match="no trial was finished"):
        Results().best  # noqa: B018


def test_the_import_is_light():
    """optuna and Dask take longer to load than all of nnlib: only their users wait for them."""
    code = "import sys, nnlib.search; print({'optuna', 'distributed', 'dask'} & set(sys.modules))"
    words = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert words.stdout == "set()\n"
