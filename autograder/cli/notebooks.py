"""``autograder grade``, ``check`` and ``demo``: notebooks in, reports out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli import parameters, runs
from autograder.cli.handed_in import change_options, handed_in
from autograder.cli.outputs import Outputs, output_options
from autograder.cli.parameters import Between, Folder, OutputFolder, Percent, cache_option, limit_options, source_option
from autograder.i18n import _

if TYPE_CHECKING:
    from autograder.exam.run import Grades
    from autograder.exam.trainings import Way


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@source_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json", "lines"]),
    default="table",
    show_default=True,
    help="“lines” is JSON too, a line for each submission as it is graded: for very many of them.",
)
@change_options
@output_options
@click.option("--report", type=OutputFolder, metavar="DIR", help="Write a page for each submission, and report.json.")
@click.option("--pass-mark", type=Between(0, 100), metavar="PERCENT", help="Exit with 1 if a score is below.")
@click.option(
    "--trust-submissions",
    is_flag=True,
    help="Run students' code without isolation, as yourself on this machine. Every report says so.",
)
@click.option("--fresh", is_flag=True, help="Grade and train everything anew, also what has not changed since.")
@cache_option
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
    type=Percent(0, 100),
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
@limit_options
def grade(
    paths: Sequence[Path],
    source: Path,
    style: str,
    since: str | None,
    head: str,
    outputs: Outputs,
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
    Examples
      autograder grade submitted/
      autograder grade submitted/ --report out --jobs 4
      autograder grade submitted/ --format json --pass-mark 60
      autograder grade submitted/ --dask local
      autograder grade --changed-since origin/main --junit results.xml

    \b
    Exit codes
      0  all graded
      1  a score is below the pass mark
      2  bad usage
      3  something could not be graded, or needs a person
    """
    if style == "lines" and (report is not None or outputs):
        raise click.UsageError(_("Files need all reports together, which --format lines does not keep."))
    with handed_in(paths, source, since, head) as found:
        from autograder.exam import Grader, Memory

        limits = parameters.limits(cell_timeout, notebook_timeout, more_limits)
        grader: Grades
        if dask is None:
            memory = None if fresh else Memory.at(cache)
            layer = runs.layer(trust_submissions)
            grader = Grader(layer, limits, memory, training=training, audit=audit / 100, jobs=jobs or 1)
        else:
            settings = {"limits": limits, "training": training, "audit": audit / 100, "trusted": trust_submissions}
            grader = runs.cluster(dask, jobs, cache=cache, fresh=fresh, **settings)
        if style == "lines":
            sys.exit(runs.told(found.submissions, grader, pass_mark, found.told))
        graded = runs.graded(found.submissions, grader, notebooks=report is not None, shown=found.told)
        runs.show(graded, style)
        if report is not None:
            runs.write(graded, report)
        outputs.write(graded, found.contents(graded), found.remarks, runs.passed(graded, pass_mark))
    sys.exit(runs.exit_code(graded, pass_mark))


@click.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source",
    type=Folder,
    help="The release notebooks: assignments/ if there is one, else the notebook as it is.",
)
@limit_options
def check(
    notebook: Path,
    source: Path | None,
    cell_timeout: float | None,
    notebook_timeout: float | None,
    more_limits: Sequence[tuple[str, float]],
) -> None:
    """Check a notebook of your own before you hand it in: the visible tests, with reasons.

    The tests are those of the notebooks that were handed out, so hidden tests may find more.

    \b
    Examples
      autograder check my-notebook.ipynb
      autograder check 04-cnn-shapes/04-cnn-shapes.ipynb --source assignments
    """
    from autograder.exam import Grader
    from autograder.feedback import submission_text

    if source is None:
        released = Path("assignments")
        source = released if released.is_dir() else notebook.absolute().parent.parent
    # It is not handed in yet: whose it is the notebook says itself.
    mine = [replace(one, student="-") for one in runs.found([notebook], source)]
    limits = parameters.limits(cell_timeout, notebook_timeout, more_limits)
    graded = runs.graded(mine, Grader(runs.layer_for_own_code(), limits), quiet=True)
    for submission in graded.submissions:
        click.echo(submission_text(submission))
    sys.exit(runs.exit_code(graded, None))


@click.command()
@click.option("--report", type=OutputFolder, default=Path("reports"), show_default=True, help="Where the pages go.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
def demo(report: Path, style: str) -> None:
    """Grade the example class that comes with the source code.

    \b
    Examples
      autograder demo
      autograder demo --report out
    """
    from autograder.exam import Grader

    root = next((root for root in _roots() if (root / "examples/submitted").is_dir()), None)
    if root is None:
        raise click.UsageError(
            _("The example class is part of the source code: run this in a clone of the repository.")
        )
    found = runs.found([root / "examples/submitted"], root / "solutions")
    grader = Grader(runs.layer_for_own_code(), parameters.limits(None, None))
    graded = runs.graded(found, grader, notebooks=True)
    runs.show(graded, style)
    index = runs.write(graded, report)
    click.echo(_("Isolation: {layer}").format(layer=graded.submissions[0].isolation), err=True)
    click.echo(_("Pages: {path}").format(path=index), err=True)
    sys.exit(runs.NOT_ALL_GRADED if any(one.needs_review for one in graded.submissions) else runs.ALL_GRADED)


def _roots() -> Iterable[Path]:
    return Path.cwd(), Path(__file__).resolve().parents[2]
