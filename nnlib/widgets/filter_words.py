"""The filter explorer's picture in words, for those who don't see it (chapter 8)."""

from nnlib.plots.circuits import number
from nnlib.widgets.windows import FIELD


def short(value):
    """A number as it is said: three digits of it."""
    return number(float(f"{value:.3g}"))


def by(shape):
    return " x ".join(map(str, shape))


def image_words(index, label, shape):
    labelled = "" if label is None else f", labelled {label}"
    return f"Image {index}{labelled}, {by(shape)} pixels."


def size_words(view, name, padding, changed):
    """Which filter, which padding, and what they make of the image's size."""
    by_hand = ", changed by hand" if changed else ""
    zeros = f"{view.padding} zero{'' if view.padding == 1 else 's'}"
    frame = f"a frame of {zeros}" if view.padding else "no frame"
    height = view.image.shape[0]
    sum_of_sides = f"{height} + 2 · {view.padding} − {view.size} + 1 = {view.z.shape[0]}"
    return (
        f"Filter {name}, {by(view.weights.shape)}{by_hand}. Padding {padding}, {frame}: "
        f"{sum_of_sides} rows, a map of {by(view.z.shape)}."
    )


def window_words(view, place):
    """Where the window is, and its number."""
    (top, left), (height, width) = view.corner(place), view.image.shape
    rows = max(top, 0), min(top + view.size, height) - 1
    columns = max(left, 0), min(left + view.size, width) - 1
    zeros = view.size**2 - (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1)
    outside = f" and {zeros} zero{'' if zeros == 1 else 's'} of the frame" if zeros else ""
    return (
        f"The window on {_range('row', *rows)}, {_range('column', *columns)}{outside} has the sum "
        f"of products {short(view.z[place])}, at {_at(place)} of the map."
    )


def map_words(view, pooling):
    """The map's largest and smallest number, and what is left of it."""
    low, high = view.z.min(), view.z.max()
    words = f"All numbers of the map are {short(low)}."
    if low < high:
        words = (
            f"The map's largest number is {short(high)} at {_at(view.largest)}, its smallest "
            f"{short(low)}."
        )
    return f"{words} {_pooled_words(view, pooling)}"


def key_words(view, cell, weighing):
    """The weight that can be changed, and what the arrow keys do."""
    keys = (
        "The arrow keys go from weight to weight, with Shift they change it."
        if weighing
        else "The arrow keys move the window."
    )
    return f"The weight taken, at {_at(cell)} of the filter, is {short(view.weights[cell])}. {keys}"


def pooled_title(view, pooling):
    return "after ReLU" if view.field == 1 else f"ReLU, {pooling} pooling"


def _pooled_words(view, pooling):
    if view.field == 1:
        small = f", too small for fields of {FIELD} x {FIELD}" if pooling != "none" else ""
        return f"After ReLU, without pooling{small}, {_percent(view.relu)} are above zero."
    words = f"After ReLU and {pooling} pooling of {view.field} x {view.field}, "
    words += f"{by(view.pooled.shape)} are left"
    sides = zip(("row", "column"), view.z.shape)
    cut = " and ".join(f"the last {side}" for side, length in sides if length % view.field)
    if cut:
        words += f" ({cut} fill{'' if ' and ' in cut else 's'} no field)"
    return f"{words}, {_percent(view.pooled)} of them above zero."


def pooled_words(view, place):
    """What is left of the window's number."""
    field = view.field_of(place)
    if field is None:
        return "The window's number stands in no field."
    return f"Where the window's number stands, {short(view.pooled[field])} is left."


def _percent(numbers):
    return f"{(numbers > 0).mean():.0%}"


def _at(place):
    return f"row {place[0]}, column {place[1]}"


def _range(name, first, last):
    return f"{name} {first}" if first == last else f"{name}s {first} to {last}"
