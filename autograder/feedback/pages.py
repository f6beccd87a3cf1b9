"""A folder of pages: one for each submission, a table of all, and the JSON."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from pathlib import Path

from autograder.feedback.html import class_page, submission_page
from autograder.feedback.json import class_json
from autograder.report import ClassReport, SubmissionReport

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def write_pages(report: ClassReport, directory: Path) -> Path:
    """Writes ``index.html``, a page for each submission and ``report.json``; returns the index's path."""
    directory.mkdir(parents=True, exist_ok=True)
    names = page_names(report.submissions)
    for submission, name in zip(report.submissions, names, strict=True):
        (directory / name).write_text(submission_page(submission), encoding="utf-8")
    (directory / "report.json").write_text(class_json(report), encoding="utf-8")
    index = directory / "index.html"
    index.write_text(class_page(report, names), encoding="utf-8")
    return index


def page_names(submissions: Sequence[SubmissionReport]) -> list[str]:
    """The file names of submissions' pages: no two are the same."""
    names: dict[str, None] = {}
    for submission in submissions:
        names[_page_name(submission, names)] = None
    return list(names)


def _page_name(submission: SubmissionReport, taken: Container[str]) -> str:
    """A file name that a student's folder name cannot lead elsewhere."""
    stem = _UNSAFE.sub("-", f"{submission.student}--{submission.assignment}").strip(".-")[:150] or "submission"
    name, number = f"{stem}.html", 2
    while name in taken or name == "index.html":
        name, number = f"{stem}-{number}.html", number + 1
    return name
