"""Functions of a vector that a check hands to an answer: they can be read, copied and sent."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, repr=False)
class Formula:
    """A function of a vector v of `inputs` numbers, real or complex, written out as `text`.

    Its repr is what a reader types to get the same function.

    >>> f = Formula("3.0 * v[0] * v[1]", inputs=2)
    >>> f, float(f(np.array([2.0, 4.0])))
    (lambda v: 3.0 * v[0] * v[1], 24.0)
    """

    text: str
    inputs: int

    def __call__(self, v):
        if np.shape(v) != (self.inputs,):
            raise ValueError(
                f"f takes a vector of {self.inputs} numbers, and it got shape {np.shape(v)}"
            )
        return eval(self.text, {"v": np.asarray(v), "np": np})

    def __repr__(self):
        return f"lambda v: {self.text}"


def wavy(rng, size):
    """A smooth Formula of `size` inputs: sines of each, and a product of neighbours."""
    a, b, c = rng.integers(50, 200, 3) / 100
    product = f" + {b} * np.sum(v[1:] * v[:-1])" if size > 1 else ""
    return Formula(f"{a} * np.sum(np.sin(v)){product} + np.exp({c} * v[0])", size)
