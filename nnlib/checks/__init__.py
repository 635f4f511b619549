"""The words for the exercises: `check`, `hint`, `solution`, `progress`, and `yours_or_ours`.

    check("1.2", numerical_gradient)    is it right?
    hint("1.2")                         the next hint
    solution("1.2")                     the reference answer, after an attempt
    progress()                          how far you are; progress(1) for chapter 1 alone

None of them raises anything, so that a page always runs to its end. How an answer is judged stands
in `exercise` and `grading`; the exercises of a chapter have a folder.
"""

import functools
from dataclasses import replace

from nnlib.checks import (
    circuits,
    convolution,
    mlps,
    mnist,
    neurons,
    optimizers,
    regularization,
    svms,
    watched,
)
from nnlib.checks.grading import NOT_ATTEMPTED, NOT_YET, PASSED, grade
from nnlib.checks.reports import Notice, Progress, of_grade, show
from nnlib.checks.store import Store

__all__ = ["check", "hint", "progress", "rehearse", "solution", "yours_or_ours"]

_chapters = (circuits, neurons, svms, mlps, optimizers, regularization, mnist, convolution)
EXERCISES = {exercise.number: exercise for chapter in _chapters for exercise in chapter.EXERCISES}
_store = Store()


def _safely(word):
    """Make `word` raise nothing: a fault of the check itself is shown, and Run All goes on."""

    @functools.wraps(word)
    def safe(number=None, f=None):
        try:
            return word(number, f) if f is not None else word(number)
        except Exception as error:
            text = f"{type(error).__name__}: {error}. This is our fault: please tell us."
            show(Notice(f"{word.__name__} itself went wrong", (("", text),)))
            return f

    return safe


@_safely
def check(number=None, f=None):
    """Show whether `f`, your function itself, solves exercise `number`: `check("1.2", f)`."""
    exercise = _find(number, "check", f)
    if exercise and _usable(exercise, f, "check"):
        result = grade(exercise, f)
        if result.state != NOT_ATTEMPTED:
            _store.update(exercise.number, lambda record: _with_attempt(record, result))
        show(of_grade(result).with_note(_store.take_note()))


@_safely
def hint(number=None):
    """Show the next hint for an exercise, below those you have had: `hint("1.2")`."""
    exercise = _find(number, "hint")
    if exercise:
        most = len(exercise.hints)
        record = _store.update(
            exercise.number, lambda record: replace(record, hints=min(record.hints + 1, most))
        )
        hints = exercise.hints[: record.hints]
        lines = [(f"{n} of {most}", text) for n, text in enumerate(hints, 1)]
        if record.hints == most:
            lines.append(("", f'No more hints. solution("{exercise.number}") shows our answer.'))
        title = f"Exercise {exercise.number}: hints"
        show(Notice(title, tuple(lines)).with_note(_store.take_note()))


@_safely
def solution(number=None):
    """Show the reference answer of an exercise, once you have tried it: `solution("1.2")`."""
    exercise = _find(number, "solution")
    if exercise and not _store.read(exercise.number).attempts:
        text = f'Try it first: check("{exercise.number}", {exercise.name}). A wrong try counts.'
        show(Notice(f"Exercise {exercise.number}: no solution yet", (("", text),)))
    elif exercise:
        _store.update(exercise.number, lambda record: replace(record, solution_shown=True))
        title = f"Exercise {exercise.number}: one answer of many"
        show(Notice(title, code=exercise.source).with_note(_store.take_note()))


@_safely
def progress(chapter=None):
    """Show a table of all exercises, or of one chapter's: points, and what is passed."""
    chapters = sorted({exercise.chapter for exercise in EXERCISES.values()})
    if chapter is not None and chapter not in chapters:
        there_are = f"There are exercises for chapters {', '.join(map(str, chapters))}."
        show(Notice(f"There is no chapter {chapter!r:.20} with exercises", (("", there_are),)))
        return
    rows = []
    for exercise in EXERCISES.values():
        if chapter in (None, exercise.chapter):
            record = _store.read(exercise.number)
            rows.append((exercise, record, _state(record)))
    show(Progress(tuple(rows), _store.take_note()))


@_safely
def yours_or_ours(number=None, f=None):
    """Return `f` if it solves the exercise, else the reference answer, and say which.

    So an experiment that needs the function can go on in any case.
    """
    exercise = _find(number, "yours_or_ours", f)
    if not exercise or not _usable(exercise, f, "yours_or_ours"):
        return exercise.reference if exercise else f
    if grade(exercise, f).state == PASSED:
        title = f"Exercise {exercise.number}: we go on with your {exercise.name}."
        show(Notice(title, kind="good"))
        return f
    text = "We go on with the reference answer; yours takes its place as soon as it passes."
    show(Notice(f"Exercise {exercise.number} is not solved yet", (("", text),), kind="open"))
    return exercise.reference


def rehearse():
    """Keep no progress from here on: the page of solutions begins with this."""
    _store.rehearse()


def _find(number, word, f=None):
    """The exercise of that number; None, and a message, where there is none."""
    if isinstance(number, str) and number.strip() in EXERCISES:
        if not watched.is_watched():
            return EXERCISES[number.strip()]
        title, text = "A check inside a check", f"Call {word} outside of the function it checks."
    elif callable(number) and isinstance(f, str):
        title = "The other way round"
        text = f'The number comes first: {word}("{f:.10}", your_function).'
    elif isinstance(number, float) and str(number) in EXERCISES:
        title = "The number goes in quotes"
        text = f'Write "{number}" in place of {number}.'
    else:
        title = "Which exercise?" if number is None else f"There is no exercise {number!r:.40}"
        text = f"{word} takes its number in quotes. There are {', '.join(EXERCISES)}."
    show(Notice(title, (("", text),)))
    return None


def _usable(exercise, f, word):
    """Whether `f` is a function that can be checked; says what to do where it isn't."""
    if callable(f) and not isinstance(f, type):
        return True
    if isinstance(f, type):
        text = f"{f.__name__} is a class, and a function is wanted: wrap it in {exercise.call}."
    elif f is None:
        text = "There is no function in the call (or your name for it holds None)."
    else:
        text = f"What came is a value of type {type(f).__name__}, perhaps the result of a call."
    call = f'{word}("{exercise.number}", {exercise.name})'
    advice = f"Give the function itself, with no brackets after its name: {call}."
    show(Notice(f"Exercise {exercise.number}: no function to check", (("", text), ("", advice))))
    return False


def _with_attempt(record, result):
    return replace(
        record,
        attempts=record.attempts + 1,
        points=max(record.points, result.points),
        passed=record.passed or result.state == PASSED,
    )


def _state(record):
    """The state of an exercise in words."""
    state = PASSED if record.passed else NOT_YET if record.attempts else NOT_ATTEMPTED
    return state + (" (solution seen)" if record.solution_shown and not record.passed else "")
