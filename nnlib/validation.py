"""Questions that every room asks of what it is given, so that a mistake is met where it was made.

Each function returns its argument in the form the library works with, or raises an error that says
what came, what was wanted and what to do. None of them changes what it was given.
"""

import math
from numbers import Integral, Real

import numpy as np

INT64_END = np.float64(2**63)  # the first number that is too large for an int64


def check_number(value, name, *, positive=False, minimum=None, maximum=None, below=None):
    """Return `value` as a float: one finite number within the given limits.

    Raises TypeError for anything that is no real number (True and "0.1" included) and ValueError
    for NaN, infinity or a number outside the limits.

    >>> check_number(3, "learning_rate", positive=True)
    3.0
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
        raise TypeError(f"{name} expects a number, got {describe(value)}")
    wanted = _limits(positive, minimum, maximum, below)
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"{name} expects {wanted}, got one too large for a float") from None
    if not math.isfinite(number):
        raise ValueError(f"{name} expects {wanted}, got {number}: it must be finite")
    outside = (
        (positive and number <= 0)
        or (minimum is not None and number < minimum)
        or (maximum is not None and number > maximum)
        or (below is not None and number >= below)
    )
    if outside:
        raise ValueError(f"{name} expects {wanted}, got {number:g}")
    return number


def check_count(value, name, *, minimum=1):
    """Return `value` as an int: a whole number of at least `minimum`.

    >>> check_count(np.int64(10), "batch_size")
    10
    """
    if isinstance(value, bool | np.bool_) or not isinstance(value, Integral):
        raise TypeError(f"{name} expects a whole number, got {describe(value)}")
    if value < minimum:
        raise ValueError(f"{name} expects a whole number of at least {minimum}, got {value}")
    return int(value)


def check_rng(rng):
    """Return `rng`, a NumPy Generator: randomness is handed in, never taken from a global state."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng expects a NumPy generator, got {describe(rng)}: "
            "make one with np.random.default_rng(seed)"
        )
    return rng


def check_matrix(X, name="X", *, features=None):
    """Return `X` as an array of shape (n, features), a row an example, all its numbers finite."""
    X = _numeric(X, name)
    if X.ndim != 2:
        hint = "reshape one example to (1, features)" if X.ndim == 1 else "flatten each example"
        raise ValueError(
            f"{name} expects shape (n, features), a row an example, got shape {X.shape}: {hint}"
        )
    if X.size == 0:
        raise ValueError(
            f"{name} of shape {X.shape} is empty: it needs at least one example and one feature"
        )
    if features is not None and X.shape[1] != features:
        raise ValueError(
            f"{name} expects {features} features (columns), got {X.shape[1]} in shape {X.shape}"
        )
    return check_finite(X, name)


def check_vector(y, name="y", *, length=None):
    """Return `y` as an array of shape (n,), one finite number an example."""
    y = _numeric(y, name)
    if y.ndim != 1:
        raise ValueError(
            f"{name} expects shape (n,), a number an example, got shape {y.shape}: "
            f"flatten it with {name}.ravel()"
        )
    if y.size == 0:
        raise ValueError(f"{name} is empty: it needs at least one number")
    if length is not None and len(y) != length:
        raise ValueError(f"{name} expects {length} entries, got {len(y)}")
    return check_finite(y, name)


def check_whole(y, name="y", *, length=None):
    """Return `y` as whole numbers of shape (n,); those that come as floats (1.0, 2.0) as int64."""
    y = check_vector(y, name, length=length)
    if y.dtype.kind == "f":
        _refuse_entries(y != np.floor(y), y, f"{name} expects whole numbers (labels)")
    if y.dtype.kind in "fu":
        outside = (y < -INT64_END) | (y >= INT64_END)
        _refuse_entries(outside, y, f"{name} expects whole numbers of up to 64 bits")
    return y if y.dtype.kind in "iu" else y.astype(np.int64)


def check_labels(y, name="y", *, classes=None, length=None):
    """Return `y` as integer labels of shape (n,), each from 0 to `classes` - 1.

    Whole numbers that come as floats (1.0, 2.0) are taken; 1.5, -1 and `classes` are refused.
    """
    y = check_whole(y, name, length=length)
    outside = y < 0 if classes is None else (y < 0) | (y >= classes)
    wanted = "0 or more" if classes is None else f"from 0 to {classes - 1}"
    _refuse_entries(outside, y, f"{name} expects labels {wanted}")
    return y


def check_same_length(X, y, X_name="X", y_name="y"):
    """Raise ValueError unless `X` and the numbers `y` hold the same number of examples."""
    y = _numeric(y, y_name)
    if len(X) != len(y):
        raise ValueError(
            f"{X_name} holds {len(X)} examples and {y_name} {len(y)}: each example needs one target"
        )


def check_finite(array, name):
    """Return `array`; raise ValueError with the first place where it is NaN or infinite."""
    check_unmasked(array, name)
    if array.dtype.kind in "fc" and not np.isfinite(array).all():
        place = np.argwhere(~np.isfinite(array))[0]
        index = ", ".join(map(str, place))
        raise ValueError(
            f"{name}[{index}] is {array[tuple(place)]}: remove or replace entries that are not "
            "finite numbers"
        )
    return array


def as_floats(array):
    """`array` itself, or an array of whole numbers as float64: bytes would overflow and round."""
    return array if array.dtype.kind in "fc" else array.astype(np.float64)


def check_fits(array, name, dtype):
    """Return the finite `array`; raise ValueError for numbers beyond the largest of `dtype`."""
    dtype = np.dtype(dtype)
    if array.dtype.kind == "f" and array.dtype.itemsize > dtype.itemsize and array.size:
        largest, limit = max(-array.min(), array.max()), np.finfo(dtype).max
        if largest > limit:
            raise ValueError(
                f"{name} holds {largest:g}, too large for {dtype}, which ends at {limit:.2g}: "
                f"scale {name}"
            )
    return array


def check_unmasked(values, name):
    """Return `values`; raise ValueError for a masked array that hides some of its numbers.

    Nothing here looks at a mask: what it hides would be taken for data.
    """
    if np.ma.is_masked(values):
        raise ValueError(
            f"{name} has masked entries: leave those examples out, or put numbers in their place "
            f"with {name}.filled(value)"
        )
    return values


def check_fitted(model, name):
    """Raise ValueError unless `model` has the attribute `name`, which only `fit` sets."""
    if not hasattr(model, name):
        raise ValueError(f"{type(model).__name__} has learned nothing yet: call its fit first")


def describe(value):
    """Say in a few words what `value` is, for an error message.

    >>> describe("0.1"), describe(None), describe(np.zeros((2, 3)))
    ("the str '0.1'", 'None', 'an array of shape (2, 3)')
    """
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, type):
        return f"the class {value.__name__} (not an instance of it)"
    if isinstance(value, bool | int | float | complex | str | np.generic):
        return f"the {type(value).__name__} {value!r:.60}"
    return f"a value of type {type(value).__name__}"


def _numeric(values, name):
    """`values` as an array of real numbers, without a copy where it is one already."""
    check_unmasked(values, name)
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} expects rows of equal length: {error}") from None
    if array.dtype.kind not in "fiub":
        raise TypeError(
            f"{name} expects real numbers, got entries of type {array.dtype}: "
            "pass a list or an array of numbers"
        )
    return array


def _refuse_entries(wrong, y, expectation):
    """Raise ValueError with the first entry of y (n,) that is `wrong` (n,), if there is one."""
    if wrong.any():
        first = wrong.argmax()
        raise ValueError(f"{expectation}, got {y[first]} at index {first}")


def _limits(positive, minimum, maximum, below):
    """The wanted range in words."""
    parts = []
    if positive:
        parts.append("above 0")
    if minimum is not None:
        parts.append(f"of at least {minimum:g}")
    if maximum is not None:
        parts.append(f"of at most {maximum:g}")
    if below is not None:
        parts.append(f"below {below:g}")
    return "a number" + (" " + " and ".join(parts) if parts else "")
