"""tools/environment.py in a small checkout of its own: made once, then damaged in every way.

A real `python -m venv` and a real pip, offline: the one package, `alpha`, is a wheel made here, and
the checkout builds its own `nnlib` with a few lines instead of setuptools.
"""

import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TOOL = Path(__file__).resolve().parents[1] / "tools" / "environment.py"

PROJECT = """
[build-system]
requires = []
build-backend = "build_nnlib"
backend-path = ["."]
"""

# Waits while a file named `wait` exists, so that an installation can be killed half way.
BUILD_NNLIB = """
import pathlib, time

def build_editable(folder, config_settings=None, metadata_directory=None):
    while pathlib.Path("wait").exists():
        pathlib.Path("waiting").touch()
        time.sleep(0.05)
    import wheels
    return wheels.write(folder, "nnlib", "0.1.0", {"nnlib.pth": str(pathlib.Path.cwd())})
"""


WHEELS = """
import pathlib, zipfile

def write(folder, name, version, files):
    info = f"{name}-{version}.dist-info"
    files = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{file},,\\n" for file in [*files, f"{info}/RECORD"])
    wheel = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder, wheel), "w") as archive:
        for file, text in files.items():
            archive.writestr(file, text)
    return wheel
"""


class Checkout:
    def __init__(self, root):
        self.root = root
        self.venv = root / ".venv"

    def environment(self):
        offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": (self.root / "links").as_uri()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        return kept | offline | {"PIP_CONFIG_FILE": os.devnull}

    def command(self):
        return [sys._base_executable, str(self.root / "tools" / TOOL.name), "requirements.txt"]

    def prepare(self, **more):
        """What the tool said; '' when there was nothing to do."""
        environment = self.environment() | more
        answer = subprocess.run(
            self.command(),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert answer.returncode == 0, answer.stdout + answer.stderr
        return answer.stderr

    def why_rebuild(self):
        """What the tool would say, without its doing anything."""
        tool = runpy.run_path(str(self.root / "tools" / TOOL.name))
        return tool["why_rebuild"](tool["inspect"]("requirements.txt"))

    def alpha(self):
        """The version of alpha that the environment imports."""
        code = "import alpha; print(alpha.version)"
        python = self.venv / "bin" / "python"
        answer = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
        return answer.stdout.strip()

    def file(self, pattern):
        (found,) = self.venv.glob(f"lib/python*/site-packages/{pattern}")
        return found

    def require(self, version):
        lines = f"alpha=={version}\nbeta==1 ; sys_platform == 'none'\n-e .\n"
        (self.root / "requirements.txt").write_text(lines)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A checkout, in a folder with a space in its name, whose environment was made once."""
    root = tmp_path_factory.mktemp("a course") / "neural networks"
    for folder in ("tools", "links", "nnlib"):
        (root / folder).mkdir(parents=True)
    shutil.copy(TOOL, root / "tools")
    (root / "pyproject.toml").write_text(PROJECT)
    (root / "build_nnlib.py").write_text(BUILD_NNLIB)
    (root / "wheels.py").write_text(WHEELS)
    write_wheel = runpy.run_path(str(root / "wheels.py"))["write"]
    for version in ("1.0", "2.0"):
        write_wheel(root / "links", "alpha", version, {"alpha.py": f"version = {version!r}\n"})
    checkout = Checkout(root)
    checkout.require("1.0")
    said = checkout.prepare()
    assert "Creating .venv with Python" in said
    assert "Installing 2 packages from requirements.txt" in said
    return checkout


@pytest.fixture
def checkout(made):
    """The checkout as a test may find it: ready, and with nothing left to do."""
    made.require("1.0")
    made.prepare()
    assert made.prepare() == ""
    assert made.alpha() == "1.0"
    return made


def test_changed_requirements_are_installed_in_place(checkout):
    checkout.require("2.0")
    assert "Installing" in checkout.prepare()
    assert checkout.alpha() == "2.0"
    assert checkout.prepare() == ""


def test_a_changed_project_is_installed_again(checkout):
    with (checkout.root / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    assert "Installing" in checkout.prepare()
    assert checkout.prepare() == ""


def test_an_environment_made_by_hand_is_taken_as_it_is(checkout):
    (checkout.venv / "installed-requirements").unlink()
    assert checkout.prepare() == ""


def remove_a_file(checkout):
    checkout.file("alpha.py").unlink()


def cut_a_file_short(checkout):
    checkout.file("pip/__init__.py").write_text("")


def lose_a_record(checkout):
    checkout.file("alpha-1.0.dist-info/RECORD").unlink()


def remove_half(checkout):
    shutil.rmtree(checkout.venv / "lib")


def break_python(checkout):
    python = checkout.venv / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")


def leave_a_bare_folder(checkout):
    shutil.rmtree(checkout.venv)
    checkout.venv.mkdir()


def leave_it_unfinished(checkout):
    (checkout.venv / "unfinished").touch()


@pytest.fixture
def kept(checkout, tmp_path):
    """The checkout, whose environment is put back afterwards as it was."""
    copy = tmp_path / "kept"
    shutil.copytree(checkout.venv, copy, symlinks=True)
    yield checkout
    shutil.rmtree(checkout.venv)
    shutil.copytree(copy, checkout.venv, symlinks=True)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (remove_a_file, "Files in .venv are missing or cut short (alpha.py)."),
        (cut_a_file_short, "Files in .venv are missing or cut short (pip/__init__.py)."),
        (lose_a_record, "Files in .venv are missing or cut short (alpha-1.0.dist-info)."),
        (remove_half, "Files in .venv are missing or cut short (pip)."),
        (break_python, "The Python in .venv does not run as it should."),
        (leave_a_bare_folder, "The Python in .venv does not run as it should."),
        (leave_it_unfinished, "The last installation was interrupted."),
    ],
)
def test_damage_is_noticed(kept, damage, reason):
    assert kept.why_rebuild() is None
    damage(kept)
    assert kept.why_rebuild() == reason


def test_a_damaged_environment_is_built_anew(checkout):
    remove_half(checkout)
    assert "Building .venv anew." in checkout.prepare()
    assert checkout.alpha() == "1.0"
    assert checkout.prepare() == ""
    assert not (checkout.root / ".venv-discarded").exists()


def test_a_folder_that_was_moved_gets_its_own_environment(checkout):
    elsewhere = Checkout(checkout.root.with_name("moved"))
    shutil.copytree(checkout.root, elsewhere.root, symlinks=True)
    assert elsewhere.prepare().startswith("This folder was moved or copied")
    assert str(checkout.root) not in elsewhere.file("nnlib.pth").read_text()


def test_a_package_changed_behind_our_back_is_put_right(checkout):
    pip = [checkout.venv / "bin" / "python", "-m", "pip", "install", "-qq", "alpha==2.0"]
    subprocess.run(pip, env=checkout.environment(), check=True)
    assert "Installing" in checkout.prepare()
    assert checkout.alpha() == "1.0"


def reach(waiting, process):
    """Return when the installation stands still in the middle."""
    end = time.monotonic() + 60
    while not waiting.exists():
        assert process.poll() is None, "the installation ended before it could be killed"
        assert time.monotonic() < end, "the installation never reached nnlib"
        time.sleep(0.05)


def test_an_installation_killed_half_way_is_mended(checkout):
    checkout.require("2.0")
    wait, waiting = checkout.root / "wait", checkout.root / "waiting"
    wait.touch()
    process = subprocess.Popen(
        checkout.command(), env=checkout.environment(), start_new_session=True
    )
    try:
        reach(waiting, process)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        wait.unlink()
    waiting.unlink()
    assert checkout.prepare().startswith("The last installation was interrupted.")
    assert checkout.alpha() == "2.0"


def test_a_command_waits_for_the_pip_of_another_that_was_killed(checkout):
    checkout.require("2.0")
    wait, waiting = checkout.root / "wait", checkout.root / "waiting"
    wait.touch()
    killed = subprocess.Popen(checkout.command(), env=checkout.environment())
    reach(waiting, killed)
    killed.kill()
    killed.wait()
    second = subprocess.Popen(
        checkout.command(), env=checkout.environment(), stderr=subprocess.PIPE, text=True
    )
    assert "waiting for it" in second.stderr.readline()
    wait.unlink()
    waiting.unlink()
    assert "interrupted" in second.communicate(timeout=120)[1]
    assert second.returncode == 0
    assert checkout.alpha() == "2.0"


def test_a_failed_installation_shows_pips_words_and_harms_nothing(checkout):
    checkout.require("9.0")
    answer = subprocess.run(
        checkout.command(), env=checkout.environment(), capture_output=True, text=True, check=False
    )
    assert answer.returncode == 1
    assert "alpha==9.0" in answer.stderr
    assert "pip could not install the packages" in answer.stderr
    checkout.require("1.0")
    assert checkout.prepare() == ""
    assert checkout.alpha() == "1.0"


def test_another_python_that_is_asked_for_replaces_the_environment(kept, monkeypatch):
    monkeypatch.setenv("PYTHON", sys.executable)
    assert kept.why_rebuild() is None
    put = kept.venv / "bin" / "python"
    put.unlink()
    put.write_text('#!/bin/sh\necho \'{"python": [3, 1], "damaged": null, "checkout": null}\'\n')
    put.chmod(0o755)
    assert kept.why_rebuild() == "PYTHON names another version than that of .venv."
