"""Write the table of chapters into README.md, from what the chapters and their exercises are.

    python tools/chapter_table.py              all but the seconds, which stay as they are
    python tools/chapter_table.py --measure    the seconds, too: execute each chapter on one core

Reading time counts a line of code as ten words, at 200 words a minute, up to the next five minutes.
"""

import argparse
import json
import math
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import run_notebooks

from nnlib.checks import EXERCISES

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- table of chapters: make table -->\n", "<!-- end of the table -->"
HEAD = """\
| Chapter | The question | To read | To run | Exercises |
|---|---|---|---|---|
"""
WORDS_A_MINUTE = 200
WORDS_A_LINE = 10


@dataclass(frozen=True)
class Chapter:
    """What the table says about one chapter."""

    stem: str
    title: str
    question: str
    minutes: int
    exercises: str

    def row(self, seconds):
        title = f"[{self.title}](chapters/{self.stem}.ipynb)"
        return (
            f"| {title} | {self.question} | {self.minutes} min | {seconds} | {self.exercises} |\n"
        )


def measured(path):
    """The chapter at `path`, read; its title and question are its first heading and paragraph."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    heading, question = re.split(r"\n\s*\n", prose[0].strip())[:2]
    return Chapter(
        path.stem,
        heading.lstrip("# ").strip(),
        " ".join(question.split()).strip("*_"),
        reading_time(prose, code),
        exercises(path),
    )


def reading_time(prose, code):
    words = sum(len(text.split()) for text in prose)
    lines = sum(bool(line.strip()) for source in code for line in source.splitlines())
    minutes = (words + WORDS_A_LINE * lines) / WORDS_A_MINUTE
    return 5 * max(1, math.ceil(minutes / 5))


def exercises(path):
    """A link to a chapter's exercises, their number and their points."""
    chapter = str(int(path.stem.split("_")[0]))
    own = [e for number, e in EXERCISES.items() if number.split(".")[0] == chapter]
    if not own:
        return ""
    points = sum(exercise.points for exercise in own)
    return f"[{len(own)} for {points} points](exercises/{path.name})"


def seconds_in(readme):
    """The seconds that stand in the table now, by chapter."""
    rows = re.findall(
        r"^\| \[.*?\]\(chapters/(\w+)\.ipynb\) .*?\| (\d+ s) \|", readme, re.MULTILINE
    )
    return dict(rows)


def measure(path):
    """Seconds to execute a chapter, start of its kernel included."""
    start = time.perf_counter()
    run_notebooks.execute(path)
    return f"{time.perf_counter() - start:.0f} s"


def with_table(readme, seconds):
    """The text of the README with a new table in the place of the old."""
    chapters = [measured(path) for path in sorted((ROOT / "chapters").glob("*.ipynb"))]
    table = HEAD + "".join(chapter.row(seconds.get(chapter.stem, "")) for chapter in chapters)
    before, rest = readme.split(BEGIN)
    return before + BEGIN + table + END + rest.split(END)[1]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--measure", action="store_true", help="execute the chapters for their seconds"
    )
    chosen = parser.parse_args(arguments)
    readme = README.read_text(encoding="utf-8")
    seconds = seconds_in(readme)
    if chosen.measure:
        os.environ.update(run_notebooks.ENVIRONMENT)
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        paths = sorted((ROOT / "chapters").glob("*.ipynb"))
        seconds = {path.stem: measure(path) for path in paths}
    README.write_text(with_table(readme, seconds), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
