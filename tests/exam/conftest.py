"""One examiner for all tests of a session: to start one takes seconds."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.exam import Grader, Limits, Submission
from autograder.report import SubmissionReport
from tests.exam import notebooks

LIMITS = Limits(cell_seconds=120, call_seconds=5, crossing_seconds=20, output_bytes=200_000)
SECRET = "a-secret-of-the-graders"


def leftovers() -> tuple[set[str], set[int]]:
    """The grader's temporary directories and this process's descendants, as they are now."""
    temporary = {path.name for path in Path(tempfile.gettempdir()).glob("autograder-*")}
    return temporary, {child.pid for child in psutil.Process().children(recursive=True)}


class Classroom:
    """Grades small notebooks, one after the other."""

    def __init__(self, runner: asyncio.Runner, grader: Grader, directory: Path) -> None:
        self.run = runner.run
        self.grader = grader
        self._directory = directory
        self._numbers = itertools.count(1)

    def hand_in(self, source: Any, submission: Any) -> Submission:
        """Writes both to files; ``submission`` is a notebook or the bytes of a file."""
        student = f"student-{next(self._numbers):02}"
        path = self._directory / "submitted" / student / "tiny" / "tiny.ipynb"
        if isinstance(submission, bytes):
            path.parent.mkdir(parents=True)
            path.write_bytes(submission)
        else:
            notebooks.write(submission, path)
        given = notebooks.write(source, self._directory / "solutions" / student / "tiny.ipynb")
        return Submission(student=student, assignment="tiny", path=path, source=given)

    def grade(
        self, source: Any, answers: Mapping[str, str] | None = None, *more: Any, **limits: float
    ) -> SubmissionReport:
        """The report of a submission that has these answers."""
        return self.graded(self.hand_in(source, notebooks.answered(source, answers, *more)), **limits)

    def graded(self, submission: Submission, **limits: Any) -> SubmissionReport:
        grader = self.grader
        if limits:
            # Another grader with limits of its own; the examiner is the same, for it takes seconds to start.
            grader = Grader(limits=replace(LIMITS, **limits))
            grader.share(self.grader)
        return self.run(grader.grade(submission))


@pytest.fixture(scope="session", autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A temporary directory of this session's own: what others leave in the common one is not our litter."""
    tmp_path_factory.getbasetemp()
    # A short name: sockets stand in it, whose whole path has little room.
    with tempfile.TemporaryDirectory(prefix="t-") as directory, pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", directory)
        yield Path(directory)


@pytest.fixture(scope="session")
def runner(temporary: Path) -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def secret() -> Iterator[str]:
    """A variable of the grader's environment that is nobody else's business."""
    os.environ["A_TOKEN"] = SECRET
    yield SECRET
    del os.environ["A_TOKEN"]


@pytest.fixture(scope="session")
def classroom(runner: asyncio.Runner, secret: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Classroom]:
    stack = contextlib.AsyncExitStack()
    grader = runner.run(stack.enter_async_context(Grader(limits=LIMITS).open()))
    yield Classroom(runner, grader, tmp_path_factory.mktemp("classroom"))
    runner.run(stack.aclose())
