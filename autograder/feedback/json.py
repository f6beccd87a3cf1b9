"""Reports as JSON, with a versioned schema (``docs/report.schema.json``)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from autograder.feedback.text import acts
from autograder.report import ClassReport, Outcome, SubmissionReport

_SPECIAL = re.compile(r"[^\x20-\x7e\n]|#(?=#\w*\[)")
"""What may act on a terminal that JSON is printed to, or on the log of a CI service."""


def outcomes_json(outcomes: Sequence[Outcome]) -> str:
    """A list of outcomes."""
    return _indented(list(outcomes))


def class_json(report: ClassReport) -> str:
    """A whole run, without its notebooks. ``msgspec.json.decode(text, type=ClassReport)`` reads it back."""
    return _indented(replace(report, submissions=tuple(map(_told, report.submissions))))


def submission_line(report: SubmissionReport) -> str:
    """One submission, on one line: an entry of ``submissions`` in the JSON of a whole run."""
    return _safe(_encoded(_told(report)))


def class_schema() -> dict[str, Any]:
    """The JSON Schema that :func:`class_json` keeps to."""
    return msgspec.json.schema(ClassReport)


def _told(report: SubmissionReport) -> SubmissionReport:
    return replace(report, notebook=())


def _indented(value: object) -> str:
    return _safe(msgspec.json.format(_encoded(value), indent=2))


def _encoded(value: object) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        # A lone surrogate, as in a file name that is no UTF-8, has no place in JSON.
        return msgspec.json.encode(_encodable(msgspec.to_builtins(value)))


def _safe(encoded: bytes) -> str:
    # None of them stands outside of a string.
    return _SPECIAL.sub(_escaped, encoded.decode())


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character == "#":
        return r"\u0023"
    return json.dumps(character)[1:-1] if acts(character) else character


def _encodable(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case list() | tuple():
            return [_encodable(item) for item in value]
        case dict():
            return {_encodable(name): _encodable(item) for name, item in value.items()}
    return value
