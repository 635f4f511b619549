"""The layer that gives every feature of a minibatch mean 0 and spread 1 (chapters 6 and 8)."""

import numpy as np

from nnlib.gates import Parameter
from nnlib.gates.gate import FromForward
from nnlib.initializers import check_float_dtype
from nnlib.layers.layer import Layer
from nnlib.validation import check_count, check_number, check_rng, describe


class BatchNorm(Layer):
    """y = γ x̂ + β, where x̂ = (x - μ) / √(σ² + ε): each feature standardized, then scaled anew.

    Shapes: x and y (features, n); γ (`gamma`) and β (`beta`), which are learned, and the running
    mean and variance (features, 1). Images (features, height, width, n) do as well: their channels
    are the features, and all places of all images count as examples.

    In training μ and σ² = Σ (x - μ)² / n are those of the minibatch, and the layer keeps running
    ones: running = momentum · running + (1 - momentum) · the minibatch's, for the variance that of
    the population, σ² n / (n - 1). Out of training μ and σ² are the running ones: an answer then
    doesn't depend on the other examples.

    Backward, with g the gradient at y and means over the n examples:
    dγ = Σ g x̂,  dβ = Σ g,  dx = γ / √(σ² + ε) · (g - mean(g) - x̂ mean(g x̂)); out of training,
    where μ and σ² are constants, dx = γ / √(σ² + ε) · g.

    `momentum` is from 0 up to, not including, 1 (1 minus PyTorch's); `epsilon` is above 0. Raises
    ValueError for another number of features, and in training for a minibatch of one example, which
    has no spread. Source: Ioffe and Szegedy, 2015, algorithms 1 and 2.
    """

    symbol = "norm"
    x_hat = FromForward()
    input_grad = True

    def __init__(self, features, momentum=0.9, epsilon=1e-5):
        self.features = check_count(features, "features")
        self.momentum = check_number(momentum, "momentum", minimum=0, below=1)
        self.epsilon = check_number(epsilon, "epsilon", positive=True)
        self.fan_in = self.fan_out = self.features
        self.gamma = self.beta = None

    def settings(self):
        return {"features": self.features, "momentum": self.momentum, "epsilon": self.epsilon}

    def initialize(self, *, rng, dtype=np.float64):
        """Start with γ = 1, β = 0 and running statistics of mean 0 and variance 1."""
        check_rng(rng)
        column, dtype = (self.features, 1), check_float_dtype(dtype)
        self.gamma = Parameter(np.ones(column, dtype), name="gamma", decays=False)
        self.beta = Parameter(np.zeros(column, dtype), name="beta", decays=False)
        self.running_mean = np.zeros(column, dtype)
        self.running_variance = np.ones(column, dtype)

    def output_shape(self, shape):
        """The input's."""
        return shape

    def parameters(self):
        return [] if self.gamma is None else [self.gamma, self.beta]

    def state(self):
        if self.gamma is None:
            return {}
        return {
            "running_mean": self.running_mean.copy(),
            "running_variance": self.running_variance.copy(),
        }

    def restore(self, state):
        if state:
            self.running_mean[...] = state["running_mean"]
            self.running_variance[...] = state["running_variance"]

    def forward(self, x):
        self.shape, x = np.shape(x), self._check_input(x)
        self.batch_statistics = self.training
        x_hat = self._standardize_batch(x) if self.training else self._standardize(x)
        self.x_hat = x_hat
        y = np.multiply(self.gamma.value, x_hat, out=self.buffer_like("y", x))
        y += self.beta.value
        return y.reshape(self.shape)

    def backward(self, grad):
        gamma, beta, x_hat = self.gamma, self.beta, self.x_hat
        grad = np.asarray(self.check_grad(grad, self.shape), x_hat.dtype).reshape(x_hat.shape)
        dx = np.multiply(grad, x_hat, out=self.buffer_like("dx", x_hat))
        self.sum_columns(dx, out=gamma.grad)
        self.sum_columns(grad, out=beta.grad)
        if not self.input_grad:
            return None
        if self.batch_statistics:
            mean = self.buffer_like("mean", gamma.grad)
            np.multiply(x_hat, np.divide(gamma.grad, grad.shape[1], out=mean), out=dx)
            dx += np.divide(beta.grad, grad.shape[1], out=mean)
            np.subtract(grad, dx, out=dx)
        else:
            np.copyto(dx, grad)
        dx *= np.multiply(gamma.value, self.scale, out=self.buffer_like("slope", gamma.value))
        return dx.reshape(self.shape)

    def _standardize_batch(self, x):
        """x̂ by the minibatch's own mean and variance, which the running ones follow."""
        n, column = x.shape[1], (self.features, 1)
        if n == 1:
            raise ValueError(
                "BatchNorm got a minibatch of 1 example in training, which has no spread: choose a "
                "batch size that leaves 2 or more in the last minibatch"
            )
        mean = self.sum_columns(x, out=self.buffer("mean", column, x.dtype))
        mean /= n
        x_hat = np.subtract(x, mean, out=self.buffer_like("x_hat", x))
        squares = np.square(x_hat, out=self.buffer_like("y", x))
        variance = self.sum_columns(squares, out=self.buffer("variance", column, x.dtype))
        variance /= n
        self._scale_by(x_hat, variance)
        self._follow(self.running_mean, mean.real)
        variance *= n / (n - 1)
        self._follow(self.running_variance, variance.real)
        return x_hat

    def _standardize(self, x):
        """x̂ by the running mean and variance."""
        x_hat = np.subtract(x, self.running_mean, out=self.buffer_like("x_hat", x))
        self._scale_by(x_hat, self.running_variance)
        return x_hat

    def _scale_by(self, x_hat, variance):
        """Multiply x̂ by the scale 1 / √(σ² + ε)."""
        self.scale = np.add(variance, self.epsilon, out=self.buffer_like("scale", variance))
        np.sqrt(self.scale, out=self.scale)
        np.reciprocal(self.scale, out=self.scale)
        x_hat *= self.scale

    def _follow(self, running, batch):
        """running = momentum · running + (1 - momentum) · batch."""
        step = np.subtract(batch, running, out=self.buffer_like("step", running))
        step *= 1 - self.momentum
        running += step

    def _check_input(self, x):
        """`x` (features, n) in the layer's dtype, if it has as many features."""
        if self.gamma is None:
            raise ValueError(f"{self} isn't ready: call initialize(rng=...) first")
        if not isinstance(x, np.ndarray):
            raise TypeError(f"BatchNorm expects an array (features, n), got {describe(x)}")
        if x.ndim not in (2, 4) or x.shape[0] != self.features or x.size == 0:
            raise ValueError(
                f"BatchNorm expects {self.features} features, shape ({self.features}, n) or "
                f"({self.features}, height, width, n), got shape {x.shape}"
            )
        dtype = self.gamma.value.dtype
        x = x.reshape(self.features, -1)
        return x if x.dtype == dtype or x.dtype.kind == "c" else x.astype(dtype)
