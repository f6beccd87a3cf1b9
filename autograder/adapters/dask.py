"""Grading on a Dask cluster: the same as grading here, with the papers sent elsewhere.

:class:`Cluster` does for :func:`~autograder.exam.grade_all` what a grader does. Every submission ends in one report:
that of a worker, or one that says why there is none.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import Any

import dask.config
import distributed
import msgspec
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from autograder.adapters.dask_worker import Answer, Desk, Run, graded
from autograder.exam import Submission
from autograder.exam.notebook import UnreadableNotebook, parse
from autograder.exam.papers import Paper, fault, read
from autograder.exam.processors import processors
from autograder.exam.run import NoGrader
from autograder.i18n import _
from autograder.report import SubmissionReport

# Neither of the three has types.
_Client: Any = distributed.Client
_LocalCluster: Any = distributed.LocalCluster
_Security: Any = distributed.Security

LOCAL = "local"
"""The address of a cluster on this machine, which is made for the run and ends with it."""

_LOOKING_SECONDS = 1.0
_MOST_REFUSALS = 3

_SETTINGS = {
    # Papers are what they are; and whoever hands in many files is no mistake in the program.
    "distributed.admin.large-graph-warning-threshold": "1GB",
    # Every connection keeps the last thousand messages for Dask's developers, and papers are in them.
    "distributed.admin.low-level-log-length": 10,
}
_LOCAL_SETTINGS = {
    # With the second attempt of our own, a submission ends four workers and no more.
    "distributed.scheduler.allowed-failures": 1,
    # Sandboxes have bounds of their own, and workers hold nothing.
    "distributed.worker.memory.terminate": False,
    # What is served by HTTP is served to all users of this machine.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


class NoCluster(NoGrader):
    """There is no cluster that grades; the message says why."""


class Cluster:
    """A Dask cluster, as it is seen from where the submissions are.

    Parameters
    ----------
    address
        Of the scheduler, such as ``"tls://scheduler:8786"``; :data:`LOCAL` for a cluster on this machine.
    run
        How papers are graded.
    jobs
        Workers of a cluster on this machine; the number of processors, unless it is given.
    """

    def __init__(self, address: str, run: Run, jobs: int | None = None) -> None:
        self._address = address
        self._count = jobs or processors()
        if address == LOCAL and run.threads is None:
            run = msgspec.structs.replace(run, threads=max(processors() // self._count, 1))
        self._run = run
        self._threads = 0
        self._ready = False
        self._any_graded = False
        self._joining = asyncio.Lock()
        self._suspects = asyncio.Lock()
        self._most: dict[Path, float] = {}
        self._numbers = itertools.count(1)

    @property
    def jobs(self) -> int:
        """Threads of all workers that there are at this moment: more would wait at the scheduler, and use memory."""
        return max(self._threads, 1)

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[Cluster]:
        """Holds the connection, and the cluster if it is one on this machine.

        Raises
        ------
        NoCluster
            If the scheduler does not answer, or its workers have no autograder.
        """
        # What it has to say is said in reports.
        logger = logging.getLogger("distributed")
        level = logger.level
        logger.setLevel(logging.CRITICAL + 1)
        try:
            async with contextlib.AsyncExitStack() as stack:
                stack.enter_context(dask.config.set(_SETTINGS))
                try:
                    self._client = await stack.enter_async_context(await self._connection(stack))
                    await self._join()
                except Exception as error:
                    raise NoCluster(
                        _("The Dask cluster {address} cannot be used: {error}").format(
                            address=self._address, error=error
                        )
                    ) from error
                looking = asyncio.create_task(self._look())
                interrupted = True
                try:
                    yield self
                    interrupted = False
                finally:
                    looking.cancel()
                    # Whoever interrupts a run at its terminal interrupts workers of this machine too.
                    if not (interrupted and self._address == LOCAL):
                        await self._leave()
        finally:
            logger.setLevel(level)

    async def _connection(self, stack: contextlib.AsyncExitStack) -> Any:
        if self._address != LOCAL:
            # TLS is Dask's own configuration: distributed.comm.tls, as a file or in the environment.
            return _Client(self._address, asynchronous=True, set_as_default=False)
        stack.enter_context(dask.config.set(_LOCAL_SETTINGS))
        self._threads = self._count
        cluster = _LocalCluster(
            n_workers=self._count,
            threads_per_worker=1,
            processes=True,
            memory_limit=0,
            host="127.0.0.1",
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            # A scheduler runs whatever is sent to it, and this machine may have other users.
            protocol="tls://",
            security=_Security.temporary(),
            silence_logs=logging.CRITICAL + 1,
            asynchronous=True,
        )
        await stack.enter_async_context(cluster)
        return _Client(cluster, asynchronous=True, set_as_default=False)

    async def _join(self) -> None:
        """Gives the workers what grades, those too that come later."""
        async with self._joining:
            if not self._ready:
                await self._client.register_plugin(Desk(self._run, own=self._address == LOCAL), name=self._run.name)
                self._ready = True

    async def _leave(self) -> None:
        """Ends the graders of this run on the workers."""
        if self._client.status == "running":
            with contextlib.suppress(Exception):
                await self._client.unregister_worker_plugin(self._run.name)

    async def _look(self) -> None:
        """Counts the workers' threads: workers come and go."""
        while True:
            with contextlib.suppress(OSError, ValueError, RuntimeError, AttributeError):
                if self._client.status == "running":
                    self._threads = sum((await self._client.nthreads()).values())
            await asyncio.sleep(_LOOKING_SECONDS)

    async def grade(self, submission: Submission) -> SubmissionReport:
        """One submission's report, from a worker; or one that says why there is none.

        Raises
        ------
        NoCluster
            If the first worker that was asked cannot grade at all.
        """
        began = monotonic()
        # In the order in which they were handed in, whichever is read first.
        number = next(self._numbers)
        paper = await asyncio.to_thread(read, submission, self._run.limits)
        try:
            return await self._reported(msgspec.msgpack.encode(paper), number)
        except _NotGraded as error:
            return SubmissionReport(
                student=paper.student,
                assignment=paper.assignment,
                path=paper.path,
                score=None,
                max_score=self._most_points(submission.source, paper),
                ungraded=str(error),
                seconds=round(monotonic() - began, 3),
            )

    async def _reported(self, paper: bytes, number: int) -> SubmissionReport:
        refusals = 0
        doubtful = False
        while True:
            try:
                if doubtful:
                    # Whoever was on the same worker may have ended it, so suspects come one after another.
                    async with self._suspects:
                        answer = await self._answer(paper, number)
                else:
                    answer = await self._answer(paper, number)
            except KilledWorker as error:
                if doubtful:
                    raise _NotGraded(
                        _(
                            "It was not graded: {count} workers ended while they graded it. A person must look at it;"
                            " grade it by itself, and look at the workers' memory."
                        ).format(count=2 * (error.allowed_failures + 1))
                    ) from error
                doubtful = True
                continue
            except FutureCancelledError:
                # The connection to the scheduler was lost, and with it what was underway.
                self._ready = False
                continue
            if answer.report is not None:
                self._any_graded = True
                return answer.report
            refusals += 1
            if not answer.unfit and refusals < _MOST_REFUSALS:
                # Its scheduler is another than the one that was told of the run.
                self._ready = False
                continue
            unfit = _("The worker {worker} cannot grade: {reason}").format(worker=answer.worker, reason=answer.unfit)
            if not self._any_graded:
                raise NoCluster(unfit)
            if refusals == _MOST_REFUSALS:
                raise _NotGraded(fault(unfit))
            # It would be the first to be free again, and take one after another.
            with contextlib.suppress(Exception):
                await self._client.retire_workers([answer.worker])

    async def _answer(self, paper: bytes, number: int) -> Answer:
        client = self._client
        while client.status == "connecting":
            await asyncio.sleep(_LOOKING_SECONDS / 10)
        if client.status != "running":
            raise _NotGraded(
                _(
                    "It was not graded: the connection to the Dask scheduler {address} was lost. Grade again: what"
                    " was done is remembered."
                ).format(address=self._address)
            )
        if not self._ready:
            try:
                await self._join()
            except (OSError, RuntimeError, FutureCancelledError) as error:
                raise FutureCancelledError("", str(error)) from error
        # Dask's own diagnostics show the key, and a student's name is none of theirs.
        key = f"autograder-{number}-{secrets.token_hex(8)}"
        future = client.submit(graded, paper, self._run.name, key=key, pure=False)
        try:
            answer = await future
        finally:
            future.release()
        return msgspec.msgpack.decode(answer, type=Answer)

    def _most_points(self, source: Path, paper: Paper) -> float:
        """What can be earned; there may be very many that say the same."""
        if source not in self._most:
            try:
                self._most[source] = parse(paper.source).max_score
            except UnreadableNotebook:
                self._most[source] = 0.0
        return self._most[source]


class _NotGraded(Exception):
    """One submission has no report of a worker; the message says why."""


def address_of(cache: Any) -> str | None:
    """A cache as workers are told of it: a folder by its whole path, for they stand elsewhere."""
    if cache is None or "://" in str(cache):
        return cache if cache is None else str(cache)
    return str(Path(cache).absolute())
