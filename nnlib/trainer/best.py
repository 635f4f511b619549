"""The best epoch so far, kept aside with its weights (chapter 6)."""

import copy
from dataclasses import dataclass

import numpy as np

from nnlib.network.storage import layers_memory, restore


@dataclass(frozen=True)
class Best:
    """An epoch (counted from 1), the value it was chosen by, and the network as it then was.

    The memory of the layers is copied on its way in and out: a layer of one's own may lend the
    array that it goes on writing to.
    """

    epoch: int
    value: float
    parameters: np.ndarray
    memory: list

    @classmethod
    def of(cls, network, epoch, value):
        """Copy what `network` is after `epoch`."""
        memory = copy.deepcopy(layers_memory(network))
        return cls(epoch, value, network.parameters_vector.copy(), memory)

    def bring_back(self, network):
        """Make `network` what it was."""
        restore(network, self.parameters, copy.deepcopy(self.memory))
