"""Training: minibatch after minibatch downhill, and an eye on what comes of it (chapter 4)."""

from nnlib.trainer.divergence import TrainingDiverged
from nnlib.trainer.stopping import EarlyStopping
from nnlib.trainer.trainer import Trainer

__all__ = ["EarlyStopping", "Trainer", "TrainingDiverged"]
