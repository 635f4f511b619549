"""Maps through a real network's cost surface, for chapter 5's explorer."""

import functools

import numpy as np

from nnlib.activations import Tanh
from nnlib.datasets import spirals
from nnlib.layers import Dense
from nnlib.losses import SoftmaxCrossEntropy
from nnlib.network import Network
from nnlib.optimizers import LBFGS
from nnlib.regularizers import L2
from nnlib.surfaces import Chart, plane_through, random_slice

HIDDEN = 8  # units
EPOCHS = 60  # steps of L-BFGS: the cost hardly falls any more
STEPS = 51  # of the charts
FRAME = (-0.6, 1.6, -0.6, 1.6)  # around the three: (0, 0), (1, 0) and one above
ONE, THREE = "network, around a minimum", "network, through three minima"


@functools.cache
def network_charts():
    """Two maps of a small network's cost on 60 points of two spirals, by name.

    The network has two inputs, eight tanh units and a softmax, 42 parameters in all. One map lies
    around its trained weights, along two random directions; the other one through the weights of
    three such networks, trained from different first weights. Made once in a process.
    """
    X, y = spirals(60, turns=1, rng=np.random.default_rng(0))
    networks = [_trained(X, y, seed) for seed in (1, 2, 3)]
    first, cost = networks[0], networks[0].cost(X, y)
    around = random_slice(cost, first.parameters(), rng=np.random.default_rng(4))
    ends = [network.parameters_vector.copy() for network in networks]
    through = plane_through(cost, *ends)
    return {
        ONE: Chart(around, (-2.5, 2.5, -2.5, 2.5), steps=STEPS, name=ONE),
        THREE: Chart(through, FRAME, steps=STEPS, start=(1.2, 1.3), name=THREE),
    }


def _trained(X, y, seed):
    layers = [Dense(2, HIDDEN), Tanh(), Dense(HIDDEN, 2)]
    rng = np.random.default_rng(seed)
    network = Network(layers, loss=SoftmaxCrossEntropy(), regularizer=L2(1e-3), rng=rng)
    LBFGS().step([network], lambda: network.gradient(X, y), iterations=EPOCHS)
    return network
