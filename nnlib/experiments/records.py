"""What long runs leave behind: JSON beside the code that made it (chapters 6 and 7).

A file in `runs/` holds a row for each setting of an experiment: the setting as it shows itself, the
fingerprint of the code that ran it, the arithmetic it ran on, and what came out. `python
tools/long_runs.py` makes anew the rows whose setting or code has changed.
"""

import ast
import hashlib
import json
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

HERE = Path(__file__).parent
RUNS = HERE / "runs"
ROOM = "nnlib.experiments"


def stored(name):
    """The stored results of an experiment: a dict, a row (a dict) for each of its settings.

    >>> stored("nielsen")["30 hidden"]["setting"][:27]
    'Setting(sizes=(784, 30, 10)'

    Each row says in `setting`, `code` and `arithmetic` what it was made by. ValueError for a name
    that isn't there, with those that are.
    """
    names = sorted(path.stem for path in RUNS.glob("*.json"))
    if name not in names:
        raise ValueError(f"stored expects one of {', '.join(names)}, got {name!r}")
    return json.loads((RUNS / f"{name}.json").read_text(encoding="utf-8"))


def write(name, rows):
    """Store the rows of an experiment, an entry of a row a line, so that changes can be read."""
    text = ",\n".join(f"{_json(key)}: {{\n{_lines(row)}\n}}" for key, row in rows.items())
    RUNS.mkdir(exist_ok=True)
    (RUNS / f"{name}.json").write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


def _lines(row):
    return ",\n".join(f"  {_json(key)}: {_json(value)}" for key, value in row.items())


def _json(value):
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def made_by(setting, measure):
    """What a row of `setting` by the function `measure` is known by: a dict to begin it with."""
    return {
        "setting": repr(setting),
        "code": code_version(measure.__module__),
        "arithmetic": arithmetic(),
    }


def is_current(row, setting, measure):
    """Whether `row` was made from this setting by the code as it is now."""
    return (row["setting"], row["code"]) == (repr(setting), code_version(measure.__module__))


def arithmetic():
    """What the digits behind the decimal point depend on: NumPy, its matrix library and kernel."""
    libraries = [
        f"{library['internal_api']} {library['version']} {library['architecture']}"
        for library in threadpool_info()
        if library["user_api"] == "blas"
    ]
    return ", ".join([f"NumPy {np.__version__}", *libraries])


def code_version(module):
    """A fingerprint of what a module of this room computes, and of those of the room it imports.

    It is the SHA-256 of the syntax: comments, docstrings and layout may change without changing it.
    """
    seen = []
    _follow(module, seen)
    code = "\n".join(canonical(ast.parse(source)) for source in map(_source, sorted(seen)))
    return hashlib.sha256(code.encode()).hexdigest()


def _follow(module, seen):
    """List `module` in `seen`, and what it imports of the room, and so on."""
    seen.append(module)
    for node in ast.walk(ast.parse(_source(module))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{ROOM}."):
            if node.module not in seen:
                _follow(node.module, seen)


def _source(module):
    return (HERE / f"{module.removeprefix(ROOM + '.')}.py").read_text(encoding="utf-8")


def canonical(node):
    """The syntax tree below `node` in words, the same for every version of Python."""
    if isinstance(node, list):
        return "[" + ",".join(map(canonical, node)) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = [
        f"{name}={canonical(_without_docstring(value))}"
        for name, value in ast.iter_fields(node)
        if value not in (None, [])
    ]
    return f"{type(node).__name__}({','.join(fields)})"


def _without_docstring(value):
    """A body without strings that stand for themselves."""
    if not isinstance(value, list):
        return value
    return [
        node
        for node in value
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]
