"""The examiner's half of an exam: test cells are run on what a bundle says that the notebook's names had.

No student code is here, so a function of the student's cannot be called: a test that calls one is left to a person,
and earns nothing yet. Were it given its points, whoever puts a function where a number belongs would have them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.exam.asked import missing
from autograder.exam.bundle import Executed, Taken, Unusable
from autograder.exam.crossing import Refused, Value
from autograder.exam.marking import Marking
from autograder.exam.merge import Exam
from autograder.exam.session import Crossed
from autograder.i18n import _
from autograder.report import CellReport, Outcome, Status


class Replayed:
    """Stands where a student's session would stand before one test cell."""

    def __init__(self, taken: Taken) -> None:
        self._taken = taken
        self.ended = taken.ended
        self.called: list[str] = []
        """Functions of the student's that the test has called."""

    async def values(self, names: Sequence[str]) -> Crossed:
        """The values that names had."""
        return Crossed({name: self._taken.values[name] for name in names}, self._taken.buffers)

    async def call(
        self,
        name: str,
        _arguments: list[Value],
        _keywords: Mapping[str, Value],
        _buffers: Sequence[bytes],
        _without: Sequence[str] = (),
    ) -> Crossed:
        """There is nobody to call it."""
        self.called.append(name)
        return Crossed({"raise": Refused(reason=_("it cannot be called here"))})


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
    for cell in exam.cells:
        if cell.is_test:
            session = Replayed(executed.tests.get(cell.grade_id, Taken(values={})))
            report = await marking.test(cell, session)
            sitting.cells.append(_left_to_a_person(report, session.called) if session.called else report)
            continue
        error = errors.get((cell.grade_id, cell.position)) if cell.code else None
        if error is not None:
            sitting.errors.append(error)
        if cell.is_manual:
            sitting.cells.append(CellReport(grade_id=cell.grade_id, score=0.0, points=cell.points, manual=True))
    sitting.trainings.extend(executed.trainings)


def _left_to_a_person(report: CellReport, called: Sequence[str]) -> CellReport:
    message = _(
        "This test calls your function “{name}”, and no code of yours is run where hidden tests are. Whoever grades"
        " your work runs “autograder grade” for it: the points are still open."
    ).format(name=called[0])
    outcome = Outcome(
        check="Test",
        title=_("The instructor's test"),
        status=Status.SKIPPED,
        score=0.0,
        points=report.points,
        message=message,
    )
    return replace(report, score=0.0, outcomes=(outcome,), manual=True, output="")
