"""The losses that ask how surprised a network is by the truth (chapters 2 and 4).

Both take logits, the sums before the sigmoid or softmax: log and exp then meet in one formula, in
which nothing overflows and no logarithm of 0 can come up.
"""

import numpy as np

from nnlib.gates import Sigmoid
from nnlib.losses.loss import Loss, one_hot
from nnlib.validation import check_count, check_labels, check_number, check_vector


class BinaryCrossEntropy(Loss):
    """C = -1/n Σ (t log p + (1 - t) log(1 - p)), p = sigmoid(z); its gradient: (p - t) / n.

    The sum goes over the outputs, each a yes or no of its own, and over the n examples.
    Logits z (K, n). Targets t: for one output, K = 1, labels (n,) of 0 and 1, or probabilities;
    for more, labels (n,) from 0 to K - 1, which mean one-hot columns; or probabilities (K, n).

    Computed as log(1 + exp(z)) - t z. `predict` gives 1 where z > 0 for one output, else the row of
    the largest. Source: Nielsen, 2015, equation 63.
    """

    def __init__(self):
        self.sigmoid = Sigmoid()

    def encode_labels(self, labels, K):
        if K > 1:
            return one_hot(labels, K)
        self.check_numbers(labels)
        return labels.reshape(1, -1)

    def check_numbers(self, T):
        wrong = T[(T < 0) | (T > 1)]
        if wrong.size:
            raise ValueError(
                f"targets expects labels 0 and 1, or probabilities, got {wrong[0]}: for labels y "
                "of -1 and +1, write (y + 1) / 2"
            )

    def measure(self, outputs, T):
        z, n = outputs, outputs.shape[1]
        self.p, self.T = self.sigmoid.forward(z), T
        high = np.maximum(z, 0, out=self.buffer_like("high", z))
        surprise = np.multiply(high, -2, out=self.buffer_like("surprise", z))
        surprise += z  # -|z|, so that exp can't overflow
        np.log1p(np.exp(surprise, out=surprise), out=surprise)
        surprise += high  # log(1 + exp(z))
        surprise -= np.multiply(T, z, out=high)
        return surprise.sum().item() / n

    def backward(self):
        p, T = self.p, self.T
        grad = np.subtract(p, T, out=self.buffer_like("grad", p))
        grad *= 1 / p.shape[1]
        return grad

    def predict(self, outputs):
        if self._check_outputs(outputs).shape[0] == 1:
            return (outputs[0] > 0).astype(np.int64)
        return super().predict(outputs)


class SoftmaxCrossEntropy(Loss):
    """C = -1/n Σ tₖ log pₖ, where p = softmax(z); its gradient: (p - t) / n.

    The sum goes over the classes k and the n examples. Logits z (classes, n). Targets t: labels
    (n,) from 0 to classes - 1, which mean one-hot columns, or distributions (classes, n), columns
    of numbers from 0 up with the sum 1.

    log pₖ = zₖ - top - log Σⱼ exp(zⱼ - top): the largest logit of a column is taken off first, so
    that exp can't overflow. Only where two logits of a column lie further apart than the dtype
    reaches, 3e38 in float32 and 1e308 in float64, is the loss nan.

    `label_smoothing` ε, from 0 up to, not including, 1, turns a label's column t into
    (1 - ε) t + ε / classes, so that no logit needs to grow without end; distributions stay as they
    are (Szegedy, Vanhoucke, Ioffe, Shlens and Wojna, 2016, section 7).

    `class_weights` w, a number above 0 for each class, is for unbalanced data: the terms become
    wₖ tₖ log pₖ, so that a label of class k counts wₖ times. The sum is divided by n all the same,
    as in scikit-learn's SGDClassifier, so that the minibatches' costs average to that of all data;
    PyTorch divides by the sum of the minibatch's weights instead. See `balanced_weights`.

    >>> logits = np.array([[2.0], [0.0], [0.0]])
    >>> loss = SoftmaxCrossEntropy()
    >>> round(loss.forward(logits, [0]), 4)  # -log(e² / (e² + 2))
    0.2395
    >>> loss.backward().round(4).ravel()
    array([-0.213 ,  0.1065,  0.1065])
    """

    fewest_outputs = 2

    def __init__(self, *, label_smoothing=0.0, class_weights=None):
        self.label_smoothing = check_number(label_smoothing, "label_smoothing", minimum=0, below=1)
        self.class_weights = None if class_weights is None else _check_weights(class_weights)

    def settings(self):
        settings = {"label_smoothing": self.label_smoothing} if self.label_smoothing else {}
        if self.class_weights is not None:
            settings["class_weights"] = self.class_weights.tolist()
        return settings

    def encode(self, targets, shape, *, dtype=np.float64):
        T = super().encode(targets, shape, dtype=dtype)
        if self.class_weights is not None:
            T *= check_vector(self.class_weights, "class_weights", length=len(T))[:, np.newaxis]
        return T

    def encode_labels(self, labels, K):
        smooth = self.label_smoothing
        return (1 - smooth) * one_hot(labels, K) + smooth / K

    def check_numbers(self, T):
        total = T.sum(axis=0)
        wrong = np.flatnonzero((np.abs(total - 1) > 1e-5) | (T < 0).any(axis=0))
        if wrong.size:
            raise ValueError(
                f"targets expects distributions, columns of numbers from 0 up with the sum 1, got "
                f"{T[:, wrong[0]]} in column {wrong[0]}"
            )

    def measure(self, outputs, T):
        z, n = outputs, outputs.shape[1]
        top = z.max(axis=0, keepdims=True, out=self.buffer("top", (1, n), z.dtype))
        log_p = np.subtract(z, top, out=self.buffer_like("log_p", z))
        p = np.exp(log_p, out=self.buffer_like("p", z))
        total = p.sum(axis=0, keepdims=True, out=self.buffer("total", (1, n), p.dtype))
        p /= total
        log_p -= np.log(total, out=total)
        self.p, self.T = p, T
        log_p *= T
        return -log_p.sum().item() / n

    def backward(self):
        p, T = self.p, self.T
        grad = self.buffer_like("grad", p)
        if self.class_weights is None:
            np.subtract(p, T, out=grad)
        else:  # the weights of a column needn't sum to 1
            mass = T.sum(axis=0, keepdims=True, out=self.buffer("mass", (1, p.shape[1]), p.dtype))
            np.multiply(p, mass, out=grad)
            grad -= T
        grad *= 1 / p.shape[1]
        return grad


def balanced_weights(y, classes):
    """Class weights that make rare classes count as much as frequent ones: n / (classes · nₖ).

    For labels y (n,) from 0 to classes - 1; an array (classes,), whose mean over the examples is 1.
    Raises ValueError where a class has no example. Source: King and Zeng, 2001.

    >>> balanced_weights([0, 0, 0, 1], 2).round(4)
    array([0.6667, 2.    ])
    """
    classes = check_count(classes, "classes")
    counts = np.bincount(check_labels(y, classes=classes), minlength=classes)
    if not counts.all():
        raise ValueError(f"class {counts.argmin()} has no example in y: it can't be balanced")
    return len(y) / (classes * counts)


def _check_weights(weights):
    """Class weights as a vector of numbers above 0."""
    weights = check_vector(weights, "class_weights").astype(np.float64)
    if not (weights > 0).all():
        k = np.flatnonzero(weights <= 0)[0]
        raise ValueError(f"class_weights expects numbers above 0, got {weights[k]:g} for class {k}")
    return weights
