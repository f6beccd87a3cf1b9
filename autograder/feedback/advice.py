"""What to mend first: the few things of a report that the others depend on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from autograder.i18n import _
from autograder.report import Status, SubmissionReport

MOST = 3
"""Things that a person can keep in mind."""

_MOST_LINES = 3

_UNFILLED = "NotImplementedError"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do."""

    grade_id: str
    """Of the cell that it is about; empty where that has no name."""
    title: str
    message: str
    hint: str = ""


def first_steps(report: SubmissionReport) -> tuple[Step, ...]:
    """What to do first, in this order: cells that stopped, for what comes after them depends on them; then what is
    wrong, as it stands in the notebook. What only follows from something else is not among them.
    """
    return tuple(islice(_steps(report), MOST))


def _steps(report: SubmissionReport) -> Iterator[Step]:
    told: set[str] = set()
    for error in report.errors:
        place = f" {error.grade_id}" if error.grade_id else ""
        if error.error.startswith(_UNFILLED):
            title = _("Fill in the cell{place}").format(place=place)
            yield Step(error.grade_id, title, _("It is still as it was handed out."))
            continue
        title = _("Mend cell {position}, which stopped with an error").format(position=error.position)
        line = _("line {line}: ").format(line=error.line) if error.line else ""
        yield Step(error.grade_id, title, f"{line}{error.error}")
    # In whichever language the report is written.
    stopped = {
        quoted.format(error.grade_id) for error in report.errors if error.grade_id for quoted in ("“{}”", "「{}」")
    }
    for cell in report.cells:
        for outcome in cell.outcomes:
            if outcome.status not in (Status.FAILED, Status.PARTIAL) or outcome.message in told:
                continue
            # “x” is not defined, because the cell “y” stopped: that is told above.
            if any(name in outcome.message for name in stopped):
                continue
            told.add(outcome.message)
            yield Step(cell.grade_id, outcome.title, _beginning(outcome.message), outcome.hint)


def _beginning(message: str) -> str:
    """The report itself has the rest."""
    lines = message.splitlines()
    return "\n".join([*lines[:_MOST_LINES], *(["…"] if len(lines) > _MOST_LINES else [])])
