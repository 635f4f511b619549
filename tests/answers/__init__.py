"""Answers to the exercises, right and wrong, on which the checks are tested."""

from dataclasses import dataclass, field


@dataclass
class Answers:
    """The answers to exercise `number`.

    `wrong` holds (function, first property that fails, words of the message for this mistake).
    `trivial` answers need no thought, zeros or the inputs handed back, and must earn no point.
    """

    number: str
    right: list = field(default_factory=list)
    wrong: list = field(default_factory=list)
    trivial: list = field(default_factory=list)

    def correct(self, f):
        self.right.append(f)
        return f

    def thoughtless(self, f):
        self.trivial.append(f)
        return f

    def mistake(self, fails, says):
        def register(f):
            self.wrong.append((f, fails, says))
            return f

        return register
