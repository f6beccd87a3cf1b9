"""``autograder init-ci``: pull requests graded by CI."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.parameters import Folder, writing
from autograder.i18n import _

if TYPE_CHECKING:
    from autograder.adapters.ci import Host


@click.command("init-ci")
@click.option(
    "--course",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    show_default="here",
    help="The repository of the course.",
)
@click.option("--host", type=click.Choice(["github", "gitlab"]), default="github", show_default=True)
@click.option("--source", type=Folder, help="The source notebooks: names.json is written too.")
@click.option("--force", is_flag=True, help="Overwrite files that are there already.")
def init_ci(course: Path, host: Host, source: Path | None, force: bool) -> None:
    """Write the workflows into a course's repository that grade its pull requests.

    docs/ci.md says what else is to be set up, and what students can and cannot influence.

    \b
    Examples
      autograder init-ci
      autograder init-ci --host gitlab --source solutions
    """
    from autograder.adapters.ci import FileInTheWay, write_files
    from autograder.exam import NoSource, sources
    from autograder.exam.asked import FILE, UnusableNames, names_of_course

    try:
        names = None if source is None else names_of_course(sources(source))
        with writing(course):
            written = write_files(course, host, replace=force)
    except (FileInTheWay, NoSource, UnusableNames) as error:
        raise click.UsageError(str(error)) from error
    if names is not None:
        (course / FILE).write_text(names, encoding="utf-8")
        written.append(course / FILE)
    for path in written:
        click.echo(str(path))
    if not written:
        click.echo(_("Everything is there already."), err=True)
