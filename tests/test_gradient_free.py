"""Search without gradients: rules against their probabilities, results against known minima."""

import math

import numpy as np
import pytest
import scipy.stats

from nnlib.gradient_free import (
    BoltzmannAnnealing,
    CauchyAnnealing,
    CauchyBackprop,
    GeneticAlgorithm,
    Height,
    RandomPerturbation,
    Search,
    metropolis,
)

pytestmark = pytest.mark.filterwarnings("error")


def bowl(x):
    return float(((x - 1) ** 2).sum())


def bowl_gradient(x):
    return 2 * (x - 1)


def egg_box(x):
    """Rastrigin's, lowest at 0."""
    return float((10 + x**2 - 10 * np.cos(2 * np.pi * x)).sum())


METHODS = {
    "random perturbation": lambda: RandomPerturbation(0.3),
    "Boltzmann": lambda: BoltzmannAnnealing(0.05, scale=2.0),
    "Cauchy": lambda: CauchyAnnealing(5.0),
    "Cauchy and backprop": lambda: CauchyBackprop(bowl_gradient, temperature=5.0),
    "genetic": lambda: GeneticAlgorithm(population=20, spread=2.0),
}
every = pytest.mark.parametrize("name", METHODS)


def generator(seed=0):
    return np.random.default_rng(seed)


class TestEverySearch:
    @every
    def test_it_finds_the_bottom_of_a_bowl(self, name):
        for seed in range(3):
            found = METHODS[name]().minimize(
                bowl, [4.0, -3.0, 2.0], steps=3000, rng=generator(seed), target=0.05
            )
            assert found.value <= 0.05
            np.testing.assert_allclose(found.point, 1, atol=0.25)

    @every
    def test_what_it_reports(self, name):
        seen = []

        def watched(x):
            seen.append((bowl(x), x.copy()))
            return seen[-1][0]

        found = METHODS[name]().minimize(watched, [4.0, -3.0], steps=50, rng=generator())
        assert len(found.history) == 51 and found.history[0] == bowl(np.array([4.0, -3.0]))
        assert found.evaluations == len(seen) and not found.interrupted
        value, point = min(seen, key=lambda pair: pair[0])
        assert found.value == value and (found.point == point).all()
        assert bowl(found.point) == found.value <= min(found.history)

    @every
    def test_the_same_generator_finds_the_same(self, name):
        one, two = (
            METHODS[name]().minimize(bowl, [2.0, 3.0], steps=40, rng=generator(5)) for _ in range(2)
        )
        assert one.history == two.history and (one.point == two.point).all()
        other = METHODS[name]().minimize(bowl, [2.0, 3.0], steps=40, rng=generator(6))
        assert other.history != one.history

    @every
    def test_a_method_can_be_used_again(self, name):
        method = METHODS[name]()
        one, two = (method.minimize(bowl, [2.0, 3.0], steps=40, rng=generator(5)) for _ in range(2))
        assert one.history == two.history

    @every
    def test_the_start_is_not_changed_nor_are_points_by_the_function(self, name):
        start = np.array([4.0, -3.0])
        start.setflags(write=False)

        def rude(x):
            value = bowl(x)
            x[...] = math.nan
            return value

        method = METHODS[name]
        polite = method().minimize(bowl, start, steps=30, rng=generator())
        found = method().minimize(rude, start, steps=30, rng=generator())
        assert found.history == polite.history

    @every
    def test_interruption_returns_the_best_so_far(self, name):
        seen = []

        def watched(x):
            if len(seen) == 33:
                raise KeyboardInterrupt
            seen.append(bowl(x))
            return seen[-1]

        found = METHODS[name]().minimize(watched, [4.0, -3.0], steps=500, rng=generator())
        assert found.interrupted and found.value == min(seen) == bowl(found.point)
        assert found.evaluations in (33, 34)

    @every
    def test_points_without_a_value_are_not_taken(self, name):
        points = []

        def holed(x):
            points.append(x.copy())
            if x[0] < 1:
                return math.nan
            return math.inf if x[1] > 3 else -math.inf if x[1] < 0 else bowl(x)

        found = METHODS[name]().minimize(holed, [2.0, 2.0], steps=300, rng=generator())
        assert np.isfinite(found.history).all() and np.isfinite(found.value)
        assert found.point[0] >= 1 and 0 <= found.point[1] <= 3
        assert np.isfinite(points).all() and any(x[0] < 1 for x in points)

    @every
    def test_a_target_ends_it(self, name):
        found = METHODS[name]().minimize(bowl, [4.0, -3.0], steps=3000, rng=generator(), target=1.0)
        assert found.value <= 1.0 and len(found.history) < 2000
        at_once = METHODS[name]().minimize(bowl, [1.0], steps=9, rng=generator(), target=0)
        assert len(at_once.history) == 1 and at_once.evaluations == 1

    @every
    def test_no_steps(self, name):
        found = METHODS[name]().minimize(bowl, [4], steps=0, rng=generator())
        assert found.history == [9.0] and found.point.tolist() == [4.0]

    @every
    @pytest.mark.parametrize("rng", [None, 0, np.random.RandomState(0)])
    def test_randomness_is_handed_in(self, name, rng):
        with pytest.raises(TypeError, match=r"np.random.default_rng\(seed\)"):
            METHODS[name]().minimize(bowl, [1.0], steps=3, rng=rng)

    @every
    def test_repr(self, name):
        assert repr(METHODS[name]()).startswith(type(METHODS[name]()).__name__ + "(")

    @pytest.mark.parametrize(
        ("function", "start", "options", "error", "words"),
        [
            (bowl, [math.nan], {}, ValueError, r"start\[0\] is nan"),
            (bowl, [[1.0]], {}, ValueError, "start expects shape"),
            (bowl, [], {}, ValueError, "start is empty"),
            (bowl, [1.0], {"steps": -1}, ValueError, "steps expects"),
            (bowl, [1.0], {"steps": 1.5}, TypeError, "steps expects"),
            (bowl, [1.0], {"target": math.nan}, ValueError, "target expects"),
            ("bowl", [1.0], {}, TypeError, "function expects"),
            (lambda x: math.nan, [1.0], {}, ValueError, "value at start"),
            (lambda x: math.inf, [1.0], {}, ValueError, "value at start"),
            (lambda x: None, [1.0], {}, TypeError, "expects to return a number, got None"),
            (lambda x: x, [1.0, 2.0], {}, TypeError, "expects to return a number, got an array"),
            (lambda x: "low", [1.0], {}, TypeError, "expects to return a number"),
        ],
    )
    def test_refusals(self, function, start, options, error, words):
        with pytest.raises(error, match=words):
            RandomPerturbation().minimize(
                function, start, rng=generator(), **{"steps": 3} | options
            )


def test_errors_of_the_function_come_through():
    def broken(x):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        RandomPerturbation().minimize(broken, [1.0], steps=3, rng=generator())


class TestHillClimbing:
    def test_it_never_climbs(self):
        found = RandomPerturbation(0.5).minimize(egg_box, [2.2, 3.1], steps=300, rng=generator())
        assert all(np.diff(found.history) <= 0)
        assert found.value == found.history[-1]

    def test_its_steps_are_gaussian(self):
        points = []
        flat = RandomPerturbation(0.7)
        flat.minimize(lambda x: points.append(x) or 1.0, np.ones(3), steps=3000, rng=generator())
        steps = (np.array(points[1:]) - 1).ravel() / 0.7  # on a plain nothing is lower: all from 1
        assert scipy.stats.kstest(steps, "norm").pvalue > 0.01


class TestMetropolis:
    def test_down_and_level_always(self):
        rng = generator()
        before = rng.bit_generator.state["state"]
        assert all(metropolis(increase, 0.1, rng) for increase in (0, -1e-9, -math.inf))
        assert rng.bit_generator.state["state"] == before  # no luck was needed

    @pytest.mark.parametrize(("increase", "T"), [(0.1, 1.0), (1.0, 1.0), (3.0, 2.0)])
    def test_up_with_boltzmanns_probability(self, increase, T):
        rng = generator()
        taken = sum(metropolis(increase, T, rng) for _ in range(20_000))
        assert scipy.stats.binomtest(taken, 20_000, math.exp(-increase / T)).pvalue > 0.01

    def test_never_to_infinity_nor_when_it_is_cold(self):
        rng = generator()
        assert not any(metropolis(math.inf, 1e9, rng) for _ in range(100))
        assert not any(metropolis(1.0, 1e-300, rng) for _ in range(100))


class TestAnnealing:
    def test_cooling(self):
        """1 / log(1 + t) against 1 / (1 + t)."""
        slow, fast = BoltzmannAnnealing(2.0), CauchyAnnealing(2.0)
        for t in (1, 2, 10, 1000):
            assert slow.cool(t) == pytest.approx(2 / math.log(1 + t))
            assert fast.cool(t) == pytest.approx(2 / (1 + t))

    def test_boltzmann_visits_by_a_gaussian_of_variance_t(self):
        method, rng = BoltzmannAnnealing(scale=0.5), generator()
        steps = np.array([method.visit(np.zeros(2), 4.0, rng) for _ in range(3000)])
        assert scipy.stats.kstest(steps.ravel(), "norm", args=(0, 1.0)).pvalue > 0.01
        assert abs(np.corrcoef(steps.T)[0, 1]) < 0.06

    def test_cauchy_visits_by_a_cauchy_of_width_t(self):
        """Each coordinate of a Cauchy step in d dimensions is Cauchy; its length tells them apart.

        P(length < r) in 2 dimensions, from the density T / (2 pi (r**2 + T**2)**(3/2)), is
        1 - T / sqrt(r**2 + T**2).
        """
        method, rng = CauchyAnnealing(scale=0.5), generator()
        steps = np.array([method.visit(np.zeros(2), 4.0, rng) for _ in range(3000)])
        for coordinate in steps.T:
            assert scipy.stats.kstest(coordinate, "cauchy", args=(0, 2.0)).pvalue > 0.01
        lengths = np.hypot(*steps.T)
        assert scipy.stats.kstest(lengths, lambda r: 1 - 2 / np.hypot(r, 2)).pvalue > 0.01

    @pytest.mark.parametrize("method", [BoltzmannAnnealing(10.0), CauchyAnnealing(50.0)])
    def test_it_climbs_while_it_is_hot(self, method):
        found = method.minimize(egg_box, [2.2, 3.1], steps=300, rng=generator())
        assert max(np.diff(found.history)) > 0

    def test_a_step_is_judged_by_where_the_search_stands_and_not_by_the_best(self):
        """Up to 5 while it is hot; then, ice cold, down to 3, though it began at 0."""

        class Stairs(BoltzmannAnnealing):
            def cool(self, t):
                return 1e9 if t == 1 else 1e-300

            def visit(self, point, T, rng):
                return np.ones(1)

        def heights(x):
            return [0, 5, 3, 4][int(x[0])]

        found = Stairs().minimize(heights, [0.0], steps=3, rng=generator())
        assert found.history == [0, 5, 3, 3]
        assert found.value == 0 and found.point == [0]

    def test_it_leaves_a_valley_that_hill_climbing_stays_in(self):
        def median(method):
            runs = [
                method.minimize(egg_box, [3.0, -4.0], steps=2000, rng=generator(seed)).value
                for seed in range(9)
            ]
            return np.median(runs)

        stuck = median(RandomPerturbation(0.1))
        assert stuck > 15
        assert median(BoltzmannAnnealing(10.0, scale=0.3)) < 2
        assert median(CauchyAnnealing(50.0, scale=0.3)) < 5

    def test_the_gradients_share(self):
        x, T = np.array([3.0, -1.0]), 2.0
        jump = CauchyAnnealing().visit(x, T, generator(3))
        mixed = CauchyBackprop(bowl_gradient, learning_rate=0.1, mix=0.3)
        step = mixed.visit(x, T, generator(3))
        np.testing.assert_allclose(step, 0.7 * jump - 0.3 * 0.1 * bowl_gradient(x))

    def test_paralysis_and_its_cure(self):
        """A saturated sigmoid: descent stands still, with jumps it gets away in some runs."""

        def sigmoid(z):
            return 1 / (1 + np.exp(-np.clip(z, -500, 500)))

        def loss(x):
            return float(((sigmoid(x) - 0.5) ** 2).sum())

        def gradient(x):
            s = sigmoid(x)
            return 2 * (s - 0.5) * s * (1 - s)

        start = np.array([30.0])
        x = start.copy()
        for _ in range(2000):
            x -= 0.5 * gradient(x)
        assert loss(x) > 0.249
        method = CauchyBackprop(gradient, learning_rate=0.5, temperature=0.1, scale=300)
        values = [
            method.minimize(loss, start, steps=500, rng=generator(seed)).value for seed in range(20)
        ]
        assert sum(value < 0.01 for value in values) >= 5  # the others jumped past the slope

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda: RandomPerturbation(0), "scale expects"),
            (lambda: BoltzmannAnnealing(0), "temperature expects"),
            (lambda: CauchyAnnealing(1.0, scale=-1), "scale expects"),
            (lambda: CauchyAnnealing("hot"), "temperature expects"),
            (lambda: CauchyBackprop(3), "gradient expects a function"),
            (lambda: CauchyBackprop(bowl_gradient, 0), "learning_rate expects"),
            (lambda: CauchyBackprop(bowl_gradient, mix=1.5), "mix expects"),
        ],
    )
    def test_hyperparameters(self, make, words):
        with pytest.raises((TypeError, ValueError), match=words):
            make()

    def test_a_gradient_of_another_shape(self):
        method = CauchyBackprop(lambda x: x[:1])
        with pytest.raises(ValueError, match=r"shape \(2,\), got \(1,\)"):
            method.minimize(bowl, [1.0, 2.0], steps=3, rng=generator())


class TestGenetics:
    points = np.arange(20.0).reshape(10, 2)
    values = np.arange(10.0)

    def test_the_elite_lives_on(self):
        method = GeneticAlgorithm(population=10, elite=1, mutation=1.0, scale=5.0)
        found = method.minimize(egg_box, [1.0, 2.0], steps=50, rng=generator())
        assert all(np.diff(found.history) <= 0)
        assert found.evaluations == 10 + 50 * 9
        mortal = GeneticAlgorithm(population=10, elite=0, mutation=1.0, scale=5.0)
        found = mortal.minimize(egg_box, [1.0, 2.0], steps=50, rng=generator())
        assert max(np.diff(found.history)) > 0

    def test_selection_prefers_the_better(self):
        """The best of three out of ten is number k with probability ((10-k)^3 - (9-k)^3) / 1000."""
        method = GeneticAlgorithm(tournament=3)
        chosen = method.select(self.points, self.values, 20_000, generator())
        counts = np.bincount((chosen[:, 0] / 2).astype(int), minlength=10)
        expected = [20_000 * ((10 - k) ** 3 - (9 - k) ** 3) / 1000 for k in range(10)]
        assert scipy.stats.chisquare(counts, expected).pvalue > 0.01

    def test_crossover_takes_each_coordinate_from_one_parent(self):
        method = GeneticAlgorithm(crossover=1.0, mutation=0.0, tournament=1)
        children = method.breed(self.points, self.values, 4000, generator())
        assert set(children[:, 0]) <= set(self.points[:, 0])
        assert set(children[:, 1]) <= set(self.points[:, 1])
        mixed = (children[:, 1] - children[:, 0] != 1).mean()
        assert mixed == pytest.approx(0.5 * 0.9, abs=0.03)  # and parents are one in a tenth

    def test_without_crossover_and_mutation_children_are_copies(self):
        method = GeneticAlgorithm(crossover=0.0, mutation=0.0)
        children = method.breed(self.points, self.values, 100, generator())
        assert (children[:, 1] - children[:, 0] == 1).all()

    def test_mutation_changes_its_share(self):
        method = GeneticAlgorithm(crossover=0.0, mutation=0.3, scale=0.01)
        children = method.breed(self.points, self.values, 5000, generator())
        changes = children - children.round()
        assert (changes != 0).mean() == pytest.approx(0.3, abs=0.02)
        assert changes[changes != 0].std() == pytest.approx(0.01, rel=0.05)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"population": 1}, "population expects"),
            ({"elite": -1}, "elite expects"),
            ({"elite": 40}, "elite expects fewer than the population of 40"),
            ({"tournament": 0}, "tournament expects"),
            ({"crossover": 1.1}, "crossover expects"),
            ({"mutation": -0.1}, "mutation expects"),
            ({"scale": 0}, "scale expects"),
            ({"spread": math.nan}, "spread expects"),
        ],
    )
    def test_hyperparameters(self, options, words):
        with pytest.raises((TypeError, ValueError), match=words):
            GeneticAlgorithm(**options)


def test_a_point_that_is_not_finite_is_not_evaluated():
    height = Height(bowl)
    assert height(np.array([1.0, math.inf])) == math.inf
    assert height.evaluations == 0


def test_a_search_of_ones_own():
    with pytest.raises(NotImplementedError, match="write its walk method"):
        Search().minimize(bowl, [1.0], steps=1, rng=generator())
