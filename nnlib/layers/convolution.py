"""The layer that looks at images through small windows, with the same weights in each (chapter 8).

A `Dense` layer knows nothing of neighbours: shuffle all pixels, and it learns as well. Here a
neuron sees one window of the image, and its weights, a *filter*, are shared by all windows.
"""

import numpy as np
from numpy.lib.stride_tricks import as_strided

from nnlib.gates import Parameter
from nnlib.gates.gate import FromForward
from nnlib.initializers import He, Zeros, check_float_dtype, check_initializer
from nnlib.layers.images import check_image_shape, check_images, show
from nnlib.layers.layer import Layer
from nnlib.validation import check_count, check_rng


class Convolution(Layer):
    """z = W * a + b: `out_channels` filters, each laid on every window of the images.

        z[o, y, x] = b[o] + Σ over c, i, j of W[o, c, i, j] · a[c, y·stride + i, x·stride + j]

    Shapes: input a (in_channels, height, width, n); W (out_channels, in_channels, size, size), a
    filter for each output channel; b (out_channels, 1); output z (out_channels, height', width', n)
    with height' = (height + 2 padding - size) // stride + 1, and width' likewise. `padding` frames
    the images with so many rows and columns of zeros on each side: 0 is known as "valid" or
    "narrow", size // 2 for an odd size as "same" or "half", size - 1 as "full".

    All windows are copied side by side, a window a column, and the layer is a `Dense` on them,
    forward and backward: for each row y of the output a matrix (in_channels · size², width' · n),
    small enough to stay in the cache. What is one more in backward: an input stands in several
    windows, and where a wire branches, gradients add up.

    Mathematics calls this a cross-correlation; its convolution turns the filter upside down first,
    which makes no difference to a filter that is learned.

    `weights` and `bias` are initializers, `He()` and `Zeros()` unless others are given; they draw
    W as a matrix (out_channels, fan_in), a filter a row, with fan_in = in_channels · size². Raises
    ValueError for images with other channels or smaller than a filter, and for a forward before
    `initialize`. Source: LeCun and others, 1989 and 1998.

    >>> from nnlib.initializers import Constant
    >>> layer = Convolution(1, 1, 2, weights=Constant(1.0))
    >>> layer.initialize(rng=np.random.default_rng(0))
    >>> image = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> layer.forward(image)[0, :, :, 0]  # the sum of each window of 2 x 2
    array([[ 8., 12.],
           [20., 24.]])
    >>> layer.backward(np.ones((1, 2, 2, 1)))[0, :, :, 0]  # in how many windows each pixel stands
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    """

    symbol = "W∗a+b"
    here = FromForward()
    stretch = 32  # examples that a network evaluates at a time: their windows fill the cache
    input_grad = True  # False spares the first layer of a network the gradient nobody asks for

    def __init__(
        self, in_channels, out_channels, size, *, padding=0, stride=1, weights=None, bias=None
    ):
        self.in_channels = check_count(in_channels, "in_channels")
        self.out_channels = check_count(out_channels, "out_channels")
        self.size = check_count(size, "size")
        self.padding = check_count(padding, "padding", minimum=0)
        self.stride = check_count(stride, "stride")
        self.weights = check_initializer(He() if weights is None else weights, "weights")
        self.bias = check_initializer(Zeros() if bias is None else bias, "bias")
        self.W = self.b = None

    def settings(self):
        settings = {name: getattr(self, name) for name in ("in_channels", "out_channels", "size")}
        rare = {"padding": (self.padding, 0), "stride": (self.stride, 1)}
        return settings | {name: value for name, (value, usual) in rare.items() if value != usual}

    def initialize(self, *, rng, dtype=np.float64):
        """Draw W, then b."""
        check_rng(rng)
        dtype = check_float_dtype(dtype)
        fan_in = self.in_channels * self.size**2
        W = self.weights((self.out_channels, fan_in), rng=rng, dtype=dtype)
        b = self.bias((self.out_channels, 1), rng=rng, dtype=dtype)
        self.W = Parameter(W.reshape(-1, self.in_channels, self.size, self.size), name="W")
        self.b = Parameter(b, name="b", decays=False)
        self.workspace = {}  # for its rooms had the dtype of another W

    def parameters(self):
        return [] if self.W is None else [self.W, self.b]

    def forward(self, a):
        self.here = room = self.room(a)
        W, b = self._matrix(self.W.value), self.b.value
        room.inside[...] = a
        room.copies[...] = room.windows  # so that each of room.columns holds a window a column
        np.matmul(W, room.columns, out=room.z_rows)
        room.z += b
        return room.maps

    def backward(self, grad):
        room = self.here
        W, dW = self._matrix(self.W.value), self._matrix(self.W.grad)
        dz, dz_rows = self._check_grad(grad)
        np.matmul(room.columns, dz_rows.transpose(0, 2, 1), out=room.dW_rows)  # (dz aᵀ)ᵀ is quicker
        np.add.reduce(room.dW_rows, axis=0, out=dW.T)
        self.sum_columns(dz, out=self.b.grad)
        if not self.input_grad:
            return None
        np.matmul(W.T, dz_rows, out=room.share_columns)
        room.framed_grad[...] = 0
        for i, j in np.ndindex(self.size, self.size):
            room.grad_windows[:, :, i, j] += room.shares[:, :, i, j]  # where wires branch, they add
        room.grad[...] = room.grad_inside
        return room.grad

    def output_shape(self, shape):
        """(out_channels, height', width') for images (in_channels, height, width).

        A side that isn't known is None, and so is a shape.
        """
        if shape is None:
            shape = self.in_channels, None, None
        check_image_shape(shape, self, channels=self.in_channels)
        short = [side for side in shape[1:] if side and side + 2 * self.padding < self.size]
        if short:
            raise ValueError(
                f"{self} has filters of {self.size} x {self.size}, which don't fit into images "
                f"{show(shape)}: choose a smaller size, or a padding"
            )
        places = [side and self._places(side + 2 * self.padding) for side in shape[1:]]
        return (self.out_channels, *places)

    def admit(self, a):
        """`a`, if it is an array (in_channels, height, width, n) that a filter fits into."""
        if self.W is None:
            raise ValueError(f"{self} has no weights yet: call initialize(rng=...) first")
        self.output_shape(check_images(a, self))
        return a

    def furnish(self, a):
        channels, height, width, n = a.shape
        dtype = a.dtype if a.dtype.kind == "c" else self.W.value.dtype
        framed = channels, height + 2 * self.padding, width + 2 * self.padding, n
        frame, framed_grad = np.zeros(framed, dtype), np.zeros(framed, dtype)
        windows = self._windows(frame)
        copies, shares = np.empty(windows.shape, dtype), np.empty(windows.shape, dtype)
        rows, fan_in = len(windows), channels * self.size**2
        maps = np.empty((*self.output_shape(a.shape[:3]), n), dtype)
        return {
            "inside": self._inside(frame),
            "windows": windows,
            "copies": copies,
            "columns": copies.reshape(rows, fan_in, -1),
            "maps": maps,
            "z": maps.reshape(self.out_channels, -1),
            "z_rows": self._rows(maps),
            "dW_rows": np.empty((rows, fan_in, self.out_channels), dtype),
            "shares": shares,
            "share_columns": shares.reshape(rows, fan_in, -1),
            "framed_grad": framed_grad,
            "grad_windows": self._windows(framed_grad),
            "grad_inside": self._inside(framed_grad),
            "grad": np.empty(a.shape, dtype),
        }

    def _windows(self, framed):
        """A view of all windows of framed images, (height', channels, size, size, width', n)."""
        channel, down, right, example = framed.strides
        rows, across = map(self._places, framed.shape[1:3])
        shape = rows, framed.shape[0], self.size, self.size, across, framed.shape[3]
        steps = self.stride * down, channel, down, right, self.stride * right, example
        return as_strided(framed, shape, steps)

    def _places(self, side):
        """How many windows stand along a framed side."""
        return (side - self.size) // self.stride + 1

    def _inside(self, framed):
        """The images without their frame, a view."""
        p = self.padding
        return framed[:, p : framed.shape[1] - p, p : framed.shape[2] - p]

    def _rows(self, maps):
        """Feature maps, row by row: a view (height', out_channels, width' · n)."""
        channels, height = maps.shape[:2]
        return maps.reshape(channels, height, -1).transpose(1, 0, 2)

    def _matrix(self, filters):
        """Filters (out_channels, in_channels, size, size), or their gradient, a filter a row."""
        return filters.reshape(self.out_channels, -1)

    def _check_grad(self, grad):
        """`grad` as (out_channels, places) and row by row, if it has the last output's shape."""
        room = self.here
        grad = np.asarray(self.check_grad(grad, room.maps.shape), self.W.grad.dtype)
        return grad.reshape(room.z.shape), self._rows(grad)
