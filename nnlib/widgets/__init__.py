"""Figures that answer: each chapter's main idea with knobs, drawn by the functions of `plots`."""

from nnlib.widgets.circuits import circuit_stepper
from nnlib.widgets.digits import digit_reader
from nnlib.widgets.filters import filter_explorer
from nnlib.widgets.neurons import neuron_knobs
from nnlib.widgets.optimizers import optimizer_explorer
from nnlib.widgets.picture import Picture, Widget
from nnlib.widgets.playgrounds import playground
from nnlib.widgets.reading import Reading, read_digit
from nnlib.widgets.regularization import regularization_explorer
from nnlib.widgets.surfaces import cost_surface_explorer

__all__ = [
    "Picture",
    "Reading",
    "Widget",
    "circuit_stepper",
    "cost_surface_explorer",
    "digit_reader",
    "filter_explorer",
    "neuron_knobs",
    "optimizer_explorer",
    "playground",
    "read_digit",
    "regularization_explorer",
]
