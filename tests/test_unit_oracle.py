"""Circuits of Units against JAX's automatic differentiation, and at sizes no page will show."""

import gc
import tracemalloc
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from nnlib.gates import Gate, Maximum, ReLU, Sigmoid, Tanh, Unit, dot

jax.config.update("jax_enable_x64", True)

CIRCUITS = 300


@dataclass
class Step:
    """One gate of a random circuit: a formula that works on Units and on JAX's numbers alike."""

    formula: object
    places: tuple  # where its inputs stand among all wires so far


class JaxNumber:
    """A JAX scalar with the methods of a Unit, so that one formula serves both."""

    def __init__(self, value):
        self.value = value

    def maximum(self, other):
        return JaxNumber(jnp.maximum(self.value, other.value))


def lift(operation):
    def method(self, *others):
        values = [o.value if isinstance(o, JaxNumber) else o for o in others]
        return JaxNumber(operation(self.value, *values))

    return method


for name, operation in {
    "__add__": lambda x, y: x + y,
    "__radd__": lambda x, y: y + x,
    "__sub__": lambda x, y: x - y,
    "__rsub__": lambda x, y: y - x,
    "__mul__": lambda x, y: x * y,
    "__rmul__": lambda x, y: y * x,
    "__truediv__": lambda x, y: x / y,
    "__rtruediv__": lambda x, y: y / x,
    "__pow__": lambda x, y: x**y,
    "__rpow__": lambda x, y: jnp.power(float(y), x),
    "__neg__": lambda x: -x,
    "exp": jnp.exp,
    "log": jnp.log,
    "relu": jax.nn.relu,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
}.items():
    setattr(JaxNumber, name, lift(operation))


def any_dot(n, has_bias):
    def formula(*wires):
        bias = wires[-1] if has_bias else None
        if isinstance(wires[0], Unit):
            return dot(wires[:n], wires[n : 2 * n], bias)
        total = sum((w * x for w, x in zip(wires[:n], wires[n : 2 * n])), JaxNumber(0.0))
        return total + bias if has_bias else total

    return formula


def with_numbers(c):
    return lambda u: c - c * u + c ** (u / 4) + u / c - 1 / (u * u + c)


def random_step(rng, values):
    """A gate that the wires' values allow: away from kinks and poles, nothing grows too large."""
    while True:
        kind = rng.integers(16)
        i, j = (int(k) for k in rng.integers(len(values), size=2))
        x, y = values[i], values[j]
        if abs(x) > 4:
            return Step(lambda u: u.tanh(), (i,))
        if kind == 0:
            return Step(lambda u, v: u + v, (i, j))
        if kind == 1:
            return Step(lambda u, v: u - v, (i, j))
        if kind == 2:
            return Step(lambda u, v: u * v, (i, j))
        if kind == 3 and abs(y) > 0.3:
            return Step(lambda u, v: u / v, (i, j))
        if kind == 4:
            return Step(lambda u: -u, (i,))
        if kind == 5:
            return Step(lambda u: u**3, (i,))
        if kind == 6 and x > 0.3:
            return Step(lambda u: u**-1.5, (i,))
        if kind == 7 and x > 0.3 and abs(y) < 2:
            return Step(lambda u, v: u**v, (i, j))
        if kind == 8 and x < 1.5:
            return Step(lambda u: u.exp(), (i,))
        if kind == 9 and x > 0.3:
            return Step(lambda u: u.log(), (i,))
        if kind == 10 and abs(x - y) > 1e-3:
            return Step(lambda u, v: u.maximum(v), (i, j))
        if kind == 11 and abs(x) > 1e-3:
            return Step(lambda u: u.relu(), (i,))
        if kind == 12:
            return Step(lambda u: u.sigmoid(), (i,))
        if kind == 13:
            return Step(lambda u: u.tanh(), (i,))
        if kind == 14:
            return Step(with_numbers(float(rng.uniform(0.5, 2))), (i,))
        if kind == 15:
            n, has_bias = int(rng.integers(1, 5)), bool(rng.integers(2))
            places = rng.integers(len(values), size=2 * n + has_bias)
            return Step(any_dot(n, has_bias), tuple(map(int, places)))


def random_circuit(seed):
    """Inputs, and a list of steps, each on wires that stand before it: branches and diamonds."""
    rng = np.random.default_rng(seed)
    start = rng.uniform(-2, 2, size=rng.integers(2, 6)).tolist()
    wires, steps = [Unit(x) for x in start], []
    for _ in range(int(rng.integers(3, 25))):
        step = random_step(rng, [wire.value for wire in wires])
        steps.append(step)
        wires.append(step.formula(*[wires[place] for place in step.places]))
    return start, steps


def run(wires, steps):
    """The last wire after all steps, from the inputs `wires`; every third wire is added to it."""
    wires = list(wires)
    for step in steps:
        wires.append(step.formula(*[wires[place] for place in step.places]))
    output = wires[-1]
    for wire in wires[:-1:3]:
        output = output + wire
    return output


@pytest.mark.parametrize("batch", range(10))
def test_random_circuits_agree_with_jax(batch):
    for seed in range(batch, CIRCUITS, 10):
        start, steps = random_circuit(seed)

        def in_jax(x, steps=steps):
            return run([JaxNumber(x[k]) for k in range(len(x))], steps).value

        value, gradient = jax.value_and_grad(in_jax)(jnp.array(start))
        inputs = [Unit(x) for x in start]
        output = run(inputs, steps)
        output.backward()
        assert output.value == pytest.approx(float(value), rel=1e-10, abs=1e-12), seed
        scale = np.abs(gradient).max()
        ours = [x.grad for x in inputs]
        assert ours == pytest.approx(np.array(gradient), rel=1e-10, abs=1e-13 * scale), seed


def test_every_kind_of_gate_was_among_them():
    gates = set()
    for seed in range(CIRCUITS):
        start, steps = random_circuit(seed)
        units = [run([Unit(x) for x in start], steps)]
        for unit in units:
            gates.add(type(unit.gate).__name__)
            units.extend(unit.inputs)
            if len(units) > 10_000:  # a wire that is used often is met often
                break
    expected = "Add Subtract Multiply Divide Negate Power Raise Exp Log Maximum "
    expected += "ReLU Sigmoid Tanh Dot"
    assert gates == {*expected.split(), "NoneType"}


@pytest.mark.parametrize("seed", range(50))
def test_twice_is_exactly_twice(seed):
    start, steps = random_circuit(seed)
    inputs = [Unit(x) for x in start]
    output = run(inputs, steps)
    output.backward()
    once = [x.grad for x in inputs]
    output.backward()
    assert [x.grad for x in inputs] == [2 * grad for grad in once]
    for x in inputs:
        x.zero_grad()
    output.backward()
    assert [x.grad for x in inputs] == once
    output.backward(-1.0)
    assert [x.grad for x in inputs] == [0.0] * len(inputs)


@pytest.mark.parametrize("seed", range(50))
def test_two_outputs_that_share_wires(seed):
    """Each output's gradient is its own, whatever the other left on the wires between."""
    start, steps = random_circuit(seed)

    def both(wires):
        first = run(wires, steps)
        return first, first * first + first.tanh() * wires[0]

    inputs = [Unit(x) for x in start]
    for output in both(inputs):
        output.backward()
    apart = []
    for which in range(2):
        fresh = [Unit(x) for x in start]
        both(fresh)[which].backward()
        apart.append(np.array([x.grad for x in fresh]))
    assert [x.grad for x in inputs] == (apart[0] + apart[1]).tolist()


def test_karpathys_sanity_check():
    """The circuit of micrograd's first test, its gradient from JAX."""

    def circuit(x, relu):
        z = 2 * x + 2 + x
        q = relu(z) + z * x
        h = relu(z * z)
        return h + q + q * x

    x = Unit(-4.0)
    y = circuit(x, Unit.relu)
    y.backward()
    value, gradient = jax.value_and_grad(lambda v: circuit(v, jax.nn.relu))(-4.0)
    assert (y.value, x.grad) == (float(value), float(gradient))


def test_karpathys_long_expression():
    """The circuit of micrograd's second test, where wires are overwritten and used again."""

    def circuit(a, b, relu):
        c = a + b
        d = a * b + b**3
        c += c + 1
        c += 1 + c + (-a)
        d += d * 2 + relu(b + a)
        d += 3 * d + relu(b - a)
        e = c - d
        f = e**2
        g = f / 2.0
        return g + 10.0 / f

    a, b = Unit(-4.0), Unit(2.0)
    g = circuit(a, b, Unit.relu)
    g.backward()
    value, gradient = jax.value_and_grad(lambda v: circuit(v[0], v[1], jax.nn.relu))(
        jnp.array([-4.0, 2.0])
    )
    assert g.value == pytest.approx(float(value), rel=1e-14)
    assert [a.grad, b.grad] == pytest.approx(np.array(gradient), rel=1e-14)


@pytest.mark.parametrize("depth", [100_000, 1_000_000])
def test_deep_circuits(depth):
    x, one = Unit(0.5), Unit(1.0)
    y = x
    for k in range(depth):
        y = -y if k % 2 else y + one
    y.backward()
    assert abs(x.grad) == 1.0
    assert one.grad == sum((-1.0) ** (k // 2) for k in range(0, depth, 2)) * x.grad
    assert y.inputs[0].grad == (-1.0 if depth % 2 == 0 else 1.0)
    del y  # which takes the whole chain apart, without recursion


def test_a_doubling_ladder_takes_linear_time():
    """Two wires between each two rungs: 2^200 paths, 200 gates."""
    x = Unit(1.0)
    y = x
    for _ in range(200):
        y = y + y
    y.backward()
    assert x.grad == 2.0**200


def test_a_square_of_one_wire():
    x = Unit(3.0)
    (x * x).backward()
    assert x.grad == 6.0
    x.backward(2.0)  # a lone wire pulls on itself
    assert x.grad == 8.0


class Broken(Gate):
    def __init__(self, error):
        self.error = error

    def forward(self, x):
        return x

    def backward(self, grad):
        raise self.error


@pytest.mark.parametrize("error", [RuntimeError("on purpose"), KeyboardInterrupt()])
@pytest.mark.parametrize("seed", range(10))
def test_a_failure_on_the_way_back_changes_nothing(seed, error):
    start, steps = random_circuit(seed)
    inputs = [Unit(x) for x in start]
    healthy = run(inputs, steps)
    healthy.backward()
    before = [x.grad for x in inputs]
    broken = run([Broken(error)(inputs[0]), *inputs[1:]], steps) + healthy
    with pytest.raises(type(error)):
        broken.backward()
    assert [x.grad for x in inputs] == before
    healthy.backward()
    assert [x.grad for x in inputs] == [2 * grad for grad in before]


def number_of_units():
    return sum(type(thing) is Unit for thing in gc.get_objects())


def small_circuit(parameters):
    x, y = parameters[:2]
    z = dot(parameters, parameters[::-1], 1.0) / (1 + x * x) - Sigmoid()(x * y) * ReLU()(y)
    return Tanh()(Maximum()(z, x)).exp() ** 2


def test_circuits_hold_no_reference_cycles():
    """A circuit is gone as soon as nobody holds it, without the garbage collector's help."""
    parameters = [Unit(0.1 * k) for k in range(1, 6)]
    gc.collect()
    before = number_of_units()
    gc.disable()
    try:
        for _ in range(3):
            output = small_circuit(parameters)
            output.backward()
        assert number_of_units() > before + 10
        del output
        assert number_of_units() == before
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_training_does_not_leak():
    parameters = [Unit(0.1 * k) for k in range(1, 6)]

    def train(steps):
        for _ in range(steps):
            for p in parameters:
                p.zero_grad()
            small_circuit(parameters).backward()
            for p in parameters:
                p.value -= 0.01 * p.grad

    def memory():
        gc.collect()  # also empties Python's own lists of tuples kept for later
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    train(50)
    start = memory()
    train(300)
    end = memory()
    tracemalloc.stop()
    assert end - start < 2_000  # bytes; one circuit kept alive would be more
