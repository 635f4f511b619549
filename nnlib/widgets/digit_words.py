"""The digit reader's picture in words, for those who don't see it (chapter 7)."""

import numpy as np

from nnlib.widgets.pen import SIDE

HALF = 0.5  # of a full square


def field_words(paper, index, label, centered):
    """What is on the field: an example with this index and label, or a drawing."""
    strokes = f"{paper.strokes} stroke{'' if paper.strokes == 1 else 's'}"
    if paper.example is not None:
        changed = f", changed by {strokes}" if paper.strokes else ""
        return f"Example {index}, labelled {label}{changed}."
    if paper.empty:
        return "The field is empty."
    rows, columns = (np.flatnonzero(paper.pixels.any(axis=axis)) for axis in (1, 0))
    form = "brought into MNIST's form" if centered else "given as it stands"
    return (
        f"A drawing of {strokes}, in rows {rows[0]} to {rows[-1]} and columns {columns[0]} to "
        f"{columns[-1]} of {SIDE}, {form}."
    )


def answer_words(readings, label):
    """Who answers what; a network with another answer than the label, its output for the label.

    Without a label, the first network's answer takes its place.
    """
    asked = next(iter(readings.values())).answer if label is None else label
    told = [_answer(name, reading, asked) for name, reading in readings.items()]
    lit = [f"{name} {_lit(reading)}" for name, reading in readings.items() if reading.hidden]
    hidden = f" Hidden units more than half full: {', '.join(lit)}." if lit else ""
    return f"{', '.join(told)}.{hidden}"


def pen_words(tool, place, down):
    """Where the pen or the rubber is, for those who draw by keyboard."""
    x, y = (int(min(p, SIDE - 1)) for p in place)
    return f"The {tool} is {'down' if down else 'up'} at row {y}, column {x}."


def still_words(names, paper, index, label):
    """The picture in words that are the same wherever the networks were trained."""
    strokes = ", changed by hand" if paper.strokes else ""
    held = f"Now it holds example {index}, labelled {label}{strokes}."
    if paper.example is None:
        held = "Now it is empty." if paper.empty else "Now it holds a drawing."
    who = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return (
        f"A field to draw a digit on, of {SIDE} by {SIDE} pixels. {held} To the right stands how "
        f"it is read by {who}: hidden units as squares, ten outputs as bars, the answer marked."
    )


def _answer(name, reading, asked):
    words = f"{name} answers {reading.answer} ({reading.outputs[reading.answer]:z.2f})"
    if reading.answer != asked:
        words += f", its output for {asked} is {reading.outputs[asked]:z.2f}"
    return words


def _lit(reading):
    counts = []
    for layer in reading.hidden:
        full = max(1.0, np.abs(layer).max())
        counts.append(f"{np.sum(np.abs(layer) > HALF * full)} of {len(layer)}")
    return " and ".join(counts)
