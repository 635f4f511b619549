"""The controls beside a picture: sliders, menus and buttons with their names on them.

A slider's name stands on its left in full; ipywidgets cuts it off unless told not to.
"""

import ipywidgets

FULL_NAME = {"description_width": "initial"}


def row(*controls):
    """Controls side by side; where the page is narrow, in several rows."""
    return ipywidgets.HBox(controls, layout={"flex_flow": "row wrap", "align_items": "center"})


def button(name, tooltip, on_click):
    """A button; its tooltip says what it does."""
    control = ipywidgets.Button(description=name, tooltip=tooltip, layout={"width": "auto"})
    control.on_click(lambda _: on_click())
    return control


def choice(name, options, value, *, width="17em"):
    """A menu to choose from, with its name on the left."""
    return ipywidgets.Dropdown(
        options=options, value=value, description=name, layout={"width": width}, style=FULL_NAME
    )


def slider(name, value, low, high, step, on_change):
    """A slider for one number, with its name on the left; answers while it is moved."""
    control = ipywidgets.FloatSlider(
        value=value, min=low, max=high, step=step, description=name, readout_format=".2f"
    )
    control.observe(on_change, "value")
    return control


def log_slider(name, value, low, high, step=0.1):
    """A slider for a positive number, from 10**low to 10**high, with its name on the left."""
    return ipywidgets.FloatLogSlider(
        value=value, min=low, max=high, step=step, description=name, readout_format=".3g",
        style=FULL_NAME,
    )  # fmt: skip


def steps(name, options, value):
    """A slider over a few values."""
    return ipywidgets.SelectionSlider(
        options=options, value=value, description=name, style=FULL_NAME
    )


def whole(name, value, low, high):
    """A slider over whole numbers."""
    return ipywidgets.IntSlider(value, low, high, description=name, style=FULL_NAME)
