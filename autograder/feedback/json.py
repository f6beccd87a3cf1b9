"""Reports as JSON, with a versioned schema (``docs/report.schema.json``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from autograder.report import ClassReport, Outcome


def outcomes_json(outcomes: Sequence[Outcome]) -> str:
    """A list of outcomes."""
    return _indented(list(outcomes))


def class_json(report: ClassReport) -> str:
    """A whole run. ``msgspec.json.decode(text, type=ClassReport)`` reads it back."""
    return _indented(report)


def class_schema() -> dict[str, Any]:
    """The JSON Schema that :func:`class_json` keeps to."""
    return msgspec.json.schema(ClassReport)


def _indented(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
