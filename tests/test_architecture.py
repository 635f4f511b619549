"""The rooms of nnlib stand on floors; a room imports only from floors below its own.

The imports are read from the source, wherever they stand in a file: nothing is executed.
"""

import ast
import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

FLOORS = [
    {"validation"},
    {
        "gradients",
        "optimizers",
        "gradient_free",
        "schedules",
        "regularizers",
        "surfaces",
        "datasets",
        "plots",
    },
    {"gates", "initializers"},
    {"activations", "layers", "losses"},
    {"neurons", "network"},
    {"trainer", "diagnostics", "widgets", "checks"},
    {"svm", "search"},
    {"experiments"},
    {"nnlib"},  # the package's own __init__ may show any room at its door
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# Beside NumPy and the standard library; every other room has these two alone.
GUESTS = {
    "nnlib": {"threadpoolctl"},
    "datasets": {"pooch", "tqdm"},
    "plots": {"IPython", "PIL", "contourpy", "cycler", "matplotlib"},  # two are matplotlib's own
    "widgets": {"IPython", "PIL", "anywidget", "ipywidgets", "matplotlib", "traitlets"},
    "checks": {"IPython"},
    "trainer": {"threadpoolctl", "tqdm"},
    "search": {"joblib", "optuna", "tqdm"},
    "experiments": {"threadpoolctl"},
}

# Independent implementations: they judge nnlib in the tests and race it in the benchmarks.
JUDGES = {"jax", "optax", "scipy", "sklearn", "torch", "tensorflow", "keras"}


def room_of(path):
    """`nnlib/layers/dense.py` stands in the room `layers`; `nnlib/__init__.py` in `nnlib`."""
    first = path.relative_to(ROOT / "nnlib").parts[0]
    return "nnlib" if first == "__init__.py" else first.removesuffix(".py")


def imported(source, package):
    """The dotted names that a source imports; `package` is where its relative imports start."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            module = ".".join([*(base if node.level else []), *filter(None, [node.module])])
            if module == "nnlib":
                yield from (f"nnlib.{alias.name}" for alias in node.names)
            else:
                yield module


def package_of(path):
    return ".".join(path.relative_to(ROOT).parent.parts)


def arrows(source, room, package="nnlib"):
    """Complaints about the imports of one file in `room`."""
    if room not in FLOOR:
        yield f"{room} stands on no floor: give it one in FLOORS"
        return
    guests = GUESTS.get(room, set()) | {"numpy"} | sys.stdlib_module_names
    for name in imported(source, package):
        top, _, rest = name.partition(".")
        target = rest.split(".")[0] or "nnlib"
        if top != "nnlib":
            if top not in guests:
                yield f"{room} imports {top}, which is no guest of this room"
        elif target != room and FLOOR.get(target, len(FLOORS)) >= FLOOR[room]:
            yield f"{room} imports {name}, which does not stand on a floor below"


def modules():
    return sorted((ROOT / "nnlib").rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_run_down(path):
    source = path.read_text(encoding="utf-8")
    assert list(arrows(source, room_of(path), package_of(path))) == []


@pytest.mark.parametrize(
    ("room", "source", "complaint"),
    [
        ("gates", "from nnlib.layers import Dense", "gates imports nnlib.layers, which"),
        ("gates", "from nnlib import layers", "gates imports nnlib.layers, which"),
        ("gates", "import nnlib", "gates imports nnlib, which"),
        (
            "gates",
            "def f():\n    from .network import Network",
            "gates imports nnlib.network, which",
        ),
        ("layers", "from ..losses import Hinge", "layers imports nnlib.losses, which"),
        ("plots", "from nnlib.gates import Unit", "plots imports nnlib.gates, which"),
        ("gates", "from nnlib.cellar import wine", "gates imports nnlib.cellar, which"),
        ("svm", "from sklearn.svm import SVC", "svm imports sklearn, which is no guest"),
        ("gates", "import matplotlib.pyplot as plt", "gates imports matplotlib, which is no guest"),
        ("cellar", "import numpy", "cellar stands on no floor"),
    ],
)
def test_an_arrow_that_runs_up_is_seen(room, source, complaint):
    package = "nnlib.layers" if room == "layers" else "nnlib"
    (found,) = arrows(source, room, package)
    assert found.startswith(complaint)


@pytest.mark.parametrize(
    ("room", "source"),
    [
        (
            "layers",
            "from .layer import Layer\nfrom ..gates import Gate\nfrom nnlib.layers import x",
        ),
        ("network", "import math\nimport numpy as np\nfrom nnlib import gates, validation"),
        ("checks", "from nnlib.network import Network\nfrom IPython.display import display"),
    ],
)
def test_an_arrow_that_runs_down_passes(room, source):
    package = "nnlib.layers" if room == "layers" else "nnlib"
    assert list(arrows(source, room, package)) == []


def test_no_room_stands_on_two_floors():
    assert sum(len(rooms) for rooms in FLOORS) == len(FLOOR)
    assert set(GUESTS) <= set(FLOOR)


def notebooks():
    folders = ("chapters", "solutions", "exercises")
    return [path for folder in folders for path in sorted((ROOT / folder).glob("*.ipynb"))]


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_reader_needs_no_judge(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    names = {name.split(".")[0] for source in code for name in imported(source, "")}
    assert names & JUDGES == set()
