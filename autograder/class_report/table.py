"""The class as a table for a spreadsheet."""

from __future__ import annotations

from typing import TextIO

from autograder.class_report.figures import entries
from autograder.feedback.spreadsheet import write_table
from autograder.report import ClassReport

COLUMNS = (
    *("student", "assignment", "score", "max_score", "percent", "accuracy", "parameters", "seconds", "memory_bytes"),
    *("needs_review", "first_remark"),
)


def write_csv(report: ClassReport, stream: TextIO) -> None:
    """Writes a line for each submission."""
    rows = (
        (
            *(entry.student, entry.assignment, entry.score, entry.max_score, entry.percent),
            *(entry.accuracy, entry.parameters, entry.seconds, entry.memory_bytes or None),
            *("yes" if entry.review else "no", entry.remark),
        )
        for entry in entries(report)
    )
    write_table(stream, COLUMNS, rows)
