"""How fast a class is graded: this grader beside nbgrader and otter-grader, on the same notebooks in one run.

    python benchmarks/class_speed.py [--students 20] [--repeat N] [--jobs 2]

Students build the lesson's CNN and count its parameters, each in words of its own; nothing is trained. This grader runs
isolated and remembers nothing (``--fresh``); nbgrader and otter-grader run as they come, otter-grader without its
container. Each is a command of its own, timed as a whole, and they take turns. At the end, this grader is asked for the
same class again, with what it remembers: the start of a command is the larger part of that.

Asked: 15 times as many submissions a minute as nbgrader, and nothing changed 50 times as fast as the first time.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

import click
from platformdirs import user_cache_path
from rich.console import Console
from rich.table import Table

from benchmarks import graders
from benchmarks.graders import Graded
from benchmarks.judged import again_line, verdict
from benchmarks.notebooks import counting_class

_ASKED = 15.0


@click.command()
@click.option("--students", default=20, show_default=True, type=click.IntRange(1))
@click.option("--repeat", default=3, show_default=True, type=click.IntRange(1))
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1), help="Submissions at once, in one row.")
@click.option("--without-otter", is_flag=True, help="Leave otter-grader out: nothing is installed.")
def main(students: int, repeat: int, jobs: int, without_otter: bool) -> None:
    """Grade a class that counts the lesson's CNN with each grader, and print how many submissions a minute."""
    console = Console(width=120)
    made = counting_class(students)
    runs: dict[str, list[Graded]] = {}
    with graders.settled(console), tempfile.TemporaryDirectory(prefix="autograder-benchmark-") as directory:
        course = graders.course(Path(directory), made)
        turns: dict[str, Callable[[], Graded]] = {"nbgrader autograde": lambda: graders.nbgrader(course, made)}
        if not without_otter:
            python = graders.otter_environment(user_cache_path("autograder") / "benchmarks")
            turns[f"{graders.OTTER}, one process"] = lambda: graders.otter(course, made, python)
        turns["autograder grade --fresh"] = lambda: graders.autograder(course, "--fresh")
        if jobs > 1 and graders.offers("--jobs"):
            turns[f"autograder grade --fresh --jobs {jobs}"] = lambda: graders.autograder(
                course, "--fresh", "--jobs", str(jobs)
            )
        for _turn in range(repeat):
            for name, turn in turns.items():
                runs.setdefault(name, []).append(turn())
        first, again = graders.autograder(course), graders.autograder(course)
    table = Table("grader", title=f"{students} submissions that count the lesson's CNN, median of {repeat}")
    for title in ("s", "submissions/min", "ratio", "peak MB", "right"):
        table.add_column(title, justify="right")
    base = median(one.ran.seconds for one in runs["nbgrader autograde"])
    ratios = {}
    for name, turns_of in runs.items():
        seconds = median(one.ran.seconds for one in turns_of)
        ratios[name] = base / seconds
        right = sum(score == len(made.tests) for score in turns_of[-1].scores.values())
        memory = max(one.ran.peak.all for one in turns_of) / 1e6
        table.add_row(
            name,
            f"{seconds:.1f}",
            f"{60 * students / seconds:.1f}",
            f"{ratios[name]:.1f}",
            f"{memory:,.0f}",
            f"{right} of {students}",
        )
    console.print(table)
    isolation = {one.isolation for one in again.report.submissions} if again.report else set()
    console.print(f"Isolation: {', '.join(sorted(isolation))}.")
    best = max(ratio for name, ratio in ratios.items() if name.startswith("autograder"))
    met = verdict(console, f"{best:.1f} × as many submissions a minute as nbgrader", best, at_least=_ASKED)
    met = again_line(console, first, again) and met
    sys.exit(not met)


if __name__ == "__main__":
    main()
