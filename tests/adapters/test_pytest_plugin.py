"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.exam.notebooks import answered, locked, notebook, solution, test, write, written

# Each of its tests is a run of pytest that grades.
pytestmark = pytest.mark.course

COURSE = notebook(
    locked("setup", "K = 2"),
    solution("a", "a = 1"),
    test("test-a", 3, "assert a * K == 2, 'a is wrong'"),
    solution("b", "b = 1"),
    test("test-b", 2, "assert b == 1, 'b is wrong'"),
    written("words", 4, "Because."),
)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    write(COURSE, tmp_path / "solutions" / "tiny" / "tiny.ipynb")
    write(answered(COURSE), tmp_path / "submitted" / "student-01" / "tiny" / "tiny.ipynb")
    write(answered(COURSE, {"a": "a = 7"}), tmp_path / "submitted" / "student-02" / "tiny" / "tiny.ipynb")
    (tmp_path / "submitted" / "student-03" / "tiny").mkdir(parents=True)
    (tmp_path / "submitted" / "student-03" / "tiny" / "tiny.ipynb").write_text("no notebook")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def run(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=course,
        env={**os.environ, "XDG_CACHE_HOME": str(course / "cache"), "AUTOGRADER_LANG": "en"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_off_unless_asked_for(course: Path) -> None:
    done = run(course, "submitted")
    assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED, done.stdout


def test_each_graded_cell_is_a_test_with_its_points(course: Path) -> None:
    done = run(course, "--autograder", "submitted", "-v", "-rs", "--junitxml", "junit.xml")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    outcomes = {
        line.split()[0].removeprefix("submitted/"): line.split()[1]
        for line in done.stdout.splitlines()
        if line.startswith("submitted/") and "::" in line
    }
    assert outcomes == {
        "student-01/tiny/tiny.ipynb::test-a": "PASSED",
        "student-01/tiny/tiny.ipynb::test-b": "PASSED",
        "student-01/tiny/tiny.ipynb::words": "SKIPPED",
        "student-02/tiny/tiny.ipynb::test-a": "FAILED",
        "student-02/tiny/tiny.ipynb::test-b": "PASSED",
        "student-02/tiny/tiny.ipynb::words": "SKIPPED",
        "student-03/tiny/tiny.ipynb::test-a": "FAILED",
        "student-03/tiny/tiny.ipynb::test-b": "FAILED",
        "student-03/tiny/tiny.ipynb::words": "FAILED",
    }
    assert "✗ The instructor's test: wrong (0 of 3)\n    a is wrong\n0 of 3 points" in done.stdout
    assert "The file is not JSON" in done.stdout
    assert "A person grades this answer." in done.stdout
    assert "Traceback" not in done.stdout
    cases = ElementTree.parse(course / "junit.xml").getroot().iter("testcase")
    points = {case.get("name"): [one.get("value") for one in case.iter("property")] for case in list(cases)[3:6]}
    assert points == {"test-a": ["0.0", "3.0"], "test-b": ["2.0", "2.0"], "words": ["0.0", "4.0"]}


def test_tests_are_chosen_and_the_first_failure_may_end_the_run(course: Path) -> None:
    assert "1 passed, 8 deselected" in run(course, "--autograder", "submitted", "-k", "student-01 and test-a").stdout
    done = run(course, "--autograder", "submitted", "-x")
    assert "stopping after 1 failures" in done.stdout
    assert "1 failed, 2 passed, 1 skipped" in done.stdout


def test_workers_of_xdist_share_out_the_tests(course: Path) -> None:
    done = run(course, "--autograder", "submitted", "-n", "2", "--dist", "loadfile")
    assert "4 failed, 3 passed, 2 skipped" in done.stdout, done.stdout


def test_a_course_without_sources_is_told(course: Path) -> None:
    done = run(course, "--autograder", "--autograder-source", "nowhere", "submitted")
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "There are no source notebooks in" in done.stderr + done.stdout
