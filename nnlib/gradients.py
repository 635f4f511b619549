"""Gradients found by trying: nudge each input, see what the output does (chapter 1).

They are slow, n inputs cost n or 2n runs of the function, and they need no calculus. That makes
them the judge of every backward pass in this library: `check_gradient`.

Sources: central differences and the choice of the step, Press et al., Numerical Recipes (2007),
section 5.7; the complex step, Lyness and Moler (1967), Squire and Trapp (1998).
"""

from dataclasses import dataclass

import numpy as np

from nnlib.validation import check_finite, check_number, describe

EPSILON = np.finfo(np.float64).eps  # the spacing of floats around 1: 2.2e-16


def forward_difference(f, x, h=None):
    """The gradient of `f` at `x` by (f(x + h) - f(x)) / h, one input at a time.

    `f` takes an array of x's shape (or a number) and returns one number. The error is of the order
    of h; rounding adds about 1e-16 / h. The default h, 1.5e-8 max(1, |x|), balances the two and
    leaves about 8 digits. Costs n + 1 runs. Returns a float for a number, an array for an array.
    """
    start = _value(f, _point(x))
    return _each_input(
        x, h, EPSILON ** (1 / 2), lambda nudged, h: (_value(f, nudged(h)) - start) / h
    )


def central_difference(f, x, h=None):
    """The gradient of `f` at `x` by (f(x + h) - f(x - h)) / 2h, one input at a time.

    The error is of the order of h²; the default h, 6e-6 max(1, |x|), leaves about 11 digits.
    Costs 2n runs.

    >>> central_difference(lambda v: v[0] * v[1], np.array([-2.0, 3.0])).round(6)
    array([ 3., -2.])
    """

    def slope(nudged, h):
        return (_value(f, nudged(h)) - _value(f, nudged(-h))) / (2 * h)

    return _each_input(x, h, EPSILON ** (1 / 3), slope)


def complex_step(f, x, h=1e-20):
    """The gradient of an analytic `f` at `x` by Im f(x + ih) / h, exact to the last digit or two.

    Nothing is subtracted, so nothing cancels and h may be as small as we like. `f` has to take
    complex numbers all the way through: max, abs and comparisons break it, and a result that isn't
    complex is refused with a TypeError. Costs n runs.
    """

    def slope(nudged, h):
        value = _number(f(nudged(1j * h)))
        if not np.isfinite(value):
            raise ValueError(f"f returned {value}: the complex step needs finite values")
        if not np.iscomplexobj(value):
            raise TypeError(
                f"complex_step needs f to return a complex number, got {describe(value)}: "
                "somewhere f drops the imaginary part"
            )
        return value.imag / h

    return _each_input(x, h, h, slope)


@dataclass(frozen=True)
class GradientCheck:
    """What `check_gradient` found; true where the gradient stands. Print it to read it.

    `errors` has the gradient's shape; `index` is the place of the largest, where `claimed` and
    `measured` are the two derivatives.
    """

    errors: np.ndarray
    index: tuple
    claimed: float
    measured: float
    tolerance: float

    @property
    def error(self):
        """The largest relative error."""
        return float(self.errors[self.index])

    def __bool__(self):
        return self.error <= self.tolerance

    def __str__(self):
        place = f"[{', '.join(map(str, self.index))}]" if self.index else ""
        if self:
            return f"gradient checked: {self.errors.size} entries within {self.tolerance:.0e}"
        wrong = int((~(self.errors <= self.tolerance)).sum())
        return (
            f"gradient wrong in {wrong} of {self.errors.size} entries; the worst is entry{place}: "
            f"claimed {self.claimed:.6g}, measured {self.measured:.6g} "
            f"(relative error {self.error:.1e}, allowed {self.tolerance:.0e})"
        )


def check_gradient(f, gradient, x, *, method=central_difference, tolerance=1e-7):
    """Compare a claimed gradient with a measured one, entry by entry; a GradientCheck comes back.

    `gradient` is an array of x's shape, or a function that computes it at x. The error of an entry
    is |claimed - measured| over the larger of the two, but over a thousandth of the largest
    measured entry at least, below which differences drown in rounding.

    >>> v = np.array([-2.0, 3.0])
    >>> print(check_gradient(lambda v: v[0] * v[1], np.array([3.0, 2.0]), v))
    gradient wrong in 1 of 2 entries; the worst is entry[1]: claimed 2, measured -2 \
(relative error 2.0e+00, allowed 1e-07)
    """
    tolerance = check_number(tolerance, "tolerance", positive=True)
    claimed = np.asarray(gradient(_point(x)) if callable(gradient) else gradient)
    measured = np.asarray(method(f, x))
    if claimed.shape != measured.shape:
        raise ValueError(
            f"the gradient expects the shape of x, {measured.shape}, got shape {claimed.shape}"
        )
    difference = np.abs(claimed - measured)
    scale = np.maximum(np.abs(claimed), np.abs(measured))
    scale = np.maximum(scale, 1e-3 * np.abs(measured).max())
    errors = np.divide(difference, scale, out=np.zeros_like(scale, float), where=scale > 0)
    errors[np.isnan(difference)] = np.inf
    index = np.unravel_index(errors.argmax(), errors.shape)
    return GradientCheck(
        errors, tuple(map(int, index)), float(claimed[index]), float(measured[index]), tolerance
    )


def _each_input(x, h, relative_step, slope):
    """The array of `slope(nudged, h)`, where `nudged(d)` is x with one input moved by d."""
    x = _point(x)
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        step = relative_step * max(1.0, abs(x[index])) if h is None else check_number(h, "h")
        if step <= 0:
            raise ValueError(f"h expects a number above 0, got {step:g}")

        def nudged(d, index=index):
            moved = x.astype(complex) if isinstance(d, complex) else x.copy()
            moved[index] += d
            if moved[index] == x[index]:
                raise ValueError(
                    f"h = {abs(d):g} is lost in rounding beside {x[index]:g}: take a larger one"
                )
            return moved if moved.shape else moved[()]

        gradient[index] = slope(nudged, step)
    return gradient if gradient.shape else float(gradient)


def _point(x):
    """`x` as an array of floats; a copy, so that `f` can't change what was lent."""
    x = np.array(x)
    if x.dtype.kind not in "fiu" or x.size == 0:
        raise TypeError(f"x expects real numbers, at least one, got {describe(x)} of {x.dtype}")
    return check_finite(x.astype(np.float64), "x")


def _value(f, x):
    """The number f(x)."""
    value = _number(f(x if np.shape(x) else float(x)))
    if np.iscomplexobj(value):
        raise TypeError(f"f returned {value} at {x}: differences need a real number")
    if not np.isfinite(value):
        raise ValueError(f"f returned {value} at {x}: differences need finite values")
    return float(value)


def _number(value):
    """`value` as one NumPy number; an array of more than one is refused."""
    number = np.asarray(value)
    if number.dtype.kind not in "fciub":
        raise TypeError(f"f has to return one number, got {describe(value)}")
    if number.size != 1:
        raise ValueError(f"f has to return one number, got {describe(number)}")
    return number.reshape(())[()]
