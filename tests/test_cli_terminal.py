"""What terminals show: colours only where they are wanted, and whole tables however narrow they are."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pexpect
import pytest
from rich.console import Console

from autograder.diagnosis import layers_table, limits_table
from autograder.exam import Limits
from autograder.feedback import class_table
from autograder.report import ClassReport, SubmissionReport
from autograder.sandbox import Trial, Unavailable, every_layer
from autograder.verification.tally import Idle, Judged, Verification
from autograder.verification.told import tables
from tests.exam.notebooks import answered, write
from tests.test_cli_errors import TINY

ASSIGNMENT = "02-epochs-batch-size"
STUDENT = "student-with-a-name-that-is-very-long@university.example"
_ESCAPE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])")


def shown(command: str, folder: Path, **environment: str) -> str:
    """What a command writes on a terminal of 60 columns."""
    kept = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}}
    program = str(Path(sys.executable).parent / "autograder")
    text, code = pexpect.run(
        f"{program} {command}",
        cwd=str(folder),
        env={**kept, "TERM": "xterm-256color", **environment},
        dimensions=(40, 60),
        withexitstatus=True,
        timeout=120,
    )
    assert code == 0, text
    return str(text, "utf-8")


def colours(text: str) -> set[str]:
    """The escapes that set a colour: all but bold, dim, italic, underlined and the end of these."""
    codes = {code for codes, kind in _ESCAPE.findall(text) if kind == "m" for code in codes.split(";")}
    return codes - {"", "0", "1", "2", "3", "4"}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    write(TINY, tmp_path / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    write(answered(TINY), tmp_path / "submitted" / "student-01" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    return tmp_path


def test_a_run_is_redrawn_on_a_terminal_and_written_in_lines_on_one_that_cannot(course: Path) -> None:
    command = "grade submitted --trust-submissions --fresh"
    assert "\x1b[2K" in shown(command, course)
    plain = shown(command, course, TERM="dumb")
    assert "\x1b" not in plain
    assert f"student-01 {ASSIGNMENT}" in plain


def test_no_color_leaves_no_colour(tmp_path: Path) -> None:
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        text = shown("doctor", tmp_path, **environment)
        assert not colours(text)
        # Rich takes a terminal that can do nothing to have 80 columns.
        assert max(map(len, _ESCAPE.sub("", text).splitlines())) <= (60 if "NO_COLOR" in environment else 80)
    assert "\x1b" not in text


# --- at 60 columns ------------------------------------------------------------------------------------------


def lines(*tables: object) -> list[str]:
    console = Console(width=60, record=True, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    with console.file:
        for table in tables:
            console.print(table)
        return console.export_text().splitlines()


def column(table: list[str], start: int, end: int) -> str:
    """What stands in some columns of a terminal, over all lines."""
    return "".join(line[start:end].strip() for line in table)


def assert_whole(table: list[str]) -> None:
    assert max(map(len, table)) <= 60
    assert "…" not in "".join(table)


def test_the_table_of_a_class_cuts_nothing_off() -> None:
    remark = "The file is JSON, but no notebook: it has no nbformat."
    submission = SubmissionReport(
        student=STUDENT,
        assignment=ASSIGNMENT,
        path="x",
        cells=(),
        score=None,
        max_score=10.0,
        ungraded=remark,
    )
    table = lines(class_table(ClassReport(submissions=(submission,))))
    assert_whole(table)
    text = "\n".join(table)
    header = next(line for line in table if "Assignment" in line)
    assert column(table, 0, header.index("Assignment")) == f"Student{STUDENT}"
    assert "ungraded" in text
    assert all(word in text for word in remark.split())


def test_the_tables_of_a_verification_break_no_word() -> None:
    judged = [
        Judged(assignment=ASSIGNMENT, origin="corpus", name=str(number), right=number % 2 == 0)
        for number in range(20_000)
    ]
    idle = Idle(assignment=ASSIGNMENT, cell="test-function", problem="no wrong answer that was tried fails it")
    table = lines(
        *tables(Verification(judged=tuple(judged), idle=(idle,), assignments=(ASSIGNMENT,), seconds=12_345.0))
    )
    assert_whole(table)
    words = set(re.findall(r"\S+", "\n".join(table)))
    told = "right answers refused wrong let through unclear messages time 12345 10,000 (0.00%)"
    assert {ASSIGNMENT, "test-function", *told.split()} <= words


def test_the_tables_of_the_doctor_cut_nothing_off() -> None:
    missing = Unavailable(
        reason="unix:///var/run/docker.sock-is-a-long-path-without-a-break", remedy="start its service"
    )
    found = [Trial(layer=layer, unavailable=missing) for layer in every_layer()]
    table = lines(layers_table(found, None), limits_table(Limits()))
    assert_whole(table)
    assert "examiner_memory_bytes" in "\n".join(table)
