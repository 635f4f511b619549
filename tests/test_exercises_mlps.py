"""The exercises of chapter 4: the references against the library, written without them."""

import re

import numpy as np
import pytest

from nnlib import Dense, Network, ReLU, SoftmaxCrossEntropy, SquaredError, Tanh
from nnlib.checks import EXERCISES, answers
from nnlib.checks.exercise import Failed, same
from nnlib.checks.grading import grade
from nnlib.checks.mlps.tapes import run_matrix_tape
from nnlib.gates import Unit


def reference(number):
    return EXERCISES[number].reference


def flat(arrays):
    return np.concatenate([np.ravel(array) for array in arrays])


@pytest.mark.parametrize("n", [1, 4, 7])
def test_the_layer_and_the_library_s_agree(n):
    rng = np.random.default_rng(n)
    dense = Dense(3, 4)
    dense.initialize(rng=rng)
    dense.b.value[...] = rng.normal(size=(4, 1))
    a = rng.normal(size=(3, n))
    z, out = reference("4.1")(dense.W.value, dense.b.value[:, 0], a)
    assert z == pytest.approx(dense.forward(a), rel=1e-14)
    assert out == pytest.approx(ReLU().forward(z), rel=1e-14)


def test_softmax_and_units_agree():
    rng = np.random.default_rng(0)
    z, grad = rng.normal(size=(2, 4, 3))
    p, dz = reference("4.2")(z, grad)
    assert p.sum(axis=0) == pytest.approx(np.ones(3), rel=1e-14)
    for column in range(3):
        units = [Unit(value) for value in z[:, column]]
        exponentials = [unit.exp() for unit in units]
        total = exponentials[0]
        for e in exponentials[1:]:
            total = total + e
        assert p[:, column] == pytest.approx([(e / total).value for e in exponentials], rel=1e-14)
        cost = Unit(0.0)
        for e, pull in zip(exponentials, grad[:, column].tolist(), strict=True):
            cost = cost + pull * e / total
        cost.backward()
        assert dz[:, column] == pytest.approx([unit.grad for unit in units], rel=1e-12)


@pytest.mark.parametrize("sizes", [(3, 4), (3, 5, 2), (2, 4, 4, 4, 3)])
def test_the_four_equations_and_the_library_agree(sizes):
    rng = np.random.default_rng(len(sizes))
    layers = [Dense(*pair) for pair in zip(sizes, sizes[1:])]  # noqa: B905
    between = [layer for dense in layers for layer in (dense, Tanh())][:-1]
    network = Network(between, loss=SoftmaxCrossEntropy(), rng=rng)
    X, y = rng.normal(size=(6, sizes[0])), rng.integers(sizes[-1], size=6)
    weights, biases = [d.W.value for d in layers], [d.b.value for d in layers]
    dW, db = reference("4.3")(weights, biases, X, y)
    _, gradient = network.gradient(X, y)
    pairs = [array for pair in zip(dW, db, strict=True) for array in pair]
    assert flat(pairs) == pytest.approx(gradient, rel=1e-11, abs=1e-14)


def test_a_layer_with_a_leak_of_0_is_a_layer_of_relus():
    rng = np.random.default_rng(4)
    dense, relu = Dense(3, 4), ReLU()
    dense.initialize(rng=rng)
    a, grad = rng.normal(size=(3, 6)), rng.normal(size=(4, 6))
    out, dW, db, _, da = reference("4.4")(dense.W.value, dense.b.value, np.zeros((4, 1)), a, grad)
    assert out == pytest.approx(relu.forward(dense.forward(a)), rel=1e-14)
    assert da == pytest.approx(dense.backward(relu.backward(grad)), rel=1e-13)
    assert dW == pytest.approx(dense.W.grad, rel=1e-13)
    assert db == pytest.approx(dense.b.grad, rel=1e-13)


def test_tied_weights_by_hand_and_by_the_engine_agree():
    rng = np.random.default_rng(5)
    W, X = rng.normal(size=(2, 4)), rng.normal(size=(4, 3))
    tape = [("matmul", 0, 1), ("transpose", 0), ("matmul", 3, 2), ("subtract", 4, 1)]
    tape += [("multiply", 5, 5), ("sum", 6)]
    grads = reference("4.6")(run_matrix_tape([W, X], tape), tape)
    assert grads[0] == pytest.approx(reference("4.5")(W, X, 0.0)[2], rel=1e-12)


def test_the_engine_and_the_library_agree():
    rng = np.random.default_rng(6)
    network = Network([Dense(3, 5), Tanh(), Dense(5, 2)], loss=SquaredError(), rng=rng)
    X, T = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    tape = [("matmul", 0, 4), ("add", 7, 1), ("tanh", 8), ("matmul", 2, 9), ("add", 10, 3)]
    tape += [("subtract", 11, 5), ("multiply", 12, 12), ("sum", 13), ("multiply", 14, 6)]
    inputs = [*[p.value for p in network.parameters()], X.T, T.T, np.array([[1 / 12]])]
    grads = reference("4.6")(run_matrix_tape(inputs, tape), tape)
    loss, gradient = network.gradient(X, T)
    assert run_matrix_tape(inputs, tape)[-1].item() == pytest.approx(loss, rel=1e-13)
    assert flat(grads[:4]) == pytest.approx(gradient, rel=1e-12, abs=1e-14)


# ---- a list of arrays as an answer ----

LENT = [np.zeros((2, 3)), np.zeros((4, 2))]


@pytest.mark.parametrize("answer", [LENT, tuple(LENT), [np.zeros((2, 3), int), LENT[1]]])
def test_a_list_of_arrays_is_taken(answer):
    taken = answers.matrices("g", 0)(answer, (LENT,))
    assert [array.dtype for array in taken] == [np.float64, np.float64]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (LENT[:1], "g has to be a list of 2 arrays; it has 1"),
        (3.0, "g has to be a list of arrays"),
        (LENT[::-1], r"g\[0\] has to be of shape \(2, 3\), and it is of shape \(4, 2\)"),
        ([LENT[0], None], r"g\[1\] has to be an array of shape \(4, 2\), and it is None"),
        ([LENT[0], [[0.0]]], r"g\[1\] has to be an array of shape \(4, 2\), and it is a list"),
        ([LENT[0], LENT[1] + np.nan], r"g\[1\]\[0, 0\] is not a finite number"),
        ([LENT[0], LENT[1] * 1j], r"g\[1\] is complex"),
        (None, "returned None"),
    ],
)
def test_a_list_of_something_else_is_refused(answer, says):
    with pytest.raises(Failed) as failed:
        answers.matrices("g", 0)(answer, (LENT,))
    assert re.search(says, failed.value.problem)


def test_a_list_from_the_last_to_the_first_is_told_so():
    with pytest.raises(Failed) as failed:
        answers.matrices("g", 0)(LENT[::-1], (LENT,))
    assert "the wrong way round" in failed.value.mistake


def test_dots_in_a_list_are_not_attempted():
    with pytest.raises(Failed) as failed:
        answers.matrices("g", 0)([..., LENT[1]], (LENT,))
    assert failed.value.not_attempted


# ---- several things, each judged by itself ----

SHAPES = answers.array_like("p", 0), answers.array_like("q", 0)


@pytest.mark.parametrize("kind", [answers.several, answers.apart])
def test_one_array_for_several_is_told_by_its_shape(kind):
    for rows in (2, 3):  # as many as there are things, and more
        lent = np.zeros((rows, 4))
        with pytest.raises(Failed) as failed:
            kind(*SHAPES, names="p and q")(lent, (lent,))
        assert f"p and q; it is one array, of shape ({rows}, 4)" in failed.value.problem
        assert "`return p, q`" in failed.value.mistake


def test_an_array_of_several_is_taken():
    both = np.arange(12.0).reshape(2, 2, 3)
    p, q = answers.several(*SHAPES, names="p and q")(both, (np.zeros((2, 3)),))
    assert (p == both[0]).all() and (q == both[1]).all()
    numbers = answers.several(answers.number("u"), answers.number("v"), names="u and v")
    assert numbers(np.array([1.0, 2.0]), ()) == (1.0, 2.0)


def test_a_part_of_the_wrong_shape_fails_where_it_is_compared():
    p, q = answers.apart(*SHAPES, names="p and q")((LENT[0], LENT[1]), (LENT[0],))
    same("p", p, LENT[0])
    with pytest.raises(Failed, match=r"q has to be of shape \(2, 3\)"):
        same("q", q, LENT[0])
    with pytest.raises(Failed, match="q has to be of shape"):
        answers.several(*SHAPES, names="p and q")((LENT[0], LENT[1]), (LENT[0],))
    with pytest.raises(Failed) as failed:
        answers.apart(*SHAPES, names="p and q")((LENT[0], ...), (LENT[0],))
    assert failed.value.not_attempted


def test_a_wrong_dS_costs_no_point_of_dA():  # noqa: N802
    right = reference("4.5")

    def answer(W, X, strength):
        dA, _, dW = right(W, X, strength)
        return dA, np.zeros(W.shape), dW

    result = grade(EXERCISES["4.5"], answer)
    lost = {"the gradient in S", "more codes than features, and codes of 0"}
    assert {prop.name for prop, _ in result.failed} == lost
