"""Graders as commands, each timed as a whole: this one, nbgrader, and otter-grader without its container.

Kept apart from what is measured: every comparison drives them the same way, in a course made for the occasion.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from threading import Thread
from time import perf_counter

import click
import msgspec
import nbformat
from nbformat.v4 import new_notebook
from rich.console import Console

from autograder.exam.remembered import program
from autograder.report import ClassReport, SubmissionReport
from benchmarks.memory import LOOKING, Peak, watched
from benchmarks.notebooks import Class

OTTER = "otter-grader==7.0.0"
"""What is compared with, as pip installs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that ended well."""

    seconds: float
    """Wall time of the whole command."""
    output: bytes
    lines: tuple[tuple[float, str], ...]
    """What it said on standard error, each line with the seconds since the command began."""
    peak: Peak


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """A class that was graded."""

    ran: Ran
    scores: Mapping[str, float]
    """By student."""
    cells: Mapping[str, Mapping[str, float]]
    """By student and test cell; not from every grader."""
    report: ClassReport | None = None
    """Of this grader."""


def _environment(course: Path) -> dict[str, str]:
    return {
        **os.environ,
        # nbgrader starts alembic by its bare name.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        # Neither a user's settings nor what is remembered from another run has a part in it.
        "HOME": str(course),
        "XDG_CACHE_HOME": str(course / ".cache"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONUNBUFFERED": "1",
    }


def run(
    course: Path,
    command: Sequence[str | Path],
    allowed: Sequence[int] = (0,),
    *,
    looking: float = LOOKING,
    **settings: str,
) -> Ran:
    """Runs a command in a course, and looks at its memory for that share of a processor's time. To be timed, small
    processes are not looked at: whoever looks holds them up for longer than it takes.

    Raises click.ClickException if it ends otherwise than allowed.
    """
    environment = {**_environment(course), **settings}
    lines: list[tuple[float, str]] = []
    with tempfile.TemporaryFile() as output:
        began = perf_counter()
        process = subprocess.Popen(
            command,
            cwd=course,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        said = process.stderr
        assert said is not None

        def listen() -> None:
            with said:
                lines.extend((perf_counter() - began, line.rstrip()) for line in said)

        listener = Thread(target=listen, daemon=True)
        listener.start()
        with watched(process.pid, looking) as peak:
            code = process.wait()
            seconds = perf_counter() - began
        # A process that is left over may hold the pipe.
        listener.join(10)
        output.seek(0)
        if code not in allowed:
            told = "\n".join(line for _seconds, line in lines)[-2_000:]
            raise click.ClickException(f"{' '.join(map(str, command))} ended with {code}:\n{told}")
        return Ran(seconds=seconds, output=output.read(), lines=tuple(lines), peak=peak)


def course(directory: Path, made: Class) -> Path:
    """A course of nbgrader's, with the class's notebooks and nothing configured but its name."""
    directory.mkdir(exist_ok=True)
    (directory / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'benchmark'\n")
    _write(made.source, directory / "source" / made.assignment / f"{made.assignment}.ipynb")
    for student, notebook in made.submissions.items():
        _write(notebook, directory / "submitted" / student / made.assignment / f"{made.assignment}.ipynb")
    return directory


def _write(notebook: object, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def autograder(course: Path, *options: str, each: bool = False, looking: float = LOOKING) -> Graded:
    """All of a course's submissions, by this grader; reports one by one as they come (``each``), or all at the end."""
    command: list[str | Path] = [
        _binary("autograder"),
        "grade",
        "submitted",
        "--source",
        "source",
        "--format",
        "lines" if each else "json",
        *options,
    ]
    # Exit code 3: a question in words waits for a person.
    ran = run(course, command, (0, 3), looking=looking)
    if not ran.output:
        raise click.ClickException("\n".join(["nothing was graded:", *(line for _seconds, line in ran.lines)]))
    report = (
        ClassReport(submissions=tuple(msgspec.json.Decoder(SubmissionReport).decode_lines(ran.output)))
        if each
        else msgspec.json.decode(ran.output, type=ClassReport)
    )
    ungraded = [f"{one.student}: {one.ungraded}" for one in report.submissions if one.ungraded]
    if ungraded:
        raise click.ClickException("not graded:\n" + "\n".join(ungraded))
    return Graded(
        ran=ran,
        scores={one.student: one.score or 0.0 for one in report.submissions},
        cells={one.student: {cell.grade_id: cell.score for cell in one.cells} for one in report.submissions},
        report=report,
    )


@contextlib.contextmanager
def kept_warm(course: Path, looking: float = LOOKING) -> Iterator[Peak]:
    """While ``autograder warm`` is there for a course's commands: ready at the beginning, ended afterwards; its memory,
    and that of all kernels that come of it.
    """
    keeper = subprocess.Popen(
        [_binary("autograder"), "warm"], cwd=course, env=_environment(course), stdout=subprocess.PIPE, text=True
    )
    said = keeper.stdout
    assert said is not None
    with keeper, said:
        if not said.readline():
            raise click.ClickException(f"autograder warm ended with {keeper.wait()}")
        with watched(keeper.pid, looking) as peak:
            try:
                yield peak
            finally:
                keeper.send_signal(signal.SIGINT)
                keeper.wait()


@contextlib.contextmanager
def settled(console: Console) -> Iterator[None]:
    """Says so if somebody changed the grader's code meanwhile, under which everything is remembered."""
    before = _digest()
    yield
    if _digest() != before:
        console.print("[red]The grader's own code was changed during this run: its figures do not count.[/red]")


def _digest() -> str:
    program.cache_clear()
    return program()


def nbgrader(course: Path, made: Class, *options: str, looking: float = LOOKING) -> Graded:
    """``nbgrader autograde``, which executes notebooks by itself. Assignments are made known to it before the clock."""
    run(course, [_binary("nbgrader"), "generate_assignment", made.assignment, "--force"])
    ran = run(course, [_binary("nbgrader"), "autograde", made.assignment, "--force", *options], looking=looking)
    from nbgrader.api import Gradebook

    cells: dict[str, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(made.assignment):
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            cells[submission.student.id] = {grade.name: float(grade.score) for grade in grades}
    return Graded(ran=ran, scores={name: sum(one.values()) for name, one in cells.items()}, cells=cells)


_GRADE_BY_OTTER = """\
import json, pathlib, sys
from otter.api import grade_submission
scores = {}
for path in sorted(pathlib.Path("otter").glob("*/*.ipynb")):
    scores[path.parent.name] = grade_submission(str(path), "autograder.zip", quiet=True).total
pathlib.Path("otter.json").write_text(json.dumps(scores))
"""


def otter(course: Path, made: Class, python: Path, *, looking: float = LOOKING) -> Graded:
    """otter-grader's own execution of notebooks, without its container: all of a class in one process.

    Its notebooks have no test cells: the tests are in an archive beside them, one file each.
    """
    with zipfile.ZipFile(course / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"print_summary": False, "print_score": False}))
        for name, (points, text) in made.tests.items():
            archive.writestr(f"tests/{name.replace('-', '_')}.py", _otter_test(name, points, text))
    for student, notebook in made.submissions.items():
        cells = [cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
        written = new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
        _write(written, course / "otter" / student / f"{made.assignment}.ipynb")
    ran = run(course, [python, "-c", _GRADE_BY_OTTER], looking=looking)
    return Graded(ran=ran, scores=json.loads((course / "otter.json").read_bytes()), cells={})


def _otter_test(name: str, points: float, text: str) -> str:
    lines = text.splitlines()
    code = "\n".join([f">>> {lines[0]}", *(f"... {line}" for line in lines[1:])])
    case = {"code": code, "hidden": True, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    return f"OK_FORMAT = True\ntest = { ({'name': name.replace('-', '_'), 'points': points, 'suites': [suite]})!r}\n"


def otter_environment(cache: Path) -> Path:
    """Python of an environment that has otter-grader, made if there is none; it sees this project's TensorFlow.

    Its own packages come first, so that the comparison is with what it asks for itself, and the project keeps its own.
    """
    folder = cache / OTTER.replace("==", "-")
    python = folder / "bin" / "python"
    if (folder / "ready").exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    # TensorFlow's numpy, for that one is seen by both.
    wanted = [OTTER, f"numpy=={version('numpy')}"]
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted], check=True)
    own = next(folder.glob("lib/python*/site-packages"))
    ours = next(Path(sys.prefix).glob("lib/python*/site-packages"))
    (own / "beside.pth").write_text(f"import site; site.addsitedir({str(ours)!r})\n")
    (folder / "ready").touch()
    return python


def _binary(name: str) -> Path:
    return Path(sys.executable).parent / name
