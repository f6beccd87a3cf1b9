"""The command line: arguments, exit codes, progress. All the work is done elsewhere."""

from __future__ import annotations

import click

from autograder.cli.course import datasets, release
from autograder.cli.halves import examine, execute, names
from autograder.cli.init_ci import init_ci
from autograder.cli.language import Commands
from autograder.cli.machine import doctor, show_cache
from autograder.cli.new import new
from autograder.cli.notebooks import check, demo, grade
from autograder.cli.report import report
from autograder.cli.verify import verify


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="keras-autograder", prog_name="autograder")
def main() -> None:
    """Grade Jupyter notebooks in which students build and train Keras networks.

    \b
    autograder grade submitted/               a class, in nbgrader's folders
    autograder grade submitted/ --report out  with a page for each student
    autograder report out                     what the class came to, on one page
    autograder check my-notebook.ipynb        what a student may see
    autograder new my-exercise                an exercise of your own to begin with
    autograder release                        the release notebooks, from their sources
    autograder verify                         is the grader right: answers that must pass or fail
    autograder doctor                         what keeps students' code apart here
    autograder demo                           the example class
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
    doctor,
):
    main.add_command(command)
