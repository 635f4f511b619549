"""Small sets, splits and scaling, against formulas, scikit-learn and what any split must keep."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import make_circles, make_moons
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from nnlib.datasets import (
    Standardizer,
    blobs,
    curve,
    k_fold,
    linear,
    moons,
    one_hot,
    rings,
    scaled,
    six_points,
    spirals,
    split,
    xor,
)

CLASSED = {blobs: 2, moons: 2, rings: 2, spirals: 2, xor: 2}


def generator(seed=0):
    return np.random.default_rng(seed)


def rows_in_order(X):
    """The rows as a set would hold them: sorted, so that two orders of examples compare equal."""
    X = np.round(X, 12) + 0.0
    return X[np.lexsort(X.T)]


# --- small sets


def test_six_points_are_those_of_the_code():
    X, y = six_points()
    pairs = dict(zip(map(tuple, X.tolist()), y.tolist(), strict=True))
    assert pairs == {
        (1.2, 0.7): 1, (-0.3, -0.5): -1, (3.0, 0.1): 1,
        (-0.1, -1.0): -1, (-1.0, 1.1): -1, (2.1, -3.0): 1,
    }  # fmt: skip
    X[:] = 0
    assert six_points()[0].any(), "each call gives its own copy"


@pytest.mark.parametrize("n", [4, 50, 200])
def test_moons_without_noise_are_scikit_learns(n):
    X, y = moons(n, noise=0, rng=generator())
    X_theirs, y_theirs = make_moons(n, shuffle=False, noise=None)
    for label in 0, 1:
        ours, theirs = X[y == label], X_theirs[y_theirs == label]
        np.testing.assert_allclose(rows_in_order(ours), rows_in_order(theirs), atol=1e-11)


@pytest.mark.parametrize("n", [4, 50, 200])
def test_rings_without_noise_are_scikit_learns_circles(n):
    X, y = rings(n, radii=(1.0, 0.3), noise=0, rng=generator())
    X_theirs, y_theirs = make_circles(n, shuffle=False, noise=None, factor=0.3)
    for label in 0, 1:
        ours, theirs = X[y == label], X_theirs[y_theirs == label]
        np.testing.assert_allclose(rows_in_order(ours), rows_in_order(theirs), atol=1e-11)


@pytest.mark.parametrize("arms, turns", [(2, 1.5), (3, 0.5), (5, 2.25)])
def test_spirals_wind_as_the_formula_says(arms, turns):
    n = 20 * arms
    X, y = spirals(n, arms=arms, turns=turns, noise=0, rng=generator())
    z = X[:, 0] + 1j * X[:, 1]
    r = abs(z)
    np.testing.assert_allclose(z, r * np.exp(2j * np.pi * (turns * r + y / arms)), atol=1e-12)
    for arm in range(arms):
        np.testing.assert_allclose(np.sort(r[y == arm]), np.arange(1, 21) / 20, atol=1e-12)


def test_no_line_parts_the_spiral_but_neighbours_do():
    scores = []
    for seed in range(5):
        X, y = spirals(400, rng=generator(seed))
        assert KNeighborsClassifier(3).fit(X[:200], y[:200]).score(X[200:], y[200:]) > 0.95
        scores.append(LogisticRegression().fit(X, y).score(X, y))
    assert 0.45 < np.median(scores) < 0.65


def test_xor_is_exclusive_or():
    X, y = xor(4, noise=0, rng=generator())
    assert sorted(map(tuple, X.tolist())) == [(-1, -1), (-1, 1), (1, -1), (1, 1)]
    np.testing.assert_array_equal(y == 1, X[:, 0] != X[:, 1])
    X, y = xor(4000, noise=0.1, rng=generator())
    np.testing.assert_array_equal(y == 1, X[:, 0] * X[:, 1] < 0)
    assert np.unique(np.sign(X), axis=0, return_counts=True)[1].tolist() == [1000] * 4


def test_blobs_lie_around_their_centers():
    centers = np.array([[0.0, 5.0, 1.0], [3.0, -2.0, 0.0], [9.0, 9.0, 9.0]])
    X, y = blobs(30_000, centers=centers, noise=0.5, rng=generator())
    assert X.shape == (30_000, 3)
    for label, center in enumerate(centers):
        cloud = X[y == label]
        assert abs(cloud.mean(axis=0) - center).max() < 5 * 0.5 / 100  # 5 standard errors
        np.testing.assert_allclose(cloud.std(axis=0), 0.5, rtol=0.05)  # 7 standard errors


@pytest.mark.parametrize("make", [moons, rings, spirals, xor])
def test_noise_is_a_standard_deviation(make):
    X, y = make(20_000, noise=0.3, rng=generator(1))
    X_exact, y_exact = make(20_000, noise=0, rng=generator(1))
    np.testing.assert_array_equal(y, y_exact)
    np.testing.assert_allclose((X - X_exact).std(axis=0), 0.3, rtol=0.03)  # 6 standard errors


@settings(deadline=None, max_examples=60)
@given(make=st.sampled_from(list(CLASSED)), n=st.integers(4, 60), seed=st.integers(0, 2**32))
def test_classes_are_balanced_shuffled_and_reproducible(make, n, seed):
    np.random.seed(5)
    before = np.random.get_state()[1].copy()
    X, y = make(n, rng=generator(seed))
    assert X.shape == (n, 2) and X.dtype == np.float64 and np.isfinite(X).all()
    assert y.shape == (n,) and y.dtype.kind == "i"
    counts = np.bincount(y, minlength=CLASSED[make])
    assert counts.max() - counts.min() <= (2 if make is xor else 1)  # xor: one a corner
    X_again, y_again = make(n, rng=generator(seed))
    assert (X_again == X).all() and (y_again == y).all()
    assert (np.random.get_state()[1] == before).all(), "NumPy's global generator was used"


@pytest.mark.parametrize("make", CLASSED)
def test_examples_come_in_random_order(make):
    _, y = make(1000, rng=generator())
    changes = (np.diff(y) != 0).mean()
    assert 0.4 < changes < 0.6  # 6 standard errors around 1/2


def test_more_classes_than_two():
    for make, options in (
        (blobs, {"centers": [[0.0, 0.0], [1, 1], [2, 2]]}),
        (rings, {"radii": [1, 2, 3]}),
        (spirals, {"arms": 3}),
    ):
        _, y = make(10, rng=generator(), **options)
        assert np.bincount(y).tolist() == [4, 3, 3]


def test_linear_is_found_again_by_least_squares():
    weights = np.array([2.0, 0.0, -1.0, 0.0])
    X, y = linear(50, weights=weights, bias=3.0, noise=0, rng=generator())
    found = np.linalg.lstsq(np.column_stack([X, np.ones(50)]), y)[0]
    np.testing.assert_allclose(found, [2, 0, -1, 0, 3], atol=1e-12)
    _, y_noisy = linear(20_000, weights=weights, bias=3.0, noise=0.5, rng=generator())
    X, y_exact = linear(20_000, weights=weights, bias=3.0, noise=0, rng=generator())
    np.testing.assert_allclose((y_noisy - y_exact).std(), 0.5, rtol=0.03)


def test_curve_is_the_function_plus_noise():
    cubic = np.polynomial.Polynomial([1.0, 0.0, -2.0, 3.0])
    X, y = curve(cubic, 100, low=-2, high=5, noise=0, rng=generator())
    x = X[:, 0]
    np.testing.assert_allclose(y, 1 - 2 * x**2 + 3 * x**3, atol=1e-12)
    assert X.shape == (100, 1) and -2 <= x.min() < -1.5 and 4.5 < x.max() < 5
    _, y = curve(np.zeros_like, 20_000, noise=0.2, rng=generator())
    np.testing.assert_allclose(y.std(), 0.2, rtol=0.03)


RNG = generator()
BAD_SETS = [
    (moons, (0,), {}, ValueError, "n expects"),
    (moons, (1,), {}, ValueError, "at least 2"),
    (xor, (3,), {}, ValueError, "at least 4"),
    (moons, (10.0,), {}, TypeError, "n expects a whole number"),
    (moons, (True,), {}, TypeError, "n expects"),
    (moons, (10,), {"noise": -0.1}, ValueError, "noise"),
    (rings, (10,), {"noise": float("nan")}, ValueError, "noise"),
    (spirals, (10,), {"noise": "0.1"}, TypeError, "noise"),
    (spirals, (10,), {"arms": 1}, ValueError, "arms"),
    (spirals, (10,), {"turns": 0}, ValueError, "turns"),
    (rings, (10,), {"radii": [-1.0, 2.0]}, ValueError, "radii"),
    (rings, (10,), {"radii": []}, ValueError, "radii"),
    (blobs, (10,), {"centers": [1.0, 2.0]}, ValueError, "centers"),
    (blobs, (10,), {"centers": [[np.inf, 2.0]]}, ValueError, "centers"),
    (linear, (10,), {"weights": [[1.0]]}, ValueError, "weights"),
    (linear, (10,), {"weights": [1.0], "bias": None}, TypeError, "bias"),
    (curve, (3, 10), {}, TypeError, "function"),
    (curve, (np.sin, 10), {"low": 1, "high": 1}, ValueError, "low < high"),
    (curve, (np.log, 10), {}, ValueError, r"function\(x\)"),
    (curve, (np.sum, 10), {}, ValueError, "shape"),
]


@pytest.mark.filterwarnings("ignore:invalid value encountered in log")
@pytest.mark.parametrize("make, arguments, options, error, words", BAD_SETS)
def test_bad_arguments_of_the_small_sets(make, arguments, options, error, words):
    with pytest.raises(error, match=words):
        make(*arguments, rng=generator(), **options)


@pytest.mark.parametrize("rng", [0, None, np.random, np.random.RandomState(0)])
@pytest.mark.parametrize(
    "make",
    [
        *CLASSED,
        lambda n, rng: linear(n, weights=[1.0], rng=rng),
        lambda n, rng: curve(np.sin, n, rng=rng),
        lambda n, rng: split(np.zeros((n, 1)), np.zeros(n), (0.5,), rng=rng),
        lambda n, rng: k_fold(n, 2, rng=rng),
    ],
)
def test_only_a_generator_is_a_generator(make, rng):
    with pytest.raises(TypeError, match=r"np\.random\.default_rng\(seed\)"):
        make(10, rng=rng)


# --- splits


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_parts_share_no_example_and_lose_none(data):
    n = data.draw(st.integers(2, 80))
    sizes = data.draw(
        st.lists(st.integers(1, n), min_size=1, max_size=5).filter(lambda s: sum(s) <= n)
    )
    y = generator(data.draw(st.integers(0, 99))).permutation(n)
    X = np.column_stack([y, -y]).astype(float)
    X.flags.writeable = y.flags.writeable = False
    parts = split(X, y, sizes, stratified=data.draw(st.booleans()), rng=generator())
    assert [len(y_part) for _, y_part in parts] == sizes
    for X_part, y_part in parts:
        np.testing.assert_array_equal(X_part[:, 0], y_part)  # examples keep their targets
    used = np.concatenate([y_part for _, y_part in parts])
    assert len(np.unique(used)) == sum(sizes)


def test_fractions_that_make_one_use_every_example():
    y = np.arange(101)
    parts = split(y[:, None], y, (0.7, 0.2, 0.1), rng=generator())
    assert [len(y_part) for _, y_part in parts] == [71, 20, 10]
    assert sorted(np.concatenate([y_part for _, y_part in parts])) == list(range(101))


def test_a_split_is_random_and_its_parts_are_in_random_order():
    y = np.arange(1000)
    (_, first), (_, second) = split(y[:, None], y, (500, 500), rng=generator())
    assert abs(first.mean() - 499.5) < 50  # 7 standard errors
    assert 0.4 < (np.diff(first) > 0).mean() < 0.6
    (_, other), _ = split(y[:, None], y, (500, 500), rng=generator(1))
    assert set(first) != set(other)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6), classes=st.integers(1, 6), n=st.integers(40, 300))
def test_stratified_parts_keep_the_shares(seed, classes, n):
    rng = generator(seed)
    y = rng.choice(classes, n, p=rng.dirichlet(np.ones(classes))) - 3  # any labels will do
    labels, counts = np.unique(y, return_counts=True)
    for _, y_part in split(y[:, None], y, (0.5, 0.3, 0.2), stratified=True, rng=rng):
        for label, count in zip(labels, counts, strict=True):
            share = count * len(y_part) / n
            slack = 1 + len(labels) * count / n  # each end of the stretch: half an example
            assert abs((y_part == label).sum() - share) <= slack + 1e-9  # a class, and of the rest


def test_a_stratified_part_is_in_random_order():
    y = np.repeat([0, 1], 500)
    (_, part), _ = split(y[:, None], y, (0.5, 0.5), stratified=True, rng=generator())
    assert 0.35 < (np.diff(part) != 0).mean() < 0.65


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 60), st.integers(2, 10), st.booleans())
def test_each_example_is_held_out_once(n, folds, stratified):
    folds = min(folds, n)
    labels = generator(n).integers(0, 3, n) if stratified else None
    turns = k_fold(n, folds, labels=labels, rng=generator())
    assert len(turns) == folds
    assert sorted(np.concatenate([valid for _, valid in turns])) == list(range(n))
    sizes = [len(valid) for _, valid in turns]
    assert max(sizes) - min(sizes) <= 1
    for train, valid in turns:
        assert sorted([*train, *valid]) == list(range(n))


def test_stratified_folds_keep_the_shares():
    y = np.repeat([0, 1, 2], [60, 30, 10])
    for _, valid in k_fold(100, 5, labels=y, rng=generator()):
        assert abs(np.bincount(y[valid]) - [12, 6, 2]).max() <= 1


def test_a_coin_decides_between_classes_that_are_due_at_once():
    """Of two classes of 100, one of each is due 100 times; who comes first is drawn anew."""
    y = np.repeat([0, 1], 100)
    for seed in range(20):
        order = [y[valid[0]] for _, valid in k_fold(200, 200, labels=y, rng=generator(seed))]
        pairs = np.array(order).reshape(100, 2)
        assert (pairs.sum(axis=1) == 1).all()
        assert abs(pairs[:, 0].sum() - 50) < 25  # 5 standard deviations of 100 coins


@pytest.mark.parametrize("parts", [0.5, 60, None, np.array(0.5)])
def test_a_number_is_no_tuple_of_parts(parts):
    with pytest.raises(TypeError, match=r"^parts expects a tuple .* parts=\(0\.5,\) for a single"):
        split(np.zeros((100, 2)), np.zeros(100), parts, rng=generator())


@pytest.mark.parametrize("parts", [(0.8, 0.3), (0,), (5, -1), (60, 60), (0.001,), (), (np.nan,)])
def test_parts_that_cannot_be(parts):
    with pytest.raises(ValueError, match="parts"):
        split(np.zeros((100, 2)), np.zeros(100), parts, rng=generator())


def test_what_cannot_be_split():
    with pytest.raises(ValueError, match="3 examples and y 4"):
        split(np.zeros((3, 2)), np.zeros(4), (0.5,), rng=generator())
    with pytest.raises(ValueError, match=r"X\[1, 0\] is nan"):
        split([[0.0], [np.nan]], [0, 1], (0.5,), rng=generator())
    with pytest.raises(ValueError, match="got 5 for 4 examples"):
        k_fold(4, 5, rng=generator())
    with pytest.raises(ValueError, match="folds"):
        k_fold(4, 1, rng=generator())
    with pytest.raises(ValueError, match="labels expects 4 entries"):
        k_fold(4, 2, labels=[0, 1], rng=generator())


def test_one_hot():
    y = generator().integers(0, 7, 50)
    rows = one_hot(y, 7, dtype=np.float32)
    assert rows.shape == (50, 7) and rows.dtype == np.float32
    assert (rows.sum(axis=1) == 1).all() and (rows.argmax(axis=1) == y).all()
    for labels in [0, 7], [-1, 0], [0.5, 1]:
        with pytest.raises(ValueError, match="y expects"):
            one_hot(labels, 7)


# --- scaling


@pytest.mark.parametrize("dtype, tolerance", [(np.float64, 1e-16), (np.float32, 1e-7)])
def test_scaled_pixels(dtype, tolerance):
    X = np.arange(256, dtype=np.uint8).reshape(2, 8, 16)
    Z = scaled(X, dtype)
    assert Z.dtype == dtype and Z.shape == X.shape and Z.min() == 0 and Z.max() == 1
    np.testing.assert_allclose(Z.ravel(), [k / 255 for k in range(256)], rtol=tolerance)


def test_scaled_refuses_what_is_scaled_already():
    X = scaled(np.zeros((2, 3), np.uint8))
    with pytest.raises(TypeError, match="scaled already"):
        scaled(X)
    with pytest.raises(TypeError, match="dtype"):
        scaled(np.zeros((2, 3), np.uint8), dtype=np.int64)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8])
def test_standardizer_agrees_with_scikit_learn(seed, dtype):
    rng = generator(seed)
    scale = rng.uniform(5, 40, 6)
    X_train, X_test = ((120 + scale * rng.uniform(-2, 2, (n, 6))).astype(dtype) for n in (300, 50))
    X_train.flags.writeable = False
    ours, theirs = Standardizer().fit(X_train), StandardScaler().fit(X_train.astype(np.float64))
    np.testing.assert_allclose(ours.mean_, theirs.mean_, rtol=1e-12)
    np.testing.assert_allclose(ours.std_, theirs.scale_, rtol=1e-12)
    Z = ours.transform(X_test)
    assert Z.dtype == (np.float32 if dtype == np.float32 else np.float64)
    tolerance = 1e-6 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(Z, theirs.transform(X_test.astype(np.float64)), atol=tolerance)


def test_a_constant_feature_becomes_zero():
    X = np.column_stack([np.full(1000, 0.1), np.full(1000, 1e9), np.arange(1000.0)])
    standardizer = Standardizer().fit(X)
    assert standardizer.std_[:2].tolist() == [1, 1]
    assert (standardizer.transform(X)[:, :2] == 0).all()
    np.testing.assert_allclose(standardizer.transform([[1.1, 1e9 + 3, 0]])[0, :2], [1, 3])


def test_a_feature_too_small_to_vary_in_floats_becomes_zero():
    X = np.array([[0.0], [1e-200]])  # the squares of 1e-200 are 0
    standardizer = Standardizer().fit(X)
    assert standardizer.std_.tolist() == [1]
    assert np.abs(standardizer.transform(X)).max() < 1e-199


def test_the_test_set_tells_nothing():
    X_train, X_test = generator().normal(size=(2, 40, 3))
    standardizer = Standardizer().fit(X_train)
    mean = standardizer.mean_.copy()
    standardizer.transform(X_test + 100)
    assert (standardizer.mean_ == mean).all()


def test_standardizing_bytes_needs_no_copy_in_floats():
    X = generator().integers(0, 256, (20_000, 784), dtype=np.uint8)
    tracemalloc.start()
    standardizer = Standardizer().fit(X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 0.3 * X.size * 8  # a copy in float64 would take X.size * 8 bytes
    np.testing.assert_allclose(standardizer.std_, X.std(axis=0), rtol=1e-12)


def test_standardizer_says_what_is_wrong():
    with pytest.raises(ValueError, match=r"call fit\(X_train\) first"):
        Standardizer().transform([[1.0]])
    fitted = Standardizer().fit([[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(ValueError, match="expects 2 features"):
        fitted.transform([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="nan"):
        fitted.transform([[1.0, np.nan]])
    with pytest.raises(ValueError, match="inf"):
        Standardizer().fit([[1.0, np.inf]])
    with pytest.raises(ValueError, match="empty"):
        Standardizer().fit(np.zeros((0, 2)))
    with (
        np.errstate(over="ignore"),
        pytest.raises(ValueError, match="standard deviation of feature.* inf"),
    ):
        Standardizer().fit([[1e200], [-1e200]])
