"""Steps that each weight scales for itself, by the sizes of its gradients so far (chapter 5)."""

import math

import numpy as np

from nnlib.optimizers.base import Optimizer
from nnlib.validation import check_number


class Adagrad(Optimizer):
    """The rate of each weight shrinks with the sum of its squared gradients so far.

        G = G + g**2
        w = w - rate * g / (epsilon + sqrt(G))

    optax starts G at 0.1 and puts epsilon under the root; here G starts at 0, and epsilon (the
    paper's delta) stands outside it, as in the paper.

    Source: Duchi, Hazan and Singer, 2011, figure 1, for the diagonal matrix.
    """

    memory = squares = ("G",)

    def __init__(self, learning_rate=0.01, epsilon=1e-8, *, transforms=()):
        super().__init__(learning_rate, transforms)
        self.epsilon = check_number(epsilon, "epsilon", positive=True)

    def update(self, w, g, rate, G, s):
        np.multiply(g, g, out=s)
        G += s

        np.sqrt(G, out=s)
        s += self.epsilon
        np.divide(g, s, out=s)
        s *= rate
        w -= s


class RMSprop(Optimizer):
    """The gradient over its root mean square, a running mean that forgets.

        mean_square = decay * mean_square + (1 - decay) * g**2
        w = w - rate * g / (sqrt(mean_square) + epsilon)

    The lecture has no epsilon. Here it stands outside the root, as in PyTorch; optax's default has
    it inside, and `eps_in_sqrt=False` moves it out.

    Source: Tieleman and Hinton, 2012, lecture 6e.
    """

    memory = squares = ("mean_square",)

    def __init__(self, learning_rate=0.001, decay=0.9, epsilon=1e-8, *, transforms=()):
        super().__init__(learning_rate, transforms)
        self.decay = check_number(decay, "decay", minimum=0, below=1)
        self.epsilon = check_number(epsilon, "epsilon", positive=True)

    def update(self, w, g, rate, mean_square, s):
        mean_square *= self.decay
        np.multiply(g, g, out=s)
        s *= 1 - self.decay
        mean_square += s

        np.sqrt(mean_square, out=s)
        s += self.epsilon
        np.divide(g, s, out=s)
        s *= rate
        w -= s


class Adadelta(Optimizer):
    """Steps in the units of the weights: as large as the steps before, for gradients as before.

        Eg = rho * Eg + (1 - rho) * g**2
        dw = sqrt(Edw + epsilon) / sqrt(Eg + epsilon) * g
        Edw = rho * Edw + (1 - rho) * dw**2
        w = w - rate * dw

    The paper has no rate: `learning_rate` 1 is the paper's.

    Source: Zeiler, 2012, algorithm 1.
    """

    memory = squares = ("Eg", "Edw")
    scratch = 2

    def __init__(self, learning_rate=1.0, rho=0.95, epsilon=1e-6, *, transforms=()):
        super().__init__(learning_rate, transforms)
        self.rho = check_number(rho, "rho", minimum=0, below=1)
        self.epsilon = check_number(epsilon, "epsilon", positive=True)

    def update(self, w, g, rate, Eg, Edw, dw, s):
        Eg *= self.rho
        np.multiply(g, g, out=s)
        s *= 1 - self.rho
        Eg += s

        np.add(Edw, self.epsilon, out=dw)
        np.add(Eg, self.epsilon, out=s)
        dw /= s
        np.sqrt(dw, out=dw)
        dw *= g

        Edw *= self.rho
        np.multiply(dw, dw, out=s)
        s *= 1 - self.rho
        Edw += s

        dw *= rate
        w -= dw


class Adam(Optimizer):
    """Running means of the gradient and of its square, both freed of their pull towards 0.

        m = beta1 * m + (1 - beta1) * g          m_hat = m / (1 - beta1**t)
        v = beta2 * v + (1 - beta2) * g**2       v_hat = v / (1 - beta2**t)
        w = w - rate * m_hat / (sqrt(v_hat) + epsilon)

    What the corrections do shows when the factor (1 - beta) is left out of the sums: m_hat is a
    weighted mean of the gradients so far, their weighted sum over the sum of the weights

        a = 1 + beta1 + ... + beta1**(t-1) = (1 - beta1**t) / (1 - beta1)

    and v_hat the same with b for beta2. So m and v are kept as the plain sums, and a and b, which
    are numbers, join the rate: it spares four passes over the vectors.

    Source: Kingma and Ba, 2015, algorithm 1.
    """

    memory = ("m", "v")
    squares = ("v",)

    def __init__(self, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8, *, transforms=()):
        super().__init__(learning_rate, transforms)
        self.beta1 = check_number(beta1, "beta1", minimum=0, below=1)
        self.beta2 = check_number(beta2, "beta2", minimum=0, below=1)
        self.epsilon = check_number(epsilon, "epsilon", positive=True)

    def update(self, w, g, rate, m, v, s):
        m *= self.beta1  # m = beta1 * m + g
        m += g

        v *= self.beta2  # v = beta2 * v + g**2
        np.multiply(g, g, out=s)
        v += s

        a = (1 - self.beta1**self.steps) / (1 - self.beta1)
        b = (1 - self.beta2**self.steps) / (1 - self.beta2)
        np.sqrt(v, out=s)  # w = w - rate * (m / a) / (sqrt(v / b) + epsilon)
        s += self.epsilon * math.sqrt(b)
        np.divide(m, s, out=s)
        s *= rate * math.sqrt(b) / a
        w -= s


class AdamW(Adam):
    """Adam with weight decay beside the gradient, not inside it, where v would divide it away.

        w = w - eta * (alpha * m_hat / (sqrt(v_hat) + epsilon) + weight_decay * w)

    alpha is the rate, and eta what a schedule multiplies it by: here `learning_rate` gives their
    product, alpha * eta. eta is 1 where `learning_rate` is a number; under a schedule alpha is the
    schedule's `peak`, or the `alpha` you give. So `weight_decay` is the share of itself that a
    weight loses per step at the full rate.

    **PyTorch and optax** multiply the decay by alpha as well. Their `weight_decay` of 0.01 at a
    rate of 0.001 is a `weight_decay` of 0.00001 here; or keep their number and write `alpha=1`.

    Only what `decays` does: `parameter.decays` is False for biases (and may be an array of the
    shape of value: a network's vector holds both). Parameters that don't say, decay.

    Source: Loshchilov and Hutter, 2019, algorithm 2.
    """

    def __init__(
        self,
        learning_rate=0.001,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-8,
        weight_decay=1e-5,
        alpha=None,
        *,
        transforms=(),
    ):
        super().__init__(learning_rate, beta1, beta2, epsilon, transforms=transforms)
        self.weight_decay = check_number(weight_decay, "weight_decay", minimum=0)
        self.alpha = alpha if alpha is None else check_number(alpha, "alpha", positive=True)
        self.eta(self.rate)

    def eta(self, rate):
        """The schedule's multiplier at `rate`: the share of the full rate alpha that it is."""
        if self.alpha is not None:
            return rate / self.alpha
        if not callable(self.learning_rate):
            return 1.0
        if not hasattr(self.learning_rate, "peak"):
            raise ValueError(
                "AdamW decays weights in proportion to rate / alpha, and this schedule has no "
                "`peak` that could be alpha: give alpha=, the rate at which weight_decay holds"
            )
        return rate / self.learning_rate.peak

    def begin(self, piece, parameters):
        piece.memory["decays"] = np.array(piece.decays(parameters), piece.w.dtype)
        piece.cut()

    def update(self, w, g, rate, m, v, decays, s):
        np.multiply(decays, -self.eta(rate) * self.weight_decay, out=s)
        s += 1
        w *= s
        super().update(w, g, rate, m, v, s)
