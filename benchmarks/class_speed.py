"""How fast a class is graded: this grader beside nbgrader and otter-grader, on the same notebooks in one run.

    python benchmarks/class_speed.py [--students 20] [--repeat N] [--jobs 2]

Students build the lesson's CNN and count its parameters, each in words of its own; nothing is trained. This grader runs
isolated and remembers nothing (``--fresh``); nbgrader and otter-grader run as they come, otter-grader without its
container. Each is a command of its own, timed as a whole, and they take turns; one more turn is for their memory, since
to look at it holds up what is looked at. At the end, this grader is asked for the same class again, with what it
remembers: the start of a command is the larger part of that.

Whoever grades again and again lets ``autograder warm`` keep the process that has imported TensorFlow; so that is a row,
too. It is started before the clock, as an editor or a database is that stands ready, and its memory is told beside.

Asked: 15 times as many submissions a minute as nbgrader, and nothing changed 50 times as fast as the first time.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median

import click
from platformdirs import user_cache_path
from rich.console import Console
from rich.table import Table

from benchmarks import graders
from benchmarks.graders import Graded
from benchmarks.judged import again_line, verdict
from benchmarks.memory import LOOKING
from benchmarks.notebooks import Class, counting_class

_ASKED = 15.0
_BASE = "nbgrader autograde"
_KEPT = "“autograder warm”"

Grader = Callable[[Path, Class, float], Graded]
"""Grades a class in its course, and looks at memory for that share of a processor's time."""


@click.command()
@click.option("--students", default=20, show_default=True, type=click.IntRange(1))
@click.option("--repeat", default=3, show_default=True, type=click.IntRange(1))
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1), help="Submissions at once, in one row.")
@click.option("--without-otter", is_flag=True, help="Leave otter-grader out: nothing is installed.")
def main(students: int, repeat: int, jobs: int, without_otter: bool) -> None:
    """Grade a class that counts the lesson's CNN with each grader, and print how many submissions a minute."""
    console = Console(width=120)
    graded: Mapping[str, Grader] = {
        _BASE: lambda course, made, looking: graders.nbgrader(course, made, looking=looking),
        **({} if without_otter else {f"{graders.OTTER}, one process": _otter()}),
        "autograder grade --fresh": _own("--fresh"),
        **({f"autograder grade --fresh --jobs {jobs}": _own("--fresh", "--jobs", str(jobs))} if jobs > 1 else {}),
        f"autograder grade --fresh --jobs {jobs}, {_KEPT}": _own_kept("--fresh", "--jobs", str(jobs)),
    }
    alone: dict[str, list[float]] = {}
    runs: dict[str, list[Graded]] = {}
    with graders.settled(console), tempfile.TemporaryDirectory(prefix="autograder-benchmark-") as directory:
        made, one = counting_class(students), counting_class(1)
        course, course_of_one = (
            graders.course(Path(directory, name), of) for name, of in (("all", made), ("one", one))
        )
        for _turn in range(repeat):
            for name, grade in graded.items():
                alone.setdefault(name, []).append(grade(course_of_one, one, 0.0).ran.seconds)
                runs.setdefault(name, []).append(grade(course, made, 0.0))
        memory = {name: grade(course, made, LOOKING).ran.peak for name, grade in graded.items()}
        first, again = graders.autograder(course), graders.autograder(course)
    table = Table("grader", title=f"{students} submissions that count the lesson's CNN, median of {repeat}")
    for title in ("s", "submissions/min", "ratio", "one alone, s", "each further, s", "ratio", "peak MB", "right"):
        table.add_column(title, justify="right")
    whole = {name: median(one.ran.seconds for one in turns) for name, turns in runs.items()}
    further = {name: (whole[name] - median(alone[name])) / max(students - 1, 1) for name in runs}
    ratios, ratios_further = ({name: times[_BASE] / times[name] for name in runs} for times in (whole, further))
    for name, turns in runs.items():
        right = sum(score == len(made.tests) for score in turns[-1].scores.values())
        table.add_row(
            name,
            f"{whole[name]:.1f}",
            f"{60 * students / whole[name]:.1f}",
            f"{ratios[name]:.1f}",
            f"{median(alone[name]):.1f}",
            f"{further[name]:.2f}",
            f"{ratios_further[name]:.1f}",
            f"{memory[name].all / 1e6:,.0f}",
            f"{right} of {students}",
        )
    console.print(table)
    isolation = {one.isolation for one in again.report.submissions} if again.report else set()
    console.print(f"Isolation: {', '.join(sorted(isolation))}.")
    ours = [name for name in runs if name.startswith("autograder")]
    met = False
    for name in ours:
        told = f"Whole commands, {name}: {ratios[name]:.1f} × as many submissions a minute as nbgrader"
        met = verdict(console, told, ratios[name], at_least=_ASKED) or met
    best = max(ours, key=ratios_further.__getitem__)
    told = f"After the first submission, {best}: {ratios_further[best]:.1f} ×"
    verdict(console, told, ratios_further[best], at_least=_ASKED)
    met = again_line(console, first, again) and met
    sys.exit(not met)


def _own(*options: str) -> Grader:
    return lambda course, _made, looking: graders.autograder(course, *options, looking=looking)


def _own_kept(*options: str) -> Grader:
    def grade(course: Path, _made: Class, looking: float) -> Graded:
        with graders.kept_warm(course, looking) as peak:
            graded = graders.autograder(course, *options, looking=looking)
        all_of_it = replace(graded.ran.peak, all=graded.ran.peak.all + peak.all)
        return replace(graded, ran=replace(graded.ran, peak=all_of_it))

    return grade


def _otter() -> Grader:
    python = graders.otter_environment(user_cache_path("autograder") / "benchmarks")
    return lambda course, made, looking: graders.otter(course, made, python, looking=looking)


if __name__ == "__main__":
    main()
