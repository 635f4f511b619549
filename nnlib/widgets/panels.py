"""What stands beside the landscape in chapter 5's explorer: cost against step, and who is who."""

import numpy as np
from matplotlib.patches import Rectangle

from nnlib.plots.races import Runner

DECADES = 7  # of cost that are drawn
USUAL = 0.1, 50.0  # costs that are drawn on one scale: surfaces compare, and it stays as it is


class Curves:
    """Cost above the lowest against step on `ax`, a curve for each of `count` runners."""

    def __init__(self, ax, count):
        self.ax, self.limits = ax, None
        ax.set(xlabel="step", ylabel="cost above the lowest", yscale="log")
        ax.minorticks_off()
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("e-0", "e-"))
        ax.xaxis.set_label_coords(0.5, -0.14)
        ax.locator_params(nbins=5, axis="x")
        self.runners = [Runner(ax, k) for k in range(count)]
        self.artists = [artist for runner in self.runners for artist in runner.artists]

    def scale(self, steps, cost):
        """Make room for so many steps from this cost down. Returns the artists that changed."""
        if USUAL[0] <= cost <= USUAL[1]:
            cost = USUAL[1]
        ceiling = float(10.0 ** np.ceil(np.log10(max(cost, 1e-9)) + 0.3))
        limits = (0, 1.03 * steps), (ceiling / 10**DECADES, ceiling)
        if limits == self.limits:
            return []
        self.limits = limits
        self.ax.set(xlim=limits[0], ylim=limits[1])
        return [self.ax.xaxis, self.ax.yaxis, *self.ax.spines.values()]

    def show(self, number, costs):
        """Draw a runner's costs (m,) from step 0 on; what is too high or low, at the edge."""
        floor, ceiling = self.limits[1]
        costs = np.clip(np.nan_to_num(costs, nan=np.inf), 1.3 * floor, ceiling)  # in full sight
        self.runners[number].show(np.column_stack([np.arange(len(costs)), costs]))


class Legend:
    """The looks of runners and their names, in a line on `ax`."""

    def __init__(self, ax, names):
        ax.set_axis_off()
        self.entries = []
        for number, name in enumerate(names):
            text = ax.text(0, 0.5, name, va="center", fontsize=9)
            width = text.get_window_extent().width / ax.bbox.width
            self.entries.append((Runner(ax, number), text, width))

    def show(self, shown):
        """Those who race, side by side; `shown` has a bool for each. Returns the artists."""
        artists, left = [], 0.012
        for (runner, text, width), visible in zip(self.entries, shown, strict=True):
            runner.show([[left, 0.5], [left + 0.032, 0.5]] if visible else [])
            text.set(x=left + 0.045, visible=visible)
            if visible:
                left += 0.062 + width
            artists += [*runner.artists, text]
        return artists


def paper(fig):
    """A white sheet for a part of the figure, under everything else."""
    sheet = Rectangle((0, 0), 1, 1, transform=fig.transFigure, facecolor="white", zorder=-1)
    return fig.add_artist(sheet)
