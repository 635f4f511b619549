"""What every optimizer owes its parameters: any kind, in place, resumable, or a clear refusal."""

import copy
import math
import pickle
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.gates import Parameter, Unit
from nnlib.layers import Dense
from nnlib.losses import SquaredError
from nnlib.network import Network
from nnlib.optimizers import (
    LBFGS,
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    ClipNorm,
    ClipValue,
    Gains,
    GradientNoise,
    Momentum,
    Nesterov,
    NonFiniteGradient,
    Optimizer,
    RMSprop,
    Rprop,
    pieces,
    transforms,
)
from nnlib.optimizers.transforms import norm
from nnlib.schedules import CosineDecay, ReduceOnPlateau

pytestmark = pytest.mark.filterwarnings("error")

KINDS = {
    "SGD": lambda **more: SGD(0.1, **more),
    "Momentum": lambda **more: Momentum(0.1, **more),
    "Nesterov": lambda **more: Nesterov(0.1, **more),
    "Gains": lambda **more: Gains(0.1, **more),
    "Rprop": lambda **more: Rprop(0.1, **more),
    "Rprop-": lambda **more: Rprop(0.1, backtracking=False, **more),
    "Adagrad": lambda **more: Adagrad(0.1, **more),
    "Adadelta": lambda **more: Adadelta(**more),
    "RMSprop": lambda **more: RMSprop(0.1, **more),
    "Adam": lambda **more: Adam(0.1, **more),
    "AdamW": lambda **more: AdamW(0.1, weight_decay=0.01, **more),
}
every = pytest.mark.parametrize("kind", KINDS)


def thing(value, grad, **more):
    """The least that an optimizer can work with."""
    return SimpleNamespace(value=value, grad=grad, **more)


def adam_state(steps, m, v):
    return {"kind": "Adam", "steps": steps, "m": m, "v": v}


def walk(optimizer, parameters, gradients):
    """Take a step for each row of `gradients`, spread over arrays and numbers in their order."""
    for row in gradients:
        for parameter in parameters:
            size = np.size(parameter.value)
            if isinstance(parameter.value, np.ndarray):
                parameter.grad[...] = row[:size].reshape(parameter.value.shape)
            else:
                parameter.grad = float(row[0])
            row = row[size:]
        optimizer.step(parameters)
    return np.concatenate([np.ravel(parameter.value) for parameter in parameters])


def random_gradients(steps, size, seed=0):
    return np.random.default_rng(seed).standard_normal((steps, size))


class TestAnyKindOfParameter:
    @every
    @given(
        split=st.lists(st.integers(1, 7), min_size=1, max_size=4),
        numbers=st.integers(0, 3),
        seed=st.integers(0, 99),
    )
    @settings(max_examples=15, deadline=None)
    def test_units_and_arrays_take_the_same_steps(self, kind, split, numbers, seed):
        size = sum(split) + numbers
        gradients = random_gradients(5, size, seed)
        start = np.random.default_rng(seed).standard_normal(size)
        units = [Unit(value) for value in start]
        arrays = [Parameter(part) for part in np.split(start, np.cumsum(split))[: len(split)]]
        mixed = arrays + [Unit(value) for value in start[sum(split) :]]
        one = walk(KINDS[kind](), units, gradients)
        np.testing.assert_array_equal(walk(KINDS[kind](), mixed, gradients), one)

    @every
    def test_blocks_are_invisible(self, kind, monkeypatch):
        gradients = random_gradients(6, 23)
        whole = walk(KINDS[kind](), [Parameter(np.ones(23))], gradients)
        monkeypatch.setattr(pieces, "BLOCK", 5)
        cut = walk(KINDS[kind](), [Parameter(np.ones(23))], gradients)
        np.testing.assert_array_equal(cut, whole)

    @every
    def test_float32_stays_float32_and_follows_float64(self, kind):
        gradients = random_gradients(20, 12)
        single = Parameter(np.ones((3, 4), np.float32))
        array = single.value
        path = walk(KINDS[kind](), [single], gradients)
        assert single.value is array and path.dtype == np.float32
        double = walk(KINDS[kind](), [Parameter(np.ones((3, 4)))], gradients)
        np.testing.assert_allclose(path, double, rtol=2e-4, atol=2e-4)

    @every
    def test_arrays_are_changed_in_place_and_gradients_not(self, kind):
        parameter = Parameter(np.ones((2, 3)))
        value, grad = parameter.value, parameter.grad
        grad[...] = np.arange(6).reshape(2, 3) - 2.5
        before = grad.copy()
        KINDS[kind](transforms=[ClipValue(0.1)]).step([parameter])
        assert parameter.value is value and parameter.grad is grad
        assert (value != 1).all() and (grad == before).all()

    @every
    @pytest.mark.parametrize("lend", ["transposed", "strided", "reversed"])
    def test_any_memory_layout(self, kind, lend):
        make = {
            "transposed": lambda: np.ones((4, 3)).T,
            "strided": lambda: np.ones((6, 8))[::2, ::2],
            "reversed": lambda: np.ones((3, 4))[::-1],
        }[lend]
        gradients = random_gradients(5, 12)
        odd = thing(make(), make())
        array = odd.value
        expected = walk(KINDS[kind](), [Parameter(np.ones((3, 4)))], gradients)
        np.testing.assert_array_equal(walk(KINDS[kind](), [odd], gradients), expected)
        assert odd.value is array

    def test_a_transposed_gradient_beside_a_plain_value(self):
        w = thing(np.zeros((2, 3)), np.arange(6.0).reshape(3, 2).T)
        SGD(1).step([w])
        np.testing.assert_array_equal(w.value, [[0, -2, -4], [-1, -3, -5]])

    def test_a_gradient_of_whole_numbers_or_of_another_precision(self):
        w = thing(np.zeros(2, np.float32), np.array([1, 2]))
        SGD(0.5).step([w])
        assert w.value.tolist() == [-0.5, -1.0] and w.value.dtype == np.float32

    def test_arrays_may_be_replaced_between_steps(self):
        w = thing(np.zeros(3), np.ones(3))
        optimizer = Momentum(1, 0.5)
        optimizer.step([w])
        w.value, w.grad = np.full(3, 10.0), np.full(3, 2.0)
        optimizer.step([w])
        assert w.value.tolist() == [7.5] * 3  # v = -1, then 0.5 * -1 - 2

    def test_a_gradient_alone_may_be_replaced(self):
        w = thing(np.zeros(2), np.ones(2))
        optimizer = SGD(1)
        for slope in (1.0, 10.0, 100.0):
            w.grad = np.full(2, slope)
            optimizer.step([w])
        assert w.value.tolist() == [-111.0] * 2

    def test_numbers_stay_python_floats(self):
        w = thing(3, np.float32(2))
        SGD(0.5).step([w])
        assert type(w.value) is float and w.value == 2.0

    def test_an_empty_array_and_one_number_in_an_array(self):
        parameters = [Parameter(np.zeros((0, 3))), thing(np.array(1.0), np.array(2.0))]
        Adam(0.1).step(parameters)
        assert parameters[1].value == pytest.approx(0.9)

    def test_any_iterable_of_parameters(self):
        units = [Unit(1.0, grad=1.0), Unit(2.0, grad=1.0)]
        optimizer = SGD(0.5)
        optimizer.step(tuple(units))
        optimizer.step(unit for unit in units)
        assert [unit.value for unit in units] == [0.0, 1.0]


class TestFirstSteps:
    """From zero memory and a gradient of (3, -0.5), each worked out on paper."""

    @pytest.mark.parametrize(
        ("optimizer", "moves"),
        [
            (SGD(0.1), [-0.3, 0.05]),
            (Momentum(0.1, 0.9), [-0.3, 0.05]),
            (Nesterov(0.1, 0.9), [-0.57, 0.095]),  # (1 + 0.9) * 0.1 * g
            (Gains(0.1), [-0.3, 0.05]),
            (Rprop(0.1), [-0.1, 0.1]),
            (Adagrad(0.1), [-0.1, 0.1]),  # g / sqrt(g**2)
            (RMSprop(0.1, 0.99), [-1.0, 1.0]),  # g / sqrt(0.01 g**2)
            (Adadelta(1.0, 0.99, 1e-6), [-0.00999994444, 0.0099980006]),
            (Adam(0.1), [-0.1, 0.1]),
            (AdamW(0.1, weight_decay=0.5), [-0.6, -0.4]),  # and half of w = 1
        ],
        ids=lambda case: repr(case) if isinstance(case, Optimizer) else "",
    )
    def test_first_step(self, optimizer, moves):
        w = thing(np.ones(2), np.array([3.0, -0.5]))
        optimizer.step([w])
        np.testing.assert_allclose(w.value - 1, moves, rtol=1e-6)


class TestMemory:
    @every
    def test_nothing_is_allocated_once_warm(self, kind):
        w = Parameter(np.ones(200_000))
        w.grad[...] = np.random.default_rng(0).standard_normal(200_000)
        clip = [ClipNorm(1.0), ClipValue(0.5), GradientNoise(rng=np.random.default_rng(0))]
        for optimizer in (KINDS[kind](), KINDS[kind](transforms=clip)):
            optimizer.step([w])
            optimizer.step([w])
            tracemalloc.start()
            try:
                optimizer.step([w])
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
            assert peak < 5000  # bytes; one vector would be 1.6 million

    @every
    def test_a_resumed_walk_is_the_same_walk(self, kind):
        gradients = random_gradients(10, 7)

        def make(seed):
            noise = GradientNoise(rng=np.random.default_rng(seed))
            optimizer = KINDS[kind](transforms=[noise])
            if kind not in ("Rprop", "Rprop-"):  # which know no schedules
                optimizer.learning_rate = ReduceOnPlateau(0.1, patience=2)
            return optimizer

        def parameters(start):
            return [Parameter(start[:6].reshape(2, 3)), Unit(start[6])]

        first, start = make(1), np.linspace(-1, 1, 7)
        straight = parameters(start)
        middle = walk(first, straight, gradients[:5])
        for value in (1.0, 2.0, 2.0, 2.0):
            first.observe(value)
        state = first.state_dict()
        kept = {name: np.array(value, copy=True) for name, value in state.items()}
        end = walk(first, straight, gradients[5:])
        assert all(np.array_equal(state[name], kept[name]) for name in state)

        second = make(2)
        second.load_state_dict(state)
        assert second.rate == first.rate
        if kind not in ("Rprop", "Rprop-"):
            assert first.rate < 0.1
        resumed = parameters(middle)
        np.testing.assert_array_equal(walk(second, resumed, gradients[5:]), end)
        second.load_state_dict(state)  # into one that is warm
        resumed = parameters(middle)
        np.testing.assert_array_equal(walk(second, resumed, gradients[5:]), end)

    @every
    def test_a_copy_walks_on_by_itself(self, kind):
        gradients = random_gradients(6, 4)
        original = KINDS[kind]()
        w = Parameter(np.ones(4))
        middle = walk(original, [w], gradients[:3])
        twins = [copy.deepcopy(original), copy.copy(original)]
        twins.append(pickle.loads(pickle.dumps(original)))
        both = copy.deepcopy((w, original))
        end = walk(original, [w], gradients[3:])
        for twin in twins:
            np.testing.assert_array_equal(walk(twin, [Parameter(middle)], gradients[3:]), end)
        np.testing.assert_array_equal(walk(both[1], [both[0]], gradients[3:]), end)
        assert twins[0].steps == original.steps == 6

    @every
    def test_reset_makes_it_new(self, kind):
        gradients = random_gradients(3, 4)
        optimizer = KINDS[kind]()
        first = walk(optimizer, [Parameter(np.ones(4))], gradients)
        optimizer.reset()
        assert optimizer.steps == 0
        again = walk(optimizer, [Parameter(np.ones((2, 2)))], gradients)
        np.testing.assert_array_equal(again, first)

    def test_reset_also_resets_the_schedule(self):
        optimizer = SGD(ReduceOnPlateau(0.1, factor=0.5, patience=1))
        optimizer.observe(1.0)
        optimizer.observe(1.0)
        assert optimizer.rate == 0.05
        optimizer.reset()
        assert optimizer.rate == 0.1

    def test_a_state_before_the_first_step(self):
        state = Adam().state_dict()
        assert state == {"kind": "Adam", "steps": 0}
        optimizer = Adam()
        walk(optimizer, [Parameter(np.ones(4))], random_gradients(3, 4))
        optimizer.load_state_dict(state)
        assert optimizer.steps == 0
        again = walk(optimizer, [Parameter(np.ones(4))], random_gradients(3, 4))
        fresh = walk(Adam(), [Parameter(np.ones(4))], random_gradients(3, 4))
        np.testing.assert_array_equal(again, fresh)

    def test_a_state_holds_plain_things(self):
        optimizer = Adam(transforms=[GradientNoise(rng=np.random.default_rng(0))])
        walk(optimizer, [Parameter(np.ones(4))], random_gradients(3, 4))
        state = optimizer.state_dict()
        assert sorted(state) == ["kind", "m", "steps", "transforms.0.rng", "v"]
        assert all(isinstance(value, str | int | float | np.ndarray) for value in state.values())

    @pytest.mark.parametrize(
        ("state", "error", "words"),
        [
            (3, TypeError, "state_dict, got the int 3"),
            ({"steps": 3, "v": np.ones(4)}, ValueError, "Adam expects a state of"),
            (adam_state(-1, np.ones(4), np.ones(4)), ValueError, "steps expects"),
            (adam_state(3, np.ones(3), np.ones(3)), ValueError, "have 4 entries"),
            (adam_state(3, np.ones(4), np.full(4, np.nan)), ValueError, "finite"),
            (adam_state(3, np.ones(4), np.array(["a"] * 4)), ValueError, "finite"),
            (adam_state(3, np.ones(4), [1, 1, -1, 1]), ValueError, "v holds negative"),
            ({"kind": "Adam", "steps": 3}, ValueError, "Adam expects a state of"),
            ({"kind": "SGD", "steps": 3}, ValueError, "of its own kind, got one of the str 'SGD'"),
        ],
    )
    @pytest.mark.parametrize("warm", [True, False])
    def test_a_state_that_does_not_fit(self, state, error, words, warm):
        optimizer, w = Adam(), Parameter(np.ones(4))
        if warm:
            optimizer.step([w])
        with pytest.raises(error, match=words):
            optimizer.load_state_dict(state)
            optimizer.step([w])  # where it isn't warm, only now the sizes can be compared
        assert (w.value == 1).all()

    @pytest.mark.parametrize(
        ("name", "wrong"),
        [
            ("transforms.0.rng", np.ones(3)),
            ("learning_rate.waited", -1),
            ("m", np.ones(3)),
            ("v", -np.ones(4)),
            ("steps", -1),
        ],
    )
    def test_a_state_is_taken_whole_or_not_at_all(self, name, wrong):
        def make(seed):
            noise = GradientNoise(rng=np.random.default_rng(seed))
            return Adam(ReduceOnPlateau(0.1, patience=1), transforms=[noise])

        optimizer, other = make(0), make(1)
        for each in (optimizer, other):
            walk(each, [Parameter(np.ones(4))], random_gradients(3, 4))
        for value in (1.0, 2.0, 2.0):
            other.observe(value)
        before = optimizer.state_dict()
        with pytest.raises(ValueError):
            optimizer.load_state_dict(other.state_dict() | {name: wrong})
        after = optimizer.state_dict()
        assert list(after) == list(before)
        for each in before:
            np.testing.assert_array_equal(after[each], before[each], err_msg=each)


class TestRate:
    def test_a_schedule_is_asked_for_the_number_of_steps_taken(self):
        asked = []
        optimizer = SGD(lambda step: asked.append(step) or 0.5)
        w = Unit(1.0, grad=1.0)
        for _ in range(3):
            optimizer.step([w])
        assert asked == [0, 1, 2] and w.value == -0.5

    def test_the_rate_of_the_coming_step(self):
        optimizer = SGD(CosineDecay(0.2, steps=2))
        w, rates = Unit(0.0, grad=1.0), []
        for _ in range(3):
            rates.append(optimizer.rate)
            optimizer.step([w])
        assert rates == pytest.approx([0.2, 0.1, 0.0])
        assert w.value == pytest.approx(-0.3)

    def test_the_rate_may_be_set(self):
        optimizer, w = SGD(0.1), Unit(0.0, grad=1.0)
        optimizer.learning_rate = 2
        optimizer.step([w])
        assert w.value == -2
        with pytest.raises(ValueError, match="above 0"):
            optimizer.learning_rate = 0

    def test_a_float32_walk_under_a_schedule_of_numpy_numbers_stays_float32(self):
        w = Parameter(np.ones(3, np.float32))
        w.grad[...] = 1
        Adam(lambda step: np.float64(0.1)).step([w])
        assert w.value.dtype == np.float32

    @pytest.mark.parametrize("rate", [math.nan, -0.1, math.inf, "fast", None, True])
    def test_a_schedule_that_gives_no_rate(self, rate):
        w = Unit(1.0, grad=1.0)
        with pytest.raises((ValueError, TypeError), match="the schedule's rate at 0 expects"):
            SGD(lambda step: rate).step([w])
        assert w.value == 1

    def test_observe_reaches_only_those_who_listen(self):
        SGD(0.1).observe(3.0)
        Adam(lambda step: 0.1).observe(3.0)


class TestTransforms:
    def test_norm_of_what_cannot_be_squared(self):
        big = [np.full(3, 1e25, np.float32), np.full(1, 1e25, np.float32)]
        assert norm(big) == pytest.approx(2e25)
        assert norm([np.array([3e200, 4e200])]) == pytest.approx(5e200)
        assert norm([np.zeros(0), np.zeros(2)]) == 0

    @pytest.mark.parametrize("clip", [ClipNorm(5.0), ClipValue(3.0)])
    def test_a_gradient_that_explodes_is_clipped(self, clip):
        w = thing(np.zeros(2, np.float32), np.array([3e25, 4e25], np.float32))
        SGD(1.0, transforms=[clip]).step([w])
        expected = [-3, -4] if isinstance(clip, ClipNorm) else [-3, -3]
        np.testing.assert_allclose(w.value, expected, rtol=1e-6)

    def test_a_short_gradient_is_left_alone(self):
        w = thing(np.zeros(2), np.array([0.3, 0.4]))
        SGD(1.0, transforms=[ClipNorm(0.5 + 1e-12), ClipValue(0.4)]).step([w])
        assert w.value.tolist() == [-0.3, -0.4]

    def test_their_order_counts(self):
        grad = np.array([30.0, 0.4])
        first, second = thing(np.zeros(2), grad), thing(np.zeros(2), grad)
        SGD(1.0, transforms=[ClipValue(0.3), ClipNorm(1.0)]).step([first])
        SGD(1.0, transforms=[ClipNorm(1.0), ClipValue(0.3)]).step([second])
        np.testing.assert_allclose(first.value, [-0.3, -0.3])
        np.testing.assert_allclose(second.value, [-0.3, -0.4 / math.hypot(30, 0.4)])

    def test_noise_has_the_variance_it_should(self):
        w = Parameter(np.zeros(40_000, np.float32))
        optimizer = SGD(1.0, transforms=GradientNoise(0.5, 0.55, rng=np.random.default_rng(3)))
        for t in range(3):
            w.value[...] = 0
            optimizer.step([w])
            sigma = math.sqrt(0.5 / (1 + t) ** 0.55)
            assert w.value.std() == pytest.approx(sigma, rel=0.02)
            assert abs(w.value.mean()) < 4 * sigma / 200

    def test_noise_in_blocks_is_the_same_noise(self, monkeypatch):
        def make():
            return SGD(1.0, transforms=[GradientNoise(rng=np.random.default_rng(0))])

        whole = walk(make(), [Parameter(np.zeros(23))], np.ones((3, 23)))
        monkeypatch.setattr(transforms, "BLOCK", 5)
        cut = walk(make(), [Parameter(np.zeros(23))], np.ones((3, 23)))
        np.testing.assert_array_equal(cut, whole)

    def test_noise_resumes_with_an_old_generator_too(self):
        twins = [GradientNoise(rng=np.random.Generator(np.random.MT19937(s))) for s in (0, 1)]
        twins[1].load_state_dict(twins[0].state_dict())
        a, b = np.zeros(5), np.zeros(5)
        twins[0].apply([a], 0)
        twins[1].apply([b], 0)
        assert (a == b).all() and a.any()

    def test_a_state_of_another_generator(self):
        state = GradientNoise(rng=np.random.Generator(np.random.MT19937(0))).state_dict()
        noise = GradientNoise(rng=np.random.default_rng(0))
        with pytest.raises(ValueError, match="not the state of a PCG64"):
            noise.load_state_dict(state)
        with pytest.raises(ValueError, match="not the state of a PCG64"):
            noise.load_state_dict({"rng": np.ones(3)})

    @pytest.mark.parametrize("wrong", [3, [None], [ClipNorm], "clip"])
    def test_what_is_no_transform(self, wrong):
        with pytest.raises(TypeError, match=r"transforms expects a list of .*ClipNorm\(1.0\)"):
            SGD(0.1, transforms=wrong)

    @pytest.mark.parametrize("make", [ClipNorm, ClipValue])
    @pytest.mark.parametrize("limit", [0, -1, math.nan, math.inf, "1", True, None])
    def test_limits(self, make, limit):
        with pytest.raises((TypeError, ValueError), match="limit expects"):
            make(limit)

    @pytest.mark.parametrize("rng", [None, 0, np.random.RandomState(0), np.random])
    def test_noise_wants_a_generator(self, rng):
        with pytest.raises(TypeError, match=r"np.random.default_rng\(seed\)"):
            GradientNoise(rng=rng)


class TestNotFinite:
    @every
    @pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
    def test_nothing_moves(self, kind, bad):
        first, second = Parameter(np.ones((2, 3))), Parameter(np.ones(4, np.float32), name="W2")
        unit = Unit(1.0)
        parameters = [first, second, unit]
        clip = [ClipValue(1.0), ClipNorm(1.0)]
        for optimizer in (KINDS[kind](), KINDS[kind](transforms=clip)):
            walk(optimizer, parameters, random_gradients(2, 11))
            before = [first.value.copy(), second.value.copy(), unit.value]
            state = optimizer.state_dict()
            second.grad[2] = bad
            with pytest.raises(NonFiniteGradient, match=rf"W2.grad\[2\] is {bad}: .* diverged"):
                optimizer.step(parameters)
            after = [first.value, second.value, unit.value]
            assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
            later = optimizer.state_dict()
            assert all(np.array_equal(state[name], later[name]) for name in state)
            second.grad[2] = 1.0
            optimizer.step(parameters)

    def test_the_place_is_named(self):
        w = Parameter(np.ones((2, 3)))
        w.grad[1, 2] = math.nan
        with pytest.raises(ValueError, match=r"parameter 0.grad\[1, 2\] is nan"):
            SGD(0.1).step([w])
        with pytest.raises(ValueError, match=r"parameter 1.grad is inf"):
            SGD(0.1).step([Unit(1.0), thing(1.0, math.inf)])
        mixed = [Unit(1.0), Parameter(np.ones(2)), thing(1.0, math.inf)]
        with pytest.raises(ValueError, match=r"parameter 2.grad is inf"):
            SGD(0.1).step(mixed)

    def test_too_large_to_be_squared(self):
        w = Parameter(np.ones(3, np.float32), name="W1")
        w.grad[1] = -1e25
        with pytest.raises(NonFiniteGradient, match=r"W1.grad\[1\] is -1e\+25, too large"):
            Adam().step([w])
        assert (w.value == 1).all()


class TestRefusals:
    @pytest.mark.parametrize(
        ("parameters", "error", "words"),
        [
            ([], ValueError, "empty list"),
            (Unit(1.0), TypeError, r"write step\(\[w\]\)"),
            ([3.0], TypeError, "parameter 0 is the float 3.0"),
            ([Unit(1.0), None], TypeError, "parameter 1 is None"),
            ([thing(1.0, None)], TypeError, "parameter 0.grad expects a number or an array"),
            ([thing("1", 0.0)], TypeError, "parameter 0.value expects"),
            ([thing(True, 0.0)], TypeError, "parameter 0.value expects"),
            ([thing(1.0, np.ones(2))], TypeError, "parameter 0.grad expects a number"),
            ([thing(np.ones(2), 1.0)], TypeError, "parameter 0.grad expects an array"),
            ([thing(np.ones(2), np.ones(3))], ValueError, r"shape \(3,\), expected \(2,\)"),
            ([thing(np.ones(2, int), np.ones(2))], TypeError, "dtype int64"),
            ([thing(np.ones(2, complex), np.ones(2))], TypeError, "dtype complex128"),
            ([thing(np.ones(2), np.ones(2, complex))], TypeError, "expects an array of numbers"),
            ([thing(np.ones(2, np.float16), np.ones(2))], TypeError, "dtype float16"),
            ([thing(np.broadcast_to(1.0, 2), np.ones(2))], ValueError, "read-only"),
        ],
    )
    def test_what_no_optimizer_can_move(self, parameters, error, words):
        optimizer = Adam()
        with pytest.raises(error, match=words):
            optimizer.step(parameters)
        optimizer.step([Unit(1.0, grad=1.0)])  # it hasn't started

    def test_the_same_object_twice(self):
        w = Unit(1.0)
        with pytest.raises(ValueError, match="parameters 0 and 2 are the same object"):
            SGD(0.1).step([w, Unit(2.0), w])

    def test_the_same_numbers_twice(self):
        network = Network([Dense(3, 2)], loss=SquaredError(), rng=np.random.default_rng(0))
        together = [network, *network.parameters()]
        before = network.value.copy()
        for use in (SGD(0.1).step, lambda parameters: LBFGS().step(parameters, lambda: 1.0)):
            with pytest.raises(ValueError, match="parameters 0 and 1 share memory: list"):
                use(together)
        W = np.zeros((2, 4))
        rows = [Unit(1.0), *(thing(part, np.ones(part.shape)) for part in (W[0], W[1], W[:, 1:]))]
        with pytest.raises(ValueError, match="parameters 1 and 3 share memory"):
            SGD(0.1).step(rows)
        assert (network.value == before).all() and (W == 0).all()

    def test_neighbours_in_one_array(self):
        W = np.zeros((2, 4))
        SGD(1).step([thing(W[:, ::2], np.ones((2, 2))), thing(W[:, 1::2], np.full((2, 2), 2.0))])
        assert W.tolist() == [[-1, -2, -1, -2]] * 2

    def test_other_parameters_than_at_first(self):
        optimizer = Adam()
        optimizer.step([Parameter(np.ones(2)), Unit(1.0)])
        with pytest.raises(ValueError, match="started with 2 parameters, got 1: make a new"):
            optimizer.step([Parameter(np.ones(2))])
        with pytest.raises(ValueError, match="make a new one"):
            optimizer.step([Parameter(np.ones(3)), Unit(1.0)])
        with pytest.raises(ValueError, match="turned from float64 to float32: make a new"):
            optimizer.step([Parameter(np.ones(2, np.float32)), Unit(1.0)])
        with pytest.raises(TypeError, match="expects an array of numbers"):
            optimizer.step([Unit(1.0), Unit(1.0)])
        with pytest.raises(TypeError, match="make a new optimizer"):
            optimizer.step([Parameter(np.ones(2)), Parameter(np.ones(2))])
        with pytest.raises(TypeError, match="make a new optimizer"):
            optimizer.step([Parameter(np.ones(2)), 3.0])

    @pytest.mark.parametrize("make", [
        lambda: Adam(), lambda: Momentum(0.1), lambda: SGD(CosineDecay(0.1, steps=9)),
    ])  # fmt: skip
    def test_others_of_the_same_shape(self, make):
        optimizer, v, w = make(), Parameter(np.ones(2)), Parameter(np.ones(2))
        optimizer.step([v, w])
        others = Parameter(np.ones(2)), Parameter(np.ones(2))
        for parameters in (others, [w, v]):
            with pytest.raises(ValueError, match=r"made for other parameters: reset\(\) it"):
                optimizer.step(parameters)
        optimizer.step([v, w])
        assert optimizer.steps == 2
        optimizer.reset()
        optimizer.step(others)

    def test_another_kinds_state(self):
        optimizer = Momentum(0.1)
        optimizer.step([Parameter(np.ones(2))])
        with pytest.raises(ValueError, match="Nesterov expects a state of its own kind"):
            Nesterov(0.1).load_state_dict(optimizer.state_dict())

    @every
    def test_the_formula_is_the_subclasss(self, kind):
        assert type(KINDS[kind]()).update is not Optimizer.update

    def test_an_optimizer_without_a_formula(self):
        with pytest.raises(NotImplementedError, match="write its update method"):
            Optimizer(0.1).step([Unit(1.0)])

    @pytest.mark.parametrize("make", [SGD, Momentum, Nesterov, Gains, Rprop, Adagrad, Adadelta])
    @pytest.mark.parametrize("rate", [0, -0.1, math.nan, math.inf, "0.1", True, None, 1j, [0.1]])
    def test_rates(self, make, rate):
        with pytest.raises((TypeError, ValueError), match="learning_rate expects"):
            make(rate)

    @pytest.mark.parametrize("make", [RMSprop, Adam, AdamW])
    def test_rates_of_the_others(self, make):
        with pytest.raises(ValueError, match="learning_rate expects"):
            make(-1)
        with pytest.raises(TypeError, match="learning_rate expects"):
            make(CosineDecay)

    @pytest.mark.parametrize(
        ("make", "name", "wrong"),
        [
            (lambda x: Momentum(0.1, x), "momentum", [1, -0.1, math.nan, "0.9", None, True]),
            (lambda x: Nesterov(0.1, x), "momentum", [1, -0.1]),
            (lambda x: Gains(0.1, increase=x), "increase", [-1, None]),
            (lambda x: Gains(0.1, decrease=x), "decrease", [0, 1.1, "0.9"]),
            (lambda x: Gains(0.1, minimum=x), "minimum", [0, 2]),
            (lambda x: Gains(0.1, maximum=x), "maximum", [0.5, math.inf]),
            (lambda x: Rprop(0.1, eta_minus=x), "eta_minus", [0, 1]),
            (lambda x: Rprop(0.1, eta_plus=x), "eta_plus", [0.9, math.nan]),
            (lambda x: Rprop(0.1, minimum=x), "minimum", [0, -1]),
            (lambda x: Rprop(0.1, maximum=x), "maximum", [1e-9]),
            (lambda x: Rprop(x), "learning_rate", [1e-9, 51, CosineDecay(0.1, steps=3)]),
            (lambda x: Adagrad(0.1, epsilon=x), "epsilon", [0, -1, math.nan]),
            (lambda x: Adadelta(rho=x), "rho", [1, -0.1]),
            (lambda x: Adadelta(epsilon=x), "epsilon", [0]),
            (lambda x: RMSprop(decay=x), "decay", [1, -0.1]),
            (lambda x: RMSprop(epsilon=x), "epsilon", [0]),
            (lambda x: Adam(beta1=x), "beta1", [1, -0.1, True]),
            (lambda x: Adam(beta2=x), "beta2", [1, -0.1, None]),
            (lambda x: Adam(epsilon=x), "epsilon", [0, -1e-8]),
            (lambda x: AdamW(weight_decay=x), "weight_decay", [-1, "0"]),
            (lambda x: AdamW(alpha=x), "alpha", [0, True]),
            (lambda x: GradientNoise(x, rng=np.random.default_rng(0)), "eta", [0, -1]),
            (lambda x: GradientNoise(1, x, rng=np.random.default_rng(0)), "gamma", [-1]),
        ],
    )
    def test_hyperparameters(self, make, name, wrong):
        for value in wrong:
            with pytest.raises((TypeError, ValueError), match=f"^{name} expects"):
                make(value)

    def test_adamw_needs_to_know_the_full_rate(self):
        with pytest.raises(ValueError, match="give alpha="):
            AdamW(lambda step: 0.1)
        AdamW(lambda step: 0.1, alpha=0.1)
        AdamW(CosineDecay(0.1, steps=3))


def test_they_say_what_they_are():
    assert repr(SGD(3)) == "SGD(learning_rate=3.0)"
    assert repr(Momentum(0.1, transforms=[ClipNorm(1)])) == (
        "Momentum(learning_rate=0.1, momentum=0.9, transforms=(ClipNorm(1.0),))"
    )
    assert repr(Rprop()).startswith("Rprop(learning_rate=0.1, eta_minus=0.5, eta_plus=1.2, min")
    assert repr(Adam(CosineDecay(0.1, 3))).startswith("Adam(learning_rate=CosineDecay(rate=0.1")
    assert repr(ClipValue(2)) == "ClipValue(2.0)"
    assert (
        repr(GradientNoise(rng=np.random.default_rng(0))) == "GradientNoise(eta=0.01, gamma=0.55)"
    )


def test_it_trains_a_circuit():
    x, y = Unit(-2.0), Unit(5.0)
    optimizer = Momentum(0.002)
    for _ in range(1500):
        x.zero_grad()
        y.zero_grad()
        f = (x * y - 6.0) ** 2 + (x - y) ** 2
        f.backward()
        optimizer.step([x, y])
    assert x.value * y.value == pytest.approx(6.0, abs=1e-6)
    assert x.value == pytest.approx(y.value, abs=1e-6)
