"""The exercises of chapter 6, from a weight that shrinks to zero to batch normalization."""

from nnlib.checks.regularization.dropout import EXERCISE as DROPOUT
from nnlib.checks.regularization.folds import EXERCISE as FOLDS
from nnlib.checks.regularization.normalize import EXERCISE as NORMALIZE
from nnlib.checks.regularization.shrink import EXERCISE as SHRINK
from nnlib.checks.regularization.signal import EXERCISE as SIGNAL
from nnlib.checks.regularization.stopping import EXERCISE as STOPPING

EXERCISES = (SHRINK, DROPOUT, STOPPING, SIGNAL, FOLDS, NORMALIZE)
