"""One submission's exam, from notebook to report.

The grader's own process: it runs neither the student's code nor the instructor's. It passes plain data
from the student's kernel to the examiner, unread, and keeps what the examiner says.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

from autograder.datasets import describe
from autograder.exam import data, repeats
from autograder.exam.bundle import Executed, Unusable
from autograder.exam.examiner_session import Examiner, ExaminerFault
from autograder.exam.files import Files, together
from autograder.exam.invigilation import Invigilator
from autograder.exam.limits import Limits
from autograder.exam.marking import Marking
from autograder.exam.memory import Memory
from autograder.exam.merge import Exam, WrongAssignment, merge
from autograder.exam.names import ownership
from autograder.exam.notebook import Notebook, UnreadableNotebook, parse
from autograder.exam.notices import audited, held_without_isolation
from autograder.exam.papers import Beside, Paper, fault, read, read_beside
from autograder.exam.processors import processors
from autograder.exam.remembered import Circumstances, key_of
from autograder.exam.replay import replay
from autograder.exam.reports import graded, ungraded
from autograder.exam.session import KernelFault
from autograder.exam.sitting import Sitting
from autograder.exam.submissions import Submission, as_text
from autograder.exam.trainings import Claimed, RememberedTrainings, Trainings, Way, unclaimed
from autograder.exam.warmed import warm
from autograder.flags import audit_flags, flags_of
from autograder.i18n import _
from autograder.report import SubmissionReport
from autograder.sandbox import Layer, strongest_layer
from autograder.sandbox.room import environment

_CHANCE = random.SystemRandom()


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
        layer = strongest_layer() if layer is None else layer
        limits = limits or Limits()
        threads = threads or max(processors() // jobs, 1)
        self._memory = memory
        self._examiners = [Examiner(layer, limits, threads) for _job in range(jobs)]
        # The one that was used last is there at once.
        self._free: asyncio.LifoQueue[Examiner] = asyncio.LifoQueue()
        self._training: Way = training
        trainings = Trainings(
            layer,
            training,
            memory.trainings if memory is not None else None,
            # What is trained for all is trained as fast as can be; what in a notebook's place, as it would.
            threads if training == "remembered" else processors(),
            claimed,
        )
        self.invigilator = Invigilator(layer=layer, limits=limits, threads=threads, trainings=trainings)
        """Runs notebooks' cells, with the grader open."""
        self._circumstances: Circumstances | None = None

    @property
    def jobs(self) -> int:
        """Most submissions at once."""
        return len(self._examiners)

    @property
    def layer(self) -> Layer:
        """How programs are kept apart."""
        return self.invigilator.layer

    @property
    def limits(self) -> Limits:
        """What one submission may use."""
        return self.invigilator.limits

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Grader]:
        """Holds the examiners' processes; ends them afterwards.

        Raises
        ------
        DatasetError
            If the images that the exercises use are damaged or not where they were said to be.
        """
        with data.served() as settings, tempfile.TemporaryDirectory(prefix="autograder-trainings-") as folder:
            invigilator = self.invigilator
            if self._memory is None:
                # In one run nothing is trained twice, whatever is remembered between runs.
                invigilator.trainings.remembered = RememberedTrainings(folder)
            invigilator.settings, invigilator.readable = settings, data.places(settings)
            for examiner in self._examiners:
                examiner.settings, examiner.readable = settings, invigilator.readable
                self._free.put_nowait(examiner)
            invigilator.warm = warm(invigilator.readable) if self.layer.forks else {}
            invigilator.trainings.warm = invigilator.warm.get(True)
            self._circumstances = Circumstances(
                layer=self.layer.name,
                limits=self.limits,
                training=self._training,
                data=[str(provenance) for provenance in describe()],
                # Where networks are trained for all alike, it does not matter how many threads a notebook has.
                threads=0 if self._training in ("canonical", "submitted") else invigilator.threads,
                environment=environment(""),
            )
            try:
                yield self
            finally:
                await asyncio.gather(*(examiner.stop() for examiner in self._examiners))
                for one in invigilator.warm.values():
                    one.close()

    def share(self, other: Grader) -> None:
        """Uses the examiners of another grader, which is open, and nothing of its own."""
        self._free = other._free
        ours, theirs = self.invigilator, other.invigilator
        ours.settings, ours.readable, ours.warm = theirs.settings, theirs.readable, theirs.warm
        ours.trainings.warm = theirs.trainings.warm
        if other._circumstances is not None:
            self._circumstances = replace(
                other._circumstances, layer=self.layer.name, limits=self.limits, training=self._training
            )

    async def grade(self, submission: Submission) -> SubmissionReport:
        """One submission's report. It never raises for what a student handed in; the file is not changed."""
        return await self.mark(read(submission, self.limits))

    async def mark(self, paper: Paper, executed: Executed | None = None) -> SubmissionReport:
        """The report on a submission that was read before, here or elsewhere; on what it was ``executed`` to, where
        its cells have run already.
        """
        began = monotonic()
        source: Notebook | None = None

        def no_grade(reason: str) -> SubmissionReport:
            return ungraded(paper, reason, source, isolation=self.layer.name, seconds=monotonic() - began)

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
            exam = merge(source, parse(paper.notebook, self.limits))
            student = "" if paper.student == "-" else paper.student
            sitting = await self._sit(exam, source, student, paper.beside, executed)
        except (UnreadableNotebook, WrongAssignment, Unusable) as error:
            return no_grade(str(error))
        except Exception as error:  # noqa: BLE001 - one submission must not end the others' run
            kind = "" if isinstance(error, KernelFault | ExaminerFault | OSError) else f"{type(error).__name__}: "
            return no_grade(fault(f"{kind}{error}"))
        report = graded(paper, source, exam, sitting, isolation=self.layer.name, seconds=monotonic() - began)
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
        return await self._sit(exam, source, as_text(student), read_beside(handed_in, own, self.limits))

    async def _sit(
        self, exam: Exam, source: Notebook, student: str, beside: Beside, executed: Executed | None = None
    ) -> Sitting:
        sitting = Sitting()
        if executed is None:
            sitting.notices.extend(held_without_isolation(self.layer))
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
                sitting, held = await self.invigilator.held(exam, marking, files)
                ended = held.ended
                # Where notebooks train by themselves there is no other seed to be had.
                if sitting.trainings and repeats.close(sitting.cells):
                    ended = await self.invigilator.repeat(exam, replace(marking, sitting=sitting), files) or ended
            if self._training == "submitted" and _CHANCE.random() < self._audit:
                again = replace(marking, sitting=Sitting(), set_up=set())
                await self.invigilator.hold(exam, again, files, cold=True, anew=True)
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

    @contextlib.asynccontextmanager
    async def examiner(self) -> AsyncIterator[Examiner]:
        """An examiner that nobody else uses meanwhile, with the grader open."""
        examiner = await self._free.get()
        try:
            yield examiner
        finally:
            self._free.put_nowait(examiner)

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
