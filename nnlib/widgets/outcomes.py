"""Where walks have come to: a table for the eye and for the screen reader, and a sentence."""

import html
from dataclasses import dataclass

from nnlib.plots.races import MANY_COLORS
from nnlib.widgets.racers import OPTIMIZERS, arrival, distances, near

SYMBOLS = dict(zip(OPTIMIZERS, "●■▲◆▼✚✖◀", strict=True))  # the markers of plots.race
SAME = 1e-6  # what is that little above the lowest point is said to be as low
COLUMNS = ["optimizer", "rate", "cost", "distance to the nearest lowest point", "reached it"]


@dataclass
class Outcome:
    """Where one walk stands after some of its steps.

    `reached` is the step from which on it was near a lowest point, or None; `away` the step with
    which it ran away, or None. Then the cost and the distance mean nothing.
    """

    name: str
    rate: str
    cost: str
    distance: str
    reached: int | None
    away: int | None

    @property
    def ending(self):
        """In a few words: reached, not yet, ran away."""
        if self.away is not None:
            return f"ran away at step {self.away}"
        return "not yet" if self.reached is None else f"at step {self.reached}"

    def words(self):
        """The same in a part of a sentence: who, cost, distance, and when that became so small."""
        name = f"{self.name} ({self.rate})"
        if self.away is not None:
            return f"{name} {self.ending}"
        end = "" if self.reached is None else f", reached {self.ending}"
        return f"{name} {self.cost}, {self.distance}{end}"


def outcome(name, rate, surface, path, shown, steps):
    """The Outcome of a walk `path` (m, 2) of which the points `shown` (k, 2) have been walked."""
    far = distances(surface, shown)
    reached = int(arrival(far, near(surface)))
    ended = len(shown) == len(path) <= steps
    lowest = surface(surface.minima[0])
    return Outcome(
        name,
        f"rate {rate:.3g}" if rate is not None else "line search",
        _cost("" if ended else surface(shown[-1]), lowest),
        "" if ended else _distance(far[-1]),
        reached if reached < len(shown) and not ended else None,
        len(path) - 1 if ended else None,
    )


def table(outcomes, caption):
    """The outcomes as an HTML table with a caption and headings for rows and columns."""
    heads = "".join(
        f'<th scope="col" style="{CELL};white-space:normal">{name}</th>' for name in COLUMNS
    )
    rows = "".join(_row(each) for each in outcomes)
    return (
        f'<table class="nnlib-outcomes" style="border-collapse:collapse;line-height:1.5">'
        f'<caption style="text-align:left;font-weight:bold">{html.escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


CELL = "text-align:left;padding:0 1.2em 0 0;border-bottom:1px solid #8886;white-space:nowrap"


def _row(each):
    color = MANY_COLORS[list(OPTIMIZERS).index(each.name)]
    mark = f'<span aria-hidden="true" style="color:{color}">{SYMBOLS[each.name]}</span>'
    cells = [each.rate.removeprefix("rate "), each.cost or "–", each.distance or "–", each.ending]
    texts = "".join(f'<td style="{CELL}">{text}</td>' for text in cells)
    return f'<tr><th scope="row" style="{CELL}">{mark} {each.name}</th>{texts}</tr>'


def _cost(value, lowest):
    if value == "":
        return ""
    return f"{lowest if abs(value - lowest) < SAME else value:.3g}".replace("-", "−")


def _distance(distance):
    return "less than 0.001" if distance < 0.001 else f"{distance:.2g}"
