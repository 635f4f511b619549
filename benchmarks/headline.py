"""How well a network of nnlib reads after ten seconds on one core: a line of the report.

The network and its training are `nnlib.experiments.headline`, chosen on the validation set. The
accuracies are on the test set, for several seeds: their median is the claim, their range goes with
it. The seconds are those of the processor for the training, with the making of shifted and bent
digits, without the reading of the data.
"""

import json
import subprocess
import sys
import time
from statistics import median

from benchmarks.race import ROOT, environment

SEEDS = range(5)


def headline():
    """The line, measured: each seed in a process of its own."""
    runs = []
    for seed in SEEDS:
        command = [sys.executable, "-m", "benchmarks.headline", str(seed)]
        run = subprocess.run(command, cwd=ROOT, env=environment(), check=True, capture_output=True)
        runs.append(json.loads(run.stdout))
    seconds, accuracies, epochs, sizes = zip(*runs, strict=True)
    return (
        f"**Reading MNIST**: {sizes[0]}, ReLU, shifted and bent digits, smoothed labels, Adam, one "
        f"cycle, {epochs[0]} epochs of 50,000 images: test accuracy {median(accuracies):.2%} "
        f"({min(accuracies):.2%} to {max(accuracies):.2%} over {len(runs)} seeds) after "
        f"{median(seconds):.1f} s ({min(seconds):.1f} to {max(seconds):.1f} s) of one core"
    )


def train(seed):
    """Train on one core; seconds, test accuracy, and what was trained: epochs and sizes."""
    from nnlib import experiments

    digits = experiments.digits()
    start = time.process_time()
    network = experiments.headline(seed, digits)
    seconds = time.process_time() - start
    setting = experiments.HEADLINE
    return (
        seconds,
        network.score(digits.X_test, digits.y_test),
        setting.epochs,
        list(setting.sizes),
    )


if __name__ == "__main__":
    print(json.dumps(train(int(sys.argv[1]))))
