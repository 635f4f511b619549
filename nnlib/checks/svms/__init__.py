"""The exercises of chapter 3, from one hinge to a printed run that cannot have happened."""

from nnlib.checks.svms.cost import EXERCISE as COST
from nnlib.checks.svms.hinge import EXERCISE as HINGE
from nnlib.checks.svms.kernel import EXERCISE as KERNEL
from nnlib.checks.svms.rivals import EXERCISE as RIVALS
from nnlib.checks.svms.softmax import EXERCISE as SOFTMAX
from nnlib.checks.svms.transcript import EXERCISE as TRANSCRIPT

EXERCISES = (HINGE, COST, RIVALS, SOFTMAX, KERNEL, TRANSCRIPT)
