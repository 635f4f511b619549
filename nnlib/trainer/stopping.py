"""Early stopping: when the validation set says that more training makes it worse (chapter 6)."""

from nnlib.validation import check_count


class EarlyStopping:
    """A callback that stops when `patience` epochs have passed without a new best one.

    What is best the trainer watches: the lowest validation loss, unless `Trainer(watch=...)` says
    otherwise. When it stops the training it puts the best epoch's weights back, by
    `trainer.restore_best()`, and in the next `fit` it counts anew from there. A training that comes
    to its end before keeps its last weights, and the next `fit` goes on counting.

    Raises ValueError in training without a validation set.

    Source: Prechelt, 1998, *Early stopping - but when?*
    """

    def __init__(self, patience=5):
        self.patience = check_count(patience, "patience")

    def __call__(self, trainer):
        if trainer.best is None:
            raise ValueError(
                f"EarlyStopping watches {trainer.watch!r}, which this training doesn't measure: "
                f"it measures {', '.join(trainer.history)}"
            )
        if trainer.epoch - max(trainer.best.epoch, trainer.restored) < self.patience:
            return False
        trainer.restore_best()
        return True

    def __repr__(self):
        return f"EarlyStopping(patience={self.patience})"
