"""``Answer`` and ``Calls``: numbers, words and functions that a student worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import chain
from math import isclose, isnan
from typing import Any, ClassVar

import numpy as np

from autograder.arithmetic import ParameterCount, Worked
from autograder.grading import ExerciseError, Subject, Unfit, Verdict, failed, partly, passed
from autograder.i18n import _
from autograder.keras_errors import meaning


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
        if _is_list(self.expected):
            return self._judge_list(found)
        if self._same(found, self.expected):
            return passed(_("{answer} is right.").format(answer=_shown(self.expected)))
        cause = self._cause(found, self._causes(None))
        return failed(self._wrong(found, self.expected, cause), causes=(cause,))

    def _judge_list(self, found: Any) -> Verdict:
        expected, found = list(self.expected), _plain(found)
        if not _is_list(found):
            return failed(
                _("expected a list of {count} entries, found {found}.").format(count=len(expected), found=_kind(found))
            )
        entries = list(found)
        if len(entries) != len(expected):
            return failed(
                _("expected {expected} entries, found {found}.").format(expected=len(expected), found=len(entries)),
                _hint_for_length(entries, expected),
            )
        wrong = [index for index, right in enumerate(expected) if not self._same(entries[index], right)]
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
        plain = [_plain(one) for one in expected]
        distinct = all(_is(one, int, float) and not _is(one, bool) for one in plain) and len(set(plain)) == len(plain)
        return distinct and self._same_members(found, expected)

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
        return next((text for wrong, text in causes.items() if self._same(found, wrong)), "")

    def _wrong(self, found: Any, expected: Any, cause: str) -> str:
        right = _(" Expected {expected}.").format(expected=_shown(expected)) if self.reveal else ""
        if cause:
            return _("{found} is not right: {cause}.").format(found=_shown(found), cause=cause) + right
        if _kind(found) != _kind(expected):
            return _("expected {expected}, found {found}.").format(expected=_kind(expected), found=_kind(found)) + right
        return _("{found} is not right.").format(found=_shown(found)) + right

    def _same(self, found: Any, expected: Any) -> bool:
        expected = _plain(expected)
        found = _plain(found)
        if _is(expected, np.ndarray) or _is(found, np.ndarray):
            return _same_arrays(found, expected, self.tolerance)
        if _is_list(expected) and _is_list(found):
            return len(found) == len(expected) and all(map(self._same, found, expected))
        if _is(expected, bool) or _is(found, bool):
            return found is expected
        if _is(expected, int, float) and _is(found, int, float):
            return bool(found == expected) if _is(expected, int) else _close(found, expected, self.tolerance)
        if _is(expected, str) and _is(found, str):
            return bool(found.strip().casefold() == expected.strip().casefold())
        if _is(expected, dict) and _is(found, dict):
            expected, found = list(expected.items()), list(found.items())
            return self._same_members(found, expected)
        if _is(expected, set, frozenset) and _is(found, set, frozenset):
            return self._same_members(list(found), list(expected))
        # Only where the author's own kind of value compares itself is it asked: never the student's.
        return type(found) is type(expected) and bool(expected == found)

    def _same_members(self, found: list[Any], expected: list[Any]) -> bool:
        """Whether two collections without an order have the same members."""
        return len(found) == len(expected) and all(any(self._same(one, other) for one in found) for other in expected)


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
            raise Unfit(_("expected a function, found {found}").format(found=_kind(function)))
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
        return error is None and self._same(found, expected)

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
        alike = all(call.found[1] is None and self._same(call.found[0], given) for call, given in answered)
        return [call for call, _given in answered] if alike else []

    def _seen(self, faults: Sequence[_Call]) -> tuple[_Call, str]:
        """The first call that goes wrong, and what is plain to see about it where no wrong function explains it."""
        first = faults[0]
        (found, error), expected = first.found, first.expected[0]
        if error is not None or expected is None:
            return first, ""
        if all(fault.found[0] is None and fault.found[1] is None for fault in faults):
            return first, _("it returns nothing: a return is missing")
        found, expected = _plain(found), _plain(expected)
        if _is(expected, np.ndarray) and _is(found, np.ndarray) and found.shape != expected.shape:
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

    def _same(self, found: Any, expected: Any) -> bool:
        return Answer(expected, tolerance=self.tolerance)._same(found, expected)

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
            ).format(call=call, found=_shown(found), cause=cause)
        return _caused(
            cause,
            _("{call} gave {found}, expected {expected}."),
            _("{call} gave {found}, expected {expected}: {cause}."),
        ).format(call=call, found=_shown(found), expected=_shown(expected), cause=cause)

    def _error_fault(
        self, call: str, expected: BaseException, found: Any, error: BaseException | None, cause: str
    ) -> str:
        text = (
            _("raised {error}").format(error=_error_text(error))
            if error
            else _("gave {found}").format(found=_shown(found))
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
        return f"{getattr(self.function, '__name__', 'f')}({', '.join(_shown(argument) for argument in case)})"


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


# For each of Python's own kinds of value, what reads it and asks no method that a subclass may have replaced.
_READERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (float, float.__float__),
    (int, int.__int__),
    (str, str.__str__),
    (list, lambda value: list.__getitem__(value, slice(None))),
    (tuple, lambda value: tuple.__getitem__(value, slice(None))),
    (dict, lambda value: dict(dict.items(value))),
    (set, lambda value: set(set.__iter__(value))),
    (frozenset, lambda value: frozenset(frozenset.__iter__(value))),
)


def _is(value: Any, *kinds: type) -> bool:
    """``isinstance`` by the value's true type, which an object cannot make up."""
    return issubclass(type(value), kinds)


def _plain(value: Any) -> Any:
    """Numbers of NumPy's, of a tensor's and of ours as Python's own, and a subclass's value as its base's."""
    if _is(value, ParameterCount):
        value = value.total
    elif _is(value, Worked):
        value = value.value
    if _is(value, bool):
        return value
    for kind, read in _READERS:
        if _is(value, kind):
            return value if type(value) is kind else read(value)
    if _is(value, np.generic):
        return np.generic.item(value)
    try:
        value = np.asarray(value) if hasattr(value, "__array__") else value
    except Exception:  # noqa: BLE001 - a symbolic tensor has no numbers, whatever it raises
        return value
    if _is(value, np.ndarray) and value.ndim == 0:
        return value.item()
    return value


def _close(found: float, expected: float, tolerance: float) -> bool:
    try:
        same = isclose(found, expected, rel_tol=tolerance, abs_tol=tolerance)
        # What is no number is what a wrong function of the author's gives as well.
        return same or (isnan(found) and isnan(expected))
    except OverflowError:
        # An integer beyond every float.
        return False


def _same_arrays(found: Any, expected: Any, tolerance: float) -> bool:
    try:
        ours, theirs = np.asarray(expected), np.asarray(found)
    except Exception:  # noqa: BLE001 - lists of unequal lengths, and whatever an object of the student's raises
        return False
    if ours.shape != theirs.shape or not {ours.dtype.kind, theirs.dtype.kind} <= set("biuf"):
        return False
    return bool(np.allclose(theirs, ours, rtol=tolerance, atol=tolerance))


def _hint_for_length(found: list[Any], expected: list[Any]) -> str:
    """What makes a list too long, where that is plain to see."""
    if len([entry for entry in found if not _is_zero(entry)]) == len(expected):
        return _("Leave out the layers that have no weights: their zeros are not asked for.")
    numbers = [_plain(one) for one in found]
    whole = all(_is(one, int, float) for one in numbers)
    if whole and len(numbers) == len(expected) + 1 and numbers[-1] == sum(numbers[:-1]):
        return _("Leave out the sum at the end: it is not asked for.")
    return ""


def _is_list(value: Any) -> bool:
    return _is(value, list, tuple) or (_is(value, np.ndarray) and value.ndim > 0)


def _is_zero(value: Any) -> bool:
    plain = _plain(value)
    return _is(plain, int, float) and bool(plain == 0)


def _kind(value: Any) -> str:
    """What a value is, in words."""
    plain = _plain(value)
    if plain is None:
        return "None"
    if plain is Ellipsis:
        return "“...”"
    if _is(plain, bool):
        return _("True or False")
    if _is(plain, int, float):
        return _("a number")
    if _is(plain, str):
        return _("a text")
    if _is(plain, list, tuple):
        return _("a list")
    if _is(plain, np.ndarray):
        return _("an array of shape {shape}").format(shape=plain.shape)
    return _("a {type}").format(type=type(plain).__name__)


def _shown(value: Any) -> str:
    if _is(value, ParameterCount, Worked):
        return str(value)
    plain = _plain(value)
    if _is(plain, bool):
        return repr(plain)
    if _is(plain, int):
        return f"{plain:,}" if abs(plain) < 10**15 else _("a number of {digits} digits").format(digits="> 15")
    if _is(plain, float):
        return f"{plain:.6g}"
    try:
        return repr(plain)[:120]
    except Exception:  # noqa: BLE001 - of a class of the student's, or with an integer too long to print
        return _kind(plain)
