"""A training in a file, so that it can go on in another process as if it had never stopped."""

import copy
from dataclasses import fields

import numpy as np

from nnlib.network.files import read_file, refuse_damage, write_file
from nnlib.network.storage import describe_kind, layers_memory, restore
from nnlib.trainer.best import Best
from nnlib.trainer.epoch import Epoch
from nnlib.validation import check_count

KIND, VERSION = "training", 2


def save(trainer, path):
    """Write all that the coming steps of `trainer` depend on."""
    write_file(
        path,
        KIND,
        VERSION,
        {
            "made of": _made_of(trainer),
            "parameters": trainer.network.parameters_vector,
            "memory": layers_memory(trainer.network),
            "optimizer": trainer.optimizer.state_dict(),
            "generator": trainer.rng.bit_generator.state,
            "history": trainer.history,
            "epoch": trainer.epoch,
            "step": trainer.step,
            "best": _as_dict(trainer.best),
            "restored": trainer.restored,
            "validated": trainer.validated,
            "underway": _as_dict(trainer.underway),
        },
    )


def resume(trainer, path):
    """Put `trainer` where the saved one stood; where that can't be, it stays as it is."""
    content = read_file(path, KIND, VERSION)
    with refuse_damage(path):
        saved, here = content["made of"], _made_of(trainer)
    for part, name in here.items():
        if saved.get(part) != name:
            raise ValueError(
                f"{path!r} holds a training with the {part} {saved.get(part)}, this trainer's "
                f"{part} is {name}: build it by the same code"
            )
    twin = _twin(trainer)
    with refuse_damage(path):
        content.setdefault("restored", 0)  # which older files don't have
        _check(twin, content)
        _take_over(twin, content)  # what is going to fail, fails here
    _take_over(trainer, content)


def _twin(trainer):
    """A copy of `trainer` on which a file can be tried."""
    try:
        return copy.deepcopy(trainer)
    except Exception as error:
        raise TypeError(
            f"resume tries a file on a copy of the trainer first, and this trainer can't be "
            f"copied: {error}. Keep what can't be copied out of its network, its optimizer and "
            "their schedules, or teach their classes __deepcopy__"
        ) from error


def _take_over(trainer, content):
    trainer.optimizer.load_state_dict(content["optimizer"])
    restore(trainer.network, content["parameters"], content["memory"])
    trainer.rng.bit_generator.state = content["generator"]
    trainer.history, trainer.epoch = content["history"], content["epoch"]
    trainer.step = content["step"]
    trainer.best = content["best"] and Best(**content["best"])
    trainer.restored = content["restored"]
    trainer.validated = content["validated"]
    trainer.underway = content["underway"] and Epoch(**content["underway"])
    trainer.last_loss = None


def _check(twin, content):
    """Raise ValueError or TypeError for figures that no training could have written."""
    epochs = check_count(content["epoch"], "epoch", minimum=0)
    check_count(content["step"], "step", minimum=0)
    check_count(content["restored"], "restored", minimum=0)
    for name, values in dict(content["history"]).items():
        if len(values) != epochs or not all(type(value) is float for value in values):
            raise ValueError(f"the history's {name} expects {epochs} numbers")
    size = twin.network.parameters_vector.shape
    for name, vector in content["optimizer"].items():
        if name in getattr(twin.optimizer, "memory", ()) and vector.shape != size:
            raise ValueError(f"the optimizer's {name} has shape {vector.shape}, expected {size}")
    if content["best"]:
        Best(**content["best"]).bring_back(twin.network)
        check_count(content["best"]["epoch"], "the best epoch")
    if content["underway"]:
        epoch = Epoch(**content["underway"])
        position = check_count(epoch.position, "position", minimum=0)
        if not np.array_equal(np.sort(epoch.order), np.arange(len(epoch.order))):
            raise ValueError("order expects each example once")
        if position > len(epoch.order):
            raise ValueError(f"position {position} is beyond the {len(epoch.order)} examples")


def _made_of(trainer):
    """What must be the same for the memory of one training to mean anything to another."""
    network = trainer.network
    return {
        "layers": f"{describe_kind(network.layers)} of {len(network.parameters_vector)} parameters",
        "dtype": network.dtype.name,
        "loss": describe_kind(network.loss),
        "regularizer": describe_kind(network.regularizer),
        "optimizer": describe_kind(trainer.optimizer),
        "watch": trainer.watch,
        "generator": type(trainer.rng.bit_generator).__name__,
    }


def _as_dict(record):
    return record and {field.name: getattr(record, field.name) for field in fields(record)}
