"""How every figure of the book looks, and how it is published: with its words (all chapters)."""

import base64
import io

import matplotlib
import numpy as np
from cycler import cycler
from IPython import get_ipython
from IPython.display import display
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from nnlib.validation import check_count, check_number, describe

# The colours that Okabe and Ito (2008) chose for every kind of colour vision. Each line has its own
# style and each class its own marker besides, so that a figure survives grey print.
COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
LINES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 2)), "-"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X", "*", "<", ">"]
HATCHES = ["", "///", "...", "xxx"]

WORDS = 40  # characters: fewer can't say what is seen
DPI = 100

matplotlib.rcParams.update({
    "axes.prop_cycle": cycler(color=COLORS, linestyle=LINES),
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 10.5,
    "axes.labelsize": 10,
    "axes.axisbelow": True,
    "font.size": 10,
    "grid.alpha": 0.25,
    "legend.fontsize": 9,
    "legend.framealpha": 0.9,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
})  # fmt: skip


def figure(width=7, height=3.2, *, rows=1, columns=1, layout="constrained", **options):
    """A figure of `width` x `height` inches, and its axes: one, or an array of them.

    `options` go to matplotlib's `subplots`, e.g. `sharey=True`. `layout=None` leaves the arranging
    to the caller, which a widget that draws many times a second can do once. Publish it with `show`.

    >>> fig, ax = figure(7, 3)
    >>> fig, (left, right) = figure(8, 3, columns=2)
    """
    width = check_number(width, "width", positive=True)
    height = check_number(height, "height", positive=True)
    fig = Figure(figsize=(width, height), dpi=DPI, layout=layout)
    FigureCanvasAgg(fig)
    axes = fig.subplots(check_count(rows, "rows"), check_count(columns, "columns"), **options)
    return fig, axes


def show(fig, alt):
    """Publish the figure with `alt`, a sentence or two that say what is seen.

    The words are what a screen reader reads, what GitHub keeps, and what the regression test
    compares (pictures it can't). So put the figure's numbers into them.

    Raises ValueError for fewer than 40 characters of words.
    """
    alt = check_words(alt)
    if not isinstance(fig, Figure):
        raise TypeError(f"show expects a figure from plots.figure, got {describe(fig)}")
    if get_ipython() is None:  # a script: nobody can see a picture, but the words can be read
        print(alt)
        return
    picture = {"image/png": base64.b64encode(png(fig)).decode(), "text/plain": alt}
    display(picture, raw=True, metadata={"image/png": {"alt": alt}})


def check_words(alt):
    """Return the alternative text of a picture in one line; refuse one that says too little."""
    if not isinstance(alt, str):
        raise TypeError(f"alt expects a sentence that says what is seen, got {describe(alt)}")
    alt = " ".join(alt.split())
    if len(alt) < WORDS:
        raise ValueError(
            f"alt expects at least {WORDS} characters, got {len(alt)}: say what is seen, with the "
            "numbers that matter"
        )
    return alt


def png(fig, *, quick=False):
    """The figure as PNG bytes in at most 128 colours, half the size or less.

    `quick` chooses the colours in a tenth of the time and less well: for pictures that move.
    """
    if not isinstance(fig.canvas, FigureCanvasAgg):
        FigureCanvasAgg(fig)
    fig.canvas.draw()
    return compress(np.asarray(fig.canvas.buffer_rgba()), quick=quick)


def compress(rgba, *, quick=False):
    """An array (height, width, 4) of bytes as PNG bytes in at most 128 colours; see `png`."""
    method = Image.Quantize.FASTOCTREE if quick else Image.Quantize.MEDIANCUT
    picture = Image.fromarray(rgba).convert("RGB")
    picture = picture.quantize(128, method=method, dither=Image.Dither.NONE)
    memory = io.BytesIO()
    picture.save(memory, "PNG", optimize=not quick)
    return memory.getvalue()


def next_style(ax):
    """Colour, line style and marker for one more series on `ax`: the same for its n-th in any."""
    n = getattr(ax, "series", 0)
    ax.series = n + 1
    return {
        "color": COLORS[n % len(COLORS)],
        "linestyle": LINES[n % len(LINES)],
        "marker": MARKERS[n % len(MARKERS)],
    }
