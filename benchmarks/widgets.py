"""How long the widgets take to answer: `python -m benchmarks.widgets`.

For each control the time from a changed setting to the finished picture, without the browser and
the way to it: the time on the clock, and what of it the processor worked for us. A reader should
wait no longer than 100 ms in all.
"""

import itertools
import time

import numpy as np

from nnlib import Dense, Network, Sigmoid, SquaredError
from nnlib.datasets import blobs
from nnlib.widgets import (
    cost_surface_explorer,
    digit_reader,
    filter_explorer,
    optimizer_explorer,
)

ROUNDS = 25


def turn(control, values):
    """A function that sets the control to the next of the values, round and round."""
    values = itertools.cycle(values)
    return lambda: setattr(control, "value", next(values))


def changes(explorer):
    """By the name of a control, functions that change it, each to something new."""
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


def turns(race):
    """The same for the race of optimizers, all of them."""
    for box in race.racing.values():
        box.value = True
    places = itertools.cycle(np.linspace(0.2, 0.5, 17))
    surfaces, schedules = list(race.surfaces), race.schedule.options
    return {
        "schedule": turn(race.schedule, schedules[1:] + schedules[:1]),
        "a rate": turn(race.rates["Adam"], [0.1, 0.2, 0.3]),
        "who races": turn(race.racing["Nesterov"], [False, True]),
        "step, play": turn(race.step, range(3, 100, 7)),
        "start, dragged": lambda: race._point("down", next(places), 0.4),
        "start, by key": lambda: race._key("ArrowDown", False),
        "angle": turn(race.angle, range(-180, 180, 25)),
        "view": turn(race.view, ["3-D", "contours"]),
        "surface": turn(race.ground, surfaces[1:] + surfaces[:1]),
        "steps": turn(race.length, [25, 50, 200, 400, 100]),
    }


def strokes(reader):
    """The same for the digit reader."""
    reader.clear()
    reader._stroke("down", [(0.1, 0.2)])
    places = itertools.cycle((0.03 + 0.004 * k, 0.1 + 0.1 * (k % 7)) for k in range(75))
    return {
        "pen, moved": lambda: reader._stroke("move", [next(places)]),
        "pen, by key": lambda: reader._key("ArrowRight", False),
        "next example": lambda: reader.go(1),
    }


def windows(filters):
    """The same for the filter explorer."""
    keys = itertools.cycle(["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"])
    places = itertools.cycle(np.linspace(0.05, 0.25, 17))
    return {
        "window, by key": lambda: filters._key(next(keys), False),
        "window, dragged": lambda: filters._point("down", next(places), 0.4),
        "image": turn(filters.image, [1, 2, 3, 4]),
        "padding": turn(filters.padding, ["narrow", "full", "same"]),
        "pooling": turn(filters.pooling, ["mean", "none", "max"]),
        "a weight, 3 x 3": turn(filters.weight, np.linspace(1, 4, 17)),
        "filter": turn(filters.filter, ["learned 1", "blur", "sharpen"]),
        "a weight, 5 x 5": turn(filters.weight, np.linspace(1, 4, 17)),
    }


def measure(change):
    """Milliseconds on the clock and of the processor, (ROUNDS, 2)."""
    rounds = []
    for _ in range(ROUNDS):
        clock, work = time.perf_counter(), time.process_time()
        change()
        rounds.append([time.perf_counter() - clock, time.process_time() - work])
    return 1000 * np.array(rounds)


def explorer():
    X, y = blobs(100, centers=((-1, -0.6), (1, 0.6)), noise=0.8, rng=np.random.default_rng(0))
    return cost_surface_explorer(X, y)


def reader():
    """Two networks as in chapter 7, untrained: the time is the same."""
    rng = np.random.default_rng(0)
    networks = {}
    for name in ("healthy", "sick"):
        layers = [Dense(784, 30), Sigmoid(), Dense(30, 10), Sigmoid()]
        networks[name] = Network(layers, loss=SquaredError(), rng=rng)
    return digit_reader(networks, rng.random((1000, 784)), rng.integers(0, 10, 1000))


def filters():
    rng = np.random.default_rng(0)
    return filter_explorer(rng.random((5, 28, 28)), filters=rng.normal(size=(1, 5, 5)))


def main():
    for make, controls in [(explorer, changes), (optimizer_explorer, turns), (reader, strokes),
                           (filters, windows)]:  # fmt: skip
        start = time.perf_counter()
        widget = make()
        print(f"{widget.kind}, first picture: {1000 * (time.perf_counter() - start):.0f} ms")
        print(f"{'control':16}{'median':>8}{'slowest':>9}{'processor':>11}  (ms)")
        for name, change in controls(widget).items():
            clock, work = measure(change).T
            print(f"{name:16}{np.median(clock):8.0f}{clock.max():9.0f}{np.median(work):11.0f}")


if __name__ == "__main__":
    main()
