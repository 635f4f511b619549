"""Puts an answer to the test: each property of an exercise, and a grade for it all."""

import inspect
import pickle
import re
from dataclasses import dataclass, replace

import numpy as np

from nnlib.checks import watched
from nnlib.checks.answers import show_call, unchanged
from nnlib.checks.exercise import Failed, inputs_for

OUT_OF_TIME = "out of time"  # the key of an exercise's `errors` for an answer that takes too long
NOT_ATTEMPTED, NOT_YET, PASSED = "not attempted", "not yet", "passed"
KNOWN_ERRORS = {
    "NameError": "this name has no value yet: is it spelled as where it was made, "
    "and has the cell that makes it been run?",
    "RecursionError": "the function calls itself without an end, or too deep: "
    "Python allows about 1,000 calls inside one another; a loop has no such limit",
    "SystemExit": "exit() and sys.exit() end the program: use `return`",
}


@dataclass(frozen=True)
class Failure:
    """Why a property doesn't hold, in the words that the reader gets.

    `mistake` is what the answer shows for certain, `usually` the usual reason where nothing is
    certain; one of the two is empty.
    """

    problem: str
    call: str = ""
    yours: str = ""
    wanted: str = ""
    mistake: str = ""
    usually: str = ""
    printed: str = ""


@dataclass(frozen=True)
class Grade:
    """What came of a check: `results` are pairs (property, Failure or None), as far as it came."""

    exercise: object
    state: str
    results: tuple = ()

    @property
    def points(self):
        return sum(prop.points for prop, failure in self.results if failure is None)

    @property
    def failed(self):
        """The properties that don't hold, with their failures."""
        return [(prop, failure) for prop, failure in self.results if failure]

    @property
    def not_reached(self):
        """The properties that were not tried, because time was up."""
        return self.exercise.properties[len(self.results) :]


class TimeIsUp(Exception):
    """The answer has used all the time that a check allows."""


class Asked:
    """An answer as the properties see it: called under watch, and looked over before it is judged.

    Each call hands out copies, asks for the right kind of answer and for inputs left as they were,
    and raises Failed otherwise. `call`, `printed` and `overflowed` are those of the latest call.
    """

    def __init__(self, f, exercise):
        self.f, self.exercise = f, exercise
        self.seconds = exercise.seconds
        self.call = self.printed = ""
        self.overflowed = False

    def __call__(self, *arguments):
        lent = pickle.loads(pickle.dumps(arguments))
        self.call = show_call(self.exercise.name, arguments)
        outcome = watched.call(self.f, lent, self.seconds)
        self.seconds -= outcome.seconds
        self.printed, self.overflowed = outcome.printed, outcome.overflowed
        if not outcome.in_time:
            raise TimeIsUp
        if outcome.error is not None:
            raise _raised(outcome, self.exercise)
        if self.seconds <= 0:
            raise TimeIsUp
        return self._look_over(outcome.value, arguments, lent)

    def _look_over(self, value, arguments, lent):
        """The gates: the kind of answer, and the inputs as they were."""
        names = inspect.signature(self.exercise.reference).parameters
        try:
            answer = self.exercise.answer(value, arguments)
            for name, before, after in zip(names, arguments, lent, strict=False):
                if not unchanged(before, after):
                    raise _changed(name, before, self.exercise)
        except Failed:
            raise
        except Exception as error:  # whatever an odd object does when it is looked at
            problem = f"Your answer can't be read: looking at it raised {_name(error)}."
            raise Failed(problem) from None
        return answer


def grade(exercise, f, seed=0):
    """Try every property of `exercise` on `f` and return the Grade; inputs are drawn from `seed`.

    Whatever `f` does, nothing is raised.
    """
    asked, results = Asked(f, exercise), []
    for prop in exercise.properties:
        try:
            failure = _try(prop, asked, seed)
        except _Untouched:
            return Grade(exercise, NOT_ATTEMPTED)
        except TimeIsUp:
            results.append((prop, _out_of_time(asked)))
            break
        results.append((prop, failure))
    grade = Grade(exercise, NOT_YET, tuple(results))
    return grade if grade.failed else replace(grade, state=PASSED)


class _Untouched(Exception):
    """The answer is still the dots of the page."""


def _try(prop, asked, seed):
    """The Failure of a property, or None if it holds in all its cases."""
    for case in range(prop.cases):
        try:
            prop.holds(asked, inputs_for(seed, asked.exercise, prop, case))
        except Failed as failed:
            if failed.not_attempted:
                raise _Untouched from None
            return _failure(prop, asked, failed)
    return None


def _failure(prop, asked, failed):
    certain = failed.mistake or _known(failed.problem, asked.exercise.errors)
    reason = {"mistake": certain} if certain else {"usually": _usual(prop, failed)}
    return Failure(
        failed.problem,
        call=asked.call,
        yours=failed.yours,
        wanted=failed.wanted,
        printed=asked.printed,
        **reason,
    )


def _usual(prop, failed):
    """The usual mistake behind a wrong value; a crash or a wrong kind of answer says its own."""
    return prop.usually if failed.yours else ""


def _out_of_time(asked):
    known = asked.exercise.errors.get(OUT_OF_TIME, "")
    usual = "a loop whose end is never reached, or work that doubles with each step"
    return Failure(
        f"The answer ran for more than {asked.exercise.seconds:g} seconds and was stopped.",
        call=asked.call,
        mistake=known,
        usually="" if known else usual,
        printed=asked.printed,
    )


def _changed(name, before, exercise):
    problem = f"The call changed what it was given as {name}."
    if isinstance(before, list | tuple) and any(isinstance(one, np.ndarray) for one in before):
        copied = f"[one.copy() for one in {name}]; a copy of the {type(before).__name__} alone "
        copied += "still holds the caller's arrays"
    else:
        copied = f"{name}.copy()"
    usual = (
        f"{name} belongs to the caller: work on a copy, {copied}, "
        "and write x = x + 1 in place of x += 1 where x is an array"
    )
    return Failed(problem, mistake=_known(problem, exercise.errors) or usual)


def _raised(outcome, exercise):
    """The Failed for an answer that raised an error: its line and, where known, its mistake."""
    error, line = outcome.error, outcome.line
    words = f"{_name(error)}: {_message(error)}".rstrip(": ")
    where = f" in line {line[0]}, `{line[1]}`" if line and line[1] else ""
    mistake = _known(words, {**KNOWN_ERRORS, **exercise.errors})
    if isinstance(error, TypeError) and line is None:
        mistake = f"the check calls {exercise.call}: the function has to take these arguments"
    return Failed(f"Your function stopped{where}: {words}", mistake=mistake)


def _known(words, errors):
    """The mistake behind a message, where one of `errors` tells it."""
    return next((why for piece, why in errors.items() if piece in words), "")


def _name(error):
    return type(error).__name__


def _message(error):
    """The error's own words, in one line, short, with no address in it."""
    try:
        words = " ".join(str(error).split())
    except Exception:
        return ""
    words = re.sub(r"0x[0-9a-fA-F]{4,}", "0x...", words)
    return words if len(words) <= 200 else words[:200] + "..."
