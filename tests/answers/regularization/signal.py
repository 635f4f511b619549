"""Answers to exercise 6.4: the sizes of signals and gradients."""

import math

import numpy as np

from answers import Answers

answers = Answers("6.4")
ONE, MANY, BACK = (
    "the signal after one layer",
    "the signal after many layers",
    "the gradient on its way back",
)


def there(widths, stds, share=0.5):
    sizes = [1.0]
    for n, std in zip(widths, stds):
        sizes.append(sizes[-1] * std * math.sqrt(n * share))
    return sizes


def back(widths, stds, share=0.5):
    return there(widths[::-1], stds[::-1], share)[::-1]


@answers.correct
def in_loops(widths, stds):
    return there(widths, stds), back(widths, stds)


@answers.correct
def by_products(widths, stds):
    n, s = np.array(widths), np.array(stds)
    signal = np.cumprod(np.append(1, s * np.sqrt(n[:-1] / 2)))
    gradient = np.cumprod(np.append(1, (s * np.sqrt(n[1:] / 2))[::-1]))[::-1]
    return signal, gradient


@answers.correct
def by_logarithms(widths, stds):
    n, s = np.array(widths), np.array(stds)
    up = np.log(s) + np.log(n[:-1] / 2) / 2
    down = np.log(s) + np.log(n[1:] / 2) / 2
    signal = [np.exp(up[:k].sum()) for k in range(len(n))]
    return tuple(signal), [np.exp(down[k:].sum()) for k in range(len(n))]


@answers.correct
def float32(widths, stds):
    signal, gradient = by_products(widths, stds)
    return signal.astype(np.float32), gradient.astype(np.float32)


def wrong(name, fails, says, change):
    def answer(widths, stds):
        return change(list(widths), list(stds))

    answer.__name__ = name
    answers.mistake(fails, says)(answer)


wrong("no_relu", ONE, "right without the ReLU",
      lambda n, s: (there(n, s, 1.0), back(n, s, 1.0)))  # fmt: skip
wrong("half_of_the_size", ONE, "takes half of the size",
      lambda n, s: (there(n, s, 0.25), back(n, s, 0.25)))  # fmt: skip
wrong("mean_squares", ONE, "this is the mean square",
      lambda n, s: (np.square(there(n, s)), np.square(back(n, s))))  # fmt: skip
wrong("outputs_for_inputs", ONE, "on the other side of the weights",
      lambda n, s: (there(n[1:], s), back(n[:-1], s)))  # fmt: skip
wrong("no_spread", ONE, "the spread of the weights is missing",
      lambda n, s: (there(n, [1] * len(s)), back(n, [1] * len(s))))  # fmt: skip
wrong("no_width", ONE, "the number of terms in the sum is missing",
      lambda n, s: (there([1] * len(n), s), back([1] * len(n), s)))  # fmt: skip
wrong("without_a_root", ONE, "grows with the root of their number",
      lambda n, s: (there(np.square(n), s), back(np.square(n), s)))  # fmt: skip
wrong("divides", ONE, "this divides by their spread",
      lambda n, s: (there(n, [1 / x for x in s]), back(n, [1 / x for x in s])))  # fmt: skip
wrong("as_if_variances", ONE, "standard deviations, not variances",
      lambda n, s: (there(n, np.sqrt(s)), back(n, np.sqrt(s))))  # fmt: skip
wrong("around_the_mean", ONE, "this is the spread around the mean",
      lambda n, s: (there(n, s, 0.5 - 0.5 / np.pi), back(n, s, 0.5 - 0.5 / np.pi)))  # fmt: skip
wrong("starts_at_the_end", ONE, "the signal starts at the input",
      lambda n, s: (there(n, s)[::-1], back(n, s)))  # fmt: skip
wrong("layers_apart", MANY, "each alone: a signal goes through",
      lambda n, s: ([1, *(x * math.sqrt(m / 2) for m, x in zip(n, s))], back(n, s)))  # fmt: skip
wrong("factors_added", ONE, "here it is added",
      lambda n, s: (np.cumsum([1, *(x * math.sqrt(m / 2) for m, x in zip(n, s))]),
                    back(n, s)))  # fmt: skip
wrong("first_layer_for_all", MANY, "this takes the first one's for all",
      lambda n, s: (there(n[:1] * len(n), s[:1] * len(s)), back(n, s)))  # fmt: skip
wrong("inputs_for_outputs", BACK, "widths[k + 1], not inputs",
      lambda n, s: (there(n, s), back(n[:-1], s)))  # fmt: skip
wrong("same_as_the_signal", BACK, "this is the signal's size: the gradient's",
      lambda n, s: (there(n, s), there(n, s)))  # fmt: skip
wrong("signal_turned_round", BACK, "this is the signal's size, turned round",
      lambda n, s: (there(n, s), there(n, s)[::-1]))  # fmt: skip
wrong("gradient_turned_round", BACK, "so the 1 stands at the end",
      lambda n, s: (there(n, s), back(n, s)[::-1]))  # fmt: skip
wrong("from_the_input_on", BACK, "goes from the last layer to the first",
      lambda n, s: (there(n, s), there(n[1:], s)))  # fmt: skip
wrong("no_relu_on_the_way_back", BACK, "right without the ReLU",
      lambda n, s: (there(n, s), back(n, s, 1.0)))  # fmt: skip
wrong("one_over_the_signal", BACK, "a gradient doesn't shrink because",
      lambda n, s: (there(n, s), 1 / np.array(there(n, s))))  # fmt: skip
wrong("gradient_untouched", BACK, "the weights multiply the gradient, too",
      lambda n, s: (there(n, s), [1.0] * len(n)))  # fmt: skip
wrong("gradient_layers_apart", BACK, "each alone: the gradient goes through",
      lambda n, s: (there(n, s),
                    [*(x * math.sqrt(m / 2) for m, x in zip(n[1:], s)), 1]))  # fmt: skip
wrong("without_the_input", ONE, "the input's included",
      lambda n, s: (there(n, s)[1:], back(n, s)[1:]))  # fmt: skip


@answers.mistake(ONE, "there is one more width than there are layers")
def one_std_too_many(widths, stds):
    sizes = [1.0]
    for k in range(len(widths)):
        sizes.append(sizes[-1] * stds[k] * math.sqrt(widths[k] / 2))
    return sizes, sizes


@answers.thoughtless
def ones(widths, stds):
    return np.ones(len(widths)), np.ones(len(widths))


@answers.thoughtless
def inputs_back(widths, stds):
    return widths, [1.0, *stds]
