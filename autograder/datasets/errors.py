"""What is said when a data set is missing, damaged or not the one it is named for.

Two types, because the code that finds a fault in some bytes knows neither the file that they came from
nor what its reader can do about it.
"""

from __future__ import annotations

from autograder.i18n import _


class ContentError(Exception):
    """Bytes or arrays that are not what was expected; whoever knows the file makes a DatasetError of it."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found


class DatasetError(Exception):
    """A data set that cannot be used: where, what was expected, what was found, and what to do."""

    def __init__(self, path: str, expected: str, found: str, remedy: str) -> None:
        super().__init__(path, expected, found, remedy)
        self.path = path
        self.expected = expected
        self.found = found
        self.remedy = remedy

    def __str__(self) -> str:
        return _("{path}: expected {expected}, found {found}. {remedy}").format(
            path=self.path, expected=self.expected, found=self.found, remedy=self.remedy
        )
