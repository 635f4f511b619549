"""The layers that make images smaller: of each small field they hand on one number (chapter 8)."""

import numpy as np

from nnlib.gates.gate import FromForward
from nnlib.layers.images import check_image_shape, check_images, show
from nnlib.layers.layer import Layer
from nnlib.validation import check_count


class Pool(Layer):
    """Images (channels, height, width, n) cut into fields of size x size, a number for each.

    The output is (channels, height / size, width / size, n). Raises ValueError where the fields
    don't cover the images exactly.
    """

    here = FromForward()

    def __init__(self, size):
        self.size = check_count(size, "size")

    def settings(self):
        return {"size": self.size}

    def output_shape(self, shape):
        """(channels, height / size, width / size) for images (channels, height, width)."""
        if shape is None:
            return None
        check_image_shape(shape, self)
        if any(side and side % self.size for side in shape[1:]):
            raise ValueError(
                f"{self} cuts images into fields of {self.size} x {self.size}, and images "
                f"{show(shape)} don't divide so: choose a padding or a size before it that leaves "
                f"a multiple of {self.size}"
            )
        return (shape[0], *(side and side // self.size for side in shape[1:]))

    def admit(self, a):
        self.output_shape(check_images(a, self))
        return super().admit(a)

    def furnish(self, a):
        shape = (*self.output_shape(a.shape[:3]), a.shape[3])
        return {"y": np.empty(shape, a.dtype), "grad": np.empty(a.shape, a.dtype)}

    def fold(self, combine, a):
        """All numbers of each field combined into one, two at a time."""
        y, (first, *others) = self.here.y, self.places(a)
        y[...] = first
        for place in others:
            combine(y, place, out=y)
        return y

    def places(self, images):
        """Views of the images, one for each place in a field: all fields' first pixels, ..."""
        for i, j in np.ndindex(self.size, self.size):
            yield images[:, i :: self.size, j :: self.size]


class MaxPool(Pool):
    """y = the largest number of each field; the gradient goes to where it stood.

    Where several are the largest, the first of them, row by row, gets the gradient. The max gate of
    chapter 1 in a layer: it switches.

    >>> layer = MaxPool(2)
    >>> layer.forward(np.array([[[[1.0], [5.0]], [[3.0], [2.0]]]])).item()
    5.0
    >>> layer.backward(np.array([[[[7.0]]]]))[0, :, :, 0]
    array([[0., 7.],
           [0., 0.]])
    """

    symbol = "max"

    def furnish(self, a):
        room = super().furnish(a)
        return room | {name: np.empty(room["y"].shape, bool) for name in ("free", "hit")}

    def forward(self, a):
        self.a, self.here = a, self.room(a)
        return self.fold(np.maximum, a)

    def backward(self, grad):
        room = self.here
        self.check_grad(grad, room.y.shape)
        room.free[...] = True  # fields whose largest number isn't found yet
        for place, share in zip(self.places(self.a), self.places(room.grad), strict=True):
            np.equal(place, room.y, out=room.hit)
            room.hit &= room.free
            room.free ^= room.hit
            np.multiply(grad, room.hit, out=share)
        return room.grad


class MeanPool(Pool):
    """y = the mean of each field; each of its numbers gets an equal share of the gradient.

    >>> layer = MeanPool(2)
    >>> layer.forward(np.array([[[[1.0], [5.0]], [[3.0], [3.0]]]])).item()
    3.0
    >>> layer.backward(np.array([[[[8.0]]]]))[0, :, :, 0]
    array([[2., 2.],
           [2., 2.]])
    """

    symbol = "mean"

    def furnish(self, a):
        room = super().furnish(a)
        return room | {"share": np.empty_like(room["y"])}

    def forward(self, a):
        self.here = self.room(a)
        y = self.fold(np.add, a)
        y /= self.size**2
        return y

    def backward(self, grad):
        room = self.here
        np.divide(self.check_grad(grad, room.y.shape), self.size**2, out=room.share)
        for place in self.places(room.grad):
            place[...] = room.share
        return room.grad
