"""Make the pages of exercises from the pages of solutions.

    python tools/make_exercises.py              write exercises/ anew
    python tools/make_exercises.py --check      only say which page would change

In a code cell of solutions/ the answer stands between two marks:

    def divide_backward(x, y, grad):
        ### BEGIN SOLUTION
        ...
        ### END SOLUTION

In exercises/ the marks and what is between them give way to the stub `return ...`, at the place of
the first mark. Another stub follows the mark after a colon, `### BEGIN SOLUTION: steps = ...`; a
colon with nothing after it leaves nothing. A cell with the tag `solutions-only` is left out. Cells
keep their ids; outputs are cleared. A page on which somebody has worked is never overwritten.
"""

import argparse
import ast
import re
import sys
from pathlib import Path

import run_notebooks

ROOT = Path(__file__).resolve().parents[1]
STUB = "return ...  # your answer replaces this line"
LEFT_OUT = "solutions-only"
BEGIN = re.compile(r"(?P<indent> *)### BEGIN SOLUTION(?P<own>: ?(?P<stub>.*))?")
END = re.compile(r"(?P<indent> *)### END SOLUTION")
LIKE_A_MARK = re.compile(r"#.*\b(begin|end)\s*_?solution", re.IGNORECASE)


class BadMarks(ValueError):
    """Marks from which no exercise can be made; says in which cell and line."""


def cut(source, cell="cell"):
    """The source of a code cell with each solution replaced by its stub.

    Raises BadMarks, which names `cell` and the line, where a mark is misspelled, missing, inside
    another, or at another indentation than its partner, and where what is left isn't Python.
    """
    kept, opened = [], None
    for number, line in enumerate(source.split("\n"), 1):
        begin, end = BEGIN.fullmatch(line.rstrip()), END.fullmatch(line.rstrip())
        where = f"cell {cell}, line {number}"
        if begin:
            if opened:
                raise BadMarks(f"{where}: BEGIN SOLUTION inside the one of line {opened[0]}")
            opened = number, begin["indent"]
            stub = STUB if begin["own"] is None else begin["stub"].strip()
            kept += [begin["indent"] + stub] if stub else []
        elif end:
            if not opened:
                raise BadMarks(f"{where}: END SOLUTION without a BEGIN SOLUTION before it")
            if end["indent"] != opened[1]:
                raise BadMarks(f"{where}: END SOLUTION is not right below line {opened[0]}'s mark")
            opened = None
        elif LIKE_A_MARK.search(line):
            raise BadMarks(f"{where}: {line.strip()!r} looks like a mark and is none")
        elif not opened:
            kept.append(line)
    if opened:
        raise BadMarks(f"cell {cell}, line {opened[0]}: BEGIN SOLUTION is never closed")
    stubbed = "\n".join(kept).strip("\n")
    try:
        ast.parse(stubbed)
    except SyntaxError as error:
        sentence = f"cell {cell}, line {error.lineno} of the stub: {error.msg}"
        raise BadMarks(f"{sentence}; the exercise would not be Python") from None
    return stubbed


def is_marked(cell):
    return cell.cell_type == "code" and LIKE_A_MARK.search(cell.source)


def exercise_cell(cell):
    """The cell of the exercise page that belongs to a cell of the solutions."""
    cell = cell.copy()
    if cell.cell_type == "code":
        if is_marked(cell) and re.search(r"\bcheck\(", cell.source):
            raise BadMarks(f"cell {cell.id}: an answer and its check belong in two cells")
        cell.source = cut(cell.source, cell.id)
        cell.outputs, cell.execution_count = [], None
    elif LIKE_A_MARK.search(cell.source):
        raise BadMarks(f"cell {cell.id}: a mark in a cell of text")
    return cell


def make(path):
    """The text of the exercise page that belongs to the page of solutions at `path`."""
    notebook = run_notebooks.normalise(run_notebooks.read(path))
    shown = [cell for cell in notebook.cells if LEFT_OUT not in cell.metadata.get("tags", [])]
    if not any(is_marked(cell) for cell in shown):
        raise BadMarks("no cell holds a solution between marks")
    notebook.cells = [exercise_cell(cell) for cell in shown]
    return run_notebooks.written(notebook)


def was_run(path):
    """Whether somebody has worked on the page: a page that we make holds no outputs."""
    cells = run_notebooks.read(path).cells
    return any(cell.get("execution_count") or cell.get("outputs") for cell in cells)


def update(solutions, exercises, *, check):
    """Make one page and store it unless `check`; returns (word, ok)."""
    try:
        new = make(solutions)
    except BadMarks as error:
        return f"REFUSED: {error}", False
    if exercises.exists() and exercises.read_text(encoding="utf-8") == new:
        return "same", True
    if check:
        return "DIFFERS from its solutions: run make exercises", False
    if exercises.exists() and was_run(exercises):
        return "REFUSED: it was run, so somebody's answers may be in it; move it away first", False
    exercises.write_text(new, encoding="utf-8", newline="\n")
    return "stored", True


def main(arguments=None, root=ROOT):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a difference")
    check = parser.parse_args(arguments).check
    solutions = sorted((root / "solutions").glob("*.ipynb"))
    fine = True
    for path in solutions:
        word, ok = update(path, root / "exercises" / path.name, check=check)
        fine &= ok
        print(f"exercises/{path.name}: {word}")
    for path in sorted((root / "exercises").glob("*.ipynb")):
        if path.name not in {p.name for p in solutions}:
            fine = False
            print(f"exercises/{path.name}: there is no page of solutions for it; delete it")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
