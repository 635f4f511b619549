"""A training that is stopped, saved and resumed ends where a straight one ends: bit for bit."""

import copy
import os
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

from nnlib import (
    BatchNorm,
    Dense,
    Dropout,
    EarlyStopping,
    GaussianNoise,
    Network,
    ReLU,
    SoftmaxCrossEntropy,
    SquaredError,
    Tanh,
    Trainer,
)
from nnlib.gates import Gate
from nnlib.network.files import read_file, write_file
from nnlib.optimizers import (
    SGD,
    Adadelta,
    Adagrad,
    Adam,
    AdamW,
    ClipNorm,
    GradientNoise,
    Momentum,
    Nesterov,
    RMSprop,
)
from nnlib.regularizers import L2
from nnlib.schedules import CosineDecay, ReduceOnPlateau, WarmUp
from nnlib.trainer import checkpoint

pytestmark = [pytest.mark.filterwarnings("error"), pytest.mark.usefixtures("ctrl_c_arrives")]

OPTIMIZERS = {
    "sgd": lambda: SGD(0.1),
    "momentum": lambda: Momentum(0.1),
    "nesterov": lambda: Nesterov(0.1),
    "adagrad": lambda: Adagrad(0.1),
    "adadelta": lambda: Adadelta(),
    "rmsprop": lambda: RMSprop(0.01),
    "adam, cosine": lambda: Adam(CosineDecay(0.01, steps=40)),
    "adamw, warm-up": lambda: AdamW(WarmUp(0.01, steps=9)),
    "plateau": lambda: SGD(ReduceOnPlateau(0.5, factor=0.5, patience=1)),
    "noise": lambda: SGD(0.1, transforms=[ClipNorm(0.5), noise()]),
}


def noise():
    return GradientNoise(0.1, rng=np.random.default_rng(5))


def data(n=43, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4))
    return X, (X[:, 0] * X[:, 1] > 0).astype(int)


def augment(X, rng):
    return X + rng.normal(0, 0.1, X.shape)


def make_trainer(optimizer="adam, cosine", seed=0):
    """Another seed gives other weights: whatever agrees afterwards was in the file."""
    rng = np.random.default_rng(seed)
    layers = [GaussianNoise(0.1), Dense(4, 12), BatchNorm(12), ReLU(), Dropout(0.3), Dense(12, 2)]
    network = Network(layers, loss=SoftmaxCrossEntropy(), regularizer=L2(0.01), rng=rng)
    return Trainer(network, OPTIMIZERS[optimizer](), rng=rng)


def fit(trainer, epochs, **options):
    options = {"batch_size": 8, "validation": data(20, seed=3), "augment": augment, **options}
    return trainer.fit(*data(), epochs=epochs, **options)


def assert_same(trainer, other):
    assert (trainer.network.parameters_vector == other.network.parameters_vector).all()
    assert trainer.history == other.history
    assert (trainer.epoch, trainer.step) == (other.epoch, other.step)
    assert trainer.best.epoch == other.best.epoch
    assert (trainer.best.parameters == other.best.parameters).all()
    assert trainer.rng.bit_generator.state == other.rng.bit_generator.state
    X, _ = data()
    assert (trainer.network.forward(X) == other.network.forward(X)).all()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("stop", [1, 4])
def test_stopped_after_an_epoch(tmp_path, optimizer, stop):
    straight = make_trainer(optimizer)
    fit(straight, 6)
    stopped = make_trainer(optimizer)
    fit(stopped, stop)
    stopped.save(tmp_path / "run.npz")
    resumed = make_trainer(optimizer, seed=99).resume(tmp_path / "run.npz")
    fit(resumed, 6 - stop)
    assert_same(resumed, straight)


@pytest.mark.parametrize("step", [1, 5, 6, 7, 17])
def test_interrupted_inside_an_epoch(tmp_path, step):
    straight = make_trainer()
    fit(straight, 4)
    count = 0

    def impatient(X, rng):
        nonlocal count
        count += 1
        if count == step:
            os.kill(os.getpid(), 2)  # Ctrl-C
        return augment(X, rng=rng)

    stopped = make_trainer()
    fit(stopped, 4, augment=impatient)
    assert stopped.interrupted and stopped.step == step
    stopped.save(tmp_path / "run.npz")
    resumed = make_trainer(seed=99).resume(tmp_path / "run.npz")
    fit(resumed, 4 - step // 6)
    assert_same(resumed, straight)


def test_saved_by_a_callback_and_resumed_in_a_new_process(tmp_path):
    """The first process dies in its third epoch; the second one knows only the file."""
    code = """
import os, sys
sys.path.insert(0, "tests")
from test_resume import *
path = sys.argv[1]
def die_in_the_third_epoch(X, rng):
    if trainer.epoch == 2 and trainer.step % 6 == 3:
        os._exit(7)
    return augment(X, rng=rng)
if sys.argv[2] == "begin":
    trainer = make_trainer()
    fit(trainer, 5, callbacks=lambda t: t.save(path), augment=die_in_the_third_epoch)
else:
    trainer = make_trainer(seed=99).resume(path)
    fit(trainer, 5 - trainer.epoch)
    trainer.save(path)
"""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    path = tmp_path / "run.npz"
    for what, status in [("begin", 7), ("go on", 0)]:
        run = [sys.executable, "-c", code, str(path), what]
        assert subprocess.run(run, cwd=root, timeout=120).returncode == status
    straight = make_trainer()
    fit(straight, 5)
    assert_same(make_trainer(seed=99).resume(path), straight)


def test_early_stopping_remembers_its_patience(tmp_path):
    straight = make_trainer("sgd")
    fit(straight, 60, callbacks=EarlyStopping(4))
    stop = straight.best.epoch + 2
    assert 2 < stop < straight.epoch < 60
    stopped = make_trainer("sgd")
    fit(stopped, stop, callbacks=EarlyStopping(4))
    stopped.save(tmp_path / "run.npz")
    resumed = make_trainer("sgd", seed=99).resume(tmp_path / "run.npz")
    fit(resumed, 60 - stop, callbacks=EarlyStopping(4))
    assert_same(resumed, straight)


def test_a_training_that_was_stopped_early_has_all_its_patience_when_resumed(tmp_path):
    straight = make_trainer("momentum")
    fit(straight, 60, callbacks=EarlyStopping(4))
    stop = straight.epoch
    assert stop < 60 and straight.optimizer.steps == 0
    straight.save(tmp_path / "run.npz")
    fit(straight, 60, callbacks=EarlyStopping(4))
    assert straight.epoch >= stop + 4
    resumed = make_trainer("momentum", seed=99).resume(tmp_path / "run.npz")
    assert resumed.restored == stop
    fit(resumed, 60, callbacks=EarlyStopping(4))
    assert_same(resumed, straight)


def test_a_file_from_before_early_stops_were_counted_is_read(tmp_path):
    saved, path = make_trainer(), tmp_path / "run.npz"
    fit(saved, 2)
    saved.save(path)
    content = read_file(path, checkpoint.KIND, checkpoint.VERSION)
    del content["restored"]
    write_file(path, checkpoint.KIND, checkpoint.VERSION, content)
    resumed = make_trainer(seed=99).resume(path)
    fit(saved, 2)
    fit(resumed, 2)
    assert_same(resumed, saved)


def test_a_trainer_that_can_t_be_copied_is_not_a_damaged_file(tmp_path):
    class Locked(CosineDecay):
        def __init__(self):
            super().__init__(0.1, steps=40)
            self.lock = threading.Lock()

    trainer = other_trainer([Dense(4, 2)], optimizer=SGD(Locked()))
    trainer.save(tmp_path / "run.npz")
    before = trainer.network.parameters_vector.copy()
    with pytest.raises(TypeError, match="this trainer can't be copied: .*lock") as caught:
        trainer.resume(tmp_path / "run.npz")
    assert "damaged" not in str(caught.value)
    assert (trainer.network.parameters_vector == before).all()


def test_a_trainer_that_has_begun_can_be_sent_back(tmp_path):
    trainer = make_trainer()
    fit(trainer, 2)
    trainer.save(tmp_path / "run.npz")
    fit(trainer, 2)
    wanted = trainer.network.parameters_vector.copy()
    trainer.resume(tmp_path / "run.npz")
    assert trainer.epoch == 2
    fit(trainer, 2)
    assert (trainer.network.parameters_vector == wanted).all()


def other_trainer(layers, loss=None, optimizer=None, rng=None, **options):
    rng = rng or np.random.default_rng(0)
    network = Network(layers, loss=loss or SquaredError(), rng=rng, **options)
    return Trainer(network, optimizer or SGD(0.1), rng=rng)


@pytest.mark.parametrize("options, words", [
    ({"layers": [Dense(4, 3), Tanh(), Dense(3, 2)]}, "layers"),
    ({"layers": [Dense(4, 4), Tanh()]}, "layers"),
    ({"layers": [Dense(4, 3), ReLU()]}, "layers"),
    ({"loss": SoftmaxCrossEntropy()}, "loss"),
    ({"optimizer": Adam()}, "optimizer"),
    ({"optimizer": SGD(0.2)}, r"optimizer SGD\(learning_rate=0.1\)"),
    ({"layers": [Dense(4, 3), Tanh(), Dropout(0.5)]}, "layers"),
    ({"regularizer": L2(0.1)}, "regularizer None"),
    ({"dtype": np.float32}, "dtype"),
    ({"rng": np.random.Generator(np.random.MT19937(0))}, "generator"),
])  # fmt: skip
def test_another_training_is_refused_and_left_as_it_is(tmp_path, options, words):
    other_trainer([Dense(4, 3), Tanh()]).save(tmp_path / "run.npz")
    trainer = other_trainer(**{"layers": [Dense(4, 3), Tanh()], **options})
    before = trainer.network.parameters_vector.copy()
    with pytest.raises(ValueError, match=f"holds a training with the {words}"):
        trainer.resume(tmp_path / "run.npz")
    assert (trainer.network.parameters_vector == before).all()


@pytest.mark.parametrize("change", [
    {"epoch": "x"}, {"epoch": -1}, {"step": 1.5}, {"history": 5}, {"history": {"loss": [1.0]}},
    {"history": {"loss": ["a", "b"]}}, {"generator": {}}, {"memory": []}, {"best": {"epoch": 1}},
    {"optimizer": {"kind": "Adam", "steps": 3}}, {"parameters": np.zeros(3)}, {"restored": -1},
    {"underway": {"order": np.zeros(43, int), "rate": 0.1, "data": 3}},
])  # fmt: skip
def test_a_file_that_fails_anywhere_leaves_the_trainer_as_it_is(tmp_path, change):
    path = tmp_path / "run.npz"
    saved, trainer = make_trainer(), make_trainer(seed=99)
    fit(saved, 2)
    saved.save(path)
    content = read_file(path, checkpoint.KIND, checkpoint.VERSION)
    write_file(path, checkpoint.KIND, checkpoint.VERSION, content | change)
    fit(trainer, 1)
    twin = copy.deepcopy(trainer)
    with pytest.raises(ValueError, match="damaged"):
        trainer.resume(path)
    assert_same(trainer, twin)
    assert trainer.optimizer.steps == twin.optimizer.steps


def test_a_reader_s_class_is_no_match_for_the_library_s_of_the_same_name(tmp_path):
    other_trainer([Dense(4, 3), Tanh()]).save(tmp_path / "run.npz")
    own = type("Tanh", (Gate,), {"forward": lambda gate, z: z, "backward": lambda gate, g: g})
    trainer = other_trainer([Dense(4, 3), own()])
    with pytest.raises(ValueError, match="holds a training with the layers"):
        trainer.resume(tmp_path / "run.npz")
    trainer.save(tmp_path / "own.npz")
    other_trainer([Dense(4, 3), own()]).resume(tmp_path / "own.npz")


@pytest.mark.parametrize("twin_of", [copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_a_copied_training_goes_on_like_the_original(twin_of):
    trainer = other_trainer([Dense(4, 3), Tanh(), Dense(3, 2)])
    fit(trainer, 2)
    twin = twin_of(trainer)
    fit(trainer, 3)
    before = twin.network.parameters_vector.copy()
    fit(twin, 3)
    assert_same(trainer, twin)
    assert (before != twin.network.parameters_vector).any()
    assert len(set(twin.history["loss"])) == 5  # each epoch measured anew


def test_other_files_are_refused(tmp_path):
    trainer = make_trainer()
    trainer.network.save(tmp_path / "network.npz")
    with pytest.raises(ValueError, match="holds a network, not a training"):
        trainer.resume(tmp_path / "network.npz")
    with pytest.raises(FileNotFoundError):
        trainer.resume(tmp_path / "nothing.npz")
    trainer.save(tmp_path / "run.npz")
    content = (tmp_path / "run.npz").read_bytes()
    for length in range(0, len(content), 997):
        (tmp_path / "run.npz").write_bytes(content[:length])
        with pytest.raises(ValueError, match="damaged"):
            trainer.resume(tmp_path / "run.npz")


def test_the_generator_of_another_kind_is_saved_too(tmp_path):
    def make():
        rng = np.random.Generator(np.random.MT19937(3))  # whose state holds an array
        return other_trainer([Dense(4, 2)], rng=rng)

    X, y = data()
    straight, stopped = make(), make()
    straight.fit(X, y, epochs=4, batch_size=5)
    stopped.fit(X, y, epochs=2, batch_size=5)
    stopped.save(tmp_path / "run.npz")
    resumed = make().resume(tmp_path / "run.npz")
    resumed.fit(X, y, epochs=2, batch_size=5)
    assert (resumed.network.parameters_vector == straight.network.parameters_vector).all()
