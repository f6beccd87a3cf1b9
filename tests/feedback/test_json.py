"""Reports as JSON, and the schema that they keep to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.feedback import class_json, safe, submission_line
from autograder.feedback.json import class_schema
from autograder.report import SCHEMA_VERSION, ClassReport, SubmissionReport
from tests.feedback.reports import HOSTILE, TEXTS, run

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


def schema() -> Any:
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


def test_the_schema_in_docs_is_the_one_in_force() -> None:
    expected = json.dumps(class_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert SCHEMA.read_text(encoding="utf-8") == expected, (
        "docs/report.schema.json is out of date; refresh it with: python scripts/write_schema.py"
    )


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_line_is_one_line_and_reads_back_as_the_same_report(text: str) -> None:
    for submission in run(text, "plain").submissions:
        line = submission_line(submission)
        assert line.splitlines() == [line]
        assert msgspec.json.decode(line, type=SubmissionReport) == replace(submission, notebook=())


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_json_reads_back_as_the_same_report(text: str) -> None:
    report = run(text, "plain")
    without = ClassReport(submissions=tuple(replace(one, notebook=()) for one in report.submissions))
    assert msgspec.json.decode(class_json(report), type=ClassReport) == without


@settings(deadline=None)
@given(text=TEXTS)
def test_json_keeps_to_the_schema_whatever_it_tells(text: str) -> None:
    written = class_json(run(text))
    written.encode("utf-8")
    jsonschema.validate(json.loads(written), schema())


def test_json_names_its_version() -> None:
    assert json.loads(class_json(ClassReport(submissions=())))["schema"] == SCHEMA_VERSION


@pytest.mark.parametrize("text", HOSTILE)
def test_json_has_no_raw_character_that_acts_on_a_terminal_or_a_log(text: str) -> None:
    written = class_json(run(text))
    assert written == safe(written)
    assert "##[" not in written
    assert "##vso[" not in written


def test_what_json_escapes_is_what_was_meant() -> None:
    text = "\\\u202e\\##[x] \x9b \U000e0041 ä ## é"
    written = class_json(run(text))
    assert json.loads(written)["submissions"][0]["student"] == text
    assert r"\\\u202e\\\u0023#[x] \u009b \udb40\udc41 ä ## é" in written
