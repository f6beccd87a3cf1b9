"""The four arrays of a set, read from a place and proven to be the published ones.

Nothing is taken on trust: a file that is damaged, cut short, or another set's is an error that names it, and
never a reason to go on to the next source in silence.
"""

from __future__ import annotations

import hashlib
import io
import math
import zipfile
import zlib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.datasets import idx
from autograder.datasets.errors import ContentError, DatasetError
from autograder.datasets.originals import ORIGINALS, Original, Part
from autograder.datasets.sources import Place, Source, file_in
from autograder.i18n import _


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arrays:
    """A set's arrays, uint8 and read-only."""

    x_train: NDArray[np.uint8]
    """``(images, 28, 28)``, 0 to 255."""
    y_train: NDArray[np.uint8]
    """``(images,)``, 0 to 9."""
    x_test: NDArray[np.uint8]
    """``(10000, 28, 28)``, 0 to 255."""
    y_test: NDArray[np.uint8]
    """``(10000,)``, 0 to 9."""

    def fingerprint(self) -> str:
        """The first 12 hexadecimal digits of the SHA-256 of the four arrays' bytes, in the order above."""
        digest = hashlib.sha256()
        for array in (self.x_train, self.y_train, self.x_test, self.y_test):
            digest.update(array.data)
        return digest.hexdigest()[:12]


def read(original: Original, place: Place) -> Arrays:
    """The arrays of ``original`` at a place that has them.

    Raises DatasetError if a file cannot be read or is not the published one.
    """
    if place.source is Source.DOWNLOAD:
        return _download(original, place)
    if place.path.endswith(".npz"):
        return _archive(original, place)
    arrays: dict[str, NDArray[np.uint8]] = {}
    for part in original.parts:
        path = file_in(place.path, part.file) or str(Path(place.path, part.file))
        try:
            data = idx.read(Path(path), at_most=_largest(part))
            arrays[part.key] = idx.decode(data, dimensions=1 + len(part.item_shape))
            verify(arrays[part.key], part)
        except ContentError as error:
            raise _fault(path, error, place.source) from error
    return _together(arrays, place)


def verify(array: NDArray[np.generic], part: Part) -> None:
    """Do nothing if ``array`` is a published version of ``part``; raise ContentError if it is not."""
    version = next((v for v in part.versions if (v.count, *part.item_shape) == array.shape), None)
    if array.dtype != np.uint8 or version is None:
        shapes = _(" or ").join(str((v.count, *part.item_shape)) for v in part.versions)
        raise ContentError(
            _("{part} as uint8 of shape {shapes}").format(part=part.title(), shapes=shapes),
            _("{dtype} of shape {shape}").format(dtype=array.dtype, shape=array.shape),
        )
    if not part.item_shape and int(array.max()) > 9:
        raise ContentError(_("labels from 0 to 9"), _("a label {label}").format(label=int(array.max())))
    if checksum(array, version.checksum.partition(":")[0]) != version.checksum:
        raise ContentError(_("the published {part}").format(part=part.title()), _identify(array))


def checksum(array: NDArray[np.generic], algorithm: str) -> str:
    """``"md5:…"`` or ``"sha256:…"`` of ``array`` as an uncompressed IDX file."""
    digest = hashlib.new(algorithm, idx.header(array.shape), usedforsecurity=False)
    digest.update(np.ascontiguousarray(array).data)
    return f"{algorithm}:{digest.hexdigest()}"


def _identify(array: NDArray[np.generic]) -> str:
    sums = {checksum(array, "md5"), checksum(array, "sha256")}
    for original in ORIGINALS:
        for part in original.parts:
            if any(version.checksum in sums for version in part.versions):
                return _("the {part} of {title}").format(part=part.title(), title=original.title)
    return _("other data ({checksum})").format(checksum=checksum(array, "md5"))


def _archive(original: Original, place: Place) -> Arrays:
    arrays: dict[str, NDArray[np.uint8]] = {}
    try:
        with zipfile.ZipFile(place.path) as archive:
            for part in original.parts:
                arrays[part.key] = _member(archive, part)
                verify(arrays[part.key], part)
    except ContentError as error:
        raise _fault(place.path, error, place.source) from error
    except (OSError, EOFError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        # RuntimeError: an encrypted member, or a way of packing that zipfile does not know.
        fault = ContentError(_("a sound .npz archive of four uint8 arrays"), str(error).rstrip("."))
        raise _fault(place.path, fault, place.source) from error
    return _together(arrays, place)


def _member(archive: zipfile.ZipFile, part: Part) -> NDArray[np.uint8]:
    """One array of an archive, as np.load reads it, but of limited size and with zip's checksum verified."""
    name = f"{part.key}.npy"
    if name not in archive.namelist():
        raise ContentError(
            _("a member {name}").format(name=name),
            _("only {names}").format(names=", ".join(archive.namelist())),
        )
    # Eight bytes a number and a header: enough for an array of the wrong type to be told as such.
    limit = 8 * _largest(part) + 4096
    if archive.getinfo(name).file_size > limit:
        raise ContentError(
            _("at most {length:,} bytes in {name}").format(length=limit, name=name),
            _("{length:,}").format(length=archive.getinfo(name).file_size),
        )
    array = np.lib.format.read_array(io.BytesIO(archive.read(name)), allow_pickle=False)
    return np.ascontiguousarray(array)


def _download(original: Original, place: Place) -> Arrays:
    try:
        load_data = getattr(import_module("keras").datasets, original.name).load_data
        (x_train, y_train), (x_test, y_test) = load_data()
    except Exception as error:
        # Keras raises a plain Exception if a download fails.
        failure = ContentError(_("a download of {title}").format(title=original.title), str(error).rstrip("."))
        raise _fault(place.path, failure, place.source) from error
    given = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    arrays = {key: np.ascontiguousarray(array) for key, array in given.items()}
    for part in original.parts:
        try:
            verify(arrays[part.key], part)
        except ContentError as error:
            raise _fault(place.path, error, place.source) from error
    return _together(arrays, place)


def _together(arrays: dict[str, NDArray[np.uint8]], place: Place) -> Arrays:
    """The arrays as one, frozen; DatasetError if full images have a sample's labels, or the reverse."""
    images, labels = len(arrays["x_train"]), len(arrays["y_train"])
    if images != labels:
        fault = ContentError(
            _("as many training labels as images"),
            _("{labels:,} labels for {images:,} images").format(labels=labels, images=images),
        )
        raise _fault(place.path, fault, place.source)
    for array in arrays.values():
        array.setflags(write=False)
    return Arrays(**arrays)


def _largest(part: Part) -> int:
    """Bytes in the longest uncompressed IDX file that ``part`` may be."""
    shape = (max(version.count for version in part.versions), *part.item_shape)
    return len(idx.header(shape)) + math.prod(shape)


def _fault(path: str, fault: ContentError, source: Source) -> DatasetError:
    remedies = {
        Source.DIRECTORY: _("Put the published file in its place, or unset AUTOGRADER_DATA."),
        Source.KERAS_CACHE: _("Delete it, so that Keras downloads it anew or another source is used."),
        Source.SYSTEM: _("Reinstall the system's package that it belongs to, or set AUTOGRADER_DATA."),
        Source.DOWNLOAD: _("Unset AUTOGRADER_DOWNLOAD to use the embedded sample, or try again later."),
        Source.EMBEDDED: _("Reinstall this package: the sample is a part of it."),
    }
    return DatasetError(path, fault.expected, fault.found, remedies[source])
