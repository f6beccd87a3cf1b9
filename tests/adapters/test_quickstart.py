"""An exercise that no one here wrote, nbgrader's own: it grades behind the wall as it does without it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import nbgrader
import pytest

from tests.adapters.course import Grade, Nbgrader, comments, grades, preformatted, sqlite

pytestmark = pytest.mark.course

SUBMITTED = Path(nbgrader.__file__).parent / "docs" / "source" / "user_guide" / "submitted"
STUDENTS = ("bitdiddle", "hacker")


class Graded:
    """The course, graded twice."""

    def __init__(self, plain: Path, walled: Path) -> None:
        self.plain = grades(sqlite(plain), "ps1")
        self.walled = grades(sqlite(walled), "ps1")
        self.comments = {student: comments(sqlite(walled), "ps1", student) for student in self.walled}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    missing = [student for student in STUDENTS if not (SUBMITTED / student / "ps1").is_dir()]
    if missing:
        pytest.skip(f"nbgrader {nbgrader.__version__} does not ship the submissions of {missing} in {SUBMITTED}")
    folder = tmp_path_factory.mktemp("quickstart")
    plain, walled = folder / "plain", folder / "walled"
    with Nbgrader(folder / "home") as run:
        run(folder, "quickstart", "plain")
        for student in STUDENTS:
            shutil.copytree(SUBMITTED / student, plain / "submitted" / student)
        # A third one hands in the solutions, as they stand in the source.
        shutil.copytree(plain / "source" / "ps1", plain / "submitted" / "student-01" / "ps1")
        run(plain, "generate_assignment", "ps1")
        shutil.copytree(plain, walled)
        config = walled / "nbgrader_config.py"
        ours = "from autograder.adapters.nbgrader import configure; configure(c)\n"
        config.write_text(f"{config.read_text()}\n{ours}")
        for course in (plain, walled):
            # The shipped notebooks have no metadata's version that this nbgrader reads.
            run(course, "autograde", "ps1")
        yield Graded(plain, walled)


def test_every_grade_behind_the_wall_is_the_one_that_plain_nbgrader_gives(graded: Graded) -> None:
    def given(found: dict[str, dict[str, Grade]]) -> dict[str, dict[str, tuple[float | None, float, bool]]]:
        return {student: {name: one.given for name, one in cells.items()} for student, cells in found.items()}

    assert given(graded.walled) == given(graded.plain)
    assert {student: len(cells) for student, cells in graded.plain.items()} == dict.fromkeys(
        ("bitdiddle", "hacker", "student-01"), 9
    )


def test_the_sources_own_solutions_get_every_point_that_no_person_gives(graded: Graded) -> None:
    lost = {
        name: one
        for name, one in graded.walled["student-01"].items()
        if not one.needs_manual_grade and one.auto_score != one.max_score
    }
    assert lost == {}


def test_a_wrong_answer_to_a_plain_assertion_is_told_which_assertion_does_not_hold(graded: Graded) -> None:
    assert graded.comments["bitdiddle"] == {
        "problem1/squares": preformatted(
            "correct_squares",
            "✗ The instructor's test: wrong (0 of 1)",
            "    This does not hold: squares(1) == [1]",
            "0 of 1 points",
        ),
        "problem1/sum_of_squares": preformatted(
            "correct_sum_of_squares",
            "✗ The instructor's test: wrong (0 of 0.5)",
            "    This does not hold: sum_of_squares(1) == 1",
            "0 of 0.5 points",
        ),
        "problem1/sum_of_squares_equation": None,
        "problem1/sum_of_squares_application": "No response.",
        "problem1/cell-938593c4a215c6cc": None,
        "problem2/part-a": None,
        "problem2/part-b": None,
    }


def test_right_answers_have_no_comment(graded: Graded) -> None:
    assert set(graded.comments["hacker"].values()) == {None}
