"""Chapter 5's widget: optimizers set out from one place of a cost surface, and race."""

import ipywidgets
import numpy as np

from nnlib.optimizers import walks
from nnlib.plots.landscapes import heights, spacing
from nnlib.plots.races import PALE_GROUND, START, Runner, ground, stars
from nnlib.plots.relief import Relief
from nnlib.validation import describe
from nnlib.widgets.controls import button, choice, row
from nnlib.widgets.explorer import STEPS, SurfaceExplorer, lowest_corner, pair
from nnlib.widgets.offers import offers
from nnlib.widgets.outcomes import SYMBOLS, outcome, table
from nnlib.widgets.panels import Curves, Legend, paper
from nnlib.widgets.racers import CHOICES, OPTIMIZERS, RATED, SCHEDULES, optimizer

FIRST = ["SGD", "Momentum", "RMSprop", "Adam"]  # who races at first
LENGTHS = [25, 50, 100, 200, 400]  # steps of a race
FRAMES = 100  # pictures of a race when it is played: of a long one, every few steps,
PACE = 100  # milliseconds apart
SIZE = 8.6, 5.2  # inches
MAP, RELIEF = [0.062, 0.165, 0.5, 0.78], [0.585, 0.55, 0.415, 0.45]  # in the view of contours
SMALL_MAP, LARGE_RELIEF = [0.67, 0.62, 0.315, 0.33], [0.0, 0.07, 0.585, 0.89]  # and in that of 3-D
THIRD = [0.67, 0.165, 0.315, 0.335]
LEGEND = [0, 0.01, 1, 0.06]
CROSSINGS, LEVELS = 81, 16  # points a side that contours are drawn from, and how many contours
FINE, COARSE = 49, 37  # points a side of a large relief and of a small one
STEEP = 3  # a surface whose levels need a power above that is bent in 3-D, or its floor looks level
PANELS = ON_MAP, IN_RELIEF, CURVES, NAMES = range(4)
LARGE, SMALL = [0, 0.07, 0.585, 0.93], [0.585, 0.535, 0.415, 0.465]  # room of map and relief
BELOW, STRIP = [0.585, 0.07, 0.415, 0.465], [0, 0, 1, 0.07]  # of curves and legend
VIEWS = ["contours", "3-D"]


def optimizer_explorer(surfaces=None, *, first=None):
    """A race of optimizers over a cost surface of your choice, to play with.

    Choose a surface, who races, each one's rate, a schedule for all, and how many steps; drag the
    start on the map, or use the arrow keys on the picture, with shift for ten times as far. Enter
    shows one more step, Home and End the first and the last, the space bar plays them. Left the
    map with its lowest points as stars, or the same in 3-D, which can be turned by dragging it or
    by the slider; right the other of the two, and cost against step. Under it the table of where
    each one is.

    `surfaces`, a dict of name: surface, adds your own before the built-in ones: a `Surface` of two
    coordinates, or any function of points (2, ...) with `bounds`, such as a `Slice` through a
    network's cost, which is measured on a grid at first (`Chart`). `first` is the name of the one
    that is shown at first, unless given the first of yours, else the ravine.

    Choosing a surface sets the rates to those that suit its usual start best: from there and from
    four points around, each optimizer tried the rates 1, 2, 5 x 10^k from 0.0001 to 50 for 100
    steps, and the rate won whose walks came soonest to stay near a lowest point (within a hundredth
    of the map), or got lowest, and never left the map by more than a quarter of it: that search is
    `racers.tuned_rates`. Momentum and Nesterov have momentum 0.9, RMSprop a decay of 0.9, Adadelta
    of 0.95, Adam betas of 0.9 and 0.999; L-BFGS finds its steps by a line search and has no rate.

    Raises TypeError for what is no dict of surfaces, ValueError for one without bounds or of other
    than two coordinates, or a `first` that is not there.
    """
    return OptimizerExplorer(offers(surfaces), first)


class OptimizerExplorer(SurfaceExplorer):
    """See `optimizer_explorer`; `surfaces` is a dict of name: (surface, rates by optimizer)."""

    kind = "optimizer-explorer"
    size, places = SIZE, (MAP, RELIEF, THIRD)

    def __init__(self, surfaces, first=None):
        self.surfaces, self.known = surfaces, {}
        self.first = next(iter(surfaces)) if first is None else first
        if self.first not in surfaces:
            raise ValueError(f"first expects one of {list(surfaces)}, got {describe(first)}")
        surface, rates = surfaces[self.first]
        self.ground = choice("surface", list(surfaces), self.first)
        self.ground.layout.width = "22em"
        self.schedule = choice("schedule", list(SCHEDULES), "constant")
        self.length = choice("steps", LENGTHS, STEPS)
        self.view = ipywidgets.ToggleButtons(options=VIEWS)
        self.view.style.button_width = "6em"
        self.view.layout.margin = "0 0 0 1em"
        self.angle = ipywidgets.IntSlider(0, -180, 180, 5, description="turn the 3-D view")
        self.angle.style.description_width = "initial"
        self.racing = {name: _box(name) for name in OPTIMIZERS}
        self.rates = {name: _rate(name, rates[name]) for name in RATED}
        self.table = ipywidgets.HTML()
        self.stale = list(PANELS)  # to be drawn again, all of them
        self.turning = None  # while the relief is dragged: where that began, and the angle then
        self.ground.observe(self._another_ground, "value")
        self.length.observe(self._another_length, "value")
        self.view.observe(lambda _: self._renew(ON_MAP, IN_RELIEF), "value")
        self.angle.observe(lambda _: self._renew(IN_RELIEF), "value")
        for box in self.racing.values():
            box.observe(lambda _: self._renew(NAMES), "value")
        for control in (self.schedule, *self.rates.values()):
            control.observe(self.redraw, "value")
        controls = [
            row(self.ground, self.view, self.angle),
            row(self.schedule, self.length),
            self._racers_controls(),
        ]
        tune = button("tuned rates", "The rates that suit this surface", self.tune)
        super().__init__(controls, surface, surface.start, surface.bounds, buttons=[tune])
        self.play.interval = PACE
        self.children = (*self.children, self.table)

    @property
    def chosen(self):
        """Who races, by name."""
        return [name for name, box in self.racing.items() if box.value]

    def tune(self):
        """Set the rates to those that suit the surface."""
        with self.at_once():
            for name, control in self.rates.items():
                control.value = self.surfaces[self.ground.value][1][name]

    def restore(self):
        self.ground.value = self.first
        self.schedule.value, self.length.value = "constant", STEPS
        self.view.value, self.angle.value = VIEWS[0], 0
        for name, box in self.racing.items():
            box.value = name in FIRST
        self.tune()
        self.first_start = np.array(self.surfaces[self.ground.value][0].start)
        super().restore()

    def draw(self):
        if self.stale:
            self.look_at(self.surfaces[self.ground.value][0])
        return super().draw()

    def paths(self):
        walked = self._walk()
        return [walked[name][1] if name in walked else None for name in OPTIMIZERS]

    def make_trails(self):
        slant = self.relief.ax
        (self.at_start,) = self.map.plot([], [], **START)
        (self.start_in_relief,) = slant.plot([], [], **START)
        return [(Runner(self.map, k, bounds=self.bounds), Runner(slant, k))
                for k in range(len(OPTIMIZERS))]  # fmt: skip

    def make_title(self, fig):
        return fig.text(0.062, 0.965, "", fontsize=11)

    def make_relief(self, ax, front):
        return Relief(ax, self.bounds, front, ("$x_1$", "$x_2$"), PALE_GROUND, "#75838F")

    def draw_third(self, ax):
        fig = ax.figure
        self.sheets = [paper(fig) for _ in PANELS]
        self.curves = Curves(ax, len(OPTIMIZERS))
        self.legend = Legend(fig.add_axes(LEGEND, xlim=(0, 1), ylim=(0, 1)), OPTIMIZERS)
        self.stars = stars((), self.map)
        self.map.set_xlabel("$x_1$")
        self.map.set_ylabel("$x_2$", rotation=0)
        self.map.locator_params(nbins=5)
        return [*self.curves.artists, self.at_start, self.start_in_relief]

    def paint(self):
        """Draw the panels that are stale, each on a white sheet."""
        self.bounds = self.surface.bounds
        self.lowest = self.surface(self.surface.minima[0])
        painters = [self._paint_map, self._paint_relief, self._scale_curves, self._name_racers]
        rooms = [SMALL, LARGE] if self.in_relief else [LARGE, SMALL]
        drawn = []
        for panel, sheet, room in zip(PANELS, self.sheets, [*rooms, BELOW, STRIP], strict=True):
            if panel in self.stale and (artists := painters[panel]()):
                sheet.set_bounds(*room)
                drawn += [sheet, *artists]
        (self.scene.lay if self.scene.ground is None else self.scene.cover)(drawn)
        self.stale = []

    def _paint_map(self):
        for artist in self.map.collections:
            artist.remove()
        left, right, bottom, top = self.bounds
        for trail, _ in self.trails:
            trail.bounds = self.bounds
        self.map.set_position(SMALL_MAP if self.in_relief else MAP)
        # labels in a place of their own: to find one beside the numbers takes as long as to draw
        self.map.xaxis.set_label_coords(0.5, -0.13 if self.in_relief else -0.06)
        self.map.yaxis.set_label_coords(-0.16 if self.in_relief else -0.095, 0.5)
        self.map.set(xlim=(left, right), ylim=(bottom, top))
        x1, x2, values = heights(self.surface, self.bounds, CROSSINGS)
        ground(x1, x2, values, self.map, levels=LEVELS)
        self.power = spacing(values)
        self.stars.set_data(*self.surface.minima.T)
        edges = self.map.spines.values()
        return [*self.map.collections, self.stars, self.map.xaxis, self.map.yaxis, *edges]

    def _paint_relief(self):
        bend = self.power / 2 if self.power > STEEP else 1.0
        self.relief.ax.set_position(LARGE_RELIEF if self.in_relief else RELIEF)
        self.relief.ax.apply_aspect()  # which is else done when a whole figure is drawn
        self.relief.look(self.bounds, lowest_corner(self.surface, self.bounds), self.angle.value)
        self.relief.middle.set_text("cost" if bend == 1 else "cost,\nbent")
        cells = FINE if self.in_relief else COARSE
        self.relief.show(self.surface, cells, tone=self.power, bend=bend)
        return [*self.relief.frame, *self.relief.artists]

    def _scale_curves(self):
        start = np.array(self.surface.start)
        return self.curves.scale(self.steps, self.surface(start) - self.lowest)

    def _name_racers(self):
        return self.legend.show([box.value for box in self.racing.values()])

    @property
    def in_relief(self):
        """Whether the large panel is that of the relief."""
        return self.view.value == "3-D"

    def tell(self, paths, shown):
        step, steps, name = self.step.value, self.steps, self.ground.value
        self.title.set_text(f"{name}: step {step} of {steps}")
        self.at_start.set_data(*self.start[:, None])
        self.start_in_relief.set_data(*self._in_relief(self.start[None]).T)
        outcomes = []
        for k, (racer, path) in enumerate(zip(OPTIMIZERS, paths, strict=True)):
            costs = () if path is None else self.known[racer][2][: step + 1] - self.lowest
            self.curves.show(k, costs)
            if path is not None:
                rate = self.rates[racer].value if racer in RATED else None
                outcomes.append(outcome(racer, rate, self.surface, path, shown[k], steps))
        self.table.value = table(outcomes, f"{name}, after step {step} of {steps}")
        words = "; ".join(each.words() for each in outcomes)
        found = f"Cost, and distance to the nearest lowest point: {words}."
        return (
            f"A race on the surface “{name}” from {pair(self.start)}, after step {step} of "
            f"{steps}, with {SCHEDULES[self.schedule.value][1]}. "
            + (found if outcomes else "Nobody races: choose an optimizer.")
        )

    def _walk(self):
        """By name what identifies a walk, the walk (m, 2) and its costs (m,), for all who race."""
        here = (self.ground.value, *self.start, self.schedule.value, self.steps)
        keys = {
            name: (*here, self.rates[name].value if name in RATED else None) for name in self.chosen
        }
        new = {
            name: optimizer(name, key[-1], self.schedule.value, self.steps)
            for name, key in keys.items()
            if name not in self.known or self.known[name][0] != key
        }
        if new:
            for name, path in walks(self.surface, new, self.start, self.steps).items():
                with np.errstate(all="ignore"):
                    self.known[name] = keys[name], path, self.surface(path.T)
        return {name: self.known[name] for name in keys}

    def _another_ground(self, _):
        with self.at_once():
            self.start = np.array(self.surfaces[self.ground.value][0].start, dtype=float)
            self.tune()
            self._renew(ON_MAP, IN_RELIEF, CURVES)

    def _another_length(self, _):
        with self.at_once():
            self.steps = self.length.value
            if self.step.value > self.steps:
                self.step.value = self.steps
            self.step.max = self.play.max = self.steps
            self.step.value = self.steps
            self.play.step = max(1, self.steps // FRAMES)
            self._renew(CURVES)

    def _renew(self, *panels):
        """Draw again what stands still in these panels, too."""
        self.stale += panels
        self.redraw()

    def _racers_controls(self):
        """Two columns of boxes and rates; one, where the page is narrow."""
        rows = [
            ipywidgets.HBox([box, self.rates.get(name, ipywidgets.Label("finds its rate itself"))])
            for name, box in self.racing.items()
        ]
        for each in rows:
            each.layout.width = "33em"
        return row(*rows)

    def _point(self, kind, x, y):
        if kind == "down":
            beside = self.scene.at(self.map, x, y) is None
            on_relief = beside and self.scene.at(self.relief.ax, x, y) is not None
            self.turning = (x, self.angle.value) if on_relief else None
        if self.turning is not None:
            began, angle = self.turning
            self.angle.value = (angle + round(360 * (x - began)) + 180) % 360 - 180
        else:
            super()._point(kind, x, y)
        if kind == "up":
            self.turning = None


def _box(name):
    box = ipywidgets.Checkbox(name in FIRST, description=f"{SYMBOLS[name]} {name}", indent=False)
    box.layout.width = "10em"
    return box


def _rate(name, rate):
    """A slider over round rates: each step is a half or less, and what it shows is what it is."""
    options = [(f"{choice:g}", choice) for choice in CHOICES]
    control = ipywidgets.SelectionSlider(options=options, value=rate, description=f"{name} rate")
    control.style.description_width = "8.8em"
    control.layout.width = "22.5em"
    return control
