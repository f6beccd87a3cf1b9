"""What a run writes for CI: options that commands share, and the files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.cli.parameters import OutputFile, writing

if TYPE_CHECKING:
    from autograder.report import ClassReport

_OPTIONS = {
    "--junit": ("junit", "JUnit XML: a test case for each graded cell."),
    "--annotations": (
        "annotations",
        "Annotations at the lines of the notebooks: JSON of GitHub's Checks API where FILE ends with .json, else"
        " workflow commands for the log of a job; “-” prints them.",
    ),
    "--summary": ("summary", "Markdown: a table, then what to fix first."),
    "--json": ("json_file", "The whole report, as --format json prints it."),
    "--check-run": ("check_run", "What GitHub's Checks API needs for a check with all of this, but for the commit."),
}


class Outputs:
    """Files to write."""

    def __init__(self, **files: Path | None) -> None:
        self._files = files

    def __bool__(self) -> bool:
        return any(file is not None for file in self._files.values())

    def write(
        self,
        graded: ClassReport,
        contents: Sequence[bytes],
        remarks: Sequence[str] = (),
        passed: bool | None = None,
    ) -> None:
        """Writes what was asked for.

        Parameters
        ----------
        graded
            The run.
        contents
            The files of the notebooks, in order, in which cells are looked for.
        remarks
            What is to be told of files that were not graded.
        passed
            Whether every score reaches the pass mark, where there is one.
        """
        from autograder.exam.places import places_of
        from autograder.feedback import (
            check_annotations,
            check_run,
            class_json,
            class_junit,
            class_markdown,
            workflow_commands,
        )

        places = [places_of(content) for content in contents]
        annotations = self._files["annotations"]
        as_json = annotations is not None and annotations.suffix == ".json"
        texts: dict[str, Callable[[], str]] = {
            "junit": lambda: class_junit(graded),
            "annotations": lambda: (check_annotations if as_json else workflow_commands)(graded, places),
            "summary": lambda: class_markdown(graded, remarks),
            "json_file": lambda: class_json(graded) + "\n",
            "check_run": lambda: check_run(graded, places, remarks, passed),
        }
        for name, file in self._files.items():
            if file is not None:
                _write(file, texts[name]())


def _write(file: Path, text: str) -> None:
    if str(file) == "-":
        click.echo(text, nl=False)
        return
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command ``outputs``, of what its options name."""

    @wraps(command)
    def wrapped(**given: Any) -> Any:
        files = {name: given.pop(name) for name, _help in _OPTIONS.values()}
        return command(outputs=Outputs(**files), **given)

    decorated: Callable[..., Any] = wrapped
    for option, (name, told) in reversed(_OPTIONS.items()):
        decorated = click.option(option, name, type=OutputFile, metavar="FILE", help=told)(decorated)
    return decorated
