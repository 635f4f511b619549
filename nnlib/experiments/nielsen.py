"""Nielsen's networks, and what becomes of them when one thing is changed (chapter 7).

Published numbers are from his *Neural networks and deep learning*, 2015, chapters 1 and 3.
"""

from dataclasses import replace

import numpy as np

from nnlib.experiments.setting import Setting
from nnlib.initializers import FanIn
from nnlib.losses import BinaryCrossEntropy
from nnlib.optimizers import SGD
from nnlib.regularizers import L2

_FIRST = Setting()
_HUNDRED = replace(_FIRST, sizes=(784, 100, 10), dtype=np.float32)  # half the time
_OFTEN = {"seeds": 20}  # how often a digit is lost takes more than five to see
_SURPRISED = {"loss": BinaryCrossEntropy(), "optimizer": SGD(0.5)}
_IMPROVED = replace(
    _HUNDRED,
    weights=FanIn(),
    loss=BinaryCrossEntropy(),
    optimizer=SGD(0.1),
    regularizer=L2(5 / 50_000),  # his λ / n
    epochs=60,
)

NIELSEN = {
    "30 hidden": replace(_FIRST, **_OFTEN),
    "30 hidden, scaled weights": replace(_FIRST, weights=FanIn(), **_OFTEN),
    "30 hidden, cross-entropy": replace(_FIRST, **_SURPRISED, **_OFTEN),
    "100 hidden": _HUNDRED,
    "100 hidden, scaled weights": replace(_HUNDRED, weights=FanIn()),
    "100 hidden, cross-entropy": replace(_HUNDRED, **_SURPRISED),
    "no hidden layer": replace(_FIRST, sizes=(784, 10)),
    "four outputs": replace(_FIRST, sizes=(784, 30, 4)),
    "rate 0.001": replace(_HUNDRED, optimizer=SGD(0.001)),
    "rate 100": replace(_FIRST, optimizer=SGD(100.0), epochs=10),
    "improved": _IMPROVED,
    "improved, weights not scaled": replace(_IMPROVED, weights=_FIRST.weights),
}
