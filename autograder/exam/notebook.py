"""Notebooks as this grader sees them: cells with their nbgrader roles, outputs left behind.

A submission is a file that anybody may have made. So it is looked over once, in place, and then only those
fields are made into objects that are used; what else it holds costs no memory, however much it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Raw

from autograder.exam.crossing import marks
from autograder.exam.files import NotAFile, read_file
from autograder.exam.limits import Limits
from autograder.i18n import _

_NEWEST = 4
"""nbformat's newest major version."""

_MOST_POINTS = 1_000_000

# A person writes thousands, and pastes a picture into a text at times. Python's parser makes a gigabyte of a
# megabyte of code.
_MOST_CODE = 1_000_000
"""Bytes of one code cell, as JSON has them."""
_MOST_TEXT = 10_000_000
"""Bytes of all cells together."""

_MOST_MARKS = 1_000
"""Entries of JSON for each of the cells that may be: lines, settings, attachments."""

_MOST_SETTINGS = 10_000
"""Bytes of what an exercise sets, as JSON."""

_NULL = Raw(b"null")
_Object = TypeVar("_Object", bound=msgspec.Struct)


class UnreadableNotebook(ValueError):
    """A file that is no notebook that can be graded; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell and its role."""

    source: str
    code: bool = True
    grade_id: str = ""
    """nbgrader's name for it; empty for a cell that is none of nbgrader's."""
    graded: bool = False
    solution: bool = False
    locked: bool = False
    task: bool = False
    """A task of nbgrader's: the exercise's own text, to which a student may add."""
    points: float = 0.0
    position: int = 0
    """Which code cell of its notebook, counted from 1; 0 for other cells."""
    index: int = -1
    """Which cell of its notebook, counted from 0; -1 where it stands in none."""

    @property
    def is_test(self) -> bool:
        """An autograder-tests cell."""
        return self.code and self.graded and not self.solution

    @property
    def is_manual(self) -> bool:
        """A cell whose answer a person grades."""
        return self.graded and (self.solution or not self.code)


@dataclass(frozen=True, slots=True)
class Notebook:
    """The cells of a notebook, in order."""

    cells: tuple[Cell, ...]
    settings: bytes = b""
    """What its metadata hold under ``autograder``, as JSON: see :mod:`autograder.exam.exercise`."""

    @property
    def max_score(self) -> float:
        """Points of all graded cells."""
        return sum(cell.points for cell in self.cells if cell.graded)


def load(path: Path, limits: Limits | None = None, *, handed_in: bool = False) -> Notebook:
    """Reads a notebook of any format version; the file is never changed.

    Parameters
    ----------
    path, limits
        The file, and how much of it is read.
    handed_in
        Whether a student made the file. What it leads to could be anybody's, so a link is not followed then.

    Raises
    ------
    UnreadableNotebook
        If it cannot be read, is no ordinary file, is too large, is not JSON, or is not a notebook.
    """
    return parse(content_of(path, limits, handed_in=handed_in), limits)


def content_of(path: Path, limits: Limits | None = None, *, handed_in: bool = False) -> bytes:
    """The bytes of a notebook's file, as :func:`load` reads them."""
    limits = limits or Limits()
    try:
        content = read_file(path, limits.notebook_bytes, links=not handed_in)
        if content is None:
            raise UnreadableNotebook(
                _(
                    "The notebook is too large: {size:,} bytes, at most {limit:,} are read. Clear its outputs"
                    " (Edit ▸ Clear Outputs of All Cells) and hand it in again."
                ).format(size=path.stat().st_size, limit=limits.notebook_bytes)
            )
    except NotAFile as error:
        raise UnreadableNotebook(
            _("{path} is no ordinary file: hand in the notebook itself, and no folder or link.").format(path=path.name)
        ) from error
    except OSError as error:
        raise UnreadableNotebook(_("The file cannot be read: {error}").format(error=error.strerror)) from error
    return content


class _Tree(msgspec.Struct, frozen=True):
    nbformat: Raw = _NULL
    cells: Raw = _NULL
    metadata: Raw = _NULL
    worksheets: Raw = Raw(b"[]")
    """Of the formats 2 and 3; each has cells."""


class _Worksheet(msgspec.Struct, frozen=True):
    cells: Raw = _NULL


class _RawCell(msgspec.Struct, frozen=True):
    cell_type: Raw = _NULL
    metadata: Raw = _NULL
    source: Raw = _NULL
    input: Raw = _NULL
    """A code cell's source in the formats 2 and 3."""
    code: Raw = _NULL
    """A code cell's source in format 1."""
    text: Raw = _NULL
    """Another cell's source in format 1."""
    level: Raw = _NULL
    """Of a heading, in the formats 2 and 3."""


class _NotebookMetadata(msgspec.Struct, frozen=True):
    autograder: Raw = Raw()


class _Metadata(msgspec.Struct, frozen=True):
    nbgrader: Raw = _NULL


class _Role(msgspec.Struct, frozen=True):
    grade_id: Raw = _NULL
    grade: Raw = _NULL
    solution: Raw = _NULL
    locked: Raw = _NULL
    task: Raw = _NULL
    points: Raw = _NULL


class _Anything(msgspec.Struct, frozen=True, gc=False):
    """An object of JSON, of which nothing is kept: to count them costs a few bytes each."""


def parse(content: bytes, limits: Limits | None = None) -> Notebook:
    """Reads a notebook from the bytes of its file; see :func:`load`."""
    limits = limits or Limits()
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise UnreadableNotebook(_("The file is empty: save the notebook and hand it in again."))
    try:
        # Looks at every byte and makes nothing: what follows may leave out what it has no use for.
        whole = msgspec.json.decode(content, type=Raw)
        return _notebook(whole, limits)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableNotebook(
            _(
                "The file is not JSON ({error}), so it is no notebook: hand in the .ipynb file that Jupyter saves."
            ).format(error=error)
        ) from error


def without_outputs(content: bytes, limits: Limits | None = None) -> bytes:
    """A notebook of the newest format without the outputs of its cells, and any other as it is.

    Raises
    ------
    UnreadableNotebook
        If what is left has more entries than a notebook of so many cells needs.
    """
    limits = limits or Limits()
    content = content.removeprefix(b"\xef\xbb\xbf")
    tree = msgspec.json.decode(content, type=dict[str, Raw])
    if _scalar(tree["nbformat"]) == _NEWEST:
        cells = msgspec.json.decode(tree["cells"], type=list[dict[str, Raw]])
        bare = [{**cell, "outputs": Raw(b"[]")} if "outputs" in cell else cell for cell in cells]
        content = msgspec.json.encode({**tree, "cells": bare})
    found, most = marks(content), _MOST_MARKS * limits.cells
    if found > most:
        raise UnreadableNotebook(
            _("The notebook has {found:,} entries beside its outputs, at most {most:,} are read.").format(
                found=found, most=most
            )
        )
    return content


def _notebook(whole: Raw, limits: Limits) -> Notebook:
    tree = _fields(whole, _Tree)
    version = _scalar(tree.nbformat)
    # JSON's true is a whole number to Python.
    if type(version) is not int:
        raise UnreadableNotebook(
            _("The file is JSON, but no notebook: it has no nbformat. Hand in the .ipynb file that Jupyter saves.")
        )
    if version not in range(1, _NEWEST + 1):
        raise UnreadableNotebook(
            _("The notebook's format is {found}; formats 1 to {newest} are read. Save it with JupyterLab.").format(
                found=version, newest=_NEWEST
            )
        )
    read = []
    left = _MOST_TEXT
    position = 0
    for index, cell in enumerate(_cells_of(tree, version, limits)):
        kind = _scalar(cell.cell_type)
        code = kind == "code"
        position += code
        written = _written(cell, code, version)
        size = len(memoryview(written))
        left -= size
        if left < 0 or (code and size > _MOST_CODE):
            raise UnreadableNotebook(
                _(
                    "Cell {number} is too long: at most {code:,} bytes are read of a cell of code, and {text:,} of all"
                    " cells. Remove data and pictures that were pasted into it."
                ).format(number=index + 1, code=_MOST_CODE, text=_MOST_TEXT)
            )
        source = _lines(written)
        if kind == "heading" and version < _NEWEST:
            source = _heading(source, _scalar(cell.level))
        read.append(_cell(cell, source, code, position if code else 0, index))
    settings = bytes(_fields(tree.metadata, _NotebookMetadata).autograder)
    return Notebook(tuple(read), settings if len(settings) <= _MOST_SETTINGS else b"")


def _cells_of(tree: _Tree, version: int, limits: Limits) -> list[_RawCell]:
    """The cells, of all worksheets where there are any; they are counted before any is made."""
    try:
        lists = [tree.cells]
        if version in (2, 3):
            if _count(tree.worksheets) > limits.cells:
                raise ValueError("it has more worksheets than cells are read")
            lists = [sheet.cells for sheet in msgspec.json.decode(tree.worksheets, type=list[_Worksheet])]
        found = sum(map(_count, lists))
    except ValueError as error:
        raise UnreadableNotebook(
            _("The notebook is damaged and cannot be read: {error}. Open it in JupyterLab and save it again.").format(
                error=str(error)[:200]
            )
        ) from error
    if found > limits.cells:
        raise UnreadableNotebook(
            _("The notebook has {found:,} cells, at most {limit:,} are read.").format(found=found, limit=limits.cells)
        )
    return [cell for raw in lists for cell in msgspec.json.decode(raw, type=list[_RawCell])]


def _count(raw: Raw) -> int:
    return len(msgspec.json.decode(raw, type=list[_Anything]))


def _written(cell: _RawCell, code: bool, version: int) -> Raw:
    """The field that holds what a person wrote."""
    if version == 1:
        return cell.code if code else cell.text
    return cell.input if code and version < _NEWEST else cell.source


def _heading(text: str, level: object) -> str:
    """What the formats before 4 had a kind of cell for, as the Markdown that nbformat makes of it."""
    depth = min(max(level, 1), 6) if type(level) is int else 1
    return f"{'#' * depth} {' '.join(text.splitlines())}"


def _cell(cell: _RawCell, source: str, code: bool, position: int, index: int) -> Cell:
    role = _fields(_fields(cell.metadata, _Metadata).nbgrader, _Role)
    grade_id, task = _scalar(role.grade_id), _scalar(role.task) is True
    return Cell(
        source=source,
        code=code,
        grade_id=grade_id[:200] if isinstance(grade_id, str) else "",
        graded=_scalar(role.grade) is True or task,
        solution=_scalar(role.solution) is True or task,
        locked=_scalar(role.locked) is True,
        task=task,
        points=_points(_scalar(role.points)),
        position=position,
        index=index,
    )


def _fields(raw: Raw, of: type[_Object]) -> _Object:
    """An object's fields; what is no object has none."""
    return msgspec.json.decode(raw, type=of) if _first(raw) == b"{" else of()


def _scalar(raw: Raw) -> bool | int | float | str | None:
    """A field's value; ``None`` for a list or an object, of which none stands where a field is read."""
    return None if _first(raw) in (b"[", b"{") else msgspec.json.decode(raw)


def _lines(raw: Raw) -> str:
    """A text, which may be given line by line; what is neither is empty."""
    if _first(raw) == b"[":
        try:
            return "".join(msgspec.json.decode(raw, type=list[str]))
        except msgspec.ValidationError:
            return ""
    text = _scalar(raw)
    return text if isinstance(text, str) else ""


def _first(raw: Raw) -> bytes:
    return bytes(memoryview(raw)[:1])


def _points(points: bool | float | str | None) -> float:
    if isinstance(points, bool) or not isinstance(points, int | float):
        return 0.0
    # A whole number of four hundred digits is JSON, but no float.
    return float(min(max(points, 0), _MOST_POINTS))
