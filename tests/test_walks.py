"""Walks of several optimizers: beside their formulas written out, and where they end."""

import math

import numpy as np
import pytest

from nnlib.datasets import moons
from nnlib.layers import Dense
from nnlib.losses import SoftmaxCrossEntropy
from nnlib.network import Network
from nnlib.optimizers import LBFGS, SGD, Adadelta, Adagrad, Adam, Momentum, Nesterov, RMSprop, walks
from nnlib.optimizers.walks import walk_together
from nnlib.schedules import StepDecay
from nnlib.surfaces import Bowl, Plateau, Ravine, Rosenbrock, Slice


def slope(p):
    """The ravine's gradient, worked out in numbers."""
    x, y = p
    wall = 10 * (y - math.sin(x))
    return x / 10 - wall * math.cos(x), wall


def by_hand(rule, start, steps, memory):
    """A walk of one coordinate rule: rule(g, state) -> what is added to the coordinate."""
    w, states = list(start), [dict(memory), dict(memory)]
    path = [tuple(w)]
    for t in range(1, steps + 1):
        g = slope(w)
        w = [w[i] + rule(g[i], states[i], t) for i in range(2)]
        path.append(tuple(w))
    return np.array(path)


def sgd(g, s, t):
    return -0.05 * g


def momentum(g, s, t):
    s["v"] = 0.9 * s["v"] - 0.02 * g
    return s["v"]


def adagrad(g, s, t):
    s["G"] += g * g
    return -0.5 * g / (1e-8 + math.sqrt(s["G"]))


def rmsprop(g, s, t):
    s["G"] = 0.9 * s["G"] + 0.1 * g * g
    return -0.05 * g / (math.sqrt(s["G"]) + 1e-8)


def adadelta(g, s, t):
    s["G"] = 0.95 * s["G"] + 0.05 * g * g
    step = math.sqrt(s["D"] + 1e-6) / math.sqrt(s["G"] + 1e-6) * g
    s["D"] = 0.95 * s["D"] + 0.05 * step * step
    return -2.0 * step


def adam(g, s, t):
    s["v"] = 0.9 * s["v"] + 0.1 * g
    s["G"] = 0.999 * s["G"] + 0.001 * g * g
    return -0.1 * (s["v"] / (1 - 0.9**t)) / (math.sqrt(s["G"] / (1 - 0.999**t)) + 1e-8)


RULES = {
    "SGD": (SGD(0.05), sgd),
    "Momentum": (Momentum(0.02), momentum),
    "Adagrad": (Adagrad(0.5), adagrad),
    "RMSprop": (RMSprop(0.05), rmsprop),
    "Adadelta": (Adadelta(2.0), adadelta),
    "Adam": (Adam(0.1), adam),
}
NOTHING = {"v": 0.0, "G": 0.0, "D": 0.0}


def test_together_each_goes_its_own_way():
    paths = walks(Ravine(), {name: pair[0] for name, pair in RULES.items()}, (-4.5, 2.0), 80)
    assert list(paths) == list(RULES)
    for name, (_, rule) in RULES.items():
        wanted = by_hand(rule, (-4.5, 2.0), 80, NOTHING)
        np.testing.assert_allclose(paths[name], wanted, rtol=1e-9, atol=1e-9, err_msg=name)


def test_nesterov_looks_ahead():
    path = walks(Ravine(), {"N": Nesterov(0.02)}, (-4.5, 2.0), 60)["N"]
    p, v = np.array([-4.5, 2.0]), np.zeros(2)
    for w in path:  # of the points ahead
        np.testing.assert_allclose(w, p + 0.9 * v, rtol=1e-10, atol=1e-10)
        v = 0.9 * v - 0.02 * np.array(slope(p + 0.9 * v))
        p = p + v


def test_lbfgs_goes_step_by_step_where_it_goes_at_once():
    path = walks(Rosenbrock(), {"L": LBFGS()}, (-1.2, 1.0), 100)["L"]
    assert path.shape == (101, 2)
    np.testing.assert_allclose(path[-1], [1, 1], atol=1e-6)
    heights = Rosenbrock()(path.T)
    assert (np.diff(heights) <= 0).all()
    end = LBFGS().minimize(
        lambda w: (Rosenbrock()(w), Rosenbrock().gradient(w)), [-1.2, 1.0], steps=8
    )
    np.testing.assert_allclose(path[8], end.point, rtol=1e-9)


def test_a_schedule_starts_anew_and_so_does_a_used_optimizer():
    used = SGD(StepDecay(0.1, every=1, factor=0.5))
    first = walks(Bowl(1), {"S": used}, [1.0, 0.0], 2)["S"]
    assert first[:, 0].tolist() == pytest.approx([1.0, 0.9, 0.855])
    assert (walks(Bowl(1), {"S": used}, [1.0, 0.0], 2)["S"] == first).all()


def test_the_walk_is_forgotten_after_it():
    walkers = {"M": Momentum(0.1), "A": Adam(0.1), "L": LBFGS()}
    walks(Ravine(), walkers, [-4.5, 2.0], 5)
    assert walkers["M"].state_dict() == {"kind": "Momentum", "steps": 0}
    assert walkers["A"].state_dict() == {"kind": "Adam", "steps": 0}
    assert walkers["L"].state_dict()["s"].size == 0


def test_who_runs_away_ends_and_the_others_go_on():
    runners = {"far": SGD(1.0), "near": SGD(0.05), "Adam": Adam(0.1)}
    paths = walks(Bowl(10), runners, [1.0, 1.0], 50, away=1e6)
    far = paths["far"]
    assert far.shape == (8, 2)  # 9**6 < 1e6 < 9**7
    assert far[:, 1].tolist() == [(-9.0) ** k for k in range(8)]
    alone = walks(Bowl(10), {"near": SGD(0.05)}, [1.0, 1.0], 50)["near"]
    np.testing.assert_array_equal(paths["near"], alone)
    assert len(paths["Adam"]) == 51


def test_a_step_to_infinity_ends_a_walk():
    path = walks(Rosenbrock(), {"S": SGD(1e300)}, [-1.2, 1.0], 5)["S"]
    assert len(path) == 2 and not (np.abs(path[1]) <= 1e6).all()


def test_many_starts_are_walked_from_as_from_each():
    starts = np.array([[-4.5, 1.0, 3.0], [2.0, 0.5, -1.0]])
    together = walk_together(Ravine().gradient, [Adam(0.1), SGD(0.3)], starts, 20)
    assert together.shape == (2, 21, 2, 3)
    for k in range(3):
        alone = walks(Ravine(), {"A": Adam(0.1)}, starts[:, k], 20)["A"]
        np.testing.assert_allclose(together[0, :, :, k], alone, rtol=1e-12)


def test_a_slice_through_a_network_is_walked_on():
    X, y = moons(30, rng=np.random.default_rng(0))
    network = Network([Dense(2, 2)], loss=SoftmaxCrossEntropy(), rng=np.random.default_rng(1))
    origin, directions = network.parameters_vector.copy(), np.eye(2, 6)
    cut = Slice(network.cost(X, y), origin, directions)
    path = walks(cut, {"S": SGD(0.5), "M": Momentum(0.1)}, [0.5, -0.5], 10)["S"]
    point = np.array([0.5, -0.5])
    for w in path:
        np.testing.assert_allclose(w, point, rtol=1e-9)
        network.parameters_vector[:] = origin + point @ directions
        point = point - 0.5 * network.gradient(X, y)[1][:2]


def test_on_level_ground_all_stay():
    flat = Plateau(width=0.01)
    paths = walks(flat, {"S": SGD(1.0), "A": Adam(0.1), "L": LBFGS()}, [3.0, 3.0], 5)
    for path in paths.values():
        assert path.tolist() == [[3.0, 3.0]] * 6


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (([SGD(0.1)], [1, 1], 5), TypeError, "a dict of label: optimizer"),
        (({}, [1, 1], 5), TypeError, "a dict of label: optimizer"),
        (({"S": 0.1}, [1, 1], 5), TypeError, "expects optimizers, got 'S': the float 0.1"),
        (({"S": SGD}, [1, 1], 5), TypeError, "expects optimizers, got 'S'"),
        (({"S": SGD(0.1)}, [1, np.nan], 5), ValueError, "start"),
        (({"S": SGD(0.1)}, [1, 1], -1), ValueError, "steps expects"),
        (({"S": SGD(0.1)}, [1, 1], 2.5), TypeError, "steps expects"),
    ],
)
def test_walks_that_cannot_be(arguments, error, words):
    with pytest.raises(error, match=words):
        walks(Bowl(), *arguments)


def test_one_object_cannot_walk_twice():
    one = SGD(0.1)
    with pytest.raises(ValueError, match="one stands twice"):
        walks(Bowl(), {"a": one, "b": one}, [1, 1], 5)


def test_the_start_stays():
    start = np.array([1.0, 1.0])
    start.flags.writeable = False
    walks(Bowl(), {"S": SGD(0.1), "L": LBFGS()}, start, 3)
    assert start.tolist() == [1.0, 1.0]
