"""Values that crossed the wall, read and compared as plain data: no method that a student wrote is asked."""

from __future__ import annotations

from collections.abc import Callable
from math import isclose, isnan
from typing import Any

import numpy as np

from autograder.arithmetic import ParameterCount, Worked
from autograder.i18n import _

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


def is_a(value: Any, *kinds: type) -> bool:
    """``isinstance`` by the value's true type, which an object cannot make up."""
    return issubclass(type(value), kinds)


def plain(value: Any) -> Any:
    """Numbers of NumPy's, of a tensor's and of ours as Python's own, and a subclass's value as its base's."""
    if is_a(value, ParameterCount):
        value = value.total
    elif is_a(value, Worked):
        value = value.value
    if is_a(value, bool):
        return value
    for base, read in _READERS:
        if is_a(value, base):
            return value if type(value) is base else read(value)
    if is_a(value, np.generic):
        return np.generic.item(value)
    try:
        value = np.asarray(value) if hasattr(value, "__array__") else value
    except Exception:  # noqa: BLE001 - a symbolic tensor has no numbers, whatever it raises
        return value
    if is_a(value, np.ndarray) and value.ndim == 0:
        return value.item()
    return value


def same(found: Any, expected: Any, tolerance: float) -> bool:
    """Whether a value is the expected one; a number that is not whole, but for a relative error."""
    expected = plain(expected)
    found = plain(found)
    if is_a(expected, np.ndarray) or is_a(found, np.ndarray):
        return _same_arrays(found, expected, tolerance)
    if is_list(expected) and is_list(found):
        return len(found) == len(expected) and all(
            same(one, other, tolerance) for one, other in zip(found, expected, strict=True)
        )
    if is_a(expected, bool) or is_a(found, bool):
        return found is expected
    if is_a(expected, int, float) and is_a(found, int, float):
        return bool(found == expected) if is_a(expected, int) else _close(found, expected, tolerance)
    if is_a(expected, str) and is_a(found, str):
        return bool(found.strip().casefold() == expected.strip().casefold())
    if is_a(expected, dict) and is_a(found, dict):
        return same_members(list(found.items()), list(expected.items()), tolerance)
    if is_a(expected, set, frozenset) and is_a(found, set, frozenset):
        return same_members(list(found), list(expected), tolerance)
    # Only where the author's own kind of value compares itself is it asked: never the student's.
    return type(found) is type(expected) and bool(expected == found)


def same_members(found: list[Any], expected: list[Any], tolerance: float) -> bool:
    """Whether two collections without an order have the same members."""
    return len(found) == len(expected) and all(any(same(one, other, tolerance) for one in found) for other in expected)


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


def is_list(value: Any) -> bool:
    """Whether a value has entries: a list, a tuple, or an array that is more than a number."""
    return is_a(value, list, tuple) or (is_a(value, np.ndarray) and value.ndim > 0)


def kind(value: Any) -> str:
    """What a value is, in words."""
    found = plain(value)
    if found is None:
        return "None"
    if found is Ellipsis:
        return "“...”"
    if is_a(found, bool):
        return _("True or False")
    if is_a(found, int, float):
        return _("a number")
    if is_a(found, str):
        return _("a text")
    if is_a(found, list, tuple):
        return _("a list")
    if is_a(found, np.ndarray):
        return _("an array of shape {shape}").format(shape=found.shape)
    return _("a {type}").format(type=type(found).__name__)


def shown(value: Any) -> str:
    """A value as messages have it: a count with its sum, and nothing that is long."""
    if is_a(value, ParameterCount, Worked):
        return str(value)
    found = plain(value)
    if is_a(found, bool):
        return repr(found)
    if is_a(found, int):
        return f"{found:,}" if abs(found) < 10**15 else _("a number of {digits} digits").format(digits="> 15")
    if is_a(found, float):
        return f"{found:.6g}"
    try:
        return repr(found)[:120]
    except Exception:  # noqa: BLE001 - of a class of the student's, or with an integer too long to print
        return kind(found)
