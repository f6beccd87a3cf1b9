"""Numbers that vary with the student: the same student always gets the same, two students rarely do.

They follow from the student's name alone, by SHA-256, so that every machine and every Python agrees on them.
"""

from __future__ import annotations

import getpass
import json
import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

FILED_UNDER = "AUTOGRADER_STUDENT"
"""The environment variable that says, on both sides of the wall, whose submission this is."""


def student_name(written: object = "") -> str:
    """Who the numbers are for, in lower case and without blanks around it.

    The first that is known: the name that the submission is filed under, which the grader gives
    (``AUTOGRADER_STUDENT``, or the submission's folder under ``nbgrader autograde``); what the student
    ``written`` in the notebook; the user of a JupyterHub; the login name. So while a submission is graded,
    another's name gains nothing. What is ``written`` and no text counts as nothing; ``""`` if nobody is known.
    """
    return next((name for candidate in _candidates(written) if (name := _plain(candidate))), "")


@dataclass(frozen=True, slots=True)
class Personal:
    """One student's draws in one assignment.

    ``Personal("04-cnn-shapes", "student-01").one_of("filters", [16, 24, 32])`` is always the same of the three.
    """

    assignment: str
    """Other assignments draw other numbers for the same student."""
    name: str
    """The student's, as :func:`student_name` gives it. Case and outer blanks make no difference, and what is
    no text is ``""``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", _plain(self.name))

    def one_of(self, draw: str, choices: Sequence[T]) -> T:
        """One of the ``choices``, each as likely. Draws of different names do not depend on each other.

        Raises ``ValueError`` if there is nothing to choose from.
        """
        if not choices:
            raise ValueError(f"the draw {draw!r} has no choices")
        # A JSON list keeps the three apart, whatever characters are in them.
        seed = json.dumps([self.assignment, self.name, draw])
        return choices[int.from_bytes(sha256(seed.encode()).digest(), "big") % len(choices)]


def _candidates(written: object) -> Iterator[object]:
    yield os.environ.get(FILED_UNDER)
    yield _folder()
    yield written
    yield os.environ.get("JUPYTERHUB_USER")
    yield _login()


def _plain(name: object) -> str:
    if not issubclass(type(name), str):
        return ""
    # The same letter may be written as one character or as two.
    return unicodedata.normalize("NFC", str.__str__(name).strip().casefold())


def _folder() -> str:
    """The name in ``<course>/autograded/<student>/<assignment>``, where nbgrader runs the notebook."""
    # Where this grader runs the notebook it says itself whose it is, or that nobody knows.
    if os.environ.get("NBGRADER_EXECUTION") != "autograde" or FILED_UNDER in os.environ:
        return ""
    try:
        return Path.cwd().parent.name
    except OSError:
        # The folder may be gone.
        return ""


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        # In a container, the user may have no name.
        return ""
