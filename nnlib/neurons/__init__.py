"""Single neurons: perceptrons, neurons made of Units, and regression as one neuron (chapter 2)."""

from nnlib.neurons.linear_model import LinearModel
from nnlib.neurons.neuron import MLP, Neuron, neuron_layer
from nnlib.neurons.perceptron import Perceptron
from nnlib.neurons.regression import LinearRegression, LogisticRegression, SoftmaxRegression

__all__ = [
    "MLP",
    "LinearModel",
    "LinearRegression",
    "LogisticRegression",
    "Neuron",
    "Perceptron",
    "SoftmaxRegression",
    "neuron_layer",
]
