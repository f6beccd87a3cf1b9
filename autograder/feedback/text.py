"""Reports as plain text, for terminals, logs and screen readers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograder.i18n import _
from autograder.report import (
    CellError,
    ClassReport,
    Outcome,
    Status,
    SubmissionReport,
    Training,
    points_of,
    score_of,
)

if TYPE_CHECKING:
    from rich.table import Table

MARKS = {
    Status.PASSED: "✓",
    Status.PARTIAL: "◐",
    Status.FAILED: "✗",
    Status.SKIPPED: "–",
    Status.BROKEN: "!",
}

_ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
"""Of Unicode's categories those that do something, or show nothing: controls, formats, lone surrogates, private use,
and line ends of another kind than a newline."""

_ORDER = re.compile(r"(?<!\S)::(?=[A-Za-z])|::(?=[A-Za-z-]+(?: [^\n]*)?::)|##(?=\w*\[)")
"""Where a CI service takes an order out of a log: GitHub's ``::name …::``, with which a line begins, and ``##[name]``,
anywhere; Azure's ``##vso[…]`` and TeamCity's ``##teamcity[…]``. The second ``::`` may stand in another cell of a table,
and a table may break a line before the first."""


def word(status: Status) -> str:
    """A status as the reader's language says it: a mark alone does not tell everyone enough."""
    return {
        Status.PASSED: _("right"),
        Status.PARTIAL: _("partly right"),
        Status.FAILED: _("wrong"),
        Status.SKIPPED: _("not checked"),
        Status.BROKEN: _("needs a person"),
    }[status]


def number(value: float) -> str:
    """A score without needless digits: ``3``, ``0.5``, ``5.25``, ``0.33``."""
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"


def acts(character: str) -> bool:
    """Whether a character acts on whoever shows it, or is there without being seen; newline and tab do not."""
    return unicodedata.category(character) in _ACTING and character not in "\n\t"


def safe(text: str) -> str:
    """``text`` without control characters but newline and tab.

    Terminal escapes, carriage returns and direction overrides of a student's must not act on whoever
    reads the text.
    """
    # Most texts have none, and pictures and scripts are long.
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join("\N{REPLACEMENT CHARACTER}" if acts(character) else character for character in text)


def inert(text: str) -> str:
    """``text`` made :func:`safe`, for a terminal and for the log of a CI service, which takes orders out of it.

    Where an order would begin, a space keeps it from being one.
    """
    return _ORDER.sub(lambda found: " ".join(found[0]), safe(text))


def one_line(text: str) -> str:
    """``text`` made :func:`inert` and put on one line: what a student wrote forges no line of its own."""
    return " ".join(inert(text).split())


def shortened(text: str, length: int) -> str:
    """The first ``length`` characters of ``text``, and how many are left out."""
    if len(text) <= length:
        return text
    return text[:length] + _("\n… and {count:,} characters more.").format(count=len(text) - length)


def outcomes_text(outcomes: Sequence[Outcome]) -> str:
    """One paragraph an outcome, its reason indented below it, and the sum."""
    lines = [
        line
        for outcome in outcomes
        for line in (
            _("{mark} {title}: {word} ({score} of {points})").format(
                mark=MARKS[outcome.status],
                title=one_line(outcome.title),
                word=word(outcome.status),
                score=number(outcome.score),
                points=number(outcome.points),
            ),
            *(f"    {line}" for line in outcome.message.splitlines()),
            *(f"    → {line}" for line in outcome.hint.splitlines()),
        )
    ]
    total = _("{score} of {points} points").format(score=number(score_of(outcomes)), points=number(points_of(outcomes)))
    return inert("\n".join([*lines, total]))


def score_text(report: SubmissionReport) -> str:
    """``17.5/20``, or ``ungraded``."""
    if report.score is None:
        return _("ungraded")
    return f"{number(report.score)}/{number(report.max_score)}"


def submission_text(report: SubmissionReport) -> str:
    """A whole submission's report for a terminal.

    A line that quotes the student is indented, or begins with ``!``; those with names and scores are ours alone.
    """
    if report.ungraded:
        return _("This notebook could not be graded.\n{reason}").format(reason=one_line(report.ungraded))
    lines = [f"{one_line(report.assignment)}: {score_text(report)}"]
    lines += [f"! {one_line(notice)}" for notice in report.notices]
    lines += [f"! {error_text(error)}" for error in report.errors]
    lines += filter(None, [training_text(report.trainings)])
    for cell in report.cells:
        lines.append(f"\n{one_line(cell.grade_id)}")
        lines.append(outcomes_text(cell.outcomes) if cell.outcomes else _("A person grades this answer."))
    return "\n".join(lines)


def training_text(trainings: Sequence[Training]) -> str:
    """How networks were trained, where it was not by the notebook itself; empty where it was."""
    ways = {training.how for training in trainings}
    if not ways:
        return ""
    told = {
        "canonical": _(
            "Training: the grader trained in the notebook's place ({count} times). It drew the initial weights and the"
            " order of the images from the exercise's seed, so that the same network with the same settings gets the"
            " same accuracy whoever hands it in."
        ),
        "remembered": _(
            "Training: the grader trained in the notebook's place ({count} times), just as the notebook would have."
        ),
    }
    return "\n".join(
        told[way].format(count=sum(training.how == way for training in trainings)) for way in sorted(ways & told.keys())
    )


def error_text(error: CellError) -> str:
    """``Cell 4 (build-model), line 3: NameError: name 'x' is not defined``, on one line."""
    name = f" ({one_line(error.grade_id)})" if error.grade_id else ""
    line = _(", line {line}").format(line=error.line) if error.line else ""
    return _("Cell {position}{name}{line}: {error}").format(
        position=error.position, name=name, line=line, error=one_line(error.error)
    )


def class_table(report: ClassReport) -> Table:
    """The table of a run: a line for each submission, with what to mend first."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    # What a terminal has no room for goes on in the next line: nothing is cut off.
    table.add_column(_("Student"), overflow="fold")
    table.add_column(_("Assignment"), overflow="fold")
    table.add_column(_("Score"), justify="right", no_wrap=True)
    table.add_column(_("First thing to mend"), overflow="fold")
    flags = any(submission.flags for submission in report.submissions)
    if flags:
        table.add_column(_("To look at"), overflow="fold")
    for submission in report.submissions:
        cells = [submission.student, submission.assignment, score_text(submission), submission.first_remark]
        if flags:
            cells.append(" ".join(flag.message for flag in submission.flags))
        # Text takes no markup.
        table.add_row(*(Text(one_line(cell)) for cell in cells))
    return table
