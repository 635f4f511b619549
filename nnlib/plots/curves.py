"""Numbers against numbers: curves, spreads over seeds, histograms, bars."""

import numpy as np

from nnlib.plots.style import COLORS, HATCHES, LEGEND, next_style
from nnlib.validation import check_vector, describe

MANY = 40  # points: a curve of more goes without markers
MARK = "mark"  # tells the lines drawn by `mark` from others


def curves(x, ys, ax, *, legend=True):
    """Draw each of `ys`, a dict of label: values, against `x`, all of shape (n,).

    Curves of up to 40 points get markers. More than one get a legend.
    """
    x = check_vector(x, "x")
    if not isinstance(ys, dict) or not ys:
        raise TypeError(f"curves expects a dict of label: values, got {describe(ys)}")
    for label, y in ys.items():
        y = np.asarray(y)
        if y.shape != x.shape:
            raise ValueError(f"curve {label!r} expects the shape of x, {x.shape}, got {y.shape}")
        style = next_style(ax)
        if len(x) > MANY:
            del style["marker"]
        ax.plot(x, y, label=label, markersize=4, **style)
    if legend and len(ys) > 1:
        ax.legend(**LEGEND)
    return ax


def spread(x, samples, ax, label=None):
    """Draw the median of `samples` (n, seeds) against `x` (n,), and the range as band or bars."""
    samples = np.asarray(samples)
    if samples.ndim != 2 or len(samples) != len(x):
        raise ValueError(
            f"samples expects shape ({len(x)}, seeds), a row a value of x, got {samples.shape}"
        )
    middle, low, high = np.median(samples, axis=1), samples.min(axis=1), samples.max(axis=1)
    style = next_style(ax)
    if len(x) > MANY:
        del style["marker"]
        ax.plot(x, middle, label=label, **style)
        ax.fill_between(x, low, high, color=style["color"], alpha=0.2, linewidth=0)
    else:
        bars = [middle - low, high - middle]
        ax.errorbar(x, middle, bars, label=label, capsize=3, markersize=5, **style)
    return ax


def histogram(samples, ax, bins=30):
    """Draw how often the values of `samples` (n,) fall into each of `bins`."""
    samples = check_vector(samples, "samples")
    ax.hist(samples, bins=bins, color=COLORS[5], edgecolor=COLORS[0], linewidth=0.6)
    ax.locator_params(axis="x", nbins=7)  # long numbers would touch each other
    return ax


def bars(heights, ticks, ax):
    """Draw groups of bars: `heights` is a dict of label: values, one value a tick."""
    if not isinstance(heights, dict) or not heights:
        raise TypeError(f"bars expects a dict of label: values, got {describe(heights)}")
    width = 0.8 / len(heights)
    for n, (label, values) in enumerate(heights.items()):
        if len(values) != len(ticks):
            raise ValueError(f"bars {label!r} expects {len(ticks)} values, got {len(values)}")
        x = np.arange(len(ticks)) + (n - (len(heights) - 1) / 2) * width
        ax.bar(x, values, width, label=label, color=COLORS[n % len(COLORS)],
               hatch=HATCHES[n % len(HATCHES)], edgecolor="white")  # fmt: skip
    ax.set_xticks(range(len(ticks)), list(ticks))
    ax.legend(**LEGEND)
    return ax


def mark(x, ax, label):
    """Draw a dashed line upright at `x`, and name it in the legend."""
    n = sum(line.get_gid() == MARK for line in ax.lines)
    style = [("--", COLORS[1]), (":", COLORS[6]), ("-.", COLORS[2])][n % 3]
    ax.axvline(x, linestyle=style[0], color=style[1], linewidth=2, label=label, gid=MARK)
    ax.legend(**LEGEND)
    return ax
