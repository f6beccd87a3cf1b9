"""Grades as CSV that a spreadsheet opens without acting on what is in it, for ``nbgrader export``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins.export import CsvExportPlugin

from autograder.feedback.spreadsheet import write_table

COLUMNS = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
"""As nbgrader's own exporter names them."""


class SpreadsheetExport(CsvExportPlugin):  # type: ignore[misc]
    """nbgrader's table of grades, with texts that are neither formulas nor columns or lines of their own."""

    def export(self, gradebook: Gradebook) -> None:
        """Writes the file that ``--to`` names, else ``grades.csv``; ``--assignment`` and ``--student`` choose."""
        destination = self.to or "grades.csv"
        self.log.info("Exporting grades to %s", destination)
        with open(destination, "w", encoding="utf-8", newline="") as stream:
            write_table(stream, COLUMNS, self._rows(gradebook))

    def _rows(self, gradebook: Gradebook) -> Iterator[tuple[Any, ...]]:
        students, assignments = {str(one) for one in self.student}, {str(one) for one in self.assignment}
        for assignment in gradebook.assignments:
            for student in gradebook.students:
                if (assignments and assignment.name not in assignments) or (students and student.id not in students):
                    continue
                try:
                    submission = gradebook.find_submission(assignment.name, student.id)
                except MissingEntry:
                    # Nothing was handed in.
                    timestamp, raw, penalty = None, 0.0, 0.0
                else:
                    timestamp, raw, penalty = submission.timestamp, submission.score, submission.late_submission_penalty
                yield (
                    *(assignment.name, assignment.duedate, timestamp),
                    *(student.id, student.last_name, student.first_name, student.email),
                    *(raw, penalty, max(0.0, raw - penalty), assignment.max_score),
                )
