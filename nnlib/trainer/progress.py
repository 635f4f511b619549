"""A bar that shows how far the training is, while somebody is looking."""

import contextlib
import os
import sys


def progress_bar(epochs):
    """A tqdm bar over `epochs`, removed at the end; None where nobody watches.

    It shows in a terminal and in a notebook, and stays away from pipes and files, and everywhere if
    the environment variable NNLIB_PROGRESS is 0.
    """
    if os.environ.get("NNLIB_PROGRESS") == "0" or not _watched():
        return contextlib.nullcontext()
    from tqdm.auto import tqdm  # here, because nnlib is often imported and seldom draws a bar

    return tqdm(total=epochs, unit="epoch", leave=False, delay=0.5)


def show(bar, history):
    """Move the bar on by an epoch, with the epoch's figures beside it."""
    if bar is not None:
        figures = {name: f"{values[-1]:.4g}" for name, values in history.items()}
        bar.set_postfix(figures, refresh=False)
        bar.update()


def _watched():
    in_notebook = "ipykernel" in sys.modules
    return in_notebook or (sys.stderr is not None and sys.stderr.isatty())
