"""The pages obey the rules of tools/lint_pages.py, and each rule can fail."""

import lint_pages
import nbformat
import pytest
import run_notebooks

ALT = "A straight line from (0, 0) to (1, 2): the output grows twice as fast as x."
PICTURE = "iVBORw0KGgo="


def code(name, source, *outputs, count):
    cell = nbformat.v4.new_code_cell(source, id=name, execution_count=count, outputs=list(outputs))
    return cell


def prose(name, source):
    return nbformat.v4.new_markdown_cell(source, id=name)


def figure(words=ALT, alt=ALT):
    return nbformat.v4.new_output(
        "display_data",
        {"image/png": PICTURE, "text/plain": words},
        metadata={"image/png": {"alt": alt}},
    )


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


def good_cells():
    return {
        "title": prose(
            "title", "# 4. Lines\n\nSee [the slope](#Draw-the-line-$f$) of a **gradient**."
        ),
        "imports": code(
            "imports", "from nnlib.plots import show\nfrom nnlib.widgets import explore", count=1
        ),
        "draw": prose(
            "draw",
            "## Draw the line $f$\n\nAs in [Euler, 1768](../book/bibliography.md#euler-1768).",
        ),
        "line": code("line", "show(fig, alt)", figure(), count=2),
        "caption": prose("caption", "*Figure 4.1. The line.*\n\nIts end stands at 2."),
        "widget": code("widget", "explore(3)", figure(), count=3),
        "end": code("end", "print(2)", stream("2\n"), count=4),
    }


class Folder:
    """A small repository with one chapter, written anew after each change."""

    def __init__(self, root):
        self.path = root / "chapters" / "04_lines.ipynb"
        self.path.parent.mkdir()
        (root / "book").mkdir()
        self.glossary = root / "book" / "glossary.md"
        self.glossary.write_text("# Glossary\n\n**gradient**: how fast, and where to.\n")
        bibliography = '# Bibliography\n\n<a id="euler-1768"></a>Euler, L. (1768).\n'
        (root / "book" / "bibliography.md").write_text(bibliography)
        self.cells = good_cells()
        self.metadata = dict(run_notebooks.METADATA)

    def complaints(self, rule):
        notebook = nbformat.v4.new_notebook(metadata=self.metadata)
        notebook.cells = list(self.cells.values())
        self.path.write_text(nbformat.v4.writes(notebook) + "\n")
        page = lint_pages.Page(self.path, run_notebooks.read(self.path), self.glossary)
        return [f"{cell}: {sentence}" for cell, sentence in rule(page)]


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.mark.parametrize("path", lint_pages.pages(), ids=lambda path: path.name)
def test_page_has_no_complaint(path):
    assert lint_pages.complaints(path) == []


@pytest.mark.parametrize("rule", lint_pages.RULES["chapters"], ids=lambda rule: rule.__name__)
def test_a_good_page_passes(folder, rule):
    assert folder.complaints(rule) == []


def change(cell, **fields):
    """A change to the good page: set fields of one cell."""

    def apply(folder):
        for name, value in fields.items():
            folder.cells[cell][name] = value

    return apply


def outputs(cell, *values):
    return change(cell, outputs=list(values))


def error_output():
    return nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])


def result(text):
    return nbformat.v4.new_output("execute_result", {"text/plain": text}, execution_count=4)


def widget_view():
    output = figure()
    output.data[run_notebooks.WIDGET_VIEW] = {"model_id": "1"}
    return output


def repeat_an_id(folder):
    folder.cells["end"]["id"] = "line"


def store_widget_state(folder):
    folder.metadata["widgets"] = {"state": {}}


def name_another_kernel(folder):
    folder.metadata["kernelspec"] = {"display_name": "mine", "language": "python", "name": "mine"}


def keep_a_cells_metadata(folder):
    folder.cells["line"]["metadata"]["collapsed"] = True


def drop_the_caption(folder):
    del folder.cells["caption"]


def forget_to_import(folder):
    folder.cells["imports"]["source"] = "x = 1"


BROKEN = [
    ("one_form", repeat_an_id, "line: this cell id stands twice"),
    ("one_form", store_widget_state, "the state of a widget is stored"),
    ("one_form", outputs("line", widget_view()), "line: a widget's view is stored"),
    ("one_form", name_another_kernel, "not in its canonical form"),
    ("one_form", keep_a_cells_metadata, "not in its canonical form"),
    ("one_form", outputs("end", stream("1"), stream("2\n")), "not in its canonical form"),
    ("executed_in_order", change("line", execution_count=7), "line: execution count 7, wanted 2"),
    (
        "executed_in_order",
        change("end", execution_count=None),
        "end: execution count None, wanted 4",
    ),
    ("never_executed", change("end", execution_count=4), "end: an exercise page is stored without"),
    (
        "no_machine_paths",
        change("title", source="look in /" + "home/ada/data"),
        "title: a path of one",
    ),
    (
        "no_machine_paths",
        outputs("end", stream("saved to /" + "tmp/x.npz\n")),
        "end: a path of one",
    ),
    (
        "no_machine_paths",
        change("end", source="open('C:\\" + "Users\\\\ada')"),
        "end: a path of one",
    ),
    ("plain_python", change("end", source="!ls"), "end: not plain Python"),
    ("plain_python", change("end", source="%matplotlib inline"), "end: not plain Python"),
    ("one_import_cell", change("end", source="import math"), "end: imports belong in the first"),
    ("one_import_cell", change("end", source="def f():\n    import math"), "end: imports belong"),
    ("one_import_cell", forget_to_import, "imports: the first code cell must"),
    ("short_cells", change("end", source="x = '" + 74 * "a" + "'"), "end: a line of 80 characters"),
    ("short_cells", change("end", source=21 * "x = 1\n"), "end: 21 lines of code, at most 20"),
    ("short_cells", change("line", source="show(fig, alt);"), "line: a trailing ';'"),
    ("clean_outputs", outputs("end", error_output()), "end: a stored error: ValueError"),
    (
        "clean_outputs",
        outputs("end", stream("careful", "stderr")),
        "end: something was written to stderr",
    ),
    (
        "clean_outputs",
        outputs("end", stream("took 3.1 s\n")),
        "end: the output '1 s' looks like a time",
    ),
    ("clean_outputs", outputs("end", result("12 ms")), "end: the output '2 ms' looks like a time"),
    (
        "clean_outputs",
        outputs("end", result("<f at 0x7f12aa34bc>")),
        "end: the output '0x7f12aa34bc'",
    ),
    ("clean_outputs", outputs("end", stream("2026-11-21\n")), "end: the output '2026-11-21'"),
    (
        "clean_outputs",
        outputs("line", figure("<f at 0x7f12aa34bc>")),
        "line: the output holds an address",
    ),
    (
        "words_for_pictures",
        outputs("line", figure("<Figure size 640x480 with 1 Axes, in all>")),
        "line: a picture needs at least",
    ),
    (
        "words_for_pictures",
        outputs("line", figure("A line.", "A line.")),
        "line: a picture needs at least 40",
    ),
    (
        "words_for_pictures",
        outputs("line", figure(alt="Something else")),
        "line: the picture's alt text and",
    ),
    (
        "numbered_figures",
        drop_the_caption,
        "line: below must stand its caption, *Figure 4.1.",
    ),
    (
        "numbered_figures",
        change("caption", source="*Figure 4.2. Not the first.*"),
        "caption: Figure 4.2, wanted Figure 4.1",
    ),
    (
        "numbered_figures",
        change("caption", source="*Figure 3.1. Not here.*"),
        "caption: Figure 3.1, wanted Figure 4.1",
    ),
    ("numbered_figures", outputs("line"), "caption: a caption without a picture above"),
    ("numbered_figures", outputs("line", figure(), figure()), "line: two pictures from one cell"),
    (
        "numbered_figures",
        change("widget", source="show(3)"),
        "widget: below must stand its caption",
    ),
    (
        "good_links",
        change("title", source="[there](05_none.ipynb)"),
        "title: the link (05_none.ipynb) leads to",
    ),
    (
        "good_links",
        change("title", source="![picture](none.png)"),
        "title: the link (none.png) leads to",
    ),
    (
        "good_links",
        change("title", source='<img src="none.png">'),
        "title: the link (none.png) leads to",
    ),
    (
        "good_links",
        change("title", source="[here](#draw-the-line)"),
        "title: the link (#draw-the-line) names no",
    ),
    (
        "good_links",
        change("title", source="[e](../book/bibliography.md#euler-1900)"),
        "names no heading of bibliography.md",
    ),
    (
        "good_links",
        change("title", source="As in [Euler, 1768]."),
        "title: [Euler, 1768] must be a link",
    ),
    (
        "good_links",
        change("title", source="[Euler, 1768](#Draw-the-line-$f$)"),
        "title: [Euler, 1768] must be a link",
    ),
    (
        "explained_terms",
        change("title", source="A **ravine** is narrow."),
        "title: **ravine** is not in glossary.md",
    ),
]


@pytest.mark.parametrize(("rule", "break_page", "sentence"), BROKEN)
def test_a_broken_page_is_told_what_is_wrong(folder, rule, break_page, sentence):
    break_page(folder)
    found = folder.complaints(getattr(lint_pages, rule))
    assert any(sentence in complaint for complaint in found), found


def test_every_rule_is_shown_to_fail():
    rules = {rule.__name__ for rules in lint_pages.RULES.values() for rule in rules}
    assert rules == {rule for rule, _, _ in BROKEN}


ALLOWED = [
    ("good_links", change("title", source="`[x](y)` and\n```\n[x](y)\n```")),
    ("good_links", change("title", source="[out](https://example.org/none) [mail](mailto:a@b.c)")),
    (
        "good_links",
        change("title", source="## A *b* `c`\n\n[up](#A-b-c) [down](#Draw-the-line-$f$)"),
    ),
    ("good_links", change("title", source="[e](../book/bibliography.md#Bibliography)")),
    ("good_links", change("title", source="[e](../book/bibliography.md#bibliography)")),
    (
        "explained_terms",
        change("title", source="**Predict.** **Gradients** of **12.5**; **You need** a pen."),
    ),
    ("no_machine_paths", change("title", source="https://example.org/home/page and a/tmp/b")),
    (
        "clean_outputs",
        change(
            "end", source="1 / 0", outputs=[error_output()], metadata={"tags": ["raises-exception"]}
        ),
    ),
]


@pytest.mark.parametrize(("rule", "change_page"), ALLOWED)
def test_what_only_looks_wrong_passes(folder, rule, change_page):
    change_page(folder)
    assert folder.complaints(getattr(lint_pages, rule)) == []


def test_a_markdown_page_is_looked_over_too(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("# Course\n\n[chapter](chapters/01.ipynb), [Euler, 1768], [top](#course)\n")
    first, second = lint_pages.complaints(page)
    assert first == "README.md: the link (chapters/01.ipynb) leads to no file"
    assert second.startswith("README.md: [Euler, 1768] must be a link")


def test_a_cut_page_is_found_at_its_path(folder):
    folder.cells["end"]["source"] = "%time f()"
    folder.complaints(lint_pages.plain_python)
    assert "04_lines.ipynb, cell end: not plain Python: no shell commands, no magics" in (
        lint_pages.complaints(folder.path, [lint_pages.plain_python])
    )
