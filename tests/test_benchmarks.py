"""The benchmark's bones: contenders do the same work, tables say what was measured. No times."""

import jax
import numpy as np
import pytest

from benchmarks import report
from benchmarks.contenders import by_hand, jax_jit, ours, plain_numpy, products
from benchmarks.race import ROOT, Result
from benchmarks.work import Circuit, Convnet, Cut, Training
from benchmarks.workloads import GROWTH, NAMES, WORKLOADS

TINY = Training((6, 5, 4), 3, examples=9, rate=0.5)
SMALL = Convnet((100, 2, 3, 5, 4), 4, "relu", "adam", 0.01, examples=9, size=3)


def test_the_example_by_example_peer_takes_our_step():
    X, y = TINY.data()
    X = X.astype(np.float64)
    network = ours.make_network(TINY, np.float64)
    weights = [W.copy() for W, _ in TINY.weights()]
    biases = [b.reshape(-1, 1).copy() for _, b in TINY.weights()]
    for start in (0, 3, 6):
        part = slice(start, start + 3)
        minibatch = [(x[:, np.newaxis], np.eye(4)[:, [k]]) for x, k in zip(X[part], y[part])]
        plain_numpy.update(weights, biases, minibatch, TINY.rate)
        network.parameters_vector -= TINY.rate * network.gradient(X[part], y[part])[1]
    wanted = np.concatenate([array.ravel() for pair in zip(weights, biases) for array in pair])
    assert np.abs(network.parameters_vector - wanted).max() < 1e-14


def test_the_step_written_out_by_hand_is_our_step():
    X, y = TINY.data()
    network = ours.make_network(TINY, np.float32)
    step, parameters = by_hand.make_step(TINY)
    for start in (0, 3, 6):
        part = slice(start, start + 3)
        loss = step(X[part], np.eye(4, dtype=np.float32)[:, y[part]])
        our_loss, gradient = network.gradient(X[part], y[part])
        network.parameters_vector -= np.float32(TINY.rate) * gradient
        assert abs(loss / 3 - our_loss) < 1e-6
    assert np.abs(network.parameters_vector - parameters).max() < 1e-6


def test_the_convnet_in_jax_is_ours():
    X, targets, weights, _, _ = jax_jit.parts(SMALL, jax_jit.convnet_loss(SMALL))
    network = ours.make_convnet(SMALL, np.float64)
    loss, gradient = network.gradient(X, targets.argmax(axis=1))
    wanted = jax.value_and_grad(jax_jit.convnet_loss(SMALL))(weights, X, targets)
    assert loss == pytest.approx(float(wanted[0]), rel=1e-5)
    assert np.abs(gradient - ours.flat(wanted[1])).max() < 1e-5


@pytest.mark.parametrize("make, work", [
    (ours.training, TINY),
    (ours.training, Training((6, 5, 4), 4, "relu", "adam", 0.01, examples=9)),
    (ours.training_in_float64, TINY),
    (ours.convnet, SMALL),
    (ours.circuit, Circuit(examples=3)),
    (ours.cut, Cut((6, 5, 4), 9, examples=9, side=3)),
    (by_hand.training, TINY),
    (products.training, TINY),
    (products.convnet, SMALL),
    (jax_jit.training, TINY),
    (jax_jit.convnet, SMALL),
])  # fmt: skip
def test_our_contenders_run(make, work):
    run, units = make(work)
    run()
    assert units >= 1


def test_every_contender_has_a_file_and_a_name():
    for workload in WORKLOADS:
        for contender in workload.contenders:
            module, _, function = contender.partition(":")
            source = ROOT / "benchmarks" / "contenders" / f"{module}.py"
            assert f"def {function}(" in source.read_text()
            assert contender == workload.ours or contender in NAMES


def test_a_work_can_be_written_down_and_read_again():
    from benchmarks import work

    works = [workload.work for workload in WORKLOADS]
    works += [case for cases in GROWTH.values() for _, case in cases]
    for thing in works:
        assert eval(repr(thing), vars(work)) == thing


def test_a_ratio_is_taken_round_by_round():
    ours_, theirs = Result((1.0, 2.0, 4.0), 10), Result((3.0, 4.0, 40.0), 20)
    assert theirs.ratios(ours_) == (3.0, 2.0, 10.0)
    assert theirs.typical == 4.0


def test_the_tables_say_what_was_measured_and_missed():
    workload = WORKLOADS[0]
    results = {name: Result((4e-4,) * 3, 100_000_000) for name in workload.contenders}
    results[workload.ours] = Result((4e-5,) * 3, 50_000_000)
    lines = report.workload_table(workload, results).splitlines()
    assert lines[0].endswith("nnlib 40 µs a step, peak memory 50 MB")
    by_name = {line.split(" | ")[0].removeprefix("| "): line for line in lines[4:]}
    assert (
        "| **10.00** | 10.00 to 10.00 | 14 (missed) | 400 µs | 100 MB |"
        in (by_name["NumPy, example by example"])
    )
    assert "| 8 |" in by_name["PyTorch eager, best loop"]
    case = Training((6, 5, 4), 10)
    table = report.growth_table("width", [(5, case.batch, *list(results.values())[:2])])
    assert table.splitlines()[-1] == "| 5 | 40 µs | 4 µs | 10.00 | 50 MB |"


def test_the_tables_go_between_their_marks(tmp_path, monkeypatch):
    page = tmp_path / "README.md"
    page.write_text(f"before\n\n{report.BEGIN}\nold\n{report.END}\n\nafter\n")
    monkeypatch.setattr(report, "README", page)
    report.write(["| new |"])
    text = page.read_text()
    assert text.startswith(f"before\n\n{report.BEGIN}")
    assert text.endswith(f"{report.END}\n\nafter\n")
    assert "| new |" in text and "old" not in text and "NumPy" in text
