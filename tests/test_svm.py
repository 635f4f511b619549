"""Support vector machines against scikit-learn's and SciPy's optima, on any input."""

import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, minimize
from sklearn.svm import SVC, LinearSVC

from nnlib.losses import CrammerSingerHinge, Hinge, SquaredError, SquaredHinge, WestonWatkinsHinge
from nnlib.neurons.labels import signs
from nnlib.optimizers import SGD, Adam, Momentum
from nnlib.schedules import InverseTimeDecay
from nnlib.svm import (
    Gaussian,
    Kernel,
    KernelSVM,
    Linear,
    LinearSVM,
    MulticlassSVM,
    Polynomial,
    PowerDecay,
)
from nnlib.svm.smo import solve


def generator(seed=0):
    return np.random.default_rng(seed)


def two_classes(seed, n=150, features=4):
    """Two overlapping classes, labelled -1 and +1, off the origin and on unequal scales."""
    rng = generator(seed)
    X = rng.normal(size=(n, features)) * rng.uniform(0.5, 2, features) + rng.normal(size=features)
    w = rng.normal(size=features)
    return X, np.where((X - X.mean(axis=0)) @ w + rng.normal(size=n) > 0.3, 1, -1)


def three_classes(seed, n=90, features=3):
    rng = generator(seed)
    index = np.arange(n) % 3
    return rng.normal(size=(3, features))[index] * 1.5 + rng.normal(size=(n, features)), index


def hinge(margin):
    return np.maximum(0, 1 - margin)


def cost(X, y, w, b, strength, power=1):
    return (hinge(y * (X @ w + b)) ** power).mean() + strength / 2 * w @ w


class TestLinearSVM:
    @pytest.mark.parametrize("strength", [1.0, 0.1, 0.03])
    @pytest.mark.parametrize("seed", range(4))
    def test_hinge_optimum_is_libsvms(self, seed, strength):
        X, y = two_classes(seed)
        judge = SVC(kernel="linear", C=1 / (strength * len(X)), tol=1e-7).fit(X, y)
        best = cost(X, y, judge.coef_[0], judge.intercept_[0], strength)
        svm = LinearSVM(strength=strength, epochs=2500, batch_size=25).fit(X, y, rng=generator(1))
        ours = cost(X, y, svm.weights_, svm.bias_, strength)
        assert best * (1 - 1e-6) < ours < best * (1 + 1e-3)

    @pytest.mark.parametrize("strength", [1.0, 0.1, 0.01])
    @pytest.mark.parametrize("seed", range(4))
    def test_squared_hinge_optimum_is_scipys(self, seed, strength):
        X, y = two_classes(seed)

        def both(parameters):
            w, b = parameters[:-1], parameters[-1]
            pull = -2 * y * hinge(y * (X @ w + b)) / len(X)
            return cost(X, y, w, b, strength, 2), np.append(X.T @ pull + strength * w, pull.sum())

        best = minimize(both, np.zeros(5), jac=True, method="BFGS", options={"gtol": 1e-9}).fun
        machine = LinearSVM(SquaredHinge(), strength=strength, epochs=1000, batch_size=25)
        svm = machine.fit(X, y, rng=generator(1))
        ours = cost(X, y, svm.weights_, svm.bias_, strength, 2)
        assert best * (1 - 1e-9) < ours < best * (1 + 1e-3)

    @pytest.mark.parametrize("seed", range(3))
    def test_squared_hinge_optimum_is_liblinears(self, seed):
        """LinearSVC holds the bias, too; with a large scale it holds it hardly."""
        X, y = two_classes(seed)
        C, scale = 1 / (0.1 * len(X)), 100.0
        judge = LinearSVC(C=C, intercept_scaling=scale, tol=1e-9, max_iter=10**6, dual=False)
        judge.fit(X, y)
        best = cost(X, y, judge.coef_[0], judge.intercept_[0], 0.1, 2)
        svm = LinearSVM(SquaredHinge(), strength=0.1, epochs=1000).fit(X, y, rng=generator(2))
        assert cost(X, y, svm.weights_, svm.bias_, 0.1, 2) == pytest.approx(best, rel=1e-3)

    @pytest.mark.parametrize("seed", range(3))
    def test_one_against_the_rest_is_that_many_machines(self, seed):
        X, index = three_classes(seed)
        digits = np.array([3, 5, 8])[index]
        svm = LinearSVM(strength=0.1, epochs=2000, batch_size=30).fit(X, digits, rng=generator())
        assert svm.classes_.tolist() == [3, 5, 8]
        assert svm.weights_.shape == (3, 3)
        for k, sign in enumerate(signs(index, 3)):
            judge = SVC(kernel="linear", C=1 / (0.1 * len(X)), tol=1e-7).fit(X, sign)
            best = cost(X, sign, judge.coef_[0], judge.intercept_[0], 0.1)
            ours = cost(X, sign, svm.weights_[k], svm.bias_[k], 0.1)
            assert best * (1 - 1e-6) < ours < best * (1 + 2e-3)
        scores = svm.decision_function(X)
        assert scores == pytest.approx(X @ svm.weights_.T + svm.bias_)
        assert svm.predict(X).tolist() == np.array([3, 5, 8])[scores.argmax(axis=1)].tolist()

    def test_one_step_of_gradient_descent_by_hand(self):
        X, y = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([-1, 1])
        svm = LinearSVM(strength=0.5, epochs=2, batch_size=None, optimizer=SGD(0.2))
        svm.fit(X, y, rng=generator())
        # From zeros both examples pull: the gradient of the mean is -(sum of y x) / 2 = (-1, 1.5).
        first, bias = np.array([0.2, -0.3]), 0.0
        margins = y * (X @ first + bias)  # 0.4 and 0.9: both pull again
        assert (margins < 1).all()
        second = first - 0.2 * (np.array([-1.0, 1.5]) + 0.5 * first)
        # the mean over the later half of two steps is the second
        assert svm.weights_ == pytest.approx(second)
        assert svm.bias_ == pytest.approx(0.0)
        expected = [1.0, np.mean(1 - margins) + 0.25 * first @ first]
        assert svm.costs_ == pytest.approx(expected)

    def test_the_six_points_of_the_chapter(self):
        """At a tenth of the printed strength the optimum is right on all six, with margin 1."""
        X = np.array([[1.2, 0.7], [-0.3, -0.5], [3.0, 0.1], [-0.1, -1.0], [-1.0, 1.1], [2.1, -3.0]])
        y = np.array([1, -1, 1, -1, -1, 1])
        svm = KernelSVM(Linear(), strength=0.1, tolerance=1e-6).fit(X, y)
        assert svm.score(X, y) == 1.0
        w = svm.dual_coef_ @ svm.support_vectors_
        assert cost(X, y, w, svm.bias_, 0.1) == pytest.approx(0.0721472, abs=1e-6)  # LIBSVM's
        strong = KernelSVM(Linear(), strength=1.0, tolerance=1e-6).fit(X, y)
        assert strong.score(X, y) == pytest.approx(5 / 6)

    def test_optimizers_and_batches_of_any_kind(self):
        X, y = two_classes(0)
        for optimizer in [SGD(0.01), Momentum(0.01), Adam(0.01), SGD(lambda t: 0.1 / (1 + t))]:
            for batch_size in (None, 1, 7, 1000):
                machine = LinearSVM(epochs=20, batch_size=batch_size, optimizer=optimizer)
                costs = machine.fit(X, y, rng=generator()).costs_
                assert len(costs) == 20
                assert costs[-1] < costs[0]
            assert optimizer.steps == 0  # fit works with a copy

    def test_float32_is_as_good(self):
        X, y = three_classes(1, n=300)
        machine = LinearSVM(strength=0.01, epochs=50)
        double = machine.fit(X, y, rng=generator()).weights_
        single = machine.fit(X.astype(np.float32), y, rng=generator()).weights_
        assert single == pytest.approx(double, abs=2e-3)

    def test_same_seed_same_weights(self):
        X, y = two_classes(3)
        machine = LinearSVM(epochs=3)
        first = machine.fit(X, y, rng=generator(5)).weights_
        machine.fit(X[:50], y[:50], rng=generator(6))
        assert machine.fit(X, y, rng=generator(5)).weights_.tolist() == first.tolist()
        assert LinearSVM(epochs=3).fit(X, y, rng=generator(6)).weights_.tolist() != first.tolist()

    def test_rates(self):
        schedule = PowerDecay(0.5, decay=0.1, power=0.5)
        assert [schedule(t) for t in (0, 30, 80)] == pytest.approx([0.5, 0.25, 0.5 / 3])
        assert repr(schedule) == "PowerDecay(rate=0.5, decay=0.1, power=0.5)"
        assert schedule.peak == 0.5

    @pytest.mark.parametrize("seed", range(3))
    def test_pegasos_itself(self, seed):
        """Its rates of 1 / (strength t), on data of mean 0, where the bias has little to do."""
        X, y = two_classes(seed)
        X = X - X.mean(axis=0)
        judge = SVC(kernel="linear", C=1 / (0.1 * len(X)), tol=1e-7).fit(X, y)
        best = cost(X, y, judge.coef_[0], judge.intercept_[0], 0.1)
        pegasos = SGD(InverseTimeDecay(1 / 0.1, decay=1))
        machine = LinearSVM(strength=0.1, epochs=1000, batch_size=25, optimizer=pegasos)
        svm = machine.fit(X, y, rng=generator(seed))
        assert cost(X, y, svm.weights_, svm.bias_, 0.1) < best * (1 + 1e-2)


def multiclass_optimum(X, index, strength, close):
    """The least cost by SciPy: weights, biases and a slack for each margin, as a quadratic program.

    `close` gives the columns of the slack matrix: one slack a pair (Weston-Watkins), or one an
    example (Crammer-Singer).
    """
    (n, features), K = X.shape, 3
    size, rows, slacks = K * (features + 1), [], 0
    for i in range(n):
        rivals = [k for k in range(K) if k != index[i]]
        for r, k in enumerate(rivals):
            row = np.zeros((K, features + 1))
            row[index[i]] += [*X[i], 1]
            row[k] -= [*X[i], 1]
            rows.append((row.ravel(), slacks + (r if close == "each" else 0)))
        slacks += len(rivals) if close == "each" else 1
    A = np.zeros((len(rows), size + slacks))
    for k, (row, slack) in enumerate(rows):
        A[k, :size], A[k, size + slack] = row, 1
    weights = np.append(np.tile([1.0] * features + [0.0], K), np.zeros(slacks)) * strength
    linear = np.append(np.zeros(size), np.full(slacks, 1 / n))
    start = np.append(np.zeros(size), np.ones(slacks))
    result = minimize(
        lambda v: weights / 2 * v @ v if False else (weights * v * v).sum() / 2 + linear @ v,
        start,
        jac=lambda v: weights * v + linear,
        method="SLSQP",
        bounds=[(None, None)] * size + [(0, None)] * slacks,
        constraints=LinearConstraint(A, 1, np.inf),
        options={"ftol": 1e-10, "maxiter": 500},
    )
    assert result.success
    return result.fun


def multiclass_cost(svm, X, index, strength, close):
    scores = svm.decision_function(X)
    right = scores[np.arange(len(X)), index][:, None]
    lack = np.maximum(0, 1 + scores - right)
    lack[np.arange(len(X)), index] = 0
    losses = lack.sum(axis=1) if close == "each" else lack.max(axis=1)
    return losses.mean() + strength / 2 * (svm.weights_**2).sum()


class TestMulticlassSVM:
    @pytest.mark.parametrize(
        ("loss", "close"), [(WestonWatkinsHinge(), "each"), (CrammerSingerHinge(), "worst")]
    )
    @pytest.mark.parametrize("seed", range(3))
    def test_optimum_is_the_quadratic_programs(self, seed, loss, close):
        X, index = three_classes(seed, n=30, features=2)
        best = multiclass_optimum(X, index, 0.1, close)
        machine = MulticlassSVM(loss, strength=0.1, epochs=6000, batch_size=10)
        svm = machine.fit(X, index, rng=generator(4))
        ours = multiclass_cost(svm, X, index, 0.1, close)
        assert best * (1 - 1e-6) < ours < best * (1 + 1e-3)

    @pytest.mark.parametrize("seed", range(3))
    def test_crammer_singer_optimum_is_liblinears(self, seed):
        """The judge has no biases; with them the cost can only be lower, and not by much here."""
        X, index = three_classes(seed)
        judge = LinearSVC(
            multi_class="crammer_singer", C=1 / (0.1 * len(X)), tol=1e-8, max_iter=10**6,
            fit_intercept=False,
        ).fit(X, index)  # fmt: skip
        judge.weights_, judge.bias_ = judge.coef_, np.zeros(3)
        machine = MulticlassSVM(CrammerSingerHinge(), strength=0.1, epochs=1500, batch_size=30)
        svm = machine.fit(X, index, rng=generator(4))
        ours = multiclass_cost(svm, X, index, 0.1, "worst")
        theirs = multiclass_cost(judge, X, index, 0.1, "worst")
        assert ours < theirs * (1 + 1e-3)  # ours may move the biases as well

    def test_labels_of_any_kind(self):
        X, index = three_classes(2)
        svm = MulticlassSVM(strength=0.01).fit(X, np.array([-4, 0, 9])[index], rng=generator())
        assert svm.classes_.tolist() == [-4, 0, 9]
        assert set(svm.predict(X).tolist()) == {-4, 0, 9}
        assert svm.score(X, np.array([-4, 0, 9])[index]) > 0.6

    def test_two_classes_have_two_rows(self):
        X, y = two_classes(0)
        svm = MulticlassSVM(strength=0.1, epochs=100).fit(X, y, rng=generator())
        assert svm.weights_.shape == (2, 4)
        assert svm.weights_.sum(axis=0) == pytest.approx(np.zeros(4), abs=1e-10)
        assert svm.score(X, y) > 0.8


KERNELS = [
    (Linear(), {"kernel": "linear"}),
    (Polynomial(2), {"kernel": "poly", "degree": 2, "gamma": 1, "coef0": 1}),
    (Polynomial(3, 0.5), {"kernel": "poly", "degree": 3, "gamma": 1, "coef0": 0.5}),
    (Gaussian(0.3), {"kernel": "rbf", "gamma": 0.3}),
]


class TestKernelSVM:
    @pytest.mark.parametrize(("kernel", "theirs"), KERNELS, ids=lambda value: repr(value)[:20])
    @pytest.mark.parametrize("strength", [0.3, 0.01])
    @pytest.mark.parametrize("seed", range(4))
    def test_optimum_is_libsvms(self, seed, kernel, theirs, strength):
        X, y = two_classes(seed, n=120)
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        C = 1 / (strength * len(X))
        judge = SVC(C=C, tol=1e-6, **theirs).fit(X, y)
        svm = KernelSVM(kernel, strength=strength, tolerance=1e-5).fit(X, y)
        assert svm.converged_
        K, beta, judges = kernel(X, X), np.zeros(len(X)), np.zeros(len(X))
        beta[svm.support_], judges[judge.support_] = svm.dual_coef_, judge.dual_coef_[0]

        def primal(beta, b):
            return strength / 2 * beta @ K @ beta + hinge(y * (K @ beta + b)).mean()

        assert primal(beta, svm.bias_) == pytest.approx(
            primal(judges, judge.intercept_[0]), rel=1e-5
        )
        # feasible, and no gap between primal and dual
        assert abs(beta.sum()) < 1e-9 * C * len(X)
        assert (y * beta >= 0).all() and (y * beta <= C).all()
        dual = strength * ((y * beta).sum() - beta @ K @ beta / 2)
        assert primal(beta, svm.bias_) == pytest.approx(dual, rel=1e-4)
        grid = generator(seed).normal(size=(200, 4))
        scale = np.abs(judge.decision_function(grid)).max()
        assert svm.decision_function(grid) == pytest.approx(
            judge.decision_function(grid), abs=2e-4 * scale
        )

    @pytest.mark.parametrize("seed", range(3))
    def test_margins_say_who_is_a_support_vector(self, seed):
        X, y = two_classes(seed)
        svm = KernelSVM(Gaussian(0.5), strength=0.01, tolerance=1e-6).fit(X, y)
        margins = y * svm.decision_function(X)
        C = 1 / (0.01 * len(X))
        alpha = np.zeros(len(X))
        alpha[svm.support_] = y[svm.support_] * svm.dual_coef_
        assert (margins[alpha == 0] > 1 - 1e-5).all()
        assert (margins[alpha == C] < 1 + 1e-5).all()
        free = (alpha > 0) & (alpha < C)
        assert margins[free] == pytest.approx(np.ones(free.sum()), abs=1e-5)
        assert free.any() and (alpha == C).any() and (alpha == 0).any()
        assert svm.support_vectors_.tolist() == X[svm.support_].tolist()

    @pytest.mark.parametrize("seed", range(10))
    def test_the_second_of_a_pair_is_the_one_that_gains_most(self, seed):
        """The first step from zeros, against the best step with each partner tried in turn."""
        A, y = generator(seed).normal(size=(8, 3)), np.tile([1, -1], 4)
        K, i = A @ A.T, 0  # the first of those that ask for most

        def height(beta):
            return y @ beta - beta @ K @ beta / 2  # of the dual problem

        steps = []
        for j in np.flatnonzero(y == -1):
            pair = np.zeros(8)
            pair[i], pair[j] = 1, -1
            steps.append(pair * (2 / (pair @ K @ pair)))  # to the top of a parabola
        beta, _, _ = solve(K, y, C=1e6, tolerance=1e-9, steps=1)
        assert beta == pytest.approx(max(steps, key=height), rel=1e-9)

    @pytest.mark.parametrize("seed", [13, 121, 143, 165, 432, 483])
    def test_what_is_at_a_bound_is_exactly_there(self, seed):
        """Sets where rounding would leave a weight a hair beside C, and have it count as free."""
        X, y, C = generator(seed).integers(-3, 4, (8, 2)), np.tile([1, -1], 4), 0.1
        beta, _, _ = solve(X @ X.T, y, C=C, tolerance=1e-6, steps=20_000)
        alpha = y * beta
        near = alpha > C * (1 - 1e-12)
        assert near.any() and (alpha[near] == C).all()
        assert (alpha[alpha < C * 1e-12] == 0).all()

    def test_rings_need_a_bent_boundary(self):
        rng = generator(1)
        angle, index = rng.uniform(0, 2 * np.pi, 200), np.arange(200) % 2
        radius = np.where(index == 0, 0.5, 1.2) + 0.1 * rng.normal(size=200)
        X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
        assert KernelSVM(Linear()).fit(X, index).score(X, index) < 0.75
        for kernel in (Polynomial(2), Gaussian(1.0)):
            assert KernelSVM(kernel).fit(X, index).score(X, index) > 0.98

    def test_several_classes(self):
        X, index = three_classes(0)
        svm = KernelSVM(Gaussian(0.5), strength=0.01, tolerance=1e-6).fit(X, index + 4)
        assert svm.classes_.tolist() == [4, 5, 6]
        assert svm.dual_coef_.shape == (3, len(svm.support_))
        assert svm.bias_.shape == (3,)
        scores = svm.decision_function(X)
        for k, sign in enumerate(signs(index, 3)):
            alone = KernelSVM(Gaussian(0.5), strength=0.01, tolerance=1e-6).fit(X, sign)
            assert scores[:, k] == pytest.approx(alone.decision_function(X), abs=1e-12)
        assert svm.predict(X).tolist() == (scores.argmax(axis=1) + 4).tolist()

    def test_twin_points_with_opposite_labels(self):
        X = np.array([[0.0], [0.0], [1.0], [1.0]])
        svm = KernelSVM(Gaussian(1.0), strength=0.1).fit(X, [0, 1, 1, 1])
        assert svm.converged_
        assert svm.predict(X)[2:].tolist() == [1, 1]

    def test_it_says_when_it_gave_up(self):
        X, y = two_classes(0)
        with pytest.warns(UserWarning, match="stopped after 3 steps"):
            svm = KernelSVM(Linear(), steps=3).fit(X, y)
        assert not svm.converged_

    @pytest.mark.filterwarnings("error:KernelSVM stopped")
    def test_a_warning_that_is_an_error_leaves_the_machine_as_it_was(self):
        X, y = two_classes(0)
        svm = KernelSVM(Gaussian(1.0)).fit(X, y)
        before = dict(vars(svm))
        svm.steps = 1
        with pytest.raises(UserWarning, match="stopped after 1 steps"):
            svm.fit(X, np.arange(len(X)) % 3)
        assert vars(svm) == {**before, "steps": 1}

    def test_a_kernel_of_ones_own(self):
        class Laplace(Kernel):
            def __call__(self, A, B):
                return np.exp(-np.abs(A[:, None] - B[None]).sum(axis=2))

        X, y = two_classes(2)
        svm = KernelSVM(Laplace()).fit(X, y)
        judge = SVC(kernel=lambda A, B: Laplace()(A, B), C=1 / (0.01 * len(X))).fit(X, y)
        assert (svm.predict(X) == judge.predict(X)).mean() > 0.98

    @pytest.mark.parametrize(("kernel", "theirs"), KERNELS, ids=lambda value: repr(value)[:20])
    def test_kernels_are_dot_products_somewhere(self, kernel, theirs):
        A, B = generator(1).normal(size=(5, 3)), generator(2).normal(size=(7, 3))
        assert kernel(A, B).shape == (5, 7)
        assert kernel(A, B) == pytest.approx(kernel(B, A).T)
        eigenvalues = np.linalg.eigvalsh(kernel(B, B))
        assert eigenvalues.min() > -1e-10 * eigenvalues.max()
        assert kernel(B, B).diagonal() == pytest.approx([kernel(b[None], b[None])[0, 0] for b in B])

    def test_polynomial_is_the_dot_product_of_all_products(self):
        A = generator(3).normal(size=(6, 2))
        x, y = A.T
        features = np.stack(
            [x**2, y**2, np.sqrt(2) * x * y, np.sqrt(2) * x, np.sqrt(2) * y, np.ones(6)], axis=1
        )
        assert Polynomial(2)(A, A) == pytest.approx(features @ features.T)

    @pytest.mark.parametrize("kernel", [Linear(), Polynomial(2), Gaussian(1e-4)], ids=repr)
    @pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, bool])
    def test_whole_numbers_don_t_overflow(self, kernel, dtype):
        A, B = np.array([[120, 3]]).astype(dtype), np.array([[10, -100]]).astype(dtype)
        K = kernel(A, B)
        assert K.dtype == np.float64
        assert K.tolist() == kernel(A.astype(float), B.astype(float)).tolist()
        assert kernel(A.astype(np.float32), B.astype(np.float32)).dtype == np.float32

    def test_kernels_compare_by_their_settings(self):
        assert Gaussian(0.5) == Gaussian(0.5) != Gaussian(0.4)
        assert Linear() == Linear() != Polynomial(1)
        assert repr([Polynomial(3, 0.5), Gaussian(2), Linear()]) == (
            "[Polynomial(degree=3, coefficient=0.5), Gaussian(gamma=2), Linear()]"
        )


MACHINES = [LinearSVM(epochs=2), MulticlassSVM(epochs=2), KernelSVM(Gaussian(1.0))]
machines = pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: type(machine).__name__)


def fit(machine, X, y):
    return (
        machine.fit(X, y) if isinstance(machine, KernelSVM) else machine.fit(X, y, rng=generator())
    )


@machines
@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 12),
    st.integers(1, 4),
    st.lists(st.integers(-9, 9), min_size=2, max_size=4, unique=True),
    st.sampled_from([np.float64, np.float32, np.int32, np.uint8]),
    st.integers(0, 99),
)
def test_any_shape_dtype_and_labels(machine, n, features, labels, dtype, seed):
    rng = generator(seed)
    n = max(n, len(labels))
    X = rng.integers(0, 5, size=(2 * n, features)).astype(dtype)[::2]
    y = rng.permutation(np.array(labels)[np.arange(n) % len(labels)])
    X.flags.writeable = y.flags.writeable = False
    before = X.copy()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        assert fit(machine, X, y) is machine
    assert machine.classes_.tolist() == sorted(labels)
    assert machine.predict(X).shape == (n,)
    assert set(machine.predict(X).tolist()) <= set(labels)
    assert 0 <= machine.score(X, y) <= 1
    assert machine.score(X, machine.predict(X)) == 1
    two = len(labels) == 2 and not isinstance(machine, MulticlassSVM)
    assert machine.decision_function(X).shape == ((n,) if two else (n, len(labels)))
    assert np.array_equal(X, before)


@machines
def test_a_machine_survives_a_pickle(machine):
    X, y = two_classes(0)
    scores = fit(machine, X, y).decision_function(X)
    assert pickle.loads(pickle.dumps(machine)).decision_function(X).tolist() == scores.tolist()


@machines
@pytest.mark.parametrize(
    ("X", "y", "error", "words"),
    [
        ([[0.0], [1.0]], [1, 1], ValueError, "one class alone, 1"),
        ([[0.0], [1.0]], [0.5, 1], ValueError, "whole numbers"),
        ([[0.0], [1.0]], [0, 1, 1], ValueError, "2 examples and y 3"),
        ([[0.0], [np.nan]], [0, 1], ValueError, r"X\[1, 0\] is nan"),
        ([0.0, 1.0], [0, 1], ValueError, r"\(n, features\)"),
        ([[0.0], [1.0]], ["a", "b"], TypeError, "real numbers"),
        (np.empty((0, 2)), [], ValueError, "empty"),
    ],
)
def test_bad_data_are_refused_with_words(machine, X, y, error, words):
    with pytest.raises(error, match=words):
        fit(machine, X, y)


@machines
def test_a_fit_that_fails_leaves_the_machine_as_it_was(machine):
    X, y = two_classes(0)
    answers = fit(machine, X, y).predict(X).tolist()
    with pytest.raises(ValueError, match="too large for a float.*: scale X"):
        fit(machine, 1e200 * X, np.arange(len(X)) % 3)
    assert machine.classes_.tolist() == [-1, 1]
    assert machine.predict(X).tolist() == answers


@machines
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
def test_only_labels_are_scored(machine, y, error, words):
    X = [[0.0], [0.1], [1.0], [1.1]]
    fit(machine, X, [0, 0, 1, 1])
    with pytest.raises(error, match=words):
        machine.score(X, y)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: LinearSVM(strength=0), ValueError, "strength expects a number above 0"),
        (lambda: LinearSVM(strength=True), TypeError, "strength expects a number"),
        (lambda: LinearSVM(epochs=1.5), TypeError, "epochs expects a whole number"),
        (lambda: LinearSVM(batch_size=0), ValueError, "batch_size"),
        (lambda: LinearSVM("hinge"), TypeError, "a loss like Hinge"),
        (lambda: LinearSVM(Hinge), TypeError, "an instance"),
        (lambda: LinearSVM(optimizer="sgd"), TypeError, "one like SGD"),
        (lambda: LinearSVM(optimizer=SGD), TypeError, "an instance"),
        (lambda: KernelSVM("rbf"), TypeError, "one like Gaussian"),
        (lambda: KernelSVM(Gaussian), TypeError, "an instance"),
        (lambda: KernelSVM(Linear(), strength=-1), ValueError, "strength"),
        (lambda: KernelSVM(Linear(), tolerance=0), ValueError, "tolerance"),
        (lambda: Gaussian(0), ValueError, "gamma"),
        (lambda: Polynomial(2.5), TypeError, "degree"),
        (lambda: Polynomial(2, -1), ValueError, "coefficient"),
        (lambda: PowerDecay(0.1, 0), ValueError, "decay"),
        (lambda: PowerDecay(0.1, 1, power=2), ValueError, "power"),
        (lambda: PowerDecay(0.1, 1)(-1), ValueError, "step expects a number of at least 0, got -1"),
        (lambda: LinearSVM().predict([[1.0]]), ValueError, "learned nothing yet"),
        (lambda: KernelSVM(Linear()).score([[1.0]], [1]), ValueError, "learned nothing yet"),
        (lambda: LinearSVM().fit([[0.0], [1.0]], [0, 1], rng=3), TypeError, "default_rng"),
        (lambda: fit(LinearSVM(), *two_classes(0)).predict([[1.0]]), ValueError, "4 features"),
        (
            lambda: fit(KernelSVM(Linear()), *two_classes(0)).predict([[1.0]]),
            ValueError,
            "4 features",
        ),
        (
            lambda: KernelSVM(Linear()).fit(np.zeros((10_001, 1)), np.arange(10_001) % 2),
            ValueError,
            "a table of all pairs",
        ),
        (lambda: KernelSVM(Polynomial(9)).fit([[1e40], [2.0]], [0, 1]), ValueError, "scale X"),
    ],
)
def test_bad_input_is_refused_with_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_an_svm_may_have_another_loss():
    """With the squared error it is the least-squares classifier, on signs."""
    X, y = two_classes(0)
    svm = LinearSVM(
        SquaredError(), strength=1e-6, epochs=3000, batch_size=None, optimizer=SGD(0.05)
    )
    svm.fit(X, y, rng=generator())
    columns = np.column_stack([X, np.ones(len(X))])
    expected = np.linalg.lstsq(columns, y, rcond=None)[0]
    assert [*svm.weights_, svm.bias_] == pytest.approx(expected, abs=1e-4)
