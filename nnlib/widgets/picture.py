"""A picture with words that can be pointed at and steered by keyboard: every widget's stage."""

from pathlib import Path

import anywidget
import ipywidgets
import traitlets

from nnlib.plots import bundle, check_words, page_width


class Picture(anywidget.AnyWidget):
    """PNG bytes and the sentence that describes them.

    `on_point(kind, x, y)` is called while the mouse, a pen or a finger is held on the picture, with
    kind "down", "move" or "up" and x, y from 0 to 1, from the left and from the top. Between two
    calls the mouse may have passed many places; `on_stroke(kind, points)`, to be given instead,
    gets them all, a list of pairs (x, y). `on_key(key, shift)` is called when an arrow key, Home,
    End, Enter or the space bar is pressed on the picture.
    """

    _esm = Path(__file__).with_name("picture.js")
    png = traitlets.Bytes().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    width = traitlets.Int().tag(sync=True)  # on the page, in its pixels
    pointing = traitlets.Bool(False).tag(sync=True)

    def __init__(self, png, alt, *, on_point=None, on_stroke=None, on_key=None):
        if on_stroke is None and on_point is not None:
            on_stroke = _newest(on_point)
        super().__init__(
            png=png, alt=check_words(alt), width=page_width(png), pointing=on_stroke is not None
        )
        self._on_stroke, self._on_key = on_stroke, on_key
        self.on_msg(self._receive)

    def change(self, png, alt):
        """Show another picture with other words, both at once."""
        with self.hold_sync():
            self.png, self.alt, self.width = png, check_words(alt), page_width(png)

    def _receive(self, _, message, buffers):
        if message.get("kind") == "key":
            if self._on_key is not None:
                self._on_key(message["key"], bool(message.get("shift")))
        elif self._on_stroke is not None:
            places = [*message.get("passed", []), (message["x"], message["y"])]
            self._on_stroke(message["kind"], [(float(x), float(y)) for x, y in places])

    def __repr__(self):
        return f"Picture({self.alt!r})"


def _newest(on_point):
    """What hears of the newest place alone, as a hearer of strokes."""
    return lambda kind, points: on_point(kind, *points[-1])


class Widget(ipywidgets.VBox):
    """Controls above a picture; where there is no kernel, its first picture and its sentence.

    A subclass draws: `draw()` returns PNG bytes and the words for the present settings. `redraw`
    shows them. What a notebook stores is the picture of the moment it was shown, and `still_words`.
    `kind` is the widget's class in the page (CSS). `listeners` go to the `Picture`.
    """

    kind = "widget"

    def __init__(self, controls, **listeners):
        self.picture = Picture(*self.draw(), **listeners)
        super().__init__([*controls, self.picture])
        self.add_class("nnlib-widget")
        self.add_class(self.kind)

    def redraw(self, *_):
        """Draw again, after a setting has changed."""
        self.picture.change(*self.draw())

    def still_words(self):
        """The words that a notebook stores and a test compares: those that the picture has now.

        A subclass whose words hold trained numbers, which differ between processors, gives others.
        """
        return self.picture.alt

    def _repr_mimebundle_(self, **options):
        still, metadata = bundle(self.picture.png, check_words(self.still_words()))
        return super()._repr_mimebundle_(**options) | still, metadata

    def __repr__(self):
        return f"{type(self).__name__}({self.still_words()!r})"
