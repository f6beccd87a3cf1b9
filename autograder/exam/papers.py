"""Papers: a submission as bytes, which are all that grading it needs, here or on another machine.

Files are looked at once, by whoever has them. What is wrong with a file itself (a link, a pipe, too large) stands
in the paper instead of its content, so that the report is the same wherever it is written.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from autograder.exam.files import Files, TooManyFiles, read_files
from autograder.exam.limits import Limits
from autograder.exam.notebook import UnreadableNotebook, content_of
from autograder.exam.submissions import Submission, as_text
from autograder.i18n import _


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside a notebook."""

    handed_in: dict[bytes, bytes] = {}
    """The student's other files: names as the file system has them → contents."""
    own: dict[bytes, bytes] = {}
    """The assignment's."""
    notices: tuple[str, ...] = ()
    """What was left out, and why."""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A submission, read. Encoded by msgspec: nothing in it can be anything else than text and bytes."""

    student: str
    assignment: str
    path: str
    source_path: str
    source: bytes = b""
    notebook: bytes = b""
    beside: Beside = Beside()
    unreadable_source: str = ""
    """Why there is no source notebook."""
    problem: str = ""
    """Why there is nothing that could be graded."""


def read(submission: Submission, limits: Limits) -> Paper:
    """A submission's paper. Never raises for what a student handed in."""
    paper = Paper(
        student=as_text(submission.student),
        assignment=as_text(submission.assignment),
        path=as_text(submission.path),
        source_path=as_text(submission.source),
    )
    try:
        paper = msgspec.structs.replace(paper, source=content_of(submission.source))
    except UnreadableNotebook as error:
        return msgspec.structs.replace(paper, unreadable_source=str(error))
    try:
        if submission.files is not None and submission.files.is_symlink():
            # Archives and repositories hold links too, and this one would lead to another's answers.
            raise UnreadableNotebook(
                _("{path} is a link: hand in the folder itself.").format(path=as_text(submission.files.name))
            )
        notebook = content_of(submission.path, limits, handed_in=True)
        beside = read_beside(submission.files, submission.source.parent, limits)
    except UnreadableNotebook as error:
        return msgspec.structs.replace(paper, problem=str(error))
    except OSError as error:
        return msgspec.structs.replace(paper, problem=fault(str(error)))
    return msgspec.structs.replace(paper, notebook=notebook, beside=beside)


def read_beside(handed_in: Path | None, own: Path | None, limits: Limits) -> Beside:
    """The files in the folders of a submission and of its assignment.

    Raises
    ------
    OSError
        If one cannot be read.
    """
    notices: list[str] = []

    def files(folder: Path | None, *, links: bool) -> Files:
        if folder is None:
            return {}
        try:
            return read_files(folder, limits, links=links)
        except TooManyFiles as error:
            notices.append(str(error))
            return {}

    students, instructors = files(handed_in, links=False), files(own, links=True)
    return Beside(handed_in=dict(students), own=dict(instructors), notices=tuple(notices))


def fault(problem: str) -> str:
    """How it is told that the grader could not do its work."""
    return _("A fault of the grader's, not of the notebook's: {error}").format(error=problem)
