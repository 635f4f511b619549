"""The folder in which downloaded data stay, and how files get there whole or not at all.

A file is written beside its place under another name and then renamed, which the system does in
one go: whatever happens, a name stands for a whole file. What is read is checked against its hash
every time, so that a file that was damaged later is never used.
"""

import contextlib
import os
import secrets
import shutil
import time
import warnings
from pathlib import Path

import pooch

from nnlib.datasets.idx import decompress

try:
    import fcntl

    BUSY = BlockingIOError
except ImportError:  # Windows
    import msvcrt

    fcntl, BUSY = None, PermissionError

PARTIAL = ".partial-"  # how the names of unfinished files begin
PATIENCE = 600  # seconds to wait for another process that is fetching the same data


def data_folder():
    """The folder for data: the one that NNLIB_DATA names, else nnlib's in the user's cache."""
    return Path(os.environ.get("NNLIB_DATA") or pooch.os_cache("nnlib")).expanduser().absolute()


def stored(folder, file):
    """The content of the IdxFile `file` in `folder`, plain or as .gz, or None where none is right.

    The bytes that are returned are those that were checked.
    """
    for path in _places(folder, file):
        try:
            if not path.is_file() or path.stat().st_size > file.size + 65_536:
                continue
            content = path.read_bytes()
        except OSError:  # it may not be read, or has just been renamed
            continue
        if path.suffix == ".gz":
            content = decompress(content, file)
        if content is not None and file.is_genuine(content):
            return content
    return None


def write(folder, file, content):
    """Put `content` into `folder` under the name of `file`, whole or not at all."""
    partial = folder / f"{PARTIAL}{file.name}-{secrets.token_hex(4)}"
    try:
        with open(partial, "xb") as stream:
            stream.write(content)
        os.replace(partial, folder / file.name)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def set_aside(folder, file):
    """Rename what stands in the place of `file` and is not it, and warn; nothing is deleted."""
    for path in _places(folder, file):
        if os.path.lexists(path):
            aside = _free_name(path)
            os.replace(path, aside)
            warnings.warn(
                f"{path} is damaged or another file (wrong SHA-256): it is not used and was "
                f"renamed to {aside.name}; the right one will be fetched",
                stacklevel=4,
            )


@contextlib.contextmanager
def held(folder):
    """Make `folder` and hold it against other processes; clear away what dead ones left unfinished.

    The system lets go by itself if the holder dies. Raises OSError where the folder can't be made
    or written to, in the `with` block too, saying what to do.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / ".lock", "ab") as lock:
            if _lock(lock):
                for path in folder.glob(f"{PARTIAL}*"):
                    _remove(path)
            yield
    except OSError as error:
        raise OSError(
            f"cannot keep data in {folder} ({error.strerror or error}): make room and allow "
            "writing there (about 120 MB while fetching, 55 MB after), or let the environment "
            "variable NNLIB_DATA name another directory"
        ) from error


def _remove(path):
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)  # a pip left alone may still be writing there
    else:
        path.unlink(missing_ok=True)


def _places(folder, file):
    return folder / file.name, folder / f"{file.name}.gz"


def _free_name(path):
    """A name beside `path` that is free, or that of a damaged file set aside before."""
    number = 0
    while True:
        aside = path.with_name(f"{path.name}.damaged{number or ''}")
        if not os.path.lexists(aside) or (aside.is_file() and path.is_file()):
            return aside
        number += 1


def _lock(stream):
    """Wait until this process alone holds `stream`; False where that can't be had in PATIENCE."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if fcntl is None:
                msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BUSY:
            time.sleep(0.1)
        except OSError:  # a file system without locks: renaming keeps files whole all the same
            return False
    return False
