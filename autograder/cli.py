"""The command line: arguments, exit codes, progress. All the work is done elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.i18n import _

if TYPE_CHECKING:
    from autograder.exam import Limits, Submission
    from autograder.exam.examination import Grades
    from autograder.exam.trainings import Way
    from autograder.report import ClassReport, SubmissionReport
    from autograder.sandbox import Layer

ALL_GRADED, BELOW_PASS_MARK, BAD_USAGE, NOT_ALL_GRADED = range(4)

_FACTORS = {"k": 1_000, "M": 1_000_000, "G": 1_000_000_000}

_Existing = click.Path(exists=True, path_type=Path)
_Folder = click.Path(file_okay=False, path_type=Path)


class _Between(click.FloatRange):
    """A range of numbers, which “nan” is none of."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        number = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(_("{value} is no number of this range.").format(value=value), param, ctx)
        return number


class _Percent(_Between):
    """From 0 to 100, with or without a “%” behind it."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        return super().convert(value.removesuffix("%") if isinstance(value, str) else value, param, ctx)


_Seconds = _Between(min=0, min_open=True)


class _CannotGrade(click.ClickException):
    exit_code = NOT_ALL_GRADED


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="keras-autograder", prog_name="autograder")
def main() -> None:
    """Grade Jupyter notebooks in which students build and train Keras networks.

    \b
    autograder grade submitted/               a class, in nbgrader's folders
    autograder grade submitted/ --report out  with a page for each student
    autograder check my-notebook.ipynb        what a student may see
    autograder release                        the release notebooks, from their sources
    autograder doctor                         what keeps students' code apart here
    autograder demo                           the example class
    """


class _Limit(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """One of :class:`~autograder.exam.Limits` and its value: ``memory_bytes=2G``."""

    name = "limit"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """The name, and the value in the unit of the name."""
        from autograder.exam import Limits

        defaults = asdict(Limits())
        name, _equals, text = str(value).partition("=")
        if name not in defaults:
            self.fail(
                _("There is no limit “{name}”: expected one of {known}.").format(name=name, known=", ".join(defaults)),
                param,
                ctx,
            )
        factor = _FACTORS.get(text[-1:], 1)
        try:
            number = float(text[:-1] if factor > 1 else text) * factor
        except ValueError:
            number = 0.0
        if not (number > 0 and isfinite(number)):
            self.fail(
                _("“{text}” is no value for {name}: expected a number above 0, such as 500, 2.5 or 4G.").format(
                    text=text, name=name
                ),
                param,
                ctx,
            )
        return name, number if isinstance(defaults[name], float) else round(number)


def _limit_options(command: click.decorators.FC) -> click.decorators.FC:
    command = click.option(
        "--limit",
        "more_limits",
        type=_Limit(),
        multiple=True,
        metavar="NAME=VALUE",
        help="Another limit of a submission, such as memory_bytes=2G; “autograder doctor” lists them.",
    )(command)
    command = click.option(
        "--notebook-timeout", type=_Seconds, metavar="SECONDS", help="Wall time of all cells of a notebook."
    )(command)
    return click.option("--cell-timeout", type=_Seconds, metavar="SECONDS", help="Wall time of one cell.")(command)


_cache_option = click.option(
    "--cache",
    envvar="AUTOGRADER_CACHE",
    metavar="FOLDER",
    help="Where what was done is remembered: a folder, or an address of fsspec's that several machines share.",
)


@main.command()
@click.argument("paths", nargs=-1, required=True, type=_Existing)
@click.option("--source", type=_Folder, default=Path("solutions"), show_default=True, help="The source notebooks.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json", "lines"]),
    default="table",
    show_default=True,
    help="“lines” is JSON too, a line for each submission as it is graded: for very many of them.",
)
@click.option("--report", type=_Folder, metavar="DIR", help="Write a page for each submission, and report.json.")
@click.option("--pass-mark", type=_Between(0, 100), metavar="PERCENT", help="Exit with 1 if a score is below.")
@click.option(
    "--trust-submissions",
    is_flag=True,
    help="Run students' code without isolation, as yourself on this machine. Every report says so.",
)
@click.option("--fresh", is_flag=True, help="Grade and train everything anew, also what has not changed since.")
@_cache_option
@click.option(
    "--training",
    type=click.Choice(["canonical", "remembered", "as-written", "submitted"]),
    default="canonical",
    show_default=True,
    help="How networks are trained: alike for all, once and as the notebook would, by each notebook itself, or not at"
    " all where the student handed in what autograder.save_model saved.",
)
@click.option(
    "--audit",
    type=_Percent(0, 100),
    default=0,
    metavar="PERCENT",
    help="Of notebooks whose networks were handed in trained, how many are trained anew to compare, drawn by chance.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    show_default="1",
    metavar="N",
    help="Submissions at once; with --dask local, workers: as many as there are processors.",
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Grade on a Dask cluster: the address of its scheduler, or “local” for workers on this machine.",
)
@_limit_options
def grade(
    paths: Sequence[Path],
    source: Path,
    style: str,
    report: Path | None,
    pass_mark: float | None,
    trust_submissions: bool,
    fresh: bool,
    cache: str | None,
    training: Way,
    audit: float,
    jobs: int | None,
    dask: str | None,
    cell_timeout: float | None,
    notebook_timeout: float | None,
    more_limits: Sequence[tuple[str, float]],
) -> None:
    """Grade notebooks: files, or folders <student>/<assignment>/<notebook>.ipynb.

    \b
    Exit codes
      0  all graded
      1  a score is below the pass mark
      2  bad usage
      3  something could not be graded, or needs a person to look
    """
    from autograder.exam import Grader, Memory

    if style == "lines" and report is not None:
        raise click.UsageError(_("--report needs all reports together, which --format lines does not keep."))
    found = _found(paths, source)
    limits = _limits(cell_timeout, notebook_timeout, more_limits)
    grader: Grades
    if dask is None:
        memory = None if fresh else Memory.at(cache)
        layer = _layer(trust_submissions)
        grader = Grader(layer, limits, memory, training=training, audit=audit / 100, jobs=jobs or 1)
    else:
        settings = {"limits": limits, "training": training, "audit": audit / 100, "trusted": trust_submissions}
        grader = _cluster(dask, jobs, cache=cache, fresh=fresh, **settings)
    if style == "lines":
        sys.exit(_told(found, grader, pass_mark))
    graded = _graded(found, grader)
    _show(graded, style)
    if report is not None:
        _write(graded, report)
    sys.exit(_exit_code(graded, pass_mark))


@main.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source",
    type=_Folder,
    help="The release notebooks: assignments/ if there is one, else the notebook as it is.",
)
@_limit_options
def check(
    notebook: Path,
    source: Path | None,
    cell_timeout: float | None,
    notebook_timeout: float | None,
    more_limits: Sequence[tuple[str, float]],
) -> None:
    """Check a notebook of your own before you hand it in: the visible tests, with reasons.

    The tests are those of the notebooks that were handed out, so hidden tests may find more.
    """
    from autograder.exam import Grader
    from autograder.feedback import submission_text

    if source is None:
        released = Path("assignments")
        source = released if released.is_dir() else notebook.absolute().parent.parent
    # It is not handed in yet: whose it is the notebook says itself.
    mine = [replace(one, student="-") for one in _found([notebook], source)]
    limits = _limits(cell_timeout, notebook_timeout, more_limits)
    graded = _graded(mine, Grader(_layer_for_own_code(), limits), quiet=True)
    for submission in graded.submissions:
        click.echo(submission_text(submission))
    sys.exit(_exit_code(graded, None))


@main.command()
@click.option("--report", type=_Folder, default=Path("reports"), show_default=True, help="Where the pages go.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
def demo(report: Path, style: str) -> None:
    """Grade the example class that comes with the source code."""
    from autograder.exam import Grader

    root = next((root for root in _roots() if (root / "examples/submitted").is_dir()), None)
    if root is None:
        raise click.UsageError(
            _("The example class is part of the source code: run this in a clone of the repository.")
        )
    found = _found([root / "examples/submitted"], root / "solutions")
    graded = _graded(found, Grader(_layer_for_own_code(), _limits(None, None)))
    _show(graded, style)
    index = _write(graded, report)
    click.echo(_("Isolation: {layer}").format(layer=graded.submissions[0].isolation), err=True)
    click.echo(_("Pages: {path}").format(path=index), err=True)
    sys.exit(NOT_ALL_GRADED if any(one.needs_review for one in graded.submissions) else ALL_GRADED)


@main.command()
@click.argument("assignments", nargs=-1)
@click.option("--course", type=_Folder, default=Path(), show_default="here", help="The folder of the course.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a release version is out of date.")
def release(assignments: Sequence[str], course: Path, check: bool) -> None:
    """Make the release versions of assignments from their sources, as nbgrader does, or compare them.

    All assignments of the course, unless some are named. The gradebook learns of them as with
    nbgrader generate_assignment.
    """
    from autograder.adapters.release import ReleaseError, assignments_of, differences
    from autograder.adapters.release import release as release_all

    try:
        known = assignments_of(course)
        unknown = [name for name in assignments if name not in known]
        if unknown:
            raise click.UsageError(
                _("There is no source of {unknown}: expected one of {known}").format(
                    unknown=", ".join(unknown), known=", ".join(known)
                )
            )
        wanted = assignments or known
        if not check:
            for folder in release_all(course, wanted):
                click.echo(str(folder))
            return
        found = differences(course, wanted)
    except ReleaseError as error:
        raise click.ClickException(str(error)) from error
    for line in found:
        click.echo(line)
    if found:
        click.echo(_("Run “autograder release” to make them anew."), err=True)
        sys.exit(1)
    click.echo(_("{count} assignments are up to date.").format(count=len(wanted)))


@main.command()
def datasets() -> None:
    """Say which data sets are at hand and where they come from."""
    from autograder.datasets import DatasetError, describe, known_sources

    try:
        for provenance in describe():
            click.echo(str(provenance))
    except DatasetError as error:
        raise click.ClickException(str(error)) from error
    click.echo(_("\nWhere was looked, in this order:"))
    for place in known_sources():
        state = _("found") if place.found else _("incomplete") if place.incomplete else _("not there")
        click.echo(f"  {place.name:14} {place.source.value:12} {state:11} {place.path}")


@main.command("cache")
@click.option("--clear", is_flag=True, help="Forget all results.")
@_cache_option
def show_cache(clear: bool, cache: str | None) -> None:
    """Say what is remembered: results, so that what has not changed is not graded again, and trainings."""
    from autograder.exam import Memory

    memory = Memory.at(cache)
    for store, forgotten, told in (
        (memory.results.store, _("{count} results are forgotten."), _("{count} results in {folder}, {size:,} bytes.")),
        (
            memory.trainings.store,
            _("{count} trainings are forgotten."),
            _("{count} trainings in {folder}, {size:,} bytes."),
        ),
    ):
        if clear:
            click.echo(forgotten.format(count=store.clear()))
            continue
        sizes = store.sizes()
        click.echo(told.format(count=len(sizes), folder=store.folder, size=sum(sizes)))


@main.command()
@click.option("--conformance", is_flag=True, help="Try every promise of every layer that works here; takes minutes.")
def doctor(conformance: bool) -> None:
    """Say what keeps students' code apart on this system, and what a submission may use.

    \b
    Exit codes
      0  submissions can be graded in isolation
      1  no layer of isolation works here, or one breaks a promise (--conformance)
    """
    from autograder.diagnosis import broken_promises, layers_table, limits_table, memory_line, trials, warm_kernels

    found = trials()
    with warm_kernels(found) as warm:
        console = _console()
        console.print(layers_table(found, warm))
        console.print(memory_line())
        console.print(limits_table(_limits(None, None)))
        works = any(trial.unavailable is None for trial in found)
        if not works:
            console.print(_("No layer of isolation works here: “autograder grade” refuses to run students' code."))
        if conformance:
            tried = [trial.layer for trial in found if trial.unavailable is None]
            broken = [line for layer in tried for line in broken_promises(layer)]
            if warm is not None and not warm.refusal:
                broken += broken_promises(warm)
            for line in broken:
                click.echo(line)
            if not broken:
                click.echo(_("Every promise was kept."))
            works = works and not broken
    sys.exit(0 if works else 1)


def _console() -> Any:
    from rich.console import Console

    return Console()


def _roots() -> Iterable[Path]:
    return Path.cwd(), Path(__file__).resolve().parent.parent


def _layer(trusted: bool) -> Layer:
    from autograder.sandbox import NoLayer, layer_for

    try:
        return layer_for(trusted=trusted)
    except NoLayer as error:
        raise _CannotGrade(str(error)) from error


def _cluster(address: str, jobs: int | None, *, cache: str | None, **settings: Any) -> Grades:
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
        _layer(settings["trusted"])
    elif jobs is not None:
        raise click.UsageError(_("--jobs is for this machine: a cluster grades as many at once as it has threads."))
    return Cluster(address, Run(cache=address_of(cache), **settings), jobs)


def _layer_for_own_code() -> Layer:
    """The strongest layer; where there is none, code of one's own may run as it always does."""
    from autograder.sandbox import NoLayer, TrustedProcess, strongest_layer

    try:
        return strongest_layer()
    except NoLayer:
        return TrustedProcess()


def _limits(cell_seconds: float | None, notebook_seconds: float | None, more: Sequence[tuple[str, Any]] = ()) -> Limits:
    from autograder.exam import Limits

    limits = replace(Limits(), **dict(more))
    return replace(
        limits,
        cell_seconds=limits.cell_seconds if cell_seconds is None else cell_seconds,
        notebook_seconds=limits.notebook_seconds if notebook_seconds is None else notebook_seconds,
    )


def _found(paths: Sequence[Path], source: Path) -> list[Submission]:
    from autograder.exam import NoSource, find_submissions, sources

    try:
        return find_submissions(paths, sources(source))
    except NoSource as error:
        raise click.UsageError(str(error)) from error


def _told(submissions: Sequence[Submission], grader: Grades, pass_mark: float | None) -> int:
    """Grades and prints each report as it comes; the exit code. No report is kept."""
    from autograder.feedback import submission_line
    from autograder.report import ClassReport

    code = ALL_GRADED

    def tell(report: SubmissionReport) -> None:
        nonlocal code
        code = max(code, _exit_code(ClassReport(submissions=(report,)), pass_mark))
        click.echo(submission_line(report))

    _graded(submissions, grader, each=tell)
    return code


def _graded(
    submissions: Sequence[Submission],
    grader: Grades,
    *,
    quiet: bool = False,
    each: Callable[[SubmissionReport], None] | None = None,
) -> ClassReport:
    """Grades; a line for each on standard error, and on a terminal what is being graded now.

    Reports that are given to ``each`` are not kept.
    """
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from autograder.datasets import DatasetError
    from autograder.exam import grade_all
    from autograder.exam.examination import NoGrader
    from autograder.exam.submissions import as_text
    from autograder.progress import Progress
    from autograder.report import ClassReport

    console = Console(stderr=True)
    progress = Progress(len(submissions))

    async def run() -> list[SubmissionReport]:
        reports: list[SubmissionReport] = []
        live = Live(get_renderable=progress.picture, console=console, transient=True)
        with live if console.is_terminal else contextlib.nullcontext():
            async for report in grade_all(grader, progress.taken(submissions)):
                (each or reports.append)(report)
                line, outlook = progress.reported(report), progress.outlook()
                if outlook and not console.is_terminal:
                    line += Text(f" · {outlook}")
                if not quiet:
                    console.print(line, soft_wrap=True)
        return reports

    try:
        reports = asyncio.run(run())
    except (DatasetError, NoGrader) as error:
        raise _CannotGrade(str(error)) from error
    # As they were given, whichever was done first.
    given = [(as_text(one.student), as_text(one.assignment), as_text(one.path)) for one in submissions]
    order = {one: place for place, one in enumerate(given)}
    reports.sort(key=lambda report: order.get((report.student, report.assignment, report.path), len(order)))
    return ClassReport(submissions=tuple(reports))


def _show(graded: ClassReport, style: str) -> None:
    from autograder.feedback import class_json, class_table

    if style == "json":
        click.echo(class_json(graded))
        return
    from rich.console import Console

    Console().print(class_table(graded))


def _write(graded: ClassReport, directory: Path) -> Path:
    from autograder.feedback import write_pages

    return write_pages(graded, directory)


def _exit_code(graded: ClassReport, pass_mark: float | None) -> int:
    if any(submission.needs_review for submission in graded.submissions):
        return NOT_ALL_GRADED
    if pass_mark is None:
        return ALL_GRADED
    below = any(
        submission.max_score and 100 * (submission.score or 0) / submission.max_score < pass_mark
        for submission in graded.submissions
    )
    return BELOW_PASS_MARK if below else ALL_GRADED


if __name__ == "__main__":
    main()
