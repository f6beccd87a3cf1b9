"""What a submission costs as classes grow: seconds and memory, for 10, 100 and 1,000 submissions.

    python benchmarks/growth.py [--students 10 --students 100 --students 1000] [--way jobs --way dask] [--repeat 1]

Submissions are small, one answer and one assertion without Keras, so that what the grader itself costs is seen. They
are graded isolated and anew (``--fresh``), two at once on this machine and on four workers of Dask's. Reports are
printed as they come (``--format lines``), for whoever wants them all together keeps some 15 kB of each. Seconds a
submission are those between the first report and the last, for a command has a start too, which is told beside it; what
is under way at the first report counts by the part that is done after it, or ten submissions, of which four workers had
all but finished four by then, would seem to take less than a thousand. Beside it stands, with no start in it either and
nothing to weigh, what each further submission takes: how much longer the whole command is than for the next smaller
class.

Memory is that of the grader's own process and of everything that it starts, shared pages counted once: in the middle
of all looks between the first report and the last, and at its highest. The highest of many looks is higher than that of
few wherever memory goes up and down, as it does with the kernels under way. So what is judged is the middle, and the
highest is told. Ten submissions are nine intervals of a tenth of a second, whose mean varies by a fifth: a small class
is graded in as many turns as make 100 submissions, and the median is told.

Asked: seconds a submission and memory that grow by 15 % at most from the smallest class on; that they fall is no fault.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from benchmarks import graders
from benchmarks.graders import Ran
from benchmarks.judged import verdict
from benchmarks.memory import Look
from benchmarks.notebooks import small_class

_ASKED = 0.15
_LOOKING = 0.5
"""The smallest class takes a second: its highest memory is to be seen, too."""
_ENOUGH = 100
"""Submissions of one size that are graded at least."""

_WAYS: Mapping[str, tuple[str, ...]] = {
    "jobs": ("--jobs", "2"),
    "dask": ("--dask", "local", "--jobs", "4"),
}
"""By name: options of ``autograder grade``."""

_REPORT = re.compile(r"\[\d+/\d+\] (\S+) ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one class."""

    students: int
    whole: float
    """Seconds of the command."""
    start: float
    """Seconds to the first report."""
    each: float
    """Seconds a submission, from then on."""
    looks: Sequence[Look]
    """At memory, between the first report and the last."""
    highest: int
    """Bytes of everything, at the highest."""
    left: int
    """Processes that were there when the command had ended."""

    @property
    def own(self) -> float:
        """Bytes of the grader's own process, in the middle."""
        return median(look.own for look in self.looks)

    @property
    def all(self) -> float:
        """Bytes of everything, in the middle."""
        return median(look.all for look in self.looks)


@click.command()
@click.option("--students", "sizes", multiple=True, default=(10, 100, 1_000), type=click.IntRange(2), show_default=True)
@click.option("--way", "ways", multiple=True, type=click.Choice(list(_WAYS)), default=list(_WAYS), show_default=True)
@click.option("--repeat", default=1, show_default=True, type=click.IntRange(1), help="Turns at least.")
def main(sizes: Sequence[int], ways: Sequence[str], repeat: int) -> None:
    """Grade ever larger classes of small submissions, and print what each submission costs."""
    if len(sizes) < 3 or list(sizes) != sorted(set(sizes)):
        raise click.UsageError("at least three sizes are compared, from the smallest to the largest")
    console = Console(width=120)
    met = []
    for way in ways:
        options = _WAYS[way]
        costs: dict[int, list[Cost]] = {}
        for turn in range(max(_turns(students, repeat) for students in sizes)):
            for students in sizes:
                if turn < _turns(students, repeat):
                    costs.setdefault(students, []).append(_graded(students, options))
        met.append(_told(console, " ".join(options), [_median(costs[students]) for students in sizes]))
    sys.exit(not all(met))


def _turns(students: int, repeat: int) -> int:
    return max(repeat, ceil(_ENOUGH / students))


def _graded(students: int, options: Sequence[str]) -> Cost:
    made = small_class(students)
    with tempfile.TemporaryDirectory(prefix="autograder-benchmark-") as directory:
        course = graders.course(Path(directory), made)
        graded = graders.autograder(course, "--fresh", *options, each=True, looking=_LOOKING)
    wrong = [student for student, score in graded.scores.items() if score != 1]
    if wrong or len(graded.scores) != students:
        raise click.ClickException(f"of {students} submissions, {len(graded.scores)} were graded; wrong: {wrong[:10]}")
    assert graded.report is not None
    return _cost(students, graded.ran, {one.student: one.seconds for one in graded.report.submissions})


def _cost(students: int, ran: Ran, took: Mapping[str, float]) -> Cost:
    """With the seconds that each student's submission ``took``, from its beginning to its report."""
    reports = {found[1]: seconds for seconds, line in ran.lines if (found := _REPORT.match(line))}
    first, last = min(reports.values()), max(reports.values())
    return Cost(
        students=students,
        whole=ran.seconds,
        start=first,
        each=(last - first) / sum(min(1.0, (came - first) / took[student]) for student, came in reports.items()),
        looks=[look for look in ran.peak.looks if first <= look.seconds <= last],
        highest=ran.peak.all,
        left=len(ran.peak.left),
    )


def _median(costs: Sequence[Cost]) -> Cost:
    """Of several turns the seconds in the middle, the highest memory, and all looks and all that was left."""
    looks = [look for cost in costs for look in cost.looks]
    if not looks:
        raise click.ClickException(f"{costs[0].students} were graded before anybody looked at memory: take more turns")
    return Cost(
        students=costs[0].students,
        whole=median(cost.whole for cost in costs),
        start=median(cost.start for cost in costs),
        each=median(cost.each for cost in costs),
        looks=looks,
        highest=max(cost.highest for cost in costs),
        left=sum(cost.left for cost in costs),
    )


def _told(console: Console, name: str, costs: Sequence[Cost]) -> bool:
    table = Table("submissions", title=f"autograder grade --fresh {name}")
    times = ("whole s", "to the first report s", "then s each", "each further s")
    for title in (*times, "own MB", "all MB", "highest MB", "looks", "left"):
        table.add_column(title, justify="right")
    for cost, further in zip(costs, ["", *(f"{seconds:.3f}" for seconds in _further(costs))], strict=True):
        table.add_row(
            f"{cost.students:,}",
            f"{cost.whole:.1f}",
            f"{cost.start:.1f}",
            f"{cost.each:.3f}",
            further,
            f"{cost.own / 1e6:,.0f}",
            f"{cost.all / 1e6:,.0f}",
            f"{cost.highest / 1e6:,.0f}",
            str(len(cost.looks)),
            str(cost.left),
        )
    console.print(table)
    found: dict[str, list[float]] = {
        "seconds a submission": [cost.each for cost in costs],
        "seconds of each further submission": _further(costs),
        "the grader's own memory": [cost.own for cost in costs],
        "all memory": [cost.all for cost in costs],
    }
    met = [
        verdict(console, f"{name}: {what} grow by {_growth(numbers):+.0%}", _growth(numbers), at_most=_ASKED)
        for what, numbers in found.items()
    ]
    return all(met) and not any(cost.left for cost in costs)


def _further(costs: Sequence[Cost]) -> list[float]:
    """Seconds that each submission adds to the command, from one size of class to the next."""
    return [(large.whole - small.whole) / (large.students - small.students) for small, large in pairwise(costs)]


def _growth(numbers: Sequence[float]) -> float:
    """How much more the most expensive class after the first takes than the first."""
    return max(numbers) / numbers[0] - 1


if __name__ == "__main__":
    main()
