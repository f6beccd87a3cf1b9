"""The command line: arguments, exit codes, progress. All the work is done elsewhere."""

from __future__ import annotations

import click

from autograder.cli.completion import completion
from autograder.cli.course import datasets, release
from autograder.cli.halves import examine, execute, names
from autograder.cli.init_ci import init_ci
from autograder.cli.language import Commands
from autograder.cli.machine import doctor, show_cache, warm
from autograder.cli.new import new
from autograder.cli.notebooks import check, demo, grade
from autograder.cli.report import report
from autograder.cli.verify import verify


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="keras-autograder", prog_name="autograder")
def main() -> None:
    """Grade Jupyter notebooks in which students build and train Keras networks.

    \b
    Examples
      autograder demo
      autograder grade submitted/ --report out && autograder report out
      autograder check my-notebook.ipynb
      autograder new my-exercise && autograder verify my-exercise
    """


for command in (
    grade,
    check,
    report,
    demo,
    new,
    release,
    verify,
    execute,
    examine,
    names,
    init_ci,
    datasets,
    show_cache,
    warm,
    doctor,
    completion,
):
    main.add_command(command)
