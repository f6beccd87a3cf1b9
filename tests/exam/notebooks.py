"""Small notebooks for the tests: cells with nbgrader's metadata, and submissions that answer them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.exam.notebook import Notebook, parse

HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS\n?", re.DOTALL)


def code(source: str, **nbgrader: Any) -> Any:
    cell = new_code_cell(dedent(source).strip())
    if nbgrader:
        role = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        cell.metadata["nbgrader"] = {**role, **nbgrader}
    return cell


def locked(grade_id: str, source: str) -> Any:
    return code(source, grade_id=grade_id, locked=True)


def solution(grade_id: str, source: str) -> Any:
    return code(source, grade_id=grade_id, solution=True)


def test(grade_id: str, points: float, source: str) -> Any:
    return code(source, grade_id=grade_id, grade=True, locked=True, points=points)


test.__test__ = False  # type: ignore[attr-defined]


def written(grade_id: str, points: float, text: str) -> Any:
    """An answer in words, which a person grades."""
    cell = new_markdown_cell(text)
    cell.metadata["nbgrader"] = {"grade_id": grade_id, "grade": True, "solution": True, "points": points}
    return cell


def notebook(*cells: Any) -> Any:
    return new_notebook(cells=list(cells))


def answered(source: Any, answers: Mapping[str, str] | None = None, *more: Any) -> Any:
    """A submission: the release version of ``source``, with these texts in its solution cells, and more cells."""
    cells = []
    for cell in source.cells:
        copy = nbformat.from_dict(cell)
        role = cell.metadata.get("nbgrader", {})
        if role.get("solution"):
            copy.source = dedent((answers or {}).get(role["grade_id"], cell.source)).strip()
        copy.source = HIDDEN.sub("", copy.source)
        cells.append(copy)
    return notebook(*cells, *more)


def as_bytes(tree: Any) -> bytes:
    # nbformat's own writer mends what a test means to be wrong.
    return json.dumps(tree).encode()


def read(tree: Any) -> Notebook:
    return parse(as_bytes(tree))


def write(tree: Any, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_bytes(tree))
    return path
