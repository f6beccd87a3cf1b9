"""Answers that must pass, or must not: a corpus of Python files in Jupytext's percent format.

``<corpus>/<assignment>/accept/<name>.py`` is a right answer and ``reject/<name>.py`` a wrong one. What stands before
the first ``# %%`` is a comment that says what the answer is. A cell begins with ``# %% <grade_id>``, which fills that
solution cell; a solution cell that is not named is as in the source notebook. ``# %% +before <grade_id>`` and
``# %% +after <grade_id>`` are cells of the student's own, next to that cell. A wrong answer says what must refuse it::

    # The second Dropout layer is missing.
    # /// reject
    # cell = "test-network"
    # check = "Layers"
    # message = ["Dropout", "missing"]
    # ///
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from autograder.exam.notebook import Notebook
from autograder.i18n import _

_HEADER = re.compile(r"^# %%[ \t]*(.*?)[ \t]*$", re.MULTILINE)
_BLOCK = re.compile(r"^# /// reject\n(.*?)^# ///[ \t]*$\n?", re.MULTILINE | re.DOTALL)
_OWN = re.compile(r"\+(before|after) +(\S+)")


class UnusableAnswer(ValueError):
    """A file of the corpus that cannot be used; the message names it and says what to mend."""


class Rejection(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What must refuse a wrong answer."""

    cell: str
    """``grade_id`` of the test cell that must not give full marks."""
    check: str = ""
    """Class of the check that must not pass; empty for plain assertions."""
    message: list[str] = []
    """Words that the first message about it must have, in upper or lower case."""


@dataclass(frozen=True, slots=True)
class OwnCell:
    """A cell that the student has added."""

    side: Literal["before", "after"]
    grade_id: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenAnswer:
    """One file of the corpus."""

    path: Path
    about: str
    """What the answer is, in a sentence."""
    cells: Mapping[str, str]
    """Solution cells by ``grade_id``."""
    own: tuple[OwnCell, ...] = ()
    rejection: Rejection | None = None
    """``None`` for a right answer."""

    @property
    def name(self) -> str:
        """``accept/second-dropout-after-first``."""
        return f"{self.path.parent.name}/{self.path.stem}"


def answers_in(corpus: Path, assignment: str, source: Notebook) -> list[WrittenAnswer]:
    """The answers to an assignment, right ones first; none where there is no folder for it.

    Raises
    ------
    UnusableAnswer
        If a file is not of the format, or names a cell that the source notebook does not have.
    """
    files = [path for kind in ("accept", "reject") for path in sorted((corpus / assignment / kind).glob("*.py"))]
    answers = [read_answer(path) for path in files]
    for answer in answers:
        _check_names(answer, source)
    return answers


def read_answer(path: Path) -> WrittenAnswer:
    """Reads one file of the corpus.

    Raises
    ------
    UnusableAnswer
        If it is not of the format.
    """
    text = path.read_text("utf-8")
    head, *rest = _HEADER.split(text)
    block = _BLOCK.search(head)
    about = " ".join(line.lstrip("#").strip() for line in _BLOCK.sub("", head).splitlines()).strip()
    if not about:
        raise _unusable(path, _("it does not begin with a comment that says what the answer is"))
    wrong = path.parent.name == "reject"
    if wrong != (block is not None):
        raise _unusable(
            path,
            _("a wrong answer needs a block “# /// reject”")
            if wrong
            else _("a block “# /// reject” belongs to answers in the folder reject"),
        )
    cells: dict[str, str] = {}
    own: list[OwnCell] = []
    for title, source in zip(rest[::2], rest[1::2], strict=True):
        source = source.strip("\n")
        added = _OWN.fullmatch(title)
        if added is not None:
            own.append(OwnCell("before" if added[1] == "before" else "after", added[2], source))
        elif not title or title.startswith("+") or title in cells:
            raise _unusable(path, _("“# %% {title}” names no cell, or one that was there already").format(title=title))
        else:
            cells[title] = source
    if not rest:
        raise _unusable(path, _("it has no cell: begin one with “# %% <grade_id>”"))
    rejection = None if block is None else _rejection(path, block[1])
    return WrittenAnswer(path=path, about=about, cells=cells, own=tuple(own), rejection=rejection)


def reference(source: Path) -> WrittenAnswer:
    """The exercise's own solution as an answer: it must get full marks."""
    return WrittenAnswer(path=source.parent / "accept" / "reference", about=_("The exercise's own solution."), cells={})


def handed_in(answer: WrittenAnswer, source: bytes, wanted: Container[int] | None = None) -> bytes:
    """The notebook in which a student hands the answer in, made of the source notebook.

    Of a wrong answer it ends with the test cell that must refuse it: no later cell has a part in that verdict.
    ``wanted`` are the code cells that stay, by index, where a student has removed the others; tests come back anyway.
    """
    notebook: dict[str, Any] = json.loads(source)
    cells = []
    for index, cell in enumerate(notebook["cells"]):
        grade_id = _grade_id(cell)
        if wanted is not None and index not in wanted and (cell["cell_type"] == "code" or not grade_id):
            continue
        added = {side: [one for one in answer.own if (one.side, one.grade_id) == (side, grade_id)] for side in _SIDES}
        if grade_id in answer.cells:
            cell = {**cell, "source": answer.cells[grade_id]}
        cells += [*map(_code_cell, added["before"]), cell, *map(_code_cell, added["after"])]
        if answer.rejection is not None and grade_id == answer.rejection.cell:
            break
    return json.dumps({**notebook, "cells": cells}).encode()


_SIDES = ("before", "after")


def _grade_id(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _code_cell(own: OwnCell) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": own.source}


def _rejection(path: Path, block: str) -> Rejection:
    try:
        lines = [line.removeprefix("#").removeprefix(" ") for line in block.splitlines()]
        return msgspec.convert(tomllib.loads("\n".join(lines)), Rejection)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _unusable(path, _("its block “# /// reject” cannot be read: {error}").format(error=error)) from error


def _check_names(answer: WrittenAnswer, source: Notebook) -> None:
    for names, known, kind in _named(answer, source):
        unknown = sorted(set(names) - set(known))
        if unknown:
            raise _unusable(
                answer.path,
                _("there is no {kind} {unknown}: expected one of {known}").format(
                    kind=kind, unknown=", ".join(unknown), known=", ".join(known)
                ),
            )


def _named(answer: WrittenAnswer, source: Notebook) -> Iterator[tuple[list[str], list[str], str]]:
    every = [cell.grade_id for cell in source.cells if cell.grade_id]
    yield list(answer.cells), [cell.grade_id for cell in source.cells if cell.solution], _("solution cell")
    yield [own.grade_id for own in answer.own], every, _("cell")
    if answer.rejection is not None:
        yield [answer.rejection.cell], [cell.grade_id for cell in source.cells if cell.is_test], _("test cell")


def _unusable(path: Path, problem: str) -> UnusableAnswer:
    return UnusableAnswer(_("{path} cannot be used: {problem}.").format(path=path, problem=problem))
