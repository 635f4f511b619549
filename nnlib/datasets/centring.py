"""A digit of one's own in MNIST's form: as large and as placed as those that were learned (ch. 7).

A network that has only seen digits of one size, in one place, can't read others. So what a reader
draws has to go the way that MNIST's digits went.
"""

import numpy as np

from nnlib.validation import check_finite, check_unmasked, describe

SIDE, BOX = 28, 20  # pixels of an image; of the box that a digit fills
MIDDLE = 14  # the row and the column of the pixel that holds the centre of mass, from 0
TINY = 1e-9  # so that rounding errors don't move a digit that lies between two pixels


def centred(image):
    """The digit of `image` (height, width) in MNIST's form: a new array (28, 28).

    The image is cut down to its ink (what is above 0), and scaled, its proportions kept, so that
    the longer side is 20 pixels; each new pixel is the mean ink of the area that it covers. Then it
    is moved by whole pixels until its centre of mass

        c = Σ ink · place / Σ ink

    lies in row 14 and column 14, counted from 0: below and right of the middle by half a pixel, as
    in the digits of MNIST. So these stay as they are. Ink that would leave the field is kept
    inside.

    `image` is of uint8, 0 for paper and 255 for ink, and so is the result; or of floats from 0 up.
    Without ink the result is empty. Raises TypeError for other numbers, ValueError for other
    shapes, negative ink, NaN and infinity.

    >>> ink = np.zeros((100, 60), np.uint8)
    >>> ink[10:50, 5:15] = 255  # a bar, 40 tall and 10 wide
    >>> rows, columns = centred(ink).nonzero()
    >>> print(f"rows {rows.min()} to {rows.max()}, columns {columns.min()} to {columns.max()}")
    rows 4 to 23, columns 12 to 16

    Source: LeCun, Bottou, Bengio and Haffner, 1998, section III.A.
    """
    image = _check_image(image)
    dtype = image.dtype if image.dtype != np.uint8 else np.float64
    field = np.zeros((SIDE, SIDE), dtype)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    if rows.size:
        digit = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float64)
        digit = _into_the_box(digit / image.max())
        top, left = _corner(digit.sum(axis=1)), _corner(digit.sum(axis=0))
        height, width = digit.shape
        field[top : top + height, left : left + width] = digit * image.max()
    return np.rint(field).astype(np.uint8) if image.dtype == np.uint8 else field


def _into_the_box(digit):
    """The digit (h, w) with 20 pixels along its longer side, and at least one along the other."""
    height, width = (max(1, round(BOX * side / max(digit.shape))) for side in digit.shape)
    return _shares(digit.shape[0], height) @ digit @ _shares(digit.shape[1], width).T


def _shares(old, new):
    """What each of `new` pixels takes from each of `old` ones of the same length: (new, old)."""
    edges = np.linspace(0, old, new + 1)[:, np.newaxis]
    pixels = np.arange(old)
    overlap = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return np.maximum(overlap, 0) * (new / old)


def _corner(ink):
    """Where a digit with this ink in its rows (or columns) starts in the field."""
    center = ink @ np.arange(len(ink)) / ink.sum()
    start = MIDDLE - int(np.floor(center + 0.5 + TINY))
    return min(max(start, 0), SIDE - len(ink))


def _check_image(image):
    image = np.asarray(check_unmasked(image, "image"))
    if image.dtype.kind != "f" and image.dtype != np.uint8:
        raise TypeError(f"image expects uint8 or floats, got {image.dtype}")
    if image.ndim != 2 or not image.size:
        raise ValueError(
            f"image expects shape (height, width), got {describe(image)}: "
            "a row of MNIST is reshape(28, 28)"
        )
    check_finite(image, "image")
    if image.min() < 0:
        raise ValueError(f"image expects ink from 0 up, got {image.min():g}: 0 is paper")
    return image
