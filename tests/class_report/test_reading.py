"""Where a class's reports come from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.class_report import UnreadableReport, read_class
from autograder.cli import main
from autograder.feedback import class_json, submission_line, write_pages
from tests.class_report.classes import small_class


def test_a_folder_of_pages_a_file_and_lines_say_the_same(tmp_path: Path) -> None:
    report = small_class()
    write_pages(report, tmp_path / "out")
    (tmp_path / "class.json").write_text(class_json(report), encoding="utf-8")
    lines = "".join(f"{submission_line(one)}\n" for one in report.submissions)
    (tmp_path / "class.jsonl").write_text(lines, encoding="utf-8")
    for name in ("out", "class.json", "class.jsonl"):
        assert read_class(tmp_path / name) == report


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read (No such file or directory): expected report.json in the folder that"),
        ("{", "is no report of autograder's: Input data was truncated."),
        ("[1]", "is no report of autograder's: Expected `object`, got `array`."),
        (class_json(replace(small_class(), schema=99)), "it has version 99, and this autograder reads 1."),
    ],
)
def test_what_is_no_report_is_refused_with_the_reason(content: str | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableReport) as refused:
        read_class(path)
    assert message in str(refused.value)


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["report", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_the_page_goes_beside_the_pages_of_students_and_links_to_them(tmp_path: Path) -> None:
    write_pages(small_class(), tmp_path)
    code, _out, told = run(str(tmp_path))
    assert (code, told) == (0, f"Class report: {tmp_path / 'class.html'}\n")
    page = (tmp_path / "class.html").read_text(encoding="utf-8")
    assert '<a href="student-01--05-mnist-cnn.html">' in page


def test_the_table_is_written_for_a_spreadsheet_or_printed(tmp_path: Path) -> None:
    source = tmp_path / "class.json"
    source.write_text(class_json(small_class()), encoding="utf-8")
    output = str(tmp_path / "page.html")
    code, printed, _told = run(str(source), "-o", output, "--csv", "-")
    assert code == 0
    assert printed.splitlines()[2] == ("student-04,05-mnist-cnn,1.0,2.0,50.0,,,2.0,200000000,yes,Counts came to 1.")
    run(str(source), "-o", output, "--csv", str(tmp_path / "scores.csv"))
    assert (tmp_path / "scores.csv").read_text(encoding="utf-8-sig") == printed


def test_one_assignment_may_be_asked_for_and_an_unknown_one_is_named(tmp_path: Path) -> None:
    source = tmp_path / "class.json"
    source.write_text(class_json(small_class()), encoding="utf-8")
    code, _out, told = run(str(source), "-o", str(tmp_path / "page.html"), "--assignment", "06")
    assert code == 2
    assert "There is no assignment “06”. The assignments are 05-mnist-cnn." in told


def test_a_gradebook_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.db"
    code, _out, told = run(str(path))
    assert code == 2
    assert (
        f"There is no gradebook {path}: expected what “nbgrader autograde” writes in the course's folder."
        in " ".join(told.split()).replace("│ ", "")
    )
    assert not path.exists()


def test_a_file_that_is_no_gradebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.db"
    path.write_bytes(b"this is no database" * 100)
    code, _out, told = run(str(path))
    assert code == 2
    assert "is no gradebook of nbgrader's" in told
