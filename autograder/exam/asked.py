"""What the test cells of a course ask of notebooks: all that is told of hidden tests where students' cells are run.

``{"04-cnn-shapes/04-cnn-shapes": {"test-convolve": {"names": ["convolve"]}}}``, in a file that a course may show to
everybody. It may hold calls of students' functions too: then the arguments of hidden tests can be read there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from autograder.exam.calls import MOST_CALLS, Call
from autograder.exam.names import ownership
from autograder.exam.notebook import Notebook, UnreadableNotebook, load
from autograder.i18n import _

FILE = "names.json"

Asked: TypeAlias = Mapping[str, tuple[str, ...]]
"""``grade_id`` of a test cell → the names that it takes from the student."""


class Told(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is told of one test cell."""

    names: tuple[str, ...]
    """That it takes from the student."""
    calls: Annotated[tuple[Call, ...], Meta(max_length=MOST_CALLS)] | None = None
    """That it makes of the student's functions, in order; ``None`` where they are not told."""


Course: TypeAlias = Mapping[str, Mapping[str, Told]]
"""``assignment/notebook`` → ``grade_id`` → what is told."""

Calls: TypeAlias = Mapping[tuple[str, str], Mapping[str, Sequence[Call]]]
"""Assignment and name of a notebook → ``grade_id`` → the calls that the test makes."""


class UnusableNames(ValueError):
    """The file of names is not there or is none; the message says what to do."""


def asked_by(source: Notebook) -> Asked:
    """The names that the test cells of a notebook ask for."""
    return ownership(source.cells).asked


def names_of_course(sources: Mapping[tuple[str, str], Path], calls: Calls | None = None) -> str:
    """The file's text; ``sources`` has the source notebooks of a course by assignment and name.

    Raises
    ------
    UnusableNames
        If one cannot be read.
    """
    course: dict[str, dict[str, Told]] = {}
    for (assignment, notebook), path in sorted(sources.items()):
        known = (calls or {}).get((assignment, notebook), {})
        try:
            asked = asked_by(load(path))
        except UnreadableNotebook as error:
            raise UnusableNames(f"{path}: {error}") from error
        course[f"{assignment}/{notebook}"] = {
            grade_id: Told(names, tuple(known[grade_id]) if grade_id in known else None)
            for grade_id, names in asked.items()
        }
    return msgspec.json.format(msgspec.json.encode(course), indent=2).decode() + "\n"


def read_names(path: Path) -> Course:
    """What :func:`names_of_course` has written.

    Raises
    ------
    UnusableNames
        If it cannot be read.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, Told]])
    except (OSError, msgspec.MsgspecError) as error:
        raise UnusableNames(
            _("{path} cannot be read ({error}): make it with “autograder names”.").format(path=path, error=error)
        ) from error


def told_of(course: Course, assignment: str, notebook: str, release: Notebook) -> Mapping[str, Told]:
    """What is told of each test cell of a release notebook; where nothing is, the names that it shows."""
    shown = {grade_id: Told(names) for grade_id, names in asked_by(release).items()}
    return {**shown, **course.get(f"{assignment}/{notebook}", {})}


def missing(asked: Asked, taken: Mapping[str, Iterable[str]]) -> list[str]:
    """Names that test cells ask for and that were not taken, as ``cell: name``."""
    return [
        f"{grade_id}: {name}"
        for grade_id, names in asked.items()
        for name in names
        if name not in frozenset(taken.get(grade_id, ()))
    ]
