"""A fair race: one process each, one core, one thread, in turns.

The contenders of a workload are started together and then wait. In each round every one is asked
once, one after the other, in an order that changes from round to round; a ratio is that of two
times from the same round, so that a machine that is slow for a while is slow for both.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.environment import peers_python

ROOT = Path(__file__).resolve().parents[1]
HERE = ("ours", "by_hand", "products")  # contenders that run in the course's own environment
LIBRARIES = ("OMP", "OPENBLAS", "MKL", "VECLIB", "NUMEXPR")


@dataclass(frozen=True)
class Result:
    """What one contender did: seconds a unit, in each round, and its peak memory in bytes."""

    seconds: tuple
    memory: int

    @property
    def typical(self):
        return median(self.seconds)

    def ratios(self, ours):
        """Its time over ours, round by round: (median, lowest, highest)."""
        ratios = [theirs / own for theirs, own in zip(self.seconds, ours.seconds, strict=True)]
        return median(ratios), min(ratios), max(ratios)


def race(work, contenders, rounds):
    """Let the contenders do the work, `rounds` times each; a dict of Results by name."""
    processes = {name: start(name, work) for name in contenders}
    try:
        for name, process in processes.items():
            expect(process, name, "ready")
        times = {name: [] for name in contenders}
        rng = np.random.default_rng(0)
        for _ in range(rounds):
            for name in rng.permutation(contenders):
                times[name].append(float(ask(processes[name], name)))
        return {
            name: Result(tuple(times[name]), int(finish(process, name)))
            for name, process in processes.items()
        }
    finally:
        for process in processes.values():
            process.kill()
            process.wait()


def start(name, work):
    python = sys.executable if name.partition(":")[0] in HERE else peers_python()
    command = [python, "-m", "benchmarks.worker", name, repr(work)]
    return subprocess.Popen(command, cwd=ROOT, env=environment(), text=True, bufsize=1,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip


def environment():
    """The variables that keep every library on one thread, and the progress bar away."""
    threads = {f"{library}_NUM_THREADS": "1" for library in LIBRARIES}
    return os.environ | threads | {
        "NNLIB_PROGRESS": "0",
        "JAX_PLATFORMS": "cpu",
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    }  # fmt: skip


def ask(process, name):
    process.stdin.write("go\n")
    process.stdin.flush()
    return line_from(process, name)


def finish(process, name):
    process.stdin.close()
    return line_from(process, name)


def expect(process, name, wanted):
    found = line_from(process, name)
    if found != wanted:
        raise RuntimeError(f"{name} said {found!r} instead of {wanted!r}")


def line_from(process, name):
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{name} ended before its time: its error stands above")
    return line.strip()
