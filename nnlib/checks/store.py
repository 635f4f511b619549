"""Remembers what a reader has done: one small file for each exercise, and no account, no server.

The files lie in `progress/` at the top of the course, or where NNLIB_PROGRESS_DIR says; where
nothing can be written there, in the reader's home; where not even there, only in memory. A file is
written beside its place and then moved into it, so that it is whole at any moment. Two notebooks at
once take turns. A file that can't be read is put aside under another name, and nothing is lost.
"""

import contextlib
import errno
import json
import os
import tempfile
import time
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

VERSION = 1
WAIT = 5.0  # seconds, at most, for another notebook's turn


@dataclass(frozen=True)
class Record:
    """What is known about one exercise; the best result counts."""

    attempts: int = 0
    points: int = 0
    passed: bool = False
    hints: int = 0
    solution_shown: bool = False


class Memory:
    """Records that end with the kernel."""

    def __init__(self):
        self.records = {}

    def read(self, number):
        return self.records.get(number, Record())

    def update(self, number, change):
        """Store `change(record)` and return it."""
        self.records[number] = change(self.read(number))
        return self.records[number]


class Folder:
    """Records in a folder. `note` says what happened to them that a reader should know."""

    def __init__(self, path):
        self.path = Path(path)
        self.note = ""

    def read(self, number):
        """The record of an exercise; an empty one where there is none or none that is whole."""
        file = self.path / f"{number}.json"
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Record()
        except ValueError:  # bytes that are no text
            return self._put_aside(file)
        try:
            return _record(json.loads(text))
        except (ValueError, RecursionError):
            return self._put_aside(file)

    def update(self, number, change):
        """Store `change(record)` and return it; nobody else writes in between."""
        self.path.mkdir(parents=True, exist_ok=True)
        with _turn(self.path / ".lock"):
            record = change(self.read(number))
            self._write(self.path / f"{number}.json", record)
        return record

    def _write(self, file, record):
        text = json.dumps({"version": VERSION, "exercise": file.stem, **asdict(record)}, indent=1)
        handle, name = tempfile.mkstemp(dir=self.path, prefix=file.stem, suffix=".new")
        try:
            with open(handle, "w", encoding="utf-8") as new:
                new.write(text + "\n")
            _replace(name, file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _put_aside(self, file):
        number = 1
        while (aside := file.with_name(f"{file.stem}.damaged-{number}.json")).exists():
            number += 1
        _replace(file, aside)
        self.note = f"{file.name} could not be read: it is kept as {aside.name}."
        return Record()


class Store:
    """The records of whoever sits here: in a folder as long as that works, else in memory.

    `note` says what happened to them that a reader should know; it is said once.
    """

    def __init__(self):
        self.memory = Memory()
        self.rehearsing = False
        self._note = ""

    def read(self, number):
        if self.rehearsing or number in self.memory.records:
            return self.memory.read(number)
        return self._with_folder(lambda folder: folder.read(number), number)

    def update(self, number, change):
        """Store `change(record)` and return it."""
        if self.rehearsing:
            return self.memory.update(number, change)
        return self._with_folder(lambda folder: folder.update(number, change), number, change)

    def rehearse(self):
        """Keep everything in memory from here on, beginning with nothing."""
        self.memory, self.rehearsing = Memory(), True

    def take_note(self):
        note, self._note = self._note, ""
        return note

    def _with_folder(self, use, number, change=lambda record: record):
        """`use(folder)`, or the same in memory where the folder can't be read or written."""
        try:
            folder = Folder(find_folder())
            record = use(folder)
        except (OSError, RuntimeError) as error:  # RuntimeError: there is no home
            self._note = f"Progress is not saved: {getattr(error, 'strerror', None) or error}."
            return self.memory.update(number, change)
        self._note = folder.note or self._note
        return record


def find_folder():
    """The folder for a reader's progress: NNLIB_PROGRESS_DIR, or the course's, or the home's."""
    if named := os.environ.get("NNLIB_PROGRESS_DIR"):
        return Path(named)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "exercises").is_dir() and (folder / "nnlib").is_dir():
            if _writable(folder / "progress"):
                return folder / "progress"
            break
    return home_folder()


def home_folder():
    return Path.home() / ".nnlib" / "progress"


def _writable(folder):
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _record(data):
    """A Record from what a file held; ValueError where that is no record."""
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise ValueError("no record of this version")
    known = {f.name: data[f.name] for f in fields(Record) if f.name in data}
    for name, value in known.items():
        if type(value) is not type(getattr(Record(), name)) or value < 0:
            raise ValueError(f"{name} is {value!r}")
    return replace(Record(), **known)


@contextlib.contextmanager
def _turn(path):
    """Hold the lock on a file while something is read and written; others wait, at most WAIT.

    The system frees the lock of a process that dies. Where it knows no locks (some network
    folders), we go on without: each file is still whole at any moment.
    """
    with open(path, "a") as file:
        end = time.monotonic() + WAIT
        while not _lock(file) and time.monotonic() < end:
            time.sleep(0.01)
        yield


def _lock(file):
    """Try to lock `file` until it is closed."""
    try:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
    return True


def _replace(new, file):
    """os.replace, tried again while Windows says that somebody has the file open."""
    for _ in range(20):
        with contextlib.suppress(PermissionError):
            return os.replace(new, file)
        time.sleep(0.02)
    return os.replace(new, file)
