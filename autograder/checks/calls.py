"""``Calls``: functions that a student wrote, case by case beside the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain
from typing import Any, ClassVar

import numpy as np

from autograder.checks import values
from autograder.grading import ExerciseError, Subject, Unfit, Verdict, partly, passed
from autograder.i18n import _
from autograder.keras_errors import meaning


@dataclass(frozen=True)
class Calls:
    """A function of the student's gives what the reference gives, case by case; slips are told their cause."""

    function: Callable[..., Any]
    """The reference: what it returns, or the exception it raises, is what is expected."""
    cases: Sequence[tuple[Any, ...]]
    """The arguments of each call."""
    tolerance: float = 1e-6
    about: str = ""
    hidden: bool = False
    """Whether messages keep the cases to themselves."""
    misconceptions: Sequence[tuple[Callable[..., Any], str]] = ()
    """Wrong function → its cause. A cause is told where the wrong function gives what the student's gives on
    all cases that go wrong, save those on which the wrong function itself raises. Of several, the first is told
    that gives what the student's gives on the other cases too."""
    points: float = 1
    after: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        if not self.cases:
            raise ExerciseError("Calls(function, cases): give at least one case")

    @property
    def title(self) -> str:
        """What is checked."""
        return self.about or _("The function {name}").format(name=getattr(self.function, "__name__", "…"))

    def judge(self, subject: Subject) -> Verdict:
        """Calls the function on each case; each that is right earns its share."""
        function = subject.value
        if not callable(function):
            raise Unfit(_("expected a function, found {found}").format(found=values.kind(function)))
        # Each gets arguments of its own: it may change them.
        calls = [
            _Call(case, _result(self.function, deepcopy(case)), _result(function, deepcopy(case)))
            for case in self.cases
        ]
        faults = [call for call in calls if not self._right(call)]
        if not faults:
            return passed(_("All {count} calls give the right result.").format(count=len(calls)))
        fault, cause = self._explained(calls, faults) or self._seen(faults)
        message = _("{wrong} of {count} calls go wrong. {first}").format(
            wrong=len(faults), count=len(calls), first=self._fault(fault, cause)
        )
        return partly(1 - len(faults) / len(calls), message, causes=(cause,))

    def _right(self, call: _Call) -> bool:
        (expected, expected_error), (found, error) = call.expected, call.found
        if expected_error is not None:
            name = type(expected_error).__name__
            return error is not None and (
                isinstance(error, type(expected_error)) or _error_text(error).split(":")[0] == name
            )
        return error is None and values.same(found, expected, self.tolerance)

    def _explained(self, calls: Sequence[_Call], faults: Sequence[_Call]) -> tuple[_Call, str] | None:
        """The first fault that a wrong function explains, with its cause, if it explains them all."""
        explained = [
            (wrong, answered[0], cause)
            for wrong, cause in self.misconceptions
            if (answered := self._answered(wrong, faults))
        ]
        # Where few cases are shown, several slips give the same wrong results; the right ones tell them apart.
        whole = (one for one in explained if self._answered(one[0], calls))
        return next(((fault, cause) for _wrong, fault, cause in chain(whole, explained)), None)

    def _answered(self, wrong: Callable[..., Any], calls: Sequence[_Call]) -> list[_Call]:
        """The calls on which a wrong function answers, if it gives what the student's gives on all of them."""
        answered = [(call, given[0]) for call in calls if (given := self._given(wrong, call))]
        alike = all(
            call.found[1] is None and values.same(call.found[0], given, self.tolerance) for call, given in answered
        )
        return [call for call, _given in answered] if alike else []

    def _seen(self, faults: Sequence[_Call]) -> tuple[_Call, str]:
        """The first call that goes wrong, and what is plain to see about it where no wrong function explains it."""
        first = faults[0]
        (found, error), expected = first.found, first.expected[0]
        if error is not None or expected is None:
            return first, ""
        if all(fault.found[0] is None and fault.found[1] is None for fault in faults):
            return first, _("it returns nothing: a return is missing")
        found, expected = values.plain(found), values.plain(expected)
        if values.is_a(expected, np.ndarray) and values.is_a(found, np.ndarray) and found.shape != expected.shape:
            return first, (
                _("its shape is {found}, which is not the right one").format(found=found.shape)
                if self.hidden
                else _("its shape is {found}, and not {expected}").format(found=found.shape, expected=expected.shape)
            )
        return first, ""

    def _given(self, wrong: Callable[..., Any], call: _Call) -> tuple[Any] | None:
        """What a wrong function gives; ``None`` where it raises."""
        given, error = _result(wrong, deepcopy(call.case))
        return (given,) if error is None else None

    def _fault(self, fault: _Call, cause: str) -> str:
        call = _("A hidden call") if self.hidden else self.title_of_call(fault.case)
        (expected, expected_error), (found, error) = fault.expected, fault.found
        if expected_error is not None:
            return self._error_fault(call, expected_error, found, error, cause)
        if error is not None:
            text = _error_text(error)
            meant = meaning(text)
            told = _("{call} raised {error}.").format(call=call, error=text)
            return _("{text} {reason}.").format(text=told, reason=meant) if meant else told
        if self.hidden:
            return _caused(
                cause,
                _("{call} gave {found}, which is not right."),
                _("{call} gave {found}, which is not right: {cause}."),
            ).format(call=call, found=values.shown(found), cause=cause)
        return _caused(
            cause,
            _("{call} gave {found}, expected {expected}."),
            _("{call} gave {found}, expected {expected}: {cause}."),
        ).format(call=call, found=values.shown(found), expected=values.shown(expected), cause=cause)

    def _error_fault(
        self, call: str, expected: BaseException, found: Any, error: BaseException | None, cause: str
    ) -> str:
        text = (
            _("raised {error}").format(error=_error_text(error))
            if error
            else _("gave {found}").format(found=values.shown(found))
        )
        if self.hidden:
            return _caused(
                cause,
                _("{call} {happened}, which is not right."),
                _("{call} {happened}, which is not right: {cause}."),
            ).format(call=call, happened=text, cause=cause)
        return _caused(
            cause,
            _("{call} {happened}, expected it to raise {expected}."),
            _("{call} {happened}, expected it to raise {expected}: {cause}."),
        ).format(call=call, happened=text, expected=type(expected).__name__, cause=cause)

    def title_of_call(self, case: tuple[Any, ...]) -> str:
        """The call as code."""
        return f"{getattr(self.function, '__name__', 'f')}({', '.join(values.shown(argument) for argument in case)})"


@dataclass(frozen=True, slots=True)
class _Call:
    """The arguments of a call, and what the reference and the student's function made of them."""

    case: tuple[Any, ...]
    expected: tuple[Any, BaseException | None]
    """What came back, and what was raised."""
    found: tuple[Any, BaseException | None]


def _caused(cause: str, plain: str, with_cause: str) -> str:
    return with_cause if cause else plain


def _result(function: Callable[..., Any], case: tuple[Any, ...]) -> tuple[Any, BaseException | None]:
    """What a call returns, and what it raises."""
    try:
        return function(*case), None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a function may raise anything
        return None, error


def _error_text(error: BaseException) -> str:
    # A function on the other side of the wall raises a StudentError: its text is the error as named there.
    if type(error).__name__ == "StudentError":
        return str(error)[:200]
    return f"{type(error).__name__}: {error}"[:200]
