"""``Answer``: numbers, words and lists that a student worked out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from autograder.checks import values
from autograder.grading import ExerciseError, Subject, Unfit, Verdict, failed, partly, passed
from autograder.i18n import _


@dataclass(frozen=True)
class Answer:
    """An answer is the expected one; a wrong one of known cause is told its cause.

    A list earns a share for each entry that is right.
    """

    expected: Any
    """A number, a text, a truth value, a list or tuple of such, an array, or a
    :class:`~autograder.arithmetic.ParameterCount`, whose sum is then shown."""
    misconceptions: Mapping[Any, str] | Sequence[Mapping[Any, str]] = field(default_factory=dict)
    """Wrong value → its cause. For a list: one mapping for all entries, or one for each. A value that is
    also right is never told a cause."""
    tolerance: float = 1e-6
    """Largest relative error of a number that is not whole."""
    about: str = ""
    """What is asked, as the check's title."""
    labels: Sequence[str] = ()
    """What each entry of a list is, for the messages: ``["Conv2D", "Dense"]``."""
    reveal: bool = False
    """Whether a message about a wrong entry says the right one, with its sum."""
    points: float = 1
    after: ClassVar[frozenset[str]] = frozenset()

    @property
    def title(self) -> str:
        """What is checked."""
        return self.about or _("Your answer")

    def judge(self, subject: Subject) -> Verdict:
        """Compares the answer, entry by entry where it is a list."""
        found = subject.value
        if found is None:
            raise Unfit(_("the answer is None: the cell that gives it is not finished"))
        if values.is_list(self.expected):
            return self._judge_list(found)
        if values.same(found, self.expected, self.tolerance):
            return passed(_("{answer} is right.").format(answer=values.shown(self.expected)))
        cause = self._cause(found, self._causes(None))
        return failed(self._wrong(found, self.expected, cause), causes=(cause,))

    def _judge_list(self, found: Any) -> Verdict:
        expected, found = list(self.expected), values.plain(found)
        if not values.is_list(found):
            return failed(
                _("expected a list of {count} entries, found {found}.").format(
                    count=len(expected), found=values.kind(found)
                )
            )
        entries = list(found)
        if len(entries) != len(expected):
            return failed(
                _("expected {expected} entries, found {found}.").format(expected=len(expected), found=len(entries)),
                _hint_for_length(entries, expected),
            )
        wrong = [
            index for index, right in enumerate(expected) if not values.same(entries[index], right, self.tolerance)
        ]
        if not wrong:
            return passed(_("All {count} entries are right.").format(count=len(expected)))
        causes = [self._cause(entries[index], self._causes(index)) for index in wrong]
        messages = [
            _("{where}: {told}").format(
                where=self._label(index), told=self._wrong(entries[index], expected[index], cause)
            )
            for index, cause in zip(wrong, causes, strict=True)
        ]
        hint = (
            _("These are the numbers asked for, in another order.") if self._in_another_order(entries, expected) else ""
        )
        return partly(1 - len(wrong) / len(expected), "\n".join(messages), hint, causes=causes)

    def _in_another_order(self, found: list[Any], expected: list[Any]) -> bool:
        """Whether the entries are the right ones but for their places; of truth values and words that says nothing."""
        plain = [values.plain(one) for one in expected]
        numbers = all(values.is_a(one, int, float) and not values.is_a(one, bool) for one in plain)
        return numbers and len(set(plain)) == len(plain) and values.same_members(found, expected, self.tolerance)

    def _label(self, index: int) -> str:
        if index < len(self.labels):
            return _("entry {number} ({label})").format(number=index + 1, label=self.labels[index])
        return _("entry {number}").format(number=index + 1)

    def _causes(self, index: int | None) -> Mapping[Any, str]:
        if isinstance(self.misconceptions, Mapping):
            return self.misconceptions
        if index is None:
            raise ExerciseError("Answer(misconceptions=[…]): a list of mappings goes with a list of answers")
        return self.misconceptions[index] if index < len(self.misconceptions) else {}

    def _cause(self, found: Any, causes: Mapping[Any, str]) -> str:
        return next((text for wrong, text in causes.items() if values.same(found, wrong, self.tolerance)), "")

    def _wrong(self, found: Any, expected: Any, cause: str) -> str:
        right = _(" Expected {expected}.").format(expected=values.shown(expected)) if self.reveal else ""
        if cause:
            return _("{found} is not right: {cause}.").format(found=values.shown(found), cause=cause) + right
        if values.kind(found) != values.kind(expected):
            return (
                _("expected {expected}, found {found}.").format(
                    expected=values.kind(expected), found=values.kind(found)
                )
                + right
            )
        return _("{found} is not right.").format(found=values.shown(found)) + right


def _hint_for_length(found: list[Any], expected: list[Any]) -> str:
    """What makes a list too long, where that is plain to see."""
    if len([entry for entry in found if not _is_zero(entry)]) == len(expected):
        return _("Leave out the layers that have no weights: their zeros are not asked for.")
    numbers = [values.plain(one) for one in found]
    whole = all(values.is_a(one, int, float) for one in numbers)
    if whole and len(numbers) == len(expected) + 1 and numbers[-1] == sum(numbers[:-1]):
        return _("Leave out the sum at the end: it is not asked for.")
    return ""


def _is_zero(value: Any) -> bool:
    plain = values.plain(value)
    return values.is_a(plain, int, float) and bool(plain == 0)
