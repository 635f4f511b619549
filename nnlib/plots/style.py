"""How every figure of the book looks: sizes, and colours that also survive grey print."""

import matplotlib
from cycler import cycler
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from nnlib.validation import check_count, check_number

# The colours that Okabe and Ito (2008) chose for every kind of colour vision. Each line has its own
# style and each class its own marker besides, so that a figure survives grey print.
COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
LINES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 2)), (0, (8, 2))]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*", "<", ">"]
HATCHES = ["", "///", "...", "xxx"]

DPI = 144  # dots an inch: sharp in print and on a dense screen

LOOK = {
    "axes.prop_cycle": cycler(color=COLORS, linestyle=LINES),
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.labelsize": 10,
    "axes.axisbelow": True,
    "font.size": 10,
    "grid.alpha": 0.25,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
}
LEGEND = {"fontsize": 9, "framealpha": 0.9}


def figure(width=7, height=3.2, *, rows=1, columns=1, layout="constrained", **options):
    """A figure of `width` x `height` inches, and its axes: one, or an array of them.

    `options` go to matplotlib's `subplots`, e.g. `sharey=True`. `layout=None` leaves the arranging
    to the caller, which a widget that draws many times a second can do once. Publish the figure
    with `show`.

    The look belongs to these axes alone: matplotlib's settings stay as they are.

    >>> fig, ax = figure(7, 3)
    >>> fig, (left, right) = figure(8, 3, columns=2)
    """
    width = check_number(width, "width", positive=True)
    height = check_number(height, "height", positive=True)
    with matplotlib.rc_context(LOOK):
        fig = Figure(figsize=(width, height), dpi=DPI, layout=layout)
        FigureCanvasAgg(fig)
        axes = fig.subplots(check_count(rows, "rows"), check_count(columns, "columns"), **options)
    return fig, axes


def next_style(ax):
    """Colour, line style and marker for one more series on `ax`: the same for the n-th in any.

    What stands in the legend, or would if there were one, counts as a series.
    """
    n = len(ax.get_legend_handles_labels()[0])
    return {
        "color": COLORS[n % len(COLORS)],
        "linestyle": LINES[n % len(LINES)],
        "marker": MARKERS[n % len(MARKERS)],
    }
