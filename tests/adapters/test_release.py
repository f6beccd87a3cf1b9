"""Release versions: made and compared as nbgrader makes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from tests.exam import notebooks

CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "tiny"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    source = notebooks.notebook(
        notebooks.solution("a", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
        notebooks.test("test-a", 1, "assert x\n### BEGIN HIDDEN TESTS\nassert x == 1\n### END HIDDEN TESTS"),
    )
    source.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    course = tmp_path / "course"
    for name in ("one", "two"):
        notebooks.write(source, course / "solutions" / name / "work.ipynb")
    (course / "solutions" / "one" / "data.csv").write_text("1")
    (course / "nbgrader_config.py").write_text(CONFIG)
    return course


def run(course: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["release", "--course", str(course), *arguments])


@pytest.mark.filterwarnings("default")
def test_a_release_is_made_and_is_then_up_to_date(course: Path) -> None:
    result = run(course)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [str(course / "assignments" / name) for name in ("one", "two")]
    released = json.loads((course / "assignments" / "one" / "work.ipynb").read_text())
    sources = ["".join(cell["source"]) for cell in released["cells"]]
    assert sources == ["# YOUR CODE HERE\nraise NotImplementedError()", "assert x"]
    assert (course / "assignments" / "one" / "data.csv").read_text() == "1"
    assert (course / "gradebook.db").exists()
    checked = run(course, "--check")
    assert (checked.exit_code, checked.stdout) == (0, "2 assignments are up to date.\n")


@pytest.mark.filterwarnings("default")
def test_what_is_out_of_date_is_named_and_nothing_is_written(course: Path) -> None:
    run(course, "one")
    released = course / "assignments" / "one"
    before = (released / "work.ipynb").read_text()
    (released / "work.ipynb").write_text(before.replace("assert x", "assert y"))
    (released / "data.csv").unlink()
    (released / "old.csv").write_text("0")
    gradebook = (course / "gradebook.db").read_bytes()
    result = run(course, "--check")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{released / 'data.csv'} is missing",
        f"{released / 'old.csv'} has no source",
        f"{released / 'work.ipynb'} is not what its source makes",
        f"{course / 'assignments' / 'two' / 'work.ipynb'} is missing",
    ]
    assert "assert y" in (released / "work.ipynb").read_text()
    assert (course / "gradebook.db").read_bytes() == gradebook


def test_a_name_that_is_none_of_the_assignments_is_told_which_there_are(course: Path) -> None:
    result = run(course, "three")
    assert result.exit_code == 2
    assert "There is no assignment “three”. The assignments are one, two." in result.output


def test_a_folder_that_is_no_course_is_told_so(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 1
    assert f"{tmp_path} is no course of nbgrader's: expected a file nbgrader_config.py in it." in result.output


@pytest.mark.filterwarnings("default")
def test_a_source_that_nbgrader_refuses_is_named_with_its_reason(course: Path) -> None:
    path = course / "solutions" / "two" / "work.ipynb"
    path.write_text(path.read_text().replace("END SOLUTION", "END"))
    result = run(course)
    assert result.exit_code == 1
    assert "two could not be released." in result.output
    assert "no end solution statement" in result.output.lower()
