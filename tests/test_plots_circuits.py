"""Drawn circuits: where gates, wires and numbers stand, and that none stands on another."""

import itertools

import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch
from scipy.optimize import LinearConstraint, minimize

from nnlib import plots
from nnlib.gates import Unit, dot
from nnlib.plots.circuits import CircuitDrawing, number
from nnlib.plots.layered import _apart, arrange, crossings
from nnlib.plots.wiring import GATE, Plan, in_order


def units(**values):
    return [Unit(value, name=name) for name, value in values.items()]


def two_gates():
    x, y, z = units(x=-2.0, y=5.0, z=-4.0)
    return (x + y) * z


def neuron():
    a, b, c, x, y = units(a=1.0, b=2.0, c=-3.0, x=-1.0, y=3.0)
    return (a * x + b * y + c).sigmoid()


def neuron_in_small_gates():
    w0, w1, w2, x0, x1 = units(w0=1.0, w1=2.0, w2=-3.0, x0=-1.0, x1=3.0)
    return 1 / (1 + (-(w0 * x0 + w1 * x1 + w2)).exp())


def branch():
    (a,) = units(a=3.0)
    return a * a


def diamond():
    x, y = units(x=1.5, y=-0.7)
    product = x * y
    return (product + x) * (product - y)


def switch():
    a, b = units(a=3.0, b=5.0)
    return a.maximum(b)


def chain():
    (x,) = units(x=0.37)
    return (x**3 - 2 * x**2).exp().log() + x


def two_layers():
    x, y, a1, b1, a2, b2, c = units(x=1.0, y=-2.0, a1=0.5, b1=-1.0, a2=1.2, b2=0.3, c=2.0)
    hidden = (a1 * x + b1 * y).relu(), (a2 * x + b2 * y).relu()
    return (hidden[0] * c + hidden[1]).tanh().maximum(x)


def many_inputs():
    w, x = units(w1=0.1, w2=0.2, w3=0.3), units(x1=1.0, x2=2.0, x3=3.0)
    return dot(w, x, Unit(0.5, name="b")).sigmoid()


TEXTBOOK = [two_gates, neuron, neuron_in_small_gates, branch, diamond, switch, chain, two_layers]
TEXTBOOK += [many_inputs]


def random_circuit(seed):
    """Up to 15 gates over four inputs, each reading any wires that are there."""
    rng = np.random.default_rng(seed)
    wires = units(**dict(zip("wxyz", rng.normal(size=4), strict=True)))
    for _ in range(rng.integers(3, 12)):
        one, other = (wires[k] for k in rng.integers(len(wires), size=2))
        made = [one + other, one * other, one - other, one.maximum(other), one.tanh()]
        wires.append(made[rng.integers(len(made))])
    output = wires[-1]
    for wire in wires[:-1]:  # so that none stands apart
        output = output + wire if rng.random() < 0.3 else output
    return output


def drawn(output, width=8.0, height=4.5, **options):
    """A drawn circuit, arranged and with its numbers."""
    fig, ax = plots.figure(width, height)
    drawing = CircuitDrawing(output, ax)
    values = {unit: unit.value for unit in drawing.units}
    drawing.show(values, {unit: unit.grad for unit in drawing.units}, **options)
    fig.canvas.draw()
    return fig, ax, drawing


# ---- what is written ----


def test_the_textbook_circuit_shows_its_numbers():
    output = two_gates()
    output.backward()
    _, ax = plots.figure()
    assert plots.circuit(output, ax) is ax
    written = {text.get_text() for text in ax.texts}
    assert written == {"x", "y", "z", "+", "×", "−2", "5", "3", "−4", "−12", "1"}
    assert [text.get_text() for text in ax.texts].count("−4") == 4  # z, and pulls on x, y, x + y


@pytest.mark.parametrize("make", TEXTBOOK)
def test_values_stand_above_the_wires_and_pulls_below(make):
    output = make()
    output.backward()
    fig, ax, drawing = drawn(output)
    for k, (above, below) in enumerate(zip(drawing.values, drawing.pulls, strict=True)):
        wire = ax.transData.transform(drawing.plan.numbers_at(k))[1]
        assert above.get_window_extent().ymin > wire > below.get_window_extent().ymax
        assert above.get_text() == number(drawing.units[k].value)
        assert below.get_text() == number(drawing.units[k].grad)


def test_numbers_may_be_given_or_left_out():
    x, y = units(x=2.0, y=3.0)
    product = x * y
    _, ax = plots.figure()
    plots.circuit(product, ax, values={x: 7.0}, pulls={})
    assert sorted(text.get_text() for text in ax.texts if text.get_text()) == ["7", "x", "y", "×"]


def test_a_wire_with_a_name_shows_it():
    x, y = units(x=2.0, y=3.0)
    q = x + y
    q.name = "q"
    _, ax = plots.figure()
    plots.circuit(q.tanh(), ax)
    assert "q = 5" in [text.get_text() for text in ax.texts]


def test_one_gate_is_highlighted_and_what_is_new_is_framed():
    output = neuron()
    output.backward()
    gate = output.inputs[0]
    _, _, drawing = drawn(output, highlight=gate, new={gate})
    widths = {unit: body.get_linewidth() for unit, (body, _) in drawing.gates.items()}
    assert [unit for unit in widths if widths[unit] > min(widths.values())] == [gate]
    framed = [t for t in [*drawing.values, *drawing.pulls] if t.get_bbox_patch().get_visible()]
    assert framed == [drawing.pulls[drawing.units.index(gate)]]
    drawing.show({gate: 1.0}, {}, new={gate})
    framed = [t for t in [*drawing.values, *drawing.pulls] if t.get_bbox_patch().get_visible()]
    assert framed == [drawing.values[drawing.units.index(gate)]]
    assert len({body.get_linewidth() for body, _ in drawing.gates.values()}) == 1


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"), (-0.0, "0"), (-12.0, "−12"), (0.10499358, "0.105"), (-11.5924, "−11.5924"),
        (120.0, "120"), (123456.7, "1.2e+05"), (0.0000312, "3.1e−05"), (2.00001, "2"),
    ],
)  # fmt: skip
def test_a_number_is_short(value, written):
    assert number(value) == written


def test_anything_built_like_a_unit_can_be_drawn():
    class Gate:
        symbol = "f"

    class Wire:
        def __init__(self, name, *inputs):
            self.value, self.grad, self.name, self.inputs = 1.0, 0.5, name, inputs
            self.gate = Gate() if inputs else None

    _, ax = plots.figure()
    plots.circuit(Wire("", Wire("in")), ax)
    written = sorted(text.get_text() for text in ax.texts)
    assert written == ["0.5", "0.5", "1", "1", "f", "in"]


# ---- where it stands ----


def gate_box(drawing, k):
    """Left, right, bottom, top of gate k in the drawing's units."""
    (x, y), half, high = drawing.plan.at(k), drawing.plan.half[k], drawing.plan.half_height(k)
    return x - half, x + half, y - high, y + high


def overlap(one, other):
    return (
        min(one.xmax, other.xmax) - max(one.xmin, other.xmin) > 1
        and min(one.ymax, other.ymax) - max(one.ymin, other.ymin) > 1
    )


@pytest.mark.parametrize("make", [*TEXTBOOK, *(lambda s=s: random_circuit(s) for s in range(12))])
def test_nothing_stands_on_anything_else(make):
    output = make()
    output.backward()
    fig, ax, drawing = drawn(output)
    texts = [text for text in ax.texts if text.get_text()]
    boxes = {text: text.get_window_extent() for text in texts}
    gates = {body: body.get_window_extent() for body, _ in drawing.gates.values()}
    signs = {sign for _, sign in drawing.gates.values()}
    for one, other in itertools.combinations(texts, 2):
        assert not overlap(boxes[one], boxes[other]), (one, other)
    for text, gate in itertools.product(set(texts) - signs, gates):
        assert not overlap(boxes[text], gates[gate]), text
    for one, other in itertools.combinations(gates, 2):
        assert not overlap(gates[one], gates[other])
    for thing in [*boxes.values(), *gates.values()]:
        assert fig.bbox.xmin <= thing.xmin
        assert thing.xmax <= fig.bbox.xmax
        assert fig.bbox.ymin <= thing.ymin
        assert thing.ymax <= fig.bbox.ymax


def wire_points(drawing):
    """Points along every bend and every straight piece."""
    for bend, _ in drawing.plan.bends():
        (curve, _), (line, _) = list(bend.iter_bezier())[1:]
        yield from curve(np.linspace(0, 1, 60))
        yield from line(np.linspace(0, 0.9, 5))
    for (start, end), (y, _) in drawing.plan.straights():
        yield from np.column_stack([np.linspace(start, end, 60)[1:], np.full(59, y)])


@pytest.mark.parametrize("make", [*TEXTBOOK, *(lambda s=s: random_circuit(s) for s in range(12))])
def test_no_wire_runs_through_a_gate(make):
    _, _, drawing = drawn(make())
    points = np.array(list(wire_points(drawing)))
    for unit in drawing.gates:
        left, right, bottom, top = gate_box(drawing, drawing.units.index(unit))
        within = (points > [left + 0.1, bottom]) & (points < [right - 0.01, top])
        assert not within.all(axis=1).any()


@pytest.mark.parametrize("make", TEXTBOOK)
def test_every_input_of_a_gate_has_its_arrow(make):
    output = make()
    _, ax, drawing = drawn(output)
    arrows = sum(isinstance(patch, FancyArrowPatch) for patch in ax.patches)
    assert arrows == 1 + sum(len(unit.inputs) for unit in drawing.units)


def test_a_circuit_fits_where_it_is_put():
    output = neuron()
    small = drawn(output, 3.5, 2.0)[2].letters
    large = drawn(output, 8.0, 4.5)[2].letters
    assert small < large <= 12


# ---- the layers ----


@pytest.mark.parametrize("seed", range(20))
def test_wires_run_to_the_right_one_column_at_a_time(seed):
    plan = Plan(random_circuit(seed))
    column = plan.layers.column
    for k, wire in enumerate(plan.layers.wires):
        assert [column[node] - column[k] for node in wire] == list(range(len(wire)))
    for reader, sources in enumerate(plan.reads):
        for k in sources:
            assert (
                column[plan.layers.wires[k][column[reader] - column[k] - 1]] == column[reader] - 1
            )


@pytest.mark.parametrize("seed", range(20))
def test_what_stands_in_one_column_stands_apart(seed):
    plan = Plan(random_circuit(seed))
    n = len(plan.units)
    for one, other in itertools.combinations(range(len(plan.layers.column)), 2):
        if plan.layers.column[one] == plan.layers.column[other]:
            gap = abs(plan.layers.height[one] - plan.layers.height[other])
            assert gap > 0.999 if max(one, other) < n else gap > 0.499


def test_named_inputs_stand_at_the_left_and_numbers_beside_their_gate():
    x, y, z = units(x=1.0, y=2.0, z=3.0)
    plan = Plan(((x + y) + z) * 2)
    column = dict(zip(plan.units, plan.layers.column, strict=False))
    assert [column[unit] for unit in (x, y, z)] == [0, 0, 0]
    (number_wire,) = [unit for unit in plan.units if not unit.inputs and not unit.name]
    assert column[number_wire] == column[plan.output] - 1


@pytest.mark.parametrize("make", [two_gates, neuron, neuron_in_small_gates, switch, branch])
def test_a_circuit_without_branches_has_no_crossings(make):
    plan = Plan(make())
    heights, column = plan.layers.height, plan.layers.column
    order = [
        sorted((n for n in range(len(column)) if column[n] == c), key=lambda n: -heights[n])
        for c in range(max(column) + 1)
    ]
    pieces = [pair for wire in plan.layers.wires for pair in itertools.pairwise(wire)]
    for reader, sources in enumerate(plan.reads):
        pieces += [(plan.layers.wires[k][column[reader] - column[k] - 1], reader) for k in sources]
    assert crossings(order, pieces) == 0


def test_crossings_are_counted():
    assert crossings([[0, 1], [2, 3]], [(0, 2), (1, 3)]) == 0
    assert crossings([[0, 1], [2, 3]], [(0, 3), (1, 2)]) == 1
    assert crossings([[0, 1, 2], [3, 4, 5]], [(0, 5), (1, 4), (2, 3)]) == 3


def test_crossings_that_need_not_be_are_removed():
    layers = arrange([(), (), (), (), (0, 3), (1, 2), (4, 5)])
    height = layers.height
    inner, outer = {1, 2}, {0, 3}
    rows = sorted(range(4), key=lambda k: height[k])
    assert {*rows[:2]} in (inner, outer)


@pytest.mark.parametrize("seed", range(5))
def test_heights_are_the_nearest_that_leave_room(seed):
    rng = np.random.default_rng(seed)
    wanted, rooms = rng.normal(size=6), rng.choice([0.5, 1.0], size=6)
    ours = np.array(_apart(list(wanted), list(rooms)))
    gaps = (rooms[1:] + rooms[:-1]) / 2
    falls = np.eye(5, 6) - np.eye(5, 6, 1)
    best = minimize(
        lambda y: ((y - wanted) ** 2).sum(),
        -np.cumsum(rooms),
        constraints=LinearConstraint(falls, gaps, np.inf),
        options={"ftol": 1e-13, "maxiter": 500},
    )
    assert (falls @ ours >= gaps - 1e-12).all()
    assert ours == pytest.approx(best.x, abs=1e-4)


def test_the_order_is_that_of_computation():
    output = neuron()
    seen = set()
    for unit in in_order(output):
        assert seen.issuperset(unit.inputs)
        seen.add(unit)
    assert output in seen


# ---- what can't be drawn ----


def test_a_circuit_too_large_to_read_is_refused():
    (x,) = units(x=1.0)
    for _ in range(61):
        x = x + 1.0
    _, ax = plots.figure()
    with pytest.raises(ValueError, match="circuit can draw up to 60 gates, got 61"):
        plots.circuit(x, ax)


def test_a_number_is_no_circuit():
    _, ax = plots.figure()
    with pytest.raises(TypeError, match="circuit expects a Unit, the output, got the float 3.0"):
        plots.circuit(3.0, ax)


def test_a_lone_input_is_drawn():
    _, ax = plots.figure()
    plots.circuit(Unit(2.0, name="x"), ax)
    assert {text.get_text() for text in ax.texts} == {"x", "2", "0"}


def test_a_round_gate_is_round():
    fig, ax, drawing = drawn(two_gates())
    body = next(iter(drawing.gates.values()))[0].get_window_extent()
    assert body.width == pytest.approx(body.height, rel=0.02)
    assert body.width == pytest.approx(2 * GATE * ax.bbox.width / np.ptp(ax.get_xlim()), rel=0.1)
