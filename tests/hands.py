"""What a reader's hands and the page do to a widget, for tests without a browser."""

import io

import numpy as np
from PIL import Image


def press(widget, key):
    """What the page sends when a key is pressed on the picture."""
    widget.picture._handle_custom_msg({"kind": "key", "key": key, "shift": False}, [])


def tick(widget, times=1):
    """What the page sends while something is played."""
    for _ in range(times):
        widget.play.value += 1


def click(widget, name):
    """Click on the button that is named so."""
    (found,) = [part for part in parts(widget) if getattr(part, "description", "") == name]
    found.click()


def parts(box):
    """All controls in a box, and in the boxes within it."""
    for part in getattr(box, "children", ()):
        yield part
        yield from parts(part)


def seen(widget):
    """The picture and its words."""
    return widget.picture.png, widget.picture.alt


def pixels(png):
    """PNG bytes as whole numbers (height, width, 3)."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), dtype=int)
