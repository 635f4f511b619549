"""MNIST from the public mirrors of its four files, through pooch."""

import io
import threading
import time
from urllib.parse import urlsplit

import pooch

from nnlib.datasets.idx import decompress

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
ANSWER_LIMIT = 6  # seconds in which a mirror must say that it has the files
FILE_LIMIT = 300  # seconds in which a file must have come


def from_mirrors(wanted, folder, bar, reasons):
    """Yield (IdxFile, content) for the wanted files, each checked, from the first mirror that can.

    Why a mirror failed is added to the list `reasons`, in words.
    """
    missing = list(wanted)
    bar.set_description("MNIST: asking the mirrors")
    for mirror in _answering(missing[0], reasons):
        bar.set_description(f"MNIST from {_host(mirror)}")
        for file in list(missing):
            try:
                content = _download(f"{mirror}{file.name}.gz", file, bar)
            except Exception as error:  # whatever it was, the next source may do better
                reasons.append(f"{_host(mirror)}: {file.name}: {_in_short(error)}")
                break
            missing.remove(file)
            yield file, content
        if not missing:
            return


def _download(url, file, bar):
    """The content of `file`, from a URL that serves it as .gz; ValueError where it is another."""
    buffer = io.BytesIO()
    watch = _Watch(bar, file.size + 65_536, time.monotonic() + FILE_LIMIT)
    pooch.HTTPDownloader(progressbar=watch, chunk_size=65_536, timeout=(3, 15))(url, buffer, None)
    content = decompress(buffer.getvalue(), file)
    if content is None or not file.is_genuine(content):
        raise ValueError("what came is damaged or another file (wrong SHA-256)")
    return content


class _Watch:
    """What pooch takes for a progress bar: passes bytes on to ours, and stops what is endless."""

    def __init__(self, bar, most, deadline):
        self.bar, self.most, self.deadline = bar, most, deadline
        self.total = self.seen = 0

    def update(self, count):
        self.seen += count
        if self.seen > self.most:
            raise ValueError("more came than the file can hold")
        if time.monotonic() > self.deadline:
            raise TimeoutError(f"not complete after {FILE_LIMIT} s")
        self.bar.update(count)

    def reset(self):
        self.bar.update(-self.seen)
        self.seen = 0

    def close(self):
        pass


def _answering(file, reasons):
    """Yield the mirrors that have `file`, in order, those that do not answer in time left out.

    They are asked all at once, in threads: a name or a route that leads nowhere may keep the
    system busy for much longer than anybody waits.
    """
    deadline = time.monotonic() + ANSWER_LIMIT
    answers = {}
    threads = [
        threading.Thread(target=_ask, args=(mirror, file, answers), daemon=True)
        for mirror in MIRRORS
    ]
    for thread in threads:
        thread.start()
    for mirror, thread in zip(MIRRORS, threads, strict=True):
        thread.join(max(0, deadline - time.monotonic()))
        answer = answers.get(mirror, f"no answer in {ANSWER_LIMIT} s")
        if answer is True:
            yield mirror
        else:
            reasons.append(f"{_host(mirror)}: {answer or 'it does not serve the files'}")


def _ask(mirror, file, answers):
    """Note whether `mirror` has `file`, or in words why it can't be asked."""
    ask = pooch.HTTPDownloader(timeout=(3, 3))
    try:
        answers[mirror] = ask(f"{mirror}{file.name}.gz", None, None, check_only=True)
    except Exception as error:
        answers[mirror] = _in_short(error)


def _host(url):
    return urlsplit(url).netloc


def _in_short(error):
    """The innermost reason of a chain of network errors, on one line."""
    while error.args and isinstance(getattr(error.args[0], "reason", error.args[0]), Exception):
        error = getattr(error.args[0], "reason", error.args[0])
    return " ".join(str(error).split())[:200] or type(error).__name__
