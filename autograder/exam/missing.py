"""What became of a name that a test asks for: which cell was to make it, and why it did not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from autograder.exam.crossing import Refused, Value
from autograder.exam.names import Ownership
from autograder.exam.session import Crossed
from autograder.i18n import _
from autograder.keras_errors import meaning
from autograder.report import (
    CellError,
)


def is_missing(value: Value | None) -> bool:
    """Whether a name stands for nothing."""
    return isinstance(value, Refused) and value.missing


def with_reasons(crossed: Crossed, owners: Ownership, errors: Iterable[CellError], ended: str) -> Crossed:
    """Says of each name that is missing which cell was to make it, and what became of that cell."""
    by_cell = {error.grade_id: error for error in errors if error.grade_id}

    def told(name: str, value: Value) -> Value:
        if not isinstance(value, Refused):
            return value
        missing = value.missing
        return Refused(_why_missing(name, owners, by_cell, ended) if missing else _refusal(name, value.reason))

    values = {name: told(name, value) for name, value in crossed.values.items()}
    return Crossed(values, crossed.buffers)


def _refusal(name: str, reason: str) -> str:
    return _("“{name}” cannot be graded: {reason}.").format(name=name, reason=reason[:1_000].strip().rstrip("."))


def _why_missing(name: str, owners: Ownership, by_cell: Mapping[str, CellError], ended: str) -> str:
    if ended:
        return _refusal(name, ended[:1].lower() + ended[1:])
    maker = owners.makers.get(name)
    unfilled = [name for name, error in by_cell.items() if error.error.startswith("NotImplementedError")]
    if maker is None and len(unfilled) == 1 and unfilled[0] not in owners.makers.values():
        # A release notebook does not say which of its cells is to define what.
        maker = unfilled[0]
    if maker is None:
        return _("“{name}” is not defined in the notebook.").format(name=name)
    error = by_cell.get(maker)
    if maker in unfilled:
        return _("“{name}” is not defined: the cell “{maker}” is not filled in yet.").format(name=name, maker=maker)
    if error is None:
        return _("“{name}” is not defined: the cell “{maker}” is to define it.").format(name=name, maker=maker)
    line = _(" (line {line})").format(line=error.line) if error.line else ""
    text = _("“{name}” is not defined, because the cell “{maker}” stopped with {error}{line}.").format(
        name=name, maker=maker, error=error.error, line=line
    )
    meant = meaning(error.error)
    return _("{text} {reason}.").format(text=text, reason=meant) if meant else text
