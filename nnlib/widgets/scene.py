"""A figure of which only a part moves: the rest is drawn once, so that the answer comes at once."""

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

from nnlib.plots import compress


class Scene:
    """A figure whose artists `moving` change from picture to picture; all others stand still.

    The artists that stand still are drawn when the first picture is taken, and kept.
    """

    def __init__(self, fig, moving):
        self.fig, self.moving = fig, sorted(moving, key=lambda artist: artist.get_zorder())
        self.canvas = FigureCanvasAgg(fig)
        self.background = None
        for artist in self.moving:
            artist.set_animated(True)

    def png(self):
        """The picture as it is now, as PNG bytes."""
        if self.background is None:
            self.canvas.draw()
            self.background = self.canvas.copy_from_bbox(self.fig.bbox)
        self.canvas.restore_region(self.background)
        for artist in self.moving:
            self.fig.draw_artist(artist)
        return compress(self.canvas.buffer_rgba(), quick=True)

    def at(self, ax, x, y):
        """The coordinates on `ax` of a point of the picture, x and y from 0 to 1 as in `on_point`.

        None where the point lies beside the ax.
        """
        pixel = self._pixels([(x, y)])[0]
        return self.places(ax, [(x, y)])[0] if ax.bbox.contains(*pixel) else None

    def places(self, ax, points):
        """The same for many points, a list of (x, y) like the result, also for those beside it."""
        places = ax.transData.inverted().transform(self._pixels(points))
        return [tuple(map(float, place)) for place in places]

    def _pixels(self, points):
        return (np.array(points) * (1, -1) + (0, 1)) * self.canvas.get_width_height()
