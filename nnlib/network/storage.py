"""A network in a file: layers in words, parameters in numbers (chapter 7)."""

import inspect
import re

import numpy as np

from nnlib import activations, gates, layers, losses, regularizers
from nnlib.network.files import UnknownClass, read_file, refuse_damage, write_file

KIND, VERSION = "network", 1
LIBRARY = "nnlib"


def save(network, path):
    """Write `network` to `path`."""
    content = {
        "dtype": network.dtype.name,
        "layers": [to_words(layer) for layer in network.layers],
        "loss": to_words(network.loss),
        "regularizer": to_words(network.regularizer),
        "parameters": network.parameters_vector,
        "memory": layers_memory(network),
    }
    write_file(path, KIND, VERSION, content)


def load(make_network, path, classes):
    """The network that `save` wrote to `path`."""
    content = read_file(path, KIND, VERSION)
    own = {extra.__name__: extra for extra in classes}
    with refuse_damage(path):
        network = make_network(
            from_words(content["layers"], own),
            loss=from_words(content["loss"], own),
            regularizer=from_words(content["regularizer"], own),
            rng=np.random.default_rng(0),  # what it draws is overwritten by what was saved
            dtype=content["dtype"],
        )
        restore(network, content["parameters"], content["memory"])
    return network


def layers_memory(network):
    """What each layer remembers beyond its parameters: running means, generators; a list."""
    return [layer.state() if hasattr(layer, "state") else {} for layer in network.layers]


def restore(network, parameters, memory):
    """Put parameters and `layers_memory` back into a network of the same layers."""
    if parameters.shape != network.parameters_vector.shape:
        raise ValueError(
            f"{parameters.size} parameters don't fit a network of {network.parameters_vector.size}"
        )
    if len(memory) != len(network.layers):
        raise ValueError(f"{len(memory)} layers don't fit a network of {len(network.layers)}")
    for layer, remembered in zip(network.layers, memory, strict=True):
        if remembered:
            layer.restore(remembered)
    network.parameters_vector[...] = parameters


def to_words(thing):
    """`thing` as JSON can hold it: plain values as they are, objects as their class and settings.

    An object's settings are what its method `settings()` gives: the arguments that make it again.
    TypeError where they don't. The package tells a reader's own ReLU from the library's.
    """
    if thing is None or isinstance(thing, bool | int | float | str | np.generic | np.ndarray):
        return thing
    if isinstance(thing, list | tuple):
        return [to_words(part) for part in thing]
    settings = thing.settings() if hasattr(thing, "settings") else {}
    try:
        inspect.signature(type(thing)).bind(**settings)
    except TypeError as error:
        raise TypeError(
            f"{type(thing).__name__} can't be saved ({error}): give it a method settings() that "
            "returns the arguments of its constructor, a dict"
        ) from None
    settings = {name: to_words(value) for name, value in settings.items()}
    return {"class": type(thing).__name__, "package": package(thing), "settings": settings}


def from_words(words, own):
    """The object that `to_words` described, made anew; `own` are the reader's classes by name."""
    if isinstance(words, list):
        return [from_words(part, own) for part in words]
    if not isinstance(words, dict):
        return words
    settings = {name: from_words(value, own) for name, value in words["settings"].items()}
    return _find_class(words["class"], words.get("package"), own)(**settings)


def package(thing):
    """The package that the object's class comes from: "nnlib", or "__main__" for a notebook."""
    return type(thing).__module__.partition(".")[0]


def describe_kind(thing):
    """`thing`, or a list, as it shows itself, but for addresses in memory.

    A class of the reader's own that bears the name of one of the library's stands with its package.
    """
    words = re.sub(r" at 0x[0-9a-fA-F]+", "", repr(thing))
    parts, library = thing if isinstance(thing, list) else [thing], _library()
    own = [f"{package(part)}.{type(part).__name__}" for part in parts
           if package(part) != LIBRARY and type(part).__name__ in library]  # fmt: skip
    return f"{words} with {', '.join(own)}" if own else words


def _find_class(name, package, own):
    """The class that a file means; files from before packages were noted have None for it."""
    if package == LIBRARY:
        known = own | _library()
    else:
        known = _library() | own if package is None else own
    if name not in known:
        where = "" if package is None else f" of {package}"
        raise UnknownClass(
            f"the file names a class {name!r}{where}, which is none of the library's: if it is "
            "yours, load with classes=[...]"
        )
    return known[name]


def _library():
    """The library's classes that a file may name: those that its rooms show at their doors."""
    rooms = (activations, gates, layers, losses, regularizers)
    shown = [getattr(room, name) for room in rooms for name in room.__all__]
    return {thing.__name__: thing for thing in shown if isinstance(thing, type)}
