"""A progress bar that is drawn only where somebody is looking."""

import os
import sys

from tqdm.auto import tqdm


def progress_bar(total, description):
    """A bar that counts bytes, for a `with` block; it leaves nothing behind on the screen.

    It is silent with NNLIB_PROGRESS=0, and where stderr is neither a terminal nor a notebook.
    """
    return tqdm(
        total=total,
        desc=description,
        unit="B",
        unit_scale=True,
        leave=False,
        disable=not somebody_is_looking(),
    )


def somebody_is_looking():
    """Whether a progress bar would be seen: in a terminal or a notebook, unless it is unwanted."""
    if os.environ.get("NNLIB_PROGRESS") == "0":
        return False
    if sys.stderr is not None and sys.stderr.isatty():
        return True
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    return hasattr(shell, "kernel")
