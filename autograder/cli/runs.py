"""A run of grading as the command line shows it: where it is done, its progress, its reports and its exit code."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli.parameters import writing
from autograder.i18n import _

if TYPE_CHECKING:
    from autograder.exam import Submission
    from autograder.exam.run import Grades
    from autograder.report import ClassReport, SubmissionReport
    from autograder.sandbox import Layer

ALL_GRADED, BELOW_PASS_MARK, BAD_USAGE, NOT_ALL_GRADED = range(4)


class CannotGrade(click.ClickException):
    """Something that this machine lacks, or that is broken, for all submissions alike."""

    exit_code = NOT_ALL_GRADED


def layer(trusted: bool) -> Layer:
    """What students' code runs in; :class:`CannotGrade` where nothing keeps it apart."""
    from autograder.sandbox import NoLayer, layer_for

    try:
        return layer_for(trusted=trusted)
    except NoLayer as error:
        raise CannotGrade(str(error)) from error


def layer_for_own_code() -> Layer:
    """The strongest layer; where there is none, code of one's own may run as it always does."""
    from autograder.sandbox import NoLayer, TrustedProcess, strongest_layer

    try:
        return strongest_layer()
    except NoLayer:
        return TrustedProcess()


def cluster(address: str, jobs: int | None, *, cache: str | None, **settings: Any) -> Grades:
    """Graders on other machines, or in several processes of this one."""
    try:
        from autograder.adapters.dask import LOCAL, Cluster, address_of
        from autograder.adapters.dask_worker import Run
    except ModuleNotFoundError as error:
        if error.name not in {"dask", "distributed"}:
            raise
        raise click.UsageError(
            _("--dask needs Dask, which is not installed: pip install 'keras-autograder[dask]'")
        ) from error
    if address == LOCAL:
        # What is missing is said before anything is started.
        layer(settings["trusted"])
    elif jobs is not None:
        raise click.UsageError(_("--jobs is for this machine: a cluster grades as many at once as it has threads."))
    return Cluster(address, Run(cache=address_of(cache), **settings), jobs)


def found(paths: Sequence[Path], source: Path) -> list[Submission]:
    """The submissions below some paths, with their sources; :class:`click.UsageError` without sources."""
    from autograder.exam import NoSource, find_submissions, sources

    try:
        return find_submissions(paths, sources(source))
    except NoSource as error:
        raise click.UsageError(str(error)) from error


def graded(
    submissions: Sequence[Submission],
    grader: Grades,
    *,
    quiet: bool = False,
    notebooks: bool = False,
    each: Callable[[SubmissionReport], None] | None = None,
    shown: Callable[[SubmissionReport], SubmissionReport] = lambda report: report,
) -> ClassReport:
    """Grades; a line for each on standard error, and on a terminal what is being graded now.

    Reports that are given to ``each`` are not kept; those that are, are kept as they are ``shown``, and without
    ``notebooks`` have none.
    """
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from autograder.datasets import DatasetError
    from autograder.exam import grade_all
    from autograder.exam.run import NoGrader
    from autograder.exam.submissions import as_text
    from autograder.flags import flagged
    from autograder.progress import Progress
    from autograder.report import ClassReport

    console = Console(stderr=True)
    progress = Progress(len(submissions))
    # What cannot go back a line is told everything in lines.
    redrawn = console.is_terminal and not console.is_dumb_terminal

    async def run() -> list[SubmissionReport]:
        reports: list[SubmissionReport] = []
        live = Live(get_renderable=progress.picture, console=console, transient=True)
        with live if redrawn else contextlib.nullcontext():
            async for report in grade_all(grader, progress.taken(submissions)):
                kept = report if notebooks else replace(report, notebook=())
                (each or reports.append)(kept)
                line, outlook = progress.reported(report), progress.outlook()
                if outlook and not redrawn:
                    line += Text(f" · {outlook}")
                if not quiet:
                    console.print(line, soft_wrap=True)
        return reports

    try:
        reports = asyncio.run(run())
    except (DatasetError, NoGrader) as error:
        raise CannotGrade(str(error)) from error
    # As they were given, whichever was done first.
    given = [(as_text(one.student), as_text(one.assignment), as_text(one.path)) for one in submissions]
    order = {one: place for place, one in enumerate(given)}
    reports.sort(key=lambda report: order.get((report.student, report.assignment, report.path), len(order)))
    return flagged(ClassReport(submissions=tuple(map(shown, reports))))


def told(
    submissions: Sequence[Submission],
    grader: Grades,
    pass_mark: float | None,
    shown: Callable[[SubmissionReport], SubmissionReport],
) -> int:
    """Grades and prints each report as it comes, as it is ``shown``; the exit code. No report is kept."""
    from autograder.feedback import submission_line
    from autograder.report import ClassReport

    code = ALL_GRADED

    def tell(report: SubmissionReport) -> None:
        nonlocal code
        code = max(code, exit_code(ClassReport(submissions=(report,)), pass_mark))
        click.echo(submission_line(shown(report)))

    graded(submissions, grader, each=tell)
    return code


def show(graded: ClassReport, style: str) -> None:
    """Prints a class: as a table, or as JSON."""
    from autograder.feedback import class_json, class_table

    if style == "json":
        click.echo(class_json(graded))
        return
    from rich.console import Console

    Console().print(class_table(graded))


def write(graded: ClassReport, directory: Path) -> Path:
    """Writes the pages and report.json; where their index is."""
    from autograder.feedback import write_pages

    with writing(directory):
        return write_pages(graded, directory)


def exit_code(graded: ClassReport, pass_mark: float | None) -> int:
    """What a run ends with; the pass mark in percent."""
    if any(submission.needs_review for submission in graded.submissions):
        return NOT_ALL_GRADED
    return BELOW_PASS_MARK if passed(graded, pass_mark) is False else ALL_GRADED


def passed(graded: ClassReport, pass_mark: float | None) -> bool | None:
    """Whether every score reaches the pass mark; ``None`` where there is no mark, or nothing was graded."""
    if pass_mark is None or not graded.submissions:
        return None
    return not any(
        submission.max_score and 100 * (submission.score or 0) / submission.max_score < pass_mark
        for submission in graded.submissions
    )
