"""Figures that answer: each chapter's main idea with knobs, drawn by the functions of `plots`."""

from nnlib.widgets.circuits import circuit_stepper
from nnlib.widgets.neurons import neuron_knobs
from nnlib.widgets.picture import Picture, Widget

__all__ = ["Picture", "Widget", "circuit_stepper", "neuron_knobs"]
