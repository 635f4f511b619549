"""Exercise pages are made from solution pages: what is cut, what is refused."""

import ast
import inspect
import re
from pathlib import Path

import make_exercises
import nbformat
import pytest
import run_notebooks
from make_exercises import STUB, BadMarks, cut

from nnlib import checks
from nnlib.checks.circuits import tape
from nnlib.checks.mlps import tapes

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "solutions").glob("*.ipynb"))
GIVEN = [tape.run_tape, tapes.run_matrix_tape]  # functions that a page shows and a check needs, too

SOLVED = '''\
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    y = 2 * x
    return y
    ### END SOLUTION'''
STUBBED = f'''\
def double(x):
    """Twice x."""
    {STUB}'''


# ---- cutting ----


def test_a_solution_gives_way_to_its_stub():
    assert cut(SOLVED) == STUBBED
    assert cut("x = 1\nprint(x)") == "x = 1\nprint(x)"


def test_a_stub_of_its_own():
    assert cut("### BEGIN SOLUTION: steps = ...\nsteps = 3\n### END SOLUTION") == "steps = ..."
    assert cut("a = 1\n### BEGIN SOLUTION:\nb = 2\n### END SOLUTION\n") == "a = 1"


def test_two_solutions_in_one_cell():
    source = SOLVED + "\n\n\n" + SOLVED.replace("double", "twice")
    assert cut(source) == STUBBED + "\n\n\n" + STUBBED.replace("double", "twice")


def test_an_untouched_stub_is_no_attempt():
    names = {}
    exec(cut(SOLVED), names)
    assert names["double"](3) is ...


def replaced(old, new):
    assert old in SOLVED
    return SOLVED.replace(old, new)


REFUSED = {
    "never closed": (replaced("    ### END SOLUTION", ""), "line 3: BEGIN SOLUTION is never"),
    "never opened": (replaced("    ### BEGIN SOLUTION\n", ""), "line 5: END SOLUTION without"),
    "nested": (
        replaced("    y = 2", "    ### BEGIN SOLUTION\n    y = 2"),
        "line 4: BEGIN SOLUTION inside the one of line 3",
    ),
    "crossing": (SOLVED + "\n    ### END SOLUTION", "line 7: END SOLUTION without"),
    "another indentation": (
        replaced("    ### END SOLUTION", "### END SOLUTION"),
        "line 6: END SOLUTION is not right below line 3's mark",
    ),
    "two hashes": (replaced("### BEGIN", "## BEGIN"), "line 3: '## BEGIN SOLUTION' looks like"),
    "small letters": (replaced("### END SOLUTION", "### end solution"), "line 6: '### end sol"),
    "behind code": (replaced("    ### BEGIN", "    y = 0  ### BEGIN"), "line 3: 'y = 0  ### BEGIN"),
    "underscore": (replaced("### END SOLUTION", "### END_SOLUTION"), "looks like a mark"),
    "a stub that is no Python": (
        replaced("### BEGIN SOLUTION", "### BEGIN SOLUTION: return ("),
        "the exercise would not be Python",
    ),
    "nothing left in a function": (
        'def f():\n    ### BEGIN SOLUTION:\n    return 1\n    ### END SOLUTION',
        "the exercise would not be Python",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_bad_marks_are_refused_with_cell_and_line(name):
    source, words = REFUSED[name]
    with pytest.raises(BadMarks, match="cell answer-1-1, line") as refused:
        cut(source, "answer-1-1")
    assert words in str(refused.value)


# ---- whole pages ----


def code(source, name, **metadata):
    return nbformat.v4.new_code_cell(source, id=name, metadata=metadata)


def text(source, name, **metadata):
    return nbformat.v4.new_markdown_cell(source, id=name, metadata=metadata)


@pytest.fixture
def course(tmp_path):
    """A course with one page of solutions; call it with cells to write the page."""
    for folder in ("solutions", "exercises"):
        (tmp_path / folder).mkdir()

    def put(*cells):
        notebook = nbformat.v4.new_notebook(cells=list(cells), metadata={"author": "nobody"})
        nbformat.write(notebook, tmp_path / "solutions" / "01_double.ipynb")
        return tmp_path

    put.page = tmp_path / "exercises" / "01_double.ipynb"
    return put


def executed(cell, words="4"):
    cell.execution_count = 1
    cell.outputs = [nbformat.v4.new_output("stream", text=words)]
    return cell


def test_a_page_is_made(course, capsys):
    root = course(
        text("# Double", "title"),
        text("The answers.", "note", tags=["solutions-only"]),
        executed(code(SOLVED, "answer", tags=["keep"], collapsed=True)),
        executed(code('check("1.1", double)', "check")),
    )
    assert make_exercises.main([], root) == 0
    made = nbformat.read(course.page, 4)
    assert [cell.id for cell in made.cells] == ["title", "answer", "check"]
    assert [cell.source for cell in made.cells] == ["# Double", STUBBED, 'check("1.1", double)']
    assert all(cell.outputs == [] and cell.execution_count is None for cell in made.cells[1:])
    assert made.cells[1].metadata == {"tags": ["keep"]}
    assert made.metadata == run_notebooks.METADATA
    assert course.page.read_text() == run_notebooks.written(run_notebooks.read(course.page))
    before = course.page.stat().st_mtime_ns
    assert make_exercises.main([], root) == 0
    assert course.page.stat().st_mtime_ns == before, "what is the same is not written again"
    assert "same" in capsys.readouterr().out


def test_check_sees_every_difference_and_writes_nothing(course, capsys):
    root = course(code(SOLVED, "answer"))
    assert make_exercises.main(["--check"], root) == 1
    assert not course.page.exists()
    make_exercises.main([], root)
    assert make_exercises.main(["--check"], root) == 0
    changed = course.page.read_text().replace("Twice", "Two times")
    course.page.write_text(changed)
    assert make_exercises.main(["--check"], root) == 1
    assert course.page.read_text() == changed
    assert "DIFFERS from its solutions: run make exercises" in capsys.readouterr().out


def test_answers_that_somebody_wrote_are_not_overwritten(course, capsys):
    root = course(code(SOLVED, "answer"))
    make_exercises.main([], root)
    mine = nbformat.read(course.page, 4)
    mine.cells[0].source = "def double(x):\n    return x + x"
    mine.cells[0].execution_count = 1
    nbformat.write(mine, course.page)
    assert make_exercises.main([], root) == 1
    assert "somebody's answers" in capsys.readouterr().out
    assert nbformat.read(course.page, 4).cells[0].source.endswith("return x + x")


def test_a_page_without_its_solutions_is_named(course, capsys):
    root = course(code(SOLVED, "answer"))
    make_exercises.main([], root)
    course.page.with_name("02_gone.ipynb").write_text("{}")
    assert make_exercises.main([], root) == 1
    assert "02_gone.ipynb: there is no page of solutions" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([code("x = 1", "a")], "no cell holds a solution"),
        ([code(SOLVED, "a", tags=["solutions-only"])], "no cell holds a solution"),
        ([code(SOLVED, "a"), text("### BEGIN SOLUTION", "b")], "cell b: a mark in a cell of text"),
        ([code(SOLVED + '\n\n\ncheck("1.1", double)', "a")], "cell a: an answer and its check"),
        (
            [
                code(SOLVED.replace("    ### END SOLUTION", ""), "a"),
                code("### END SOLUTION", "b"),
            ],
            "cell a, line 3: BEGIN SOLUTION is never closed",
        ),
    ],
    ids=["no answer", "no answer is shown", "text", "check", "across cells"],
)
def test_a_bad_page_is_refused_and_nothing_written(cells, words, course, capsys):
    root = course(*cells)
    assert make_exercises.main([], root) == 1
    assert f"01_double.ipynb: REFUSED: {words}" in capsys.readouterr().out
    assert not course.page.exists()


# ---- our own pages ----


def cells_of(path):
    return {cell.id: cell for cell in nbformat.read(path, 4).cells}


def test_the_exercises_match_the_solutions(capsys):
    assert make_exercises.main(["--check"]) == 0, capsys.readouterr().out


def functions(source):
    return [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]


def unmarked(source):
    return "\n".join(line for line in source.split("\n") if "### " not in line)


def chapter_of(path):
    return [e for e in checks.EXERCISES.values() if e.chapter == int(path.stem[:2])]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_answers_on_the_page_are_the_references_of_the_checks(path):
    """So each is written in two places and can't drift apart."""
    cells = cells_of(path)
    for exercise in chapter_of(path):
        place = exercise.number.replace(".", "-")
        parts = [cell for name, cell in cells.items() if name.startswith(f"answer-{place}")]
        assert "\n\n\n".join(unmarked(cell.source) for cell in parts) == exercise.source
        assert cells[f"check-{place}"].source == f'check("{exercise.number}", {exercise.name})'


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: given.__name__)
def test_what_a_page_gives_is_what_the_check_uses(given):
    sources = [cell.source for path in PAGES for cell in cells_of(path).values()]
    source = inspect.getsource(given).strip()
    assert sum(source in cell for cell in sources) == 1


def test_the_operations_on_the_page_are_those_of_the_check():
    names = {"math": tape.math}
    exec(cells_of(ROOT / "solutions" / "01_circuits.ipynb")["given-1-6-operations"].source, names)
    assert list(names["FORWARD"]) == list(tape.FORWARD)
    for name, f in names["FORWARD"].items():
        inputs = (0.7,) if name == "exp" else (0.7, -1.3)
        assert f(*inputs) == tape.FORWARD[name](*inputs)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_titles_and_points_on_the_page_are_those_of_the_checks(path):
    prose = "\n".join(c.source for c in cells_of(path).values() if c.cell_type == "markdown")
    headings = re.findall(r"^## Exercise (\d+\.\d+)\. (.+)\n\n\*(\d+) points?, ", prose, re.M)
    expected = [(e.number, e.title, str(e.points)) for e in chapter_of(path)]
    assert headings == expected


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_exercise_is_used_on_the_page(path):
    sources = "\n".join(c.source for c in cells_of(path).values() if c.cell_type == "code")
    for exercise in chapter_of(path):
        assert f'yours_or_ours("{exercise.number}", {exercise.name})' in sources


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_nothing_on_a_page_of_solutions_counts(path):
    """Whoever reads the solutions and runs them has not solved the exercises."""
    first = next(c for c in nbformat.read(path, 4).cells if c.cell_type == "code")
    assert functions(first.source) == []
    assert "\nrehearse()" in first.source
    assert "rehearse" not in cut(first.source)
