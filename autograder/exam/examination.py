"""One submission's exam, from notebook to report.

The grader's own process: it runs neither the student's code nor the instructor's. It passes plain data
from the student's kernel to the examiner, unread, and keeps what the examiner says.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Protocol

from autograder.datasets import describe
from autograder.exam import data, frames
from autograder.exam.crossing import Refused, Value
from autograder.exam.examiner_session import Examiner, ExaminerFault
from autograder.exam.exercise import exercise_of
from autograder.exam.faults import broken_test
from autograder.exam.files import Files, together
from autograder.exam.limits import Limits
from autograder.exam.merge import Exam, WrongAssignment, merge
from autograder.exam.names import Ownership, ownership
from autograder.exam.notebook import Cell, Notebook, UnreadableNotebook, parse
from autograder.exam.outputs import rebuilt
from autograder.exam.papers import Beside, Paper, fault, read, read_beside
from autograder.exam.processors import processors, thread_settings
from autograder.exam.remembered import Circumstances, Remembered, key_of
from autograder.exam.session import Crossed, KernelFault, SandboxLost, StudentSession
from autograder.exam.sitting import Sitting
from autograder.exam.submissions import Submission, as_text
from autograder.exam.trainings import Claimed, RememberedTrainings, Trainings, Way, unclaimed
from autograder.exam.warmed import imports
from autograder.i18n import _
from autograder.keras_errors import meaning
from autograder.personal import FILED_UNDER
from autograder.report import (
    CellError,
    CellReport,
    Status,
    SubmissionReport,
    points_of,
    score_of,
)
from autograder.sandbox import Layer, Warm, strongest_layer
from autograder.sandbox.room import environment

_CHANCE = random.SystemRandom()

# A notebook that has none of these words needs no Keras in its kernel: to import it takes seconds.
_MENTIONS_OF_KERAS = ("keras", "tensorflow", "autograder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What earlier runs came to."""

    results: Remembered
    trainings: RememberedTrainings

    @classmethod
    def at(cls, cache: str | Path | None = None) -> Memory:
        """In this user's cache, or in a folder that several machines share: a path, or an address of fsspec's."""
        return cls(results=Remembered(cache), trainings=RememberedTrainings(cache))


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

    async def mark(self, paper: Paper) -> SubmissionReport:
        """The report on a submission that was read before, here or elsewhere."""
        began = monotonic()
        source: Notebook | None = None
        try:
            if paper.unreadable_source:
                raise UnreadableNotebook(paper.unreadable_source)
            source = parse(paper.source)
        except UnreadableNotebook as error:
            problem = _("The source notebook {path} cannot be used. {error}").format(
                path=paper.source_path, error=error
            )
            return self._ungraded(paper, source, problem, began)
        if paper.problem:
            return self._ungraded(paper, source, paper.problem, began)
        try:
            exam = merge(source, parse(paper.notebook, self._limits))
            sitting = await self._sit(exam, source, "" if paper.student == "-" else paper.student, paper.beside)
        except (UnreadableNotebook, WrongAssignment) as error:
            return self._ungraded(paper, source, str(error), began)
        except Exception as error:  # noqa: BLE001 - one submission must not end the others' run
            kind = "" if isinstance(error, KernelFault | ExaminerFault | OSError) else f"{type(error).__name__}: "
            return self._ungraded(paper, source, fault(f"{kind}{error}"), began)
        return SubmissionReport(
            student=paper.student,
            assignment=paper.assignment,
            path=paper.path,
            score=sitting.score,
            max_score=source.max_score,
            cells=tuple(sitting.cells),
            notices=(*exam.notices, *sitting.notices),
            errors=tuple(sitting.errors),
            trainings=tuple(sitting.trainings),
            isolation=self._layer.name,
            data=sitting.data,
            versions=sitting.versions,
            remembered=sitting.remembered,
            seconds=round(monotonic() - began, 3),
        )

    def _ungraded(self, paper: Paper, source: Notebook | None, reason: str, began: float) -> SubmissionReport:
        return SubmissionReport(
            student=paper.student,
            assignment=paper.assignment,
            path=paper.path,
            score=None,
            max_score=source.max_score if source else 0.0,
            ungraded=reason,
            isolation=self._layer.name,
            seconds=round(monotonic() - began, 3),
        )

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

    async def _sit(self, exam: Exam, source: Notebook, student: str, beside: Beside) -> Sitting:
        sitting = Sitting()
        if not self._layer.isolates:
            sitting.notices.append(
                _("This was graded without isolation: the submission was trusted, and could have changed its grade.")
            )
        sitting.notices.extend(beside.notices)
        student_files, own_files = beside.handed_in, beside.own
        key = self._key(exam, source, student, student_files, own_files)
        results = self._memory.results if self._memory is not None and key else None
        known = results.get(key) if results is not None else None
        if known is not None:
            return replace(known, remembered=True)
        examiner = await self._free.get()
        try:
            run = _Run(source, ownership(source.cells), sitting, student, own_files, examiner)
            files = together(student_files, own_files)
            notices = list(sitting.notices)
            try:
                ended = await self._hold(exam, run, files, self._warm)
            except SandboxLost:
                # It may have been at a call of the student's, of which it would wait for the answer.
                await examiner.stop()
                sitting = Sitting(notices=notices)
                ended = await self._hold(exam, replace(run, sitting=sitting), files, {})
            if self._training == "submitted" and _CHANCE.random() < self._audit:
                again = replace(run, sitting=Sitting(), set_up=set())
                await self._hold(exam, again, files, {}, anew=True)
                sitting.notices.append(_audited(sitting.score, again.sitting.score))
            ready = await examiner.start()
        finally:
            self._free.put_nowait(examiner)
        sitting = replace(sitting, data=tuple(ready.data), versions=ready.versions)
        # Where a limit was reached, the machine's other work may have had a part in it.
        if results is not None and not ended:
            results.put(key, sitting)
        return sitting

    async def _hold(self, exam: Exam, run: _Run, files: Files, warm: Mapping[bool, Warm], *, anew: bool = False) -> str:
        """Runs the cells; why no more of them ran, if none did. ``anew``: trained again, whatever was handed in."""
        sitting = run.sitting
        exercise = exercise_of(run.source)
        trainings = self._trainings.of_notebook(exercise.within(self._limits), exercise.seed, anew=anew)
        with_keras = any(word in cell.source for cell in exam.cells for word in _MENTIONS_OF_KERAS)
        # Both take seconds the first time.
        await asyncio.gather(self._begin(run), *(one.prepare() for keras, one in warm.items() if keras == with_keras))
        session = StudentSession(
            self._layer,
            self._limits,
            {**self._settings, **thread_settings(self._threads), FILED_UNDER: run.student},
            readable=self._readable,
            with_keras=with_keras,
            training=trainings,
            warm=warm.get(with_keras),
        )
        async with session.running(files):
            for place, cell in enumerate(exam.cells):
                if cell.is_test:
                    sitting.cells.append(await self._test(cell, run, session))
                    continue
                if cell.code:
                    ran = await session.run(cell)
                    sitting.outputs[place] = rebuilt(ran.outputs)
                    if ran.error is not None:
                        sitting.errors.append(ran.error)
                if cell.is_manual:
                    sitting.cells.append(CellReport(grade_id=cell.grade_id, score=0.0, points=cell.points, manual=True))
        if trainings is not None:
            sitting.trainings.extend(trainings.done)
        return session.ended

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

    async def _begin(self, run: _Run) -> None:
        run.set_up.clear()
        await run.examiner.begin(run.student, run.own)

    async def _test(self, cell: Cell, run: _Run, session: StudentSession) -> CellReport:
        try:
            await self._set_up(cell, run)
            values = await session.values(run.owners.asked.get(cell.grade_id, ()))
            slips = [name for name in sorted(run.owners.nobodys) if _is_missing(values.values.get(name))]
            if slips:
                verdict = _broken(cell, f"it uses {', '.join(slips)}, which no cell of the source notebook defines")
            else:
                crossed = _with_reasons(values, run.owners, run.sitting.errors, session.ended)
                verdict = await run.examiner.test(cell, crossed, session)
        except ExaminerFault as error:
            verdict = _broken(cell, str(error))
            # The next cells need an examiner too, and one that knows what this one knew.
            await self._begin(run)
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

    async def _set_up(self, cell: Cell, run: _Run) -> None:
        """Runs the instructor's cells that stand before a test cell and have not run yet."""
        for index, earlier in enumerate(run.source.cells):
            if earlier.grade_id == cell.grade_id and earlier.is_test:
                return
            if index in run.owners.instructor_cells and index not in run.set_up:
                run.set_up.add(index)
                error = await run.examiner.set_up(earlier.grade_id or f"cell {index + 1}", earlier.source)
                if error:
                    run.sitting.notices.append(
                        _("The exercise's own cell “{name}” stopped with {error}").format(
                            name=earlier.grade_id or index + 1, error=error[:300]
                        )
                    )


@dataclass(frozen=True, slots=True)
class _Run:
    """An exam that is being held."""

    source: Notebook
    owners: Ownership
    sitting: Sitting
    student: str
    own: Files
    examiner: Examiner
    set_up: set[int] = field(default_factory=set)
    """Which of the source's cells the examiner has run."""


def _audited(score: float, again: float) -> str:
    if score == again:
        return _("Audit: trained anew, the notebook earns the same {score:g} points.").format(score=score)
    return _(
        "Audit: trained anew, the notebook earns {again:g} points instead of {score:g}. Look at how the weights that"
        " were handed in were made."
    ).format(again=again, score=score)


def _broken(cell: Cell, problem: str) -> frames.Verdict:
    return frames.Verdict([broken_test(cell.points, problem)])


def _is_missing(value: Value | None) -> bool:
    return isinstance(value, Refused) and value.missing


def _with_reasons(crossed: Crossed, owners: Ownership, errors: Iterable[CellError], ended: str) -> Crossed:
    """Says of each name that is missing which cell was to make it, and what became of that cell."""
    by_cell = {error.grade_id: error for error in errors if error.grade_id}

    def told(name: str, value: Value) -> Value:
        if not isinstance(value, Refused):
            return value
        missing = value.missing
        return Refused(_why_missing(name, owners, by_cell, ended) if missing else _refusal(name, value.reason))

    values = {name: told(name, value) for name, value in crossed.values.items()}
    return Crossed(values, crossed.buffers)


def _refusal(name: str, reason: str) -> str:
    return _("“{name}” cannot be graded: {reason}.").format(name=name, reason=reason[:1_000].strip().rstrip("."))


def _why_missing(name: str, owners: Ownership, by_cell: Mapping[str, CellError], ended: str) -> str:
    if ended:
        return _refusal(name, ended[:1].lower() + ended[1:])
    maker = owners.makers.get(name)
    unfilled = [name for name, error in by_cell.items() if error.error.startswith("NotImplementedError")]
    if maker is None and len(unfilled) == 1 and unfilled[0] not in owners.makers.values():
        # A release notebook does not say which of its cells is to define what.
        maker = unfilled[0]
    if maker is None:
        return _("“{name}” is not defined in the notebook.").format(name=name)
    error = by_cell.get(maker)
    if maker in unfilled:
        return _("“{name}” is not defined: the cell “{maker}” is not filled in yet.").format(name=name, maker=maker)
    if error is None:
        return _("“{name}” is not defined: the cell “{maker}” is to define it.").format(name=name, maker=maker)
    line = _(" (line {line})").format(line=error.line) if error.line else ""
    text = _("“{name}” is not defined, because the cell “{maker}” stopped with {error}{line}.").format(
        name=name, maker=maker, error=error.error, line=line
    )
    meant = meaning(error.error)
    return f"{text} {meant}." if meant else text


class NoGrader(RuntimeError):
    """There is nothing that could grade; the message says why."""


class Grades(Protocol):
    """What grades submissions, some of them at once: here, or on other machines."""

    @property
    def jobs(self) -> int:
        """Most submissions at once, at this moment; at least one."""

    def open(self) -> contextlib.AbstractAsyncContextManager[object]:
        """Holds what it needs."""

    async def grade(self, submission: Submission) -> SubmissionReport:
        """One submission's report. It never raises for what a student handed in."""


async def grade_all(grader: Grades, submissions: Iterable[Submission]) -> AsyncIterator[SubmissionReport]:
    """Reports as they come. A submission is taken when its turn has come, so there may be any number of them."""
    waiting = iter(submissions)
    async with grader.open():
        underway: set[asyncio.Task[SubmissionReport]] = set()
        try:
            while True:
                for submission in itertools.islice(waiting, max(grader.jobs - len(underway), 0)):
                    underway.add(asyncio.create_task(grader.grade(submission)))
                if not underway:
                    return
                done, underway = await asyncio.wait(underway, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        finally:
            for task in underway:
                task.cancel()
            await asyncio.gather(*underway, return_exceptions=True)
