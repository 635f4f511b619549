"""What chapter 8 runs in full: the networks that read best in their time, Nielsen's, comparisons.

Published numbers are from his *Neural networks and deep learning*, 2015, chapter 6.
"""

from dataclasses import replace

from nnlib.activations import Sigmoid
from nnlib.datasets import Shift
from nnlib.experiments.convnets import CONVNET, DENSE_TWIN, Comparison, ConvSetting, Stage
from nnlib.initializers import Normal, Zeros
from nnlib.optimizers import SGD


def spread(fan_out):
    """His weights: normal with variance 1 / fan_out."""
    return Normal(fan_out**-0.5)


# A filter's fan_out is for him filters · size² / pool²
_FIRST, _SECOND, _HIDDEN = spread(20 * 25 / 4), spread(40 * 25 / 4), spread(100)
_HIS = ConvSetting(
    stages=(),
    sizes=(784, 100, 10),
    activation=Sigmoid(),
    weights=(_HIDDEN, Zeros()),
    bias=Normal(),
    optimizer=SGD(0.1),
    batch_size=10,
    epochs=60,
    watched=True,
)
_ONE = replace(_HIS, stages=(Stage(20),), weights=(_FIRST, _HIDDEN, Zeros()), epochs=20)
_TWO = replace(
    _ONE, stages=(Stage(20), Stage(40)), weights=(_FIRST, _SECOND, _HIDDEN, Zeros()), epochs=20
)

NIELSENS = {
    "Nielsen, no convolution": _HIS,
    "Nielsen, one convolution": _ONE,
}

_CONVOLUTION, _DENSE = Comparison(CONVNET, move=True), Comparison(DENSE_TWIN, move=True)

COMPARISONS = {
    "convolution": _CONVOLUTION,
    "dense": _DENSE,
    "convolution, shuffled": replace(_CONVOLUTION, shuffle=True, move=False),
    "dense, shuffled": replace(_DENSE, shuffle=True, move=False),
    "convolution, shifts": replace(_CONVOLUTION, images=(10_000,), epochs=(10,), augment=Shift(2)),
    "dense, shifts": replace(_DENSE, images=(10_000,), epochs=(10,), augment=Shift(2)),
}

CONVNETS = NIELSENS | COMPARISONS
