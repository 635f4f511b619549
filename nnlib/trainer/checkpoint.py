"""A training in a file, so that it can go on in another process as if it had never stopped."""

from dataclasses import fields

from nnlib.network.files import read_file, refuse_damage, write_file
from nnlib.network.storage import layers_memory, restore
from nnlib.trainer.best import Best
from nnlib.trainer.epoch import Epoch

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
            "validated": trainer.validated,
            "underway": _as_dict(trainer.underway),
        },
    )


def resume(trainer, path):
    """Put `trainer` where the saved one stood."""
    content = read_file(path, KIND, VERSION)
    with refuse_damage(path):
        saved, here = content["made of"], _made_of(trainer)
    for part, name in here.items():
        if saved.get(part) != name:
            raise ValueError(
                f"{path!r} holds a training with the {part} {saved.get(part)}, this trainer's "
                f"{part} is {name}: build it by the same code"
            )
    with refuse_damage(path):
        trainer.optimizer.load_state_dict(content["optimizer"])
        restore(trainer.network, content["parameters"], content["memory"])
        trainer.rng.bit_generator.state = content["generator"]
        trainer.history, trainer.epoch = content["history"], content["epoch"]
        trainer.step = content["step"]
        trainer.best = content["best"] and Best(**content["best"])
        trainer.validated = content["validated"]
        trainer.underway = content["underway"] and Epoch(**content["underway"])


def _made_of(trainer):
    """What must be the same for the memory of one training to mean anything to another."""
    network = trainer.network
    kinds = [type(layer).__name__ for layer in network.layers]
    return {
        "layers": f"[{', '.join(kinds)}] of {len(network.parameters_vector)} parameters",
        "dtype": network.dtype.name,
        "loss": type(network.loss).__name__,
        "optimizer": type(trainer.optimizer).__name__,
        "generator": type(trainer.rng.bit_generator).__name__,
    }


def _as_dict(record):
    return record and {field.name: getattr(record, field.name) for field in fields(record)}
