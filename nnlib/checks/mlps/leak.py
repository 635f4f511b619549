"""Exercise 4.4: a layer whose ReLUs learn their own leak, with every gradient."""

import numpy as np

from nnlib.checks.answers import apart, array_like, matrix
from nnlib.checks.exercise import Exercise, same
from nnlib.gradients import central_difference


def leaky_layer(W, b, leak, a, grad):
    """The layer's output, and the gradients in W, b, leak and a."""
    z = W @ a + b
    out = np.where(z > 0, z, leak * z)
    delta = grad * np.where(z > 0, 1, leak)
    dleak = (grad * np.minimum(0, z)).sum(axis=1, keepdims=True)
    db = delta.sum(axis=1, keepdims=True)
    return out, delta @ a.T, db, dleak, W.T @ delta


CHOSEN = (
    "z[z <= 0] lays the chosen entries of all neurons in one row, and no leak finds its own any "
    "more: multiply first, leak * z, and let np.where(z > 0, this, that) choose"
)

EXERCISE = Exercise(
    "4.4",
    "Make a layer of your own",
    leaky_layer,
    answer=apart(
        matrix("out", lambda arguments: (len(arguments[0]), arguments[3].shape[1])),
        array_like("dW", 0),
        array_like("db", 1),
        array_like("dleak", 2),
        array_like("da", 3),
        names="out, dW, db, dleak and da",
    ),
    hints=(
        "First the way forward: z = W @ a + b, then entry by entry z itself where z > 0 and "
        "leak * z elsewhere. np.where(condition, this, that) chooses; leak is a column and goes "
        "beside all examples by itself. Keep z: the way back asks for its sign.",
        "The way back begins with delta, the slope of the cost in z: grad times the slope of the "
        "activation function, which is one number above 0 and another up to it. Then dW, db and "
        "da are those of any layer.",
        "And the leak? Where z is above 0 it has no say. Elsewhere out = leak * z: a product, "
        "whose slope in one factor is the other. One leak serves all examples of its neuron, so "
        "its shares are added up along the row.",
    ),
    errors={
        "is not a finite number": "nothing here has to be divided by: out / leak asks for trouble "
        "where a leak is 0, and keeping z makes it needless",
        "changed what it was given as W": "a second name is no copy: after slopes = W, what is "
        "written into slopes is written into W. Put the zeros into delta, and leave W alone",
        "has to be of shape": "out is (neurons, n); dW, db, dleak and da have the shapes of W, b, "
        "leak and a. Sums over the examples are .sum(axis=1, keepdims=True)",
        "mismatch in its core dimension": "shapes: W @ a goes forward, delta @ a.T is of W's "
        "shape, W.T @ delta of a's",
        "boolean array indexing": CHOSEN,
        ",) doesn't match the broadcast shape": CHOSEN,
        "truth value of an array": "`if` wants one yes or no: np.where(z > 0, this, that) decides "
        "entry by entry",
    },
)


def draw(rng, leak, neurons=4, inputs=3, n=5):
    """A layer, examples and pulls; in every row of z some entries are above 0, some below.

    None lies so near the corner that a nudge could carry it across.
    """
    while True:
        W, a = rng.normal(size=(neurons, inputs)), rng.normal(size=(inputs, n))
        z = W @ a
        lowest, highest = z.min(axis=1, keepdims=True), z.max(axis=1, keepdims=True)
        b = -lowest - (highest - lowest) * rng.uniform(0.3, 0.7, size=(neurons, 1))
        if np.abs(z + b).min() > 0.01:
            break
    return W, b, leak, a, rng.normal(size=z.shape)


def forward(W, b, leak, a):
    """The outputs, one number at a time."""
    out = np.empty((len(W), a.shape[1]))
    for i, row in enumerate(W):
        for j, column in enumerate(a.T):
            z = sum(w * x for w, x in zip(row, column, strict=True)) + b[i, 0]
            out[i, j] = z if z > 0 else leak[i, 0] * z
    return out


def measured(layer, which):
    """The gradient of sum(grad * out) in one of W, b, leak, a, by nudging."""
    *inputs, grad = layer

    def cost(value):
        return (grad * forward(*inputs[:which], value, *inputs[which + 1 :])).sum()

    return central_difference(cost, inputs[which])


def parts(layer):
    """(z, 1 where z is above 0, the slope of the activation function)."""
    W, b, leak, a, _ = layer
    z = W @ a + b
    above = (z > 0) * 1.0
    return z, above, np.where(z > 0, 1, leak)


def rows(array):
    return array.sum(axis=1, keepdims=True)


@EXERCISE.asks(
    "what comes out",
    points=1,
    usually="out is z where z is above 0, and leak times z elsewhere, with z = W @ a + b",
)
def output(f, rng):
    layer = draw(rng, rng.uniform(0.1, 0.4, size=(4, 1)))
    out, *_ = f(*layer)
    W, b, leak, a, _ = layer
    z, above, slope = parts(layer)
    same(
        "out",
        out,
        forward(W, b, leak, a),
        mistakes=[
            (z, "these are the weighted sums: below 0 they have to be multiplied by the leak"),
            (z * above, "below 0 something comes out, too: leak * z"),
            (np.where(z > 0, z, leak), "below 0 comes leak times z, not the leak itself"),
            (np.where(z > 0, leak * z, z), "the wrong way round: the leak belongs to the entries "
             "below 0"),
            (np.where(z > 0, z, -leak * z), "leak times z, with its sign: below 0 it is negative"),
            (slope * (W @ a) + b, "the bias belongs inside: add it before the leak decides"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "the gradients in W, b and a",
    points=2,
    usually="delta = grad times the slope at z; dW = delta @ a.T, db sums delta's rows, "
    "da = W.T @ delta",
)
def three_gradients(f, rng):
    layer = draw(rng, rng.uniform(0.1, 0.4, size=(4, 1)))
    _, dW, db, _, da = f(*layer)
    W, _, leak, a, grad = layer
    z, above, slope = parts(layer)
    for name, yours, which, of_delta in (
        ("dW", dW, 0, lambda delta: delta @ a.T),
        ("db", db, 1, rows),
        ("da", da, 3, lambda delta: W.T @ delta),
    ):
        wanted = measured(layer, which)
        same(
            name,
            yours,
            wanted,
            mistakes=[
                (of_delta(grad), "the slope of the activation function is missing: grad is the "
                 "slope in out, and delta, in z, is wanted here"),
                (of_delta(grad * above), "up to 0 the slope is the leak, not 0: this is the plain "
                 "ReLU's"),
                (of_delta(grad * np.where(z > 0, leak, 1)), "the slopes are the wrong way round: "
                 "1 above 0, and the leak up to it"),
                (of_delta(slope), "grad is missing: it multiplies the slope"),
                (of_delta(grad * slope * z), "the slope at z is 1 or the leak; this multiplies by "
                 "z as well"),
                (-wanted, "the sign: this points downhill"),
                (wanted / a.shape[1], "no mean is taken here: add the shares of the examples up"),
            ],
        )  # fmt: skip


@EXERCISE.asks(
    "the gradient in the leak",
    points=1,
    usually="where z is up to 0, out is leak times z: the leak's slope there is z, times grad, "
    "summed over the examples",
)
def in_the_leak(f, rng):
    layer = draw(rng, rng.uniform(0.1, 0.4, size=(4, 1)))
    *_, dleak, _ = f(*layer)
    grad, (z, above, _) = layer[-1], parts(layer)
    wanted = measured(layer, 2)
    same(
        "dleak",
        dleak,
        wanted,
        mistakes=[
            (rows(grad * z), "where z is above 0 the leak has no say: its slope is 0 there"),
            (rows(grad * z * above), "the wrong way round: the leak works where z is *not* above "
             "0"),
            (rows(np.minimum(0, z)), "grad is missing: the leak's slope is grad times z, added up"),
            (rows(grad * (1 - above)), "the slope of leak * z in the leak is z, not 1"),
            (rows(layer[2] * grad * np.minimum(0, z)), "the slope of leak * z in the leak is z; "
             "this is leak * z itself"),
            (wanted / z.shape[1], "add the examples' shares up; this takes their mean"),
            (0 * wanted, "the leak can learn, too: it has a gradient"),
            (-wanted, "the sign of dleak: this points downhill"),
        ],
    )  # fmt: skip


@EXERCISE.asks(
    "leaks of 0, below 0 and above 1",
    points=1,
    usually="which side an entry is on is told by z. The output doesn't tell: it is never below 0 "
    "with a leak of 0, and above 0 on both sides with one of -1",
)
def any_leak(f, rng):
    leak = np.array([[0.0], [-1.0], [-0.3], [1.5]])
    layer = draw(rng, leak)
    z, above, _ = parts(layer)
    W, b, _, a, grad = layer
    out = forward(W, b, leak, a)
    clamped = "the side was read off the *output*, after the activation function had changed it: "
    strict = grad * np.where(out < 0, leak, 1)
    loose = grad * np.where(out > 0, 1, leak)
    told = [
        (strict, clamped + "`out < 0` is never true with a leak of 0. Ask z"),
        (loose, clamped + "with a leak below 0 out is above 0 on both sides. Ask z"),
    ]
    yours = f(*layer)
    same("out", yours[0], out, mistakes=[
        (np.maximum(z, leak * z), "the larger of z and leak * z is this function only for leaks "
         "up to 1: let the sign of z decide"),
    ])  # fmt: skip
    for name, k, which, of_delta in (
        ("dW", 1, 0, lambda delta: delta @ a.T),
        ("db", 2, 1, rows),
        ("da", 4, 3, lambda delta: W.T @ delta),
    ):
        mistakes = [(of_delta(delta), why) for delta, why in told]
        same(name, yours[k], measured(layer, which), mistakes=mistakes)
    same("dleak", yours[3], measured(layer, 2), mistakes=[
        (rows(grad * z * (out < 0)), told[0][1]),
        (rows(grad * z * (out <= 0)), told[1][1]),
    ])  # fmt: skip


@EXERCISE.asks(
    "exactly at the corner",
    points=1,
    usually="where z is exactly 0 the slope is agreed to be the leak: 1 for z > 0, else the leak",
)
def corner(f, rng):
    leak = rng.uniform(0.1, 0.4, size=(3, 1))
    W, a = rng.integers(-3, 4, size=(3, 2)) * 1.0, rng.integers(1, 4, size=(2, 2)) * 1.0
    b = -(W @ a)[:, :1]  # whole numbers: the first example lies at 0 exactly, in every neuron
    grad = rng.normal(size=(3, 2))
    _, dW, db, _, da = f(W, b, leak, a, grad)
    z = W @ a + b
    delta, above = grad * np.where(z > 0, 1, leak), grad * np.where(z >= 0, 1, leak)
    half, none = grad * np.where(z == 0, (1 + leak) / 2, delta / grad), delta * (z != 0)
    for name, yours, of_delta in (
        ("db", db, rows),
        ("dW", dW, lambda delta: delta @ a.T),
        ("da", da, lambda delta: W.T @ delta),
    ):
        same(
            name,
            yours,
            of_delta(delta),
            mistakes=[
                (of_delta(above), "at z = 0 the slope is agreed to be the leak, and here it is 1: "
                 "z > 0 asks for more than z >= 0"),
                (of_delta(half), "at z = 0 the slope is agreed to be the leak; this takes the "
                 "middle between it and 1"),
                (of_delta(none), "at z = 0 the slope is agreed to be the leak; here it is 0"),
            ],
        )  # fmt: skip
