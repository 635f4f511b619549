"""The trainer: its loop written out by hand, its history, stops of every kind, and its bounds."""

import copy
import os
import signal
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import (
    SGD,
    Adam,
    BatchNorm,
    Dense,
    Dropout,
    EarlyStopping,
    Network,
    Normal,
    ReLU,
    Scale,
    Sigmoid,
    SoftmaxCrossEntropy,
    SquaredError,
    Tanh,
    Trainer,
    TrainingDiverged,
)
from nnlib.datasets import progress as looking
from nnlib.layers import Layer
from nnlib.optimizers import LBFGS, Momentum, RMSprop
from nnlib.regularizers import L2, MaxNorm
from nnlib.schedules import ReduceOnPlateau, StepDecay
from nnlib.trainer.epoch import ROOM
from nnlib.trainer.progress import progress_bar

pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.usefixtures("ctrl_c_arrives")]


def data(n=43, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4))
    return X, (X[:, 0] * X[:, 1] > 0).astype(int)


def make_trainer(optimizer=None, seed=1, **options):
    network = Network([Dense(4, 8), Tanh(), Dense(8, 2)], loss=SoftmaxCrossEntropy(),
                      rng=np.random.default_rng(seed), **options)  # fmt: skip
    return Trainer(network, optimizer or SGD(0.5), rng=np.random.default_rng(2))


def weights_after(epochs, trainer=None, **options):
    trainer = trainer or make_trainer()
    trainer.fit(*data(), epochs=epochs, **{"batch_size": 5, **options})
    return trainer.network.parameters_vector


# The loop


@pytest.mark.parametrize("batch_size", [1, 5, 8, 43, 1000])
def test_training_is_the_loop_of_the_book(batch_size):
    (X, y), (X_valid, y_valid) = data(), data(20, seed=3)
    trainer = make_trainer(SGD(StepDecay(0.5, every=10)), regularizer=L2(0.01))
    network, rng = copy.deepcopy(trainer.network), np.random.default_rng(2)
    history = trainer.fit(X, y, epochs=3, batch_size=batch_size, validation=(X_valid, y_valid))
    wanted = {name: [] for name in history}
    step = 0
    for _ in range(3):
        order, loss, correct = rng.permutation(43), 0.0, 0
        wanted["learning_rate"].append(0.5 * 0.1 ** (step // 10))
        for start in range(0, 43, batch_size):
            index = order[start : start + batch_size]
            correct += np.count_nonzero(network.predict(X[index]) == y[index])
            cost, gradient = network.gradient(X[index], y[index])
            loss += (cost - network.penalty()) * len(index)
            network.parameters_vector -= 0.5 * 0.1 ** (step // 10) * gradient
            step += 1
        weights = np.concatenate([p.value.ravel() for p in network.parameters() if p.name == "W"])
        wanted["loss"].append(loss / 43)
        wanted["accuracy"].append(correct / 43)
        wanted["penalty"].append(0.01 / 2 * (weights**2).sum())
        wanted["validation_loss"].append(network.loss_value(X_valid, y_valid) - network.penalty())
        wanted["validation_accuracy"].append(network.score(X_valid, y_valid))
    assert list(history) == ["loss", "accuracy", "penalty", "validation_loss",
                             "validation_accuracy", "learning_rate"]  # fmt: skip
    for name, values in history.items():
        assert values == pytest.approx(wanted[name], rel=1e-9), name
        assert all(type(value) is float for value in values)
    assert np.allclose(trainer.network.parameters_vector, network.parameters_vector, rtol=1e-10)
    assert trainer.epoch == 3 and trainer.step == step


@pytest.mark.parametrize("n, batch_size", [(1, 1), (7, 3), (10, 5), (43, 50), (9001, 1000)])
def test_each_epoch_takes_each_example_once_in_another_order(n, batch_size):
    X = np.arange(n, dtype=float)[:, np.newaxis]
    network = Network([Dense(1, 1)], loss=SquaredError(), rng=np.random.default_rng(0))
    taken = []

    def note(minibatch, rng):
        taken.append(minibatch.ravel().tolist())
        return minibatch / n

    Trainer(network, SGD(0.01), rng=np.random.default_rng(0)).fit(
        X, np.zeros(n), epochs=2, batch_size=batch_size, augment=note
    )
    sizes = [min(batch_size, n - start) for start in range(0, n, batch_size)]
    assert [len(minibatch) for minibatch in taken] == 2 * sizes
    first, second = sum(taken[: len(sizes)], []), sum(taken[len(sizes) :], [])
    assert sorted(first) == sorted(second) == list(range(n))
    assert n < 7 or first != second


def test_accuracy_counts_many_examples_as_it_counts_few():
    X, y = data(20_011)
    histories = []
    for batch_size in (20_011, 9_000):
        trainer = make_trainer(SGD(1e-300))  # which leaves the weights where they are
        histories.append(trainer.fit(X, y, epochs=1, batch_size=batch_size)["accuracy"])
    assert histories[0] == histories[1] == [trainer.network.score(X, y)]


def test_dropout_is_on_in_training_and_off_afterwards():
    layers = [Dense(4, 30), Dropout(0.9), Dense(30, 2)]
    network = Network(layers, loss=SoftmaxCrossEntropy(), rng=np.random.default_rng(0))
    seen = []
    X, y = data()

    def look(trainer):
        seen.append(layers[1].training)
        seen.append(trainer.network.forward(X[:1]).tolist())
        seen.append(trainer.network.forward(X[:1]).tolist())

    trainer = Trainer(network, SGD(1e-300), rng=np.random.default_rng(0))
    history = trainer.fit(X, y, epochs=1, batch_size=43, validation=(X, y), callbacks=look)
    assert seen[0] is False and seen[1] == seen[2]
    assert history["loss"] != history["validation_loss"]
    assert not network.training


def test_max_norm_holds_after_every_step():
    trainer = make_trainer(SGD(5.0), regularizer=MaxNorm(0.7))
    W = trainer.network.layers[0].W.value
    trainer.fit(*data(), epochs=1, batch_size=5)
    lengths = np.linalg.norm(W, axis=1)
    assert lengths.max() == pytest.approx(0.7, rel=1e-12) and (lengths < 0.7 + 1e-12).all()


def test_a_schedule_hears_the_validation_loss():
    heard = []

    class Listener(ReduceOnPlateau):
        def observe(self, value):
            heard.append(value)
            super().observe(value)

    (X, y), validation = data(), data(20, seed=3)
    optimizer = SGD(Listener(1e-9, factor=0.5, patience=1, threshold=0.5))
    history = make_trainer(optimizer).fit(X, y, epochs=4, batch_size=5, validation=validation)
    assert heard == history["validation_loss"]
    assert history["learning_rate"] == [1e-9, 1e-9, 5e-10, 2.5e-10]
    heard.clear()
    history = make_trainer(SGD(Listener(1e-9))).fit(X, y, epochs=2, batch_size=5)
    assert heard == history["loss"]


def test_a_later_fit_goes_on_and_keeps_the_history_in_step():
    trainer, (X, y) = make_trainer(), data()
    first = trainer.fit(X, y, epochs=1, batch_size=5)
    second = trainer.fit(X, y, epochs=2, batch_size=5, validation=(X, y))
    third = trainer.fit(X, y, epochs=1, batch_size=5)
    assert {len(values) for values in third.values()} == {4}
    assert len(first["loss"]) == 1 and second["loss"] == third["loss"][:3]
    assert np.isnan(third["validation_loss"]).tolist() == [True, False, False, True]
    assert (trainer.network.parameters_vector == weights_after(4)).all()


# Inputs


@settings(max_examples=40, deadline=None)
@given(
    n=st.integers(1, 12),
    batch_size=st.integers(1, 14),
    dtype=st.sampled_from(["u1", "i2", "f4", "f8", ">f4"]),
    form=st.sampled_from(["plain", "fortran", "strided", "read-only"]),
    network_dtype=st.sampled_from([np.float32, np.float64]),
)
def test_any_layout_trains_the_same_and_stays_as_it_was(n, batch_size, dtype, form, network_dtype):
    X = np.random.default_rng(n).integers(0, 2, (2 * n, 8)).astype(dtype)
    plain = X[::2, ::2].astype(network_dtype)
    X = {
        "plain": lambda: plain.astype(dtype),
        "fortran": lambda: np.asfortranarray(plain.astype(dtype)),
        "strided": lambda: X[::2, ::2],
        "read-only": lambda: plain.astype(dtype),
    }[form]()
    y = np.arange(n) % 2
    if form == "read-only":
        X.flags.writeable = y.flags.writeable = False
    before = X.copy(), y.copy()
    found, wanted = make_trainer(dtype=network_dtype), make_trainer(dtype=network_dtype)
    found.fit(X, y, epochs=2, batch_size=batch_size, validation=(X, y))
    wanted.fit(plain, y, epochs=2, batch_size=batch_size, validation=(plain, y))
    assert (found.network.parameters_vector == wanted.network.parameters_vector).all()
    assert (X == before[0]).all() and (y == before[1]).all() and X.dtype == before[0].dtype


def test_bytes_train_through_a_scale_layer_without_a_copy_in_floats():
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 256, (20_000, 200), dtype=np.uint8), rng.integers(0, 3, 20_000)

    def train(X, *scale):
        network = Network([*scale, Dense(200, 3)], loss=SoftmaxCrossEntropy(), dtype=np.float32,
                          rng=np.random.default_rng(1))  # fmt: skip
        Trainer(network, SGD(0.1), rng=np.random.default_rng(2)).fit(X, y, epochs=1, batch_size=100)
        return network.parameters_vector

    wanted = train(X.astype(np.float32) * np.float32(1 / 255))
    tracemalloc.start()
    found = train(X, Scale(1 / 255))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.allclose(found, wanted, rtol=0, atol=1e-6)
    assert peak < X.nbytes  # in float32 it would be four times as much
    with pytest.raises(ValueError, match="bytes"):
        train(X)


def test_augmentation_sees_the_minibatch_and_the_trainer_s_generator():
    X = np.random.default_rng(0).integers(0, 256, (20, 4), dtype=np.uint8)
    before, seen = X.copy(), []

    def augment(minibatch, rng):
        seen.append((minibatch.dtype, minibatch.shape, rng))
        minibatch[:] = 0  # its own copy: the data are out of reach
        return minibatch

    network = Network([Scale(1 / 255), Dense(4, 2)], loss=SquaredError(),
                      rng=np.random.default_rng(0))  # fmt: skip
    rng = np.random.default_rng(0)
    Trainer(network, SGD(0.1), rng=rng).fit(
        X, np.zeros(20, int), epochs=1, batch_size=8, augment=augment
    )
    assert seen == [(np.uint8, (8, 4), rng), (np.uint8, (8, 4), rng), (np.uint8, (4, 4), rng)]
    assert (X == before).all()
    assert not network.layers[1].W.grad.any()
    with pytest.raises(ValueError, match=r"shape \(8, 4\), got an array of shape \(8, 2\)"):
        Trainer(network, SGD(0.1), rng=rng).fit(
            X, np.zeros(20, int), epochs=1, batch_size=8, augment=lambda X, rng: X[:, :2]
        )


# Callbacks


def test_callbacks_are_asked_after_each_epoch_in_their_order():
    calls = []

    def first(trainer):
        calls.append(("first", trainer.epoch, len(trainer.history["loss"])))
        return trainer.epoch == 3

    def second(trainer):
        calls.append(("second", trainer.epoch))
        return 1.0  # not True: it doesn't stop

    trainer = make_trainer()
    history = trainer.fit(*data(), epochs=9, batch_size=5, callbacks=[first, second])
    assert len(history["loss"]) == 3
    assert calls == [("first", 1, 1), ("second", 1), ("first", 2, 2), ("second", 2),
                     ("first", 3, 3), ("second", 3)]  # fmt: skip


def test_numpy_s_true_stops_too():
    trainer = make_trainer()
    trainer.fit(*data(), epochs=9, batch_size=5, callbacks=lambda trainer: np.True_)
    assert trainer.epoch == 1


def test_an_error_in_a_callback_leaves_a_trainer_that_can_go_on():
    def fail(trainer):
        raise KeyError("mine")

    trainer = make_trainer()
    with pytest.raises(KeyError, match="mine"):
        trainer.fit(*data(), epochs=2, batch_size=5, callbacks=fail)
    assert trainer.epoch == 1 and not trainer.network.training
    assert (weights_after(2, trainer) == weights_after(3)).all()


def fit_watched(values, watch, monkeypatch, **options):
    """Train with prescribed validation values; return the trainer and the weights by epoch."""
    trainer, values, weights = make_trainer(), iter(values), []
    trainer.watch = watch
    monkeypatch.setattr(Network, "evaluate", lambda self, X, y: (next(values),) * 2)
    trainer.fit(
        *data(), epochs=20, batch_size=5, validation=data(9),
        callbacks=[lambda t: weights.append(t.network.parameters_vector.copy()), *options.values()],
    )  # fmt: skip
    return trainer, weights


@pytest.mark.parametrize("watch, values", [
    ("validation_loss", [5, 4, 3, 6, 3, 3.1, 2.9]),
    ("validation_accuracy", [0.5, 0.6, 0.8, 0.7, 0.8, 0.1, 0.9]),
])  # fmt: skip
def test_early_stopping_waits_and_brings_back_the_best(monkeypatch, watch, values):
    trainer, weights = fit_watched(values, watch, monkeypatch, stop=EarlyStopping(patience=3))
    assert trainer.epoch == 6  # the third after the best, which is the first of two equal ones
    assert trainer.best.epoch == 3 and trainer.best.value == values[2]
    assert (trainer.network.parameters_vector == weights[2]).all()


@pytest.mark.parametrize("same", [True, False])
def test_a_fit_after_an_early_stop_has_all_its_patience(monkeypatch, same):
    values = iter([5, 4, 3, 6, 6, 6, 6, 6, 2, 6, 6, 6, 6, 6, 6])
    monkeypatch.setattr(Network, "evaluate", lambda self, X, y: (next(values),) * 2)
    trainer, stop = make_trainer(), EarlyStopping(3)
    for epoch, best in [(6, 3), (12, 9), (15, 9)]:
        weights_after(99, trainer, validation=data(9), callbacks=stop)
        assert (trainer.epoch, trainer.best.epoch) == (epoch, best)
        stop = stop if same else EarlyStopping(3)


def test_a_fit_that_came_to_its_end_goes_on_waiting_in_the_next(monkeypatch):
    values = iter([5, 4, 3, 6, 6, 6, 6])
    monkeypatch.setattr(Network, "evaluate", lambda self, X, y: (next(values),) * 2)
    trainer = make_trainer()
    weights_after(5, trainer, validation=data(9), callbacks=EarlyStopping(3))
    weights_after(9, trainer, validation=data(9), callbacks=EarlyStopping(3))
    assert trainer.epoch == 6


def test_without_early_stopping_the_best_waits_to_be_asked_for(monkeypatch):
    values = [5, 2, 3, 4] + 16 * [6]
    trainer, weights = fit_watched(values, "validation_loss", monkeypatch)
    assert trainer.epoch == 20
    assert (trainer.network.parameters_vector == weights[-1]).all()
    trainer.restore_best()
    assert (trainer.network.parameters_vector == weights[1]).all()


def test_the_best_includes_what_layers_remember():
    network = Network([Dense(4, 6), BatchNorm(6), ReLU(), Dense(6, 2)], loss=SoftmaxCrossEntropy(),
                      rng=np.random.default_rng(0))  # fmt: skip
    trainer = Trainer(network, SGD(2.0), rng=np.random.default_rng(1))
    (X, y), validation = data(), data(50, seed=3)
    history = trainer.fit(X, y, epochs=20, batch_size=8, validation=validation)
    best = min(history["validation_loss"])
    assert history["validation_loss"][-1] > best
    trainer.restore_best()
    assert network.evaluate(*validation)[0] == best
    trainer.fit(X, y, epochs=1, batch_size=8)
    trainer.restore_best()  # training on has not changed what was kept
    assert network.evaluate(*validation)[0] == best


def test_the_best_is_a_copy_of_what_a_layer_of_one_s_own_lends():
    class Centre(Layer):
        """Subtracts a running mean, and hands that out and takes it in as it is."""

        mean = None

        def initialize(self, *, rng, dtype):
            self.mean = np.zeros((4, 1), dtype)

        def state(self):
            return {} if self.mean is None else {"mean": self.mean}

        def restore(self, state):
            self.mean = state["mean"]

        def forward(self, x):
            if self.training:
                self.mean += 0.1 * (x.mean(axis=1, keepdims=True) - self.mean)
            return x - self.mean

        def backward(self, grad):
            return grad

    layer, means = Centre(), []
    network = Network([layer, Dense(4, 2)], loss=SoftmaxCrossEntropy(),
                      rng=np.random.default_rng(0))  # fmt: skip
    trainer = Trainer(network, SGD(2.0), rng=np.random.default_rng(1))
    (X, y), validation = data(), data(50, seed=3)
    trainer.fit(X, y, epochs=9, batch_size=8, validation=validation,
                callbacks=lambda trainer: means.append(layer.mean.copy()))  # fmt: skip
    assert trainer.best.epoch < 9
    for _ in range(2):
        trainer.restore_best()
        assert (layer.mean == means[trainer.best.epoch - 1]).all()
        trainer.fit(X, y, epochs=1, batch_size=8)


# Reproducible


def test_the_same_seeds_give_the_same_weights_whatever_ran_before():
    wanted = weights_after(3).copy()
    np.random.seed(0)
    weights_after(2, batch_size=7)
    noise = [np.empty(k) for k in range(1, 999, 7)]  # other arrays land at other addresses
    assert (weights_after(3) == wanted).all()
    assert len(noise)


def test_numpy_s_global_generator_is_left_alone():
    before = np.random.get_state()[1].copy()
    weights_after(2)
    assert (np.random.get_state()[1] == before).all()


# Interruption


def interrupting(step, how):
    """An augmentation that leaves a minibatch as it is, and interrupts in the given step."""
    count = 0

    def augment(minibatch, rng):
        nonlocal count
        count += 1
        if count == step:
            how()
        return minibatch

    return augment


def ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("step", [1, 4, 9, 10, 15, 18])
def test_ctrl_c_ends_after_the_step_and_nothing_is_lost(step, capfd):
    handler = signal.getsignal(signal.SIGINT)
    straight = make_trainer(Adam())
    wanted = straight.fit(*data(), epochs=2, batch_size=5, validation=data(9))
    trainer = make_trainer(Adam())
    history = trainer.fit(
        *data(), epochs=2, batch_size=5, validation=data(9), augment=interrupting(step, ctrl_c)
    )
    assert signal.getsignal(signal.SIGINT) is handler
    assert len(history["loss"]) == len(history["validation_loss"]) == trainer.epoch == step // 9
    assert trainer.interrupted and trainer.step == step
    assert "Training interrupted after" in capfd.readouterr().err
    assert not trainer.network.training
    if step < 18:
        history = trainer.fit(*data(), epochs=2 - trainer.epoch, batch_size=5, validation=data(9))
        assert not trainer.interrupted
    assert history == wanted
    assert (trainer.network.parameters_vector == straight.network.parameters_vector).all()


def test_ctrl_c_in_the_last_callback_is_said(capfd):
    trainer = make_trainer()
    trainer.fit(*data(), epochs=1, batch_size=5, callbacks=lambda trainer: ctrl_c())
    assert trainer.interrupted and trainer.epoch == 1
    assert "interrupted after 1 epochs" in capfd.readouterr().err


@pytest.mark.parametrize("changed", ["X", "one row", "y"])
def test_an_interrupted_epoch_goes_on_only_with_its_own_data(changed):
    (X, y), (other_X, other_y) = data(), data(seed=7)
    if changed == "one row":
        other_X = X.copy()
        other_X[41] += 1.0
    trainer = make_trainer()
    trainer.fit(X, y, epochs=1, batch_size=5, augment=interrupting(3, ctrl_c))
    assert trainer.underway.position == 15
    other = (X, other_y) if changed == "y" else (other_X, y)
    trainer.fit(*other, epochs=1, batch_size=5)
    assert trainer.step == 3 + 9  # all of the other data, not the 28 examples that were left
    trainer.fit(X, y, epochs=1, batch_size=5, augment=interrupting(3, ctrl_c))
    trainer.fit(X.copy(), y.copy(), epochs=1, batch_size=5)  # the same numbers
    assert trainer.step == 3 + 9 + 9


def test_the_best_is_sought_anew_on_other_validation_data():
    trainer = make_trainer()
    weights_after(3, trainer, validation=data(20, seed=3))
    best = trainer.best
    weights_after(1, trainer, validation=data(20, seed=3))
    assert trainer.best.value <= best.value
    weights_after(1, trainer, validation=data(20, seed=4))
    assert trainer.best.epoch == 5


def test_a_best_that_was_not_chosen_by_validation_data_stays():
    (X, y), trainer = data(), make_trainer()
    trainer.watch = "loss"
    trainer.fit(X, y, epochs=3, batch_size=5, validation=data(20, seed=3))
    best = trainer.best
    history = trainer.fit(X, 1 - y, epochs=1, batch_size=5, validation=data(20, seed=4))
    assert history["loss"][-1] > best.value and trainer.best is best


def test_an_augmentation_that_returns_nan_is_named():
    def broken(minibatch, rng):
        return np.full_like(minibatch, np.nan)

    with pytest.raises(ValueError, match=r"returned by augment\[0, 0\] is nan"):
        weights_after(1, augment=broken)


def test_a_keyboard_interrupt_from_a_callback_counts_too():
    def impatient(trainer):
        if trainer.epoch == 2:
            raise KeyboardInterrupt

    trainer = make_trainer()
    history = trainer.fit(*data(), epochs=9, batch_size=5, callbacks=impatient)
    assert len(history["loss"]) == 2 and trainer.interrupted
    assert (weights_after(1, trainer) == weights_after(3)).all()


def test_a_second_ctrl_c_breaks_off_at_once_and_is_let_through(capfd):
    def twice():
        ctrl_c()
        ctrl_c()
        pytest.fail("the second one should have ended the step")

    trainer, handler = make_trainer(), signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(*data(), epochs=2, batch_size=5, augment=interrupting(3, twice))
    assert trainer.interrupted and trainer.step == 2
    assert signal.getsignal(signal.SIGINT) is handler and not trainer.network.training
    said = capfd.readouterr().err
    assert "broken off after 0 epochs and 10 of 43 examples" in said
    assert "may be half taken" in said and "resume" in said and "goes on from there" not in said


def test_training_works_in_a_thread_where_python_delivers_no_signals():
    found = []
    thread = threading.Thread(target=lambda: found.append(weights_after(2)))
    thread.start()
    thread.join()
    assert (found[0] == weights_after(2)).all()


# Divergence


def test_a_rate_that_is_too_large_is_named_and_the_history_kept():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 4))
    network = Network([Dense(4, 1)], loss=SquaredError(), rng=rng)
    trainer = Trainer(network, SGD(1000.0), rng=rng)
    with pytest.raises(TrainingDiverged, match="Likely cause: .*learning rate") as caught:
        trainer.fit(X, X[:, 0], epochs=99, batch_size=20)
    error = caught.value
    assert isinstance(error, ArithmeticError)
    assert f"epoch {error.epoch}, step {error.step}" in str(error)
    assert error.epoch == len(error.history["loss"]) + 1 == trainer.epoch + 1
    assert error.step == trainer.step + 1 == 2 * trainer.epoch + (error.step - 1) % 2 + 1
    assert error.history == trainer.history
    assert not network.training and trainer.underway is None
    network.parameters_vector = np.zeros(5)
    trainer.optimizer.learning_rate = 0.1
    trainer.fit(X, X[:, 0], epochs=1, batch_size=20)
    assert error.epoch == len(error.history["loss"]) + 1  # as it was then


def test_inputs_out_of_scale_are_named():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 4)) * 1e5
    network = Network([Dense(4, 1)], loss=SquaredError(), rng=rng)
    with pytest.raises(TrainingDiverged, match="inputs are as large as .*standardize X"):
        Trainer(network, SGD(1.0), rng=rng).fit(X, X[:, 0], epochs=99, batch_size=20)


def test_weights_too_large_from_the_start_are_named():
    network = Network([Dense(4, 1, weights=Normal(1e200))], loss=SquaredError(),
                      rng=np.random.default_rng(0))  # fmt: skip
    with pytest.raises(TrainingDiverged, match="step 1: .*first weights are too large"):
        Trainer(network, SGD(0.1), rng=np.random.default_rng(0)).fit(
            data()[0], data()[0][:, 0], epochs=1, batch_size=5
        )


def diverging(optimizer, rate):
    """A trainer of a line that has found weights by `optimizer`, and then lost them at `rate`."""
    rng = np.random.default_rng(0)
    network = Network([Dense(1, 1)], loss=SquaredError(), rng=rng)
    X = rng.normal(size=(40, 1))
    options = {"X": X, "y": 3 * X[:, 0], "batch_size": 10, "validation": (X, 3 * X[:, 0])}
    trainer = Trainer(network, optimizer, rng=rng)
    trainer.fit(epochs=5, **options)
    optimizer.learning_rate = rate
    with pytest.raises(TrainingDiverged, match="learning rate"):
        trainer.fit(epochs=99, **options)
    optimizer.learning_rate = 0.01
    return trainer, options


def test_weights_that_were_lost_are_not_called_the_first_ones(tmp_path):
    trainer, options = diverging(SGD(0.1), 100.0)
    for _ in range(2):
        with pytest.raises(TrainingDiverged, match=r"a training that diverged.*restore_best") as e:
            trainer.fit(epochs=1, **options)
        assert "first" not in str(e.value)
    trainer.restore_best()
    trainer.fit(epochs=1, **options)
    trainer.save(tmp_path / "run.npz")
    for go_back in (trainer.restore_best, lambda: trainer.resume(tmp_path / "run.npz")):
        go_back()  # to weights that are sound; now the numbers are not
        with pytest.raises(TrainingDiverged, match="so before a step from these weights"):
            trainer.fit(options["X"], np.full(40, 1e200), epochs=1, batch_size=10)


def test_the_learning_rate_is_named_where_an_epoch_is_a_single_step():
    X = np.random.default_rng(0).normal(size=(40, 4))
    network = Network([Dense(4, 1)], loss=SquaredError(), rng=np.random.default_rng(0))
    trainer = Trainer(network, SGD(1000.0), rng=np.random.default_rng(0))
    with pytest.raises(TrainingDiverged, match="the loss before it was .*learning rate 1000"):
        trainer.fit(X, X[:, 0], epochs=99, batch_size=40)
    assert trainer.step > 9


@pytest.mark.parametrize("optimizer", [Momentum(0.1), Adam(0.1), RMSprop(0.1)])
def test_training_goes_on_from_the_best_after_it_diverged(optimizer):
    trainer, options = diverging(optimizer, 1e160)
    trainer.restore_best()
    best = trainer.best.value
    assert trainer.network.evaluate(*options["validation"])[0] == best
    history = trainer.fit(epochs=50, **options)
    assert history["validation_loss"][-1] < best


def test_the_best_weights_are_brought_back_without_the_steps_that_led_away():
    optimizer = Momentum(ReduceOnPlateau(0.5, factor=0.5, patience=1))
    trainer = make_trainer(optimizer)
    weights_after(9, trainer, validation=data(20, seed=3))
    assert optimizer.steps == 81 and optimizer.rate < 0.5
    trainer.restore_best()
    assert optimizer.steps == 0 and optimizer.rate == 0.5
    fresh = make_trainer(Momentum(0.5))
    fresh.network.parameters_vector = trainer.network.parameters_vector
    fresh.rng.bit_generator.state = trainer.rng.bit_generator.state
    assert (weights_after(1, trainer) == weights_after(1, fresh)).all()


def test_an_optimizer_that_can_t_forget_keeps_the_best_from_nobody():
    class Plain:
        def step(self, parameters):
            for parameter in parameters:
                parameter.value -= 0.1 * parameter.grad

    trainer = make_trainer(Plain())
    weights_after(3, trainer, validation=data(20, seed=3))
    trainer.restore_best()
    assert (trainer.network.parameters_vector == trainer.best.parameters).all()


def test_weights_that_overflow_in_the_very_last_step_are_noticed():
    X = np.ones((1, 1))
    network = Network([Dense(1, 1, weights=Normal(0.0))], loss=SquaredError(),
                      rng=np.random.default_rng(0))  # fmt: skip
    trainer = Trainer(network, SGD(1e200), rng=np.random.default_rng(0))
    with pytest.raises(TrainingDiverged, match="learning rate"):
        trainer.fit(X, np.array([-1e150]), epochs=1, batch_size=1)


def test_a_validation_loss_that_is_infinite_ends_the_training():
    rng = np.random.default_rng(0)
    network = Network([Dense(1, 1)], loss=SquaredError(), rng=rng)
    X = rng.normal(size=(9, 1))
    with pytest.raises(TrainingDiverged, match="validation loss is inf"):
        Trainer(network, SGD(0.1), rng=rng).fit(
            X, X[:, 0], epochs=1, batch_size=3, validation=(np.full((2, 1), 1e300), np.ones(2))
        )


# What is refused


@pytest.mark.parametrize("arguments, error, words", [
    ({"epochs": 0}, ValueError, "epochs expects .* at least 1, got 0"),
    ({"epochs": 1.5}, TypeError, "epochs expects a whole number"),
    ({"epochs": True}, TypeError, "epochs expects a whole number"),
    ({"batch_size": 0}, ValueError, "batch_size expects .* at least 1, got 0"),
    ({"batch_size": -3}, ValueError, "batch_size"),
    ({"batch_size": "5"}, TypeError, "batch_size"),
    ({"y": np.full(43, 2)}, ValueError, "from 0 to 1, got 2"),
    ({"y": np.zeros(42, int)}, ValueError, "43 examples and y 42"),
    ({"X": np.zeros((43, 3))}, ValueError, "4 features"),
    ({"X": np.full((43, 4), np.nan)}, ValueError, "nan"),
    ({"X": np.zeros((0, 4)), "y": np.zeros(0, int)}, ValueError, "empty"),
    ({"validation": data()[0]}, TypeError, r"a pair \(X, y\)"),
    ({"validation": (data()[0], data()[1] + 5)}, ValueError, "from 0 to 1"),
    ({"validation": (data()[0][:, :2], data()[1])}, ValueError, "4 features"),
    ({"validation": (data()[0],)}, ValueError, r"a pair \(X, y\), got 1 entries"),
    ({"callbacks": 5}, TypeError, "callbacks expects a list .*got the int 5"),
    ({"callbacks": None}, TypeError, "callbacks expects a list .*got None"),
    ({"callbacks": [3]}, TypeError, "callbacks expects functions"),
    ({"callbacks": EarlyStopping}, TypeError, "not an instance"),
    ({"callbacks": EarlyStopping(2)}, ValueError, "pass validation"),
    ({"augment": 0.3}, TypeError, "augment expects a function"),
])  # fmt: skip
def test_bad_arguments_are_refused_before_the_first_step(arguments, error, words):
    trainer, (X, y) = make_trainer(), data()
    before = trainer.network.parameters_vector.copy()
    with pytest.raises(error, match=words):
        trainer.fit(**{"X": X, "y": y, "epochs": 1, "batch_size": 5, **arguments})
    assert trainer.step == 0 and (trainer.network.parameters_vector == before).all()


@pytest.mark.parametrize("arguments, error, words", [
    ({"network": Dense(2, 3)}, TypeError, "network expects a Network"),
    ({"optimizer": SGD}, TypeError, "optimizer expects one like"),
    ({"optimizer": 0.1}, TypeError, "optimizer expects one like"),
    ({"optimizer": LBFGS()}, TypeError, "all data at once"),
    ({"rng": 3}, TypeError, "default_rng"),
    ({"watch": "loss_validation"}, ValueError, "watch expects"),
])  # fmt: skip
def test_a_trainer_is_made_of_the_right_parts(arguments, error, words):
    parts = {"network": make_trainer().network, "optimizer": SGD(0.1),
             "rng": np.random.default_rng(0), **arguments}  # fmt: skip
    with pytest.raises(error, match=words):
        Trainer(parts.pop("network"), parts.pop("optimizer"), **parts)


def test_batch_norm_and_a_last_minibatch_of_one_are_kept_apart():
    network = Network([Dense(4, 6), BatchNorm(6), Dense(6, 2)], loss=SoftmaxCrossEntropy(),
                      rng=np.random.default_rng(0))  # fmt: skip
    trainer = Trainer(network, SGD(0.1), rng=np.random.default_rng(0))
    for batch_size in (1, 6, 42):
        with pytest.raises(ValueError, match="last minibatch of 1 of the 43 examples"):
            trainer.fit(*data(), epochs=1, batch_size=batch_size)
    trainer.fit(*data(), epochs=1, batch_size=43)
    trainer.fit(*data(), epochs=1, batch_size=8, augment=interrupting(3, ctrl_c))
    before = trainer.network.parameters_vector.copy()
    with pytest.raises(ValueError, match="of 1 of the 19 examples to go"):
        trainer.fit(*data(), epochs=1, batch_size=9)
    assert (trainer.network.parameters_vector == before).all()


def test_watching_what_isn_t_measured_is_said(monkeypatch):
    X, _ = data()
    network = Network([Dense(4, 1)], loss=SquaredError(), rng=np.random.default_rng(0))
    trainer = Trainer(network, SGD(0.1), rng=np.random.default_rng(0), watch="validation_accuracy")
    with pytest.raises(ValueError, match="measures loss, validation_loss, learning_rate"):
        trainer.fit(X, X[:, 0], epochs=1, batch_size=5, validation=(X, X[:, 0]),
                    callbacks=EarlyStopping(1))  # fmt: skip
    with pytest.raises(ValueError, match="no epoch has a 'validation_accuracy'"):
        trainer.restore_best()


# Costs


class Watched(SGD):
    """An optimizer that measures what the training allocates from its 20th to its 60th step."""

    count = 0

    def step(self, parameters):
        super().step(parameters)
        self.count += 1
        if self.count == 20:
            tracemalloc.start()
        if self.count == 60:
            self.peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_warm_step_allocates_no_array(dtype):
    """Not one of 100 x 200 numbers; NumPy borrows room for 8192 numbers where it adds a bias."""
    layers = [Dense(100, 100), ReLU(), Dense(100, 100), Sigmoid(), Dense(100, 100)]
    rng = np.random.default_rng(0)
    network = Network(layers, loss=SoftmaxCrossEntropy(), rng=rng, dtype=dtype)
    X, T = rng.normal(size=(200 * 70, 100)).astype(dtype), np.eye(100)[np.arange(200 * 70) % 100]
    optimizer = Watched(0.01)
    Trainer(network, optimizer, rng=rng).fit(X, T, epochs=1, batch_size=200)
    borrowed = 8192 * np.dtype(dtype).itemsize
    assert optimizer.peak < borrowed + 3000 < 100 * 200 * np.dtype(dtype).itemsize / 2


def test_counting_right_answers_takes_room_for_a_few_thousand_at_a_time():
    rng = np.random.default_rng(0)
    network = Network([Dense(5, 10)], loss=SoftmaxCrossEntropy(), rng=rng)
    optimizer = Watched(0.01)
    X, y = rng.normal(size=(200 * 70, 5)), rng.integers(0, 10, 200 * 70)
    Trainer(network, optimizer, rng=rng).fit(X, y, epochs=1, batch_size=200)
    assert optimizer.peak < 2 * ROOM * 10 * 8


# Progress


def test_nothing_is_printed_into_a_pipe():
    code = """
import numpy as np
from nnlib import SGD, Dense, Network, SquaredError, Trainer
rng = np.random.default_rng(0)
network = Network([Dense(1, 1)], loss=SquaredError(), rng=rng)
X = np.ones((50_000, 1))
Trainer(network, SGD(0.1), rng=rng).fit(X, X, epochs=2, batch_size=1)
"""
    environment = {key: value for key, value in os.environ.items() if key != "NNLIB_PROGRESS"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=120,
                         env=environment, check=True)  # fmt: skip
    assert run.stdout == run.stderr == b""


def test_a_bar_is_drawn_where_somebody_is_looking(monkeypatch):
    with progress_bar(3) as bar:
        assert bar is None
    monkeypatch.setattr(looking, "somebody_is_looking", lambda: True)
    with progress_bar(3) as bar:
        assert bar.total == 3 and bar.leave is False
