"""The arithmetic of circuits: each gate's formula forward, its derivatives backward (chapter 1).

Every gate here takes numbers, or arrays of one shape. What is said of errors holds for numbers;
arrays follow NumPy's rules, with inf and nan where a number would be refused.
"""

import math
from operator import mul

import numpy as np

from nnlib.gates.gate import Gate
from nnlib.validation import check_number


class Add(Gate):
    """x + y. Hands the gradient on to both: each input moves the output one to one."""

    __slots__ = ()
    symbol = "+"

    def forward(self, x, y):
        return x + y

    def backward(self, grad):
        return grad, grad


class Subtract(Gate):
    """x - y."""

    __slots__ = ()
    symbol = "−"

    def forward(self, x, y):
        return x - y

    def backward(self, grad):
        return grad, -grad


class Negate(Gate):
    """-x."""

    __slots__ = ()
    symbol = "−"

    def forward(self, x):
        return -x

    def backward(self, grad):
        return -grad


class Multiply(Gate):
    """x * y. Swaps: each input gets the gradient times the other input's value."""

    __slots__ = ("x", "y")
    symbol = "×"

    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y

    def backward(self, grad):
        return grad * self.y, grad * self.x


class Divide(Gate):
    """x / y, with dx = 1/y and dy = -x/y². Raises ZeroDivisionError where y is 0."""

    __slots__ = ("x", "y")
    symbol = "÷"

    def forward(self, x, y):
        if not isinstance(y, np.ndarray) and y == 0:
            raise ZeroDivisionError(f"the divide gate got {x} / 0: keep its second input off zero")
        self.x, self.y = x, y
        return x / y

    def backward(self, grad):
        return grad / self.y, -grad * self.x / self.y / self.y


class Power(Gate):
    """x ** n for a fixed number n, with the derivative n x^(n-1).

    Raises ValueError where the power is no real number, (-8) ** 0.5, and ZeroDivisionError where
    it or its derivative would be infinite, at x = 0.
    """

    __slots__ = ("n", "x")

    def __init__(self, n):
        self.n = check_number(n, "exponent")

    @property
    def symbol(self):
        return f"^{self.n:g}"

    def settings(self):
        return {"n": self.n}

    def forward(self, x):
        self.x = x
        if isinstance(x, np.ndarray):
            return x**self.n
        if x < 0 and not self.n.is_integer():
            raise ValueError(f"the power gate got ({x:g}) ** {self.n:g}, which is no real number")
        return _power(x, self.n, f"the power gate got ({x:g}) ** {self.n:g}")

    def backward(self, grad):
        if not self.n:
            return 0 * grad
        if isinstance(self.x, np.ndarray):
            return grad * self.n * self.x ** (self.n - 1)
        words = f"the slope of ({self.x:g}) ** {self.n:g}"
        return grad * self.n * _power(self.x, self.n - 1, words)


class Raise(Gate):
    """x ** y with both moving: dx = y x^(y-1), dy = x^y log x.

    Raises ValueError where x is not above 0: there x ** y is no smooth function of y.
    """

    __slots__ = ("value", "x", "y")
    symbol = "xʸ"

    def forward(self, x, y):
        if not isinstance(x, np.ndarray) and x <= 0:
            raise ValueError(
                f"x ** y of two wires got x = {x:g}: x has to be above 0 (a plain number as "
                "exponent, x ** 3, takes any x)"
            )
        self.x, self.y = x, y
        self.value = x**y if isinstance(x, np.ndarray) else _power(x, y, f"{x:g} ** {y:g}")
        return self.value

    def backward(self, grad):
        log = np.log if isinstance(self.x, np.ndarray) else math.log
        return grad * self.y * self.value / self.x, grad * self.value * log(self.x)


class Exp(Gate):
    """e ** x, which is its own derivative. Raises OverflowError above x = 709.78."""

    __slots__ = ("y",)
    symbol = "exp"

    def forward(self, x):
        if isinstance(x, np.ndarray):
            self.y = np.exp(x)
            return self.y
        try:
            self.y = math.exp(x)
        except OverflowError:
            raise OverflowError(
                f"the exp gate got {x:g}: beyond 709.78 the result is too large for a float"
            ) from None
        return self.y

    def backward(self, grad):
        return grad * self.y


class Log(Gate):
    """The natural logarithm, with the derivative 1/x. Raises ValueError where x is not above 0."""

    __slots__ = ("x",)
    symbol = "log"

    def forward(self, x):
        self.x = x
        if isinstance(x, np.ndarray):
            return np.log(x)
        if x <= 0:
            raise ValueError(f"the log gate got {x:g}: only numbers above 0 have a logarithm")
        return math.log(x)

    def backward(self, grad):
        return grad / self.x


class Maximum(Gate):
    """max(x, y). A switch: the larger input gets the gradient; where they tie, each gets half."""

    __slots__ = ("share",)  # of the gradient, for x
    symbol = "max"

    def forward(self, x, y):
        if isinstance(x, np.ndarray) or isinstance(y, np.ndarray):
            self.share = np.where(x == y, 0.5, np.greater(x, y))
            return np.maximum(x, y)
        self.share = 0.5 if x == y else float(x > y)
        return x if x > y else y

    def backward(self, grad):
        return grad * self.share, grad * (1 - self.share)


class Dot(Gate):
    """w1 x1 + ... + wn xn, and + b where a last, odd input is given: a neuron's sum in one gate.

    Inputs in this order: all w, all x, then b. Each w gets the gradient times its x, each x the
    gradient times its w.
    """

    __slots__ = ("w", "x", "has_bias")
    symbol = "w·x"

    def forward(self, *inputs):
        n, self.has_bias = divmod(len(inputs), 2)
        self.w, self.x = inputs[:n], inputs[n : 2 * n]
        bias = inputs[-1] if self.has_bias else 0.0
        return sum(map(mul, self.w, self.x), bias)

    def backward(self, grad):
        return (
            *[grad * x for x in self.x],
            *[grad * w for w in self.w],
            *([grad] if self.has_bias else []),
        )


def _power(x, n, words):
    """x ** n of two numbers; where it is infinite, an error that says whose it was."""
    try:
        return x**n
    except ZeroDivisionError:
        raise ZeroDivisionError(f"{words}, which is infinite: keep x off zero") from None
    except OverflowError:
        raise OverflowError(f"{words}: the result is too large for a float") from None
