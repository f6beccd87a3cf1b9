"""Annotations: for GitHub's Checks API and for the log of a job."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given, settings

from autograder.feedback import Place, check_annotations, workflow_commands
from autograder.report import CellError, ClassReport
from tests.feedback.reports import TEXTS, run
from tests.feedback.test_junit import GRADED, UNGRADED, Status, cell

PLACES = [
    Place(grade_id="a", position=2, first=20, last=29, lines=(26, 27)),
    Place(grade_id="wrong", position=3, first=30, last=45, lines=(40, 41)),
    Place(grade_id="", position=4, first=46, last=50, lines=(49,)),
]
STOPPED = replace(
    GRADED,
    errors=(
        CellError(grade_id="a", position=2, error="NameError: x", line=2),
        CellError(grade_id="", position=4, error="ValueError: y"),
    ),
)


def test_each_annotation_names_the_file_the_cell_and_the_reason_at_the_lines_of_the_cell() -> None:
    found = json.loads(check_annotations(ClassReport(submissions=(STOPPED, UNGRADED)), [PLACES, []]))
    assert [(one["start_line"], one["end_line"], one["annotation_level"], one["title"]) for one in found] == [
        (27, 27, "failure", "tiny · a"),
        (46, 50, "failure", "tiny · cell 4"),
        (30, 45, "failure", "tiny · wrong"),
        (1, 1, "warning", "tiny · half"),
        (1, 1, "notice", "tiny · ours"),
        (1, 1, "failure", "tiny"),
    ]
    assert {one["path"] for one in found} == {"submitted/student-01/tiny/tiny.ipynb"}
    assert found[2]["message"] == ("✗ The answer: wrong (0 of 2)\n    It is 3, and you have 4.\n0 of 2 points")


def test_workflow_commands_say_the_same_a_line_each() -> None:
    text = workflow_commands(ClassReport(submissions=(STOPPED,)), [PLACES])
    assert text.splitlines()[2] == (
        "::error file=submitted/student-01/tiny/tiny.ipynb,line=27,endLine=27,title=tiny · a::NameError: x"
    )
    assert text.splitlines()[-1] == (
        "::error file=submitted/student-01/tiny/tiny.ipynb,line=30,endLine=45,title=tiny · wrong::"
        "✗ The answer: wrong (0 of 2)%0A    It is 3, and you have 4.%0A0 of 2 points"
    )
    assert [line.split()[0] for line in text.splitlines()] == ["::notice", "::warning", "::error", "::error", "::error"]


def test_there_are_no_more_than_github_takes_and_the_last_one_says_how_many_are_left_out() -> None:
    many = replace(GRADED, cells=tuple(cell(f"t{i}", 0, 1, Status.FAILED, "No.") for i in range(80)))
    report = ClassReport(submissions=(many,))
    found = json.loads(check_annotations(report, [[]]))
    assert len(found) == 50
    assert found[-1]["message"] == "31 more are in the report."
    lines = workflow_commands(report, [[]]).splitlines()
    assert len(lines) == 10
    assert lines[-1].endswith("::71 more are in the report.")


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_what_a_student_writes_makes_no_command_of_its_own(text: str) -> None:
    report = run(text)
    places = [[], []]
    lines = workflow_commands(report, places).split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(json.loads(check_annotations(report, places)))
    for line in lines:
        assert line.startswith(("::error file=", "::warning file=", "::notice file="))
        # What follows the two colons of the command has no others at which a command could begin.
        properties = line.split("::")[1]
        assert [one.split("=")[0] for one in properties.partition(" ")[2].split(",")] == [
            "file",
            "line",
            "endLine",
            "title",
        ]
