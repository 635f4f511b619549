"""The functions that a neuron's sum passes through, each with its way back (chapter 2)."""

from nnlib.gates import ReLU, Sigmoid, Tanh

__all__ = ["ReLU", "Sigmoid", "Tanh"]
