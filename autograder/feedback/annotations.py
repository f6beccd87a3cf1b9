"""Reports as annotations on a pull request's files: at the lines of a notebook's JSON where its cells stand.

GitHub takes them in two forms: as JSON of its Checks API, from whoever may write checks, and as workflow commands in
the log of any job. Both are capped as GitHub caps them; the last one says how many were left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from autograder.feedback.text import inert, number, one_line, outcomes_text, shortened
from autograder.i18n import _
from autograder.report import CellReport, ClassReport, SubmissionReport

Level = Literal["notice", "warning", "failure"]

MOST_IN_CHECK = 50
"""Of one request to GitHub's Checks API."""
MOST_IN_LOG = 10
"""Of each level, of one step of a job."""

_MAX_TITLE = 200
_MAX_MESSAGE = 3_000
"""GitHub takes 64 KB; nobody reads so much beside a line."""

_COMMANDS: Mapping[Level, str] = {"notice": "notice", "warning": "warning", "failure": "error"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a cell stands in the file of its notebook: lines, counted from 1."""

    grade_id: str
    position: int
    """Which code cell of its notebook, counted from 1; 0 for other cells."""
    first: int
    last: int
    lines: tuple[int, ...] = ()
    """The line of the file on which each line of the cell's source stands."""


Places = Sequence[Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """What is said of some lines of a file."""

    path: str
    """Relative to the repository."""
    first: int
    last: int
    level: Level
    title: str
    message: str


def found_in(report: ClassReport, places: Sequence[Places]) -> Iterator[Annotation]:
    """What there is to say of each notebook, errors first; ``places`` has the cells of each, in order."""
    for submission, cells in zip(report.submissions, places, strict=True):
        yield from _of_notebook(submission, cells)


def check_annotations(report: ClassReport, places: Sequence[Places]) -> str:
    """JSON: a list for ``output.annotations`` of GitHub's Checks API."""
    kept = _capped(list(found_in(report, places)), MOST_IN_CHECK)
    return json.dumps(
        [
            {
                "path": one.path,
                "start_line": one.first,
                "end_line": one.last,
                "annotation_level": one.level,
                "title": one.title,
                "message": one.message,
            }
            for one in kept
        ],
        indent=2,
    )


def workflow_commands(report: ClassReport, places: Sequence[Places]) -> str:
    """Lines for the log of a job on GitHub, which shows them at the files' lines."""
    found = list(found_in(report, places))
    lines = []
    for level, command in _COMMANDS.items():
        for one in _capped([one for one in found if one.level == level], MOST_IN_LOG):
            where = {"file": one.path, "line": one.first, "endLine": one.last, "title": one.title}
            told = ",".join(f"{name}={_property(str(value))}" for name, value in where.items())
            lines.append(f"::{command} {told}::{_data(one.message)}\n")
    return "".join(lines)


def _of_notebook(report: SubmissionReport, places: Places) -> Iterator[Annotation]:
    def said(
        level: Level, name: str, message: str, find: Callable[[Place], bool], line: int | None = None
    ) -> Annotation:
        place = next(filter(find, places), None)
        first, last = (place.first, place.last) if place is not None else (1, 1)
        if place is not None and line is not None and 0 < line <= len(place.lines):
            first = last = place.lines[line - 1]
        return Annotation(
            path=one_line(report.path),
            first=first,
            last=last,
            level=level,
            title=one_line(f"{report.assignment} · {name}" if name else report.assignment)[:_MAX_TITLE],
            # GitHub takes none without a message.
            message=inert(shortened(message, _MAX_MESSAGE)).strip() or _("It gives no reason."),
        )

    if report.score is None:
        yield said("failure", "", report.ungraded, lambda _place: False)
    for error in report.errors:
        name = error.grade_id or _("cell {number}").format(number=error.position)
        yield said("failure", name, error.error, _cell(error.grade_id, error.position), error.line)
    for cell in report.cells:
        level = _level(cell)
        if level is not None:
            yield said(level, cell.grade_id, _message(cell), _cell(cell.grade_id, 0))


def _cell(grade_id: str, position: int) -> Callable[[Place], bool]:
    if grade_id:
        return lambda place: place.grade_id == grade_id
    return lambda place: place.position == position


def _level(cell: CellReport) -> Level | None:
    if cell.broken or (cell.manual and cell.outcomes):
        return "notice"
    if cell.manual or cell.score >= cell.points:
        return None
    return "warning" if cell.score else "failure"


def _message(cell: CellReport) -> str:
    points = _("{score} of {points} points").format(score=number(cell.score), points=number(cell.points))
    return outcomes_text(cell.outcomes) if cell.outcomes else points


def _capped(found: Sequence[Annotation], most: int) -> list[Annotation]:
    if len(found) <= most:
        return list(found)
    kept = list(islice(found, most - 1))
    last = found[most - 1]
    rest = _("{count} more are in the report.").format(count=len(found) - len(kept))
    return [*kept, Annotation(path=last.path, first=1, last=1, level=last.level, title="autograder", message=rest)]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
