"""Answers to the exercises of chapter 4."""

from answers.mlps import engine, equations, layer, leak, softmax, tied

ANSWERS = [room.answers for room in (layer, softmax, equations, leak, tied, engine)]
