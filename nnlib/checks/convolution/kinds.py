"""Kinds of answers of chapter 8: arrays whose wrong shapes tell their mistake."""

from numbers import Integral

import numpy as np

from nnlib.checks.answers import matrix, number
from nnlib.checks.exercise import Failed

ROUNDED = (
    "these are whole numbers: what you computed was written into an array of whole numbers, which "
    "cuts the fractions off. np.zeros_like and np.empty_like take over the kind of number of their "
    "model, np.zeros(shape) makes floats"
)


def shaped(name, shape, mistakes=()):
    """A finite real array; `shape` is a function of the arguments.

    `mistakes` are pairs (function of the arguments, sentence): the sentence is told of an answer
    that has the shape which the function gives.
    """

    def examine(value, arguments):
        try:
            return matrix(name, shape)(value, arguments)
        except Failed as failed:
            got = getattr(value, "shape", None)
            if got is not None and got != shape(arguments) and not failed.mistake:
                told = (why for other, why in mistakes if other(arguments) == got)
                failed.mistake = next(told, "")
            raise

    return examine


def count(name):
    """One whole number; comes back as an int."""

    def examine(value, arguments):
        examined = number(name)(value, arguments)
        if np.shape(value) == () and hasattr(value, "__array__"):
            value = np.asarray(value)[()]
        if not isinstance(value, Integral):
            raise Failed(f"{name} has to be a whole number, and it is {examined}, a float.")
        return int(value)

    return examine


def rounded(yours, wanted):
    """A mistake for `same`, where an answer with fractions has lost them all."""
    whole = not isinstance(yours, Failed) and (yours == np.trunc(yours)).all()
    return [(yours, ROUNDED)] if whole and (wanted != np.trunc(wanted)).any() else []
