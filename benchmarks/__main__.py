"""`python -m benchmarks`: run the races, print the tables, and write them into README.md."""

import argparse

import numpy as np

from benchmarks import report, work
from benchmarks.headline import headline
from benchmarks.race import race
from benchmarks.workloads import GROWTH, WORKLOADS


def main():
    options = parse()
    store_mnist()
    tables = []
    for workload in WORKLOADS:
        if options.only in workload.title:
            results = race(workload.work, workload.contenders, options.rounds)
            tables.append(show(report.workload_table(workload, results)))
    if not options.only:
        tables.append(show(headline()))
        for title, cases in GROWTH.items():
            tables.append(show(report.growth_table(title, growth(cases, options.rounds))))
        report.write(tables)


def parse():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="how often each contender runs")
    parser.add_argument(
        "--only", default="", help="only workloads with these words; writes nothing"
    )
    return parser.parse_args()


def growth(cases, rounds):
    rows = []
    for size, case in cases:
        results = race(case, ["ours:training", "torch_eager:training"], max(3, rounds // 3))
        rows.append((size, case.batch, *results.values()))
    return rows


def store_mnist():
    """The first training images, where contenders of either environment can read them."""
    from benchmarks.environment import peers_python
    from nnlib.datasets import load_mnist

    peers_python()
    mnist = load_mnist()
    np.savez(work.MNIST, X=mnist.X_train[:10_000], y=mnist.y_train[:10_000])


def show(table):
    print(table, end="\n\n", flush=True)
    return table


if __name__ == "__main__":
    main()
