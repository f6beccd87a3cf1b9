"""Many submissions, some of them at once."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Iterable
from typing import Protocol

from autograder.exam.submissions import Submission
from autograder.report import (
    SubmissionReport,
)


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
