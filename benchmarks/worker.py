"""One contender in a process of its own, on one core: `python -m benchmarks.worker CONTENDER WORK`.

CONTENDER is a name like `ours:training`, WORK the Python expression of the work. It answers each
line on stdin with a line: the seconds a unit takes, measured over at least a tenth of a second; at
the end of stdin, with its peak memory in bytes.
"""

import importlib
import os
import resource
import sys
import time

from benchmarks import work

ENOUGH = 0.1  # seconds that a measurement takes at least


def main(contender, expression):
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    module, _, function = contender.partition(":")
    make = getattr(importlib.import_module(f"benchmarks.contenders.{module}"), function)
    run, units = make(eval(expression, vars(work)))
    seconds(run)  # to warm up: compile, allocate
    repeats = max(1, round(ENOUGH / seconds(run)))
    print("ready", flush=True)
    for _ in sys.stdin:
        elapsed = sum(seconds(run) for _ in range(repeats))
        print(elapsed / (repeats * units), flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if MAC else 1024), flush=True)


MAC = sys.platform == "darwin"  # which counts memory in bytes, others in kilobytes


def seconds(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    main(*sys.argv[1:])
