"""Schedules against optax's, and the one that listens against a slow count by hand."""

import math

import jax
import numpy as np
import optax
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib.gates import Unit
from nnlib.optimizers import SGD, AdamW
from nnlib.schedules import (
    ConstantRate,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    OneCycle,
    ReduceOnPlateau,
    Schedule,
    StepDecay,
    WarmUp,
)

jax.config.update("jax_enable_x64", True)
pytestmark = pytest.mark.filterwarnings("error")
rates = st.floats(1e-4, 10)
counts = st.integers(1, 50)

ALL = {
    "constant": ConstantRate(0.3),
    "step": StepDecay(0.3, every=7, factor=0.5),
    "exponential": ExponentialDecay(0.3, decay=0.05),
    "1/t": InverseTimeDecay(0.3, decay=0.2),
    "cosine": CosineDecay(0.3, steps=40, final=0.01),
    "one cycle": OneCycle(0.3, steps=40),
    "warm-up": WarmUp(CosineDecay(0.3, steps=30), steps=10),
    "warm-up to a rate": WarmUp(0.3, steps=10),
    "plateau": ReduceOnPlateau(0.3),
}
every = pytest.mark.parametrize("name", ALL)


def same(ours, theirs, steps=120):
    """Equal for the first steps, whatever the transformation has made of the counter."""
    np.testing.assert_allclose(
        [ours(step) for step in range(steps)],
        [float(theirs(step)) for step in range(steps)],
        rtol=1e-12,
        atol=1e-15,
    )


@given(rate=rates, every=counts, factor=st.floats(0.05, 0.95))
@settings(max_examples=5, deadline=None)
def test_step_decay(rate, every, factor):
    same(
        StepDecay(rate, every, factor), optax.exponential_decay(rate, every, factor, staircase=True)
    )


@given(rate=rates, decay=st.floats(1e-3, 1))
@settings(max_examples=5, deadline=None)
def test_exponential_decay(rate, decay):
    same(ExponentialDecay(rate, decay), optax.exponential_decay(rate, 1, math.exp(-decay)))


@given(rate=rates, steps=counts, share=st.floats(0, 1))
@settings(max_examples=5, deadline=None)
def test_cosine_decay(rate, steps, share):
    same(CosineDecay(rate, steps, share * rate), optax.cosine_decay_schedule(rate, steps, share))


@given(rate=rates, tenths=st.integers(1, 10), up=st.integers(1, 5))
@settings(max_examples=5, deadline=None)
def test_one_cycle(rate, tenths, up):
    """optax rounds the turning points to whole steps; here they are whole."""
    steps = 10 * tenths
    ours = OneCycle(rate, steps, low=rate / 25, final=rate / 1e4, cycle=0.2 * up - 0.1 * (up == 5))
    pct = 0.2 * up - 0.1 * (up == 5)
    if (pct * steps) % 2:  # half of it is no whole step
        return
    same(ours, optax.linear_onecycle_schedule(steps, rate, pct / 2, pct, 25, 400))


def test_one_cycle_by_hand():
    schedule = OneCycle(1.0, steps=20, cycle=0.8)
    turns = {0: 0.1, 4: 0.55, 8: 1.0, 12: 0.55, 16: 0.1, 18: 0.0505, 20: 0.001, 99: 0.001}
    for step, rate in turns.items():
        assert schedule(step) == pytest.approx(rate, rel=1e-12)
    whole = OneCycle(1.0, steps=20, cycle=1)
    assert whole(20) == pytest.approx(0.1) and whole(21) == pytest.approx(0.001)


def test_one_cycle_never_ends_above_a_start_that_is_very_low():
    schedule = OneCycle(0.1, 100, low=1e-5)
    assert schedule.final == schedule(0) == schedule(100) == 1e-5
    assert OneCycle(0.1, 100, low=1e-3).final == 0.1 / 1000


@given(rate=rates, warm=counts, steps=counts)
@settings(max_examples=5, deadline=None)
def test_warm_up(rate, warm, steps):
    ramp = optax.linear_schedule(rate / (warm + 1), rate, warm)
    cosine = optax.cosine_decay_schedule(rate, steps)
    same(WarmUp(CosineDecay(rate, steps), warm), optax.join_schedules([ramp, cosine], [warm]))


def test_inverse_time():
    schedule = InverseTimeDecay(0.6, decay=0.5)
    assert [schedule(t) for t in (0, 1, 2, 10)] == pytest.approx([0.6, 0.4, 0.3, 0.1])


def test_constant():
    assert {ConstantRate(0.2)(step) for step in range(5)} == {0.2}


@pytest.mark.parametrize("seed", range(4))
def test_plateau_is_optaxs(seed):
    rng = np.random.default_rng(seed)
    patience, factor, share = int(rng.integers(1, 5)), rng.uniform(0.3, 0.9), rng.uniform(0.01, 0.3)
    schedule = ReduceOnPlateau(0.5, factor, patience, threshold=share, minimum=0.05)
    theirs = optax.contrib.reduce_on_plateau(factor, patience, rtol=share, min_scale=0.1)
    state, update = theirs.init(np.zeros(1)), jax.jit(theirs.update)
    seen = set()
    for loss in 5 / (1 + 0.1 * np.arange(80)) + rng.uniform(0, 2, 80):
        schedule.observe(loss)
        _, state = update(np.ones(1), state, value=loss)
        assert schedule(0) == pytest.approx(0.5 * float(state.scale), rel=1e-12)
        seen.add(schedule(0))
    assert len(seen) > 3 and min(seen) == 0.05


class TestPlateau:
    def test_by_hand(self):
        schedule, seen = ReduceOnPlateau(1.0, factor=0.5, patience=2, threshold=0.1), []
        for value in [10, 9.5, 8.9, 8.5, 8.2, 8.1, 8.1, 7.0]:
            schedule.observe(value)
            seen.append(schedule(0))
        # best: 10, 10, 8.9, ..., 7.0; a wait ends at the fifth value and at the seventh
        assert seen == [1, 1, 1, 1, 0.5, 0.5, 0.25, 0.25]

    def test_negative_losses(self):
        schedule = ReduceOnPlateau(1.0, factor=0.5, patience=1, threshold=0.1)
        for value, rate in [(-10, 1), (-10.5, 0.5), (-11.1, 0.5), (-11.1, 0.25)]:
            schedule.observe(value)
            assert schedule(0) == rate

    def test_memory(self):
        schedule = ReduceOnPlateau(1.0, patience=2)
        twin = ReduceOnPlateau(1.0, patience=2)
        twin.load_state_dict(schedule.state_dict())
        assert twin.best == math.inf
        for value in (1.0, 2.0):
            schedule.observe(value)
        twin.load_state_dict(schedule.state_dict())
        for each in (schedule, twin):
            each.observe(3.0)
            assert each(0) == pytest.approx(0.1)
            each.reset()
            assert each(0) == 1.0 and each.waited == 0

    @pytest.mark.parametrize("value", [math.nan, math.inf, "low", None, True])
    def test_what_is_no_loss(self, value):
        with pytest.raises((ValueError, TypeError), match="value expects"):
            ReduceOnPlateau(0.1).observe(value)

    def test_within_a_warm_up(self):
        schedule = WarmUp(ReduceOnPlateau(0.1, patience=1), steps=1)
        optimizer = SGD(schedule)
        optimizer.step([Unit(1.0, grad=1.0)])
        for _ in range(2):
            optimizer.observe(1.0)
        assert optimizer.rate == pytest.approx(0.01)
        state = optimizer.state_dict()
        assert state["learning_rate.waited"] == 0 and state["steps"] == 1
        other = SGD(WarmUp(ReduceOnPlateau(0.1, patience=1), steps=1))
        other.load_state_dict(state)
        assert other.rate == optimizer.rate
        optimizer.reset()
        assert optimizer.rate == pytest.approx(0.05)

    def test_a_warm_up_of_a_schedule_without_memory(self):
        optimizer = SGD(WarmUp(0.1, steps=3))
        optimizer.observe(1.0)
        optimizer.reset()
        optimizer.load_state_dict(optimizer.state_dict())
        assert optimizer.rate == pytest.approx(0.025)


@every
def test_the_peak_is_the_highest_rate(name):
    schedule = ALL[name]
    given = [schedule(step) for step in range(200)]
    assert max(given) == pytest.approx(schedule.peak, rel=1e-12) == 0.3
    assert min(given) >= 0
    AdamW(schedule)


@every
def test_they_change_in_no_jumps_but_where_they_should(name):
    given = np.array([ALL[name](step) for step in range(60)])
    steps = np.abs(np.diff(given)).max()
    assert steps < (0.16 if name == "step" else 0.08)
    assert all(type(rate) is float for rate in given.tolist())


@every
@pytest.mark.parametrize("step", [-1, -100, -0.5, math.nan, None, True, "1"])
def test_steps_count_from_0(name, step):
    with pytest.raises((TypeError, ValueError), match="^step expects a number"):
        ALL[name](step)


@every
def test_an_optimizer_follows(name):
    w = Unit(0.0, grad=1.0)
    optimizer = SGD(ALL[name])
    for _ in range(20):
        optimizer.step([w])
    assert w.value == pytest.approx(-sum(ALL[name](step) for step in range(20)), rel=1e-12)


@pytest.mark.parametrize(
    ("make", "name", "wrong"),
    [
        (lambda x: ConstantRate(x), "rate", [0, -1, math.nan, math.inf, "1", True, None]),
        (lambda x: StepDecay(x, 3), "rate", [0]),
        (lambda x: StepDecay(0.1, x), "every", [0, 2.5, True]),
        (lambda x: StepDecay(0.1, 3, x), "factor", [0, 1, -0.1]),
        (lambda x: ExponentialDecay(0.1, x), "decay", [0, -1, math.nan]),
        (lambda x: InverseTimeDecay(0.1, x), "decay", [0, -1, "1"]),
        (lambda x: CosineDecay(0.1, x), "steps", [0, 1.5]),
        (lambda x: CosineDecay(0.1, 3, x), "final", [-0.1, 0.2]),
        (lambda x: OneCycle(0.1, x), "steps", [0, None]),
        (lambda x: OneCycle(0.1, 3, low=x), "low", [0, 0.2]),
        (lambda x: OneCycle(0.1, 3, final=x), "final", [-1, 0.02]),
        (lambda x: OneCycle(0.1, 3, cycle=x), "cycle", [0, 1.1]),
        (lambda x: WarmUp(x, 3), "schedule", [0, "1", None, CosineDecay]),
        (lambda x: WarmUp(0.1, x), "steps", [0, 1.5]),
        (lambda x: ReduceOnPlateau(0.1, x), "factor", [0, 1]),
        (lambda x: ReduceOnPlateau(0.1, patience=x), "patience", [0, 1.5]),
        (lambda x: ReduceOnPlateau(0.1, threshold=x), "threshold", [-1, 1]),
        (lambda x: ReduceOnPlateau(0.1, minimum=x), "minimum", [-1, 0.2]),
    ],
)
def test_refusals(make, name, wrong):
    for value in wrong:
        with pytest.raises((TypeError, ValueError), match=f"^{name} expects"):
            make(value)


def test_a_schedule_of_ones_own():
    with pytest.raises(NotImplementedError, match="write its __call__"):
        Schedule(0.1)(0)


def test_they_say_what_they_are():
    assert repr(OneCycle(1, 10)) == (
        "OneCycle(rate=1.0, steps=10, low=0.1, final=0.001, cycle=0.9)"
    )
    assert repr(WarmUp(0.1, 5)) == "WarmUp(schedule=ConstantRate(rate=0.1), steps=5)"
    assert repr(ReduceOnPlateau(0.1)).startswith(
        "ReduceOnPlateau(rate=0.1, factor=0.1, patience=10"
    )
