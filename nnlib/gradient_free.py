"""Looking for a minimum with no gradient at all: try a point, keep it or not (chapter 5).

Each method has `minimize(function, start, *, steps, rng)`. function(point) -> number is all it
asks, so it may have kinks, steps and noise. Ctrl-C ends a search and returns what it has found.
"""

import math
from dataclasses import dataclass

import numpy as np

from nnlib.validation import check_count, check_number, check_rng, check_vector, describe


@dataclass
class Found:
    """What a search found: the best `point` (n,) with its `value`, and how it got there.

    `history` holds the value at the start and then, after each step, the value where the search
    stood, which may be worse than before; `evaluations` counts the calls of the function;
    `interrupted` says whether Ctrl-C ended the search early.
    """

    point: np.ndarray
    value: float
    history: list
    evaluations: int
    interrupted: bool = False


class Search:
    """What the methods share; a subclass lays its steps in `walk`.

    >>> def bowl(x):
    ...     return x @ x
    >>> rng = np.random.default_rng(0)
    >>> found = RandomPerturbation(0.5).minimize(bowl, [3.0, -4.0], steps=500, rng=rng)
    >>> found.value < 0.01, found.evaluations
    (True, 501)
    """

    def minimize(self, function, start, *, steps, rng, target=None):
        """Search from the vector `start` (n,) for so many `steps`; return what was `Found`.

        The search ends early when a value of at most `target` is found. A point whose value is NaN
        or infinite is never taken. ValueError if the value at `start` is no finite number.
        """
        start = np.array(check_vector(start, "start"), dtype=np.float64)
        steps = check_count(steps, "steps", minimum=0)
        check_rng(rng)
        target = -math.inf if target is None else check_number(target, "target")
        height = Height(function)
        value = height(start)
        if not math.isfinite(value):
            raise ValueError(f"the function's value at start is {value}: start where it is finite")
        height.best = value, start.copy()
        history = [value]
        interrupted = False
        try:
            walk = self.walk(height, start, value, rng)
            while len(history) <= steps and height.best[0] > target:
                history.append(next(walk))
        except KeyboardInterrupt:
            interrupted = True
        return Found(height.best[1], height.best[0], history, height.evaluations, interrupted)

    def walk(self, height, point, value, rng):
        """Take steps without end from `point`, yielding after each the value where it stands."""
        raise NotImplementedError(f"{type(self).__name__} takes no steps: write its walk method")


class Height:
    """The function that is searched: it counts its calls and remembers the best point."""

    def __init__(self, function):
        if not callable(function):
            raise TypeError(f"function expects one that takes a point, got {describe(function)}")
        self.function = function
        self.evaluations = 0
        self.best = math.inf, None

    def __call__(self, point):
        """The value at `point`, or infinity where it is NaN or the point itself is not finite."""
        if not np.isfinite(point).all():
            return math.inf
        self.evaluations += 1
        value = self.function(point.copy())
        try:
            value = float(value)
        except (TypeError, ValueError):
            raise TypeError(f"function expects to return a number, got {describe(value)}") from None
        if math.isnan(value) or value == -math.inf:
            return math.inf
        if value < self.best[0]:
            self.best = value, point.copy()
        return value


class RandomPerturbation(Search):
    """Nudge all coordinates at random; keep the new point if it is lower. Hill climbing, downhill.

    x_new = x + scale * N(0, 1),    kept if f(x_new) < f(x)

    Source: Brooks, 1958; Matyas, 1965.
    """

    def __init__(self, scale=0.1):
        self.scale = check_number(scale, "scale", positive=True)

    def walk(self, height, point, value, rng):
        while True:
            tried = point + self.scale * rng.standard_normal(point.size)
            tried_value = height(tried)
            if tried_value < value:
                point, value = tried, tried_value
            yield value

    def __repr__(self):
        return f"RandomPerturbation(scale={self.scale!r})"


def metropolis(increase, temperature, rng):
    """Whether to take a step that raises the value by `increase`.

    Always, if it doesn't; else with probability exp(-increase / temperature).

    Source: Metropolis et al., 1953.
    """
    return increase <= 0 or rng.random() < math.exp(-increase / temperature)


class Annealing(Search):
    """A metal that cools: hot, it jumps about and climbs often; cold, it settles.

    x_new = x + a random step, the wider the hotter; taken by the rule of `metropolis`. A subclass
    says in `cool` how the temperature falls and in `visit` how steps are drawn. `scale` multiplies
    the steps.
    """

    def __init__(self, temperature=1.0, scale=1.0):
        self.temperature = check_number(temperature, "temperature", positive=True)
        self.scale = check_number(scale, "scale", positive=True)

    def walk(self, height, point, value, rng):
        t = 0
        while True:
            t += 1
            T = self.cool(t)
            tried = point + self.visit(point, T, rng)
            tried_value = height(tried)
            if metropolis(tried_value - value, T, rng):
                point, value = tried, tried_value
            yield value

    def cool(self, t):
        """The temperature of step t = 1, 2, ..."""
        raise NotImplementedError(f"{type(self).__name__} doesn't cool: write its cool method")

    def visit(self, point, T, rng):
        """A random step from `point` at temperature T."""
        raise NotImplementedError(f"{type(self).__name__} takes no steps: write its visit method")

    def __repr__(self):
        return f"{type(self).__name__}(temperature={self.temperature!r}, scale={self.scale!r})"


class BoltzmannAnnealing(Annealing):
    """Simulated annealing with Gaussian steps; so slow a cooling that none can be faster.

        T = temperature / log(1 + t)
        step = scale * sqrt(T) * N(0, 1)

    Source: Kirkpatrick, Gelatt and Vecchi, 1983; for the cooling Geman and Geman, 1984.
    """

    def cool(self, t):
        return self.temperature / math.log(1 + t)

    def visit(self, point, T, rng):
        return self.scale * math.sqrt(T) * rng.standard_normal(point.size)


class CauchyAnnealing(Annealing):
    """Fast simulated annealing: Cauchy steps, mostly short and now and then very long.

        T = temperature / (1 + t)
        step = scale * T * N(0, 1) / abs(N(0, 1))     one divisor for all coordinates

    The long steps leave a valley even when it is cold, so it may cool much faster.

    Source: Szu and Hartley, 1987.
    """

    def cool(self, t):
        return self.temperature / (1 + t)

    def visit(self, point, T, rng):
        normal = rng.standard_normal(point.size + 1)
        divisor = max(abs(normal[-1]), 1e-300)  # 0 would make the step infinite
        return self.scale * T * (normal[:-1] / divisor)


class CauchyBackprop(CauchyAnnealing):
    """Cauchy annealing mixed with backpropagation: the gradient leads, the jumps get it unstuck.

        step = (1 - mix) * Cauchy step - mix * learning_rate * gradient(x)

    gradient(x) is the gradient of the function at x. It was made against "network paralysis": when
    large weights saturate the units, gradients are near 0, and only a jump gets away.

    Source: Wasserman, 1988.
    """

    def __init__(self, gradient, learning_rate=0.1, mix=0.5, temperature=1.0, scale=1.0):
        super().__init__(temperature, scale)
        if not callable(gradient):
            raise TypeError(f"gradient expects a function of a point, got {describe(gradient)}")
        self.gradient = gradient
        self.learning_rate = check_number(learning_rate, "learning_rate", positive=True)
        self.mix = check_number(mix, "mix", minimum=0, maximum=1)

    def visit(self, point, T, rng):
        jump = super().visit(point, T, rng)
        g = np.asarray(self.gradient(point.copy()))
        if g.shape != point.shape:
            raise ValueError(f"gradient expects to return shape {point.shape}, got {g.shape}")
        return (1 - self.mix) * jump - self.mix * self.learning_rate * g


class GeneticAlgorithm(Search):
    """A population that breeds: the better of a few become parents, children mix their numbers.

    One step is one generation. The first is `population` - 1 points around the start, as far as
    `spread`, and the start. The `elite` best live on as they are. The others make room for
    children: each has two parents, either the best of `tournament` drawn at random; it takes each
    coordinate from one of them (uniform crossover), or, with probability 1 - `crossover`, all from
    the first; and each coordinate is changed with probability `mutation`, by scale * N(0, 1).

    Source: Holland, 1975; Goldberg, 1989; uniform crossover: Syswerda, 1989.
    """

    def __init__(
        self,
        population=40,
        elite=2,
        tournament=3,
        crossover=0.9,
        mutation=0.2,
        scale=0.1,
        spread=1.0,
    ):
        self.population = check_count(population, "population", minimum=2)
        self.elite = check_count(elite, "elite", minimum=0)
        if self.elite >= self.population:
            raise ValueError(
                f"elite expects fewer than the population of {population}, got {elite}: "
                "someone has to make room for children"
            )
        self.tournament = check_count(tournament, "tournament")
        self.crossover = check_number(crossover, "crossover", minimum=0, maximum=1)
        self.mutation = check_number(mutation, "mutation", minimum=0, maximum=1)
        self.scale = check_number(scale, "scale", positive=True)
        self.spread = check_number(spread, "spread", positive=True)

    def walk(self, height, point, value, rng):
        points = point + self.spread * rng.standard_normal((self.population, point.size))
        points[0] = point
        values = np.array([value, *(height(child) for child in points[1:])])
        while True:
            order = np.argsort(values, kind="stable")[: self.elite]
            children = self.breed(points, values, self.population - self.elite, rng)
            points = np.concatenate([points[order], children])
            values = np.concatenate([values[order], [height(child) for child in children]])
            yield float(values.min())

    def breed(self, points, values, count, rng):
        """`count` children (count, n) of the `points` (population, n) with these `values`."""
        first, second = (self.select(points, values, count, rng) for _ in range(2))
        mixed = rng.random((count, 1)) < self.crossover
        children = np.where(mixed & (rng.random(first.shape) < 0.5), second, first)
        changed = rng.random(first.shape) < self.mutation
        return children + changed * (self.scale * rng.standard_normal(first.shape))

    def select(self, points, values, count, rng):
        """`count` parents, each the best of a few that are drawn at random."""
        drawn = rng.integers(len(points), size=(count, self.tournament))
        return points[drawn[np.arange(count), values[drawn].argmin(axis=1)]]

    def __repr__(self):
        words = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"GeneticAlgorithm({words})"
