"""A picture with words that can be pointed at and steered by keyboard: every widget's stage."""

from pathlib import Path

import anywidget
import ipywidgets
import traitlets

from nnlib.plots import bundle, check_words, page_width


class Picture(anywidget.AnyWidget):
    """PNG bytes and the sentence that describes them.

    `on_point(kind, x, y)` is called while the mouse, a pen or a finger is held on the picture, with
    kind "down", "move" or "up" and x, y from 0 to 1, from the left and from the top; `on_key(key,
    shift)` when an arrow key, Home, End, Enter or the space bar is pressed on it.
    """

    _esm = Path(__file__).with_name("picture.js")
    png = traitlets.Bytes().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    width = traitlets.Int().tag(sync=True)  # on the page, in its pixels
    pointing = traitlets.Bool(False).tag(sync=True)

    def __init__(self, png, alt, *, on_point=None, on_key=None):
        super().__init__(
            png=png, alt=check_words(alt), width=page_width(png), pointing=on_point is not None
        )
        self._on_point, self._on_key = on_point, on_key
        self.on_msg(self._receive)

    def change(self, png, alt):
        """Show another picture with other words, both at once."""
        with self.hold_sync():
            self.png, self.alt, self.width = png, check_words(alt), page_width(png)

    def _receive(self, _, message, buffers):
        if message.get("kind") == "key":
            if self._on_key is not None:
                self._on_key(message["key"], bool(message.get("shift")))
        elif self._on_point is not None:
            self._on_point(message["kind"], float(message["x"]), float(message["y"]))

    def __repr__(self):
        return f"Picture({self.alt!r})"


class Widget(ipywidgets.VBox):
    """Controls above a picture; where there is no kernel, its first picture and its sentence.

    A subclass draws: `draw()` returns PNG bytes and the words for the present settings. `redraw`
    shows them. What a notebook stores is the picture and the words of the moment it was shown.
    `kind` is the widget's class in the page (CSS).
    """

    kind = "widget"

    def __init__(self, controls, *, on_point=None, on_key=None):
        self.picture = Picture(*self.draw(), on_point=on_point, on_key=on_key)
        super().__init__([*controls, self.picture])
        self.add_class("nnlib-widget")
        self.add_class(self.kind)

    def redraw(self, *_):
        """Draw again, after a setting has changed."""
        self.picture.change(*self.draw())

    def _repr_mimebundle_(self, **options):
        still, metadata = bundle(self.picture.png, self.picture.alt)
        return super()._repr_mimebundle_(**options) | still, metadata

    def __repr__(self):
        return f"{type(self).__name__}({self.picture.alt!r})"


def slider(name, value, low, high, step, on_change):
    """A slider for one number, with its name on the left; answers while it is moved."""
    control = ipywidgets.FloatSlider(
        value=value, min=low, max=high, step=step, description=name, readout_format=".2f"
    )
    control.observe(on_change, "value")
    return control


def button(name, tooltip, on_click):
    """A button; its tooltip says what it does."""
    control = ipywidgets.Button(description=name, tooltip=tooltip, layout={"width": "auto"})
    control.on_click(lambda _: on_click())
    return control
