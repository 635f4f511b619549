"""The course's long experiments: what chapters 6 to 8 run live for seconds, run here in full.

An experiment is a table of settings. `train` makes one training of one setting; the page calls it
with few epochs, `python tools/long_runs.py` with all of them, over several seeds, and stores what
came out as JSON in `runs/`, beside the code that made it. `stored(name)` reads it back.

    digits = experiments.digits()
    run = experiments.train(experiments.NIELSEN["30 hidden"], digits, seed=0, epochs=3)
    experiments.stored("nielsen")["30 hidden"]["test"]          # an accuracy a seed
"""

from nnlib.experiments.baselines import BASELINES, Darkness, GaussianSVM, measure_baseline
from nnlib.experiments.comparison import comparison
from nnlib.experiments.convnet_settings import CONVNETS
from nnlib.experiments.convnets import (
    Comparison,
    ConvSetting,
    Stage,
    accuracy_when_moved,
    convnet,
    dense_twin,
    learn,
    measure_convnets,
    moved,
    moved_all_ways,
    permutation,
    read,
    shuffled,
)
from nnlib.experiments.data import digits, drawn
from nnlib.experiments.lost import lost
from nnlib.experiments.measuring import measure
from nnlib.experiments.nielsen import NIELSEN
from nnlib.experiments.records import stored
from nnlib.experiments.regularization import REGULARIZATION
from nnlib.experiments.setting import Setting
from nnlib.experiments.sizes import SIZES, measure_sizes
from nnlib.experiments.ten_seconds import HEADLINE, headline
from nnlib.experiments.training import Run, train

__all__ = [
    "BASELINES",
    "CONVNETS",
    "HEADLINE",
    "NIELSEN",
    "REGULARIZATION",
    "SIZES",
    "Comparison",
    "ConvSetting",
    "Darkness",
    "GaussianSVM",
    "Run",
    "Setting",
    "Stage",
    "accuracy_when_moved",
    "comparison",
    "convnet",
    "dense_twin",
    "digits",
    "drawn",
    "headline",
    "learn",
    "lost",
    "measure",
    "measure_baseline",
    "measure_convnets",
    "measure_sizes",
    "moved",
    "moved_all_ways",
    "permutation",
    "read",
    "shuffled",
    "stored",
    "train",
]
