"""A class to report on: a little of everything."""

from __future__ import annotations

from autograder.report import (
    CellReport,
    ClassReport,
    Outcome,
    Status,
    SubmissionReport,
    Training,
)


def outcome(title: str, score: float, cause: str = "", *, status: Status | None = None, accuracy: float = 0) -> Outcome:
    """A check that is worth one point."""
    found = status or (Status.PASSED if score == 1 else Status.PARTIAL if score else Status.FAILED)
    return Outcome(
        check="Answer",
        title=title,
        status=found,
        score=score,
        points=1,
        message=f"{title} came to {score:g}.",
        causes=(cause,) if cause else (),
        measures={"accuracy": accuracy, "parameters": 1000 * (1 + accuracy)} if accuracy else {},
    )


def graded(
    student: str, *outcomes: Outcome, assignment: str = "05-mnist-cnn", seconds: float = 2.0
) -> SubmissionReport:
    """A submission of one test cell, with a training."""
    score = sum(one.score for one in outcomes)
    return SubmissionReport(
        student=student,
        assignment=assignment,
        path=f"{student}.ipynb",
        score=score,
        max_score=len(outcomes),
        cells=(CellReport(grade_id="test-counts", score=score, points=len(outcomes), outcomes=outcomes),),
        trainings=(
            Training(how="canonical", epochs=2, seconds=1.0, curves={"loss": (1.0, 0.5), "accuracy": (0.6, 0.9)}),
        ),
        seconds=seconds,
        memory_bytes=200_000_000,
    )


def ungraded(student: str) -> SubmissionReport:
    return SubmissionReport(
        student=student, assignment="05-mnist-cnn", path="x", score=None, max_score=2, ungraded="It is no notebook."
    )


def small_class() -> ClassReport:
    """Five students: one perfect, two who forgot the bias, one broken, one ungraded."""
    return ClassReport(
        submissions=(
            graded("student-01", outcome("Counts", 1), outcome("Accuracy", 1, accuracy=0.96), seconds=9.0),
            graded("student-02", outcome("Counts", 0, "the bias is missing"), outcome("Accuracy", 1, accuracy=0.91)),
            graded("student-03", outcome("Counts", 0.5, "the bias is missing"), outcome("Accuracy", 0)),
            graded(
                "student-04", outcome("Counts", 1, status=Status.BROKEN), outcome("Accuracy", 0, status=Status.SKIPPED)
            ),
            ungraded("student-05"),
        )
    )
