"""Penalties on the weights, which keep a network from relying on few large ones (chapter 6).

A regularizer adds `value(parameters)` to the cost and its slope to the gradients:
`add_gradient(parameters)`. It acts on the parameters that decay, the weights: a parameter whose
`decays` is False, a bias, is left alone. One that doesn't say, a Unit, is taken for a weight.

`Network(layers, loss=..., regularizer=L2(1e-4), rng=rng)` asks it at every step.
"""

import math

import numpy as np

from nnlib.validation import check_number, describe

__all__ = ["L1", "L2", "ElasticNet", "GroupLasso", "Incoming", "MaxNorm", "Outgoing"]


class Regularizer:
    """A penalty: a subclass says in `penalty` what one array costs and in `slope` how steeply.

    `settings` names the arguments that make it again, so that a network can be saved.
    """

    def __init__(self, strength):
        self.strength = check_number(strength, "strength", minimum=0)
        self._rooms = {}

    def value(self, parameters):
        """The penalty of all parameters that decay, a float."""
        return sum((self.penalty(np.asarray(p.value)).item() for p in decaying(parameters)), 0.0)

    def add_gradient(self, parameters):
        """Add the penalty's gradient to each `grad`, in place; nothing is allocated once warm."""
        for parameter in decaying(parameters):
            slope = self.slope(np.asarray(parameter.value))
            if isinstance(parameter.grad, np.ndarray):
                np.add(parameter.grad, slope, out=parameter.grad)
            else:
                parameter.grad += slope.item()

    def penalty(self, w):
        raise NotImplementedError(f"{type(self).__name__} has no penalty: write that method")

    def slope(self, w):
        raise NotImplementedError(f"{type(self).__name__} has no slope: write that method")

    def settings(self):
        """The arguments that make this regularizer again, a dict."""
        return {"strength": self.strength}

    def room(self, name, shape, dtype):
        """An array to write into: made when first asked for, then the same one again."""
        key = name, shape, dtype
        if key not in self._rooms:
            self._rooms[key] = np.empty(shape, dtype)
        return self._rooms[key]

    def __getstate__(self):
        return self.__dict__ | {"_rooms": {}}

    def __repr__(self):
        words = ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
        return f"{type(self).__name__}({words})"


class L2(Regularizer):
    """strength / 2 * sum(w**2), whose gradient is strength * w: large weights shrink the fastest.

    >>> from types import SimpleNamespace
    >>> w = SimpleNamespace(value=np.array([3.0, -4.0]), grad=np.zeros(2))
    >>> L2(0.1).add_gradient([w])
    >>> L2(0.1).value([w]), w.grad
    (1.25, array([ 0.3, -0.4]))

    Source: Hoerl and Kennard, 1970; for networks Krogh and Hertz, 1992.
    """

    def penalty(self, w):
        return self.strength / 2 * (w * w).sum()

    def slope(self, w):
        return np.multiply(w, self.strength, out=self.room("slope", w.shape, w.dtype))


class L1(Regularizer):
    """strength * sum(abs(w)), whose gradient is strength * sign(w): small weights become 0.

    At w = 0, where it has a kink, the slope taken is 0. Source: Tibshirani, 1996.
    """

    def penalty(self, w):
        return self.strength * np.abs(w).sum()

    def slope(self, w):
        slope = np.sign(w, out=self.room("slope", w.shape, w.dtype))
        slope *= self.strength
        return slope


class ElasticNet(Regularizer):
    """l1 * sum(abs(w)) + l2 / 2 * sum(w**2): sparse as L1, and of a group of equals it keeps all.

    At w = 0 the slope taken is 0. Source: Zou and Hastie, 2005, who write l2 * sum(w**2).
    """

    def __init__(self, l1, l2):
        super().__init__(0)
        self.l1 = check_number(l1, "l1", minimum=0)
        self.l2 = check_number(l2, "l2", minimum=0)

    def penalty(self, w):
        return self.l1 * np.abs(w).sum() + self.l2 / 2 * (w * w).sum()

    def slope(self, w):
        slope = np.sign(w, out=self.room("slope", w.shape, w.dtype))
        slope *= self.l1
        slope += np.multiply(w, self.l2, out=self.room("l2", w.shape, w.dtype))
        return slope

    def settings(self):
        return {"l1": self.l1, "l2": self.l2}


class Groups:
    """Which weights of a matrix W (fan_out, fan_in) belong together; `axes` run through a group."""

    def settings(self):
        return {}

    def __repr__(self):
        return f"{type(self).__name__}()"


class Incoming(Groups):
    """The weights that come in at a unit: a row of W. (Of filters, all that make one channel.)"""

    def axes(self, w):
        return tuple(range(1, w.ndim))


class Outgoing(Groups):
    """The weights that go out from a unit: a column of W."""

    def axes(self, w):
        return tuple(axis for axis in range(w.ndim) if axis != 1)


class GroupLasso(Regularizer):
    """strength * sum over groups of sqrt(size) * norm(w of the group): whole groups become 0.

    The gradient in a group is strength * sqrt(size) * w / norm(w), and 0, one of many subgradients,
    where the group is 0. `groups` is `Incoming()`, which turns units off, or `Outgoing()`, which
    makes the next layer stop listening to one. ValueError for weights that are no matrix.

    Source: Yuan and Lin, 2006; for the units of a network Scardapane et al., 2017.
    """

    def __init__(self, strength, groups=None):
        super().__init__(strength)
        self.groups = check_groups(groups)

    def penalty(self, w):
        check_grouped(w)
        axes = self.groups.axes(w)
        return self.strength * math.sqrt(group_size(w, axes)) * np.sqrt((w * w).sum(axes)).sum()

    def slope(self, w):
        norms = group_norms(w, self.groups, self.room)
        factor = self.room("factor", norms.shape, w.dtype)
        factor.fill(0)
        alive = np.greater(norms, 0, out=self.room("alive", norms.shape, np.dtype(bool)))
        size = group_size(w, self.groups.axes(w))
        np.divide(self.strength * math.sqrt(size), norms, out=factor, where=alive)
        return np.multiply(w, factor, out=self.room("slope", w.shape, w.dtype))

    def settings(self):
        return {"strength": self.strength, "groups": self.groups}


class MaxNorm(Regularizer):
    """No penalty but a fence: a group of weights longer than `limit` is shortened to it.

    w = w * limit / norm(w)    where norm(w) > limit

    `apply(parameters)` does it, in place; the trainer calls it after each step. Nobody else does:
    in a loop of your own, and after `LBFGS().step`, call it yourself. `groups` as for `GroupLasso`.
    Source: Srebro and Shraibman, 2005; for networks Srivastava et al., 2014.
    """

    def __init__(self, limit, groups=None):
        super().__init__(0)
        self.limit = check_number(limit, "limit", positive=True)
        self.groups = check_groups(groups)

    def value(self, parameters):
        """0.0: inside the fence nothing costs anything."""
        return 0.0

    def add_gradient(self, parameters):
        """Nothing to add."""

    def apply(self, parameters):
        """Shorten the groups that are too long, in place; nothing is allocated once warm."""
        for parameter in decaying(parameters):
            w = parameter.value
            norms = group_norms(np.asarray(w), self.groups, self.room)
            np.maximum(norms, self.limit, out=norms)
            np.divide(self.limit, norms, out=norms)
            np.multiply(w, norms, out=w)

    def settings(self):
        return {"limit": self.limit, "groups": self.groups}


def decaying(parameters):
    """The parameters that a regularizer acts on: all but those that say they don't decay."""
    for parameter in parameters:
        decays = getattr(parameter, "decays", True)
        if isinstance(decays, np.ndarray):
            raise TypeError(
                f"a regularizer expects weights and biases apart, got {describe(parameter)} that "
                "holds both: hand over network.parameters()"
            )
        if decays:
            yield parameter


def group_norms(w, groups, room):
    """The length of each group of `w`, in an array of `room` that `w` can be multiplied by.

    Also where squares are too large for them.
    """
    check_grouped(w)
    axes = groups.axes(w)
    squares = np.multiply(w, w, out=room("squares", w.shape, w.dtype))
    shape = tuple(1 if axis in axes else size for axis, size in enumerate(w.shape))
    norms = room("norms", shape, w.dtype)
    np.add.reduce(squares, axis=axes, keepdims=True, out=norms)
    np.sqrt(norms, out=norms)
    if not math.isfinite(np.vdot(norms, norms)):  # the quickest look at all of them
        _measure_giants(w, axes, norms)
    return norms


def _measure_giants(w, axes, norms):
    """Write into `norms`, where they are infinite, the lengths of groups that are finite."""
    with np.errstate(over="ignore"):
        largest = np.abs(w).max(axis=axes, keepdims=True)
        giant = np.isinf(norms) & np.isfinite(largest)
        shares = w / np.where(giant, largest, 1)
        lengths = np.sqrt((shares * shares).sum(axis=axes, keepdims=True))
        np.multiply(largest, lengths, out=norms, where=giant)


def group_size(w, axes):
    return math.prod(w.shape[axis] for axis in axes)


def check_grouped(w):
    if w.ndim < 2:
        raise ValueError(
            f"groups of weights expect a matrix (fan_out, fan_in), got shape {w.shape}: "
            "only the weights of layers have rows and columns"
        )


def check_groups(groups):
    if groups is None:
        return Incoming()
    if not isinstance(groups, Groups):
        raise TypeError(f"groups expects Incoming() or Outgoing(), got {describe(groups)}")
    return groups
