"""What a class costs that trains the lesson's CNN, where the grader trains in the notebooks' places.

    python benchmarks/training_class.py [--students 30] [--jobs 1] [--without-nbgrader]

Of each six students, five train the reference's networks, each in words of its own, and one trains something else. The
class is graded isolated and with canonical trainings, with nothing remembered; then once more, with everything
remembered. In the same run each distinct training is carried out once, alone in a process: of each network, and from
the other seeds that the grader tries where an accuracy is close under its threshold. nbgrader's own run trains
everything again for each student, which takes long: its scores are kept in a file, and what is there already, for the
same notebook and the same versions, is not run again.

Asked: no longer than the distinct trainings take and a second for each submission; the scores that nbgrader gives,
except in what the luck of a seed decides; and nothing changed 50 times as fast as the first time.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from statistics import median

import click
import msgspec
import nbformat
from rich.console import Console
from rich.table import Table

from benchmarks import graders
from benchmarks.graders import Graded
from benchmarks.judged import again_line, verdict
from benchmarks.notebooks import Class, differently, training_class, trainings_of

_SECONDS_A_SUBMISSION = 1.0

# What these ask about comes from random weights; the rest of a test's verdict may not differ.
_ABOUT_RESULTS = frozenset({"test-accuracy", "test-mlp", "test-comparison"})

Scores = Mapping[str, Mapping[str, float]]
"""By student and test cell."""


@click.command()
@click.option("--students", default=30, show_default=True, type=click.IntRange(1))
@click.option("--jobs", default=1, show_default=True, type=click.IntRange(1), help="Submissions at once, in our run.")
@click.option("--without-nbgrader", is_flag=True, help="Compare with the scores of nbgrader's that are kept already.")
@click.option(
    "--scores",
    "kept",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("reports/benchmarks/nbgrader-scores.json"),
    show_default=True,
    help="Where nbgrader's scores are kept.",
)
def main(students: int, jobs: int, without_nbgrader: bool, kept: Path) -> None:
    """Grade a class that trains, and compare its time with its trainings' and its scores with nbgrader's."""
    console = Console(width=120)
    made = training_class(students)
    with graders.settled(console), tempfile.TemporaryDirectory(prefix="autograder-benchmark-") as directory:
        course = graders.course(Path(directory), made)
        trainings = _trainings(course, made)
        options = ["--training", "canonical", "--jobs", str(jobs)]
        first = graders.autograder(course, *options)
        again = graders.autograder(course, *options)
        from_other_seeds = _from_other_seeds(course, made, first)
    theirs = _nbgrader(made, kept, run=not without_nbgrader)

    alone = Table("trained alone, in a process of its own", title=f"{students} submissions, canonical trainings")
    alone.add_column("s", justify="right")
    alone.add_column("of them fit, s", justify="right")
    every = {**trainings, **from_other_seeds}
    for name, one in every.items():
        alone.add_row(name, f"{one.whole:.1f}", f"{one.fit:.1f}")
    seconds = sum(one.whole for one in every.values())
    alone.add_row("all", f"{seconds:.1f}", f"{sum(one.fit for one in every.values()):.1f}")
    console.print(alone)
    met = _told(console, first, seconds, sum(one.whole for one in trainings.values()))
    met = again_line(console, first, again) and met
    whole = first.ran.seconds / again.ran.seconds
    met = verdict(console, f"The whole command {whole:,.1f} × as fast", whole, at_least=50.0) and met
    met = _compared(console, made, first.cells, theirs) and met
    sys.exit(not met)


_TIMED = """
import keras, time
fit = keras.Model.fit
def timed(*arguments, **more):
    began = time.perf_counter()
    history = fit(*arguments, **more)
    print("seconds of fit:", time.perf_counter() - began)
    return history
keras.Model.fit = timed
"""


@dataclass(frozen=True, slots=True)
class Alone:
    """A training in a process of its own; seconds."""

    whole: float
    """Imports and images included."""
    fit: float


def _trainings(course: Path, made: Class) -> Mapping[str, Alone]:
    return {name: _alone(course, program) for name, program in trainings_of(made).items()}


def _from_other_seeds(course: Path, made: Class, graded: Graded) -> Mapping[str, Alone]:
    """Of the few who train something else: the same program from as many more seeds as the grader trained it."""
    assert graded.report is not None
    programs = trainings_of(made)
    alone = {}
    for one in graded.report.submissions:
        shown = differently(one.student)
        if shown is None or shown not in programs:
            continue
        new = sum(not training.remembered for training in one.trainings)
        for number in range(2, new + 1):
            program = programs[shown].replace("set_random_seed(1)", f"set_random_seed({number})")
            assert program != programs[shown]
            alone[f"{shown}, seed {number}"] = _alone(course, program)
    return alone


def _alone(course: Path, program: str) -> Alone:
    ran = graders.run(course, [sys.executable, "-c", f"{_TIMED}\n{program}"])
    told = [line for line in ran.output.decode().splitlines() if line.startswith("seconds of fit: ")]
    return Alone(ran.seconds, sum(float(line.rpartition(" ")[2]) for line in told))


def _told(console: Console, graded: Graded, trainings: float, networks: float) -> bool:
    assert graded.report is not None
    done = [training for one in graded.report.submissions for training in one.trainings]
    new = [training for training in done if not training.remembered]
    students = len(graded.report.submissions)
    console.print(
        f"{students} submissions have {len(done)} trainings that the grader carried out, of which {len(new)} were"
        f" trained, in {sum(training.seconds for training in new):.1f} s. The whole command took"
        f" {graded.ran.seconds:.1f} s, {(graded.ran.seconds - trainings) / students:.2f} s a submission more than the"
        f" distinct trainings alone, at its highest {graded.ran.peak.all / 1e6:,.0f} MB.",
        highlight=False,
    )
    others = [
        one.seconds for one in graded.report.submissions if all(training.remembered for training in one.trainings)
    ]
    if others:
        console.print(
            f"{len(others)} submissions had no training of their own: {median(others):.2f} s each (median).",
            highlight=False,
        )
    submissions = _SECONDS_A_SUBMISSION * students
    met = verdict(console, f"{graded.ran.seconds:.1f} s", graded.ran.seconds, at_most=round(trainings + submissions, 1))
    if networks < trainings:
        console.print(
            f"If each network counted once, whatever its seeds: {networks + submissions:.1f} s.", highlight=False
        )
    return met


def _nbgrader(made: Class, kept: Path, *, run: bool) -> Scores:
    """What nbgrader gives, test cell by test cell; each student's as soon as it is known."""
    known: dict[str, dict[str, float]] = msgspec.json.decode(kept.read_bytes()) if kept.exists() else {}
    keys = {student: _key(made, notebook) for student, notebook in made.submissions.items()}
    for student, key in keys.items():
        if key in known or not run:
            continue
        only = replace(made, submissions={student: made.submissions[student]})
        with tempfile.TemporaryDirectory(prefix="autograder-benchmark-") as directory:
            graded = graders.nbgrader(graders.course(Path(directory), only), only)
        known[key] = dict(graded.cells[student])
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(msgspec.json.format(msgspec.json.encode(known), indent=2) + b"\n")
        click.echo(f"nbgrader: {student}: {sum(known[key].values()):g} in {graded.ran.seconds:.0f} s", err=True)
    return {student: known[key] for student, key in keys.items() if key in known}


def _key(made: Class, notebook: object) -> str:
    """Of what decides nbgrader's scores, but for the luck of a seed."""
    versions = [f"{name} {version(name)}" for name in ("nbgrader", "tensorflow", "keras", "numpy")]
    cells = [_texts(made.source), _texts(notebook)]
    return hashlib.sha256(msgspec.json.encode([versions, cells])).hexdigest()


def _texts(notebook: object) -> Sequence[str]:
    # Not the whole notebook: nbformat gives cells identities at random.
    return [cell["source"] for cell in nbformat.from_dict(notebook)["cells"]]


def _compared(console: Console, made: Class, ours: Scores, theirs: Scores) -> bool:
    """Lists each test cell whose score differs; whether all of them ask what a training came to."""
    differences = Table("student", "test cell", title="Test cells that nbgrader scores otherwise")
    for title in ("ours", "nbgrader's", "of"):
        differences.add_column(title, justify="right")
    differences.add_column("the seed's luck")
    unlucky = 0
    for student, cells in theirs.items():
        for grade_id, (points, _text) in made.tests.items():
            found, other = ours[student].get(grade_id, 0.0), cells.get(grade_id, 0.0)
            if abs(found - other) < 1e-6:
                continue
            luck = grade_id in _ABOUT_RESULTS
            unlucky += not luck
            differences.add_row(student, grade_id, f"{found:g}", f"{other:g}", f"{points:g}", "yes" if luck else "no")
    if differences.row_count:
        console.print(differences)
    console.print(
        f"{len(theirs)} of {len(ours)} submissions compared with nbgrader's scores:"
        f" {differences.row_count} test cells differ.",
        highlight=False,
    )
    return verdict(console, f"{unlucky} test cells differ by other than luck", unlucky, at_most=0)


if __name__ == "__main__":
    main()
