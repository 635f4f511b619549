"""The engine of the exercises: it judges what comes back, says so in words, and never raises."""

import asyncio
import itertools
import json
import re
import sys
import time

import numpy as np
import pytest

from nnlib import checks
from nnlib.checks import answers, store
from nnlib.checks.exercise import Exercise, Failed, close, distinct, inputs_for, same
from nnlib.checks.grading import NOT_ATTEMPTED, NOT_YET, PASSED, grade
from nnlib.checks.reports import Notice, bar, of_grade

DIVISION = checks.EXERCISES["1.1"]


def right(x, y, df):
    return df / y, -df * x / y**2


def no_minus(x, y, df):
    return df / y, df * x / y**2


def dots(x, y, df):
    return ...


# ---- grading ----


def test_the_three_states():
    assert grade(DIVISION, dots).state == NOT_ATTEMPTED
    wrong = grade(DIVISION, no_minus)
    assert (wrong.state, wrong.points) == (NOT_YET, 1)
    solved = grade(DIVISION, right)
    assert (solved.state, solved.points) == (PASSED, 3)


@pytest.mark.parametrize(
    "value", [..., (..., ...), [1.0, ...]], ids=["dots", "two dots", "half an answer"]
)
def test_dots_are_no_attempt(value):
    assert grade(DIVISION, lambda *a: value).state == NOT_ATTEMPTED


def test_the_report_of_a_wrong_answer():
    """The whole text, with the expected number worked out here."""
    words = repr(of_grade(grade(DIVISION, no_minus)))
    x, y, df = map(float, re.search(r"divide_backward\((.*)\)", words)[1].split(", "))
    assert df == 1.0
    assert words.splitlines() == [
        "Exercise 1.1: not yet, 1 of 3 points",
        "  ✓        the pull on x",
        "  ✗        the pull on y",
        "           dy is not what it has to be.",
        f"  called   divide_backward({x}, {y}, 1.0)",
        f"  yours    dy = {x / y**2:.6g}",
        f"  wanted   dy = {-x / y**2:.6g}",
        "  mistake  the minus sign is missing: for positive x and y, x / y falls when y grows",
        "  ✗        the pull on the output",
        '           hint("1.1") gives a hint.',
    ]


def test_the_html_says_the_same_and_is_escaped():
    notice = of_grade(grade(DIVISION, no_minus))
    html = notice._repr_html_()
    for _, text in notice.lines:
        assert text.replace('"', "&quot;").replace("'", "&#x27;") in html
    assert "<b>" in html
    evil = Notice("<script>", (("<i>", "a < b"),), code="x <= y")._repr_html_()
    assert "<script>" not in evil and "<i>" not in evil
    assert "a &lt; b" in evil and "x &lt;= y" in evil


def test_the_same_answer_gets_the_same_words():
    first, second = (repr(of_grade(grade(DIVISION, no_minus))) for _ in range(2))
    assert first == second
    assert grade(DIVISION, no_minus, seed=1).failed[0][1].call not in first


def test_inputs_depend_on_seed_exercise_property_and_case():
    exercises = DIVISION, checks.EXERCISES["1.2"]
    draws = {
        inputs_for(seed, exercise, prop, case).random()
        for seed, exercise, case in itertools.product((0, 1), exercises, (0, 1))
        for prop in DIVISION.properties
    }
    assert len(draws) == 2 * 2 * 2 * 3
    # NumPy promises this stream; another number here would change every reader's inputs.
    words = list(b"1.1 the pull on x")
    expected = np.random.default_rng([0, *words, 0]).random()
    assert inputs_for(0, DIVISION, DIVISION.properties[0], 0).random() == expected


class Odd:
    """Everything that is done to it fails."""

    def _refuse(self, *args, **kwargs):
        raise RuntimeError("leave me alone")

    __array__ = __eq__ = __float__ = __len__ = __iter__ = __repr__ = __str__ = __bool__ = _refuse
    __hash__ = None


class OddError(Exception):
    def __str__(self):
        raise RuntimeError("no words")


class CallableObject:
    def __call__(self, x, y, df):
        return right(x, y, df)


def raises(error):
    raise error


def itself():
    value = []
    value.append(value)
    return value


NASTY = {
    "an odd object": lambda *a: Odd(),
    "two odd objects": lambda *a: (Odd(), Odd()),
    "an odd error": lambda *a: raises(OddError()),
    "exit": lambda *a: sys.exit(),
    "interrupt": lambda *a: raises(KeyboardInterrupt()),
    "recursion": lambda *a: NASTY["recursion"](*a),
    "a list in itself": lambda *a: itself(),
    "a huge number": lambda *a: (10**400, 10**400),
    "objects in an array": lambda *a: np.array([None, "x"], dtype=object),
    "a generator": lambda *a: (v for v in a),
    "words": lambda *a: ("1.0", "2.0"),
    "booleans": lambda *a: (True, False),
    "an array of the wrong shape": lambda *a: np.zeros((2, 2, 2)),
    "a class": lambda *a: (float, int),
    "an empty tuple": lambda *a: (),
    "nan": lambda *a: (np.nan, np.inf),
    "no arguments": lambda: (1.0, 2.0),
    "an error with an address": lambda *a: raises(ValueError(repr(object()))),
    "closes stdout": lambda *a: sys.stdout.close() or (1.0, 2.0),
    "a dict": lambda *a: {"dx": 1.0},
}


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_function_is_wrong_and_nothing_more(name, capsys, reader):
    checks.check("1.1", NASTY[name])
    shown = capsys.readouterr().out
    assert "Exercise 1.1: not yet, 0 of 3 points" in shown
    assert not re.search(r"0x[0-9a-f]{4}", shown), "an address changes from run to run"
    assert "Traceback" not in shown


@pytest.mark.filterwarnings("ignore:coroutine")
def test_a_coroutine_is_wrong_and_nothing_more(capsys, reader):
    async def later(*a):
        await asyncio.sleep(0)

    checks.check("1.1", later)
    assert "it is a value of type coroutine" in capsys.readouterr().out


def test_a_callable_object_is_fine():
    assert grade(DIVISION, CallableObject()).state == PASSED


def test_time_is_shared_by_all_calls_of_a_check(monkeypatch):
    monkeypatch.setattr(DIVISION, "seconds", 0.3)

    def slow(x, y, df):
        time.sleep(0.12)
        return right(x, y, df)

    result = grade(DIVISION, slow)
    assert result.state == NOT_YET
    words = repr(of_grade(result))
    assert "ran for more than 0.3 seconds and was stopped" in words
    assert "the pull on the output: not reached" in words


def test_what_was_printed_is_shown_with_the_call_that_failed():
    def talks(x, y, df):
        print("x =", x)
        return no_minus(x, y, df)

    words = repr(of_grade(grade(DIVISION, talks)))
    x = re.search(r"divide_backward\(([^,]+),", words)[1]
    assert f"printed  x = {x}" in words


def echo(v, w):
    """A reference that returns the sum of two lists."""
    return [a + b for a, b in zip(v, w)]


def lists_exercise(hand_out):
    exercise = Exercise("9.1", "Lists", echo, answers.numbers("sum", 0), ("a", "b"))

    @exercise.asks("sum", points=2, usually="add")
    def add(f, rng):
        v, w = hand_out(rng)
        same("sum", f(v, w), np.add(v, w))

    return exercise


@pytest.mark.parametrize(
    "hand_out",
    [
        lambda rng: ([1.5, 2.5], [3.5, 4.5]),
        lambda rng: (np.array([1.5, 2.5]), np.array([3.5, 4.5])),
    ],
    ids=["lists", "arrays"],
)
def test_inputs_have_to_stay_as_they_were(hand_out):
    exercise = lists_exercise(hand_out)
    assert grade(exercise, echo).state == PASSED

    def in_place(v, w):
        total = echo(v, w)
        w[0] = total[0]
        return total

    result = grade(exercise, in_place)
    assert result.points == 0
    assert result.failed[0][1].problem == "The call changed what it was given as w."


def test_a_gate_alone_earns_nothing():
    """An answer of the right kind that is wrong has no points for its kind."""
    exercise = lists_exercise(lambda rng: (list(distinct(rng, 2)), list(distinct(rng, 2))))
    assert grade(exercise, lambda v, w: [0.0, 0.0]).points == 0


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (np.array([1.0, np.nan]), np.array([1.0, np.nan]), True),
        (np.array([1.0]), np.array([1]), False),
        (np.array([1.0]), np.array([[1.0]]), False),
        ([(1, [2])], [(1, [2])], True),
        ([(1, [2])], [(1, [3])], False),
        ([1], [1, 2], False),
        (float("nan"), float("nan"), True),
        (1.0, 2.0, False),
        (len, len, True),
    ],
)
def test_unchanged(before, after, expected):
    assert answers.unchanged(before, after) is expected


@pytest.mark.parametrize(
    "value",
    [
        np.array([1.5, -2.0]),
        0.5,
        np.int64(3),
        [("add", 0, 1)],
        -np.inf,
        np.array([np.inf, 1.0, -np.inf]),
        np.array([[np.inf, 1.0, -np.inf]] * 3),
    ],
)
def test_a_call_is_shown_as_it_can_be_typed(value):
    typed = answers.show_call("same", (value,))
    assert np.array_equal(eval(typed, {"same": lambda v: v, "np": np}), value)


def test_arrays_in_a_list_are_shown_as_they_can_be_typed():
    value = [np.array([[1.5, np.inf]]), np.arange(12.0).reshape(3, 4), (1,), [], float("nan")]
    typed = answers.typed(value)
    assert typed.startswith("[np.array([[1.5, np.inf]]), np.array([[ 0.,")
    assert eval(typed, {"np": np})[2:4] == [(1,), []]
    assert answers.unchanged(value, eval(typed, {"np": np}))
    assert answers.typed((3,)) == "(3,)"


def test_a_long_argument_is_cut():
    assert answers.typed([7.290000000000001, ("add", np.float64(0.1 + 0.2))]) == (
        "[7.29, ('add', 0.3)]"
    )
    assert len(answers.typed([("add", 0, 1)] * 10_000)) < 450
    assert "..." in answers.typed(np.arange(100.0))


def test_same_tells_the_mistake_that_fits():
    mistakes = [(3.0, "thrice"), (-1.0, "sign")]
    same("a", 1.0 + 1e-6, 1.0, mistakes=mistakes)
    with pytest.raises(Failed) as failed:
        same("a", -1.0, 1.0, mistakes=mistakes)
    assert failed.value.mistake == "sign"
    with pytest.raises(Failed) as failed:
        same("a", np.array([1.0, 2.0, 9.0]), np.array([1.0, 2.0, 3.0]), mistakes=mistakes)
    assert failed.value.mistake == ""
    assert failed.value.yours == "a[2] = 9"


def test_two_numbers_are_shown_with_the_digits_that_tell_them_apart():
    with pytest.raises(Failed) as failed:
        same("a", 1.00002001, 1.0)
    assert (failed.value.yours, failed.value.wanted) == ("a = 1.00002", "a = 1")
    with pytest.raises(Failed) as failed:
        same("a", np.array([1e6, 1e-3]), np.array([1e6 + 20, 1e-3]))
    assert (failed.value.yours, failed.value.wanted) == ("a[0] = 1e+06", "a[0] = 1.00002e+06")


def test_close_is_relative_to_the_largest_entry():
    assert close([1.0, 1e-9], [1.0, 0.0])
    assert not close([1.0, 1e-3], [1.0, 0.0])
    assert not close([1.0], [1.0, 1.0])
    assert not close(np.nan, np.nan)
    assert close(1e-9, 0.0, atol=1e-6)


# ---- the words of a reader ----


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Somebody who has done nothing yet; what is kept lies in the folder that comes back."""
    monkeypatch.setenv("NNLIB_PROGRESS_DIR", str(tmp_path / "progress"))
    monkeypatch.setattr(checks, "_store", store.Store())
    return tmp_path / "progress"


def kept(folder):
    return {path.name: json.loads(path.read_text()) for path in folder.glob("*.json")}


def test_check_keeps_the_best_result(reader, capsys):
    checks.check("1.1", dots)
    assert not reader.exists(), "nothing was attempted"
    for f, points, passed in [(no_minus, 1, False), (right, 3, True), (no_minus, 3, True)]:
        checks.check("1.1", f)
        record = kept(reader)["1.1.json"]
        assert (record["points"], record["passed"]) == (points, passed)
    assert record["attempts"] == 3
    shown = capsys.readouterr().out
    assert shown.count("not attempted") == 1
    assert shown.count("passed, 3 of 3 points") == 1


def test_hints_come_one_by_one(reader, capsys):
    for count in (1, 2, 3, 3):
        checks.hint("1.1")
        shown = capsys.readouterr().out
        assert [hint in shown for hint in DIVISION.hints] == [n < count for n in range(3)]
    assert "No more hints" in shown
    assert not kept(reader)["1.1.json"]["attempts"], "asking for a hint is no attempt"


def test_the_solution_comes_after_an_attempt(reader, capsys):
    checks.check("1.1", dots)
    checks.solution("1.1")
    assert "def " not in capsys.readouterr().out
    checks.check("1.1", no_minus)
    checks.solution("1.1")
    assert DIVISION.source in capsys.readouterr().out
    checks.progress()
    assert "not yet (solution seen)" in capsys.readouterr().out


@pytest.mark.parametrize("number", checks.EXERCISES)
def test_the_solution_runs_as_it_is_shown(number):
    """With what its module imports and gives; that the page has the same is seen by its run."""
    exercise = checks.EXERCISES[number]
    names = dict(vars(sys.modules[exercise.reference.__module__]))
    del names[exercise.name]
    exec(exercise.source, names)
    assert grade(exercise, names[exercise.name]).state == PASSED


def test_progress_adds_up(reader, capsys):
    checks.check("1.1", right)
    checks.check("1.2", lambda f, x, h=1e-5: np.zeros(len(x)))
    capsys.readouterr()
    checks.progress(1)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6 + 1
    assert lines[0].endswith("██████████   3 of  3  passed")
    assert lines[1].endswith("░░░░░░░░░░   0 of  3  not yet")
    assert lines[2].endswith("░░░░░░░░░░   0 of  4  not attempted")
    total = sum(e.points for e in checks.EXERCISES.values() if e.chapter == 1)
    assert lines[-1].endswith(f" 3 of {total}  1 of 6 passed")
    checks.progress()
    everything = capsys.readouterr().out.splitlines()
    chapters = {e.chapter for e in checks.EXERCISES.values()}
    assert len(everything) == len(checks.EXERCISES) + len(chapters)
    assert [line.split() for line in everything[:7]] == [line.split() for line in lines]


@pytest.mark.parametrize("chapter", [99, "1", [1]])
def test_progress_of_a_chapter_that_is_not_there(chapter, reader, capsys):
    checks.progress(chapter)
    assert "There are exercises for chapters 1" in capsys.readouterr().out


def test_a_bar_is_full_only_when_all_is_there():
    assert [bar(n, 26).count("█") for n in (0, 1, 13, 25, 26)] == [0, 0, 5, 9, 10]


def test_yours_or_ours(reader, capsys):
    assert checks.yours_or_ours("1.1", right) is right
    assert "we go on with your divide_backward" in capsys.readouterr().out
    for f in (no_minus, dots, None, 3, int):
        assert checks.yours_or_ours("1.1", f) is DIVISION.reference
    assert capsys.readouterr().out.count("not solved yet") == 2
    assert not reader.exists(), "only a check counts"


MISUSED = [
    (("9.9", right), "There is no exercise '9.9'"),
    ((), "Which exercise?"),
    ((1.1, right), 'Write "1.1" in place of 1.1'),
    ((right, "1.1"), 'The number comes first: check("1.1", your_function)'),
    (("1.1",), "There is no function in the call"),
    (("1.1", 3.0), "What came is a value of type float, perhaps the result of a call"),
    (("1.1", (1.0, 2.0)), "no brackets after its name"),
    (("1.1", CallableObject), "CallableObject is a class, and a function is wanted"),
    ((["1.1"], right), "There is no exercise ['1.1']"),
    ((Odd(), right), "check itself went wrong"),
]


@pytest.mark.parametrize(("arguments", "words"), MISUSED, ids=[words for _, words in MISUSED])
def test_a_wrong_call_is_explained(arguments, words, reader, capsys):
    checks.check(*arguments)
    assert words in capsys.readouterr().out
    assert not reader.exists()


@pytest.mark.parametrize("word", [checks.check, checks.hint, checks.solution, checks.yours_or_ours])
def test_every_word_lists_the_exercises(word, reader, capsys):
    word("99.1")
    assert ", ".join(checks.EXERCISES) in capsys.readouterr().out


def test_a_check_inside_a_checked_function(reader, capsys):
    def clever(x, y, df):
        checks.check("1.1", right)
        return right(x, y, df)

    checks.check("1.1", clever)
    assert "passed" in capsys.readouterr().out
    assert kept(reader)["1.1.json"]["attempts"] == 1


def test_a_fault_of_ours_is_called_one(reader, capsys, monkeypatch):
    monkeypatch.setattr(checks, "grade", lambda *a: 1 / 0)
    checks.check("1.1", right)
    assert "check itself went wrong" in capsys.readouterr().out


def test_a_rehearsal_leaves_nothing(reader, capsys):
    checks.check("1.1", right)
    before = kept(reader)
    checks.rehearse()
    checks.progress()
    assert "1 of 6 passed" not in capsys.readouterr().out
    checks.check("1.2", checks.EXERCISES["1.2"].reference)
    checks.progress()
    assert "1 of 6 passed" in capsys.readouterr().out
    assert kept(reader) == before
