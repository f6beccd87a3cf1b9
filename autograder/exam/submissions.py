"""Finding submissions and the source notebooks that they answer.

Two shapes are known: nbgrader's tree ``<student>/<assignment>/<notebook>.ipynb``, at whatever depth, and
single files, whose assignment is told by the folder or the name of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from autograder.feedback import one_line
from autograder.i18n import _

_IGNORED = frozenset({".ipynb_checkpoints", "__pycache__", ".git"})


class NoSource(ValueError):
    """No source notebook was found; the message says where it was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A notebook to grade, and the source notebook that it answers."""

    student: str
    """``"-"`` where the path does not say."""
    assignment: str
    path: Path
    source: Path
    files: Path | None = None
    """The folder whose other files were handed in with it; ``None`` for a notebook that stands alone."""


def sources(directory: Path) -> dict[tuple[str, str], Path]:
    """Source notebooks of a course: ``(assignment, notebook)`` → path.

    Raises
    ------
    NoSource
        If there are none.
    """
    found = {
        (path.parent.name, path.stem): path
        for path in sorted(directory.glob("*/*.ipynb"))
        if path.parent.name not in _IGNORED
    }
    if not found:
        raise NoSource(
            _(
                "There are no source notebooks in {directory}: expected {directory}/<assignment>/<notebook>.ipynb. Run"
                " this in the course's folder, or name the folder of the source notebooks."
            ).format(directory=directory)
        )
    return found


def no_assignment(unknown: Iterable[str], known: Iterable[str]) -> str:
    """What to say of names that no assignment has, with the one that may be meant."""
    names = sorted(known)
    told = [
        _("There is no assignment “{name}”: did you mean “{near}”?").format(name=one_line(name), near=near[0])
        if (near := get_close_matches(name, names, 1))
        else _("There is no assignment “{name}”.").format(name=one_line(name))
        for name in sorted(unknown)
    ]
    return " ".join([*told, _("The assignments are {known}.").format(known=", ".join(map(one_line, names)))])


def find_submissions(paths: Iterable[Path], known: Mapping[tuple[str, str], Path]) -> list[Submission]:
    """The submissions at ``paths``, files or trees, in order of path and each once.

    A notebook in a tree that answers no known assignment is left out; one that is named itself is not.

    Raises
    ------
    NoSource
        If a file that was named answers no known assignment, or a tree holds no submission.
    """
    found: dict[Path, Submission] = {}
    for path in paths:
        if path.is_dir():
            inside = [submission for file in _notebooks(path) if (submission := _submission(file, known))]
            if not inside:
                raise NoSource(
                    _(
                        "No submission was found in {path}: expected <student>/<assignment>/<notebook>.ipynb, with"
                        " one of the assignments {known}"
                    ).format(
                        path=one_line(str(path)), known=", ".join(sorted({assignment for assignment, _name in known}))
                    )
                )
        else:
            submission = _submission(path, known)
            if submission is None:
                raise NoSource(
                    _("{path} answers no known assignment: expected one of {known}, as its folder or its name").format(
                        path=one_line(str(path)), known=", ".join(sorted({assignment for assignment, _name in known}))
                    )
                )
            inside = [submission]
        found.update({submission.path: submission for submission in inside})
    return list(found.values())


def _notebooks(directory: Path) -> Iterator[Path]:
    for path in sorted(directory.rglob("*.ipynb")):
        if not _IGNORED.intersection(path.parts):
            yield path


def _submission(path: Path, known: Mapping[tuple[str, str], Path]) -> Submission | None:
    absolute = path.absolute()
    assignment = absolute.parent.name
    source = known.get((assignment, path.stem))
    if source is not None:
        return Submission(
            student=absolute.parent.parent.name or "-",
            assignment=assignment,
            path=path,
            source=source,
            files=path.parent,
        )
    # Renamed notebook in the right folder, or the right name in any folder.
    in_folder = [key for key in known if key[0] == assignment]
    by_name = [key for key in known if key[1] == path.stem]
    for keys, student, files in (
        (in_folder, absolute.parent.parent.name or "-", path.parent),
        (by_name, assignment or "-", None),
    ):
        if len(keys) == 1:
            return Submission(student=student, assignment=keys[0][0], path=path, source=known[keys[0]], files=files)
    return None


def as_text(name: object) -> str:
    """A file's or a student's name as text: a path may hold bytes that are none, and JSON has no form for them."""
    return str(name).encode("utf-8", "replace").decode()
