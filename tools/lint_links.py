"""What a page points to: files, headings, references, the glossary.  Used by `lint_pages.py`."""

import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

LINK = re.compile(
    r"!?\[(?P<text>[^\[\]]*)\]"
    r"\((?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)"
)
IN_HTML = re.compile(r"<(?:a|img)\b[^>]*?\b(?:href|src)=[\"']([^\"']+)[\"']", re.IGNORECASE)
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
EXPLICIT = re.compile(r"<[a-z]+\b[^>]*?\b(?:id|name)=[\"']([^\"']+)[\"']", re.IGNORECASE)
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)
CITATION = re.compile(
    r"(?<!!)\[(?P<text>[^\[\]]+, (?:1[6-9]|20)\d\d[a-z]?)\](?:\((?P<target>[^()]*)\))?"
)
BOLD = re.compile(r"\*\*(?=\S)([^*]+?)(?<=\S)\*\*")
MATHS = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)

# Bold words that give a page its structure; every other is a term, and belongs in the glossary.
STRUCTURE = {"you will do", "you will learn", "you need", "a slip in the source"}


def markdown_of(path):
    """The prose of a page: a Markdown file, or the Markdown cells of a notebook."""
    text = Path(path).read_text(encoding="utf-8")
    if Path(path).suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def without_code(text):
    """The text without fenced blocks and `code`, in which a bracket is not a link."""
    return CODE.sub("", text)


def plain(heading):
    """A heading as it reads: without emphasis, code marks and link targets."""
    return re.sub(r"[*`]", "", LINK.sub(lambda link: link["text"], heading)).strip()


@cache
def anchors(path):
    """What `path#...` may name: JupyterLab keeps capitals, GitHub lowers them in .md."""
    # Code spans stay: a heading may hold one.  Fenced blocks go: a comment in one is no heading.
    text = re.sub(r"^(```|~~~).*?^\1", "", markdown_of(path), flags=re.MULTILINE | re.DOTALL)
    headings = [plain(heading) for heading in HEADING.findall(text)]
    found = set(EXPLICIT.findall(text)) | {heading.replace(" ", "-") for heading in headings}
    if path.suffix == ".md":
        kept = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
        found |= {heading.replace(" ", "-") for heading in kept}
    return found


def links(text):
    """Every target in a piece of Markdown."""
    text = without_code(text)
    return [link["target"] for link in LINK.finditer(text)] + IN_HTML.findall(text)


def broken_links(path, text):
    """Complaints about the relative links in `text`, which stands in the file `path`."""
    for target in links(text):
        if re.match(r"[a-z][a-z+.-]*:", target, re.IGNORECASE):
            continue
        name, _, fragment = target.partition("#")
        file = (path.parent / unquote(name)).resolve() if name else path.resolve()
        if not target or not file.exists():
            yield f"the link ({target}) leads to no file"
            continue
        has_headings = fragment and file.suffix in (".md", ".ipynb")
        if has_headings and unquote(fragment) not in anchors(file):
            yield f"the link ({target}) names no heading of {file.name}"


def loose_citations(text):
    """Complaints about `[Author, year]` that is no link into the bibliography."""
    for citation in CITATION.finditer(MATHS.sub("", without_code(text))):
        target = citation["target"] or ""
        if not re.search(r"(^|/)bibliography\.md#.", target):
            yield f"[{citation['text']}] must be a link to its entry: (../book/bibliography.md#...)"


def terms(text):
    """The bold terms of a page; a bold label that ends in a mark (**Predict.**) is none."""
    text = MATHS.sub("", without_code(text))
    for match in BOLD.finditer(text):
        words = " ".join(match[1].split())
        labelled = words[-1] in ".:!?" or text[match.end() :].startswith(":")
        if not labelled and words.lower() not in STRUCTURE and re.search("[a-z]", words.lower()):
            yield words


def missing_terms(text, glossary):
    """Complaints about bold terms that the Markdown file `glossary` does not explain."""
    known = glossary_terms(glossary)
    for term in terms(text):
        if not known & forms(term):
            yield f"**{term}** is not in {glossary.name}"


@cache
def glossary_terms(glossary):
    """A glossary's headings and bold words, in every form."""
    text = glossary.read_text(encoding="utf-8")
    words = [plain(heading) for heading in HEADING.findall(text)] + BOLD.findall(text)
    return {form for word in words for form in forms(word)}


def forms(term):
    """A term in lower case, as it stands and in the singular: `dead units` is `dead unit`."""
    term = " ".join(plain(term).lower().strip(" .:;,").split())
    singular = re.sub(r"ies$", "y", term) if term.endswith("ies") else re.sub(r"(?<!s)s$", "", term)
    return {term, singular}
