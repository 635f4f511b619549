"""To look inside a network while it learns, and to judge its answers (chapters 4, 6 and 7)."""

from nnlib.diagnostics.answers import Calibration, accuracy_interval, calibration, confusion_matrix
from nnlib.diagnostics.signals import Signal, dead_units, signals, table, update_ratios

__all__ = [
    "Calibration",
    "Signal",
    "accuracy_interval",
    "calibration",
    "confusion_matrix",
    "dead_units",
    "signals",
    "table",
    "update_ratios",
]
