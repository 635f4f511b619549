"""Answers to the exercises of chapter 6."""

from answers.regularization import dropout, folds, normalize, shrink, signal, stopping

ANSWERS = [room.answers for room in (shrink, dropout, stopping, signal, folds, normalize)]
