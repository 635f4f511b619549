"""Data to learn from: MNIST's handwritten digits, small made-up sets, and what prepares them.

`load_mnist` brings the digits of chapters 6 and 7; `small` makes points and curves; `splits` parts
a set into training, validation and test examples; `scaling` puts features on one scale;
`augmentation` makes more digits out of the same; `centring` brings a digit of one's own into their
form.
"""

from nnlib.datasets.augmentation import Compose, Elastic, Rotation, Shift, Warp
from nnlib.datasets.centring import centred
from nnlib.datasets.mnist import MNIST, load_mnist
from nnlib.datasets.scaling import Standardizer, scaled
from nnlib.datasets.small import blobs, curve, linear, moons, rings, six_points, spirals, xor
from nnlib.datasets.splits import k_fold, one_hot, split

__all__ = [
    "MNIST",
    "Compose",
    "Elastic",
    "Rotation",
    "Shift",
    "Standardizer",
    "Warp",
    "blobs",
    "centred",
    "curve",
    "k_fold",
    "linear",
    "load_mnist",
    "moons",
    "one_hot",
    "rings",
    "scaled",
    "six_points",
    "spirals",
    "split",
    "xor",
]
