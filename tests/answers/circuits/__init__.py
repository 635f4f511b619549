"""Answers to the exercises of chapter 1."""

from answers.circuits import by_hand, differences, division, judge, neuron, tape

ANSWERS = [room.answers for room in (division, differences, by_hand, neuron, judge, tape)]
