"""The exam: a submission goes in, a report comes out, with the wall between student and judge.

The examiner and the student's kernel import modules of this package and need nothing of Jupyter's: what is
named here is imported when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.exam.examination import Grader
    from autograder.exam.limits import Limits
    from autograder.exam.memory import Memory
    from autograder.exam.run import grade_all
    from autograder.exam.submissions import NoSource, Submission, find_submissions, sources

__all__ = ["Grader", "Limits", "Memory", "NoSource", "Submission", "find_submissions", "grade_all", "sources"]

_HOMES = {
    "Grader": "examination",
    "Limits": "limits",
    "Memory": "memory",
    "NoSource": "submissions",
    "Submission": "submissions",
    "find_submissions": "submissions",
    "grade_all": "run",
    "sources": "submissions",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
