"""Many submissions, some of them at once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Iterable
from typing import Any, Protocol, TypeVar

from autograder.exam.submissions import Submission
from autograder.report import SubmissionReport

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


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
    every = some_at_once(lambda: grader.jobs, submissions, grader.grade)
    # What is under way is ended before the grader closes.
    async with grader.open(), contextlib.aclosing(every) as reports:
        async for report in reports:
            yield report


async def some_at_once(
    jobs: Callable[[], int], items: Iterable[_Item], work: Callable[[_Item], Coroutine[Any, Any, _Result]]
) -> AsyncGenerator[_Result, None]:
    """Results as they come, of as many items at once as there are ``jobs`` at the moment."""
    waiting = iter(items)
    underway: set[asyncio.Task[_Result]] = set()
    try:
        while True:
            for item in itertools.islice(waiting, max(jobs() - len(underway), 0)):
                underway.add(asyncio.create_task(work(item)))
            if not underway:
                return
            done, underway = await asyncio.wait(underway, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    finally:
        for task in underway:
            task.cancel()
        await asyncio.gather(*underway, return_exceptions=True)
