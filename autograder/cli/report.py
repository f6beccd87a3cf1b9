"""``autograder report``: what a class came to, on one page for whoever teaches it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.completion import any_file, assignment_names
from autograder.cli.parameters import OutputFile, writing
from autograder.i18n import _

if TYPE_CHECKING:
    from autograder.report import ClassReport

_PAGE = "class.html"


@click.command()
@click.argument("source", shell_complete=any_file)
@click.option(
    "--output",
    "-o",
    type=OutputFile,
    metavar="FILE",
    help="Where the page goes; class.html in the folder of reports, else here.",
)
@click.option(
    "--csv",
    "table",
    type=OutputFile,
    metavar="FILE",
    help="Write the table of submissions for a spreadsheet too; “-” prints it.",
)
@click.option(
    "--assignment",
    "only",
    multiple=True,
    metavar="NAME",
    help="This assignment only; may be repeated.",
    shell_complete=assignment_names,
)
def report(source: str, output: Path | None, table: Path | None, only: tuple[str, ...]) -> None:
    """Write the class report: one HTML file with charts and tables, which needs no network.

    SOURCE is the folder that “autograder grade --report” wrote, the JSON that “autograder grade --format
    json” or “lines” printed, or nbgrader's gradebook: a file that ends with .db, or an address with “://”.

    \b
    Examples
      autograder grade submitted/ --report out && autograder report out
      autograder report gradebook.db --assignment 05-mnist-cnn --csv scores.csv
    """
    from dataclasses import replace

    from autograder.class_report import class_report_page, write_csv
    from autograder.exam.submissions import no_assignment

    found = _read(source)
    known = {one.assignment for one in found.submissions}
    if set(only) - known:
        raise click.UsageError(no_assignment(set(only) - known, known))
    if only:
        found = replace(found, submissions=tuple(one for one in found.submissions if one.assignment in only))
    if not found.submissions:
        raise click.UsageError(_("There is no submission in {source}.").format(source=source))
    folder = Path(source)
    output = output or (folder / _PAGE if folder.is_dir() else Path(_PAGE))
    page = class_report_page(found, _pages(found, output.parent))
    with writing(output):
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(page, encoding="utf-8")
    if table == Path("-"):
        write_csv(found, sys.stdout)
    elif table is not None:
        with writing(table), table.open("w", encoding="utf-8-sig", newline="") as stream:
            write_csv(found, stream)
    click.echo(_("Class report: {path}").format(path=output), err=True)


def _read(source: str) -> ClassReport:
    from autograder.class_report import UnreadableReport, read_class

    try:
        if "://" in source or (source.endswith(".db") and not Path(source).is_dir()):
            from autograder.adapters.gradebook import class_of

            return class_of(source)
        return read_class(Path(source))
    except UnreadableReport as error:
        raise click.UsageError(str(error)) from error


def _pages(found: ClassReport, folder: Path) -> dict[tuple[str, str], str]:
    """Students' own pages that stand beside the class's."""
    from autograder.feedback.pages import page_names

    names = page_names(found.submissions)
    return {
        (one.student, one.assignment): name
        for one, name in zip(found.submissions, names, strict=True)
        if (folder / name).is_file()
    }
