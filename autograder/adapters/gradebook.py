"""nbgrader's gradebook as a class of reports: points of every graded cell, and what the comments say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from autograder.class_report.reading import UnreadableReport
from autograder.i18n import _
from autograder.report import CellReport, ClassReport, SubmissionReport


def class_of(source: str) -> ClassReport:
    """What a gradebook holds: the path of an SQLite file, or an address of SQLAlchemy's.

    A gradebook knows points and not checks, so there are no outcomes in it. A cell counts with the points that a
    person gave, where a person gave some.

    Raises
    ------
    UnreadableReport
        If it is no gradebook.
    """
    if "://" not in source and not Path(source).is_file():
        # nbgrader would make one.
        raise UnreadableReport(
            _("There is no gradebook {path}: expected what “nbgrader autograde” writes in the course's folder.").format(
                path=source
            )
        )
    address = source if "://" in source else f"sqlite:///{Path(source).absolute()}"
    try:
        with Gradebook(address) as gradebook:
            return ClassReport(
                submissions=tuple(
                    _submission(submission)
                    for assignment in gradebook.assignments
                    for submission in sorted(assignment.submissions, key=lambda one: str(one.student.id))
                )
            )
    except Exception as error:
        # Whatever SQLAlchemy and its drivers raise.
        raise UnreadableReport(
            _("{path} is no gradebook of nbgrader's: {error}").format(path=source, error=str(error).splitlines()[0])
        ) from error


def _submission(submission: Any) -> SubmissionReport:
    graded = any(grade.auto_score is not None for notebook in submission.notebooks for grade in notebook.grades)
    return SubmissionReport(
        student=submission.student.id,
        assignment=submission.assignment.name,
        path="",
        score=round(submission.score, 9) if graded else None,
        max_score=submission.max_score,
        cells=tuple(_cell(grade) for notebook in submission.notebooks for grade in notebook.grades),
        ungraded="" if graded else _("It was not graded yet: run “nbgrader autograde”."),
    )


def _cell(grade: Any) -> CellReport:
    return CellReport(
        grade_id=grade.cell.name,
        score=round(grade.score, 9),
        points=grade.max_score,
        manual=bool(grade.needs_manual_grade),
    )
