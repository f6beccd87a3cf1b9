"""The student's half of an exam: the cells are run, and what each test cell would be given is written down.

No hidden test and no verdict is here. The source is the release notebook. Its tests are run too, where they are given
functions of the student's, but only to learn which calls they make.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.exam.asked import Course, Told, told_of
from autograder.exam.bundle import Executed, Taken
from autograder.exam.calls import Call, Recorder, Replayed
from autograder.exam.crossing import Function
from autograder.exam.examination import Grader
from autograder.exam.examiner_session import Examiner, ExaminerFault
from autograder.exam.files import together
from autograder.exam.marking import Marking
from autograder.exam.merge import Exam, WrongAssignment, merge, without_hidden_tests
from autograder.exam.names import ownership
from autograder.exam.notebook import Cell, Notebook, UnreadableNotebook, parse
from autograder.exam.notices import held_without_isolation
from autograder.exam.papers import Paper, fault
from autograder.exam.session import KernelFault, SandboxLost, StudentSession
from autograder.exam.shown import weights
from autograder.exam.sitting import Sitting
from autograder.i18n import _
from autograder.report import CellError, CellReport, Training


async def execute(grader: Grader, paper: Paper, course: Course) -> Executed:
    """Runs a submission's cells, with the grader open. It never raises for what a student handed in.

    Parameters
    ----------
    grader, paper
        What runs it, and the submission with its release notebook as the source.
    course
        What is told of the source notebook's tests; where nothing is, what the release notebook shows.
    """
    try:
        execution = await _execution(grader, paper, course)
    except (UnreadableNotebook, WrongAssignment) as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - one submission must not end the others' run
        kind = "" if isinstance(error, KernelFault | ExaminerFault | OSError) else f"{type(error).__name__}: "
        problem = fault(f"{kind}{error}")
    else:
        return execution.told(grader)
    return replace(_nothing_of(paper), problem=problem)


async def calls_of(grader: Grader, paper: Paper) -> tuple[Mapping[str, Sequence[Call]], list[str]]:
    """The calls that the tests of a source notebook make of its own solution's functions, with the grader open.

    Returns
    -------
    Mapping[str, Sequence[Call]]
        Of each test cell with hidden tests, by ``grade_id``.
    list[str]
        What the author should know: a solution that stops, or that a test does not give all points, may have had
        more calls made.

    Raises
    ------
    UnreadableNotebook, KernelFault, ExaminerFault, OSError
        If the notebook cannot be read or run.
    """
    execution = await _execution(grader, paper, {})
    tests = [cell for cell in parse(paper.source).cells if cell.is_test]
    hidden = [cell.grade_id for cell in tests if without_hidden_tests(cell.source) != cell.source]
    remarks = [
        _("{path}: its solution stops with {error}").format(path=paper.path, error=error.error)
        for error in execution.errors
    ]
    remarks += [
        _("{path}: the test “{name}” does not give its own solution all points: it may make more calls.").format(
            path=paper.path, name=cell.grade_id
        )
        for cell in execution.tried
        if cell.score < cell.points
    ]
    return {grade_id: execution.calls.get(grade_id, ()) for grade_id in hidden}, remarks


async def _execution(grader: Grader, paper: Paper, course: Course) -> _Execution:
    if paper.unreadable_source:
        raise UnreadableNotebook(paper.unreadable_source)
    release = parse(paper.source)
    if paper.problem:
        raise UnreadableNotebook(paper.problem)
    exam = merge(release, parse(paper.notebook, grader.limits))
    told = told_of(course, paper.assignment, Path(paper.source_path).stem, release)
    async with grader.examiner() as examiner:
        execution = _Execution(paper, release, examiner)
        try:
            await execution.run(grader, exam, told)
        except SandboxLost:
            # The examiner may have been at a call of the student's, of which it would wait for the answer.
            await examiner.stop()
            execution = _Execution(paper, release, examiner)
            await execution.run(grader, exam, told, cold=True)
    return execution


def _nothing_of(paper: Paper) -> Executed:
    return Executed(
        student=paper.student,
        assignment=paper.assignment,
        notebook=Path(paper.source_path).stem,
        path=paper.path,
        content=paper.notebook,
    )


class _Execution:
    """What has been written down of one notebook."""

    def __init__(self, paper: Paper, release: Notebook, examiner: Examiner) -> None:
        self._paper = paper
        self._tests: dict[str, Taken] = {}
        self._outputs: dict[tuple[str, int], Sequence[Mapping[str, Any]]] = {}
        self.errors: list[CellError] = []
        self._trainings: tuple[Training, ...] = ()
        self._memory_bytes = 0
        self.calls: dict[str, Sequence[Call]] = {}
        """The calls that each test cell made when it was run here."""
        self.tried: list[CellReport] = []
        """What came of the tests that were run here: no verdict, for hidden tests have no say in it."""
        student = "" if paper.student == "-" else paper.student
        self._marking = Marking(release, ownership(release.cells), Sitting(), student, paper.beside.own, examiner)
        self._begun = False
        self._waiting: list[Cell] = []
        """Test cells that call nothing: they are run only if a later one does, which may build on them."""

    async def run(self, grader: Grader, exam: Exam, told: Mapping[str, Told], *, cold: bool = False) -> None:
        beside, marking = self._paper.beside, self._marking
        files = together(beside.handed_in, beside.own)
        async with grader.invigilator.student(exam, marking.source, marking.student, files, cold=cold) as session:
            for cell in exam.cells:
                if cell.is_test:
                    await self._test(cell, session, told.get(cell.grade_id, Told(())), grader.limits.crossing_bytes)
                elif cell.code:
                    ran = await session.run(cell)
                    self._outputs[cell.grade_id, cell.position] = ran.outputs
                    if ran.error is not None:
                        self.errors.append(ran.error)
        self._trainings = tuple(session.trained)
        self._memory_bytes = session.memory_bytes

    async def _test(self, cell: Cell, session: StudentSession, told: Told, limit: int) -> None:
        crossed = await session.values(told.names)
        taken = Taken(values=crossed.values, buffers=crossed.buffers, ended=session.ended)
        recorder = Recorder(session, crossed, limit)
        functions = {value.name for value in crossed.values.values() if isinstance(value, Function)}
        if functions and told.calls is None:
            await self._try(cell, recorder)
        else:
            self._waiting.append(cell)
            for call in told.calls or ():
                if call.function in functions:
                    await recorder.call(call.function, call.arguments, call.keywords, call.buffers, call.without)
        self._tests[cell.grade_id] = replace(taken, calls=tuple(recorder.answers))

    async def _try(self, cell: Cell, recorder: Recorder) -> None:
        """Runs a test to learn which calls it makes, on what the tests before it leave behind."""
        if not self._begun:
            await self._marking.begin()
            self._begun = True
        for earlier in self._waiting:
            taken = self._tests[earlier.grade_id]
            await self._marking.test(earlier, Replayed(taken.crossed, taken.calls, taken.ended))
        self._waiting.clear()
        self.tried.append(await self._marking.test(cell, recorder))
        self.calls[cell.grade_id] = recorder.calls

    def told(self, grader: Grader) -> Executed:
        return replace(
            _nothing_of(self._paper),
            notices=(*held_without_isolation(grader.layer), *self._paper.beside.notices),
            errors=tuple(self.errors),
            outputs=self._outputs,
            trainings=self._trainings,
            isolation=grader.layer.name,
            memory_bytes=self._memory_bytes,
            weights=weights(self._paper.beside.handed_in),
            tests=self._tests,
        )
