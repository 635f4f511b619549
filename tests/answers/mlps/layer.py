"""Answers to exercise 4.1: z = W a + b, and the ReLU of it."""

import numpy as np

from answers import Answers

answers = Answers("4.1")
SUMS = "the weighted sums of as many examples as neurons"
ACTIVATIONS, ANY = "the activations", "one example, and many"


@answers.correct
def one_line(W, b, a):
    z = W @ a + b.reshape(-1, 1)
    return z, z * (z > 0)


@answers.correct
def loops(W, b, a):
    z = np.zeros((len(W), a.shape[1]))
    for j in range(a.shape[1]):
        for i in range(len(W)):
            z[i, j] = b[i]
            for k in range(len(a)):
                z[i, j] += W[i, k] * a[k, j]
    return z, np.where(z > 0, z, 0)


@answers.correct
def transposed_twice(W, b, a):
    z = (a.T @ W.T + b).T
    return z, np.maximum(z, 0)


@answers.correct
def with_a_row_of_ones(W, b, a):
    z = np.column_stack([W, b]) @ np.vstack([a, np.ones(a.shape[1])])
    return [z, z.clip(0)]


@answers.correct
def float32(W, b, a):
    z = W.astype(np.float32) @ a.astype(np.float32) + b.astype(np.float32)[:, None]
    return z, np.maximum(0, z)


@answers.mistake(SUMS, "belongs to the first *neuron*")
def along_the_columns(W, b, a):
    z = W @ a + b
    return z, np.maximum(0, z)


@answers.mistake(SUMS, "the biases are missing")
def no_bias(W, b, a):
    z = W @ a
    return z, np.maximum(0, z)


@answers.mistake(SUMS, "before the activation function")
def clamped_twice(W, b, a):
    z = np.maximum(0, W @ a + b[:, None])
    return z, z


@answers.mistake(SUMS, "the two are the wrong way round: first z, then the activations")
def swapped(W, b, a):
    z = W @ a + b[:, None]
    return np.maximum(0, z), z


@answers.mistake(SUMS, "it is one array, of shape (3, 3). one array came back: `return z, out`")
def one_array(W, b, a):
    return np.maximum(0, W @ a + b[:, None])


@answers.mistake(ANY, "b has to be a column, b[:, None]: NumPy sets b as it is")
def column_for_many_only(W, b, a):
    z = W @ a + (b[:, None] if a.shape[1] > 1 else b)
    return z, np.maximum(0, z)


@answers.mistake(ACTIVATIONS, "max(...) and z.max() give one number")
def one_activation(W, b, a):
    z = W @ a + b[:, None]
    return z, max(0, z.max())


@answers.mistake(SUMS, "max(...) wants to know which of two numbers is larger")
def python_s_max(W, b, a):
    z = W @ a + b[:, None]
    return z, max(0, z)


@answers.mistake(SUMS, "a row is a neuron")
def rows_as_outside(W, b, a):
    z = a.T @ W.T + b
    return z, np.maximum(0, z)


@answers.mistake(SUMS, "W @ a, in this order")
def wrong_order(W, b, a):
    z = a @ W + b[:, None]
    return z, np.maximum(0, z)


@answers.mistake(SUMS, "Your function stopped in line")
def entry_by_entry(W, b, a):
    z = W * a + b[:, None]
    return z, np.maximum(0, z)


@answers.mistake(ACTIVATIONS, "the activation function is missing")
def no_activation(W, b, a):
    z = W @ a + b[:, None]
    return z, z


@answers.mistake(ACTIVATIONS, "turns its sign round")
def absolute(W, b, a):
    z = W @ a + b[:, None]
    return z, np.abs(z)


@answers.mistake(ACTIVATIONS, "as a step does")
def step(W, b, a):
    z = W @ a + b[:, None]
    return z, (z > 0).astype(float)


@answers.mistake(ACTIVATIONS, "the bias belongs inside")
def bias_outside(W, b, a):
    return W @ a + b[:, None], np.maximum(0, W @ a) + b[:, None]


@answers.mistake(ANY, "the number of columns of a")
def first_examples_only(W, b, a):
    z = np.zeros((len(W), a.shape[1]))
    for i in range(len(W)):
        for j in range(min(len(W), a.shape[1])):
            z[i, j] = W[i] @ a[:, j] + b[i]
    return z, np.maximum(0, z)


@answers.mistake(ANY, "has to be a column")
def a_square_of_biases(W, b, a):
    z = W @ a + np.tile(b, (len(b), 1)).T
    return z, np.maximum(0, z)


@answers.thoughtless
def zeros(W, b, a):
    return np.zeros((len(W), a.shape[1])), np.zeros((len(W), a.shape[1]))


@answers.thoughtless
def ones(W, b, a):
    return np.ones((len(W), a.shape[1])), np.ones((len(W), a.shape[1]))
