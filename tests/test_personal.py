"""Numbers that vary with the student."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import autograder
from autograder.grading import Refusal
from autograder.personal import Personal, student_name

GOLDEN = [220, 91, 334]
GOLDEN_CHINESE = 918
NAMES = [f"student-{number:03}" for number in range(2_000)]


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUTOGRADER_STUDENT", "NBGRADER_EXECUTION", "JUPYTERHUB_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: "jovyan")


# --- who --------------------------------------------------------------------------------------------------


def test_the_name_that_a_submission_is_filed_under_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "hub")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setenv("AUTOGRADER_STUDENT", "student-01")
    assert student_name("student-02") == "student-01"


def test_under_plain_nbgrader_the_folder_names_the_student(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "autograded" / "Student-01" / "04-cnn-shapes"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert student_name("student-02") == "student-02"
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert student_name("student-02") == "student-02"
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert student_name("student-02") == "student-01"
    # Our own grader works elsewhere, and says when it knows no name.
    monkeypatch.setenv("AUTOGRADER_STUDENT", "")
    assert student_name("student-02") == "student-02"


def test_a_folder_that_is_gone_names_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    folder.rmdir()
    assert student_name("student-02") == "student-02"
    monkeypatch.chdir(tmp_path)


def test_what_is_written_comes_before_the_hub_and_the_hub_before_the_login(monkeypatch: pytest.MonkeyPatch) -> None:
    assert student_name() == "jovyan"
    monkeypatch.setenv("JUPYTERHUB_USER", "hub")
    assert student_name() == "hub"
    assert student_name("student-02") == "student-02"


@pytest.mark.parametrize("written", ["", " \n", ..., None, 7, ["a"], b"a", Refusal("my_name", "it is not defined")])
def test_what_is_no_text_counts_as_nothing(written: object, monkeypatch: pytest.MonkeyPatch) -> None:
    assert student_name(written) == "jovyan"
    monkeypatch.setenv("AUTOGRADER_STUDENT", " ")
    assert student_name(written) == "jovyan"


def test_a_user_without_a_name_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("getpwuid(): uid not found: 4242")

    monkeypatch.setattr("getpass.getuser", unknown)
    assert student_name() == ""


@pytest.mark.parametrize("written", [" Student-01 ", "STUDENT-01", "student-01\n"])
def test_case_and_blanks_around_it_make_no_other_name(written: str) -> None:
    assert student_name(written) == "student-01"
    assert Personal("a", written) == Personal("a", "student-01")


def test_one_letter_written_as_two_characters_is_the_same_name() -> None:
    assert student_name("Re\u0301mi") == student_name("r\u00e9mi")
    assert student_name("王小明") == "王小明"


# --- what -------------------------------------------------------------------------------------------------


def test_the_draws_of_a_name_never_change() -> None:
    # Written down once: other numbers here would be other exercises for students who have begun.
    mine = Personal("04-cnn-shapes", "student-01")
    assert [mine.one_of(draw, range(1_000)) for draw in ("filters", "kernel", "size")] == GOLDEN
    assert Personal("04-cnn-shapes", "王小明").one_of("filters", range(1_000)) == GOLDEN_CHINESE


def test_another_process_with_another_hash_seed_draws_the_same() -> None:
    program = (
        "from autograder.personal import Personal;"
        "print(Personal('04-cnn-shapes', 'student-01').one_of('filters', range(1000)))"
    )
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
        assert int(done.stdout) == GOLDEN[0]


def test_name_assignment_and_draw_each_make_other_numbers() -> None:
    many = range(10**9)
    drawn = [
        Personal(assignment, name).one_of(draw, many)
        for assignment in ("a", "ab")
        for name in ("b", "c")
        for draw in ("x", "bx")
    ]
    assert len(set(drawn)) == len(drawn)


def test_each_choice_is_about_as_likely_and_draws_are_independent() -> None:
    pairs = Counter((Personal("a", name).one_of("x", "abc"), Personal("a", name).one_of("y", "abcd")) for name in NAMES)
    assert len(pairs) == 12
    assert all(110 < count < 230 for count in pairs.values())


def test_a_choice_may_be_anything() -> None:
    assert Personal("a", "b").one_of("x", [None]) is None
    assert Personal("a", "\ud800").one_of("x", range(3)) in range(3)
    with pytest.raises(ValueError, match="the draw 'x' has no choices"):
        Personal("a", "b").one_of("x", [])


def test_a_name_that_is_no_text_is_the_empty_name() -> None:
    assert Personal("a", ...).name == ""  # type: ignore[arg-type]
    assert Personal("a", Refusal("my_name", "it is not defined")).name == ""  # type: ignore[arg-type]


def test_both_are_offered_by_the_package() -> None:
    assert (autograder.Personal, autograder.student_name) == (Personal, student_name)
