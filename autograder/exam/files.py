"""The other files of an assignment: data and modules that stand beside its notebooks, carried as bytes."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.exam.limits import Limits
from autograder.i18n import _

_NO_FILE = frozenset({errno.ELOOP, errno.ENXIO})
"""How a link that is not to be followed and a socket refuse to be opened."""

_IGNORED = frozenset({".ipynb_checkpoints", "__pycache__", ".git"})

Files = Mapping[bytes, bytes]
"""Names, relative to the working directory and as the file system has them → contents."""


class TooManyFiles(ValueError):
    """The files beside a notebook are more than is used; the message says how many."""


class NotAFile(OSError):
    """A link, a pipe, a device, or a file with a second name: not what somebody handed in."""


def read_files(directory: Path, limits: Limits, *, links: bool = False) -> dict[bytes, bytes]:
    """What stands beside the notebooks of ``directory``.

    Notebooks and hidden folders of tools stay behind, and so does whatever is no ordinary file; links to files too,
    unless they are an instructor's (``links``).

    Raises
    ------
    TooManyFiles
        If there are more files, or more bytes, than ``limits`` allows.
    OSError
        If one is there and cannot be read.
    """
    found: dict[bytes, bytes] = {}
    left = limits.files_bytes
    for path in _files(directory):
        try:
            content = read_file(path, left, links=links)
        except (NotAFile, FileNotFoundError):
            # A file that went since the folder was listed is not there, nor is what a link leads nowhere to.
            continue
        if content is not None:
            found[os.fsencode(path.relative_to(directory))] = content
            left -= len(content)
        if content is None or len(found) > limits.files:
            raise TooManyFiles(
                _(
                    "The files beside the notebook are too many: at most {files:,} are used, of {size:,} bytes"
                    " together."
                ).format(files=limits.files, size=limits.files_bytes)
            )
    return found


def read_file(path: Path, limit: int, *, links: bool = False) -> bytes | None:
    """The bytes of an ordinary file; ``None`` if there are more than ``limit``.

    What it is is asked of the open file, so nothing else can be put in its place in between; a pipe that nobody
    writes to is not waited for, and of a file that is larger than its disk no more than ``limit`` is read.

    Parameters
    ----------
    path, limit
        The file, and the most bytes that are read.
    links
        Whether it may be a link, or have other names: an instructor's file may, a student's may not.

    Raises
    ------
    NotAFile
        If it is anything else than an ordinary file, or is a link or has other names and may not.
    OSError
        If it cannot be read.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if links else os.O_NOFOLLOW))
    except OSError as error:
        # The name is not asked a second time: something else may bear it by now.
        if error.errno in _NO_FILE:
            raise NotAFile(error.errno, "it is no ordinary file", str(path)) from error
        raise
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or not (links or found.st_nlink == 1):
            raise NotAFile(0, "it is no ordinary file", str(path))
        with os.fdopen(handle, "rb", closefd=False) as file:
            content = file.read(limit + 1) if found.st_size <= limit else None
    finally:
        os.close(handle)
    return content if content is None or len(content) <= limit else None


def no_files(directory: Path) -> list[Path]:
    """Everything in ``directory`` that is a link, a pipe, a device, or a file with a second name."""
    found = []
    for folder, folders, names in os.walk(directory):
        for path in (Path(folder, name) for name in (*folders, *names)):
            status = path.lstat()
            single = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
            if not single and not stat.S_ISDIR(status.st_mode):
                found.append(path)
    return found


def write_files(files: Files, directory: Path) -> None:
    """Makes ``directory`` hold these files and nothing else.

    Raises
    ------
    ValueError
        If a name leads out of the directory.
    OSError
        If one cannot be written.
    """
    for old in directory.iterdir():
        shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    for name, content in files.items():
        target = Path(os.fsdecode(name))
        if target.is_absolute() or ".." in target.parts:
            raise ValueError(f"the name of a file leads out of its folder: {target}")
        (directory / target).parent.mkdir(parents=True, exist_ok=True)
        (directory / target).write_bytes(content)


def together(student: Files, own: Files) -> dict[bytes, bytes]:
    """Both: the assignment's own take the place of the student's, even where a folder stands for a file."""
    folders = {parent for name in own for parent in _folders(name)}
    return {
        **{
            name: content
            for name, content in student.items()
            if name not in folders and not any(folder in own for folder in _folders(name))
        },
        **own,
    }


def _folders(name: bytes) -> Iterator[bytes]:
    parts = name.split(b"/")
    return (b"/".join(parts[:count]) for count in range(1, len(parts)))


def _files(directory: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(directory):
        folders[:] = sorted(set(folders) - _IGNORED)
        for name in sorted(names):
            if Path(name).suffix != ".ipynb":
                yield Path(folder, name)
