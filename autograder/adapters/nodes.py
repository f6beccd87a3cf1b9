"""An exam as the nodes of a notebook that nbgrader stores: cells, scores and notices, and nothing of a student's that
could do harm there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograder.exam.notebook import Cell, Notebook, parse
from autograder.feedback import one_line, outcomes_html, safe
from autograder.feedback.images import IMAGES, image
from autograder.report import CellReport


def verdict_of(report: CellReport, count: int) -> NotebookNode:
    """A test cell's output, from which nbgrader reads the score."""
    data = {"text/plain": repr(report.score), "text/html": outcomes_html(report.outcomes)}
    return new_output("execute_result", data=data, execution_count=count)


def read(nb: NotebookNode) -> Notebook:
    """A notebook of nbgrader's, read as every submission is."""
    return parse(nbformat.writes(nb, version=nbformat.NO_CONVERT).encode("utf-8", "replace"))


def as_node(cell: Cell, roles: Mapping[str, NotebookNode], submission: NotebookNode) -> NotebookNode:
    """A cell of the exam as nbgrader stores it. Of a student's cell only the text and its pictures are kept."""
    known = roles.get(cell.grade_id)
    metadata = {"nbgrader": dict(known.metadata.nbgrader)} if known is not None else {}
    if cell.code:
        return new_code_cell(cell.source, metadata=metadata)
    node = new_markdown_cell(cell.source, metadata=metadata)
    theirs = submission.cells[cell.index] if cell.index >= 0 and (known is None or cell.solution) else {}
    if theirs.get("cell_type") == "raw":
        node.source = preformatted(cell.source)
    attachments = _attachments(theirs.get("attachments"))
    if attachments:
        node.attachments = attachments
    return node


def _attachments(given: Any) -> dict[str, dict[str, str]]:
    if not isinstance(given, Mapping):
        return {}
    found = {
        str(name): {mime: kept for mime in IMAGES if (kept := image(kinds.get(mime), mime)) is not None}
        for name, kinds in given.items()
        if isinstance(kinds, Mapping)
    }
    return {name: kinds for name, kinds in found.items() if kinds}


def notes(notices: Iterable[str]) -> list[NotebookNode]:
    """A cell that tells whoever reads the graded notebook what had to be put right."""
    text = "\n".join(f"! {one_line(notice)}" for notice in notices)
    return [new_markdown_cell(preformatted(text))] if text else []


def preformatted(text: str) -> str:
    """Markdown that shows ``text`` as it stands."""
    return "\n".join(f"    {line}" for line in safe(text).splitlines())
