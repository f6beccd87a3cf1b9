"""A data set as exercises and checks use it: ``load_data()`` as in ``keras.datasets``, and its provenance.

Kept apart from where the data is and how it is read: a check needs to know only this.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from autograder.datasets import contents, sources
from autograder.datasets.contents import Arrays
from autograder.datasets.errors import DatasetError
from autograder.datasets.originals import ORIGINALS, Original
from autograder.datasets.sources import Environment, Place, Source
from autograder.i18n import _

ImagesAndLabels = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Images ``(n, 28, 28)`` and labels ``(n,)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What data was used: enough to say it in a report, and to tell whether two reports used the same."""

    name: str
    """The set's name in ``keras.datasets``, e.g. ``"fashion_mnist"``."""
    source: Source
    path: str
    """Of the folder or the archive; for a download, the name of Keras's function."""
    training_images: int
    test_images: int
    fingerprint: str
    """The first 12 hexadecimal digits of the SHA-256 of the four arrays' bytes."""

    def __str__(self) -> str:
        return _("{title}: {training:,} training and {test:,} test images, {source}, fingerprint {digits}").format(
            title=_original(self.name).title,
            training=self.training_images,
            test=self.test_images,
            source=self._source_title(),
            digits=self.fingerprint,
        )

    def _source_title(self) -> str:
        return {
            Source.DIRECTORY: _("from AUTOGRADER_DATA"),
            Source.KERAS_CACHE: _("Keras's cache"),
            Source.SYSTEM: _("system files"),
            Source.DOWNLOAD: _("downloaded through Keras"),
            Source.EMBEDDED: _("embedded sample"),
        }[self.source]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A published set of 28×28 images in ten classes."""

    name: str
    """Its name in ``keras.datasets``, e.g. ``"fashion_mnist"``."""
    title: str
    """Its name in a sentence, e.g. ``"Fashion-MNIST"``."""
    class_names: tuple[str, ...]
    """What the labels 0 to 9 mean, in the words of its publishers."""

    def load_data(self) -> tuple[ImagesAndLabels, ImagesAndLabels]:
        """``(x_train, y_train), (x_test, y_test)``, as ``keras.datasets`` gives them.

        Images are uint8 of shape ``(n, 28, 28)``, 0 to 255; labels uint8 of shape ``(n,)``, 0 to 9. There
        are 60,000 training images, or the first 10,000 of them if only the embedded sample is at hand, and
        always all 10,000 test images. The files are read once in a process; each call returns arrays of
        its own, to be changed at will.

        Raises DatasetError if the set is not in ``AUTOGRADER_DATA``, or if the first source that has it
        has it damaged.
        """
        arrays, _provenance = _load(self.name, sources.environment())
        return (
            (arrays.x_train.copy(), arrays.y_train.copy()),
            (arrays.x_test.copy(), arrays.y_test.copy()),
        )

    def provenance(self) -> Provenance:
        """What :meth:`load_data` returns, and where it comes from. Raises what that raises."""
        _arrays, provenance = _load(self.name, sources.environment())
        return provenance


mnist = Dataset(name="mnist", title="MNIST", class_names=tuple("0123456789"))

fashion_mnist = Dataset(
    name="fashion_mnist",
    title="Fashion-MNIST",
    class_names=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
)


def describe() -> tuple[Provenance, ...]:
    """For each set, what is in use. Raises DatasetError for the first that cannot be used."""
    return mnist.provenance(), fashion_mnist.provenance()


def known_sources() -> tuple[Place, ...]:
    """Every place looked at, set by set, in order; the first of a set that is ``found`` is the one used."""
    env = sources.environment()
    return tuple(place for original in ORIGINALS for place in sources.places(original, env))


# The environment is part of the key: a test or a notebook that sets AUTOGRADER_DATA is not told old news.
@cache
def _load(name: str, env: Environment) -> tuple[Arrays, Provenance]:
    original = _original(name)
    looked = sources.places(original, env)
    place = next((place for place in looked if place.found), None)
    if place is None:
        raise _not_found(original, looked, env)
    arrays = contents.read(original, place)
    provenance = Provenance(
        name=name,
        source=place.source,
        path=place.path,
        training_images=len(arrays.x_train),
        test_images=len(arrays.x_test),
        fingerprint=arrays.fingerprint(),
    )
    return arrays, provenance


def _not_found(original: Original, looked: tuple[Place, ...], env: Environment) -> DatasetError:
    """Only AUTOGRADER_DATA, which excludes all else, and a damaged installation can lack a set."""
    if env.data is None:
        return DatasetError(
            looked[-1].path,
            _("the embedded sample of {title}").format(title=original.title),
            _("no {files}").format(files=", ".join(looked[-1].missing)),
            _("Reinstall this package: the sample is a part of it."),
        )
    remedy = _("Put the data there, or unset AUTOGRADER_DATA to use another source.")
    incomplete = next((place for place in looked if place.incomplete), None)
    if incomplete is not None:
        return DatasetError(
            incomplete.path,
            _("the four IDX files of {title}").format(title=original.title),
            _("no {files}").format(files=", ".join(incomplete.missing)),
            remedy,
        )
    names = [f"{name}{os.sep}" for name in original.folders] + list(original.archives)
    return DatasetError(
        env.data,
        _("{title} in one of {names}").format(title=original.title, names=", ".join(names)),
        _("none of them") if os.path.isdir(env.data) else _("no such directory"),
        remedy,
    )


def _original(name: str) -> Original:
    return next(original for original in ORIGINALS if original.name == name)
