"""What is raced, against whom, and by how much the library wants to be ahead."""

from dataclasses import dataclass

from benchmarks.work import Circuit, Convnet, Cut, Machines, Training

NAMES = {
    "ours:training_in_float64": "nnlib in float64",
    "by_hand:training": "the step written out by hand",
    "products:training": "the matrix products alone",
    "products:convnet": "the matrix products alone",
    "plain_numpy:training": "NumPy, example by example",
    "torch_eager:training": "PyTorch eager, best loop",
    "torch_eager:tutorial": "PyTorch eager, as in tutorials",
    "torch_eager:convnet": "PyTorch eager, best loop",
    "torch_eager:cut": "PyTorch eager, a loop over points",
    "scikit_learn:training": "scikit-learn MLPClassifier",
    "scikit_learn:machines": "scikit-learn SGDClassifier",
    "jax_jit:training": "JAX, a step compiled (jit)",
    "jax_jit:epoch": "JAX, a whole epoch compiled (scan)",
    "jax_jit:convnet": "JAX, a step compiled (jit)",
    "micrograd_engine:circuit": "micrograd",
}


@dataclass(frozen=True)
class Workload:
    """The work, our contender, and for each peer the ratio that is wanted, or None."""

    title: str
    work: object
    unit: str
    ours: str
    peers: dict

    @property
    def contenders(self):
        return [self.ours, *self.peers]


WORKLOADS = [
    Workload(
        "[784, 30, 10], sigmoid, minibatch 10, SGD (Nielsen's)",
        Training((784, 30, 10), 10),
        "step",
        "ours:training",
        {
            "plain_numpy:training": 14,
            "torch_eager:training": 8,
            "scikit_learn:training": 5,
            "jax_jit:training": 1.7,
            "jax_jit:epoch": None,
            "ours:training_in_float64": None,
            "by_hand:training": None,
            "products:training": None,
        },
    ),
    Workload(
        "[784, 100, 10], sigmoid, minibatch 32, SGD",
        Training((784, 100, 10), 32),
        "step",
        "ours:training",
        {
            "plain_numpy:training": 30,
            "torch_eager:training": 3,
            "scikit_learn:training": 3.4,
            "jax_jit:training": 1.2,
            "jax_jit:epoch": None,
            "ours:training_in_float64": None,
            "by_hand:training": None,
            "products:training": None,
        },
    ),
    Workload(
        "[784, 512, 512, 10], ReLU, minibatch 128, Adam",
        Training((784, 512, 512, 10), 128, "relu", "adam", 0.001),
        "step",
        "ours:training",
        {
            "torch_eager:training": 0.92,
            "torch_eager:tutorial": 1.4,
            "scikit_learn:training": None,
            "jax_jit:training": None,
            "jax_jit:epoch": None,
            "ours:training_in_float64": None,
            "products:training": None,
        },
    ),
    Workload(
        "a convnet on images like MNIST's: 8 and 16 maps, filters of 5 x 5, minibatch 32, Adam",
        Convnet((784, 8, 16, 64, 10), 32, "relu", "adam", 0.001),
        "step",
        "ours:convnet",
        {
            "torch_eager:convnet": 1,
            "jax_jit:convnet": None,
            "products:convnet": None,
        },
    ),
    Workload(
        "scalar circuits: micrograd's moons demo",
        Circuit(),
        "step",
        "ours:circuit",
        {"micrograd_engine:circuit": 8},
    ),
    Workload(
        "ten linear SVMs on 10,000 images of MNIST",
        Machines(),
        "epoch",
        "ours:machines",
        {"scikit_learn:machines": 7},
    ),
    Workload(
        "loss on 101 x 101 points of weight space, [784, 30, 10], 1,000 images",
        Cut((784, 30, 10), 1000, examples=1000),
        "picture",
        "ours:cut",
        {"torch_eager:cut": 10},
    ),
]

# How the time of an example grows: ours, and beside it the nearest rival's
GROWTH = {
    "width of the hidden layer, [784, width, 10], minibatch 32": [
        (width, Training((784, width, 10), 32, examples=3200)) for width in (10, 30, 100, 300, 1000)
    ],
    "depth: hidden layers of 100, minibatch 32": [
        (depth, Training((784, *[100] * depth, 10), 32, examples=3200)) for depth in (1, 2, 4, 8)
    ],
    "minibatch, [784, 100, 10]": [
        (batch, Training((784, 100, 10), batch, examples=max(1000, 10 * batch)))
        for batch in (1, 10, 100, 1000)
    ],
    "data: examples in an epoch, [784, 30, 10], minibatch 10": [
        (n, Training((784, 30, 10), 10, examples=n)) for n in (1000, 5000, 20_000, 60_000)
    ],
}
