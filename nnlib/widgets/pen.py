"""A field to draw on: strokes of a soft pen and a rubber, on paper or over an example (ch. 7)."""

from collections import deque

import numpy as np

from nnlib.datasets import centred

SIDE = 28  # the field's width and height; a point on it is (x, y), from the left and from the top
FINE = 4  # the paper is so many times as fine
PEN, RUBBER = 1.3, 1.7  # half the width of a stroke
SOFT = 0.5  # how wide its edge fades, inside and out
UNDO = 100  # strokes that can be taken back


class Paper:
    """Ink from 0 to 1 on a field of 28 x 28, four times as fine.

    `ink` (112, 112) is what was drawn, `strokes` the number of strokes. `lay(image)` starts anew
    with an example (784,) or with nothing; `start(point)` and `extend(points)` draw a stroke;
    `undo()` takes back the last. `image(center)` is what a network sees of it.
    """

    def __init__(self):
        self.lay(None)

    def lay(self, example):
        """Start anew: with an example's pixels (784,) from 0 to 1, or with empty paper, None."""
        self.example = example
        pixels = np.zeros((SIDE, SIDE)) if example is None else example.reshape(SIDE, SIDE)
        self.ink = np.kron(pixels, np.ones((FINE, FINE)))
        self.before, self.strokes = deque(maxlen=UNDO), 0
        self.end = None

    def start(self, point, *, rubs=False):
        """Put the pen, or the rubber, down at `point`: it makes a dot."""
        self.before.append(self.ink.copy())
        self.strokes += 1
        self.rubs, self.end = rubs, tuple(point)
        self._trace(self.end, self.end)

    def extend(self, points):
        """Go on through `points`, in straight lines, so that there are no gaps."""
        for point in points:
            self._trace(self.end, point)
            self.end = tuple(point)

    def undo(self):
        """Take the last stroke back; without one nothing happens."""
        if self.before:
            self.ink = self.before.pop()
            self.strokes -= 1

    @property
    def pixels(self):
        """The ink in each pixel of the field (28, 28)."""
        return self.ink.reshape(SIDE, FINE, SIDE, FINE).mean(axis=(1, 3))

    @property
    def empty(self):
        return not self.ink.any()

    def image(self, *, center=True):
        """The 784 pixels for a network, from 0 to 1.

        An untouched example is given as it came, and one that was changed stays in its place; a
        drawing on empty paper is brought into MNIST's form, if `center`.
        """
        if self.example is not None and not self.strokes:
            return self.example
        if self.example is None and center:
            return centred(self.ink).ravel()
        return self.pixels.ravel()

    def _trace(self, start, end):
        """Ink where the straight line between two points passes: full near it, soft at its edge."""
        radius = RUBBER if self.rubs else PEN
        reach = radius + SOFT
        (left, right), (top, bottom) = (
            np.clip([min(a, b) - reach, max(a, b) + reach], 0, SIDE) for a, b in zip(start, end)
        )
        columns = slice(int(left * FINE), int(np.ceil(right * FINE)))
        rows = slice(int(top * FINE), int(np.ceil(bottom * FINE)))
        middles = (np.arange(SIDE * FINE) + 0.5) / FINE
        distance = _distance(middles[columns], middles[rows, np.newaxis], start, end)
        mark = np.clip((reach - distance) / (2 * SOFT), 0, 1)
        part = self.ink[rows, columns]
        np.minimum(part, 1 - mark, out=part) if self.rubs else np.maximum(part, mark, out=part)


def _distance(x, y, start, end):
    """From the points at x and y to the line between two points."""
    (x1, y1), (x2, y2) = start, end
    across, down = x2 - x1, y2 - y1
    length = across**2 + down**2
    t = np.clip(((x - x1) * across + (y - y1) * down) / length, 0, 1) if length else 0.0
    return np.hypot(x - x1 - t * across, y - y1 - t * down)
