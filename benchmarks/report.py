"""The tables, in Markdown, with the machine that they were measured on."""

import platform
import re
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.workloads import NAMES

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- measured: written by make bench -->", "<!-- end -->"


def workload_table(workload, results):
    """One workload: how many times as long each peer takes, median and range over the rounds."""
    ours = results[workload.ours]
    lines = [
        f"**{workload.title}**: nnlib {time_of(ours.typical)} a {workload.unit}, "
        f"peak memory {ours.memory / 1e6:.0f} MB",
        "",
        "| peer | its time / ours | range | wanted | its time | its memory |",
        "|---|---|---|---|---|---|",
    ]
    for name, floor in workload.peers.items():
        middle, low, high = results[name].ratios(ours)
        wanted = "" if floor is None else f"{floor:g}" + ("" if middle >= floor else " (missed)")
        lines.append(
            f"| {NAMES[name]} | **{middle:.2f}** | {low:.2f} to {high:.2f} | {wanted} | "
            f"{time_of(results[name].typical)} | {results[name].memory / 1e6:.0f} MB |"
        )
    return "\n".join(lines)


def growth_table(title, rows):
    """How the time of an example grows; `rows` are (size, examples a step, ours, the rival)."""
    lines = [
        f"**{title}**",
        "",
        "| | nnlib, a step | nnlib, an example | PyTorch's best loop / ours | peak memory |",
        "|---|---|---|---|---|",
    ]
    for size, batch, ours, rival in rows:
        ratio = rival.ratios(ours)[0]
        lines.append(
            f"| {size:,} | {time_of(ours.typical)} | {time_of(ours.typical / batch)} | {ratio:.2f} "
            f"| {ours.memory / 1e6:.0f} MB |"
        )
    return "\n".join(lines)


def machine():
    """Where this was measured, in a sentence."""
    return (
        f"Measured on {processor()} with {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, NumPy {np.__version__} ({blas()}); the peers' "
        f"versions stand in requirements.txt; nnlib {version('nnlib')}."
    )


def processor():
    try:
        names = re.findall(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.M)
        return f"{names[0]} ({len(names)} cores)"
    except (OSError, IndexError):
        return platform.processor() or platform.machine()


def blas():
    from threadpoolctl import threadpool_info

    libraries = [library for library in threadpool_info() if library["user_api"] == "blas"]
    if not libraries:
        return "its matrix library unknown"
    first = libraries[0]
    return f"{first['internal_api']} {first['version']}, {first.get('architecture', '?')} kernels"


def write(tables):
    """Put the tables between the marks of README.md."""
    text = README.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    parts = [before + BEGIN, machine(), *tables, END + after]
    README.write_text("\n\n".join(parts))


def time_of(seconds):
    """Three digits in the unit that fits.

    >>> time_of(0.0000345), time_of(0.0123), time_of(2.5)
    ('34.5 µs', '12.3 ms', '2.5 s')
    """
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
