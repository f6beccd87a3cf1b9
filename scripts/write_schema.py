"""Writes ``docs/report.schema.json``, the JSON Schema of the reports: ``python scripts/write_schema.py``."""

from __future__ import annotations

import json
from pathlib import Path

from autograder.feedback.json import class_schema

SCHEMA = Path(__file__).parents[1] / "docs" / "report.schema.json"


def text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(class_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(text(), encoding="utf-8")
