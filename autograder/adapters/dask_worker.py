"""What runs on a Dask worker: papers in, reports out, both of them bytes.

A worker has one grader for a run, opened when the first paper comes. Dask itself pickles the name of :func:`graded`,
and byte strings; what is in these is decoded into known types by msgspec, on both sides.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import signal
from collections.abc import AsyncIterator, Coroutine
from threading import Lock, Timer
from time import monotonic
from typing import Any, TypeVar

import distributed
import msgspec
from distributed.diagnostics.plugin import WorkerPlugin

from autograder.adapters.hall import Hall
from autograder.datasets import DatasetError
from autograder.exam import Grader, Limits, Memory
from autograder.exam.papers import Paper
from autograder.exam.remembered import program
from autograder.exam.trainings import Way
from autograder.i18n import _, language, speaking
from autograder.report import SubmissionReport
from autograder.sandbox import NoLayer, layer_for

T = TypeVar("T")

# A run whose client is gone must not hold gigabytes for ever.
_IDLE_SECONDS = 300.0


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """How all papers of a run are graded."""

    limits: Limits
    training: Way = "canonical"
    audit: float = 0.0
    trusted: bool = False
    cache: str | None = None
    """Where what was done is remembered, seen from the worker; its user's own cache where none is named."""
    fresh: bool = False
    """Whether everything is done anew, and nothing remembered."""
    threads: int | None = None
    """Processors for each submission; where none are given, the worker's are shared out among its threads."""
    program: str = msgspec.field(default_factory=program)
    """A digest of the grader's own code: a worker that has another would judge otherwise."""
    language: str = msgspec.field(default_factory=language)
    """Of the messages, whatever a worker's own is."""

    @property
    def name(self) -> str:
        """Of what holds the grader on a worker."""
        return f"autograder-{hashlib.sha256(msgspec.msgpack.encode(self)).hexdigest()[:16]}"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker says to a paper; with neither report nor reason, that it knows nothing of the run."""

    report: SubmissionReport | None = None
    unfit: str = ""
    """Why this worker cannot grade anything."""
    worker: str = ""
    """Its address."""


class Unfit(Exception):
    """Nothing can be graded on this worker; the message says why."""


def graded(paper: bytes, name: str) -> bytes:
    """The task: a paper to an :class:`Answer`."""
    worker = distributed.get_worker()
    desk = worker.plugins.get(name)
    if not isinstance(desk, Desk):
        return msgspec.msgpack.encode(Answer(worker=worker.address))
    try:
        answer = Answer(report=desk.mark(msgspec.msgpack.decode(paper, type=Paper)), worker=worker.address)
    except Unfit as error:
        answer = Answer(unfit=str(error), worker=worker.address)
    return msgspec.msgpack.encode(answer)


class Desk(WorkerPlugin):
    """Holds a worker's grader: from its first paper until the run is over, the worker ends, or no paper has come.

    Parameters
    ----------
    run
        How papers are graded.
    own
        Whether the worker is the run's own, and ends with it.
    """

    def __init__(self, run: Run, *, own: bool = False) -> None:
        self.name = run.name
        self._own = own
        # It travels by pickle, as all plugins do: so it holds bytes.
        self._run = msgspec.msgpack.encode(run)
        self._language = run.language

    def setup(self, worker: distributed.Worker) -> None:
        """On the worker, before there is a paper."""
        if self._own:
            # Whoever interrupts the run at its terminal interrupts the run alone, which ends its workers. This must be
            # a handler: that a signal is ignored would be so for students' programs too.
            with contextlib.suppress(ValueError):
                signal.signal(signal.SIGINT, lambda *_arguments: None)
        self._worker = worker
        self._lock = Lock()
        self._hall: Hall | None = None
        self._underway = 0
        self._last = monotonic()
        self._closing: Timer | None = None

    async def teardown(self, worker: distributed.Worker) -> None:
        """On the worker, when the run is over or the worker ends."""
        await asyncio.to_thread(self._close)

    def mark(self, paper: Paper) -> SubmissionReport:
        """The report on a paper.

        Raises
        ------
        Unfit
            If nothing can be graded here.
        """
        with self._lock:
            if self._closing is not None:
                self._closing.cancel()
            if self._hall is None:
                with speaking(self._language):
                    self._hall = self._opened()
            hall = self._hall
            self._underway += 1
        try:
            # The loop that the grader works in takes it over, from this thread.
            with speaking(self._language):
                return hall.mark(paper)
        finally:
            with self._lock:
                self._underway -= 1
                if not self._underway:
                    self._closing = Timer(_IDLE_SECONDS, self._close)
                    self._closing.daemon = True
                    self._closing.start()

    def _opened(self) -> Hall:
        run = msgspec.msgpack.decode(self._run, type=Run)
        if run.program != program():
            raise Unfit(_("its autograder is another version than the one that sent the submission"))
        try:
            grader = Grader(
                layer_for(trusted=run.trusted),
                run.limits,
                None if run.fresh else Memory.at(run.cache),
                training=run.training,
                audit=run.audit,
                jobs=self._worker.state.nthreads,
                threads=run.threads,
                claimed=self._claimed,
            )
            return Hall(grader)
        except (NoLayer, DatasetError) as error:
            raise Unfit(str(error)) from error

    def _close(self) -> None:
        with self._lock:
            if self._closing is not None:
                self._closing.cancel()
                self._closing = None
            hall, self._hall = self._hall, None
        if hall is not None:
            hall.close()

    @contextlib.asynccontextmanager
    async def _claimed(self, key: str) -> AsyncIterator[None]:
        """Held by the worker that trains: the others wait, and have what came of it from the cache.

        Dask takes it from a worker that has died. Where the scheduler is lost, a training may be carried out twice.
        """
        lock: Any = None
        with contextlib.suppress(OSError, RuntimeError):
            lock = await self._there(self._acquired(f"autograder-training-{key}"))
        try:
            yield
        finally:
            if lock is not None:
                with contextlib.suppress(OSError, RuntimeError):
                    await self._there(self._released(lock))

    async def _acquired(self, name: str) -> Any:
        make: Any = distributed.Lock
        lock = make(name, scheduler_rpc=self._worker.scheduler, loop=self._worker.loop)
        await lock.acquire()
        return lock

    async def _released(self, lock: Any) -> None:
        await lock.release()
        # Not the lock itself: others may wait for it.
        lock.refresh_callback.stop()

    async def _there(self, work: Coroutine[Any, Any, T]) -> T:
        """In the worker's own loop, from that of the grader."""
        loop: Any = self._worker.loop
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop.asyncio_loop))
