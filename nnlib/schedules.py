"""Learning rates that change while training goes on: large steps first, small ones to settle.

A schedule is handed to an optimizer in the place of its rate, `SGD(CosineDecay(0.1, steps=1000))`.
It is called with the number of steps taken so far, 0 for the first, and returns the rate of the
next one. `peak` is the highest rate it gives. Chapter 5 says when which one helps.
"""

import inspect
import math

from nnlib.validation import check_count, check_number, describe


class Schedule:
    """A rate for each step: `schedule(step) -> rate`.

    >>> schedule = StepDecay(0.1, every=10, factor=0.5)
    >>> schedule, schedule(0), schedule(25)
    (StepDecay(rate=0.1, every=10, factor=0.5), 0.1, 0.025)
    """

    def __init__(self, rate):
        self.rate = check_number(rate, "rate", positive=True)

    def __call__(self, step):
        raise NotImplementedError(f"{type(self).__name__} gives no rate: write its __call__ method")

    @property
    def peak(self):
        """The highest rate that this schedule gives."""
        return self.rate

    def __repr__(self):
        names = inspect.signature(type(self).__init__).parameters
        words = [f"{name}={getattr(self, name)!r}" for name in list(names)[1:]]
        return f"{type(self).__name__}({', '.join(words)})"


def check_step(step):
    """Return `step`, the number of steps taken so far, as a float; ValueError below 0."""
    return check_number(step, "step", minimum=0)


class ConstantRate(Schedule):
    """rate"""

    def __call__(self, step):
        check_step(step)
        return self.rate


class StepDecay(Schedule):
    """rate * factor**(step // every): every so many steps the rate shrinks at once.

    Source: the habit; for instance He et al., 2016, section 3.4, with a factor of 0.1.
    """

    def __init__(self, rate, every, factor=0.1):
        super().__init__(rate)
        self.every = check_count(every, "every")
        self.factor = check_number(factor, "factor", positive=True, below=1)

    def __call__(self, step):
        step = check_step(step)
        return self.rate * self.factor ** (step // self.every)


class ExponentialDecay(Schedule):
    """rate * exp(-decay * step): in each step the same share is lost."""

    def __init__(self, rate, decay):
        super().__init__(rate)
        self.decay = check_number(decay, "decay", positive=True)

    def __call__(self, step):
        step = check_step(step)
        return self.rate * math.exp(-self.decay * step)


class InverseTimeDecay(Schedule):
    """rate / (1 + decay * step): the 1/t schedule.

    Its rates have an infinite sum and a finite sum of squares, so that noisy steps can reach any
    place and yet settle. Source: Robbins and Monro, 1951.
    """

    def __init__(self, rate, decay):
        super().__init__(rate)
        self.decay = check_number(decay, "decay", positive=True)

    def __call__(self, step):
        step = check_step(step)
        return self.rate / (1 + self.decay * step)


class CosineDecay(Schedule):
    """final + (rate - final) * (1 + cos(pi * step / steps)) / 2, and `final` ever after `steps`.

    Source: Loshchilov and Hutter, 2017, equation 5, without restarts.
    """

    def __init__(self, rate, steps, final=0.0):
        super().__init__(rate)
        self.steps = check_count(steps, "steps")
        self.final = check_number(final, "final", minimum=0, maximum=self.rate)

    def __call__(self, step):
        step = check_step(step)
        share = min(step / self.steps, 1)
        return self.final + (self.rate - self.final) * (1 + math.cos(math.pi * share)) / 2


class OneCycle(Schedule):
    """Up in a straight line, down again as fast, and a last stretch far below the start.

    From `low` to `rate` and back to `low` it takes the first `cycle` of all `steps`, a share; from
    there to `final` the rest. `low` is a tenth of the rate unless given, `final` a thousandth, or
    `low` where that is less.

    Source: Smith, 2018, section 4.1 (1cycle).
    """

    def __init__(self, rate, steps, low=None, final=None, cycle=0.9):
        super().__init__(rate)
        self.steps = check_count(steps, "steps")
        low = self.rate / 10 if low is None else low
        self.low = check_number(low, "low", positive=True, maximum=self.rate)
        final = min(self.rate / 1000, self.low) if final is None else final
        self.final = check_number(final, "final", minimum=0, maximum=self.low)
        self.cycle = check_number(cycle, "cycle", positive=True, maximum=1)

    def __call__(self, step):
        step = check_step(step)
        end = self.cycle * self.steps
        if step <= end / 2:
            return self.low + (self.rate - self.low) * step / (end / 2)
        if step <= end:
            return self.low + (self.rate - self.low) * (end - step) / (end / 2)
        share = min((step - end) / (self.steps - end), 1) if self.steps > end else 1
        return self.low + (self.final - self.low) * share


class WarmUp(Schedule):
    """A straight rise to another schedule's first rate, in `steps` steps; then that schedule.

        first * (step + 1) / (steps + 1)      while step < steps, with first = schedule(0)
        schedule(step - steps)                from then on

    `schedule` is a schedule, or a number for a constant rate. Source: Goyal et al., 2017, section
    2.2 (gradual warm-up).
    """

    def __init__(self, schedule, steps):
        if not callable(schedule):
            schedule = ConstantRate(check_number(schedule, "schedule", positive=True))
        if isinstance(schedule, type):
            raise TypeError(f"schedule expects a schedule or a number, got {describe(schedule)}")
        self.schedule = schedule
        self.steps = check_count(steps, "steps")

    def __call__(self, step):
        step = check_step(step)
        if step < self.steps:
            return self.schedule(0) * (step + 1) / (self.steps + 1)
        return self.schedule(step - self.steps)

    @property
    def peak(self):
        return self.schedule.peak

    def observe(self, value):
        """Hand the validation loss on to the schedule, if it listens."""
        if hasattr(self.schedule, "observe"):
            self.schedule.observe(value)

    def reset(self):
        """Let the schedule start afresh, if it has a memory."""
        if hasattr(self.schedule, "reset"):
            self.schedule.reset()

    def state_dict(self):
        """What the schedule remembers; a schedule that depends on the step alone, nothing."""
        return self.schedule.state_dict() if hasattr(self.schedule, "state_dict") else {}

    def load_state_dict(self, state):
        """Let the schedule go on from what `state_dict` gave."""
        if hasattr(self.schedule, "load_state_dict"):
            self.schedule.load_state_dict(state)


class ReduceOnPlateau(Schedule):
    """The rate shrinks when the validation loss has stopped falling.

    `observe(value)` is told the loss, by the trainer once an epoch. A value counts as better if it
    lies below the best so far by more than the share `threshold` of it. After `patience` values in
    a row that are not better the rate becomes max(rate * factor, minimum), and counting starts
    anew. There is no paper; optax's and Keras's callbacks count the same way, PyTorch's waits for
    one value more.

    Only values of one kind can be compared. Where a later `fit` has other validation data, or none
    (then the training loss is observed), the best so far means nothing: `reset()` the schedule.
    """

    def __init__(self, rate, factor=0.1, patience=10, threshold=1e-4, minimum=0.0):
        super().__init__(rate)
        self.factor = check_number(factor, "factor", positive=True, below=1)
        self.patience = check_count(patience, "patience")
        self.threshold = check_number(threshold, "threshold", minimum=0, below=1)
        self.minimum = check_number(minimum, "minimum", minimum=0, maximum=self.rate)
        self.reset()

    def __call__(self, step):
        check_step(step)
        return self.current

    def observe(self, value):
        """Take note of a validation loss; ValueError if it is not finite."""
        value = check_number(value, "value")
        if value < self.best - self.threshold * abs(self.best) or math.isinf(self.best):
            self.best = value
            self.waited = 0
            return
        self.waited += 1
        if self.waited == self.patience:
            self.current = max(self.current * self.factor, self.minimum)
            self.waited = 0

    def reset(self):
        """Forget all that was observed."""
        self.current, self.best, self.waited = self.rate, math.inf, 0

    def state_dict(self):
        """The present rate, the best value so far, and how many came since."""
        return {"current": self.current, "best": self.best, "waited": self.waited}

    def load_state_dict(self, state):
        """Go on from what `state_dict` gave."""
        self.current = check_number(state["current"], "current", minimum=0)
        best = float(state["best"])
        self.best = best if best == math.inf else check_number(best, "best")
        self.waited = check_count(state["waited"], "waited", minimum=0)
