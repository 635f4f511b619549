"""Answers to exercise 7.1: the darkness classifier."""

import numpy as np

from answers import Answers

answers = Answers("7.1")
FLOATS, BYTES = "pixels from 0 to 1", "pixels from 0 to 255, as bytes"
LACKING = "digits that the training set lacks"


def nearest(ink, averages, digits):
    return digits[np.abs(ink[:, None] - averages).argmin(axis=1)]


def averaged(ink, y, middle=np.mean):
    digits = np.unique(y)
    return np.array([middle(ink[y == d]) for d in digits]), digits


@answers.correct
def vectorized(X_train, y_train, X_test):
    return nearest(X_test.sum(axis=1), *averaged(X_train.sum(axis=1), y_train))


@answers.correct
def loops(X_train, y_train, X_test):
    total, count = {}, {}
    for image, digit in zip(X_train, y_train, strict=True):
        total[digit] = total.get(digit, 0.0) + sum(map(float, image))
        count[digit] = count.get(digit, 0) + 1
    found = []
    for image in X_test:
        ink = sum(map(float, image))
        found.append(min(sorted(total), key=lambda d: abs(total[d] / count[d] - ink)))
    return found


@answers.correct
def by_counting(X_train, y_train, X_test):
    """Mean darkness a pixel, infinity for a digit that is lacking."""
    counts = np.bincount(y_train, minlength=10)
    sums = np.bincount(y_train, weights=X_train.mean(axis=1), minlength=10)
    average = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
    return np.abs(X_test.mean(axis=1)[:, None] - average).argmin(axis=1)


@answers.correct
def float32(X_train, y_train, X_test):
    X_train, X_test = X_train.astype(np.float32), X_test.astype(np.float32)
    return vectorized(X_train, y_train, X_test).astype(np.float32)


@answers.mistake(FLOATS, "this is the farthest average")
def farthest(X_train, y_train, X_test):
    averages, digits = averaged(X_train.sum(axis=1), y_train)
    return digits[np.abs(X_test.sum(axis=1)[:, None] - averages).argmax(axis=1)]


@answers.mistake(FLOATS, "missing its abs()")
def no_abs(X_train, y_train, X_test):
    averages, digits = averaged(X_train.sum(axis=1), y_train)
    return digits[(X_test.sum(axis=1)[:, None] - averages).argmin(axis=1)]


@answers.mistake(FLOATS, "this compares with their sum")
def not_averaged(X_train, y_train, X_test):
    return nearest(X_test.sum(axis=1), *averaged(X_train.sum(axis=1), y_train, np.sum))


@answers.mistake(FLOATS, "takes the median")
def median(X_train, y_train, X_test):
    return nearest(X_test.sum(axis=1), *averaged(X_train.sum(axis=1), y_train, np.median))


@answers.mistake(FLOATS, "nearest single training image")
def nearest_image(X_train, y_train, X_test):
    away = X_test.sum(axis=1)[:, None] - X_train.sum(axis=1)
    return y_train[np.abs(away).argmin(axis=1)]


@answers.mistake(FLOATS, "pixel by pixel")
def nearest_average_picture(X_train, y_train, X_test):
    pictures = np.array([X_train[y_train == d].mean(axis=0) for d in range(10)])
    return ((X_test[:, None] - pictures) ** 2).sum(axis=2).argmin(axis=1)


@answers.mistake(FLOATS, "counts pixels with ink on them")
def inked_pixels(X_train, y_train, X_test):
    return nearest((X_test > 0).sum(axis=1), *averaged((X_train > 0).sum(axis=1), y_train))


@answers.mistake(FLOATS, "the sums run along a row")
def sums_of_columns(X_train, y_train, X_test):
    averages, digits = averaged(X_train.sum(axis=1), y_train)
    return nearest(X_test.sum(axis=0), averages, digits)


@answers.mistake(BYTES, "start over at 256")
def bytes_stay_bytes(X_train, y_train, X_test):
    def ink(X):
        return np.array([sum(image[1:], start=image[0]) for image in X]).astype(float)

    return nearest(ink(X_test), *averaged(ink(X_train), y_train))


@answers.mistake(LACKING, "digits[place]")
def places(X_train, y_train, X_test):
    averages, digits = averaged(X_train.sum(axis=1), y_train)
    return nearest(X_test.sum(axis=1), averages, np.arange(10))


@answers.mistake(LACKING, "counts as one of darkness 0")
def lacking_is_white(X_train, y_train, X_test):
    ink, averages = X_train.sum(axis=1), np.zeros(10)
    for d in np.unique(y_train):
        averages[d] = ink[y_train == d].mean()
    return nearest(X_test.sum(axis=1), averages, np.arange(10))


@answers.mistake(LACKING, "can't be an answer")
def nan_is_smallest(X_train, y_train, X_test):
    ink = X_train.sum(axis=1)
    averages = np.array([ink[y_train == d].mean() for d in range(10)])
    return nearest(X_test.sum(axis=1), averages, np.arange(10))


@answers.thoughtless
def zeros(X_train, y_train, X_test):
    return np.zeros(len(X_test), int)


@answers.thoughtless
def commonest(X_train, y_train, X_test):
    return np.full(len(X_test), np.bincount(y_train).argmax())
