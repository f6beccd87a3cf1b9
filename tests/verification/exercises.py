"""Small exercises to verify: one that tests well, and what makes it weak."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

SETUP = "from autograder import Answer, Calls, grade"
SOLUTION = "def double(x):\n    return x * 2\n\n\nanswer = 21 * 2"
TEST = """\
def right(x):
    return x + x


right.__name__ = "double"
cases = [(2,), (3,)]
### BEGIN HIDDEN TESTS
cases = [(2,), (3,), (0,), (7,), (-4,)]
### END HIDDEN TESTS
grade(double, Calls(right, cases, about="Twice", points=1)) + grade(answer, Answer(42, about="The answer", points=1))
"""


def source(test: str = TEST, solution: str = SOLUTION) -> Any:
    """A source notebook of a setup cell, a solution cell and a test cell of two points."""
    cells = [_cell(SETUP, "setup", locked=True), _cell(solution, "work", solution=True)]
    cells.append(_cell(test, "test-work", grade=True, locked=True, points=2))
    notebook = nbformat.v4.new_notebook(cells=cells)
    for cell in notebook.cells:
        cell.id = cell.metadata.nbgrader.grade_id
    return notebook


def written(notebook: Any, folder: Path, name: str = "tiny") -> Path:
    """The notebook as the source of an assignment."""
    path = folder / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def _cell(text: str, grade_id: str, **role: Any) -> Any:
    told = {"grade": False, "solution": False, "locked": False, "points": 0, **role}
    return nbformat.v4.new_code_cell(text, metadata={"nbgrader": {"schema_version": 3, "grade_id": grade_id, **told}})
