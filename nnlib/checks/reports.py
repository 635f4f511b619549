"""What a reader is shown: every message as plain text and, in a notebook, as HTML.

Nothing in it changes from run to run: no times, no addresses, no dates.
"""

from dataclasses import dataclass, replace
from html import escape

from IPython import get_ipython
from IPython.display import display

from nnlib.checks.grading import NOT_ATTEMPTED, PASSED

BAR = 10  # characters
COLOURS = {"good": "#009e73", "open": "#e69f00", "plain": "#7f7f7f"}  # told apart by words, too


@dataclass(frozen=True)
class Notice:
    """A few words: a title, and lines of text, each a pair (label, text); code stands in `code`."""

    title: str
    lines: tuple = ()
    code: str = ""
    kind: str = "plain"

    def __repr__(self):
        width = max((len(label) for label, _ in self.lines), default=0)
        lines = [f"  {label:<{width}}  {text}" for label, text in self.lines]
        return "\n".join([self.title, *lines, *self.code.splitlines()])

    def _repr_html_(self):
        labelled = any(label for label, _ in self.lines)
        lines = "".join((_html_line if labelled else _html_text)(*line) for line in self.lines)
        table = f"<table>{lines}</table>" if labelled else lines
        code = f"<pre>{escape(self.code)}</pre>" if self.code else ""
        edge = f"border-left: 5px solid {COLOURS[self.kind]}; padding-left: 10px"
        return f"<div style='{edge}'><b>{escape(self.title)}</b>{table}{code}</div>"

    def with_note(self, note):
        """The same with a last line, unless `note` is empty."""
        return replace(self, lines=(*self.lines, ("note", note))) if note else self


def show(notice):
    """Put a notice on the page, or print it where there is no page."""
    if get_ipython() is None:
        print(notice)
    else:
        display(notice)


def of_grade(grade):
    """The Notice about a check: the state, each property, and the first failure in full."""
    exercise = grade.exercise
    name = f"Exercise {exercise.number}"
    ask = ("", f'hint("{exercise.number}") gives a hint.')
    if grade.state == NOT_ATTEMPTED:
        start = f"{exercise.name} still returns the three dots: put your answer in their place."
        return Notice(f"{name}: not attempted", (("", start), ask))
    points = f"{grade.points} of {_points(exercise.points)}"
    if grade.state == PASSED:
        lines = [("✓", prop.name) for prop, _ in grade.results]
        return Notice(f"{name}: passed, {points}", tuple(lines), kind="good")
    first = grade.failed[0][1]
    lines = []
    for prop, failure in grade.results:
        lines.append(("✗" if failure else "✓", prop.name))
        lines += _details(failure) if failure is first else []
    lines += [("–", f"{prop.name}: not reached") for prop in grade.not_reached]
    return Notice(f"{name}: not yet, {points}", (*lines, ask), kind="open")


def _details(failure):
    pairs = [
        ("", failure.problem),
        ("called", failure.call),
        ("yours", failure.yours),
        ("wanted", failure.wanted),
        ("mistake", failure.mistake),
        ("usually", failure.usually),
        ("printed", _first_lines(failure.printed)),
    ]
    return [(label, text) for label, text in pairs if text]


@dataclass(frozen=True)
class Progress:
    """Exercises with their bars, and a sum for each chapter."""

    rows: tuple
    note: str = ""

    def table(self):
        """Rows of (number, title, points, of, state), chapter by chapter, each with its sum."""
        table = []
        for chapter in dict.fromkeys(exercise.chapter for exercise, _, _ in self.rows):
            of_it = [row for row in self.rows if row[0].chapter == chapter]
            for e, record, state in of_it:
                table.append((e.number, e.title, record.points, e.points, state))
            got, of = (sum(row[k] for row in table[-len(of_it) :]) for k in (2, 3))
            passed = sum(record.passed for _, record, _ in of_it)
            table.append(("", f"Chapter {chapter}", got, of, f"{passed} of {len(of_it)} passed"))
        return table

    def __repr__(self):
        table = self.table()
        wide = max(len(title) for _, title, *_ in table)
        lines = [
            f"{number:<4} {title:<{wide}}  {bar(got, of)}  {got:>2} of {of:>2}  {state}"
            for number, title, got, of, state in table
        ]
        return "\n".join(lines + ([self.note] if self.note else []))

    def _repr_html_(self):
        rows = "".join(_html_row(*row) for row in self.table())
        words = ("", "exercise", "", "points", "state")
        head = "".join(f"<th style='text-align: left'>{word}</th>" for word in words)
        note = f"<p>{escape(self.note)}</p>" if self.note else ""
        return f"<table><tr>{head}</tr>{rows}</table>{note}"


def _html_line(label, text):
    cell = "<td style='text-align: left; vertical-align: top; white-space: pre-wrap'>"
    return f"<tr>{cell}{escape(label)}</td>{cell}{escape(text)}</td></tr>"


def _html_text(label, text):
    return f"<div>{escape(text)}</div>"


def _html_row(number, title, got, of, state):
    cells = "".join(
        f"<td style='text-align: left'>{escape(str(cell))}</td>"
        for cell in (number, title, bar(got, of), f"{got} of {of}", state)
    )
    return f"<tr>{cells}</tr>" if number else f"<tr style='font-weight: bold'>{cells}</tr>"


def bar(got, of):
    """A bar of text: `bar(1, 2)` is `█████░░░░░`; full only when everything is there."""
    full = got * BAR // of if of else 0
    return "█" * full + "░" * (BAR - full)


def _points(number):
    return f"{number} point" if number == 1 else f"{number} points"


def _first_lines(text, most=5):
    lines = text.strip().splitlines()
    return "\n".join(lines[:most] + (["..."] if len(lines) > most else []))
