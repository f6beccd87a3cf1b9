"""What came of a verification: cases judged, counted, and those that were judged wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from autograder.i18n import _


class Stopped(RuntimeError):
    """A cell of an exercise's own solution does not run to its end, so nothing can be made of it; the message says
    which and why.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One case and what became of it."""

    assignment: str
    name: str
    origin: str
    """Where the case comes from: ``"corpus"``, or the name of what made it."""
    right: bool
    """Whether it is a right answer, so that full marks are asked for."""
    cells: tuple[str, ...] = ()
    """``grade_id`` of the test cells that judged it."""
    wrongly: str = ""
    """What it got that it should not have got, or lost that it should not have lost; empty where it was judged well."""
    message: str = ""
    """What a student reads first whose wrong answer is one of the corpus."""
    unclear: str = ""
    """What the message about a wrong answer lacks; empty where it names its cause."""
    source: str = ""
    """The answer, for whoever must look at a survivor."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """A test that does nothing."""

    assignment: str
    cell: str
    problem: str


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many cases there were, and how many of them were judged wrongly."""

    accepted_cases: int = 0
    """Right answers that were tried."""
    false_rejects: int = 0
    """Those of them that did not get full marks."""
    rejected_cases: int = 0
    """Wrong answers that were tried."""
    false_accepts: int = 0
    """Those of them that got full marks."""
    unclear_messages: int = 0
    """Wrong answers that were refused by a message without the words that name the cause."""
    origins: dict[str, int] = {}
    """Cases by where they come from."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All cases of a run."""

    judged: tuple[Judged, ...]
    idle: tuple[Idle, ...] = ()
    seconds: float = 0.0
    assignments: tuple[str, ...] = field(default=())

    @property
    def total(self) -> Counts:
        """Of all assignments."""
        return counted(self.judged, self.seconds)

    @property
    def by_assignment(self) -> Mapping[str, Counts]:
        """Of each; the seconds are those of its cases, of which several are judged at once."""
        parts = {name: [one for one in self.judged if one.assignment == name] for name in self.assignments}
        return {name: counted(part, sum(one.seconds for one in part)) for name, part in parts.items()}

    @property
    def messages(self) -> Mapping[str, Mapping[str, str]]:
        """What is read first about each wrong answer of the corpus, by assignment and name."""
        told: dict[str, dict[str, str]] = {}
        for one in self.judged:
            if one.message:
                told.setdefault(one.assignment, {})[one.name] = one.message
        return told

    @property
    def survivors(self) -> list[Judged]:
        """Cases that were judged wrongly, or by a message that does not name the cause."""
        return [one for one in self.judged if one.wrongly or one.unclear]


def counted(judged: Iterable[Judged], seconds: float = 0.0) -> Counts:
    """The counts of some cases."""
    judged = list(judged)
    right = [one for one in judged if one.right]
    wrong = [one for one in judged if not one.right]
    origins: dict[str, int] = {}
    for one in judged:
        origins[one.origin] = origins.get(one.origin, 0) + 1
    return Counts(
        accepted_cases=len(right),
        false_rejects=sum(bool(one.wrongly) for one in right),
        rejected_cases=len(wrong),
        false_accepts=sum(bool(one.wrongly) for one in wrong),
        unclear_messages=sum(bool(one.unclear) for one in wrong),
        origins=dict(sorted(origins.items())),
        seconds=round(seconds, 1),
    )


def rate(part: int, whole: int) -> str:
    """``0 of 412 (0.00%)``."""
    if not whole:
        return _("none tried")
    return _("{part:,} of {whole:,} ({share:.2%})").format(part=part, whole=whole, share=part / whole)
