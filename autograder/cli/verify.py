"""``autograder verify``: does the grader refuse a right answer, or let a wrong one through?"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli import parameters, runs
from autograder.cli.completion import assignment_names
from autograder.cli.parameters import Folder, cache_option, source_option
from autograder.i18n import _

if TYPE_CHECKING:
    from autograder.exam import Grader
    from autograder.verification.tally import Judged, Verification
    from autograder.verification.verify import Made, Written

NONE_WRONG, SOME_WRONG = 0, 1


@click.command()
@click.argument("assignments", nargs=-1, shell_complete=assignment_names)
@source_option
@click.option(
    "--corpus",
    type=Folder,
    default=Path("tests/corpus"),
    show_default=True,
    help="Answers that must pass or fail: <assignment>/accept/*.py and reject/*.py.",
)
@click.option(
    "--cases",
    type=click.IntRange(0),
    default=240,
    show_default=True,
    help="Right cases to make of each exercise, and as many wrong ones; 0 for the corpus alone.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same cases are made for the same seed.")
@click.option("--only", metavar="TEXT", default="", help="Only cases whose name has this in it, such as reject/two-.")
@click.option("--format", "style", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    show_default="the processors",
    help="How many answers at once, and as many cases that are made, in the time that those leave.",
)
@click.option("--fresh", is_flag=True, help="Grade and train everything anew, also what has not changed since.")
@cache_option
def verify(
    assignments: Sequence[str],
    source: Path,
    corpus: Path,
    cases: int,
    seed: int,
    only: str,
    style: str,
    jobs: int | None,
    fresh: bool,
    cache: str | None,
) -> None:
    """Grade the grader: right answers must get full marks, wrong ones must not.

    All assignments, unless some are named. Tried are each solution, the answers of the corpus, and cases made of each
    exercise's own solution: rewritten without a change of meaning, or with exactly one thing changed. Said, too, are
    tests that no wrong answer fails, and hidden tests that find no more than the visible ones.

    \b
    Examples
      autograder verify
      autograder verify 04-cnn-shapes --cases 1000
      autograder verify my-exercise --only reject/

    \b
    Exit codes
      0  every case was judged as it should be
      1  a right answer was refused, a wrong one let through,
         or a message does not name its cause
      2  bad usage
      3  something could not be graded at all
    """
    try:
        from autograder.verification.verify import Made, sources_of, written
    except ModuleNotFoundError as error:
        if error.name != "hypothesis":
            raise
        raise click.UsageError(
            _("Cases are made by Hypothesis, which is not installed: pip install 'keras-autograder[verify]'")
        ) from error
    from autograder.exam import Grader, Memory, NoSource
    from autograder.exam.processors import processors
    from autograder.verification.answers import UnusableAnswer

    jobs = jobs or processors()
    try:
        exercises = sources_of(source, assignments)
        answers = written(exercises, corpus, only)
    except (UnusableAnswer, NoSource, LookupError) as error:
        raise click.UsageError(str(error)) from error
    # What this run comes to is known to it, though nothing of an earlier one.
    with tempfile.TemporaryDirectory(prefix="autograder-verify-") if fresh else contextlib.nullcontext(cache) as kept:
        grader = Grader(runs.layer_for_own_code(), parameters.limits(None, None), Memory.at(kept), jobs=jobs)
        made = Made(count=cases, seed=seed, only=only, jobs=jobs, known=kept)
        verification = _run(exercises, answers, grader, made)
    if style == "json":
        from autograder.verification.told import as_json

        click.echo(as_json(verification))
    else:
        from rich.console import Console
        from rich.table import Table

        from autograder.verification.told import tables

        console = Console()
        for table in tables(verification):
            console.print(table, soft_wrap=not isinstance(table, Table))
    sys.exit(SOME_WRONG if verification.survivors else NONE_WRONG)


def _run(exercises: Mapping[str, Path], answers: Sequence[Written], grader: Grader, made: Made) -> Verification:
    from rich.console import Console

    from autograder.datasets import DatasetError
    from autograder.verification.tally import Stopped
    from autograder.verification.verify import verified

    console = Console(stderr=True)
    done = 0
    wrongly, unclear, right = _("judged wrongly"), _("unclear message"), _("as it should")

    def tell(one: Judged) -> None:
        nonlocal done
        done += 1
        if one.wrongly or one.unclear or done % 100 == 0:
            state = wrongly if one.wrongly else unclear if one.unclear else right
            console.print(f"[{done}] {one.assignment} {one.name}: {state}", markup=False, soft_wrap=True)

    try:
        return asyncio.run(verified(exercises, answers, grader, made, tell))
    except (DatasetError, Stopped) as error:
        raise runs.CannotGrade(str(error)) from error
