"""The four files that are MNIST, in the form its authors gave them: IDX.

An IDX file of bytes is a header (the magic number 0x0800 + d, then d sizes, each 4 bytes, the most
significant first) and the bytes themselves. What a file must hold is known to the last bit by its
SHA-256, so nothing else is ever accepted.

Source: LeCun, Cortes and Burges, *The MNIST database of handwritten digits*.
"""

import hashlib
import math
import struct
import zlib
from typing import NamedTuple

import numpy as np


class IdxFile(NamedTuple):
    """A file's name, the shape of the array in it, and the SHA-256 of the file (not compressed)."""

    name: str
    shape: tuple
    sha256: str

    @property
    def header(self):
        dimensions = len(self.shape)
        return struct.pack(f">{dimensions + 1}I", 0x0800 + dimensions, *self.shape)

    @property
    def size(self):
        return len(self.header) + math.prod(self.shape)

    def is_genuine(self, content):
        """Whether `content` is this file, bit by bit."""
        return len(content) == self.size and hashlib.sha256(content).hexdigest() == self.sha256

    def decode(self, content):
        """The array in `content`, without a copy, read-only where `content` is."""
        return np.frombuffer(content, np.uint8, offset=len(self.header)).reshape(self.shape)


FILES = (
    IdxFile(
        "train-images-idx3-ubyte",
        (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    IdxFile(
        "train-labels-idx1-ubyte",
        (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    IdxFile(
        "t10k-images-idx3-ubyte",
        (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    IdxFile(
        "t10k-labels-idx1-ubyte",
        (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
)


def decompress(content, file):
    """`content` unpacked if it is gzip, else as it is; None where it cannot be `file`.

    No more is unpacked than the file is long: a small archive cannot fill the memory.
    """
    if content[:2] != b"\x1f\x8b":
        return content
    unpacker = zlib.decompressobj(wbits=31)  # 31: gzip
    try:
        unpacked = unpacker.decompress(content, file.size + 1)
    except zlib.error:
        return None
    return unpacked if len(unpacked) <= file.size and unpacker.eof else None
