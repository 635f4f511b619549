"""A network as a table: its layers, what they hand on, and what they learn."""

from nnlib.network.wiring import shapes


def table(network):
    """The lines that `print(network)` shows."""
    rows = [("", "layer", "outputs", "parameters")]
    for index, (layer, shape) in enumerate(
        zip(network.layers, shapes(network.layers), strict=True)
    ):
        outputs = "?" if shape is None else " x ".join(map(_side, shape))
        learned = sum(parameter.value.size for parameter in layer.parameters())
        rows.append((str(index), repr(layer), outputs, f"{learned:,}"))
    room = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join([*(_line(row, room) for row in rows), _summary(network)])


def _side(length):
    return "?" if length is None else f"{length:,}"


def _line(row, room):
    index, layer, *figures = row
    columns = [index.rjust(room[0]), layer.ljust(room[1])]
    return "  ".join([*columns, *map(str.rjust, figures, room[2:])])


def _summary(network):
    parts = [f"{len(network.parameters_vector):,} parameters, {network.dtype}"]
    parts.append(f"loss {network.loss}")
    if network.regularizer is not None:
        parts.append(f"regularizer {network.regularizer}")
    return "; ".join(parts)
