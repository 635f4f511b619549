"""What must hold before a network can work: layers that fit, data that fit them (chapter 4)."""

import inspect
import math

import numpy as np

from nnlib.activations import Maxout, Sigmoid, Softmax
from nnlib.gates import Dot, Gate
from nnlib.layers import BatchNorm, Convolution, Flatten, MaxPool, MeanPool, Noisy, Scale
from nnlib.layers.images import show
from nnlib.losses import BinaryCrossEntropy, Loss, SoftmaxCrossEntropy
from nnlib.validation import check_fits, check_matrix, check_unmasked, describe

IMAGES = Convolution, Flatten, MaxPool, MeanPool  # what may meet data (n, channels, height, width)


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
    _check_shapes(layers)
    return list(layers)


def kind(gate):
    return type(gate).__name__


def width_at_the_door(layers):
    """The number of features that the first layers ask for; None where they take any number."""
    groups = 1
    for layer in layers:
        if isinstance(layer, IMAGES):
            return None
        if isinstance(layer, Maxout):
            groups *= layer.k
        if hasattr(layer, "fan_in"):
            return groups * layer.fan_in
    return None


def _takes_images(layers):
    """Whether the data meet a layer for images first, or after layers that take any shape."""
    for layer in layers:
        if not isinstance(layer, Scale | Noisy | BatchNorm):
            return isinstance(layer, IMAGES)
    return False


def check_examples(X, layers, dtype):
    """Return X as an array (n, features), or (n, ...) for a network that starts with images.

    Raises ValueError for a shape that doesn't fit, an empty X, NaN, infinity, numbers too large for
    `dtype`, and for pixels as they are stored.
    """
    if _takes_images(layers) and np.ndim(X) > 2:
        X = np.asarray(check_unmasked(X, "X"))
        check_matrix(X.reshape(len(X), math.prod(X.shape[1:])))
    else:
        X = check_matrix(X, features=width_at_the_door(layers))
    if X.dtype == np.uint8 and X.max() > 1 and not _scales_first(layers):
        raise ValueError(
            f"X holds bytes up to {X.max()}, pixels as they are stored, and a network expects "
            "numbers around 1: pass nnlib.datasets.scaled(X), or begin the layers with "
            "Scale(1 / 255)"
        )
    return check_fits(X, "X", dtype)


def _scales_first(layers):
    """Whether the data meet a Scale before they meet a weight."""
    for layer in layers:
        if isinstance(layer, Scale):
            return True
        if layer.parameters():
            return False
    return False


def check_loss(loss):
    if isinstance(loss, type) or not (hasattr(loss, "measure") and hasattr(loss, "encode")):
        raise TypeError(f"loss expects a loss like SquaredError(), got {describe(loss)}")
    return loss


def check_outputs(loss, outputs):
    """Raise ValueError where a loss that compares classes gets one output; None is any number."""
    if outputs is not None and outputs < getattr(loss, "fewest_outputs", 1):
        raise ValueError(
            f"{kind(loss)} compares the outputs of classes, and the network has {outputs}: give "
            "two classes 2 outputs, or use BinaryCrossEntropy() with 1"
        )


def check_logits(layers, loss):
    """Raise ValueError where the last layer is what the loss of logits applies itself."""
    applied = {BinaryCrossEntropy: Sigmoid, SoftmaxCrossEntropy: Softmax}.get(type(loss))
    if applied and isinstance(layers[-1], applied):
        raise ValueError(
            f"{kind(loss)} takes logits and applies the {applied.__name__.lower()} itself: "
            f"leave out layer {len(layers) - 1}, {layers[-1]}"
        )


def check_targets_shape(shape, wanted):
    """Raise ValueError for targets that are neither labels (n,) nor numbers (n, outputs)."""
    if len(wanted) == 2 and len(shape) > 1 and shape != wanted:
        advice = ": for labels write y.ravel()" if shape[1:] == (1,) else ""
        raise ValueError(
            f"y expects {wanted[0]} labels, shape ({wanted[0]},), or numbers of shape {wanted} "
            f"like the outputs, got shape {shape}{advice}"
        )


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
    if isinstance(layer, Loss):
        raise TypeError(
            f"layer {index} is a loss, {kind(layer)}: pass it as loss={kind(layer)}() and end the "
            "layers with the outputs"
        )
    if not _takes_one_input(layer):
        raise TypeError(
            f"layer {index} ({kind(layer)}) is no gate with one input: layers stand in a row, each "
            "with the outputs of the one before it"
        )
    if layer.parameters() or getattr(layer, "taken", False):
        raise ValueError(
            f"layer {index} ({kind(layer)}) has weights or a memory already: it belongs to another "
            "network or was initialized by hand; make a new one, and the network initializes it"
        )


def _takes_one_input(gate):
    if isinstance(gate, Dot) or not hasattr(gate, "forward"):
        return False
    try:
        inspect.signature(gate.forward).bind(None)
    except TypeError:
        return False
    return True


def shapes(layers):
    """The shape of an example as each layer hands it on; None where only the data can tell."""
    shape, found = None, []
    for layer in layers:
        shape = _handed_on(layer, shape)
        found.append(shape)
    return found


def widths(layers):
    """The number of features that each layer hands on; None where it is unknown, or for images."""
    return [shape[0] if shape is not None and len(shape) == 1 else None for shape in shapes(layers)]


def _handed_on(layer, shape):
    """The shape of an example behind the layer, from the shape before it."""
    if not type(layer).__module__.startswith("nnlib."):
        return None  # a gate of the reader's own may do anything
    if hasattr(layer, "output_shape"):
        return layer.output_shape(shape)
    if hasattr(layer, "fan_out"):
        return (layer.fan_out,)
    if isinstance(layer, Maxout) and shape is not None:
        return (shape[0] // layer.k, *shape[1:])
    return shape


def _check_shapes(layers):
    """Raise ValueError where a layer doesn't expect what the one before it hands on."""
    shape = None
    for index, layer in enumerate(layers):
        if shape is not None:
            _check_neighbours(layers, index, shape)
        try:
            shape = _handed_on(layer, shape)
        except ValueError as error:
            raise ValueError(f"layer {index}: {error}") from None


def _check_neighbours(layers, index, shape):
    """Raise ValueError where layer `index` can't take examples of `shape` from the one before."""
    layer, width = layers[index], shape[0]
    before = f"layer {index - 1} ({kind(layers[index - 1])})"
    if isinstance(layer, Maxout) and width % layer.k:
        raise ValueError(
            f"layer {index} (Maxout) makes groups of {layer.k}, and {width} features come from "
            f"{before}: make them a multiple of {layer.k}"
        )
    fan_in = getattr(layer, "fan_in", None)
    if fan_in is None:
        return
    if len(shape) > 1 and not isinstance(layer, BatchNorm):
        raise ValueError(
            f"layer {index} ({kind(layer)}) expects columns of features, but images "
            f"{show(shape)} come from {before}: put a Flatten() between the two"
        )
    if fan_in != width:
        raise ValueError(
            f"layer {index} ({kind(layer)}) expects fan_in {fan_in}, but {width} features "
            f"(fan_out) come from {before}: make the two equal"
        )
