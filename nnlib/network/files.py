"""Files that hold numbers and words and nothing that runs (chapter 7).

A file is NumPy's `.npz`, a zip archive with a checksum for each array, and never a pickle: opening
one runs no code from it.
"""

import contextlib
import json
import os
import zipfile
import zlib

import numpy as np

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    TypeError,
    ValueError,
)


def write_file(path, kind, version, content):
    """Write `content`, a dict of plain values, lists, dicts and arrays, whole or not at all.

    The file takes its name when it is complete: an interruption leaves the old one as it was.
    FileNotFoundError where the folder is missing.
    """
    path = os.fsdecode(path)
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise FileNotFoundError(
            f"can't save {path!r}: there is no folder {folder!r}, make it first"
        )
    arrays = []
    words = json.dumps({"kind": kind, "version": version, "content": _pack(content, arrays)})
    unfinished = f"{path}.{os.getpid()}.unfinished"
    try:
        with open(unfinished, "wb") as file:
            np.savez(file, *arrays, words=np.array(words))
        os.replace(unfinished, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unfinished)


def read_file(path, kind, version):
    """The content that `write_file` wrote.

    Raises FileNotFoundError where there is nothing, and ValueError where the file is damaged, holds
    another kind of thing, or is in a version of the format that this library doesn't know.
    """
    path = os.fsdecode(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(f"there is no file {path!r}")
    with refuse_damage(path), open(path, "rb") as file:
        with np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        words = json.loads(str(arrays["words"]))
        found, found_version = words["kind"], words["version"]
    if found != kind:
        raise ValueError(f"{path!r} holds a {found}, not a {kind}")
    if found_version != version:
        raise ValueError(
            f"{path!r} is in version {found_version} of the format and this library reads version "
            f"{version}: load it with the nnlib that wrote it"
        )
    with refuse_damage(path):
        return _unpack(words["content"], arrays)


class UnknownClass(ValueError):
    """A sound file that names a class which nobody offered."""


@contextlib.contextmanager
def refuse_damage(path):
    """Turn whatever a broken file causes inside the `with` block into one clear ValueError."""
    try:
        yield
    except UnknownClass:
        raise
    except DAMAGE as error:
        raise ValueError(
            f"{os.fsdecode(path)!r} is damaged or wasn't written by this library "
            f"({type(error).__name__}: {error}): use another copy of it"
        ) from error


def _pack(value, arrays):
    """`value` as JSON holds it; each array in it goes to the list, and leaves its number behind."""
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": len(arrays) - 1}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {"dict": {str(key): _pack(part, arrays) for key, part in value.items()}}
    if isinstance(value, list | tuple):
        return [_pack(part, arrays) for part in value]
    return value


def _unpack(value, arrays):
    if isinstance(value, list):
        return [_unpack(part, arrays) for part in value]
    if not isinstance(value, dict):
        return value
    if "array" in value:
        return arrays[f"arr_{value['array']}"]
    return {key: _unpack(part, arrays) for key, part in value["dict"].items()}
