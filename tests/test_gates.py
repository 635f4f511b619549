"""Every gate: forward on numbers and arrays, backward against differences, buffers, errors."""

import copy
import math
import pickle
import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnlib.gates import (
    Add,
    Divide,
    Dot,
    Exp,
    Gate,
    Log,
    Maximum,
    Multiply,
    Negate,
    Parameter,
    Power,
    Raise,
    ReLU,
    Sigmoid,
    Subtract,
    Tanh,
    Unit,
    dot,
)
from nnlib.gates.gate import FULL
from nnlib.gradients import central_difference, check_gradient, complex_step


def anywhere(rng, shape=()):
    return rng.uniform(-3, 3, shape)


def above_zero(rng, shape=()):
    return rng.uniform(0.3, 3, shape)


def off_zero(rng, shape=()):
    return rng.uniform(0.3, 3, shape) * rng.choice([-1, 1], shape)


def apart(rng, shape=()):
    """Two inputs, at least 0.3 from each other."""
    x = anywhere(rng, shape)
    return x, x + off_zero(rng, shape)


def pairs(first, second):
    return lambda rng, shape=(): (first(rng, shape), second(rng, shape))


def one(sample):
    return lambda rng, shape=(): (sample(rng, shape),)


# gate, its inputs, its formula in the mathematics module or NumPy, whether it is analytic
GATES = {
    "add": (Add, pairs(anywhere, anywhere), lambda m, x, y: x + y, True),
    "subtract": (Subtract, pairs(anywhere, anywhere), lambda m, x, y: x - y, True),
    "negate": (Negate, one(anywhere), lambda m, x: -x, True),
    "multiply": (Multiply, pairs(anywhere, anywhere), lambda m, x, y: x * y, True),
    "divide": (Divide, pairs(anywhere, off_zero), lambda m, x, y: x * y**-1.0, True),
    "cube": (lambda: Power(3), one(anywhere), lambda m, x: x * x * x, True),
    "root": (lambda: Power(0.5), one(above_zero), lambda m, x: m.sqrt(x), True),
    "reciprocal": (lambda: Power(-1), one(off_zero), lambda m, x: 1 / x, True),
    "power 0": (lambda: Power(0), one(anywhere), lambda m, x: 0 * x + 1, True),
    "raise": (Raise, pairs(above_zero, anywhere), lambda m, x, y: m.e ** (y * m.log(x)), True),
    "exp": (Exp, one(anywhere), lambda m, x: m.e**x, True),
    "log": (Log, one(above_zero), lambda m, x: m.log2(x) / m.log2(m.e), True),
    "maximum": (Maximum, apart, lambda m, x, y: (x + y + abs(x - y)) / 2, False),
    "relu": (ReLU, one(off_zero), lambda m, x: (x + abs(x)) / 2, False),
    "sigmoid": (Sigmoid, one(anywhere), lambda m, x: m.exp(x) / (m.exp(x) + 1), True),
    "tanh": (Tanh, one(anywhere), lambda m, x: m.sinh(x) / m.cosh(x), True),
    "dot": (
        Dot,
        lambda rng, shape=(): tuple(anywhere(rng, (6, *shape))),
        lambda m, a, b, c, x, y, z: a * x + b * y + c * z,
        True,
    ),
    "dot with bias": (
        Dot,
        lambda rng, shape=(): tuple(anywhere(rng, (5, *shape))),
        lambda m, a, b, x, y, bias: a * x + b * y + bias,
        True,
    ),
}
every_gate = pytest.mark.parametrize("name", GATES)
seeds = pytest.mark.parametrize("seed", range(5))


def gradients(gate, grad):
    grads = gate.backward(grad)
    return grads if isinstance(grads, tuple) else (grads,)


@every_gate
@seeds
def test_numbers(name, seed):
    """One number: the formula, then the derivative by central differences."""
    new, sample, formula, _ = GATES[name]
    inputs = [float(x) for x in sample(np.random.default_rng(seed))]
    gate, pull = new(), 1.7
    assert gate.forward(*inputs) == pytest.approx(formula(math, *inputs), rel=1e-14, abs=1e-14)
    assert type(gate.forward(*inputs)) is float
    claimed = gradients(gate, pull)
    assert all(type(grad) is float for grad in claimed)
    check = check_gradient(lambda v: pull * new().forward(*v.tolist()), np.array(claimed), inputs)
    assert check, check


@every_gate
@seeds
def test_arrays(name, seed):
    """An array: the same formula; the derivative by complex step where the gate is analytic."""
    new, sample, formula, analytic = GATES[name]
    rng = np.random.default_rng(seed)
    inputs = np.array(sample(rng, (2, 3)))
    gate, pull = new(), rng.normal(size=(2, 3))
    assert gate.forward(*inputs) == pytest.approx(formula(np, *inputs), rel=1e-14, abs=1e-14)
    claimed = np.array(gradients(gate, pull))
    method, tolerance = (complex_step, 1e-12) if analytic else (central_difference, 1e-7)

    def pulled(v):
        return (pull * new().forward(*v)).sum()

    check = check_gradient(pulled, claimed, inputs, method=method, tolerance=tolerance)
    assert check, check


@every_gate
def test_inputs_stay_as_they_were(name):
    new, sample, _, _ = GATES[name]
    rng = np.random.default_rng(7)
    inputs = sample(rng, (4, 6))
    strided = [x[::2, ::-1] for x in inputs]
    for x in inputs:
        x.flags.writeable = False
    pull = rng.normal(size=(2, 6))
    pull.flags.writeable = False
    gate, compact = new(), new()
    copies = [x.copy() for x in strided]
    assert gate.forward(*strided) == pytest.approx(compact.forward(*copies), rel=1e-14)
    for one, other in zip(gradients(gate, pull), gradients(compact, pull), strict=True):
        assert one == pytest.approx(other, rel=1e-14)


@every_gate
def test_float32_stays_float32(name):
    new, sample, _, _ = GATES[name]
    inputs = [x.astype(np.float32) for x in sample(np.random.default_rng(3), (5,))]
    gate = new()
    assert gate.forward(*inputs).dtype == np.float32
    if name != "maximum":  # whose share is a float64
        assert {g.dtype for g in gradients(gate, np.ones(5, np.float32))} == {np.dtype(np.float32)}


@settings(deadline=None)
@given(
    hnp.arrays(np.float64, hnp.array_shapes(max_dims=3), elements=st.floats(-700, 700)),
    st.sampled_from([ReLU, Sigmoid, Tanh]),
)
def test_a_wire_and_a_minibatch_are_the_same_function(z, activation):
    gate = activation()
    a = gate.forward(z).copy()
    slopes = gate.backward(np.ones_like(z))
    for index in np.ndindex(z.shape):
        unit = Unit(z[index])
        output = activation()(unit)
        output.backward()
        assert a[index] == pytest.approx(output.value, rel=1e-13, abs=1e-15)
        assert slopes[index] == pytest.approx(unit.grad, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("activation", [ReLU, Sigmoid, Tanh])
def test_buffers_are_reused(activation):
    gate, z = activation(), np.random.default_rng(1).normal(size=(500, 400))
    a, grad = gate.forward(z), gate.backward(np.ones_like(z))
    ones = np.ones_like(z)
    tracemalloc.start()
    assert gate.forward(-z) is a
    assert gate.backward(ones) is grad
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    gate.forward(z)
    gate.backward(ones)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak - before < 160_000  # bytes: a tenth of one array (NumPy casts in small blocks)
    assert gate.forward(z[:, :7]).shape == (500, 7)
    assert gate.forward(np.arange(-2, 3)).dtype == np.float64


@pytest.mark.parametrize("activation", [ReLU, Sigmoid, Tanh])
def test_many_shapes_leave_no_growing_trail(activation):
    gate, rng = activation(), np.random.default_rng(9)
    for n in range(1, 3 * FULL):
        z = rng.normal(size=n)
        assert (gate.forward(z) == activation().forward(z)).all()
        gate.buffer("own", (n,))[...] = n
    assert len(gate.workspace) <= FULL


def test_a_circuit_is_copied_with_its_gates():
    for twin in (copy.deepcopy, lambda circuit: pickle.loads(pickle.dumps(circuit))):
        x, y = Unit(0.5, name="x"), Unit(-2.0)
        output = (x * y).sigmoid() + (x.relu() / y) ** 3 + x.maximum(y).tanh() - x.exp()
        (x2, y2), output2 = twin(((x, y), output))
        output.backward()
        assert (x2.grad, y2.grad) == (0.0, 0.0)
        output2.backward()
        assert (repr(x2), repr(y2), output2.value) == (repr(x), repr(y), output.value)
        assert (x2.grad, y2.grad) == (x.grad, y.grad)


def test_kinks_and_ties():
    relu, maximum = ReLU(), Maximum()
    assert (relu.forward(0.0), relu.backward(1.0)) == (0.0, 0.0)
    relu.forward(np.zeros(2))
    assert relu.backward(np.ones(2)).tolist() == [0, 0]
    assert (maximum.forward(2.0, 2.0), maximum.backward(1.0)) == (2.0, (0.5, 0.5))
    maximum.forward(np.array([2.0, 3.0]), 2.0)
    assert np.array(maximum.backward(np.ones(2))).tolist() == [[0.5, 1], [0.5, 0]]


def test_sigmoid_never_overflows():
    far = [-1e4, -750.0, 750.0, 1e4]
    assert Sigmoid().forward(np.array(far)).tolist() == [0, 0, 1, 1]
    assert [Sigmoid().forward(z) for z in far] == pytest.approx([0, 0, 1, 1])
    assert Sigmoid().forward(-700.0) == pytest.approx(math.exp(-700), rel=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Unit(1.0) / 0, ZeroDivisionError, "1.0 / 0"),
        (lambda: 1 / Unit(0.0), ZeroDivisionError, "keep its second input off zero"),
        (lambda: Unit(-8.0) ** 0.5, ValueError, "no real number"),
        (lambda: Unit(0.0) ** -1, ZeroDivisionError, "0"),
        (lambda: Unit(2.0) ** "3", TypeError, "unsupported operand"),
        (lambda: Power("3"), TypeError, "exponent expects a number, got the str '3'"),
        (lambda: Power(math.nan), ValueError, "exponent expects a number, got nan"),
        (lambda: Unit(710.0).exp(), OverflowError, "the exp gate got 710: beyond 709.78"),
        (lambda: Unit(0.0).log(), ValueError, "the log gate got 0: only numbers above 0"),
        (lambda: Unit(-1.0).log(), ValueError, "got -1"),
        (lambda: Unit(-1.0) ** Unit(2.0), ValueError, "x has to be above 0"),
        (lambda: Unit(1e200) * 1e200, OverflowError, r"the multiply gate got 1e\+200, 1e\+200"),
        (lambda: Unit(1e200) ** 2, OverflowError, r"power gate got \(1e\+200\) \*\* 2: the result"),
        (lambda: Unit(0.0) ** -1, ZeroDivisionError, "infinite: keep x off zero"),
        (lambda: (Unit(0.0) ** 0.5).backward(), ZeroDivisionError, r"the slope of \(0\) \*\* 0.5"),
        (lambda: math.exp(Unit(1.0)), TypeError, "real number, not Unit"),
        (lambda: Unit(1.0).maximum("2"), TypeError, "a Unit or a number, got the str '2'"),
        (lambda: Unit(1.0).maximum(True), TypeError, "a Unit or a number, got the bool True"),
        (lambda: Unit(1.0).maximum(math.inf), ValueError, "finite"),
        (lambda: Unit(1.0) + math.nan, ValueError, "Unit value expects a number, got nan"),
        (lambda: Unit(1.0) + "2", TypeError, "unsupported operand"),
        (lambda: np.ones(2) * Unit(1.0), TypeError, "unsupported operand"),
        (lambda: Unit(1.0) * np.ones(2), TypeError, "operand .Unit. does not support"),
        (lambda: Unit(True), TypeError, "Unit value expects a number, got the bool True"),
        (lambda: Unit(1j), TypeError, "got the complex 1j"),
        (lambda: Unit([1.0]), TypeError, "a value of type list"),
        (lambda: Unit(1.0, grad="0"), TypeError, "Unit grad"),
        (lambda: Unit(1.0).backward(math.nan), ValueError, "pull expects a number, got nan"),
        (lambda: Unit(1.0).backward("up"), TypeError, "pull expects a number"),
        (lambda: dot([1.0], [Unit(1.0), 2.0]), ValueError, "got 1 weights and 2 inputs"),
        (lambda: dot([], []), ValueError, "at least one"),
        (lambda: dot([Unit(1.0)], ["x"]), TypeError, "got the str 'x'"),
        (lambda: Parameter([1.0, math.nan], name="w"), ValueError, r"w\[1\] is nan"),
    ],
)
def test_bad_input_is_refused_with_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_derivative_that_would_be_infinite_is_refused():
    root = Unit(0.0) ** 0.5
    with pytest.raises(ZeroDivisionError):
        root.backward()


NUMBERS = [2, 2.0, np.float64(2), np.float32(2), np.int64(2)]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda n: type(n).__name__)
def test_numbers_of_any_make_on_either_side(number):
    x = Unit(3.0)
    results = [x + number, number + x, x - number, number - x, x * number, number * x]
    results += [x / number, number / x, x**number, number**x, x.maximum(number)]
    assert all(type(result) is Unit for result in results)
    assert [result.value for result in results] == pytest.approx(
        [5, 5, 1, -1, 6, 6, 1.5, 2 / 3, 9, 8, 3]
    )
    assert all(type(result.value) is float for result in results)


def test_signs():
    x = Unit(-2.0)
    assert +x is x
    assert (-x).value == 2.0


def test_repr_keeps_four_digits():
    assert repr(Unit(-2)) == "Unit(value=-2.0000, grad=0.0000)"
    assert repr(Unit(0.1, 1e-9, name="w")) == "Unit('w', value=0.1000, grad=1.0000e-09)"
    assert repr(Unit(-0.0)) == "Unit(value=0.0000, grad=0.0000)"
    assert repr(Unit(1e8)) == "Unit(value=1.0000e+08, grad=0.0000)"
    parameter = Parameter(np.zeros((2, 3), np.float32), name="W")
    assert repr(parameter) == "Parameter('W', shape=(2, 3), dtype=float32)"


def test_parameter_copies_what_it_is_given():
    array = np.arange(3)
    parameter = Parameter(array)
    parameter.value += 1
    parameter.grad += 5
    assert array.tolist() == [0, 1, 2]
    assert parameter.value.dtype == parameter.grad.dtype == np.float64
    value, grad = parameter.value, parameter.grad
    parameter.zero_grad()
    assert parameter.value is value and parameter.grad is grad
    assert parameter.grad.tolist() == [0, 0, 0]


@every_gate
def test_a_gate_serves_many_wires(name):
    """Calling one gate on two circuits keeps their memories apart."""
    new, sample, _, _ = GATES[name]
    gate, rng = new(), np.random.default_rng(2)
    circuits = []
    for _ in range(2):
        inputs = [Unit(float(x)) for x in sample(rng)]
        circuits.append((inputs, gate(*inputs)))
    for inputs, output in circuits:
        output.backward()
        alone = new()
        alone.forward(*[x.value for x in inputs])
        # a wire that comes twice would add up; here all are different
        assert tuple(x.grad for x in inputs) == gradients(alone, 1.0)
    assert circuits[0][1].gate is not circuits[1][1].gate


def test_a_gate_of_ones_own():
    class Square(Gate):
        symbol = "x²"

        def forward(self, x):
            self.x = x
            return x * x

        def backward(self, grad):
            return 2 * self.x * grad

    square, x = Square(), Unit(3.0)
    y = square(x) + square(x + 1)
    y.backward()
    assert (y.value, x.grad) == (25.0, 14.0)
    assert square(5.0) == 25.0
    assert square.parameters() == []


def test_a_gate_that_returns_too_few_gradients_is_found_out():
    class Forgetful(Gate):
        def forward(self, x, y):
            return x + y

        def backward(self, grad):
            return (grad,)

    x = Unit(1.0)
    output = Forgetful()(x, Unit(2.0))
    with pytest.raises(ValueError, match=re.escape("zip()")):
        output.backward()
    assert x.grad == 0.0
