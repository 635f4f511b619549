"""How well a network of nnlib reads after ten seconds on one core: a line of the report.

Width, rate and augmentation were chosen on the validation set. The accuracies are on the test set,
for several seeds: their median is the claim, their range goes with it.
"""

import json
import subprocess
import sys
import time
from statistics import median

from benchmarks.race import ROOT, environment

SEEDS = range(5)
EPOCHS, BATCH = 7, 128


def headline():
    """The line, measured: each seed in a process of its own."""
    runs = []
    for seed in SEEDS:
        command = [sys.executable, "-m", "benchmarks.headline", str(seed)]
        run = subprocess.run(command, cwd=ROOT, env=environment(), check=True, capture_output=True)
        runs.append(json.loads(run.stdout))
    seconds, accuracies = zip(*runs, strict=True)
    return (
        f"**Reading MNIST**: [784, 256, 128, 10], ReLU, shifted and bent digits, Adam, one cycle, "
        f"{EPOCHS} epochs of 50,000 images: test accuracy {median(accuracies):.2%} "
        f"({min(accuracies):.2%} to {max(accuracies):.2%} over {len(runs)} seeds) after "
        f"{median(seconds):.1f} s ({min(seconds):.1f} to {max(seconds):.1f} s)"
    )


def train(seed):
    """Train on one core; seconds and test accuracy."""
    import numpy as np

    from nnlib import Adam, Dense, He, Network, ReLU, Scale, SoftmaxCrossEntropy, Trainer
    from nnlib.datasets import Compose, Elastic, Shift, load_mnist
    from nnlib.schedules import OneCycle

    data, rng = load_mnist().split(), np.random.default_rng(seed)
    start = time.perf_counter()
    layers = [Scale(1 / 255)]
    for fan_in, fan_out in [(784, 256), (256, 128)]:
        layers += [Dense(fan_in, fan_out, weights=He()), ReLU()]
    layers.append(Dense(128, 10))
    network = Network(layers, loss=SoftmaxCrossEntropy(), rng=rng, dtype=np.float32)
    steps = EPOCHS * -(-len(data.X_train) // BATCH)
    trainer = Trainer(network, Adam(OneCycle(0.005, steps)), rng=rng)
    augment = Compose([Shift(1), Elastic(20.0, 5.0)])
    trainer.fit(data.X_train, data.y_train, epochs=EPOCHS, batch_size=BATCH, augment=augment)
    return time.perf_counter() - start, network.score(data.X_test, data.y_test)


if __name__ == "__main__":
    print(json.dumps(train(int(sys.argv[1]))))
