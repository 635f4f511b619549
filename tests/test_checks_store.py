"""Progress is never lost: damage, two notebooks at once, folders that can't be written."""

import json
import multiprocessing
import os
from pathlib import Path

import pytest

from nnlib import checks
from nnlib.checks import store


def right(x, y, df):
    return df / y, -df * x / y**2


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Somebody who has done nothing yet; what is kept lies in the folder that comes back."""
    monkeypatch.setenv("NNLIB_PROGRESS_DIR", str(tmp_path / "progress"))
    monkeypatch.setattr(checks, "_store", store.Store())
    return tmp_path / "progress"


def attempt(record):
    return store.replace(record, attempts=record.attempts + 1)


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b"null",
        b'{"version": 99}',
        b'{"version": 1, "attempts": "many"}',
        b'{"version": 1, "points": -3}',
        b'{"version": 1, "passed": 1}',
        b"[" * 100_000,
    ],
    ids=repr,
)
def test_a_damaged_file_is_put_aside(damage, reader, capsys):
    for number in (1, 2):
        reader.mkdir(exist_ok=True)
        (reader / "1.1.json").write_bytes(damage)
        checks.check("1.1", right)
        shown = capsys.readouterr().out
        aside = f"1.1.damaged-{number}.json"
        assert f"1.1.json could not be read: it is kept as {aside}." in shown
        assert (reader / aside).read_bytes() == damage
        assert kept_record(reader)["attempts"] == 1


def kept_record(folder):
    return json.loads((folder / "1.1.json").read_text())


def test_a_file_that_was_cut_off_never_takes_the_place_of_a_whole_one(reader, monkeypatch):
    folder = store.Folder(reader)
    folder.update("1.1", attempt)

    def fail(*args):
        raise OSError("the disk is full")

    monkeypatch.setattr(store.os, "replace", fail)
    with pytest.raises(OSError, match="disk is full"):
        folder.update("1.1", attempt)
    assert kept_record(reader)["attempts"] == 1
    assert sorted(path.name for path in reader.iterdir()) == [".lock", "1.1.json"]


def many_attempts(folder):
    for _ in range(25):
        store.Folder(folder).update("1.1", attempt)


def test_two_notebooks_at_once_lose_nothing(reader):
    start = multiprocessing.get_context("spawn")
    processes = [start.Process(target=many_attempts, args=(reader,)) for _ in range(2)]
    for process in processes:
        process.start()
    many_attempts(reader)
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert kept_record(reader)["attempts"] == 75
    assert sorted(path.name for path in reader.iterdir()) == [".lock", "1.1.json"]


def test_a_lock_that_nobody_gives_back_is_waited_for_and_then_passed_over(reader, monkeypatch):
    if store.fcntl is None:
        pytest.skip("needs POSIX locks")
    monkeypatch.setattr(store, "WAIT", 0.1)
    reader.mkdir()
    with open(reader / ".lock", "a") as other:
        store.fcntl.flock(other, store.fcntl.LOCK_EX)
        store.Folder(reader).update("1.1", attempt)
    assert kept_record(reader)["attempts"] == 1


def test_where_nothing_can_be_written_progress_lives_in_memory(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NNLIB_PROGRESS_DIR", str(tmp_path / "file" / "progress"))
    monkeypatch.setattr(checks, "_store", store.Store())
    checks.check("1.1", right)
    assert "Progress is not saved: Not a directory." in capsys.readouterr().out
    checks.progress()
    assert "1 of 6 passed" in capsys.readouterr().out


def course(root):
    """A folder that looks like the course."""
    for name in ("exercises", "nnlib"):
        (root / name).mkdir()
    return root


def test_the_folder_is_found_from_the_page_upward(tmp_path, monkeypatch):
    monkeypatch.delenv("NNLIB_PROGRESS_DIR", raising=False)
    monkeypatch.chdir(course(tmp_path) / "exercises")
    assert store.find_folder() == tmp_path / "progress"


def test_a_course_that_can_only_be_read_keeps_progress_in_the_home(tmp_path, monkeypatch):
    monkeypatch.delenv("NNLIB_PROGRESS_DIR", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.chdir(course(tmp_path))
    monkeypatch.setattr(store, "_writable", lambda folder: False)
    assert store.find_folder() == tmp_path / "home" / ".nnlib" / "progress"


def test_a_folder_that_refuses_files_is_not_writable(tmp_path, monkeypatch):
    assert store._writable(tmp_path / "new")
    (tmp_path / "file").write_text("")
    assert not store._writable(tmp_path / "file" / "progress")

    def refuse(**options):
        raise PermissionError("read-only")

    monkeypatch.setattr(store.tempfile, "TemporaryFile", refuse)
    assert not store._writable(tmp_path / "new")


def test_somewhere_else_progress_goes_to_the_home(tmp_path, monkeypatch):
    monkeypatch.delenv("NNLIB_PROGRESS_DIR", raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert store.find_folder() == tmp_path / "home" / ".nnlib" / "progress"


def test_a_busy_file_is_tried_again(tmp_path, monkeypatch):
    """Windows refuses to replace a file that somebody reads."""
    calls, replace = [], os.replace

    def busy(new, file):
        calls.append(file)
        if len(calls) < 3:
            raise PermissionError("in use")
        replace(new, file)

    monkeypatch.setattr(store.os, "replace", busy)
    store.Folder(tmp_path).update("1.1", attempt)
    assert len(calls) == 3
    assert kept_record(tmp_path)["attempts"] == 1
