"""Chapter 1's widget: a circuit to step through, values forward and pulls back, gate by gate."""

import inspect
import math

import ipywidgets

from nnlib import plots
from nnlib.gates import Unit
from nnlib.plots.circuits import CircuitDrawing, number
from nnlib.plots.wiring import Plan
from nnlib.validation import check_number, describe
from nnlib.widgets.controls import button, slider
from nnlib.widgets.picture import Widget
from nnlib.widgets.scene import Scene

RULES = {  # how the gates of chapter 1 share a pull out
    "Add": "which hands its pull on",
    "Multiply": "which gives each input the pull times the other's value",
    "Maximum": "which switches the pull to the larger input",
    "ReLU": "which passes the pull if it is open",
}
REACH = 6.0  # the range of a slider, to both sides of 0, where its start leaves room
STEP = 0.1
WIDTH = 7.5  # inches


def circuit_stepper(build, **inputs):
    """A circuit with a slider for each input, to be stepped through gate by gate.

    `build` is a function of Units that returns a Unit; `inputs` are its starting values by name.

    >>> widget = circuit_stepper(lambda x, y: x * y, x=-2.0, y=3.0)
    >>> widget.go(1)
    >>> widget.picture.alt
    'Circuit with x = −2, y = 3, step 1 of 3. Forward through the multiply gate: −2 × 3 = −6.'

    Keys on the picture: right and left arrow for a step forward or back, Home for the start, End
    for all numbers. Raises TypeError where `build` doesn't take these inputs or returns no Unit.
    """
    return CircuitStepper(build, inputs)


class CircuitStepper(Widget):
    """See `circuit_stepper`.

    The steps: 0 shows the inputs alone; each of the next G shows one more gate's value; then comes
    the pull on the output; each of the last G sends it back through one gate.
    """

    kind = "circuit-stepper"

    def __init__(self, build, inputs):
        if not callable(build):
            raise TypeError(f"build expects a function of Units, got {describe(build)}")
        self.build = build
        self.start = {name: check_number(value, name) for name, value in inputs.items()}
        _check_inputs(build, self.start)
        self._new_circuit(Plan(self._output(self.start)))
        self.step, self.problem = self.steps, ""
        self.sliders = {
            name: slider(name, value, *_range(value), STEP, self._moved)
            for name, value in self.start.items()
        }
        buttons = [
            button("|◀ inputs only", "Show the inputs alone (Home)", lambda: self.go(0)),
            button("◀ back", "One step back (left arrow)", lambda: self.go(self.step - 1)),
            button("next gate ▶", "One step on (right arrow)", lambda: self.go(self.step + 1)),
            button("all ▶|", "Show all numbers (End)", lambda: self.go(self.steps)),
            button("reset", "The first inputs again", self.reset),
        ]
        row = ipywidgets.HBox(buttons, layout={"flex_flow": "row wrap"})
        super().__init__([*self.sliders.values(), row], on_key=self._key)

    @property
    def steps(self):
        """The number of the last step."""
        return 2 * len(self.gates) + 1

    def go(self, step):
        """Show step number `step`; after the last comes the first again."""
        self.step = self.steps if step < 0 else 0 if step > self.steps else step
        self.redraw()

    def reset(self):
        """Put the sliders back and show all numbers."""
        self.step = self.steps
        for name, value in self.start.items():
            self.sliders[name].value = value
        self.redraw()

    def draw(self):
        """The picture of the present step, and its sentence."""
        values, pulls, gate, new, words = self._state()
        self.drawing.show(values, pulls, highlight=gate, new=new)
        inputs = [f"{u.name} = {number(u.value)}" for u in self.units if u.gate is None and u.name]
        where = f"Circuit with {', '.join(inputs)}, step {self.step} of {self.steps}."
        return self.scene.png(), f"{where} {self.problem or words}"

    def _output(self, inputs):
        output = self.build(**{name: Unit(value, name=name) for name, value in inputs.items()})
        if not isinstance(output, Unit):
            raise TypeError(f"build has to return a Unit, got {describe(output)}")
        return output

    def _new_circuit(self, plan):
        """Draw the wires and gates, to be kept until `build` makes other ones."""
        inches = min(plots.wiring.INCHES, WIDTH / plan.size[0])
        fig, ax = plots.figure(WIDTH, inches * plan.size[1] * 1.15, layout=None)
        ax.set_position([0, 0, 1, 1])
        self.drawing = CircuitDrawing(plan.output, ax)
        self.scene = Scene(fig, self.drawing.moving)
        self.units = self.drawing.units
        self.gates = [unit for unit in self.units if unit.gate is not None]

    def _compute(self, inputs):
        """Give the drawn wires the values they have for these inputs."""
        plan = Plan(self._output(inputs))
        if (plan.symbols, plan.reads) != (self.drawing.plan.symbols, self.drawing.plan.reads):
            self._new_circuit(plan)
            self.step = self.steps
        for unit, fresh in zip(self.units, plan.units, strict=True):
            unit.value, unit.gate = fresh.value, fresh.gate

    def _state(self):
        """What is known at this step: values, pulls, the Unit at work, wires with news, words."""
        forward = min(self.step, len(self.gates))
        known = {unit for unit in self.units if unit.gate is None} | set(self.gates[:forward])
        values = {unit: unit.value for unit in known}
        back = self.step - len(self.gates) - 1
        if self.step == 0:
            return values, {}, None, (), "The inputs. Next, the values go forward."
        if back < 0:
            unit = self.gates[forward - 1]
            return values, {}, unit, {unit}, _forward_words(unit)
        output = self.units[-1]
        pulls, unit, new = {output: 1.0}, None, {output}
        words = f"Pull on the output, {number(output.value)}, with force 1."
        for unit in self.gates[::-1][:back]:
            words, new = _share_out(unit, pulls), set(unit.inputs)
        if self.step == self.steps:
            words += f" The gradient: {_gradient_words(self.units, pulls)}."
        return values, pulls, unit, new, words

    def _moved(self, _):
        try:
            self._compute({name: control.value for name, control in self.sliders.items()})
            self.problem = ""
        except (ArithmeticError, ValueError) as error:
            self.problem = f"These inputs don't work, {error}. Move a slider to go on."
        self.redraw()

    def _key(self, key, shift):
        moves = {
            "ArrowRight": self.step + 1, "ArrowLeft": self.step - 1, "Home": 0, "End": self.steps,
        }  # fmt: skip
        if key in moves:
            self.go(moves[key])


def _share_out(unit, pulls):
    """Send the pull on `unit` back through its gate; add the shares to `pulls`; say so in words."""
    shares = unit.gate.backward(pulls[unit])
    shares = shares if len(unit.inputs) > 1 else (shares,)
    parts = []
    for place, (wire, share) in enumerate(zip(unit.inputs, shares, strict=True), start=1):
        before = pulls.get(wire)
        pulls[wire] = share + (before or 0.0)
        to = _said(wire) or f"input {place}"
        total = "" if before is None else f" (together {number(pulls[wire])})"
        parts.append(f"{number(share)} to {to}{total}")
    rule = RULES.get(type(unit.gate).__name__)
    if rule is None and len(parts) == 1:
        rule = f"whose own derivative here is {number(unit.gate.backward(1.0))}"
    rule = f", {rule}" if rule else ""
    return f"Back through the {_kind(unit)} gate{rule}: {', '.join(parts)}."


def _said(wire):
    """A name for a wire: its own, or what its gate computes; nothing for a nameless input."""
    if wire.name or wire.gate is None:
        return wire.name
    names = [unit.name for unit in wire.inputs]
    formula = all(names) and len(names) == 2 and len(wire.gate.symbol) == 1
    return f" {wire.gate.symbol} ".join(names) if formula else f"the {_kind(wire)} gate"


def _forward_words(unit):
    values = [number(wire.value) for wire in unit.inputs]
    symbol = unit.gate.symbol
    if len(values) == 2 and len(symbol) == 1:
        second = f"({values[1]})" if values[1].startswith("−") else values[1]
        formula = f"{values[0]} {symbol} {second}"
    elif symbol.startswith("^"):
        formula = f"({values[0]}){symbol}"
    else:
        formula = f"{symbol}({', '.join(values)})"
    return f"Forward through the {_kind(unit)} gate: {formula} = {number(unit.value)}."


def _gradient_words(units, pulls):
    """The pulls on the named inputs, in the order of reading."""
    inputs = [unit for unit in units if unit.gate is None and unit.name]
    return ", ".join(f"{number(pulls[unit])} on {unit.name}" for unit in inputs)


def _kind(unit):
    return type(unit.gate).__name__.lower()


def _range(value):
    """Ends of a slider that has `value` on its grid, so that showing it doesn't move it."""
    below = math.ceil((value - min(-REACH, value - 2)) / STEP - 1e-9)
    above = math.ceil((max(REACH, value + 2) - value) / STEP - 1e-9)
    return round(value - below * STEP, 9), round(value + above * STEP, 9)


def _check_inputs(build, inputs):
    try:
        inspect.signature(build).bind(**inputs)
    except TypeError as error:
        names = ", ".join(inputs) or "no inputs"
        raise TypeError(f"build doesn't take the inputs given, {names}: {error}") from None
