"""What keeps a network from learning its digits by heart: each cure beside none (chapter 6).

The first four settings are those of Nielsen, *Neural networks and deep learning*, 2015, chapter 3.
The others share a network of the usual modern parts, 5,000 images and 60 epochs.
"""

from dataclasses import replace

import numpy as np

from nnlib.activations import ReLU
from nnlib.datasets import Elastic, Shift
from nnlib.experiments.setting import Setting
from nnlib.initializers import He, Zeros
from nnlib.losses import BinaryCrossEntropy, SoftmaxCrossEntropy
from nnlib.optimizers import SGD
from nnlib.regularizers import L2

_HIS = Setting(loss=BinaryCrossEntropy(), optimizer=SGD(0.5), dtype=np.float32)
_FEW = replace(_HIS, images=1_000, epochs=400)
_MODERN = Setting(
    sizes=(784, 100, 10),
    activation=ReLU(),
    weights=He(),
    bias=Zeros(),
    loss=SoftmaxCrossEntropy(),
    optimizer=SGD(0.1),
    images=5_000,
    batch_size=32,
    epochs=60,
    dtype=np.float32,
)

REGULARIZATION = {
    "1,000 images": _FEW,
    "1,000 images, L2": replace(_FEW, regularizer=L2(0.1 / 1_000)),  # his λ / n
    "all images": _HIS,
    "all images, L2": replace(_HIS, regularizer=L2(5 / 50_000)),
    "5,000 images": _MODERN,
    "5,000 images, L2": replace(_MODERN, regularizer=L2(1e-3)),
    "5,000 images, dropout": replace(_MODERN, dropout=0.2),
    "5,000 images, early stopping": replace(_MODERN, patience=5),
    "5,000 images, shifts": replace(_MODERN, augment=Shift(1)),
    "5,000 images, elastic": replace(_MODERN, augment=Elastic(20.0, 5.0)),
}
