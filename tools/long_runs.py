"""Make the stored long runs anew where their setting or their code has changed.

    python tools/long_runs.py                     whatever is out of date
    python tools/long_runs.py --only nielsen      of one experiment
    python tools/long_runs.py --again             even what is up to date

They stand in nnlib/experiments/runs. Each row is made in a process of its own and stored as soon as
it is there, so that the work can be stopped and taken up again. All of them take about an hour and
a half.
"""

import argparse
import json
import os
import subprocess
import sys
import time

from nnlib.experiments import records
from nnlib.experiments.tables import EXPERIMENTS


def main():
    options = parse()
    if options.row:
        print(json.dumps(made(*options.row)))
        return
    for name in options.only or EXPERIMENTS:
        remake(name, again=options.again)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=EXPERIMENTS, metavar="NAME",
                        help=f"of {', '.join(EXPERIMENTS)}")  # fmt: skip
    parser.add_argument("--again", action="store_true", help="make what is up to date, too")
    parser.add_argument("--row", nargs=2, metavar=("NAME", "SETTING"),
                        help="make one row and print it; stores nothing")  # fmt: skip
    return parser.parse_args()


def remake(name, *, again):
    """Bring the file of one experiment up to date, row by row."""
    table, measure = EXPERIMENTS[name]
    old = {} if again or not (records.RUNS / f"{name}.json").exists() else records.stored(name)
    rows = {key: row for key, row in old.items() if key in table}
    for key, setting in table.items():
        if key in rows and records.is_current(rows[key], setting, measure):
            print(f"{name}: {key}: up to date", flush=True)
            continue
        print(f"{name}: {key} ...", end=" ", flush=True)
        start = time.perf_counter()
        rows[key] = in_a_process(name, key)
        records.write(name, {key: rows[key] for key in table if key in rows})
        print(f"{time.perf_counter() - start:.0f} s: {summary(rows[key])}", flush=True)


def in_a_process(name, key):
    command = [sys.executable, __file__, "--row", name, key]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True,
                         env=os.environ | {"NNLIB_THREADS": "1"})  # fmt: skip
    return json.loads(run.stdout)


def made(name, key):
    """One row: what it is made by, and what came out."""
    from nnlib.experiments import digits

    table, measure = EXPERIMENTS[name]
    return records.made_by(table[key], measure) | measure(table[key], digits())


def summary(row):
    """The row's accuracies in a few words: on the test set, where that was opened."""
    kind = "test" if "test" in row else "validation"
    return f"{kind} accuracy {row[kind]}"


if __name__ == "__main__":
    main()
