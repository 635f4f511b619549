"""Answers to the exercises of chapter 3."""

from answers.svms import cost, hinge, kernel, rivals, softmax, transcript

ANSWERS = [room.answers for room in (hinge, cost, rivals, softmax, kernel, transcript)]
