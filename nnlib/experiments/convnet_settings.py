"""What chapter 8 runs in full: the networks that read best in their time, Nielsen's, comparisons.

Published numbers are from his *Neural networks and deep learning*, 2015, chapter 6.

The networks for ten seconds and for a minute were chosen on the validation set, in trials of one or
two seeds each; most trials of the same cost lay as close together as two seeds of one trial.
"""

from dataclasses import replace

from nnlib.activations import Sigmoid
from nnlib.datasets import Compose, Elastic, Shift
from nnlib.experiments.convnets import CONVNET, DENSE_TWIN, Comparison, ConvSetting, Stage
from nnlib.initializers import Normal, Zeros
from nnlib.losses import SoftmaxCrossEntropy
from nnlib.optimizers import SGD, Adam
from nnlib.schedules import OneCycle


def spread(fan_out):
    """His weights: normal with variance 1 / fan_out."""
    return Normal(fan_out**-0.5)


# A filter's fan_out is for him filters · size² / pool²
_FILTERS, _HIDDEN = spread(20 * 25 / 4), spread(100)
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
_ONE = replace(_HIS, stages=(Stage(20),), weights=(_FILTERS, _HIDDEN, Zeros()))

NIELSENS = {
    "Nielsen, no convolution": _HIS,  # published 0.9780, the best of three
    "Nielsen, one convolution": _ONE,  # published 0.9878, the best of three
}


def recipe(stages, hidden, *, epochs, batch_size, rate, smoothing=0.0, **more):
    """As well as a network reads in its time: shifted and bent digits, one cycle of the rate."""
    return ConvSetting(
        stages=stages,
        sizes=(784, hidden, 10),
        loss=SoftmaxCrossEntropy(label_smoothing=smoothing),
        optimizer=Adam(OneCycle(rate, epochs * -(-50_000 // batch_size))),
        augment=Compose([Shift(1), Elastic(20.0, 5.0)]),
        epochs=epochs,
        batch_size=batch_size,
        **more,
    )


def three(first, second, third):
    """Three stages of so many filters; the first takes every second window and doesn't pool."""
    return (
        Stage(first, padding=2, stride=2, pool=1),
        Stage(second, size=3, padding=1),
        Stage(third, size=3, pool=1),
    )


TEN_SECONDS = {
    "ten seconds": recipe(three(6, 12, 24), 64, epochs=3, batch_size=32, rate=0.004),
}
SIXTY_SECONDS = {
    "sixty seconds": recipe(
        (Stage(16), Stage(32)), 128, epochs=6, batch_size=64, rate=0.004, smoothing=0.1
    ),
}

_CONVOLUTION = Comparison(CONVNET, move=True)
_DENSE = Comparison(DENSE_TWIN, rates=(0.0003, 0.001, 0.003, 0.01, 0.03, 0.1), move=True)

COMPARISONS = {
    "convolution": _CONVOLUTION,
    "dense": _DENSE,
    "convolution, shuffled": replace(_CONVOLUTION, shuffle=True, move=False),
    "dense, shuffled": replace(_DENSE, shuffle=True, move=False),
    "convolution, shifts": replace(_CONVOLUTION, images=(10_000,), epochs=(10,), augment=Shift(2)),
    "dense, shifts": replace(_DENSE, images=(10_000,), epochs=(10,), augment=Shift(2)),
}

CONVNETS = TEN_SECONDS | SIXTY_SECONDS | NIELSENS | COMPARISONS
