"""Answers to exercise 4.4: a layer that learns its leak."""

import numpy as np

from answers import Answers

answers = Answers("4.4")
OUT, THREE = "what comes out", "the gradients in W, b and a"
LEAK, CORNER = "the gradient in the leak", "exactly at the corner"
ANY = "leaks of 0, below 0 and above 1"


def rows(array):
    return array.sum(axis=1, keepdims=True)


def right(W, b, leak, a, grad):
    z = W @ a + b
    out = np.where(z > 0, z, leak * z)
    delta = np.where(z > 0, grad, leak * grad)
    return out, delta @ a.T, rows(delta), rows(grad * np.minimum(z, 0)), W.T @ delta


def with_delta(W, b, leak, a, grad, delta):
    out, _, _, dleak, _ = right(W, b, leak, a, grad)
    return out, delta @ a.T, rows(delta), dleak, W.T @ delta


def with_leak(W, b, leak, a, grad, dleak):
    out, dW, db, _, da = right(W, b, leak, a, grad)
    return out, dW, db, dleak, da


@answers.correct
def vectorized(W, b, leak, a, grad):
    return right(W, b, leak, a, grad)


@answers.correct
def two_halves(W, b, leak, a, grad):
    z = W @ a + b
    above = (z > 0).astype(float)
    below = 1 - above
    delta = grad * (above + leak * below)
    dleak = np.sum(grad * z * below, axis=1).reshape(-1, 1)
    return z * above + leak * z * below, delta @ a.T, rows(delta), dleak, (delta.T @ W).T


@answers.correct
def loops(W, b, leak, a, grad):
    out, dW, db = np.zeros(grad.shape), np.zeros(W.shape), np.zeros(b.shape)
    dleak, da = np.zeros(leak.shape), np.zeros(a.shape)
    for i in range(len(W)):
        for j in range(a.shape[1]):
            z = W[i] @ a[:, j] + b[i, 0]
            slope = 1.0 if z > 0 else leak[i, 0]
            out[i, j] = slope * z
            if z <= 0:
                dleak[i, 0] += grad[i, j] * z
            dW[i] += grad[i, j] * slope * a[:, j]
            db[i, 0] += grad[i, j] * slope
            da[:, j] += grad[i, j] * slope * W[i]
    return out, dW, db, dleak, da


@answers.correct
def float32(W, b, leak, a, grad):
    return right(*(array.astype(np.float32) for array in (W, b, leak, a, grad)))


@answers.mistake(OUT, "below 0 something comes out, too")
def plain_relu(W, b, leak, a, grad):
    z = W @ a + b
    delta = grad * (z > 0)
    return np.maximum(0, z), delta @ a.T, rows(delta), 0 * leak, W.T @ delta


@answers.mistake(OUT, "not the leak itself")
def flat(W, b, leak, a, grad):
    z = W @ a + b
    return np.where(z > 0, z, leak), *right(W, b, leak, a, grad)[1:]


@answers.mistake(OUT, "no leak finds its own")
def chosen_times_leak(W, b, leak, a, grad):
    out = W @ a + b
    out[out <= 0] *= leak
    return out, *right(W, b, leak, a, grad)[1:]


@answers.mistake(OUT, "no leak finds its own")
def leak_times_chosen(W, b, leak, a, grad):
    out = W @ a + b
    out[out <= 0] = leak * out[out <= 0]
    return out, *right(W, b, leak, a, grad)[1:]


@answers.mistake(OUT, "a second name is no copy")
def alias(W, b, leak, a, grad):
    """As in the layer of section 4.6: the zeros go into the layer's own weights."""
    out, dW, db, dleak, da = right(W, b, leak, a, grad)
    slopes = W
    slopes[(out < 0)[:, 0]] = 0
    return out, dW, db, dleak, slopes.T @ grad


@answers.mistake(OUT, "np.where(z > 0, this, that)")
def one_decision_for_all(W, b, leak, a, grad):
    z = W @ a + b
    out = z if z > 0 else leak * z
    return out, *right(W, b, leak, a, grad)[1:]


@answers.mistake(THREE, "the slope of the activation function is missing")
def no_slope(W, b, leak, a, grad):
    return with_delta(W, b, leak, a, grad, grad)


@answers.mistake(THREE, "this is the plain ReLU's")
def no_leak_on_the_way_back(W, b, leak, a, grad):
    return with_delta(W, b, leak, a, grad, grad * (W @ a + b > 0))


@answers.mistake(THREE, "this multiplies by z as well")
def output_for_slope(W, b, leak, a, grad):
    return with_delta(W, b, leak, a, grad, grad * right(W, b, leak, a, grad)[0])


@answers.mistake(THREE, "the slope of the activation function is missing")
def input_pulled_by_grad(W, b, leak, a, grad):
    return *right(W, b, leak, a, grad)[:4], W.T @ grad


@answers.mistake(THREE, "no mean is taken here")
def mean_over_the_batch(W, b, leak, a, grad):
    out, dW, db, dleak, da = right(W, b, leak, a, grad)
    return out, dW / a.shape[1], db / a.shape[1], dleak, da


@answers.mistake(LEAK, "where z is above 0 the leak has no say")
def leak_everywhere(W, b, leak, a, grad):
    return with_leak(W, b, leak, a, grad, rows(grad * (W @ a + b)))


@answers.mistake(LEAK, "grad is missing")
def leak_without_grad(W, b, leak, a, grad):
    return with_leak(W, b, leak, a, grad, rows(np.minimum(0, W @ a + b)))


@answers.mistake(LEAK, "is z, not 1")
def leak_without_z(W, b, leak, a, grad):
    return with_leak(W, b, leak, a, grad, rows(grad * (W @ a + b <= 0)))


@answers.mistake(LEAK, "dleak has to be of shape (4, 1), and it is of shape (4, 5)")
def leak_not_summed(W, b, leak, a, grad):
    return with_leak(W, b, leak, a, grad, grad * np.minimum(0, W @ a + b))


@answers.mistake(LEAK, "the leak can learn, too")
def fixed_leak(W, b, leak, a, grad):
    return with_leak(W, b, leak, a, grad, 0 * leak)


@answers.mistake(ANY, "`out < 0` is never true with a leak of 0")
def side_by_the_output(W, b, leak, a, grad):
    """As in the layer of section 4.6: the mask is taken after the clamp."""
    out = right(W, b, leak, a, grad)[0]
    return with_delta(W, b, leak, a, grad, grad * np.where(out < 0, leak, 1))


@answers.mistake(ANY, "with a leak below 0 out is above 0 on both sides")
def side_by_a_positive_output(W, b, leak, a, grad):
    out = right(W, b, leak, a, grad)[0]
    return with_delta(W, b, leak, a, grad, grad * np.where(out > 0, 1, leak))


@answers.mistake(ANY, "only for leaks up to 1")
def larger_of_the_two(W, b, leak, a, grad):
    z = W @ a + b
    return np.maximum(z, leak * z), *right(W, b, leak, a, grad)[1:]


@answers.mistake(ANY, "nothing here has to be divided by")
def z_from_the_output(W, b, leak, a, grad):
    out = right(W, b, leak, a, grad)[0]
    z = np.where(out > 0, out, out / leak)
    return with_leak(W, b, leak, a, grad, rows(grad * np.minimum(0, z)))


@answers.mistake(CORNER, "and here it is 1")
def corner_counts_as_above(W, b, leak, a, grad):
    return with_delta(W, b, leak, a, grad, grad * np.where(W @ a + b >= 0, 1, leak))


@answers.mistake(CORNER, "takes the middle")
def middle_at_the_corner(W, b, leak, a, grad):
    sign = np.sign(W @ a + b)
    return with_delta(W, b, leak, a, grad, grad * ((1 + sign) / 2 + leak * (1 - sign) / 2))


@answers.thoughtless
def zeros(W, b, leak, a, grad):
    return 0 * grad, 0 * W, 0 * b, 0 * leak, 0 * a


@answers.thoughtless
def inputs_back(W, b, leak, a, grad):
    return grad, W, b, leak, a
