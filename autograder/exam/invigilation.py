"""Holding an exam: a notebook's cells run in a sandbox, and its test cells are marked on the way."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.exam import repeats
from autograder.exam.exercise import exercise_of
from autograder.exam.files import Files
from autograder.exam.limits import Limits
from autograder.exam.marking import Marking
from autograder.exam.merge import Exam
from autograder.exam.notebook import Notebook
from autograder.exam.outputs import rebuilt
from autograder.exam.processors import thread_settings
from autograder.exam.session import SandboxLost, StudentSession
from autograder.exam.sitting import Sitting
from autograder.exam.trainings import Trainings
from autograder.personal import FILED_UNDER
from autograder.report import CellReport
from autograder.sandbox import Layer, Warm

# A notebook that has none of these words needs no Keras in its kernel: to import it takes seconds.
_MENTIONS_OF_KERAS = ("keras", "tensorflow", "autograder")


@dataclass(slots=True, kw_only=True)
class Invigilator:
    """Holds exams, each in a sandbox of its own."""

    layer: Layer
    limits: Limits
    threads: int
    """Processors for each submission."""
    trainings: Trainings
    settings: Mapping[str, str] = field(default_factory=dict)
    """What a kernel's environment holds besides the layer's."""
    readable: Sequence[Path] = ()
    """What a kernel may read besides its own program: the images."""
    warm: Mapping[bool, Warm] = field(default_factory=dict)
    """What kernels are forked from: with Keras, and without."""

    @contextlib.asynccontextmanager
    async def student(
        self,
        exam: Exam,
        source: Notebook,
        student: str,
        files: Files,
        *,
        cold: bool = False,
        anew: bool = False,
        seed: int | None = None,
    ) -> AsyncIterator[StudentSession]:
        """A sandbox in which a notebook's cells can be run, with the grader open.

        Parameters
        ----------
        exam, source, student, files
            What is to be run, what sets its trainings, whose it is, and what stands beside it.
        cold
            Whether its kernel is started, and not forked.
        anew
            Whether its networks are trained again, whatever was handed in.
        seed
            From which trainings are drawn; the exercise's, unless one is given.
        """
        exercise = exercise_of(source)
        seed = exercise.seed if seed is None else seed
        with_keras = _mentions_keras(exam)
        session = StudentSession(
            self.layer,
            self.limits,
            {**self.settings, **thread_settings(self.threads), FILED_UNDER: student},
            readable=self.readable,
            with_keras=with_keras,
            training=self.trainings.of_notebook(exercise.within(self.limits), seed, anew=anew),
            warm=None if cold else self.warm.get(with_keras),
        )
        async with session.running(files):
            yield session

    async def hold(
        self,
        exam: Exam,
        marking: Marking,
        files: Files,
        *,
        cold: bool = False,
        anew: bool = False,
        seed: int | None = None,
    ) -> StudentSession:
        """Runs the cells; the student's side, which has ended."""
        sitting = marking.sitting
        warm = None if cold else self.warm.get(_mentions_keras(exam))
        if warm is None:
            await marking.begin()
        elif warm.wanted or await warm.at_hand():
            await warm.prepare()
            await marking.begin(warm)
        else:
            # Both import for seconds. Whoever comes first has them do so at the same time; all others are forked.
            warm.wanted = True
            await asyncio.gather(marking.begin(), warm.prepare())
        student = self.student(exam, marking.source, marking.student, files, cold=cold, anew=anew, seed=seed)
        async with student as session:
            for place, cell in enumerate(exam.cells):
                if cell.is_test:
                    sitting.cells.append(await marking.test(cell, session))
                    continue
                if cell.code:
                    ran = await session.run(cell)
                    sitting.outputs[place] = rebuilt(ran.outputs)
                    if ran.error is not None:
                        sitting.errors.append(ran.error)
                if cell.is_manual:
                    sitting.cells.append(CellReport(grade_id=cell.grade_id, score=0.0, points=cell.points, manual=True))
        sitting.trainings.extend(session.trained)
        return session

    async def held(
        self, exam: Exam, marking: Marking, files: Files, *, seed: int | None = None
    ) -> tuple[Sitting, StudentSession]:
        """Holds an exam, once more where its sandbox is lost; what came of it, and the student's side, ended."""
        notices = list(marking.sitting.notices)
        try:
            return marking.sitting, await self.hold(exam, marking, files, seed=seed)
        except SandboxLost:
            # It may have been at a call of the student's, of which it would wait for the answer.
            await marking.examiner.stop()
            marking = replace(marking, sitting=Sitting(notices=notices))
            return marking.sitting, await self.hold(exam, marking, files, cold=True, seed=seed)

    async def repeat(self, exam: Exam, marking: Marking, files: Files) -> str:
        """Holds an exam again, from other seeds, and changes its sitting to what counts; why not all cells ran."""
        sitting = marking.sitting
        first, ended = tuple(sitting.cells), ""
        exam = repeats.until(exam, repeats.close(first))
        runs: list[list[CellReport]] = []
        for seed in repeats.seeds(exercise_of(marking.source).seed):
            fresh = replace(marking, sitting=Sitting(), set_up=set())
            again, held = await self.held(exam, fresh, files, seed=seed)
            runs.append(again.cells)
            ended = ended or held.ended
            sitting.trainings.extend(again.trainings)
            sitting.cells[:] = repeats.best(first, runs)
            if not repeats.close(sitting.cells):
                break
        sitting.notices.extend(repeats.told(first, runs))
        return ended


def _mentions_keras(exam: Exam) -> bool:
    return any(word in cell.source for cell in exam.cells for word in _MENTIONS_OF_KERAS)
