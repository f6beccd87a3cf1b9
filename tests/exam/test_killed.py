"""A run that was killed half way goes on where it was when it is started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import psutil
import pytest

from autograder.report import ClassReport
from tests.exam import notebooks

STUDENTS = 8
REPORTS = 3


def _command(course: Path, *options: str) -> list[str]:
    grader = [str(Path(sys.executable).with_name("autograder")), "grade", "submitted", "--source", "source"]
    return [*grader, "--cache", str(course / "cache"), "--format", "json", *options]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A class of small submissions."""
    source = notebooks.notebook(notebooks.solution("answer", "x = 7"), notebooks.test("test", 1, "assert x > 0"))
    notebooks.write(source, tmp_path / "source" / "small" / "small.ipynb")
    for number in range(1, STUDENTS + 1):
        handed_in = notebooks.answered(source, {"answer": f"x = {number}"})
        notebooks.write(handed_in, tmp_path / "submitted" / f"student-{number:02}" / "small" / "small.ipynb")
    return tmp_path


def _killed_after(reports: int, course: Path, *options: str) -> list[str]:
    """Kills a run, and nothing but its own process, when so many reports have come. The students that it told of.

    Everything that the run has started must end by itself.
    """
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = psutil.Popen(
        _command(course, *options),
        cwd=course,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    told: list[str] = []
    with process.stderr as said:
        for line in said:
            if line.startswith("["):
                told.append(line.split()[1])
            if len(told) == reports:
                break
        started = process.children(recursive=True)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        # What was on its way when it was killed.
        told += [line.split()[1] for line in said if line.startswith("[")]
    assert len(started) > 1
    deadline = time.monotonic() + 20
    while (left := [one for one in started if _runs(one)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not left
    return told


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.course
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_that_is_killed_and_started_again_does_nothing_twice(jobs: int, course: Path) -> None:
    told = _killed_after(REPORTS, course, "--jobs", str(jobs))
    assert REPORTS <= len(told) < STUDENTS
    again = subprocess.run(_command(course, "--jobs", str(jobs)), cwd=course, capture_output=True, check=False)
    assert again.returncode == 0, again.stderr.decode()
    graded = msgspec.json.decode(again.stdout, type=ClassReport).submissions
    assert [one.score for one in graded] == [1.0] * STUDENTS
    remembered = {one.student for one in graded if one.remembered}
    assert set(told) <= remembered
    # Others may have been done, and not told of yet: as many as were graded at once.
    assert len(remembered) <= len(told) + jobs
    lines = [line for line in again.stderr.decode().splitlines() if "(from memory)" in line]
    assert {line.split()[1] for line in lines} == remembered
