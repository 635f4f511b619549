"""Answers to exercise 6.1: the step with an L1 penalty."""

import math

import numpy as np

from answers import Answers

answers = Answers("6.1")
FAR, NEAR, ACROSS = (
    "weights far from zero",
    "weights near zero",
    "weights that the gradient carries to the other side",
)


@answers.correct
def by_clipping(w, gradient, eta, strength):
    v = w - eta * gradient
    return v - np.clip(v, -eta * strength, eta * strength)


@answers.correct
def loops(w, gradient, eta, strength):
    new = []
    for wi, slope in zip(w, gradient, strict=True):
        v = wi - eta * slope
        if v > eta * strength:
            new.append(v - eta * strength)
        elif v < -eta * strength:
            new.append(v + eta * strength)
        else:
            new.append(0.0)
    return np.array(new)


@answers.correct
def two_sides(w, gradient, eta, strength):
    v = w - eta * gradient
    return np.maximum(v - eta * strength, 0) - np.maximum(-v - eta * strength, 0)


@answers.correct
def float32(w, gradient, eta, strength):
    v = w.astype(np.float32) - np.float32(eta) * gradient.astype(np.float32)
    left = np.maximum(np.abs(v) - np.float32(eta * strength), 0)
    return np.where(v < 0, -left, left)


@answers.mistake(FAR, "nothing was shrunk")
def data_alone(w, gradient, eta, strength):
    return w - eta * gradient


@answers.mistake(FAR, "this shrinks by strength")
def without_eta(w, gradient, eta, strength):
    v = w - eta * gradient
    return np.sign(v) * np.maximum(np.abs(v) - strength, 0)


@answers.mistake(FAR, "this moves away from zero")
def grows(w, gradient, eta, strength):
    v = w - eta * gradient
    return v + eta * strength * np.sign(v)


@answers.mistake(FAR, "in proportion to the weight, as L2 does")
def as_l2(w, gradient, eta, strength):
    return (w - eta * gradient) * (1 - eta * strength)


@answers.mistake(FAR, "the data's gradient is missing")
def no_data(w, gradient, eta, strength):
    return np.sign(w) * np.maximum(np.abs(w) - eta * strength, 0)


@answers.mistake(FAR, "a step goes against the gradient")
def uphill(w, gradient, eta, strength):
    return by_clipping(w, -gradient, eta, strength)


@answers.mistake(FAR, "the sides are lost")
def no_sign(w, gradient, eta, strength):
    return np.maximum(np.abs(w - eta * gradient) - eta * strength, 0)


@answers.mistake(FAR, "negative weights have to shrink, too")
def one_side_only(w, gradient, eta, strength):
    return np.maximum(w - eta * gradient - eta * strength, 0)


@answers.mistake(NEAR, "this jumps over zero to the other side")
def subgradient_after(w, gradient, eta, strength):
    v = w - eta * gradient
    return v - eta * strength * np.sign(v)


@answers.mistake(NEAR, "this jumps over zero to the other side")
def subgradient(w, gradient, eta, strength):
    return w - eta * (gradient + strength * np.sign(w))


@answers.mistake(FAR, "however far from zero it is")
def hard_threshold(w, gradient, eta, strength):
    v = w - eta * gradient
    return np.where(np.abs(v) > eta * strength, v, 0)


@answers.mistake(NEAR, "exactly 0 is wanted, not almost")
def almost_zero(w, gradient, eta, strength):
    new = by_clipping(w, gradient, eta, strength)
    return np.where(new == 0, 1e-12, new)


@answers.mistake(NEAR, "small is not zero")
def small_ones_to_zero(w, gradient, eta, strength):
    new = by_clipping(w, gradient, eta, strength)
    return np.where(np.abs(new) < 0.01, 0, new)


@answers.mistake(NEAR, "the small entries are left as they are")
def small_ones_stay(w, gradient, eta, strength):
    v = w - eta * gradient
    return np.where(np.abs(v) > eta * strength, v - eta * strength * np.sign(v), v)


@answers.mistake(ACROSS, "before the step along the gradient")
def side_of_the_old_weight(w, gradient, eta, strength):
    left = np.maximum(np.abs(w - eta * gradient) - eta * strength, 0)
    return np.sign(w) * left


@answers.mistake(ACROSS, "a weight at zero is not lost")
def zero_for_ever(w, gradient, eta, strength):
    return np.where(w == 0, 0, by_clipping(w, gradient, eta, strength))


@answers.mistake(ACROSS, "a weight may change its side")
def never_crosses(w, gradient, eta, strength):
    new = by_clipping(w, gradient, eta, strength)
    return np.where(np.sign(new) == -np.sign(w), 0, new)


@answers.mistake(NEAR, "first the step along the gradient, then")
def shrinks_first(w, gradient, eta, strength):
    return w - np.clip(w, -eta * strength, eta * strength) - eta * gradient


@answers.mistake(FAR, "eta is missing before the gradient")
def full_step(w, gradient, eta, strength):
    v = w - gradient
    return v - np.clip(v, -eta * strength, eta * strength)


@answers.mistake(FAR, "and this divides by eta")
def divides_by_eta(w, gradient, eta, strength):
    v = w - eta * gradient
    return v - np.clip(v, -strength / eta, strength / eta)


@answers.mistake(ACROSS, "is shrunk like any other")
def no_shrinking_at_zero(w, gradient, eta, strength):
    return np.where(w == 0, -eta * gradient, by_clipping(w, gradient, eta, strength))


@answers.mistake(FAR, "use np.where, np.maximum or a loop")
def python_s_max(w, gradient, eta, strength):
    v = w - eta * gradient
    return np.sign(v) * max(np.abs(v) - eta * strength, 0)


@answers.mistake(FAR, "use np.abs, np.sign and their like")
def math_for_arrays(w, gradient, eta, strength):
    v = w - eta * gradient
    return np.array([math.copysign(abs(v) - eta * strength, v)])


@answers.mistake(FAR, "`if` wants one yes or no")
def if_on_an_array(w, gradient, eta, strength):
    v = w - eta * gradient
    if abs(v) < eta * strength:
        return 0 * v
    return v - eta * strength * np.sign(v)


@answers.mistake(FAR, "w belongs to the caller")
def in_place(w, gradient, eta, strength):
    w -= eta * gradient
    return by_clipping(w, 0 * w, eta, strength)


@answers.thoughtless
def weights_back(w, gradient, eta, strength):
    return w


@answers.thoughtless
def zeros(w, gradient, eta, strength):
    return 0 * w
