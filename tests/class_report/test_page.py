"""The class report's page: self-contained, and nothing of a student's in it is alive."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings

from autograder.class_report import class_report_page, write_csv
from autograder.feedback import safe
from autograder.report import ClassReport
from tests.class_report.classes import graded, outcome, small_class
from tests.feedback.reports import HOSTILE, TEXTS, run
from tests.feedback.test_html import Skeleton

FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", " =1", "a,=1", '"=1', '=HYPERLINK("http://x")']


def soup(report: ClassReport) -> BeautifulSoup:
    return BeautifulSoup(class_report_page(report), "html.parser")


def data(page: str) -> Any:
    element = BeautifulSoup(page, "html.parser").select_one("script#data")
    assert element is not None
    return json.loads(element.text)


def without_data(page: str) -> str:
    """The page without its charts' data and scripts, which are looked at apart."""
    return re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def test_the_page_has_what_an_instructor_asks_for() -> None:
    page = soup(small_class())
    headings = [heading.text for heading in page.select("h2")]
    assert headings == [
        *("Look at these first", "Scores", "Accuracy against parameters", "Misconceptions", "Submissions"),
        *("Test cells", "Checks", "Training curves", "Time and memory"),
    ]
    assert [[cell.text for cell in row.select("td, th")] for row in page.select("#review tbody tr")] == [
        ["student-05", "05-mnist-cnn", "✗ ungraded", "It is no notebook."],
        ["student-04", "05-mnist-cnn", "! needs a person", "Counts came to 1."],
    ]


def test_pages_of_students_are_linked_where_there_are_any() -> None:
    page = class_report_page(small_class(), {("student-01", "05-mnist-cnn"): "student-01--05-mnist-cnn.html"})
    links = [link["href"] for link in BeautifulSoup(page, "html.parser").select("#table-submissions a")]
    assert links == ["student-01--05-mnist-cnn.html"]


def test_the_page_loads_nothing_and_runs_only_the_scripts_that_it_names() -> None:
    page = class_report_page(small_class())
    body = without_data(page)
    for word in ("http://", "https://", "url(", "@import", "<link", "<img", "src="):
        assert word not in body
    meta = BeautifulSoup(body, "html.parser").select_one("meta[http-equiv=Content-Security-Policy]")
    assert meta is not None
    policy = str(meta["content"])
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-")
    assert "eval" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert len(scripts) == 3
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert policy.split("script-src ")[1].split() == [f"'sha256-{one}'" for one in hashes]


def test_a_class_without_any_data_for_charts_has_no_chart_and_no_script_for_them() -> None:
    page = class_report_page(run("x"))
    assert page.count("<script>") >= 1
    nothing = ClassReport(submissions=run("x").submissions[1:])
    assert len(re.findall("<script>", class_report_page(nothing))) == 1


@settings(deadline=None, max_examples=40)
@given(text=TEXTS.filter(str.strip))
@example("</script><script>alert(1)</script>")
@example("<!--<script>")
def test_no_text_makes_a_tag_an_attribute_or_ends_a_script(text: str) -> None:
    page, plain = class_report_page(run(text)), class_report_page(run("harmless"))
    assert Skeleton(without_data(page)).tags == Skeleton(without_data(plain)).tags
    assert page.count("<script") == plain.count("<script")
    assert page.count("</script") == plain.count("</script")
    page.encode("utf-8")
    told = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, flags=re.DOTALL)
    assert told is not None
    assert not set("<>&\u2028") & set(told[1])


@pytest.mark.parametrize("text", HOSTILE)
def test_data_of_charts_act_on_nobody(text: str) -> None:
    def texts(value: Any) -> list[str]:
        match value:
            case str():
                return [value]
            case list():
                return [text for one in value for text in texts(one)]
            case dict():
                return [text for one in value.items() for text in texts(list(one))]
        return []

    for found in texts(data(class_report_page(run(text)))["charts"]):
        assert found == safe(found)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula_of_a_spreadsheet(text: str) -> None:
    report = ClassReport(submissions=(graded(text, outcome("a", 0), assignment=text),))
    written = io.StringIO()
    write_csv(report, written)
    assert data(class_report_page(report))["csv"] == written.getvalue()
    header, row = csv.reader(io.StringIO(written.getvalue()))
    assert len(header) == len(row)
    for cell in row[:2]:
        for piece in re.split("[,;\t]", cell):
            assert not re.match(r"\s*\"?\s*[=+\-@＝]", piece)


def test_a_table_says_of_each_column_how_it_is_sorted() -> None:
    page = soup(small_class())
    for table in page.select("table[data-sortable]"):
        headings = table.select("thead th")
        assert all(heading.get("aria-sort") in ("none", "ascending", "descending") for heading in headings)
        assert all(heading.select_one("button[type=button]") for heading in headings)
        assert page.select_one(f'form[data-filters="{table["id"]}"] output')
