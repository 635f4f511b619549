"""Steps along the gradient, with and without a memory of the steps before (chapter 5)."""

import numpy as np

from nnlib.optimizers.base import Optimizer
from nnlib.validation import check_number


class SGD(Optimizer):
    """Gradient descent; on minibatches, stochastic gradient descent.

        w = w - rate * g

    Source: Cauchy, 1847, for the full gradient; Robbins and Monro, 1951, for a noisy one.
    """

    def __init__(self, learning_rate, *, transforms=()):
        super().__init__(learning_rate, transforms)

    def update(self, w, g, rate, s):
        np.multiply(g, rate, out=s)
        w -= s


class Momentum(Optimizer):
    """A ball that rolls: the step is a velocity v, and the gradient only changes the velocity.

        v = momentum * v - rate * g
        w = w + v

    With `momentum` 0 it is `SGD`. optax and PyTorch keep the sum m = momentum * m + g instead and
    step by -rate * m: the same path while the rate stands still (v = -rate * m), another one under
    a schedule. Here a new rate acts on the coming pushes only, as in the paper.

    Source: Polyak, 1964; in this form Sutskever et al., 2013, equations 1 and 2.
    """

    memory = ("v",)

    def __init__(self, learning_rate, momentum=0.9, *, transforms=()):
        super().__init__(learning_rate, transforms)
        self.momentum = check_number(momentum, "momentum", minimum=0, below=1)

    def update(self, w, g, rate, v, s):
        v *= self.momentum
        np.multiply(g, rate, out=s)
        v -= s
        w += v


class Nesterov(Momentum):
    """Momentum that looks ahead: the gradient is taken where the velocity is about to lead.

    With p the position, the paper's formula is

        v = momentum * v - rate * gradient(p + momentum * v)
        p = p + v

    An optimizer is handed the gradient at w. So w holds the point ahead, w = p + momentum * v, and
    the same steps, written for it, are

        v = momentum * v - rate * g
        w = w + momentum * v - rate * g

    Under a schedule optax's path differs as it does for `Momentum`.

    Source: Nesterov, 1983; Sutskever et al., 2013, equations 3 and 4; for the point ahead Bengio
    et al., 2013, equation 7.
    """

    def update(self, w, g, rate, v, s):
        v *= self.momentum
        np.multiply(g, rate, out=s)
        v -= s
        w -= s
        np.multiply(v, self.momentum, out=s)
        w += s


class Gains(Optimizer):
    """A gain of its own for each weight: it grows while the gradient keeps its sign.

        gain = gain + increase    where g has the sign of the gradient before
        gain = gain * decrease    elsewhere
        w = w - rate * gain * g

    Gains start at 1, are left alone by the first step, which has no gradient before it, and stay
    between `minimum` and `maximum`. A gain that grows by adding and shrinks by a factor falls back
    fast when the weight begins to swing. Made for full gradients or large minibatches.

    Source: Jacobs, 1988 (delta-bar-delta); in this form Hinton, 2012, lecture 6d.
    """

    memory = ("gain", "sign")
    masks = 1

    def __init__(
        self,
        learning_rate,
        increase=0.05,
        decrease=0.95,
        minimum=0.1,
        maximum=10.0,
        *,
        transforms=(),
    ):
        super().__init__(learning_rate, transforms)
        self.increase = check_number(increase, "increase", minimum=0)
        self.decrease = check_number(decrease, "decrease", positive=True, maximum=1)
        self.minimum = check_number(minimum, "minimum", positive=True, maximum=1)
        self.maximum = check_number(maximum, "maximum", minimum=1)

    def begin(self, piece, parameters):
        piece.memory["gain"].fill(1)

    def update(self, w, g, rate, gain, sign, s, mask):
        np.sign(g, out=s)
        if self.steps > 1:
            sign *= s
            np.greater(sign, 0, out=mask)
            np.add(gain, self.increase, out=gain, where=mask)
            np.less_equal(sign, 0, out=mask)
            np.multiply(gain, self.decrease, out=gain, where=mask)
            np.maximum(gain, self.minimum, out=gain)
            np.minimum(gain, self.maximum, out=gain)
        np.copyto(sign, s)

        np.multiply(gain, g, out=s)
        s *= rate
        w -= s


class Rprop(Optimizer):
    """Resilient backpropagation: each weight has a step size, and of g only the sign counts.

        delta = min(delta * eta_plus, maximum)     where g has the sign of the gradient before
        delta = max(delta * eta_minus, minimum)    where it has the opposite sign
        dw = -sign(g) * delta                      but where it has the opposite sign,
        dw = -dw                                   the step is taken back, and the next one
        w = w + dw                                 counts as the first: g is remembered as 0

    `learning_rate`, a number, is the first delta. With `backtracking=False` the step that overshot
    is not taken back (dw = 0 there): PyTorch's Rprop, and iRprop- of Igel and Huesken, 2003.
    optax's rprop 0.2.8 decides the same steps but takes each of them one call too late.

    For full gradients: the sign of a minibatch's is mostly noise.

    Source: Riedmiller and Braun, 1993.
    """

    memory = ("delta", "dw", "sign")
    scratch = 2
    masks = 1

    def __init__(
        self,
        learning_rate=0.1,
        eta_minus=0.5,
        eta_plus=1.2,
        minimum=1e-6,
        maximum=50.0,
        backtracking=True,
        *,
        transforms=(),
    ):
        self.minimum = check_number(minimum, "minimum", positive=True)
        self.maximum = check_number(maximum, "maximum", minimum=self.minimum)
        check_number(learning_rate, "learning_rate", minimum=self.minimum, maximum=self.maximum)
        super().__init__(learning_rate, transforms)
        self.eta_minus = check_number(eta_minus, "eta_minus", positive=True, below=1)
        self.eta_plus = check_number(eta_plus, "eta_plus", minimum=1)
        self.backtracking = bool(backtracking)

    def begin(self, piece, parameters):
        piece.memory["delta"].fill(self.rate)

    def update(self, w, g, rate, delta, dw, sign, s, r, mask):
        np.sign(g, out=s)
        np.multiply(s, sign, out=r)  # 1 where the sign is the same, -1 where it turned, 0 at first
        np.copyto(sign, s)

        np.greater(r, 0, out=mask)
        np.multiply(delta, self.eta_plus, out=delta, where=mask)
        np.minimum(delta, self.maximum, out=delta)

        np.less(r, 0, out=mask)
        np.multiply(delta, self.eta_minus, out=delta, where=mask)
        np.maximum(delta, self.minimum, out=delta)
        np.multiply(dw, -1.0 if self.backtracking else 0.0, out=dw, where=mask)
        np.copyto(sign, 0, where=mask)

        np.greater_equal(r, 0, out=mask)
        np.multiply(s, delta, out=s)
        np.negative(s, out=dw, where=mask)
        w += dw
