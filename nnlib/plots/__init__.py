"""Drawing functions: arrays and functions in, an `ax` in and out; they draw and never train."""

from nnlib.plots.answers import digit_answers
from nnlib.plots.circuits import circuit
from nnlib.plots.curves import bars, curves, histogram, mark, spread
from nnlib.plots.filters import feature_maps, filters, sliding_window
from nnlib.plots.hidden import half_planes, unit_outputs
from nnlib.plots.landscapes import contours, surface3d, trace
from nnlib.plots.learning import boundary_beside, learning_curves
from nnlib.plots.pictures import images
from nnlib.plots.planes import decision_boundary, margin, points
from nnlib.plots.publish import bundle, check_words, compress, page_width, png, show
from nnlib.plots.races import race
from nnlib.plots.style import COLORS, LINES, MARKERS, figure

__all__ = [
    "COLORS",
    "LINES",
    "MARKERS",
    "bars",
    "boundary_beside",
    "bundle",
    "check_words",
    "circuit",
    "compress",
    "contours",
    "curves",
    "decision_boundary",
    "digit_answers",
    "feature_maps",
    "figure",
    "filters",
    "half_planes",
    "histogram",
    "images",
    "learning_curves",
    "margin",
    "mark",
    "page_width",
    "png",
    "points",
    "race",
    "show",
    "sliding_window",
    "spread",
    "surface3d",
    "trace",
    "unit_outputs",
]
