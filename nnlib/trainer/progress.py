"""A bar that shows how far the training is, where somebody is looking."""

import contextlib


def progress_bar(epochs):
    """A bar over `epochs` that is removed at the end, for a `with` block; None where nobody looks.

    It appears after half a second, so that short trainings don't flicker.
    """
    # Imported here, because nnlib is imported more often than a bar is drawn.
    from nnlib.datasets.progress import somebody_is_looking

    if not somebody_is_looking():
        return contextlib.nullcontext()
    from tqdm.auto import tqdm

    return tqdm(total=epochs, unit="epoch", leave=False, delay=0.5)


def show(bar, history):
    """Move the bar on by an epoch, with the epoch's figures beside it."""
    if bar is not None:
        figures = {name: f"{values[-1]:.4g}" for name, values in history.items()}
        bar.set_postfix(figures, refresh=False)
        bar.update()
