"""The exercises of chapter 2, from an adder made of neurons to logistic regression by SGD."""

from nnlib.checks.neurons.activation import EXERCISE as ACTIVATION
from nnlib.checks.neurons.adder import EXERCISE as ADDER
from nnlib.checks.neurons.gradients import EXERCISE as GRADIENTS
from nnlib.checks.neurons.logistic import EXERCISE as LOGISTIC
from nnlib.checks.neurons.rosenblatt import EXERCISE as ROSENBLATT
from nnlib.checks.neurons.slowdown import EXERCISE as SLOWDOWN

EXERCISES = (ADDER, ROSENBLATT, ACTIVATION, GRADIENTS, SLOWDOWN, LOGISTIC)
