"""Reports as Markdown, for the summary of a CI job and of a check on a pull request.

What a student wrote, names included, stands in code: there Markdown knows no links, pictures, mentions, markup or
HTML. A run of backticks is longer than any in the text that it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from autograder.feedback.text import MARKS, error_text, inert, number, one_line, score_text, shortened, word
from autograder.i18n import _
from autograder.report import ClassReport, Outcome, Status, SubmissionReport

MOST_CHARACTERS = 60_000
"""GitHub takes 65,535 of a check, and a megabyte of a job."""

_MOST_TO_FIX = 3
_MAX_TEXT = 2_000
_MAX_CELL = 200

_BACKTICKS = re.compile("`+")


def class_markdown(report: ClassReport, remarks: Sequence[str] = ()) -> str:
    """A whole run: a table of the notebooks, then for each what to fix first.

    Parameters
    ----------
    report
        The run.
    remarks
        What is to be known of files that were not graded.
    """
    parts = [_table(report), *(_notebook(submission) for submission in report.submissions)]
    if not report.submissions:
        parts = [_("No notebook was graded.") + "\n"]
    if remarks:
        parts.insert(1, "".join(f"- {code(remark)}\n" for remark in remarks))
    return _bounded(["### autograder\n", *parts])


def code(text: str, *, cell: bool = False) -> str:
    """``text`` on one line, as code; ``cell``: in a table, whose columns it must not divide."""
    text = one_line(shortened(text, _MAX_TEXT)) or " "
    if cell:
        # The sign for "divides", which looks alike: no way of escaping a bar holds after a backslash.
        text = text[:_MAX_CELL].replace("|", "∣")
    fence = _fence(text, 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _block(text: str) -> str:
    text = inert(shortened(text, _MAX_TEXT)).strip("\n")
    fence = _fence(text, 3)
    return f"{fence}text\n{text}\n{fence}\n"


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    return "`" * max(least, longest + 1)


def _table(report: ClassReport) -> str:
    rows = [
        (_("Student"), _("Assignment"), _("Score"), _("First thing to mend")),
        ("---", "---", "---:", "---"),
        *(
            (
                code(one.student, cell=True),
                code(one.assignment, cell=True),
                score_text(one),
                code(one.first_remark, cell=True) if one.first_remark else "",
            )
            for one in report.submissions
        ),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _notebook(report: SubmissionReport) -> str:
    lines = [f"#### {code(report.student)} · {code(report.assignment)}: {score_text(report)}\n"]
    if report.score is None:
        return "\n".join([*lines, _block(report.ungraded)])
    if report.notices:
        lines.append("".join(f"- {code(notice)}\n" for notice in report.notices))
    found = list(_to_fix(report))
    if not found:
        return "\n".join([*lines, _("Nothing is to be fixed.") + "\n"])
    lines.append(_("**What to fix first**") + "\n")
    lines += found[:_MOST_TO_FIX]
    if len(found) > _MOST_TO_FIX:
        lines.append(_("… and {count} more.").format(count=len(found) - _MOST_TO_FIX) + "\n")
    return "\n".join(lines)


def _to_fix(report: SubmissionReport) -> Iterator[str]:
    """A cell that stopped comes first: what follows it mostly fails for that."""
    for error in report.errors:
        yield _block(error_text(error))
    for cell in report.cells:
        for outcome in cell.outcomes:
            if outcome.status in (Status.FAILED, Status.PARTIAL):
                yield f"{code(cell.grade_id)} {_title(outcome)}\n\n{_block(_reason(outcome))}"
    for cell in report.cells:
        if cell.broken or (cell.manual and cell.outcomes):
            yield _("A person looks at {cell}.").format(cell=code(cell.grade_id)) + "\n"


def _title(outcome: Outcome) -> str:
    score = _("({score} of {points})").format(score=number(outcome.score), points=number(outcome.points))
    return f"{MARKS[outcome.status]} {code(outcome.title)}: {word(outcome.status)} {score}"


def _reason(outcome: Outcome) -> str:
    return f"{outcome.message}\n→ {outcome.hint}" if outcome.hint else outcome.message


def _bounded(parts: Iterable[str]) -> str:
    """Whole parts, as many as there is room for: half of one could leave its code open."""
    kept: list[str] = []
    left = MOST_CHARACTERS
    waiting = list(parts)
    for part in waiting:
        if len(part) > left:
            missing = len(waiting) - len(kept)
            kept.append(_("… and {count} parts more, in the JSON report.").format(count=missing) + "\n")
            break
        kept.append(part)
        left -= len(part) + 1
    return "\n".join(kept)
