"""Answers to exercise 8.1: the number of windows along a side."""

import math

import numpy as np

from answers import Answers

answers = Answers("8.1")
NARROW, PADDED, STRIDED = "no padding, a window at every pixel", "padding", "longer steps"


@answers.correct
def formula(side, size, padding=0, stride=1):
    return (side - size + 2 * padding) // stride + 1


@answers.correct
def counted(side, size, padding=0, stride=1):
    return len(range(-padding, side + padding - size + 1, stride))


@answers.correct
def rounded_up(side, size, padding=0, stride=1):
    return -(-(side + 2 * padding - size + 1) // stride)


@answers.correct
def numpy_s_numbers(side, size, padding=0, stride=1):
    return np.int64(math.floor((side + 2 * padding - size) / stride)) + 1


@answers.correct
def built(side, size, padding=0, stride=1):
    row = np.pad(np.zeros(side), padding)
    return np.array(len(np.lib.stride_tricks.sliding_window_view(row, size)[::stride]))


@answers.mistake(NARROW, "the window from which they start counts, too")
def moves(side, size, padding=0, stride=1):
    return (side + 2 * padding - size) // stride


@answers.mistake(NARROW, "the full mode")
def full(side, size, padding=0, stride=1):
    return side + size - 1


@answers.mistake(NARROW, "windows may overlap")
def tiles(side, size, padding=0, stride=1):
    return (side + 2 * padding) // size


@answers.mistake(NARROW, "a window that sticks out")
def as_many_as_pixels(side, size, padding=0, stride=1):
    return (side + 2 * padding) // stride


@answers.mistake(NARROW, "/ and np.floor make floats")
def a_float(side, size, padding=0, stride=1):
    return (side + 2 * padding - size) / stride + 1


@answers.mistake(NARROW, "one too many")
def one_too_many(side, size, padding=0, stride=1):
    return (side + 2 * padding - size) // stride + 2


@answers.mistake(NARROW, "two too few")
def both_ends_left_out(side, size, padding=0, stride=1):
    return (side + 2 * padding - size) // stride - 1


@answers.mistake(NARROW, "right for odd sizes alone")
def half_a_window_at_each_end(side, size, padding=0, stride=1):
    return (side + 2 * padding - 2 * (size // 2) - 1) // stride + 1


@answers.mistake(NARROW, "the function has to take these arguments")
def no_defaults(side, size, padding, stride):
    return (side + 2 * padding - size) // stride + 1


@answers.mistake(NARROW, "along one side")
def of_the_whole_image(side, size, padding=0, stride=1):
    return ((side + 2 * padding - size) // stride + 1) ** 2


@answers.mistake(PADDED, "the padding is missing")
def no_padding(side, size, padding=0, stride=1):
    return (side - size) // stride + 1


@answers.mistake(PADDED, "at one end alone")
def padded_once(side, size, padding=0, stride=1):
    return (side + padding - size) // stride + 1


@answers.mistake(PADDED, "not shorter")
def shorter(side, size, padding=0, stride=1):
    return (side - 2 * padding - size) // stride + 1


@answers.mistake(PADDED, "as many as pixels")
def always_the_same(side, size, padding=0, stride=1):
    return (side - 1) // stride + 1 if padding else (side - size) // stride + 1


@answers.mistake(STRIDED, "the stride is missing")
def no_stride(side, size, padding=0, stride=1):
    return side + 2 * padding - size + 1


@answers.mistake(STRIDED, "the 1 comes after the division")
def one_before_the_division(side, size, padding=0, stride=1):
    return (side + 2 * padding - size + 1) // stride


@answers.mistake(STRIDED, "rounded up")
def ceiling(side, size, padding=0, stride=1):
    return math.ceil((side + 2 * padding - size) / stride) + 1


@answers.mistake(STRIDED, "rounded to the nearest")
def nearest(side, size, padding=0, stride=1):
    return round((side + 2 * padding - size) / stride) + 1


@answers.mistake(STRIDED, "add it before you divide")
def padding_outside(side, size, padding=0, stride=1):
    return (side - size) // stride + 1 + 2 * padding


@answers.mistake(STRIDED, "and the 1 after that")
def one_before_and_padding_after(side, size, padding=0, stride=1):
    return (side - size + 1) // stride + 2 * padding


@answers.mistake(NARROW, "len(...) counts them")
def where_they_begin(side, size, padding=0, stride=1):
    return list(range(-padding, side + padding - size + 1, stride))


@answers.mistake(NARROW, "along one side: one number")
def both_sides(side, size, padding=0, stride=1):
    number = (side + 2 * padding - size) // stride + 1
    return number, number


@answers.mistake(NARROW, "changed places")
def size_and_side(side, size, padding=0, stride=1):
    return (size + 2 * padding - side) // stride + 1


@answers.mistake(PADDED, "counted twice over")
def padded_four_times(side, size, padding=0, stride=1):
    return (side + 2 * (2 * padding) - size) // stride + 1


@answers.mistake(PADDED, "don't halve it")
def halved(side, size, padding=0, stride=1):
    return (side + padding // 2 - size) // stride + 1


@answers.mistake(STRIDED, "not the whole side")
def side_divided(side, size, padding=0, stride=1):
    return (side + 2 * padding) // stride - size + 1


@answers.thoughtless
def the_side(side, size, padding=0, stride=1):
    return side


@answers.thoughtless
def one(side, size, padding=0, stride=1):
    return 1


@answers.thoughtless
def zero(side, size, padding=0, stride=1):
    return 0
