"""The exercises: right answers pass, and each wrong one fails by the message for its mistake."""

import importlib
import pickle

import numpy as np
import pytest

from nnlib.activations import Sigmoid
from nnlib.checks import EXERCISES
from nnlib.checks.circuits.formula import Formula, wavy
from nnlib.checks.circuits.tape import FORWARD, run_tape, tape_backward
from nnlib.checks.grading import NOT_YET, PASSED, grade
from nnlib.diagnostics import confusion_matrix
from nnlib.gates import Unit, dot
from nnlib.gradients import central_difference
from nnlib.layers import Dense
from nnlib.losses import SquaredError
from nnlib.network import Network

# The answers to the exercises of nnlib/checks/circuits stand in answers/circuits, and so on.
CHAPTERS = dict.fromkeys(e.reference.__module__.split(".")[2] for e in EXERCISES.values())
ANSWERS = [a for name in CHAPTERS for a in importlib.import_module(f"answers.{name}").ANSWERS]
RIGHT = [(a.number, f) for a in ANSWERS for f in a.right]
WRONG = [(a.number, *case) for a in ANSWERS for case in a.wrong]
TRIVIAL = [(a.number, f) for a in ANSWERS for f in a.trivial]


def named(value):
    return value.__name__ if callable(value) else None


@pytest.fixture
def allow(monkeypatch):
    """Sets the time limit of every check: long where a busy machine must not spoil the result,
    short where running out of time is as good as any other failure."""

    def seconds(limit):
        for exercise in EXERCISES.values():
            monkeypatch.setattr(exercise, "seconds", limit)

    return seconds


def reasons(number, f, seed=0):
    """The first property that fails, and all that is said about it."""
    result = grade(EXERCISES[number], f, seed)
    assert result.state == NOT_YET, "a wrong answer passed"
    prop, failure = result.failed[0]
    return prop.name, " ".join([failure.problem, failure.mistake, failure.usually])


def test_every_exercise_has_its_answers():
    assert [a.number for a in ANSWERS] == list(EXERCISES)
    for answers in ANSWERS:
        assert len(answers.right) >= 3
        assert len(answers.wrong) >= 5
        assert answers.trivial


@pytest.mark.parametrize("number", EXERCISES)
def test_an_exercise_is_complete(number):
    exercise = EXERCISES[number]
    assert len(exercise.hints) >= 2
    assert all(hint.endswith((".", "`", "?")) for hint in exercise.hints)
    assert exercise.title and exercise.reference.__doc__
    assert all(prop.points > 0 and prop.usually for prop in exercise.properties)
    assert exercise.points == sum(p.points for p in exercise.properties) > 0


@pytest.mark.parametrize(("number", "f"), RIGHT, ids=named)
def test_a_right_answer_passes_for_every_seed(number, f, allow):
    allow(60.0)
    for seed in range(20):
        result = grade(EXERCISES[number], f, seed)
        assert result.state == PASSED, (seed, result.failed)
        assert result.points == EXERCISES[number].points


@pytest.mark.parametrize("number", EXERCISES)
def test_the_reference_passes_for_every_seed(number, allow):
    allow(60.0)
    for seed in range(20):
        result = grade(EXERCISES[number], EXERCISES[number].reference, seed)
        assert result.state == PASSED, (seed, result.failed)


@pytest.mark.parametrize(("number", "f", "fails", "says"), WRONG, ids=named)
def test_a_wrong_answer_is_told_its_mistake(number, f, fails, says):
    name, words = reasons(number, f)
    assert (name, says in words) == (fails, True), words


@pytest.mark.parametrize(("number", "f", "fails", "says"), WRONG, ids=named)
def test_a_wrong_answer_fails_for_other_seeds_too(number, f, fails, says, allow):
    allow(0.5)
    for seed in range(1, 4):
        assert grade(EXERCISES[number], f, seed).state == NOT_YET


def caught():
    """Which properties catch which wrong answer: {(number, property): {names of answers}}."""
    table = {(e.number, p.name): set() for e in EXERCISES.values() for p in e.properties}
    for number, f, _, _ in WRONG:
        for prop, _ in grade(EXERCISES[number], f).failed:
            table[number, prop.name].add(f.__name__)
    return table


def test_no_property_is_useless(allow):
    """Each property is the first to catch some mistake: without it that mistake would pass more."""
    first = {(number, fails) for number, _, fails, _ in WRONG}
    allow(2.0)
    for place, names in caught().items():
        assert names, f"{place} catches nothing"
        assert place in first, f"{place} is never the first to fail"


@pytest.mark.parametrize(("number", "f"), TRIVIAL, ids=named)
def test_an_answer_without_a_thought_earns_nothing(number, f):
    assert grade(EXERCISES[number], f).points == 0


def test_what_a_check_hands_out_can_be_sent_elsewhere():
    """A stand-in for an answer that runs in another process has to send the arguments there."""
    seen = []
    for answers in ANSWERS:
        right = answers.right[0]

        def stand_in(*arguments, right=right):
            seen.append(type(arguments[0]))
            return right(*pickle.loads(pickle.dumps(arguments)))

        assert grade(EXERCISES[answers.number], stand_in).state == PASSED
    assert seen


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_formula_is_what_it_shows(size):
    rng = np.random.default_rng([3, size])
    formula, v = wavy(rng, size), rng.normal(size=size)
    typed = eval(repr(formula), {"np": np})
    assert typed(v) == formula(v)
    assert formula(v + 0j).real == pytest.approx(formula(v), rel=1e-14)
    with pytest.raises(ValueError, match="f takes a vector of"):
        formula(v[0])
    assert Formula("v[0]", 1) == Formula("v[0]", 1)


# ---- the references against the library, which was written without them ----


def random_tape(rng):
    """Three inputs between 0.5 and 2, and 12 rows that keep the values moderate."""
    inputs, tape = list(rng.uniform(0.5, 2, 3)), []
    while len(tape) < 12:
        operation = rng.choice(list(FORWARD))
        wires = rng.integers(0, 3 + len(tape), 1 if operation == "exp" else 2).tolist()
        values = run_tape(inputs, [*tape, (operation, *wires)])
        if abs(values[-1]) < 50:
            tape.append((str(operation), *wires))
    return inputs, tape


UNITS = {
    "add": lambda u, v: u + v,
    "multiply": lambda u, v: u * v,
    "divide": lambda u, v: u / v,
    "max": lambda u, v: u.maximum(v),
    "exp": lambda u: u.exp(),
}


@pytest.mark.parametrize("seed", range(20))
def test_the_engine_of_the_exercise_and_units_agree(seed):
    inputs, tape = random_tape(np.random.default_rng(seed))
    units = [Unit(value) for value in inputs]
    for operation, *wires in tape:
        units.append(UNITS[operation](*[units[i] for i in wires]))
    units[-1].backward()
    values = run_tape(inputs, tape)
    assert [unit.value for unit in units] == pytest.approx(values, rel=1e-14)
    inner = tape_backward(values, tape)
    assert inner[:3] == pytest.approx([unit.grad for unit in units[:3]], rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_measured_gradient_and_the_library_s_agree(seed):
    rng = np.random.default_rng(seed)
    f, x = wavy(rng, 4), rng.normal(size=4)
    measured = EXERCISES["1.2"].reference(f, x, 1e-4)
    assert measured == pytest.approx(central_difference(f, x, 1e-4), rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_neuron_of_the_exercise_and_units_agree(seed):
    rng = np.random.default_rng(seed)
    w, x, b = rng.normal(size=3), rng.normal(size=3), float(rng.normal())
    weights, inputs, bias = list(map(Unit, w)), list(map(Unit, x)), Unit(b)
    output = dot(weights, inputs, bias).sigmoid()
    output.backward(2.0)
    f, dw, dx, db = EXERCISES["1.4"].reference(w, x, b, 2.0)
    assert f == pytest.approx(output.value, rel=1e-14)
    assert dw == pytest.approx([unit.grad for unit in weights], rel=1e-12)
    assert dx == pytest.approx([unit.grad for unit in inputs], rel=1e-12)
    assert db == pytest.approx(bias.grad, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_confusion_matrix_of_the_exercise_and_the_library_s_agree(seed):
    y, answers = np.random.default_rng(seed).integers(6, size=(2, 100))
    table = EXERCISES["7.2"].reference(y, answers, 7)
    assert (table == confusion_matrix(y, answers, classes=7)).all()


@pytest.mark.parametrize("seed", range(5))
def test_nielsen_s_step_of_the_exercise_and_a_network_s_agree(seed):
    rng = np.random.default_rng(seed)
    layers = [Dense(5, 4), Sigmoid(), Dense(4, 3), Sigmoid()]
    network = Network(layers, loss=SquaredError(), rng=rng)
    X, y = rng.normal(size=(6, 5)), rng.integers(3, size=6)
    start = [p.value.copy() for p in network.parameters()]
    weights, biases = EXERCISES["7.6"].reference(start[::2], start[1::2], X, y, 3.0, 6, "quadratic")
    _, gradient = network.gradient(X, y)
    network.value -= 3.0 * gradient
    for parameter, one in zip(network.parameters()[::2], weights, strict=True):
        assert one == pytest.approx(parameter.value, rel=1e-12)
    for parameter, one in zip(network.parameters()[1::2], biases, strict=True):
        assert one == pytest.approx(parameter.value, rel=1e-12)
