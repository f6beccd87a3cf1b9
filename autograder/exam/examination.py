"""One submission's exam, from notebook to report.

The grader's own process: it runs neither the student's code nor the instructor's. It passes plain data
from the student's kernel to the examiner, unread, and keeps what the examiner says.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic

from autograder.datasets import describe
from autograder.exam import data, repeats
from autograder.exam.bundle import Executed, Unusable
from autograder.exam.examiner_session import Examiner, ExaminerFault
from autograder.exam.exercise import exercise_of
from autograder.exam.files import Files, together
from autograder.exam.limits import Limits
from autograder.exam.marking import Marking
from autograder.exam.memory import Memory
from autograder.exam.merge import Exam, WrongAssignment, merge
from autograder.exam.names import ownership
from autograder.exam.notebook import Notebook, UnreadableNotebook, parse
from autograder.exam.notices import audited, held_without_isolation
from autograder.exam.outputs import rebuilt
from autograder.exam.papers import Beside, Paper, fault, read, read_beside
from autograder.exam.processors import processors, thread_settings
from autograder.exam.remembered import Circumstances, key_of
from autograder.exam.replay import replay
from autograder.exam.reports import graded, ungraded
from autograder.exam.session import KernelFault, SandboxLost, StudentSession
from autograder.exam.sitting import Sitting
from autograder.exam.submissions import Submission, as_text
from autograder.exam.trainings import Claimed, RememberedTrainings, Trainings, Way, unclaimed
from autograder.exam.warmed import imports
from autograder.flags import audit_flags, flags_of
from autograder.i18n import _
from autograder.personal import FILED_UNDER
from autograder.report import CellReport, SubmissionReport
from autograder.sandbox import Layer, Warm, strongest_layer
from autograder.sandbox.room import environment

_CHANCE = random.SystemRandom()

# A notebook that has none of these words needs no Keras in its kernel: to import it takes seconds.
_MENTIONS_OF_KERAS = ("keras", "tensorflow", "autograder")


class Grader:
    """Grades submissions, as many at once as it has examiners.

    Parameters
    ----------
    layer
        How programs are kept apart; the strongest that works here, unless one is given.
    limits
        What one submission may use.
    memory
        What earlier runs came to; without it, everything is done anew.
    training
        How trainings are carried out.
    audit
        The share of notebooks, drawn by chance, whose networks are trained anew although they were handed in trained.
    jobs
        Most submissions at once. The processors are shared out among them.
    threads
        Processors for each submission, where other graders use this machine too.
    claimed
        Held while something is trained, where other machines train too.

    Raises
    ------
    NoLayer
        If no layer is given and none works here.
    """

    def __init__(
        self,
        layer: Layer | None = None,
        limits: Limits | None = None,
        memory: Memory | None = None,
        *,
        training: Way = "canonical",
        audit: float = 0.0,
        jobs: int = 1,
        threads: int | None = None,
        claimed: Claimed = unclaimed,
    ) -> None:
        self._audit = audit
        self._layer = strongest_layer() if layer is None else layer
        self._limits = limits or Limits()
        self._memory = memory
        self._threads = threads or max(processors() // jobs, 1)
        self._examiners = [Examiner(self._layer, self._limits, self._threads) for _job in range(jobs)]
        # The one that was used last is there at once.
        self._free: asyncio.LifoQueue[Examiner] = asyncio.LifoQueue()
        self._settings: Mapping[str, str] = {}
        self._readable: Sequence[Path] = ()
        self._warm: Mapping[bool, Warm] = {}
        """What students' kernels are forked from: with Keras, and without."""
        self._training: Way = training
        self._trainings = Trainings(
            self._layer,
            training,
            memory.trainings if memory is not None else None,
            # What is trained for all is trained as fast as can be; what in a notebook's place, as it would.
            self._threads if training == "remembered" else processors(),
            claimed,
        )
        self._circumstances: Circumstances | None = None

    @property
    def jobs(self) -> int:
        """Most submissions at once."""
        return len(self._examiners)

    @property
    def layer(self) -> Layer:
        """How programs are kept apart."""
        return self._layer

    @property
    def limits(self) -> Limits:
        """What one submission may use."""
        return self._limits

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Grader]:
        """Holds the examiners' processes; ends them afterwards.

        Raises
        ------
        DatasetError
            If the images that the exercises use are damaged or not where they were said to be.
        """
        with data.served() as settings, tempfile.TemporaryDirectory(prefix="autograder-trainings-") as folder:
            if self._memory is None:
                # In one run nothing is trained twice, whatever is remembered between runs.
                self._trainings.remembered = RememberedTrainings(folder)
            self._settings, self._readable = settings, data.places(settings)
            for examiner in self._examiners:
                examiner.settings, examiner.readable = settings, self._readable
                self._free.put_nowait(examiner)
            self._warm = {
                keras: Warm(imports(with_keras=keras), self._readable) for keras in (False, True) if self._layer.forks
            }
            self._trainings.warm = self._warm.get(True)
            self._circumstances = Circumstances(
                layer=self._layer.name,
                limits=self._limits,
                training=self._training,
                data=[str(provenance) for provenance in describe()],
                # Where networks are trained for all alike, it does not matter how many threads a notebook has.
                threads=0 if self._training in ("canonical", "submitted") else self._threads,
                environment=environment(""),
            )
            try:
                yield self
            finally:
                await asyncio.gather(*(examiner.stop() for examiner in self._examiners))
                for warm in self._warm.values():
                    warm.close()

    def share(self, other: Grader) -> None:
        """Uses the examiners of another grader, which is open, and nothing of its own."""
        self._free, self._settings, self._readable = other._free, other._settings, other._readable
        if other._circumstances is not None:
            self._circumstances = replace(
                other._circumstances, layer=self._layer.name, limits=self._limits, training=self._training
            )
        self._warm, self._trainings.warm = other._warm, other._trainings.warm

    async def grade(self, submission: Submission) -> SubmissionReport:
        """One submission's report. It never raises for what a student handed in; the file is not changed."""
        return await self.mark(read(submission, self._limits))

    async def mark(self, paper: Paper, executed: Executed | None = None) -> SubmissionReport:
        """The report on a submission that was read before, here or elsewhere; on what it was ``executed`` to, where
        its cells have run already.
        """
        began = monotonic()
        source: Notebook | None = None

        def no_grade(reason: str) -> SubmissionReport:
            return ungraded(paper, reason, source, isolation=self._layer.name, seconds=monotonic() - began)

        try:
            if paper.unreadable_source:
                raise UnreadableNotebook(paper.unreadable_source)
            source = parse(paper.source)
        except UnreadableNotebook as error:
            told = _("The source notebook {path} cannot be used. {error}")
            return no_grade(told.format(path=paper.source_path, error=error))
        if paper.problem:
            return no_grade(paper.problem)
        try:
            exam = merge(source, parse(paper.notebook, self._limits))
            student = "" if paper.student == "-" else paper.student
            sitting = await self._sit(exam, source, student, paper.beside, executed)
        except (UnreadableNotebook, WrongAssignment, Unusable) as error:
            return no_grade(str(error))
        except Exception as error:  # noqa: BLE001 - one submission must not end the others' run
            kind = "" if isinstance(error, KernelFault | ExaminerFault | OSError) else f"{type(error).__name__}: "
            return no_grade(fault(f"{kind}{error}"))
        report = graded(paper, source, exam, sitting, isolation=self._layer.name, seconds=monotonic() - began)
        if executed is not None:
            report = replace(
                report, isolation=executed.isolation, memory_bytes=executed.memory_bytes, weights=executed.weights
            )
        return replace(report, flags=(*sitting.flags, *flags_of(report)))

    async def sit(
        self,
        exam: Exam,
        source: Notebook,
        *,
        student: str = "",
        own: Path | None = None,
        handed_in: Path | None = None,
    ) -> Sitting:
        """Holds an exam, with the grader open.

        Parameters
        ----------
        exam, source
            What is run, and the source notebook with its solutions, which says who owns which name.
        student
            The name that the submission is filed under, where that is known.
        own, handed_in
            Folders of the assignment and of the submission, whose other files stand in the working directory;
            the assignment's own take the place of the student's.

        Raises
        ------
        KernelFault, ExaminerFault, OSError
            If it could not be held, for a reason that is not the student's.
        """
        return await self._sit(exam, source, as_text(student), read_beside(handed_in, own, self._limits))

    async def _sit(
        self, exam: Exam, source: Notebook, student: str, beside: Beside, executed: Executed | None = None
    ) -> Sitting:
        sitting = Sitting()
        if executed is None:
            sitting.notices.extend(held_without_isolation(self._layer))
        sitting.notices.extend(beside.notices)
        student_files, own_files = beside.handed_in, beside.own
        # What a bundle says has no place among what was seen here.
        key = "" if executed is not None else self._key(exam, source, student, student_files, own_files)
        results = self._memory.results if self._memory is not None and key else None
        known = results.get(key) if results is not None else None
        if known is not None:
            return replace(known, remembered=True)
        async with self.examiner() as examiner:
            marking = Marking(source, ownership(source.cells), sitting, student, own_files, examiner)
            files = together(student_files, own_files)
            ended, held = "", None
            if executed is not None:
                await marking.begin()
                await replay(executed, exam, marking)
            else:
                sitting, held = await self._held(exam, marking, files)
                ended = held.ended
                # Where notebooks train by themselves there is no other seed to be had.
                if sitting.trainings and repeats.close(sitting.cells):
                    ended = await self._repeat(exam, replace(marking, sitting=sitting), files) or ended
            if self._training == "submitted" and _CHANCE.random() < self._audit:
                again = replace(marking, sitting=Sitting(), set_up=set())
                await self._hold(exam, again, files, cold=True, anew=True)
                sitting.notices.append(audited(sitting.score, again.sitting.score))
                sitting.flags.extend(audit_flags(sitting.cells, again.sitting.cells))
            ready = await examiner.start()
        sitting = replace(sitting, data=tuple(ready.data), versions=ready.versions)
        if held is not None:
            sitting = replace(sitting, memory_bytes=held.memory_bytes)
        # Where a limit was reached, the machine's other work may have had a part in it.
        if results is not None and held is not None and not ended:
            results.put(key, sitting)
        return sitting

    async def _held(
        self, exam: Exam, marking: Marking, files: Files, *, seed: int | None = None
    ) -> tuple[Sitting, StudentSession]:
        """Holds an exam, once more where its sandbox is lost; what came of it, and the student's side, ended."""
        notices = list(marking.sitting.notices)
        try:
            return marking.sitting, await self._hold(exam, marking, files, seed=seed)
        except SandboxLost:
            # It may have been at a call of the student's, of which it would wait for the answer.
            await marking.examiner.stop()
            marking = replace(marking, sitting=Sitting(notices=notices))
            return marking.sitting, await self._hold(exam, marking, files, cold=True, seed=seed)

    async def _repeat(self, exam: Exam, marking: Marking, files: Files) -> str:
        """Holds an exam again, from other seeds, and changes its sitting to what counts; why not all cells ran."""
        sitting = marking.sitting
        first, ended = tuple(sitting.cells), ""
        exam = repeats.until(exam, repeats.close(first))
        runs: list[list[CellReport]] = []
        for seed in repeats.seeds(exercise_of(marking.source).seed):
            fresh = replace(marking, sitting=Sitting(), set_up=set())
            again, held = await self._held(exam, fresh, files, seed=seed)
            runs.append(again.cells)
            ended = ended or held.ended
            sitting.trainings.extend(again.trainings)
            sitting.cells[:] = repeats.best(first, runs)
            if not repeats.close(sitting.cells):
                break
        sitting.notices.extend(repeats.told(first, runs))
        return ended

    @contextlib.asynccontextmanager
    async def examiner(self) -> AsyncIterator[Examiner]:
        """An examiner that nobody else uses meanwhile, with the grader open."""
        examiner = await self._free.get()
        try:
            yield examiner
        finally:
            self._free.put_nowait(examiner)

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
            self._layer,
            self._limits,
            {**self._settings, **thread_settings(self._threads), FILED_UNDER: student},
            readable=self._readable,
            with_keras=with_keras,
            training=self._trainings.of_notebook(exercise.within(self._limits), seed, anew=anew),
            warm=None if cold else self._warm.get(with_keras),
        )
        async with session.running(files):
            yield session

    async def _hold(
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
        warm = None if cold else self._warm.get(_mentions_keras(exam))
        # Both take seconds the first time.
        await asyncio.gather(marking.begin(), *([] if warm is None else [warm.prepare()]))
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

    def _key(self, exam: Exam, source: Notebook, student: str, handed_in: Files, own: Files) -> str:
        if self._memory is None or self._circumstances is None:
            return ""
        return key_of(
            exam.cells,
            source.cells,
            student=student,
            handed_in=handed_in,
            own=own,
            circumstances=self._circumstances,
        )


def _mentions_keras(exam: Exam) -> bool:
    return any(word in cell.source for cell in exam.cells for word in _MENTIONS_OF_KERAS)
