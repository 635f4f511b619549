"""The notebooks as a reader finds them, and the tool that stores them.

That chapters and solutions give the outputs they store is compared by nbval, in the same run (see
the Makefile); here stand the exercises, which are stored without outputs.
"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import run_notebooks

ROOT = Path(__file__).resolve().parents[1]


def stems(folder):
    return {path.stem for path in (ROOT / folder).glob("*.ipynb")}


def test_the_three_folders_hold_together():
    assert stems("chapters"), "there is no chapter"
    assert stems("exercises") == stems("solutions"), "run make exercises"
    assert stems("exercises") <= stems("chapters"), "each page of exercises belongs to a chapter"


# ---- an untouched page of exercises ----


def checks_called(source):
    """How often a cell calls `check`."""
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return sum(isinstance(called, ast.Name) and called.id == "check" for called in calls)


def words(cell):
    shown = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join(shown + [output.get("text", "") for output in cell.outputs])


@pytest.mark.parametrize(
    "path", sorted((ROOT / "exercises").glob("*.ipynb")), ids=lambda path: path.name
)
def test_an_untouched_page_of_exercises_runs_to_its_end(path, tmp_path, monkeypatch):
    monkeypatch.setenv("NNLIB_PROGRESS_DIR", str(tmp_path / "progress"))
    notebook = run_notebooks.execute(path)
    checks = 0
    for cell in notebook.cells:
        if cell.cell_type == "code" and checks_called(cell.source):
            checks += checks_called(cell.source)
            assert words(cell).count(": not attempted") == checks_called(cell.source), words(cell)
    assert checks > 0
    assert not list(tmp_path.glob("progress/*.json")), "nothing was attempted, so nothing is kept"


# ---- the comparison of stored outputs ----


def put_notebook(path, *cells):
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    nbformat.write(notebook, path)
    return path


def put_code(source, name="cell", **fields):
    return nbformat.v4.new_code_cell(source, id=name, **fields)


def printed(text):
    return nbformat.v4.new_output("stream", text=text)


def test_a_changed_output_fails_the_comparison(tmp_path):
    """The flags with which the Makefile calls nbval see one changed digit, and only that."""
    cells = [
        put_code("print(0.881)", "same", execution_count=1, outputs=[printed("0.881\n")]),
        put_code("print(0.882)", "other", execution_count=2, outputs=[printed("0.881\n")]),
    ]
    put_notebook(tmp_path / "page.ipynb", *cells)
    flags = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "page.ipynb", "-q", *flags]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 failed, 1 passed" in answer.stdout
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert " ".join(flags[:3]) in makefile


# ---- the tool that executes and stores ----


def stored(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture
def page(tmp_path, monkeypatch):
    """Puts a page of code cells into a file that the tool can run."""
    for name in run_notebooks.ENVIRONMENT:
        monkeypatch.setenv(name, os.environ.get(name, ""))

    def put(*cells):
        return put_notebook(tmp_path / "page.ipynb", *cells)

    return put


def test_a_page_is_executed_and_stored_in_one_form(page, capsys):
    mine = {"tags": ["keep"], "collapsed": True}
    path = page(
        put_code("import sys\nprint(1, flush=True)\nprint(2)", metadata=mine), put_code("3", "last")
    )
    assert run_notebooks.main([str(path)]) == 0
    assert "stored" in capsys.readouterr().out
    first, last = stored(path).cells
    assert (first.execution_count, last.execution_count) == (1, 2)
    assert first.outputs == [printed("1\n2\n")]
    assert last.outputs[0].data == {"text/plain": "3"}
    assert first.metadata == {"tags": ["keep"]}
    assert (first.id, last.id) == ("cell", "last")
    assert stored(path).metadata == run_notebooks.METADATA
    assert run_notebooks.main(["--check", str(path)]) == 0


def test_check_sees_a_changed_output_and_writes_nothing(page, capsys):
    path = page(put_code("print(2)", execution_count=1, outputs=[printed("1\n")]))
    before = path.read_bytes()
    assert run_notebooks.main(["--check", str(path)]) == 1
    assert "DIFFERS" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_a_page_that_raises_is_not_stored(page, capsys):
    path = page(put_code("1 / 0"))
    before = path.read_bytes()
    assert run_notebooks.main([str(path)]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_an_error_that_is_meant_is_stored_as_one_sentence(page):
    path = page(put_code("1 / 0", metadata={"tags": ["raises-exception"]}), put_code("2", "after"))
    assert run_notebooks.main([str(path)]) == 0
    error, after = stored(path).cells
    assert error.outputs[0].traceback == ["ZeroDivisionError: division by zero"]
    assert after.outputs[0].data == {"text/plain": "2"}


def test_a_widget_leaves_its_picture_and_its_words():
    data = {
        run_notebooks.WIDGET_VIEW: {"model_id": "1"},
        "image/png": "iVBORw0KGgo=",
        "text/plain": "A line.",
    }
    metadata = {"image/png": {"alt": "A line.", "width": 640}, "isolated": True}
    output = nbformat.v4.new_output("display_data", data, metadata=metadata)
    kept = run_notebooks.normalise_output(output)
    assert kept.data == {"image/png": "iVBORw0KGgo=", "text/plain": "A line."}
    assert kept.metadata == {"image/png": {"alt": "A line."}}


def test_cells_get_ids_where_they_have_none_of_their_own(tmp_path):
    cells = [put_code(str(number), f"cell-{number:02d}") for number in range(3)]
    path = put_notebook(tmp_path / "page.ipynb", *cells)
    text = path.read_text().replace('"cell-00"', '"cell-01"').replace('"id": "cell-02",\n', "")
    path.write_text(text)
    assert [cell.id for cell in run_notebooks.read(path).cells] == [
        "cell-01",
        "cell-01-2",
        "cell-02",
    ]
