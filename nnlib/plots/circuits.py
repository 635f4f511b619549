"""A circuit as a drawing: gates, wires, values above the wires and pulls below (chapter 1)."""

from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, PathPatch

from nnlib.plots.style import COLORS
from nnlib.plots.wiring import LETTER, Plan

INK = "0.35"  # of the wires
PLAIN, BOLD = ("#F0F0F0", 1.1), ("#FFDD80", 2.6)  # a gate's colour and line width


def circuit(output, ax, *, values=None, pulls=None, highlight=None, new=()):
    """Draw the circuit that the Unit `output` was computed by, inputs at the left.

    Above each wire stands its value, below it its pull, the gradient. By default these are those
    of the units; `values` and `pulls`, dicts of Unit: number, replace them, and a wire that isn't
    in them shows no number. `highlight` is a Unit whose gate is drawn bold; the last number on
    each Unit in `new` is framed.

    Anything with `value`, `grad`, `gate` (with a `symbol`), `inputs` and `name` counts as a Unit.
    Raises TypeError for anything else and ValueError for a circuit of more than 60 gates.
    """
    drawing = CircuitDrawing(output, ax)
    units = drawing.units
    values = {unit: unit.value for unit in units} if values is None else values
    pulls = {unit: unit.grad for unit in units} if pulls is None else pulls
    drawing.show(values, pulls, highlight=highlight, new=new)
    return ax


class CircuitDrawing:
    """A circuit on an `ax`, whose numbers can be changed without drawing the rest again.

    `units` are its wires, each after those it was computed from.
    """

    def __init__(self, output, ax):
        self.ax = ax
        self.plan = Plan(output)
        self.units = self.plan.units
        inches = self.plan.fit(*_inches(ax))
        self.letters = 72 * inches * LETTER  # in points
        self._frame(inches)
        self._wires()
        self.gates = {}
        for k, unit in enumerate(self.units):
            self._start(k, unit)
        numbers = range(len(self.units))
        self.values = [self._text(k, 0.1, COLORS[0], weight="bold") for k in numbers]
        self.pulls = [self._text(k, -0.1, COLORS[1], style="italic") for k in numbers]

    @property
    def moving(self):
        """The artists that `show` changes."""
        patches = [artist for pair in self.gates.values() for artist in pair]
        return [*patches, *self.values, *self.pulls]

    def show(self, values, pulls, *, highlight=None, new=()):
        """Write `values` above and `pulls` below the wires, dicts of Unit: number."""
        for unit, above, below in zip(self.units, self.values, self.pulls):
            name = f"{unit.name} = " if unit.gate is not None and unit.name else ""
            above.set_text(name + number(values[unit]) if unit in values else "")
            below.set_text(number(pulls[unit]) if unit in pulls else "")
            above.get_bbox_patch().set_visible(unit in new and unit not in pulls)
            below.get_bbox_patch().set_visible(unit in new and unit in pulls)
        for unit, (body, _) in self.gates.items():
            color, width = BOLD if unit is highlight else PLAIN
            body.set(facecolor=color, linewidth=width)

    def _frame(self, inches):
        """Limits that make a unit of the drawing as long as planned, in both directions."""
        (width, height), (w, h) = _inches(self.ax), self.plan.size
        left = -self.plan.margin
        middle, y = left + w / 2, [self.plan.at(k)[1] for k in range(len(self.plan.layers.height))]
        half_width, half_height = max(w, width / inches) / 2, max(h, height / inches) / 2
        level = (min(y) + max(y)) / 2
        self.ax.set(xlim=(middle - half_width, middle + half_width),
                    ylim=(level - half_height, level + half_height), aspect="equal")  # fmt: skip
        self.ax.set_axis_off()

    def _wires(self):
        for x, y in self.plan.straights():
            self.ax.plot(x, y, "-", color=INK, linewidth=1.2, snap=False, zorder=1)
        for bend, ends in self.plan.bends():
            if ends:
                wire = FancyArrowPatch(path=bend, arrowstyle="-|>", mutation_scale=self.letters,
                                       color=INK, linewidth=1.2, shrinkB=0)  # fmt: skip
            else:
                wire = PathPatch(bend, facecolor="none", edgecolor=INK, linewidth=1.2)
            wire.set(zorder=1, snap=False)
            self.ax.add_patch(wire)
        start, y = self.plan.numbers_at(len(self.units) - 1)
        out = FancyArrowPatch((start, y), (self.plan.end, y), arrowstyle="-|>", color=INK,
                              mutation_scale=self.letters, shrinkA=0, shrinkB=0)  # fmt: skip
        self.ax.add_patch(out)

    def _start(self, k, unit):
        """The gate that a wire comes from, or the name of an input."""
        x, y = self.plan.at(k)
        if unit.gate is None:
            self.ax.text(x - 0.08, y, unit.name, ha="right", va="center", style="italic",
                         fontsize=1.1 * self.letters)  # fmt: skip
            return
        half, high = self.plan.half[k], self.plan.half_height(k)
        if self.plan.is_round(k):
            body = Circle((x, y), half)
        else:
            body = FancyBboxPatch((x - half, y - high), 2 * half, 2 * high,
                                  boxstyle="round,pad=0,rounding_size=0.15")  # fmt: skip
        body.set(edgecolor="black", zorder=2)
        self.ax.add_patch(body)
        sign = self.ax.text(x, y, self.plan.symbols[k], ha="center", va="center_baseline",
                            fontsize=1.1 * self.letters, zorder=3)  # fmt: skip
        self.gates[unit] = body, sign

    def _text(self, k, rise, color, **style):
        x, y = self.plan.numbers_at(k)
        frame = {"boxstyle": "round,pad=0.15", "facecolor": "#FFF2CC", "edgecolor": color}
        return self.ax.text(x, y + rise, "", ha="center", va="bottom" if rise > 0 else "top",
                            color=color, fontsize=self.letters, bbox=frame, **style)  # fmt: skip


def _inches(ax):
    """Width and height that `ax` will have, without its title, once the figure is arranged."""
    width, height = ax.get_figure().get_size_inches()
    rows, columns, *_ = ax.get_subplotspec().get_geometry()
    return 0.97 * width / columns, 0.97 * height / rows - (0.3 if rows > 1 else 0.0)


def number(value):
    """A number as drawn: up to four decimals, no idle zeros, and a true minus sign.

    >>> number(-12.0), number(0.1049936), number(-11.5924), number(0.0000312)
    ('−12', '0.105', '−11.5924', '3.1e−05')
    """
    small_or_large = value != 0 and not 1e-3 <= abs(value) < 1e5
    digits = f"{value:.2g}" if small_or_large else f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits.replace("-", "−")
