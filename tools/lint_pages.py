"""Look over the notebooks and pages for what their comparison with stored outputs does not see.

    python tools/lint_pages.py                               every page
    python tools/lint_pages.py chapters/01_circuits.ipynb    some

Each rule is a function from a page to complaints, `(cell id, sentence)`; RULES says which kind of
page obeys which.
"""

import ast
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import lint_links
import run_notebooks

ROOT = Path(__file__).resolve().parents[1]
LONGEST_LINE = 79
LONGEST_CELL = 20
SHORTEST_ALT = 40

MACHINE_PATH = re.compile(
    r"(?<![\w.~-])/(?:root|home|work|tmp|Users)/|\b[A-Z]:\\(?:Users|Windows|Temp)"
)
CHANGING = re.compile(
    r"\b0x[0-9a-fA-F]{6,}"
    r"|\d ?(?:ms|µs|us|ns)\b|\d (?:s|sec|secs|seconds|minutes)\b|\bit/s\b"
    r"|\b20\d\d-\d\d-\d\d\b"
)
CAPTION = re.compile(r"^\*Figure (\d+)\.(\d+)\. \S.*\*$", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A notebook and where it stands."""

    path: Path
    notebook: object
    glossary: Path = ROOT / "book" / "glossary.md"

    @property
    def cells(self):
        return self.notebook.cells

    @property
    def code(self):
        """The code cells with something in them."""
        return [cell for cell in self.cells if cell.cell_type == "code" and cell.source.strip()]

    @property
    def markdown(self):
        return [cell for cell in self.cells if cell.cell_type == "markdown"]

    @property
    def number(self):
        """7 for 07_mnist.ipynb."""
        digits = re.match(r"\d+", self.path.stem)
        return int(digits[0]) if digits else 0


def tags(cell):
    return cell.metadata.get("tags", [])


def tree(cell):
    """The syntax tree of a cell, or None where it is not plain Python."""
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return None


def words_of(output):
    """The text of an output, as nbval compares it."""
    data = output.get("data", {})
    return output.get("text", "") + data.get("text/plain", "") + data.get("text/html", "")


def pictures(cell):
    """The outputs of a cell that carry an image."""
    outputs = cell.get("outputs", [])
    return [o for o in outputs if any(kind.startswith("image/") for kind in o.get("data", {}))]


# ---- form ----


def one_form(page):
    stored = page.path.read_text(encoding="utf-8")
    ids = [cell.get("id") for cell in json.loads(stored)["cells"]]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield name, "this cell id stands twice"
    if "widgets" in page.notebook.metadata:
        yield "-", "the state of a widget is stored: run tools/run_notebooks.py"
    for cell in page.code:
        if any(run_notebooks.WIDGET_VIEW in o.get("data", {}) for o in cell.outputs):
            yield cell.id, "a widget's view is stored: run tools/run_notebooks.py"
    again = run_notebooks.normalise(run_notebooks.read(page.path))
    if run_notebooks.written(again) != stored:
        yield "-", "the file is not in its canonical form: run tools/run_notebooks.py"


def executed_in_order(page):
    for number, cell in enumerate(page.code, 1):
        if cell.execution_count != number:
            count = cell.execution_count
            yield cell.id, f"execution count {count}, wanted {number}: run all from the top"


def never_executed(page):
    for cell in page.code:
        if cell.execution_count is not None or cell.outputs:
            yield cell.id, "an exercise page is stored without outputs: run make exercises"


def no_machine_paths(page):
    for cell in page.cells:
        text = cell.source + "".join(words_of(output) for output in cell.get("outputs", []))
        if found := MACHINE_PATH.search(text):
            yield cell.id, f"a path of one machine: {found[0]}"


# ---- code ----


def plain_python(page):
    for cell in page.code:
        if tree(cell) is None and "raises-exception" not in tags(cell):
            yield cell.id, "not plain Python: no shell commands, no magics"


def one_import_cell(page):
    for number, cell in enumerate(page.code):
        nodes = ast.walk(tree(cell) or ast.Module([], []))
        imports = any(isinstance(node, ast.Import | ast.ImportFrom) for node in nodes)
        if number == 0 and not imports:
            yield cell.id, "the first code cell must be the one that imports"
        elif number > 0 and imports:
            yield cell.id, "imports belong in the first code cell, all of them"


def short_cells(page):
    for cell in page.code:
        lines = [line for line in cell.source.splitlines() if line.strip()]
        longest = max(lines, key=len)
        if len(longest) > LONGEST_LINE:
            start = longest.strip()[:30]
            yield cell.id, f"a line of {len(longest)} characters, at most {LONGEST_LINE}: {start}"
        if len(lines) > LONGEST_CELL:
            yield cell.id, f"{len(lines)} lines of code, at most {LONGEST_CELL}: split the cell"
        if cell.source.rstrip().endswith(";"):
            yield cell.id, "a trailing ';' silences nothing: end with the figure or a value"


# ---- outputs ----


def clean_outputs(page):
    for cell in page.code:
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in tags(cell):
                yield cell.id, f"a stored error: {output.ename}"
            if output.get("name") == "stderr":
                yield cell.id, "something was written to stderr (a warning?)"
            text = words_of(output)
            if output.output_type != "display_data" and (found := CHANGING.search(text)):
                yield cell.id, f"the output {found[0]!r} looks like a time, a date or an address"
            elif found := re.search(r"\b0x[0-9a-fA-F]{6,}", text):
                yield cell.id, f"the output holds an address, {found[0]}"


def words_for_pictures(page):
    for cell in page.code:
        for output in pictures(cell):
            words = output.data.get("text/plain", "")
            alt = output.metadata.get("image/png", {}).get("alt")
            if "image/png" not in output.data:
                yield cell.id, "a picture that is no PNG: show it with nnlib.plots.show(fig, alt)"
            elif words.startswith("<") or len(words) < SHORTEST_ALT:
                wanted = f"at least {SHORTEST_ALT} characters that say what is seen"
                yield cell.id, f"a picture needs {wanted}, got {words!r}"
            elif alt != words:
                yield cell.id, "the picture's alt text and its text/plain differ"


def calls_a_widget(cell, page):
    """Whether the cell calls a name that the page imports from nnlib.widgets."""
    names = {"widgets"}
    for node in ast.walk(tree(page.code[0]) or ast.Module([], [])):
        if isinstance(node, ast.ImportFrom) and node.module == "nnlib.widgets":
            names |= {alias.asname or alias.name for alias in node.names}
    called = [
        node.func
        for node in ast.walk(tree(cell) or ast.Module([], []))
        if isinstance(node, ast.Call)
    ]
    return any(
        isinstance(node, ast.Name) and node.id in names
        for func in called
        for node in ast.walk(func)
    )


def numbered_figures(page):
    """After each figure its caption, *Figure 4.2. ...*, counted from 1; a widget may go without."""
    wanted = 1
    for cell, after in zip(page.cells, [*page.cells[1:], None], strict=True):
        caption = CAPTION.match(after.source.split("\n\n")[0].strip()) if after else None
        if not pictures(cell):
            if caption:
                yield after.id, "a caption without a picture above it"
            continue
        if len(pictures(cell)) > 1:
            yield cell.id, "two pictures from one cell: give each its cell and its caption"
        if caption:
            if (int(caption[1]), int(caption[2])) != (page.number, wanted):
                yield (
                    after.id,
                    f"Figure {caption[1]}.{caption[2]}, wanted Figure {page.number}.{wanted}",
                )
            wanted += 1
        elif not calls_a_widget(cell, page):
            yield (
                cell.id,
                f"below must stand its caption, *Figure {page.number}.{wanted}. ...*",
            )


# ---- prose ----


def good_links(page):
    for cell in page.markdown:
        for complaint in lint_links.broken_links(page.path, cell.source):
            yield cell.id, complaint
        for complaint in lint_links.loose_citations(cell.source):
            yield cell.id, complaint


def explained_terms(page):
    if page.glossary.exists():
        for cell in page.markdown:
            for complaint in lint_links.missing_terms(cell.source, page.glossary):
                yield cell.id, complaint


EVERYWHERE = [one_form, no_machine_paths, plain_python, one_import_cell, short_cells, good_links]
EXECUTED = [executed_in_order, clean_outputs, words_for_pictures]
RULES = {
    "chapters": [*EVERYWHERE, *EXECUTED, numbered_figures, explained_terms],
    "solutions": [*EVERYWHERE, *EXECUTED],
    "exercises": [*EVERYWHERE, never_executed],
}


def complaints(path, rules=None):
    """What is wrong with the page at `path`, as sentences that name the cell; [] when nothing is.

    A notebook in another folder than the three is held to the rules of a chapter.
    """
    path = Path(path).resolve()
    if path.suffix == ".md":
        text = path.read_text(encoding="utf-8")
        found = [*lint_links.broken_links(path, text), *lint_links.loose_citations(text)]
        return [f"{path.name}: {sentence}" for sentence in found]
    page = Page(path, run_notebooks.read(path))
    rules = RULES.get(path.parent.name, RULES["chapters"]) if rules is None else rules
    return [
        f"{path.name}, cell {cell}: {sentence}" for rule in rules for cell, sentence in rule(page)
    ]


def pages():
    """Every page of the repository."""
    notebooks = [path for folder in RULES for path in sorted((ROOT / folder).glob("*.ipynb"))]
    texts = [
        path
        for folder in (".", "book", "benchmarks")
        for path in sorted((ROOT / folder).glob("*.md"))
    ]
    return notebooks + texts


def main(names):
    found = [complaint for path in (names or pages()) for complaint in complaints(path)]
    print("\n".join(found) or "No complaint.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
