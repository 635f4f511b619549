"""What a fresh clone stands on: the pinned requirements, the search for a Python, clean files."""

import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import lint_pages
import pytest
import run_notebooks

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9][0-9a-z.]*)(?: ; (?P<marker>.+))?")

# Written in two halves, so that this file does not accuse itself.
INDEX = re.compile(
    "py" + "pi[.]org|python" + "hosted|anaconda[.]" + "org|--(extra-)?index" + "-url"
)


def pins(name):
    """The pinned versions in a requirements file, {name: version}, each line looked at."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert lines[-1] == "-e ."
    found = {}
    for line in lines[:-1]:
        if not line.startswith("#"):
            pin = PIN.fullmatch(line)
            assert pin, f"{name}: {line!r} is not name==version"
            assert pin["name"] not in found, f"{name}: {pin['name']} has two versions"
            found[pin["name"]] = pin["version"]
    return found


@pytest.mark.parametrize(
    ("name", "extras"),
    [("requirements.txt", ["lab"]), ("requirements-test.txt", ["lab", "test"])],
)
def test_every_dependency_is_pinned(name, extras):
    extra = [line for key in extras for line in PROJECT["optional-dependencies"][key]]
    wanted = {re.split(r"[<>=!~ \[]", line)[0].lower() for line in PROJECT["dependencies"] + extra}
    assert wanted - set(pins(name)) == set(), "run make lock"


def test_both_requirements_agree():
    course, test = pins("requirements.txt"), pins("requirements-test.txt")
    assert course.items() <= test.items()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_the_lock_says_how_it_was_made(name):
    assert "make lock" in (ROOT / name).read_text(encoding="utf-8").splitlines()[1]


def repository_files():
    """The files of the repository and those about to be added; without git, all but hidden ones."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [path for path in ROOT.glob("[!.]*/**/*") if "__pycache__" not in path.parts]
    return [path for path in paths if path.is_file()]


def text_of(path):
    """The text of a file without the pixels of a notebook's pictures; '' where it is not text."""
    if path.suffix == ".ipynb":
        notebook = run_notebooks.read(path)
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        sources = [cell.source for cell in notebook.cells]
        return "\n".join(sources + [lint_pages.words_of(output) for output in outputs])
    data = path.read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")


def test_no_file_names_a_machine_or_a_package_index():
    found = []
    for path in repository_files():
        text = text_of(path)
        for pattern in (lint_pages.MACHINE_PATH, INDEX):
            found += [f"{path.relative_to(ROOT)}: {match[0]}" for match in pattern.finditer(text)]
    assert found == []


@pytest.mark.parametrize("text", ["https://py" + "pi.org/simple", "files.python" + "hosted.org"])
def test_an_index_would_be_seen(text):
    assert INDEX.search(text)


def test_style():
    command = [sys.executable, "-m", "ruff", "check", "--output-format=concise", "."]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout


# ---- the search for a Python ----


def put_program(folder, name, script):
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def find_python(path, *arguments):
    command = ["/bin/sh", str(ROOT / "tools" / "find_python.sh"), *arguments]
    environment = os.environ | {"PATH": str(path)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def programs(tmp_path):
    """A PATH of its own, with nothing on it."""
    return tmp_path


def test_a_python_that_only_fails_is_passed_over(programs):
    put_program(programs, "python3.13", "echo 'command not found' >&2; exit 127")
    put_program(programs, "python3.12", "exit 1")
    put_program(programs, "python3", f'exec "{sys.executable}" "$@"')
    found = find_python(programs)
    assert found.returncode == 0
    version = subprocess.run(
        [found.stdout.strip(), "-V"], capture_output=True, text=True, check=True
    )
    assert version.stdout.split()[1] == sys.version.split()[0]


def test_the_python_of_an_environment_gives_way_to_the_one_it_was_made_from(programs):
    put_program(programs, "python3", f'exec "{sys.executable}" "$@"')
    assert find_python(programs).stdout.strip() == sys._base_executable


def test_no_python_gets_one_answer_for_each_system(programs):
    found = find_python(programs)
    assert found.returncode == 1
    assert found.stdout == ""
    for word in (
        "Python 3.11 or later",
        "apt install",
        "brew install",
        "winget install",
        "PYTHON=",
    ):
        assert word in found.stderr


def test_a_python_that_is_named_is_the_only_candidate(programs):
    put_program(programs, "python3", f'exec "{sys.executable}" "$@"')
    put_program(programs, "old", "exit 1")
    assert find_python(programs, str(programs / "python3")).returncode == 0
    refused = find_python(programs, str(programs / "old"))
    assert refused.returncode == 1
    assert f"PYTHON={programs / 'old'} does not run, is older" in refused.stderr


# ---- what continuous integration runs ----


@pytest.fixture
def log_of_ci(programs):
    """Runs .ci/run with programs that only write down how they were called."""
    for name in ("bash", "dirname", "env"):
        (programs / name).symlink_to(shutil.which(name))
    for name in ("apt-get", "make"):
        put_program(programs, name, f'echo "{name} $* CI=$CI" >> "{programs}/log"')
    put_program(programs, "sudo", f'echo sudo >> "{programs}/log"; exec "$@"')

    def run(user):
        put_program(programs, "id", f"echo {user}")
        environment = {"PATH": str(programs)}
        subprocess.run([ROOT / ".ci" / "run"], env=environment, check=True)
        return (programs / "log").read_text().splitlines()

    return run


def test_ci_installs_a_browser_where_there_is_none(log_of_ci):
    update, install, test = log_of_ci(user=0)
    assert update.startswith("apt-get update")
    assert install.startswith("apt-get install --yes --no-install-recommends chromium")
    assert test == "make test CI=true"


def test_ci_uses_sudo_only_where_it_must(log_of_ci):
    assert log_of_ci(user=1000)[::2] == ["sudo", "sudo", "make test CI=true"]


def test_ci_runs_the_tests_alone_where_there_is_a_browser(log_of_ci, programs):
    put_program(programs, "chromium", "exit 0")
    assert log_of_ci(user=0) == ["make test CI=true"]
