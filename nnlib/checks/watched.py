"""Runs a reader's function so that it does no harm: no endless loop, no crash, no flood of text.

The function runs in a thread of its own while the caller waits with an eye on the clock. When time
is up, Python is told to raise an exception inside that thread, again and again, so that a bare
`except:` in a loop can't swallow it for good. This works in a notebook's main thread and in a
worker, on every system. Two things it can't stop: one long call into compiled code, which is left
behind to end by itself, and compiled code that holds Python's lock, such as `10**10**10`, which
stops everything else until it ends. Where threads can't start (Python in a browser), the function
runs with no limit.
"""

import builtins
import contextlib
import ctypes
import io
import sysconfig
import threading
import time
import traceback
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PATIENCE = 1.0  # seconds for which a thread that is out of time is told so
LIBRARIES = (  # whose lines a reader is not shown: Python's, installed packages', and nnlib's own
    *(Path(sysconfig.get_path(kind)).resolve() for kind in ("stdlib", "purelib", "platlib")),
    Path(__file__).resolve().parents[1],
)
_one_at_a_time = threading.Lock()  # sys.stdout and the warnings filter belong to the whole process


class OutOfTime(SystemExit):
    """Raised inside a function that ran too long; a SystemExit ends a thread without a word."""


@dataclass
class Outcome:
    """What came of a call: `value`, or the `error` it raised, or `in_time` False.

    `line` is where the error was raised, as (number, text) of the deepest line that isn't a
    library's, or None; `printed` the first part of what was printed; `seconds` how long it took;
    `overflowed` whether NumPy met a number too large for a float, of which it only warns.
    """

    value: object = None
    error: BaseException | None = None
    line: tuple | None = None
    in_time: bool = True
    printed: str = ""
    seconds: float = 0.0
    overflowed: bool = False

    def note_overflow(self, kind, flag):
        self.overflowed = True


class Watched(threading.Thread):
    """The thread in which a function runs; `outcome` is complete once `done` is set.

    `done` is waited for, and not the thread itself: an interrupted `join` takes a thread that runs
    for one that has ended.
    """

    def __init__(self, f, arguments):
        super().__init__(name="checked answer", daemon=True)
        self.f, self.arguments = f, arguments
        self.outcome, self.done = Outcome(in_time=False), threading.Event()
        self.guard = threading.Lock()  # held by whoever sets `done`, or acts on it

    def run(self):
        try:
            self._work()
        except OutOfTime:
            pass
        while not self.done.is_set():
            try:
                with self.guard:
                    self.done.set()
            except OutOfTime:  # the last one was already on its way
                pass

    def _work(self):
        outcome = Outcome()
        try:
            with np.errstate(all="ignore", over="call", call=outcome.note_overflow):
                outcome.value = self.f(*self.arguments)
        except OutOfTime:
            raise
        except BaseException as error:  # SystemExit and KeyboardInterrupt, too: they are answers
            outcome.line = _line_of(error)
            outcome.error = error.with_traceback(None)
        self.outcome = outcome

    def stop(self):
        """Raise OutOfTime in the thread until it ends, or for as long as PATIENCE lasts."""
        end = time.monotonic() + PATIENCE
        thread, error = ctypes.c_ulong(self.ident), ctypes.py_object(OutOfTime)
        while not self.done.is_set() and time.monotonic() < end:
            with self.guard:
                if not self.done.is_set():
                    ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, error)
            self.done.wait(0.01)


class FirstPart(io.TextIOBase):
    """A file that keeps the first `limit` characters written to it and forgets the others."""

    def __init__(self, limit=2000):
        self.text, self.limit = "", limit

    def write(self, text):
        self.text += text[: self.limit - len(self.text)]
        return len(text)


def is_watched():
    """Whether the code that asks runs inside a function that is being watched."""
    return isinstance(threading.current_thread(), Watched)


def call(f, arguments, seconds):
    """Run `f(*arguments)` for at most `seconds` and return its Outcome; nothing is raised.

    Only an interruption of the caller itself (the notebook's stop button) goes through, after the
    function has been stopped.
    """
    thread = Watched(f, arguments)
    start = time.monotonic()
    with _one_at_a_time, _quiet() as printed:
        try:
            thread.start()
        except RuntimeError:
            thread.run()
        else:
            _wait(thread, seconds)
    outcome = thread.outcome if thread.done.is_set() else Outcome(in_time=False)
    outcome.printed, outcome.seconds = printed.text, time.monotonic() - start
    return outcome


def _wait(thread, seconds):
    end = time.monotonic() + seconds
    try:
        while not thread.done.is_set() and time.monotonic() < end:
            thread.done.wait(0.1)  # in short turns: on Windows nothing interrupts a long one
    finally:
        thread.stop()


@contextlib.contextmanager
def _quiet():
    """Keep prints, warnings and questions to the reader away from the page."""
    printed, asked = FirstPart(), builtins.input
    builtins.input = _no_input
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                yield printed
    finally:
        builtins.input = asked


def _no_input(prompt=""):
    raise RuntimeError("a checked function can't ask with input(): use what it is called with")


def _line_of(error):
    """The deepest line of the traceback that belongs to no library, as (number, text)."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file.name.startswith("<frozen") or any(map(file.resolve().is_relative_to, LIBRARIES)):
            continue
        return frame.lineno, frame.line or ""
    return None
