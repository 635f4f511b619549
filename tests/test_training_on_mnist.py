"""All of MNIST through a network: what it takes in memory, and that it learns to read.

These tests ask for the real data, which is fetched at most once and kept in the reader's own cache.
"""

import json
import subprocess
import sys

import pytest

from nnlib.datasets import load_mnist

TRAIN = """
import json, resource, sys
import numpy as np
from nnlib import SGD, Dense, Network, ReLU, Scale, SoftmaxCrossEntropy, Trainer
from nnlib.datasets import load_mnist, scaled

data = load_mnist().split()
as_bytes = sys.argv[1] == "bytes"
layers = [Scale(1 / 255)] if as_bytes else []
layers += [Dense(784, 100), ReLU(), Dense(100, 10)]
first = np.random.default_rng(0)
network = Network(layers, loss=SoftmaxCrossEntropy(), rng=first, dtype=np.float32)
trainer = Trainer(network, SGD(0.1), rng=np.random.default_rng(1))
X_train, X_valid, X_test = data.X_train, data.X_valid, data.X_test
if not as_bytes:
    X_train, X_valid, X_test = (scaled(X, np.float32) for X in (X_train, X_valid, X_test))
trainer.fit(X_train, data.y_train, epochs=2, batch_size=32, validation=(X_valid, data.y_valid))
if sys.platform == "linux":  # where getrusage counts the process that started this one, too
    peak = next(1024 * int(l.split()[1]) for l in open("/proc/self/status") if "VmHWM" in l)
else:
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
print(json.dumps([peak, network.score(X_test, data.y_test)]))
"""


@pytest.mark.parametrize("kind", ["bytes", "floats"])
def test_training_on_mnist_stays_under_400_mb_and_reads_digits(kind):
    pytest.importorskip("resource")
    load_mnist()  # fetched here, if need be: what that takes is another matter
    run = subprocess.run([sys.executable, "-c", TRAIN, kind], capture_output=True, text=True,
                         timeout=300, check=True)  # fmt: skip
    peak, accuracy = json.loads(run.stdout)
    assert peak < 400e6
    assert accuracy > 0.955  # after two epochs; about 0.961 in trials
