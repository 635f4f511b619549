"""The exercises of chapter 8: the references, and what the checks compare with, against others'
work: the library's layers, SciPy, and gradients that are measured."""

import numpy as np
import pytest
from scipy.signal import correlate2d

from nnlib import Convolution, Dense, Flatten, MaxPool, Network, ReLU, SoftmaxCrossEntropy
from nnlib.checks import EXERCISES
from nnlib.checks.convolution import branches, columns, sliding, stack, switches
from nnlib.checks.grading import NOT_YET, PASSED, grade
from nnlib.gradients import central_difference, complex_step

SEEDS = pytest.mark.parametrize("seed", range(5))


def reference(number):
    return EXERCISES[number].reference


def convolution(rng, *sizes, **settings):
    layer = Convolution(*sizes, **settings)
    layer.initialize(rng=rng)
    layer.b.value[...] = rng.normal(size=layer.b.value.shape)
    return layer


@pytest.mark.parametrize(
    "settings", [{}, {"padding": 2}, {"stride": 2}, {"padding": 1, "stride": 3}]
)
@pytest.mark.parametrize("side", [5, 8, 11])
def test_the_windows_counted_are_the_library_s(side, settings):
    layer = Convolution(1, 1, 4, **settings)
    _, height, _ = layer.output_shape((1, side, side))
    assert reference("8.1")(side, 4, **settings) == height


@SEEDS
def test_sliding_is_scipy_s_correlation(seed):
    rng = np.random.default_rng(seed)
    image, filter = rng.normal(size=(7, 9)), rng.normal(size=(3, 2))
    expected = correlate2d(image, filter, mode="valid")
    assert reference("8.2")(image, filter) == pytest.approx(expected, rel=1e-12, abs=1e-13)
    assert sliding.correlated(image, filter) == pytest.approx(expected, rel=1e-12, abs=1e-13)


@SEEDS
def test_columns_times_filters_are_the_layer_s_output(seed):
    rng = np.random.default_rng(seed)
    layer, a = convolution(rng, 3, 4, 2), rng.normal(size=(3, 5, 4, 2))
    for lay in (reference("8.3"), columns.laid_out):
        z = layer.W.value.reshape(4, -1) @ lay(a, 2) + layer.b.value
        assert z.reshape(4, 4, 3, 2) == pytest.approx(layer.forward(a), rel=1e-12, abs=1e-13)


@SEEDS
def test_the_max_s_gradient_is_the_layer_s_with_equal_numbers_too(seed):
    rng = np.random.default_rng(seed)
    layer, a = MaxPool(3), rng.integers(-2, 3, size=(2, 6, 3, 4)) * 1.0
    grad = rng.normal(size=layer.forward(a).shape)
    expected = layer.backward(grad)
    assert np.array_equal(reference("8.4")(a, grad, 3), expected)
    assert np.array_equal(switches.sent_back(a, grad, 3), expected)


def test_no_number_wanted_is_told_as_minus_0():
    a, grad = np.arange(4.0).reshape(1, 2, 2, 1), -np.ones((1, 1, 1, 1))
    assert not np.signbit(switches.sent_back(a, grad, 2)).ravel()[:3].any()


def test_the_max_s_gradient_is_the_measured_one():
    rng = np.random.default_rng(1)
    a, grad = rng.permutation(32).reshape(1, 4, 4, 2) / 7, rng.normal(size=(1, 2, 2, 2))

    def cost(a):
        return (grad * a.reshape(1, 2, 2, 2, 2, 2).max(axis=(2, 4))).sum()

    assert switches.sent_back(a, grad, 2) == pytest.approx(central_difference(cost, a), abs=1e-8)


@SEEDS
def test_a_convolution_s_gradients_are_the_layer_s(seed):
    rng = np.random.default_rng(seed)
    layer, a = convolution(rng, 2, 3, 3), rng.normal(size=(2, 5, 4, 3))
    grad = rng.normal(size=layer.forward(a).shape)
    da = layer.backward(grad)
    for back in (reference("8.5"), branches.shares):
        found = back(a, layer.W.value, grad)
        for one, expected in zip(found, (layer.W.grad, layer.b.grad, da), strict=True):
            assert one == pytest.approx(expected, rel=1e-11, abs=1e-12)


def test_a_convolution_s_gradients_are_the_measured_ones():
    rng = np.random.default_rng(2)
    a, W, grad = branches.draw(rng, 2, 3, 4, 3, 2, 2)

    def cost(a, W):
        return (grad * stack.FORWARD["convolution"](a, W, np.zeros((2, 1)))).sum()

    dW, _, da = branches.shares(a, W, grad)
    assert dW == pytest.approx(complex_step(lambda W: cost(a, W), W), rel=1e-10, abs=1e-12)
    assert da == pytest.approx(complex_step(lambda a: cost(a, W), a), rel=1e-10, abs=1e-12)


def digit_reader(rng):
    """A network, and its layers as the exercise describes them."""
    gates = [
        Convolution(1, 3, 3), MaxPool(2), ReLU(), Convolution(3, 4, 2), ReLU(), Flatten(),
        Dense(4 * 9, 5), ReLU(), Dense(5, 3),
    ]  # fmt: skip
    network = Network(gates, loss=SoftmaxCrossEntropy(), rng=rng)
    network.parameters_vector = rng.normal(size=len(network.parameters_vector)) / 2
    kinds = {Convolution: "convolution", Dense: "dense", ReLU: "relu", Flatten: "flatten"}
    layers = [
        ("max pool", 2)
        if isinstance(gate, MaxPool)
        else (kinds[type(gate)], *[p.value.copy() for p in gate.parameters()])
        for gate in gates
    ]
    return network, layers


@SEEDS
def test_the_network_of_the_exercise_and_the_library_s_agree(seed):
    rng = np.random.default_rng(seed)
    network, layers = digit_reader(rng)
    X, digits = rng.normal(size=(4, 1, 10, 10)), rng.integers(3, size=4)
    images = np.moveaxis(X, 0, -1)
    measured = complex_step(
        lambda moved: stack.run(layers, moved)[-1][digits, np.arange(4)].sum(), images
    )
    for ask in (reference("8.6"), stack.asked):
        out, pull = ask(layers, images, digits)
        assert out.T == pytest.approx(network.forward(X), rel=1e-11, abs=1e-12)
        assert pull == pytest.approx(measured, rel=1e-10, abs=1e-12)


def test_the_solution_shows_all_functions_that_it_takes():
    source = EXERCISES["8.6"].source
    assert source.index("def run_layers") < source.index("def ask_pixels")
    assert EXERCISES["8.5"].source.count("def ") == 1


def test_the_way_forward_has_points_of_its_own():
    right = reference("8.6")

    def forward_alone(layers, images, digits):
        return right(layers, images, digits)[0], np.zeros(images.shape)

    result = grade(EXERCISES["8.6"], forward_alone)
    assert result.state == NOT_YET
    assert result.points == EXERCISES["8.6"].properties[0].points


def test_a_wrong_db_costs_no_point_of_the_others():
    right = reference("8.5")

    def flat_db(a, W, grad):
        dW, db, da = right(a, W, grad)
        return dW, db[:, 0], da

    result = grade(EXERCISES["8.5"], flat_db)
    assert [prop.name for prop, _ in result.failed][0] == "db"
    assert result.points == EXERCISES["8.5"].points - 2
    assert grade(EXERCISES["8.5"], right).state == PASSED
