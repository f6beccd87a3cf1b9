"""Notebooks as this grader sees them: cells with their nbgrader roles, outputs left behind."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import nbformat

from autograder.exam.limits import Limits
from autograder.i18n import _

_MOST_POINTS = 1_000_000


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

    @property
    def max_score(self) -> float:
        """Points of all graded cells."""
        return sum(cell.points for cell in self.cells if cell.graded)


def load(path: Path, limits: Limits | None = None) -> Notebook:
    """Reads a notebook of any format version; the file is never changed.

    Raises
    ------
    UnreadableNotebook
        If it cannot be read, is too large, is not JSON, or is not a notebook.
    """
    limits = limits or Limits()
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise UnreadableNotebook(_("{path} is not a file.").format(path=path.name))
        if size > limits.notebook_bytes:
            raise UnreadableNotebook(
                _(
                    "The notebook is too large: {size:,} bytes, at most {limit:,} are read. Clear its outputs"
                    " (Edit ▸ Clear Outputs of All Cells) and hand it in again."
                ).format(size=size, limit=limits.notebook_bytes)
            )
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableNotebook(_("The file cannot be read: {error}").format(error=error.strerror)) from error
    return parse(content, limits)


def parse(content: bytes, limits: Limits | None = None) -> Notebook:
    """Reads a notebook from the bytes of its file; see :func:`load`."""
    limits = limits or Limits()
    content = content.removeprefix(b"\xef\xbb\xbf")
    if not content.strip():
        raise UnreadableNotebook(_("The file is empty: save the notebook and hand it in again."))
    try:
        tree = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableNotebook(
            _(
                "The file is not JSON ({error}), so it is no notebook: hand in the .ipynb file that Jupyter saves."
            ).format(error=error)
        ) from error
    # JSON's true is a whole number to Python.
    if not isinstance(tree, dict) or type(tree.get("nbformat")) is not int:
        raise UnreadableNotebook(
            _("The file is JSON, but no notebook: it has no nbformat. Hand in the .ipynb file that Jupyter saves.")
        )
    cells = _cells_of(tree)
    if len(cells) > limits.cells:
        raise UnreadableNotebook(
            _("The notebook has {found:,} cells, at most {limit:,} are read.").format(
                found=len(cells), limit=limits.cells
            )
        )
    read = []
    position = 0
    for index, cell in enumerate(cells):
        code = cell.get("cell_type") == "code"
        position += code
        read.append(_cell(cell, code, position if code else 0, index))
    return Notebook(tuple(read))


def _cells_of(tree: dict[str, Any]) -> list[dict[str, Any]]:
    version = tree["nbformat"]
    if version not in range(1, nbformat.current_nbformat + 1):
        raise UnreadableNotebook(
            _("The notebook's format is {found}; formats 1 to {newest} are read. Save it with JupyterLab.").format(
                found=version, newest=nbformat.current_nbformat
            )
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # What the metadata say of kernels and languages is not used, so it need not be there either.
            notebook = nbformat.from_dict({"nbformat_minor": 0, "metadata": {}, **tree})
            cells = nbformat.convert(notebook, nbformat.current_nbformat)["cells"]
        if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
            raise TypeError("its cells are no list of cells")
    except Exception as error:
        # A tree that is no notebook can go wrong anywhere in the conversion.
        raise UnreadableNotebook(
            _("The notebook is damaged and cannot be read: {error}. Open it in JupyterLab and save it again.").format(
                error=f"{type(error).__name__}: {error}"[:200]
            )
        ) from error
    return cells


def _cell(cell: Mapping[str, Any], code: bool, position: int, index: int) -> Cell:
    metadata = cell.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    nbgrader = metadata.get("nbgrader")
    nbgrader = nbgrader if isinstance(nbgrader, Mapping) else {}
    grade_id = nbgrader.get("grade_id")
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(str(line) for line in source)
    return Cell(
        source=source if isinstance(source, str) else "",
        code=code,
        grade_id=grade_id[:200] if isinstance(grade_id, str) else "",
        graded=nbgrader.get("grade") is True or nbgrader.get("task") is True,
        solution=nbgrader.get("solution") is True or nbgrader.get("task") is True,
        locked=nbgrader.get("locked") is True,
        task=nbgrader.get("task") is True,
        points=_points(nbgrader.get("points")),
        position=position,
        index=index,
    )


def _points(points: Any) -> float:
    if isinstance(points, bool) or not isinstance(points, int | float):
        return 0.0
    # A whole number of four hundred digits is JSON, but no float.
    return float(min(max(points, 0), _MOST_POINTS))
