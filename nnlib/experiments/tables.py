"""All long experiments by name: the table of settings of each, and the function that measures one.

`measure(setting, digits)` returns what is stored of a setting. The name is that of the file in
`runs/`.
"""

from nnlib.experiments.measuring import measure
from nnlib.experiments.nielsen import NIELSEN
from nnlib.experiments.regularization import REGULARIZATION

EXPERIMENTS = {
    "nielsen": (NIELSEN, measure),
    "regularization": (REGULARIZATION, measure),
}
