"""Chapter 1's widget: a circuit to step through, values forward and pulls back, gate by gate."""

import inspect

import ipywidgets

from nnlib import plots
from nnlib.gates import Unit
from nnlib.plots.circuits import in_order, number
from nnlib.validation import check_number, describe
from nnlib.widgets.picture import Widget, button, slider

RULES = {  # how the gates of chapter 1 share a pull out
    "Add": "which hands its pull on",
    "Multiply": "which gives each input the pull times the other's value",
    "Maximum": "which switches the pull to the larger input",
    "ReLU": "which passes the pull if it is open",
}


def circuit_stepper(build, **inputs):
    """A circuit with a slider for each input, to be stepped through gate by gate.

    `build` is a function of Units that returns a Unit; `inputs` are its starting values by name.

        circuit_stepper(lambda x, y, z: (x + y) * z, x=-2.0, y=5.0, z=-4.0)

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
        self._compute(self.start)
        self.step, self.problem = self.steps, ""
        self.sliders = {
            name: slider(name, value, min(-6.0, value - 2), max(6.0, value + 2), 0.1, self._moved)
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
        values, pulls, gate, words = self._state()
        words = self.problem or words
        columns = max(plots.circuits.Layout.of(self.units).x.values()) + 1
        rows = sum(not unit.inputs for unit in self.units)
        fig, ax = plots.figure(1.5 + 1.6 * columns, 1.0 + 0.75 * rows, layout=None)
        ax.set_position([0, 0, 1, 0.9])
        plots.circuit(self.output, ax, values=values, pulls=pulls, highlight=gate)
        fig.text(0.02, 0.95, words, fontsize=10)
        return plots.png(fig, quick=True), f"Circuit, step {self.step} of {self.steps}. {words}"

    def _compute(self, inputs):
        wires = {name: Unit(value, name=name) for name, value in inputs.items()}
        output = self.build(**wires)
        if not isinstance(output, Unit):
            raise TypeError(f"build has to return a Unit, got {describe(output)}")
        self.output, self.units = output, in_order(output)
        self.gates = [unit for unit in self.units if unit.gate is not None]

    def _state(self):
        """Values and pulls known at this step, the Unit whose gate is at work, and the words."""
        forward = min(self.step, len(self.gates))
        known = {unit for unit in self.units if unit.gate is None} | set(self.gates[:forward])
        values = {unit: unit.value for unit in self.units if unit in known}
        back = self.step - len(self.gates) - 1
        if self.step == 0:
            return values, {}, None, "The inputs. Next, the values go forward."
        if back < 0:
            unit = self.gates[forward - 1]
            return values, {}, unit, _forward_words(unit)
        pulls, words, unit = {self.output: 1.0}, "Pull on the output with force 1.", None
        for unit in self.gates[::-1][:back]:
            words = _share_out(unit, pulls)
        return values, pulls, unit, words

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
        to = wire.name or (f"the {_kind(wire)} gate" if wire.gate else f"input {place}")
        total = "" if before is None else f" (together {number(pulls[wire])})"
        parts.append(f"{number(share)} to {to}{total}")
    rule = RULES.get(type(unit.gate).__name__)
    rule = f", {rule}" if rule else ""
    return f"Back through the {_kind(unit)} gate{rule}: {', '.join(parts)}."


def _forward_words(unit):
    values = [number(wire.value) for wire in unit.inputs]
    symbol = unit.gate.symbol
    if len(values) == 2 and len(symbol) == 1:
        formula = f"{values[0]} {symbol} {values[1]}"
    else:
        formula = f"{symbol}({', '.join(values)})"
    return f"Forward through the {_kind(unit)} gate: {formula} = {number(unit.value)}."


def _kind(unit):
    return type(unit.gate).__name__.lower()


def _check_inputs(build, inputs):
    try:
        inspect.signature(build).bind(**inputs)
    except TypeError as error:
        names = ", ".join(inputs) or "no inputs"
        raise TypeError(f"build doesn't take the inputs given, {names}: {error}") from None
