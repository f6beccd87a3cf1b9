"""The six reference solutions score full marks through nbgrader, with its own commands and gradebook."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.exam.notebook import load
from tests.test_assignments import ASSIGNMENTS, ROOT

BINARIES = Path(sys.executable).parent


def nbgrader(course: Path, *arguments: str, **settings: str) -> str:
    """What a command says; it must succeed."""
    done = subprocess.run(
        [BINARIES / "nbgrader", *arguments],
        cwd=course,
        env={**os.environ, **settings, "PATH": f"{BINARIES}{os.pathsep}{os.environ['PATH']}", "HOME": str(course)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.long
@pytest.mark.parametrize("images", [10_000, 60_000])
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
@pytest.mark.filterwarnings("default")
def test_the_reference_scores_full_marks(assignment: str, images: int, tmp_path: Path) -> None:
    from nbgrader.api import Gradebook

    data = os.environ.get("AUTOGRADER_DATA", "")
    if images == 60_000 and not data:
        pytest.skip("name the folder of the full data sets: make test-long AUTOGRADER_DATA=/path/to/them")
    settings = {"AUTOGRADER_DATA": data if images == 60_000 else ""}
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "solutions" / assignment, tmp_path / "solutions" / assignment)
    shutil.copytree(ROOT / "solutions" / assignment, tmp_path / "submitted" / "student-01" / assignment)
    nbgrader(tmp_path, "generate_assignment", assignment)
    said = nbgrader(tmp_path, "autograde", assignment, **settings)
    assert "was changed" not in said
    assert "ERROR" not in said
    source = load(ROOT / "solutions" / assignment / f"{assignment}.ipynb")
    with Gradebook(f"sqlite:///{tmp_path}/gradebook.db") as gradebook:
        (notebook,) = gradebook.find_submission(assignment, "student-01").notebooks
        scores = {grade.name: (grade.auto_score, grade.max_score) for grade in notebook.grades}
        assert scores == {
            cell.grade_id: (cell.points if cell.is_test else None, cell.points) for cell in source.cells if cell.graded
        }
        assert {grade.name for grade in notebook.grades if grade.needs_manual_grade} == {
            cell.grade_id for cell in source.cells if cell.is_manual
        }
        assert [comment.comment for comment in notebook.comments if comment.comment] == []
        for grade in notebook.grades:
            if grade.needs_manual_grade:
                grade.manual_score = grade.max_score
        gradebook.db.commit()
        assert gradebook.find_submission(assignment, "student-01").score == source.max_score
