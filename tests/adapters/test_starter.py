"""``autograder new``: what it writes is released, validated, verified and graded at once, by the real commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from autograder.adapters.starter import CannotStart, Started, start
from autograder.report import ClassReport
from tests.test_cli import autograder_cli

NAME = "digits"
OWN_CONFIG = 'c = get_config()\nc.CourseDirectory.course_id = "own"\n'
"""A course that has nbgrader's own folders."""


def run(course: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=course,
        env={
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": str(course.parent),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def files(course: Path) -> set[str]:
    return {str(path.relative_to(course)) for path in course.rglob("*") if path.is_file()}


def exercise(source: str, released: str, name: str = NAME) -> set[str]:
    answers = [
        "accept/functional-with-dropout",
        "accept/steps-by-ceil",
        "reject/counts-without-biases",
        "reject/never-trained",
        "reject/no-hidden-activation",
        "reject/steps-rounded-down",
    ]
    return {
        f"{source}/{name}/{name}.ipynb",
        f"{released}/{name}/{name}.ipynb",
        *(f"tests/corpus/{name}/{answer}.py" for answer in answers),
    }


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course that was made in an empty folder."""
    course = tmp_path_factory.mktemp("new") / "neural-networks"
    course.mkdir()
    start(course, NAME)
    return course


@pytest.fixture(scope="module")
def own_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course that was there, with nbgrader's own folders and files of its own."""
    course = tmp_path_factory.mktemp("own") / "course"
    course.mkdir()
    (course / "nbgrader_config.py").write_text(OWN_CONFIG, encoding="utf-8")
    (course / "README.md").write_text("# Mine\n", encoding="utf-8")
    return course


@pytest.fixture(scope="module")
def started(own_course: Path) -> Started:
    return start(own_course, NAME)


def test_in_an_empty_folder_a_course_is_made(course: Path) -> None:
    around = {"nbgrader_config.py", ".gitignore", "README.md", "gradebook.db"}
    assert files(course) == around | exercise("solutions", "assignments")
    assert 'course_id = "neural-networks"' in (course / "nbgrader_config.py").read_text(encoding="utf-8")
    assert "| `digits` | reads handwritten digits | 10 |" in (course / "README.md").read_text(encoding="utf-8")


def test_in_a_course_of_ones_own_its_folders_are_used_and_its_files_are_left_alone(
    own_course: Path, started: Started
) -> None:
    assert files(own_course) == {"nbgrader_config.py", "README.md", "gradebook.db"} | exercise("source", "release")
    assert (own_course / "nbgrader_config.py").read_text(encoding="utf-8") == OWN_CONFIG
    assert (own_course / "README.md").read_text(encoding="utf-8") == "# Mine\n"
    assert started.row == "| `digits` | reads handwritten digits | 10 |"


def test_students_are_told_nothing_that_is_meant_for_the_instructor(course: Path) -> None:
    source = (course / f"solutions/{NAME}/{NAME}.ipynb").read_text(encoding="utf-8")
    released = (course / f"assignments/{NAME}/{NAME}.ipynb").read_text(encoding="utf-8")
    assert source.count("To change") == 5
    assert "To change" not in released
    assert "my-exercise" not in source + released


def test_a_second_exercise_is_a_second_row(tmp_path: Path) -> None:
    for name in ("first", "第二"):
        start(tmp_path, name)
    rows = [line for line in (tmp_path / "README.md").read_text(encoding="utf-8").splitlines() if "digits" in line]
    assert rows == ["| `first` | reads handwritten digits | 10 |", "| `第二` | reads handwritten digits | 10 |"]


def test_a_folder_with_files_but_no_course_keeps_its_files(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n", encoding="utf-8")
    start(tmp_path, NAME)
    assert (tmp_path / ".gitignore").read_text(encoding="utf-8") == "mine\n"
    assert (tmp_path / "README.md").exists()


@pytest.mark.parametrize("folder", ["source", "tests/corpus", "release"])
def test_nothing_is_overwritten(tmp_path: Path, folder: str) -> None:
    (tmp_path / "nbgrader_config.py").write_text(OWN_CONFIG, encoding="utf-8")
    (tmp_path / folder / NAME).mkdir(parents=True)
    before = files(tmp_path)
    with pytest.raises(CannotStart) as refused:
        start(tmp_path, NAME)
    assert str(refused.value) == (
        f"Nothing is overwritten, and there is already {tmp_path / folder / NAME}: choose another name, or remove that."
    )
    assert files(tmp_path) == before


@pytest.mark.parametrize("name", ["", "a+b", "a/b", "..", ".hidden", "-x", "two words", "a*", "a\n", "a" * 101, "_a"])
def test_a_name_that_nbgrader_cannot_use_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(CannotStart) as refused:
        start(tmp_path, name)
    assert str(refused.value) == (
        f"“{name}” cannot be an assignment's name, which nbgrader takes for a folder's and as a part of paths: begin"
        " with a letter or a digit, and use letters, digits, “-”, “_” and “.”, as in my-exercise."
    )
    assert not files(tmp_path)


def test_a_configuration_that_does_not_run_is_named(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\nc.x = 1 / 0\n", encoding="utf-8")
    result = autograder_cli("new", NAME, "--course", tmp_path)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {tmp_path / 'nbgrader_config.py'} does not run: ZeroDivisionError: division by zero\n"
    )
    assert files(tmp_path) == {"nbgrader_config.py"}


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "tests").write_text("a file in the place of a folder", encoding="utf-8")
    result = autograder_cli("new", NAME, "--course", tmp_path)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {tmp_path / 'tests'}")
    assert result.stderr.endswith("cannot be written: Not a directory. Name another place.\n")


# --- at once ------------------------------------------------------------------------------------------------


@pytest.mark.course
@pytest.mark.parametrize("made", ["course", "own_course"])
def test_nbgrader_and_release_find_nothing_to_mend(request: pytest.FixtureRequest, started: Started, made: str) -> None:
    course: Path = request.getfixturevalue(made)
    source = "solutions" if made == "course" else "source"
    assert run(course, "autograder", "release", "--check").returncode == 0
    made_anew = run(course, "nbgrader", "generate_assignment", NAME, "--force")
    assert made_anew.returncode == 0, made_anew.stderr
    assert run(course, "autograder", "release", "--check").returncode == 0
    validated = run(course, "nbgrader", "validate", f"{source}/{NAME}/{NAME}.ipynb")
    assert "Success! Your notebook passes all the tests." in validated.stdout, validated.stdout + validated.stderr


@pytest.mark.course
@pytest.mark.parametrize("made", ["course", "own_course"])
def test_verify_finds_no_wrong_verdict_and_no_idle_test(
    request: pytest.FixtureRequest, started: Started, made: str
) -> None:
    course: Path = request.getfixturevalue(made)
    done = run(course, "autograder", "verify", NAME, "--format", "json", "--cases", "100")
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert not told.get("idle"), told
    assert not told.get("survivors"), told


@pytest.mark.course
def test_the_release_version_has_no_points_and_the_source_all(course: Path) -> None:
    notebooks = [f"{folder}/{NAME}/{NAME}.ipynb" for folder in ("assignments", "solutions")]
    done = run(course, "autograder", "grade", *notebooks, "--format", "json")
    assert done.returncode == 0, done.stderr
    graded = msgspec.json.decode(done.stdout, type=ClassReport)
    assert [(one.score, one.max_score) for one in graded.submissions] == [(0, 10), (10, 10)]
