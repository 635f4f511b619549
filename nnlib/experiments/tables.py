"""All long experiments by name: the table of settings of each, and the function that measures one.

`measure(setting, digits)` returns what is stored of a setting. The name is that of the file in
`runs/`.
"""

from nnlib.experiments.baselines import BASELINES, measure_baseline
from nnlib.experiments.convnet_settings import CONVNETS
from nnlib.experiments.convnets import measure_convnets
from nnlib.experiments.measuring import measure
from nnlib.experiments.nielsen import NIELSEN
from nnlib.experiments.regularization import REGULARIZATION
from nnlib.experiments.sizes import SIZES, measure_sizes
from nnlib.experiments.ten_seconds import CANDIDATES, measure_headline

EXPERIMENTS = {
    "nielsen": (NIELSEN, measure),
    "regularization": (REGULARIZATION, measure),
    "baselines": (BASELINES, measure_baseline),
    "sizes": (SIZES, measure_sizes),
    "headline": (CANDIDATES, measure_headline),
    "convnets": (CONVNETS, measure_convnets),
}
