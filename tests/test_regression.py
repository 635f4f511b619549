"""Linear, logistic and softmax regression against scikit-learn's and NumPy's optima."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import linear_model

from nnlib.losses import SquaredError
from nnlib.neurons import LinearModel, LinearRegression, LogisticRegression, SoftmaxRegression
from nnlib.optimizers import SGD, Momentum, NonFiniteGradient

MODELS = [LinearRegression, LogisticRegression, SoftmaxRegression]
models = pytest.mark.parametrize("model", MODELS)


def generator(seed=0):
    return np.random.default_rng(seed)


def line(seed, n=80, features=4):
    rng = generator(seed)
    X = rng.normal(size=(n, features)) * rng.uniform(0.5, 2, features) + rng.normal(size=features)
    return X, X @ rng.normal(size=features) + 3 + rng.normal(size=n)


def classes(seed, K, n=120, features=4):
    rng = generator(seed)
    index = np.arange(n) % K
    return rng.normal(size=(K, features))[index] + rng.normal(size=(n, features)), index


def all_at_once(model, strength):
    """Full-batch gradient descent with momentum, to the last digits."""
    return model(Momentum(0.05), batch_size=None, epochs=4000, strength=strength)


def log_loss(z, t):
    return (np.logaddexp(0, z) - t * z).mean()


@pytest.mark.parametrize("seed", range(5))
def test_linear_regression_is_least_squares(seed):
    X, y = line(seed)
    judge = linear_model.LinearRegression().fit(X, y)
    ours = all_at_once(LinearRegression, 0.0).fit(X, y, rng=generator())
    assert ours.weights_ == pytest.approx(judge.coef_, rel=1e-8)
    assert ours.bias_ == pytest.approx(judge.intercept_, rel=1e-8)
    assert ours.score(X, y) == pytest.approx(judge.score(X, y), rel=1e-10)
    assert ours.predict(X) == pytest.approx(judge.predict(X), rel=1e-6)


@pytest.mark.parametrize("strength", [0.01, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_with_a_strength_it_is_ridge(seed, strength):
    X, y = line(seed)
    judge = linear_model.Ridge(alpha=strength * len(X)).fit(X, y)
    ours = all_at_once(LinearRegression, strength).fit(X, y, rng=generator())
    assert [*ours.weights_, ours.bias_] == pytest.approx([*judge.coef_, judge.intercept_], rel=1e-8)


@pytest.mark.parametrize("strength", [0.01, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_logistic_regression_is_scikit_learns(seed, strength):
    X, index = classes(seed, 2)
    y = np.where(index == 1, 7, -3)
    judge = linear_model.LogisticRegression(C=1 / (strength * len(X)), tol=1e-12, max_iter=10_000)
    judge.fit(X, y)
    ours = all_at_once(LogisticRegression, strength).fit(X, y, rng=generator())
    assert ours.weights_ == pytest.approx(judge.coef_[0], rel=1e-6, abs=1e-7)
    assert ours.bias_ == pytest.approx(judge.intercept_[0], rel=1e-6, abs=1e-7)
    assert ours.classes_.tolist() == [-3, 7]
    assert ours.predict(X).tolist() == judge.predict(X).tolist()
    assert ours.probabilities(X) == pytest.approx(judge.predict_proba(X)[:, 1], rel=1e-5)
    assert ours.score(X, y) == judge.score(X, y)


@pytest.mark.parametrize("strength", [0.01, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_softmax_regression_is_scikit_learns(seed, strength):
    X, index = classes(seed, 3)
    judge = linear_model.LogisticRegression(C=1 / (strength * len(X)), tol=1e-12, max_iter=10_000)
    judge.fit(X, index)
    ours = all_at_once(SoftmaxRegression, strength).fit(X, index, rng=generator())
    assert ours.weights_ == pytest.approx(judge.coef_, rel=1e-5, abs=1e-6)
    biases = ours.bias_ - ours.bias_.mean()  # a number added to all of them changes nothing
    assert biases == pytest.approx(judge.intercept_ - judge.intercept_.mean(), rel=1e-5, abs=1e-6)
    assert ours.probabilities(X) == pytest.approx(judge.predict_proba(X), rel=1e-5, abs=1e-8)
    assert ours.probabilities(X).sum(axis=1) == pytest.approx(np.ones(len(X)))
    assert ours.predict(X).tolist() == judge.predict(X).tolist()


@pytest.mark.parametrize("seed", range(4))
def test_minibatches_come_close_and_their_mean_closer(seed):
    X, y = line(seed, n=200)
    least = (linear_model.LinearRegression().fit(X, y).predict(X) - y).var() / 2

    def excess(average):
        model = LinearRegression(batch_size=10, epochs=200, average=average)
        ours = model.fit(X, y, rng=generator(seed))
        return ((ours.predict(X) - y) ** 2).mean() / 2 / least - 1

    assert 0 < excess(average=True) < 1e-3
    assert excess(average=True) < excess(average=False) < 0.1


def test_stochastic_logistic_regression_reaches_the_optimum():
    X, index = classes(1, 2, n=200)
    judge = linear_model.LogisticRegression(C=1 / (0.01 * 200), tol=1e-10).fit(X, index)
    model = LogisticRegression(strength=0.01, epochs=300, batch_size=10, average=True)
    ours = model.fit(X, index, rng=generator())

    def cost(w, b):
        return log_loss(X @ w + b, index) + 0.005 * w @ w

    best = cost(judge.coef_[0], judge.intercept_[0])
    assert best * (1 - 1e-9) < cost(ours.weights_, ours.bias_) < best * (1 + 1e-3)


def test_each_step_is_the_neurons_own_rule():
    """One example at a time: w -= rate (p - t) x, in the order that the generator gives."""
    X, index = classes(3, 2, n=12)
    model = LogisticRegression(SGD(0.3), batch_size=1, epochs=2)
    ours = model.fit(X, index, rng=generator(8))
    w, b, rng, costs = np.zeros(4), 0.0, generator(8), []
    for _ in range(2):
        losses = []
        for i in rng.permutation(12):
            z = w @ X[i] + b
            losses.append(log_loss(z, index[i]))
            pull = 0.3 * (1 / (1 + np.exp(-z)) - index[i])
            w, b = w - pull * X[i], b - pull
        costs.append(np.mean(losses))
    assert [*ours.weights_, ours.bias_] == pytest.approx([*w, b], rel=1e-12)
    assert ours.costs_ == pytest.approx(costs, rel=1e-12)


def test_far_logits_are_safe():
    X, y = np.array([[1e3], [-1e3], [2e3], [-2e3]]), np.array([1, 0, 1, 0])
    for model in (LogisticRegression, SoftmaxRegression):
        fitted = model(SGD(1.0), epochs=20).fit(X, y, rng=generator())
        assert np.isfinite(fitted.probabilities(X)).all()
        assert fitted.score(X, y) == 1.0


@models
@settings(max_examples=20, deadline=None)
@given(
    st.integers(2, 9),
    st.integers(1, 4),
    st.sampled_from([None, 1, 3, 100]),
    st.sampled_from([np.float64, np.float32, np.int16]),
    st.booleans(),
    st.integers(0, 99),
)
def test_any_shape_batch_and_dtype(model, n, features, batch_size, dtype, average, seed):
    X = generator(seed).integers(-3, 4, size=(features, 2 * n)).astype(dtype).T[::2]
    y = np.arange(n) % 2
    X.flags.writeable = y.flags.writeable = False
    before = X.copy()
    fitted = model(epochs=3, batch_size=batch_size, average=average).fit(X, y, rng=generator(seed))
    assert fitted.predict(X).shape == (n,)
    assert len(fitted.costs_) == 3
    assert fitted.score(X, y) <= 1
    assert np.array_equal(X, before)
    again = model(epochs=3, batch_size=batch_size, average=average).fit(
        np.ascontiguousarray(X), y, rng=generator(seed)
    )
    assert again.weights_.tolist() == fitted.weights_.tolist()


@models
def test_numbers_too_large_to_be_squared_ask_for_scaling(model):
    for dtype, largest in [(np.float64, 1e200), (np.float32, 1e30)]:
        X = np.array([[largest], [-largest]], dtype)
        with pytest.raises(ValueError, match=rf"as large as 1e\+.*{X.dtype}: scale X"):
            model().fit(X, [0, 1], rng=generator())


class Stopped(SGD):
    """Does not get beyond three steps."""

    def step(self, parameters):
        if self.steps == 3:
            raise self.end
        super().step(parameters)


@models
@pytest.mark.parametrize("end", [KeyboardInterrupt, NonFiniteGradient])
def test_a_fit_that_does_not_end_leaves_the_model_as_it_was(model, end):
    stopped = Stopped(0.1)
    stopped.end = end
    X, y = classes(0, 2)
    fitted = model().fit(X, y, rng=generator())
    fitted.optimizer = stopped
    before = dict(vars(fitted))
    with pytest.raises(end):
        fitted.fit(X[:, :2], y + 5, rng=generator())
    assert vars(fitted).keys() == before.keys()
    assert all(vars(fitted)[name] is before[name] for name in before)
    fresh = model(stopped)
    with pytest.raises(end):
        fresh.fit(X, y, rng=generator())
    with pytest.raises(ValueError, match="learned nothing yet"):
        fresh.predict(X)


@models
@pytest.mark.parametrize(
    ("y", "error", "words"),
    [
        ([[0], [0], [1], [1]], ValueError, r"y.ravel\(\)"),
        (np.zeros((4, 2)), ValueError, r"shape \(4, 2\)"),
        (["0", "0", "1", "1"], TypeError, "real numbers"),
        ([0, 0, 1, np.nan], ValueError, r"y\[3\] is nan"),
        ([0, 0, 1], ValueError, "4 examples and y 3"),
        (1, ValueError, r"y expects shape \(n,\)"),
    ],
)
def test_only_answers_are_scored(model, y, error, words):
    X = [[0.0], [0.1], [1.0], [1.1]]
    fitted = model().fit(X, [0, 0, 1, 1], rng=generator())
    with pytest.raises(error, match=words):
        fitted.score(X, y)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: LinearRegression(epochs=0), ValueError, "epochs"),
        (lambda: LinearRegression(0.1), TypeError, "one like SGD"),
        (lambda: LinearRegression(strength=-1), ValueError, "strength"),
        (lambda: LinearRegression(average=1), TypeError, "average expects True or False"),
        (lambda: LinearRegression(batch_size=2.0), TypeError, "batch_size"),
        (lambda: LinearRegression().predict([[1.0]]), ValueError, "learned nothing yet"),
        (lambda: LogisticRegression().probabilities([[1.0]]), ValueError, "learned nothing yet"),
        (lambda: LinearRegression().fit([[1.0]], [1, 2], rng=generator()), ValueError, "1 example"),
        (lambda: LinearRegression().fit([[1.0]], [np.inf], rng=generator()), ValueError, "is inf"),
        (lambda: LinearRegression().fit([[1.0]], [1.0], rng=None), TypeError, "default_rng"),
        (
            lambda: LogisticRegression().fit(np.eye(3), [0, 1, 2], rng=generator()),
            ValueError,
            "use SoftmaxRegression",
        ),
        (
            lambda: LogisticRegression().fit(np.eye(2), [0, 0], rng=generator()),
            ValueError,
            "one class alone",
        ),
        (
            lambda: (
                LinearRegression().fit(np.eye(2), [4, 4], rng=generator()).score(np.eye(2), [4, 4])
            ),
            ValueError,
            "no variance",
        ),
        (
            lambda: LinearRegression().fit(np.eye(2), [0, 1], rng=generator()).predict(np.eye(3)),
            ValueError,
            "expects 2 features",
        ),
        (
            lambda: LinearRegression(SGD(1e3), epochs=500).fit(*line(0), rng=generator()),
            ValueError,
            "diverged",
        ),
    ],
)
def test_bad_input_is_refused_with_words(call, error, words):
    with pytest.raises(error, match=words), np.errstate(over="ignore", invalid="ignore"):
        call()


def test_a_model_of_ones_own():
    class Halved(LinearModel):
        """The least-squares line to half of y."""

        def __init__(self):
            super().__init__(
                loss=SquaredError(), optimizer=SGD(0.5), strength=0, epochs=300, batch_size=None,
                average=False,
            )  # fmt: skip

        def targets(self, X, y):
            return np.asarray(y)[np.newaxis] / 2

    model = Halved().fit([[0.0], [1.0], [2.0]], [2.0, 4.0, 6.0], rng=generator())
    assert model.scores([[3.0]]) == pytest.approx([4.0], rel=1e-6)
