"""What stands in the room that a confined program runs in: what it may read, and its environment."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.i18n import VARIABLE, language
from autograder.sandbox.bounds import Bounds

# What a student's process is told of the grader's environment; all else stays out.
_PASSED_ON = ("JUPYTERHUB_USER", "LANG", "LC_ALL", "LC_MESSAGES", "TZ")

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")

# Of /etc only what the dynamic linker, fonts and clocks need: it also holds keys and passwords.
_SETTINGS = (
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/fonts",
    "/etc/localtime",
    "/etc/alternatives",
)

# Of an environment's folder only what Python uses: a course may stand in the same folder.
_OF_A_PREFIX = ("bin", "lib", "lib64", "pyvenv.cfg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a confined program gets."""

    settings: Mapping[str, str]
    """Environment variables besides those of :func:`environment`."""
    readable: tuple[Path, ...] = ()
    """Files and folders that it may read besides the interpreter, its packages and the system's programs."""
    bounds: Bounds = field(default_factory=Bounds)


def environment(directory: str) -> dict[str, str]:
    """The whole environment of a program whose only place to write is ``directory``: every home is in there."""
    scrubbed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "LANG": "C.UTF-8",
        **scrubbed,
        # Whatever it follows from: what is written on either side of the wall is written in one language.
        VARIABLE: language(),
        "LANGUAGE": language(),
        "USER": "student",
        "LOGNAME": "student",
        "HOME": f"{directory}/home",
        "TMPDIR": f"{directory}/tmp",
        "IPYTHONDIR": f"{directory}/home/.ipython",
        "JUPYTER_CONFIG_DIR": f"{directory}/home/.jupyter",
        "JUPYTER_DATA_DIR": f"{directory}/home/.jupyter",
        "JUPYTER_RUNTIME_DIR": f"{directory}/tmp",
        "KERAS_HOME": f"{directory}/home/.keras",
        "KERAS_BACKEND": "tensorflow",
        "MPLCONFIGDIR": f"{directory}/home/.matplotlib",
        # TensorFlow's own log lines would stand in a student's outputs as if they were errors.
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        # A process with threads cannot be forked (TensorFlow has its own, later); and a number must not depend on
        # whether its process was.
        "OPENBLAS_NUM_THREADS": "1",
        "NBGRADER_EXECUTION": "autograde",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def readable(room: Room) -> list[Path]:
    """Everything that a program in the room may read, none of it inside another."""
    found = [*map(Path, _SYSTEM), *map(Path, _SETTINGS), *_of_python(), *room.readable]
    return _outermost(path for path in found if path.exists())


def closed_folders(paths: Iterable[Path]) -> list[Path]:
    """Folders on the way to ``paths`` that only their owners may pass."""
    on_the_way = {folder for path in paths for folder in (path, *path.parents) if folder.is_dir()}
    return sorted(folder for folder in on_the_way if not folder.stat().st_mode & 0o001)


def _of_python() -> Iterator[Path]:
    import autograder

    for prefix in {sys.prefix, sys.base_prefix, sys.exec_prefix}:
        for name in _OF_A_PREFIX:
            yield Path(prefix, name)
    # An interpreter may be reached through links: each folder on the way is needed.
    link = Path(sys.executable)
    while link.is_symlink():
        link = link.parent / link.readlink()
        yield link
    for folder in (*site.getsitepackages(), site.getusersitepackages()):
        yield Path(folder)
    # The package alone, for in a clone of the repository the solutions stand beside it.
    yield Path(autograder.__file__).parent


def _outermost(paths: Iterable[Path]) -> list[Path]:
    kept: list[Path] = []
    for path in sorted({Path(os.path.abspath(path)) for path in paths}):
        if not any(path.is_relative_to(other) and not other.is_symlink() for other in kept):
            kept.append(path)
    return kept
