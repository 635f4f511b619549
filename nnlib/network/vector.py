"""All that a network can learn in one vector: how its parameters move in (chapter 4)."""

import numpy as np


def join(parameters, dtype):
    """Two vectors, one for all values and one for all gradients, and each Parameter a view of them.

    The values stay what they are; the gradients start at 0.
    """
    size = sum(parameter.value.size for parameter in parameters)
    values, grads = np.zeros(size, dtype), np.zeros(size, dtype)
    stop = 0
    for parameter in parameters:
        start, stop = stop, stop + parameter.value.size
        shape = parameter.value.shape
        parameter.join(values[start:stop].reshape(shape), grads[start:stop].reshape(shape))
    return values, grads
