"""Whole numbers as text, and text or junk refused where a whole number must stand.

Python refuses to print an int of more than 4,300 digits, and sizes come from configurations that
anybody may have written. So every number that is shown passes through here.
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from reprlib import Repr

from autograder.arithmetic.errors import ShapeError
from autograder.i18n import _

MOST_BITS = 1024
"""A longer number is shown as a power of two. A layer that is trained has parameters of under 64 bits."""


def plain(number: int) -> str:
    """``18496``: as a number stands in a formula."""
    return str(number) if number.bit_length() <= MOST_BITS else _power_of_two(number)


def grouped(number: int) -> str:
    """``18,496``: as a number stands in a sentence."""
    return f"{number:,}" if number.bit_length() <= MOST_BITS else _power_of_two(number)


def _power_of_two(number: int) -> str:
    sign = "−" if number < 0 else ""
    return f"{sign}≈2^{number.bit_length() - 1}"


def product(factors: Sequence[int]) -> str:
    """``3·3·32``; ``1`` for no factors."""
    return "·".join(map(plain, factors)) or "1"


class _Short(Repr):
    """Short for whatever it is given: a long list, a list in itself, an object that cannot be shown."""

    def repr_int(self, x: int, level: int) -> str:
        return plain(x)


def shown(value: object) -> str:
    """``value`` as it is quoted in a message: never long, never an exception."""
    return _Short().repr(value)


def whole(value: object, where: str, *, at_least: int = 1) -> int:
    """``value`` as an int.

    Raises :class:`ShapeError` if it is not a whole number (``True`` is none) or below ``at_least``.
    """
    # NumPy's integers count as Integral, and students write Conv2D(n, 3) for n in an array
    if isinstance(value, Integral) and not isinstance(value, bool):
        number = int(value)
        if number >= at_least:
            return number
    expected = _("a whole number of at least {least}").format(least=at_least)
    raise ShapeError(where, expected, shown(value))
