"""The test cells of one exam: what each is given, and what it comes to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from autograder.exam import frames
from autograder.exam.examiner_session import Examiner, ExaminerFault
from autograder.exam.faults import broken_test
from autograder.exam.files import Files
from autograder.exam.missing import is_missing, with_reasons
from autograder.exam.names import Ownership
from autograder.exam.notebook import Cell, Notebook
from autograder.exam.session import Student
from autograder.exam.sitting import Sitting
from autograder.i18n import _
from autograder.report import CellReport, Status, points_of, score_of
from autograder.sandbox import Warm

_IMPORT_OF_KERAS = re.compile(r"^\s*(?:import|from)\s+(?:keras|tensorflow)\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Marking:
    """One exam while it is held."""

    source: Notebook
    owners: Ownership
    sitting: Sitting
    student: str
    own: Files
    examiner: Examiner
    set_up: set[int] = field(default_factory=set)
    """Which of the source's cells the examiner has run."""

    async def begin(self, warm: Warm | None = None) -> None:
        """Has the examiner begin with this exam, knowing nothing of any other; :class:`ExaminerFault` if it cannot."""
        self.set_up.clear()
        with_keras = imports_keras(self.source, self.owners)
        await self.examiner.begin(self.student, self.own, with_keras=with_keras, warm=warm)

    async def test(self, cell: Cell, session: Student) -> CellReport:
        """What a test cell comes to, with the values that the student's kernel has now."""
        try:
            await self._set_up(cell)
            values = await session.values(self.owners.asked.get(cell.grade_id, ()))
            slips = [name for name in sorted(self.owners.nobodys) if is_missing(values.values.get(name))]
            if slips:
                verdict = _broken(cell, f"it uses {', '.join(slips)}, which no cell of the source notebook defines")
            else:
                crossed = with_reasons(values, self.owners, self.sitting.errors, session.ended)
                verdict = await self.examiner.test(cell, crossed, session)
        except ExaminerFault as error:
            verdict = _broken(cell, str(error))
            # The next cells need an examiner too, and one that knows what this one knew.
            await self.begin()
        outcomes = verdict.outcomes
        score = min(score_of(outcomes), cell.points)
        broken = any(outcome.status is Status.BROKEN for outcome in outcomes)
        if points_of(outcomes) < cell.points and broken:
            score = cell.points
        return CellReport(
            grade_id=cell.grade_id,
            score=score,
            points=cell.points,
            outcomes=tuple(outcomes),
            manual=broken,
            output=verdict.output,
        )

    async def _set_up(self, cell: Cell) -> None:
        """Runs the instructor's cells that stand before a test cell and have not run yet."""
        for index, earlier in enumerate(self.source.cells):
            if earlier.grade_id == cell.grade_id and earlier.is_test:
                return
            if index in self.owners.instructor_cells and index not in self.set_up:
                self.set_up.add(index)
                error = await self.examiner.set_up(earlier.grade_id or f"cell {index + 1}", earlier.source)
                if error:
                    self.sitting.notices.append(
                        _("The exercise's own cell “{name}” stopped with {error}").format(
                            name=earlier.grade_id or index + 1, error=error[:300]
                        )
                    )


def imports_keras(source: Notebook, owners: Ownership) -> bool:
    """Whether a cell that the examiner runs imports Keras."""
    return any(
        _IMPORT_OF_KERAS.search(cell.source)
        for index, cell in enumerate(source.cells)
        if cell.is_test or index in owners.instructor_cells
    )


def _broken(cell: Cell, problem: str) -> frames.Verdict:
    return frames.Verdict([broken_test(cell.points, problem)])
