"""Answers to the exercises of chapter 8."""

from answers.convolution import branches, columns, pixels, sides, sliding, switches

ANSWERS = [room.answers for room in (sides, sliding, columns, switches, branches, pixels)]
