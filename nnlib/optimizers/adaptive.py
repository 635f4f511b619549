"""Steps that each weight scales for itself, by the sizes of its gradients so far (chapter 5)."""

import math

import numpy as np

from nnlib.optimizers.base import Optimizer
from nnlib.validation import check_number


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
