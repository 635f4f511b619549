"""The geometry of a drawn circuit: where gates stand and which way the wires between them run."""

import numpy as np
from matplotlib.path import Path

from nnlib.plots.layered import arrange
from nnlib.validation import describe

MOST = 60  # gates: beyond that nobody can read the drawing

# Sizes in units of the drawing.
LETTER = 0.28  # height of the numbers' letters
GATE = 0.34  # half a gate whose symbol is one sign
SIGN = 0.11  # half the room that each further sign takes
NUMBERS = 1.65  # straight wire behind a gate, with room for its two numbers
BEND = (0.6, 1.6)  # room for wires to find their way to the next column: least and most
ROW = (1.0, 1.4)  # from wire to wire
INCHES = 0.5  # one unit on paper, where there is room enough


class Plan:
    """Where everything in the circuit behind `output` stands.

    `units` are its wires in the order of computation. Unit number k has its gate, or the start of
    its wire, at `x[k]`, `y[k]`; `half[k]` is half the gate's width.
    """

    def __init__(self, output):
        self.output, self.units = output, in_order(output)
        place = {unit: k for k, unit in enumerate(self.units)}
        self.reads = [tuple(place[wire] for wire in unit.inputs) for unit in self.units]
        numbers = [k for k, unit in enumerate(self.units) if not unit.inputs and not unit.name]
        self.layers = arrange(self.reads, beside=numbers)
        self.symbols = [symbol(unit) for unit in self.units]
        self.half = [half_width(unit) for unit in self.units]
        columns = range(max(self.layers.column) + 1)
        self.widest = [max(self._halves(c), default=0.0) for c in columns]
        self.name = max(len(unit.name) for unit in self.units if not unit.inputs)
        self.bend, self.row = BEND[0], ROW[0]

    def _halves(self, column):
        return [h for h, c in zip(self.half, self.layers.column) if c == column]

    @property
    def size(self):
        """Width and height."""
        width = 2 * sum(self.widest) + len(self.widest) * (NUMBERS + self.bend)
        return self.margin + width + 0.25, self._rise * self.row + 1.3

    @property
    def margin(self):
        """Room for the names of the inputs, left of where their wires start."""
        return 0.25 + 0.75 * LETTER * self.name

    @property
    def _rise(self):
        return max(self.layers.height) - min(self.layers.height)

    def fit(self, width, height):
        """Stretch the wires towards `width` x `height` inches; return the inches of one unit."""
        scale = min(INCHES, width / self.size[0], height / self.size[1])
        spare = width / scale - self.size[0]
        self.bend = min(BEND[1], self.bend + spare / len(self.widest))
        if self._rise:
            self.row = min(ROW[1], self.row + (height / scale - self.size[1]) / self._rise)
        return scale

    @property
    def column_x(self):
        """The middle of each column's gates."""
        steps = [a + NUMBERS + self.bend + b for a, b in zip(self.widest, self.widest[1:])]
        return np.cumsum([self.widest[0], *steps])

    def at(self, node):
        """x and y of a gate's middle, of an input's start, or of a wire that passes a column."""
        return self.column_x[self.layers.column[node]], self.layers.height[node] * self.row

    def numbers_at(self, k):
        """The middle of the straight wire behind gate k."""
        x, y = self.at(k)
        return (x + self.half[k] + self._straight_end(k)) / 2, y

    def _straight_end(self, node):
        column = self.layers.column[node]
        return self.column_x[column] + self.widest[column] + NUMBERS

    @property
    def end(self):
        """Where the wire out of the last gate ends."""
        return self._straight_end(len(self.units) - 1) + 0.25

    def straights(self):
        """Ends of the horizontal pieces: behind each gate, and where a wire passes a column."""
        for node, column in enumerate(self.layers.column):
            x, y = self.at(node)
            is_gate = node < len(self.units)
            start = x + self.half[node] if is_gate else x - self.widest[column]
            yield (start, self._straight_end(node)), (y, y)

    def bends(self):
        """Curves to the next column, each with a bool: whether it ends at a gate (or passes on)."""
        for wire in self.layers.wires:
            for a, b in zip(wire, wire[1:]):
                x, y = self.at(b)
                yield self._curve(a, x - self.widest[self.layers.column[b]], y), False
        for reader in range(len(self.reads)):
            pieces = self._last_pieces(reader)
            for source, rise in zip(pieces, self._ports(reader)):
                x, y = self.at(reader)
                bulge = 3 * rise if pieces.count(source) > 1 else 0.0
                yield self._curve(source, x - self._reach(reader, rise), y + rise, bulge), True

    def _last_pieces(self, reader):
        """For each input of the gate the node its wire comes from, from the top downward."""
        column = self.layers.column
        pieces = []
        for k in self.reads[reader]:
            pieces.append(self.layers.wires[k][column[reader] - column[k] - 1])
        return sorted(pieces, key=lambda node: -self.layers.height[node])

    def _ports(self, reader):
        """How far above the gate's middle each wire enters, from the top downward."""
        n = len(self.reads[reader])
        span = 0.55 * self.half_height(reader)
        return np.linspace(span, -span, n) if n > 1 else [0.0]

    def half_height(self, k):
        """Half a gate's height: room for all its wires."""
        return max(GATE, 0.16 * len(self.reads[k]))

    def is_round(self, k):
        return self.half[k] == GATE == self.half_height(k)

    def _reach(self, k, rise):
        """From the middle of a gate to its left edge, at a height of `rise` above the middle."""
        return np.sqrt(GATE**2 - rise**2) if self.is_round(k) else self.half[k]

    def _curve(self, node, x, y, bulge=0.0):
        """A wire from the end of a node's straight piece to x, y; `bulge` keeps twins apart."""
        start, height = self._straight_end(node), self.at(node)[1]
        middle = (start + x - 0.15) / 2
        controls = [(middle, height + bulge), (middle, y + bulge)]
        points = [(start, height), *controls, (x - 0.15, y), (x, y)]
        return Path(points, [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO])


def in_order(output):
    """All units behind `output` and itself, each after those it was computed from."""
    order, seen, waiting = [], set(), [(output, False)]
    while waiting:
        unit, expanded = waiting.pop()
        if expanded:
            order.append(unit)
        elif id(unit) not in seen:
            seen.add(id(unit))
            if not hasattr(unit, "inputs") or not hasattr(unit, "gate"):
                raise TypeError(f"circuit expects a Unit, the output, got {describe(unit)}")
            waiting.append((unit, True))
            waiting.extend((wire, False) for wire in reversed(unit.inputs))
    gates = sum(unit.gate is not None for unit in order)
    if gates > MOST:
        raise ValueError(f"circuit can draw up to {MOST} gates, got {gates}: draw a part of it")
    return order


def symbol(unit):
    """What stands in the gate: its symbol, a power set as one; nothing for an input."""
    if unit.gate is None:
        return ""
    sign = unit.gate.symbol
    return f"$x^{{{sign[1:]}}}$".replace("-", "−") if sign.startswith("^") else sign


def half_width(unit):
    if unit.gate is None:
        return 0.0
    signs = len(unit.gate.symbol)
    return GATE if signs <= 2 else GATE + SIGN * (signs - 1.8)
