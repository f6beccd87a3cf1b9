"""The other files of an assignment: data and modules that stand beside its notebooks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from autograder.exam.limits import Limits
from autograder.i18n import _

_IGNORED = frozenset({".ipynb_checkpoints", "__pycache__", ".git"})


class TooManyFiles(ValueError):
    """The files beside a notebook are more than is copied; the message says how many."""


def copy_files(directory: Path, destination: Path, limits: Limits) -> None:
    """Copies what stands beside the notebooks of ``directory``, over what is there.

    Notebooks and hidden folders of tools stay behind, and so do links and whatever else is no ordinary file.

    Raises
    ------
    TooManyFiles
        If there are more files, or more bytes, than ``limits`` allows. Some are copied then.
    OSError
        If one cannot be read.
    """
    left = limits.files_bytes
    for number, path in enumerate(_files(directory), start=1):
        size = path.stat(follow_symlinks=False).st_size
        left -= size
        if number > limits.files or left < 0:
            raise TooManyFiles(
                _(
                    "The files beside the notebook are too many: at most {files:,} are used, of {size:,} bytes"
                    " together."
                ).format(files=limits.files, size=limits.files_bytes)
            )
        target = destination / path.relative_to(directory)
        _make_room(target, destination)
        shutil.copyfile(path, target, follow_symlinks=False)


def _files(directory: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(set(folders) - _IGNORED)
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix != ".ipynb" and path.is_file() and not path.is_symlink():
                yield path


def _make_room(target: Path, destination: Path) -> None:
    """Takes away what is in the way: a file where a folder must be, and the other way round."""
    for folder in reversed(target.relative_to(destination).parents[:-1]):
        if not (destination / folder).is_dir():
            (destination / folder).unlink(missing_ok=True)
            (destination / folder).mkdir()
    if target.is_dir():
        shutil.rmtree(target)
    target.unlink(missing_ok=True)
