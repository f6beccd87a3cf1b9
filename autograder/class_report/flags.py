"""Flags: what a person should look at, which decides nothing by itself."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from autograder.i18n import _
from autograder.likeness import alike
from autograder.report import ClassReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Students of whom something should be looked at."""

    students: tuple[str, ...]
    assignment: str
    reason: str


def flags(report: ClassReport) -> list[Flag]:
    """What the reports themselves tell, notebooks that are alike beyond what the exercise forces, and trained weights
    that are the same.
    """
    return [*_told(report), *_same_weights(report), *_alike(report)]


def _told(report: ClassReport) -> list[Flag]:
    return [
        Flag(students=(one.student,), assignment=one.assignment, reason=f"{flag.message} {flag.evidence}")
        for one in report.submissions
        for flag in one.flags
    ]


def _alike(report: ClassReport) -> list[Flag]:
    by_assignment: dict[str, dict[str, str]] = defaultdict(dict)
    for one in report.submissions:
        if one.score is not None:
            by_assignment[one.assignment][one.student] = one.prints
    return [
        Flag(
            students=(pair.first, pair.second),
            assignment=assignment,
            reason=_(
                "Of what the shorter of the two notebooks says beyond the exercise, {share:.0%} is in the other too"
                " ({runs} passages)."
            ).format(share=pair.share, runs=pair.runs),
        )
        for assignment, prints in sorted(by_assignment.items())
        for pair in alike(prints)
    ]


def _same_weights(report: ClassReport) -> list[Flag]:
    owners: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for one in report.submissions:
        for print_ in one.weights:
            owners[one.assignment, print_][one.student] = None
    return [
        Flag(
            students=tuple(names),
            assignment=assignment,
            reason=_("They handed in the same trained weights, number for number."),
        )
        for (assignment, _print), names in sorted(owners.items())
        if len(names) > 1
    ]
