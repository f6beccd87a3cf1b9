"""What came of a paper, as a report."""

from __future__ import annotations

from autograder.exam.merge import Exam
from autograder.exam.notebook import Notebook
from autograder.exam.papers import Paper
from autograder.exam.shown import prints, shown, weights
from autograder.exam.sitting import Sitting
from autograder.report import SubmissionReport


def graded(
    paper: Paper, source: Notebook, exam: Exam, sitting: Sitting, *, isolation: str, seconds: float
) -> SubmissionReport:
    """The report on a notebook whose exam was held."""
    return SubmissionReport(
        student=paper.student,
        assignment=paper.assignment,
        path=paper.path,
        score=sitting.score,
        max_score=source.max_score,
        cells=tuple(sitting.cells),
        notices=(*exam.notices, *sitting.notices),
        errors=tuple(sitting.errors),
        trainings=tuple(sitting.trainings),
        isolation=isolation,
        data=sitting.data,
        versions=sitting.versions,
        remembered=sitting.remembered,
        seconds=round(seconds, 3),
        memory_bytes=sitting.memory_bytes,
        prints=prints(exam, source),
        weights=weights(paper.beside.handed_in),
        notebook=shown(exam, source, sitting),
        seeded=any("seed" in cell.source for cell in exam.cells if cell.code),
    )


def ungraded(
    paper: Paper, reason: str, source: Notebook | None = None, *, isolation: str = "", seconds: float = 0.0
) -> SubmissionReport:
    """The report on a notebook that could not be graded, and why."""
    return SubmissionReport(
        student=paper.student,
        assignment=paper.assignment,
        path=paper.path,
        score=None,
        max_score=source.max_score if source else 0.0,
        ungraded=reason,
        isolation=isolation,
        seconds=round(seconds, 3),
    )
