"""The kinds of answer that a function may give, and what is refused before any value is judged.

Each kind is a function of `(value, arguments)` that returns the answer in one form, floats or
arrays, or raises `Failed`. These are gates: passing them earns no point.
"""

from numbers import Integral, Real

import numpy as np

from nnlib.checks.exercise import Failed
from nnlib.validation import describe


def number(name):
    """One finite real number; comes back as a float."""

    def examine(value, arguments):
        _written(value)
        if hasattr(value, "__array__") and np.shape(value) == ():
            value = np.asarray(value)[()]
        if isinstance(value, complex | np.complexfloating):
            raise Failed(f"{name} is a complex number: take its .real or .imag part.")
        if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
            raise Failed(f"{name} has to be one number, and it is {_what(value)}.")
        if not np.isfinite(float(value)):
            raise _not_finite(name, float(value))
        return float(value)

    return examine


def array_like(name, argument):
    """A finite real array of the shape of one of the arguments; comes back in float64."""

    def examine(value, arguments):
        _written(value)
        return _array(name, value, np.shape(arguments[argument]))

    return examine


def numbers(name, argument):
    """A list, tuple or array with one number for each entry of one of the arguments."""

    def examine(value, arguments):
        _written(value)
        wanted = (len(arguments[argument]),)
        if not isinstance(value, list | tuple) and not hasattr(value, "__array__"):
            raise Failed(f"{name} has to be a list of {wanted[0]} numbers; it is {_what(value)}.")
        try:
            array = np.asarray(value)
        except ValueError:
            raise Failed(f"{name} has to be a list of numbers, and its entries differ.") from None
        return _finite(name, _shaped(name, array, wanted))

    return examine


def matrix(name, shape):
    """A finite real array; `shape` is a function of the arguments. Comes back in float64."""

    def examine(value, arguments):
        _written(value)
        return _array(name, value, shape(arguments))

    return examine


def matrices(name, argument):
    """A list of finite real arrays, of the shapes of the arrays in one of the arguments."""

    def examine(value, arguments):
        _written(value)
        wanted = [np.shape(entry) for entry in arguments[argument]]
        if not isinstance(value, list | tuple | np.ndarray):
            raise Failed(f"{name} has to be a list of arrays, and it is {_what(value)}.")
        if len(value) != len(wanted):
            raise Failed(f"{name} has to be a list of {len(wanted)} arrays; it has {len(value)}.")
        shapes = [getattr(entry, "shape", None) for entry in value]
        if shapes != wanted and shapes == wanted[::-1]:
            raise Failed(
                f"{name}[0] has to be of shape {wanted[0]}, and it is of shape {shapes[0]}.",
                mistake=f"{name} is the wrong way round: its first array belongs to the first "
                "one of the list that came in",
            )
        places = enumerate(zip(value, wanted, strict=True))
        return [_array(f"{name}[{k}]", entry, shape) for k, (entry, shape) in places]

    return examine


def indices(name):
    """A list of whole numbers; comes back as a list of ints."""

    def examine(value, arguments):
        _written(value)
        if not isinstance(value, list | tuple | np.ndarray):
            raise Failed(f"{name} has to be a list of places, and it is {_what(value)}.")
        array = np.asarray(value)
        if array.dtype == bool:
            raise Failed(
                f"{name} has to be a list of places, and it is a list of True and False.",
                mistake="the places are wanted, [0, 2], where you return [True, False, True]: "
                "collect the index i of each entry that is wrong",
            )
        if array.ndim != 1 or not all(isinstance(i, Integral) for i in value):
            raise Failed(f"{name} has to be a list of whole numbers, and it is {value!r:.60}.")
        return [int(i) for i in value]

    return examine


def several(*kinds, names):
    """A tuple (or list) of answers, one of each kind."""

    def examine(value, arguments):
        return tuple(map(_taken, apart(*kinds, names=names)(value, arguments)))

    return examine


def apart(*kinds, names):
    """Like `several`, but a part of the wrong kind fails only where it is compared.

    It comes back as its `Failed`, which `exercise.same` raises: the other parts keep their points.
    """

    def examine(value, arguments):
        _written(value)
        parts = tuple(value) if isinstance(value, np.ndarray) and value.ndim else value
        if not isinstance(parts, tuple | list):
            got = _what(value)
            raise Failed(f"The answer has to be {len(kinds)} things, {names}; it is {got}.")
        if len(parts) != len(kinds):
            raise _not_several(value, len(kinds), names)
        judged = tuple(_judged(*pair, arguments) for pair in zip(kinds, parts, strict=True))
        if isinstance(value, np.ndarray) and value.ndim == 2 and _no_shape_fits(judged):
            raise _not_several(value, len(kinds), names)
        return judged

    return examine


def _judged(kind, part, arguments):
    """A part as its kind takes it, or the Failed that it raises; dots are no part yet."""
    try:
        return kind(part, arguments)
    except Failed as failed:
        if failed.not_attempted:
            raise
        return failed


def _taken(part):
    if isinstance(part, Failed):
        raise part
    return part


def _no_shape_fits(judged):
    return all(isinstance(part, Failed) and "of shape" in part.problem for part in judged)


def _not_several(value, count, names):
    """The Failed for another number of things, and for one array, whose rows are no things."""
    problem = f"The answer has to be {count} things, {names}; it is "
    if not isinstance(value, np.ndarray):
        return Failed(f"{problem}{len(value)} of them.")
    listed = names.replace(" and ", ", ")
    return Failed(
        f"{problem}one array, of shape {value.shape}.",
        mistake=f"one array came back: `return {listed}` hands back {count} things",
    )


def unchanged(before, after):
    """Whether an argument is as it was: arrays and lists entry by entry, functions not at all."""
    if isinstance(before, np.ndarray):
        same_form = before.shape == after.shape and before.dtype == after.dtype
        return same_form and np.array_equal(before, after, equal_nan=True)
    if isinstance(before, list | tuple):
        pairs = zip(before, after, strict=False)
        return len(before) == len(after) and all(unchanged(*pair) for pair in pairs)
    return callable(before) or before == after or before != before


def show_call(name, arguments):
    """A call as a reader can type it: `divide_backward(1.5, -0.72, 1.0)`."""
    return f"{name}({', '.join(map(typed, arguments))})"


def typed(value, limit=400):
    """A plain value as a reader can type it; what is long is cut."""
    if isinstance(value, list | tuple) and any(isinstance(part, np.ndarray) for part in value):
        limit *= 3  # the arrays of a small network
    text = " ".join(_text(value).split())
    return text if len(text) <= limit else f"{text[:limit]} ... (cut)"


def _text(value):
    """A plain value as Python takes it: `np.array(...)`, in a list too, and `np.inf`."""
    value = _short(value)
    if isinstance(value, np.ndarray) and value.size <= 8:
        return f"np.array({_text(value.tolist())})"
    if isinstance(value, np.ndarray):
        with np.printoptions(infstr="np.inf", nanstr="np.nan"):
            inside = np.array2string(value, separator=", ", threshold=8, edgeitems=3)
        return f"np.array({inside})"
    if type(value) in (list, tuple):
        parts = ", ".join(map(_text, value)) + "," * (type(value) is tuple and len(value) == 1)
        return f"[{parts}]" if isinstance(value, list) else f"({parts})"
    if isinstance(value, float) and not np.isfinite(value):
        return str(value).replace("inf", "np.inf").replace("nan", "np.nan")
    return repr(value)


def _short(value):
    """The same with its floats in ten digits: 7.29 for 7.290000000000001."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, list | tuple):
        return type(value)(map(_short, value))
    return float(f"{value:.10g}") if isinstance(value, float) else value


def _written(value):
    """Refuse the dots of an untouched page, and the None of a function without `return`."""
    parts = value if isinstance(value, tuple | list) else (value,)
    if any(part is ... for part in parts):
        raise Failed("The answer is still the dots of the page.", not_attempted=True)
    if value is None:
        raise Failed(
            "The function returned None.",
            mistake="a function that ends without `return` returns None: "
            "end it with `return` and the answer",
        )


def _array(name, value, wanted):
    """A finite real array of the shape that is wanted, in float64."""
    if not hasattr(value, "__array__"):
        raise Failed(
            f"{name} has to be an array of shape {wanted}, and it is {_what(value)}.",
            mistake=_to_array(value),
        )
    return _finite(name, _shaped(name, np.asarray(value), wanted))


def _shaped(name, array, wanted):
    if array.dtype.kind == "c":
        raise Failed(f"{name} is complex: take its .real or .imag part.")
    if array.dtype.kind not in "fiu":
        raise Failed(f"{name} has to hold numbers, and its entries are of type {array.dtype}.")
    if array.shape != wanted:
        raise Failed(f"{name} has to be of shape {wanted}, and it is of shape {array.shape}.")
    return array.astype(np.float64)


def _finite(name, array):
    broken = np.argwhere(~np.isfinite(array))
    if broken.size:
        index = ", ".join(map(str, broken[0]))
        raise _not_finite(f"{name}[{index}]", array[tuple(broken[0])])
    return array


def _not_finite(name, value):
    return Failed(
        f"{name} is not a finite number.", yours=f"{name} = {value}", wanted="a finite number"
    )


def _to_array(value):
    return "make an array of it with np.array(...)" if isinstance(value, list | tuple) else ""


def _what(value):
    """A value in a few words, with no address in them."""
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    return "a function" if callable(value) and not isinstance(value, type) else describe(value)
