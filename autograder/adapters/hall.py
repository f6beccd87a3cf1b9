"""An examination hall: a grader that is held open by a loop in a thread of its own.

Who has no loop, or one that must not wait, hands papers in from any thread. Sandboxes are bound to the thread that
started them, so it has to be one that lives as long as they do.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from threading import Thread
from typing import Any, TypeVar

from autograder.exam import Grader
from autograder.exam.papers import Paper
from autograder.report import SubmissionReport

T = TypeVar("T")

_ENDING_SECONDS = 30.0


class Hall:
    """Open from its making to :meth:`close`.

    Raises
    ------
    DatasetError
        If the grader could not be opened.
    """

    def __init__(self, grader: Grader) -> None:
        self._grader = grader
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="autograder", daemon=True)
        self._thread.start()
        self._stack = contextlib.AsyncExitStack()
        self._underway: set[asyncio.Task[Any]] = set()
        try:
            self._wait(self._stack.enter_async_context(grader.open()))
        except BaseException:
            self._end()
            raise

    def mark(self, paper: Paper) -> SubmissionReport:
        """The report on a paper."""
        return self.hold(lambda grader: grader.mark(paper))

    def hold(self, work: Callable[[Grader], Coroutine[Any, Any, T]]) -> T:
        """What comes of something that the grader does; from any thread, and from several at once."""
        return self._wait(self._held(work))

    async def _held(self, work: Callable[[Grader], Coroutine[Any, Any, T]]) -> T:
        task = asyncio.create_task(work(self._grader))
        self._underway.add(task)
        task.add_done_callback(self._underway.discard)
        return await task

    def close(self) -> None:
        """Ends what is underway, and every process of the grader's."""
        self._wait(self._close())
        self._end()

    async def _close(self) -> None:
        underway = set(self._underway)
        for task in underway:
            task.cancel()
        if underway:
            await asyncio.wait(underway, timeout=_ENDING_SECONDS)
        await self._stack.aclose()

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_ENDING_SECONDS)
        if not self._loop.is_running():
            self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            # Whoever interrupts a run must not wait until a student's cell has ended.
            future.cancel()
            raise
