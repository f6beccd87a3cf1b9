"""One exercise's test cells, asked about answers in this process: fast, and with no kernel.

The whole way through kernel, wall and gradebook is tested elsewhere; this is for trying many answers.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import matplotlib.pyplot as plt

from autograder.exam.judging import Kept, examine
from autograder.exam.names import ownership, python_of
from autograder.exam.notebook import Cell, Notebook, load
from autograder.report import Outcome, score_of

ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def source_of(assignment: str) -> Notebook:
    """The source notebook."""
    return load(ROOT / "solutions" / assignment / f"{assignment}.ipynb")


def reference(assignment: str, *grade_ids: str, **names: Any) -> dict[str, Any]:
    """What the reference solution's cells of these names make, run after the instructor's cells."""
    made = dict(_instructors_names(assignment)) | names
    for cell in source_of(assignment).cells:
        if cell.grade_id in grade_ids:
            exec(compile(python_of(cell.source), f"<{cell.grade_id}>", "exec"), made)
    return made


def judged(assignment: str, grade_id: str, student: str = "student-01", **answers: Any) -> tuple[Outcome, ...]:
    """What a test cell says of a student's ``answers``, given by name.

    Test cells before it are asked first where their answers are given too, for what they define.
    """
    cells = source_of(assignment).cells
    asked = ownership(cells).asked
    kept = Kept(dict(_instructors_names(assignment)))
    # What the exercise draws stays in memory until it is closed.
    plt.close("all")
    with mock.patch.dict(os.environ, {"AUTOGRADER_STUDENT": student}):
        for cell in cells:
            if not cell.is_test or (cell.grade_id != grade_id and not set(asked[cell.grade_id]) <= set(answers)):
                continue
            outcomes = examine(cell.source, cell.grade_id, cell.points, {**kept.names, **answers}, kept)
            if cell.grade_id == grade_id:
                return outcomes
    raise LookupError(f"{assignment} has no test cell {grade_id!r}")


def score(outcomes: tuple[Outcome, ...]) -> float:
    """Points earned."""
    return score_of(outcomes)


def messages(outcomes: tuple[Outcome, ...]) -> str:
    """All that is said, as one text."""
    return "\n".join(part for outcome in outcomes for part in (outcome.message, outcome.hint) if part)


def cell_of(assignment: str, grade_id: str) -> Cell:
    """A cell of the source notebook."""
    return next(cell for cell in source_of(assignment).cells if cell.grade_id == grade_id)


@cache
def _instructors_names(assignment: str) -> Mapping[str, Any]:
    cells = source_of(assignment).cells
    own = ownership(cells).instructor_cells
    names: dict[str, Any] = {"__name__": "__main__", "display": lambda *_values, **_options: None}
    for index, cell in enumerate(cells):
        if index in own:
            exec(compile(python_of(cell.source), f"<cell {index}>", "exec"), names)
    return names
