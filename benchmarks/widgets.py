"""How long the cost-surface explorer takes to answer: `python -m benchmarks.widgets`.

For each control the time from a changed setting to the finished picture, without the browser and
the way to it: the time on the clock, and what of it the processor worked for us. A reader should
wait no longer than 100 ms in all.
"""

import itertools
import time

import numpy as np

from nnlib.datasets import blobs
from nnlib.widgets import cost_surface_explorer

ROUNDS = 25


def changes(explorer):
    """By the name of a control, functions that change it, each to something new."""

    def turn(control, values):
        values = itertools.cycle(values)
        return lambda: setattr(control, "value", next(values))

    places = itertools.cycle(np.linspace(0.2, 0.5, 17))
    losses, sizes = explorer.loss.options, [size for _, size in explorer.batch.options]
    return {
        "loss": turn(explorer.loss, losses[1:] + losses[:1]),
        "strength": turn(explorer.strength, np.geomspace(0.001, 1, 17)),
        "learning rate": turn(explorer.rate, np.geomspace(0.01, 1, 17)),
        "batch size": turn(explorer.batch, sizes),
        "step, play": turn(explorer.step, range(3, 100, 7)),
        "start, dragged": lambda: explorer._point("down", next(places), 0.4),
        "start, by key": lambda: explorer._key("ArrowDown", False),
    }


def measure(change):
    """Milliseconds on the clock and of the processor, (ROUNDS, 2)."""
    rounds = []
    for _ in range(ROUNDS):
        clock, work = time.perf_counter(), time.process_time()
        change()
        rounds.append([time.perf_counter() - clock, time.process_time() - work])
    return 1000 * np.array(rounds)


def main():
    X, y = blobs(100, centers=((-1, -0.6), (1, 0.6)), noise=0.8, rng=np.random.default_rng(0))
    start = time.perf_counter()
    explorer = cost_surface_explorer(X, y)
    print(f"first picture: {1000 * (time.perf_counter() - start):.0f} ms")
    print(f"{'control':16}{'median':>8}{'slowest':>9}{'processor':>11}  (ms)")
    for name, change in changes(explorer).items():
        clock, work = measure(change).T
        print(f"{name:16}{np.median(clock):8.0f}{clock.max():9.0f}{np.median(work):11.0f}")


if __name__ == "__main__":
    main()
