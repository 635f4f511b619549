"""The surfaces that chapter 5's explorer offers, each with the rates that suit it."""

from nnlib.surfaces import (
    Beale,
    Bowl,
    Chart,
    Himmelblau,
    Plateau,
    Rastrigin,
    Ravine,
    Rosenbrock,
    Saddle,
    StyblinskiTang,
    Surface,
)
from nnlib.validation import describe
from nnlib.widgets.cuts import network_charts
from nnlib.widgets.racers import RATED, RATES, tuned_rates


def offers(own=None):
    """All surfaces by name: `own` ones, then the built-in ones; each with rates by optimizer.

    Raises as `optimizer_explorer` says.
    """
    offered = {}
    for name, surface in _check_surfaces(own).items():
        chart = surface if isinstance(surface, Surface) else Chart(surface, name=name)
        offered[name] = chart, tuned_rates(chart)
    for surface in (Ravine(), Bowl(), Saddle(), Rosenbrock(), Beale(), Himmelblau(), Rastrigin(),
                    StyblinskiTang(), Plateau()):  # fmt: skip
        rates = dict(zip(RATED, RATES[surface.name], strict=True))
        offered.setdefault(surface.name, (surface, rates))
    for name, chart in network_charts().items():
        offered.setdefault(name, (chart, tuned_rates(chart)))
    return offered


def _check_surfaces(surfaces):
    if surfaces is None:
        return {}
    if not isinstance(surfaces, dict) or not all(isinstance(name, str) for name in surfaces):
        raise TypeError(f"surfaces expects a dict of name: surface, got {describe(surfaces)}")
    for name, surface in surfaces.items():
        if not callable(surface):
            raise TypeError(
                f"surface {name!r} expects a function of points, got {describe(surface)}"
            )
        if getattr(surface, "dimensions", 2) != 2:
            raise ValueError(
                f"surface {name!r} has {surface.dimensions} coordinates, a map has 2: take a Slice"
            )
        if getattr(surface, "bounds", None) is None:
            raise ValueError(f"surface {name!r} has no bounds: give it (left, right, bottom, top)")
    return surfaces
