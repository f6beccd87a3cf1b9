"""Reports as plain text, for terminals, logs and screen readers."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from autograder.i18n import _
from autograder.report import Outcome, Status, points_of, score_of

MARKS = {
    Status.PASSED: "✓",
    Status.PARTIAL: "◐",
    Status.FAILED: "✗",
    Status.SKIPPED: "–",
    Status.BROKEN: "!",
}


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


def safe(text: str) -> str:
    """``text`` without control characters but newline and tab.

    Terminal escapes, carriage returns and direction overrides of a student's must not act on whoever
    reads the text.
    """
    return "".join(
        character
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def outcomes_text(outcomes: Sequence[Outcome]) -> str:
    """One paragraph an outcome, its reason indented below it, and the sum."""
    lines = [
        line
        for outcome in outcomes
        for line in (
            _("{mark} {title}: {word} ({score} of {points})").format(
                mark=MARKS[outcome.status],
                title=outcome.title,
                word=word(outcome.status),
                score=number(outcome.score),
                points=number(outcome.points),
            ),
            *(f"    {line}" for line in outcome.message.splitlines()),
            *(f"    → {line}" for line in outcome.hint.splitlines()),
        )
    ]
    total = _("{score} of {points} points").format(score=number(score_of(outcomes)), points=number(points_of(outcomes)))
    return safe("\n".join([*lines, total]))
