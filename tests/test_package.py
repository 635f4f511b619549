"""The library's front door: what it shows, what it doesn't load, and how many threads it uses."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import nnlib

ROOT = Path(__file__).resolve().parents[1]


def python(code, **environment):
    """Run `code` in a new process; its output, or, where it fails, what it says about it."""
    clean = {key: value for key, value in os.environ.items() if "THREADS" not in key}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120,
                         cwd=ROOT, env=clean | environment)  # fmt: skip
    return run.stdout.strip() if run.returncode == 0 else run.stderr


def test_all_names_at_the_door_are_there_and_in_order():
    assert len(set(nnlib.__all__)) == len(nnlib.__all__)
    for name in nnlib.__all__:
        assert getattr(nnlib, name) is not None


def test_the_version_is_the_project_s():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert nnlib.__version__ == project["version"]


def test_the_door_is_light():
    """Drawing, controls and search are loaded by those who ask for them."""
    loaded = python("import sys, nnlib; print(*sys.modules)").split()
    heavy = {"matplotlib", "ipywidgets", "anywidget", "IPython", "optuna", "joblib", "pooch",
             "tqdm", "PIL", "scipy", "sklearn", "distributed"}  # fmt: skip
    assert "nnlib.network" in loaded and not heavy & set(loaded)


THREADS = """
import nnlib, threadpoolctl
print(*[d["num_threads"] for d in threadpoolctl.threadpool_info() if d["user_api"] == "blas"])
"""


def test_products_run_on_one_thread_unless_another_number_is_asked_for():
    if not python(THREADS):
        pytest.skip("NumPy's matrix library can't be told how many threads to use")
    assert set(python(THREADS).split()) == {"1"}
    assert set(python(THREADS, NNLIB_THREADS="2").split()) == {"2"}
    untouched = python(THREADS.replace("import nnlib, ", "import numpy, "))
    assert python(THREADS, NNLIB_THREADS="0") == untouched


def test_a_number_of_threads_that_is_none_is_refused():
    assert "NNLIB_THREADS expects a whole number from 0 up, got 'many'" in python(
        "import nnlib", NNLIB_THREADS="many"
    )
