"""The exam that a submission sits: the source's cells, with the student's text in the solution cells.

Test cells and locked cells come from the source notebook, by ``grade_id``; points, roles and order do
too. A student's own extra cells run where the student put them, after the known cell they follow.
Whatever was missing, doubled, moved or changed is put right and told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.exam.notebook import Cell, Notebook
from autograder.i18n import _

_HIDDEN = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS.*?^[ \t]*### END HIDDEN TESTS[^\n]*\n?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Exam:
    """Cells in the order in which they are run, and what had to be put right."""

    cells: tuple[Cell, ...]
    """A solution cell has the student's text, every other known cell the source's; a cell without
    ``grade_id`` is the student's own, or one of the source's that the student kept. The ``index`` of a solution
    cell and of one's own is that in the submission."""
    notices: tuple[str, ...] = ()


class WrongAssignment(ValueError):
    """The submission has none of the source's cells."""


def merge(source: Notebook, submission: Notebook) -> Exam:
    """Fills the source's solution cells with the student's text.

    Raises
    ------
    WrongAssignment
        If the submission has none of the cells that the source names.
    """
    known = {cell.grade_id: cell for cell in source.cells if cell.grade_id}
    firsts, groups, doubled = _grouped(submission.cells, known)
    if known and not firsts:
        raise WrongAssignment(
            _(
                "The notebook has none of this assignment's cells: it is another notebook, or its cells were copied"
                " into a new one. Copy the answers into the notebook that was handed out."
            )
        )
    cells: list[Cell] = list(groups.get("", ()))
    for cell in source.cells:
        # A cell that is none of nbgrader's is the student's to keep or change: their copy of it runs.
        if cell.grade_id:
            cells.append(_filled(cell, firsts.get(cell.grade_id)))
            cells.extend(groups.get(cell.grade_id, ()))
    return Exam(tuple(cells), tuple(_notices(source.cells, firsts, doubled)))


def _grouped(cells: Sequence[Cell], known: dict[str, Cell]) -> tuple[dict[str, Cell], dict[str, list[Cell]], list[str]]:
    """The first cell of each known name, the student's own cells by the known cell they follow, and the
    names that came again.
    """
    firsts: dict[str, Cell] = {}
    groups: dict[str, list[Cell]] = {}
    doubled: list[str] = []
    last = ""
    for cell in cells:
        if cell.grade_id in known:
            if cell.grade_id not in firsts:
                firsts[cell.grade_id] = cell
                last = cell.grade_id
                continue
            doubled.append(cell.grade_id)
            if not known[cell.grade_id].solution:
                continue
        # A copy of a solution cell runs where it stands, as it did for the student.
        if cell.source.strip():
            own = Cell(source=cell.source, code=cell.code, position=cell.position, index=cell.index)
            groups.setdefault(last, []).append(own)
    return firsts, groups, doubled


def _filled(cell: Cell, found: Cell | None) -> Cell:
    if not cell.solution:
        return cell
    if found is None and cell.task:
        return cell
    if found is None:
        return replace(cell, source="", position=0, index=-1)
    return replace(cell, source=found.source, position=found.position, index=found.index)


def _notices(source: Sequence[Cell], firsts: dict[str, Cell], doubled: Sequence[str]) -> list[str]:
    notices = []
    for cell in source:
        if not cell.grade_id:
            continue
        found = firsts.get(cell.grade_id)
        if found is None:
            notices.append(
                _("The solution cell “{name}” is missing: it counts as empty.").format(name=cell.grade_id)
                if cell.solution and not cell.task
                else _("The cell “{name}” was missing and was put back.").format(name=cell.grade_id)
            )
        elif not cell.solution and not _same_text(cell, found):
            notices.append(_("The cell “{name}” was changed; the original was used.").format(name=cell.grade_id))
    notices.extend(
        _("The cell “{name}” is there more than once; the first one counts.").format(name=name)
        for name in dict.fromkeys(doubled)
    )
    if list(firsts) != [cell.grade_id for cell in source if cell.grade_id in firsts]:
        notices.append(_("Cells were moved; they were run in the original order."))
    return notices


def without_hidden_tests(source: str) -> str:
    """A test cell as it is handed out."""
    return _HIDDEN.sub("", source)


def _same_text(source: Cell, found: Cell) -> bool:
    """Whether a locked cell is as it was handed out, with or without its hidden tests."""
    return _squeezed(found.source) in (_squeezed(source.source), _squeezed(without_hidden_tests(source.source)))


def _squeezed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
