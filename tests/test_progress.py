"""How far a run has come, in words."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from autograder.exam import Submission
from autograder.progress import Progress, duration
from autograder.report import SubmissionReport


def submission(number: int) -> Submission:
    name = f"student-{number:02}"
    return Submission(student=name, assignment="tiny", path=Path(name), source=Path("source"))


def report(number: int, *, seconds: float = 10.0, remembered: bool = False) -> SubmissionReport:
    name = f"student-{number:02}"
    return SubmissionReport(
        student=name, assignment="tiny", path=name, score=1, max_score=2, seconds=seconds, remembered=remembered
    )


def shown(progress: Progress) -> list[str]:
    console = Console(width=60, record=True, file=StringIO())
    console.print(progress.picture())
    return console.export_text().splitlines()


def test_a_run_is_told_as_it_goes() -> None:
    progress = Progress(5)
    taken = progress.taken(submission(number) for number in range(5))
    assert shown(progress) == ["0 of 5 done, 0 running"]
    for _number in range(2):
        next(taken)
    assert shown(progress) == ["student-00 tiny (0 s)", "student-01 tiny (0 s)", "0 of 5 done, 2 running"]
    assert progress.reported(report(1)).plain == "[1/5] student-01 tiny: 1/2 (10 s)"
    # Four are left, of ten seconds each, two at once.
    assert progress.outlook() == "2 running, about 20 s left"
    next(taken)
    assert progress.reported(report(2, seconds=0.01, remembered=True)).plain == (
        "[2/5] student-02 tiny: 1/2 (from memory)"
    )
    # Of three, half will be in memory as it was so far.
    assert progress.outlook() == "2 running, 1 from memory, about 8 s left"
    for number in (0, 3, 4):
        progress.reported(report(number))
    assert progress.outlook() == ""
    assert shown(progress) == ["5 of 5 done"]


def test_what_is_all_in_memory_tells_nothing_of_the_time() -> None:
    progress = Progress(2)
    next(progress.taken([submission(0)]))
    progress.reported(report(0, remembered=True))
    assert progress.left is None
    assert progress.outlook() == "1 running, 1 from memory"


def test_of_very_many_some_are_shown() -> None:
    progress = Progress(1_000)
    taken = progress.taken(submission(number) for number in range(1_000))
    for _number in range(64):
        next(taken)
    lines = shown(progress)
    assert len(lines) == 10
    assert lines[-2:] == ["and 56 more", "0 of 1000 done, 64 running"]


def test_names_are_no_markup_and_stay_on_their_line() -> None:
    hostile = Submission(student="[bold]a\n\x1b[2Jb", assignment="tiny", path=Path("a"), source=Path("source"))
    progress = Progress(1)
    next(progress.taken([hostile]))
    assert len(shown(progress)) == 2
    assert shown(progress)[0].startswith("[bold]a")
    assert "\x1b" not in shown(progress)[0]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59, "59 s"), (61, "1 min 1 s"), (601, "10 min"), (3_600, "1 h 0 min"), (90_000, "25 h 0 min")],
)
def test_a_time_is_told_in_what_says_most_of_it(seconds: float, text: str) -> None:
    assert duration(seconds) == text
