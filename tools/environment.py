"""Make `.venv` what the requirements say: create it, bring it up to date, or mend it.

    python3 tools/environment.py requirements.txt           (or requirements-test.txt)

The Makefile calls it before every command.  Ready means: no installation was interrupted, the
environment's Python runs, every pinned package is there in its version, every file that pip wrote
has the size it had, and `nnlib` comes from this folder.  Looking takes a second.  Only the standard
library is used here, because the environment may not exist yet.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
DISCARDED = ROOT / ".venv-discarded"
UNFINISHED = VENV / "unfinished"
PYTHON = VENV / "bin" / "python"


def main(requirements):
    """Leave a ready environment behind, or say in a sentence why not."""
    lock = take_lock()
    shutil.rmtree(DISCARDED, ignore_errors=True)
    found = None
    if VENV.exists():
        found = inspect(requirements)
        if reason := why_rebuild(found):
            say(f"{reason} Building .venv anew.")
            VENV.rename(DISCARDED)
            shutil.rmtree(DISCARDED)
            found = None
    if not VENV.exists():
        create(lock)
    if found is None or found["wrong"] or is_outdated(requirements):
        install(requirements, lock)
    if stamped(requirements) is None or UNFINISHED.exists():
        stamp(requirements).write_text(fingerprint(requirements), encoding="utf-8")
        UNFINISHED.unlink(missing_ok=True)


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


def take_lock():
    """Lock the checkout until this process, and the pip it starts, end; returns the open folder.

    So two commands do not install at once, nor one beside a pip whose parent was killed.
    """
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another command is setting up .venv: waiting for it.")
        fcntl.flock(folder, fcntl.LOCK_EX)
    return folder


def why_rebuild(found):
    """Why the environment cannot be kept, or None; `found` is what `inspect` saw."""
    if UNFINISHED.exists():
        return "The last installation was interrupted."
    if found is None:
        return "The Python in .venv does not run as it should."
    if os.environ.get("PYTHON") and found["python"] != list(sys.version_info[:2]):
        return "PYTHON names another version than that of .venv."
    if found["damaged"]:
        return f"Files in .venv are missing or cut short ({found['damaged']})."
    if found["checkout"] not in (None, str(ROOT)):
        return "This folder was moved or copied since .venv was made."
    return None


def create(lock):
    """An empty environment, marked as unfinished from its first moment."""
    VENV.mkdir()
    UNFINISHED.touch()
    say(f"Creating .venv with Python {sys.version.split()[0]} ({sys.executable}).")
    if run([sys.executable, "-m", "venv", str(VENV)], lock):
        sys.exit("Creating .venv failed (see above). Then run the same command again.")


def install(requirements, lock):
    """Bring the packages of `requirements` in with pip, and look whether they are there."""
    UNFINISHED.touch()
    count = len(pins(requirements))
    say(f"Installing {count} packages from {requirements}: one to three minutes the first time.")
    command = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    failed = run([*command, "-r", requirements], lock)
    if failed > 0:  # pip gave up, and tidied up after itself; killed, it would be below 0
        UNFINISHED.unlink()
    if failed:
        sys.exit("pip could not install the packages (see above). Then run the same command again.")
    found = inspect(requirements)
    if found is None or found["wrong"] or found["damaged"]:
        sys.exit(f".venv is still not right ({found}): delete it and run the same command again.")
    say("The environment is ready.")


def run(command, lock):
    """The exit status of a command, whose words go straight to the screen."""
    environment = os.environ | {"PIP_USER": "0"}
    return subprocess.call(command, cwd=ROOT, env=environment, pass_fds=[lock])


def stamp(requirements):
    return VENV / f"installed-{Path(requirements).stem}"


def is_outdated(requirements):
    """Whether the requirements or the project changed since they were installed."""
    return stamped(requirements) not in (None, fingerprint(requirements))


def stamped(requirements):
    """The fingerprint of what was installed, or None."""
    made = stamp(requirements)
    return made.read_text(encoding="utf-8") if made.exists() else None


def fingerprint(requirements):
    """What the environment was made from."""
    files = [ROOT / requirements, ROOT / "pyproject.toml"]
    return "".join(hashlib.sha256(file.read_bytes()).hexdigest() + "\n" for file in files)


def pins(requirements):
    """The lines `name==version ; marker`."""
    lines = (ROOT / requirements).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "==" in line.split(";")[0] and not line.startswith("#")]


def inspect(requirements):
    """What the environment's own Python says (see `report`), or None if it does not run."""
    command = [str(PYTHON), str(Path(__file__).resolve()), "--report", requirements]
    try:
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return json.loads(answer.stdout) if answer.returncode == 0 else None


def report(requirements):
    """Run by the environment's Python: its version, a damaged file, a wrong pin, nnlib's folder."""
    from importlib import metadata
    from urllib.parse import unquote, urlsplit

    installed, damaged, checkout = {}, None, None
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name is None or distribution.files is None:
            damaged = damaged or str(distribution._path.name)
            continue
        installed[name.lower().replace("_", "-").replace(".", "-")] = distribution.version
        damaged = damaged or damaged_file(distribution)
        if name == "nnlib":
            url = json.loads(distribution.read_text("direct_url.json") or "{}").get("url", "")
            checkout = str(Path(unquote(urlsplit(url).path)).resolve())
    wrong = next((pin for pin in pins(requirements) if not satisfied(pin, installed)), None)
    if checkout is None:
        wrong = wrong or "nnlib"
    if "pip" not in installed:
        damaged = damaged or "pip"
    version = sys.version_info[:2]
    return {"python": version, "damaged": damaged, "wrong": wrong, "checkout": checkout}


def damaged_file(distribution):
    """The first file of a package that is missing or has another size than pip wrote down."""
    for file in distribution.files:
        if file.suffix == ".pyc":
            continue
        try:
            size = os.stat(distribution.locate_file(file)).st_size
        except OSError:
            return str(file)
        if file.size not in (None, size):
            return str(file)
    return None


def satisfied(pin, installed):
    """Whether the package of one line is there in its version, or not wanted on this system."""
    requirement, _, marker = pin.partition(";")
    name, _, version = requirement.strip().partition("==")
    if installed.get(name.lower().replace("_", "-").replace(".", "-")) == version:
        return True
    if not marker:
        return False
    from pip._vendor.packaging.markers import Marker

    return not Marker(marker.strip()).evaluate()


if __name__ == "__main__":
    if sys.argv[1] == "--report":
        print(json.dumps(report(sys.argv[2])))
    else:
        try:
            main(sys.argv[1])
        except KeyboardInterrupt:
            sys.exit("\nInterrupted. The next run mends the environment.")
