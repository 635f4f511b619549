"""Single neurons: perceptrons, neurons made of Units, and regression as one neuron (chapter 2)."""

from nnlib.neurons.neuron import MLP, Neuron, neuron_layer
from nnlib.neurons.perceptron import Perceptron

__all__ = ["MLP", "Neuron", "Perceptron", "neuron_layer"]
