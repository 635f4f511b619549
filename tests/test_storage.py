"""Saved networks: the same numbers again, no code in the file, and damage that is noticed."""

import io
import json
import os
import pickle
import zipfile

import numpy as np
import pytest

from nnlib import (
    BatchNorm,
    BinaryCrossEntropy,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    Maxout,
    Network,
    Scale,
    Sigmoid,
    SoftmaxCrossEntropy,
    SquaredError,
)
from nnlib.gates import Exp, Gate, Negate, Power
from nnlib.layers import Layer
from nnlib.network import files
from nnlib.network.storage import describe_kind


def rich_network(dtype=np.float64):
    """A network with settings, memory and generators of many kinds."""
    layers = [Flatten(), Scale(0.5), Dense(6, 8), Maxout(2), BatchNorm(4, momentum=0.5),
              LeakyReLU(0.2), Dropout(0.25), Dense(4, 3)]  # fmt: skip
    loss = SoftmaxCrossEntropy(label_smoothing=0.1, class_weights=[1, 2, 3])
    return Network(layers, loss=loss, rng=np.random.default_rng(0), dtype=dtype)


def data(seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(12, 2, 3)), rng.integers(0, 3, 12)


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "network.npz"
    Network([Dense(3, 4), Sigmoid(), Dense(4, 2)], loss=SquaredError(),
            rng=np.random.default_rng(0)).save(path)  # fmt: skip
    return path


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_loaded_network_answers_and_learns_like_the_saved_one(tmp_path, dtype):
    network, (X, y) = rich_network(dtype), data()
    with network.mode(training=True):
        network.gradient(X, y)  # moves BatchNorm's running means and Dropout's generator
    network.save(tmp_path / "network.npz")
    other = Network.load(tmp_path / "network.npz")
    assert str(other) == str(network) and other.dtype == dtype
    assert (other.forward(X) == network.forward(X)).all()
    with network.mode(training=True), other.mode(training=True):
        loss, gradient = network.gradient(X, y)
        other_loss, other_gradient = other.gradient(X, y)
    assert loss == other_loss and (gradient == other_gradient).all()


def test_a_loaded_network_owns_its_vector(saved):
    network = Network.load(saved)
    network.parameters_vector[:] = 0
    assert not network.layers[0].W.value.any()


def test_a_path_may_be_a_string_and_keeps_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    network = Network([Dense(2, 2)], loss=BinaryCrossEntropy(), rng=np.random.default_rng(0))
    network.save("net")
    assert os.listdir() == ["net"]
    assert (Network.load("net").parameters_vector == network.parameters_vector).all()
    network.save(b"net")
    assert os.listdir() == ["net"]
    assert (Network.load(b"net").parameters_vector == network.parameters_vector).all()


def test_the_file_holds_no_pickle(saved):
    with zipfile.ZipFile(saved) as archive:
        for name in archive.namelist():
            array = np.load(io.BytesIO(archive.read(name)), allow_pickle=False)
            assert array.dtype.kind in "fU"


def test_an_interrupted_save_leaves_the_old_file(saved, monkeypatch):
    before = saved.read_bytes()

    def break_off(file, *arrays, **named):
        file.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(files.np, "savez", break_off)
    with pytest.raises(KeyboardInterrupt):
        Network([Dense(9, 9)], loss=SquaredError(), rng=np.random.default_rng(0)).save(saved)
    assert saved.read_bytes() == before
    assert os.listdir(saved.parent) == [saved.name]


# Layers of a reader's own


class Double(Gate):
    def forward(self, z):
        return 2 * z

    def backward(self, grad):
        return 2 * grad


class Times(Layer):
    def __init__(self, factor):
        self.factor = factor

    def forward(self, z):
        return self.factor * z

    def backward(self, grad):
        return self.factor * grad


class TimesWithSettings(Times):
    def settings(self):
        return {"factor": self.factor}


def test_layers_of_one_s_own_are_loaded_by_name(tmp_path):
    rng = np.random.default_rng(0)
    network = Network([Dense(2, 2), Double(), TimesWithSettings(3.0)], loss=SquaredError(), rng=rng)
    network.save(tmp_path / "own.npz")
    with pytest.raises(ValueError, match=r"names a class 'Double'.*classes=\[\.\.\.\]"):
        Network.load(tmp_path / "own.npz")
    other = Network.load(tmp_path / "own.npz", classes=[Double, TimesWithSettings])
    X = rng.normal(size=(3, 2))
    assert (other.forward(X) == network.forward(X)).all()


def namesake(name, bases=(Gate,)):
    """A reader's class with the name of one of the library's, which does something else."""
    return type(name, bases, {"forward": lambda gate, z: 2 * z, "backward": lambda gate, g: 2 * g})


def test_a_reader_s_class_is_not_taken_for_the_library_s(tmp_path):
    own, path = namesake("Sigmoid"), tmp_path / "own.npz"
    X = np.random.default_rng(1).normal(size=(3, 2))
    network = Network([Dense(2, 2), own(), Sigmoid()], loss=SquaredError(),
                      rng=np.random.default_rng(0))  # fmt: skip
    network.save(path)
    with pytest.raises(ValueError, match=r"names a class 'Sigmoid' of .*classes=\[\.\.\.\]"):
        Network.load(path)
    other = Network.load(path, classes=[own])
    assert [type(layer) for layer in other.layers] == [Dense, own, Sigmoid]
    assert (other.forward(X) == network.forward(X)).all()


def test_files_from_before_packages_were_noted_are_read(saved, tmp_path):
    def forget(words):
        for layer in words["content"]["dict"]["layers"]:
            del layer["dict"]["package"]
        del words["content"]["dict"]["loss"]["dict"]["package"]

    wanted = Network.load(saved)
    rewritten(saved, forget)
    own = namesake("Sigmoid")
    assert str(Network.load(saved)) == str(wanted)
    assert type(Network.load(saved, classes=[own]).layers[1]) is own  # as it was then


def test_gates_of_circuits_are_loaded_too(tmp_path):
    network = Network([Dense(2, 2), Exp(), Power(2), Negate()], loss=SquaredError(),
                      rng=np.random.default_rng(0))  # fmt: skip
    network.save(tmp_path / "gates.npz")
    other, X = Network.load(tmp_path / "gates.npz"), np.ones((3, 2))
    assert (other.forward(X) == network.forward(X)).all()


def test_a_description_tells_namesakes_apart():
    own = namesake("Sigmoid")
    assert describe_kind([Dense(2, 2), Sigmoid()]) == "[Dense(fan_in=2, fan_out=2), Sigmoid()]"
    assert describe_kind([Double()]) == "[Double()]"  # as in files from before
    assert describe_kind([own()]) != describe_kind([Sigmoid()])
    assert describe_kind(own()) != describe_kind(Sigmoid())
    assert " at 0x" not in describe_kind(object())


def test_a_layer_that_can_t_say_its_settings_is_refused_when_it_is_saved(tmp_path):
    network = Network([Dense(2, 2), Times(3.0)], loss=SquaredError(), rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match="Times can't be saved.*settings"):
        network.save(tmp_path / "own.npz")
    assert not os.listdir(tmp_path)


# Damage


def test_a_missing_folder_is_named(saved, tmp_path):
    path = tmp_path / "nowhere" / "network.npz"
    with pytest.raises(FileNotFoundError, match=r"can't save .*network.npz'.* make it first"):
        rich_network().save(path)


def test_there_must_be_a_file(tmp_path):
    with pytest.raises(FileNotFoundError, match="no file"):
        Network.load(tmp_path / "nothing.npz")
    with pytest.raises(FileNotFoundError, match="no file"):
        Network.load(tmp_path)


@pytest.mark.parametrize("content", [
    b"",
    b"PK",
    b"not an archive at all" * 99,
    pickle.dumps({"a": 1}),
])  # fmt: skip
def test_what_is_no_saved_network_is_refused(tmp_path, content):
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged or wasn't written by this library"):
        Network.load(path)


@pytest.mark.parametrize("write", [
    lambda path: np.save(path, np.zeros(3)),
    lambda path: np.savez(path, np.zeros(3)),
    lambda path: np.savez(path, words=np.array("{}")),
    lambda path: np.savez(path, words=np.array("[1, 2")),
    lambda path: np.savez(path, words=np.array([{"kind": "network"}], dtype=object)),
])  # fmt: skip
def test_other_files_of_numpy_are_refused(tmp_path, write):
    with open(tmp_path / "x.npz", "wb") as file:
        write(file)
    with pytest.raises(ValueError, match="damaged or wasn't written by this library"):
        Network.load(tmp_path / "x.npz")


def test_a_file_cut_short_anywhere_is_refused(saved):
    content = saved.read_bytes()
    for length in range(0, len(content), 37):
        saved.write_bytes(content[:length])
        with pytest.raises(ValueError, match="damaged"):
            Network.load(saved)


def test_a_changed_number_is_never_loaded(saved):
    """Whichever bit is turned over: the file is refused, or it meant nothing."""
    content, rng = saved.read_bytes(), np.random.default_rng(0)
    wanted = Network.load(saved).parameters_vector
    refused = 0
    for place in rng.integers(0, len(content), 300):
        changed = bytearray(content)
        changed[place] ^= 1 << rng.integers(8)
        saved.write_bytes(changed)
        try:
            found = Network.load(saved).parameters_vector
        except ValueError:
            refused += 1
        else:
            assert (found == wanted).all()
    assert refused > 200


def rewritten(path, change):
    """Change the words of a saved file, keeping it sound."""
    with np.load(path) as archive:
        arrays = dict(archive)
    words = json.loads(str(arrays["words"]))
    change(words)
    arrays["words"] = np.array(json.dumps(words))
    np.savez(path, **arrays)


def set_dense(words, **settings):
    words["content"]["dict"]["layers"][0]["dict"]["settings"]["dict"].update(settings)


@pytest.mark.parametrize("change, message", [
    (lambda words: words.update(version=2), "version 2 of the format and this library reads"),
    (lambda words: words.update(version=None), "version None"),
    (lambda words: words.update(kind="training"), "holds a training, not a network"),
    (lambda words: words["content"]["dict"].pop("layers"), "damaged"),
    (lambda words: set_dense(words, fan_in=7), "damaged.*parameters don't fit"),
    (lambda words: set_dense(words, fan_out=-1), "damaged.*fan_out"),
    (lambda words: set_dense(words, colour=1), "damaged.*colour"),
])  # fmt: skip
def test_a_file_that_says_something_else_is_refused(saved, change, message):
    rewritten(saved, change)
    with pytest.raises(ValueError, match=message):
        Network.load(saved)
