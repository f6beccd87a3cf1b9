"""What becomes of a test that could not be carried out: the examiner's fault or its author's, never a student's."""

from __future__ import annotations

from autograder.i18n import _
from autograder.report import Outcome, Status


def broken_test(points: float, detail: str) -> Outcome:
    """The outcome that gives ``points`` for now and asks for a person; ``detail`` is for the instructor."""
    return Outcome(
        check="Test",
        title=_("The instructor's test"),
        status=Status.BROKEN,
        score=points,
        points=points,
        message=_(
            "This test could not be carried out, which is not your fault: the points are given for now, and your"
            " instructor is asked to look."
        ),
        detail=detail,
    )
