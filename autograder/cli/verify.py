"""``autograder verify``: does the grader refuse a right answer, or let a wrong one through?"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli import parameters, runs
from autograder.cli.parameters import Folder, cache_option
from autograder.i18n import _

if TYPE_CHECKING:
    from autograder.verification.tally import Judged, Verification

NONE_WRONG, SOME_WRONG = 0, 1


@click.command()
@click.argument("assignments", nargs=-1)
@click.option("--source", type=Folder, default=Path("solutions"), show_default=True, help="The source notebooks.")
@click.option(
    "--corpus",
    type=Folder,
    default=Path("tests/corpus"),
    show_default=True,
    help="Answers that must pass or fail: <assignment>/accept/*.py and reject/*.py.",
)
@click.option("--only", metavar="TEXT", default="", help="Only cases whose name has this in it, such as reject/two-.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--jobs", type=click.IntRange(1), show_default="the processors", help="How many cases at once.")
@click.option("--fresh", is_flag=True, help="Grade and train everything anew, also what has not changed since.")
@cache_option
def verify(
    assignments: Sequence[str],
    source: Path,
    corpus: Path,
    only: str,
    style: str,
    jobs: int | None,
    fresh: bool,
    cache: str | None,
) -> None:
    """Grade the grader: right answers must get full marks, wrong ones must not.

    All assignments, unless some are named. Tried are the answers of the corpus.

    \b
    Exit codes
      0  every case was judged as it should be
      1  a right answer was refused, a wrong one let through, or a message does not name its cause
      2  bad usage
      3  something could not be graded at all
    """
    from autograder.verification.answers import UnusableAnswer
    from autograder.verification.verify import sources_of, written

    try:
        exercises = sources_of(source, assignments)
        answers = written(exercises, corpus, only)
    except (UnusableAnswer, LookupError) as error:
        raise click.UsageError(str(error)) from error
    verification = _run(list(exercises), answers, jobs, None if fresh else cache, fresh)
    if style == "json":
        from autograder.verification.told import as_json

        click.echo(as_json(verification))
    else:
        from rich.console import Console

        from autograder.verification.told import tables

        console = Console()
        for table in tables(verification):
            console.print(table)
    sys.exit(SOME_WRONG if verification.survivors else NONE_WRONG)


def _run(
    assignments: Sequence[str], answers: Sequence[object], jobs: int | None, cache: str | None, fresh: bool
) -> Verification:
    from rich.console import Console

    from autograder.datasets import DatasetError
    from autograder.exam import Grader, Memory
    from autograder.exam.processors import processors
    from autograder.verification.verify import verified

    console = Console(stderr=True)
    done = 0

    def tell(one: Judged) -> None:
        nonlocal done
        done += 1
        if one.wrongly or one.unclear or done % 25 == 0:
            state = _("judged wrongly") if one.wrongly else _("unclear message") if one.unclear else _("as it should")
            console.print(f"[{done}] {one.assignment} {one.name}: {state}", markup=False, soft_wrap=True)

    layer = runs.layer_for_own_code()
    grader = Grader(
        layer, parameters.limits(None, None), None if fresh else Memory.at(cache), jobs=jobs or processors()
    )
    try:
        return asyncio.run(verified(assignments, answers, grader, tell))  # type: ignore[arg-type]
    except DatasetError as error:
        raise runs.CannotGrade(str(error)) from error
