"""Answers to the exercises of chapter 5."""

from answers.optimizers import adam, annealing, curvature, limits, momentum, nesterov

ANSWERS = [room.answers for room in (limits, momentum, nesterov, adam, annealing, curvature)]
