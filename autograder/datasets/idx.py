"""The IDX format, as far as MNIST uses it: unsigned bytes in one or three dimensions.

An IDX file is a big-endian header (two zero bytes, the type 0x08 for unsigned bytes, the number of
dimensions, then each dimension as 32 bits) and the data in C order. Source: the description of the file
format on the MNIST page of LeCun, Cortes and Burges. Reading is strict: a byte too few or too many is a
fault, not a warning.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.datasets.errors import ContentError
from autograder.i18n import _

UNSIGNED_BYTE = 0x08
LABELS = UNSIGNED_BYTE << 8 | 1
IMAGES = UNSIGNED_BYTE << 8 | 3


def header(shape: tuple[int, ...]) -> bytes:
    """The IDX header of an array of unsigned bytes with this shape."""
    return struct.pack(f">{1 + len(shape)}I", UNSIGNED_BYTE << 8 | len(shape), *shape)


def encode(array: NDArray[np.uint8]) -> bytes:
    """``array`` as an uncompressed IDX file."""
    return header(array.shape) + array.tobytes()


def decode(data: bytes, *, dimensions: int) -> NDArray[np.uint8]:
    """The array in an uncompressed IDX file; read-only, on the memory of ``data``.

    Raises ContentError if the magic number is not that of ``dimensions`` dimensions of unsigned bytes, or
    if the length is not exactly what the header says.
    """
    expected = UNSIGNED_BYTE << 8 | dimensions
    size = 4 * (1 + dimensions)
    if len(data) >= 4:
        (magic,) = struct.unpack(">I", data[:4])
        if magic != expected:
            raise ContentError(_magic_number(expected), _magic_number(magic))
    if len(data) < size:
        raise ContentError(
            _("a header of {size} bytes").format(size=size),
            _("{length} bytes in all").format(length=len(data)),
        )
    shape = struct.unpack(f">{dimensions}I", data[4:size])
    length = size + math.prod(shape)
    if len(data) != length:
        raise ContentError(
            _("{length:,} bytes for an array of shape {shape}").format(length=length, shape=shape),
            _("{length:,} bytes").format(length=len(data)),
        )
    return np.frombuffer(data, np.uint8, offset=size).reshape(shape)


def read(path: Path, *, at_most: int) -> bytes:
    """The bytes of a file, unpacked if its name ends in ``.gz``.

    Raises ContentError if it cannot be read or unpacked, or holds more than ``at_most`` bytes, of which
    no more than that are ever held in memory.
    """
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            # One byte more than allowed, so that the end is reached, where gzip's checksum is verified.
            data: bytes = file.read(at_most + 1)
    except EOFError:
        raise ContentError(_("a complete gzip file"), _("one that ends too early")) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise ContentError(_("an undamaged gzip file"), str(error)) from None
    except OSError as error:
        raise ContentError(_("a readable file"), error.strerror or str(error)) from None
    if len(data) > at_most:
        raise ContentError(_("at most {length:,} bytes").format(length=at_most), _("more"))
    return data


def _magic_number(magic: int) -> str:
    if magic == LABELS:
        return _("the magic number {magic} of labels").format(magic=magic)
    if magic == IMAGES:
        return _("the magic number {magic} of images").format(magic=magic)
    return _("the magic number {magic}").format(magic=f"0x{magic:08X}")
