"""``autograder release`` and ``datasets``: the parts of a course."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from autograder.cli.completion import assignment_names
from autograder.cli.parameters import Folder
from autograder.i18n import _


@click.command()
@click.argument("assignments", nargs=-1, shell_complete=assignment_names)
@click.option("--course", type=Folder, default=Path(), show_default="here", help="The folder of the course.")
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if a release version is out of date.")
def release(assignments: Sequence[str], course: Path, check: bool) -> None:
    """Make the release versions of assignments from their sources, as nbgrader does, or compare them.

    All assignments of the course, unless some are named. The gradebook learns of them as with
    nbgrader generate_assignment.

    \b
    Examples
      autograder release
      autograder release 04-cnn-shapes --course my-course
      autograder release --check
    """
    from autograder.adapters.release import ReleaseError, assignments_of, differences
    from autograder.adapters.release import release as release_all
    from autograder.exam.submissions import no_assignment

    try:
        known = assignments_of(course)
        unknown = [name for name in assignments if name not in known]
        if unknown:
            raise click.UsageError(no_assignment(unknown, known))
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


@click.command()
def datasets() -> None:
    """Say which data sets are at hand and where they come from.

    \b
    Examples
      autograder datasets
      AUTOGRADER_DATA=mnist/ autograder datasets
    """
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
