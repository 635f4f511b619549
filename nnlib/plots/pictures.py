"""Grey pictures side by side: digits, and the weights of a neuron that looks at them (ch. 7)."""

import math

import numpy as np

from nnlib.plots.style import COLORS
from nnlib.validation import check_count, check_finite, describe


def images(pictures, ax, *, columns=10, labels=None, predicted=None, size=None):
    """Draw `pictures` (n, pixels) or (n, height, width) in rows of `columns`, ink dark on light.

    Under each stands its entry of `labels` (n,); with `predicted` (n,) as "label → predicted", the
    wrong ones bold.
    `size` is the picture's (height, width); square if not given.
    """
    pictures = _as_pictures(pictures, size)
    n, height, width = pictures.shape
    for name, given in {"labels": labels, "predicted": predicted}.items():
        if given is not None and len(given) != n:
            raise ValueError(f"{name} expects {n} entries, one a picture, got {len(given)}")
    columns = min(check_count(columns, "columns"), n)
    rows = math.ceil(n / columns)
    room = height // 2 if labels is not None else 2  # for the label, and a little air
    canvas = np.full((rows * (height + room), columns * (width + 4)), pictures.min(), float)
    for k, picture in enumerate(pictures):
        row, column = divmod(k, columns)
        top, left = row * (height + room), column * (width + 4) + 2
        canvas[top : top + height, left : left + width] = picture
        if labels is not None:
            wrong = predicted is not None and predicted[k] != labels[k]
            text = f"{labels[k]}" if predicted is None else f"{labels[k]} → {predicted[k]}"
            ax.text(left + width / 2, top + height + room / 2, text, ha="center", va="center",
                    color=COLORS[1] if wrong else "black",
                    weight="bold" if wrong else "normal")  # fmt: skip
    ax.imshow(canvas, cmap="gray_r", interpolation="nearest")
    ax.set_axis_off()
    return ax


def _as_pictures(pictures, size):
    pictures = check_finite(np.asarray(pictures), "pictures")
    if pictures.ndim == 2:
        side = math.isqrt(pictures.shape[1])
        height, width = size or (side, side)
        if height * width != pictures.shape[1]:
            raise ValueError(
                f"pictures of {pictures.shape[1]} pixels are no square: give size=(height, width)"
            )
        pictures = pictures.reshape(-1, height, width)
    if pictures.ndim != 3 or not pictures.size:
        raise ValueError(f"pictures expects shape (n, pixels), got {describe(pictures)}")
    return pictures
