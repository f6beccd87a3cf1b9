"""``autograder new``: an exercise of one's own to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.parameters import Folder, writing
from autograder.i18n import _


@click.command()
@click.argument("name")
@click.option("--course", type=Folder, default=Path(), show_default="here", help="The folder of the course.")
def new(name: str, course: Path) -> None:
    """Write an exercise of your own to begin with, which is whole: change it bit by bit.

    NAME is the assignment's. Written are a source notebook where nbgrader_config.py says, its release version, and
    answers in tests/corpus/ that must pass or fail. Comments that begin with “To change” say what to change. Where
    there is no nbgrader_config.py, a course is made around it. Nothing is overwritten.

    \b
    Examples
      autograder new my-exercise
      autograder new my-exercise --course my-course
    """
    from autograder.adapters.release import ReleaseError
    from autograder.adapters.starter import CannotStart, start

    try:
        with writing(course):
            started = start(course, name)
    except CannotStart as error:
        raise click.UsageError(str(error)) from error
    except ReleaseError as error:
        raise click.ClickException(str(error)) from error
    for path in started.written:
        click.echo(str(path))
    if started.row:
        click.echo(_("A line for the course's README: {row}").format(row=started.row), err=True)
    click.echo(_("Next: “autograder verify {name}”, then look for “To change”.").format(name=name), err=True)
