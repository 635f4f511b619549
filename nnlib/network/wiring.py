"""What must hold before a network can work: layers that fit, data that fit them (chapter 4)."""

import math

import numpy as np

from nnlib.activations import Maxout
from nnlib.gates import Gate
from nnlib.layers import Flatten, Scale
from nnlib.validation import check_matrix, describe


def check_layers(layers):
    """Return `layers` as a list.

    Raises TypeError for what is no layer, ValueError for an empty list, for a layer used twice, and
    for neighbours whose fan_out and fan_in differ; each names the layer by its index.
    """
    if not isinstance(layers, list | tuple):
        raise TypeError(
            f"layers expects a list like [Dense(784, 10), Sigmoid()], got {describe(layers)}"
        )
    if not layers:
        raise ValueError("layers is empty: a network needs at least one layer")
    for index, layer in enumerate(layers):
        _check_layer(index, layer)
        for other in range(index):
            if layers[other] is layer:
                raise ValueError(
                    f"layers {other} and {index} are the same {kind(layer)} object: make one for "
                    "each place, because each has weights and a memory of its own"
                )
    _check_widths(layers)
    return list(layers)


def kind(gate):
    return type(gate).__name__


def width_at_the_door(layers):
    """The number of features that the first layers ask for; None where they take any number."""
    for layer in layers:
        if isinstance(layer, Flatten):
            return None
        if hasattr(layer, "fan_in"):
            return layer.fan_in
    return None


def check_examples(X, layers, dtype):
    """Return X as an array (n, features), or (n, ...) for a network that starts with Flatten.

    Raises ValueError for a shape that doesn't fit, an empty X, NaN, infinity, numbers too large for
    `dtype`, and for pixels as they are stored.
    """
    if isinstance(layers[0], Flatten) and np.ndim(X) > 2:
        X = np.asarray(X)
        check_matrix(X.reshape(len(X), math.prod(X.shape[1:])))
    else:
        X = check_matrix(X, features=width_at_the_door(layers))
    if X.dtype == np.uint8 and X.max() > 1 and not _scales_first(layers):
        raise ValueError(
            f"X holds bytes up to {X.max()}, pixels as they are stored, and a network expects "
            "numbers around 1: pass nnlib.datasets.scaled(X), or begin the layers with "
            "Scale(1 / 255)"
        )
    if X.dtype.kind == "f" and X.dtype.itemsize > dtype.itemsize:
        largest = max(-X.min(), X.max())
        if largest > np.finfo(dtype).max:
            raise ValueError(f"X holds {largest:g}, too large for the network's {dtype}: scale X")
    return X


def _scales_first(layers):
    """Whether the data meet a Scale before they meet a weight."""
    for layer in layers:
        if isinstance(layer, Scale):
            return True
        if hasattr(layer, "fan_in"):
            return False
    return False


def check_loss(loss):
    if isinstance(loss, type) or not (hasattr(loss, "measure") and hasattr(loss, "encode")):
        raise TypeError(f"loss expects a loss like SquaredError(), got {describe(loss)}")
    return loss


def check_regularizer(regularizer):
    wanted = regularizer is None or hasattr(regularizer, "add_gradient")
    if isinstance(regularizer, type) or not wanted:
        raise TypeError(
            f"regularizer expects one like L2(1e-4), or None, got {describe(regularizer)}"
        )
    return regularizer


def _check_layer(index, layer):
    if not isinstance(layer, Gate):
        advice = f": write {layer.__name__}(...)" if isinstance(layer, type) else ""
        raise TypeError(
            f"layer {index} expects a gate like Dense(784, 10) or Sigmoid(), "
            f"got {describe(layer)}{advice}"
        )
    if layer.parameters():
        raise ValueError(
            f"layer {index} ({kind(layer)}) has weights already: it belongs to another network or "
            "was initialized by hand; make a new one, and the network initializes it"
        )


def widths(layers):
    """The number of features that each layer hands on; None where only the data can tell."""
    width, found = None, []
    for layer in layers:
        if hasattr(layer, "fan_out"):
            width = layer.fan_out
        elif isinstance(layer, Maxout) and width is not None:
            width //= layer.k
        elif isinstance(layer, Flatten) or not type(layer).__module__.startswith("nnlib."):
            width = None  # a gate of the reader's own may do anything
        found.append(width)
    return found


def _check_widths(layers):
    """Raise ValueError where a layer doesn't expect what the one before it hands on."""
    found = widths(layers)
    for index, (width, layer) in enumerate(zip(found, layers[1:], strict=False), start=1):
        fan_in = getattr(layer, "fan_in", None)
        if width is not None and fan_in is not None and fan_in != width:
            raise ValueError(
                f"layer {index} ({kind(layer)}) expects fan_in {fan_in}, but {width} features "
                f"(fan_out) come from layer {index - 1} ({kind(layers[index - 1])}): "
                "make the two equal"
            )
