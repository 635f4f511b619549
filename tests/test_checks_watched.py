"""A reader's function does no harm: what doesn't end is stopped, and nothing gets out."""

import _thread
import builtins
import io
import json
import signal
import sys
import threading
import time
import warnings
from functools import partial

import numpy as np
import pytest

from nnlib.checks import watched


def spin():
    while True:
        pass


def spin_and_catch_everything():
    while True:
        try:
            len("abc")
        except BaseException:
            pass


def spin_and_print():
    while True:
        print("again")


def sleep_in_turns():
    while True:
        time.sleep(0.01)


ENDLESS = [spin, spin_and_catch_everything, spin_and_print, sleep_in_turns]


def none_is_left(seconds=5):
    """Whether every watched function has ended, at the latest after `seconds`."""
    end = time.monotonic() + seconds
    while any(isinstance(thread, watched.Watched) for thread in threading.enumerate()):
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize("f", ENDLESS)
def test_an_endless_loop_is_stopped(f):
    start = time.monotonic()
    outcome = watched.call(f, (), 0.2)
    assert time.monotonic() - start < 5
    assert not outcome.in_time
    assert outcome.seconds >= 0.2
    assert none_is_left(), "it still runs"


def test_an_endless_loop_is_stopped_in_a_worker_thread():
    outcomes = []
    workers = [
        threading.Thread(target=lambda: outcomes.append(watched.call(spin, (), 0.1)))
        for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)
    assert [outcome.in_time for outcome in outcomes] == [False] * 3


def test_what_cannot_be_stopped_is_left_behind(monkeypatch):
    """A long call into compiled code ends by itself; nobody waits for it."""
    monkeypatch.setattr(watched, "PATIENCE", 0.1)
    start = time.monotonic()
    outcome = watched.call(time.sleep, (1.5,), 0.1)
    assert not outcome.in_time
    assert time.monotonic() - start < 1.4
    assert watched.call(len, ("abc",), 1.0).value == 3


@pytest.mark.parametrize(
    "interrupt",
    [_thread.interrupt_main, lambda: signal.raise_signal(signal.SIGINT)],
    ids=["as on Windows", "as elsewhere"],
)
def test_the_stop_button_goes_through(interrupt):
    """An interruption of the notebook ends the wait and the function, and is not swallowed."""
    timer = threading.Timer(0.3, interrupt)
    timer.start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        watched.call(sleep_in_turns, (), 30)
    assert time.monotonic() - start < 10
    timer.join()
    assert none_is_left(), "it still runs"


def test_without_threads_it_runs_all_the_same(monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(watched.Watched, "start", refuse)
    outcome = watched.call(max, (1, 2), 1.0)
    assert outcome.value == 2
    assert outcome.in_time


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit, ValueError])
def test_any_exception_is_an_outcome(kind):
    def f():
        raise kind("no")

    outcome = watched.call(f, (), 1.0)
    assert isinstance(outcome.error, kind)
    assert outcome.line[1] == 'raise kind("no")'
    assert outcome.error.__traceback__ is None, "a traceback keeps the reader's variables alive"


def test_the_line_is_the_reader_s_and_not_a_library_s():
    def f():
        return np.linalg.inv(np.zeros((2, 2)))

    assert watched.call(f, (), 1.0).line[1] == "return np.linalg.inv(np.zeros((2, 2)))"
    assert watched.call(partial(json.loads, "{"), (), 1.0).line is None


def test_prints_warnings_and_questions_stay_away(capsys):
    before = sys.stdout, sys.stderr, builtins.input, warnings.filters[:]

    def f():
        print("hello")
        print("oh", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        return np.array([1.0]) / np.array([0.0])

    with warnings.catch_warnings(record=True) as seen:
        outcome = watched.call(f, (), 1.0)
    assert not seen
    assert outcome.printed == "hello\noh\n"
    asked = watched.call(lambda: input("?"), (), 1.0)
    assert "use what it is called with" in str(asked.error)
    assert capsys.readouterr() == ("", "")
    assert (sys.stdout, sys.stderr, builtins.input, warnings.filters[:]) == before


def test_only_the_first_part_of_what_is_printed_is_kept():
    outcome = watched.call(lambda: [print("x" * 99) for _ in range(10_000)], (), 10.0)
    assert len(outcome.printed) == 2000


def test_a_stream_without_a_place_still_takes_words():
    stream = watched.FirstPart(limit=3)
    assert isinstance(stream, io.TextIOBase)
    assert stream.write("abcdef") == 6
    assert stream.text == "abc"


def test_an_overflow_is_noticed_unless_it_was_allowed():
    def allowed(z):
        with np.errstate(over="ignore"):
            return np.exp(z)

    assert watched.call(np.exp, [1000.0], 5.0).overflowed
    for f, z in ((np.exp, -1000.0), (np.exp, 700.0), (allowed, 1000.0)):
        assert not watched.call(f, [z], 5.0).overflowed
