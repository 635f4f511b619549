"""A circuit as a drawing: gates, wires, values above the wires and pulls below (chapter 1)."""

from dataclasses import dataclass

import numpy as np

from nnlib.plots.style import COLORS

STUB = 0.62  # how far a wire runs straight out of its gate, with room for its two numbers
RADIUS = 0.17
MOST = 60  # gates: beyond that nobody can read the drawing


def circuit(output, ax, *, values=None, pulls=None, highlight=None):
    """Draw the circuit that the Unit `output` was computed by, inputs at the left.

    Above each wire stands its value, below it its pull, the gradient. By default these are those
    of the units; `values` and `pulls`, dicts of Unit: number, replace them, and a wire that isn't
    in them shows no number. `highlight` is a Unit whose gate is drawn bold.

    Raises ValueError for a circuit of more than 60 gates.
    """
    units = in_order(output)
    gates = sum(unit.gate is not None for unit in units)
    if gates > MOST:
        raise ValueError(f"circuit can draw up to {MOST} gates, got {gates}: draw a part of it")
    values = {unit: unit.value for unit in units} if values is None else values
    pulls = {unit: unit.grad for unit in units} if pulls is None else pulls
    layout = Layout.of(units)
    for unit in units:
        _wires(unit, layout, ax)
    for unit in units:
        _node(unit, layout, ax, bold=unit is highlight)
        _numbers(unit, layout, ax, values.get(unit), pulls.get(unit))
    left, right = -0.35, max(layout.x.values()) + STUB + 0.3
    heights = layout.y.values()
    ax.set(xlim=(left, right), ylim=(min(heights) - 0.5, max(heights) + 0.5))
    ax.set_axis_off()
    return ax


def in_order(output):
    """All units behind `output` and itself, each after those it was computed from."""
    order, seen, waiting = [], set(), [(output, False)]
    while waiting:
        unit, expanded = waiting.pop()
        if expanded:
            order.append(unit)
        elif id(unit) not in seen:
            seen.add(id(unit))
            waiting.append((unit, True))
            waiting.extend((wire, False) for wire in reversed(unit.inputs))
    return order


@dataclass
class Layout:
    """Where each unit's gate, or an input's name, stands, and which units read it."""

    x: dict
    y: dict
    readers: dict  # unit: the units computed from it, one entry a wire

    @classmethod
    def of(cls, units):
        readers = {unit: [] for unit in units}
        depth = {}
        for unit in units:
            depth[unit] = 1 + max((depth[wire] for wire in unit.inputs), default=-1)
            for wire in unit.inputs:
                readers[wire].append(unit)
        x = {}
        for unit in reversed(units):  # an input stands one column before the first that reads it
            is_input = unit.gate is None and readers[unit]
            x[unit] = (
                min(depth[reader] for reader in readers[unit]) - 1 if is_input else depth[unit]
            )
        return cls(x, _heights(units, x, readers), readers)


def _heights(units, x, readers):
    """Inputs one below the other in the order of reading; a gate in the middle of its inputs."""
    y, next_row = {}, 0.0
    for unit in units:
        if not unit.inputs:
            y[unit] = next_row
            next_row -= 1.0
        else:
            y[unit] = float(np.mean([y[wire] for wire in dict.fromkeys(unit.inputs)]))
    for column in set(x.values()):
        _spread_out([unit for unit in units if x[unit] == column], y)
    return y


def _spread_out(column, y, room=0.8):
    """Move the units of one column apart where they stand closer than `room`."""
    column.sort(key=lambda unit: -y[unit])
    for upper, lower in zip(column, column[1:], strict=False):
        if y[upper] - y[lower] < room:
            y[lower] = y[upper] - room


def _wires(unit, layout, ax):
    """A straight stub out of the gate, a line to each reader; two lines to one part in arcs."""
    x, y = layout.x[unit], layout.y[unit]
    readers = layout.readers[unit]
    ax.plot([x, x + STUB], [y, y], "-", color="0.45", linewidth=1.2, zorder=1)
    if not readers:
        ax.annotate("", (x + STUB + 0.2, y), (x + STUB, y), arrowprops=_arrow())
    for reader in dict.fromkeys(readers):
        wires = readers.count(reader)
        for k in range(wires):
            bend = 0.0 if wires == 1 else 0.45 - 0.9 * k / (wires - 1)
            end = layout.x[reader], layout.y[reader]
            shrink = 11 if len(reader.gate.symbol) <= 2 else 17
            ax.annotate("", end, (x + STUB, y), arrowprops=_arrow(bend, shrink))


def _arrow(bend=0.0, shrink=0):
    return {"arrowstyle": "-|>", "color": "0.45", "linewidth": 1.2, "shrinkA": 0,
            "shrinkB": shrink, "connectionstyle": f"arc3,rad={bend}"}  # fmt: skip


def _node(unit, layout, ax, bold):
    x, y = layout.x[unit], layout.y[unit]
    if unit.gate is None:
        ax.text(x, y, unit.name, ha="right", va="center", fontsize=11, style="italic",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
        return
    symbol = unit.gate.symbol
    shape = "circle,pad=0.32" if len(symbol) <= 2 else "round,pad=0.35"
    ax.text(x, y, symbol, ha="center", va="center", fontsize=11,
            weight="bold" if bold else "normal",
            bbox={"boxstyle": shape, "facecolor": "#FFF3C4" if bold else "#EDEDED",
                  "edgecolor": "black", "linewidth": 2.4 if bold else 1.0})  # fmt: skip


def _numbers(unit, layout, ax, value, pull):
    x, y = layout.x[unit] + (0.4 if unit.gate is not None else 0.32), layout.y[unit]
    if value is not None:
        ax.text(x, y + 0.07, number(value), ha="center", va="bottom", fontsize=9.5,
                color=COLORS[0], weight="bold")  # fmt: skip
    if pull is not None:
        ax.text(x, y - 0.09, number(pull), ha="center", va="top", fontsize=9.5,
                color=COLORS[1], style="italic")  # fmt: skip


def number(value):
    """A number as drawn: up to four significant digits, with a true minus sign."""
    return f"{value + 0.0:.4g}".replace("-", "−")
