"""Which names the test cells of a course ask for: all that is told of hidden tests where students' cells are run.

``{"04-cnn-shapes/04-cnn-shapes": {"test-first-conv": ["first_conv_params"]}}``, in a file that a course may show to
everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from autograder.exam.names import ownership
from autograder.exam.notebook import Notebook, UnreadableNotebook, load
from autograder.i18n import _

FILE = "names.json"

Asked: TypeAlias = Mapping[str, tuple[str, ...]]
"""``grade_id`` of a test cell → the names that it takes from the student."""


class UnusableNames(ValueError):
    """The file of names is not there or is none; the message says what to do."""


def asked_by(source: Notebook) -> Asked:
    """The names that the test cells of a notebook ask for."""
    return ownership(source.cells).asked


def names_of_course(sources: Mapping[tuple[str, str], Path]) -> str:
    """The file's text; ``sources`` has the source notebooks of a course by assignment and name.

    Raises
    ------
    UnusableNames
        If one cannot be read.
    """
    names: dict[str, Asked] = {}
    for (assignment, notebook), path in sorted(sources.items()):
        try:
            names[f"{assignment}/{notebook}"] = asked_by(load(path))
        except UnreadableNotebook as error:
            raise UnusableNames(f"{path}: {error}") from error
    return msgspec.json.format(msgspec.json.encode(names), indent=2).decode() + "\n"


def read_names(path: Path) -> Mapping[str, Asked]:
    """What :func:`names_of_course` has written.

    Raises
    ------
    UnusableNames
        If it cannot be read.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, tuple[str, ...]]])
    except (OSError, msgspec.MsgspecError) as error:
        raise UnusableNames(
            _("{path} cannot be read ({error}): make it with “autograder names”.").format(path=path, error=error)
        ) from error


def asked_of(names: Mapping[str, Asked], assignment: str, notebook: str, release: Notebook) -> Asked:
    """The names that are taken at each test cell of a release notebook: those told of, else those that it shows."""
    told = names.get(f"{assignment}/{notebook}", {})
    return {**asked_by(release), **told}


def missing(asked: Asked, taken: Mapping[str, Iterable[str]]) -> list[str]:
    """Names that test cells ask for and that were not taken, as ``cell: name``."""
    return [
        f"{grade_id}: {name}"
        for grade_id, names in asked.items()
        for name in names
        if name not in frozenset(taken.get(grade_id, ()))
    ]
