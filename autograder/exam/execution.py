"""The student's half of an exam: the cells are run, and what each test cell would be given is written down.

No hidden test, no examiner and no verdict is here: the source is the release notebook, of which only the names that
its tests ask for matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from autograder.exam.asked import Asked, asked_of
from autograder.exam.bundle import Executed, Taken
from autograder.exam.examination import Grader
from autograder.exam.files import Files, together
from autograder.exam.merge import Exam, WrongAssignment, merge
from autograder.exam.notebook import Notebook, UnreadableNotebook, parse
from autograder.exam.notices import held_without_isolation
from autograder.exam.papers import Paper, fault
from autograder.exam.session import KernelFault, SandboxLost
from autograder.report import CellError, Training


async def execute(grader: Grader, paper: Paper, names: Mapping[str, Asked]) -> Executed:
    """Runs a submission's cells, with the grader open. It never raises for what a student handed in.

    Parameters
    ----------
    grader, paper
        What runs it, and the submission with its release notebook as the source.
    names
        By ``assignment/notebook``, what its tests ask for; where there is nothing, what the release notebook shows.
    """
    notebook = Path(paper.source_path).stem
    executed = _Execution(paper, notebook)
    try:
        if paper.unreadable_source:
            raise UnreadableNotebook(paper.unreadable_source)
        release = parse(paper.source)
        if paper.problem:
            return executed.problem(paper.problem)
        exam = merge(release, parse(paper.notebook, grader.limits))
        asked = asked_of(names, paper.assignment, notebook, release)
        files = together(paper.beside.handed_in, paper.beside.own)
        try:
            await executed.run(grader, exam, release, asked, files)
        except SandboxLost:
            executed = _Execution(paper, notebook)
            await executed.run(grader, exam, release, asked, files, cold=True)
    except (UnreadableNotebook, WrongAssignment) as error:
        return executed.problem(str(error))
    except Exception as error:  # noqa: BLE001 - one submission must not end the others' run
        kind = "" if isinstance(error, KernelFault | OSError) else f"{type(error).__name__}: "
        return executed.problem(fault(f"{kind}{error}"))
    return executed.told(grader)


class _Execution:
    """What has been written down of one notebook."""

    def __init__(self, paper: Paper, notebook: str) -> None:
        self._paper = paper
        self._notebook = notebook
        self._tests: dict[str, Taken] = {}
        self._errors: list[CellError] = []
        self._trainings: tuple[Training, ...] = ()

    async def run(
        self, grader: Grader, exam: Exam, release: Notebook, asked: Asked, files: Files, *, cold: bool = False
    ) -> None:
        student = "" if self._paper.student == "-" else self._paper.student
        async with grader.student(exam, release, student, files, cold=cold) as session:
            for cell in exam.cells:
                if cell.is_test:
                    crossed = await session.values(asked.get(cell.grade_id, ()))
                    self._tests[cell.grade_id] = Taken(
                        values=crossed.values, buffers=crossed.buffers, ended=session.ended
                    )
                elif cell.code:
                    ran = await session.run(cell)
                    if ran.error is not None:
                        self._errors.append(ran.error)
            self._trainings = tuple(session.trained)

    def told(self, grader: Grader) -> Executed:
        return Executed(
            student=self._paper.student,
            assignment=self._paper.assignment,
            notebook=self._notebook,
            path=self._paper.path,
            content=self._paper.notebook,
            notices=(*held_without_isolation(grader.layer), *self._paper.beside.notices),
            errors=tuple(self._errors),
            trainings=self._trainings,
            isolation=grader.layer.name,
            tests=self._tests,
        )

    def problem(self, problem: str) -> Executed:
        return Executed(
            student=self._paper.student,
            assignment=self._paper.assignment,
            notebook=self._notebook,
            path=self._paper.path,
            content=self._paper.notebook,
            problem=problem,
            tests={},
        )
