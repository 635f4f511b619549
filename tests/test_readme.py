"""What README.md promises: its code runs, its table is true, its commands exist."""

import contextlib
import io
import re
from pathlib import Path

import chapter_table
import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_code_prints_what_stands_below_it():
    (code,), (text,) = blocks("python"), blocks("text")
    screen = io.StringIO()
    with contextlib.redirect_stdout(screen):
        exec(compile(code, "README.md", "exec"), {})
    assert screen.getvalue() == text


def test_every_picture_has_words():
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]*)\)", README)
    assert pictures
    for words, path in pictures:
        assert len(words) > 40
        assert (ROOT / path).is_file(), f"{path} is missing"


def test_every_command_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make\s+([a-z-]+)", README, re.MULTILINE))
    assert {"lab", "test", "exercises", "notebooks", "table"} <= named <= targets
    for command in [*blocks("bat"), *blocks("sh")]:
        for path in re.findall(r"\S+\.(?:py|txt)\b", command):
            assert (ROOT / path.replace("\\", "/")).is_file()


# ---- the table of chapters ----


def test_the_table_is_up_to_date():
    seconds = chapter_table.seconds_in(README)
    assert chapter_table.with_table(README, seconds) == README, "run make table"
    chapters = {path.stem for path in (ROOT / "chapters").glob("*.ipynb")}
    assert set(seconds) == chapters, "run tools/chapter_table.py --measure"


@pytest.fixture
def chapter(tmp_path):
    """A page of 1,780 words and 12 lines of code: 1,900 words' time, 9.5 minutes."""
    prose = "# 1. Circuits\n\n*How does\na circuit learn?*\n\n" + "word " * 1771
    cells = [
        nbformat.v4.new_markdown_cell(prose),
        nbformat.v4.new_code_cell("x = 1\n\n" * 12),
    ]
    path = tmp_path / "01_circuits.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def test_a_chapter_is_measured(chapter):
    found = chapter_table.measured(chapter)
    assert found.title == "1. Circuits"
    assert found.question == "How does a circuit learn?"
    assert found.minutes == 10
    assert re.fullmatch(r"\[\d for \d+ points\]\(exercises/01_circuits.ipynb\)", found.exercises)


def test_seconds_survive_a_new_table(chapter):
    row = chapter_table.measured(chapter).row("12 s")
    assert chapter_table.seconds_in(chapter_table.HEAD + row) == {"01_circuits": "12 s"}


@pytest.mark.parametrize(
    ("words", "lines", "minutes"), [(10, 0, 5), (999, 0, 5), (1001, 0, 10), (0, 101, 10)]
)
def test_reading_time_is_rounded_up_to_five_minutes(words, lines, minutes):
    found = chapter_table.reading_time(["word " * words], ["x = 1\n" * lines])
    assert found == minutes
