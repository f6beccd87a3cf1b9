"""The examiner's half of an exam: test cells are run on what a bundle says that the notebook's names had.

No student code is here, so a call of a student's function is answered only if the bundle says what it came to. A test
that makes another call is left to a person, and earns nothing yet. Were it given its points, whoever puts a function
where a number belongs would have them.
"""

from __future__ import annotations

from dataclasses import replace

from autograder.exam.asked import missing
from autograder.exam.bundle import Executed, Taken, Unusable
from autograder.exam.calls import Replayed
from autograder.exam.marking import Marking
from autograder.exam.merge import Exam
from autograder.exam.outputs import rebuilt
from autograder.i18n import _
from autograder.report import CellReport, Outcome, Status


async def replay(executed: Executed, exam: Exam, marking: Marking) -> None:
    """Runs the test cells of an exam, in order, on what a bundle holds.

    Raises
    ------
    Unusable
        If the bundle lacks a name that a test asks for.
    """
    lacking = missing(marking.owners.asked, {name: taken.values for name, taken in executed.tests.items()})
    if lacking:
        raise Unusable(
            _(
                "It was executed without what its tests ask for ({names}): make names.json anew with “autograder"
                " names”, and execute the notebook again."
            ).format(names=", ".join(lacking[:5]))
        )
    errors = {(error.grade_id, error.position): error for error in executed.errors}
    sitting = marking.sitting
    ended = ""
    for place, cell in enumerate(exam.cells):
        if cell.is_test:
            taken = executed.tests.get(cell.grade_id, Taken(values={}))
            session = Replayed(taken.crossed, taken.calls, taken.ended)
            report = await marking.test(cell, session)
            if ended:
                report = _left_to_a_person(report, _ended(ended))
            elif session.unanswered:
                report = _left_to_a_person(report, _unanswered(session.unanswered[0]))
            sitting.cells.append(report)
            ended = ended or session.end_without_cause
            continue
        if cell.code:
            where = (cell.grade_id, cell.position)
            sitting.outputs[place] = rebuilt(executed.outputs.get(where, ()))
            if where in errors:
                sitting.errors.append(errors[where])
        if cell.is_manual:
            sitting.cells.append(CellReport(grade_id=cell.grade_id, score=0.0, points=cell.points, manual=True))
    sitting.trainings.extend(executed.trainings)


def _left_to_a_person(report: CellReport, message: str) -> CellReport:
    outcome = Outcome(
        check="Test",
        title=_("The instructor's test"),
        status=Status.SKIPPED,
        score=0.0,
        points=report.points,
        message=message,
    )
    return replace(report, score=0.0, outcomes=(outcome,), manual=True, output="")


def _unanswered(name: str) -> str:
    return _(
        "This test calls your function “{name}”, and no code of yours is run where hidden tests are. Whoever grades"
        " your work runs “autograder grade” for it: the points are still open."
    ).format(name=name)


def _ended(reason: str) -> str:
    return _(
        "Your notebook was stopped before this test, by a call that the tests turned out not to make ({reason})."
        " Whoever grades your work runs “autograder grade” for it: the points are still open."
    ).format(reason=reason.rstrip("."))
