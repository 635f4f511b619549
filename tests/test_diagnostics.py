"""Diagnostics beside SciPy, scikit-learn and sums written out."""

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from nnlib import (
    SGD,
    Adam,
    BatchNorm,
    Constant,
    Dense,
    Dropout,
    Maxout,
    Network,
    Normal,
    ReLU,
    Scale,
    Sigmoid,
    SoftmaxCrossEntropy,
    SquaredError,
    Step,
    Tanh,
    Trainer,
)
from nnlib.diagnostics import (
    accuracy_interval,
    calibration,
    confusion_matrix,
    dead_units,
    signals,
    table,
    update_ratios,
)

pytestmark = pytest.mark.filterwarnings("error")


# Answers


@pytest.mark.parametrize("seed", range(8))
def test_the_confusion_matrix_is_scikit_learn_s(seed):
    rng = np.random.default_rng(seed)
    classes, n = int(rng.integers(1, 12)), int(rng.integers(1, 300))
    y, predicted = rng.integers(0, classes, (2, n))
    dtype, other = rng.choice([np.int64, np.uint8, np.uint64, np.float64], 2)
    found = confusion_matrix(y.astype(dtype), predicted.astype(other), classes=classes)
    wanted = metrics.confusion_matrix(y, predicted, labels=range(classes))
    assert (found == wanted).all() and found.shape == (classes, classes)


def test_a_class_that_is_never_predicted_is_a_column_of_zeros():
    found = confusion_matrix([0, 1, 2, 1], [0, 2, 2, 2])
    assert found.tolist() == [[1, 0, 0], [0, 0, 2], [0, 0, 1]]


def test_a_table_of_many_classes_has_to_be_asked_for():
    assert confusion_matrix([0, 999], [1, 0]).shape == (1000, 1000)
    for y, predicted in [([0, 10**9], [0, 1]), ([0, 1], [0, 10**9])]:
        with pytest.raises(ValueError, match=r"labels up to 1000000000.* classes=1000000001"):
            confusion_matrix(y, predicted)
    with pytest.raises(ValueError, match="classes=1001"):
        confusion_matrix([1000], [0])
    assert confusion_matrix([1000], [0], classes=1001)[1000, 0] == 1


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
def test_the_interval_is_scipy_s_wilson_interval(confidence):
    rng = np.random.default_rng(0)
    cases = [(0, 1), (1, 1), (0, 50), (50, 50), (2225, 10_000), (9870, 10_000)]
    cases += [(int(rng.integers(0, n + 1)), int(n)) for n in rng.integers(1, 5000, 30)]
    for correct, n in cases:
        wanted = binomtest(correct, n).proportion_ci(confidence, method="wilson")
        found = accuracy_interval(correct, n, confidence=confidence)
        assert found == pytest.approx((wanted.low, wanted.high), abs=1e-12)


def test_about_95_of_100_intervals_hold_the_truth():
    rng = np.random.default_rng(0)
    truth, n = 0.97, 400
    held = 0
    for correct in rng.binomial(n, truth, 2000):
        low, high = accuracy_interval(int(correct), n)
        held += low <= truth <= high
    assert 0.92 < held / 2000 < 0.98  # the rule is exact on average over truths, near it at each


@pytest.mark.parametrize("arguments, error", [
    ((5, 4), ValueError),
    ((-1, 4), ValueError),
    ((0, 0), ValueError),
    ((0.5, 4), TypeError),
    ((True, 4), TypeError),
])  # fmt: skip
def test_bad_counts_are_refused(arguments, error):
    with pytest.raises(error):
        accuracy_interval(*arguments)


def random_answers(rng, n=500, classes=4):
    logits = rng.normal(0, 2, (n, classes))
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    return p, rng.integers(0, classes, n)


@pytest.mark.parametrize("bins", [1, 3, 10, 15])
def test_calibration_is_what_scikit_learn_draws(bins):
    p, y = random_answers(np.random.default_rng(bins))
    found = calibration(p, y, bins=bins)
    sure, right = p.max(axis=1), p.argmax(axis=1) == y
    accuracy, confidence = calibration_curve(right, sure, n_bins=bins)
    filled = found.count > 0
    assert found.accuracy[filled] == pytest.approx(accuracy, rel=1e-12)
    assert found.confidence[filled] == pytest.approx(confidence, rel=1e-12)
    assert np.isnan(found.accuracy[~filled]).all() and found.count.sum() == 500
    gaps = np.abs(accuracy - confidence)
    assert found.error == pytest.approx((gaps * found.count[filled]).sum() / 500, rel=1e-12)


def test_an_edge_belongs_to_the_bin_below():
    p = np.array([[0.25] * 4, [0.5, 0.5, 0, 0], [0.75, 0.25, 0, 0], [1, 0, 0, 0]])
    assert calibration(p, [0] * 4, bins=4).count.tolist() == [1, 1, 1, 1]
    above = np.nextafter(0.5, 1)
    assert calibration([[above, 1 - above]], [0], bins=4).count.tolist() == [0, 0, 1, 0]


def test_answers_that_mean_what_they_say_are_calibrated():
    rng = np.random.default_rng(0)
    p, _ = random_answers(rng, n=40_000)
    y = (rng.random((40_000, 1)) > p.cumsum(axis=1)).sum(axis=1).clip(0, 3)
    assert calibration(p, y).error < 0.02
    assert calibration(np.eye(4)[rng.integers(0, 4, 40_000)], y).error > 0.5


def test_rows_that_are_no_distributions_are_refused():
    with pytest.raises(ValueError, match="row 1 with the sum 3"):
        calibration(np.array([[0.5, 0.5], [1.0, 2.0]]), [0, 1])
    with pytest.raises(ValueError, match="row 0 .*smallest entry -0.5"):
        calibration(np.array([[-0.5, 1.5]]), [0])
    with pytest.raises(ValueError, match="from 0 to 1, got 2"):
        calibration(np.array([[0.5, 0.5]]), [2])


# Signals


def test_the_signals_are_those_of_the_equations():
    rng = np.random.default_rng(0)
    network = Network(
        [Scale(2.0), Dense(5, 7, weights=Normal(2.0)), Sigmoid(), Dense(7, 3)],
        loss=SoftmaxCrossEntropy(), rng=rng,
    )  # fmt: skip
    X, y = rng.normal(size=(50, 5)), rng.integers(0, 3, 50)
    W1, b1, W2, b2 = [p.value.copy() for p in network.parameters()]
    z1 = W1 @ (2 * X.T) + b1
    a1 = 1 / (1 + np.exp(-z1))
    z2 = W2 @ a1 + b2
    dz2 = (np.exp(z2) / np.exp(z2).sum(axis=0) - np.eye(3)[y].T) / 50
    da1 = W2.T @ dz2
    dz1 = da1 * a1 * (1 - a1)
    flat = a1 * (1 - a1) <= 0.05 * 0.25
    found = signals(network, X, y)
    assert [signal.layer for signal in found] == ["Scale", "Dense", "Sigmoid", "Dense"]
    for signal, a, grad in zip(found[1:], [z1, a1, z2], [dz1, da1, dz2], strict=True):
        assert signal.mean == pytest.approx(a.mean(), rel=1e-12)
        assert signal.spread == pytest.approx(a.std(), rel=1e-12)
        assert signal.gradient_mean == pytest.approx(grad.mean(), rel=1e-9, abs=1e-16)
        assert signal.gradient_spread == pytest.approx(grad.std(), rel=1e-12)
    assert 0.1 < found[2].saturated == flat.mean() < 0.9
    assert found[2].dead == flat.all(axis=1).sum()
    assert np.isnan([found[1].saturated, found[1].dead, found[0].gradient_mean]).all()


def test_looking_changes_nothing():
    rng = np.random.default_rng(0)
    network = Network([Dense(5, 7), BatchNorm(7), ReLU(), Dropout(0.5), Dense(7, 4), Maxout(2)],
                      loss=SquaredError(), rng=rng)  # fmt: skip
    X, y = rng.normal(size=(50, 5)), rng.integers(0, 2, 50)
    network.gradient(X, y)
    value, grad = network.parameters_vector.copy(), network.gradients_vector.copy()
    memory = network.layers[1].running_mean.copy()
    with network.mode(training=True):
        found = signals(network, X, y)
        assert network.training
        assert str(found) == str(signals(network, X, y))
        dead_units(network, X)
    assert (network.parameters_vector == value).all() and (network.gradients_vector == grad).all()
    assert (network.layers[1].running_mean == memory).all()


def test_dead_units_are_found():
    rng = np.random.default_rng(0)
    network = Network([Dense(3, 4), ReLU(), Dense(4, 4), Sigmoid(), Dense(4, 2), Step()],
                      loss=SquaredError(), rng=rng)  # fmt: skip
    network.layers[0].b.value[1] = -100  # off for every example
    network.layers[2].b.value[[0, 3]] = [[100], [-100]]  # stuck at 1, stuck at 0
    X = rng.normal(size=(200, 3))
    found = [units.tolist() for units in dead_units(network, X)]
    assert found == [[], [1], [], [0, 3], [], [0, 1]]  # nothing can learn below a step
    assert [signal.dead for signal in signals(network, X, np.zeros(200, int))][1::2] == [1, 2, 2]


def test_small_weights_let_a_signal_die_and_large_ones_saturate_it():
    def spreads(std):
        layers = [part for _ in range(8) for part in (Dense(50, 50, weights=Normal(std)), Tanh())]
        network = Network(layers, loss=SquaredError(), rng=np.random.default_rng(0))
        X = np.random.default_rng(1).normal(size=(100, 50))
        return signals(network, X, np.zeros(100, int))

    small, large = spreads(0.01), spreads(1.0)
    assert small[-1].spread < 1e-7 * small[1].spread
    assert small[1].gradient_spread < 1e-7 * small[-1].gradient_spread
    assert large[-1].saturated > 0.5 > small[-1].saturated == 0


def test_update_ratios_are_sizes_of_steps_over_sizes_of_weights():
    rng = np.random.default_rng(0)
    network = Network([Dense(3, 4, bias=Constant(0.5)), Tanh(), Dense(4, 2)],
                      loss=SquaredError(), rng=rng)  # fmt: skip
    X, y = rng.normal(size=(20, 3)), rng.integers(0, 2, 20)
    before = network.parameters_vector.copy()
    start = [p.value.copy() for p in network.parameters()]
    Trainer(network, SGD(0.3), rng=rng).fit(X, y, epochs=1, batch_size=20)
    wanted = {
        name: np.sqrt(np.mean((p.value - old) ** 2) / np.mean(old**2)) if old.any() else np.inf
        for name, p, old in zip(
            ["0 Dense.W", "0 Dense.b", "2 Dense.W", "2 Dense.b"], network.parameters(), start,
            strict=True,
        )
    }  # fmt: skip
    found = update_ratios(network, before)
    assert found == pytest.approx(wanted, rel=1e-12) and list(found) == list(wanted)
    assert set(update_ratios(network, network.parameters_vector).values()) == {0.0}
    with pytest.raises(ValueError, match="26 entries, got 3"):
        update_ratios(network, np.zeros(3))


def test_a_table_has_a_row_a_layer():
    rng = np.random.default_rng(0)
    network = Network([Dense(3, 4), Tanh(), Dense(4, 2)], loss=SquaredError(), rng=rng)
    lines = table(signals(network, rng.normal(size=(9, 3)), rng.integers(0, 2, 9))).splitlines()
    assert lines[0].split() == ["layer", "mean", "spread", "saturated", "dead",
                                "gradient_mean", "gradient_spread"]  # fmt: skip
    assert [line.split()[0] for line in lines[1:]] == ["Dense", "Tanh", "Dense"]
    assert len({len(line) for line in lines}) == 1


def test_only_networks_are_looked_into():
    for function in (lambda: signals(Dense(2, 3), 0, 0), lambda: dead_units(Adam(), 0)):
        with pytest.raises(TypeError, match="network expects a Network"):
            function()
