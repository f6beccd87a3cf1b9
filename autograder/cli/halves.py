"""``autograder execute``, ``examine`` and ``names``: grading cut at the wall, for machines that must not have both."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli import parameters, runs
from autograder.cli.handed_in import change_options, handed_in
from autograder.cli.outputs import Outputs, output_options
from autograder.cli.parameters import Between, Folder, OutputFile, OutputFolder, limit_options, source_option, writing
from autograder.i18n import _

if TYPE_CHECKING:
    from autograder.exam import Submission
    from autograder.exam.asked import Calls
    from autograder.report import SubmissionReport

REMARKS = "remarks.json"
"""Of a folder of bundles: what is to be told of files that were not executed."""

_MOST_REMARKS = 200
_MOST_BUNDLES = 10_000

_File = click.Path(dir_okay=False, path_type=Path)

_jobs_option = click.option(
    "--jobs", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="Notebooks at once."
)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--source", type=Folder, default=Path("assignments"), show_default=True, help="The release notebooks: no solutions."
)
@click.option("--names", type=_File, help="What tests ask for, as “autograder names” writes it.")
@click.option("--output", type=OutputFolder, default=Path("bundles"), show_default=True, help="Where the bundles go.")
@change_options
@click.option("--trust-submissions", is_flag=True, help="Run students' code without isolation, as yourself.")
@_jobs_option
@limit_options
def execute(
    paths: Sequence[Path],
    source: Path,
    names: Path | None,
    output: Path,
    since: str | None,
    head: str,
    trust_submissions: bool,
    jobs: int,
    cell_timeout: float | None,
    notebook_timeout: float | None,
    more_limits: Sequence[tuple[str, float]],
) -> None:
    """Run notebooks' cells and write down what tests would be given: the half of grading that has no hidden tests.

    Networks are trained here, canonically, and the calls are made that tests make of functions. “autograder examine”
    does the rest, elsewhere.

    \b
    Examples
      autograder execute submitted/ --output bundles
      autograder execute --changed-since origin/main --names names.json

    \b
    Exit codes
      0  bundles are written, also of notebooks that fail
      2  bad usage
      3  nothing could be run on this machine
    """
    limits = parameters.limits(cell_timeout, notebook_timeout, more_limits)
    with handed_in(paths, source, since, head) as found:
        from autograder.datasets import DatasetError
        from autograder.exam import Grader
        from autograder.exam.asked import UnusableNames, read_names
        from autograder.exam.bundle import SUFFIX, Unusable, write
        from autograder.exam.execution import execute as run
        from autograder.exam.papers import read
        from autograder.exam.run import some_at_once
        from autograder.feedback import one_line

        try:
            told = {} if names is None else read_names(names)
        except UnusableNames as error:
            raise click.UsageError(str(error)) from error
        grader = Grader(runs.layer(trust_submissions), limits, jobs=jobs)
        with writing(output):
            output.mkdir(parents=True, exist_ok=True)

        async def one(numbered: tuple[int, Submission]) -> tuple[int, str]:
            number, submission = numbered
            executed = found.shown(await run(grader, read(submission, limits), told))
            problem = ""
            try:
                write(executed, output / f"{number:05}{SUFFIX}")
            except Unusable as error:
                problem = f"{one_line(executed.path)}: {error}"
            state = one_line(executed.problem) or _("executed")
            name = one_line(f"{executed.student} {executed.assignment}")
            click.echo(f"[{number}/{len(found.submissions)}] {name}: {state}", err=True)
            return number, problem

        async def run_all() -> list[str]:
            async with grader.open():
                done = sorted([ran async for ran in some_at_once(lambda: jobs, numbered, one)])
            return [problem for _number, problem in done if problem]

        numbered = list(enumerate(found.submissions, start=1))
        try:
            unwritten = asyncio.run(run_all()) if found.submissions else []
        except DatasetError as error:
            raise runs.CannotGrade(str(error)) from error
        _write_remarks(output, [*found.remarks, *unwritten])


@click.command()
@click.argument("bundles", type=click.Path(exists=True, file_okay=False, path_type=Path))
@source_option
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@output_options
@click.option("--report", type=OutputFolder, metavar="DIR", help="Write a page for each submission, and report.json.")
@click.option("--pass-mark", type=Between(0, 100), metavar="PERCENT", help="Exit with 1 if a score is below.")
@_jobs_option
@limit_options
def examine(
    bundles: Path,
    source: Path,
    style: str,
    outputs: Outputs,
    report: Path | None,
    pass_mark: float | None,
    jobs: int,
    cell_timeout: float | None,
    notebook_timeout: float | None,
    more_limits: Sequence[tuple[str, float]],
) -> None:
    """Grade what “autograder execute” wrote down: the half of grading that has the hidden tests.

    No student code is run: a call of a student's function that “autograder execute” did not make leaves its test to a
    person. Nothing in a bundle is trusted.

    \b
    Examples
      autograder examine bundles
      autograder examine bundles --summary summary.md --pass-mark 60

    \b
    Exit codes
      0  all graded
      1  a score is below the pass mark
      2  bad usage
      3  something could not be graded, or needs a person
    """
    from autograder.datasets import DatasetError
    from autograder.exam import Grader, NoSource, sources
    from autograder.exam.bundle import SUFFIX, Unusable, read
    from autograder.exam.examining import examine as judge
    from autograder.exam.papers import Paper
    from autograder.exam.reports import ungraded
    from autograder.exam.run import some_at_once
    from autograder.exam.submissions import as_text
    from autograder.report import ClassReport

    try:
        known = sources(source)
    except NoSource as error:
        raise click.UsageError(str(error)) from error
    limits = parameters.limits(cell_timeout, notebook_timeout, more_limits)
    grader = Grader(runs.layer(False), limits, jobs=jobs)
    files = sorted(bundles.glob(f"*{SUFFIX}"))[:_MOST_BUNDLES]

    async def one(path: Path) -> tuple[Path, SubmissionReport, bytes]:
        try:
            executed = read(path, limits)
        except (Unusable, OSError) as error:
            paper = Paper(student="-", assignment="-", path=as_text(path.name), source_path="")
            return path, ungraded(paper, str(error)), b""
        return path, await judge(grader, executed, known), executed.content

    async def judge_all() -> tuple[ClassReport, list[bytes]]:
        async with grader.open():
            done = [judged async for judged in some_at_once(lambda: jobs, files, one)]
        done.sort(key=lambda judged: judged[0])
        return ClassReport(submissions=tuple(report for _path, report, _content in done)), [
            content for _path, _report, content in done
        ]

    try:
        graded, contents = asyncio.run(judge_all()) if files else (ClassReport(submissions=()), [])
    except DatasetError as error:
        raise runs.CannotGrade(str(error)) from error
    runs.show(graded, style)
    if report is not None:
        runs.write(graded, report)
    passed = runs.passed(graded, pass_mark)
    outputs.write(graded, contents, _read_remarks(bundles), passed)
    sys.exit(runs.exit_code(graded, pass_mark))


@click.command()
@source_option
@click.option("--output", type=OutputFile, default=Path("names.json"), show_default=True, help="The file to write.")
@click.option(
    "--hidden-calls",
    is_flag=True,
    help="Also the calls that hidden tests make of functions, found by running each solution. Whoever reads the file"
    " reads their arguments.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the file is out of date.")
def names(source: Path, output: Path, hidden_calls: bool, check: bool) -> None:
    """Write down what tests take from notebooks: all that “autograder execute” is told of hidden tests.

    \b
    Examples
      autograder names
      autograder names --hidden-calls
      autograder names --check
    """
    from autograder.exam import NoSource, sources
    from autograder.exam.asked import UnusableNames, names_of_course

    try:
        known = sources(source)
        calls = _calls_of(known) if hidden_calls else None
        text = names_of_course(known, calls)
    except (NoSource, UnusableNames) as error:
        raise click.UsageError(str(error)) from error
    if not check:
        with writing(output):
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(text, encoding="utf-8")
        click.echo(str(output))
        return
    if not output.exists() or output.read_text(encoding="utf-8") != text:
        click.echo(_("{file} is out of date: run “autograder names”.").format(file=output), err=True)
        sys.exit(1)
    click.echo(_("{file} is up to date.").format(file=output))


def _calls_of(known: Mapping[tuple[str, str], Path]) -> Calls:
    """The calls that tests make of each source notebook's own solution, which is run."""
    from autograder.datasets import DatasetError
    from autograder.exam import Grader, Submission
    from autograder.exam.asked import UnusableNames
    from autograder.exam.examiner_session import ExaminerFault
    from autograder.exam.execution import calls_of
    from autograder.exam.notebook import UnreadableNotebook
    from autograder.exam.papers import read
    from autograder.exam.session import KernelFault

    grader = Grader(runs.layer_for_own_code())

    async def run_all() -> Calls:
        calls = {}
        async with grader.open():
            for (assignment, notebook), path in known.items():
                own = Submission(student="-", assignment=assignment, path=path, source=path)
                try:
                    calls[assignment, notebook], remarks = await calls_of(grader, read(own, grader.limits))
                except (UnreadableNotebook, KernelFault, ExaminerFault, OSError) as error:
                    raise UnusableNames(f"{path}: {error}") from error
                for remark in remarks:
                    click.echo(remark, err=True)
        return calls

    try:
        return asyncio.run(run_all())
    except DatasetError as error:
        raise runs.CannotGrade(str(error)) from error


def _write_remarks(folder: Path, remarks: Sequence[str]) -> None:
    import msgspec

    (folder / REMARKS).write_bytes(msgspec.json.encode(list(remarks[:_MOST_REMARKS])))


def _read_remarks(folder: Path) -> list[str]:
    """Of a folder that anybody may have filled."""
    import msgspec

    from autograder.exam.files import read_file

    try:
        content = read_file(folder / REMARKS, 1_000_000) or b"[]"
        return msgspec.json.decode(content, type=list[str])[:_MOST_REMARKS]
    except (OSError, msgspec.MsgspecError):
        return []
