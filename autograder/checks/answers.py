"""``Answer`` and ``Calls``: numbers, words and functions that a student worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isclose
from typing import Any, ClassVar

import numpy as np

from autograder.arithmetic import ParameterCount, Worked
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
        if _is_list(self.expected):
            return self._judge_list(found)
        if self._same(found, self.expected):
            return passed(_("{answer} is right.").format(answer=_shown(self.expected)))
        return failed(self._wrong(found, self.expected, self._causes(None)))

    def _judge_list(self, found: Any) -> Verdict:
        expected = list(self.expected)
        if not _is_list(found):
            return failed(
                _("expected a list of {count} entries, found {found}.").format(count=len(expected), found=_kind(found))
            )
        entries = list(found)
        if len(entries) != len(expected):
            without_zeros = [entry for entry in entries if not _is_zero(entry)]
            hint = (
                _("Leave out the layers that have no weights: their zeros are not asked for.")
                if len(without_zeros) == len(expected)
                else ""
            )
            return failed(
                _("expected {expected} entries, found {found}.").format(expected=len(expected), found=len(entries)),
                hint,
            )
        wrong = [index for index, right in enumerate(expected) if not self._same(entries[index], right)]
        if not wrong:
            return passed(_("All {count} entries are right.").format(count=len(expected)))
        messages = [
            f"{self._label(index)}: {self._wrong(entries[index], expected[index], self._causes(index))}"
            for index in wrong
        ]
        return partly(1 - len(wrong) / len(expected), "\n".join(messages))

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

    def _wrong(self, found: Any, expected: Any, causes: Mapping[Any, str]) -> str:
        cause = next((text for wrong, text in causes.items() if self._same(found, wrong)), "")
        right = f" {_('Expected {expected}.').format(expected=_shown(expected))}" if self.reveal else ""
        if cause:
            return _("{found} is not right: {cause}.").format(found=_shown(found), cause=cause) + right
        if _kind(found) != _kind(expected):
            return _("expected {expected}, found {found}.").format(expected=_kind(expected), found=_kind(found)) + right
        return _("{found} is not right.").format(found=_shown(found)) + right

    def _same(self, found: Any, expected: Any) -> bool:
        expected = _plain(expected)
        found = _plain(found)
        if isinstance(expected, np.ndarray) or isinstance(found, np.ndarray):
            return _same_arrays(found, expected, self.tolerance)
        if _is_list(expected) and _is_list(found):
            return len(found) == len(expected) and all(map(self._same, found, expected))
        if isinstance(expected, bool) or isinstance(found, bool):
            return found is expected
        if isinstance(expected, int | float) and isinstance(found, int | float):
            if isinstance(expected, int):
                return found == expected
            return isclose(found, expected, rel_tol=self.tolerance, abs_tol=self.tolerance)
        if isinstance(expected, str) and isinstance(found, str):
            return found.strip().casefold() == expected.strip().casefold()
        return type(found) is type(expected) and bool(found == expected)


@dataclass(frozen=True)
class Calls:
    """A function of the student's gives what the reference gives, case by case."""

    function: Callable[..., Any]
    """The reference: what it returns, or the exception it raises, is what is expected."""
    cases: Sequence[tuple[Any, ...]]
    """The arguments of each call."""
    tolerance: float = 1e-6
    about: str = ""
    hidden: bool = False
    """Whether messages keep the cases to themselves."""
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
        # The student's call may change its arguments: the reference goes first, on the same ones.
        faults = [fault for case in self.cases if (fault := self._fault(function, case))]
        if not faults:
            return passed(_("All {count} calls give the right result.").format(count=len(self.cases)))
        message = _("{wrong} of {count} calls go wrong. {first}").format(
            wrong=len(faults), count=len(self.cases), first=faults[0]
        )
        return partly(1 - len(faults) / len(self.cases), message)

    def _fault(self, function: Callable[..., Any], case: tuple[Any, ...]) -> str:
        expected = self.function(*case)
        call = _("A hidden call") if self.hidden else f"{self.title_of_call(case)}"
        try:
            found = function(*case)
        except Exception as error:  # noqa: BLE001 - the student's function may raise anything
            return _("{call} raised {error}.").format(call=call, error=f"{type(error).__name__}: {error}"[:200])
        if Answer(expected, tolerance=self.tolerance)._same(found, expected):
            return ""
        if self.hidden:
            return _("{call} gave {found}, which is not right.").format(call=call, found=_shown(found))
        return _("{call} gave {found}, expected {expected}.").format(
            call=call, found=_shown(found), expected=_shown(expected)
        )

    def title_of_call(self, case: tuple[Any, ...]) -> str:
        """The call as code."""
        return f"{getattr(self.function, '__name__', 'f')}({', '.join(_shown(argument) for argument in case)})"


def _plain(value: Any) -> Any:
    """Numbers of NumPy's, of a tensor's and of ours as Python's own."""
    if isinstance(value, ParameterCount):
        return value.total
    if isinstance(value, Worked):
        return value.value
    if isinstance(value, np.generic):
        return value.item()
    if hasattr(value, "__array__") and not isinstance(value, np.ndarray):
        value = np.asarray(value)
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return value.item()
    return value


def _same_arrays(found: Any, expected: Any, tolerance: float) -> bool:
    try:
        ours, theirs = np.asarray(expected, dtype=float), np.asarray(found, dtype=float)
    except (TypeError, ValueError):
        return False
    return ours.shape == theirs.shape and bool(np.allclose(theirs, ours, rtol=tolerance, atol=tolerance))


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim > 0)


def _is_zero(value: Any) -> bool:
    plain = _plain(value)
    return isinstance(plain, int | float) and plain == 0


def _kind(value: Any) -> str:
    """What a value is, in words."""
    plain = _plain(value)
    if plain is None:
        return "None"
    if plain is Ellipsis:
        return "“...”"
    if isinstance(plain, bool):
        return _("True or False")
    if isinstance(plain, int | float):
        return _("a number")
    if isinstance(plain, str):
        return _("a text")
    if isinstance(plain, list | tuple):
        return _("a list")
    if isinstance(plain, np.ndarray):
        return _("an array of shape {shape}").format(shape=plain.shape)
    return _("a {type}").format(type=type(plain).__name__)


def _shown(value: Any) -> str:
    if isinstance(value, ParameterCount | Worked):
        return str(value)
    plain = _plain(value)
    if isinstance(plain, bool):
        return repr(plain)
    if isinstance(plain, int):
        return f"{plain:,}" if abs(plain) < 10**15 else _("a number of {digits} digits").format(digits="> 15")
    if isinstance(plain, float):
        return f"{plain:.6g}"
    return repr(plain)[:120]
