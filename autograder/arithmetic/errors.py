"""What arithmetic refuses, said as where, expected and found."""

from __future__ import annotations

from autograder.i18n import _


class ShapeError(ValueError):
    """Settings or shapes from which no layer can be made.

    ``where`` names the setting or the axis, ``expected`` and ``found`` are texts for a reader.
    """

    def __init__(self, where: str, expected: str, found: str) -> None:
        super().__init__(where, expected, found)
        self.where = where
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return _("{where}: expected {expected}, got {found}").format(
            where=self.where, expected=self.expected, found=self.found
        )

    def within(self, outer: str) -> ShapeError:
        """The same fault, told from one step further out: ``kernel_size`` becomes ``Conv2D, kernel_size``."""
        return ShapeError(f"{outer}, {self.where}", self.expected, self.found)


class UnknownLayer(LookupError):
    """A layer class whose arithmetic is not known here."""
