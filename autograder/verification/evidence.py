"""What wrong answers show of tests: which of them refuse something, and whether hidden ones find more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from autograder.i18n import _
from autograder.verification.tally import Idle


@dataclass(slots=True)
class Evidence:
    """What wrong answers have shown of tests."""

    tests: set[tuple[str, str]] = field(default_factory=set)
    """Test cells and titles of their checks."""
    failed: set[tuple[str, str]] = field(default_factory=set)
    """Those of them that a wrong answer has failed, other than by not being there."""
    hidden: set[str] = field(default_factory=set)
    """Test cells that have hidden tests."""
    useful: set[str] = field(default_factory=set)
    """Those of them whose hidden tests refused what the visible ones let through, or told its cause where those do
    not."""

    def add(self, other: Evidence) -> None:
        """Takes in what another run has shown."""
        self.tests |= other.tests
        self.failed |= other.failed
        self.hidden |= other.hidden
        self.useful |= other.useful

    def idle(self, assignment: str) -> Iterator[Idle]:
        """Tests that no wrong answer has failed, and hidden tests that the visible ones make pointless."""
        failing = {cell for cell, _title in self.failed}
        for cell in sorted({cell for cell, _title in self.tests}):
            if cell not in failing:
                yield Idle(assignment=assignment, cell=cell, problem=_("it tests nothing: no wrong answer fails it"))
                continue
            for _cell, title in sorted(one for one in self.tests - self.failed if one[0] == cell):
                problem = _("“{title}” tests nothing: no wrong answer fails it").format(title=title)
                yield Idle(assignment=assignment, cell=cell, problem=problem)
        for cell in sorted(self.hidden - self.useful):
            problem = _("its hidden tests are pointless: the visible ones refuse the same, and say the same")
            yield Idle(assignment=assignment, cell=cell, problem=problem)
