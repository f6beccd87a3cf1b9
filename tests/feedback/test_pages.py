"""A folder of pages: file names that no student's name leads astray."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.feedback import write_pages
from autograder.report import ClassReport, SubmissionReport
from tests.feedback.reports import HOSTILE, submission

NAMES = [
    "../../x",
    "/etc/passwd",
    "..",
    ".",
    "",
    "index",
    "index.html",
    "report.json",
    "a/b",
    "a\\b",
    "a b",
    "x\x00y",
    "~",
    "-rf",
    "CON",
    "ä" * 300,
    "n" * 5000,
    *HOSTILE,
]


def of(*students: tuple[str, str]) -> ClassReport:
    return ClassReport(
        submissions=tuple(replace(submission("x"), student=name, assignment=work) for name, work in students)
    )


def written(report: ClassReport, folder: Path) -> Sequence[str]:
    """The names of the pages that the index names, each of which must be there."""
    index = write_pages(report, folder)
    assert index == folder / "index.html"
    names = re.findall(r'<a href="([^"]*)">', index.read_text(encoding="utf-8"))
    assert len(names) == len(report.submissions)
    for name in names:
        assert (folder / name).resolve().parent == folder.resolve()
        assert (folder / name).is_file()
    return names


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "pages"
    written(of((name, name)), folder)
    assert {path.parent for path in files(tmp_path)} == {folder}
    assert len(files(tmp_path)) == 3


def test_no_two_pages_collide(tmp_path: Path) -> None:
    students = [(name, work) for name in NAMES for work in ("", "01", "index")] * 2
    names = written(of(*students), tmp_path)
    assert len(set(names)) == len(students)
    assert not {"index.html", "report.json"} & set(names)
    assert len(files(tmp_path)) == len(students) + 2


@settings(deadline=None, max_examples=30)
@given(students=st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_any_names_give_pages_of_their_own(
    students: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("pages")
    names = written(of(*students), folder)
    assert len(set(names)) == len(students)
    assert len(files(folder)) == len(students) + 2


def test_a_plain_name_is_kept(tmp_path: Path) -> None:
    assert written(of(("student-01", "05-mnist-cnn")), tmp_path) == ["student-01--05-mnist-cnn.html"]


def test_each_page_is_its_own_students(tmp_path: Path) -> None:
    names = written(of(("anna", "01"), ("anna!", "01")), tmp_path)
    titles = [re.search(r"<title>(.*?)</title>", (tmp_path / name).read_text(encoding="utf-8")) for name in names]
    assert [title and title[1] for title in titles] == ["01: anna", "01: anna!"]


def test_the_json_beside_the_pages_is_the_report(tmp_path: Path) -> None:
    report = of(("anna", "01"))
    write_pages(report, tmp_path)
    without = ClassReport(submissions=tuple(replace(one, notebook=()) for one in report.submissions))
    assert msgspec.json.decode((tmp_path / "report.json").read_bytes(), type=ClassReport) == without


def test_pages_written_again_replace_the_old_ones(tmp_path: Path) -> None:
    written(of(("anna", "01")), tmp_path)
    again = SubmissionReport(
        student="anna", assignment="01", path="p", score=None, max_score=1, ungraded="No notebook."
    )
    (name,) = written(ClassReport(submissions=(again,)), tmp_path)
    assert "No notebook." in (tmp_path / name).read_text(encoding="utf-8")
    assert len(files(tmp_path)) == 3
