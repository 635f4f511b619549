"""How a figure is published: with its words, as a small picture that is the same every time."""

import base64
import io
import sys

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from nnlib.plots.style import DPI
from nnlib.validation import describe

WORDS = 40  # characters: fewer can't say what is seen
SCREEN = 96  # dots to the inch of a page: a figure's letters come out as tall as the page's
TONES = 256  # colours in a picture
ALMOST_WHITE = 250  # of 255


def show(fig, alt):
    """Publish the figure with `alt`, a sentence or two that say what is seen; then close it.

    The words are what a screen reader reads, what GitHub keeps, and what the regression test
    compares (pictures it can't). So put the figure's numbers into them. Outside a notebook they are
    printed.

    Raises ValueError for fewer than 40 characters of words, TypeError for no figure.
    """
    if not isinstance(fig, Figure):
        raise TypeError(f"show expects a figure from plots.figure, got {describe(fig)}")
    alt = check_words(alt)
    if in_notebook():
        from IPython.display import display  # slow to import, and a script can do without

        data, metadata = bundle(png(fig), alt)
        display(data, raw=True, metadata=metadata)
    else:
        print(alt)
    if "matplotlib.pyplot" in sys.modules:  # or a figure made by pyplot would appear a second time
        sys.modules["matplotlib.pyplot"].close(fig)


def in_notebook():
    """Whether something displays what this process publishes."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


def bundle(picture, alt):
    """PNG bytes and their words as a notebook stores them: data, and what to know about them."""
    data = {"image/png": base64.b64encode(picture).decode(), "text/plain": alt}
    return data, {"image/png": {"alt": alt, "width": page_width(picture)}}


def page_width(picture):
    """How wide PNG bytes stand on a page, in its pixels: a figure's inch is an inch of the page."""
    dots = int.from_bytes(picture[16:20], "big")  # the width in the header of every PNG
    return round(dots * SCREEN / DPI)


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
    """The figure as PNG bytes in at most 256 colours, a third of the full size.

    `quick` packs them in a tenth of the time and a little less well: for pictures that move.
    """
    if not isinstance(fig.canvas, FigureCanvasAgg):
        FigureCanvasAgg(fig)
    fig.canvas.draw()
    return compress(fig.canvas.buffer_rgba(), quick=quick)


def compress(rgba, *, quick=False):
    """An array (height, width, 4) of bytes as PNG bytes in at most 256 colours; see `png`.

    An octree of colours is ten times faster than the median cut, and nearer to the original.
    """
    picture = Image.fromarray(np.asarray(rgba)).convert("RGB")
    picture = picture.quantize(TONES, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    palette = np.array(picture.getpalette())
    palette = palette.reshape(-1, 3)
    palette[(palette >= ALMOST_WHITE).all(axis=1)] = 255  # an octree makes white a little grey
    picture.putpalette(palette.ravel().tolist())
    memory = io.BytesIO()
    picture.save(memory, "PNG", **({"compress_level": 3} if quick else {"optimize": True}))
    return memory.getvalue()
