"""How a network reads one image: what its hidden units say, and its ten outputs (chapter 7)."""

from dataclasses import dataclass

import numpy as np

from nnlib.activations import Sigmoid, Softmax
from nnlib.layers import Scale
from nnlib.losses import BinaryCrossEntropy, SoftmaxCrossEntropy
from nnlib.network import Network
from nnlib.validation import check_vector, describe

PIXELS, DIGITS, MOST = 784, 10, 3
BLOCK = 1000  # images made floats at a time


@dataclass(frozen=True)
class Reading:
    """`hidden`, a list of activities (units,) for each hidden layer; `outputs` (10,); `answer`."""

    hidden: list
    outputs: np.ndarray
    answer: int


def read_digit(network, image):
    """What `network` makes of an image (784,) of bytes, or of pixels from 0 to 1: a `Reading`.

    The activities of a hidden layer are what the next layer with weights is given. Outputs are
    probabilities where the loss takes logits (cross-entropies), else the network's own. The network
    stays as it is. A network that begins with `Scale` is given bytes.

    Raises TypeError for what is no network, ValueError for one that doesn't take 784 pixels or
    hasn't ten outputs, and for other images.
    """
    image = check_vector(image, "image", length=PIXELS)
    return read(check_network(network), check_pixels(image[np.newaxis], "image"))


def read(network, X):
    """`read_digit` without the checks, of an image X (1, 784) as it was given."""
    a, hidden = network.columns(network_pixels(network, X)), []
    with network.mode(training=False):
        for layer in network.layers[: network.first_learner + 1]:
            a = layer.forward(a)
        for layer in network.layers[network.first_learner + 1 :]:
            if hasattr(layer, "fan_in"):
                hidden.append(np.array(a[:, 0], np.float64))
            a = layer.forward(a)
    answer = int(network.loss.predict(a)[0])
    return Reading(hidden, np.array(probabilities(network.loss, a)[:, 0], np.float64), answer)


def answers(network, X):
    """The labels (n,) that a network gives to images X (n, 784), as they were given."""
    blocks = [X[start : start + BLOCK] for start in range(0, len(X), BLOCK)]
    return np.concatenate([network.predict(network_pixels(network, block)) for block in blocks])


def network_pixels(network, X):
    """Images (n, 784) as this network takes them: from 0 to 1, or bytes where it scales them."""
    X = X / 255 if X.dtype == np.uint8 else X
    return np.rint(255 * X) if isinstance(network.layers[0], Scale) else X


def check_pixels(X, name="X"):
    """Return images, of bytes or of numbers from 0 to 1; ValueError for other numbers."""
    if X.dtype != np.uint8 and (X.min() < 0 or X.max() > 1):
        raise ValueError(
            f"{name} expects pixels from 0 to 1, or bytes (uint8), got {X.dtype} from "
            f"{X.min():g} to {X.max():g}: pass the images as MNIST has them, or scaled by "
            "nnlib.datasets.scaled"
        )
    return X


def check_networks(networks):
    """Return a dict of name: network; one network alone gets the name "network"."""
    if isinstance(networks, Network):
        networks = {"network": networks}
    if not isinstance(networks, dict):
        raise TypeError(
            "networks expects a dict of name: trained network, or one network, "
            f"got {describe(networks)}"
        )
    if not 1 <= len(networks) <= MOST:
        raise ValueError(f"networks expects 1 to {MOST} networks, got {len(networks)}")
    for name, network in networks.items():
        if not isinstance(name, str) or not name.strip():
            raise TypeError(f"networks expects names as its keys, got {describe(name)}")
        check_network(network, f"network {name!r}")
    return dict(networks)


def check_network(network, name="network"):
    """Return a network that takes 784 pixels and has ten outputs."""
    if not isinstance(network, Network):
        raise TypeError(f"{name} expects a trained Network, got {describe(network)}")
    try:
        outputs = network.forward(np.zeros((1, PIXELS)))
    except ValueError as error:
        raise ValueError(f"{name} doesn't take images of {PIXELS} pixels: {error}") from None
    if outputs.shape != (1, DIGITS):
        shape = outputs.shape[1] if outputs.ndim == 2 else outputs.shape[1:]
        raise ValueError(
            f"{name} expects {DIGITS} outputs, one for each digit, and the network has {shape}"
        )
    return network


def probabilities(loss, outputs):
    """The outputs (K, n) as numbers from 0 to 1 where the loss takes logits, else as they are."""
    if isinstance(loss, SoftmaxCrossEntropy):
        return Softmax().forward(outputs)
    return Sigmoid().forward(outputs) if isinstance(loss, BinaryCrossEntropy) else outputs
