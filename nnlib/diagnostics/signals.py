"""What goes through a network, layer by layer: signals forward, gradients back (chapters 4 and 6).

A network that doesn't learn mostly shows it here: signals that die out or blow up from layer to
layer, units that are stuck, gradients that never reach the first layers, steps too short to matter.
"""

from dataclasses import dataclass
from math import nan

import numpy as np

from nnlib.activations import Maxout, Softmax
from nnlib.layers import Layer
from nnlib.network import Network
from nnlib.network.wiring import check_examples
from nnlib.validation import check_vector, describe

FLAT = 0.05  # of an activation's steepest slope: with less than that a unit hardly learns


@dataclass(frozen=True)
class Signal:
    """What one layer hands on, and what comes back to it.

    `mean` and `spread` (the standard deviation) are those of all its outputs for all examples,
    `gradient_mean` and `gradient_spread` those of the loss's gradient at these outputs. `saturated`
    is the share of outputs where the activation is nearly flat, `dead` the number of its units that
    are so for every example. What makes no sense for a layer is NaN.
    """

    layer: str
    mean: float
    spread: float
    saturated: float
    dead: float
    gradient_mean: float
    gradient_spread: float


def signals(network, X, y):
    """Send X (n, features) forward and the loss's gradient back; return a Signal for each layer.

    Layers behave as in evaluation. A few hundred examples are enough. The gradient is that of the
    mean loss, so it grows smaller with n; compare layers with each other. The network is left as it
    was.
    """
    X, T = _check_network(network).encode(X, y)
    kept = network.gradients_vector.copy()
    with network.mode(training=False):
        outputs, flats = _walk_forward(network, X)
        network.loss.measure(outputs[-1], T)
        gradients = _walk_back(network)
    network.gradients_vector[...] = kept
    return [
        Signal(type(layer).__name__, *_moments(a), *_stuck(flat), *_moments(gradient))
        for layer, a, flat, gradient in zip(network.layers, outputs, flats, gradients, strict=True)
    ]


def dead_units(network, X):
    """For each layer the indices of units that are nearly flat for every example of X: an array.

    A ReLU is dead where it is 0 for all of them, a sigmoid where it is saturated for all, be it at
    0 or at 1. The array is empty for layers that aren't activations.
    """
    network = _check_network(network)
    with network.mode(training=False):
        _, flats = _walk_forward(network, check_examples(X, network.layers, network.dtype))
    none = np.empty(0, np.intp)
    return [none if flat is None else np.flatnonzero(flat.all(axis=-1)) for flat in flats]


def update_ratios(network, before):
    """How far the last step went: for each Parameter, the size of its change over its own size.

        ratio = rms(value - before) / rms(before)

    `before` is a copy of `network.parameters_vector` made before the step. Returns a dict such as
    {"0 Dense.W": 0.001, ...}; infinity where a parameter (a bias, at the start) was all 0 and has
    moved. About 0.001 a step is healthy; much more is a leap, much less a standstill.
    """
    vector = _check_network(network).parameters_vector
    before = check_vector(before, "before", length=len(vector))
    ratios, stop = {}, 0
    for index, layer in enumerate(network.layers):
        for parameter in layer.parameters():
            start, stop = stop, stop + parameter.value.size
            change = np.linalg.norm(vector[start:stop] - before[start:stop])
            size = np.linalg.norm(before[start:stop])
            name = f"{index} {type(layer).__name__}.{parameter.name}"
            ratios[name] = float(change / size) if size else (np.inf if change else 0.0)
    return ratios


def table(records):
    """A list of dataclass instances, e.g. of Signals, as lines of text, a column a field."""
    names = list(vars(records[0]))
    rows = [names] + [[_word(getattr(record, name)) for name in names] for record in records]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    )


def _walk_forward(network, X):
    """Copies of all layers' outputs, and for activations where they are flat (else None)."""
    a = network.columns(X)
    outputs, flats = [], []
    for layer in network.layers:
        a = layer.forward(a)
        outputs.append(a.copy())
        flats.append(_flat(layer, a))
    return outputs, flats


def _walk_back(network):
    """Copies of the gradients at all layers' outputs, None below what learns."""
    first = network.first_learner
    grad = network.loss.backward()
    gradients = [None] * len(network.layers)
    for index in reversed(range(first, len(network.layers))):
        gradients[index] = grad.copy()
        grad = network.layers[index].backward(grad)
    return gradients


def _flat(gate, a):
    """Where the activation that has just put out `a` is nearly flat; None for other gates."""
    if isinstance(gate, Layer | Maxout | Softmax):
        return None
    slope = np.abs(gate.backward(np.ones_like(a)))  # each output's derivative by its own input
    return slope <= FLAT * _steepest(gate)


def _steepest(gate):
    """The steepest slope of an activation, found by looking."""
    z = np.linspace(-8, 8, 1601).reshape(1, -1)
    other = gate.fresh()
    other.forward(z)
    return np.abs(other.backward(np.ones_like(z))).max()


def _moments(array):
    return (nan, nan) if array is None else (float(array.mean()), float(array.std()))


def _stuck(flat):
    return (nan, nan) if flat is None else (float(flat.mean()), int(flat.all(axis=-1).sum()))


def _word(value):
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _check_network(network):
    if not isinstance(network, Network):
        raise TypeError(f"network expects a Network, got {describe(network)}")
    return network
