"""Where a data set may be, in the order in which it is looked for. Looks at names only, reads no file.

The environment decides, read once into plain data:

- ``AUTOGRADER_DATA``: a directory. If it is set, nothing else is looked at.
- ``KERAS_HOME``: where Keras's cache is, ``~/.keras`` if unset.
- ``XDG_DATA_DIRS``: where the system's files are, beside ``/usr/share`` and ``/usr/local/share``.
- ``AUTOGRADER_DOWNLOAD=1``: download through Keras, before the embedded sample is used. Without it nothing
  is ever downloaded: a first use with no network must not hang.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from platformdirs import site_data_dir

from autograder.datasets.originals import Original

EMBEDDED = Path(__file__).parent / "embedded"
SYSTEM_DIRECTORIES = ("/usr/local/share/autograder", "/usr/share/autograder")


class Source(StrEnum):
    """Where data came from, in the order in which the sources are looked at."""

    DIRECTORY = "directory"
    KERAS_CACHE = "keras-cache"
    SYSTEM = "system"
    DOWNLOAD = "download"
    EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the process environment says about data."""

    data: str | None
    """``AUTOGRADER_DATA`` as an absolute path, or ``None``."""
    keras_cache: str
    """The directory in which Keras keeps downloaded sets."""
    system: tuple[str, ...]
    """Directories of the system's files."""
    download: bool
    """Whether a download was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One spot where one set could be: a folder of IDX files, an archive, or Keras's download."""

    name: str
    """The set's name, e.g. ``"mnist"``."""
    source: Source
    path: str
    """Of the folder or the archive; for a download, the name of Keras's function."""
    missing: tuple[str, ...]
    """What would have to be there for the place to have the set; empty if it has it."""

    @property
    def found(self) -> bool:
        """Whether the place has the set, in full; whether its files are sound is not known yet."""
        return not self.missing

    @property
    def incomplete(self) -> bool:
        """Whether a folder has some of the four IDX files, but not all."""
        return os.path.isdir(self.path) and 0 < len(self.missing) < 4


def environment() -> Environment:
    """What ``os.environ`` says now."""
    data = os.environ.get("AUTOGRADER_DATA")
    keras_home = os.environ.get("KERAS_HOME") or os.path.join("~", ".keras")
    system = (*SYSTEM_DIRECTORIES, *site_data_dir("autograder", multipath=True).split(os.pathsep))
    return Environment(
        data=_absolute(data) if data else None,
        keras_cache=os.path.join(_absolute(keras_home), "datasets"),
        system=tuple(dict.fromkeys(system)),
        download=os.environ.get("AUTOGRADER_DOWNLOAD") == "1",
    )


def places(original: Original, env: Environment) -> tuple[Place, ...]:
    """Every place where the set is looked for, first the one that goes first."""
    if env.data is not None:
        return tuple(_in_directory(original, Source.DIRECTORY, env.data))
    download = Place(
        name=original.name,
        source=Source.DOWNLOAD,
        path=f"keras.datasets.{original.name}.load_data",
        missing=() if env.download else ("AUTOGRADER_DOWNLOAD=1",),
    )
    return (
        *_in_directory(original, Source.KERAS_CACHE, env.keras_cache),
        *(place for root in env.system for place in _in_directory(original, Source.SYSTEM, root)),
        *(_folder(original, Source.SYSTEM, path) for path in original.packages),
        download,
        _folder(original, Source.EMBEDDED, str(EMBEDDED / original.folders[0])),
    )


def file_in(folder: str, name: str) -> str | None:
    """The path of the IDX file ``name``, gzipped or else plain, or ``None`` if the folder has neither."""
    # Not Path.is_file: a folder that we may not look into does not have it, rather than being a crash.
    paths = (os.path.join(folder, name + suffix) for suffix in (".gz", ""))
    return next(filter(os.path.isfile, paths), None)


def _in_directory(original: Original, source: Source, directory: str) -> list[Place]:
    folders = [_folder(original, source, os.path.join(directory, name)) for name in original.folders]
    archives = [_archive(original, source, os.path.join(directory, name)) for name in original.archives]
    return [*folders, *archives]


def _folder(original: Original, source: Source, path: str) -> Place:
    missing = tuple(part.file for part in original.parts if file_in(path, part.file) is None)
    return Place(name=original.name, source=source, path=path, missing=missing)


def _archive(original: Original, source: Source, path: str) -> Place:
    missing = () if os.path.isfile(path) else (os.path.basename(path),)
    return Place(name=original.name, source=source, path=path, missing=missing)


def _absolute(path: str) -> str:
    return os.path.abspath(os.path.expanduser(path))
