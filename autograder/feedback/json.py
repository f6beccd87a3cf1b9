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
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:
        # A lone surrogate, as in a file name that is no UTF-8, has no place in JSON.
        encoded = msgspec.json.encode(_encodable(msgspec.to_builtins(value)))
    return msgspec.json.format(encoded, indent=2).decode()


def _encodable(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case list() | tuple():
            return [_encodable(item) for item in value]
        case dict():
            return {_encodable(name): _encodable(item) for name, item in value.items()}
    return value
