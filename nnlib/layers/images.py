"""What layers on images ask of their inputs: (channels, height, width, n) (chapter 8)."""

import numpy as np

from nnlib.validation import describe


def check_images(a, layer):
    """The shape (channels, height, width) of images `a` (channels, height, width, n).

    TypeError for what is no array, ValueError for arrays of another form.
    """
    if not isinstance(a, np.ndarray):
        raise TypeError(f"{layer} expects images (channels, height, width, n), got {describe(a)}")
    if a.dtype.kind not in "biufc":
        raise TypeError(f"{layer} expects images of numbers, got an array of dtype {a.dtype}")
    if a.ndim != 4 or a.size == 0:
        raise ValueError(
            f"{layer} expects images (channels, height, width, n), at least one, got shape "
            f"{a.shape}{_advice(a.ndim)}"
        )
    return a.shape[:3]


def check_image_shape(shape, layer, *, channels=None):
    """Raise ValueError where `shape`, that of one example, isn't (channels, height, width)."""
    if len(shape) != 3:
        got = f"{shape[0]} features" if len(shape) == 1 else show(shape)
        raise ValueError(
            f"{layer} expects images (channels, height, width), got {got}{_advice(len(shape) + 1)}"
        )
    if channels is not None and shape[0] != channels:
        last = shape[2] == channels
        advice = "put the channels first" if last else f"make in_channels {shape[0]}"
        raise ValueError(
            f"{layer} expects images of {_channels(channels)}, got {_channels(shape[0])} in images "
            f"{show(shape)}: {advice}"
        )


def show(shape):
    """A shape in words; a side whose length is unknown is a question mark."""
    sides = ["?" if side is None else str(side) for side in shape]
    return "(" + ", ".join(sides) + ")"


def _channels(number):
    return "1 channel" if number == 1 else f"{number} channels"


def _advice(ndim):
    if ndim == 2:
        return ": put an Unflatten(channels, height, width) before it"
    if ndim == 3:
        return ": give black and white images an axis of one channel, X (n, 1, height, width)"
    return ""
