"""The course's long experiments: what chapters 6 and 7 run live for seconds, run here in full.

An experiment is a table of settings. `train` makes one training of one setting; the page calls it
with few epochs, `python tools/long_runs.py` with all of them, over several seeds, and stores what
came out as JSON in `runs/`, beside the code that made it. `stored(name)` reads it back.

    digits = experiments.digits()
    run = experiments.train(experiments.NIELSEN["30 hidden"], digits, seed=0, epochs=3)
    experiments.stored("nielsen")["30 hidden"]["test"]          # one accuracy a seed
"""

from nnlib.experiments.data import digits, drawn
from nnlib.experiments.nielsen import NIELSEN
from nnlib.experiments.records import stored
from nnlib.experiments.regularization import REGULARIZATION
from nnlib.experiments.setting import Setting
from nnlib.experiments.training import Run, train

__all__ = ["NIELSEN", "REGULARIZATION", "Run", "Setting", "digits", "drawn", "stored", "train"]
