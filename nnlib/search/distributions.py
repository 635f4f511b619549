"""Where hyperparameters are drawn from (chapter 6).

A learning rate of 0.001 and one of 0.01 differ as 0.01 and 0.1 do: draw it with `LogUniform`.
"""

import math

from nnlib.validation import check_count, check_number, describe


class Distribution:
    """A hyperparameter's range. `sample(rng)` draws a value from it.

    `for_optuna(distributions)` says the same to optuna, whose module of distributions it is given,
    and `value_of(drawn)` makes the hyperparameter of what optuna drew.
    """

    def sample(self, rng):
        raise NotImplementedError(f"{type(self).__name__} needs a method sample(rng)")

    def for_optuna(self, distributions):
        raise NotImplementedError(f"{type(self).__name__} needs a method for_optuna(distributions)")

    def value_of(self, drawn):
        return drawn

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{value!r}' for value in vars(self).values())})"


class _Range(Distribution):
    def __init__(self, low, high):
        self.low, self.high = check_number(low, "low"), check_number(high, "high")
        _check_order(self)


class Uniform(_Range):
    """Any number from `low` to `high`."""

    def sample(self, rng):
        return float(rng.uniform(self.low, self.high))

    def for_optuna(self, distributions):
        return distributions.FloatDistribution(self.low, self.high)


class LogUniform(_Range):
    """Any number from `low`, above 0, to `high`: each power of ten is as likely as the next.

    >>> import numpy as np
    >>> round(LogUniform(1e-4, 1).sample(np.random.default_rng(0)), 4)
    0.0353
    """

    def __init__(self, low, high):
        super().__init__(check_number(low, "low", positive=True), high)

    def sample(self, rng):
        value = math.exp(rng.uniform(math.log(self.low), math.log(self.high)))
        return min(max(value, self.low), self.high)  # which rounding may miss by a hair

    def for_optuna(self, distributions):
        return distributions.FloatDistribution(self.low, self.high, log=True)


class IntUniform(Distribution):
    """Any whole number from `low` to `high`, both included."""

    def __init__(self, low, high):
        self.low = check_count(low, "low", minimum=-(2**53))
        self.high = check_count(high, "high", minimum=-(2**53))
        _check_order(self)

    def sample(self, rng):
        return int(rng.integers(self.low, self.high, endpoint=True))

    def for_optuna(self, distributions):
        return distributions.IntDistribution(self.low, self.high)


class Choice(Distribution):
    """One of the `options`, a list of anything: numbers, `[Sigmoid(), ReLU()]`, classes, None."""

    def __init__(self, options):
        self.options = check_options(options, "options")

    def sample(self, rng):
        return self.options[rng.integers(len(self.options))]

    def for_optuna(self, distributions):
        return distributions.CategoricalDistribution(range(len(self.options)))

    def value_of(self, drawn):
        return self.options[drawn]


def check_options(options, name):
    """Return `options` as a list that is not empty."""
    if isinstance(options, str | dict | Distribution) or not hasattr(options, "__iter__"):
        raise TypeError(f"{name} expects a list of values, got {describe(options)}")
    options = list(options)
    if not options:
        raise ValueError(f"{name} is empty: it needs at least one value")
    return options


def _check_order(distribution):
    if distribution.low >= distribution.high:
        raise ValueError(f"{distribution} expects low < high")
