"""A submission as bytes, which say the same as its files."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from autograder.exam import Limits, Submission
from autograder.exam.papers import Paper, read
from tests.exam.notebooks import answered, as_bytes, locked, notebook, solution, test, write

TINY = notebook(locked("setup", "K = 2"), solution("a", "a = 1"), test("test-a", 3, "assert a * K == 2"))


@pytest.fixture
def submission(tmp_path: Path) -> Submission:
    source = write(TINY, tmp_path / "solutions" / "tiny" / "tiny.ipynb")
    path = write(answered(TINY), tmp_path / "submitted" / "student-01" / "tiny" / "tiny.ipynb")
    return Submission(student="student-01", assignment="tiny", path=path, source=source, files=path.parent)


def test_a_paper_holds_all_that_was_handed_in_and_all_that_is_the_assignments(submission: Submission) -> None:
    assert submission.files is not None
    name = os.fsdecode(b"d\xff.csv")
    (submission.files / name).write_bytes(b"\x00\xff")
    (submission.source.parent / "own.csv").write_bytes(b"1,2")
    paper = read(submission, Limits())
    assert paper.source == as_bytes(TINY)
    assert paper.notebook == as_bytes(answered(TINY))
    assert paper.beside.handed_in == {b"d\xff.csv": b"\x00\xff"}
    assert paper.beside.own == {b"own.csv": b"1,2"}
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(paper), type=Paper) == paper


def test_what_is_no_file_of_a_students_is_told_in_the_paper_and_not_followed(
    submission: Submission, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.ipynb"
    submission.path.rename(secret)
    submission.path.symlink_to(secret)
    paper = read(submission, Limits())
    assert paper.problem == "tiny.ipynb is no ordinary file: hand in the notebook itself, and no folder or link."
    assert paper.notebook == b""


def test_a_folder_that_is_a_link_is_not_followed(submission: Submission, tmp_path: Path) -> None:
    assert submission.files is not None
    submission.files.rename(tmp_path / "another")
    submission.files.symlink_to(tmp_path / "another")
    assert read(submission, Limits()).problem == "tiny is a link: hand in the folder itself."


def test_too_many_files_are_left_out_and_it_is_said(submission: Submission) -> None:
    assert submission.files is not None
    (submission.files / "large.csv").write_bytes(bytes(11))
    paper = read(submission, Limits(files_bytes=10))
    assert paper.beside.handed_in == {}
    assert paper.beside.notices == (
        "The files beside the notebook are too many: at most 1,000 are used, of 10 bytes together.",
    )


def test_a_source_that_cannot_be_read_is_told(submission: Submission) -> None:
    submission.source.unlink()
    assert read(submission, Limits()).unreadable_source == "The file cannot be read: No such file or directory"
