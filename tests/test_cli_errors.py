"""What commands say of what they cannot do: where, what was expected, what to do next."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.exam.notebooks import locked, notebook, solution, test, write
from tests.test_cli import autograder_cli

TINY = notebook(locked("setup", "K = 2"), solution("a", "a = 1"), test("test-a", 1, "assert a"))
CONFIG = 'c = get_config()\nc.CourseDirectory.source_directory = "solutions"\n'


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course with two assignments and nothing else."""
    for name in ("04-cnn-shapes", "05-mnist-cnn"):
        write(TINY, tmp_path / "solutions" / name / f"{name}.ipynb")
    (tmp_path / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "a-file").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


NO_SOURCES = (
    "There are no source notebooks in {0}: expected {0}/<assignment>/<notebook>.ipynb. Run this in the course's folder,"
    " or name the folder of the source notebooks."
)
BOTH = "The assignments are 04-cnn-shapes, 05-mnist-cnn."


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ("verfy", 2, "No such command 'verfy'. Did you mean 'verify'?"),
        ("verify 5-mnist-cnn", 2, f"There is no assignment “5-mnist-cnn”: did you mean “05-mnist-cnn”? {BOTH}"),
        ("release 04-cnn-shape", 2, f"There is no assignment “04-cnn-shape”: did you mean “04-cnn-shapes”? {BOTH}"),
        ("release unheard-of", 2, f"There is no assignment “unheard-of”. {BOTH}"),
        ("grade solutions --source nowhere", 2, NO_SOURCES.format("nowhere")),
        ("verify --source nowhere", 2, NO_SOURCES.format("nowhere")),
        ("names --source nowhere", 2, NO_SOURCES.format("nowhere")),
        ("execute solutions", 2, NO_SOURCES.format("assignments")),
        ("examine nowhere", 2, "Invalid value for 'BUNDLES': Directory 'nowhere' does not exist."),
        ("init-ci --course nowhere", 2, "Invalid value for '--course': Directory 'nowhere' does not exist."),
        ("check nowhere.ipynb", 2, "Invalid value for 'NOTEBOOK': File 'nowhere.ipynb' does not exist."),
        (
            "report gradebook.db",
            2,
            "There is no gradebook gradebook.db: expected what “nbgrader autograde” writes in the course's folder.",
        ),
        (
            "grade solutions --report a-file/out",
            2,
            "Invalid value for '--report': a-file/out cannot be made: {course}/a-file is a file.",
        ),
        (
            "grade solutions --junit a-file/results.xml",
            2,
            "Invalid value for '--junit': a-file/results.xml cannot be made: {course}/a-file is a file.",
        ),
        (
            "execute solutions --output a-file/out",
            2,
            "Invalid value for '--output': a-file/out cannot be made: {course}/a-file is a file.",
        ),
        (
            "report out -o a-file/class.html",
            2,
            "Invalid value for '--output' / '-o': a-file/class.html cannot be made: {course}/a-file is a file.",
        ),
        (
            "release --course solutions",
            1,
            "{course}/solutions is no course of nbgrader's: expected a file nbgrader_config.py in it. Name the course's"
            " folder with --course, or make a course with “autograder new my-exercise”.",
        ),
    ],
)
def test_an_error_says_what_to_do_next(course: Path, arguments: str, code: int, message: str) -> None:
    before = sorted(course.rglob("*"))
    result = autograder_cli(*arguments.split())
    assert result.stderr.splitlines()[-1] == f"Error: {message.format(course=course)}"
    assert result.exit_code == code
    assert sorted(course.rglob("*")) == before


def test_a_file_that_is_not_ones_own_to_write_is_refused_before_the_work(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write anywhere, so that it is asked for here.
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != course)
    result = autograder_cli("grade", "solutions", "--report", "out")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        f"Error: Invalid value for '--report': out cannot be written: {course} is not yours to write to."
    )


def test_what_cannot_be_written_after_all_is_named(course: Path) -> None:
    (course / "full").symlink_to("/dev/full")
    result = autograder_cli("names", "--output", "full")
    assert result.exit_code == 2
    assert result.stderr == "Error: full cannot be written: No space left on device. Name another place.\n"


def test_sources_are_looked_for_where_the_course_has_them(course: Path) -> None:
    (course / "solutions").rename(course / "own")
    (course / "nbgrader_config.py").write_text(CONFIG.replace("solutions", "own"), encoding="utf-8")
    assert autograder_cli("names").exit_code == 0
    (course / "nbgrader_config.py").write_text("1 / 0\n", encoding="utf-8")
    result = autograder_cli("names")
    assert result.exit_code == 2
    assert (
        result.stderr.splitlines()[-1] == "Error: nbgrader_config.py does not run: ZeroDivisionError: division by zero"
    )
