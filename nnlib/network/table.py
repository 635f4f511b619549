"""A network as a table: its layers, what they hand on, and what they learn."""


def table(network):
    """The lines that `print(network)` shows."""
    rows = [("", "layer", "outputs", "parameters")]
    outputs = "?"
    for index, layer in enumerate(network.layers):
        outputs = str(getattr(layer, "fan_out", outputs))
        learned = sum(parameter.value.size for parameter in layer.parameters())
        rows.append((str(index), repr(layer), outputs, f"{learned:,}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    return "\n".join([*lines, _summary(network)])


def _line(row, widths):
    number, layer, *figures = row
    columns = [number.rjust(widths[0]), layer.ljust(widths[1])]
    columns += [figure.rjust(width) for figure, width in zip(figures, widths[2:], strict=True)]
    return "  ".join(columns)


def _summary(network):
    parts = [f"{len(network.parameters_vector):,} parameters, {network.dtype}"]
    parts.append(f"loss {network.loss}")
    if network.regularizer is not None:
        parts.append(f"regularizer {network.regularizer}")
    return "; ".join(parts)
