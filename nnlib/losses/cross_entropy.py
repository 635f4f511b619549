"""The losses that ask how surprised a network is by the truth (chapters 2 and 4)."""

import numpy as np

from nnlib.losses.loss import Loss


class SoftmaxCrossEntropy(Loss):
    """The mean over the n examples of -Σₖ tₖ log pₖ, where p = softmax(z) of the logits z.

    Its gradient is (p - t) / n. Logits z (classes, n). Targets t: labels (n,), which mean one-hot
    columns, or distributions (classes, n), whose columns sum to 1.

    log pₖ = zₖ - m - log Σⱼ exp(zⱼ - m), with the largest logit m taken off first, so that logits
    of any size are safe.
    """

    def measure(self, outputs, T):
        z = outputs
        n = z.shape[1]
        log_p = np.subtract(z, z.max(axis=0), out=self.buffer_like("log_p", z))
        p = np.exp(log_p, out=self.buffer_like("p", z))
        total = p.sum(axis=0)
        log_p -= np.log(total)
        p /= total
        self.p, self.T = p, T
        return -np.multiply(T, log_p, out=self.buffer_like("terms", p)).sum().item() / n

    def backward(self):
        p, T = self.p, self.T
        grad = np.subtract(p, T, out=self.buffer_like("grad", p))
        grad /= p.shape[1]
        return grad
