"""Bundles in, reports out: the half of grading that has the hidden tests and runs no student code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from autograder.exam.bundle import Executed
from autograder.exam.examination import Grader
from autograder.exam.notebook import UnreadableNotebook, content_of
from autograder.exam.papers import Beside, Paper, read_beside
from autograder.exam.reports import ungraded
from autograder.exam.submissions import as_text
from autograder.i18n import _
from autograder.report import SubmissionReport


async def examine(grader: Grader, executed: Executed, sources: Mapping[tuple[str, str], Path]) -> SubmissionReport:
    """The report on a notebook whose cells have run elsewhere, with the grader open. It never raises for a bundle.

    Together with :func:`autograder.exam.execution.execute` it comes to what :meth:`Grader.grade` comes to, but for
    tests that call functions of the student's: those are left to a person.
    """
    source = sources.get((executed.assignment, executed.notebook))
    paper = Paper(
        student=executed.student,
        assignment=executed.assignment,
        path=executed.path,
        source_path="" if source is None else as_text(source),
        notebook=executed.content,
        problem=executed.problem,
    )
    if source is None:
        known = ", ".join(sorted({assignment for assignment, _name in sources}))
        return ungraded(paper, _("It answers no known assignment: expected one of {known}.").format(known=known))
    try:
        own = read_beside(None, source.parent, grader.limits)
        content = content_of(source)
    except (UnreadableNotebook, OSError) as error:
        return await grader.mark(replace(paper, unreadable_source=str(error)), executed)
    beside = Beside(own=own.own, notices=(*executed.notices, *own.notices))
    return await grader.mark(replace(paper, source=content, beside=beside), executed)
