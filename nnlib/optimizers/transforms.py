"""What may happen to a gradient before an optimizer sees it: clipping, and noise (chapter 5).

A transform is handed to any optimizer: `SGD(0.1, transforms=[ClipNorm(1.0)])`. They are applied in
the order of the list, to copies: a parameter's own `grad` stays as it is.
"""

import json
import math

import numpy as np

from nnlib.optimizers.pieces import BLOCK
from nnlib.validation import check_number, check_rng, describe


class ClipValue:
    """Cut each entry of the gradient to lie between -limit and limit.

    g = min(max(g, -limit), limit)

    It changes the direction of the step. Source: Mikolov, 2012, section 3.2.2.
    """

    def __init__(self, limit):
        self.limit = check_number(limit, "limit", positive=True)

    def apply(self, gradients, steps):
        """Clip each vector of the list in place."""
        for g in gradients:
            np.maximum(g, -self.limit, out=g)
            np.minimum(g, self.limit, out=g)

    def __repr__(self):
        return f"ClipValue({self.limit!r})"


class ClipNorm:
    """Shorten the gradient, all parameters' as one vector, to at most the length `limit`.

    g = g * limit / norm(g)    where norm(g) > limit

    It keeps the direction of the step. Source: Pascanu, Mikolov and Bengio, 2013, algorithm 1.
    """

    def __init__(self, limit):
        self.limit = check_number(limit, "limit", positive=True)

    def apply(self, gradients, steps):
        """Scale all vectors of the list in place, by the same factor."""
        size = norm(gradients)
        if size > self.limit:
            for g in gradients:
                g *= self.limit / size

    def __repr__(self):
        return f"ClipNorm({self.limit!r})"


class GradientNoise:
    """Add Gaussian noise that dies away, so that early steps can leave a bad place.

    g = g + N(0, sigma**2),    sigma**2 = eta / (1 + t)**gamma,    t = 0, 1, 2, ...

    Raises TypeError unless `rng` is a NumPy generator. Source: Neelakantan et al., 2015.
    """

    def __init__(self, eta=0.01, gamma=0.55, *, rng):
        self.eta = check_number(eta, "eta", positive=True)
        self.gamma = check_number(gamma, "gamma", minimum=0)
        self.rng = check_rng(rng)
        self._noise = {}

    def apply(self, gradients, steps):
        """Add noise to each vector of the list in place; `steps` have been taken so far."""
        sigma = math.sqrt(self.eta / (1 + steps) ** self.gamma)
        for g in gradients:
            for start in range(0, g.size, BLOCK):
                block = g[start : start + BLOCK]
                noise = self._room(g.dtype)[: block.size]
                self.rng.standard_normal(out=noise, dtype=g.dtype)
                noise *= sigma
                block += noise

    def state_dict(self):
        """The state of the generator, as bytes in an array."""
        state = json.dumps(self.rng.bit_generator.state, default=np.ndarray.tolist)
        return {"rng": np.frombuffer(state.encode(), np.uint8).copy()}

    def load_state_dict(self, state):
        """Let the generator continue from the state that `state_dict` gave."""
        try:
            words = json.loads(np.asarray(state["rng"]).astype(np.uint8).tobytes())
            self.rng.bit_generator.state = words
        except (ValueError, TypeError) as error:
            raise ValueError(
                f"this is not the state of a {type(self.rng.bit_generator).__name__}, the "
                f"generator in {self!r}: {error}"
            ) from None

    def _room(self, dtype):
        if dtype not in self._noise:
            self._noise[dtype] = np.empty(BLOCK, dtype)
        return self._noise[dtype]

    def __repr__(self):
        return f"GradientNoise(eta={self.eta!r}, gamma={self.gamma!r})"


def check_transforms(transforms):
    """`transforms` as a tuple of objects with `apply`; one alone is taken as a list of one."""
    transforms = tuple(transforms) if isinstance(transforms, list | tuple) else (transforms,)
    for transform in transforms:
        if not hasattr(transform, "apply") or isinstance(transform, type):
            raise TypeError(
                f"transforms expects a list of gradient transforms, got {describe(transform)}: "
                "for instance [ClipNorm(1.0)]"
            )
    return transforms


def norm(vectors):
    """The length of several vectors taken as one, also where squares are too large for them."""
    squares = sum(float(np.vdot(g, g)) for g in vectors)
    if math.isfinite(squares):
        return math.sqrt(squares)
    largest = max(float(np.abs(g).max(initial=0)) for g in vectors)
    return largest * math.sqrt(sum(float(np.vdot(g / largest, g / largest)) for g in vectors))
