"""Seconds a submission: this grader beside ``nbgrader autograde``, on the same notebooks in one run.

    python benchmarks/seconds_a_submission.py [--student student-04 …] [--repeat N]

Both grade the same submissions of the example class in a course made for the occasion. The two take
turns, so that a machine that slows down slows both. nbgrader runs student and test cells in one process
and trusts it; this grader runs them in two, so it imports TensorFlow once more, but its examiner is kept
for the whole run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import click
import msgspec
from rich.console import Console
from rich.table import Table

from autograder.report import ClassReport

ROOT = Path(__file__).resolve().parent.parent
SUBMITTED = ROOT / "examples" / "submitted"

# Honest submissions of both assignments; what nbgrader makes of the others is not the question here.
STUDENTS = ("student-01", "student-02", "student-04", "student-06", "student-10")


@dataclass(frozen=True, slots=True)
class Run:
    """One grader's turn."""

    seconds: float
    """Wall time of the whole command."""
    scores: Mapping[str, float]
    """By student."""


@click.command()
@click.option("--student", "students", multiple=True, default=STUDENTS, show_default=True)
@click.option("--repeat", default=1, show_default=True, type=click.IntRange(1))
def main(students: Sequence[str], repeat: int) -> None:
    """Grade some of the example class with both, and print seconds a submission."""
    ours: list[Run] = []
    theirs: list[Run] = []
    for _turn in range(repeat):
        with tempfile.TemporaryDirectory(prefix="autograder-benchmark-") as directory:
            course = _course(Path(directory), students)
            ours.append(_autograder(course))
            theirs.append(_nbgrader(course))
    table = Table("grader", "s a submission", "ratio", *students, title=f"{len(students)} submissions, {repeat} turns")
    base = median(run.seconds for run in theirs)
    for name, runs in (("nbgrader autograde", theirs), ("autograder grade", ours)):
        seconds = median(run.seconds for run in runs)
        scores = (f"{runs[-1].scores.get(student, float('nan')):g}" for student in students)
        table.add_row(name, f"{seconds / len(students):.1f}", f"{base / seconds:.2f}", *scores)
    Console(width=120).print(table)


def _course(directory: Path, students: Sequence[str]) -> Path:
    """A course with sources, a gradebook that knows them, and the submissions."""
    shutil.copytree(ROOT / "solutions", directory / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", directory)
    for student in students:
        shutil.copytree(SUBMITTED / student, directory / "submitted" / student)
    for assignment in _assignments(directory):
        _run(directory, "nbgrader", "generate_assignment", assignment)
    return directory


def _assignments(course: Path) -> list[str]:
    return sorted({path.name for path in (course / "submitted").glob("*/*")})


def _autograder(course: Path) -> Run:
    began = perf_counter()
    output = _run(course, "autograder", "grade", "submitted", "--format", "json")
    seconds = perf_counter() - began
    report = msgspec.json.decode(output, type=ClassReport)
    return Run(seconds, {one.student: one.score or 0.0 for one in report.submissions})


def _nbgrader(course: Path) -> Run:
    began = perf_counter()
    for assignment in _assignments(course):
        _run(course, "nbgrader", "autograde", assignment)
    seconds = perf_counter() - began
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        scores = {
            submission.student.id: submission.score
            for assignment in _assignments(course)
            for submission in gradebook.assignment_submissions(assignment)
        }
    return Run(seconds, scores)


def _run(course: Path, command: str, *arguments: str) -> bytes:
    binaries = Path(sys.executable).parent
    environment = {
        **os.environ,
        # nbgrader starts alembic by its bare name.
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}",
        "HOME": str(course),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    done = subprocess.run(
        [str(binaries / command), *arguments], cwd=course, env=environment, capture_output=True, check=False
    )
    if done.returncode not in (0, 3):
        raise click.ClickException(f"{command} {' '.join(arguments)}:\n{done.stderr.decode()[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
