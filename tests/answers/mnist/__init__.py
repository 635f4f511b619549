"""Answers to the exercises of chapter 7."""

from answers.mnist import bits, confusion, darkness, program, silent, spread

ANSWERS = [room.answers for room in (darkness, confusion, silent, spread, bits, program)]
