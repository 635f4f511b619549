"""Execute notebooks from the top in a fresh kernel and write them back in one canonical form.

    python tools/run_notebooks.py chapters/01_circuits.ipynb     execute and store
    python tools/run_notebooks.py --check                        only say which would change

Without names: every notebook of chapters/ and solutions/.  A notebook in which a cell raised is not
written, unless the cell carries the tag `raises-exception`.  What is stored is the reference that
`make test` compares with.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).resolve().parents[1]
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ENVIRONMENT = {"NNLIB_PROGRESS": "0", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
SECONDS_PER_CELL = 120


def read(path):
    """The notebook at `path`, with an id for each cell that has none of its own."""
    raw = json.loads(Path(path).read_text(encoding="utf-8"))
    taken, seen = {cell.get("id") for cell in raw["cells"]}, set()
    for index, cell in enumerate(raw["cells"]):
        if not cell.get("id") or cell["id"] in seen:
            cell["id"] = next(name for name in id_names(index) if name not in taken | seen)
        seen.add(cell["id"])
    raw["nbformat_minor"] = 5
    return nbformat.reads(json.dumps(raw), as_version=4)


def id_names(index):
    """`cell-07`, then `cell-07-2`, `cell-07-3`, ..."""
    yield f"cell-{index:02d}"
    number = 2
    while True:
        yield f"cell-{index:02d}-{number}"
        number += 1


def normalise(notebook):
    """Leave only what a reader or a test needs; works on `notebook` itself and returns it."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "code":
            cell.outputs = merge_streams([normalise_output(output) for output in cell.outputs])
    return notebook


def normalise_output(output):
    """Drop what is dead without its kernel, a widget's view, and a traceback's local paths."""
    if output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    if "data" in output:
        output.data.pop(WIDGET_VIEW, None)
        alt = output.metadata.get("image/png", {}).get("alt")
        output.metadata = nbformat.from_dict({"image/png": {"alt": alt}} if alt else {})
    return output


def merge_streams(outputs):
    """One block for each run of stdout: how the kernel happened to cut it is chance."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def written(notebook):
    """The text of the file."""
    return nbformat.writes(notebook) + "\n"


def execute(path):
    """Run every cell of the notebook at `path`, in its own folder, and return it normalised."""
    notebook = read(path)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        store_widget_state=False,
        record_timing=False,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(Path(path).resolve().parent)}},
    )
    client.execute()
    return normalise(notebook)


def update(path, *, check):
    """Execute one notebook, store it unless `check`, and return (word, ok)."""
    try:
        new = written(execute(path))
    except CellExecutionError as error:
        return f"RAISED, not written\n{error}", False
    except (CellTimeoutError, DeadKernelError) as error:
        return f"STOPPED, not written: {str(error).strip().splitlines()[0]}", False
    if new == Path(path).read_text(encoding="utf-8"):
        return "same", True
    if check:
        return "DIFFERS from what is stored", False
    Path(path).write_text(new, encoding="utf-8", newline="\n")
    return "stored", True


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only fail where outputs would change")
    parser.add_argument("notebooks", nargs="*", type=Path)
    chosen = parser.parse_args(arguments)
    os.environ.update(ENVIRONMENT)
    os.environ.pop("MPLBACKEND", None)
    notebooks = chosen.notebooks or sorted(
        path for folder in ("chapters", "solutions") for path in (ROOT / folder).glob("*.ipynb")
    )
    failures = 0
    for path in notebooks:
        start = time.perf_counter()
        word, ok = update(path, check=chosen.check)
        failures += not ok
        print(f"{time.perf_counter() - start:6.1f} s  {path}: {word}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
