"""Answers to the exercises of chapter 2."""

from answers.neurons import activation, adder, gradients, logistic, rosenblatt, slowdown

ANSWERS = [room.answers for room in (adder, rosenblatt, activation, gradients, slowdown, logistic)]
